package browser

import (
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// TestLanguageIsSwitched changes the language on a page and stays there, through Arabic, which runs the other way, and finds the
// choice kept on the next page and after signing in elsewhere.
func TestLanguageIsSwitched(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	bakery.Post("A cargo bike")

	b := open(t, string(bakery.Base))
	b.look(390, false)
	speaks := func(tag, dir, path string) {
		t.Helper()
		if !b.is(`document.documentElement.lang === ` + quote(tag) + ` && document.documentElement.dir === ` + quote(dir) + ` && getComputedStyle(document.body).direction === ` +
			quote(dir) + ` && location.pathname + location.search === ` + quote(path)) {
			t.Errorf("want %s from %s at %s; it is %s", tag, dir, path, b.words(`document.documentElement.outerHTML.slice(0, 60) + location.href`))
		}
	}
	b.visit("/market?q=cargo")
	speaks("en", "ltr", "/market?q=cargo")
	b.press("footer button[lang=ar]")
	speaks("ar", "rtl", "/market?q=cargo")
	if !b.is(shows("A cargo bike")) || b.is(shows("Offers")) {
		t.Errorf("in Arabic the listing is gone, or words are English:%s", b.scene())
	}
	// What reads first stands at the right.
	if !b.is(`(([first, last]) => first.getBoundingClientRect().left > last.getBoundingClientRect().left)([...document.querySelectorAll("nav.main-nav li")].slice(0, 2))`) {
		t.Error("the first way does not stand right of the second")
	}
	b.press("nav a[href='/members']")
	speaks("ar", "rtl", "/members")
	b.press("footer button[lang=fr]")
	speaks("fr", "ltr", "/members")

	m := enter(t, bakery, ana)
	m.visit("/mine")
	m.press("footer button[lang=de]")
	if !m.is(`document.documentElement.lang === "de" && location.pathname === "/mine"`) {
		t.Errorf("a member's page stays in another language:%s", m.scene())
	}
	other := enter(t, bakery, ana)
	other.visit("/mine")
	if got := other.words(`document.documentElement.lang`); got != "de" {
		t.Errorf("on another device her pages are in %q", got)
	}
}
