package region

import (
	"cmp"
	"slices"

	"toadlane/coop"
)

// Chain holds the charters of one region that are in force or were, or might have been: each follows another of them. It is not safe for
// many at once.
type Chain struct {
	first *Charter
	all   map[ID]*Charter
	next  map[ID][]*Charter // those that follow one, the better first
	wait  map[ID]*waiting   // those that can't stand yet
	check Check
}

// waiting is a charter with the signatures under it that are known.
type waiting struct {
	charter *Charter // nil while only signatures came
	marks   []Mark
}

// NewChain makes an empty chain of a region.
func NewChain(check Check) *Chain {
	return &Chain{all: map[ID]*Charter{}, next: map[ID][]*Charter{}, wait: map[ID]*waiting{}, check: check}
}

// Less is the order in which rival charters that follow the same one are preferred: a later attempt, then the smaller id. It does not ask which came
// first, so that all nodes prefer alike.
func Less(a, b *Charter) int {
	return cmp.Or(cmp.Compare(b.Attempt, a.Attempt), cmp.Compare(a.ID, b.ID))
}

// Add takes a charter, signatures or both, in any order, and tells whether another charter stands now. first is what the region's id promises: a
// first charter with another id is of another region. Class Invalid for what can never stand.
func (c *Chain) Add(first ID, charter *Charter, marks ...Mark) (bool, error) {
	if charter != nil {
		if err := charter.Validate(); err != nil {
			return false, err
		}
		if charter.Of() != first {
			return false, coop.Errorf(coop.Invalid, "charter.malformed", "charter %s is of region %s, not %s", charter.ID, charter.Of(), first)
		}
		c.waiting(charter.ID).charter = charter
	}
	for _, m := range marks {
		w := c.waiting(m.Charter)
		if !slices.ContainsFunc(w.marks, func(o Mark) bool { return o.Coop == m.Coop && string(o.Bytes) == string(m.Bytes) }) {
			w.marks = append(w.marks, m)
		}
	}
	return c.settle(), nil
}

func (c *Chain) waiting(id ID) *waiting {
	w := c.wait[id]
	if w == nil {
		w = &waiting{}
		c.wait[id] = w
	}
	return w
}

// settle lets stand what can, until nothing more does.
func (c *Chain) settle() (grew bool) {
	for again := true; again; {
		again = false
		for id, w := range c.wait {
			if w.charter == nil || c.all[id] != nil {
				continue
			}
			prev := c.all[w.charter.Previous]
			if w.charter.Version > 1 && prev == nil || Follows(w.charter, prev, w.marks, c.check) != nil {
				continue
			}
			c.stand(w.charter)
			again, grew = true, true
		}
	}
	return grew
}

func (c *Chain) stand(x *Charter) {
	c.all[x.ID] = x
	if x.Version == 1 {
		c.first = x
		return
	}
	c.next[x.Previous] = append(c.next[x.Previous], x)
	slices.SortFunc(c.next[x.Previous], Less)
}

// Charter gives a charter that stands, nil when it does not.
func (c *Chain) Charter(id ID) *Charter { return c.all[id] }

// Marks lists the signatures under a charter that are known.
func (c *Chain) Marks(id ID) []Mark {
	if w := c.wait[id]; w != nil {
		return slices.Clone(w.marks)
	}
	return nil
}

// Head is the charter in force: where chains part the preferred one, and of a chain its end. anchor, where it is not "", is a charter that is not left:
// the head is it or comes from it. nil for an empty chain.
func (c *Chain) Head(anchor ID) *Charter {
	way := c.way(anchor)
	x := c.first
	if len(way) > 0 {
		x = way[len(way)-1]
	}
	if x == nil {
		return nil
	}
	for len(c.next[x.ID]) > 0 {
		x = c.next[x.ID][0]
	}
	return x
}

// way lists the charters from the first to one that stands, nil when it does not.
func (c *Chain) way(to ID) (out []*Charter) {
	for x := c.all[to]; x != nil; x = c.all[x.Previous] {
		out = append(out, x)
	}
	slices.Reverse(out)
	return out
}

// Rival is the charter that those prefer who are bound to no anchor, when it is not the head: what stewards are to see. nil when all agree.
func (c *Chain) Rival(anchor ID) *Charter {
	if free := c.Head(""); free != nil && free != c.Head(anchor) {
		return free
	}
	return nil
}

// Twice lists the co-ops that signed two charters in one attempt at a version, sorted: a fault that is shown.
func (c *Chain) Twice() []coop.IRI {
	type attempt struct {
		coop             coop.IRI
		version, attempt int
	}
	signed := map[attempt]ID{}
	var out []coop.IRI
	for id, w := range c.wait {
		if w.charter == nil {
			continue
		}
		council := c.all[w.charter.Previous]
		if w.charter.Version == 1 {
			council = w.charter
		}
		for _, m := range w.marks {
			if council == nil {
				continue
			}
			seat, sits := council.Seat(m.Coop)
			if !sits || c.check(seat.Key, m.Bytes) != nil {
				continue
			}
			a := attempt{m.Coop, w.charter.Version, w.charter.Attempt}
			if other, ok := signed[a]; ok && other != id && !slices.Contains(out, m.Coop) {
				out = append(out, m.Coop)
			}
			signed[a] = id
		}
	}
	slices.Sort(out)
	return out
}
