// Package prose owns how a page of a handbook is shown: its markdown as HTML that may stand on a page or be sent. It bounds what a text
// costs, and refuses to let through what htmlsafe does not.
package prose

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"toadlane/handbook"
	"toadlane/internal/htmlsafe"
)

// Page is a page of a handbook that is to be shown.
type Page struct {
	Name   string // a heading in front that only says it again is left out
	Source string
	Terms  []Term                           // words that lead to what they mean; may be nil
	Kept   func(anchor string) bool         // anchors that stand for something else where it is shown; may be nil
	Link   func(file string) (string, bool) // where a link to another file of the handbook leads; nil is to the page of that name
	Open   string                           // what an open task is called where its box can't be seen
	Done   string                           // and one that is done
}

// Text is a page's text as it is shown: HTML that has still to be cleaned, with the anchors of its headings in their order.
type Text struct {
	Anchors []string // "" for a heading that can't be gone to
	html    string
	plain   bool // too much for markdown: the words as they were written
	words   [2]string
}

var (
	markdown    = goldmark.New(goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough, extension.Linkify))
	anchorAtEnd = regexp.MustCompile(`[ \t]*\{#[^{}]*\}[ \t]*(#*[ \t]*)$`)
	headingOpen = regexp.MustCompile(`<h([2-6])>`)
	taskOpen    = regexp.MustCompile(`(<li>(?:\s*<p>)?)\[([ xX])\] `)
	pageLink    = regexp.MustCompile(`^(?:\./)?([a-z0-9-]+)\.md(#[^\s]*)?$`)
)

// Of renders a page.
func Of(p Page) Text {
	headings := handbook.Headings(p.Source)
	source := tame(p.Source, headings)
	asIs := Text{html: source, plain: true}
	if tooMuch(source) {
		return asIs
	}
	src := []byte(source)
	doc := markdown.Parser().Parse(text.NewReader(src))
	if tooDeep(doc) {
		return asIs
	}
	t := Text{words: [2]string{p.Open, p.Done}}
	byLine := make(map[int]string, len(headings))
	for _, h := range headings {
		byLine[h.Line] = h.Anchor
	}
	starts := lineStarts(src)
	top, before := 7, 1
	var all []*ast.Heading
	first := true
	var drop ast.Node
	_ = ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch x := n.(type) {
		case *ast.Heading:
			if first && x.Parent() == doc && strings.EqualFold(strings.TrimSpace(string(textOf(x, src))), strings.TrimSpace(p.Name)) {
				drop = x // the page's own title once more
			} else {
				all = append(all, x)
				top = min(top, x.Level)
			}
			first = false
		case *ast.Image:
			link := ast.NewLink()
			link.Destination = x.Destination
			for c := x.FirstChild(); c != nil; {
				next := c.NextSibling()
				link.AppendChild(link, c)
				c = next
			}
			if link.FirstChild() == nil {
				link.AppendChild(link, ast.NewString(x.Destination))
			}
			x.Parent().ReplaceChild(x.Parent(), x, link)
			return ast.WalkSkipChildren, nil
		case *ast.Link:
			if to, ok := p.link(string(x.Destination)); ok {
				x.Destination = []byte(to)
			}
		case *ast.Paragraph:
			first = false
		}
		return ast.WalkContinue, nil
	})
	if drop != nil {
		doc.RemoveChild(doc, drop)
	}
	for _, h := range all {
		// No level is left out, whatever the text does.
		h.Level = min(h.Level-top+2, before+1, 6)
		before = h.Level
		anchor := ""
		if h.Lines().Len() > 0 {
			line, _ := slices.BinarySearch(starts, h.Lines().At(0).Start+1)
			anchor = byLine[line]
		}
		if p.Kept != nil && p.Kept(anchor) {
			anchor = ""
		}
		t.Anchors = append(t.Anchors, anchor)
	}
	linkTerms(doc, src, p.Terms)
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, src, doc); err != nil {
		return asIs
	}
	t.html = b.String()
	return t
}

// link says where a link in a page leads that names another file.
func (p *Page) link(to string) (string, bool) {
	if p.Link != nil {
		return p.Link(to)
	}
	return Beside(to)
}

// Beside gives where a link to another file of the same folder leads at the home of a page, when files are called like their pages.
func Beside(to string) (string, bool) {
	m := pageLink.FindStringSubmatch(to)
	if m == nil {
		return "", false
	}
	return "/handbook/" + m[1] + m[2], true
}

// Clean makes HTML of a text that may stand on a page: cleaned by the policy of documents, with what that lets nobody write put
// in afterwards: anchors of headings, a frame around tables, and boxes of tasks.
func (t Text) Clean() string {
	if t.plain {
		return "<pre>" + html.EscapeString(t.html) + "</pre>"
	}
	s := htmlsafe.Document(t.html)
	s = strings.ReplaceAll(s, "<table>", `<div`+` class="table-wrap"><table>`)
	s = strings.ReplaceAll(s, "</table>", "</table></div>")
	n := 0
	s = headingOpen.ReplaceAllStringFunc(s, func(tag string) string {
		n++
		if n > len(t.Anchors) || t.Anchors[n-1] == "" {
			return tag
		}
		return tag[:3] + ` id="` + html.EscapeString(t.Anchors[n-1]) + `">`
	})
	return taskOpen.ReplaceAllStringFunc(s, func(m string) string {
		box, said := "☐", t.words[0]
		if !strings.HasSuffix(m, "[ ] ") {
			box, said = "☑", t.words[1]
		}
		return m[:len(m)-4] + `<span` + ` class="task-box" aria-hidden="true">` + box + `</span><span` + ` class="unseen">` + html.EscapeString(said) + ` </span>`
	})
}

func lineStarts(src []byte) []int {
	out := []int{0}
	for i, c := range src {
		if c == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

func textOf(n ast.Node, src []byte) []byte {
	var b bytes.Buffer
	_ = ast.Walk(n, func(c ast.Node, in bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && in {
			b.Write(t.Segment.Value(src))
		}
		return ast.WalkContinue, nil
	})
	return b.Bytes()
}

// Under moves all headings n levels down: for a text that stands under a heading of its own.
func (t *Text) Under(n int) {
	if t.plain {
		return
	}
	t.html = anyHeading.ReplaceAllStringFunc(t.html, func(tag string) string {
		i := strings.IndexByte(tag, 'h') + 1
		level := min(6, int(tag[i]-'0')+n)
		return tag[:i] + string(rune('0'+level)) + tag[i+1:]
	})
}

var anyHeading = regexp.MustCompile(`</?h[1-6][> ]`)
