package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/web"
)

// WEB-03: a session set before signing in is worth nothing after it, and a new password ends every other.
func TestWEB03TokensRotate(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	// A stranger sets a cookie in the victim's browser, once made up and once begun here.
	begun := r.browser()
	begun.post("/login/passkey/begin", nil).want(http.StatusOK)
	for _, planted := range []string{"made-up-by-a-stranger", begun.session()} {
		b.cookies["__Host-tl"] = &http.Cookie{Name: "__Host-tl", Value: planted}
		b.post("/login", url.Values{"login": {"ada"}, "password": {goodPassword}}).want(http.StatusSeeOther)
		if b.session() == planted {
			t.Fatalf("token %q stays after signing in", planted)
		}
		thief := r.browser()
		thief.cookies["__Host-tl"] = &http.Cookie{Name: "__Host-tl", Value: planted}
		thief.get("/me").want(http.StatusSeeOther)
	}
	other := r.signedIn("ada")
	old := b.session()
	b.post("/me/password", url.Values{"old_password": {goodPassword}, "new_password": {"eight large toads sleeping"}}).want(http.StatusSeeOther)
	if b.session() == old {
		t.Error("the token stays after a new password")
	}
	b.get("/me").want(http.StatusOK)
	other.get("/me").want(http.StatusSeeOther)
	thief := r.browser()
	thief.cookies["__Host-tl"] = &http.Cookie{Name: "__Host-tl", Value: old}
	thief.get("/me").want(http.StatusSeeOther)
	r.browser().post("/login", url.Values{"login": {"ada"}, "password": {goodPassword}}).want(http.StatusUnprocessableEntity)
	r.browser().post("/login", url.Values{"login": {"ADA@bakery.example"}, "password": {"eight large toads sleeping"}}).want(http.StatusSeeOther)
}

// WEB-03: and so does a role that changes.
func TestWEB03RoleChangeEndsSessions(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	sten.post("/admin/people/"+string(r.ada.ID)+"/role", url.Values{"role": {"steward"}}).want(http.StatusSeeOther)
	ada.get("/me").want(http.StatusSeeOther)
	ada = r.signedIn("ada")
	ada.get("/admin").want(http.StatusOK)
	old := sten.session()
	sten.post("/admin/people/"+string(r.sten.ID)+"/role", url.Values{"role": {"member"}}).want(http.StatusSeeOther)
	if sten.session() == old {
		t.Error("the token stays after the role")
	}
	sten.get("/admin").want(http.StatusForbidden)
	ada.post("/admin/people/"+string(r.ada.ID)+"/role", url.Values{"role": {"member"}}).want(http.StatusConflict).says("at least one steward")
	ada.post("/admin/people/"+string(r.ada.ID)+"/role", url.Values{"role": {"queen"}}).want(http.StatusBadRequest)
}

// WEB-04: signing out ends the session in the store, here and everywhere.
func TestWEB04SignOut(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("ada")
	copied := b.session()
	b.post("/logout", nil).want(http.StatusSeeOther)
	if b.session() != "" {
		t.Error("the cookie stays")
	}
	thief := r.browser()
	thief.cookies["__Host-tl"] = &http.Cookie{Name: "__Host-tl", Value: copied}
	thief.get("/me").want(http.StatusSeeOther)

	one, two := r.signedIn("ada"), r.signedIn("ada")
	one.post("/me/sessions/end", nil).want(http.StatusSeeOther)
	two.get("/me").want(http.StatusSeeOther)
	one.get("/me").want(http.StatusSeeOther)
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("ada")
	for range 6 { // used now and then it lives on …
		r.clock.Add(limits.SessionIdle - time.Hour)
		b.get("/me").want(http.StatusOK)
	}
	r.clock.Add(limits.SessionIdle - time.Hour) // … but not for ever
	b.get("/me").want(http.StatusSeeOther)

	b = r.signedIn("ada")
	r.clock.Add(limits.SessionIdle + time.Minute)
	b.get("/me").want(http.StatusSeeOther)
}

// WEB-06: cookies.
func TestWEB06CookieFlags(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	for _, a := range []answer{
		b.post("/login", url.Values{"login": {"sten"}, "password": {goodPassword}}), b.post("/lang/es", url.Values{"back": {"/about"}}),
	} {
		if len(a.cookie) != 1 {
			t.Fatalf("cookies: %v", a.cookie)
		}
		c := a.cookie[0]
		if !strings.HasPrefix(c.Name, "__Host-tl") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("%s", c.Raw)
		}
	}
	for _, path := range []string{"/", "/about", "/login", "/nope", "/admin"} {
		if a := b.get(path); len(a.cookie) != 0 {
			t.Errorf("GET %s sets %v", path, a.cookie)
		}
	}
	local := founded(t, "http://bakery.localhost:8470", nil)
	lb := local.browser()
	lb.post("/login", url.Values{"login": {"sten"}, "password": {goodPassword}}).want(http.StatusSeeOther)
	if c := lb.cookies["tl"]; c == nil || c.Secure || !c.HttpOnly {
		t.Errorf("on loopback: %+v", lb.cookies)
	}
}

// WEB-08: a wrong password and an unknown name can't be told apart.
func TestWEB08NobodyLearnsWhoIsHere(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	err := r.cfg.Coop.ChangeAccount(t.Context(), coop.System("test"), r.person("gone", coop.RoleMember).ID, nil, "test", func(a *coop.Account) error {
		a.Disabled = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]bool{}
	for i, c := range []struct{ login, pw string }{{"ada", "not the right one"}, {"eve", "not the right one"}, {"ada@bakery.example", "not the right one"},
		{"eve@bakery.example", "not the right one"}, {"gone", goodPassword}, {"@ada", "x"}, {"", ""}, {strings.Repeat("x", 300), "x"}} {
		b := r.browser()
		b.from = fmt.Sprintf("203.0.113.%d:1", i)
		a := b.post("/login", url.Values{"login": {c.login}, "password": {c.pw}}).want(http.StatusUnprocessableEntity).says("name or the password is not right")
		bodies[strings.Replace(a.body, `value="`+c.login+`"`, `value=""`, 1)] = true
		if len(a.cookie) != 0 {
			t.Errorf("%s: %v", c.login, a.cookie)
		}
	}
	if len(bodies) != 1 {
		t.Errorf("%d different answers", len(bodies))
	}
	for _, canary := range []string{"not the right one", goodPassword, "ada@bakery.example"} {
		if strings.Contains(r.logs.String(), canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}

// WEB-09: trying passwords is limited per account and per network, whatever a stranger writes in headers.
func TestWEB09LoginsAreLimited(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	wrong := func(b *browser, login string) int {
		return b.post("/login", url.Values{"login": {login}, "password": {"wrong wrong wrong"}}).status
	}
	spell := []string{"ada", "ADA", "@ada", "Ada", " ada "}
	for i := range limits.LoginsPerAccount + 3 {
		b := r.browser()
		b.from = fmt.Sprintf("203.0.113.%d:1", i)
		want := http.StatusUnprocessableEntity
		if i >= limits.LoginsPerAccount {
			want = http.StatusTooManyRequests
		}
		if got := wrong(b, spell[i%len(spell)]); got != want {
			t.Fatalf("try %d of one account: %d", i, got)
		}
	}
	for name, from := range map[string]func(i int) string{
		"one IPv4 address": func(i int) string { return fmt.Sprintf("198.18.0.1:%d", 1000+i) },
		"one /64":          func(i int) string { return fmt.Sprintf("[2001:db8:0:1::%x]:1", i+1) },
	} {
		limited := 0
		for i := range limits.LoginsPerAddress + 5 {
			b := r.browser()
			b.from = from(i)
			b.headers = http.Header{"X-Forwarded-For": {fmt.Sprintf("8.8.8.%d", i)}, "X-Real-Ip": {fmt.Sprintf("8.8.8.%d", i)}, "User-Agent": {fmt.Sprint(i)},
				"Forwarded": {fmt.Sprintf("for=8.8.8.%d", i)}, "True-Client-Ip": {fmt.Sprintf("8.8.8.%d", i)}}
			// A name that nobody has costs as much and counts as much; the setup page's code is limited by the same counter.
			if b.get(fmt.Sprintf("/invite/guess%d", i)).status == http.StatusTooManyRequests {
				limited++
			}
		}
		if limited != 5 {
			t.Errorf("%s: %d of %d tries were refused", name, limited, limits.LoginsPerAddress+5)
		}
	}
}

func TestTheClientIsTheRightMostUntrustedAddress(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", func(c *web.Config) { c.Trusted = []string{"10.0.0.0/8", "::1/128"} })
	tries := func(from string, forwarded func(i int) string) (refused int) {
		for i := range limits.LoginsPerAddress + 1 {
			b := r.browser()
			b.from = from
			b.headers = http.Header{"X-Forwarded-For": {forwarded(i)}}
			if b.get(fmt.Sprintf("/invite/guess%d", i)).status == http.StatusTooManyRequests {
				refused++
			}
		}
		return refused
	}
	if n := tries("10.0.0.1:1", func(i int) string { return fmt.Sprintf("192.0.2.%d", i) }); n != 0 {
		t.Errorf("clients behind the proxy are taken for one: %d refused", n)
	}
	if n := tries("10.0.0.1:1", func(i int) string { return fmt.Sprintf("8.8.8.%d, 198.51.100.7, 10.0.0.2", i) }); n != 1 {
		t.Errorf("the left side of the header counts: %d refused", n)
	}
	if n := tries("198.51.100.8:1", func(i int) string { return fmt.Sprintf("8.8.4.%d", i) }); n != 1 {
		t.Errorf("a stranger's header counts: %d refused", n)
	}
}

func TestNextNeverLeavesTheSite(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	for next, want := range map[string]string{"/me#keys": "/me#keys", "/market?q=x": "/market?q=x", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/",
		"javascript:alert(1)": "/", "/\r\nSet-Cookie: x=y": "/", "/\t/evil.example": "/", "": "/", "me": "/"} {
		b := r.browser()
		a := b.post("/lang/es", url.Values{"back": {next}}).want(http.StatusSeeOther)
		if got := a.header.Get("Location"); got != want {
			t.Errorf("back to %q: %q, want %q", next, got, want)
		}
	}
	b := r.browser()
	if v, _ := b.get("/login?next=//evil.example").value("next"); v != "/" {
		t.Errorf("next is %q", v)
	}
	if a := b.post("/login", url.Values{"login": {"sten"}, "password": {goodPassword}, "next": {"https://evil.example/"}}); a.header.Get("Location") != "/" {
		t.Errorf("after signing in to %q", a.header.Get("Location"))
	}
}
