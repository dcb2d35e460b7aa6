package mail

import (
	"strings"
	"time"
	"unicode"

	"toadlane/coop"
	"toadlane/market"
)

// writing is what a mail says, before it is text and HTML. It holds sentences, no markup.
type writing struct {
	Language, Direction string
	Subject             string
	Above               string // where an answer by mail is to be written
	Heading             string
	Lines               []string
	Quote               []string // what somebody wrote
	Parts               []part
	Buttons             []button
	After               []string
	Small               []string // why this came
	Links               []button // what to do about that
	Coop, Home          string
}

type part struct {
	Title string
	Items []item
}

type item struct{ Title, Link, About string }

type button struct {
	Label, Link string
	Main        bool
}

// voice speaks one language about one co-op.
type voice struct {
	m        *Mail
	language string
	coop     coop.Coop
	zone     *time.Location
}

// say gives the sentence of key; args alternate names and values.
func (v *voice) say(key string, args ...any) string {
	values := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			values[name] = args[i+1]
		}
	}
	return v.m.Words(v.language, key, values)
}

func (v *voice) date(at time.Time) string { return v.m.Date(v.language, at, v.zone) }

// text chooses the words of x: of the reader's language, then of the co-op's.
func (v *voice) text(x coop.Text) string {
	words, _ := x.In(append([]string{v.language}, v.coop.Languages...)...)
	return words
}

// title is what a listing is called, in one line that says which way it points.
func (v *voice) title(l *market.Listing) string {
	return v.say("purpose."+string(l.Purpose)) + ": " + oneLine(v.text(l.Title), 200)
}

// begin is a mail of this co-op that says nothing yet. Every subject names the co-op, so that nobody wonders who writes.
func (v *voice) begin(subject string) writing {
	w := writing{Language: v.language, Direction: "ltr", Coop: oneLine(v.coop.Name, 100), Home: string(v.m.Base) + "/", Heading: subject}
	if rightToLeft[v.language] {
		w.Direction = "rtl"
	}
	w.Subject = oneLine(subject, 150) + " · " + w.Coop
	return w
}

var rightToLeft = map[string]bool{"ar": true, "fa": true, "he": true, "ur": true}

// oneLine makes text from anybody fit for a header: one line, nothing that acts, at most n characters.
func oneLine(s string, n int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	}), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' { // marks that turn the direction of what follows
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > n {
		s = strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}

// lines makes a text of several lines fit for a mail: at most n characters, in paragraphs.
func lines(s string, n int) []string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
	if r := []rune(s); len(r) > n {
		s = strings.TrimSpace(string(r[:n-1])) + "…"
	}
	var out []string
	for _, p := range strings.Split(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
