package web_test

import (
	"context"
	"fmt"
	"image/color"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/web"
)

// told is what each part of bea says; a mark in it is looked for wherever a reader can look.
func told(t *testing.T, r *rig, consent map[coop.Field]coop.Visibility) (coop.Person, map[coop.Field]string) {
	t.Helper()
	marks := map[coop.Field]string{coop.FieldPronouns: "mkpronouns", coop.FieldAbout: "mkabout", coop.FieldSkills: "mkskill", coop.FieldLanguages: `lang="kab"`, coop.FieldArea: "mkarea",
		coop.FieldAvailability: "mkfree", coop.FieldHours: "697 hours", coop.FieldLookingFor: "mklooking", coop.FieldFediverse: "mkfedi", coop.FieldContacts: "mkcontact",
		coop.FieldMemberships: "mkelsewhere", coop.FieldConstituency: "Producer", coop.FieldStage: "On trial", coop.FieldPhoto: "mkphoto"}
	p := r.person("bea", coop.RoleMember)
	b := r.signedIn("bea")
	b.upload("/me/photo", url.Values{"photo_alt": {"mkphoto"}}, map[string][]byte{"photo_file": snapshot(t, color.White)}).want(http.StatusSeeOther)
	b.post("/me/profile", url.Values{"display_name": {"Bea"}, "pronouns": {"mkpronouns"}, "about": {"mkabout"}, "skills_teach": {"mkskill"}, "languages": {"kab"}, "area": {"mkarea"},
		"availability": {"mkfree"}, "hours": {"697"}, "looking_for": {"mklooking"}, "fediverse": {"@mkfedi@x.example"}, "contact_kind": {"mail", "other", ""},
		"contact_at": {"mkcontact@x.example", "mkcontact door", ""}, "contact_label": {"", "", ""}, "elsewhere_name": {"mkelsewhere", ""}, "elsewhere_at": {"https://mkelsewhere.example/", ""}}).
		want(http.StatusSeeOther)
	p, err := r.cfg.CoopStore.Person(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Constituency, p.Stage, p.Consent = "producer", "trial", consent
	if p, err = r.cfg.Coop.UpdatePerson(t.Context(), coop.System("test"), p); err != nil {
		t.Fatal(err)
	}
	r.gen.Add(1)
	return p, marks
}

// everywhere is all that b can read of the members.
func everywhere(b *browser, p coop.Person) string {
	var all strings.Builder
	for _, path := range []string{"/", "/members", "/members?view=table", "/members?view=rings", "/members?view=table&sort=since", "/@" + p.Handle, "/@" + p.Handle + ".vcf",
		"/@" + p.Handle + "/photo/small", "/about", "/market.rss", "/market.atom", "/market.json"} {
		a := b.get(path)
		if a.status != http.StatusOK && a.status != http.StatusNotFound {
			b.r.t.Errorf("%s: %d", path, a.status)
		}
		if a.status == http.StatusOK && strings.HasSuffix(path, "/photo/small") {
			all.WriteString("mkphoto")
		}
		// What the co-op itself says with the same words is no word about her: filters, legend and headings.
		body := a.body
		for _, own := range []string{`<option value="producer">Producer</option>`, `<option value="trial">On trial</option>`, `data-label="Producer"`, `<th scope="col">Producer</th>`,
			`</svg> Producer `, `<li>On trial `, `. On trial</th>`} {
			body = strings.ReplaceAll(body, own, "")
		}
		all.WriteString(body)
	}
	return all.String()
}

// PRV-09: of each part of a member, a reader gets what that member agreed to show them, on any page, in the photo and in the card.
func TestNothingWithoutConsentLeaves(t *testing.T) {
	t.Parallel()
	for _, given := range append([]coop.Field{coop.FieldListed}, coop.ConsentFields...) {
		t.Run(string(given), func(t *testing.T) {
			t.Parallel()
			r := founded(t, bakery, nil)
			consent := map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldCard: coop.Everyone}
			consent[given] = coop.Everyone
			p, marks := told(t, r, consent)
			out := everywhere(r.browser(), p)
			if !strings.Contains(out, "Bea") || !strings.Contains(out, "BEGIN:VCARD") {
				t.Error("control: she is not shown at all")
			}
			for f, mark := range marks {
				if got := strings.Contains(out, mark); got != (f == given) {
					t.Errorf("%s shown to a stranger is %t", f, got)
				}
			}
			in := everywhere(r.signedIn("ada"), p)
			for f, mark := range marks {
				if !strings.Contains(in, mark) {
					t.Errorf("%s is kept from a member", f)
				}
			}
		})
	}
}

func TestCardNeedsConsentOfItsOwn(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	all := map[coop.Field]coop.Visibility{}
	for _, f := range coop.ConsentFields {
		all[f] = coop.Everyone
	}
	delete(all, coop.FieldCard)
	p, _ := told(t, r, all)
	r.browser().get("/@bea.vcf").want(http.StatusNotFound)
	r.signedIn("ada").get("/@bea.vcf").want(http.StatusNotFound)
	if a := r.browser().get("/@bea").want(http.StatusOK); strings.Contains(a.body, ".vcf") {
		t.Error("the page leads to a card that is not there")
	}
	p.Consent[coop.FieldCard] = coop.Everyone
	if _, err := r.cfg.Coop.UpdatePerson(t.Context(), coop.System("test"), p); err != nil {
		t.Fatal(err)
	}
	if a := r.browser().get("/@bea").want(http.StatusOK); !strings.Contains(a.body, `href="/@bea.vcf"`) {
		t.Error("the page does not lead to the card")
	}
	a := r.browser().get("/@bea.vcf").want(http.StatusOK)
	if a.header.Get("Content-Type") != "text/vcard; charset=utf-8" || a.header.Get("Content-Disposition") != `attachment; filename="bea.vcf"` || a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v", a.header)
	}
	for _, line := range []string{"FN:Bea\r\n", "PRONOUNS:mkpronouns\r\n", "EMAIL:mkcontact@x.example\r\n", "NOTE:mkabout\\nAnother way: mkcontact door\r\n", "CATEGORIES:mkskill\r\n",
		"ORG:Tin & Thyme <Bakery>;Producer\r\n", "ADR:;;;mkarea;;;\r\n", "SOCIALPROFILE;SERVICE-TYPE=ActivityPub;VALUE=text:@bea@bakery.example\r\n"} {
		if !strings.Contains(a.body, line) {
			t.Errorf("the card lacks %q: %s", line, a.body)
		}
	}
	for _, path := range []string{"/@nobody.vcf", "/@Bea!.vcf", "/@.vcf"} {
		r.browser().get(path).want(http.StatusNotFound)
	}
}

func TestPhotoOfAMember(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	bea := r.person("bea", coop.RoleMember)
	b := r.signedIn("bea")
	b.upload("/me/photo", nil, map[string][]byte{"photo_file": []byte("<svg>")}).want(http.StatusUnprocessableEntity)
	b.upload("/me/photo", url.Values{"photo_alt": {"Bea <laughs>"}}, map[string][]byte{"photo_file": snapshot(t, color.White)}).want(http.StatusSeeOther)
	p, err := r.cfg.CoopStore.Person(t.Context(), bea.ID)
	if err != nil || p.Photo.ID == "" || p.Photo.Alt != "Bea <laughs>" {
		t.Fatalf("%+v, %v", p.Photo, err)
	}
	nobody := r.browser()
	at := "/@bea/photo/medium"
	nobody.get(at).want(http.StatusNotFound)
	nobody.get("/photos/" + string(p.Photo.ID) + "/small").want(http.StatusNotFound)
	b.get(at).want(http.StatusOK)
	r.signedIn("ada").get(at).want(http.StatusOK)
	b.post("/me/consent", url.Values{"consent_listed": {"everyone"}, "consent_photo": {"everyone"}}).want(http.StatusSeeOther)
	a := nobody.get(at).want(http.StatusOK)
	if a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("Cache-Control") != "public, max-age=600" {
		t.Errorf("%v", a.header)
	}
	if page := nobody.get("/@bea").want(http.StatusOK); !strings.Contains(page.body, `alt="Bea &lt;laughs&gt;"`) {
		t.Error("her page does not show it")
	}
	nobody.get("/@bea/photo/huge").want(http.StatusNotFound)
	b.post("/me/consent", url.Values{"consent_listed": {"everyone"}, "consent_photo": {"coop"}}).want(http.StatusSeeOther)
	nobody.get(at).want(http.StatusNotFound)
	b.upload("/me/photo", url.Values{"photo_drop": {"yes"}}, nil).want(http.StatusSeeOther)
	b.get(at).want(http.StatusNotFound)
}

func TestProfileSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	b := r.signedIn("ada")
	a := b.post("/me/profile", url.Values{"display_name": {"Ada"}, "hours": {"many"}, "contact_kind": {"phone", "mail"}, "contact_at": {"ring me", "ada@x.example"}, "contact_label": {"evenings", ""},
		"elsewhere_name": {"Mill"}, "elsewhere_at": {"javascript:alert(1)"}}).want(http.StatusUnprocessableEntity).
		says("whole number of hours").says("“ring me” does not look like a phone number").says("3 things need another look")
	got := formValues(a)
	if d := cmp.Diff([]string{"ring me", "ada@x.example", "", ""}, got["contact_at"]); d != "" {
		t.Errorf("what was typed is gone: %s", d)
	}
	if !slices.Contains(got["elsewhere_at"], "javascript:alert(1)") || !slices.Contains(got["contact_label"], "evenings") || got["hours"][0] != "many" {
		t.Errorf("what was typed is gone: %v", got)
	}
	b.post("/me/profile", url.Values{"display_name": {"Ada"}, "contact_kind": {"phone"}, "contact_at": {"112"}, "contact_label": {""}}).want(http.StatusSeeOther)
	b.post("/me/profile", url.Values{"display_name": {"Ada L"}}).want(http.StatusSeeOther) // a form that does not ask
	p, err := r.cfg.CoopStore.Person(t.Context(), r.ada.ID)
	if err != nil || len(p.Contacts) != 1 || p.Contacts[0].At != "112" || p.DisplayName != "Ada L" {
		t.Errorf("%+v, %v", p, err)
	}
}

// toldServers says who was told of whom.
type toldServers struct {
	web.Steward
	of map[coop.IRI][]queue.Told
}

func (s toldServers) Told(_ context.Context, object coop.IRI) ([]queue.Told, error) {
	return s.of[object], nil
}

func TestConsentShowsAndTakesBack(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, func(c *web.Config) {
		c.Steward = toldServers{c.Steward, map[coop.IRI][]queue.Told{"https://bakery.example/m/bea": {{Host: "mill.example", Inboxes: 2}, {Host: "care.example", Inboxes: 1, Waiting: 1}, {Host: "odd.example", Failed: 1}}}}
	})
	told(t, r, nil)
	b := r.signedIn("bea")
	b.get("/me/consent").want(http.StatusOK).says("To a stranger you are not here").says("mklooking").says("697 hours a month").says("E-mail: mkcontact@x.example").
		says("mill.example").says("Waits to be told").says("3 servers knew of you").says("One has taken in")
	answers := url.Values{"consent_listed": {"everyone"}, "consent_about": {"everyone"}, "consent_card": {"peers"}}
	try := url.Values{"do": {"preview"}}
	for k, v := range answers {
		try[k] = v
	}
	a := b.post("/me/consent", try).want(http.StatusOK).says("Nothing is saved yet").saysNot("you are not here")
	if card, _, _ := strings.Cut(a.body[strings.Index(a.body, `id="stranger"`):], "</section>"); !strings.Contains(card, "mkabout") || strings.Contains(card, "mklooking") {
		t.Errorf("a stranger would see %s", card)
	}
	r.browser().get("/@bea").want(http.StatusNotFound)
	b.post("/me/consent", answers).want(http.StatusSeeOther)
	b.get("/me/consent").saysNot("mill.example") // she is out again: what was told before is no news
	r.browser().get("/@bea").want(http.StatusOK).says("mkabout")
	b.post("/me/consent/withdraw", nil).want(http.StatusSeeOther)
	r.browser().get("/@bea").want(http.StatusNotFound)
	p, err := r.cfg.CoopStore.PersonByHandle(t.Context(), "bea")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range coop.ConsentFields {
		if p.Sees(f) > coop.CoopOnly {
			t.Errorf("%s still reaches %s", f, p.Sees(f))
		}
	}
	b.get("/me/consent").says("Nothing of you reaches beyond this co-op")
	r.browser().post("/me/consent/withdraw", nil).want(http.StatusUnauthorized)
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	add := func(handle, name, kind, stage string, skills ...coop.Skill) {
		t.Helper()
		if _, err := r.cfg.Coop.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: handle, DisplayName: name, Constituency: kind, Stage: stage, Skills: skills},
			handle+"@x.example", "", "", coop.RoleMember); err != nil {
			t.Fatal(err)
		}
	}
	add("zoe", "Zoe Q", "user", "member", coop.Skill{Name: "Bread", Level: "teach"})
	add("yan", "Yan Q", "worker", "trial", coop.Skill{Name: "bread", Level: "learning"}, coop.Skill{Name: "Bikes", Level: "teach"})
	b := r.signedIn("ada")
	names := func(path string) []string {
		t.Helper()
		a := b.get(path).want(http.StatusOK)
		var out []string
		for _, n := range []string{"Ada", "Sten", "Yan Q", "Zoe Q"} {
			first, _, _ := strings.Cut(strings.ToLower(n), " ")
			if strings.Contains(a.body, `"/@`+first+`">`+n+"</a>") {
				out = append(out, n)
			}
		}
		return out
	}
	for path, want := range map[string][]string{
		"/members": {"Ada", "Sten", "Yan Q", "Zoe Q"}, "/members?q=bread&level=teach": {"Zoe Q"}, "/members?q=BREAD": {"Yan Q", "Zoe Q"}, "/members?level=teach": {"Yan Q", "Zoe Q"},
		"/members?kind=worker": {"Yan Q"}, "/members?stage=member": {"Zoe Q"}, "/members?stage=-": {"Ada", "Sten"}, "/members?kind=user&stage=trial": nil, "/members?level=boss": {"Ada", "Sten", "Yan Q", "Zoe Q"},
		"/members?view=table&kind=user": {"Zoe Q"}, "/members?view=rings&kind=user": {"Zoe Q"}, "/members?view=nonsense": {"Ada", "Sten", "Yan Q", "Zoe Q"},
	} {
		if d := cmp.Diff(want, names(path)); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	b.get("/members").says("4 people in the order of their names").says("one can teach it")
	b.get("/members?view=table&sort=stage").says("by stage, innermost first")
	page := b.get("/members?view=table&sort=stage").body
	if zoe, yan, ada := strings.Index(page, "/@zoe"), strings.Index(page, "/@yan"), strings.Index(page, `"/@ada"`); !(zoe < yan && yan < ada) || strings.Count(page, `aria-sort="ascending"`) != 1 {
		t.Errorf("order by stage: zoe at %d, yan at %d, ada at %d", zoe, yan, ada)
	}
	rings := b.get("/members?view=rings").want(http.StatusOK).says("The same as a table").says("Stage not shown").says("1. Stage not shown")
	if n := strings.Count(rings.body, `<a class="dot`); n != 4 || !strings.Contains(rings.body, `aria-label="ZQ · Zoe Q: User, Member"`) {
		t.Errorf("%d dots", n)
	}
	b.get("/members?q=nobody+at+all&view=rings").says("Nobody who shows")
	r.browser().get("/members?view=rings").says("None has so far").says("Members choose what is shown")
	for i := range 90 {
		add(fmt.Sprintf("m%d", i), fmt.Sprintf("Many %02d", i), "worker", "member")
	}
	first := b.get("/members?view=table").want(http.StatusOK).says("94 people")
	if n := strings.Count(first.body, "<tr class=\"h-card\">"); n != 80 || !strings.Contains(first.body, "/members?page=2&amp;view=table") {
		t.Errorf("%d rows on the first page", n)
	}
	if n := strings.Count(b.get("/members?view=table&page=2").body, "<tr class=\"h-card\">"); n != 14 {
		t.Errorf("%d rows on the second page", n)
	}
	b.get("/members?page=99").want(http.StatusOK).says("Ada")
	full := b.get("/members?view=rings").want(http.StatusOK)
	if !strings.Contains(full.body, "people more: Worker, Member") || !strings.Contains(full.body, "/members?kind=worker&amp;stage=member&amp;view=table") || len(full.body) > 60_000 {
		t.Errorf("what does not fit leads nowhere, or the page is of %d bytes", len(full.body))
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Ada Ferrer": "AF", "Ada": "A", "ada": "A", "Maria del Mar Soler": "MS", "李小龙": "李", "فاطمة الزهراء": "ف", "Ngũgĩ wa Thiong'o": "NO", "@@": "·", "": "·", "Élodie Ünal": "ÉÜ", "7 Sisters": "7"} {
		if got := web.Initials(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
