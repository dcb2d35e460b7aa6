package handbook

// Marks within lines say something when two passages have so many of their words in common, in hundredths, and are not longer than anybody
// reads word by word, in bytes.
const (
	likeness  = 25
	markBytes = 64 << 10
)

// marker finds the words that changed, for all hunks of one diff out of one budget.
type marker struct {
	steps  int
	coarse bool
}

// mark compares the words of removed lines with those of the lines added in their place, across lines: a paragraph that was only wrapped
// anew has no word marked. Passages that have little in common, or are very long, are marked as wholes.
func (m *marker) mark(old, new []string) (spansOld, spansNew [][]Span) {
	if len(old) == 0 || len(new) == 0 || bytesOf(old) > markBytes || bytesOf(new) > markBytes {
		return wholes(old), wholes(new)
	}
	a, b := splitWords(old), splitWords(new)
	s := symbols{}
	x, y := s.of(texts(a)), s.of(texts(b))
	runs, left, coarse := align(x, y, len(s), m.steps)
	m.steps, m.coarse = max(left, 0), m.coarse || coarse
	keptOld, keptNew := make([]bool, len(a)), make([]bool, len(b))
	same := 0
	for _, r := range runs {
		for n := range r.n {
			keptOld[r.a+n], keptNew[r.b+n] = true, true
			if !a[r.a+n].blank {
				same++
			}
		}
	}
	if same*100 < likeness*max(solid(a), solid(b)) {
		return wholes(old), wholes(new)
	}
	return spans(old, a, keptOld), spans(new, b, keptNew)
}

// texts gives what words are compared by: all white space alike, so that a new end of a line is no change.
func texts(words []word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w.text; w.blank {
			out[i] = " "
		}
	}
	return out
}

func solid(words []word) (n int) {
	for _, w := range words {
		if !w.blank {
			n++
		}
	}
	return n
}

func bytesOf(lines []string) (n int) {
	for _, l := range lines {
		n += len(l)
	}
	return n
}

// wholes marks lines from end to end.
func wholes(lines []string) [][]Span { return spansOf(lines, true) }

// spansOf makes one span of each line.
func spansOf(lines []string, marked bool) [][]Span {
	out, all := make([][]Span, len(lines)), make([]Span, len(lines))
	for i, l := range lines {
		all[i] = Span{withoutEnd(l), marked}
		out[i] = all[i : i+1 : i+1]
	}
	return out
}

// spans puts the words of each line together again, those that were not kept marked. A gap between two marked words of a line is marked
// with them.
func spans(lines []string, words []word, kept []bool) [][]Span {
	out := make([][]Span, len(lines))
	for i, w := range words {
		marked := !kept[i]
		if w.blank {
			marked = i > 0 && i+1 < len(words) && words[i-1].line == words[i+1].line && !kept[i-1] && !kept[i+1]
		}
		text := withoutEnd(w.text)
		all := &out[w.line]
		switch n := len(*all); {
		case text == "":
		case n > 0 && (*all)[n-1].Marked == marked:
			(*all)[n-1].Text += text
		default:
			*all = append(*all, Span{text, marked})
		}
	}
	return out
}
