package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

func setupForm() url.Values {
	return url.Values{"code": {"code-1234-5678"}, "name": {"Tin & Thyme"}, "handle": {"bakery"}, "purpose": {"Bread."}, "org_type": {"OS60"},
		"place": {"Rochdale"}, "latitude": {"53,6097"}, "longitude": {"-2.1561"}, "languages": {"en, es"}, "currency": {"gbp"}, "time_zone": {"Europe/London"},
		"licence": {"CC-BY-4.0"}, "display_name": {"Sten"}, "person_handle": {"sten"}, "email": {"Sten@Bakery.example"}, "password": {goodPassword}}
}

// WEB-18: nobody takes over a fresh or a finished instance.
func TestWEB18SetupNeedsTheCode(t *testing.T) {
	t.Parallel()
	r := bare(t, "http://bakery.localhost:8470", nil)
	b := r.browser()
	for _, row := range r.site.Rows() {
		if row.Early {
			continue
		}
		path := fill(row.Pattern)
		a := b.do(row.Method, path, nil, nil)
		if row.Method == http.MethodGet {
			if a.status != http.StatusSeeOther || a.header.Get("Location") != "/setup" {
				t.Errorf("GET %s before set-up: %d to %q", path, a.status, a.header.Get("Location"))
			}
		} else if a.status != http.StatusNotFound {
			t.Errorf("%s %s before set-up: %d", row.Method, path, a.status)
		}
	}
	for _, code := range []string{"", "code-1234-5679", "CODE", "code-1234-56789"} {
		f := setupForm()
		f.Set("code", code)
		a := b.post("/setup", f).want(http.StatusUnprocessableEntity).says("not the code on the console")
		if got, _ := a.value("name"); got != "Tin & Thyme" {
			t.Errorf("what was typed is gone: %q", got)
		}
		if got, _ := a.value("password"); got != "" {
			t.Error("the password is sent back")
		}
	}
	if r.writes.Load() != 0 {
		t.Fatal("something was written without the code")
	}
	b.post("/setup", setupForm()).want(http.StatusSeeOther)
	if b.session() == "" {
		t.Error("the founder is not signed in")
	}
	b.get("/admin?done=done.set_up").want(http.StatusOK).says("@bakery@bakery.localhost:8470").says("is set up")
	b.get("/setup").want(http.StatusNotFound)
	b.post("/setup", setupForm()).want(http.StatusNotFound)
	c, err := r.cfg.CoopStore.Coop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Currency != "GBP" || c.Place.Exact == nil || c.Place.Exact.Lat != 53609700 || c.Place.Public == nil || c.Purpose["en"] != "Bread." {
		t.Errorf("the co-op was kept as %+v", c)
	}
}

func TestSetupSaysWhatIsWrongAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	r := bare(t, "http://bakery.localhost:8470", nil)
	b := r.browser()
	b.get("/setup?code=code-1234-5678").want(http.StatusOK).says("Set up your co-op")
	for name, c := range map[string]struct{ field, value, says string }{
		"no name":          {"name", " ", "Please fill this in"},
		"handle":           {"handle", "Tin Thyme", "beginning with a letter"},
		"currency":         {"currency", "euro", "three capital letters"},
		"zone":             {"time_zone", "Mars/Olympus", "time zone is unknown"},
		"licence":          {"licence", "mine", "answers offered"},
		"person's handle":  {"person_handle", "bakery", "name is taken"},
		"e-mail":           {"email", "sten", "not an e-mail address"},
		"short password":   {"password", "short", "at least 12 characters"},
		"common password":  {"password", "password123456", "strangers try"},
		"password of name": {"password", "stenstensten1", "strangers try"},
		"languages":        {"languages", "english!", "not a language tag"},
		"half a point":     {"latitude", "", "Write both as degrees"},
	} {
		f := setupForm()
		f.Set(c.field, c.value)
		a := b.do(http.MethodPost, "/setup", stringsReader(f.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"1.1.1.1"}})
		if a.status != http.StatusUnprocessableEntity {
			t.Fatalf("%s: %d", name, a.status)
		}
		a.says(c.says)
		if got, _ := a.value("place"); got != "Rochdale" {
			t.Errorf("%s: what was typed is gone", name)
		}
		if got, _ := a.value("org_type"); got != "OS60" {
			t.Errorf("%s: what was chosen is gone", name)
		}
	}
	if r.writes.Load() != 0 {
		t.Error("something was written")
	}
}
