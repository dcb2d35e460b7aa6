package handbook

import (
	"cmp"
	"errors"
	"slices"

	"toadlane/coop"
)

// MaxHistory is how many revisions one history holds.
const MaxHistory = 20_000

// Step is a revision's place in a history: what it was made from.
type Step struct {
	ID      RevisionID
	Parents []RevisionID
}

// History is a graph of revisions, of one page or of a page and those it was adapted from. It does not change once made, and may be read by
// many at once. Parents that nobody gave a step for are in it too, as revisions whose own past is not known here.
type History struct {
	at      map[RevisionID]int32
	ids     []RevisionID
	parents [][MaxParents]int32 // -1 for none
	depth   []int32             // revisions on the longest way from a first one
	held    []bool              // a step was given
}

const nobody int32 = -1

// NewHistory makes the graph of steps in any order; one given twice alike counts once. Class Invalid: key history.cycle when a revision
// would come from itself, which no honest hash allows; history.differs when one is given twice with different parents; field.many above
// MaxHistory.
func NewHistory(steps []Step) (*History, error) {
	if len(steps) > MaxHistory {
		return nil, coop.FieldError("history", "field.many", map[string]any{"Max": MaxHistory})
	}
	h := &History{at: make(map[RevisionID]int32, len(steps))}
	for _, s := range steps {
		if err := h.add(s); err != nil {
			return nil, err
		}
	}
	if err := h.measure(); err != nil {
		return nil, err
	}
	return h, nil
}

// place gives the number of a revision, a new one when it was not heard of.
func (h *History) place(id RevisionID) int32 {
	n, ok := h.at[id]
	if !ok {
		n = int32(len(h.ids))
		h.at[id] = n
		h.ids, h.parents = append(h.ids, id), append(h.parents, [MaxParents]int32{nobody, nobody})
		h.held = append(h.held, false)
	}
	return n
}

func (h *History) add(s Step) error {
	if len(s.Parents) > MaxParents {
		return coop.FieldError("parents", "field.many", map[string]any{"Max": MaxParents})
	}
	from := [MaxParents]int32{nobody, nobody}
	for i, p := range slices.Sorted(slices.Values(s.Parents)) {
		from[i] = h.place(p)
	}
	n := h.place(s.ID)
	if h.held[n] && h.parents[n] != from {
		return coop.Errorf(coop.Invalid, "history.differs", "revision %s has two pasts", s.ID)
	}
	h.held[n], h.parents[n] = true, from
	return nil
}

// measure finds the depth of every revision, parents first; what is left over stands in a circle.
func (h *History) measure() error {
	children := make([][]int32, len(h.ids))
	waits := make([]int8, len(h.ids))
	for n, from := range h.parents {
		for _, p := range from {
			if p != nobody {
				children[p] = append(children[p], int32(n))
				waits[n]++
			}
		}
	}
	h.depth = make([]int32, len(h.ids))
	ready := make([]int32, 0, len(h.ids))
	for n := range h.ids {
		if waits[n] == 0 {
			ready = append(ready, int32(n))
		}
	}
	for i := 0; i < len(ready); i++ {
		n := ready[i]
		for _, c := range children[n] {
			h.depth[c] = max(h.depth[c], h.depth[n]+1)
			if waits[c]--; waits[c] == 0 {
				ready = append(ready, c)
			}
		}
	}
	if len(ready) < len(h.ids) {
		return coop.Errorf(coop.Invalid, "history.cycle", "%d revisions come from themselves", len(h.ids)-len(ready))
	}
	return nil
}

// Missing lists, sorted, the revisions that others come from and nobody gave: what is to be fetched.
func (h *History) Missing() (out []RevisionID) {
	for n, id := range h.ids {
		if !h.held[n] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Ancestors lists everything that id comes from, latest first: by the longest way from a first revision, then by id. Nil when id is
// unknown.
func (h *History) Ancestors(id RevisionID) []RevisionID {
	n, ok := h.at[id]
	if !ok {
		return nil
	}
	var found []int32
	h.walk(n, func(a int32) bool {
		if a != n {
			found = append(found, a)
		}
		return true
	})
	slices.SortFunc(found, h.compare)
	out := make([]RevisionID, len(found))
	for i, a := range found {
		out[i] = h.ids[a]
	}
	return out
}

// compare orders the deeper first, then by id.
func (h *History) compare(a, b int32) int {
	return cmp.Or(cmp.Compare(h.depth[b], h.depth[a]), cmp.Compare(h.ids[a], h.ids[b]))
}

// walk visits n and what it comes from, each once; where visit says false it goes no further back.
func (h *History) walk(n int32, visit func(int32) bool) {
	seen := make([]bool, len(h.ids))
	seen[n] = true
	for stack := []int32{n}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !visit(at) {
			continue
		}
		for _, p := range h.parents[at] {
			if p != nobody && !seen[p] {
				seen[p] = true
				stack = append(stack, p)
			}
		}
	}
}

// both finds two revisions. Class NotFound, key revision.unknown.
func (h *History) both(a, b RevisionID) (x, y int32, err error) {
	x, okX := h.at[a]
	y, okY := h.at[b]
	var errs []error
	if !okX {
		errs = append(errs, coop.Errorf(coop.NotFound, "revision.unknown", "revision %.60q is not in the history", a))
	}
	if !okY {
		errs = append(errs, coop.Errorf(coop.NotFound, "revision.unknown", "revision %.60q is not in the history", b))
	}
	return x, y, errors.Join(errs...)
}
