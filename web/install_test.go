package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestManifest(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	a := b.get("/manifest.webmanifest").want(http.StatusOK)
	if got := a.header.Get("Content-Type"); got != "application/manifest+json" {
		t.Errorf("type %q", got)
	}
	var m struct {
		Name, Lang, Dir, Display string
		Short                    string `json:"short_name"`
		Start                    string `json:"start_url"`
		Icons                    []struct{ Src, Sizes, Type, Purpose string }
		Shortcuts                []struct{ Name, URL string }
	}
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "Tin & Thyme <Bakery>" || m.Short != "Tin & Thyme" || m.Start != "/" || m.Display != "standalone" || m.Lang != "en" || m.Dir != "ltr" {
		t.Errorf("%+v", m)
	}
	maskable := map[string]bool{}
	for _, i := range m.Icons {
		got := b.get(i.Src).want(http.StatusOK)
		if got.header.Get("Content-Type") != i.Type {
			t.Errorf("%s is %q", i.Src, got.header.Get("Content-Type"))
		}
		if i.Purpose == "maskable" {
			maskable[i.Sizes] = true
		}
	}
	if !maskable["192x192"] || !maskable["512x512"] {
		t.Errorf("maskable %v", maskable)
	}
	front := b.get("/").body
	for _, link := range []string{`rel="manifest" href="/manifest.webmanifest"`, `rel="apple-touch-icon" href="/apple-touch-icon.png"`} {
		if !strings.Contains(front, link) {
			t.Errorf("the page has no %s", link)
		}
	}
	if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "worker-src 'self'") || !strings.Contains(csp, "manifest-src 'self'") {
		t.Error(csp)
	}
	// In another language the same address says the rest in it.
	b.post("/lang/es", nil)
	if a := b.get("/manifest.webmanifest"); !strings.Contains(a.body, `"lang":"es"`) {
		t.Error(a.body)
	}
}

func TestNothingPersonalStaysOnTheDevice(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	worker := r.browser().get("/sw.js").want(http.StatusOK)
	if strings.Contains(worker.body, "{{") || !strings.HasPrefix(worker.header.Get("Content-Type"), "text/javascript") {
		t.Fatalf("%s %.300s", worker.header.Get("Content-Type"), worker.body)
	}
	m := regexp.MustCompile(`files = (\[.*?\])`).FindStringSubmatch(worker.body)
	if m == nil {
		t.Fatal(worker.body)
	}
	var files []string
	if err := json.Unmarshal([]byte(m[1]), &files); err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	ada := r.signedIn("ada")
	for _, f := range files {
		if f != "/offline" && !strings.HasPrefix(f, "/static/") {
			t.Errorf("%s is kept on the device", f)
		}
		for _, b := range []*browser{r.browser(), ada} {
			a := b.get(f).want(http.StatusOK)
			if strings.Contains(a.body, "Ada") || strings.Contains(a.body, "/logout") {
				t.Errorf("%s is personal", f)
			}
		}
	}
	r.browser().get("/offline").says("No connection")
	for _, call := range []string{"c.put(", "cache.put("} {
		if strings.Contains(worker.body, call) {
			t.Errorf("the worker keeps what it fetched: %s", call)
		}
	}
}

func TestLookIsChosen(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b, other := r.browser(), r.browser()
	root := func(b *browser) string {
		m := regexp.MustCompile(`<html[^>]*>`).FindString(b.get("/").want(http.StatusOK).body)
		if c := regexp.MustCompile(`class="([^"]*)"`).FindStringSubmatch(m); c != nil {
			return c[1]
		}
		return ""
	}
	choose := func(back string, form url.Values) {
		t.Helper()
		form.Set("back", back)
		if to := b.post("/display", form).want(http.StatusSeeOther).header.Get("Location"); to != back {
			t.Errorf("back to %q", to)
		}
	}
	if root(b) != "" {
		t.Error("a look before one was chosen")
	}
	choose("/market?q=a", url.Values{"size": {"big"}})
	if got := root(b); got != "big" {
		t.Errorf("look %q", got)
	}
	choose("/", url.Values{"theme": {"dark"}})
	if got := root(b); got != "big dark" {
		t.Errorf("look %q", got)
	}
	// What one chose, nobody else is shown, although the page is kept.
	if got := root(other); got != "" {
		t.Errorf("another's look %q", got)
	}
	choose("/", url.Values{"size": {"usual"}})
	choose("/", url.Values{"theme": {"auto"}})
	if got := root(b); got != "" || b.cookies["__Host-tl-look"] != nil {
		t.Errorf("look %q, cookie %v", got, b.cookies["__Host-tl-look"])
	}
	b.post("/display", url.Values{"size": {"enormous"}}).want(http.StatusBadRequest)
	b.post("/display", url.Values{"theme": {"\"><script>"}}).want(http.StatusBadRequest)
	if to := b.post("/display", url.Values{"size": {"big"}, "back": {"//evil.example/"}}).header.Get("Location"); to != "/" {
		t.Errorf("sent to %q", to)
	}
}

func TestDesignIsShown(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	b.get("/about/design").want(http.StatusOK).says("Please fill this in.").says("Sourdough loaves on Fridays").says("Pictograms").saysNot("too little")
	a := b.get("/about/pictograms").want(http.StatusOK).says("Livelihood").says("Only me")
	if n := strings.Count(a.body, "<symbol "); n < 100 {
		t.Errorf("only %d pictograms", n)
	}
	b.get("/about").says("How these pages are made")
}

func TestFrontIsKindWhenEmpty(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.browser().get("/").says("Nothing offered yet").says("@bakery@bakery.example").says("How to follow from Mastodon").says("Becoming a member")
	r.signedIn("ada").get("/").says("Offer something").saysNot("Becoming a member")
}
