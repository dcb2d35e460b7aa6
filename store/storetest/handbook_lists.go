package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/store"
)

func testMotionLists(t *testing.T, s *store.Store) {
	p := samplePage("Pay")
	r := sampleText(t, &p, "Ten.\n")
	shelve(t, s, p, r)
	motion := func(state handbook.MotionState, opens, closes int) handbook.Motion {
		m := handbook.Motion{ID: newID(), Protocol: p.ID, Base: r.ID, Revision: r.ID, Reason: "Why", By: "ada", State: state, Opens: day0.Add(time.Duration(opens) * time.Hour),
			Terms: handbook.Terms{Method: handbook.Vote, Heads: 3, Groups: []handbook.Group{{Slug: "a", Share: 10000, Heads: 3}}, Majority: handbook.Majority{Of: 2, Parts: 3}}}
		if closes > 0 {
			m.Closes = day0.Add(time.Duration(closes) * time.Hour)
		}
		return m
	}
	never, late, soon, soonToo := motion(handbook.MotionOpen, 1, 0), motion(handbook.MotionOpen, 2, 9), motion(handbook.MotionOpen, 3, 5), motion(handbook.MotionOpen, 3, 5)
	over, clash := motion(handbook.MotionPassed, 1, 2), motion(handbook.MotionClashing, 4, 5)
	over.Result = &handbook.Result{Method: handbook.Vote, Passed: true, At: day0, Tally: &handbook.Tally{For: 2, Groups: []handbook.GroupTally{{Slug: "a"}}}}
	inHandbook(t, s, func(tx handbook.Tx) error {
		for _, m := range []handbook.Motion{never, late, soon, soonToo, over, clash} {
			ok(t, tx.PutMotion(m))
		}
		return nil
	})
	if diff := cmp.Diff(over, must(at(t, s).Motion(over.ID))(t)); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		open bool
		want []handbook.Motion
	}{{true, []handbook.Motion{soon, soonToo, late, never}}, {false, []handbook.Motion{clash, over}}} {
		var got []handbook.Motion
		for cursor := ""; ; {
			list, next, err := at(t, s).Motions(c.open, 1, cursor)
			ok(t, err)
			got = append(got, list...)
			if cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("open %t: %s", c.open, diff)
		}
	}
	_, cursor, err := at(t, s).Motions(true, 1, "")
	ok(t, err)
	_, _, err = at(t, s).Motions(false, 1, cursor)
	class(t, err, coop.Invalid, "cursor.invalid")
	if due := must(at(t, s).DueMotions(soon.Closes, 9))(t); !slices.Equal(due, []coop.ID{soon.ID, soonToo.ID}) {
		t.Errorf("due %v", due)
	}
	if all := must(at(t, s).MotionsOf(p.ID))(t); len(all) != 6 || all[0].ID != clash.ID || all[5].ID != never.ID {
		t.Errorf("%d motions", len(all))
	}
	class(t, second(at(t, s).Motion(newID())), coop.NotFound, "motion.unknown")
}

// After the count of a secret vote no row says who chose what, and each person counts once before.
func testSecrecy(t *testing.T, s *store.Store) {
	ada, ben := member(t, s, "ada"), member(t, s, "ben")
	p := samplePage("Pay")
	shelve(t, s, p, sampleText(t, &p, "Ten.\n"))
	m := handbook.Motion{ID: newID(), Protocol: p.ID, State: handbook.MotionOpen, Opens: day0, Closes: day0.Add(time.Hour), Terms: handbook.Terms{Method: handbook.Vote, Secret: true}}
	answer := func(who coop.ID, a handbook.Answer, at int) handbook.Response {
		return handbook.Response{Motion: m.ID, Person: who, Answer: a, Constituency: "workers", Words: "because", At: day0.Add(time.Duration(at) * time.Minute)}
	}
	inHandbook(t, s, func(tx handbook.Tx) error {
		ok(t, tx.PutMotion(m))
		for _, r := range []handbook.Response{answer(ben, handbook.For, 1), answer(ada, handbook.Against, 2), answer(ben, handbook.Against, 3)} {
			ok(t, tx.PutResponse(r))
		}
		return nil
	})
	if diff := cmp.Diff([]handbook.Response{answer(ada, handbook.Against, 2), answer(ben, handbook.Against, 3)}, must(at(t, s).Responses(m.ID))(t)); diff != "" {
		t.Error(diff)
	}
	// A count that is undone leaves everything as it was.
	stop := coop.Errorf(coop.Internal, "error.internal", "stop")
	_ = store.Handbook{Store: s}.Write(t.Context(), func(tx handbook.Tx) error {
		ok(t, tx.PutCounted(m.ID, nil))
		return stop
	})
	for state, result := range map[handbook.MotionState]*handbook.Result{handbook.MotionWithdrawn: nil, handbook.MotionRejected: {Method: handbook.Vote, At: day0}} {
		m.State, m.Result = state, result
		inHandbook(t, s, func(tx handbook.Tx) error { return tx.PutMotion(m) })
		if found := must(s.Verify(t.Context()))(t); len(found) != 1 || !strings.Contains(found[0], "2 answers are still there") {
			t.Errorf("verify of what is %s: %q", state, found)
		}
	}
	inHandbook(t, s, func(tx handbook.Tx) error {
		all, err := tx.Responses(m.ID)
		if err != nil {
			return err
		}
		return tx.PutCounted(m.ID, m.Counted(all))
	})
	left := must(at(t, s).Responses(m.ID))(t)
	if diff := cmp.Diff([]handbook.Response{{Motion: m.ID, Person: ada}, {Motion: m.ID, Person: ben}}, left); diff != "" {
		t.Error(diff)
	}
	if found := must(s.Verify(t.Context()))(t); len(found) != 0 {
		t.Errorf("verify: %q", found)
	}
}

func testHandbookLists(t *testing.T, s *store.Store) {
	const page = "https://cycles.example/h/pay"
	adoption := func(who coop.IRI, hours int, change func(*handbook.Adoption)) handbook.Adoption {
		a := handbook.Adoption{ID: newID(), Coop: who, Page: page, Home: "https://cycles.example/actor", Name: "Pay", Revision: "zQm" + handbook.RevisionID(who), Manner: handbook.AsItIs,
			Since: day0.Add(time.Duration(hours) * time.Hour), Public: true, Met: []int{1, 2}, Evidence: "https://a.example/", Checked: day0}
		if change != nil {
			change(&a)
		}
		return a
	}
	ended := adoption("", 1, func(a *handbook.Adoption) { a.Until = day0.Add(2 * time.Hour) })
	ours := adoption("", 2, func(a *handbook.Adoption) { a.IRI = "https://bakery.example/n/1" })
	theirs := adoption("https://farm.example/actor", 0, func(a *handbook.Adoption) { a.IRI = "https://farm.example/n/1" })
	inHandbook(t, s, func(tx handbook.Tx) error {
		for _, a := range []handbook.Adoption{ended, ours, theirs} {
			ok(t, tx.PutAdoption(a))
		}
		return nil
	})
	if diff := cmp.Diff([]handbook.Adoption{ours, ended}, must(at(t, s).Adoptions())(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]handbook.Adoption{theirs, ended, ours}, must(at(t, s).AdoptionsOf(page))(t)); diff != "" {
		t.Error(diff)
	}
	if a := must(at(t, s).OurAdoptionOf(page, day0.Add(2*time.Hour)))(t); a.ID != ours.ID {
		t.Errorf("%+v", a)
	}
	if a := must(at(t, s).AdoptionByIRI(theirs.IRI))(t); a.ID != theirs.ID {
		t.Errorf("%+v", a)
	}
	class(t, second(at(t, s).AdoptionByIRI("")), coop.NotFound, "adoption.unknown")
	if yes, no := must(at(t, s).Pinned(ours.Revision))(t), must(at(t, s).Pinned(theirs.Revision))(t); !yes || no {
		t.Errorf("pinned: ours %t, theirs %t", yes, no)
	}
	inHandbook(t, s, func(tx handbook.Tx) error {
		ok(t, tx.DropAdoption(ours.ID)) // ours only ends
		return tx.DropAdoption(theirs.ID)
	})
	if left := must(at(t, s).AdoptionsOf(page))(t); len(left) != 2 {
		t.Errorf("%d are left", len(left))
	}

	offer := func(n string, hours int, from coop.IRI, state handbook.OfferState) handbook.Offer {
		return handbook.Offer{ID: newID(), Activity: "https://farm.example/a/" + coop.IRI(n), From: from, Page: page, Revision: "zQm1", State: state,
			Received: day0.Add(time.Duration(hours) * time.Hour)}
	}
	a, b := offer("1", 1, "https://farm.example/actor", handbook.OfferReceived), offer("2", 2, "https://farm.example/actor", handbook.OfferReceived)
	c, d := offer("3", 3, "https://farm.example/actor", handbook.OfferMerged), offer("4", 4, "", handbook.OfferReceived)
	inHandbook(t, s, func(tx handbook.Tx) error {
		for _, o := range []handbook.Offer{a, b, c, d} {
			ok(t, tx.PutOffer(o))
		}
		return nil
	})
	list, next, err := at(t, s).Offers(false, false, 1, "")
	if err != nil || len(list) != 1 || list[0].ID != b.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if list, next, err = at(t, s).Offers(false, false, 1, next); err != nil || len(list) != 1 || list[0].ID != a.ID || next != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, _, _ := at(t, s).Offers(true, false, 9, ""); len(list) != 1 || list[0].ID != d.ID {
		t.Errorf("ours: %+v", list)
	}
	if diff := cmp.Diff([]handbook.Offer{a, b, c, d}, must(at(t, s).OffersFor(page))(t)); diff != "" {
		t.Error(diff)
	}
	if o := must(at(t, s).OfferByActivity(c.Activity))(t); o != c {
		t.Errorf("%+v", o)
	}
	twice := offer("1", 9, "https://farm.example/actor", handbook.OfferReceived)
	class(t, store.Handbook{Store: s}.Write(t.Context(), func(tx handbook.Tx) error { return tx.PutOffer(twice) }), coop.Conflict, "store.duplicate")
	class(t, second(at(t, s).Offer(newID())), coop.NotFound, "offer.unknown")
}

// With a member go their drafts, their marks and their answers; what they wrote for all stays.
func testHandbookPeople(t *testing.T, s *store.Store) {
	ada, ben := member(t, s, "ada"), member(t, s, "ben")
	p := samplePage("Pay")
	r := sampleText(t, &p, "Ten.\n")
	r.By = ada
	shelve(t, s, p, r)
	m := handbook.Motion{ID: newID(), Protocol: p.ID, By: ada, State: handbook.MotionOpen, Opens: day0, Closes: day0.Add(time.Hour)}
	draft := handbook.Autosave{Protocol: p.ID, Person: ada, Base: r.ID, Name: "P", Source: "half\x00 a", Saved: day0}
	remark := handbook.Remark{ID: newID(), Motion: m.ID, Person: ada, At: day0, Words: "Hm"}
	mark := handbook.ReadMark{Person: ada, Protocol: p.ID, Revision: r.ID, At: day0}
	inHandbook(t, s, func(tx handbook.Tx) error {
		ok(t, tx.PutMotion(m))
		ok(t, tx.PutDraft(draft))
		ok(t, tx.PutRemark(remark))
		for _, who := range []coop.ID{ada, ben} {
			ok(t, tx.PutResponse(handbook.Response{Motion: m.ID, Person: who, Answer: handbook.Agree, At: day0}))
			mark.Person = who
			ok(t, tx.PutReadMark(mark))
			again := mark
			again.At = day0.Add(time.Hour)
			ok(t, tx.PutReadMark(again))
		}
		return nil
	})
	draft.Source = "half a" // a column of text holds no NUL
	if diff := cmp.Diff([]handbook.Autosave{draft}, must(at(t, s).Drafts(ada))(t)); diff != "" {
		t.Error(diff)
	}
	mark.Person = ada
	if diff := cmp.Diff([]handbook.ReadMark{mark}, must(at(t, s).ReadMarks(ada))(t)); diff != "" {
		t.Error(diff)
	}
	if all := must(at(t, s).ReadMarksOf(r.ID))(t); len(all) != 2 {
		t.Errorf("%+v", all)
	}
	ok(t, store.Coop{Store: s}.Write(t.Context(), func(tx coop.Tx) error { return tx.DropPerson(ada) }))
	class(t, second(at(t, s).Draft(p.ID, ada)), coop.NotFound, "draft.unknown")
	if all := must(at(t, s).ReadMarksOf(r.ID))(t); len(all) != 1 || all[0].Person != ben {
		t.Errorf("%+v", all)
	}
	if all := must(at(t, s).Responses(m.ID))(t); len(all) != 1 || all[0].Person != ben {
		t.Errorf("%+v", all)
	}
	if diff := cmp.Diff([]handbook.Remark{remark}, must(at(t, s).Remarks(m.ID))(t)); diff != "" {
		t.Error(diff)
	}
	if got := must(at(t, s).Revision(p.ID, r.ID))(t); got.By != ada {
		t.Errorf("%+v", got)
	}
	if found := must(s.Verify(t.Context()))(t); len(found) != 0 {
		t.Errorf("verify: %q", found)
	}
}

// peersHandbook is what a neighbour told us: a page that we adopted, one that we did not, a use of a page, and a change given back.
func peersHandbook(t *testing.T, s *store.Store) (kept, other handbook.Protocol) {
	t.Helper()
	kept, other = samplePeerPage("Kept"), samplePeerPage("Other")
	shelve(t, s, kept, sampleText(t, &kept, "Ten.\n"))
	shelve(t, s, kept)
	shelve(t, s, other, sampleText(t, &other, "Nine.\n"))
	shelve(t, s, other)
	inHandbook(t, s, func(tx handbook.Tx) error {
		ok(t, tx.PutAdoption(handbook.Adoption{ID: newID(), Page: kept.IRI, Home: kept.Home, Name: kept.Name, Revision: kept.InUse, Manner: handbook.AsItIs, Since: day0}))
		ok(t, tx.PutAdoption(handbook.Adoption{ID: newID(), IRI: "https://cycles.example/n/1", Coop: kept.Home, Page: "https://bakery.example/h/x", Revision: other.InUse, Manner: handbook.AsItIs, Since: day0}))
		return tx.PutOffer(handbook.Offer{ID: newID(), Activity: "https://cycles.example/a/1", From: kept.Home, Page: "https://bakery.example/h/x", Revision: other.InUse, State: handbook.OfferReceived, Received: day0})
	})
	return kept, other
}

// What a blocked co-op published goes from every list; the text that we go by stays ours to read.
func testHandbookBlocked(t *testing.T, s *store.Store) {
	kept, other := peersHandbook(t, s)
	ok(t, store.Queue{Store: s}.Write(t.Context(), func(tx queue.Tx) error { return tx.PurgeBlocked("cycles.example", day0) }))
	for _, p := range []handbook.Protocol{kept, other} {
		class(t, second(at(t, s).Protocol(p.ID)), coop.NotFound, "protocol.unknown")
		if gone := must(at(t, s).Buried(p.IRI))(t); gone {
			t.Error("it could not come back when the block is lifted")
		}
	}
	if f := must(at(t, s).SearchProtocols(handbook.Query{}, day0))(t); len(f.Hits) != 0 {
		t.Errorf("found %+v", f.Hits)
	}
	if r := must(at(t, s).Text(kept.InUse))(t); r.Source != "Ten.\n" {
		t.Errorf("%+v", r)
	}
	if list, _, err := at(t, s).Offers(false, false, 9, ""); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if list := must(at(t, s).AdoptionsOf("https://bakery.example/h/x"))(t); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if found := must(s.Verify(t.Context()))(t); len(found) != 0 {
		t.Errorf("verify: %q", found)
	}
}

// A co-op that is gone takes its pages along, but for those we go by.
func testHandbookGone(t *testing.T, s *store.Store) {
	kept, other := peersHandbook(t, s)
	ok(t, store.Queue{Store: s}.Write(t.Context(), func(tx queue.Tx) error { return tx.DropActor(kept.Home, day0) }))
	if p := must(at(t, s).Protocol(kept.ID))(t); p.Status != handbook.Retired {
		t.Errorf("%+v", p)
	}
	if r := must(at(t, s).Revision(kept.ID, kept.InUse))(t); r.Source != "Ten.\n" {
		t.Errorf("%+v", r)
	}
	class(t, second(at(t, s).Protocol(other.ID)), coop.NotFound, "protocol.unknown")
	if gone := must(at(t, s).Buried(other.IRI))(t); !gone {
		t.Error("it could come back")
	}
}

// Verify tells what contradicts itself.
func testHandbookDamage(t *testing.T, s *store.Store) {
	p := samplePage("Pay")
	first := sampleText(t, &p, "Ten.\n")
	next := sampleText(t, &p, "Eleven.\n", first.ID) // without a decision
	shelve(t, s, p, first, next)
	if found := must(s.Verify(t.Context()))(t); len(found) != 1 || !strings.Contains(found[0], "not decided on") {
		t.Errorf("found %q", found)
	}
	lost := samplePage("Lost")
	sampleText(t, &lost, "Nobody kept this.\n")
	shelve(t, s, lost)
	if found := must(s.Verify(t.Context()))(t); len(found) != 2 || !strings.Contains(strings.Join(found, "\n"), "is missing") {
		t.Errorf("found %q", found)
	}
}
