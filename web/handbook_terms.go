package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"toadlane/handbook"
)

// glossarySlug is the page whose headings are words that others link to.
const glossarySlug = "glossary"

// term is a word of the glossary.
type term struct{ word, anchor string }

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
