package prose

import (
	"github.com/yuin/goldmark/ast"
	"strings"
	"toadlane/handbook"
)

// Bounds of what is shown as markdown. A text beyond them is shown as it was written: whole, and without looks.
const (
	maxMarkDepth = 40     // blocks and marks within each other
	maxContainer = 20     // quotes and lists that one line opens
	maxMarks     = 8000   // marks in one paragraph
	maxParagraph = 64_000 // bytes of it
)

// tame takes the names of anchors out of headings, and breaks lines that open more quotes and lists than anybody reads.
func tame(source string, headings []handbook.Heading) string {
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
