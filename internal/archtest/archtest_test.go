package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestModule holds the whole module to the rules.
func TestModule(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	root := moduleRoot(t)
	files, others, err := Load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files under %s: the test reads the wrong folder", len(files), root)
	}
	for _, r := range Rules() {
		for _, f := range r.Check(files) {
			t.Errorf("%s: %s (%s)", f.Where, f.Why, r.Name)
		}
	}
	for _, p := range others {
		if !strings.HasPrefix(p, "store/") || !strings.HasSuffix(p, ".sql") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p)))
		if err != nil {
			t.Fatal(err)
		}
		if selectStar.Match(b) {
			t.Errorf("%s: SELECT *: list the columns", p)
		}
	}
	t.Logf("%d files in %v", len(files), time.Since(begun))
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			if !strings.HasPrefix(string(b), "module "+Module+"\n") {
				t.Fatalf("%s is another module", dir)
			}
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}

type tree = map[string]string

// breaking shows every rule a tree that breaks it once, and one like it that does not.
var breaking = []struct {
	rule, name string
	bad, good  tree
}{
	{"own imports", "the kernel imports a domain", tree{"coop/a.go": `import "toadlane/market"`}, tree{"coop/a.go": `import "strings"`}},
	{"own imports", "the kernel imports a module", tree{"coop/a.go": `import "github.com/google/uuid"`}, tree{"store/a.go": `import "github.com/google/uuid"`}},
	{"own imports", "domains import each other", tree{"market/a.go": `import "toadlane/region"`}, tree{"market/a.go": `import "toadlane/coop"`}},
	{"own imports", "a domain's tests too", tree{"handbook/a_test.go": `import "toadlane/market"`}, tree{"handbook/a_test.go": `import "toadlane/coop"; import "pgregory.net/rapid"`}},
	{"own imports", "a domain's tests import a driver", tree{"market/a_test.go": `import "modernc.org/sqlite"`}, tree{"market/a_test.go": `import "github.com/google/go-cmp/cmp"`}},
	{"own imports", "a domain imports the limits", tree{"market/a.go": `import "toadlane/internal/limits"`}, tree{"web/a.go": `import "toadlane/internal/limits"`}},
	{"own imports", "a domain speaks HTTP", tree{"market/a.go": `import "net/http"`}, tree{"market/a.go": `import "net/url"`}},
	{"own imports", "web imports store", tree{"web/a.go": `import "toadlane/store"`}, tree{"web/a.go": `import "toadlane/federation/queue"`}},
	{"own imports", "web imports federation", tree{"web/a.go": `import "toadlane/federation"`}, tree{"web/a_test.go": `import "toadlane/federation"`}},
	{"own imports", "web imports sig", tree{"web/page/a.go": `import "toadlane/federation/sig"`}, tree{"federation/a.go": `import "toadlane/federation/sig"`}},
	{"own imports", "federation imports store", tree{"federation/a.go": `import "toadlane/store"`}, tree{"cmd/toadlane/a.go": `import "toadlane/store"`}},
	{"own imports", "store imports federation", tree{"store/a.go": `import "toadlane/federation"`}, tree{"store/storetest/a.go": `import "toadlane/store"`}},
	{"own imports", "store imports web", tree{"store/a.go": `import "toadlane/web"`}, tree{"store/a.go": `import "toadlane/market"`}},
	{"own imports", "sig imports the queue", tree{"federation/sig/a.go": `import "toadlane/federation/queue"`}, tree{"federation/sig/a.go": `import "toadlane/internal/strictjson"`}},
	{"own imports", "vocab imports federation", tree{"federation/vocab/a.go": `import "toadlane/federation"`}, tree{"federation/vocab/a.go": `import "toadlane/federation/sig"`}},
	{"own imports", "internal imports market", tree{"internal/outbound/a.go": `import "toadlane/market"`}, tree{"internal/testrig/a.go": `import "toadlane/market"`}},
	{"own imports", "anybody imports cmd", tree{"web/a.go": `import "toadlane/cmd/toadlane"`}, tree{"cmd/toadlane/a.go": `import "toadlane/web"`}},
	{"own imports", "a folder nobody knows", tree{"pkg/a.go": ``}, tree{"test/load/a.go": ``}},
	{"own imports", "a name that begins alike", tree{"web/a.go": `import "toadlane/federation/queueing"`}, tree{"web/a.go": `import "toadlane/federation/queue/x"`}},
	{"kept imports", "go-fed", tree{"federation/a.go": `import "github.com/go-fed/activity/streams"`}, tree{"federation/vocab/a.go": `import "github.com/go-fed/activity/streams"`}},
	{"kept imports", "go-ap/httpsig", tree{"federation/a_test.go": `import "github.com/go-ap/httpsig"`}, tree{"federation/sig/a.go": `import "github.com/go-ap/httpsig"`}},
	{"kept imports", "httpsig-go", tree{"web/a.go": `import "github.com/remitly-oss/httpsig-go"`}, tree{"federation/sig/a.go": `import "github.com/remitly-oss/httpsig-go"`}},
	{"kept imports", "pgx", tree{"web/a.go": `import "github.com/jackc/pgx/v5/stdlib"`}, tree{"store/a.go": `import "github.com/jackc/pgx/v5/stdlib"`}},
	{"kept imports", "sqlite", tree{"cmd/toadlane/a.go": `import _ "modernc.org/sqlite"`}, tree{"store/a.go": `import _ "modernc.org/sqlite"`}},
	{"kept imports", "goose", tree{"cmd/toadlane/a.go": `import "github.com/pressly/goose/v3"`}, tree{"store/a.go": `import "github.com/pressly/goose/v3"`}},
	{"kept imports", "database/sql", tree{"web/a.go": `import "database/sql"`}, tree{"store/a.go": `import "database/sql"`}},
	{"kept imports", "chi", tree{"store/a.go": `import "github.com/go-chi/chi/v5"`}, tree{"web/a.go": `import "github.com/go-chi/chi/v5"`}},
	{"no cgo", "C", tree{"store/a.go": `import "C"`}, tree{"store/a.go": `import "unsafe"`}},
	{"no dot imports", "dot", tree{"web/a.go": `import . "net/http"`}, tree{"web/a.go": `import h "net/http"`}},
	{"only outbound dials", "http.Get", tree{"federation/a.go": `import "net/http"; func f() { http.Get("") }`}, tree{"federation/a_test.go": `import "net/http"; func f() { http.Get("") }`}},
	{"only outbound dials", "renamed", tree{"federation/a.go": `import h "net/http"; func f() { h.Post("", "", nil) }`}, tree{"federation/a.go": `import h "net/http"; func f() { h.Error(nil, "", 0) }`}},
	{"only outbound dials", "DefaultClient", tree{"web/a.go": `import "net/http"; var c = http.DefaultClient`}, tree{"internal/outbound/a.go": `import "net/http"; var c = http.DefaultClient`}},
	{"only outbound dials", "Client literal", tree{"cmd/toadlane/a.go": `import "net/http"; var c = http.Client{}`}, tree{"internal/testrig/a.go": `import "net/http"; var c = http.Client{}`}},
	{"only outbound dials", "new Client", tree{"cmd/toadlane/a.go": `import "net/http"; var c = new(http.Client)`}, tree{"test/load/a.go": `import "net/http"; var c = new(http.Client)`}},
	{"only outbound dials", "Transport", tree{"web/a.go": `import "net/http"; var c http.Transport`}, tree{"web/a.go": `import "net/http"; var c http.Request`}},
	{"only outbound dials", "net.Dial", tree{"store/a.go": `import "net"; func f() { net.Dial("", "") }`}, tree{"store/a.go": `import "net"; func f() { net.Listen("", "") }`}},
	{"only outbound dials", "net.Dialer", tree{"store/a.go": `import "net"; var d = &net.Dialer{}`}, tree{"store/a.go": `import "net"; var d = &net.IPNet{}`}},
	{"only outbound dials", "tls.Dial", tree{"web/a.go": `import "crypto/tls"; func f() { tls.Dial("", "", nil) }`}, tree{"web/a.go": `import "crypto/tls"; var c tls.Config`}},
	{"only outbound dials", "a client of the mail server", tree{"internal/mail/a.go": `import "github.com/wneessen/go-mail"; var c, _ = mail.NewClient("")`}, tree{"internal/mail/smtp.go": `import "github.com/wneessen/go-mail"; var c, _ = mail.NewClient("")`}},
	{"only outbound dials", "the post office dials by itself", tree{"internal/mail/smtp.go": `import "net"; func f() { net.Dial("", "") }`}, tree{"internal/mail/smtp.go": `import "toadlane/internal/outbound"; var d = outbound.MailDial(true)`}},
	{"kept imports", "go-mail", tree{"web/a.go": `import "github.com/wneessen/go-mail"`}, tree{"internal/mail/a.go": `import "github.com/wneessen/go-mail"`}},
	{"kept imports", "net/smtp", tree{"internal/mail/a.go": `import "net/smtp"`}, tree{"internal/mail/a.go": `import "net/mail"`}},
	{"own imports", "mail imports web", tree{"internal/mail/a.go": `import "toadlane/web"`}, tree{"internal/mail/a.go": `import "toadlane/market"`}},
	{"no insecure TLS", "literal", tree{"internal/outbound/a_test.go": `import "crypto/tls"; var c = tls.Config{InsecureSkipVerify: true}`}, tree{"internal/outbound/a_test.go": `import "crypto/tls"; var c = tls.Config{}`}},
	{"no insecure TLS", "assigned", tree{"cmd/a.go": `import "crypto/tls"; func f(c *tls.Config) { c.InsecureSkipVerify = true }`}, tree{"cmd/a.go": `import "crypto/tls"; func f(c *tls.Config) { c.MinVersion = 3 }`}},
	{"strict JSON only", "Unmarshal", tree{"federation/a.go": `import "encoding/json"; func f() { json.Unmarshal(nil, nil) }`}, tree{"web/a.go": `import "encoding/json"; func f() { json.Unmarshal(nil, nil) }`}},
	{"strict JSON only", "NewDecoder", tree{"federation/sig/a.go": `import "encoding/json"; func f() { json.NewDecoder(nil) }`}, tree{"federation/a_test.go": `import "encoding/json"; func f() { json.NewDecoder(nil) }`}},
	{"one safe HTML", "two functions", tree{"web/a.go": `import "html/template"; func f() { _ = template.HTML("") }; func g() { _ = template.HTML("") }`}, tree{"web/a.go": `import "html/template"; func f() { _ = template.HTML(""); _ = template.HTML("") }`}},
	{"one safe HTML", "two files", tree{"web/a.go": `import "html/template"; func f() { _ = template.HTML("") }`, "cmd/a.go": `import t "html/template"; var x = t.HTML("")`}, tree{"web/a.go": `import "html/template"; func f() { _ = template.HTML("") }`, "cmd/a.go": `import "html/template"; var x template.HTML`}},
	{"one safe HTML", "scripts", tree{"web/a.go": `import "html/template"; var x = template.JS("")`}, tree{"web/a.go": `import "html/template"; var x = template.New("")`}},
	{"no context values", "WithValue", tree{"web/a.go": `import "context"; func f() { context.WithValue(nil, 1, 2) }`}, tree{"web/a.go": `import "context"; func f() { context.WithCancel(nil) }`}},
	{"no clock in the domain", "Now", tree{"market/a.go": `import "time"; var x = time.Now()`}, tree{"store/a.go": `import "time"; var x = time.Now()`}},
	{"no clock in the domain", "as a value", tree{"coop/a.go": `import "time"; var x = time.Now`}, tree{"coop/a_test.go": `import "time"; var x = time.Now`}},
	{"no clock in the domain", "Since", tree{"region/a.go": `import "time"; var x = time.Since(time.Time{})`}, tree{"region/a.go": `import "time"; var x = time.Hour`}},
	{"honest tests", "Sleep", tree{"web/a_test.go": `import "time"; func f() { time.Sleep(1) }`}, tree{"web/a_test.go": `import ("time"; "testing/synctest"); func f() { synctest.Test(nil, func() { time.Sleep(1) }) }`}},
	{"honest tests", "Sleep beside a bubble", tree{"web/a_test.go": `import ("time"; "testing/synctest"); func f() { synctest.Test(nil, nil); time.Sleep(1) }`}, tree{"web/a.go": `import "time"; func f() { time.Sleep(1) }`}},
	{"honest tests", "Skip", tree{"web/a_test.go": `func f(t T) { t.Skip("later") }`}, tree{"web/a_test.go": `func f(t T) { t.Fatal("now") }`}},
	{"honest tests", "SkipNow", tree{"web/a_test.go": `func f(b T) { b.SkipNow() }`}, tree{"web/a_test.go": `func f(b T) { b.StopTimer() }`}},
	{"no SELECT *", "plain", tree{"store/a.go": "const q = `select\n * from x`"}, tree{"store/a.go": "const q = `SELECT count(*) FROM x`"}},
	{"no SELECT *", "of a table", tree{"store/a.go": `const q = "SELECT l.* FROM l"`}, tree{"store/a.go": `const q = "SELECT l.id FROM l"`}},
	{"one package comment", "none", tree{"web/a.go": ``, "web/b.go": ``}, tree{"web/a.go": `doc`, "web/b.go": ``, "web/a_test.go": ``}},
	{"one package comment", "two", tree{"web/a.go": `doc`, "web/b.go": `doc`}, tree{"web/a.go": `doc`, "store/b.go": `doc`}},
	{"house names", "file", tree{"web/string_utils.go": ``}, tree{"web/market.go": ``}},
	{"house names", "folder", tree{"internal/helper/a.go": ``}, tree{"internal/strictjson/a.go": ``}},
	{"house names", "manager", tree{"web/sessionManager.go": ``}, tree{"web/session.go": ``}},
}

func TestRulesCanFail(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, c := range breaking {
		shown[c.rule] = true
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			if got := findings(t, c.rule, c.bad); len(got) != 1 || got[0].Why == "" || !strings.Contains(got[0].Where, ".go:") {
				t.Errorf("the tree that breaks the rule has findings %v", got)
			}
			if got := findings(t, c.rule, c.good); len(got) != 0 {
				t.Errorf("the tree that keeps the rule has findings %v", got)
			}
		})
	}
	for _, r := range Rules() {
		if !shown[r.Name] {
			t.Errorf("rule %q is never seen to fail", r.Name)
		}
	}
}

func findings(t *testing.T, rule string, sources map[string]string) []Finding {
	t.Helper()
	fsys := fstest.MapFS{}
	for p, body := range sources {
		src := "package p\n" + body
		if body == "doc" {
			src = "// Package p is documented.\npackage p\n"
		}
		fsys[p] = &fstest.MapFile{Data: []byte(src)}
	}
	files, _, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(sources) {
		t.Fatalf("%d of %d files were read", len(files), len(sources))
	}
	for _, r := range Rules() {
		if r.Name == rule {
			return r.Check(files)
		}
	}
	t.Fatalf("no rule %q", rule)
	return nil
}

func TestLoad(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"web/a.go":                   {Data: []byte("package web\n")},
		"web/tagged.go":              {Data: []byte("//go:build failpoints\n\npackage web\n")},
		"web/testdata/x.go":          {Data: []byte("not go at all")},
		".git/x.go":                  {Data: []byte("not go at all")},
		"test/node_modules/m/x.go":   {Data: []byte("not go at all")},
		"store/migrations/00001.sql": {Data: []byte("SELECT 1")},
	}
	files, others, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Dir+"/"+f.Name)
	}
	if s := strings.Join(got, " "); s != "web/a.go web/tagged.go" {
		t.Errorf("read %s", s)
	}
	if len(others) != 1 || others[0] != "store/migrations/00001.sql" {
		t.Errorf("others %v", others)
	}
	if _, _, err := Load(fstest.MapFS{"web/a.go": {Data: []byte("packag")}}); err == nil {
		t.Error("a file that does not parse was passed over")
	}
}
