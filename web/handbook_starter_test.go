package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/handbook/starter"
)

// ticked lists the values of the ticked boxes called name.
func (a answer) ticked(name string) (out []string) {
	a.t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "input" && attr(n, "type") == "checkbox" && attr(n, "name") == name && hasAttr(n, "checked") {
			out = append(out, attr(n, "value"))
		}
	}
	return out
}

func TestHandbookIsBegunFromPrompts(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	sten, ada, stranger := r.signedIn("sten"), r.signedIn("ada"), r.browser()
	sten.get("/handbook").says("Start from 17 prompts")
	sten.get("/handbook/new").says("Start from 17 prompts")
	if a := ada.get("/handbook").says("Prompts to begin with"); strings.Contains(a.text(), "Start from") {
		t.Error("a member is told to start what only stewards can")
	}
	stranger.get("/handbook").saysNot("/handbook/starter")
	if a := stranger.get("/handbook/starter"); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login") {
		t.Errorf("a stranger gets %d", a.status)
	}
	a := ada.get("/handbook/starter").want(http.StatusOK).says("A steward can begin these pages").says("Conflict and repair").saysNot("<button>Begin")
	if strings.Contains(a.body, `action="/handbook/starter"`) {
		t.Error("a member gets the form")
	}
	tidy(t, "for members", a)
	all := sten.get("/handbook/starter").want(http.StatusOK).says("Joining and leaving").says("The seven co-operative principles").says("None is a rule")
	checkPolicy(t, "starter", all.body)
	tidy(t, "starter", all)
	if got := all.ticked("page"); len(got) != 18 {
		t.Errorf("%d are ticked: %q", len(got), got)
	}
	before := r.writes.Load()
	if a := stranger.post("/handbook/starter", url.Values{"page": {"glossary"}}); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger begins a handbook: %d", a.status)
	}
	ada.post("/handbook/starter", url.Values{"page": {"glossary"}}).want(http.StatusForbidden)
	for _, f := range []url.Values{nil, {"page": {"nonsense", "../x"}}} {
		a := sten.post("/handbook/starter", f).want(http.StatusUnprocessableEntity).says("Tick at least one page")
		if got := a.ticked("page"); len(got) != 0 || !strings.Contains(a.body, `id="f-page-error"`) {
			t.Errorf("%q are ticked again", got)
		}
		tidy(t, "none", a)
	}
	if r.writes.Load() != before {
		t.Error("something was written")
	}
	if a := sten.post("/handbook/starter", url.Values{"page": {"glossary", "co-operative-principles"}}).want(http.StatusSeeOther); a.header.Get("Location") != "/handbook?done=done.handbook_begun" {
		t.Error(a.header.Get("Location"))
	}
	sten.get("/handbook?done=done.handbook_begun").says("The pages are drafts that only members see").says("Glossary").says("Start from 16 prompts")
	left := sten.get("/handbook/starter").ticked("page")
	if len(left) != 16 || slices.Contains(left, "glossary") {
		t.Errorf("left are %q", left)
	}
	for range 2 { // the second press finds everything there
		sten.post("/handbook/starter", url.Values{"page": all.ticked("page")}).want(http.StatusSeeOther)
	}
	sten.get("/handbook/starter").want(http.StatusOK).says("All of them are in your handbook")
	sten.get("/handbook").saysNot("/handbook/starter")
	sten.get("/handbook/new").saysNot("/handbook/starter")
	if got := r.pages(); len(got) != 18 {
		t.Errorf("%d pages", len(got))
	}
	stranger.get("/handbook").saysNot("Glossary")
	ada.get("/handbook/joining-and-leaving").want(http.StatusOK).says("0 of 14 questions answered").says("Worked example").says("come with Toad Lane")
	ada.get("/handbook/co-operative-principles").says("Pledge").says("International Cooperative Alliance")
}

// pages lists what the handbook has, with drafts.
func (r *rig) pages() []handbook.Protocol {
	r.t.Helper()
	all, err := r.cfg.Handbook.Contents(r.t.Context(), coop.Member(r.sten.ID, coop.RoleSteward))
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// TestStarterPagesRender: every text as a page, in both languages, through what lets nothing harmful pass.
func TestStarterPagesRender(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	sten := r.signedIn("sten")
	for _, language := range []string{"en", "es"} {
		pages := starter.Pages(language)
		for i := range pages {
			pages[i].Slug, pages[i].Name = pages[i].Slug+"-"+language, pages[i].Name+" "+language
		}
		if _, err := r.cfg.Handbook.BeginHandbook(t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), pages); err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			a := sten.get("/handbook/" + p.Slug).want(http.StatusOK)
			tidy(t, p.Slug, a)
			checkPolicy(t, p.Slug, a.body)
			for _, h := range handbook.Headings(p.Source) {
				if !strings.Contains(a.body, `<h2 id="`+h.Anchor+`"`) {
					t.Errorf("%s: heading %s is missing", p.Slug, h.Anchor)
				}
			}
			if n := strings.Count(a.body, "☐"); n != len(handbook.Prompts(p.Source)) {
				t.Errorf("%s shows %d boxes", p.Slug, n)
			}
			if strings.Contains(a.body, "{#") || strings.Contains(a.text(), "[ ]") {
				t.Errorf("%s shows its marks", p.Slug)
			}
		}
	}
}

// The handbook of questions is asked for on the way, in the language of the co-op.
func TestSetupCanBeginTheHandbook(t *testing.T) {
	t.Parallel()
	for want, change := range map[int]url.Values{18: {"starter": {"yes"}, "languages": {"es"}}, 0: {"languages": {"es"}}} {
		r := bare(t, "http://bakery.localhost:8470", nil)
		b := r.browser()
		f := setupForm()
		for k, x := range change {
			f[k] = x
		}
		b.post("/setup", f).want(http.StatusSeeOther)
		p, err := r.cfg.CoopStore.PersonByHandle(t.Context(), "sten")
		if err != nil {
			t.Fatal(err)
		}
		r.sten = p
		got := r.pages()
		if len(got) != want {
			t.Fatalf("%d pages, want %d", len(got), want)
		}
		if want == 0 {
			b.get("/admin/welcome").want(http.StatusOK).says("Begin a handbook")
			continue
		}
		if got[0].Language != "es" || got[0].Status != handbook.Draft || got[0].Licence != "CC-BY-4.0" {
			t.Errorf("%+v", got[0])
		}
		b.get("/handbook/how-we-decide").want(http.StatusOK).says("Cómo decidimos")
	}
}

// The tick travels through the steps, and going back takes it off again.
func TestSetupOffersTheHandbookUnticked(t *testing.T) {
	t.Parallel()
	r := bare(t, "http://bakery.localhost:8470", nil)
	b := r.browser()
	f := setupForm()
	f.Set("step", "groups")
	f.Set("preset", "unsure")
	a := b.goOnFrom(f, nil).want(http.StatusOK).says("What everybody can see").says("Start with a handbook of questions")
	if len(a.ticked("starter")) != 0 {
		t.Error("it is ticked before anybody said so")
	}
	a = b.goOn(a, url.Values{"starter": {"yes"}}).want(http.StatusOK)
	if v, ok := a.value("starter"); !ok || v != "yes" {
		t.Errorf("the tick is lost: %q", v)
	}
	back := formValues(a)
	back.Set("go", "to-public")
	if a = b.post("/setup", back).want(http.StatusOK); len(a.ticked("starter")) != 1 {
		t.Error("the tick is lost on the way back")
	}
}

// goOnFrom posts f as the form of a step.
func (b *browser) goOnFrom(f, change url.Values) answer {
	b.r.t.Helper()
	f.Set("go", "on")
	for k, v := range change {
		f[k] = v
	}
	return b.post("/setup", f)
}
