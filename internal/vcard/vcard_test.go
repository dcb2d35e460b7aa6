package vcard

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// read is a reader of its own, by RFC 6350 §3.3: it unfolds, splits and unescapes, and notes whatever breaks a rule.
func read(t interface{ Fatalf(string, ...any) }, raw []byte) (props [][2]string) {
	text := string(raw)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("not a card: %q", text)
	}
	for _, l := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(l) > 75 {
			t.Fatalf("a line of %d octets: %q", len(l), l)
		}
		if !utf8.ValidString(l) {
			t.Fatalf("a character is cut: %q", l)
		}
		for _, r := range l {
			if unicode.IsControl(r) {
				t.Fatalf("a control character: %q", l)
			}
		}
	}
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			t.Fatalf("no property: %q", l)
		}
		props = append(props, [2]string{name, value})
	}
	return props
}

// parts splits a value at a separator that is not escaped and takes the escapes off.
func parts(value string, at byte) (out []string) {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && i+1 < len(value):
			i++
			if value[i] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(value[i])
			}
		case value[i] == at:
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(value[i])
		}
	}
	return append(out, b.String())
}

// plain is what a reader is to get of s.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("\n\r\u2028\u2029\u0085", r):
			return '\n'
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
}

var known = map[string]bool{"BEGIN": true, "VERSION": true, "PRODID": true, "UID": true, "KIND": true, "FN": true, "ORG": true, "PRONOUNS": true, "NOTE": true,
	"ADR": true, "LANG": true, "LANG;PREF=1": true, "CATEGORIES": true, "TEL;VALUE=text": true, "EMAIL": true, "IMPP": true,
	"SOCIALPROFILE;SERVICE-TYPE=ActivityPub;VALUE=text": true, "URL": true, "PHOTO": true, "SOURCE": true, "REV": true, "END": true}

// Whatever stands in the fields, a reader gets the same back, and no field becomes another.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	some := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z;,\\:\r\n é🥖]{0,120}`))
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(some, 0, 4)
		c := Card{Name: some.Draw(t, "name"), Org: some.Draw(t, "org"), Unit: some.Draw(t, "unit"), Note: some.Draw(t, "note"), Area: some.Draw(t, "area"),
			Skills: list.Draw(t, "skills"), Phones: list.Draw(t, "phones"), Mails: list.Draw(t, "mails"), Pronouns: some.Draw(t, "pronouns"), UID: some.Draw(t, "uid")}
		props := read(t, c.Bytes())
		if props[0] != [2]string{"BEGIN", "VCARD"} || props[1] != [2]string{"VERSION", "4.0"} || props[len(props)-1] != [2]string{"END", "VCARD"} {
			t.Fatalf("it begins and ends with %q, %q, %q", props[0], props[1], props[len(props)-1])
		}
		got := map[string][]string{}
		for _, p := range props {
			if !known[p[0]] {
				t.Fatalf("a property nobody wrote: %q", p)
			}
			got[p[0]] = append(got[p[0]], p[1])
		}
		check := func(name string, want ...string) {
			var said []string
			for _, v := range got[name] {
				said = append(said, parts(v, 0)...)
			}
			var filled []string
			for _, w := range want {
				if w != "" {
					filled = append(filled, plain(w))
				}
			}
			if d := cmp.Diff(filled, said); d != "" {
				t.Fatalf("%s: %s", name, d)
			}
		}
		if d := cmp.Diff([]string{plain(c.Name)}, parts(got["FN"][0], 0)); d != "" {
			t.Fatalf("FN: %s", d)
		}
		check("NOTE", c.Note)
		check("PRONOUNS", c.Pronouns)
		check("UID", c.UID)
		check("TEL;VALUE=text", c.Phones...)
		check("EMAIL", c.Mails...)
		if len(c.Skills) > 0 {
			want := make([]string, len(c.Skills))
			for i, s := range c.Skills {
				want[i] = plain(s)
			}
			if d := cmp.Diff(want, parts(got["CATEGORIES"][0], ',')); d != "" {
				t.Fatalf("CATEGORIES: %s", d)
			}
		}
		if c.Org != "" {
			want := []string{plain(c.Org)}
			if c.Unit != "" {
				want = append(want, plain(c.Unit))
			}
			if d := cmp.Diff(want, parts(got["ORG"][0], ';')); d != "" {
				t.Fatalf("ORG: %s", d)
			}
		}
		if c.Area != "" {
			if p := parts(got["ADR"][0], ';'); len(p) != 7 || p[3] != plain(c.Area) {
				t.Fatalf("ADR: %q", p)
			}
		}
	})
}

func FuzzCard(f *testing.F) {
	f.Add("Ada", "a\r\nEND:VCARD\r\nBEGIN:VCARD")
	f.Add("\xff;,\\", strings.Repeat("🥖", 80))
	f.Fuzz(func(t *testing.T, name, note string) {
		c := Card{Name: name, Note: note}
		n := 0
		for _, p := range read(t, c.Bytes()) {
			if !known[p[0]] {
				t.Fatalf("%q", p)
			}
			if p[0] == "BEGIN" || p[0] == "END" {
				n++
			}
		}
		if n != 2 {
			t.Fatalf("%d begins and ends", n)
		}
	})
}

func TestOneCard(t *testing.T) {
	t.Parallel()
	c := Card{UID: "urn:uuid:01900000-0000-7000-8000-000000000001", Name: "Ada Ferrer", Org: "Masa Mare; Bakery", Unit: "Worker", Languages: []string{"es", "en"},
		Skills: []string{"Sourdough", "Books, kept"}, Phones: []string{"+34 963"}, Chats: []string{"xmpp:ada@chat.example"}, Profiles: []string{"@ada@bakery.example"},
		Updated: time.Date(2026, 11, 20, 12, 0, 0, 0, time.FixedZone("", 3600))}
	want := "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:01900000-0000-7000-8000-000000000001\r\nKIND:individual\r\nFN:Ada Ferrer\r\nORG:Masa Mare\\; Bakery;Worker\r\n" +
		"LANG;PREF=1:es\r\nLANG:en\r\nCATEGORIES:Sourdough,Books\\, kept\r\nTEL;VALUE=text:+34 963\r\nIMPP:xmpp:ada@chat.example\r\n" +
		"SOCIALPROFILE;SERVICE-TYPE=ActivityPub;VALUE=text:@ada@bakery.example\r\nREV:20261120T110000Z\r\nEND:VCARD\r\n"
	if d := cmp.Diff(want, string(c.Bytes())); d != "" {
		t.Error(d)
	}
	if bytes.Contains((&Card{Name: "x"}).Bytes(), []byte("NOTE")) {
		t.Error("an empty field is written")
	}
}
