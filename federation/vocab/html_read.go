package vocab

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"toadlane/internal/htmlsafe"
)

// SanitiseHTML gives what strangers wrote with nothing left in it that could act: text, paragraphs, lists, quotes, code and
// links to absolute http and https addresses, which are marked nofollow noopener noreferrer ugc. No class, id, style or
// picture stays.
func SanitiseHTML(s string) string { return htmlsafe.Clean(s) }

// PlainText gives the words of HTML: an empty line between paragraphs, a line end for a break or a list item. What stands in
// script, style and the like is dropped. It never fails: HTML has no syntax errors.
func PlainText(s string) string {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil { // a reader of a string gives none; the depth limit of the parser does
		return strings.TrimSpace(htmlsafe.Text(s))
	}
	t := textWriter{}
	for _, n := range nodes {
		t.walk(n)
	}
	return strings.TrimSpace(t.b.String())
}

type textWriter struct {
	b    strings.Builder
	ends int  // line ends owed before the next word
	gap  bool // a space owed before the next word
	any  bool
}

func (t *textWriter) owe(n int) { t.ends = max(t.ends, n) }

func (t *textWriter) words(s string) {
	for i, word := range strings.FieldsFunc(s, isSpace) {
		if i > 0 || isSpace(rune(s[0])) {
			t.gap = true
		}
		t.flush()
		t.b.WriteString(word)
		t.any = true
	}
	if s != "" && isSpace(rune(s[len(s)-1])) {
		t.gap = true
	}
}

// isSpace is HTML's own white space; a no-break space is a character.
func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' }

func (t *textWriter) flush() {
	switch {
	case !t.any:
	case t.ends > 0:
		t.b.WriteString("\n\n\n"[:min(t.ends, 2)])
	case t.gap:
		t.b.WriteByte(' ')
	}
	t.ends, t.gap = 0, false
}

func (t *textWriter) walk(n *html.Node) {
	if n.Type == html.TextNode {
		if n.Data != "" {
			t.words(n.Data)
		}
		return
	}
	if n.Type != html.ElementNode {
		return
	}
	ends := 0
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg, atom.Math, atom.Select, atom.Title:
		return
	case atom.Br:
		if t.ends < 2 {
			t.ends++
		}
		return
	case atom.P, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table:
		ends = 2
	case atom.Li, atom.Div, atom.Tr, atom.Section, atom.Article:
		ends = 1
	}
	t.owe(ends)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t.walk(c)
	}
	t.owe(ends)
}
