package handbooktest

import (
	"context"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

type ctxT = context.Context

func consentStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.draft(t, "Pay", "Ten.")
	_, err := v.OpenMotion(ctx, stranger, p.ID, handbook.Writing{Reason: "Try"}, v.consent())
	want(t, err, coop.Unauthenticated, "login.required")
	_, err = v.OpenMotion(ctx, ada, p.ID, handbook.Writing{}, v.consent())
	want(t, err, coop.Invalid, "field.required")
	m := must(v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Reason: "Try"}, v.consent()))(t)
	if m.Revision != p.Latest || m.Base != "" || m.By != adaID {
		t.Errorf("%+v", m)
	}
	_, err = v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Nine."})
	want(t, err, coop.Conflict, "protocol.in_motion")
	_, err = v.TurnProtocol(ctx, sue, p.ID, handbook.Retire, time.Time{})
	want(t, err, coop.Conflict, "protocol.in_motion")
	_, err = v.Answer(ctx, ben, m.ID, handbook.Response{Answer: handbook.Object})
	want(t, err, coop.Invalid, "field.required")
	must(v.Answer(ctx, ben, m.ID, handbook.Response{Answer: handbook.Object, Words: "Too little"}))(t)
	must(v.Talk(ctx, cleo, m.ID, "Why?"))(t)
	view := must(v.Motion(ctx, ada, m.ID))(t)
	if view.Answered != 1 || len(view.Responses) != 1 || view.Responses[0].Words != "Too little" || len(view.Remarks) != 1 || view.Mine != nil {
		t.Errorf("%+v", view)
	}
	_, err = v.Motion(ctx, stranger, m.ID)
	want(t, err, coop.Unauthenticated, "login.required")
	_, err = v.Decide(ctx, ada, m.ID)
	want(t, err, coop.Conflict, "motion.early")
	v.pass(8 * 24 * time.Hour)
	_, err = v.Answer(ctx, ada, m.ID, handbook.Response{Answer: handbook.Agree})
	want(t, err, coop.Conflict, "motion.state")
	if n := must(v.Tick(ctx))(t); n != 1 {
		t.Errorf("the clock did %d", n)
	}
	again := must(v.Decide(ctx, ada, m.ID))(t)
	if again.State != handbook.MotionRejected || again.Result.Outcome != handbook.Objected || len(v.Kinds()) != 0 {
		t.Errorf("%+v, told %v", again, v.Kinds())
	}
	_, err = v.Talk(ctx, cleo, m.ID, "Late")
	want(t, err, coop.Conflict, "motion.state")

	// The same text once more, and this time nobody stands in the way.
	m = must(v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Reason: "Again"}, v.consent()))(t)
	must(v.Answer(ctx, ben, m.ID, handbook.Response{Answer: handbook.Object, Words: "No"}))(t)
	must(v.Answer(ctx, ben, m.ID, handbook.Response{Answer: handbook.Aside}))(t)
	w := must(v.OpenMotion(ctx, ben, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Eleven.", Reason: "More"}, v.consent()))(t)
	_, err = v.WithdrawMotion(ctx, ada, w.ID)
	want(t, err, coop.Forbidden, "motion.not_yours")
	must(v.WithdrawMotion(ctx, ben, w.ID))(t)
	_, err = v.Decide(ctx, ben, w.ID)
	want(t, err, coop.Conflict, "motion.state")
	v.pass(8 * 24 * time.Hour)
	for range 2 {
		must(v.Decide(ctx, cleo, m.ID))(t)
	}
	p = v.page(t, p.ID)
	r := v.text(t, p)
	if p.Status != handbook.InUse || p.Number != 1 || r.Decision == nil || r.Decision.Outcome != handbook.Consented {
		t.Errorf("%+v, %+v", p, r)
	}
	if k := v.Kinds(); len(k) != 1 || k[0] != coop.ProtocolPublished {
		t.Errorf("told %v", k)
	}
	_, err = v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Reason: "Nothing new"}, v.consent())
	want(t, err, coop.Invalid, "motion.unchanged")
	over, _, err := v.Motions(ctx, ada, false, 0, "")
	if err != nil || len(over) != 3 {
		t.Errorf("%d over, %v", len(over), err)
	}
	// What was only proposed stays with the members.
	_, _, err = v.Revision(ctx, stranger, p.Slug, w.Revision)
	want(t, err, coop.NotFound, "revision.unknown")
	if _, _, err := v.Revision(ctx, cleo, p.Slug, w.Revision); err != nil {
		t.Error(err)
	}
}

// After the decision of a secret vote nothing says who chose what.
func secretStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "Ten.")
	how := handbook.Opening{Method: handbook.Vote, Quorum: 5000, Secret: true, Closes: v.now().AddDate(0, 0, 7)}
	m := must(v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Eleven.", Reason: "More"}, how))(t)
	if m.Terms.Heads != 4 || len(m.Terms.Groups) != 2 || m.Terms.Groups[0].Heads != 2 {
		t.Errorf("%+v", m.Terms)
	}
	_, err := v.Answer(ctx, ada, m.ID, handbook.Response{Answer: handbook.For, Constituency: "users"})
	want(t, err, coop.Invalid, "choice.unknown")
	for _, a := range []struct {
		by     coop.Actor
		answer handbook.Answer
		in     string
	}{{ada, handbook.Against, "workers"}, {ada, handbook.For, "workers"}, {ben, handbook.For, "workers"}, {cleo, handbook.Against, "users"}, {sue, handbook.Abstain, ""}} {
		must(v.Answer(ctx, a.by, m.ID, handbook.Response{Answer: a.answer, Constituency: a.in, Words: "because"}))(t)
		v.pass(time.Hour)
	}
	view := must(v.Motion(ctx, ada, m.ID))(t)
	if view.Answered != 4 || len(view.Responses) != 1 || view.Mine == nil || view.Mine.Answer != handbook.For || view.Tally != nil {
		t.Errorf("while it is open: %+v", view)
	}
	v.pass(8 * 24 * time.Hour)
	must(v.Tick(ctx))(t)
	all := must(v.Place.Store.At(ctx).Responses(m.ID))(t)
	for i, r := range all {
		if r.Answer != "" || r.Words != "" || r.Constituency != "" || !r.At.IsZero() || i > 0 && all[i-1].Person >= r.Person {
			t.Errorf("it is known of %+v", r)
		}
	}
	view = must(v.Motion(ctx, ada, m.ID))(t)
	if len(all) != 4 || view.Motion.State != handbook.MotionPassed || view.Tally == nil || view.Tally.For != 2 || view.Tally.Against != 1 || !view.Tally.Veiled {
		t.Errorf("%d rows, %+v", len(all), view)
	}
	_, r, err := v.RevisionByNumber(ctx, stranger, p.Slug, 2)
	if err != nil || r.Decision.Method != handbook.Vote || r.Decision.Tally != nil {
		t.Errorf("%+v, %v", r.Decision, err)
	}
}

// What is withdrawn is over too: nothing says any more who chose what.
func secretWithdrawnStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "Ten.")
	how := handbook.Opening{Method: handbook.Vote, Secret: true, Closes: v.now().AddDate(0, 0, 7)}
	m := must(v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Eleven.", Reason: "More"}, how))(t)
	must(v.Answer(ctx, ben, m.ID, handbook.Response{Answer: handbook.Against, Constituency: "workers", Words: "because"}))(t)
	must(v.WithdrawMotion(ctx, ada, m.ID))(t)
	all := must(v.Place.Store.At(ctx).Responses(m.ID))(t)
	if len(all) != 1 || all[0] != (handbook.Response{Motion: m.ID, Person: benID}) {
		t.Errorf("it is known of %+v", all)
	}
}

func ratifiedStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "Ten.")
	how := handbook.Opening{Method: handbook.Ratified}
	m := must(v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Eleven.", Reason: "For the AGM"}, how))(t)
	v.pass(400 * 24 * time.Hour)
	if n := must(v.Tick(ctx))(t); n != 0 {
		t.Errorf("the clock decided what is ratified elsewhere: %d", n)
	}
	_, err := v.Decide(ctx, sue, m.ID)
	want(t, err, coop.Conflict, "motion.unreported")
	there := handbook.Ratification{On: v.now().Add(-time.Hour), Passed: true, Words: "All for", Minutes: "https://bakery.example/agm", Shared: true}
	_, err = v.Ratify(ctx, ada, m.ID, there)
	want(t, err, coop.Forbidden, "steward.only")
	for range 2 {
		there.On = there.On.In(time.FixedZone("", 2*60*60)) // as a form gives it
		must(v.Ratify(ctx, sue, m.ID, there))(t)
	}
	_, r, err := v.RevisionByNumber(ctx, stranger, p.Slug, 2)
	if err != nil || r.Decision.Ratification.Minutes != there.Minutes || r.Decision.Ratification.Words != "" {
		t.Errorf("%+v, %v", r.Decision, err)
	}
	// What was decided already is written down in one step, by a steward.
	p = v.page(t, p.ID)
	how.Ratification = &handbook.Ratification{On: v.now().Add(-time.Hour), Passed: true, Words: "All for"}
	_, err = v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Twelve.", Reason: "AGM"}, how)
	want(t, err, coop.Forbidden, "steward.only")
	m = must(v.OpenMotion(ctx, sue, p.ID, handbook.Writing{Base: p.Latest, Name: "Pay", Source: "Twelve.", Reason: "AGM"}, how))(t)
	if p = v.page(t, p.ID); m.State != handbook.MotionPassed || p.Number != 3 || p.InUse != m.Revision {
		t.Errorf("%+v, %+v", m, p)
	}
}

// Two motions on one text: the second is merged, and the result comes from both.
func twoMotionsStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "# Pay\nTen.\n\n# Hours\nEight.\n")
	a := v.propose(t, p, "# Pay\nEleven.\n\n# Hours\nEight.\n")
	v.pass(time.Hour)
	b := v.propose(t, p, "# Pay\nTen.\n\n# Hours\nSeven.\n")
	if view := must(v.Motion(ctx, ben, b.ID))(t); len(view.Rivals) != 1 || view.Rivals[0].ID != a.ID {
		t.Errorf("%+v", view.Rivals)
	}
	v.pass(8 * 24 * time.Hour)
	if n := must(v.Tick(ctx))(t); n != 2 {
		t.Errorf("the clock decided %d", n)
	}
	p = v.page(t, p.ID)
	r := v.text(t, p)
	if p.Number != 3 || r.Source != "# Pay\nEleven.\n\n# Hours\nSeven.\n" || len(r.Parents) != 2 || r.Decision == nil || r.By != adaID {
		t.Errorf("%+v", r)
	}
	_, second, err := v.RevisionByNumber(ctx, ada, p.Slug, 2)
	if err != nil || second.ID != a.Revision {
		t.Errorf("%+v, %v", second, err)
	}
}

// Two motions on the very same text: it comes into use once, by the first of them.
func sameTextStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "Ten.\n")
	a := v.propose(t, p, "Eleven.\n")
	v.pass(time.Hour)
	b := v.propose(t, p, "Eleven.\n")
	if a.Revision != b.Revision {
		t.Fatalf("%s and %s", a.Revision, b.Revision)
	}
	v.pass(8 * 24 * time.Hour)
	a = must(v.Decide(ctx, ben, a.ID))(t)
	v.pass(time.Hour)
	b = must(v.Decide(ctx, ben, b.ID))(t)
	p = v.page(t, p.ID)
	if r := v.text(t, p); b.State != handbook.MotionPassed || p.Number != 2 || !r.Decision.At.Equal(a.Result.At) || !p.Updated.Equal(a.Result.At) {
		t.Errorf("%+v, decided at %s", p, r.Decision.At)
	}
	if k := v.Kinds(); len(k) != 2 {
		t.Errorf("told %v", k)
	}
}

// What is made from an older text is merged before anybody decides on it, or its author has to look at what is new. Back to an older text is a new
// one.
func olderTextStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	first := v.used(t, "Pay", lineOf("Ten.", "Eight."))
	p := v.change(t, first, lineOf("Eleven.", "Eight."))
	write := func(base handbook.RevisionID, source string) (handbook.Motion, error) {
		return v.OpenMotion(ctx, ada, p.ID, handbook.Writing{Base: base, Name: "Pay", Source: source, Reason: "Better"}, v.consent())
	}
	m := must(write(first.InUse, lineOf("Ten.", "Seven.")))(t)
	if view := must(v.Motion(ctx, ben, m.ID))(t); view.Proposed.Source != lineOf("Eleven.", "Seven.") || len(view.Proposed.Parents) != 2 || m.Base != p.InUse {
		t.Errorf("proposed: %+v", view.Proposed)
	}
	_, err := write(first.InUse, lineOf("Twelve.", "Eight."))
	want(t, err, coop.Conflict, "protocol.stale")
	_, err = write("", "All else.")
	want(t, err, coop.Conflict, "protocol.stale")
	_, err = write(first.InUse, lineOf("Eleven.", "Eight.")) // what is in use, by another way
	want(t, err, coop.Invalid, "motion.unchanged")
	back := must(write(first.InUse, lineOf("Ten.", "Eight.")))(t)
	must(v.WithdrawMotion(ctx, ada, m.ID))(t)
	v.pass(8 * 24 * time.Hour)
	must(v.Tick(ctx))(t)
	p = v.page(t, p.ID)
	if r := v.text(t, p); back.Revision == first.InUse || r.ID != back.Revision || r.Number != 3 || r.Source != lineOf("Ten.", "Eight.") {
		t.Errorf("back: %+v", r)
	}
}

func clashStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Pay", "Ten.\n")
	v.propose(t, p, "Eleven.\n")
	v.pass(time.Hour)
	b := v.propose(t, p, "Twelve.\n")
	v.pass(8 * 24 * time.Hour)
	must(v.Tick(ctx))(t)
	view := must(v.Motion(ctx, ada, b.ID))(t)
	if view.Motion.State != handbook.MotionClashing || view.Motion.Result == nil || v.page(t, p.ID).Number != 2 {
		t.Fatalf("%+v", view.Motion)
	}
	j := must(v.Clash(ctx, ben, b.ID))(t)
	if open := j.Merge.Conflicts(); len(open) != 1 || open[0].Ours != "Eleven.\n" {
		t.Errorf("%+v", open)
	}
	with := handbook.Resolution{Choices: []handbook.Choice{{Take: handbook.TakeWritten, Text: "Eleven and a half."}}, Reason: "In the middle"}
	_, err := v.ResolveClash(ctx, ada, b.ID, with, v.consent())
	want(t, err, coop.Conflict, "protocol.stale") // of which texts?
	with.Ours, with.Theirs = j.Sides()
	_, err = v.ResolveClash(ctx, ben, b.ID, with, v.consent())
	want(t, err, coop.Forbidden, "motion.not_yours")
	p = v.change(t, v.page(t, p.ID), "Eleven or so.\n")
	_, err = v.ResolveClash(ctx, ada, b.ID, with, v.consent())
	want(t, err, coop.Conflict, "protocol.stale")
	j = must(v.Clash(ctx, ben, b.ID))(t)
	if with.Ours, with.Theirs = j.Sides(); with.Ours != p.InUse || with.Theirs != b.Revision {
		t.Errorf("%s and %s", with.Ours, with.Theirs)
	}
	_, err = v.ResolveClash(ctx, ada, b.ID, handbook.Resolution{Reason: "x"}, v.consent())
	want(t, err, coop.Invalid, "merge.open")
	next := must(v.ResolveClash(ctx, ada, b.ID, with, v.consent()))(t)
	if next.Follows != b.ID || next.State != handbook.MotionOpen {
		t.Errorf("%+v", next)
	}
	_, err = v.ResolveClash(ctx, sue, b.ID, with, v.consent())
	want(t, err, coop.Conflict, "motion.followed")
	v.pass(8 * 24 * time.Hour)
	must(v.Tick(ctx))(t)
	if r := v.text(t, v.page(t, p.ID)); r.Source != "Eleven and a half.\n" || r.Number != 4 {
		t.Errorf("%+v", r)
	}
}
