package handbook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// longest is the length of the longest common subsequence, by the book.
func longest(a, b []int32) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		before := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			before = above
		}
	}
	return row[len(b)]
}

// total checks that runs are equal elements in order, and counts them.
func total(t interface{ Fatalf(string, ...any) }, a, b []int32, runs []run) (n int) {
	i, j := 0, 0
	for _, r := range runs {
		if r.n < 1 || r.a < i || r.b < j || r.a+r.n > len(a) || r.b+r.n > len(b) || !slices.Equal(a[r.a:r.a+r.n], b[r.b:r.b+r.n]) {
			t.Fatalf("runs %v of %v and %v", runs, a, b)
		}
		i, j, n = r.a+r.n, r.b+r.n, n+r.n
	}
	return n
}

func TestAlign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, symbols int32) []int32 {
			return rapid.SliceOfN(rapid.Int32Range(0, symbols-1), 0, 40).Draw(t, name)
		}
		symbols := rapid.SampledFrom([]int32{1, 2, 4, 60}).Draw(t, "symbols")
		a, b := draw("a", symbols), draw("b", symbols)
		runs, left, coarse := align(a, b, int(symbols), alignSteps)
		found := total(t, a, b, runs)
		if coarse || left > alignSteps {
			t.Fatalf("coarse %t with %d steps left", coarse, left)
		}
		if best := longest(a, b); found > best || symbols == 1 && found != best {
			t.Fatalf("%d of %d in common", found, best)
		}
		x := &aligner{a: a, b: b, steps: alignSteps, seen: make([]sighting, symbols)}
		x.look(0, len(a), 0, len(b))
		x.fewest(x.common(a, 0, len(a)), x.common(b, 0, len(b)))
		if got := total(t, a, b, x.runs); got != longest(a, b) {
			t.Fatalf("the fewest edits keep %d of %d", got, longest(a, b))
		}
	})
}

// However different two sequences are, the work stays near the budget.
func TestAlignIsBounded(t *testing.T) {
	t.Parallel()
	const n, steps = 60_000, 1 << 18
	for _, symbols := range []int{2, 50, 4000, n} {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(symbols), func(t *testing.T) {
			t.Parallel()
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 1))
			a, b := make([]int32, n), make([]int32, n)
			for i := range a {
				a[i], b[i] = int32(r.IntN(symbols)), int32(r.IntN(symbols))
			}
			runs, left, _ := align(a, b, symbols, steps)
			total(t, a, b, runs)
			if left < -4*n {
				t.Errorf("%d steps beyond the budget", -left)
			}
		})
	}
}
