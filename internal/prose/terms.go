package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"toadlane/handbook"
)

// Glossary is the slug of the page whose headings are words that others link to.
const Glossary = "glossary"

// Bounds of the glossary.
const (
	maxTerms = 300 // words
	minTerm  = 3   // letters of one
)

// Term is a word of the glossary, and the heading that tells what it means.
type Term struct{ word, anchor string }

// Terms lists the words that the page of the glossary explains.
func Terms(source string) []Term {
	var out []Term
	for _, h := range handbook.Headings(source) {
		word := strings.ToLower(strings.TrimSpace(h.Text))
		if utf8.RuneCountInString(word) >= minTerm && len(out) < maxTerms {
			out = append(out, Term{word, h.Anchor})
		}
	}
	return out
}

// linkTerms makes the first use of each word of the glossary a link to what it means.
func linkTerms(doc ast.Node, src []byte, glossary []Term) {
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
func linkFirst(t *ast.Text, src []byte, glossary []Term, used map[string]bool) *ast.Text {
	seg := t.Segment
	words := strings.ToLower(string(seg.Value(src)))
	if len(words) != seg.Stop-seg.Start {
		return nil // letters whose small form is longer
	}
	at, found := -1, Term{}
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
	link.Destination = []byte("/handbook/" + Glossary + "#" + found.anchor)
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
