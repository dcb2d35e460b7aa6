package web_test

import (
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

func (r *rig) coop() coop.Coop {
	r.t.Helper()
	c, err := r.cfg.CoopStore.Coop(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// settings is the co-op's form as a browser would send it, with some fields changed.
func (b *browser) settings(change url.Values) url.Values {
	b.r.t.Helper()
	f := formValues(b.get("/admin/coop").want(http.StatusOK))
	for k, v := range change {
		f[k] = v
	}
	return f
}

func TestCoopPicture(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	b := r.signedIn("sten")
	red, blue := snapshot(t, color.RGBA{200, 0, 0, 255}), snapshot(t, color.RGBA{0, 0, 200, 255})
	r.browser().get("/").want(http.StatusOK).saysNot("/photos/")
	b.upload("/admin/coop", b.settings(url.Values{"picture_alt": {"Our  <oven>"}}), map[string][]byte{"picture_file": red}).want(http.StatusSeeOther)
	c := r.coop()
	if c.Picture == "" || c.PictureAlt != "Our <oven>" {
		t.Fatalf("kept as %q, %q", c.Picture, c.PictureAlt)
	}
	// Everybody sees it on the front.
	front := r.browser().get("/").want(http.StatusOK)
	at := "/photos/" + string(c.Picture) + "/medium"
	if !strings.Contains(front.body, `src="`+at+`" alt="Our &lt;oven&gt;"`) {
		t.Error("the front does not show it")
	}
	if a := r.browser().get(at).want(http.StatusOK); a.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("type %q", a.header.Get("Content-Type"))
	}
	// Saved without a word about it, it stays.
	b.post("/admin/coop", b.settings(nil)).want(http.StatusSeeOther)
	if now := r.coop(); now.Picture != c.Picture || now.PictureAlt != c.PictureAlt {
		t.Errorf("after saving: %q, %q", now.Picture, now.PictureAlt)
	}
	// What was sent with something else that is wrong is there when the form comes again.
	again := b.upload("/admin/coop", b.settings(url.Values{"currency": {"?"}}), map[string][]byte{"picture_file": blue}).want(http.StatusUnprocessableEntity)
	sent, _ := again.value("picture")
	if sent == "" || sent == string(c.Picture) || r.coop().Picture != c.Picture {
		t.Fatalf("picture of the form: %q", sent)
	}
	f := formValues(again)
	f.Set("currency", "EUR")
	b.post("/admin/coop", f).want(http.StatusSeeOther)
	if got := r.coop().Picture; string(got) != sent {
		t.Errorf("kept %q, want %q", got, sent)
	}
	// No picture.
	for name, body := range map[string]string{"svg": "<svg/>", "text": "hello"} {
		a := b.upload("/admin/coop", b.settings(url.Values{"name": {"Other"}}), map[string][]byte{"picture_file": []byte(body)}).want(http.StatusUnsupportedMediaType)
		if v, _ := a.value("name"); v != "Other" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	if now := r.coop(); string(now.Picture) != sent || now.Name == "Other" {
		t.Errorf("kept what is no picture: %+v", now)
	}
	b.post("/admin/coop", b.settings(url.Values{"picture_drop": {"yes"}})).want(http.StatusSeeOther)
	if now := r.coop(); now.Picture != "" || now.PictureAlt != "" {
		t.Errorf("after taking it away: %q, %q", now.Picture, now.PictureAlt)
	}
	r.browser().get("/").want(http.StatusOK).saysNot("/photos/")
	r.browser().get(at).want(http.StatusNotFound)
}

// WEB-13: what stands for the co-op is seen by everybody, so nobody makes another's picture that by knowing its id.
func TestCoopPictureIsTheStewardsOwn(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.posted(r.signedIn("ada").upload("/new/offer", filled(url.Values{"visibility": {"coop"}}), map[string][]byte{"photo_0": snapshot(t, color.White)}))
	b := r.signedIn("sten")
	for _, id := range []string{string(l.Photos[0].ID), string(newID()), "../../x"} {
		b.post("/admin/coop", b.settings(url.Values{"picture": {id}})).want(http.StatusSeeOther)
		if got := r.coop().Picture; got != "" {
			t.Errorf("%s: the co-op shows %q", id, got)
		}
	}
	r.signedIn("ada").upload("/admin/coop", b.settings(nil), map[string][]byte{"picture_file": snapshot(t, color.White)}).want(http.StatusForbidden)
}

func TestCoopGroups(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	b := r.signedIn("sten")
	_, err := r.cfg.Coop.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: "dunia", DisplayName: "Dunia", Constituency: "worker", Stage: "trial"},
		"dunia@bakery.example", goodHash(), "", coop.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	page := b.get("/admin/coop").want(http.StatusOK).says("English / Español")
	if v, _ := page.value("constituencies"); !strings.HasPrefix(strings.TrimPrefix(v, "\n"), "worker: Worker / Trabajadora\nuser: User / Usuaria\n") {
		t.Errorf("constituencies %q", v)
	}
	// Saved unchanged, it is unchanged.
	before := r.coop()
	b.post("/admin/coop", b.settings(nil)).want(http.StatusSeeOther)
	now := r.coop()
	if d := cmp.Diff([]any{before.Constituencies, before.Stages}, []any{now.Constituencies, now.Stages}); d != "" {
		t.Fatal(d)
	}
	b.post("/admin/coop", b.settings(url.Values{"constituencies": {" worker :  Baker / Panadero/a \r\n\r\nfriend-of: / Amiga\r\n"},
		"stages": {"trial: Trial\nmember: Member / Socia"}})).want(http.StatusSeeOther)
	now = r.coop()
	if d := cmp.Diff([]coop.Constituency{{Slug: "worker", Name: coop.Text{"en": "Baker", "es": "Panadero/a"}}, {Slug: "friend-of", Name: coop.Text{"es": "Amiga"}}},
		now.Constituencies); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]coop.Stage{{Slug: "trial", Name: coop.Text{"en": "Trial"}}, {Slug: "member", Name: coop.Text{"en": "Member", "es": "Socia"}}}, now.Stages); d != "" {
		t.Error(d)
	}
	// A language that the co-op does not use any more keeps its names.
	b.post("/admin/coop", b.settings(url.Values{"languages": {"es"}})).want(http.StatusSeeOther)
	b.post("/admin/coop", b.settings(url.Values{"languages": {"es, en"}, "stages": {"trial: A prueba\nmember: Socia"}})).want(http.StatusSeeOther)
	if d := cmp.Diff([]coop.Stage{{Slug: "trial", Name: coop.Text{"en": "Trial", "es": "A prueba"}}, {Slug: "member", Name: coop.Text{"en": "Member", "es": "Socia"}}}, r.coop().Stages); d != "" {
		t.Error(d)
	}
	kept := r.coop()
	for name, c := range map[string]struct{ field, typed, says string }{
		"no colon":       {"stages", "trial: A\nmember", "“member” has no colon"},
		"too many names": {"stages", "trial: A / B / C", "more names for “trial” than languages"},
		"no name":        {"constituencies", "worker:", "“worker” has no name"},
		"capitals":       {"constituencies", "worker: A\nBaker: B", "“Baker” can’t be used"},
		"twice":          {"constituencies", "worker: A\nworker: B", "“worker” stands there twice"},
		"used stage":     {"stages", "member: Socia", "Somebody is in “trial”"},
		"used":           {"constituencies", "", "Somebody is in “worker”"},
		"too many":       {"stages", "trial: A\n" + strings.Repeat("x: y\n", coop.MaxGroups), "at most 20"},
		"long name":      {"stages", "trial: " + strings.Repeat("a", coop.MaxGroupName+1), "at most 60 characters"},
		"script":         {"stages", "<script>: x", "can’t be used"},
	} {
		a := b.post("/admin/coop", b.settings(url.Values{c.field: {c.typed}, "name": {"Other"}}))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(), c.says) {
			t.Errorf("%s: %d, not %q: %.500s", name, a.status, c.says, a.text())
		}
		a.saysNot("<script>:")
		typed, _ := a.value(c.field)
		if other, _ := a.value("name"); strings.TrimPrefix(typed, "\n") != c.typed || other != "Other" {
			t.Errorf("%s: what was typed came back as %q", name, typed)
		}
	}
	if d := cmp.Diff(kept, r.coop()); d != "" {
		t.Error(d)
	}
	es := b.settings(url.Values{"stages": {"member: Socia"}})
	b.post("/lang/es", nil).want(http.StatusSeeOther)
	b.post("/admin/coop", es).want(http.StatusUnprocessableEntity).says("Hay alguien en «trial»")
}
