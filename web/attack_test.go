package web_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"toadlane/internal/limits"
	"toadlane/web"
)

var param = regexp.MustCompile(`\{([a-z]+)(:[^}]*)?\}`)

// fill makes an address of a pattern.
func fill(pattern string) string {
	return param.ReplaceAllStringFunc(pattern, func(p string) string {
		switch param.FindStringSubmatch(p)[1] {
		case "id":
			return "01890000-0000-7000-8000-000000000000"
		case "tag":
			return "es"
		case "n":
			return "0"
		case "size":
			return "small"
		}
		return "x"
	})
}

func stringsReader(s string) io.Reader { return strings.NewReader(s) }

// The table and the router must be the same, or a test over the table proves nothing.
func TestRouterAnswersExactlyTheTable(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	want := map[string]bool{}
	for _, row := range r.site.Rows() {
		want[row.Method+" "+row.Pattern] = true
	}
	statics := 0
	if err := r.site.Walk(func(method, pattern string) {
		key := method + " " + pattern
		if strings.HasPrefix(pattern, "/static/") {
			statics++
			return
		}
		if !want[key] {
			t.Errorf("%s is routed and not in the table", key)
		}
		delete(want, key)
	}); err != nil {
		t.Fatal(err)
	}
	for key := range want {
		t.Errorf("%s is in the table and not routed", key)
	}
	if statics < 3 {
		t.Errorf("%d static files", statics)
	}
}

// WEB-01: a form on another site can't act here, whatever it does with its headers.
func TestWEB01CrossSiteIsRefusedOnEveryMutatingRoute(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("sten")
	before := r.writes.Load()
	n := 0
	for _, row := range r.site.Rows() {
		if row.Method == http.MethodGet {
			continue
		}
		n++
		for name, h := range map[string]http.Header{
			"cross-site":           {"Sec-Fetch-Site": {"cross-site"}},
			"same-site":            {"Sec-Fetch-Site": {"same-site"}},
			"null origin":          {"Origin": {"null"}},
			"evil origin":          {"Origin": {"https://evil.example"}},
			"evil text/plain":      {"Origin": {"https://evil.example"}, "Content-Type": {"text/plain"}},
			"evil method override": {"Origin": {"https://evil.example"}, "X-Http-Method-Override": {"GET"}},
		} {
			a := b.do(row.Method, fill(row.Pattern), stringsReader(""), h)
			if strings.HasPrefix(row.Pattern, "/unsubscribe/") { // the word in its address decides, whoever asks (RFC 8058)
				a.want(http.StatusNotFound)
				continue
			}
			if a.status != http.StatusForbidden || !strings.Contains(a.body, "another website") {
				t.Errorf("%s %s from %s: %d", row.Method, row.Pattern, name, a.status)
			}
		}
	}
	if n < 20 {
		t.Fatalf("only %d mutating routes were tried", n)
	}
	if r.writes.Load() != before {
		t.Error("something was written")
	}
	b.get("/me").want(http.StatusOK) // and nobody was signed out
	// Control: the same from here is done.
	b.post("/me/profile", map[string][]string{"display_name": {"Sten again"}}).want(http.StatusSeeOther)
}

// WEB-02: reading changes nothing.
func TestWEB02GetsHaveNoEffects(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("sten")
	before := r.writes.Load()
	for _, row := range r.site.Rows() {
		if row.Method != http.MethodGet {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a := b.do(method, fill(row.Pattern), nil, http.Header{"Purpose": {"prefetch"}})
			if a.status >= 500 {
				t.Errorf("%s %s: %d %s", method, row.Pattern, a.status, r.logs)
			}
		}
		if n := r.writes.Load(); n != before {
			t.Errorf("GET %s wrote %d times", row.Pattern, n-before)
			before = n
		}
	}
	b.get("/me").want(http.StatusOK)
	b.post("/me/profile", map[string][]string{"display_name": {"Sten"}}).want(http.StatusSeeOther)
	if r.writes.Load() == before {
		t.Error("control: a write is not counted")
	}
}

// WEB-15: a steward's address opens for stewards only, however it is written; WEB-16: and costs nothing before.
func TestWEB15StewardsAddresses(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada, nobody, sten := r.signedIn("ada"), r.browser(), r.signedIn("sten")
	before, reads := r.writes.Load(), r.reads.Load()
	n := 0
	for _, row := range r.site.Rows() {
		if admin := strings.HasPrefix(row.Pattern, "/admin"); admin != (row.Steward && !strings.HasPrefix(row.Pattern, "/handbook/") && !strings.HasPrefix(row.Pattern, "/regions/")) {
			t.Errorf("%s %s: a steward's deed and a steward's address go together", row.Method, row.Pattern)
		}
		if !row.Steward {
			continue
		}
		n++
		path := fill(row.Pattern)
		for i, method := range []string{row.Method, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			spelt := []string{path}
			if i == 0 { // how an address is spelt and what is done to it are looked at by different code: each with each would be five thousand pages
				spelt = append(spelt, path+"/", "/"+path, strings.ToUpper(path), strings.Replace(path, "/admin", "/%61dmin", 1),
					strings.Replace(path, "/admin", "/x/%2e%2e/admin", 1), path+"?x=1", path+"%2f")
			}
			for _, p := range spelt {
				if a := ada.do(method, p, nil, nil); a.status != http.StatusForbidden && a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
					t.Errorf("ada: %s %s: %d", method, p, a.status)
				}
				a := nobody.do(method, p, nil, nil)
				login := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/login?next=")
				if !login && a.status != http.StatusUnauthorized && a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
					t.Errorf("nobody: %s %s: %d", method, p, a.status)
				}
			}
		}
	}
	if n < 15 {
		t.Fatalf("only %d steward's routes were tried", n)
	}
	if r.writes.Load() != before || r.reads.Load() != reads {
		t.Error("something was read or written for somebody who may not")
	}
	for _, row := range r.site.Rows() { // control
		if strings.HasPrefix(row.Pattern, "/admin") && row.Method == http.MethodGet {
			sten.get(fill(row.Pattern)).want(http.StatusOK)
		}
	}
	if r.reads.Load() == reads {
		t.Error("control: reading is not counted")
	}
}

// WEB-24, XSS-12: every answer carries the policy and the other headers, and keeps to the policy itself.
func TestWEB24HeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	for who, b := range map[string]*browser{"sten": r.signedIn("sten"), "nobody": r.browser()} {
		paths := []string{"/no/such/page", "/setup", "/invite/x", "/static/none.css"}
		for _, row := range r.site.Rows() {
			if row.Method == http.MethodGet {
				paths = append(paths, fill(row.Pattern))
			}
		}
		for _, path := range paths {
			a := b.get(path)
			for k, v := range map[string]string{
				"Content-Security-Policy": web.PolicyOfPages, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
				"Strict-Transport-Security": "max-age=31536000",
			} {
				got := a.header.Get(k)
				if strings.HasPrefix(path, "/photos/") && k == "Content-Security-Policy" {
					continue
				}
				if got != v {
					t.Errorf("%s %s: %s is %q", who, path, k, got)
				}
			}
			if a.header.Get("Server") != "" || a.header.Get("Permissions-Policy") == "" {
				t.Errorf("%s %s: %v", who, path, a.header)
			}
			if b.session() != "" && a.status == http.StatusOK && !strings.Contains(a.header.Get("Cache-Control"), "no-store") && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				t.Errorf("%s %s may be kept: %v", who, path, a.header)
			}
			if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				checkPolicy(t, who+" "+path, a.body)
			}
		}
	}
}

// checkPolicy finds what the content policy would block, or what would leave the site.
func checkPolicy(t *testing.T, where, body string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "style", "iframe", "object", "embed", "base":
			t.Errorf("%s: <%s>", where, n.Data)
		case "script":
			kind := attr(n, "type")
			if n.FirstChild != nil && kind != "application/ld+json" {
				t.Errorf("%s: script inline", where)
			}
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: <%s %s>", where, n.Data, a.Key)
			}
			if (a.Key == "src" || a.Key == "action" || a.Key == "href" && n.Data == "link") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "https://bakery.example/") {
				t.Errorf("%s: <%s %s=%q>", where, n.Data, a.Key, a.Val)
			}
			if a.Key == "id" {
				if ids[a.Val] {
					t.Errorf("%s: id %q stands twice", where, a.Val)
				}
				ids[a.Val] = true
			}
		}
	}
}

// WEB-25: nothing of the workshop is on the public listener.
func TestWEB25NoDebugPages(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/.git/config", "/.env", "/backup.db", "/toadlane.db", "/static/", "/static/../site.go"} {
		r.browser().get(path).want(http.StatusNotFound)
	}
	r.browser().do(http.MethodTrace, "/", nil, nil).want(http.StatusMethodNotAllowed)
}

func TestHostsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", func(c *web.Config) { c.Hosts = []string{"www.bakery.example"} })
	for host, want := range map[string]int{"bakery.example": 200, "BAKERY.example": 200, "www.bakery.example": 200, "evil.example": 421, "bakery.example:444": 421,
		"bakery.example.": 421, "127.0.0.1": 421} {
		if a := r.browser().do(http.MethodGet, "/about", nil, http.Header{"Host": {host}}); a.status != want {
			t.Errorf("%s: %d, want %d", host, a.status, want)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("ada")
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	form := func(n int64) string {
		return "display_name=Ada&about=" + strings.Repeat("a", int(n)-len("display_name=Ada&about="))
	}
	b.do(http.MethodPost, "/me/profile", stringsReader(form(limits.FormBody)), h).want(http.StatusUnprocessableEntity).says("at most 1,000 characters")
	b.do(http.MethodPost, "/me/profile", stringsReader(form(limits.FormBody+1)), h).want(http.StatusRequestEntityTooLarge)
	// Without a length said, the reading stops at the bound.
	b.do(http.MethodPost, "/me/profile", io.MultiReader(stringsReader(form(limits.FormBody+1))), h).want(http.StatusRequestEntityTooLarge)
	b.do(http.MethodPost, "/me/profile", stringsReader("x"), http.Header{"Content-Encoding": {"gzip"}}).want(http.StatusUnsupportedMediaType)
	for _, row := range r.site.Rows() {
		if row.Body > limits.UploadBody {
			t.Errorf("%s %s takes %d bytes", row.Method, row.Pattern, row.Body)
		}
	}
}
