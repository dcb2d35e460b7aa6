package browser

import (
	"regexp"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// summed is the address of a static file: with its checksum, so that it may be kept for good.
var summed = regexp.MustCompile(`^/static/[a-z0-9-]+\.[0-9a-f]{12}\.(css|js|svg)$`)

// TestNobodyElseIsAsked opens pages with all they have, and looks at every request: no other host, static files by their checksum
// only, structured data that the content policy lets stand, feeds that parse.
func TestNobodyElseIsAsked(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	w := enter(t, bakery, ana)
	w.visit("/new/offer")
	w.fill("#f-title", "A loaf")
	w.fill("#f-body", "See https://elsewhere.example/picture.png and <img src=https://elsewhere.example/x.png>")
	w.attach("#f-photo_0", drawn(t)) // a script sends it at once
	w.wait("the picture to describe", loaded(".photo-row img"))
	w.fill("textarea[name=photo_alt]", "A loaf")
	w.tick("input[name=modes][value=gift]")
	w.tick("input[name=visibility][value=everyone]")
	w.press("button[name=do][value=post]:not(.unseen)")
	listing := w.words(`location.pathname`)

	b := open(t, string(bakery.Base))
	for _, path := range []string{"/", "/market", "/members", "/about", listing} {
		b.visit(path)
	}
	b.wait("the picture", loaded(".photos img"))
	if got := b.words(`JSON.parse(` + find(`script[type="application/ld+json"]`) + `.textContent)["@type"]`); got != "Offer" && got != "Demand" {
		t.Errorf("the listing's structured data is of type %q", got)
	}
	if !b.is(`getComputedStyle(` + find(".card") + `).borderTopStyle === "solid"`) {
		t.Error("the stylesheet is not in force")
	}

	b.visit("/market")
	var feeds []string
	b.eval(`[...document.querySelectorAll("link[rel=alternate]")].map(l => l.getAttribute("href"))`, &feeds)
	if len(feeds) != 3 {
		t.Errorf("the market names the feeds %q", feeds)
	}
	for _, f := range feeds {
		got := b.words(`fetch(` + quote(f) + `).then(r => r.text()).then(s => s.startsWith("{") ? JSON.parse(s).items[0].title :
			new DOMParser().parseFromString(s, "application/xml").querySelector("item > title, entry > title, parsererror").textContent)`)
		if !strings.Contains(got, "A loaf") {
			t.Errorf("the first entry of %s is %q", f, got)
		}
	}

	kinds := map[string]bool{}
	for _, address := range b.requests() {
		path := strings.TrimPrefix(address, b.home)
		if strings.HasPrefix(path, "/static/") {
			if !summed.MatchString(path) {
				t.Errorf("a static file without a checksum: %s", path)
			}
			kinds[path[strings.LastIndex(path, "."):]] = true
		}
		if strings.Contains(address, "elsewhere") {
			t.Errorf("words of a listing made the browser ask %s", address)
		}
	}
	for _, kind := range []string{".css", ".js", ".svg"} {
		if !kinds[kind] {
			t.Errorf("no %s was asked for: the test looks at nothing", kind)
		}
	}
}
