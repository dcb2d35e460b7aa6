package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
)

func TestAnonymousPagesAreKeptUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	first := b.get("/about").want(http.StatusOK)
	tag := first.header.Get("Etag")
	if tag == "" || first.header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("headers: %v", first.header)
	}
	for _, v := range []string{"Accept", "Accept-Language", "Accept-Encoding", "Cookie"} {
		if !strings.Contains(strings.Join(first.header.Values("Vary"), ","), v) {
			t.Errorf("Vary lacks %s", v)
		}
	}
	again := b.do(http.MethodGet, "/about", nil, http.Header{"If-None-Match": {`"x", ` + tag}})
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("the same page again: %d, %d bytes", again.status, len(again.body))
	}
	squeezed := b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Encoding": {"br, gzip"}})
	z, err := gzip.NewReader(strings.NewReader(squeezed.body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != first.body || squeezed.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("gzip: %v, %v", squeezed.header, err)
	}
	if refused := b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Encoding": {"gzip;q=0"}}); refused.header.Get("Content-Encoding") != "" {
		t.Error("gzip is sent to somebody who refuses it")
	}
	spanish := b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Language": {"es-AR,es;q=0.9,en;q=0.5"}})
	spanish.says("Pan para el callejón").says("Acerca de")
	if spanish.header.Get("Etag") == tag {
		t.Error("two languages have one tag")
	}
	head := b.do(http.MethodHead, "/about", nil, nil).want(http.StatusOK)
	if head.header.Get("Etag") != tag {
		t.Error("HEAD has another tag")
	}

	c, err := r.cfg.CoopStore.Coop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Name = "Renamed"
	if _, err := r.cfg.Coop.UpdateCoop(t.Context(), coop.System("test"), c); err != nil {
		t.Fatal(err)
	}
	changed := b.do(http.MethodGet, "/about", nil, http.Header{"If-None-Match": {tag}}).want(http.StatusOK).says("Renamed")
	if changed.header.Get("Etag") == tag {
		t.Error("the tag did not change with the page")
	}
}

// R11, WEB-12: nothing personal is kept, and a kept page never reaches somebody it was not made for.
func TestWEB12NothingPersonalIsKept(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada, nobody := r.signedIn("ada"), r.browser()
	for range 2 {
		for _, path := range []string{"/", "/about", "/about/ranking"} {
			a := ada.get(path).want(http.StatusOK).says("Ada")
			if a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("Etag") != "" {
				t.Errorf("%s for ada: %v", path, a.header)
			}
			nobody.get(path).want(http.StatusOK).saysNot("Ada").says("Sign in")
		}
	}
	// Headers that are no part of the key leave no trace.
	poison := http.Header{"X-Forwarded-Host": {"evil.example"}, "X-Original-Url": {"/evil"}, "X-Forwarded-Proto": {"evil"}, "Referer": {"https://evil.example"}, "User-Agent": {"evil"}}
	nobody.do(http.MethodGet, "/about?x=1", nil, poison).saysNot("evil")
	nobody.get("/about?x=1").saysNot("evil")
	// A made-up cookie gets a page of its own.
	b := r.browser()
	b.cookies["__Host-tl"] = &http.Cookie{Name: "__Host-tl", Value: "made up"}
	if a := b.get("/about").want(http.StatusOK); a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("with a cookie: %v", a.header)
	}
}

// WEB-12: one address, two media types.
func TestWEB12AcceptPicksTheDocument(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	for accept, document := range map[string]bool{
		"":    false,
		"*/*": false,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8":                          false,
		"application/activity+json":                                                                true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                     true,
		"application/activity+json, text/html;q=0.5":                                               true,
		"text/html, application/activity+json;q=0.5":                                               false,
		"application/activity+json;q=0, text/html":                                                 false,
		`Application/LD+JSON;profile="a,b;q=0"`:                                                    true,
		`application/activity+json, application/ld+json; profile="https://x", application/ld+json`: true,
		"application/activity+json;q=nonsense":                                                     false,
	} {
		for range 2 {
			a := b.do(http.MethodGet, "/", nil, http.Header{"Accept": {accept}}).want(http.StatusOK)
			if got := strings.HasPrefix(a.header.Get("Content-Type"), "application/activity+json"); got != document {
				t.Errorf("%q: %s", accept, a.header.Get("Content-Type"))
			}
			if !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Accept") {
				t.Errorf("%q: Vary %v", accept, a.header.Values("Vary"))
			}
		}
	}
}

// A page whose making fails says so plainly, with a number and without the cause.
func TestFaultsAreSaidPlainly(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("sten")
	_ = r.store.Close()
	for _, path := range []string{"/", "/me", "/admin/peers"} {
		a := b.get(path)
		if a.status != http.StatusServiceUnavailable && a.status != http.StatusInternalServerError {
			t.Errorf("%s: %d", path, a.status)
		}
		for _, leak := range []string{"sql", "database is closed", "goroutine", "/home/", ".go:"} {
			a.saysNot(leak)
		}
	}
}
