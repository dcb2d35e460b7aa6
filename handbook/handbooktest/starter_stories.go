package handbooktest

import (
	"testing"

	"toadlane/coop"
	"toadlane/handbook"
)

// beginStory: a handbook is begun with pages that are there already left out, all or none, and told to nobody.
func beginStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	page := func(name, slug string) handbook.Beginning {
		return handbook.Beginning{Start: handbook.Start{Name: name, Slug: slug, Kind: handbook.Prompt, Language: "es"}, Source: "- [ ] Who?\n", Reason: "So.", Months: 6}
	}
	v.draft(t, "How we decide", "By talking.")
	pages := []handbook.Beginning{page("how we decide", "deciding"), page("Money", "money"), page("Words", "glossary")}
	_, err := v.BeginHandbook(ctx, ada, pages)
	want(t, err, coop.Forbidden, "steward.only")
	_, err = v.BeginHandbook(ctx, sue, append(pages[1:2:2], page("New", "new")))
	want(t, err, coop.Invalid, "slug.reserved")
	if left := must(v.NotBegun(ctx, ada, pages))(t); len(left) != 2 || left[0].Slug != "money" {
		t.Errorf("missing are %+v", left)
	}
	begun := must(v.BeginHandbook(ctx, sue, pages))(t)
	if len(begun) != 2 {
		t.Fatalf("begun are %+v", begun)
	}
	p := must(v.Protocol(ctx, ada, "money"))(t)
	if p.Status != handbook.Draft || p.Number != 1 || p.Language != "es" || !p.Review.Equal(Noon.AddDate(0, 6, 0)) {
		t.Errorf("%+v", p)
	}
	if again := must(v.BeginHandbook(ctx, sue, pages))(t); len(again) != 0 {
		t.Errorf("begun twice: %+v", again)
	}
	_, err = v.Protocol(ctx, stranger, "money")
	want(t, err, coop.NotFound, "protocol.unknown")
	if k := v.Kinds(); len(k) != 0 {
		t.Errorf("told %v", k)
	}
	must(v.BringIntoUse(ctx, sue, p.ID))(t)
}
