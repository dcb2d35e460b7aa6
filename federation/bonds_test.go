package federation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
	"toadlane/region"
)

// ends posts listings that work out with another co-op.
func (n *node) ends(with coop.IRI, times int) {
	n.rig.t.Helper()
	for range times {
		l := n.posts("Loaf")
		_, err := n.market.CloseListing(n.rig.ctx, n.steward, l.ID, market.Ending{With: with})
		must(n.rig.t, err)
	}
	n.rig.settle()
}

// shows changes what a node brings into a region.
func (n *node) shows(v region.Region, shares ...region.Share) {
	n.rig.t.Helper()
	must(n.rig.t, n.region.Narrow(n.rig.ctx, n.steward, n.held(v).Slug, terms(shares...)))
	n.rig.settle()
}

// bonds are those that a node knows of other co-ops.
func (n *node) bonds() (out []market.Bond) {
	n.rig.t.Helper()
	all, err := n.market.Bonds(n.rig.ctx)
	must(n.rig.t, err)
	for _, b := range all {
		if b.Coop != "" {
			out = append(out, b)
		}
	}
	return out
}

// How much worked out between two co-ops is told in counts, where both of them let a region show it, and taken back with that.
func TestBondsAreTold(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	b.ends(c.actor, 4)
	b.ends(a.actor, 2)
	r.clock.add(12 * 24 * time.Hour) // another month: in that in which they ended they are not told
	r.settle()
	tells := func(n *node) (out []string) {
		t.Helper()
		w := n.get("/actor/agreements", nil)
		if w.Code != 200 || strings.Contains(w.Body.String(), "Loaf") || strings.Contains(w.Body.String(), "/listings/") {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		doc := object(t, w.Body.Bytes())
		items, _ := doc["items"].([]any)
		for _, x := range items {
			o := x.(map[string]any)
			if o["subject"] != string(n.actor) {
				t.Errorf("about %v", o["subject"])
			}
			out = append(out, o["object"].(string))
		}
		return out
	}
	goes := func() {
		r.clock.add(13 * time.Hour)
		r.settle()
		r.wait()
	}
	if got := tells(b); got != nil {
		t.Errorf("told without consent: %v", got)
	}
	b.shows(v, region.ShareOffers, region.ShareBonds)
	goes()
	if got := tells(b); got != nil {
		t.Errorf("told without the other's consent: %v", got)
	}
	c.shows(v, region.ShareBonds)
	a.shows(v, region.ShareOffers, region.ShareBonds)
	goes()
	if diff := cmp.Diff([]string{string(c.actor)}, tells(b)); diff != "" {
		t.Errorf("with the consent of both, and more than two: %s", diff)
	}
	goes()                                                          // what is asked for is what stood there when the others began to show it
	four := []market.Bond{{Coop: b.actor, With: c.actor, Count: 3}} // four, in steps
	if diff := cmp.Diff(four, a.bonds()); diff != "" {
		t.Errorf("a knows: %s %v", diff, a.peer(b.actor).LastError)
	}
	c.shows(v)
	goes()
	if got := tells(b); got != nil {
		t.Errorf("still told when the other does not want it any more: %v", got)
	}
	goes()
	if got := a.bonds(); got != nil {
		t.Errorf("and still known: %+v", got)
	}
	if p := a.peer(b.actor); p.State != queue.Accepted || p.LastError != "" {
		t.Errorf("%+v", p)
	}

	// Neither does it stay with a reader that shows nothing itself any more, or when who said it does not.
	c.shows(v, region.ShareBonds)
	for what, ends := range map[string]func(){"the reader": func() { a.shows(v) }, "who said it": func() { b.shows(v) }} {
		a.shows(v, region.ShareBonds)
		b.shows(v, region.ShareBonds)
		goes()
		goes()
		if diff := cmp.Diff(four, a.bonds()); diff != "" {
			t.Fatalf("control: %s", diff)
		}
		ends()
		goes()
		if got := a.bonds(); got != nil {
			t.Errorf("%s shows nothing any more, and a keeps %+v", what, got)
		}
	}
}

// What a peer says of others, or in another's name, is left out; who is followed no more says nothing.
func TestBondAttacks(t *testing.T) {
	t.Parallel()
	r, a, _, _, v := valley(t)
	a.shows(v, region.ShareOffers, region.ShareBonds)
	eve := r.peer("evil").cooperative("eve")
	eve.belongs(v)
	eve.doc["agreements"] = string(eve.iri) + "/agreements"
	item := func(subject, object coop.IRI, count any) obj {
		return obj{"type": "Relationship", "subject": subject, "relationship": "https://w3id.org/toad-lane/ns#agreements", "object": object, "count": count}
	}
	const mill, dairy coop.IRI = "https://mill.example/actor", "https://dairy.example/actor"
	eve.put(path(eve.iri)+"/outbox", obj{"id": string(eve.iri) + "/outbox", "type": "OrderedCollection", "orderedItems": []any{}})
	eve.put(path(eve.iri)+"/agreements", obj{"id": string(eve.iri) + "/agreements", "type": "Collection", "items": []any{
		item(mill, dairy, 9), item(eve.iri, mill, 5), item(eve.iri, eve.iri, 5), item(eve.iri, dairy, 2), item(eve.iri, dairy, -5), item(eve.iri, dairy, 1e12), item(eve.iri, dairy, "5"), "x"}})
	eve.publish()
	eve.tell(a, eve.activity("Join", v.Charter.Host, withEntry(eve.entry(v, 1, shares(region.ShareBonds)))))
	must(t, a.region.Admit(r.ctx, a.steward, "valley", eve.iri))
	r.settle()
	eve.tell(a, eve.activity("Accept", a.peer(eve.iri).Follow))
	r.wait()
	if diff := cmp.Diff([]market.Bond{{Coop: eve.iri, With: mill, Count: 5}}, a.bonds()); diff != "" {
		t.Errorf("a knows: %s %+v", diff, a.peer(eve.iri))
	}
	eve.tell(a, eve.activity("Leave", v.Charter.Host, withEntry(eve.entry(v, 2, left))))
	r.settle()
	if got := a.bonds(); got != nil {
		t.Errorf("who left still says %+v", got)
	}
}
