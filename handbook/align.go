package handbook

// How much is spent on finding what two texts have in common. The budget is shared by all regions of one comparison, so its cost is
// bounded whatever strangers write; 2^21 steps take a few milliseconds.
const (
	alignSteps = 1 << 21
	alignDepth = 24  // regions within regions
	alignEdits = 512 // differences within one region without anchors; their trace takes the square of it
)

// run is n equal elements: a[a:a+n] and b[b:b+n].
type run struct{ a, b, n int }

// aligner finds runs of equal elements in two sequences of symbols, in order and without overlap.
type aligner struct {
	a, b   []int32
	runs   []run
	steps  int  // left of the budget
	coarse bool // it was used up somewhere: there is more in common than was found
	seen   []sighting
	stamp  int32
}

// sighting is how often a symbol stands in the region that is looked at, and where last.
type sighting struct {
	stamp, inA, inB int32
	atA, atB        int
}

// align compares sequences of symbols from 0 to symbols-1. Equal ends are taken first; between them, symbols that stand once on each side
// are anchors, the longest chain of which divides what is left (Cohen's patience diff); where there are none, Myers' greedy algorithm ("An
// O(ND) difference algorithm", 1986, §3) finds the fewest edits, as far as steps allow. It gives the steps that are left.
func align(a, b []int32, symbols, steps int) (runs []run, left int, coarse bool) {
	x := &aligner{a: a, b: b, steps: steps, seen: make([]sighting, symbols)}
	x.region(0, len(a), 0, len(b), 0)
	return x.runs, x.steps, x.coarse
}

func (x *aligner) emit(a, b, n int) {
	if n == 0 {
		return
	}
	if k := len(x.runs) - 1; k >= 0 && x.runs[k].a+x.runs[k].n == a && x.runs[k].b+x.runs[k].n == b {
		x.runs[k].n += n
		return
	}
	x.runs = append(x.runs, run{a, b, n})
}

func (x *aligner) region(a0, a1, b0, b1, depth int) {
	n := 0
	for a0+n < a1 && b0+n < b1 && x.a[a0+n] == x.b[b0+n] {
		n++
	}
	x.emit(a0, b0, n)
	a0, b0 = a0+n, b0+n
	end := 0
	for a0 < a1-end && b0 < b1-end && x.a[a1-end-1] == x.b[b1-end-1] {
		end++
	}
	if a0 < a1-end && b0 < b1-end {
		x.between(a0, a1-end, b0, b1-end, depth)
	}
	x.emit(a1-end, b1-end, end)
}

// between aligns a region whose ends differ.
func (x *aligner) between(a0, a1, b0, b1, depth int) {
	x.steps -= a1 - a0 + b1 - b0
	x.look(a0, a1, b0, b1)
	if x.steps <= 0 {
		x.coarse = true
		return
	}
	if depth < alignDepth {
		if chain := x.anchors(a0, a1); len(chain) > 0 {
			for _, at := range chain {
				x.region(a0, at.a, b0, at.b, depth+1)
				x.emit(at.a, at.b, 1)
				a0, b0 = at.a+1, at.b+1
			}
			x.region(a0, a1, b0, b1, depth+1)
			return
		}
	}
	x.fewest(x.common(x.a, a0, a1), x.common(x.b, b0, b1))
}

// look counts the symbols of a region.
func (x *aligner) look(a0, a1, b0, b1 int) {
	x.stamp++
	at := func(symbol int32) *sighting {
		s := &x.seen[symbol]
		if s.stamp != x.stamp {
			*s = sighting{stamp: x.stamp}
		}
		return s
	}
	for i := a0; i < a1; i++ {
		s := at(x.a[i])
		s.inA, s.atA = s.inA+1, i
	}
	for j := b0; j < b1; j++ {
		s := at(x.b[j])
		s.inB, s.atB = s.inB+1, j
	}
}

// anchors gives the longest chain, in order on both sides, of symbols that stand once on each side of the region that was looked at.
func (x *aligner) anchors(a0, a1 int) []run {
	var all []run
	for i := a0; i < a1; i++ {
		if s := x.seen[x.a[i]]; s.inA == 1 && s.inB == 1 {
			all = append(all, run{a: i, b: s.atB, n: 1})
		}
	}
	if len(all) == 0 {
		return nil
	}
	var ends []int // of the chains of each length, the one that ends first in b
	before := make([]int, len(all))
	for i, r := range all {
		lo, hi := 0, len(ends)
		for lo < hi {
			if mid := (lo + hi) / 2; all[ends[mid]].b < r.b {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		before[i] = -1
		if lo > 0 {
			before[i] = ends[lo-1]
		}
		if lo == len(ends) {
			ends = append(ends, i)
		} else {
			ends[lo] = i
		}
	}
	chain := make([]run, len(ends))
	for i, k := ends[len(ends)-1], len(ends)-1; i >= 0; i, k = before[i], k-1 {
		chain[k] = all[i]
	}
	return chain
}
