package handbook

// common gives the places of one side whose symbol the other side of the region that was looked at has too; the rest can match nothing.
func (x *aligner) common(side []int32, from, to int) (places []int) {
	for i := from; i < to; i++ {
		if s := x.seen[side[i]]; s.inA > 0 && s.inB > 0 {
			places = append(places, i)
		}
	}
	return places
}

// fewest aligns the elements at some places of both sides with the fewest edits. reach[k] is how far into a one gets on diagonal k with so
// many edits; the trace keeps it for each number of edits, to find the way back.
func (x *aligner) fewest(pa, pb []int) {
	n, m := len(pa), len(pb)
	if n == 0 || m == 0 {
		return
	}
	edits := min(n+m, alignEdits)
	reach := make([]int32, 2*edits+3)
	middle := edits + 1
	var trace [][]int32
	for d := 0; d <= edits; d++ {
		for k := -d; k <= d; k += 2 {
			i := reach[middle+k-1] + 1
			if k == -d || k != d && reach[middle+k-1] < reach[middle+k+1] {
				i = reach[middle+k+1]
			}
			j := i - int32(k)
			for int(i) < n && int(j) < m && j >= 0 && x.a[pa[i]] == x.b[pb[j]] {
				i, j = i+1, j+1
				x.steps--
			}
			x.steps--
			reach[middle+k] = i
			if int(i) >= n && int(j) >= m {
				x.back(pa, pb, trace, d, k)
				return
			}
		}
		if x.steps <= 0 {
			break
		}
		trace = append(trace, append([]int32(nil), reach[middle-d:middle+d+1]...))
	}
	x.coarse = true
}

// back follows the trace from the end on diagonal k with d edits, and gives what it matched on the way in order.
func (x *aligner) back(pa, pb []int, trace [][]int32, d, k int) {
	at := func(d, k int) int {
		if k < -d || k > d {
			return -1
		}
		return int(trace[d][k+d])
	}
	var matched []run
	i, j := len(pa), len(pb)
	for ; d >= 0; d-- {
		fromI, fromK := 0, 0
		if d > 0 {
			fromK = k - 1
			fromI = at(d-1, fromK) + 1
			if k == -d || k != d && at(d-1, k-1) < at(d-1, k+1) {
				fromK = k + 1
				fromI = at(d-1, fromK)
			}
		}
		for ; i > fromI; i, j = i-1, j-1 {
			matched = append(matched, run{pa[i-1], pb[j-1], 1})
		}
		if d > 0 {
			i = at(d-1, fromK)
			j = i - fromK
		}
		k = fromK
	}
	for m := len(matched) - 1; m >= 0; m-- {
		x.emit(matched[m].a, matched[m].b, 1)
	}
}
