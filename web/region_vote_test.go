package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"toadlane/coop"
	"toadlane/region"
)

// votes is what another co-op of a council says about one that asks.
func (r *rig) votes(x region.Region, name string, who coop.IRI) {
	r.t.Helper()
	base := coop.IRI("https://" + name + ".example")
	v, err := papers{base}.Vote(r.t.Context(), region.Vote{Region: x.ID, Charter: x.Charter.ID, Coop: who, Serial: 1, By: base + "/actors/coop"})
	if err != nil {
		r.t.Fatal(err)
	}
	keep, err := r.cfg.Region.ReceiveVote(r.t.Context(), v)
	if err != nil {
		r.t.Fatal(err)
	}
	r.region(keep)
}

// Where the council lets in, each of its stewards says yes for its co-op; the host's button alone lets nobody in.
func TestCouncilLetsIn(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	valley := r.valley()
	care := r.asks(valley, "care", true, true)
	nobody, ada, sten := r.browser(), r.signedIn("ada"), r.signedIn("sten")
	f := url.Values{"joining": {"council"}, "absence": {"14"}, "council": {string(r.cfg.ActorIRI), string(care)}, "name_en": {"The <valley>"}, "name_es": {"El valle"}, "story_en": {"Along the river."}}
	sten.post("/regions/valley/council/propose", f).want(http.StatusSeeOther)
	r.region(func(tx region.Tx) error { _, _, err := r.cfg.Region.Settle(tx, valley.ID); return err })
	x := r.now("valley")
	mill := r.asks(x, "mill", false, false)
	nobody.get("/regions/valley").says("once enough co-ops of the council say yes").saysNot("The mill")
	sten.get("/news").says("One co-op asks to take part")
	a := sten.get("/regions/valley").want(http.StatusOK).says("The mill").says("0 of the council say yes; it takes 2").says("Say yes").says("Say no …").saysNot("Let it in").saysNot("So far")
	checkPolicy(t, "the council is asked", a.body)
	ada.post("/regions/valley/admit", url.Values{"coop": {string(mill)}}).want(http.StatusForbidden)
	to := sten.post("/regions/valley/admit", url.Values{"coop": {string(mill)}}).want(http.StatusSeeOther).header.Get("Location")
	sten.get(to).says("Our co-op said yes").says("1 of the council say yes").says("So far: Tin & Thyme <Bakery>").says("Our co-op too").saysNot("Say yes")
	sten.get("/news").saysNot("asks to take part")
	r.votes(x, "care", mill)
	sten.get("/regions/valley").says("The mill").saysNot("it takes 2")
	if p, err := r.cfg.Region.Store.At(t.Context()).Part(valley.ID, mill); err != nil || p.State != region.In {
		t.Errorf("the mill is %q, %v", p.State, err)
	}

	// The other way round: the other's yes is there before, and the button lets in.
	dairy := r.asks(x, "dairy", false, false)
	r.votes(x, "care", dairy)
	sten.get("/regions/valley").says("So far: The care")
	to = sten.post("/regions/valley/admit", url.Values{"coop": {string(dairy)}}).want(http.StatusSeeOther).header.Get("Location")
	sten.get(to).says("It takes part now")
}

// In a council of a region that is hosted elsewhere our stewards are asked, and can say yes and no more.
func TestCouncilIsAsked(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	coast := r.elsewhere("coast", nil)
	sten := r.signedIn("sten")
	sten.post("/regions/coast/ask", url.Values{"ties": {"member"}, "shares": {"offers"}}).want(http.StatusSeeOther)
	r.answered(coast, true, "")
	mill := coop.IRI("https://mill.example/actors/coop")
	hears := func(x region.Region) {
		e, err := papers{"https://mill.example"}.Entry(t.Context(), region.Entry{Region: x.ID, Charter: x.Charter.ID, Coop: mill, Serial: 1, Key: "key of " + string(mill), Name: "The <mill>", Ties: []region.Tie{{Relation: region.Member}}})
		if err != nil {
			t.Fatal(err)
		}
		r.region(func(tx region.Tx) error { _, err := r.cfg.Region.ReceiveEntry(tx, e); return err })
	}
	hears(coast)
	sten.get("/regions/coast").saysNot("mill")
	sten.get("/news").saysNot("asks to take part")
	us, other := r.cfg.ActorIRI, coast.Charter.Council[0].Coop
	r.proposedBy(coast, func(c *region.Charter) {
		key, _ := papers{r.cfg.Base}.Key(t.Context(), us)
		c.Joining, c.Council, c.Need = region.ByCouncil, append([]region.Seat{{Coop: us, Key: key}}, c.Council...), 2
		lines := []region.Line{}
		for _, who := range []coop.IRI{us, other} {
			p, err := r.cfg.Region.Store.At(t.Context()).Part(coast.ID, who)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, region.Line{Coop: who, Entry: p.Entry.ID, Admission: p.Admission(&coast.Charter).ID})
		}
		c.Root = region.Root(lines)
		r.region(func(tx region.Tx) error { return tx.PutList(coast.ID, c.Root, lines) })
	})
	r.region(func(tx region.Tx) error { _, _, err := r.cfg.Region.Settle(tx, coast.ID); return err })
	sten.get("/news").says("One co-op asks to take part")
	sten.get("/regions").says("asks to take part")
	a := sten.get("/regions/coast").want(http.StatusOK).says("The <mill>").says("Say yes").says("0 of the council").saysNot("<mill>").saysNot("/refuse").saysNot("id=\"invite\"")
	checkPolicy(t, "our stewards are asked", a.body)
	r.browser().get("/regions/coast").saysNot("mill")
	to := sten.post("/regions/coast/admit", url.Values{"coop": {string(mill)}}).want(http.StatusSeeOther).header.Get("Location")
	sten.get(to).says("Our co-op said yes").says("1 of the council").saysNot("Say yes")
	sten.post("/regions/coast/admit", url.Values{"coop": {"https://nobody.example/actor"}}).want(http.StatusNotFound)
	sten.post("/regions/coast/refuse", url.Values{"coop": {string(mill)}}).want(http.StatusNotFound)
	sten.get("/news").saysNot("asks to take part")
	r.votes(r.now("coast"), "coast", mill)
	sten.get("/regions/coast").says("2 of the council") // until its host says so
}
