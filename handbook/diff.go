package handbook

// Change is what became of a line.
type Change string

// The changes of a line.
const (
	Kept    Change = "kept"
	Removed Change = "removed"
	Added   Change = "added"
)

// Diff is what differs between two texts, made for reading. Laid over the old text it gives the new one.
type Diff struct {
	Hunks    []Hunk
	Headings []HeadingChange // the parts of the text that changed, in the order of the new text
	Added    int             // lines
	Removed  int
	Coarse   bool // the texts are so different that more is shown as changed than was
}

// Hunk is a part of a text in which something changed, with some lines around it.
type Hunk struct {
	OldStart, OldLines int       // the first line of the old text in it, from 1, and how many; of none, the line they would stand before
	NewStart, NewLines int       // the same of the new text
	Under              []Heading // the headings its first change lies under, outermost first
	Lines              []Line    // removed before added where lines were exchanged
}

// Line is a line of a hunk.
type Line struct {
	Change Change
	Old    int // its number in the old text, from 1; 0 when it is not there
	New    int
	Spans  []Span // together the line without its end
}

// Span is a part of a line, marked when it is what changed in it.
type Span struct {
	Text   string
	Marked bool
}

// Row is two lines that stand side by side; nil where one side has none.
type Row struct{ Old, New *Line }

// NewDiff compares two texts line by line, and word by word within what changed. context is how many unchanged lines stand around a hunk;
// below 0 the whole text is one. The texts are brought into their kept form first. It never fails and its cost is bounded: texts of
// MaxSource take a few tenths of a second at worst, and then Coarse is set.
func NewDiff(old, new string, context int) Diff {
	old, new = Normal(old), Normal(new)
	a, b := splitLines(old), splitLines(new)
	context = min(context, len(a))
	s := make(symbols, len(a)+len(b)/8)
	x, y := s.of(a), s.of(b)
	edits, coarse := compare(x, y, len(s))
	d := Diff{Coarse: coarse}
	m := marker{steps: alignSteps}
	parts := outline{Headings(old), Headings(new)}
	for from := 0; from < len(edits); {
		to := from + 1
		for to < len(edits) && (context < 0 || edits[to].a0-edits[to-1].a1 <= 2*context) {
			to++
		}
		lead, tail := edits[from].a0, len(a)-edits[to-1].a1
		if context >= 0 {
			lead, tail = min(lead, context), min(tail, context)
		}
		d.Hunks = append(d.Hunks, m.hunk(a, b, edits[from:to], lead, tail))
		h := &d.Hunks[len(d.Hunks)-1]
		h.Under = parts.under(edits[from])
		from = to
	}
	for _, e := range edits {
		d.Removed, d.Added = d.Removed+e.a1-e.a0, d.Added+e.b1-e.b0
	}
	d.Headings, d.Coarse = parts.changes(edits), d.Coarse || m.coarse
	return d
}

// edit is a change of a[a0:a1] into b[b0:b1]; between two of them stands at least one equal element.
type edit struct{ a0, a1, b0, b1 int }

// compare gives what differs between two lists of lines, as symbols.
func compare(a, b []int32, symbols int) (edits []edit, coarse bool) {
	runs, _, coarse := align(a, b, symbols, alignSteps)
	return editsOf(runs, len(a), len(b)), coarse
}

// editsOf gives what lies between runs.
func editsOf(runs []run, n, m int) (out []edit) {
	i, j := 0, 0
	for _, r := range append(runs, run{n, m, 0}) {
		if i < r.a || j < r.b {
			out = append(out, edit{i, r.a, j, r.b})
		}
		i, j = r.a+r.n, r.b+r.n
	}
	return out
}

// hunk puts edits that lie close together into one hunk with lead lines before and tail lines after them.
func (m *marker) hunk(a, b []string, edits []edit, lead, tail int) Hunk {
	first, last := edits[0], edits[len(edits)-1]
	i, j := first.a0-lead, first.b0-lead
	h := Hunk{OldStart: i + 1, OldLines: last.a1 + tail - i, NewStart: j + 1, NewLines: last.b1 + tail - j}
	h.Lines = make([]Line, 0, h.OldLines+h.NewLines)
	keep := func(until int) {
		for n, spans := range spansOf(a[i:until], false) {
			h.Lines = append(h.Lines, Line{Kept, i + n + 1, j + n + 1, spans})
		}
	}
	for _, e := range edits {
		keep(e.a0)
		old, new := m.mark(a[e.a0:e.a1], b[e.b0:e.b1])
		for n, spans := range old {
			h.Lines = append(h.Lines, Line{Removed, e.a0 + n + 1, 0, spans})
		}
		for n, spans := range new {
			h.Lines = append(h.Lines, Line{Added, 0, e.b0 + n + 1, spans})
		}
		i, j = e.a1, e.b1
	}
	keep(last.a1 + tail)
	return h
}

// Rows puts the lines of a hunk side by side: what was kept beside itself, what was removed beside what was added in its place.
func (h *Hunk) Rows() []Row {
	var out []Row
	for i := 0; i < len(h.Lines); {
		if h.Lines[i].Change == Kept {
			out = append(out, Row{&h.Lines[i], &h.Lines[i]})
			i++
			continue
		}
		removed := i
		for i < len(h.Lines) && h.Lines[i].Change == Removed {
			i++
		}
		added := i
		for i < len(h.Lines) && h.Lines[i].Change == Added {
			i++
		}
		for n := range max(added-removed, i-added) {
			var r Row
			if removed+n < added {
				r.Old = &h.Lines[removed+n]
			}
			if added+n < i {
				r.New = &h.Lines[added+n]
			}
			out = append(out, r)
		}
	}
	return out
}

func withoutEnd(line string) string {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		return line[:n-1]
	}
	return line
}
