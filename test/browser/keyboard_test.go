package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// focusShown is the expression for what is wrong with how the focus is shown; "" is nothing. What has the focus must be drawn with a
// ring (WCAG 2.4.7), lie in the window and not be covered by something else (2.4.11).
const focusShown = `(e => {
	if (!e || e === document.body) return "nothing has the focus";
	const who = e.outerHTML.slice(0, 120), s = getComputedStyle(e), r = e.getBoundingClientRect();
	const bare = (x) => x.outlineStyle === "none" || parseFloat(x.outlineWidth) < 1;
	// A card's link has its ring around the whole card, which its ::after is.
	if (bare(s) && bare(getComputedStyle(e, "::after")) && s.boxShadow === "none") return "no ring: " + who;
	if (r.width < 2 || r.height < 2) return "no size: " + who;
	if (r.bottom <= 0 || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth) return "out of sight: " + who;
	const x = Math.min(Math.max(r.left + r.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(r.top + r.height / 2, 0), innerHeight - 1);
	const top = document.elementFromPoint(x, y);
	if (top && !e.contains(top) && !top.contains(e)) return "covered by " + top.outerHTML.slice(0, 80) + ": " + who;
	return "";
})(document.activeElement)`

// tabTo presses the Tab key until the element of selector has the focus, and checks at every stop that one can see where one is.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 60 {
		b.do("Tab", chromedp.KeyEvent(kb.Tab))
		if wrong := b.words(focusShown); wrong != "" {
			b.t.Errorf("on the way to %s: %s", selector, wrong)
		}
		if b.is(`document.activeElement.matches(` + quote(selector) + `)`) {
			return
		}
	}
	b.t.Fatalf("60 presses of Tab do not reach %s:%s", selector, b.scene())
}

func (b *tab) enterKey() {
	b.t.Helper()
	if status := b.leads("press Enter", chromedp.KeyEvent(kb.Enter)); status != 200 {
		b.t.Fatalf("the Enter key leads to status %d:%s", status, b.scene())
	}
}

// TestKeyboardOnly signs in, searches and opens a listing without a mouse.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	bakery.Post("A sack of spelt")
	bakery.Post("A cargo bike")

	b := open(t, string(bakery.Base))
	b.look(1280, false)
	b.visit("/")
	b.tabTo("a.skip") // the first stop
	if !b.is(`document.activeElement.getBoundingClientRect().left >= 0`) {
		t.Error("the skip link is out of sight when it has the focus")
	}
	b.do("follow the skip link", chromedp.KeyEvent(kb.Enter))
	b.wait("the skip link's target", `location.hash === "#content"`)
	b.do("Tab", chromedp.KeyEvent(kb.Tab))
	if !b.is(find("main") + `.contains(document.activeElement)`) {
		t.Errorf("after the skip link the next stop is %s", b.words(`document.activeElement.outerHTML.slice(0, 200)`))
	}

	b.visit("/")
	b.tabTo("nav a[href='/login']")
	b.enterKey()
	b.tabTo("#f-login")
	b.do("type", chromedp.KeyEvent(ana.Email))
	b.tabTo("#f-password")
	b.do("type", chromedp.KeyEvent(secret))
	b.enterKey()
	b.wait("signed in", find("form[action='/logout']"))

	b.tabTo("nav a[href='/market']")
	b.enterKey()
	b.tabTo("#f-q")
	b.do("type", chromedp.KeyEvent("spelt"))
	b.enterKey()
	if !b.is(shows("A sack of spelt")) || b.is(shows("A cargo bike")) {
		t.Errorf("the search does not find what was typed, or more:%s", b.scene())
	}
	b.tabTo(".cards h3 a")
	b.enterKey()
	b.wait("the listing", `location.pathname.startsWith("/listings/") && `+find("h1")+`.textContent.includes("A sack of spelt")`)
	b.tabTo("footer button") // through everything that the page has
}
