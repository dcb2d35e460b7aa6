package browser

import (
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// TestPrivateQuestion asks about a neighbour's listing in private, from page to page and back.
func TestPrivateQuestion(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	ben := join(t, cycles, "ben", "Ben Wheeler", coop.RoleMember)
	if _, err := bakery.Market.PostListing(t.Context(), coop.Member(ana.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "A kneading trough"}, Modes: []market.Mode{market.Lend}, Visibility: coop.Everyone}); err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()

	c := enter(t, cycles, ben)
	c.reload("the offer at the neighbour's", "/market", shows("A kneading trough"))
	c.press(".cards h3 a")
	c.fill("#f-text", "Is it free on Sunday?")
	c.press("form[action$='/ask'] button")
	c.wait("the conversation", `location.pathname.startsWith("/threads/") && `+shows("Is it free on Sunday?"))
	talk := c.words(`location.pathname`)

	b := enter(t, bakery, ana)
	b.reload("the question, counted as unread", "/", find("nav .count")+` && `+find("nav .count")+`.firstChild.data.trim() === "1"`)
	b.press("nav a[href='/threads']")
	if !b.is(find(".talks .count")) || !b.is(shows("A kneading trough")) {
		t.Errorf("the list does not show what is unread, or what about:%s", b.scene())
	}
	b.press(".talks h2 a")
	b.wait("the question", shows("Is it free on Sunday?"))
	b.fill(".composer #f-text", "Yes. Come at ten.")
	b.press(".composer button")
	b.wait("the answer at home", shows("Yes. Come at ten."))
	if b.is(find("nav .count")) {
		t.Errorf("what was answered counts as unread:%s", b.scene())
	}
	c.reload("the answer, counted as unread", "/", find("nav .count"))
	c.visit(talk)
	if !c.is(shows("Yes. Come at ten.")) {
		t.Errorf("the answer is not at the asker's:%s", c.scene())
	}

	// Nobody else reads along, and nothing of it is public.
	o := open(t, string(bakery.Base))
	o.visit("/market")
	o.press(".cards h3 a")
	if o.is(shows("Sunday")) {
		t.Error("a private question stands on the public page")
	}
}
