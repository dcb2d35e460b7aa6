package web

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

// Bounds of what is shown as markdown. A text beyond them is shown as it was written: whole, and without looks.
const (
	maxMarkDepth = 40     // blocks and marks within each other
	maxContainer = 20     // quotes and lists that one line opens
	maxMarks     = 8000   // marks in one paragraph
	maxParagraph = 64_000 // bytes of it
	maxTerms     = 300    // words of the glossary
	minTerm      = 3      // letters of one
)

// prose is a protocol's text as it is shown: HTML that has still to be cleaned, with the anchors of its headings in their order.
type prose struct {
	html    string
	anchors []string
	plain   bool // too much for markdown: the words as they were written
	words   [2]string
}

var (
	markdown     = goldmark.New(goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough, extension.Linkify))
	anchorAtEnd  = regexp.MustCompile(`[ \t]*\{#[^{}]*\}[ \t]*(#*[ \t]*)$`)
	headingOpen  = regexp.MustCompile(`<h([2-6])>`)
	taskOpen     = regexp.MustCompile(`(<li>(?:\s*<p>)?)\[([ xX])\] `)
	pageLink     = regexp.MustCompile(`^(?:\./)?([a-z0-9-]+)\.md(#[^\s]*)?$`)
	keptForFrame = []string{"content", "display", "hb-about", "hb-contents"} // ids that the frame needs
)

// proseOf renders the text of a page called name. glossary may be nil.
func (s *Site) proseOf(name, source string, headings []handbook.Heading, glossary []term) prose {
	source = tameMarkdown(source, headings)
	if tooMuch(source) {
		return prose{html: source, plain: true}
	}
	src := []byte(source)
	doc := markdown.Parser().Parse(text.NewReader(src))
	if tooDeep(doc) {
		return prose{html: source, plain: true}
	}
	p := prose{}
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
			if first && x.Parent() == doc && strings.EqualFold(strings.TrimSpace(string(textOf(x, src))), strings.TrimSpace(name)) {
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
			if m := pageLink.FindSubmatch(x.Destination); m != nil {
				x.Destination = append([]byte("/handbook/"+string(m[1])), m[2]...)
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
		if name, ok := strings.CutPrefix(anchor, "i-"); slices.Contains(keptForFrame, anchor) || ok && s.icons[name] != nil {
			anchor = "" // it is the id of something on the page already
		}
		p.anchors = append(p.anchors, anchor)
	}
	linkTerms(doc, src, glossary)
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, src, doc); err != nil {
		return prose{html: source, plain: true}
	}
	p.html = b.String()
	return p
}

// clean makes HTML of a protocol's text that may stand on a page: cleaned by the policy of documents, with what that lets nobody write put
// in afterwards: anchors of headings, a frame around tables, and boxes of tasks.
func (p prose) clean() string {
	if p.plain {
		return "<pre>" + html.EscapeString(p.html) + "</pre>"
	}
	s := htmlsafe.Document(p.html)
	s = strings.ReplaceAll(s, "<table>", `<div`+` class="table-wrap"><table>`)
	s = strings.ReplaceAll(s, "</table>", "</table></div>")
	n := 0
	s = headingOpen.ReplaceAllStringFunc(s, func(tag string) string {
		n++
		if n > len(p.anchors) || p.anchors[n-1] == "" {
			return tag
		}
		return tag[:3] + ` id="` + html.EscapeString(p.anchors[n-1]) + `">`
	})
	return taskOpen.ReplaceAllStringFunc(s, func(m string) string {
		box, said := "☐", p.words[0]
		if !strings.HasSuffix(m, "[ ] ") {
			box, said = "☑", p.words[1]
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

// tameMarkdown takes the names of anchors out of headings, and breaks lines that open more quotes and lists than anybody reads.
func tameMarkdown(source string, headings []handbook.Heading) string {
	named := map[int]bool{}
	for _, h := range headings {
		named[h.Line] = true
	}
	lines := strings.Split(source, "\n")
	for i, l := range lines {
		if named[i+1] {
			l = anchorAtEnd.ReplaceAllString(l, "$1")
		}
		if at := containers(l); at > 0 {
			l = l[:at] + "\\" + strings.TrimLeft(l[at:], " \t>-*+")
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}

// containers finds where a line opens one quote or list too many, 0 when it does not.
func containers(l string) int {
	n := 0
	for i := 0; i < len(l); i++ {
		switch l[i] {
		case ' ', '\t':
			continue
		case '>', '-', '*', '+':
			if n++; n > maxContainer && strings.Trim(l, " \t-*_") != "" {
				return i
			}
		default:
			if l[i] >= '0' && l[i] <= '9' || l[i] == '.' || l[i] == ')' {
				if l[i] == '.' || l[i] == ')' {
					if n++; n > maxContainer {
						return i
					}
				}
				continue
			}
			return 0
		}
	}
	return 0
}

// tooMuch tells whether a paragraph holds more marks than can be sorted out in good time.
func tooMuch(source string) bool {
	marks, size := 0, 0
	for line := range strings.SplitSeq(source, "\n") {
		if strings.TrimSpace(line) == "" {
			marks, size = 0, 0
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "|") {
			size = 0 // a row of a table stands for itself
			marks = 0
		}
		size += len(line)
		for i := range len(line) {
			switch line[i] {
			case '*', '_', '[', ']', '`', '~', '<', '!', '\\', '&', ':':
				marks++
			}
		}
		if marks > maxMarks || size > maxParagraph {
			return true
		}
	}
	return false
}

func tooDeep(doc ast.Node) bool {
	depth := 0
	for n := doc; n != nil; {
		if c := n.FirstChild(); c != nil {
			if depth++; depth > maxMarkDepth*2 {
				return true
			}
			n = c
			continue
		}
		for n != nil && n != doc && n.NextSibling() == nil {
			n = n.Parent()
			depth--
		}
		if n == nil || n == doc {
			return false
		}
		n = n.NextSibling()
	}
	return false
}

// proseFor is proseOf in the reader's language. glossary may be nil.
func (s *Site) proseFor(v *visit, r *handbook.Revision, glossary []term) prose {
	p := s.proseOf(r.Name, r.Source, handbook.Headings(r.Source), glossary)
	p.words = [2]string{v.t("handbook.task_open"), v.t("handbook.task_done")}
	return p
}

// proseWithin is proseFor for a text under a heading of a page that has anchors of its own: a level down, and without any.
func (s *Site) proseWithin(v *visit, r *handbook.Revision, glossary []term) *prose {
	p := s.proseFor(v, r, glossary)
	p.anchors = nil
	p.under(1)
	return &p
}

// under moves all headings n levels down: for a text that stands under a heading of its own.
func (p *prose) under(n int) {
	if p.plain {
		return
	}
	p.html = anyHeading.ReplaceAllStringFunc(p.html, func(tag string) string {
		i := strings.IndexByte(tag, 'h') + 1
		level := min(6, int(tag[i]-'0')+n)
		return tag[:i] + string(rune('0'+level)) + tag[i+1:]
	})
}

var anyHeading = regexp.MustCompile(`</?h[1-6][> ]`)
