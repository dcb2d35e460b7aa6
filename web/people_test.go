package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
)

var inviteLink = regexp.MustCompile(`https://bakery\.example(/invite/[A-Za-z0-9_-]{22})`)

func (r *rig) invite(b *browser, form url.Values) string {
	r.t.Helper()
	b.post("/admin/people/invite", form).want(http.StatusSeeOther)
	m := inviteLink.FindStringSubmatch(b.get("/admin/people").want(http.StatusOK).body)
	if m == nil {
		r.t.Fatal("no link is shown")
	}
	return m[1]
}

func joinForm(handle string) url.Values {
	return url.Values{"display_name": {"Ben"}, "handle": {handle}, "email": {handle + "@bakery.example"}, "password": {goodPassword},
		"role": {"steward"}, "stage": {"member"}}
}

// WEB-17: an invitation makes one member, with the role it was made for.
func TestWEB17Invitations(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	sten := r.signedIn("sten")
	path := r.invite(sten, url.Values{"role": {"member"}, "stage": {"trial"}, "constituency": {"worker"}})
	if m := inviteLink.FindString(sten.get("/admin/people").body); m != "" {
		t.Error("the link is shown twice")
	}
	b := r.browser()
	b.get(path).want(http.StatusOK).says("Join Tin & Thyme <Bakery>")
	bad := joinForm("Ben!")
	bad.Set("password", "short")
	a := b.post(path, bad).want(http.StatusUnprocessableEntity).says("beginning with a letter").says("at least 12")
	if v, _ := a.value("display_name"); v != "Ben" {
		t.Error("what was typed is gone")
	}
	taken := joinForm("ada")
	b.post(path, taken).want(http.StatusUnprocessableEntity).says("name is taken").says("uses that e-mail address already")
	b.post(path, joinForm("ben")).want(http.StatusSeeOther)
	b.get("/me/consent").want(http.StatusOK).says("Who may see what")
	b.get("/admin").want(http.StatusForbidden) // the form's role counts for nothing
	ben, err := r.cfg.CoopStore.PersonByHandle(t.Context(), "ben")
	if err != nil || ben.Stage != "trial" || ben.Constituency != "worker" || ben.Public() {
		t.Errorf("ben is %+v, %v", ben, err)
	}
	// Used, guessed and too old are all the same.
	for name, p := range map[string]string{"used": path, "guessed": "/invite/AAAAAAAAAAAAAAAAAAAAAA", "odd": "/invite/%2e%2e%2fadmin"} {
		a := r.browser().get(p)
		if a.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, a.status)
		}
		r.browser().post(p, joinForm("eve")).want(http.StatusNotFound)
	}
	late := r.invite(sten, url.Values{"role": {"member"}})
	r.clock.Add(15 * 24 * time.Hour)
	r.browser().get(late).want(http.StatusNotFound).says("unknown, used or too old")
	r.browser().post(late, joinForm("eve")).want(http.StatusNotFound)
}

// WEB-17: of many who use it at once, one joins.
func TestWEB17InvitationUsedByManyAtOnce(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	path := r.invite(r.signedIn("sten"), url.Values{"role": {"member"}})
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := r.browser()
			b.from = "203.0.113." + itoa(int64(i)) + ":1"
			a := b.post(path, joinForm("ben"+itoa(int64(i))))
			mu.Lock()
			defer mu.Unlock()
			got[a.status]++
		}()
	}
	wg.Wait()
	people, err := r.cfg.CoopStore.People(t.Context())
	if err != nil || len(people) != 3 || got[http.StatusSeeOther] != 1 || got[http.StatusNotFound] != 7 {
		t.Errorf("%d people, answers %v, %v", len(people), got, err)
	}
}

func TestConsentIsPerFieldAndNeverWider(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada := r.signedIn("ada")
	me := ada.get("/me/consent").want(http.StatusOK)
	if n := strings.Count(me.body, `value="coop" checked`); n != len(coop.ConsentFields)-2 {
		t.Errorf("%d of %d answers are the co-op by default", n, len(coop.ConsentFields))
	}
	ada.post("/me/consent", url.Values{"consent_listed": {"everyone"}, "consent_about": {"peers"}, "consent_skills": {"world"}}).want(http.StatusSeeOther)
	p, err := r.cfg.CoopStore.Person(t.Context(), r.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	for f, want := range map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldAbout: coop.Peers, coop.FieldSkills: coop.CoopOnly, coop.FieldArea: coop.CoopOnly} {
		if got := p.Sees(f); got != want {
			t.Errorf("%s: %s, want %s", f, got, want)
		}
	}
	ada.post("/me/profile", url.Values{"display_name": {"Ada <script>alert(1)</script>"}, "about": {"</textarea><script>alert(1)</script>"}, "skills_can": {"bread\ncakes"},
		"skills_teach": {"bikes"}, "languages": {"en ES"}, "handle": {"queen"}, "role": {"steward"}}).want(http.StatusSeeOther)
	a := ada.get("/me?done=done.saved").want(http.StatusOK).says("Saved.").saysNot("<script>alert")
	if v, _ := a.value("about"); v != "</textarea><script>alert(1)</script>" {
		t.Errorf("about is %q", v)
	}
	if p, err = r.cfg.CoopStore.Person(t.Context(), r.ada.ID); err != nil || p.Handle != "ada" || len(p.Skills) != 3 || len(p.Languages) != 2 || p.Sees(coop.FieldListed) != coop.Everyone {
		t.Errorf("kept as %+v, %v", p, err)
	}
	ada.get("/admin").want(http.StatusForbidden)
	ada.post("/me/profile", url.Values{"display_name": {""}, "area": {"Toad Lane"}}).want(http.StatusUnprocessableEntity).says("Please fill this in")
}

func TestLeaving(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada := r.signedIn("ada")
	ada.post("/me/delete", url.Values{"delete_password": {goodPassword}}).want(http.StatusUnprocessableEntity).says("Tick the box")
	ada.post("/me/delete", url.Values{"delete_password": {"wrong wrong wrong"}, "delete_sure": {"yes"}}).want(http.StatusUnprocessableEntity).says("not your present password")
	ada.post("/me/delete", url.Values{"delete_password": {goodPassword}, "delete_sure": {"yes"}}).want(http.StatusSeeOther)
	if _, err := r.cfg.CoopStore.Person(t.Context(), r.ada.ID); coop.ClassOf(err) != coop.NotFound || err == nil {
		t.Errorf("ada is still here: %v", err)
	}
	if ada.session() != "" {
		t.Error("the cookie stays")
	}
	sten := r.signedIn("sten")
	sten.post("/me/delete", url.Values{"delete_password": {goodPassword}, "delete_sure": {"yes"}}).want(http.StatusUnprocessableEntity).says("at least one steward")
	sten.get("/me").want(http.StatusOK)
}

func TestStewardsRemovePeople(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	sten, ada := r.signedIn("sten"), r.signedIn("ada")
	sten.post("/admin/people/"+string(r.ada.ID)+"/remove", nil).want(http.StatusSeeOther)
	ada.get("/me").want(http.StatusSeeOther)
	sten.post("/admin/people/"+string(r.ada.ID)+"/remove", nil).want(http.StatusNotFound)
	sten.post("/admin/people/"+string(r.sten.ID)+"/remove", nil).want(http.StatusConflict).says("at least one steward")
}
