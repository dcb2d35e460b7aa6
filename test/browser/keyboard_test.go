package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// focusShown is the expression for what is wrong with how the focus is shown; "" is nothing. What has the focus must be drawn with a
// ring (WCAG 2.4.7), lie in the window and not be covered by something else (2.4.11).
const focusShown = `(e => {
	if (!e || e === document.body) return "nothing has the focus";
	const who = e.outerHTML.slice(0, 120), s = getComputedStyle(e), r = e.getBoundingClientRect();
	const bare = (x) => x.outlineStyle === "none" || parseFloat(x.outlineWidth) < 1;
	// A card's link has its ring around the whole card, which its ::after is; what is drawn has it as the edge of one of its shapes.
	const colour = "rgb(" + (s.getPropertyValue("--focus").trim().slice(1).match(/../g) || []).map(h => parseInt(h, 16)).join(", ") + ")";
	const edged = e.ownerSVGElement && [...e.querySelectorAll("*")].some(x => getComputedStyle(x).stroke === colour && parseFloat(getComputedStyle(x).strokeWidth) >= 2);
	if (bare(s) && bare(getComputedStyle(e, "::after")) && s.boxShadow === "none" && !edged) return "no ring: " + who;
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

// stops is the expression that numbers what the Tab key has to reach on the page that is open, and gives how many presses that takes at
// most: of radio buttons of one name one is a stop, and a field for a date has a stop for each of its parts.
const stops = `(() => {
	const groups = new Set(); let presses = 0, n = 0;
	const positive = document.querySelector("[tabindex]:not([tabindex='0'],[tabindex^='-'])");
	if (positive) return -1;
	document.querySelectorAll("a[href],button,summary,select,textarea,input:not([type=hidden]),[tabindex='0']").forEach(e => {
		if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true}) || e.closest("[inert]")) return;
		if (e.matches("[type=radio]")) {
			const group = (e.form && e.form.action) + " " + e.name;
			if (groups.has(group)) return;
			groups.add(group);
			e.dataset.stop = "radio " + n++; presses++;
			return;
		}
		e.dataset.stop = n++;
		presses += e.matches("[type^=date],[type=time],[type=month]") ? 6 : 1;
	});
	return presses;
})()`

// stopped is the expression that notes that the focus is here, and tells what is wrong with how that is shown.
const stopped = `(() => {
	const e = document.activeElement;
	if (e === document.body) return "over";
	if (e.matches("[type=radio]")) (e.form || document).querySelectorAll("[type=radio]").forEach(r => { if (r.name === e.name) r.dataset.reached = "1" });
	const again = e.dataset.reached && !e.matches("[type=radio],[type^=date],[type=time]");
	e.dataset.reached = "1";
	return again ? "over" : ` + focusShown + `;
})()`

// tabDown presses the Tab key and does not let go of it, which is all that moves the focus: it is pressed thousands of times.
var tabDown = chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
	_, err := cdp.Call(ctx, at, input.DispatchKeyEvent, *kb.Encode('\t')[0])
	return err
})

// walk goes through the page that is open with the Tab key from its top to its end and gives what is wrong: whatever can be worked with
// has to be reached, one has to see where one is at every stop, and no stop may hold one back.
func (b *tab) walk() []string {
	b.t.Helper()
	var presses int
	b.eval(stops, &presses)
	if presses < 0 {
		return []string{"a tabindex puts something out of order"}
	}
	var wrong, missed []string
	// From the top, wherever the address leads: the body is where the next press goes on from.
	b.eval(`getSelection().removeAllRanges(), scrollTo(0, 0), document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex")`, nil)
	for range presses + 1 {
		b.do("Tab", tabDown)
		w := b.words(stopped)
		if w == "over" {
			break
		}
		if w != "" {
			wrong = append(wrong, "by keyboard: "+w)
		}
	}
	b.eval(`[...document.querySelectorAll("[data-stop]:not([data-reached])")].map(e => "the Tab key does not reach " + e.outerHTML.slice(0, 140))`, &missed)
	return append(wrong, missed...)
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

// TestAskByKeyboard is the way of a new person at a telephone's size with neither mouse nor scripts: find an offer, ask about it, get
// the answer. Who answers has no more than that either.
func TestAskByKeyboard(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	if _, err := bakery.Market.PostListing(t.Context(), coop.Member(ana.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "A kneading trough"}, Modes: []market.Mode{market.Lend}, Visibility: coop.Everyone}); err != nil {
		t.Fatal(err)
	}
	bakery.Post("A cargo bike")
	typed := func(b *tab, selector, text string) {
		t.Helper()
		b.tabTo(selector)
		b.do("type", chromedp.KeyEvent(text))
	}
	pressed := func(b *tab, selector string) {
		t.Helper()
		b.tabTo(selector)
		b.enterKey()
	}
	person := func() *tab {
		b := open(t, string(bakery.Base))
		b.withoutScript()
		b.look(360, false)
		b.visit("/")
		return b
	}

	g := person()
	pressed(g, "nav a[href='/market']")
	typed(g, "#f-q", "trough")
	g.enterKey()
	pressed(g, ".cards h3 a")
	asks := "form[action$='/guest'] "
	g.tabTo("details:has(form[action$='/guest']) > summary")
	g.do("unfold", chromedp.KeyEvent(kb.Enter))
	g.wait("the form for guests", find("details:has(form[action$='/guest'])")+`.open`)
	typed(g, asks+"#f-name", "Gwen")
	typed(g, asks+"#f-email", gwen)
	typed(g, asks+"#f-text", "May I have it on Sunday?")
	pressed(g, asks+"button")
	g.wait("the guest's page", `location.pathname.startsWith("/talk/") && `+shows("May I have it on Sunday?"))
	page := g.words(`location.pathname`)

	a := person()
	pressed(a, "nav a[href='/login']")
	typed(a, "#f-login", ana.Email)
	typed(a, "#f-password", secret)
	a.enterKey()
	pressed(a, "nav a[href='/threads']")
	pressed(a, ".talks h2 a")
	typed(a, ".composer #f-text", "Yes. Come at ten.")
	pressed(a, ".composer button")
	a.wait("the answer", shows("Yes. Come at ten."))

	g.visit(page)
	if !g.is(shows("Yes. Come at ten.")) {
		t.Errorf("the answer is not on the guest's page:%s", g.scene())
	}
}
