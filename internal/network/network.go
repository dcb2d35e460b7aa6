// Package network owns the picture of who is linked with whom: a mark for each, a line for each link. The same things give the same picture, in
// whatever order they come. It is arithmetic alone: it refuses to know names, words, colours and addresses.
package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// The sheet: a square of Side units. On the narrowest screen it is 288 pixels wide, so that a mark, 2 * Radius wide, has 24 of them (WCAG 2.5.8).
const (
	Side   = 400.0
	Radius = 17.0
	middle = Side / 2
	outer  = middle - Radius - 3
	inner  = outer / 2
)

// How many marks have room on the two rings.
const (
	onOuter = 28
	onInner = 11
	Most    = onOuter + onInner
)

// Node is somebody. Key tells it apart and is the same from day to day; Round is drawn as a circle, another as a hexagon.
type Node struct {
	Key   string
	Round bool
}

// Link joins two nodes, by their places in the list. Weight is how much there is of it, 1 or more.
type Link struct{ A, B, Weight int }

// Drawing is where everything lies.
type Drawing struct {
	Marks []Mark // by Number
	Lines []Line
	Left  int // how many nodes had no room: those with the fewest links
}

// Mark is a node: its place in the list that Lay got, the number that stands in it, and its outline as the d of a path.
type Mark struct {
	Who, Number int
	X, Y        float64
	Path        string
}

// Line is a link between two marks, as the d of a path.
type Line struct {
	A, B  int // as in Link
	Path  string
	Width float64
}

// Lay places nodes on two rings: all on the outer one while there is room, else those with the most links on the inner one. On a ring, linked ones stand
// near each other.
func Lay(nodes []Node, links []Link) Drawing {
	weight := make([]int, len(nodes))
	near := make([]map[int]int, len(nodes))
	for i := range near {
		near[i] = map[int]int{}
	}
	for _, l := range links {
		if l.A == l.B || l.A < 0 || l.B < 0 || l.A >= len(nodes) || l.B >= len(nodes) {
			continue
		}
		weight[l.A] += l.Weight
		weight[l.B] += l.Weight
		near[l.A][l.B] += l.Weight
		near[l.B][l.A] += l.Weight
	}
	order := make([]int, len(nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(nodes[a].Key, nodes[b].Key))
	})
	var d Drawing
	if len(order) > Most {
		d.Left = len(order) - Most
		order = order[:Most]
	}
	in := max(0, len(order)-onOuter)
	rings := [][]int{chain(order[:in], near), chain(order[in:], near)}
	at := map[int]int{} // node → place in Marks
	for r, ring := range rings {
		for i, who := range ring {
			angle := 2*math.Pi*float64(i)/float64(len(ring)) - math.Pi/2
			radius := outer
			if r == 0 {
				radius = inner
			}
			if len(order) == 1 {
				radius = 0
			}
			m := Mark{Who: who, X: round(middle + radius*math.Cos(angle)), Y: round(middle + radius*math.Sin(angle))}
			m.Path = outline(m.X, m.Y, nodes[who].Round)
			d.Marks = append(d.Marks, m)
		}
	}
	slices.SortStableFunc(d.Marks, func(a, b Mark) int { return cmp.Compare(nodes[a.Who].Key, nodes[b.Who].Key) })
	for i := range d.Marks {
		d.Marks[i].Number = i + 1
		at[d.Marks[i].Who] = i
	}
	d.lines(links, at)
	return d
}

// chain orders nodes so that each stands beside the one that it is linked with most, of those that are left; the first has the most links.
func chain(order []int, near []map[int]int) []int {
	left := slices.Clone(order)
	out := make([]int, 0, len(order))
	for len(left) > 0 {
		next := 0
		if len(out) > 0 {
			last := out[len(out)-1]
			for i, who := range left { // in order, so that the first of equals wins
				if near[last][who] > near[last][left[next]] {
					next = i
				}
			}
		}
		out = append(out, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return out
}

// lines draws the links between marks, bent towards the middle so that those between the same rings do not lie on each other.
func (d *Drawing) lines(links []Link, at map[int]int) {
	for _, l := range links {
		a, ok := at[l.A]
		b, ok2 := at[l.B]
		if !ok || !ok2 || a == b {
			continue
		}
		x, y := d.Marks[a], d.Marks[b]
		cx, cy := (x.X+y.X)/2*0.6+middle*0.4, (x.Y+y.Y)/2*0.6+middle*0.4
		d.Lines = append(d.Lines, Line{A: l.A, B: l.B, Width: round(1.5 + min(4.5, 1.5*math.Log2(float64(max(1, l.Weight))))),
			Path: fmt.Sprintf("M%g %gQ%g %g %g %g", x.X, x.Y, round(cx), round(cy), y.X, y.Y)})
	}
	slices.SortStableFunc(d.Lines, func(a, b Line) int { return cmp.Compare(a.Path, b.Path) })
}

// outline is a circle or a hexagon about a place.
func outline(x, y float64, isRound bool) string {
	if isRound {
		return fmt.Sprintf("M%g %ga%g %g 0 1 0 %g 0a%g %g 0 1 0 %g 0z", round(x-Radius), y, Radius, Radius, 2*Radius, Radius, Radius, -2*Radius)
	}
	path := ""
	for i := range 6 {
		angle := math.Pi/6 + float64(i)*math.Pi/3
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		path += fmt.Sprintf("%s%g %g", letter, round(x+Radius*math.Cos(angle)), round(y+Radius*math.Sin(angle)))
	}
	return path + "z"
}

func round(v float64) float64 { return math.Round(v*10) / 10 }
