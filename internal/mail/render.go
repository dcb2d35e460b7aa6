package mail

import (
	_ "embed"
	"html/template"
	"strings"
)

//go:embed mail.html
var mailHTML string

var htmlTemplate = template.Must(template.New("mail").Parse(mailHTML))

// html is a writing as HTML: nothing in it is fetched from anywhere.
func (w *writing) html() (string, error) {
	var b strings.Builder
	if err := htmlTemplate.Execute(&b, w); err != nil {
		return "", err
	}
	return b.String(), nil
}

// textWidth is where lines of plain text are broken (RFC 3676 §4.2).
const textWidth = 76

// text is a writing as plain text.
func (w *writing) text() string {
	var b strings.Builder
	para := func(prefix, s string) { b.WriteString(wrap(prefix, s) + "\n\n") }
	if w.Above != "" {
		para("", scissors+" "+w.Above)
	}
	para("", w.Heading)
	for _, l := range w.Lines {
		para("", l)
	}
	for _, q := range w.Quote {
		para("> ", q)
	}
	for _, p := range w.Parts {
		para("", p.Title)
		for _, i := range p.Items {
			b.WriteString(wrap("* ", i.Title) + "\n")
			if i.About != "" {
				b.WriteString(wrap("  ", i.About) + "\n")
			}
			b.WriteString("  " + i.Link + "\n\n")
		}
	}
	for _, x := range w.Buttons {
		b.WriteString(wrap("", x.Label+":") + "\n" + x.Link + "\n\n")
	}
	for _, l := range w.After {
		para("", l)
	}
	b.WriteString("-- \n")
	for _, s := range w.Small {
		b.WriteString(wrap("", s) + "\n")
	}
	for _, x := range w.Links {
		b.WriteString(wrap("", x.Label+":") + "\n" + x.Link + "\n")
	}
	b.WriteString(w.Coop + " · " + w.Home + "\n")
	return b.String()
}

// wrap breaks s into lines of textWidth, each after prefix. A word that is longer, such as an address, stays whole.
func wrap(prefix, s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		now := prefix
		for _, word := range strings.Fields(line) {
			if len([]rune(now))+len([]rune(word)) > textWidth && strings.TrimSpace(now) != strings.TrimSpace(prefix) {
				out = append(out, strings.TrimRight(now, " "))
				now = prefix
				if prefix == "* " {
					now = "  "
				}
			}
			now += word + " "
		}
		out = append(out, strings.TrimRight(now, " "))
	}
	return strings.Join(out, "\n")
}
