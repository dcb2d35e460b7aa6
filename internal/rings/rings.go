// Package rings owns the picture of a membership as rings: stages from the outside in, kinds of member as sectors, a dot for each person.
// The same people always give the same picture. It is arithmetic alone: it refuses to know names, words, colours and addresses.
package rings

import (
	"fmt"
	"math"
	"strings"
)

// The sheet: a square of Side units with the circle in its middle. A dot has Dot units of radius while there is room for everybody, down to Small, and
// less only where not even one would fit.
const (
	Side  = 400
	Dot   = 16.0
	Small = 11.0 // with so many people that not all fit
	Least = 9.0

	radius = 196.0
	middle = Side / 2.0
	gap    = 2.5  // between dots, and between a dot and a line
	thin   = 12.0 // width of a ring that nobody is in
	spine  = 8.0  // half of the strip at the top where the rings are numbered
)

// Spot is where one person belongs: Ring 0 is the outermost.
type Spot struct{ Ring, Sector int }

// Drawing is where everything lies.
type Drawing struct {
	Rings   []Ring
	Sectors []Sector
	Dots    []Mark
	More    []Mark // a dot that stands for several people
	Dot     float64
}

// Ring is one stage: its outer edge and where its number stands.
type Ring struct {
	Radius float64
	X, Y   float64
	Count  int
}

// Sector is one kind: the shape of it as the d of a path.
type Sector struct {
	Path  string
	Count int
}

// Mark is a dot. Who is the place of the person in the list that Lay got; More counts whom a dot stands for besides.
type Mark struct {
	Who          int
	Ring, Sector int
	X, Y         float64
	Path         string // its outline, in the shape of its sector
	More         int
}

// Shapes is how many outlines there are before they begin again.
const Shapes = 6

// Lay places people on rings and sectors, in their order: who comes first in a cell stands outermost. When a cell is full, its last dot
// stands for the rest.
func Lay(rings, sectors int, people []Spot) Drawing {
	rings, sectors = max(rings, 1), max(sectors, 1)
	cells := make([][][]int, rings)
	for r := range cells {
		cells[r] = make([][]int, sectors)
	}
	d := Drawing{Rings: make([]Ring, rings), Sectors: make([]Sector, sectors), Dot: Dot}
	for i, p := range people {
		if p.Ring < 0 || p.Ring >= rings || p.Sector < 0 || p.Sector >= sectors {
			continue
		}
		cells[p.Ring][p.Sector] = append(cells[p.Ring][p.Sector], i)
		d.Rings[p.Ring].Count++
		d.Sectors[p.Sector].Count++
	}
	edges := cut(d.Sectors)
	for d.Dot > Small && !fits(cells, edges, d.Dot, true) {
		d.Dot--
	}
	for d.Dot > Least && !fits(cells, edges, d.Dot, false) {
		d.Dot--
	}
	widths := bands(cells, d.Dot)
	outer := radius
	for r := range rings {
		d.Rings[r].Radius = round(outer)
		d.Rings[r].X, d.Rings[r].Y = middle, round(middle-outer+min(widths[r]/2, 9))
		outer -= widths[r]
	}
	for s := range sectors {
		d.Sectors[s].Path = wedge(edges[s], edges[s+1])
	}
	outer = radius
	for r := range rings {
		for s := range sectors {
			d.place(cells[r][s], r, s, outer-widths[r], outer, edges[s], edges[s+1])
		}
		outer -= widths[r]
	}
	return d
}

// cut gives the angles between the sectors, clockwise from the top. A kind with many members gets more, one with none little.
func cut(sectors []Sector) []float64 {
	weights, sum := make([]float64, len(sectors)), 0.0
	for i, s := range sectors {
		weights[i] = 1
		if s.Count > 0 {
			weights[i] = 2.5 + math.Sqrt(float64(s.Count))
		}
		sum += weights[i]
	}
	edges := make([]float64, len(sectors)+1)
	for i, w := range weights {
		edges[i+1] = edges[i] + 2*math.Pi*w/sum
	}
	edges[len(sectors)] = 2 * math.Pi
	return edges
}

// bands gives the width of each ring: room for a row of dots at least, more where the most are.
func bands(cells [][][]int, dot float64) []float64 {
	need, sum, free := make([]float64, len(cells)), 0.0, radius
	widths := make([]float64, len(cells))
	for r, ring := range cells {
		n := 0
		for _, c := range ring {
			n += len(c)
		}
		if n == 0 {
			widths[r] = thin
		} else {
			widths[r] = 2*dot + 2*gap
			need[r] = math.Sqrt(float64(n))
			if r == len(cells)-1 {
				need[r] = 2*need[r] + 2 // in the middle there is least room
			}
		}
		free -= widths[r]
		sum += need[r]
	}
	if free < 0 { // more rings than fit: all get their part
		for r := range widths {
			widths[r] *= radius / (radius - free)
		}
		return widths
	}
	for r := range widths {
		if sum > 0 {
			widths[r] += free * need[r] / sum
		} else {
			widths[r] = radius / float64(len(widths))
		}
	}
	return widths
}

// fits tells whether every cell has room for all who are in it, or for one dot at least where somebody is.
func fits(cells [][][]int, edges []float64, dot float64, all bool) bool {
	outer, widths := radius, bands(cells, dot)
	for r, ring := range cells {
		for s, c := range ring {
			if len(c) == 0 {
				continue
			}
			n := len(seats(max(outer-widths[r], 0), outer, edges[s], edges[s+1], dot))
			if n == 0 || all && n < len(c) {
				return false
			}
		}
		outer -= widths[r]
	}
	return true
}

type seat struct{ x, y float64 }

// seats lists where dots have room in a cell, on arcs from the outside in.
func seats(inner, outer, from, to, dot float64) (out []seat) {
	whole := to-from > 2*math.Pi-1e-9
	step := 2*dot + gap
	for rho := outer - dot - gap; rho >= inner+dot-1e-9 || inner == 0 && rho > 0; rho -= step {
		if inner < 1e-9 && whole && rho < step/2 {
			return append(out, seat{middle, middle})
		}
		if rho <= dot {
			break
		}
		// The angle that a dot needs from a line, wider at the top where the numbers stand.
		side := math.Asin(min(1, (dot+gap/2)/rho))
		a, b := from+side, to-side
		if from < 1e-9 {
			a = from + math.Asin(min(1, (dot+spine)/rho))
		}
		if to > 2*math.Pi-1e-9 {
			b = to - math.Asin(min(1, (dot+spine)/rho))
		}
		if b < a-1e-9 {
			continue
		}
		turn := 2 * math.Asin(min(1, step/2/rho))
		n := int((b-a)/turn+1e-9) + 1
		first := a + ((b-a)-float64(n-1)*turn)/2
		for i := range n {
			at := first + float64(i)*turn
			out = append(out, seat{middle + rho*math.Sin(at), middle - rho*math.Cos(at)})
		}
	}
	return out
}

// place gives the people of one cell their seats.
func (d *Drawing) place(who []int, ring, sector int, inner, outer, from, to float64) {
	if len(who) == 0 {
		return
	}
	if inner < 1e-6 {
		inner = 0
	}
	all := seats(inner, outer, from, to, d.Dot)
	if len(all) == 0 { // no room even for one: a dot in the middle of the cell, over its lines
		mid, rho := (from+to)/2, (inner+outer)/2
		all = []seat{{middle + rho*math.Sin(mid), middle - rho*math.Cos(mid)}}
	}
	for i, at := range all {
		if i == len(who) {
			return
		}
		m := Mark{Who: who[i], Ring: ring, Sector: sector, X: round(at.x), Y: round(at.y)}
		m.Path = Outline(sector, m.X, m.Y, d.Dot)
		if i == len(all)-1 && len(who) > len(all) {
			m.More = len(who) - i
			d.More = append(d.More, m)
			return
		}
		d.Dots = append(d.Dots, m)
	}
}

// wedge is a sector of the whole circle.
func wedge(from, to float64) string {
	if to-from > 2*math.Pi-1e-9 {
		return fmt.Sprintf("M%g %ga%g %g 0 1 1 0 %ga%g %g 0 1 1 0 %gz", middle, middle-radius, radius, radius, 2*radius, radius, radius, -2*radius)
	}
	large := 0
	if to-from > math.Pi {
		large = 1
	}
	return fmt.Sprintf("M%g %gL%g %gA%g %g 0 %d 1 %g %gz", middle, middle, round(middle+radius*math.Sin(from)), round(middle-radius*math.Cos(from)),
		radius, radius, large, round(middle+radius*math.Sin(to)), round(middle-radius*math.Cos(to)))
}

// Outline is the shape of a sector's dots around a point: circle, square, diamond, hexagon, octagon, shield, then again. All hold two
// letters.
func Outline(sector int, x, y, r float64) string {
	switch sector % Shapes {
	case 0:
		return fmt.Sprintf("M%g %ga%g %g 0 1 1 %g 0a%g %g 0 1 1 %g 0z", round(x-r), y, r, r, 2*r, r, r, -2*r)
	case 1:
		return polygon(x, y, r*1.22, 4, math.Pi/4)
	case 2:
		return polygon(x, y, r*1.12, 4, 0)
	case 3:
		return polygon(x, y, r*1.06, 6, 0)
	case 4:
		return polygon(x, y, r*1.04, 8, math.Pi/8)
	}
	return fmt.Sprintf("M%g %gh%gv%ga%g %g 0 0 1 %g 0z", round(x-r*.9), round(y-r*.85), round(1.8*r), round(.8*r), round(.9*r), round(.9*r), round(-1.8*r))
}

func polygon(x, y, r float64, n int, turn float64) string {
	var b strings.Builder
	for i := range n {
		at := turn + 2*math.Pi*float64(i)/float64(n)
		fmt.Fprintf(&b, "%c%g %g", "ML"[min(i, 1)], round(x+r*math.Sin(at)), round(y-r*math.Cos(at)))
	}
	return b.String() + "z"
}

// round keeps a tenth of a unit: finer nobody sees, and each digit stands in every page.
func round(v float64) float64 { return math.Round(v*10) / 10 }
