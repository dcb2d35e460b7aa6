package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"toadlane/internal/sample"
	"toadlane/internal/testrig"
	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"toadlane": main})
}

// TestScript runs the stories in testdata/script: each starts the real program as processes of their own, and people are
// commands (ada, ben, eve, stranger) with a browser each; peer is another server that reads.
//
//	port NAME                          a free port into $NAME
//	ada get URL                        a page: the first line of stdout is its status and address, then its body
//	ada post URL field=value …         a form, from a page of the same site; field=@FILE sends a file
//	waitfor SECONDS PATTERN COMMAND …  until the output of a person or of toadlane matches; ! waitfor: until it does not
//	newer DIR                          marks the data in DIR as written by a later version
//	ends DIR                           every listing of the node ends within a day, was posted a month ago, and is its first member's
//	mails DIR                          what the mails in the node's outbox say, as a mail program shows it
//	keep NAME PATTERN                  what the group of PATTERN matches in stdout, into $NAME
//
// A person's command fails on a status of 400 and above; ! expects one.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, name := range people {
				b := testrig.NewBrowser()
				e.Values[name] = b
				e.Defer(b.Close)
			}
			b, err := loaf()
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(e.WorkDir, "loaf.png"), b, 0o600); err != nil {
				return err
			}
			e.Vars = append(e.Vars, "HOME="+e.WorkDir, "TOADLANE_LOG=error")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"port": portCommand, "waitfor": waitCommand, "keep": keepCommand, "newer": newerCommand, "ends": endsCommand, "mails": mailsCommand,
			"ada": person("ada"), "ben": person("ben"), "eve": person("eve"), "cleo": person("cleo"), "stranger": person("stranger"), "peer": person("peer"),
		},
	})
}

// loaf is a picture for people to send.
var loaf = sync.OnceValues(func() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, sample.Photo("loaf", 1))
	return b.Bytes(), err
})

func newerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: newer DIR")
	}
	ts.Check(storetest.MakeNewer(ts.MkAbs(args[0])))
}

func endsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ends DIR")
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: ts.MkAbs(args[0]), Log: testrig.Quiet()})
	ts.Check(err)
	defer s.Close() //nolint:errcheck // everything is committed
	now := time.Now().UTC().Truncate(time.Second)
	page, err := s.Search(ctx, market.Query{Local: true, Sort: market.Newest, Limit: market.MaxPage}, now)
	ts.Check(err)
	people, err := s.People(ctx)
	ts.Check(err)
	for _, l := range page.Listings {
		l.Poster = people[0].ID
		l.Created, l.Updated, l.Until = now.AddDate(0, -1, 0), now.AddDate(0, -1, 0), now.Add(20*time.Hour)
		ts.Check(store.Market{Store: s}.Write(ctx, func(tx market.Tx) error { return tx.PutListing(l) }))
	}
}

func mailsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mails DIR")
	}
	_, err := ts.Stdout().Write([]byte(mailsIn(ts, args[0])))
	ts.Check(err)
}

// mailsIn gives the headers that readers see and the plain text of each mail in a node's outbox.
func mailsIn(ts *testscript.TestScript, dir string) string {
	names, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "outbox", "*.eml"))
	ts.Check(err)
	var out strings.Builder
	for _, name := range names {
		b, err := os.ReadFile(name)
		ts.Check(err)
		m, err := mail.ReadMessage(bytes.NewReader(b))
		ts.Check(err)
		_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		ts.Check(err)
		p, err := multipart.NewReader(m.Body, params["boundary"]).NextPart()
		ts.Check(err)
		text, err := io.ReadAll(p)
		ts.Check(err)
		fmt.Fprintf(&out, "To: %s\nReply-To: %s\n%s\n", m.Header.Get("To"), m.Header.Get("Reply-To"), text)
	}
	return out.String()
}

var people = []string{"ada", "ben", "cleo", "eve", "stranger", "peer"}

func portCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: port NAME…")
	}
	// All are open at once, so that two names never get one port.
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close() //nolint:errcheck // the script's own server takes it next
		ts.Setenv(name, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
}

// visit does what a person's command says and gives what it prints.
func visit(ts *testscript.TestScript, name string, args []string) (testrig.Page, string, error) {
	b, ok := ts.Value(name).(*testrig.Browser)
	if !ok || len(args) < 2 {
		ts.Fatalf("usage: %s get|post URL [field=value …]", name)
	}
	var p testrig.Page
	var err error
	switch args[0] {
	case "get":
		accept := "text/html"
		if name == "peer" {
			accept = "application/activity+json"
		}
		p, err = b.Get(args[1], "Accept", accept)
	case "post":
		form := url.Values{}
		for _, a := range args[2:] {
			k, v, _ := strings.Cut(a, "=")
			if file, ok := strings.CutPrefix(v, "@"); ok {
				if at := ts.MkAbs(file); fileThere(at) {
					v = "@" + at
				}
			}
			form.Add(k, v)
		}
		p, err = b.Post(args[1], form)
	default:
		ts.Fatalf("%s: %s is neither get nor post", name, args[0])
	}
	if err != nil {
		return p, "", err
	}
	return p, fmt.Sprintf("%d %s\n%s\n", p.Status, p.URL, sprite.ReplaceAllString(p.Body, "")), nil
}

// sprite is the drawings of all icons, which stand on every page and would bury what a story says.
var sprite = regexp.MustCompile(`(?s)<svg class="sprite".*?</svg>`)

func fileThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func person(name string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		p, text, err := visit(ts, name, args)
		ts.Check(err)
		_, err = ts.Stdout().Write([]byte(text))
		ts.Check(err)
		if refused := p.Status >= 400; refused != neg {
			ts.Fatalf("%s %s: %d", name, strings.Join(args[:2], " "), p.Status)
		}
	}
}

func keepCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	m := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("stdout has nothing like %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

func waitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: waitfor SECONDS PATTERN COMMAND …")
	}
	seconds, err := strconv.ParseFloat(args[0], 64)
	ts.Check(err)
	pattern := regexp.MustCompile(`(?m)` + args[1])
	deadline := time.NewTimer(time.Duration(seconds * float64(time.Second)))
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		text := ""
		if args[2] == "toadlane" {
			_ = ts.Exec(args[2], args[3:]...) // its failing is part of what is waited through
			text = ts.ReadFile("stdout")
		} else if args[2] == "mails" {
			text = mailsIn(ts, args[3])
		} else if _, t, err := visit(ts, args[2], args[3:]); err == nil {
			text = t
		} else {
			text = "" // not listening yet
		}
		if text != "" && pattern.MatchString(text) != neg {
			_, err := ts.Stdout().Write([]byte(text))
			ts.Check(err)
			return
		}
		select {
		case <-deadline.C:
			ts.Fatalf("waited %s s in vain for %s; last:\n%.2000s", args[0], args[1], text)
		case <-look.C:
		}
	}
}
