package federation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/region"
)

// seated is a region at a with a, b and c in its council, and d beside them.
func seated(t *testing.T) (r *rig, a, b, c, d *node, v region.Region) {
	t.Helper()
	r, a, b, c, v = valley(t)
	d = r.node("d")
	d.asks(v)
	a.admits(v, d)
	r.wait()
	if _, err := a.region.Propose(r.ctx, a.steward, "valley", region.Change{Council: []coop.IRI{a.actor, b.actor, c.actor}}); err != nil {
		t.Fatal(err)
	}
	r.settle()
	for _, n := range r.nodes {
		if h := n.held(v).Charter; h.Version != 2 || h.Need != 2 || len(h.Council) != 3 {
			t.Fatalf("%s goes by %d, %d of %d: %v", n.name, h.Version, h.Need, len(h.Council), n.inbound(""))
		}
		if d := cmp.Diff([]string{"A", "B", "C", "D"}, n.counts(v)); d != "" {
			t.Fatalf("at %s after the council was made: %s", n.name, d)
		}
	}
	return r, a, b, c, d, a.held(v)
}

// The host's server is gone. The markets of the others still show each other; two of the council move the region to one of them, all follow, and the
// new host goes on. When the old one is back it learns of it, says so, and sends its followers on.
func TestRegionMoves(t *testing.T) {
	t.Parallel()
	r, a, b, c, d, v := seated(t)
	fan := r.node("fan")
	_, err := fan.Follow(r.ctx, fan.steward, "@valley@"+a.base.Host())
	must(t, err)
	r.settle()
	c.posts("Flour")
	r.settle()
	a.goes(true)
	b.posts("Bread")
	r.settle()
	if diff := cmp.Diff([]string{"Bread"}, d.titles(b.actor)); diff != "" {
		t.Errorf("with the host away, d sees of b: %s", diff)
	}
	r.clock.add(31 * 24 * time.Hour)
	r.settle()
	if x, err := b.region.Council(r.ctx, b.steward, "valley"); err != nil || !x.HostGone {
		t.Errorf("b is not told that the host is gone: %+v, %v", x, err)
	}
	next, err := b.region.Propose(r.ctx, b.steward, b.held(v).Slug, region.Change{Here: true})
	must(t, err)
	r.settle()
	x, err := c.region.Council(r.ctx, c.steward, c.held(v).Slug)
	must(t, err)
	if len(x.Proposals) != 1 || x.Proposals[0].Charter.ID != next.ID || len(x.Proposals[0].Signed) != 1 {
		t.Fatalf("c is shown %+v: %v", x.Proposals, c.inbound(""))
	}
	must(t, c.region.Countersign(r.ctx, c.steward, c.held(v).Slug, next.ID))
	r.settle()
	r.wait()
	for _, n := range []*node{b, c, d} {
		if h := n.held(v); h.Charter.ID != next.ID || h.Hosted != (n == b) || h.State != region.Joined {
			t.Errorf("%s: %s by charter %d of %s", n.name, h.State, h.Charter.Version, h.Charter.Host)
		}
		if diff := cmp.Diff([]string{"A", "B", "C", "D"}, n.counts(v)); diff != "" {
			t.Errorf("at %s after it moved: %s", n.name, diff)
		}
	}
	together(t, c, d, queue.Accepted)
	e := r.node("e")
	e.asks(b.held(v))
	b.admits(b.held(v), e)
	r.wait()
	if diff := cmp.Diff([]string{"A", "B", "C", "D", "E"}, d.counts(v)); diff != "" {
		t.Errorf("at d after e joined at the new host: %s", diff)
	}
	if diff := cmp.Diff([]string{"B", "C", "D", "E"}, e.counts(v)); diff != "" { // a can't say so itself
		t.Errorf("at e, which came late: %s", diff)
	}

	a.goes(false)
	r.clock.add(13 * time.Hour)
	r.settle()
	r.wait()
	if h := a.held(v); h.Hosted || h.Charter.ID != next.ID {
		t.Fatalf("the old host still hosts by %d: %s", h.Charter.Version, h.Trouble)
	}
	if diff := cmp.Diff([]string{"A", "B", "C", "D", "E"}, a.counts(v)); diff != "" {
		t.Errorf("at the old host: %s", diff)
	}
	old := object(t, a.get(path(v.Charter.Host), nil).Body.Bytes())
	now := object(t, b.get(path(next.Host), nil).Body.Bytes())
	if old["movedTo"] != string(next.Host) || cmp.Diff([]any{string(v.Charter.Host)}, now["alsoKnownAs"]) != "" {
		t.Errorf("the old account moved to %v, the new one is also known as %v", old["movedTo"], now["alsoKnownAs"])
	}
	if p := fan.peer(next.Host); p.State != queue.Accepted {
		t.Errorf("a follower of the old account follows the new one: %q", p.State)
	}
}

// Whoever is not in the council moves nothing, and a charter that only one of two signed is none.
func TestRegionMovesForNobody(t *testing.T) {
	t.Parallel()
	r, a, b, _, d, v := seated(t)
	if _, err := d.region.Propose(r.ctx, d.steward, d.held(v).Slug, region.Change{Here: true}); coop.KeyOf(err) != "council.only" {
		t.Errorf("d proposes: %v", err)
	}
	_, err := b.region.Propose(r.ctx, b.steward, b.held(v).Slug, region.Change{Here: true})
	must(t, err)
	r.settle()
	r.clock.add(13 * time.Hour)
	r.settle()
	for _, n := range r.nodes {
		if h := n.held(v); h.Charter.ID != v.Charter.ID || h.Hosted != (n == a) {
			t.Errorf("%s goes by %d of %s", n.name, h.Charter.Version, h.Charter.Host)
		}
	}
}

// The host was made anew of an old backup: it signs nothing before it heard from the others whom it let in and expelled since, and goes on from there.
func TestRegionHostRestored(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	backup := []region.Part{a.part(v, a.actor), a.part(v, b.actor), a.part(v, c.actor)}
	d := r.node("d")
	d.asks(v)
	a.admits(v, d)
	must(t, a.region.Expel(r.ctx, a.steward, "valley", c.actor, "Too late"))
	r.settle()
	r.wait()
	before := b.counts(v)
	if diff := cmp.Diff([]string{"A", "B", "D"}, before); diff != "" {
		t.Fatal(diff)
	}
	must(t, a.queue.Write(r.ctx, func(tx queue.Tx) error {
		must(t, tx.DropRegion(v.ID))
		must(t, tx.PutRegion(v))
		must(t, tx.PutCharter(v.ID, v.Charter))
		for _, p := range backup {
			must(t, tx.PutPart(p))
		}
		return nil
	}))
	must(t, a.region.MarkRestored(r.ctx))
	if err := a.region.Expel(r.ctx, a.steward, "valley", b.actor, ""); coop.KeyOf(err) != "region.restored" {
		t.Errorf("the host signs: %v", err)
	}
	r.wait()
	if h := a.held(v); h.Marked {
		t.Fatalf("the host still waits: %s", h.Trouble)
	}
	if diff := cmp.Diff(before, a.counts(v)); diff != "" {
		t.Errorf("the host again: %s", diff)
	}
	c.asks(v)
	a.admits(v, c)
	r.wait()
	for _, n := range r.nodes {
		if diff := cmp.Diff([]string{"A", "B", "C", "D"}, n.counts(v)); diff != "" {
			t.Errorf("at %s: %s", n.name, diff)
		}
	}
}

// Where a region is: who joins has the outline that its first charter names, and the council has the places that another proposes before it signs. What comes
// under a name that is not its hash is not kept.
func TestRegionArea(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("a"), r.node("b")
	river := region.Area{Outline: []region.Ring{{{Lat: 39_469_900, Lon: -376_300}, {Lat: 39_300_000, Lon: -376_300}, {Lat: 39_300_000, Lon: 0}}}}
	v, err := a.region.Found(r.ctx, a.steward, region.Founding{Name: coop.Text{"en": "The valley"}, Slug: "valley", Languages: []string{"en"}, Joining: region.OpenToAll, Absence: 30,
		Area: river, Terms: terms(region.ShareOffers)})
	must(t, err)
	r.settle()
	area := func(n *node, id region.ID) region.Area {
		t.Helper()
		x, err := n.region.Store.At(r.ctx).Area(v.ID, id)
		must(t, err)
		return x
	}
	if v.Charter.Area == "" {
		t.Fatal("its charter names no area")
	}
	b.looksUp(v)
	if d := cmp.Diff(area(a, v.Charter.Area), area(b, v.Charter.Area)); d != "" {
		t.Errorf("at who looks: %s", d)
	}
	b.asks(v)
	r.wait()
	if d := cmp.Diff(river.Outline, area(b, b.held(v).Charter.Area).Outline); d != "" {
		t.Errorf("at who joined: %s", d)
	}
	served := object(t, b.get("/r/"+string(v.ID)+"/areas/"+string(v.Charter.Area), nil).Body.Bytes())
	if served["type"] != "RegionArea" {
		t.Errorf("b serves %v", served)
	}
	for _, none := range []string{"/areas/x", "/areas/" + string(v.ID)} {
		if code := b.get("/r/"+string(v.ID)+none, nil).Code; code != 404 {
			t.Errorf("%s: %d", none, code)
		}
	}

	_, err = a.region.Propose(r.ctx, a.steward, "valley", region.Change{Council: []coop.IRI{a.actor, b.actor}})
	must(t, err)
	r.settle()
	next, err := a.region.Propose(r.ctx, a.steward, "valley", region.Change{Area: &region.Area{Places: []string{" Russafa ", "Campanar"}}})
	must(t, err)
	r.settle()
	if d := cmp.Diff([]string{"Russafa", "Campanar"}, area(b, next.Area).Places); d != "" {
		t.Errorf("before b signs: %s", d)
	}
	must(t, b.region.Countersign(r.ctx, b.steward, b.held(v).Slug, next.ID))
	r.settle()
	for _, n := range r.nodes {
		if h := n.held(v); h.Charter.Area != next.Area {
			t.Errorf("%s: its area is %s", n.name, h.Charter.Area)
		}
	}
	stray := area(b, next.Area)
	stray.ID = v.ID
	if err := b.queue.Write(r.ctx, func(tx queue.Tx) error { return b.region.HearArea(tx, v.ID, stray) }); coop.KeyOf(err) != "area.malformed" {
		t.Errorf("an area that no charter names: %v", err)
	}
	if _, err := a.region.Propose(r.ctx, a.steward, "valley", region.Change{Area: &region.Area{Outline: []region.Ring{{{Lat: 1}}}}}); coop.KeyOf(err) != "area.corners" {
		t.Errorf("a line of one corner: %v", err)
	}
	gone, err := a.region.Propose(r.ctx, a.steward, "valley", region.Change{Area: &region.Area{}})
	if err != nil || gone.Area != "" {
		t.Errorf("taken away it is %s: %v", gone.Area, err)
	}
}
