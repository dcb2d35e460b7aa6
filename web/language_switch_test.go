package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"toadlane/coop"
)

// languageForms are the forms of a page that change its language: tag and label of their buttons, and where each comes back to.
func languageForms(t *testing.T, body string) map[string][2]string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][2]string{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.HasPrefix(attr(n, "action"), "/lang/") {
			continue
		}
		if attr(n, "method") != "post" {
			t.Errorf("the form to %s is no POST", attr(n, "action"))
		}
		back := ""
		for c := range n.Descendants() {
			if c.Type == html.ElementNode && c.Data == "input" && attr(c, "name") == "back" {
				back = attr(c, "value")
			}
		}
		for c := range n.Descendants() {
			if c.Type != html.ElementNode || c.Data != "button" {
				continue
			}
			tag, ok := strings.CutPrefix(attr(c, "formaction"), "/lang/")
			if !ok || attr(c, "lang") != tag {
				t.Errorf("a button to %q in %q", attr(c, "formaction"), attr(c, "lang"))
			}
			label := ""
			for w := range c.Descendants() {
				if w.Type == html.TextNode {
					label += w.Data
				}
			}
			found[tag] = [2]string{back, strings.TrimSpace(label)}
		}
	}
	return found
}

// Every page offers every other language in its own name, without a script, and comes back with its query.
func TestEveryPageOffersLanguages(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	names := map[string]string{"en": "English", "es": "Español", "fr": "Français", "pt": "Português", "de": "Deutsch", "ar": "العربية"}
	anybody, ada := r.browser(), r.signedIn("ada")
	for _, x := range []struct {
		b    *browser
		path string
	}{{anybody, "/"}, {anybody, "/market?purpose=offer&q=a+b&sort=title"}, {anybody, "/members"}, {anybody, "/about"}, {anybody, "/about/ranking"}, {anybody, "/login?next=%2Fme"},
		{anybody, "/no/such/page?x=1"}, {ada, "/me"}, {ada, "/mine"}, {ada, "/threads"}, {ada, "/new/offer"}} {
		got := languageForms(t, x.b.get(x.path).body)
		for tag, name := range names {
			if tag == "en" {
				continue
			}
			if got[tag] != [2]string{x.path, name} {
				t.Errorf("%s offers %s as %q", x.path, tag, got[tag])
			}
		}
	}
	to := func(a answer) string { return a.want(http.StatusSeeOther).header.Get("Location") }
	if got := to(anybody.post("/lang/fr", url.Values{"back": {"/market?q=a+b"}})); got != "/market?q=a+b" {
		t.Errorf("back to %q", got)
	}
	page := anybody.get("/market?q=a+b")
	if !strings.Contains(page.body, `<html lang="fr" dir="ltr"`) || page.header.Get("Content-Language") != "fr" {
		t.Errorf("not French: %.80s, %s", page.body, page.header.Get("Content-Language"))
	}
	if got := to(anybody.post("/lang/ar", url.Values{"back": {"//evil.example/"}})); got != "/" {
		t.Errorf("back to %q", got)
	}
	if page := anybody.get("/"); !strings.Contains(page.body, `<html lang="ar" dir="rtl"`) {
		t.Errorf("not from right to left: %.80s", page.body)
	}
	anybody.post("/lang/xx", nil).want(http.StatusNotFound)
}

// A form that comes back with what is wrong has no page at its own address: the choice of language leads to the form's page.
func TestLanguageOfAnsweredForm(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada := r.signedIn("ada")
	bad := strings.NewReader(url.Values{"display_name": {""}}.Encode())
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Referer": {"https://bakery.example/me?tab=a#profile"}}
	page := ada.do(http.MethodPost, "/me/profile", bad, h).want(http.StatusUnprocessableEntity)
	if got := languageForms(t, page.body)["fr"]; got[0] != "/me?tab=a" {
		t.Errorf("comes back to %q", got[0])
	}
	for _, referer := range []string{"https://evil.example/me", "", "https://bakery.example//evil.example/"} {
		bad := strings.NewReader(url.Values{"display_name": {""}}.Encode())
		h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Referer": {referer}}
		page := ada.do(http.MethodPost, "/me/profile", bad, h).want(http.StatusUnprocessableEntity)
		if got := languageForms(t, page.body)["fr"]; got[0] != "/" {
			t.Errorf("from %q it comes back to %q", referer, got[0])
		}
	}
}

func TestLanguageIsChosen(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.browser()
	b.get("/about").says("About")
	b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Language": {"it, es;q=0.5"}}).says("Acerca de")
	b.post("/lang/es", url.Values{"back": {"/about"}}).want(http.StatusSeeOther)
	b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Language": {"en"}}).says("Acerca de")
	b.cookies["__Host-tl-lang"] = &http.Cookie{Name: "__Host-tl-lang", Value: "<script>"}
	b.get("/about").says("About")

	// A member's choice goes with them to another browser, and ends no session.
	ada, phone := r.signedIn("ada"), r.signedIn("ada")
	ada.post("/lang/es", url.Values{"back": {"/me"}}).want(http.StatusSeeOther)
	phone.get("/me").want(http.StatusOK).says("Tu nombre")
	a, err := r.cfg.CoopStore.Account(t.Context(), r.ada.ID)
	if err != nil || a.Language != "es" {
		t.Errorf("%+v %v", a, err)
	}

	// Whoever prefers none of ours reads the co-op's own language, a variant as what it is one of. So do feeds, whoever asks.
	err = r.cfg.CoopStore.Write(t.Context(), func(tx coop.Tx) error {
		k, err := tx.Coop()
		if err != nil {
			return err
		}
		k.Languages = []string{"nl", "es-ar", "en"}
		return tx.PutCoop(k)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.gen.Add(1)
	b = r.browser()
	b.get("/about") // reads the co-op
	b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Language": {"nl"}}).says("Acerca de")
	b.do(http.MethodGet, "/about", nil, http.Header{"Accept-Language": {"en"}}).says("About")
	feed := b.do(http.MethodGet, "/market.atom", nil, http.Header{"Accept-Language": {"en"}}).want(http.StatusOK)
	if !strings.Contains(feed.body, `xml:lang="es"`) || feed.header.Get("Content-Language") != "es" {
		t.Errorf("%s %.300s", feed.header.Get("Content-Language"), feed.body)
	}
}
