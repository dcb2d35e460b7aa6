package web_test

import (
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
)

// The market can be narrowed to co-ops that say in public that they meet a standard; what nobody meets is not asked about.
func TestMarketOfThoseWhoMeetAStandard(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.post(an(market.Offer, "Rye bread"))
	r.receive(an(market.Offer, "Courier round", func(l *market.Listing) { l.Home = "https://cycles.example/actor" }))
	r.receive(an(market.Offer, "Garden help", func(l *market.Listing) { l.Home = "https://care.example/actor" }))
	p := r.written("Fair work", "- [ ] Paid by the hour\n- [ ] Insured\n", true, func(s *handbook.Start) { s.Kind = handbook.Standard })
	b := r.browser()
	b.get("/market").want(http.StatusOK).saysNot("From co-ops that meet")
	b.get("/market?meets=fair-work").says("No co-op says that it meets this standard now")

	ctx, steward := t.Context(), coop.Member(r.sten.ID, coop.RoleSteward)
	uses := func(home coop.IRI, met ...int) {
		t.Helper()
		if err := r.cfg.Handbook.Store.Write(ctx, func(tx handbook.Tx) error {
			_, err := r.cfg.Handbook.ReceiveAdoption(tx, handbook.Adoption{Coop: home, Page: p.IRI, Revision: p.InUse, Manner: handbook.AsItIs, IRI: home + "/n/1", Met: met,
				Since: r.clock.Now(), Checked: r.clock.Now()})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	uses("https://cycles.example/actor", 1, 2)
	uses("https://care.example/actor", 1)
	a := b.get("/market?meets=fair-work").want(http.StatusOK).says("Meets “Fair work”").says("Courier round").saysNot("Rye bread").saysNot("Garden help")
	if a := r.signedIn("ada").get("/market").says("From co-ops that meet"); !strings.Contains(a.body, `<option value="fair-work">Fair work</option>`) {
		t.Error("the standard is not offered to choose")
	}
	if !strings.Contains(a.body, "/market.atom?meets=fair-work") {
		t.Error("the feeds forget the standard")
	}
	if _, err := r.cfg.Handbook.SayMet(ctx, steward, p.ID, handbook.Attesting{Met: []int{1, 2}, Checked: r.clock.Now(), Public: true}); err != nil {
		t.Fatal(err)
	}
	b.get("/market?meets=fair-work").says("Courier round").says("Rye bread").saysNot("Garden help")
	b.get("/market?meets=fair-work&coop=home").says("Rye bread").saysNot("Courier round")
}
