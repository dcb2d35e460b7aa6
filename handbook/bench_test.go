package handbook_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"toadlane/handbook"
)

// cpu is the processor time this process has used: wall-clock rates wobble with what else the machine does.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured reports what one run of work costs beside a limit, an operation that nothing doing the same can be cheaper than, measured in
// the same process: cpu-us/op, ops/s and ratio, which is limit / own.
func measured(b *testing.B, limit, work func()) {
	each := func(n int, f func()) time.Duration {
		began := cpu()
		for range n {
			f()
		}
		return max((cpu()-began)/time.Duration(n), 1)
	}
	work()
	floor := each(max(b.N, 50), limit)
	b.ResetTimer()
	began := time.Now()
	own := each(b.N, work)
	b.StopTimer()
	b.ReportMetric(float64(own)/float64(time.Microsecond), "cpu-us/op")
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "ops/s")
	b.ReportMetric(float64(floor)/float64(own), "ratio")
	b.ReportMetric(0, "ns/op")
}

// numbered cuts texts into lines and numbers them, equal ones alike: whoever compares texts has to do that first.
func numbered(texts ...string) int {
	known := map[string]int{}
	for _, t := range texts {
		for line := range strings.Lines(t) {
			if _, ok := known[line]; !ok {
				known[line] = len(known)
			}
		}
	}
	return len(known)
}

// line is a history of n revisions in which every seventh goes its own way and is taken in again three later, with two open ends.
func line(n int) (steps []handbook.Step, parents [][2]int32) {
	name := func(i int) id { return id(fmt.Sprintf("zQm%044d", i)) }
	for i := range n {
		from := [2]int32{int32(i) - 1, -1}
		if i%7 == 6 {
			from[0] = int32(i) - 2
		}
		if i%7 == 2 && i > 7 {
			from[1] = int32(i) - 3
		}
		s := handbook.Step{ID: name(i)}
		for _, p := range from {
			if p >= 0 {
				s.Parents = append(s.Parents, name(int(p)))
			}
		}
		steps, parents = append(steps, s), append(parents, from)
	}
	return steps, parents
}

// BenchmarkHandbook does what a reader waits for, on a page of 200 kB and a history of 5,000 revisions.
func BenchmarkHandbook(b *testing.B) {
	base := book(200_000)
	change := func(every, from int, to string) string {
		lines := strings.SplitAfter(base, "\n")
		for i := from; i < len(lines); i += every {
			lines[i] = strings.Replace(lines[i], "is paid", to, 1)
		}
		return strings.Join(lines, "")
	}
	ours, theirs := change(40, 5, "gets paid"), change(40, 25, "earns")
	b.Run("diff", func(b *testing.B) {
		measured(b, func() { numbered(base, ours) }, func() { handbook.NewDiff(base, ours, 3) })
	})
	b.Run("diff_worst", func(b *testing.B) { // nothing stands once, and nothing fits
		x, y := strings.Repeat("a\nb\nc\n", 33_000), strings.Repeat("b\nc\na\na\n", 25_000)
		measured(b, func() { numbered(x, y) }, func() { handbook.NewDiff(x, y, 3) })
	})
	b.Run("merge", func(b *testing.B) {
		measured(b, func() { numbered(base, ours, theirs) }, func() { _, _ = handbook.ThreeWay(base, ours, theirs).Resolve(nil) })
	})
	b.Run("headings", func(b *testing.B) {
		lines := 0
		measured(b, func() { lines += len(strings.SplitAfter(base, "\n")) }, func() { handbook.Headings(base) })
	})
	steps, parents := line(5000)
	h, err := handbook.NewHistory(steps)
	if err != nil {
		b.Fatal(err)
	}
	last, other := steps[4998].ID, steps[4996].ID
	b.Run("ancestor", func(b *testing.B) { // the limit looks once at each revision that is in both pasts
		measured(b, func() {
			seen := make([]bool, len(parents))
			for i := len(parents) - 1; i >= 0; i-- {
				for _, p := range parents[i] {
					if p >= 0 {
						seen[p] = true
					}
				}
			}
		}, func() { h.Base(last, other) })
	})
	b.Run("history", func(b *testing.B) { // from rows to a graph
		measured(b, func() {
			at := make(map[id]int, len(steps))
			for i, s := range steps {
				at[s.ID] = i
			}
		}, func() { _, _ = handbook.NewHistory(steps) })
	})
}
