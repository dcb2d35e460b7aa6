package regiontest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

// seated is a region with everybody in it and the first three in its council.
func seated(t *testing.T, v *valley, w []*town) region.Region {
	t.Helper()
	r := joined(t, v, w)
	must(w[0].Propose(t.Context(), sue, "valley", region.Change{Council: []coop.IRI{w[0].Actor, w[1].Actor, w[2].Actor}}))(t)
	v.fine(w[0].place.Store.Write(t.Context(), func(tx region.Tx) error { _, _, err := w[0].Settle(tx, r.ID); return err }))
	v.post()
	for _, x := range w {
		if c := x.head(t, r.ID); c.Version != 2 || len(c.Council) != 3 || c.Need != 2 {
			t.Fatalf("%s goes by %+v", x.name, c)
		}
	}
	return must(w[0].place.Store.At(t.Context()).Region(r.ID))(t)
}

func (w *town) head(t *testing.T, id region.ID) region.Charter {
	t.Helper()
	return must(w.place.Store.At(t.Context()).Region(id))(t).Charter
}

// agree holds all who take part and answer to showing the same.
func (v *valley) agree(id region.ID, want string) {
	v.t.Helper()
	for _, x := range v.towns {
		if r, err := x.place.Store.At(v.t.Context()).Region(id); x.away || err != nil || r.State != region.Joined {
			continue
		}
		got := x.shown(v.t, id)
		if got = plainNames(got); got != want {
			v.t.Errorf("%s shows %q, want %q", x.name, x.shown(v.t, id), want)
		}
	}
}

func plainNames(shown string) string {
	return strings.Join(slices.Sorted(slices.Values(strings.Fields(strings.ReplaceAll(shown, "*", "")))), " ")
}

// The host is gone; the council moves the region to another node, and everybody follows. Then the host comes back.
func successionStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles", "care")
	commons, bakery, cycles, care := w[0], w[1], w[2], w[3]
	r := seated(t, v, w)
	v.agree(r.ID, "bakery care commons cycles")
	commons.away = true
	v.pass(15 * 24 * time.Hour)
	if c := must(bakery.Council(t.Context(), sue, "valley"))(t); !c.HostGone || !c.Sits {
		t.Errorf("%+v", c)
	}
	_, err := care.Propose(t.Context(), sue, "valley", region.Change{Here: true})
	want(t, err, coop.Forbidden, "council.only")
	next := must(bakery.Propose(t.Context(), sue, "valley", region.Change{Here: true}))(t)
	v.post()
	same(t, "one signature is not enough", cycles.head(t, r.ID).Version, 2)
	c := must(cycles.Council(t.Context(), sue, "valley"))(t)
	if len(c.Proposals) != 1 || c.Proposals[0].Charter.ID != next.ID || c.Proposals[0].Ours || len(c.Proposals[0].Signed) != 1 {
		t.Fatalf("cycles sees %+v", c.Proposals)
	}
	want(t, cycles.Countersign(t.Context(), ada, "valley", next.ID), coop.Forbidden, "steward.only")
	want(t, cycles.Countersign(t.Context(), sue, "valley", "none"), coop.NotFound, "charter.none")
	v.fine(cycles.Countersign(t.Context(), sue, "valley", next.ID))
	cycles.settles(v, bakery, r.ID)
	v.post()
	for _, x := range []*town{bakery, cycles, care} {
		if h := x.head(t, r.ID); h.ID != next.ID || h.Host != "https://bakery.example/r/valley" {
			t.Errorf("%s goes by %d of %s", x.name, h.Version, h.Host)
		}
	}
	v.agree(r.ID, "bakery care commons cycles")
	if x := must(bakery.place.Store.At(t.Context()).Region(r.ID))(t); !x.Hosted {
		t.Error("the bakery does not host it")
	}
	// The new host goes on where the old one was.
	v.fine(bakery.Expel(t.Context(), sue, "valley", care.Actor, ""))
	v.post()
	v.agree(r.ID, "bakery commons cycles")

	// The old host comes back: it has something to say in the name of a charter that is no more.
	v.fine(commons.Expel(t.Context(), sue, "valley", cycles.Actor, ""))
	commons.meets(t, bakery, r.ID)
	commons.settles(v, bakery, r.ID)
	commons.reads(t, bakery, r.ID)
	commons.away = false
	commons.told = len(commons.place.Told()) // what it would say is refused: see below
	v.post()
	if x := must(commons.place.Store.At(t.Context()).Region(r.ID))(t); x.Hosted || x.Charter.ID != next.ID {
		t.Errorf("the commons still hosts %+v", x)
	}
	all := commons.place.Told()
	i := slices.IndexFunc(all, func(h Heard) bool { return h.Kind == coop.RegionMoved })
	if i < 0 || all[i].Told.Before != "https://commons.example/r/valley" {
		t.Error("its followers are not sent on")
	}
	i = slices.IndexFunc(all, func(h Heard) bool {
		return h.Kind == coop.RegionRolled && h.Told.Coop == cycles.Actor && !h.Told.Admission.In
	})
	if i < 0 {
		t.Fatal("the old host said nothing")
	}
	err = care.place.Store.Write(t.Context(), func(tx region.Tx) error {
		_, err := bakery.ReceiveAdmission(tx, *all[i].Told.Admission)
		return err
	})
	want(t, err, coop.Unavailable, "charter.unknown")
	v.agree(r.ID, "bakery commons cycles")
}

// The council changes rules; nobody signs two charters in one attempt.
func rulesStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles", "care")
	commons, bakery, cycles := w[0], w[1], w[2]
	r := seated(t, v, w)
	one := must(commons.Propose(t.Context(), sue, "valley", region.Change{Absence: 30}))(t)
	v.post()
	two := must(bakery.Propose(t.Context(), sue, "valley", region.Change{Joining: region.OpenToAll, Expected: true, Expects: []coop.IRI{"https://bakery.example/h/pay"}}))(t)
	same(t, "another attempt", two.Attempt, one.Attempt+1)
	v.post()
	v.fine(cycles.Countersign(t.Context(), sue, "valley", two.ID))
	cycles.settles(v, bakery, r.ID)
	v.post()
	for _, x := range w {
		if c := x.head(t, r.ID); c.ID != two.ID || c.Joining != region.OpenToAll || c.Absence != 14 {
			t.Errorf("%s goes by %+v", x.name, c)
		}
	}
	want(t, cycles.Countersign(t.Context(), sue, "valley", one.ID), coop.Conflict, "charter.stale")
	v.agree(r.ID, "bakery care commons cycles")
	_, err := bakery.Propose(t.Context(), sue, "valley", region.Change{Council: []coop.IRI{"https://none.example/actor"}})
	want(t, err, coop.NotFound, "part.unknown")
	_, err = bakery.Propose(t.Context(), sue, "valley", region.Change{Absence: 1000})
	if f := coop.Fields(err); len(f) == 0 || f[0].Field != "absence" {
		t.Errorf("gone after three years: %v", err)
	}
}

// Two charters get enough signatures beside each other: all who can talk end with one, and whoever is bound to the other is shown both.
func rivalStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery, cycles := w[0], w[1], w[2]
	r := seated(t, v, w)
	// Cut off from the others, commons and cycles agree on one; it is in force there for longer than Absence.
	bakery.away = true
	one := must(commons.Propose(t.Context(), sue, "valley", region.Change{Absence: 30}))(t)
	v.post()
	v.fine(cycles.Countersign(t.Context(), sue, "valley", one.ID))
	cycles.settles(v, commons, r.ID)
	v.post()
	same(t, "one of them", commons.head(t, r.ID).ID, one.ID)
	// Cycles lost its memory and signs another in a later attempt, with the bakery.
	v.pass(40 * 24 * time.Hour)
	old := must(bakery.Propose(t.Context(), sue, "valley", region.Change{Absence: 20}))(t)
	same(t, "made from the one before", old.Version, one.Version)
	mark := must(papers{"cycles"}.Mark(t.Context(), old.ID))(t)
	other := old
	marks := append(must(bakery.place.Store.At(t.Context()).Marks(r.ID))(t), mark)
	must(bakery.HearCharters(t.Context(), r.ID, nil, marks))(t)
	same(t, "the other", bakery.head(t, r.ID).ID, other.ID)
	c := must(bakery.Council(t.Context(), sue, "valley"))(t)
	same(t, "nothing else is known there", c.Rival == nil, true)
	// They meet again.
	bakery.away = false
	commons.meets(t, bakery, r.ID)
	bakery.meets(t, commons, r.ID)
	free := one.ID
	if region.Less(&other, &one) < 0 {
		free = other.ID
	}
	same(t, "who held one for long keeps it", commons.head(t, r.ID).ID, one.ID)
	same(t, "who did not takes the preferred one", bakery.head(t, r.ID).ID, free)
	c = must(commons.Council(t.Context(), sue, "valley"))(t)
	same(t, "cycles signed both in one attempt", slices.Contains(c.Twice, cycles.Actor), true)
	if free == other.ID && (c.Rival == nil || c.Rival.ID != other.ID) || free == one.ID && c.Rival != nil {
		t.Errorf("rival %+v", c.Rival)
	}
	want(t, commons.Choose(t.Context(), sue, "valley", "none"), coop.NotFound, "charter.none")
	v.fine(commons.Choose(t.Context(), sue, "valley", free))
	same(t, "chosen", commons.head(t, r.ID).ID, free)
}

// Who lost its memory learns its own words from the others, and says nothing with an old number.
func restoredStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery := w[0], w[1]
	r := joined(t, v, w)
	before := must(bakery.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
	v.fine(bakery.Narrow(t.Context(), sue, "valley", region.Terms{Ties: both.Ties, Shares: []region.Share{region.ShareWants}}))
	v.post()
	v.fine(bakery.place.Store.Write(t.Context(), func(tx region.Tx) error { return tx.PutPart(before) })) // the backup
	v.fine(bakery.MarkRestored(t.Context()))
	want(t, bakery.Narrow(t.Context(), sue, "valley", both), coop.Conflict, "region.restored")
	latest := must(commons.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
	bakery.takes(t, &latest.Entry, latest.Admission(&r.Charter))
	v.fine(bakery.place.Store.Write(t.Context(), func(tx region.Tx) error { return bakery.Refreshed(tx, r.ID) }))
	v.fine(bakery.Narrow(t.Context(), sue, "valley", both))
	v.post()
	if p := must(commons.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t); p.Entry.Serial != latest.Entry.Serial+1 || len(p.Entry.Shares) != 2 {
		t.Errorf("%+v", p.Entry)
	}
}
