package federation_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// voting is a region at a whose council a, b and c lets in, with d beside them.
func voting(t *testing.T) (r *rig, a, b, c, d *node, v region.Region) {
	t.Helper()
	r, a, b, c, d, v = seated(t)
	next, err := a.region.Propose(r.ctx, a.steward, v.Slug, region.Change{Joining: region.ByCouncil})
	must(t, err)
	r.settle()
	must(t, b.region.Countersign(r.ctx, b.steward, b.held(v).Slug, next.ID))
	r.settle()
	for _, n := range r.nodes {
		if h := n.held(v).Charter; h.ID != next.ID {
			t.Fatalf("%s goes by version %d: %v", n.name, h.Version, n.inbound(""))
		}
	}
	return r, a, b, c, d, a.held(v)
}

func parsed(t *testing.T, doc []byte) strictjson.Object {
	t.Helper()
	o, err := strictjson.Parse(doc)
	must(t, err)
	return o
}

// asking is how many votes the one that asks has at a node; -1 when nobody asks.
func (n *node) asking(v region.Region, who coop.IRI) int {
	n.rig.t.Helper()
	p, now := n.part(v, who), n.held(v)
	if p.State != region.Asking {
		return -1
	}
	return len(p.Yes(&now.Charter))
}

// The council lets in: each of it is asked, two of three say yes, one of them while the host is away, and when it is back the co-op is in, everywhere.
func TestRegionCouncilLetsIn(t *testing.T) {
	t.Parallel()
	r, a, b, c, d, v := voting(t)
	e := r.node("e")
	e.asks(v)
	for n, want := range map[*node]int{a: 0, b: 0, c: 0, d: -1} {
		if got := n.asking(v, e.actor); got != want {
			t.Fatalf("at %s %d favour e, want %d: %v", n.name, got, want, n.inbound(""))
		}
	}
	must(t, b.region.Favour(r.ctx, b.steward, b.held(v).Slug, e.actor))
	r.settle()
	for n, want := range map[*node]int{a: 1, b: 1, c: 1, d: -1} {
		if got := n.asking(v, e.actor); got != want {
			t.Errorf("after one vote at %s %d favour e, want %d: %v", n.name, got, want, n.inbound(""))
		}
	}
	if s := e.state(v); s != region.Asked {
		t.Errorf("after one vote e is %q", s)
	}
	a.goes(true)
	must(t, c.region.Favour(r.ctx, c.steward, c.held(v).Slug, e.actor))
	r.settle()
	if s, n := e.state(v), b.asking(v, e.actor); s != region.Asked || n != 2 {
		t.Errorf("with the host away e is %q, and b knows of %d votes", s, n)
	}
	a.goes(false)
	r.clock.add(2 * time.Hour)
	r.settle()
	r.wait()
	for _, n := range []*node{a, b, c, d, e} {
		if diff := cmp.Diff([]string{"A", "B", "C", "D", "E"}, n.counts(v)); diff != "" {
			t.Errorf("at %s: %s", n.name, diff)
		}
	}
	p := d.part(v, e.actor)
	if got := p.Admission(&v.Charter); got == nil || len(got.Votes) != 2 {
		t.Errorf("d holds %+v", got)
	}

	// Whoever comes late reads the votes with the words.
	f := r.node("f")
	f.asks(v)
	must(t, a.region.Admit(r.ctx, a.steward, v.Slug, f.actor))
	must(t, b.region.Favour(r.ctx, b.steward, b.held(v).Slug, f.actor))
	r.settle()
	r.wait()
	if diff := cmp.Diff([]string{"A", "B", "C", "D", "E", "F"}, f.counts(v)); diff != "" {
		t.Errorf("at f, which came late: %s", diff)
	}
}

// What does not come from the council is no vote, and a host alone lets nobody in.
func TestRegionVoteAttacks(t *testing.T) {
	t.Parallel()
	r, a, b, c, d, v := voting(t)
	mill, eve := r.peer("mill").cooperative("mill"), r.peer("evil").cooperative("eve")
	mill.belongs(v)
	mill.tell(a, mill.activity("Join", v.Charter.Host, withEntry(mill.entry(v, 1))))
	if a.asking(v, mill.iri) != 0 || b.asking(v, mill.iri) != 0 {
		t.Fatalf("the mill does not ask: %v", a.inbound(""))
	}
	vote := func(as *cooperative, change ...func(*region.Vote)) obj {
		x := region.Vote{Region: v.ID, Charter: v.Charter.ID, Coop: mill.iri, Serial: 1, By: as.iri}
		for _, f := range change {
			f(&x)
		}
		doc, err := vocab.Vote(&x)
		must(t, err)
		return obj{"result": json.RawMessage(as.signs(doc, as.iri))}
	}
	eve.tell(a, eve.activity("Accept", mill.iri, vote(eve)))
	a.turnedDown(t, "a vote from outside of the council", "council.only")
	eve.tell(a, eve.activity("Accept", mill.iri, vote(eve, func(x *region.Vote) { x.By = b.actor })))
	a.turnedDown(t, "a vote in b's name", "sig.proof")
	eve.tell(a, eve.activity("Accept", mill.iri, vote(eve, func(x *region.Vote) { x.By, x.Charter = b.actor, v.ID })))
	eve.tell(a, eve.activity("Accept", mill.iri, vote(eve, func(x *region.Vote) { x.By, x.Region = b.actor, v.Charter.ID })))
	for _, n := range []*node{a, b, c} {
		if got := n.asking(v, mill.iri); got != 0 {
			t.Errorf("at %s %d favour the mill", n.name, got)
		}
	}

	// Nobody but the host asks the council, and not about a co-op that it made up.
	entry := eve.entry(v, 1)
	offer := func(who *cooperative, words ...[]byte) obj {
		all := []any{}
		for _, w := range words {
			all = append(all, json.RawMessage(w))
		}
		return who.activity("Offer", eve.iri, obj{"target": who.iri + "/members", "tl:words": all})
	}
	eve.tell(b, offer(eve, entry))
	if p := b.part(v, eve.iri); p.State != "" {
		t.Errorf("eve has the council asked about herself: %+v", p)
	}
	dairy := r.peer("dairy").cooperative("dairy")
	made, err := vocab.DecodeEntry(parsed(t, eve.entry(v, 1, func(e *region.Entry) { e.Coop = dairy.iri })))
	must(t, err)
	must(t, a.region.Store.Write(r.ctx, func(tx region.Tx) error {
		return tx.Append(coop.Event{ID: "01900000-0000-7000-8000-00000000eeee", Kind: coop.RegionWanted, At: r.clock.now(), By: "test", Subject: string(v.ID),
			Snapshot: region.Told{Region: v.ID, Slug: v.Slug, Host: v.Charter.Host, Hosted: true, Charter: a.held(v).Charter.ID, Coop: dairy.iri, Entry: &made}})
	}))
	r.settle()
	b.turnedDown(t, "a co-op that the host made up", "proof.bad")
	if p := b.part(v, dairy.iri); p.State != "" {
		t.Errorf("the host has the council asked about whoever it likes: %+v", p)
	}

	// The host lets in by itself: nobody believes it.
	at := a.held(v)
	p := a.part(v, mill.iri)
	alone := region.Admission{Region: v.ID, Charter: at.Charter.ID, Coop: mill.iri, Serial: 1, Nth: p.Entry.Serial, In: true}
	signed, err := a.region.Papers.Admission(r.ctx, alone, at.Charter.Host)
	must(t, err)
	for _, n := range []*node{b, d} {
		err := n.region.Store.Write(r.ctx, func(tx region.Tx) error { _, err := n.region.ReceiveAdmission(tx, signed); return err })
		if coop.KeyOf(err) != "admission.unvoted" {
			t.Errorf("%s believes the host alone: %v", n.name, err)
		}
	}

	// The control: b's vote, whoever brings it, and the host's own.
	must(t, b.region.Favour(r.ctx, b.steward, b.held(v).Slug, mill.iri))
	p = b.part(v, mill.iri)
	yes := p.Yes(&at.Charter)
	if len(yes) != 1 {
		t.Fatalf("b favours the mill: %+v", yes)
	}
	eve.tell(c, eve.activity("Accept", mill.iri, obj{"result": json.RawMessage(yes[0].Bytes)}))
	if got := c.asking(v, mill.iri); got != 1 {
		t.Errorf("a vote that was handed on is not taken: %d, %v", got, c.inbound(queue.Rejected))
	}
	must(t, a.region.Admit(r.ctx, a.steward, v.Slug, mill.iri))
	r.settle()
	r.wait()
	if len(mill.got("Accept")) != 1 {
		t.Errorf("the mill is not told: %v", a.inbound(queue.Rejected))
	}
	for _, n := range []*node{a, b, c, d} {
		if p := n.part(v, mill.iri); p.State != region.In {
			t.Errorf("at %s the mill is %q: %v", n.name, p.State, n.inbound(queue.Rejected))
		}
	}
}
