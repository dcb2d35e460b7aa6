package browser

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// TestRenewedFromMail lets time pass until a listing ends soon, and renews it with one press from the mail that says so, without
// signing in. The link opens nothing a second time.
func TestRenewedFromMail(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	l, err := bakery.Market.PostListing(t.Context(), coop.Member(ana.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "A kneading trough"}, Modes: []market.Mode{market.Lend}, Visibility: coop.Everyone})
	if err != nil {
		t.Fatal(err)
	}
	r.Clock.Move(l.Until.Sub(r.Clock.Now()) - 30*time.Hour)
	if _, err := bakery.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	way := link(t, bakery, letter(t, r, bakery, ana.Email, "/renew/"), "/renew/")

	b := open(t, string(bakery.Base))
	b.look(360, false)
	b.visit(way)
	if now := renewed(t, bakery, l.ID); !now.Equal(l.Until) {
		t.Errorf("looking at the link renewed it until %s", now)
	}
	b.press("form:has(input[value=renew]) button")
	if now := renewed(t, bakery, l.ID); !now.After(l.Until.Add(7 * 24 * time.Hour)) {
		t.Errorf("after renewing it ends on %s", now)
	}
	if b.is(find("form[action='/logout']")) {
		t.Error("the link signed somebody in")
	}
	b.visit("/market")
	if !b.is(shows("A kneading trough")) {
		t.Errorf("the renewed offer is not on the market:%s", b.scene())
	}
	again := open(t, string(bakery.Base))
	again.expect(410)
	if status := again.visits(way); status != 410 || again.is(find("form[action^='/renew/']")) {
		t.Errorf("the link a second time answers with %d:%s", status, again.scene())
	}
}

func renewed(t *testing.T, c *testrig.Coop, id coop.ID) time.Time {
	t.Helper()
	l, err := c.Market.Store.Listing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l.Until
}
