package regiontest

import (
	"context"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

// Run tells all stories, each with places of its own.
func Run(t *testing.T, open Opener) {
	for name, story := range map[string]func(*testing.T, Opener){
		"join": joinStory, "leave": leaveStory, "refused": refusedStory, "invited": invitedStory, "open": openStory, "forged": forgedStory, "late": lateStory,
		"faults": faultStory, "several": severalStory, "succession": successionStory, "rules": rulesStory, "rivals": rivalStory, "restored": restoredStory,
		"unclaimed": unclaimedStory, "council": councilStory,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, open)
		})
	}
}

var both = region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}}

func founding(joining region.Joining) region.Founding {
	return region.Founding{Name: coop.Text{"en": "The valley"}, Slug: "valley", Languages: []string{"en"}, Joining: joining, Absence: 14, Terms: both}
}

// joined is a region with everybody in it, hosted by the first.
func joined(t *testing.T, v *valley, w []*town) region.Region {
	t.Helper()
	r := must(w[0].Found(t.Context(), sue, founding(region.BySteward)))(t)
	for _, x := range w[1:] {
		v.joins(x, w[0], r.ID)
	}
	return r
}

// joins lets a co-op ask and the host say yes.
func (v *valley) joins(x, host *town, id region.ID) {
	v.t.Helper()
	r := x.meets(v.t, host, id)
	v.fine(x.Ask(v.t.Context(), sue, r.Slug, both))
	v.post()
	v.pass(time.Second)
	v.fine(host.Admit(v.t.Context(), sue, must(host.place.Store.At(v.t.Context()).Region(id))(v.t).Slug, x.Actor))
	v.post()
	x.reads(v.t, host, id)
	v.post()
	v.pass(time.Second)
}

func joinStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery, cycles := w[0], w[1], w[2]
	_, err := commons.Found(t.Context(), ada, founding(region.BySteward))
	want(t, err, coop.Forbidden, "steward.only")
	r := must(commons.Found(t.Context(), sue, founding(region.BySteward)))(t)
	same(t, "alone", commons.shown(t, r.ID), "*commons")
	_, err = commons.Found(t.Context(), sue, founding(region.BySteward))
	want(t, err, coop.Conflict, "region.slug")

	met := bakery.meets(t, commons, r.ID)
	same(t, "as it is known", met.State, region.Known)
	if _, err := bakery.Region(t.Context(), stranger, "valley"); coop.KeyOf(err) != "region.unknown" {
		t.Errorf("a stranger sees what we only looked at: %v", err)
	}
	want(t, bakery.Ask(t.Context(), ada, "valley", both), coop.Forbidden, "steward.only")
	want(t, bakery.Ask(t.Context(), stranger, "valley", both), coop.Unauthenticated, "login.required")
	if err := bakery.Ask(t.Context(), sue, "valley", region.Terms{}); coop.ClassOf(err) != coop.Invalid || coop.Fields(err)[0].Field != "ties" {
		t.Errorf("without a relation: %v", err)
	}
	v.fine(bakery.Ask(t.Context(), sue, "valley", both))
	want(t, bakery.Ask(t.Context(), sue, "valley", both), coop.Conflict, "region.in")
	v.post()
	view := must(commons.View(t.Context(), sue, "valley", 10, ""))(t)
	if len(view.Asking) != 1 || view.Asking[0].Coop != bakery.Actor || view.Asking[0].Entry.Name != "The bakery" || view.Count != 1 {
		t.Fatalf("%+v", view)
	}
	if view := must(commons.View(t.Context(), stranger, "valley", 10, ""))(t); len(view.Asking) != 0 {
		t.Error("a stranger sees who asks")
	}
	same(t, "nobody answered", bakery.state(t, r.ID), region.Asked)
	want(t, commons.Admit(t.Context(), ada, "valley", bakery.Actor), coop.Forbidden, "steward.only")
	want(t, bakery.Admit(t.Context(), sue, "valley", bakery.Actor), coop.NotFound, "region.elsewhere")
	want(t, commons.Admit(t.Context(), sue, "valley", cycles.Actor), coop.NotFound, "part.unknown")
	v.fine(commons.Admit(t.Context(), sue, "valley", bakery.Actor))
	want(t, commons.Admit(t.Context(), sue, "valley", bakery.Actor), coop.Conflict, "part.settled")
	same(t, "before it says so itself", commons.shown(t, r.ID), "*commons ?bakery")
	v.post()
	bakery.reads(t, commons, r.ID)
	v.post()
	same(t, "the bakery is in", bakery.state(t, r.ID), region.Joined)
	v.joins(cycles, commons, r.ID)
	for name, x := range map[string]string{"commons": commons.shown(t, r.ID), "bakery": bakery.shown(t, r.ID), "cycles": cycles.shown(t, r.ID)} {
		wanted := map[string]string{"commons": "*commons bakery cycles", "bakery": "*bakery commons cycles", "cycles": "*cycles bakery commons"}[name]
		same(t, "everybody knows everybody: "+name, x, wanted)
	}
	if _, err := bakery.Region(t.Context(), stranger, "valley"); err != nil {
		t.Errorf("a stranger sees what we take part in: %v", err)
	}
	for _, x := range []struct {
		who  coop.IRI
		want bool
	}{{cycles.Actor, true}, {commons.Actor, true}, {bakery.Actor, false}, {"https://other.example/actor", false}} {
		if got := must(bakery.place.Store.At(t.Context()).Fellow(x.who))(t); got != x.want {
			t.Errorf("fellow %s: %t", x.who, got)
		}
	}
}

func leaveStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery, cycles := w[0], w[1], w[2]
	r := joined(t, v, w)
	want(t, commons.Leave(t.Context(), sue, "valley"), coop.Conflict, "region.hosting")

	v.fine(bakery.Narrow(t.Context(), sue, "valley", region.Terms{Ties: both.Ties, Shares: []region.Share{region.ShareWants}}))
	v.post()
	for _, x := range w {
		p := must(x.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
		if len(p.Entry.Shares) != 1 || p.State != region.In || !p.Counts() {
			t.Errorf("%s after the bakery shares less: %+v", x.name, p)
		}
	}
	old := must(cycles.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t).Entry
	v.fine(bakery.Leave(t.Context(), sue, "valley"))
	want(t, bakery.Leave(t.Context(), sue, "valley"), coop.Conflict, "region.out")
	v.post()
	same(t, "gone at the host", commons.shown(t, r.ID), "*commons cycles")
	same(t, "gone at a member", cycles.shown(t, r.ID), "*cycles commons")
	if must(bakery.place.Store.At(t.Context()).Fellow(cycles.Actor))(t) || must(cycles.place.Store.At(t.Context()).Fellow(bakery.Actor))(t) {
		t.Error("still fellows")
	}
	cycles.takes(t, &old, nil)
	same(t, "an old word again", cycles.shown(t, r.ID), "*cycles commons")

	v.joins(bakery, commons, r.ID)
	same(t, "back again", cycles.shown(t, r.ID), "*cycles bakery commons")

	want(t, commons.Expel(t.Context(), sue, "valley", commons.Actor, ""), coop.Conflict, "region.hosting")
	v.fine(commons.Expel(t.Context(), sue, "valley", bakery.Actor, "No bread"))
	v.post()
	same(t, "expelled at the host", commons.shown(t, r.ID), "*commons cycles")
	same(t, "expelled at a member", cycles.shown(t, r.ID), "*cycles commons")
	if x := must(bakery.place.Store.At(t.Context()).Region(r.ID))(t); x.State != region.Expelled || x.Why != "No bread" {
		t.Errorf("the bakery hears %+v", x)
	}
	v.fine(cycles.Leave(t.Context(), sue, "valley"))
	v.post()
	v.fine(commons.Leave(t.Context(), sue, "valley"))
	same(t, "nobody is left", commons.shown(t, r.ID), "")
}

func refusedStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery")
	commons, bakery := w[0], w[1]
	r := must(commons.Found(t.Context(), sue, founding(region.BySteward)))(t)
	bakery.meets(t, commons, r.ID)
	for n := range 2 { // and once more
		v.fine(bakery.Ask(t.Context(), sue, "valley", both))
		v.post()
		v.fine(commons.Refuse(t.Context(), sue, "valley", bakery.Actor, "Too far away"))
		v.post()
		if x := must(bakery.place.Store.At(t.Context()).Region(r.ID))(t); x.State != region.Refused || x.Why != "Too far away" {
			t.Errorf("time %d: the bakery hears %+v", n+1, x)
		}
		same(t, "who is in", commons.shown(t, r.ID), "*commons")
	}
	// It asks and takes it back before anybody answered.
	v.fine(bakery.Ask(t.Context(), sue, "valley", both))
	v.post()
	v.fine(bakery.Leave(t.Context(), sue, "valley"))
	v.post()
	want(t, commons.Admit(t.Context(), sue, "valley", bakery.Actor), coop.Conflict, "part.settled")
	same(t, "nobody waits", len(must(commons.View(t.Context(), sue, "valley", 10, ""))(t).Asking), 0)
}

func invitedStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles", "care")
	commons, bakery, cycles, care := w[0], w[1], w[2], w[3]
	r := must(commons.Found(t.Context(), sue, founding(region.Invitation)))(t)
	v.fine(commons.Invite(t.Context(), sue, "valley", bakery.Actor, "The bakery"))
	v.fine(commons.Invite(t.Context(), sue, "valley", care.Actor, "Care"))
	v.post()
	if x := must(bakery.place.Store.At(t.Context()).RegionBySlug("valley"))(t); !x.Invited || x.State != region.Known {
		t.Fatalf("%+v", x)
	}
	v.fine(bakery.Ask(t.Context(), sue, "valley", both))
	v.post()
	same(t, "who was invited is in", bakery.state(t, r.ID), region.Joined)
	cycles.meets(t, commons, r.ID)
	want(t, cycles.Ask(t.Context(), sue, "valley", both), coop.Conflict, "region.closed")
	want(t, commons.Invite(t.Context(), sue, "valley", bakery.Actor, ""), coop.Conflict, "part.settled")
	v.fine(care.Forget(t.Context(), sue, "valley"))
	if _, err := care.place.Store.At(t.Context()).Region(r.ID); coop.ClassOf(err) != coop.NotFound {
		t.Errorf("a declined invitation stays: %v", err)
	}
	want(t, bakery.Forget(t.Context(), sue, "valley"), coop.Conflict, "region.in")
}

func openStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery, cycles := w[0], w[1], w[2]
	f := founding(region.OpenToAll)
	f.Expects = []coop.IRI{"https://commons.example/h/pay"}
	commons.Meets = func(_ context.Context, who coop.IRI, pages []coop.IRI) ([]coop.IRI, error) {
		if who == bakery.Actor {
			return nil, nil
		}
		return pages, nil
	}
	r := must(commons.Found(t.Context(), sue, f))(t)
	for _, x := range []*town{bakery, cycles} {
		x.meets(t, commons, r.ID)
		v.fine(x.Ask(t.Context(), sue, "valley", both))
	}
	v.post()
	same(t, "goes by what is expected", bakery.state(t, r.ID), region.Joined)
	same(t, "does not: a steward looks", cycles.state(t, r.ID), region.Asked)
}

// Whoever says what is not theirs to say changes nothing.
func forgedStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	bakery, cycles := w[1], w[2]
	r := joined(t, v, w)
	part := must(cycles.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
	in := func(e *region.Entry, a *region.Admission) error {
		return cycles.place.Store.Write(t.Context(), func(tx region.Tx) error {
			if e != nil {
				_, err := cycles.ReceiveEntry(tx, *e)
				return err
			}
			_, err := cycles.ReceiveAdmission(tx, *a)
			return err
		})
	}
	e := part.Entry
	e.Serial++
	e.Left = true
	e.ID, e.Bytes = "forged", []byte("key of https://cycles.example/actor signs it")
	want(t, in(&e, nil), coop.Unauthenticated, "proof.bad")
	e.Key = "key of https://cycles.example/actor"
	want(t, in(&e, nil), coop.Unauthenticated, "proof.bad")
	own := must(cycles.place.Store.At(t.Context()).Part(r.ID, cycles.Actor))(t).Entry
	own.Serial, own.ID, own.Key, own.Bytes = 9, "forged", "key of https://bakery.example/actor", []byte("key of https://bakery.example/actor signs it")
	want(t, in(&own, nil), coop.Forbidden, "origin.differs")
	a := *part.Admission(&r.Charter)
	a.Nth, a.In, a.ID, a.Bytes = 9, false, "forged", []byte("key of https://cycles.example/actor signs it")
	want(t, in(nil, &a), coop.Unauthenticated, "proof.bad")
	a.Charter = "another"
	want(t, in(nil, &a), coop.Unavailable, "charter.unknown")
	a.Region = "another"
	want(t, in(nil, &a), coop.NotFound, "region.unknown")
	same(t, "who is in", cycles.shown(t, r.ID), "*cycles bakery commons")

	// Charters that nobody founded.
	c := r.Charter
	c.ID = region.ID(coop.Hash([]byte("nobody's")))
	_, err := bakery.HearCharters(t.Context(), c.ID, []region.Charter{c}, nil)
	want(t, err, coop.Invalid, "charter.unsigned")
}

// What comes late or in another order makes the same.
func lateStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles", "late")
	commons, bakery, late := w[0], w[1], w[3]
	r := joined(t, v, w[:3])
	late.meets(t, bakery, r.ID) // from a member, not from the host
	b := must(commons.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
	late.takes(t, nil, b.Admission(&r.Charter))
	late.takes(t, &b.Entry, nil)
	late.takes(t, &b.Entry, b.Admission(&r.Charter))
	p := must(late.place.Store.At(t.Context()).Part(r.ID, bakery.Actor))(t)
	same(t, "the host's word came first", p.State, region.In)
	same(t, "and it has not said so itself", p.Counts(), false)
}

func faultStory(t *testing.T, open Opener) {
	_, w := newValley(t, open, "commons")
	f := founding(region.BySteward)
	f.Name, f.Slug, f.Absence, f.Terms = nil, "Not a slug", 0, region.Terms{Ties: []region.Tie{{Relation: "boss"}}}
	_, err := w[0].Found(t.Context(), sue, f)
	got := map[string]bool{}
	for _, e := range coop.Fields(err) {
		got[e.Field] = true
	}
	for _, field := range []string{"name", "slug", "absence", "ties"} {
		if !got[field] {
			t.Errorf("no fault about %s: %v", field, err)
		}
	}
	if _, err := w[0].View(t.Context(), sue, "nowhere", 10, ""); coop.KeyOf(err) != "region.unknown" {
		t.Error(err)
	}
}

// Regions overlap, and two may have one name.
func severalStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles")
	commons, bakery, cycles := w[0], w[1], w[2]
	a := joined(t, v, w)
	b := must(bakery.Found(t.Context(), sue, func() region.Founding { f := founding(region.BySteward); f.Slug = "valley-two"; return f }()))(t)
	c := must(cycles.Found(t.Context(), sue, func() region.Founding { f := founding(region.BySteward); f.Slug = "hills"; return f }()))(t)
	v.joins(cycles, bakery, b.ID)
	d := must(commons.Found(t.Context(), sue, func() region.Founding { f := founding(region.BySteward); f.Slug = "hills"; return f }()))(t)
	v.joins(cycles, commons, d.ID)
	same(t, "another of that name", must(cycles.place.Store.At(t.Context()).Region(d.ID))(t).Slug, "hills-2")
	v.fine(cycles.Leave(t.Context(), sue, "valley"))
	v.post()
	same(t, "out of the one", bakery.shown(t, a.ID), "*bakery commons")
	same(t, "in the other", bakery.shown(t, b.ID), "*bakery cycles")
	if !must(bakery.place.Store.At(t.Context()).Fellow(cycles.Actor))(t) || must(commons.place.Store.At(t.Context()).Fellow(bakery.Actor))(t) == false {
		t.Error("no fellows though a region has both")
	}
	all := must(cycles.Regions(t.Context(), stranger))(t)
	if len(all) != 3 {
		t.Errorf("%d regions are shown", len(all))
	}
	same(t, "alone", cycles.shown(t, c.ID), "*cycles")
}
