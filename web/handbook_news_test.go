package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/handbook"
)

// page is a co-op's page as it stands now.
func (r *rig) page(slug string) handbook.Protocol {
	r.t.Helper()
	p, err := r.cfg.Handbook.Protocol(r.t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), slug)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// Two members write on one draft. Whoever comes second is shown what the first one wrote, keeps what they typed, and goes on from there when they
// say so, not before.
func TestHandbookDraftWrittenByTwo(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Bread", "Two loaves.\n", false, nil)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	const path = "/handbook/bread/edit"
	hers, _ := ada.get(path).value("base")
	his, _ := sten.get(path).value("base")
	form := func(do, base, source string, more url.Values) url.Values {
		f := url.Values{"do": {do}, "base": {base}, "name": {"Bread"}, "source": {source}, "reason": {"What I had in mind."}}
		for k, x := range more {
			f[k] = x
		}
		return f
	}
	sten.post(path, form("write", his, "Three loaves.\n", nil)).want(http.StatusSeeOther)
	second := r.page("bread").Latest
	// The same again and again, however often: nothing goes on by itself.
	for range 2 {
		a := ada.post(path, form("write", hers, "Two loaves and a roll.\n", nil)).want(http.StatusUnprocessableEntity).
			says("Somebody else has changed the page meanwhile").says("What is new").says("Added: Three loaves.").says("Removed: Two loaves.")
		if link := "/diff?from=" + string(p.Latest) + "&amp;to=" + string(second); !strings.Contains(a.body, link) {
			t.Errorf("no link to %s", link)
		}
		if x, _ := a.value("source"); x != "Two loaves and a roll.\n" {
			t.Errorf("of what was typed there is %q", x)
		}
		if x, _ := a.value("reason"); x != "What I had in mind." {
			t.Errorf("of the reason there is %q", x)
		}
		if x, _ := a.value("base"); x != hers {
			t.Error("it goes on by itself")
		}
		if x, _ := a.value("onto"); x != string(second) {
			t.Errorf("the box is for %q", x)
		}
		checkPolicy(t, "news", a.body)
	}
	if strings.Contains(sten.get(path).body, "a roll") {
		t.Error("somebody else sees what she types")
	}
	// Later on, from what was kept: it says so before she presses anything.
	ada.get(path).want(http.StatusOK).says("The page has another text since you began").says("Two loaves and a roll.")
	// A third text while she looks at the second: she is told once more.
	his, _ = sten.get(path).value("base")
	sten.post(path, form("write", his, "Four loaves.\n", nil)).want(http.StatusSeeOther)
	third := r.page("bread").Latest
	a := ada.post(path, form("write", hers, "Three loaves and a roll.\n", url.Values{"onto": {string(second)}})).want(http.StatusUnprocessableEntity).
		says("Added: Four loaves.").says("Removed: Three loaves.")
	base, _ := a.value("base")
	onto, _ := a.value("onto")
	if base != string(second) || onto != string(third) {
		t.Errorf("from %q to %q", base, onto)
	}
	// The preview compares with the text that she goes on from, and what is kept goes on from it too.
	a = ada.post(path, form("preview", base, "Four loaves and a roll.\n", url.Values{"onto": {onto}})).want(http.StatusOK).says("Removed: Four loaves.").says("Added: Four loaves and a roll").
		saysNot(`name="onto"`)
	if base, _ = a.value("base"); base != onto {
		t.Errorf("the form goes on from %q", base)
	}
	if base, _ = ada.get(path).saysNot(`name="onto"`).value("base"); base != onto {
		t.Errorf("what was kept goes on from %q", base)
	}
	ada.post(path, form("write", base, "Four loaves and a roll.\n", nil)).want(http.StatusSeeOther)
	ada.get("/handbook/bread").says("Four loaves and a roll.")
	if n := r.page("bread").Number; n != 4 {
		t.Errorf("%d texts", n)
	}
}

// Two members begin on a page without a text.
func TestHandbookFirstTextByTwo(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Bread", "", false, nil)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	const path = "/handbook/bread/edit"
	write := func(onto, source string) url.Values {
		return url.Values{"do": {"write"}, "base": {""}, "onto": {onto}, "name": {"Bread"}, "source": {source}}
	}
	sten.post(path, write("", "Two loaves.\n")).want(http.StatusSeeOther)
	a := ada.post(path, write("", "Three loaves.\n")).want(http.StatusUnprocessableEntity).says("Added: Two loaves.")
	onto, _ := a.value("onto")
	ada.post(path, write(onto, "Three loaves.\n")).want(http.StatusSeeOther)
	ada.get("/handbook/bread").says("Three loaves.")
}

// A page in use: what does not go together with its text is not proposed, until its author goes on from that text.
func TestHandbookProposalOvertaken(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Bread", "Two loaves.\n\nA roll.\n", true, nil)
	ada := r.signedIn("ada")
	const path = "/handbook/bread/edit"
	base, _ := ada.get(path).value("base")
	f := url.Values{"do": {"keep"}, "base": {base}, "name": {"Bread"}, "source": {"Three loaves.\n\nA roll.\n"}, "reason": {"Hunger."}, "method": {"consent"}, "closes": {r.closing(9)}}
	if x, _ := ada.post(path, f).want(http.StatusOK).says("Kept for you").value("reason"); x != "Hunger." {
		t.Errorf("of the reason there is %q", x)
	}
	r.decided("bread", "Four loaves.\n\nA roll.\n")
	// That there is another text is said; that they do not go together, when it is proposed.
	ada.get(path).says("You can go on").saysNot(`name="onto"`)
	f.Set("do", "propose")
	a := ada.post(path, f).want(http.StatusUnprocessableEntity).says("Added: Four loaves.")
	for name, want := range map[string]string{"source": "Three loaves.\n\nA roll.\n", "reason": "Hunger.", "closes": r.closing(9), "base": base} {
		if x, _ := a.value(name); x != want {
			t.Errorf("%s is %q", name, x)
		}
	}
	onto, _ := a.value("onto")
	f.Set("onto", onto)
	ada.post(path, f).want(http.StatusSeeOther)
	open, _, err := r.cfg.Handbook.Motions(t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), true, 10, "")
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	ada.get("/handbook/motions/" + string(open[0].ID)).says("Removed: Four loaves.").says("Added: Three loaves.")
	// What names no text of the page is no text to go on from.
	f.Set("onto", "zQmNothing")
	if a := ada.post(path, f); a.status == http.StatusSeeOther || a.status >= 500 {
		t.Errorf("status %d", a.status)
	}
}

// decided brings another text of a page in use into use, as a general meeting decided.
func (r *rig) decided(slug, source string) {
	r.t.Helper()
	p := r.page(slug)
	_, err := r.cfg.Handbook.OpenMotion(r.t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), p.ID, handbook.Writing{Base: p.InUse, Name: p.Name, Source: source, Reason: "Decided."},
		handbook.Opening{Method: handbook.Ratified, Ratification: &handbook.Ratification{On: r.clock.Now(), Passed: true, Words: "All of us."}})
	if err != nil {
		r.t.Fatal(err)
	}
}

// The list of motions is read on page by page: the open ones and those that were decided each by themselves, none twice.
func TestHandbookMotionsPageByPage(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	for i := range 3 {
		slug := "page-" + string(rune('a'+i))
		r.written("Page "+string(rune('a'+i)), "One.\n", true, nil)
		for j := range handbook.MaxOpenMotions - 1 { // one more is opened below
			p := r.page(slug)
			if _, err := r.cfg.Handbook.OpenMotion(t.Context(), by, p.ID, handbook.Writing{Base: p.InUse, Name: p.Name, Source: strings.Repeat("Two.\n", j+1), Reason: "More."},
				handbook.Opening{Method: handbook.Ratified}); err != nil {
				t.Fatal(err)
			}
		}
	}
	ada := r.signedIn("ada")
	seen, path := map[string]bool{}, "/handbook/motions"
	for path != "" {
		a := ada.get(path).want(http.StatusOK)
		tidy(t, path, a)
		for _, part := range strings.Split(a.body, `<h3><a href="`)[1:] {
			at, _, _ := strings.Cut(part, `"`)
			if seen[at] {
				t.Errorf("%s stands twice", at)
			}
			seen[at] = true
		}
		_, next, _ := strings.Cut(a.body, `rel="next" href="`)
		path, _, _ = strings.Cut(next, `"`)
	}
	if len(seen) != 3*(handbook.MaxOpenMotions-1) {
		t.Errorf("%d are listed", len(seen))
	}
	r.decided("page-a", "Decided.\n")
	if a := ada.get("/handbook/motions").says("Decided before"); !strings.Contains(a.body, `href="/handbook/motions?open=`) {
		t.Error("no way to more of the open ones")
	}
}

// A difference runs the way its texts do, whichever way the page runs.
func TestHandbookDiffRunsAsItsText(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Bread", "Two loaves.\n", true, nil)
	r.written("خبز", "رغيفان.\n", true, func(s *handbook.Start) { s.Language, s.Slug = "ar", "khubz" })
	r.decided("bread", "Three loaves.\n")
	r.decided("khubz", "ثلاثة أرغفة.\n")
	b := r.browser()
	for path, want := range map[string]string{"/handbook/bread/diff": `lang="en" dir="ltr"`, "/handbook/khubz/diff": `lang="ar" dir="rtl"`} {
		if a := b.get(path).want(http.StatusOK); !strings.Contains(a.body, "<div "+want+">") {
			t.Errorf("%s is not %s", path, want)
		}
	}
	b.get("/handbook/bread/diff").says("Changes in “Bread” · Version 1 – Version 2")
}
