package handbook

import "sort"

// HeadingChange is what became of a part of a text. Of one that is gone New is nil, of one that is new Old is.
type HeadingChange struct {
	Old, New *Heading
	Renamed  bool // the heading itself reads otherwise
	Text     bool // what stands under it, before the next heading, changed
}

// outline is the headings of two texts.
type outline struct{ old, new []Heading }

// under gives the headings that a change lies under: in the new text, or in the old one where everything there was taken away.
func (o outline) under(e edit) []Heading {
	all, line := o.new, e.b0+1
	if e.b0 == e.b1 {
		all, line = o.old, e.a0+1
	}
	var out []Heading
	for _, h := range all {
		if h.Line > line {
			break
		}
		for len(out) > 0 && out[len(out)-1].Level >= h.Level {
			out = out[:len(out)-1]
		}
		out = append(out, h)
	}
	return out
}

// changes lists the parts that changed. Headings whose lines were kept are the same part; within one edit, the headings removed and added
// that follow each other on one level are one part with a new name.
func (o outline) changes(edits []edit) []HeadingChange {
	partner := make([]int, len(o.new)) // the old heading of each new one, -1 for none
	taken := make([]bool, len(o.old))
	renamed := make([]bool, len(o.new))
	i, shift, next := 0, 0, 0 // next edit; how much further down lines stand in the new text; the first old heading that is free
	var looked [7]int         // up to where old headings were looked at, by level: none is looked at twice for one
	for n := range o.new {
		line := o.new[n].Line - 1
		for ; i < len(edits) && edits[i].b1 <= line; i++ {
			shift = edits[i].b1 - edits[i].a1
			next = max(next, first(o.old, edits[i].a1))
		}
		partner[n] = -1
		from, to := line-shift, line-shift+1 // where its partner may stand
		inside := i < len(edits) && edits[i].b0 <= line
		if inside {
			from, to = edits[i].a0, edits[i].a1
		}
		k := max(next, looked[o.new[n].Level], first(o.old, from))
		for k < len(o.old) && o.old[k].Line-1 < to && o.old[k].Level != o.new[n].Level {
			k++
		}
		looked[o.new[n].Level] = k
		if k < len(o.old) && o.old[k].Line-1 < to {
			partner[n], taken[k], renamed[n], next = k, true, inside && o.old[k].Text != o.new[n].Text, k+1
		}
	}
	var out []HeadingChange
	gone := 0
	lost := func(until int) {
		for ; gone < until; gone++ {
			if !taken[gone] {
				out = append(out, HeadingChange{Old: &o.old[gone]})
			}
		}
	}
	for n := range o.new {
		h := HeadingChange{New: &o.new[n], Renamed: renamed[n]}
		if k := partner[n]; k >= 0 {
			lost(k)
			h.Old = &o.old[k]
			h.Text = touched(edits, bounds(o.old, k), bounds(o.new, n))
		}
		if h.Old == nil || h.Renamed || h.Text {
			out = append(out, h)
		}
	}
	lost(len(o.old))
	return out
}

// first gives the first of the headings that stands at a line, from 0, or further down.
func first(all []Heading, line int) int {
	return sort.Search(len(all), func(k int) bool { return all[k].Line-1 >= line })
}

// bounds gives the lines, from 0, between a heading and the next.
func bounds(all []Heading, k int) [2]int {
	if k+1 < len(all) {
		return [2]int{all[k].Line, all[k+1].Line - 1}
	}
	return [2]int{all[k].Line, 1 << 30}
}

// touched tells whether an edit takes lines out of one passage of the old text or puts some into one of the new.
func touched(edits []edit, old, new [2]int) bool {
	n := sort.Search(len(edits), func(i int) bool { return edits[i].a1 > old[0] || edits[i].b1 > new[0] })
	for _, e := range edits[n:] {
		if e.a0 >= old[1] && e.b0 >= new[1] {
			return false
		}
		if max(e.a0, old[0]) < min(e.a1, old[1]) || max(e.b0, new[0]) < min(e.b1, new[1]) {
			return true
		}
	}
	return false
}
