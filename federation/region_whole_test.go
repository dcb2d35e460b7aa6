package federation_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// What a co-op could not deliver comes by the account of the region, and by itself once more without being another.
func TestRegionHandsOn(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	_, err := c.Follow(r.ctx, c.steward, string(v.Charter.Host))
	must(t, err)
	r.settle()
	if f := a.followerOf(v.Charter.Host, c.actor); f != queue.Accepted {
		t.Fatalf("c follows the region: %q", f)
	}
	r.pass(time.Minute, 10*time.Second)
	c.deaf.Store(true)
	bread := b.posts("Bread")
	r.settle()
	c.deaf.Store(false)
	if d := cmp.Diff([]string{}, c.titles(b.actor)); d != "" {
		t.Fatal(d)
	}
	r.pass(20*time.Second, 10*time.Second)
	if d := cmp.Diff([]string{"Bread"}, c.titles(b.actor)); d != "" {
		t.Errorf("by the region: %s", d)
	}
	r.pass(3*time.Minute, 10*time.Second)
	if d := cmp.Diff([]string{"Bread"}, c.titles(b.actor)); d != "" {
		t.Errorf("by itself: %s", d)
	}
	if _, n := b.reactions(bread); n != 1 {
		t.Errorf("b counts %d announcements", n)
	}
	flour := c.posts("Flour")
	r.pass(2*time.Minute, 10*time.Second)
	if _, n := c.reactions(flour); n != 1 {
		t.Errorf("c, who follows the region and is told of its own twice, counts %d", n)
	}
	for _, n := range r.nodes {
		for _, in := range n.inbound("") {
			t.Errorf("%s keeps %s %s: %s %s", n.name, in.Type, in.Activity, in.State, in.LastError)
		}
	}
}

// hostedBy is a region that a scripted co-op hosts, and that nodes and others are let into.
func (c *cooperative) hostedBy(slug string) region.Region {
	t := c.rig.t
	t.Helper()
	c.doc["type"] = "Group"
	for _, part := range []string{"charters", "words", "members"} {
		c.doc[part] = c.base + coop.IRI("/"+part)
	}
	doc, err := vocab.Charter(&region.Charter{Version: 1, Attempt: 1, Need: 1, Absence: 30, Host: c.iri, HostKey: c.key(), Slug: slug, Name: coop.Text{"en": slug},
		Joining: region.BySteward, Council: []region.Seat{{Coop: c.iri, Key: c.key()}}})
	must(t, err)
	o, err := strictjson.Parse(doc)
	must(t, err)
	charter, err := vocab.DecodeCharter(o)
	must(t, err)
	mark, err := vocab.Mark(charter.ID, c.iri)
	must(t, err)
	c.publish()
	c.put("/charters", obj{"id": c.base + "/charters", "type": "OrderedCollection", "orderedItems": []any{json.RawMessage(doc), json.RawMessage(c.signs(mark, c.iri))}})
	c.put("/words", obj{"id": c.base + "/words", "type": "OrderedCollection", "orderedItems": []any{}})
	return region.Region{ID: charter.ID, Charter: charter, Hosts: []coop.IRI{c.iri}}
}

// lets takes a node in that asks, and another co-op.
func (c *cooperative) lets(v region.Region, in *node, others ...*cooperative) {
	t := c.rig.t
	t.Helper()
	in.asks(v)
	join := c.got("Join")
	c.tell(in, c.activity("Accept", join[len(join)-1]["id"], obj{"result": json.RawMessage(c.admission(v, in.actor, 1, 1, true))}))
	for _, o := range others {
		o.belongs(v)
		c.tell(in, c.activity("Add", o.iri, obj{"target": c.iri + "/members", "to": []any{in.actor},
			"tl:words": []any{json.RawMessage(o.entry(v, 1, shares(region.ShareOffers))), json.RawMessage(c.admission(v, o.iri, 1, 1, true))}}))
	}
	c.rig.wait()
	for _, o := range others {
		for _, f := range o.got("Follow") {
			o.tell(in, o.activity("Accept", f))
		}
		if p := in.part(v, o.iri); !p.Counts() || in.peer(o.iri).State != queue.Accepted {
			t.Fatalf("%s is %q, followed %q: %v", o.name, p.State, in.peer(o.iri).State, in.inbound(""))
		}
	}
}

// A host hands on what it likes: it counts as its origin's own only when it is.
func TestRegionHandsOnAttacks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.node("c")
	eve, mill, bad := r.peer("evil").cooperative("eve"), r.peer("mill").cooperative("mill"), r.peer("bad").cooperative("bad")
	stranger, mallory := r.peer("far").cooperative("far"), r.peer("mallory").cooperative("mallory")
	v := eve.hostedBy("valley")
	eve.lets(v, c, mill, bad)
	must(t, c.Block(r.ctx, c.steward, bad.base.Hostname(), "test"))

	says := func(o *cooperative, typ string, object obj) []byte {
		return o.signs(jsonOf(o.activity(typ, object, obj{"to": []any{coop.Public}})), o.iri)
	}
	hands := func(by *cooperative, doc []byte) {
		by.tell(c, by.activity("Announce", json.RawMessage(doc), obj{"to": []any{coop.Public}}))
	}
	see := func(what string, want ...string) {
		t.Helper()
		if want == nil {
			want = []string{}
		}
		if d := cmp.Diff(want, c.titles(mill.iri)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	at := func(o obj, d time.Duration) obj {
		o["updated"] = r.clock.now().Add(d).Format(time.RFC3339)
		return o
	}
	bread := mill.offer("Bread")
	hands(mallory, says(mill, "Create", bread))
	see("handed on by who hosts nothing")
	hands(eve, says(mill, "Create", bread))
	see("handed on by the host", "Bread")
	hands(eve, says(stranger, "Create", stranger.offer("Far")))
	hands(eve, says(bad, "Create", bad.offer("Bad")))
	for _, o := range []*cooperative{stranger, bad} {
		if got := c.titles(o.iri); len(got) > 0 {
			t.Errorf("of %s: %v", o.name, got)
		}
	}

	other, err := sig.GenerateEd25519()
	must(t, err)
	forged := at(mill.offer("Forged", obj{"id": bread["id"]}), time.Minute)
	hands(eve, says(&cooperative{mill.user, other}, "Update", forged)) // its home answers 404
	hands(eve, says(&cooperative{eve.user, eve.sign}, "Update", forged))
	hands(eve, jsonOf(mill.activity("Update", forged)))
	c.turnedDown(t, "forged, and not at its home", "404")
	see("forged", "Bread")
	mill.put(path(coop.IRI(bread["id"].(string))), at(mill.offer("Home bread", obj{"id": bread["id"]}), time.Second))
	hands(eve, says(&cooperative{mill.user, other}, "Update", forged))
	see("forged, and its home says otherwise", "Home bread")
	hands(eve, says(mill, "Create", bread))
	see("an old one", "Home bread")
	hands(eve, says(mill, "Create", at(obj(stranger.offer("Not the mill's")), 0)))
	c.turnedDown(t, "of another origin", "origin.differs")
	hands(eve, says(mill, "Update", at(mill.offer("Another's", obj{"id": bread["id"], "attributedTo": mill.iri + "2"}), time.Hour)))
	c.turnedDown(t, "of another owner", "owner.differs")
	own := c.posts("Ours")
	hands(eve, says(mill, "Delete", obj{"id": own.IRI, "type": "Tombstone"}))
	hands(eve, jsonOf(mill.activity("Delete", bread["id"])))
	see("a Delete without a proof", "Home bread")
	hands(eve, says(mill, "Delete", obj{"id": bread["id"], "type": "Tombstone"}))
	see("a Delete of its own")
	hands(eve, says(mill, "Create", at(bread, time.Hour)))
	see("what is deleted")
	if got := c.titles(""); len(got) != 1 {
		t.Errorf("of ours there is %v", got)
	}
	seen := c.peer(mill.iri).LastSeen
	r.clock.add(time.Hour)
	hands(eve, says(mill, "Create", mill.offer("Later")))
	see("a later one", "Later")
	if now := c.peer(mill.iri).LastSeen; !now.Equal(seen) {
		t.Errorf("that a host hands on keeps the mill fresh: %s", now)
	}
}
