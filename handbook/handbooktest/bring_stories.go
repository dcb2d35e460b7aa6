package handbooktest

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// past makes texts of which each comes from the one before, the first a day after the other.
func past(sources ...string) (out []handbook.Past) {
	var parents []handbook.RevisionID
	for i, s := range sources {
		r, err := handbook.NewRevision("How we mend", s, parents...)
		if err != nil {
			panic(err)
		}
		out = append(out, handbook.Past{Name: r.Name, Source: r.Source, Parents: parents, Reason: "Because " + s, Own: true,
			Made: time.Date(2019, 5, 1+i, 12, 0, 0, 0, time.UTC)})
		parents = []handbook.RevisionID{r.ID}
	}
	return out
}

func bringStory(t *testing.T, open Opener) {
	v, ctx := newTown(t, open, "bakery"), t.Context()
	in := handbook.Brought{Start: handbook.Start{Slug: "mending", Kind: handbook.Practice}, Path: "guides/mending.md", Texts: past("one", "two", "three")}
	_, _, err := v.BringIn(ctx, ada, in)
	want(t, err, coop.Forbidden, "steward.only")
	_, _, err = v.BringIn(ctx, sue, handbook.Brought{Start: in.Start})
	want(t, err, coop.Invalid, "protocol.empty")

	p, fresh, err := v.BringIn(ctx, sue, in)
	if err != nil || fresh != 3 || p.Number != 3 || p.Status != handbook.Draft || p.Name != "How we mend" || v.page(t, p.ID).Path != "guides/mending.md" {
		t.Fatalf("brought %d: %+v, %v", fresh, p, err)
	}
	if _, fresh, err = v.BringIn(ctx, sue, in); err != nil || fresh != 0 {
		t.Errorf("the same once more brings %d, %v", fresh, err)
	}
	_, r, err := v.RevisionByNumber(ctx, ada, "mending", 2)
	if err != nil || r.Reason != "Because two" || r.By != "" || r.Made.Day() != 2 || r.Decision != nil || !r.Enacted.IsZero() {
		t.Errorf("the second text: %+v, %v", r, err)
	}
	if k := v.Kinds(); len(k) != 0 {
		t.Errorf("a draft is told to others: %v", k)
	}

	in.Texts = past("one", "two", "three", "four")
	if _, fresh, err = v.BringIn(ctx, sue, in); err != nil || fresh != 1 {
		t.Errorf("one more text brings %d, %v", fresh, err)
	}
	_, _, err = v.BringIn(ctx, sue, handbook.Brought{Start: in.Start, Texts: past("another")})
	want(t, err, coop.Conflict, "protocol.stale")

	plain := handbook.Brought{Start: in.Start, Plain: true, Texts: []handbook.Past{{Name: "How we mend", Source: "four", Own: true}}}
	if _, fresh, err = v.BringIn(ctx, sue, plain); err != nil || fresh != 0 {
		t.Errorf("the latest text without its past brings %d, %v", fresh, err)
	}
	in.Used = true
	if p, fresh, err = v.BringIn(ctx, sue, in); err != nil || fresh != 0 || p.Status != handbook.InUse || p.InUse != p.Latest {
		t.Errorf("into use: %d, %+v, %v", fresh, p, err)
	}
	if k := v.Kinds(); len(k) != 1 || k[0] != coop.ProtocolPublished {
		t.Errorf("told %v", k)
	}
	if _, all, err := v.History(ctx, stranger, "mending", 0, 0); err != nil || len(all) != 1 {
		t.Errorf("strangers read %d texts of what was a draft here, %v", len(all), err)
	}
	in.Texts = past("one", "two", "three", "four", "five")
	_, _, err = v.BringIn(ctx, sue, in)
	want(t, err, coop.Conflict, "protocol.state")

	v.bringMerge(t)
	plain.Start.Slug = "plain"
	must2(v.BringIn(ctx, sue, plain))(t)
	plain.Texts[0].Source = "five"
	if p = must2(v.BringIn(ctx, sue, plain))(t); p.Number != 2 {
		t.Errorf("a text without its past does not go on from the latest: %+v", p)
	}
}

func must2(p handbook.Protocol, _ int, err error) func(*testing.T) handbook.Protocol {
	return func(t *testing.T) handbook.Protocol {
		t.Helper()
		return must(p, err)(t)
	}
}

// bringMerge brings a page in of which a text joins two, one of which was never its own, and which is in use at once.
func (v *Town) bringMerge(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	texts := past("one", "two")
	one, _ := handbook.NewRevision("How we mend", "one")
	two, _ := handbook.NewRevision("How we mend", "two", one.ID)
	side, _ := handbook.NewRevision("How we mend", "side", one.ID)
	made := texts[1].Made
	texts = append(texts, handbook.Past{Name: "How we mend", Source: "side", Parents: []handbook.RevisionID{one.ID}, Made: made},
		handbook.Past{Name: "How we mend", Source: "both", Parents: []handbook.RevisionID{two.ID, side.ID}, Made: made.Add(time.Hour), Own: true})
	p, fresh, err := v.BringIn(ctx, sue, handbook.Brought{Start: handbook.Start{Kind: handbook.Rule}, Texts: texts, Used: true})
	if err != nil || fresh != 4 || p.Number != 3 || p.Status != handbook.InUse {
		t.Fatalf("brought %d: %+v, %v", fresh, p, err)
	}
	_, r, err := v.RevisionByNumber(ctx, stranger, p.Slug, 3)
	if err != nil || len(r.Parents) != 2 || r.Decision == nil || r.Decision.Method != handbook.Ratified || !r.Enacted.Equal(made.Add(time.Hour)) {
		t.Errorf("the joined text: %+v, %v", r, err)
	}
	if _, all, err := v.History(ctx, stranger, p.Slug, 0, 0); err != nil || len(all) != 3 {
		t.Errorf("strangers read %d texts, %v", len(all), err)
	}
	if _, _, err := v.Revision(ctx, stranger, p.Slug, side.ID); coop.ClassOf(err) != coop.NotFound {
		t.Errorf("strangers read what was never the page's: %v", err)
	}
}
