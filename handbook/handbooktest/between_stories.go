package handbooktest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func adoptStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", "Ten.\n")
	got := bakery.tells(t, farm, p)
	_, err := farm.Adopt(ctx, ada, got.ID, handbook.Adopting{})
	want(t, err, coop.Forbidden, "steward.only")
	a := must(farm.Adopt(ctx, sue, got.ID, handbook.Adopting{Public: true}))(t)
	if a.Revision != p.InUse || a.Page != p.IRI || a.Name != "Pay" || a.IRI != farm.NoteIRI(a.ID) {
		t.Errorf("%+v", a)
	}
	_, err = farm.Adopt(ctx, sue, got.ID, handbook.Adopting{Public: true})
	want(t, err, coop.Conflict, "adoption.same")
	_, err = bakery.Adopt(ctx, sue, p.ID, handbook.Adopting{})
	want(t, err, coop.Conflict, "adoption.ours")
	if u := farm.updates(t); len(u) != 0 {
		t.Errorf("an update of nothing: %+v", u)
	}
	if pinned := must(farm.Pinned(ctx, p.InUse))(t); !pinned {
		t.Error("what was adopted is not pinned")
	}

	// The note arrives at the origin, twice.
	note := a
	note.Coop, note.Since = farm.actor(), time.Time{} // which a peer need not say
	for i := range 3 {
		bakery.in(t, func(tx handbook.Tx) error {
			if i == 2 {
				note.Changes = "None"
			}
			changed, err := bakery.ReceiveAdoption(tx, note)
			if changed != (i != 1) {
				t.Errorf("time %d: changed %t", i+1, changed)
			}
			return err
		})
		bakery.pass(time.Minute)
	}
	if u := must(bakery.UsedBy(ctx, stranger, p.ID))(t); len(u) != 1 || !u[0].Adoption.Since.Equal(Noon) {
		t.Errorf("since %+v", u)
	}
	nothing := coop.IRI("https://nowhere.example/h/nothing")
	for who, wanted := range map[coop.IRI]string{farm.actor(): "[" + string(nothing) + "]", bakery.actor(): "[" + string(nothing) + "]", "https://other.example/actor": fmt.Sprint([]coop.IRI{p.IRI, nothing})} {
		for _, where := range []*Town{farm, bakery} { // the page is the bakery's, and the farm goes by it
			if got := must(where.Unmet(ctx, who, []coop.IRI{p.IRI, nothing}))(t); fmt.Sprint(got) != wanted {
				t.Errorf("%s does not go by %v, want %v", who, got, wanted)
			}
		}
	}
	for where, wanted := range map[*Town]handbook.Bond{farm: {Coop: "", Home: bakery.actor(), Pages: 1}, bakery: {Coop: farm.actor(), Home: "", Pages: 1}} {
		if b := must(where.Bonds(ctx))(t); len(b) != 1 || b[0] != wanted {
			t.Errorf("who goes by whose pages: %+v, want %+v", b, wanted)
		}
	}
	for where, both := range map[*Town][]coop.IRI{farm: {bakery.actor(), ""}, bakery: {"", farm.actor()}} {
		if l := must(where.SharedBy(ctx, map[coop.IRI]bool{both[0]: true, both[1]: true}))(t); len(l) != 1 || l[0].Page.IRI != p.IRI || !slices.Equal(l[0].Coops, both) {
			t.Errorf("shared: %+v, want by %v", l, both)
		}
		if l := must(where.SharedBy(ctx, map[coop.IRI]bool{both[0]: true}))(t); len(l) != 0 {
			t.Errorf("shared by one: %+v", l)
		}
	}
	for _, met := range [][]int{{1, 1}, {0, 1}, {2, 1}} {
		err := bakery.Place.Store.Write(ctx, func(tx handbook.Tx) error {
			bad := note
			bad.Met = met
			_, err := bakery.ReceiveAdoption(tx, bad)
			return err
		})
		want(t, err, coop.Invalid, "choice.unknown")
	}
	if u := must(bakery.UsedBy(ctx, stranger, p.ID))(t); len(u) != 1 || u[0].Adoption.Coop != farm.actor() {
		t.Errorf("used by %+v", u)
	}

	// The origin moves on. The page is told of first, and its text is missing.
	p = bakery.change(t, p, "Eleven.\n")
	moved := p
	moved.Home = bakery.actor()
	farm.in(t, func(tx handbook.Tx) error {
		_, changed, err := farm.ReceivePage(tx, moved)
		if !changed {
			t.Error("nothing changed")
		}
		return err
	})
	if _, err := farm.Place.Store.At(ctx).Text(p.Latest); coop.ClassOf(err) != coop.NotFound {
		t.Errorf("a text that nobody sent: %v", err)
	}
	bakery.tells(t, farm, p)
	if r, err := farm.Place.Store.At(ctx).Text(p.Latest); err != nil || r.Source != "Eleven.\n" {
		t.Errorf("the text: %+v, %v", r, err)
	}
	u := farm.updates(t)
	if len(u) != 1 || u[0].Update != p.InUse || u[0].Held != a.Revision {
		t.Fatalf("%+v", u)
	}
	farm.pass(time.Minute)
	b := must(farm.Adopt(ctx, sue, got.ID, handbook.Adopting{Public: true}))(t)
	if was := must(farm.Adoption(ctx, ben, a.ID))(t); was.Adoption.Until.IsZero() || b.Revision != p.InUse {
		t.Errorf("%+v, %+v", was, b)
	}
	for range 2 {
		must(farm.Withdraw(ctx, sue, b.ID))(t)
	}
	kinds := []coop.EventKind{coop.AdoptionMade, coop.AdoptionWithdrawn, coop.AdoptionMade, coop.AdoptionWithdrawn}
	if k := farm.Kinds(); len(k) != len(kinds) || k[1] != kinds[1] || k[3] != kinds[3] {
		t.Errorf("told %v", k)
	}
	bakery.in(t, func(tx handbook.Tx) error {
		want(t, bakery.ForgetAdoption(tx, note.IRI, "https://cycles.example/actor"), coop.Forbidden, "owner.differs")
		return bakery.ForgetAdoption(tx, note.IRI, farm.actor())
	})
	if u := must(bakery.UsedBy(ctx, stranger, p.ID))(t); len(u) != 0 {
		t.Errorf("used by %+v", u)
	}
	farm.pass(time.Minute)
	l := must(farm.KeepLink(ctx, sue, got.ID))(t)
	_, err = farm.KeepLink(ctx, sue, got.ID)
	want(t, err, coop.Conflict, "adoption.same")
	if l.Public || l.IRI != "" || len(farm.Kinds()) != 4 {
		t.Errorf("a link is told: %+v", l)
	}
	if hits := must(farm.Commons(ctx, ada, handbook.Query{}))(t).Hits; len(hits) != 1 || hits[0].Adoptions != 0 {
		t.Errorf("%+v", hits)
	}
}

// lineOf is a page of three parts, so that two changes of it can go together.
func lineOf(pay, hours string) string { return "# Pay\n" + pay + "\n\n# Hours\n" + hours + "\n" }

func adaptStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	from := bakery.tells(t, farm, p)
	_, err := farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Public: true})
	want(t, err, coop.Invalid, "field.required")
	must(farm.Adopt(ctx, sue, from.ID, handbook.Adopting{}))(t)
	farm.pass(time.Minute)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Public: true, Changes: "Our hours"}))(t)
	_, err = farm.Adopt(ctx, sue, from.ID, handbook.Adopting{})
	want(t, err, coop.Conflict, "adoption.adapted")
	if ours.Origin.Page != p.IRI || ours.Origin.Revision != p.InUse || ours.Name != "Pay" || ours.Status != handbook.Draft || ours.Number != 1 {
		t.Errorf("%+v", ours)
	}
	_, err = farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Again"})
	want(t, err, coop.Conflict, "adoption.adapted")
	if k := farm.Kinds(); len(k) != 0 {
		t.Errorf("a draft was told of: %v", k)
	}
	r := must(farm.WriteRevision(ctx, ada, ours.ID, handbook.Writing{Base: ours.Latest, Name: "Pay", Source: lineOf("Ten.", "Seven.")}))(t)
	if len(r.Parents) != 1 || r.Number != 2 {
		t.Errorf("%+v", r)
	}
	_, err = farm.BringIntoUse(ctx, sue, ours.ID)
	want(t, err, coop.Conflict, "protocol.undecided")
	must(farm.OpenMotion(ctx, ada, ours.ID, handbook.Writing{Reason: "Ours now"}, farm.consent()))(t)
	farm.pass(8 * 24 * time.Hour)
	must(farm.Tick(ctx))(t)
	if k := farm.Kinds(); len(k) != 2 || k[0] != coop.ProtocolPublished || k[1] != coop.AdoptionMade {
		t.Errorf("told %v", k)
	}
	if l := must(farm.LineageOf(ctx, stranger, ours.ID))(t); len(l) != 1 || l[0].Name != "Pay" {
		t.Errorf("%+v", l)
	}

	// The origin changes another part: it goes together with ours.
	p = bakery.change(t, p, lineOf("Eleven.", "Eight."))
	bakery.tells(t, farm, p)
	if u := farm.updates(t); len(u) != 1 || u[0].Ours.ID != ours.ID {
		t.Fatalf("%+v", u)
	}
	j := must(farm.Update(ctx, ada, ours.ID))(t)
	if !j.Clean() || j.Relation != handbook.Diverged {
		t.Errorf("%s, %+v", j.Relation, j.Merge.Conflicts())
	}
	out := must(farm.MergeUpdate(ctx, ada, ours.ID, handbook.Resolution{Reason: "Theirs is better"}, farm.consent()))(t)
	if out.Motion == nil || len(out.Revision.Parents) != 2 {
		t.Fatalf("%+v", out)
	}
	farm.pass(8 * 24 * time.Hour)
	must(farm.Tick(ctx))(t)
	ours = farm.page(t, ours.ID)
	if r := farm.text(t, ours); r.Source != lineOf("Eleven.", "Seven.") {
		t.Errorf("%+v", r)
	}
	st := must(farm.Adoptions(ctx, ada))(t)
	if len(st) != 3 || st[0].Adoption.Revision != p.InUse || !st[0].Adoption.Until.IsZero() || st[1].Adoption.Until.IsZero() || st[2].Adoption.Until.IsZero() || st[0].Update != "" {
		t.Errorf("%+v", st)
	}
	_, err = farm.MergeUpdate(ctx, ada, ours.ID, handbook.Resolution{Reason: "Again"}, farm.consent())
	want(t, err, coop.Conflict, "update.none")

	// Now the same part: somebody has to choose.
	p = bakery.change(t, p, lineOf("Eleven.", "Six."))
	bakery.tells(t, farm, p)
	_, err = farm.MergeUpdate(ctx, ada, ours.ID, handbook.Resolution{Reason: "Theirs"}, farm.consent())
	want(t, err, coop.Invalid, "merge.open")
	j = must(farm.Update(ctx, ada, ours.ID))(t)
	with := handbook.Resolution{Reason: "Theirs", Choices: []handbook.Choice{{Take: handbook.TakeOurs}}}
	with.Ours, with.Theirs = j.Sides()
	p = bakery.change(t, p, lineOf("Eleven.", "Five."))
	bakery.tells(t, farm, p)
	_, err = farm.MergeUpdate(ctx, ada, ours.ID, with, farm.consent())
	want(t, err, coop.Conflict, "protocol.stale") // they chose when it said six
	with.Theirs = p.InUse
	must(farm.MergeUpdate(ctx, ada, ours.ID, with, farm.consent()))(t)
	farm.pass(8 * 24 * time.Hour)
	must(farm.Tick(ctx))(t)
	if u := farm.updates(t); len(u) != 0 {
		t.Errorf("still an update: %+v", u)
	}

	// What is retired we go by no more, until it is back.
	holding := func() (n int) {
		for _, st := range must(farm.Adoptions(ctx, ada))(t) {
			if st.Adoption.Holds(farm.now()) {
				n++
			}
		}
		return n
	}
	farm.pass(time.Minute)
	must(farm.TurnProtocol(ctx, sue, ours.ID, handbook.Retire, time.Time{}))(t)
	if n := holding(); n != 0 {
		t.Errorf("%d adoptions by a retired page", n)
	}
	farm.pass(time.Minute)
	must(farm.BringIntoUse(ctx, sue, ours.ID))(t)
	if n := holding(); n != 1 {
		t.Errorf("%d adoptions of a page that is back", n)
	}
}

// What a steward took back is not said again by a decision, and what was said of meeting a standard is not said of another time or text.
func adaptedEndsStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := must(bakery.StartProtocol(ctx, ada, handbook.Start{Name: "Clean", Kind: handbook.Standard}))(t)
	must(bakery.WriteRevision(ctx, ada, p.ID, handbook.Writing{Name: "Clean", Source: "- [ ] Wash\n"}))(t)
	from := bakery.tells(t, farm, must(bakery.BringIntoUse(ctx, sue, p.ID))(t))
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Public: true, Changes: "Soap"}))(t)
	ours = must(farm.BringIntoUse(ctx, sue, ours.ID))(t)
	must(farm.SayMet(ctx, sue, from.ID, handbook.Attesting{Met: []int{1}, Checked: Noon, Public: true, Evidence: "https://farm.example/photo"}))(t)
	farm.pass(time.Minute)
	must(farm.TurnProtocol(ctx, sue, ours.ID, handbook.Retire, time.Time{}))(t)
	farm.pass(time.Minute)
	must(farm.BringIntoUse(ctx, sue, ours.ID))(t)
	all := must(farm.Adoptions(ctx, ada))(t)
	if a := all[0].Adoption; len(all) != 2 || !a.Holds(farm.now()) || a.Met != nil || a.Evidence != "" || !a.Checked.IsZero() {
		t.Errorf("back: %+v", all)
	}
	farm.pass(time.Minute)
	a := must(farm.Withdraw(ctx, sue, all[0].Adoption.ID))(t)
	farm.pass(time.Minute)
	kept := must(farm.Adopt(ctx, sue, from.ID, handbook.Adopting{}))(t) // as it is, beside the page of ours
	ours = farm.change(t, farm.page(t, ours.ID), "- [ ] Wash with soap\n")
	must(farm.TurnProtocol(ctx, sue, ours.ID, handbook.Retire, time.Time{}))(t)
	must(farm.BringIntoUse(ctx, sue, ours.ID))(t)
	for _, st := range must(farm.Adoptions(ctx, ada))(t) {
		if st.Adoption.Holds(farm.now()) != (st.Adoption.ID == kept.ID) {
			t.Errorf("%s was withdrawn: %+v", a.ID, st.Adoption)
		}
	}
}

// gives hands a change from one town to the other, as it goes over the wire.
func gives(t *testing.T, from, to *Town, o handbook.Offer, slug string) (handbook.Offer, bool) {
	t.Helper()
	_, r, err := from.Revision(t.Context(), stranger, slug, o.Revision)
	ok(t, err)
	in := handbook.Offer{Activity: o.Activity, From: from.actor(), Page: o.Page, Revision: o.Revision}
	r.Protocol = ""
	var fresh bool
	to.in(t, func(tx handbook.Tx) (err error) {
		for _, parent := range r.Parents { // what it comes from is fetched first
			text, err := from.Place.Store.At(t.Context()).Text(parent)
			if err != nil {
				return err
			}
			if _, err := to.ReceiveRevision(tx, "", text); err != nil {
				return err
			}
		}
		in, fresh, err = to.ReceiveOffer(tx, in, r)
		return err
	})
	return in, fresh
}

func giveBackStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	from := bakery.tells(t, farm, p)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Hours"}))(t)
	w := handbook.Writing{Base: p.InUse, Name: "Pay", Source: lineOf("Ten.", "Eight.") + "\n# Rain\nTwelve.\n", Reason: "Rain"}
	_, err := farm.OfferBack(ctx, ada, ours.ID, w)
	want(t, err, coop.Forbidden, "steward.only")
	_, err = farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: p.InUse, Name: "Pay", Source: lineOf("Ten.", "Eight.")})
	want(t, err, coop.Invalid, "offer.unrelated")
	o := must(farm.OfferBack(ctx, sue, ours.ID, w))(t)
	if again := must(farm.OfferBack(ctx, sue, ours.ID, w))(t); again.ID != o.ID || len(farm.Kinds()) != 1 {
		t.Errorf("given twice: %+v, %v", again, farm.Kinds())
	}
	in, fresh := gives(t, farm, bakery, o, ours.Slug)
	if again, twice := gives(t, farm, bakery, o, ours.Slug); !fresh || twice || again.ID != in.ID {
		t.Errorf("received twice: %+v", again)
	}
	view := must(bakery.Offer(ctx, ada, in.ID))(t)
	if view.Joined.Relation != handbook.Behind || view.Revision.Source != w.Source {
		t.Errorf("%+v", view)
	}
	_, _, err = bakery.AcceptOffer(ctx, ada, in.ID, handbook.Resolution{}, bakery.consent())
	want(t, err, coop.Forbidden, "steward.only")
	held, m, err := bakery.AcceptOffer(ctx, sue, in.ID, handbook.Resolution{Reason: "Rain happens"}, bakery.consent())
	if err != nil || m == nil || held.Motion != m.ID || m.Revision != o.Revision || m.Offer != in.ID {
		t.Fatalf("%+v, %+v, %v", held, m, err)
	}
	_, err = bakery.RejectOffer(ctx, sue, in.ID, "No")
	want(t, err, coop.Conflict, "offer.in_motion")
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Tick(ctx))(t)
	view = must(bakery.Offer(ctx, ada, in.ID))(t)
	if p = bakery.page(t, p.ID); view.Offer.State != handbook.OfferForwarded || view.Offer.Result != o.Revision || p.InUse != o.Revision {
		t.Errorf("%+v", view.Offer)
	}
	if k := bakery.Kinds(); k[len(k)-1] != coop.OfferAccepted || k[len(k)-2] != coop.ProtocolChanged {
		t.Errorf("told %v", k)
	}
	for range 2 {
		farm.in(t, func(tx handbook.Tx) error {
			_, err := farm.OfferAnswered(tx, o.Activity, "https://cycles.example/actor", p.InUse, "")
			want(t, err, coop.Forbidden, "owner.differs")
			_, err = farm.OfferAnswered(tx, o.Activity, bakery.actor(), p.InUse, "")
			return err
		})
	}
	done, _, err := farm.Offers(ctx, ada, true, true, 0, "")
	if err != nil || len(done) != 1 || done[0].State != handbook.OfferForwarded {
		t.Errorf("%+v, %v", done, err)
	}
}

// What is offered was in use at its sender's. Here nobody decided on it, so it stays with the members until it is taken.
func offeredStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	from := bakery.tells(t, farm, p)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Hours"}))(t)
	ours = farm.change(t, must(farm.BringIntoUse(ctx, sue, ours.ID))(t), lineOf("Ten.", "Seven."))
	o := must(farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: ours.InUse, Name: "Pay", Source: lineOf("Ten.", "Seven."), Reason: "Less"}))(t)
	if o.Revision != ours.InUse {
		t.Fatalf("offered %s, in use is %s", o.Revision, ours.InUse)
	}
	in, _ := gives(t, farm, bakery, o, ours.Slug)
	_, _, err := bakery.Revision(ctx, stranger, p.Slug, o.Revision)
	want(t, err, coop.NotFound, "revision.unknown")
	if list, _, err := bakery.Changes(ctx, stranger, 0, ""); err != nil || len(list) != 1 {
		t.Errorf("%d texts came into use, %v", len(list), err)
	}
	_, _, err = bakery.AcceptOffer(ctx, sue, in.ID, handbook.Resolution{Reason: "Good"}, bakery.consent())
	ok(t, err)
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Tick(ctx))(t)
	if _, r, err := bakery.Revision(ctx, stranger, p.Slug, o.Revision); err != nil || !r.Enacted.Equal(bakery.now()) {
		t.Errorf("%+v, %v", r, err)
	}

	_, r, err := farm.Revision(ctx, stranger, ours.Slug, o.Revision)
	ok(t, err)
	r, err = handbook.NewRevision("Pay", "Nine.\n", r.ID)
	ok(t, err)
	r.Reason = "Bell \a"
	err = bakery.Place.Store.Write(ctx, func(tx handbook.Tx) error {
		_, _, err := bakery.ReceiveOffer(tx, handbook.Offer{Activity: farm.Base + "/a/9", From: farm.actor(), Page: p.IRI, Revision: r.ID}, r)
		return err
	})
	want(t, err, coop.Invalid, "field.not_text")
}

// A change given back to a page that went on meanwhile is merged, a later one supersedes what it builds on, and another is rejected with a reason.
func mergeBackStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	from := bakery.tells(t, farm, p)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Hours"}))(t)
	a := must(farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: p.InUse, Name: "Pay", Source: lineOf("Ten.", "Seven."), Reason: "Less"}))(t)
	b := must(farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: a.Revision, Name: "Pay", Source: lineOf("Ten.", "Seven and a half."), Reason: "Hm"}))(t)
	waits, _, err := farm.Offers(ctx, ada, true, false, 0, "")
	if err != nil || len(waits) != 1 || waits[0].ID != b.ID {
		t.Errorf("what we gave waits: %+v, %v", waits, err)
	}
	inA, _ := gives(t, farm, bakery, a, ours.Slug)
	bakery.pass(time.Minute)
	inB, _ := gives(t, farm, bakery, b, ours.Slug)
	if v := must(bakery.Offer(ctx, ada, inA.ID))(t); v.Offer.State != handbook.OfferSuperseded {
		t.Errorf("%+v", v.Offer)
	}
	_, err = bakery.RejectOffer(ctx, sue, inA.ID, "No")
	want(t, err, coop.Conflict, "offer.settled")
	p = bakery.change(t, p, lineOf("Eleven.", "Eight."))
	_, m, err := bakery.AcceptOffer(ctx, sue, inB.ID, handbook.Resolution{Reason: "Both"}, bakery.consent())
	if err != nil || m == nil || m.Revision == b.Revision {
		t.Fatalf("%+v, %v", m, err)
	}
	// The members do not want it: a steward may answer then.
	must(bakery.Answer(ctx, cleo, m.ID, handbook.Response{Answer: handbook.Object, Words: "Too complicated"}))(t)
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Tick(ctx))(t)
	if v := must(bakery.Offer(ctx, ada, inB.ID))(t); v.Offer.State != handbook.OfferReceived || v.Offer.Motion != "" {
		t.Errorf("%+v", v.Offer)
	}
	_, m, err = bakery.AcceptOffer(ctx, sue, inB.ID, handbook.Resolution{Reason: "Once more"}, bakery.consent())
	ok(t, err)
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Tick(ctx))(t)
	v := must(bakery.Offer(ctx, ada, inB.ID))(t)
	if p = bakery.page(t, p.ID); v.Offer.State != handbook.OfferMerged || v.Offer.Result != p.InUse || p.InUse != m.Revision {
		t.Errorf("%+v, in use %s", v.Offer, p.InUse)
	}
	d := handbook.Writing{Base: a.Revision, Name: "Pay", Source: lineOf("Nothing.", "Seven."), Reason: "Free"}
	o := must(farm.OfferBack(ctx, sue, ours.ID, d))(t)
	in, _ := gives(t, farm, bakery, o, ours.Slug)
	_, err = bakery.RejectOffer(ctx, sue, in.ID, " ")
	want(t, err, coop.Invalid, "field.required")
	for range 2 {
		must(bakery.RejectOffer(ctx, sue, in.ID, "We eat too"))(t)
	}
	farm.in(t, func(tx handbook.Tx) error {
		_, err := farm.OfferAnswered(tx, o.Activity, bakery.actor(), "", "We eat too")
		return err
	})
	if v := must(farm.Offer(ctx, ada, o.ID))(t); v.Offer.State != handbook.OfferRejected || v.Offer.Reason != "We eat too" {
		t.Errorf("%+v", v.Offer)
	}
	// An answer to the earlier one that was on its way when the later one left is heard.
	for range 2 {
		farm.in(t, func(tx handbook.Tx) error {
			_, err := farm.OfferAnswered(tx, a.Activity, bakery.actor(), "", "Not so fast")
			return err
		})
	}
	if v := must(farm.Offer(ctx, ada, a.ID))(t); v.Offer.State != handbook.OfferRejected {
		t.Errorf("%+v", v.Offer)
	}
}

// A clash about a change given back is resolved although its sender is heard no more.
func blockedStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	from := bakery.tells(t, farm, p)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Hours"}))(t)
	o := must(farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: p.InUse, Name: "Pay", Source: lineOf("Ten.", "Seven."), Reason: "Less"}))(t)
	in, _ := gives(t, farm, bakery, o, ours.Slug)
	other := bakery.propose(t, p, lineOf("Ten.", "Six."))
	bakery.pass(time.Hour)
	_, m, err := bakery.AcceptOffer(ctx, sue, in.ID, handbook.Resolution{Reason: "Good"}, bakery.consent())
	ok(t, err)
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Decide(ctx, ada, other.ID))(t)
	if m := must(bakery.Decide(ctx, ada, m.ID))(t); m.State != handbook.MotionClashing {
		t.Fatalf("%+v", m)
	}
	bakery.Block("farm.example")
	_, err = bakery.Offer(ctx, ada, in.ID)
	want(t, err, coop.NotFound, "offer.unknown")
	j := must(bakery.Clash(ctx, ada, m.ID))(t)
	with := handbook.Resolution{Reason: "Theirs", Choices: []handbook.Choice{{Take: handbook.TakeTheirs}}}
	with.Ours, with.Theirs = j.Sides()
	next := must(bakery.ResolveClash(ctx, sue, m.ID, with, bakery.consent()))(t)
	if next.Offer != "" || next.Follows != m.ID {
		t.Errorf("%+v", next)
	}
	bakery.pass(8 * 24 * time.Hour)
	must(bakery.Tick(ctx))(t)
	if r := bakery.text(t, bakery.page(t, p.ID)); r.Source != lineOf("Ten.", "Seven.") {
		t.Errorf("%+v", r)
	}
}

func standardStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Clean kitchen", Kind: handbook.Standard}))(t)
	must(v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Name: "Clean kitchen", Source: "- [ ] Wash\n- [ ] Dry\n"}))(t)
	in := handbook.Attesting{Met: []int{1}, Checked: Noon, Public: true, Evidence: "https://bakery.example/photo"}
	_, err := v.SayMet(ctx, sue, p.ID, in)
	want(t, err, coop.Conflict, "adoption.none")
	p = must(v.BringIntoUse(ctx, sue, p.ID))(t)
	_, err = v.SayMet(ctx, ada, p.ID, in)
	want(t, err, coop.Forbidden, "steward.only")
	must(v.SayMet(ctx, sue, p.ID, in))(t)
	if m := must(v.Standards(ctx, stranger))(t); len(m) != 1 || m[0].All || len(m[0].Items) != 2 {
		t.Errorf("%+v", m)
	}
	in.Met = []int{1, 2}
	must(v.SayMet(ctx, sue, p.ID, in))(t)
	if m := must(v.Meetings(ctx))(t); len(m) != 1 || m[0].Page.ID != p.ID || len(m[0].Coops) != 1 || m[0].Coops[0] != "" {
		t.Errorf("met by %+v", m)
	}
	v.pass(time.Minute)
	p = v.change(t, p, "- [ ] Wash\n- [ ] Dry\n- [ ] Air\n")
	if m := must(v.Standards(ctx, ada))(t); len(m) != 0 {
		t.Errorf("of another text it is said still: %+v", m)
	}
	in.Met = []int{1, 2, 3}
	must(v.SayMet(ctx, sue, p.ID, in))(t)
	all := must(v.Adoptions(ctx, ada))(t)
	if len(all) != 2 || all[0].Adoption.Revision != p.InUse || all[1].Adoption.Until.IsZero() {
		t.Errorf("%+v", all)
	}
	in.Public = false
	told := all[0].Adoption.IRI
	must(v.SayMet(ctx, sue, p.ID, in))(t)
	if was, err := v.Place.Store.At(ctx).AdoptionByIRI(told); err != nil || was.Holds(v.now()) {
		t.Errorf("nobody who asks for the note learns that it ended: %+v, %v", was, err)
	}
	if m := must(v.Standards(ctx, stranger))(t); len(m) != 0 {
		t.Errorf("a stranger sees %+v", m)
	}
	kinds := []coop.EventKind{coop.ProtocolPublished, coop.AdoptionMade, coop.AdoptionChanged, coop.ProtocolChanged, coop.AdoptionWithdrawn, coop.AdoptionMade, coop.AdoptionWithdrawn}
	for i, k := range v.Kinds() {
		if i >= len(kinds) || k != kinds[i] {
			t.Fatalf("told %v, want %v", v.Kinds(), kinds)
		}
	}
	v.pass(time.Minute)
	in.Public = true
	again := must(v.SayMet(ctx, sue, p.ID, in))(t)
	if again.IRI == told || again.IRI == "" {
		t.Errorf("told of by the note %s that was taken back", again.IRI)
	}
	if m := must(v.Standards(ctx, stranger))(t); len(m) != 1 {
		t.Errorf("a stranger sees %+v", m)
	}
	rule := v.used(t, "Rule", "Be kind.")
	_, err = v.SayMet(ctx, sue, rule.ID, in)
	want(t, err, coop.Conflict, "standard.not")
}

// What we say of meeting a standard of ours is of that text, as a standard in use, and others see what they were told.
func standardEndsStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Clean kitchen", Kind: handbook.Standard}))(t)
	must(v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Name: "Clean kitchen", Source: "- [ ] Wash\n"}))(t)
	met := func(want int, when string) {
		t.Helper()
		if m := must(v.Standards(ctx, ada))(t); len(m) != want {
			t.Errorf("%s: %+v", when, m)
		}
	}
	in := handbook.Settings{Kind: handbook.Standard, Language: "en", Licence: p.Licence, Circle: "Cooks"}
	say := func() {
		t.Helper()
		p = must(v.BringIntoUse(ctx, sue, p.ID))(t)
		must(v.SayMet(ctx, sue, p.ID, handbook.Attesting{Met: []int{1}, Checked: Noon, Public: true}))(t)
		v.pass(time.Minute)
		met(1, "said")
	}
	say()
	must(v.ChangeSettings(ctx, sue, p.ID, in))(t)
	met(1, "who looks after it is another matter")
	must(v.TurnProtocol(ctx, sue, p.ID, handbook.Retire, time.Time{}))(t)
	met(0, "retired")
	say()
	in.Kind = handbook.Rule
	must(v.ChangeSettings(ctx, sue, p.ID, in))(t)
	met(0, "no standard any more")

	// A page that is adapted is told of when it comes into use.
	farm := newTown(t, open, "farm")
	in.Kind = handbook.Standard
	from := v.tells(t, farm, must(v.ChangeSettings(ctx, sue, p.ID, in))(t))
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "None", Public: true}))(t)
	must(farm.SayMet(ctx, sue, from.ID, handbook.Attesting{Met: []int{1}, Checked: Noon, Public: true}))(t)
	if m := must(farm.Standards(ctx, stranger))(t); len(m) != 0 {
		t.Errorf("others learn of a draft: %+v", m)
	}
	must(farm.BringIntoUse(ctx, sue, ours.ID))(t)
	if m := must(farm.Standards(ctx, stranger))(t); len(m) != 1 || !m[0].All {
		t.Errorf("%+v", m)
	}
}
