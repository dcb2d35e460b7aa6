package handbook

import (
	"slices"
	"strings"
)

// Merge is three texts brought together: ours and theirs, which both began as base. What only one side changed is taken from it, what both
// changed alike is taken once, and what they changed differently is a conflict that a person resolves. No text holds marks of conflicts.
type Merge struct {
	parts []part
}

// part is text that is settled, or a conflict.
type part struct {
	lines    []string
	conflict *Conflict
}

// Conflict is a passage that both sides changed, each in its own way.
type Conflict struct {
	Base, Ours, Theirs string // whole lines; "" when the passage is not there
	Line               int    // of base where the passage begins, from 1
	Under              []Heading
}

// ThreeWay merges line by line (Khanna, Kunal and Pierce, "A formal investigation of diff3", 2007, §3): changes between which no line
// was left as it was belong together. The texts are brought into their kept form first. Its laws, for every b, x and y in that form:
//
//	ThreeWay(b, b, x) is x; ThreeWay(b, x, b) is x; ThreeWay(b, x, x) is x
//	ThreeWay(b, y, x) is ThreeWay(b, x, y) with ours and theirs exchanged
//
// Base is "" when nothing is common. The cost is bounded as that of NewDiff.
func ThreeWay(base, ours, theirs string) Merge {
	base = Normal(base)
	b, o, t := splitLines(base), splitLines(Normal(ours)), splitLines(Normal(theirs))
	s := make(symbols, len(b)+len(b)/8)
	numB, numO, numT := s.of(b), s.of(o), s.of(t)
	editsO, _ := compare(numB, numO, len(s))
	editsT, _ := compare(numB, numT, len(s))
	var m Merge
	atB, left, right := 0, side{lines: o, edits: editsO}, side{lines: t, edits: editsT}
	for len(left.edits) > 0 || len(right.edits) > 0 {
		from := min(left.next(len(b)), right.next(len(b)))
		m.settle(b[atB:from])
		to := from
		for left.next(len(b)) <= to && len(left.edits) > 0 || right.next(len(b)) <= to && len(right.edits) > 0 {
			to = max(left.take(to), right.take(to))
		}
		was, our, their := b[from:to], left.passage(from, to), right.passage(from, to)
		switch {
		case left.untouched():
			m.settle(their)
		case right.untouched() || slices.Equal(our, their):
			m.settle(our)
		default:
			m.parts = append(m.parts, part{conflict: &Conflict{Base: strings.Join(was, ""), Ours: strings.Join(our, ""), Theirs: strings.Join(their, ""),
				Line: from + 1}})
		}
		left.settled()
		right.settled()
		atB = to
	}
	m.settle(b[atB:])
	if !m.Clean() {
		parts := outline{old: Headings(base)}
		for _, p := range m.parts {
			if p.conflict != nil {
				p.conflict.Under = parts.under(edit{a0: p.conflict.Line - 1})
			}
		}
	}
	return m
}

// side is ours or theirs on the way through the base.
type side struct {
	lines         []string
	edits         []edit // still to come
	before, after int    // how much further down its lines stand than those of the base, before and after the passage at hand
	taken         int    // edits in the passage at hand
}

// next is the line of the base where the next edit begins, end when there is none.
func (s *side) next(end int) int {
	if len(s.edits) == 0 {
		return end
	}
	return s.edits[0].a0
}

// take makes the edits that begin up to a line of the base part of the passage at hand, and gives the line up to which it reaches then.
func (s *side) take(to int) int {
	for len(s.edits) > 0 && s.edits[0].a0 <= to {
		to = max(to, s.edits[0].a1)
		s.after = s.edits[0].b1 - s.edits[0].a1
		s.edits = s.edits[1:]
		s.taken++
	}
	return to
}

// passage gives what stands on this side in place of lines of the base.
func (s *side) passage(from, to int) []string { return s.lines[from+s.before : to+s.after] }

func (s *side) untouched() bool { return s.taken == 0 }

func (s *side) settled() { s.before, s.taken = s.after, 0 }

// settle adds text that nobody has to decide on.
func (m *Merge) settle(lines []string) {
	if n := len(m.parts); n == 0 || m.parts[n-1].conflict != nil {
		m.parts = append(m.parts, part{})
	}
	last := &m.parts[len(m.parts)-1]
	last.lines = append(last.lines, lines...)
}

// Clean tells whether nothing is left to be resolved.
func (m Merge) Clean() bool { return len(m.Conflicts()) == 0 }

// Conflicts lists what is to be resolved, in the order of the text.
func (m Merge) Conflicts() (out []Conflict) {
	for _, p := range m.parts {
		if p.conflict != nil {
			out = append(out, *p.conflict)
		}
	}
	return out
}

// ThreeWayName merges a title as one word. ok is false when both sides changed it differently; ours is given then.
func ThreeWayName(base, ours, theirs string) (name string, ok bool) {
	switch {
	case ours == base:
		return theirs, true
	case theirs == base || theirs == ours:
		return ours, true
	}
	return ours, false
}
