package rings

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// draw gives any membership.
func draw(t *rapid.T) (rings, sectors int, people []Spot) {
	rings, sectors = rapid.IntRange(1, 6).Draw(t, "rings"), rapid.IntRange(1, 8).Draw(t, "sectors")
	spot := rapid.Custom(func(t *rapid.T) Spot {
		return Spot{rapid.IntRange(0, rings-1).Draw(t, "ring"), rapid.IntRange(0, sectors-1).Draw(t, "sector")}
	})
	return rings, sectors, rapid.SliceOfN(spot, 0, 300).Draw(t, "people")
}

// Everybody is there once: as a dot of their own, or counted in the last dot of their cell.
func TestEverybodyIsCountedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rings, sectors, people := draw(t)
		d := Lay(rings, sectors, people)
		cell := map[Spot]int{}
		for _, p := range people {
			cell[p]++
		}
		seen := map[int]bool{}
		for _, m := range append(append([]Mark{}, d.Dots...), d.More...) {
			if seen[m.Who] {
				t.Fatalf("%d stands twice", m.Who)
			}
			seen[m.Who] = true
			if people[m.Who] != (Spot{m.Ring, m.Sector}) {
				t.Fatalf("%d of %v stands in %d, %d", m.Who, people[m.Who], m.Ring, m.Sector)
			}
			cell[people[m.Who]] -= max(m.More, 1)
		}
		for at, n := range cell {
			if n != 0 {
				t.Fatalf("%v misses %d", at, n)
			}
		}
		if len(d.Rings) != rings || len(d.Sectors) != sectors {
			t.Fatalf("%d rings, %d sectors", len(d.Rings), len(d.Sectors))
		}
	})
}

// Dots lie on the sheet; while they have their least room they lie in their own ring and touch no other.
func TestDotsHaveRoom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rings, sectors, people := draw(t)
		d := Lay(rings, sectors, people)
		all := append(append([]Mark{}, d.Dots...), d.More...)
		for i, m := range all {
			far := math.Hypot(m.X-middle, m.Y-middle)
			if far+d.Dot > radius+1 {
				t.Fatalf("%+v sticks out by %g", m, far+d.Dot-radius)
			}
			if d.Dot == Least {
				continue // there may be no room at all, and then it says so by a dot that overlaps
			}
			inner := 0.0
			if m.Ring+1 < rings {
				inner = d.Rings[m.Ring+1].Radius
			}
			if far > d.Rings[m.Ring].Radius-d.Dot+1 || far < inner+d.Dot-1 && inner > 0 {
				t.Fatalf("%+v lies at %g of ring %g to %g, dots of %g", m, far, inner, d.Rings[m.Ring].Radius, d.Dot)
			}
			for _, o := range all[:i] {
				if math.Hypot(m.X-o.X, m.Y-o.Y) < 2*d.Dot-1 {
					t.Fatalf("%+v and %+v touch, dots of %g", m, o, d.Dot)
				}
			}
		}
	})
}

func TestTheSameForTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rings, sectors, people := draw(t)
		if d := cmp.Diff(Lay(rings, sectors, people), Lay(rings, sectors, people)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestSizesThatOccur(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ rings, sectors, people, dots int }{
		"nobody": {5, 4, 0, 0}, "one": {5, 4, 1, 1}, "one ring, one kind": {1, 1, 1, 1}, "a dozen": {5, 4, 12, 12},
	} {
		var people []Spot
		for i := range x.people {
			people = append(people, Spot{x.rings - 1 - i%min(3, x.rings), i % x.sectors})
		}
		d := Lay(x.rings, x.sectors, people)
		if len(d.Dots) != x.dots || len(d.More) != 0 || d.Dot < 14 {
			t.Errorf("%s: %d dots of %g, %d for several", name, len(d.Dots), d.Dot, len(d.More))
		}
	}
	var many []Spot
	for i := range 300 {
		many = append(many, Spot{1 + i%4, i % 3})
	}
	d := Lay(5, 3, many)
	if len(d.Dots) < 60 || d.Dot != Small || len(d.More) == 0 || d.Rings[0].Radius != radius || d.Rings[0].Radius-d.Rings[1].Radius > thin+1 {
		t.Errorf("300 people: %d dots, %d for several, rings %+v", len(d.Dots), len(d.More), d.Rings)
	}
	if d := Lay(2, 2, []Spot{{-1, 0}, {2, 0}, {0, 2}, {1, 1}}); len(d.Dots) != 1 {
		t.Errorf("who belongs nowhere is drawn: %+v", d.Dots)
	}
}

func TestShapesDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for s := range Shapes {
		p := Outline(s, 100, 100, Dot)
		if was, ok := seen[p]; ok {
			t.Errorf("%d and %d are the same", was, s)
		}
		seen[p] = s
	}
	if Outline(Shapes, 1, 1, Dot) != Outline(0, 1, 1, Dot) {
		t.Error("they do not begin again")
	}
}
