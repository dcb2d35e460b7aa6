package starter_test

import (
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/handbook/handbooktest"
	"toadlane/handbook/starter"
)

// The product asks for these: 17 lists of questions, and the principles.
const prompts = 17

// TestPagesAreUseful holds every text to what a handbook takes, and to being worth starting from.
func TestPagesAreUseful(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "es"} {
		pages := starter.Pages(language)
		if len(pages) != prompts+1 {
			t.Fatalf("%s: %d pages", language, len(pages))
		}
		slugs, names := map[string]bool{}, map[string]bool{}
		for _, p := range pages {
			where := language + "/" + p.Slug
			if slugs[p.Slug] || names[p.Name] || !handbook.ValidSlug(p.Slug) {
				t.Errorf("%s: slug or name %q is no page's own", where, p.Name)
			}
			slugs[p.Slug], names[p.Name] = true, true
			if _, err := handbook.NewRevision(p.Name, p.Source); err != nil {
				t.Errorf("%s: %v", where, err)
			}
			if p.Source != handbook.Normal(p.Source) || strings.HasPrefix(p.Name, "#") || p.Name == "" || p.Language != language || p.Story == "" || p.Reason == "" || p.Months == 0 {
				t.Errorf("%s: %+v", where, p.Start)
			}
			if n := strings.Count(p.Source, "\n"); n < 15 || n > 60 {
				t.Errorf("%s has %d lines", where, n)
			}
			if n := len(handbook.Prompts(p.Source)); n < 4 {
				t.Errorf("%s asks %d questions", where, n)
			}
			if n := len(handbook.Checklist(p.Source)); n != 0 {
				t.Errorf("%s tells people to do %d things", where, n)
			}
			for _, q := range handbook.Tasks(p.Source) {
				if q.Done || q.Under == "" || q.Under == "example" {
					t.Errorf("%s: question %q is answered, or under no heading of its own", where, q.Text)
				}
				if language == "es" && !strings.Contains(q.Text, "¿") {
					t.Errorf("%s: %q", where, q.Text)
				}
			}
			wantKind := handbook.Prompt
			if p.Slug == starter.Principles {
				wantKind = handbook.Pledge
			}
			if p.Kind != wantKind {
				t.Errorf("%s is a %s", where, p.Kind)
			}
		}
	}
}

// TestLanguagesAskTheSame: the same pages, headings and questions in the same places.
func TestLanguagesAskTheSame(t *testing.T) {
	t.Parallel()
	en, es := starter.Pages("en"), starter.Pages("es")
	for i := range en {
		a, b := en[i], es[i]
		if a.Slug != b.Slug || a.Kind != b.Kind || a.Months != b.Months {
			t.Errorf("%s is %s", a.Slug, b.Slug)
		}
		if a.Name == b.Name || a.Source == b.Source || a.Story == b.Story || a.Reason == b.Reason {
			t.Errorf("%s was not translated", a.Slug)
		}
		if got, want := outline(b.Source), outline(a.Source); got != want {
			t.Errorf("%s: Spanish is\n%s\nEnglish is\n%s", a.Slug, got, want)
		}
	}
}

// outline is how a text is built, without its words.
func outline(source string) string {
	var b strings.Builder
	tasks := handbook.Tasks(source)
	for _, h := range handbook.Headings(source) {
		b.WriteString(strings.Repeat("#", h.Level))
		if h.Anchor == "example" {
			b.WriteString(" example")
		}
		for _, q := range tasks {
			if q.Under == h.Anchor {
				b.WriteByte('?')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestLanguageIsTheCoops(t *testing.T) {
	t.Parallel()
	for want, of := range map[string][][]string{"en": {nil, {"en"}, {"EN-gb"}, {"eu"}, {"en", "es"}}, "es": {{"es"}, {"es-MX"}, {"eu", "es"}, {"es", "en"}}} {
		for _, tags := range of {
			if got := starter.Pages(tags...)[0].Language; got != want {
				t.Errorf("%q read %s", tags, got)
			}
		}
	}
	starter.Pages("en")[0].Slug = "changed"
	if starter.Pages("en")[0].Slug == "changed" {
		t.Error("a caller can change the pages of others")
	}
}

func TestChosen(t *testing.T) {
	t.Parallel()
	got := starter.Chosen(starter.Pages("en"), []string{"glossary", "nonsense", "who-we-are", "glossary"})
	if len(got) != 2 || got[0].Slug != "who-we-are" || got[1].Slug != "glossary" {
		t.Errorf("%+v", got)
	}
}

// TestBegun: all are drafts in the co-op's licence, the second time nothing is added, and what the co-op wrote before is left.
func TestBegun(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	store := handbooktest.New()
	store.SetCoop(coop.Coop{ID: "c", Handle: "bakery", Name: "Bakery", Languages: []string{"en"}, Licence: "CC-BY-4.0"})
	s := &handbook.Service{Store: store, Now: func() time.Time { return now }, NewID: handbooktest.IDs(), Base: "https://bakery.example", Fold: strings.ToLower}
	member, steward := coop.Member("m", coop.RoleMember), coop.Member("s", coop.RoleSteward)
	if _, err := s.StartProtocol(ctx, member, handbook.Start{Name: "how we decide", Slug: "deciding", Kind: handbook.Rule}); err != nil {
		t.Fatal(err)
	}
	pages := starter.Pages("en")
	for by, class := range map[coop.Actor]coop.Class{member: coop.Forbidden, coop.Anonymous(): coop.Unauthenticated, coop.Remote("https://x.example/a"): coop.Unauthenticated} {
		if got, err := s.BeginHandbook(ctx, by, pages); coop.ClassOf(err) != class || got != nil {
			t.Errorf("%s begins a handbook: %v", by, err)
		}
	}
	if _, err := s.NotBegun(ctx, coop.Anonymous(), pages); coop.ClassOf(err) != coop.Unauthenticated {
		t.Errorf("a stranger learns what is missing: %v", err)
	}
	if left, err := s.NotBegun(ctx, member, pages); err != nil || len(left) != prompts {
		t.Errorf("%d are missing, %v", len(left), err)
	}
	some, err := s.BeginHandbook(ctx, steward, starter.Chosen(pages, []string{"glossary", "how-we-decide"}))
	if err != nil || len(some) != 1 || some[0].Slug != "glossary" {
		t.Fatalf("%+v, %v", some, err)
	}
	for _, want := range []int{prompts - 1, 0} {
		got, err := s.BeginHandbook(ctx, steward, pages)
		if err != nil || len(got) != want {
			t.Fatalf("%d were begun, want %d: %v", len(got), want, err)
		}
	}
	all, err := s.Contents(ctx, member)
	if err != nil || len(all) != prompts+1 {
		t.Fatalf("%d pages, %v", len(all), err)
	}
	for _, p := range all {
		if p.Slug == "deciding" {
			continue
		}
		if p.Status != handbook.Draft || p.InUse != "" || p.Number != 1 || p.Licence != "CC-BY-4.0" || !p.Review.After(now) || p.Origin.Page != "" {
			t.Errorf("%+v", p)
		}
		_, r, err := s.RevisionByNumber(ctx, member, p.Slug, 1)
		if err != nil || r.By != "s" || r.Name != p.Name || len(handbook.Prompts(r.Source)) < 4 {
			t.Errorf("%s: %+v, %v", p.Slug, r, err)
		}
	}
	if n := len(store.Events()); n != 0 {
		t.Errorf("%d events are told", n)
	}
	if all, err := s.Contents(ctx, coop.Anonymous()); err != nil || len(all) != 0 {
		t.Errorf("strangers see %d pages, %v", len(all), err)
	}
	// One page that can't be kept keeps the others back.
	bad := []handbook.Beginning{{Start: handbook.Start{Name: "Good", Slug: "good", Kind: handbook.Rule}, Source: "X."}, {Start: handbook.Start{Name: "Bad", Slug: "commons", Kind: handbook.Rule}, Source: "X."}}
	if _, err := s.BeginHandbook(ctx, steward, bad); coop.ClassOf(err) != coop.Invalid {
		t.Error(err)
	}
	if left, _ := s.NotBegun(ctx, member, bad); len(left) != 2 {
		t.Error("half of it was kept")
	}
}
