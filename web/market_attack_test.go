package web_test

import (
	"fmt"
	"image/color"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
	"toadlane/web"
)

// crawl reads every page that links and addresses of our own lead to from the given ones, and gives answer by address. Links lead to
// every mixture of filters: of pages that differ in the value of one parameter it reads three, of those with the same two of them one.
func (b *browser) crawl(from ...string) map[string]answer {
	b.r.t.Helper()
	seen := map[string]answer{}
	alike := map[string]int{}
	todo := from
	for len(todo) > 0 && len(seen) < 600 {
		at := todo[0]
		todo = todo[1:]
		if _, done := seen[at]; done {
			continue
		}
		a := b.get(at)
		seen[at] = a
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, n := range a.find(func(n *html.Node) bool { return attr(n, "href") != "" || attr(n, "src") != "" }) {
			to := attr(n, "href") + attr(n, "src")
			if u, err := url.Parse(to); err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") && n.Data != "use" {
				to = u.RequestURI()
				if _, done := seen[to]; done || slices.Contains(todo, to) {
					continue
				}
				names := slices.Sorted(maps.Keys(u.Query()))
				shape := u.Path + " " + strings.Join(names, " ")
				if alike[shape]++; alike[shape] <= []int{1, 3, 1, 0}[min(len(names), 3)] {
					todo = append(todo, to)
				}
			}
		}
	}
	if len(todo) > 0 {
		b.r.t.Fatalf("the crawl does not end: after %d pages %q is next", len(seen), todo[0])
	}
	return seen
}

// hunts are addresses that ask for a marker in every way there is, and would tell of it by finding something.
func hunts(marker string) []string {
	out := []string{"/", "/market", "/offers", "/wants", "/categories", "/members", "/tags/" + marker, "/market.rss", "/market.atom", "/market.json", "/vocab/categories"}
	for _, q := range []string{"q=" + marker, "tag=" + marker, "q=public", "sort=title", "sort=ends", "cat=AM60", "kind=food", "has=photo", "coop=home",
		"stream=care", "mode=swap", "lang=eo", "scope=national", "place=Alboraia", "place=39.5,-0.35&radius=100", "since=2000-01-01"} {
		out = append(out, "/market?"+q, "/market.json?"+q, "/market.rss?"+q)
	}
	return out
}

// PRV-02: what is not for everybody is nowhere, not even by a changed length, ETag or count.
func TestPRV02MarkerHunt(t *testing.T) {
	t.Parallel()
	const marker = "zyxmarker"
	r := founded(t, bakery, nil)
	visible := r.post(an(market.Offer, "Public loaf", func(l *market.Listing) {
		l.Place, l.Category = coop.Place{Name: "Alboraia", Exact: point(t, 39.5, -0.35)}, "AM60"
	}))
	before := map[string]answer{}
	all := hunts(marker)
	for at := range r.browser().crawl(all...) {
		before[at] = r.browser().get(at)
	}
	if len(before) < len(all) || before[path(visible)].status != http.StatusOK {
		t.Fatalf("the crawl found %d pages", len(before))
	}
	ada := r.signedIn("ada")
	var hidden []market.Listing
	for _, reach := range []string{"coop", "peers", "everyone"} {
		form := url.Values{"do": {"post"}, "text_lang": {"eo", "en"}, "title": {marker + " title", marker}, "body": {marker + " body", marker}, "kind": {"food"},
			"modes": {"swap"}, "quantity": {"1"}, "unit": {"one"}, "place": {marker + " place"}, "lat": {"39.5"}, "lon": {"-0.35"}, "scope": {"national"},
			"maker": {marker}, "on_behalf": {marker}, "stream": {"care"}, "tags": {marker}, "category": {"AM60"}, "visibility": {reach}}
		form.Set("do", "photos")
		form["photo_id"] = formValues(ada.upload("/new/offer", form, map[string][]byte{"photo_0": snapshot(t, color.White)}))["photo_id"]
		form["photo_alt"] = []string{marker + " alt"}
		form.Set("do", "post")
		if reach == "everyone" {
			form.Set("do", "draft")
		}
		hidden = append(hidden, r.posted(ada.upload("/new/offer", form, nil)))
	}
	for at, a := range before {
		b := r.browser().get(at)
		if a.status != b.status || a.body != b.body || a.header.Get("Etag") != b.header.Get("Etag") {
			t.Errorf("%s tells that something is there", at)
		}
	}
	var extra []string
	for _, l := range hidden {
		extra = append(extra, path(l), path(l)+"/photos/0/small", "/photos/"+string(l.Photos[0].ID)+"/small", path(l)+"/edit", path(l)+"/delete")
	}
	for at, a := range r.browser().crawl(append(extra, all...)...) {
		for _, w := range []string{"title", "body", "place", "alt"} { // what was searched for stands there again
			if strings.Contains(a.body, marker+" "+w) {
				t.Errorf("%s holds the %s", at, w)
			}
		}
		if strings.Contains(at, string(hidden[0].ID)) && a.status == http.StatusOK {
			t.Errorf("%s is answered", at)
		}
	}
	for _, at := range extra {
		gone := r.browser().get(at)
		if gone.status != http.StatusNotFound && gone.status != http.StatusSeeOther {
			t.Errorf("%s: %d", at, gone.status)
		}
	}
	// Control: a member finds what is for members, and nobody but ada the draft.
	if n := len(r.signedIn("sten").get("/market?q=" + marker).cards()); n != 2 {
		t.Errorf("a member finds %d", n)
	}
	if n := len(ada.get("/mine").cards()); n != 4 {
		t.Errorf("ada has %d", n)
	}
}

// payloads are what strangers put where words are expected.
var payloads = []string{
	`<script>alert("xss")</script>`, `"><img src=x onerror=alert(1)>`, `'"--></style></script><svg/onload=alert(1)>`, `javascript:alert(1)`,
	"</script><script>alert(1)</script>", `{{.Secret}}`, `" onmouseover="alert(1)" x="`, "<a href=\"//evil.example/x\" id=\"login\" class=\"admin-banner\" style=\"position:fixed\">x</a>",
	"<img src=https://evil.example/t.png>", "<form action=https://evil.example><input name=password>", "\u2028\u2029<!--", `]]><script>alert(1)</script>`,
}

// harmless checks a page for everything that acts, and for requests to anybody else.
func harmless(t *testing.T, at string, a answer) {
	t.Helper()
	for _, f := range faults(a) {
		t.Errorf("%s: %s", at, f)
	}
	a.schema() // is still JSON
}

func faults(a answer) (out []string) {
	fault := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if a.header.Get("Content-Security-Policy") == "" {
		fault("no policy")
	}
	kind := a.header.Get("Content-Type")
	if !strings.HasPrefix(kind, "text/html") {
		return out
	}
	if a.header.Get("Content-Security-Policy") != web.PolicyOfPages {
		fault("another policy")
	}
	for _, n := range a.find(func(*html.Node) bool { return true }) {
		for _, x := range n.Attr {
			v := strings.ToLower(strings.TrimSpace(x.Val))
			switch {
			case strings.HasPrefix(x.Key, "on"), x.Key == "style", x.Key == "srcdoc":
				fault("%s has %s=%q", n.Data, x.Key, x.Val)
			case (x.Key == "href" || x.Key == "src" || x.Key == "action" || x.Key == "formaction") &&
				(strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "data:") || strings.HasPrefix(v, "vbscript:") || strings.HasPrefix(v, "//")):
				fault("%s leads to %q", n.Data, x.Val)
			case (x.Key == "src" || x.Key == "action" || x.Key == "srcset" || x.Key == "poster") && strings.Contains(v, "evil.example"):
				fault("%s asks %q", n.Data, x.Val)
			case x.Key == "id" && v == "login", x.Key == "class" && v == "admin-banner":
				fault("a stranger's %s", x.Key)
			case x.Key == "href" && strings.HasPrefix(v, "http") && n.Data == "a" && !strings.HasPrefix(v, bakery):
				if rel := attr(n, "rel"); !strings.Contains(rel, "noopener") {
					fault("a link to %q with rel=%q", x.Val, rel)
				}
			}
		}
		switch n.Data {
		case "script":
			if src := attr(n, "src"); attr(n, "type") != "application/ld+json" && !strings.HasPrefix(src, "/static/") {
				fault("a script %q", inner(n))
			}
		case "iframe", "object", "embed", "base", "style":
			fault("a %s", n.Data)
		}
	}
	return out
}

// The hunter must find what it hunts.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	policy := http.Header{"Content-Security-Policy": {web.PolicyOfPages}, "Content-Type": {"text/html; charset=utf-8"}}
	for _, page := range []string{"<script>alert(1)</script>", `<p onclick="x">`, `<p style="x">`, `<a href="javascript:x">`, `<img src="//evil.example/x">`,
		`<img src="https://evil.example/x">`, `<p id="login">`, `<p class="admin-banner">`, `<a href="https://elsewhere.example/">`, "<iframe>", "<base href=/x>"} {
		if len(faults(answer{t: t, header: policy, body: page})) == 0 {
			t.Errorf("nothing found in %s", page)
		}
	}
	if f := faults(answer{t: t, header: policy, body: `<p class="hint"><a href="/market">x</a></p>`}); len(f) > 0 {
		t.Error(f)
	}
	if len(faults(answer{t: t, header: http.Header{"Content-Type": {"text/html"}}, body: "<p>"})) == 0 {
		t.Error("no policy is no fault")
	}
}

// XSS-01, 02, 04, 05, 12: whatever stands in any field, of ours or of a neighbour, is words.
func TestXSSInEveryField(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	sten := r.signedIn("sten")
	home := coop.IRI("https://cycles.example/actors/coop")
	for i, p := range payloads {
		one := strings.ReplaceAll(strings.ReplaceAll(p, "\u2028", ""), "\u2029", "")
		r.know(queue.Actor{IRI: home, Type: "Organization", Handle: p, Name: p, Summary: p, URL: p, Inbox: home + "/inbox", Fetched: r.clock.Now(), Place: p})
		ours := r.post(an(market.Offer, one, func(l *market.Listing) {
			l.Title["es"], l.Body = one, coop.Text{"en": p, "es": p}
			l.Maker, l.OnBehalf, l.Place.Name = one, one, one
			l.Modes = []market.Mode{market.ForLocal}
			l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Local, Code: string([]rune(one)[:min(60, len([]rune(one)))])}, Amount: &market.Amount{N: 100, Places: 2}}
			l.Prices = []market.PriceLine{{Label: string([]rune(one)[:min(60, len([]rune(one)))]), Kind: market.PriceOther, Amount: market.Amount{N: 100, Places: 2}}}
		}))
		theirs := r.receive(market.Listing{Home: home, Purpose: market.Purpose("offer"), Kind: market.Kind(p), Title: coop.Text{p: p, "en": p}, Body: coop.Text{"en": p, p: p},
			Modes: []market.Mode{market.Mode(p)}, Ask: &market.Ask{Medium: market.Medium{Kind: market.Local, Code: p, IRI: coop.IRI(p)}, Amount: &market.Amount{N: 5}},
			Prices: []market.PriceLine{{Label: p, Kind: market.PriceKind(p), Amount: market.Amount{N: 5}}}, Place: coop.Place{Name: p}, Scope: market.Scope(p), Maker: p, OnBehalf: p,
			Stream: market.Stream(p), Tags: []string{p}, Category: p, Photos: []market.Photo{{Remote: coop.IRI(p), Alt: p, Type: p}}, Visibility: coop.Everyone, URL: p, Outcome: p})
		err := r.cfg.Market.Store.Write(t.Context(), func(tx market.Tx) error {
			for k, l := range []market.Listing{ours, theirs} {
				if err := tx.PutMessage(market.Message{ID: newID(), Listing: l.ID, IRI: coop.IRI("https://social.example/m" + string(rune('a'+i)) + string(rune('a'+k))),
					From: market.Party{IRI: "https://social.example/bo", Handle: p, Name: p}, Body: p, HTML: true, Public: true, Created: r.clock.Now(), Updated: r.clock.Now()}); err != nil {
					return err
				}
			}
			id := newID()
			if err := tx.PutThread(market.Thread{ID: id, Owner: r.sten.ID, Other: market.Party{IRI: home, Handle: p, Name: p}, Subject: p, Unread: 1, Created: r.clock.Now(), Updated: r.clock.Now()}); err != nil {
				return err
			}
			return tx.PutMessage(market.Message{ID: newID(), Thread: id, IRI: coop.IRI("https://social.example/t" + string(rune('a'+i))), From: market.Party{Handle: p, Name: p}, Body: p, HTML: true,
				Created: r.clock.Now(), Updated: r.clock.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"q", "kind", "cat", "place", "coop", "tag", "lang", "since", "sort", "cursor", "has"} {
			at := "/market?" + q + "=" + url.QueryEscape(p)
			harmless(t, at, r.browser().get(at))
		}
		bad := filled(url.Values{"title": {p, p}, "body": {p, p}, "amount": {p}, "tags": {p}, "text_lang": {p, p}, "photo_id": {p}, "photo_alt": {p}, "price_kind": {p}, "unit": {p}})
		harmless(t, "/new/offer", sten.upload("/new/offer", bad, nil))
	}
	pages := 0
	for _, b := range []*browser{r.browser(), sten} {
		found := b.crawl("/", "/market", "/market?sort=title", "/threads", "/mine", "/members")
		var order []string
		for at := range found {
			order = append(order, at)
		}
		sort.Strings(order)
		for _, at := range order {
			if found[at].status >= 500 {
				t.Errorf("%s: %d %s", at, found[at].status, r.logs)
			}
			harmless(t, at, found[at])
			pages++
		}
	}
	if pages < 80 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

// WEB-12: the answer does not depend on headers that caches do not look at.
func TestWEB12ListsDependOnTheirAddressAlone(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	a := r.browser().get("/market")
	for _, h := range []http.Header{{"X-Forwarded-Host": {"evil.example"}}, {"X-Original-Url": {"/admin"}}, {"Referer": {"https://evil.example/"}}, {"User-Agent": {"<b>"}},
		{"X-Forwarded-Proto": {"http"}}} {
		if b := r.browser().do(http.MethodGet, "/market", nil, h); b.body != a.body {
			t.Errorf("%v changes the page", h)
		}
	}
	if in := r.signedIn("ada").get("/market"); in.header.Get("Cache-Control") != "private, no-store" {
		t.Error(in.header)
	}
	for _, w := range []string{"Accept-Language", "Cookie"} {
		if !strings.Contains(strings.Join(a.header.Values("Vary"), ","), w) {
			t.Errorf("Vary lacks %s", w)
		}
	}
}
