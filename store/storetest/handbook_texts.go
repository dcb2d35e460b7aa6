package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/store"
)

func testPages(t *testing.T, s *store.Store) {
	p := samplePage("Ünder the oven")
	p.Origin = handbook.Origin{Page: "https://cycles.example/h/x", Revision: "zQmfPReXjo1SC5WFf1oyrRYLhH3DxiqAudcCpF17ErreFKJ", Home: "https://cycles.example/actor", Name: "X", Changes: "Y"}
	r := sampleText(t, &p, "Ten loaves.\n")
	p.Review, p.Reviewed, p.Circle, p.Story, p.Reading = day0.AddDate(1, 0, 0), day0, "Bakers", "Long ago", true
	shelve(t, s, p, r)
	byID, bySlug, byIRI := must(at(t, s).Protocol(p.ID))(t), must(at(t, s).ProtocolBySlug(p.Slug))(t), must(at(t, s).ProtocolByIRI(p.IRI))(t)
	for _, got := range []handbook.Protocol{byID, bySlug, byIRI} {
		if diff := cmp.Diff(p, got); diff != "" {
			t.Error(diff)
		}
	}
	theirs := samplePeerPage("Abacus")
	theirs.Slug = p.Slug // a slug is one's own
	shelve(t, s, theirs)
	other := samplePage("Zebra")
	shelve(t, s, other)
	if list := must(at(t, s).Protocols())(t); len(list) != 2 || list[0].ID != p.ID || list[1].ID != other.ID {
		t.Errorf("%+v", list)
	}
	if list := must(at(t, s).Forks("https://cycles.example/h/x"))(t); len(list) != 1 || list[0].ID != p.ID {
		t.Errorf("%+v", list)
	}
	if list := must(at(t, s).Forks(""))(t); len(list) != 0 {
		t.Errorf("forks of nothing: %+v", list)
	}
	if list := must(at(t, s).PagesOf(theirs.Home))(t); len(list) != 1 || list[0] != theirs.IRI {
		t.Errorf("pages of a neighbour: %v", list)
	}
	if list := must(at(t, s).PagesOf(""))(t); len(list) != 0 {
		t.Errorf("pages of nobody: %v", list)
	}
	thief := samplePage("Thief")
	thief.Slug = p.Slug
	err := store.Handbook{Store: s}.Write(t.Context(), func(tx handbook.Tx) error { return tx.PutProtocol(thief) })
	class(t, err, coop.Conflict, "store.duplicate")
	for _, err := range []error{second(at(t, s).Protocol(newID())), second(at(t, s).ProtocolBySlug("none")), second(at(t, s).ProtocolByIRI("https://a.example/x\x00"))} {
		class(t, err, coop.NotFound, "protocol.unknown")
	}
	if due := must(at(t, s).DueReviews(p.Review.Add(-time.Second), 9))(t); len(due) != 0 {
		t.Errorf("%+v", due)
	}
	if due := must(at(t, s).DueReviews(p.Review, 9))(t); len(due) != 1 {
		t.Errorf("%+v", due)
	}
	p.Reminded = p.Review
	shelve(t, s, p)
	if due := must(at(t, s).DueReviews(p.Review, 9))(t); len(due) != 0 {
		t.Errorf("told of %+v", due)
	}
}

func second[T any](_ T, err error) error { return err }

func testTexts(t *testing.T, s *store.Store) {
	p := samplePage("Pay")
	first := sampleText(t, &p, "Ten. é \u2028 <b> \\ \"\n")
	first.Reason, first.By, first.Decision = "Because", "ada", &handbook.Result{Method: handbook.Consent, Passed: true, At: day0}
	next := sampleText(t, &p, strings.Repeat("Long words again. ", 5000), first.ID)
	next.Enacted = day0.Add(time.Hour)
	idea := must(handbook.NewRevision("Pay", "An idea.\n", next.ID))(t)
	idea.Protocol, idea.Made, idea.Shared = p.ID, day0, true
	shelve(t, s, p, first, next, idea)
	for _, r := range []handbook.Revision{first, next, idea} {
		if diff := cmp.Diff(r, must(at(t, s).Revision(p.ID, r.ID))(t)); diff != "" {
			t.Error(diff)
		}
		text := handbook.Revision{ID: r.ID, Name: r.Name, Source: r.Source, Parents: r.Parents}
		if diff := cmp.Diff(text, must(at(t, s).Text(r.ID))(t)); diff != "" {
			t.Error(diff)
		}
	}
	if got := must(at(t, s).RevisionByNumber(p.ID, 2))(t); got.ID != next.ID {
		t.Errorf("number 2 is %s", got.ID)
	}
	for _, err := range []error{second(at(t, s).RevisionByNumber(p.ID, 0)), second(at(t, s).Revision(newID(), first.ID)), second(at(t, s).Text("zQm"))} {
		class(t, err, coop.NotFound, "revision.unknown")
	}
	list := must(at(t, s).Revisions(p.ID, 0, 10))(t)
	if len(list) != 2 || list[0].ID != next.ID || list[0].Source != "" || list[1].Decision == nil {
		t.Errorf("%+v", list)
	}
	if list := must(at(t, s).Revisions(p.ID, 2, 10))(t); len(list) != 1 || list[0].ID != first.ID {
		t.Errorf("below 2: %+v", list)
	}
	enacted, cursor, err := at(t, s).Enactments(1, "")
	if err != nil || len(enacted) != 1 || enacted[0].Revision.ID != next.ID || enacted[0].Protocol.ID != p.ID || cursor == "" {
		t.Errorf("%+v, %v", enacted, err)
	}
	enacted, cursor, err = at(t, s).Enactments(1, cursor)
	if err != nil || len(enacted) != 1 || enacted[0].Revision.ID != first.ID || cursor != "" {
		t.Errorf("%+v, %v", enacted, err)
	}
	_, _, err = at(t, s).Enactments(1, "x")
	class(t, err, coop.Invalid, "cursor.invalid")

	// A number is given once on a page of ours, and a neighbour may say what it likes of its own.
	twice := must(handbook.NewRevision("Pay", "Other.\n", first.ID))(t)
	twice.Protocol, twice.Number = p.ID, 2
	class(t, store.Handbook{Store: s}.Write(t.Context(), func(tx handbook.Tx) error { return tx.PutRevision(twice) }), coop.Conflict, "store.duplicate")
	theirs := samplePeerPage("Pay")
	a, b := sampleText(t, &theirs, "One.\n"), sampleText(t, &theirs, "Two.\n")
	b.Number = 1
	shelve(t, s, theirs, a, b)
}

func testGraph(t *testing.T, s *store.Store) {
	p := samplePage("Pay")
	a := sampleText(t, &p, "a\n")
	b, c := sampleText(t, &p, "b\n", a.ID), sampleText(t, &p, "c\n", a.ID)
	m := sampleText(t, &p, "m\n", b.ID, c.ID)
	away := must(handbook.NewRevision("Pay", "away\n"))(t).ID
	lost := sampleText(t, &p, "lost\n", away)
	shelve(t, s, p, a, b, c, m, lost)
	got := must(at(t, s).Steps(m.ID, lost.ID, away))(t)
	want := []handbook.Step{{ID: a.ID}, {ID: b.ID, Parents: b.Parents}, {ID: c.ID, Parents: c.Parents}, {ID: m.ID, Parents: m.Parents}, {ID: lost.ID, Parents: lost.Parents}}
	byID := func(x, y handbook.Step) int { return strings.Compare(string(x.ID), string(y.ID)) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	for i := range got {
		slices.Sort(got[i].Parents)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	h := must(handbook.NewHistory(got))(t)
	if missing := h.Missing(); len(missing) != 1 || missing[0] != away {
		t.Errorf("missing %v", missing)
	}
	if none := must(at(t, s).Steps())(t); len(none) != 0 {
		t.Errorf("steps of nothing: %v", none)
	}

	// What nothing needs goes with the page, what is in the past of another page's text stays.
	ours := samplePage("Ours")
	fork := sampleText(t, &ours, "fork\n", b.ID)
	shelve(t, s, ours, fork)
	inHandbook(t, s, func(tx handbook.Tx) error { return tx.DropProtocol(p, true, day0) })
	for id, stays := range map[handbook.RevisionID]bool{a.ID: true, b.ID: true, fork.ID: true, c.ID: false, m.ID: false, lost.ID: false} {
		if _, err := at(t, s).Text(id); (err == nil) != stays {
			t.Errorf("text %s stays: %t, %v", id, stays, err)
		}
	}
	if gone := must(at(t, s).Buried(p.IRI))(t); !gone {
		t.Error("no tombstone")
	}
	if found := must(s.Verify(t.Context()))(t); len(found) != 0 {
		t.Errorf("verify: %q", found)
	}
}

// A long history is one question, and it drops with its page: more texts than one statement names.
func testLongHistory(t *testing.T, s *store.Store) {
	const n = 1200
	p := samplePeerPage("Long")
	var all []handbook.Revision
	for i := range n {
		var parents []handbook.RevisionID
		if i > 0 {
			parents = []handbook.RevisionID{all[i-1].ID}
		}
		all = append(all, sampleText(t, &p, fmt.Sprintf("text %d\n", i), parents...))
	}
	for piece := range slices.Chunk(all, 250) {
		shelve(t, s, p, piece...)
	}
	steps := must(at(t, s).Steps(p.Latest))(t)
	h := must(handbook.NewHistory(steps))(t)
	if past := h.Ancestors(p.Latest); len(past) != n-1 || past[n-2] != all[0].ID || len(h.Missing()) != 0 {
		t.Errorf("%d texts", len(past))
	}
	inHandbook(t, s, func(tx handbook.Tx) error { return tx.DropProtocol(p, false, day0) })
	if steps := must(at(t, s).Steps(p.Latest, all[0].ID))(t); len(steps) != 0 {
		t.Errorf("%d texts are left", len(steps))
	}
}

func testHandbookSearch(t *testing.T, s *store.Store) {
	page := func(name, source string, change func(*handbook.Protocol)) handbook.Protocol {
		p := samplePage(name)
		r := sampleText(t, &p, source)
		if change != nil {
			change(&p)
		}
		shelve(t, s, p, r)
		return p
	}
	page("Brød og løn", "Ten kroner.", func(p *handbook.Protocol) { p.Language, p.Kind = "da", handbook.Prices })
	old := page("Old name", "Bicycles and bread.", nil)
	page("خبز", "نص طويل", nil)
	page("Draft", "bread", func(p *handbook.Protocol) { p.Status, p.InUse = handbook.Draft, "" })
	names := func(q handbook.Query) (out []string) {
		t.Helper()
		for _, h := range must(at(t, s).SearchProtocols(q, day0))(t).Hits {
			out = append(out, h.Protocol.Name)
		}
		return out
	}
	for text, want := range map[string][]string{"brod LON": {"Brød og løn"}, "bicy": {"Old name"}, "bic": nil, "خبز": {"خبز"}, "bread": {"Draft", "Old name"}, `" OR *`: nil, "kroner' | 'x": nil} {
		if got := names(handbook.Query{Text: text}); !slices.Equal(got, want) && !(text == `" OR *` && len(got) == 0) {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if got := names(handbook.Query{Text: "bread", Public: true}); !slices.Equal(got, []string{"Old name"}) {
		t.Errorf("in public: %q", got)
	}
	if got := names(handbook.Query{Language: "da", Kind: handbook.Prices}); len(got) != 1 {
		t.Errorf("in Danish: %q", got)
	}
	r := sampleText(t, &old, "Cars.")
	old.Name = "New name"
	shelve(t, s, old, r)
	if got := names(handbook.Query{Text: "bicycles"}); len(got) != 0 {
		t.Errorf("what it said before finds %q", got)
	}
	if got := names(handbook.Query{Text: "new cars", Sort: handbook.Best}); !slices.Equal(got, []string{"New name"}) {
		t.Errorf("found %q", got)
	}
	// Every page once, whatever its place in the order and the size of the pages.
	for i := range 7 {
		page("Same", fmt.Sprintf("text %d", i), func(p *handbook.Protocol) { p.Updated = day0.Add(time.Duration(i%2) * time.Hour) })
	}
	for _, order := range handbook.Sorts {
		whole := must(at(t, s).SearchProtocols(handbook.Query{Text: "same", Sort: order, Limit: 100}, day0))(t).Hits
		var parts []handbook.Hit
		for q := (handbook.Query{Text: "same", Sort: order, Limit: 2}); ; {
			f := must(at(t, s).SearchProtocols(q, day0))(t)
			parts = append(parts, f.Hits...)
			if q.Cursor = f.Next; f.Next == "" {
				break
			}
		}
		if diff := cmp.Diff(whole, parts); len(whole) != 7 || diff != "" {
			t.Errorf("%s: %d, %s", order, len(whole), diff)
		}
	}
	_, err := at(t, s).SearchProtocols(handbook.Query{Cursor: "AAAA"}, day0)
	class(t, err, coop.Invalid, "cursor.invalid")
	// The longest text there can be has a place in the index.
	var b strings.Builder
	for i := 0; b.Len() < handbook.MaxSource-80; i++ {
		fmt.Fprintf(&b, "%060d ", i)
	}
	page("Longest", b.String(), nil)
	if got := names(handbook.Query{Text: "longest"}); len(got) != 1 {
		t.Errorf("the longest page is not found: %q", got)
	}
}
