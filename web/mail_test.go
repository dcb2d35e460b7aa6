package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/mail"
	"toadlane/market"
)

// mails gives what the worker laid in the folder, unfolded, and empties it.
func (r *rig) mails() (out []string) {
	r.t.Helper()
	for {
		n, err := r.mail.Work(r.t.Context())
		if err != nil {
			r.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	names, err := filepath.Glob(filepath.Join(r.mail.Outbox(), "*.eml"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			r.t.Fatal(err)
		}
		out = append(out, strings.NewReplacer("=\n", "", "=3D", "=").Replace(string(b)))
		_ = os.Remove(n)
	}
	return out
}

func (r *rig) listing(p coop.Person, title string, reach coop.Visibility) market.Listing {
	r.t.Helper()
	l, err := r.cfg.Market.PostListing(r.t.Context(), coop.Member(p.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": title}, Body: coop.Text{"en": "As it says."}, Modes: []market.Mode{market.Gift}, State: market.Open, Visibility: reach})
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

func (r *rig) stands(id coop.ID) market.Listing {
	r.t.Helper()
	l, err := r.cfg.Market.Store.Listing(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

var renewLink = regexp.MustCompile(`http://bakery\.localhost(/renew/[^\s"?]+)`)

// From the mail to the renewed listing, without signing in: the link shows, the button does, and then the link has done its work.
func TestRenewFromMail(t *testing.T) {
	t.Parallel()
	r := founded(t, "http://bakery.localhost", nil)
	l := r.listing(r.ada, "Sourdough", coop.CoopOnly)
	r.clock.Add(l.Until.AddDate(0, 0, -7).Sub(r.clock.Now()))
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	var link string
	for _, m := range r.mails() {
		if found := renewLink.FindStringSubmatch(m); found != nil && strings.Contains(m, "ada@bakery.example") {
			link = found[1]
		}
	}
	if link == "" {
		t.Fatal("no mail with a link")
	}
	b := r.browser()
	writes := r.writes.Load()
	for range 3 { // scanners of mail follow links
		b.get(link).want(http.StatusOK).says("Sourdough").says("Renew until")
		b.get(link + "?do=close").want(http.StatusOK).says("It worked out: close it")
	}
	if r.writes.Load() != writes || !r.stands(l.ID).Until.Equal(l.Until) {
		t.Fatal("looking at the page changed something")
	}
	a := b.post(link, url.Values{"do": {"renew"}}).want(http.StatusSeeOther)
	now := r.stands(l.ID)
	if !now.Until.After(l.Until) || now.State != market.Open {
		t.Fatalf("until %s, %s", now.Until, now.State)
	}
	b.get(a.header.Get("Location")).want(http.StatusOK).says("Renewed. It stands until")
	b.get(link).want(http.StatusGone).says("This link has done its work").saysNot("Sourdough")
	b.post(link, url.Values{"do": {"renew"}}).want(http.StatusGone)
	if again := r.stands(l.ID); !again.Until.Equal(now.Until) {
		t.Error("an old link renewed it again")
	}
	// The new link closes it.
	path, _, _ := strings.Cut(a.header.Get("Location"), "?")
	a = b.post(path, url.Values{"do": {"close"}}).want(http.StatusSeeOther)
	b.get(a.header.Get("Location")).want(http.StatusOK).says("Closed.")
	if s := r.stands(l.ID).State; s != market.Done {
		t.Errorf("state %s", s)
	}
	b.post(path, url.Values{"do": {"renew"}}).want(http.StatusConflict)
	// Another's word opens nothing, nor does that of another purpose.
	other := r.listing(r.ada, "Rye", coop.Everyone)
	for _, bad := range []string{"x", r.cfg.Token(mail.ForRenewal, mail.RenewalSubject(l.ID, l.Until)), r.cfg.Token(mail.ForUnsubscribe, mail.RenewalSubject(other.ID, other.Until))} {
		b.post("/renew/"+string(other.ID)+"/"+bad, url.Values{"do": {"close"}}).want(http.StatusGone)
	}
	if s := r.stands(other.ID).State; s != market.Open {
		t.Errorf("state %s", s)
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	wishes := func() coop.Notify {
		n, err := r.cfg.CoopStore.Notify(t.Context(), r.ada.ID)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	path := func(kind string) string {
		return "/unsubscribe/" + string(r.ada.ID) + "/" + kind + "/" + r.cfg.Token(mail.ForUnsubscribe, mail.UnsubscribeSubject(r.ada.ID, kind))
	}
	r.signedIn("ada").post("/me/notifications", url.Values{"messages": {"daily"}, "digest": {"daily"}, "reminders": {"yes"}}).want(http.StatusSeeOther)
	before := wishes()
	if before.Messages != coop.Daily || before.Digest != coop.Daily || before.NoReminders {
		t.Fatalf("%+v", before)
	}
	b := r.browser()
	for _, kind := range []string{"message", "digest", "reminder"} {
		b.get(path(kind)).want(http.StatusOK).says("Stop these mails").saysNot("ada@")
	}
	if wishes() != before {
		t.Fatal("looking at the page changed something")
	}
	// A mail program: no cookie, no language, whatever headers it has, twice (RFC 8058).
	for _, h := range []http.Header{{}, {"Origin": {"null"}}, {"Origin": {"https://mail.example"}, "Sec-Fetch-Site": {"cross-site"}}} {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
		b.do(http.MethodPost, path("digest"), strings.NewReader("List-Unsubscribe=One-Click"), h).want(http.StatusOK)
		if n := wishes(); n.Digest != coop.Off || n.Messages != coop.Daily || n.NoReminders {
			t.Fatalf("%+v", n)
		}
	}
	// A person, who thinks better of it.
	a := b.post(path("message"), nil).want(http.StatusOK).says("I want them after all")
	back, _ := a.value("again")
	if wishes().Messages != coop.Off || back != "daily" {
		t.Fatalf("%+v, back to %q", wishes(), back)
	}
	b.post(path("message"), url.Values{"again": {back}}).want(http.StatusOK).says("You get these mails again.")
	if wishes().Messages != coop.Daily {
		t.Errorf("%+v", wishes())
	}
	b.post(path("message"), url.Values{"again": {"hourly"}}).want(http.StatusBadRequest)
	b.post(path("reminder"), nil).want(http.StatusOK)
	if !wishes().NoReminders {
		t.Error("still reminded")
	}
	// A word for one thing ends no other, and another's ends nobody's.
	for _, bad := range []string{strings.Replace(path("digest"), "/digest/", "/message/", 1), path("everything"),
		strings.Replace(path("message"), string(r.ada.ID), string(r.sten.ID), 1), "/unsubscribe/x/message/y"} {
		b.get(bad).want(http.StatusNotFound)
		b.post(bad, nil).want(http.StatusNotFound)
	}
	r.signedIn("ada").post("/me/notifications", url.Values{"messages": {"hourly"}, "digest": {"weekly"}}).want(http.StatusUnprocessableEntity)
}

func TestAdminMail(t *testing.T) {
	t.Parallel()
	r := founded(t, "http://bakery.localhost", nil)
	r.signedIn("ada").get("/admin/mail").want(http.StatusForbidden)
	b := r.signedIn("sten")
	b.get("/admin/mail").want(http.StatusOK).says("laid in this folder").says("Nothing waits.")
	a := b.post("/admin/mail", url.Values{"host": {"smtp.example.org"}, "port": {"x"}, "security": {"none"}, "mail_password": {"open sesame"}, "user": {"toads"}}).
		want(http.StatusUnprocessableEntity).says("on this machine").saysNot("sesame")
	if v, _ := a.value("host"); v != "smtp.example.org" {
		t.Errorf("what was typed is gone: %q", v)
	}
	b.post("/admin/mail/test", nil).want(http.StatusSeeOther)
	b.get("/admin/mail").says("Test").says("Waiting")
	b.post("/admin/mail/1/hold", nil).want(http.StatusSeeOther)
	if m := r.mails(); len(m) != 0 {
		t.Fatalf("held and sent: %s", m)
	}
	b.get("/admin/mail?state=held").says("Held").says("Sten")
	b.post("/admin/mail/1/retry", nil).want(http.StatusSeeOther)
	if m := r.mails(); len(m) != 1 || !strings.Contains(m[0], "To: <sten@bakery.example>") {
		t.Fatalf("%q", m)
	}
	b.get("/admin/mail?state=done").says("Test").says("Done")
	b.post("/admin/mail/x/retry", nil).want(http.StatusNotFound)
	b.post("/admin/mail", url.Values{"host": {"localhost"}, "port": {"25"}, "security": {"none"}, "from": {"toads@bakery.example"}}).want(http.StatusSeeOther)
	b.get("/admin/mail").says("Mail leaves by localhost.")
}

// An address that a steward typed goes into one mail and is nowhere else.
func TestInviteByMail(t *testing.T) {
	t.Parallel()
	r := founded(t, "http://bakery.localhost", nil)
	b := r.signedIn("sten")
	b.post("/admin/people/invite", url.Values{"role": {"member"}, "email": {"no address"}}).want(http.StatusUnprocessableEntity)
	a := b.post("/admin/people/invite", url.Values{"role": {"member"}, "email": {"Eva@Home.Example"}}).want(http.StatusSeeOther)
	b.get(a.header.Get("Location")).want(http.StatusOK)
	m := r.mails()
	if len(m) != 1 || !strings.Contains(m[0], "To: <eva@home.example>") || !strings.Contains(m[0], "Sten invites you") {
		t.Fatalf("%q", m)
	}
	link := regexp.MustCompile(`http://bakery\.localhost(/invite/[^\s"]+)`).FindStringSubmatch(m[0])
	if link == nil {
		t.Fatal(m[0])
	}
	r.browser().get(link[1]).want(http.StatusOK)
	for _, page := range []string{"/admin/people", "/admin/mail", "/admin/mail?state=done"} {
		b.get(page).want(http.StatusOK).saysNot("eva@home")
	}
	list, _, err := r.store.Letters(t.Context(), "done", "", 10)
	if err != nil || len(list) != 1 || list[0].Letter.Email != "" || len(list[0].Letter.Args) != 0 {
		t.Errorf("kept: %+v, %v", list, err)
	}
}
