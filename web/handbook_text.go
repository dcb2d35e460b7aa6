package web

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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

// glossarySlug is the page whose headings are words that others link to.
const glossarySlug = "glossary"

// prose is a protocol's text as it is shown: HTML that has still to be cleaned, with the anchors of its headings in their order.
type prose struct {
	html    string
	anchors []string
	plain   bool // too much for markdown: the words as they were written
	words   [2]string
}

// term is a word of the glossary.
type term struct{ word, anchor string }

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
		// "i-steward" is a pictogram on the page; a heading "Steward" is in nobody's way.
		if icon, ok := strings.CutPrefix(anchor, "i-"); slices.Contains(keptForFrame, anchor) || ok && s.icons[icon] != nil {
			anchor = ""
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

// linkTerms makes the first use of each word of the glossary a link to what it means.
func linkTerms(doc ast.Node, src []byte, glossary []term) {
	if len(glossary) == 0 {
		return
	}
	var texts []*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		switch x := n.(type) {
		case *ast.Heading, *ast.Link, *ast.AutoLink, *ast.CodeSpan, *ast.CodeBlock, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if in {
				texts = append(texts, x)
			}
		}
		return ast.WalkContinue, nil
	})
	used := map[string]bool{}
	for _, t := range texts {
		for t != nil {
			t = linkFirst(t, src, glossary, used)
		}
	}
}

// linkFirst links the first word of the glossary in t that was not linked before and gives what stands behind it, nil when none does.
func linkFirst(t *ast.Text, src []byte, glossary []term, used map[string]bool) *ast.Text {
	seg := t.Segment
	words := strings.ToLower(string(seg.Value(src)))
	if len(words) != seg.Stop-seg.Start {
		return nil // letters whose small form is longer
	}
	at, found := -1, term{}
	for _, g := range glossary {
		if used[g.anchor] {
			continue
		}
		if i := wholeWord(words, g.word); i >= 0 && (at < 0 || i < at || i == at && len(g.word) > len(found.word)) {
			at, found = i, g
		}
	}
	if at < 0 {
		return nil
	}
	used[found.anchor] = true
	parent := t.Parent()
	link := ast.NewLink()
	link.Destination = []byte("/handbook/" + glossarySlug + "#" + found.anchor)
	link.AppendChild(link, ast.NewTextSegment(text.NewSegment(seg.Start+at, seg.Start+at+len(found.word))))
	if at > 0 {
		parent.InsertBefore(parent, t, ast.NewTextSegment(text.NewSegment(seg.Start, seg.Start+at)))
	}
	parent.InsertBefore(parent, t, link)
	t.Segment = text.NewSegment(seg.Start+at+len(found.word), seg.Stop)
	return t
}

// wholeWord finds word in s where no letter or digit touches it, -1 when it is not there.
func wholeWord(s, word string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(word):])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after) {
			return i
		}
		from = i + len(word)
	}
}

// glossary gives the words that v.by may follow to their meaning, none on the page of the glossary itself.
func (s *Site) glossary(v *visit, slug string) []term {
	if slug == glossarySlug {
		return nil
	}
	ctx := v.r.Context()
	p, err := s.cfg.Handbook.Protocol(ctx, v.by, glossarySlug)
	if err != nil || p.InUse == "" {
		return nil
	}
	_, r, err := s.cfg.Handbook.Revision(ctx, v.by, glossarySlug, p.InUse)
	if err != nil {
		return nil
	}
	var out []term
	for _, h := range handbook.Headings(r.Source) {
		word := strings.ToLower(strings.TrimSpace(h.Text))
		if utf8.RuneCountInString(word) >= minTerm && len(out) < maxTerms {
			out = append(out, term{word, h.Anchor})
		}
	}
	return out
}

// proseFor is proseOf with the glossary, in the reader's language.
func (s *Site) proseFor(v *visit, slug string, r *handbook.Revision) prose {
	p := s.proseOf(r.Name, r.Source, handbook.Headings(r.Source), s.glossary(v, slug))
	p.words = [2]string{v.t("handbook.task_open"), v.t("handbook.task_done")}
	return p
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
