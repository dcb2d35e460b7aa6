package regiontest

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

// Where the council lets in, whoever asks waits for enough of it, and the host can't do it alone.
func councilStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery", "cycles", "dairy", "elm")
	commons, bakery, cycles, dairy, elm := w[0], w[1], w[2], w[3], w[4]
	r := must(commons.Found(t.Context(), sue, founding(region.ByCouncil)))(t)
	same(t, "the founder favours itself", commons.shown(t, r.ID), "*commons")
	for _, x := range []*town{bakery, cycles} { // as long as it is the council alone, its steward lets in
		v.joins(x, commons, r.ID)
	}
	hills := founding(region.BySteward)
	hills.Slug = "hills"
	must(bakery.Found(t.Context(), sue, hills))(t)
	want(t, bakery.Favour(t.Context(), sue, "hills", dairy.Actor), coop.Conflict, "region.unvoted")
	must(commons.Propose(t.Context(), sue, "valley", region.Change{Council: []coop.IRI{commons.Actor, bakery.Actor, cycles.Actor}}))(t)
	commons.settles(v, commons, r.ID)
	v.post()
	v.agree(r.ID, "bakery commons cycles")

	asks := func(x *town) {
		t.Helper()
		x.meets(t, commons, r.ID)
		v.fine(x.Ask(t.Context(), sue, "valley", both))
		v.post()
		v.pass(time.Second)
	}
	asks(dairy)
	for _, x := range []*town{commons, bakery, cycles} {
		view := must(x.View(t.Context(), sue, "valley", 10, ""))(t)
		if len(view.Asking) != 1 || view.Asking[0].Coop != dairy.Actor || len(view.Asking[0].Votes) != 0 {
			t.Fatalf("%s sees %+v", x.name, view.Asking)
		}
	}
	want(t, bakery.Favour(t.Context(), ada, "valley", dairy.Actor), coop.Forbidden, "steward.only")
	want(t, dairy.Favour(t.Context(), sue, "valley", dairy.Actor), coop.Forbidden, "council.only")
	want(t, bakery.Favour(t.Context(), sue, "valley", elm.Actor), coop.NotFound, "part.unknown")
	want(t, bakery.Refuse(t.Context(), sue, "valley", dairy.Actor, ""), coop.NotFound, "region.elsewhere")
	v.fine(bakery.Favour(t.Context(), sue, "valley", dairy.Actor))
	v.fine(bakery.Favour(t.Context(), sue, "valley", dairy.Actor)) // said before
	v.post()
	same(t, "one of three is not enough", dairy.state(t, r.ID), region.Asked)
	for _, x := range []*town{commons, cycles} {
		if view := must(x.View(t.Context(), sue, "valley", 10, ""))(t); len(view.Asking) != 1 || len(view.Asking[0].Votes) != 1 || view.Asking[0].Votes[0].By != bakery.Actor {
			t.Errorf("%s sees %+v", x.name, view.Asking)
		}
	}

	// A word of the host alone is believed by nobody.
	at := commons.place.Store.At(t.Context())
	now := must(at.Region(r.ID))(t)
	p := must(at.Part(r.ID, dairy.Actor))(t)
	alone := region.Admission{Region: r.ID, Charter: now.Charter.ID, Coop: dairy.Actor, Serial: p.Entry.Serial, Nth: 1, In: true, Votes: p.Votes}
	alone.ID, alone.Bytes = papers{"commons"}.sign(now.Charter.Host, alone)
	for _, x := range []*town{bakery, dairy} {
		want(t, x.place.Store.Write(t.Context(), func(tx region.Tx) error { _, err := x.ReceiveAdmission(tx, alone); return err }), coop.Forbidden, "admission.unvoted")
	}
	// Nor are votes of others, or in the name of another charter.
	stray := region.Vote{Region: r.ID, Charter: now.Charter.ID, Coop: dairy.Actor, Serial: p.Entry.Serial, By: elm.Actor}
	_, stray.Bytes = papers{"elm"}.sign(elm.Actor, stray)
	_, err := commons.ReceiveVote(t.Context(), stray)
	want(t, err, coop.Forbidden, "council.only")
	stray.By = cycles.Actor
	_, err = commons.ReceiveVote(t.Context(), stray)
	want(t, err, coop.Unauthenticated, "proof.bad")
	stray.Charter = "another"
	_, err = commons.ReceiveVote(t.Context(), stray)
	want(t, err, coop.Unavailable, "charter.unknown")
	stray.Charter = r.ID // the first, which was in force once
	keep, err := commons.ReceiveVote(t.Context(), stray)
	v.fine(err)
	v.fine(commons.place.Store.Write(t.Context(), keep))
	if p := must(at.Part(r.ID, dairy.Actor))(t); len(p.Votes) != 1 {
		t.Errorf("a vote from before was kept: %+v", p.Votes)
	}

	v.fine(cycles.Favour(t.Context(), sue, "valley", dairy.Actor))
	v.post()
	dairy.settles(v, commons, r.ID)
	dairy.reads(t, commons, r.ID)
	v.post()
	same(t, "two of three", dairy.state(t, r.ID), region.Joined)
	v.agree(r.ID, "bakery commons cycles dairy")
	p = must(bakery.place.Store.At(t.Context()).Part(r.ID, dairy.Actor))(t)
	votesOf := p.Admission(&now.Charter).Votes
	if len(p.Votes) != 0 || len(votesOf) != 2 {
		t.Errorf("what is kept of votes: %+v", p)
	}
	want(t, bakery.Favour(t.Context(), sue, "valley", dairy.Actor), coop.Conflict, "part.settled")

	// Whoever takes back that it asked is asked about no more; whom the host refuses neither.
	asks(elm)
	v.fine(elm.Leave(t.Context(), sue, "valley"))
	v.post()
	waits := func(x *town, n int) {
		t.Helper()
		if view := must(x.View(t.Context(), sue, "valley", 10, ""))(t); len(view.Asking) != n {
			t.Errorf("%s sees %+v", x.name, view.Asking)
		}
	}
	waits(bakery, 0)
	v.fine(elm.Ask(t.Context(), sue, "valley", both))
	v.post()
	waits(bakery, 1)
	v.fine(cycles.Favour(t.Context(), sue, "valley", elm.Actor))
	v.post()
	old := must(commons.place.Store.At(t.Context()).Part(r.ID, elm.Actor))(t).Votes
	v.fine(commons.Refuse(t.Context(), sue, "valley", elm.Actor, "Later."))
	v.post()
	waits(bakery, 0)
	same(t, "refused", elm.state(t, r.ID), region.Refused)
	again := func(votes ...region.Vote) { // whoever kept votes sends them again
		t.Helper()
		for _, x := range votes {
			keep, err := commons.ReceiveVote(t.Context(), x)
			v.fine(err)
			v.fine(commons.place.Store.Write(t.Context(), keep))
		}
		v.post()
	}

	// The vote from before does not count again; an invitation is the host's own vote.
	v.pass(time.Hour)
	v.fine(commons.Invite(t.Context(), sue, "valley", elm.Actor, "Elm"))
	v.post()
	v.fine(elm.Ask(t.Context(), sue, "valley", both))
	v.post()
	same(t, "invited, and favoured by the host", elm.state(t, r.ID), region.Asked)
	if len(old) != 1 {
		t.Fatalf("control: %d votes were there", len(old))
	}
	again(old...)
	same(t, "with a vote from before it was refused", elm.state(t, r.ID), region.Asked)

	// Nor do those that let a co-op in once, after it was expelled.
	v.fine(commons.Expel(t.Context(), sue, "valley", dairy.Actor, ""))
	v.post()
	v.fine(dairy.Ask(t.Context(), sue, "valley", both))
	v.post()
	again(votesOf...) // which stood in its admission, for everybody to read
	same(t, "with the votes that let it in before it was expelled", dairy.state(t, r.ID), region.Asked)
	v.fine(commons.Favour(t.Context(), sue, "valley", dairy.Actor))
	v.fine(cycles.Favour(t.Context(), sue, "valley", dairy.Actor))
	v.post()
	dairy.reads(t, commons, r.ID)
	v.post()
	same(t, "favoured anew", dairy.state(t, r.ID), region.Joined)

	// A vote that the host lost, as one made of a backup does, is given again when it asks again.
	v.fine(commons.place.Store.Write(t.Context(), func(tx region.Tx) error {
		p, err := tx.Part(r.ID, elm.Actor)
		if err != nil {
			return err
		}
		p.Votes = nil
		return tx.PutPart(p)
	}))
	v.fine(commons.Favour(t.Context(), sue, "valley", elm.Actor))
	v.post()
	if p := must(at.Part(r.ID, elm.Actor))(t); len(p.Yes(&now.Charter)) != 1 {
		t.Errorf("given again: %+v", p.Votes)
	}

	// Nobody comes in by the list of a charter either, whose council signed it unread.
	stowaway := region.Admission{Region: r.ID, Charter: now.Charter.ID, Coop: "https://stow.example/actor", Serial: 1, Nth: 1, In: true}
	stowaway.ID, stowaway.Bytes = papers{"commons"}.sign(now.Charter.Host, stowaway)
	want(t, bakery.place.Store.Write(t.Context(), func(tx region.Tx) error { _, err := bakery.ReceiveAdmission(tx, stowaway); return err }), coop.Forbidden, "admission.unvoted")

	// Another charter asks its council anew.
	must(commons.Propose(t.Context(), sue, "valley", region.Change{Absence: 20}))(t)
	v.post()
	v.fine(bakery.Countersign(t.Context(), sue, "valley", must(bakery.Council(t.Context(), sue, "valley"))(t).Proposals[0].Charter.ID))
	bakery.settles(v, commons, r.ID)
	v.post()
	if p := must(at.Part(r.ID, elm.Actor))(t); p.State != region.Asking || len(p.Votes) != 0 {
		t.Errorf("after another charter: %+v", p)
	}
	v.fine(commons.Admit(t.Context(), sue, "valley", elm.Actor))
	v.fine(bakery.Favour(t.Context(), sue, "valley", elm.Actor))
	v.post()
	elm.settles(v, commons, r.ID)
	elm.reads(t, commons, r.ID)
	v.post()
	v.agree(r.ID, "bakery commons cycles dairy elm")
}
