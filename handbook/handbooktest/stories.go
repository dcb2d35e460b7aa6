package handbooktest

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// Run tells every story on places that open makes.
func Run(t *testing.T, open Opener) {
	for _, s := range []struct {
		name string
		tell func(*testing.T, Opener)
	}{
		{"a page is written and read", pageStory}, {"settings", settingsStory}, {"consent", consentStory}, {"secret vote", secretStory},
		{"secret vote withdrawn", secretWithdrawnStory},
		{"ratified elsewhere", ratifiedStory}, {"two motions", twoMotionsStory}, {"same text", sameTextStory},
		{"older text", olderTextStory}, {"clash", clashStory}, {"reading", readingStory}, {"review", reviewStory},
		{"adopted", adoptStory}, {"adapted", adaptStory}, {"adapted ends", adaptedEndsStory}, {"given back", giveBackStory},
		{"offered", offeredStory}, {"merged back", mergeBackStory}, {"blocked", blockedStory},
		{"standards", standardStory}, {"standards end", standardEndsStory}, {"commons", commonsStory}, {"forged", forgedStory},
		{"forgotten", forgottenStory}, {"left", leftStory}, {"at once", atOnceStory}, {"brought in", bringStory}, {"a handbook is begun", beginStory},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.tell(t, open)
		})
	}
}

func pageStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	_, err := v.StartProtocol(ctx, stranger, handbook.Start{Name: "Pay", Kind: handbook.Rule})
	want(t, err, coop.Unauthenticated, "login.required")
	_, err = v.StartProtocol(ctx, ada, handbook.Start{Name: "Pay", Kind: "law"})
	want(t, err, coop.Invalid, "choice.unknown")
	p := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Fair pay", Kind: handbook.Rule}))(t)
	if p.Slug != "fair-pay" || p.Language != "en" || p.Licence != "CC-BY-SA-4.0" || p.IRI != "https://bakery.example/h/fair-pay" {
		t.Errorf("%+v", p)
	}
	if q := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Fair pay", Kind: handbook.Rule}))(t); q.Slug != "fair-pay-2" {
		t.Errorf("slug %s", q.Slug)
	}
	_, err = v.BringIntoUse(ctx, sue, p.ID)
	want(t, err, coop.Conflict, "protocol.empty")

	d := must(v.SaveDraft(ctx, ada, handbook.Autosave{Protocol: p.ID, Source: "half"}))(t)
	if got := must(v.Draft(ctx, ada, p.ID))(t); got != d {
		t.Errorf("draft %+v, want %+v", got, d)
	}
	_, err = v.Draft(ctx, ben, p.ID)
	want(t, err, coop.NotFound, "draft.unknown")
	first := must(v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Name: "Fair pay", Source: "Everybody gets the same."}))(t)
	if _, err = v.Draft(ctx, ada, p.ID); coop.ClassOf(err) != coop.NotFound {
		t.Errorf("what was written is still a draft: %v", err)
	}
	again := must(v.WriteRevision(ctx, ben, p.ID, handbook.Writing{Base: first.ID, Name: "Fair pay", Source: "Everybody gets the same.\r\n"}))(t)
	if again.ID != first.ID || again.Number != 1 || again.By != adaID {
		t.Errorf("the same text is another: %+v", again)
	}
	_, err = v.WriteRevision(ctx, ben, p.ID, handbook.Writing{Name: "Fair pay", Source: "X"})
	want(t, err, coop.Conflict, "protocol.stale")

	for _, err := range []error{
		func() error { _, err := v.Protocol(ctx, stranger, p.Slug); return err }(),
		func() error { _, _, err := v.RevisionByNumber(ctx, stranger, p.Slug, 1); return err }(),
		func() error { _, _, err := v.Revision(ctx, stranger, p.Slug, first.ID); return err }(),
		func() error { _, _, err := v.History(ctx, stranger, p.Slug, 0, 0); return err }(),
	} {
		if coop.ClassOf(err) != coop.NotFound {
			t.Errorf("a stranger sees a draft: %v", err)
		}
	}
	_, err = v.BringIntoUse(ctx, ada, p.ID)
	want(t, err, coop.Forbidden, "steward.only")
	must(v.BringIntoUse(ctx, sue, p.ID))(t)
	must(v.BringIntoUse(ctx, sue, p.ID))(t)
	if k := v.Kinds(); len(k) != 1 || k[0] != coop.ProtocolPublished {
		t.Errorf("told %v", k)
	}
	_, r, err := v.RevisionByNumber(ctx, stranger, p.Slug, 1)
	if err != nil || r.By != "" || r.Source != "Everybody gets the same.\n" || r.Enacted.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Base: first.ID, Name: "Fair pay", Source: "X"})
	want(t, err, coop.Conflict, "protocol.state")
	p = v.change(t, v.page(t, p.ID), "Everybody gets 15.")
	if p.Number != 2 || p.InUse != p.Latest {
		t.Errorf("%+v", p)
	}
	_, all, err := v.History(ctx, stranger, p.Slug, 0, 0)
	if err != nil || len(all) != 2 || all[0].Number != 2 || all[0].Source != "" || all[0].Decision == nil || all[0].Decision.Terms.Heads != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, below, _ := v.History(ctx, ada, p.Slug, 2, 0); len(below) != 1 || below[0].Number != 1 {
		t.Errorf("below 2: %+v", below)
	}
	c := must(v.Compare(ctx, stranger, p.ID, first.ID, p.ID, p.InUse, 3))(t)
	if c.Diff.Added != 1 || c.Diff.Removed != 1 {
		t.Errorf("%+v", c.Diff)
	}
	list, _, err := v.Changes(ctx, stranger, 1, "")
	if err != nil || len(list) != 1 || list[0].Revision.ID != p.InUse || list[0].Revision.By != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if n := len(must(v.Contents(ctx, stranger))(t)); n != 1 {
		t.Errorf("a stranger's contents have %d pages", n)
	}
	if n := len(must(v.Contents(ctx, ada))(t)); n != 2 {
		t.Errorf("a member's contents have %d pages", n)
	}
	must(v.TurnProtocol(ctx, sue, p.ID, handbook.Retire, time.Time{}))(t)
	if p := must(v.Protocol(ctx, stranger, p.Slug))(t); p.Status != handbook.Retired {
		t.Errorf("it is %s", p.Status)
	}
	if p := must(v.BringIntoUse(ctx, sue, p.ID))(t); p.Status != handbook.InUse || p.Number != 2 {
		t.Errorf("back: %+v", p)
	}
}

func settingsStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Ovens", Kind: handbook.Practice}))(t)
	in := handbook.Settings{Slug: "hot-ovens", Kind: handbook.Policy, Language: "es", Licence: "CC0-1.0", Circle: "Bakers", Story: "From Ada", Reading: true}
	p = must(v.ChangeSettings(ctx, ben, p.ID, in))(t)
	if p.Slug != "hot-ovens" || p.Kind != handbook.Policy || p.Language != "es" || p.Circle != "Bakers" || !p.Reading || p.IRI != v.ProtocolIRI("hot-ovens") {
		t.Errorf("%+v", p)
	}
	other := must(v.StartProtocol(ctx, ada, handbook.Start{Name: "Other", Kind: handbook.Rule}))(t)
	_, err := v.ChangeSettings(ctx, ben, other.ID, in)
	want(t, err, coop.Invalid, "slug.taken")
	in.Slug = "commons"
	_, err = v.ChangeSettings(ctx, ben, other.ID, in)
	want(t, err, coop.Invalid, "slug.reserved")
	must(v.WriteRevision(ctx, ada, p.ID, handbook.Writing{Name: "Ovens", Source: "Hot."}))(t)
	in.Slug = "cold"
	_, err = v.ChangeSettings(ctx, sue, p.ID, in)
	want(t, err, coop.Conflict, "slug.fixed")
	must(v.BringIntoUse(ctx, sue, p.ID))(t)
	in.Slug, in.Licence = "", "CC-BY-4.0"
	_, err = v.ChangeSettings(ctx, ben, p.ID, in)
	want(t, err, coop.Forbidden, "steward.only")
	must(v.ChangeSettings(ctx, sue, p.ID, in))(t)
	if k := v.Kinds(); len(k) != 2 || k[1] != coop.ProtocolChanged {
		t.Errorf("told %v", k)
	}
	_, err = v.TurnProtocol(ctx, ben, p.ID, handbook.Reopen, time.Time{})
	want(t, err, coop.Forbidden, "steward.only")
	_, err = v.TurnProtocol(ctx, sue, p.ID, handbook.Affirm, time.Time{})
	want(t, err, coop.Conflict, "protocol.state")
	must(v.TurnProtocol(ctx, sue, p.ID, handbook.Reopen, time.Time{}))(t)
	if p = must(v.TurnProtocol(ctx, sue, p.ID, handbook.Affirm, Noon.AddDate(1, 0, 0)))(t); !p.Reviewed.Equal(Noon) || !p.Review.Equal(Noon.AddDate(1, 0, 0)) {
		t.Errorf("%+v", p)
	}
}

func readingStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	p := v.used(t, "Hygiene", "Wash.")
	must(v.ChangeSettings(ctx, sue, p.ID, handbook.Settings{Kind: p.Kind, Language: "en", Licence: p.Licence, Reading: true}))(t)
	v.used(t, "Not asked", "Nothing.")
	want(t, v.MarkRead(ctx, stranger, p.ID, p.InUse), coop.Unauthenticated, "login.required")
	m := v.propose(t, p, "Wash and dry.")
	want(t, v.MarkRead(ctx, ada, p.ID, m.Revision), coop.NotFound, "revision.unknown")
	for range 2 {
		ok(t, v.MarkRead(ctx, ada, p.ID, p.InUse))
		v.pass(time.Minute)
	}
	d := must(v.Duties(ctx, ada))(t)
	if len(d) != 1 || !d[0].Duty.Read.Equal(Noon) || d[0].Protocol.ID != p.ID {
		t.Errorf("%+v", d)
	}
	if d := must(v.Duties(ctx, ben))(t); len(d) != 1 || !d[0].Duty.Read.IsZero() {
		t.Errorf("%+v", d)
	}
	_, err := v.ReadCounts(ctx, ada)
	want(t, err, coop.Forbidden, "steward.only")
	if c := must(v.ReadCounts(ctx, sue))(t); len(c) != 1 || c[0].Read != 1 || c[0].Of != 4 {
		t.Errorf("%+v", c)
	}
	v.pass(8 * 24 * time.Hour)
	must(v.Tick(ctx))(t)
	if d := must(v.Duties(ctx, ada))(t); len(d) != 1 || !d[0].Duty.Read.IsZero() || !d[0].Duty.Before.Equal(Noon) {
		t.Errorf("of the new text: %+v", d)
	}
	if m := must(v.HasRead(ctx, ada, p.ID))(t); len(m) != 1 || m[0].Revision != p.InUse {
		t.Errorf("%+v", m)
	}
}

func reviewStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	v.Stewards = func(ctx ctxT) ([]coop.ID, error) { return []coop.ID{sueID}, nil }
	p := v.used(t, "Hygiene", "Wash.")
	v.used(t, "For ever", "True.")
	in := handbook.Settings{Kind: p.Kind, Language: "en", Licence: p.Licence, Review: Noon.AddDate(0, 0, 3)}
	must(v.ChangeSettings(ctx, sue, p.ID, in))(t)
	if d := must(v.ReviewDates(ctx, stranger))(t); len(d) != 1 || d[0].ID != p.ID {
		t.Errorf("%+v", d)
	}
	must(v.Tick(ctx))(t)
	if n := v.Letters(); n != 0 {
		t.Errorf("%d letters too early", n)
	}
	v.pass(3 * 24 * time.Hour)
	for range 2 {
		must(v.Tick(ctx))(t)
	}
	if n := v.Letters(); n != 1 {
		t.Errorf("%d letters", n)
	}
	if p = v.page(t, p.ID); p.Status != handbook.InUse || !p.Reminded.Equal(in.Review) {
		t.Errorf("%+v", p)
	}
	p = v.change(t, p, "Wash twice.")
	if !p.Review.Equal(v.now().AddDate(1, 0, 0)) || !p.Reviewed.Equal(v.now()) {
		t.Errorf("a decision looked at it: %s, %s", p.Reviewed, p.Review)
	}
}
