package coop_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
)

// always are the fields of a PersonView that go with the name itself; all others need a consent field of their own.
var always = map[string]bool{"ID": true, "Handle": true, "DisplayName": true, "Created": true, "Updated": true}

// whole is a person all of whose fields are set, found by reflection so that a new field cannot be forgotten.
func whole(t *testing.T) coop.Person {
	t.Helper()
	var p coop.Person
	v := reflect.ValueOf(&p).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		switch f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(noon))
		case []coop.Skill:
			f.Set(reflect.ValueOf([]coop.Skill{{Name: "baking", Level: "teach"}}))
		case []string:
			f.Set(reflect.ValueOf([]string{"en"}))
		case []coop.Contact:
			f.Set(reflect.ValueOf([]coop.Contact{{Kind: "phone", At: "private-Contacts"}}))
		case []coop.Membership:
			f.Set(reflect.ValueOf([]coop.Membership{{Name: "private-Memberships"}}))
		case coop.Portrait:
			f.Set(reflect.ValueOf(coop.Portrait{ID: "private-Photo", Alt: "private-Photo"}))
		case int:
			f.SetInt(7)
		case map[coop.Field]coop.Visibility:
			f.Set(reflect.ValueOf(map[coop.Field]coop.Visibility{}))
		default:
			if f.Kind() != reflect.String {
				t.Fatalf("say how to fill %s", v.Type().Field(i).Name)
			}
			f.SetString("private-" + v.Type().Field(i).Name)
		}
	}
	return p
}

// fieldOf is the consent field of a PersonView's field, by its name.
func fieldOf(name string) (coop.Field, bool) {
	for _, f := range coop.ConsentFields {
		if strings.EqualFold(strings.ReplaceAll(string(f), "_", ""), name) {
			return f, true
		}
	}
	return "", false
}

func TestEveryFieldNeedsConsent(t *testing.T) {
	t.Parallel()
	view := reflect.TypeFor[coop.PersonView]()
	asked := map[coop.Field]bool{coop.FieldListed: true}
	for i := range view.NumField() {
		name := view.Field(i).Name
		if always[name] {
			continue
		}
		f, ok := fieldOf(name)
		if !ok {
			t.Errorf("PersonView.%s is shown without a consent field", name)
		}
		asked[f] = true
	}
	for _, f := range coop.ConsentFields {
		if !asked[f] {
			t.Errorf("consent for %s is asked, and nothing shows it", f)
		}
	}
	levels := []coop.Visibility{coop.OnlyMe, coop.CoopOnly, coop.Peers, coop.Everyone}
	for _, field := range coop.ConsentFields {
		for _, listed := range levels {
			for _, given := range levels {
				for _, reader := range levels {
					p := whole(t)
					p.Consent[coop.FieldListed] = listed
					if field != coop.FieldListed {
						p.Consent[field] = given
					}
					got, ok := p.SeenBy(reader)
					if want := listed >= reader; ok != want {
						t.Fatalf("listed %s: known to %s is %t", listed, reader, ok)
					}
					if !ok && !reflect.DeepEqual(got, coop.PersonView{}) {
						t.Fatalf("unknown to %s, but %+v", reader, got)
					}
					for i := range view.NumField() {
						name := view.Field(i).Name
						shown := !reflect.ValueOf(got).Field(i).IsZero()
						want := ok
						if f, asked := fieldOf(name); asked && want {
							level := coop.DefaultReach(f) // no answer
							if f == field {
								level = given
							}
							want = min(level, listed) >= reader
						}
						if shown != want {
							t.Fatalf("%s listed to %s, %s given to %s: %s shown to %s is %t", p.Handle, listed, field, given, name, reader, shown)
						}
					}
				}
			}
		}
	}
}

// TestNoConsentNoView: whatever the answers, nothing wider than the listing itself, and no byte of a field that was not given.
func TestViewProperties(t *testing.T) {
	t.Parallel()
	full := whole(t)
	rapid.Check(t, func(t *rapid.T) {
		p := full
		p.Consent = rapid.MapOf(rapid.SampledFrom(coop.ConsentFields), rapid.Custom(func(t *rapid.T) coop.Visibility {
			return coop.Visibility(rapid.IntRange(0, 3).Draw(t, "level"))
		})).Draw(t, "consent")
		for _, f := range coop.ConsentFields {
			if p.Sees(f) > p.Sees(coop.FieldListed) {
				t.Fatalf("%s is wider than listed", f)
			}
		}
		if p.Public() != (p.Sees(coop.FieldListed) == coop.Everyone) {
			t.Fatal("public")
		}
		wide, ok := p.SeenBy(coop.Everyone)
		if ok {
			near, ok := p.SeenBy(coop.Peers)
			if !ok {
				t.Fatal("known to the public and not to peers")
			}
			w, n := reflect.ValueOf(wide), reflect.ValueOf(near)
			for i := range w.NumField() {
				if !w.Field(i).IsZero() && n.Field(i).IsZero() {
					t.Fatalf("%s is public and hidden from peers", w.Type().Field(i).Name)
				}
			}
		}
	})
}

func TestViewSharesNothing(t *testing.T) {
	t.Parallel()
	p := whole(t)
	v, _ := p.SeenBy(coop.OnlyMe)
	v.Skills[0].Name, v.Languages[0], v.Contacts[0].At, v.Memberships[0].Name = "other", "xx", "other", "other"
	if p.Skills[0].Name != "baking" || p.Languages[0] != "en" || p.Contacts[0].At == "other" || p.Memberships[0].Name == "other" {
		t.Error("a view writes into the person")
	}
}

// TestRegisterIsUnreachable: no type that leaves the node holds the register, an account or an invitation, however deep
// (invariant 9).
func TestRegisterIsUnreachable(t *testing.T) {
	t.Parallel()
	private := []reflect.Type{reflect.TypeFor[coop.Register](), reflect.TypeFor[coop.Account](), reflect.TypeFor[coop.Invite](), reflect.TypeFor[coop.Passkey]()}
	for _, public := range []any{coop.PersonView{}, coop.Coop{}} {
		reach := map[reflect.Type]bool{}
		reachable(reflect.TypeOf(public), reach)
		for _, p := range private {
			if reach[p] {
				t.Errorf("%T holds a %s", public, p)
			}
		}
		for typ := range reach {
			if typ.Kind() == reflect.Struct {
				for i := range typ.NumField() {
					switch typ.Field(i).Name {
					case "Email", "LegalName", "Address", "PasswordHash", "TokenHash", "Consent":
						t.Errorf("%T reaches %s.%s", public, typ, typ.Field(i).Name)
					}
				}
			}
		}
	}
	control := map[reflect.Type]bool{}
	reachable(reflect.TypeFor[struct{ A []map[string]*coop.Register }](), control)
	if !control[private[0]] {
		t.Error("the search finds nothing")
	}
}

func reachable(t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] || t == reflect.TypeFor[time.Time]() {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		reachable(t.Elem(), seen)
	case reflect.Map:
		reachable(t.Key(), seen)
		reachable(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			reachable(t.Field(i).Type, seen)
		}
	}
}

func fieldNames(err error) (out []string) {
	for _, e := range coop.Fields(err) {
		out = append(out, e.Field+" "+e.Key)
	}
	return out
}

func TestValidatePerson(t *testing.T) {
	t.Parallel()
	c := bakery()
	c.Constituencies, c.Stages = coop.DefaultConstituencies(), coop.DefaultStages()
	for _, x := range []struct {
		name string
		edit func(*coop.Person)
		want []string
	}{
		{"good", func(*coop.Person) {}, nil},
		{"handle", func(p *coop.Person) { p.Handle = "Ada" }, []string{"handle handle.invalid"}},
		{"name", func(p *coop.Person) { p.DisplayName = " " }, []string{"display_name field.required"}},
		{"about", func(p *coop.Person) { p.About = strings.Repeat("x", 1001) }, []string{"about field.long"}},
		{"area", func(p *coop.Person) { p.Area = "a\nb" }, []string{"area field.one_line"}},
		{"availability", func(p *coop.Person) { p.Availability = "\x00" }, []string{"availability field.not_text"}},
		{"fediverse", func(p *coop.Person) { p.Fediverse = strings.Repeat("x", 201) }, []string{"fediverse field.long"}},
		{"skills", func(p *coop.Person) { p.Skills = []coop.Skill{{Name: "", Level: "can"}, {Name: "a", Level: "master"}} },
			[]string{"skills field.required", "skills choice.unknown"}},
		{"many skills", func(p *coop.Person) {
			for range 31 {
				p.Skills = append(p.Skills, coop.Skill{Name: "a", Level: "can"})
			}
		}, []string{"skills field.many"}},
		{"language", func(p *coop.Person) { p.Languages = []string{"English"} }, []string{"languages language.unknown"}},
		{"constituency", func(p *coop.Person) { p.Constituency = "boss" }, []string{"constituency choice.unknown"}},
		{"stage", func(p *coop.Person) { p.Stage = "boss" }, []string{"stage choice.unknown"}},
		{"known words", func(p *coop.Person) { p.Constituency, p.Stage = "worker", "trial" }, nil},
		{"consent field", func(p *coop.Person) { p.Consent = map[coop.Field]coop.Visibility{"email": coop.Everyone} }, []string{"consent choice.unknown"}},
		{"consent level", func(p *coop.Person) { p.Consent = map[coop.Field]coop.Visibility{coop.FieldArea: 4} }, []string{"consent choice.unknown"}},
		{"all at once", func(p *coop.Person) { p.Handle, p.DisplayName, p.Stage = "", "", "x" },
			[]string{"handle handle.invalid", "display_name field.required", "stage choice.unknown"}},
	} {
		p := coop.Person{Handle: "ada", DisplayName: "Ada"}
		x.edit(&p)
		if d := cmp.Diff(x.want, fieldNames(p.Validate(&c))); d != "" {
			t.Errorf("%s: %s", x.name, d)
		}
	}
}

func TestValidateCoop(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name string
		edit func(*coop.Coop)
		want []string
	}{
		{"good", func(*coop.Coop) {}, nil},
		{"handle", func(c *coop.Coop) { c.Handle = "" }, []string{"handle handle.invalid"}},
		{"name", func(c *coop.Coop) { c.Name = "" }, []string{"name field.required"}},
		{"purpose", func(c *coop.Coop) { c.Purpose = coop.Text{"en": strings.Repeat("x", 1001)} }, []string{"purpose field.long"}},
		{"type", func(c *coop.Coop) { c.OrgType = "OS1" }, []string{"org_type choice.unknown"}},
		{"place", func(c *coop.Coop) { c.Place.Name = "a\nb" }, []string{"place field.one_line"}},
		{"no language", func(c *coop.Coop) { c.Languages = nil }, []string{"languages field.required"}},
		{"language", func(c *coop.Coop) { c.Languages = []string{"en", "EN"} }, []string{"languages language.unknown"}},
		{"currency", func(c *coop.Coop) { c.Currency = "euro" }, []string{"currency currency.unknown"}},
		{"licence", func(c *coop.Coop) { c.Licence = "mine" }, []string{"licence choice.unknown"}},
		{"link", func(c *coop.Coop) { c.Links = []coop.Link{{Name: "x", URL: "javascript:alert(1)"}} }, []string{"links address.invalid"}},
		{"link name", func(c *coop.Coop) { c.Links = []coop.Link{{URL: "https://a.example/"}} }, []string{"links field.required"}},
		{"many links", func(c *coop.Coop) {
			for range 11 {
				c.Links = append(c.Links, coop.Link{Name: "x", URL: "https://a.example/"})
			}
		}, []string{"links field.many"}},
		{"alt", func(c *coop.Coop) { c.PictureAlt = strings.Repeat("x", 501) }, []string{"picture_alt field.long"}},
		{"zone", func(c *coop.Coop) { c.TimeZone = "Mars/Olympus" }, []string{"time_zone zone.unknown"}},
		{"no zone", func(c *coop.Coop) { c.TimeZone = "" }, []string{"time_zone zone.unknown"}},
		{"this machine's zone", func(c *coop.Coop) { c.TimeZone = "Local" }, []string{"time_zone zone.unknown"}},
	} {
		c := bakery()
		x.edit(&c)
		if d := cmp.Diff(x.want, fieldNames(c.Validate())); d != "" {
			t.Errorf("%s: %s", x.name, d)
		}
	}
	c := bakery()
	if c.Zone().String() != "Europe/Brussels" {
		t.Error(c.Zone())
	}
	c.TimeZone = "Mars/Olympus"
	if c.Zone() != time.UTC {
		t.Error(c.Zone())
	}
}
