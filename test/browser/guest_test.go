package browser

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// gwen has no account here.
const gwen = "gwen@mail.example"

// TestGuestAsks is how somebody without an account finds an offer, asks about it and gets an answer, on a telephone's screen: with
// scripts, and with scripts off for both of those who talk.
func TestGuestAsks(t *testing.T) {
	t.Parallel()
	for name, plain := range map[string]bool{"with scripts": false, "without scripts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			guestAsks(t, func(b *tab) {
				b.look(360, false)
				if plain {
					b.withoutScript()
				}
			})
		})
	}
}

func guestAsks(t *testing.T, prepare func(*tab)) {
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	if _, err := bakery.Market.PostListing(t.Context(), coop.Member(ana.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "A kneading trough"}, Modes: []market.Mode{market.Lend}, Visibility: coop.Everyone}); err != nil {
		t.Fatal(err)
	}
	bakery.Post("A cargo bike")

	g := open(t, string(bakery.Base))
	prepare(g)
	g.visit("/")
	g.press("nav a[href='/market']")
	g.fill("#f-q", "trough")
	g.press("form.filters .search-row button")
	if !g.is(shows("A kneading trough")) || g.is(shows("A cargo bike")) {
		t.Errorf("the search does not find what was typed, or more:%s", g.scene())
	}
	g.press(".cards h3 a")
	asks := "form[action$='/guest'] "
	g.open("details:has(form[action$='/guest'])")
	g.fill(asks+"#f-name", "Gwen")
	g.fill(asks+"#f-email", "gwen, at home")
	g.fill(asks+"#f-text", "May I have it on Sunday?")
	// Browsers check addresses themselves; whoever switched that off is told by the page.
	g.eval(find(asks)+`.noValidate = true`, nil)
	g.expect(422)
	if status := g.presses(asks + "button"); status != 422 || !g.is(find("#f-email-error")) {
		t.Errorf("a wrong address gives status %d:%s", status, g.scene())
	}
	if got := g.value(asks + "#f-text"); got != "May I have it on Sunday?" {
		t.Errorf("after the mistake the question is %q", got)
	}
	g.fill(asks+"#f-email", gwen)
	g.press(asks + "button")
	g.wait("the guest's page", `location.pathname.startsWith("/talk/") && `+shows("May I have it on Sunday?"))

	r.Clock.Move(limits.LetterDelay + time.Second) // whoever reads on the page meanwhile gets no mail
	way := link(t, bakery, letter(t, r, bakery, ana.Email, "May I have it on Sunday?"), "/threads/")
	a := open(t, string(bakery.Base))
	prepare(a)
	a.login(ana.Email, secret)
	a.press("nav a[href='/threads']")
	if !a.is(shows("Gwen")) || !a.is(shows("A kneading trough")) {
		t.Errorf("the list does not show who asks, or about what:%s", a.scene())
	}
	a.press(".talks h2 a")
	if at := a.words(`location.pathname`); at != way {
		t.Errorf("the list leads to %s, the mail to %s", at, way)
	}
	if !a.is(shows("May I have it on Sunday?")) || a.is(shows(gwen)) {
		t.Errorf("the question is missing, or the guest's address is told:%s", a.scene())
	}
	a.fill(".composer #f-text", "Yes. Come at ten.")
	a.press(".composer button")
	a.wait("the answer at home", shows("Yes. Come at ten."))

	text := letter(t, r, bakery, gwen, "Come at ten")
	again := open(t, string(bakery.Base)) // on another device, days later
	prepare(again)
	again.visit(link(t, bakery, text, "/talk/"))
	if !again.is(shows("Yes. Come at ten.")) || !again.is(shows("May I have it on Sunday?")) {
		t.Errorf("the link out of the mail does not show the conversation:%s", again.scene())
	}
	again.fill(".composer #f-text", "I will be there.")
	again.press(".composer button")
	again.wait("what was answered", shows("I will be there."))
	a.reload("the guest's answer", a.words(`location.pathname`), shows("I will be there."))

	o := open(t, string(bakery.Base))
	o.visit("/market")
	if o.is(shows("Sunday")) {
		t.Error("a private question stands on the public page")
	}
}
