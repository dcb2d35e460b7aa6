package mail

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func arrived(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "in", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"thunderbird.eml": "Yes, it is fresh.\n\nCome by tomorrow.",
		"gmail.eml":       "Sí, mañana.",
		"outlook.eml":     "Ja, gerne. Grüße",
		"apple_html.eml":  "Yes & no.",
		"signature.eml":   "I take two.",
		"between.eml":     "Yes.\nAlso.",
		"mixed.eml":       "See the picture.",
		"no_type.eml":     "Just words.",
		"mbox.eml":        "From a file.",
		"colon.eml":       "I can offer the following:\ntwo loaves at 10:30 for 5:",
	} {
		a, err := Parse(arrived(t, name))
		if err != nil || a.Text != want {
			t.Errorf("%s: %q, %v; want %q", name, a.Text, err, want)
		}
		if a.Automatic || len(a.To) != 1 || a.To[0] != "reply+word@bakery.example" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestMachinesAreToldApart(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"Auto-Submitted: auto-replied": true, "Auto-Submitted: Auto-Generated; x=y": true, "Auto-Submitted: no": false,
		"Precedence: bulk": true, "Precedence: junk": true, "Precedence: first-class": false,
		"Return-Path: <>": true, "Return-Path: <eva@home.example>": false,
		"List-Id: <toads.example>": true, "X-Autoreply: yes": true, "X-Failed-Recipients: a@b.example": true, "X-Mailer: x": false,
	} {
		a, err := Parse([]byte("From: eva@home.example\r\n" + header + "\r\n\r\nwords"))
		if err != nil || a.Automatic != want {
			t.Errorf("%s: %v, %v", header, a.Automatic, err)
		}
	}
	if a, err := Parse([]byte("From: MAILER-DAEMON@home.example\r\n\r\nwords")); err != nil || !a.Automatic {
		t.Errorf("a bounce: %+v, %v", a, err)
	}
}

func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	deep := &strings.Builder{}
	deep.WriteString("From: a@b.example\r\n")
	for i := range limits.MailDepth + 2 {
		fmt.Fprintf(deep, "Content-Type: multipart/mixed; boundary=x%d\r\n\r\n--x%d\r\n", i, i)
	}
	many := "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + strings.Repeat("--x\r\nContent-Type: image/png\r\n\r\n\r\n", limits.MailParts+1) + "--x--\r\n"
	for name, in := range map[string]string{"deep": deep.String(), "many": many, "no mail": "\x00\x01", "too large": "From: a@b.example\r\n\r\n" + strings.Repeat("a", int(limits.MailIn))} {
		if _, err := Parse([]byte(in)); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/in/*.eml")
	if err != nil || len(names) < 10 {
		f.Fatal(names, err)
	}
	for _, n := range names {
		f.Add(arrived(f, filepath.Base(n)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		a, err := Parse(in)
		if err != nil {
			if coop.ClassOf(err) != coop.Invalid {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(a.Text) || strings.TrimSpace(a.Text) != a.Text {
			t.Errorf("text %q", a.Text)
		}
		for _, to := range a.To {
			if strings.ContainsAny(to, "\r\n") {
				t.Errorf("address %q", to)
			}
		}
		b, err := Parse(bytes.Clone(in))
		if err != nil || b.Text != a.Text {
			t.Errorf("twice: %q, then %q, %v", a.Text, b.Text, err)
		}
	})
}

func FuzzCutQuoted(f *testing.F) {
	for _, s := range []string{"Yes\n> no", "✂\nx", "-- \nme", "a\nOn 2026 x wrote:\n> b", "From: a\nTo: b\n", "____\n", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cutQuoted(s)
		if len(got) > len(s) {
			t.Errorf("%q became longer: %q", s, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if strings.HasPrefix(line, ">") && !strings.HasPrefix(strings.TrimSpace(s), ">") && !strings.Contains(s, " >") && !strings.Contains(s, "\t>") && !strings.Contains(s, "\r>") {
				t.Errorf("%q: a quoted line stays: %q", s, line)
			}
		}
	})
}

// A word in an address names its conversation and party, and nothing else does.
func FuzzReplyThread(f *testing.F) {
	f.Add("aguq2n5hk5cebaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Fuzz(func(t *testing.T, word string) {
		id, ok := replyThread(word)
		if _, err := coop.ParseID(string(id)); ok && err != nil {
			t.Errorf("%q: %s", word, id)
		}
	})
}
