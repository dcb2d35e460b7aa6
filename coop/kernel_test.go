package coop_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
)

func TestParseID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in string
		ok bool
	}{
		{"018f3b2e-7c00-7abc-8def-0123456789ab", true},
		{"018F3B2E-7C00-7ABC-8DEF-0123456789AB", false},
		{"018f3b2e-7c00-4abc-8def-0123456789ab", false},
		{"018f3b2e07c00-7abc-8def-0123456789ab", false},
		{"018f3b2e-7c00-7abc-8def-0123456789a", false},
		{"018f3b2e-7c00-7abc-8def-0123456789abc", false},
		{"018f3b2e-7c00-7abc-8def-0123456789ag", false},
		{"{18f3b2e-7c00-7abc-8def-0123456789a}", false},
		{"018f3b2e-7c00-7abc-8def-0123456789a\n", false},
		{"", false},
		{strings.Repeat("é", 18), false},
	} {
		got, err := coop.ParseID(c.in)
		if (err == nil) != c.ok || c.ok && string(got) != c.in || !c.ok && coop.ClassOf(err) != coop.NotFound {
			t.Errorf("ParseID(%q) = %q, %v", c.in, got, err)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("018f3b2e-7c00-7abc-8def-0123456789ab")
	f.Add("../../../../../../../../../etc/passwd")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := coop.ParseID(s)
		if err != nil {
			return
		}
		if string(id) != s || len(s) != 36 || strings.Trim(s, "0123456789abcdef-") != "" || strings.Count(s, "-") != 4 {
			t.Errorf("%q became %q", s, id)
		}
	})
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	if coop.OnlyMe != 0 || !(coop.OnlyMe < coop.CoopOnly && coop.CoopOnly < coop.Peers && coop.Peers < coop.Everyone) {
		t.Error("the order is not from narrow to wide, beginning with the zero value")
	}
	for v := range 256 {
		v := coop.Visibility(v)
		back, ok := coop.ParseVisibility(v.String())
		if !ok || v <= coop.Everyone && back != v || v > coop.Everyone && back != coop.OnlyMe {
			t.Errorf("%d is written %q and read %d", v, v, back)
		}
	}
	for _, s := range []string{"", "Everyone", "public", "everyone "} {
		if v, ok := coop.ParseVisibility(s); ok || v != coop.OnlyMe {
			t.Errorf("%q is read as %s, %t", s, v, ok)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	x := coop.Text{"es": "pan", "en": "bread", "fr": ""}
	for _, c := range []struct {
		wanted     []string
		words, tag string
	}{
		{nil, "bread", "en"},
		{[]string{"es"}, "pan", "es"},
		{[]string{"fr"}, "bread", "en"}, // there, but empty
		{[]string{"de", "es", "en"}, "pan", "es"},
	} {
		if w, tag := x.In(c.wanted...); w != c.words || tag != c.tag {
			t.Errorf("In(%v) = %q, %q", c.wanted, w, tag)
		}
	}
	if w, tag := (coop.Text)(nil).In("en"); w != "" || tag != "" {
		t.Errorf("nothing became %q, %q", w, tag)
	}
	if d := cmp.Diff([]string{"en", "es", "fr"}, x.Tags()); d != "" {
		t.Error(d)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := fmt.Errorf("save: %w", coop.Errorf(coop.Unavailable, "store.full", "write: %w", cause))
	if coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.full" || !errors.Is(err, cause) {
		t.Errorf("class %d, key %s, %v", coop.ClassOf(err), coop.KeyOf(err), err)
	}
	if coop.ClassOf(cause) != coop.Internal || coop.KeyOf(cause) != "error.internal" {
		t.Error("an error of nobody is not internal")
	}
	a, b := coop.FieldError("a", "field.required", nil), coop.FieldError("b", "field.long", map[string]any{"Max": 3})
	all := fmt.Errorf("post: %w", errors.Join(nil, a, fmt.Errorf("x: %w", errors.Join(b, cause)), coop.Errorf(coop.Invalid, "k", "%w", a)))
	var got []string
	for _, e := range coop.Fields(all) {
		got = append(got, e.Error())
	}
	if d := cmp.Diff([]string{"a: field.required", "b: field.long", "a: field.required"}, got); d != "" {
		t.Error(d)
	}
	if len(coop.Fields(nil)) != 0 || len(coop.Fields(cause)) != 0 {
		t.Error("fields of nothing")
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who                    coop.Actor
		post, steward, in, sys bool
		person                 coop.ID
		iri                    coop.IRI
		text                   string
	}{
		{coop.Actor{}, false, false, false, false, "", "", "anonymous"},
		{coop.Anonymous(), false, false, false, false, "", "", "anonymous"},
		{coop.Member("p", coop.RoleMember), true, false, true, false, "p", "", "member:p"},
		{coop.Member("p", coop.RoleSteward), true, true, true, false, "p", "", "member:p"},
		{coop.Member("p", "root"), true, false, true, false, "p", "", "member:p"},
		{coop.Remote("https://a.example/"), false, false, false, false, "", "https://a.example/", "remote:https://a.example/"},
		{coop.System("clock"), true, true, false, true, "", "", "system:clock"},
	} {
		w := c.who
		if w.CanPost() != c.post || w.CanSteward() != c.steward || w.SignedIn() != c.in || w.IsSystem() != c.sys ||
			w.Person() != c.person || w.IRI() != c.iri || w.String() != c.text {
			t.Errorf("%s: post %t, steward %t, in %t, system %t, %q, %q", w, w.CanPost(), w.CanSteward(), w.SignedIn(), w.IsSystem(), w.Person(), w.IRI())
		}
	}
	if !coop.RoleMember.Valid() || !coop.RoleSteward.Valid() || coop.Role("").Valid() || coop.Role("root").Valid() {
		t.Error("roles")
	}
}

func TestNormaliseEmail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{" Ada@Example.ORG ", "ada@example.org"},
		{"ada+x@localhost", "ada+x@localhost"},
		{"ädå@exämple.org", "ädå@exämple.org"},
		{strings.Repeat("a", 64) + "@example.org", strings.Repeat("a", 64) + "@example.org"},
		{strings.Repeat("a", 65) + "@example.org", ""},
		{"ada@" + strings.Repeat("a", 247) + ".org", ""},
		{"", ""}, {"ada", ""}, {"@example.org", ""}, {"ada@", ""}, {"ada@example", ""}, {"ada@.org", ""}, {"ada@example.", ""},
		{"ada@a..org", ""}, {"ada@b@example.org", ""}, {"a da@example.org", ""}, {"ada@example.org\r\nBcc: x@y.org", ""},
		{"Ada <ada@example.org>", ""}, {"ada@example.org,ben@example.org", ""}, {`"ada"@example.org`, ""},
		{"ada\u202e@example.org", ""}, {"ada\u00a0b@example.org", ""}, {"ada\xff@example.org", ""}, {"ada\u0085@example.org", ""},
	} {
		got, ok := coop.NormaliseEmail(c.in)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("NormaliseEmail(%q) = %q, %t", c.in, got, ok)
		}
	}
}

func TestNormaliseEmailTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "local") + "@" + rapid.StringMatching(`[A-Za-z.ÄİK]{1,12}`).Draw(t, "domain")
		if one, ok := coop.NormaliseEmail(s); ok {
			if two, ok := coop.NormaliseEmail(one); !ok || one != two {
				t.Fatalf("%q became %q became %q", s, one, two)
			}
		}
	})
}

func TestHandlesAndCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s                          string
		handle, language, currency bool
	}{
		{"ada", true, true, false}, {"a", true, false, false}, {"ada_2", true, false, false}, {"Ada", false, false, false},
		{"2ada", false, false, false}, {"_ada", false, false, false}, {"ada-b", false, false, false}, {"", false, false, false},
		{"аda", false, false, false}, {"ada\n", false, false, false}, {"ada ", false, false, false}, {"a.b", false, false, false},
		{strings.Repeat("a", 30), true, false, false}, {strings.Repeat("a", 31), false, false, false},
		{"en", true, true, false}, {"pt-br", false, true, false}, {"zh-hant-tw", false, true, false}, {"en-GB", false, false, false},
		{"en-", false, false, false}, {"a-b", false, false, false}, {"en-aaaaaaaaa", false, false, false}, {"en-aa-bb-cc", false, false, false},
		{"EUR", false, false, true}, {"eur", true, true, false}, {"EURO", false, false, false}, {"E1R", false, false, false},
	} {
		if coop.ValidHandle(c.s) != c.handle || coop.ValidLanguage(c.s) != c.language || coop.ValidCurrency(c.s) != c.currency {
			t.Errorf("%q: handle %t, language %t, currency %t", c.s, coop.ValidHandle(c.s), coop.ValidLanguage(c.s), coop.ValidCurrency(c.s))
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in  string
		lo, hi    int
		line, all string // keys
	}{
		{"fits", "häß", 3, 3, "", ""},
		{"long", "häßl", 1, 3, "field.long", "field.long"},
		{"short", "a", 2, 3, "field.short", "field.short"},
		{"empty", "", 1, 3, "field.required", "field.required"},
		{"blank", "  ", 1, 3, "field.required", "field.required"},
		{"empty is fine", "", 0, 3, "", ""},
		{"two lines", "a\nb", 0, 3, "field.one_line", ""},
		{"carriage return", "a\rb", 0, 3, "field.one_line", ""},
		{"line separator", "a\u2028b", 0, 3, "field.one_line", ""},
		{"bell", "a\a", 0, 3, "field.not_text", "field.not_text"},
		{"nul", "\x00", 0, 3, "field.not_text", "field.not_text"},
		{"C1", "\u0085", 0, 3, "field.not_text", "field.not_text"},
		{"not UTF-8", "\xff", 0, 3, "field.not_text", "field.not_text"},
	} {
		for what, got := range map[string]error{"line": coop.Line("f", c.in, c.lo, c.hi), "lines": coop.Lines("f", c.in, c.lo, c.hi)} {
			want := map[string]string{"line": c.line, "lines": c.all}[what]
			if want == "" && got != nil || want != "" && (coop.KeyOf(got) != want || coop.Fields(got)[0].Field != "f") {
				t.Errorf("%s, %s: %v, want %q", c.name, what, got, want)
			}
		}
	}
}
