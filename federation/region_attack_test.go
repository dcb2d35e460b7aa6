package federation_test

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// cooperative is a scripted co-op that can sign words.
type cooperative struct {
	*user
	sign ed25519.PrivateKey
}

func (p *peer) cooperative(name string) *cooperative {
	u := p.user(name)
	u.doc["type"] = "Organization"
	return &cooperative{u, u.proves()}
}

func (c *cooperative) key() string { return sig.EncodeMultikey(c.sign.Public().(ed25519.PublicKey)) }

// belongs has the actor say that it takes part in a region.
func (c *cooperative) belongs(v region.Region) {
	c.doc["memberOf"], c.doc["regions"] = []any{v.Charter.Host}, []any{v.ID}
	c.publish()
}

// entry is a word of the co-op's on a region; change may make another of it before it is signed.
func (c *cooperative) entry(v region.Region, serial uint64, change ...func(*region.Entry)) []byte {
	e := region.Entry{Region: v.ID, Charter: v.Charter.ID, Coop: c.iri, Serial: serial, Key: c.key(), Name: c.name, Ties: []region.Tie{{Relation: region.Member}}}
	for _, f := range change {
		f(&e)
	}
	doc, err := vocab.Entry(&e)
	must(c.rig.t, err)
	return c.signs(doc, c.iri)
}

func (c *cooperative) signs(doc []byte, as coop.IRI) []byte {
	out, err := sig.SignProof(doc, c.sign, as+"#ed25519-key", c.rig.clock.now())
	must(c.rig.t, err)
	return out
}

// admission is a word of a host's on a co-op, signed by c.
func (c *cooperative) admission(v region.Region, who coop.IRI, serial, nth uint64, in bool) []byte {
	doc, err := vocab.Admission(&region.Admission{Region: v.ID, Charter: v.Charter.ID, Coop: who, Serial: serial, Nth: nth, In: in})
	must(c.rig.t, err)
	return c.signs(doc, v.Charter.Host)
}

func withEntry(doc []byte) obj { return obj{"tl:entry": json.RawMessage(doc)} }

func left(e *region.Entry) { e.Left, e.Ties, e.Shares = true, nil, nil }

func shares(s ...region.Share) func(*region.Entry) {
	return func(e *region.Entry) { e.Shares = s }
}

// turnedDown checks that the last that was refused is refused for this reason.
func (n *node) turnedDown(t *testing.T, what, key string) {
	t.Helper()
	rows := n.inbound(queue.Rejected)
	if len(rows) == 0 || !strings.Contains(rows[0].LastError, key) {
		t.Errorf("%s: %+v; want %s", what, rows, key)
	}
}

// Who asks to take part asks for itself, as a co-op, by a key of its own.
func TestRegionJoinAttacks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.node("a")
	v := a.founds("valley", region.OpenToAll)
	mill, eve := r.peer("mill").cooperative("mill"), r.peer("evil").cooperative("eve")
	person := r.peer("people").cooperative("pat")
	person.doc["type"] = "Person"
	person.publish()
	host := v.Charter.Host

	person.tell(a, person.activity("Join", host, withEntry(person.entry(v, 1))))
	a.turnedDown(t, "a person joins", "region.person")
	eve.tell(a, eve.activity("Join", host, withEntry(mill.entry(v, 1))))
	a.turnedDown(t, "another's word", "owner.differs")
	eve.tell(a, eve.activity("Join", host, withEntry(eve.entry(v, 1, func(e *region.Entry) { e.Coop = mill.iri }))))
	a.turnedDown(t, "a word in another's name", "owner.differs")
	eve.tell(a, eve.activity("Join", host, withEntry(eve.entry(v, 1, func(e *region.Entry) { e.Key = mill.key() }))))
	a.turnedDown(t, "a key that it does not list", "proof.bad")
	unlisted, err := sig.GenerateEd25519()
	must(t, err)
	stray := &cooperative{eve.user, unlisted}
	eve.tell(a, eve.activity("Join", host, withEntry(stray.entry(v, 1))))
	a.turnedDown(t, "signed by a key that it does not list", "proof.bad")
	eve.tell(a, eve.activity("Join", host, withEntry(stray.entry(v, 1, func(e *region.Entry) { e.Key = eve.key() }))))
	a.turnedDown(t, "not signed by the key that it names", "sig.proof")
	eve.tell(a, eve.activity("Join", host))
	a.turnedDown(t, "no word at all", "activity.invalid")
	eve.tell(a, eve.activity("Join", host, withEntry(eve.entry(v, 1, func(e *region.Entry) { e.Region = v.ID[:len(v.ID)-1] + "x" }))))
	for _, u := range []*cooperative{person, mill, eve} {
		if p := a.part(v, u.iri); p.State != "" {
			t.Errorf("%s is %q", u.name, p.State)
		}
	}

	w := a.founds("hills", region.BySteward)
	crowd := r.peer("crowd")
	for i := range limits.AsksPerDomain + 1 {
		one := crowd.cooperative(fmt.Sprintf("one%d", i))
		one.send(a, one.activity("Join", w.Charter.Host, withEntry(one.entry(w, 1))))
		r.settle()
	}
	a.turnedDown(t, "a crowd of one domain", "region.full")

	eve.tell(a, eve.activity("Join", host, withEntry(eve.entry(v, 1)))) // the control
	if p := a.part(v, eve.iri); p.State != region.In || len(eve.got("Accept")) != 1 {
		t.Errorf("a co-op is %q: %v", p.State, a.inbound(queue.Rejected))
	}
}

// What is said about others counts by who signed it, not by who says it.
func TestRegionWordAttacks(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	mill, eve := r.peer("mill").cooperative("mill"), r.peer("evil").cooperative("eve")
	mill.tell(a, mill.activity("Join", v.Charter.Host, withEntry(mill.entry(v, 1, shares(region.ShareOffers)))))
	must(t, a.region.Admit(r.ctx, a.steward, "valley", mill.iri))
	r.settle()
	r.wait()
	if p := c.part(v, mill.iri); p.State != region.In || p.Counts() {
		t.Fatalf("whose actor does not name the region counts: %+v", p)
	}
	if s := c.peer(mill.iri).State; s != "" {
		t.Errorf("and is followed: %q", s)
	}
	mill.belongs(v)
	mill.tell(c, mill.activity("Update", mill.doc, obj{"to": []any{c.actor}}))
	if p := c.part(v, mill.iri); !p.Counts() {
		t.Fatalf("whose actor names the region does not count: %+v %v", p, c.inbound(""))
	}
	if s := c.peer(mill.iri).State; s != queue.Requested {
		t.Errorf("and is not followed: %q", s)
	}
	narrow := mill.entry(v, 3)
	words := v.Charter.Host + "/words"
	said := func(n *node) uint64 { return n.part(v, mill.iri).Entry.Serial }

	// Handed on by anybody, it is the co-op's own all the same.
	eve.tell(c, eve.activity("Update", words, withEntry(narrow)))
	if said(c) != 3 {
		t.Errorf("a word that was handed on is not taken: %v", c.inbound(""))
	}
	eve.tell(c, eve.activity("Update", words, withEntry(mill.entry(v, 2, shares(region.ShareOffers)))))
	if p := c.part(v, mill.iri); p.Entry.Serial != 3 || len(p.Entry.Shares) > 0 {
		t.Errorf("an older word was taken: %+v", p.Entry)
	}
	forged := func(e *region.Entry) { e.Coop = mill.iri; left(e) }
	eve.tell(c, eve.activity("Leave", v.Charter.Host, withEntry(eve.entry(v, 9, forged))))
	c.turnedDown(t, "a forged leaving", "proof.bad")
	eve.tell(c, eve.activity("Update", words, withEntry(eve.entry(v, 9, func(e *region.Entry) { e.Coop, e.Key = mill.iri, mill.key() }))))
	c.turnedDown(t, "a forged word", "sig.proof")
	eve.tell(b, eve.activity("Leave", v.Charter.Host, withEntry(eve.entry(v, 99, func(e *region.Entry) { e.Coop = b.actor; left(e) }))))
	if s := b.state(v); s != region.Joined {
		t.Errorf("b was made to leave: %q", s)
	}
	// Of co-ops that nobody let in nothing is kept.
	eve.tell(c, eve.activity("Update", words, withEntry(eve.entry(v, 1))))
	if p := c.part(v, eve.iri); p.State != "" {
		t.Errorf("a stranger's word is kept: %+v", p)
	}
	// Who is not the host admits nobody and expels nobody, whoever signed it and whatever it is called.
	members := v.Charter.Host + "/members"
	eve.tell(c, eve.activity("Add", eve.iri, obj{"target": members, "to": []any{c.actor}, "tl:words": []any{json.RawMessage(eve.entry(v, 1)), json.RawMessage(eve.admission(v, eve.iri, 1, 1, true))}}))
	eve.tell(c, eve.activity("Remove", mill.iri, obj{"target": members, "to": []any{c.actor}, "tl:words": []any{json.RawMessage(eve.admission(v, mill.iri, 3, 9, false))}}))
	eve.tell(c, eve.activity("Reject", c.base+"/a/1", obj{"to": []any{c.actor}, "result": json.RawMessage(eve.admission(v, c.actor, 1, 9, false)), "content": "Go."}))
	c.turnedDown(t, "an answer of who hosts nothing", "region.unknown")
	if p := c.part(v, eve.iri); p.State != "" || c.part(v, mill.iri).State != region.In || c.state(v) != region.Joined {
		t.Errorf("eve is %q, mill %q, c %q", p.State, c.part(v, mill.iri).State, c.state(v))
	}
	// It leaves by its own word, handed on by eve.
	eve.tell(c, eve.activity("Leave", v.Charter.Host, withEntry(mill.entry(v, 4, left))))
	if p := c.part(v, mill.iri); p.State != region.Out || c.peer(mill.iri).State != "" {
		t.Errorf("mill is %q, followed %q", p.State, c.peer(mill.iri).State)
	}
	for _, n := range []*node{a, b, c} {
		for _, in := range n.inbound(queue.Waiting) {
			t.Errorf("%s goes on with %s %s: %s", n.name, in.Type, in.Activity, in.LastError)
		}
	}
}

// A member of a region lies about another while the host is away.
func TestRegionMirrorLies(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	eve := r.peer("evil").cooperative("eve")
	eve.belongs(v)
	eve.tell(a, eve.activity("Join", v.Charter.Host, withEntry(eve.entry(v, 1))))
	must(t, a.region.Admit(r.ctx, a.steward, "valley", eve.iri))
	r.settle()
	r.wait()
	if p := c.part(v, eve.iri); !p.Counts() {
		t.Fatal("eve does not count")
	}
	charters := "/r/" + string(v.ID) + "/charters"
	eve.put(charters, obj{"id": eve.base + coop.IRI(charters), "type": "OrderedCollection", "orderedItems": object(t, b.get(charters, nil).Body.Bytes())["orderedItems"]})
	unknown := r.peer("mill").cooperative("mill")
	eve.put("/r/"+string(v.ID)+"/words", obj{"id": eve.base + "/r/" + coop.IRI(v.ID) + "/words", "type": "OrderedCollection", "orderedItems": []any{
		json.RawMessage(eve.entry(v, 99, func(e *region.Entry) { e.Coop = b.actor; left(e) })),
		json.RawMessage(eve.entry(v, 99, func(e *region.Entry) { e.Coop = unknown.iri })),
		json.RawMessage(eve.admission(v, unknown.iri, 99, 1, true)),
		json.RawMessage(eve.admission(v, b.actor, 99, 9, false)),
	}})
	must(t, a.srv.Close())
	must(t, b.srv.Close())
	r.nodes = []*node{c}
	r.clock.add(13 * 3600e9)
	r.settle()
	if got := len(eve.requests("GET")); got == 0 {
		t.Fatal("eve was not asked")
	}
	if p := c.part(v, b.actor); p.State != region.In || p.Entry.Serial != 1 {
		t.Errorf("b is %+v", p)
	}
	if p := c.part(v, unknown.iri); p.State != "" {
		t.Errorf("one that nobody let in is %+v", p)
	}
}

// An invitation into a region that somebody else hosts is none, and nobody fills the list of invitations.
func TestRegionInviteAttacks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, d := r.node("a"), r.node("d")
	v := a.founds("valley", region.BySteward)
	p := r.peer("evil")
	eve := p.cooperative("eve")
	eve.doc["type"] = "Group"
	eve.doc["charters"], eve.doc["words"] = v.Charter.Host+"/charters", v.Charter.Host+"/words"
	eve.publish()
	invite := func(to coop.IRI, of region.ID) {
		eve.tell(d, eve.activity("Invite", d.actor, obj{"target": to, "tl:region": of}))
	}
	invite(eve.iri, v.ID)
	d.turnedDown(t, "papers of another", "region.none")
	invite(v.Charter.Host, v.ID)
	// The very charters of the other, served as its own: they name another host.
	eve.doc["charters"], eve.doc["words"] = p.base+"/charters", p.base+"/words"
	eve.publish()
	items := object(t, a.get("/r/valley/charters", nil).Body.Bytes())["orderedItems"]
	eve.put("/charters", obj{"id": p.base + "/charters", "type": "OrderedCollection", "orderedItems": items})
	invite(eve.iri, v.ID)
	d.turnedDown(t, "charters of another", "region.none")
	all, err := d.region.Store.At(r.ctx).Regions()
	must(t, err)
	if len(all) > 0 {
		t.Errorf("%d regions are kept", len(all))
	}
	for i := range 5 { // its own ones, as many as it likes
		eve.doc["charters"] = p.base + coop.IRI("/charters/"+string(rune('a'+i)))
		c := region.Charter{Version: 1, Attempt: 1, Need: 1, Absence: 30, Host: eve.iri, HostKey: eve.key(), Slug: "hills-" + string(rune('a'+i)), Name: coop.Text{"en": "Hills"},
			Joining: region.BySteward, Council: []region.Seat{{Coop: eve.iri, Key: eve.key()}}}
		doc, err := vocab.Charter(&c)
		must(t, err)
		c, err = vocab.DecodeCharter(func() strictjson.Object { o, err := strictjson.Parse(doc); must(t, err); return o }())
		must(t, err)
		mark, err := vocab.Mark(c.ID, eve.iri)
		must(t, err)
		eve.publish()
		eve.put(path(coop.IRI(eve.doc["charters"].(coop.IRI))), obj{"id": eve.doc["charters"], "type": "OrderedCollection", "orderedItems": []any{json.RawMessage(doc), json.RawMessage(eve.signs(mark, eve.iri))}})
		invite(eve.iri, c.ID)
	}
	d.turnedDown(t, "one invitation too many", "region.many")
	if all, err = d.region.Store.At(r.ctx).Regions(); err != nil || len(all) != 3 {
		t.Errorf("%d regions are kept, %v: %v", len(all), err, d.inbound(""))
	}
}
