package network

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func some(t *rapid.T) ([]Node, []Link) {
	n := rapid.IntRange(0, 60).Draw(t, "nodes")
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i] = Node{Key: fmt.Sprintf("n%02d", i), Round: rapid.Bool().Draw(t, "round")}
	}
	var links []Link
	seen := map[[2]int]bool{}
	if n > 1 {
		for range rapid.IntRange(0, 80).Draw(t, "links") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			if a, b = min(a, b), max(a, b); a == b || seen[[2]int{a, b}] {
				continue
			}
			seen[[2]int{a, b}] = true
			links = append(links, Link{a, b, rapid.IntRange(1, 9).Draw(t, "weight")})
		}
	}
	return nodes, links
}

// No mark lies on another or leaves the sheet, whoever is linked with whom; the rest is counted.
func TestRoom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nodes, links := some(t)
		d := Lay(nodes, links)
		if len(d.Marks)+d.Left != len(nodes) || len(d.Marks) > Most {
			t.Fatalf("%d marks, %d left of %d", len(d.Marks), d.Left, len(nodes))
		}
		for i, m := range d.Marks {
			if m.Number != i+1 {
				t.Fatalf("mark %d has number %d", i, m.Number)
			}
			if m.X < Radius || m.Y < Radius || m.X > Side-Radius || m.Y > Side-Radius {
				t.Fatalf("mark at %v %v", m.X, m.Y)
			}
			for _, o := range d.Marks[:i] {
				if dist := math.Hypot(m.X-o.X, m.Y-o.Y); dist < 2*Radius {
					t.Fatalf("two of %d marks %v apart", len(d.Marks), dist)
				}
			}
		}
		if d.Left == 0 && len(d.Lines) != len(links) {
			t.Fatalf("%d lines for %d links", len(d.Lines), len(links))
		}
	})
}

// Whatever order things come in, the picture is the same.
func TestSamePicture(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nodes, links := some(t)
		places := make([]int, len(nodes))
		for i := range places {
			places[i] = i
		}
		perm := rapid.Permutation(places).Draw(t, "order")
		moved := make([]Node, len(nodes))
		for i, p := range perm {
			moved[p] = nodes[i]
		}
		others := make([]Link, 0, len(links))
		for _, l := range links {
			others = append(others, Link{perm[l.A], perm[l.B], l.Weight})
		}
		picture := func(nodes []Node, d Drawing) (out []string) {
			for _, m := range d.Marks {
				out = append(out, fmt.Sprint(nodes[m.Who].Key, m.Number, m.Path))
			}
			for _, l := range d.Lines {
				out = append(out, fmt.Sprint(nodes[l.A].Key, nodes[l.B].Key, l.Path, l.Width))
			}
			return out
		}
		if diff := cmp.Diff(picture(nodes, Lay(nodes, links)), picture(moved, Lay(moved, others))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestBesideEachOther(t *testing.T) {
	t.Parallel()
	nodes := []Node{{"a", true}, {"b", true}, {"c", false}, {"d", true}, {"e", true}}
	d := Lay(nodes, []Link{{0, 4, 5}, {9, 1, 1}, {2, 2, 1}})
	gap := math.Hypot(d.Marks[0].X-d.Marks[4].X, d.Marks[0].Y-d.Marks[4].Y)
	if side := 2 * outer * math.Sin(math.Pi/5); math.Abs(gap-side) > 0.2 || len(d.Lines) != 1 {
		t.Errorf("linked ones are %v apart, neighbours %v; %d lines", gap, side, len(d.Lines))
	}
	if one := Lay(nodes[:1], nil); one.Marks[0].X != middle || one.Marks[0].Y != middle {
		t.Errorf("one alone stands at %v %v", one.Marks[0].X, one.Marks[0].Y)
	}
}
