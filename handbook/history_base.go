package handbook

// Relation is how two revisions stand to each other.
type Relation string

// The relations, seen from ours.
const (
	Same      Relation = "same"
	Ahead     Relation = "ahead"     // ours comes from theirs: there is nothing to take
	Behind    Relation = "behind"    // theirs comes from ours: it can be taken as it is
	Diverged  Relation = "diverged"  // both went on from a common one: merge
	Unrelated Relation = "unrelated" // nothing is known in common
)

// IsAncestor tells whether the text of a is in the past of b: a is b, or b comes from it. False when either is unknown.
func (h *History) IsAncestor(a, b RevisionID) bool {
	x, y, err := h.both(a, b)
	if err != nil {
		return false
	}
	found := false
	h.walk(y, func(n int32) bool {
		found = found || n == x
		return !found && h.depth[n] > h.depth[x] // nothing deeper lies further back
	})
	return found
}

// Base finds the text that a merge of a and b starts from: of what both come from (each counts among its own past) the one with the longest
// way from a first revision, and of several such the one whose id sorts first. An ancestor is never as deep as what comes
// from it, so no other common one comes from the base. Where histories cross there are several that nothing tells apart; every node picks
// the same one, whatever order it learnt them in. ok is false when nothing is common or a or b is unknown.
func (h *History) Base(a, b RevisionID) (base RevisionID, ok bool) {
	x, y, err := h.both(a, b)
	if err != nil {
		return "", false
	}
	ours := make([]bool, len(h.ids))
	h.walk(x, func(n int32) bool {
		ours[n] = true
		return true
	})
	best := nobody
	h.walk(y, func(n int32) bool {
		if !ours[n] {
			return true
		}
		if best == nobody || h.compare(n, best) < 0 {
			best = n
		}
		return false
	})
	if best == nobody {
		return "", false
	}
	return h.ids[best], true
}

// Compare says how ours stands to theirs. Class NotFound when either is unknown.
func (h *History) Compare(ours, theirs RevisionID) (Relation, error) {
	if _, _, err := h.both(ours, theirs); err != nil {
		return "", err
	}
	switch base, ok := h.Base(ours, theirs); {
	case ours == theirs:
		return Same, nil
	case !ok:
		return Unrelated, nil
	case base == theirs:
		return Ahead, nil
	case base == ours:
		return Behind, nil
	}
	return Diverged, nil
}
