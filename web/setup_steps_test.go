package web_test

import (
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// goOn posts the page as a browser would, with some fields changed, and gives the next.
func (b *browser) goOn(a answer, change url.Values) answer {
	b.r.t.Helper()
	f := formValues(a)
	f.Set("go", "on")
	for k, v := range change {
		f[k] = v
	}
	return b.post("/setup", f)
}

func TestSetupInSteps(t *testing.T) {
	t.Parallel()
	r := bare(t, "http://bakery.localhost:8470", nil)
	b := r.browser()
	a := b.get("/setup?code=code-1234-5678").want(http.StatusOK).says("Step 1 of 6").says("http://bakery.localhost:8470").says("try-out on this machine alone")
	a = b.goOn(a, nil).want(http.StatusOK).says("Step 2 of 6")
	again := b.goOn(a, url.Values{"name": {"Tin"}, "handle": {"Tin!"}}).want(http.StatusUnprocessableEntity).says("Step 2 of 6").says("beginning with a letter")
	if got, _ := again.value("name"); got != "Tin" {
		t.Error("what was typed is gone")
	}
	a = b.goOn(a, url.Values{"name": {"Tin & Thyme"}, "handle": {"Bakery"}, "languages": {"es", "en, eu"}, "currency": {"eur"}, "time_zone": {"Europe/Madrid"}}).want(http.StatusOK).
		says("Step 3 of 6").says("@bakery@bakery.localhost:8470")
	b.goOn(a, url.Values{"preset": {"bank"}}).want(http.StatusUnprocessableEntity).says("Choose one of them")
	a = b.goOn(a, url.Values{"preset": {"multi"}}).want(http.StatusOK).says("Step 4 of 6")
	got := formValues(a)
	if strings.Join(got["kind_name"], " ") != "Trabajadora Usuaria Inversora " || strings.Join(got["kind_share"], " ") != "50 25 25 " || got.Get("votes") != "share" || got.Get("org_type") != "OS100" {
		t.Errorf("the type filled %v", got)
	}
	b.goOn(a, url.Values{"kind_share": {"50", "25", "20", ""}}).want(http.StatusUnprocessableEntity).says("make 95 per cent")
	b.goOn(a, url.Values{"kind_share": {"half", "25", "25", ""}}).want(http.StatusUnprocessableEntity).says("“half” is no share")
	kinds := url.Values{"kind_name": {"Panadera", "Usuaria", "", "Gente del barrio"}, "kind_share": {"50", "40", "", "10"}, "kind_slug": {"worker", "user", "investor", ""}}
	a = b.goOn(a, kinds).want(http.StatusOK).says("Step 5 of 6")
	back := formValues(a)
	back.Set("go", "to-groups")
	if n := strings.Count(b.post("/setup", back).want(http.StatusOK).says("Step 4 of 6").body, `value="Panadera"`); n != 1 {
		t.Error("going back forgot what was typed")
	}
	a = b.goOn(a, nil).want(http.StatusOK).says("Step 6 of 6")
	if r.writes.Load() != 0 {
		t.Fatal("something was written before the end")
	}
	you := url.Values{"display_name": {"Sten"}, "person_handle": {"sten"}, "email": {"sten@bakery.example"}, "password": {"short"}}
	if a := b.goOn(a, you).want(http.StatusUnprocessableEntity).says("at least 12"); strings.Contains(a.body, `value="short"`) {
		t.Error("the password is sent back")
	}
	you.Set("password", goodPassword)
	if a := b.goOn(a, you).want(http.StatusSeeOther); a.header.Get("Location") != "/admin/welcome" {
		t.Fatalf("leads to %s", a.header.Get("Location"))
	}
	c := r.coop()
	if c.Votes != coop.ByShare || len(c.Constituencies) != 3 || c.Constituencies[2].Slug != "gente-del-barrio" || c.Constituencies[2].Share != 1000 ||
		c.Constituencies[0].Name["es"] != "Panadera" || len(c.Constituencies[0].Name) != 1 || c.Constituencies[1].Name["en"] != "User" || c.Purpose["en"] == "" || c.Purpose["es"] == "" ||
		c.Languages[0] != "es" || len(c.FirstModes) == 0 || len(c.Stages) != 5 {
		t.Errorf("kept as %+v", c)
	}
	for range 2 { // it can be looked at again
		a = b.get("/admin/welcome").want(http.StatusOK).says("@bakery@bakery.localhost:8470")
		if !strings.Contains(a.body, `class="qr"`) {
			t.Error("no code is drawn")
		}
	}
	sheet := b.get("/admin/sheet").want(http.StatusOK).says("Sten (@sten)").says("toadlane backup").says("Never write a password")
	if strings.Contains(sheet.body, goodPassword) || strings.Contains(sheet.body, "/invite/") {
		t.Error("the sheet holds a secret")
	}
	at := a.body[strings.Index(a.body, "/invite/"):]
	at = at[:strings.IndexAny(at, `"< `)]
	r.browser().get(at + "/sheet").want(http.StatusOK).says("Apunta con la cámara")
	r.browser().post(at, joinForm("ben")).want(http.StatusSeeOther)
	r.browser().get(at + "/sheet").want(http.StatusNotFound)
	if a := b.get("/admin/welcome").want(http.StatusOK); strings.Contains(a.body, at) {
		t.Error("a used invitation is still shown")
	}
	r.browser().get("/admin/welcome").want(http.StatusSeeOther)
	r.signedIn("ben").get("/admin/sheet").want(http.StatusForbidden)
}

// WEB-09, WEB-18: wrong codes are counted, right ones are not, and past the limit nobody is let in.
func TestWEB18CodeCannotBeGuessedInSteps(t *testing.T) {
	t.Parallel()
	r := bare(t, "http://bakery.localhost:8470", nil)
	b := r.browser()
	right := url.Values{"code": {"code-1234-5678"}, "step": {"check"}, "go": {"on"}}
	for range limits.LoginsPerAddress + 5 {
		b.post("/setup", right).want(http.StatusOK)
	}
	for range limits.LoginsPerAddress {
		b.post("/setup", url.Values{"code": {"code-1234-5679"}, "step": {"check"}}).want(http.StatusUnprocessableEntity)
	}
	b.post("/setup", url.Values{"code": {"code-1234-5679"}}).want(http.StatusTooManyRequests)
	b.post("/setup", right).want(http.StatusTooManyRequests)
	other := r.browser()
	other.from = "203.0.113.9:1"
	other.post("/setup", right).want(http.StatusOK)
}

func TestInvitationsAreListedAndTakenBack(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	sten := r.signedIn("sten")
	sten.post("/admin/people/invite", url.Values{"role": {"member"}, "constituency": {"worker"}, "stage": {"trial"}}).want(http.StatusSeeOther)
	page := sten.get("/admin/people").want(http.StatusOK).says("Member · Worker · On trial").says("Good until").says("0 days old")
	link := inviteLink.FindStringSubmatch(page.body)
	if link == nil || !strings.Contains(page.body, `class="qr"`) || !strings.Contains(page.body, link[1]+"/sheet") {
		t.Fatalf("link %v, code or sheet is missing", link)
	}
	list, err := r.cfg.CoopStore.Invites(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	revoke := "/admin/people/invites/" + string(list[0].ID) + "/revoke"
	r.signedIn("ada").post(revoke, nil).want(http.StatusForbidden)
	sten.post(revoke, nil).want(http.StatusSeeOther)
	r.browser().get(link[1]).want(http.StatusNotFound)
	sten.get("/admin/people").says("Taken back on")
	used := r.invite(sten, url.Values{"role": {"member"}})
	r.browser().post(used, joinForm("ben")).want(http.StatusSeeOther)
	list, err = r.cfg.CoopStore.Invites(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if !i.Used.IsZero() {
			sten.post("/admin/people/invites/"+string(i.ID)+"/revoke", nil).want(http.StatusConflict).says("used that invitation already")
		}
	}
	r.clock.Add(3 * 24 * time.Hour)
	sten.get("/admin/people").says("3 days old")
}

func TestSharesOfVotesInSettings(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	b := r.signedIn("sten")
	post := func(change url.Values) answer {
		return b.upload("/admin/coop", b.settings(change), map[string][]byte{"picture_file": snapshot(t, color.White)})
	}
	post(url.Values{"votes": {"share"}, "share_worker": {"50"}, "share_user": {"25"}}).want(http.StatusUnprocessableEntity).says("make 75 per cent")
	post(url.Values{"votes": {"share"}, "share_worker": {"x"}}).want(http.StatusUnprocessableEntity).says("“x” is no share")
	post(url.Values{"votes": {"lot"}}).want(http.StatusUnprocessableEntity)
	if r.coop().Votes != coop.PerHead {
		t.Error("something wrong was kept")
	}
	post(url.Values{"votes": {"share"}, "share_worker": {"50"}, "share_user": {"33,33"}, "share_producer": {"16.67"}, "share_supporter": {""}}).want(http.StatusSeeOther)
	c := r.coop()
	if c.Votes != coop.ByShare || c.Constituencies[0].Share != 5000 || c.Constituencies[1].Share != 3333 || c.Constituencies[2].Share != 1667 || c.Constituencies[3].Share != 0 {
		t.Errorf("kept as %s %+v", c.Votes, c.Constituencies)
	}
	b.post("/admin/coop", b.settings(nil)).want(http.StatusSeeOther)
	if c := r.coop(); c.Constituencies[1].Share != 3333 {
		t.Error("saving again changed the shares")
	}
	b.get("/members?view=rings").want(http.StatusOK)
}
