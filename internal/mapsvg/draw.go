package mapsvg

import (
	"math"
	"slices"
	"strings"

	"toadlane/coop"
)

// Item is one thing on the map: a point and which kind of mark it has.
type Item struct {
	At   coop.Point
	Want bool // else it is an offer
}

// Name is a name on the map.
type Name struct {
	Words string
	At    coop.Point
}

// Mark is one item, or several that stand too close for a mark each.
type Mark struct {
	X, Y   int // of its middle, on the sheet
	Items  []int
	Offers int
	Wants  int
	Spread bool // its items lie apart, so that going nearer parts them
	Middle coop.Point
}

// Text is a name with its place: the middle of its foot.
type Text struct {
	X, Y  int
	Words string
}

// Tile is a square picture behind the map.
type Tile struct {
	Z, X, Y   int
	Left, Top int
	Side      int
}

// Drawing is everything to be drawn, from the ground up.
type Drawing struct {
	View  View
	Grid  string   // one path of lines
	Land  []string // paths that are filled
	Water []string // paths that are drawn as lines
	Tiles []Tile
	Marks []Mark
	Area  []string // paths around what the map is about
	Names []Text
	Scale Scale
	Left  []int // items that lie outside of the sheet
}

// Draw makes the drawing of items and names over an outline. tiles asks for pictures behind it.
func Draw(v View, items []Item, names []Name, ground Outline, tiles bool) Drawing {
	d := Drawing{View: v, Grid: v.grid(), Scale: v.scale(150)}
	for _, ring := range ground.Land {
		if p := v.line(ring, true); p != "" {
			d.Land = append(d.Land, p)
		}
	}
	for _, l := range ground.Water {
		if p := v.line(l, false); p != "" {
			d.Water = append(d.Water, p)
		}
	}
	if tiles {
		d.Tiles = v.tiles()
	}
	d.marks(items)
	d.names(names)
	return d
}

// Around draws the rings of an area over the ground.
func (d *Drawing) Around(rings [][]coop.Point) {
	for _, ring := range rings {
		if p := d.View.line(ring, true); p != "" {
			d.Area = append(d.Area, p)
		}
	}
}

// line draws a line through points, closed or not, "" when all of it lies outside of the sheet.
func (v View) line(points []coop.Point, closed bool) string {
	var b strings.Builder
	lo, hi := flat{math.Inf(1), math.Inf(1)}, flat{math.Inf(-1), math.Inf(-1)}
	command := "M"
	for _, p := range points {
		x, y := v.at(p)
		lo, hi = flat{math.Min(lo.x, x), math.Min(lo.y, y)}, flat{math.Max(hi.x, x), math.Max(hi.y, y)}
		// What is far outside need not be exact, and no browser likes numbers that are.
		path(&b, command, math.Max(-20_000, math.Min(20_000, x)), math.Max(-20_000, math.Min(20_000, y)))
		command = "L"
	}
	if len(points) < 2 || hi.x < 0 || hi.y < 0 || lo.x > Width || lo.y > Height {
		return ""
	}
	if closed {
		b.WriteByte('Z')
	}
	return b.String()
}

// marks puts each item to the first mark that it would overlap, in the order of the items; else it gets its own. So marks are
// never closer than a target is wide, and who comes first stays where it is.
func (d *Drawing) marks(items []Item) {
	anchors := []flat{}
	for i, it := range items {
		x, y := d.View.at(it.At)
		if x < 0 || y < 0 || x > Width || y > Height {
			d.Left = append(d.Left, i)
			continue
		}
		// A mark is never cut by the edge.
		x, y = math.Max(Target/2, math.Min(Width-Target/2, x)), math.Max(Target/2, math.Min(Height-Target/2, y))
		n := slices.IndexFunc(anchors, func(a flat) bool { return math.Abs(a.x-x) < Target && math.Abs(a.y-y) < Target })
		if n < 0 {
			n = len(anchors)
			anchors = append(anchors, flat{x, y})
			d.Marks = append(d.Marks, Mark{X: int(math.Round(x)), Y: int(math.Round(y)), Middle: it.At})
		}
		m := &d.Marks[n]
		m.Items = append(m.Items, i)
		m.Spread = m.Spread || m.Middle.KilometresTo(it.At) > 0.05
		if it.Want {
			m.Wants++
		} else {
			m.Offers++
		}
	}
}

const (
	// Names have room for the large letters in which a narrow screen shows them.
	letterWidth = 10.5 // units of one letter, on the wide side
	nameHeight  = 22
	markRadius  = 23
)

type box struct{ x0, y0, x1, y1 float64 }

func (a box) meets(b box) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

// names puts each name under, over or beside its point, where it meets neither a mark nor another name; where it does
// everywhere, it is left out. The first of two equal names stands.
func (d *Drawing) names(names []Name) {
	var taken []box
	for _, m := range d.Marks {
		taken = append(taken, box{float64(m.X) - markRadius, float64(m.Y) - markRadius, float64(m.X) + markRadius, float64(m.Y) + markRadius})
	}
	// The scale stands there.
	taken = append(taken, box{0, Height - 40, float64(d.Scale.Length) + 32, Height})
	said := map[string]bool{}
	for _, n := range names {
		x, y := d.View.at(n.At)
		if said[n.Words] || n.Words == "" || x < 0 || y < 0 || x > Width || y > Height {
			continue
		}
		w := float64(len([]rune(n.Words))) * letterWidth
		for _, off := range []flat{{0, markRadius + nameHeight}, {0, -markRadius - 5}, {w/2 + markRadius + 4, 5}, {-w/2 - markRadius - 4, 5}, {0, 2*markRadius + nameHeight + 8}} {
			cx, foot := x+off.x, y+off.y
			b := box{cx - w/2, foot - nameHeight + 2, cx + w/2, foot + 4}
			if b.x0 < 2 || b.y0 < 2 || b.x1 > Width-2 || b.y1 > Height-2 || slices.ContainsFunc(taken, b.meets) {
				continue
			}
			taken, said[n.Words] = append(taken, b), true
			d.Names = append(d.Names, Text{int(math.Round(cx)), int(math.Round(foot)), n.Words})
			break
		}
	}
}

// MaxTileZoom is the nearest zoom that tiles are asked for.
const MaxTileZoom = 17

// tiles lists the pictures that cover the sheet, of the zoom that fits best.
func (v View) tiles() []Tile {
	z := int(math.Round(v.Zoom))
	side := 256 * math.Pow(2, v.Zoom-float64(z))
	n := 1 << z
	c := project(v.Centre)
	left, top := c.x*float64(n)-Width/2/side, c.y*float64(n)-Height/2/side
	var out []Tile
	for y := int(math.Floor(top)); float64(y) < top+Height/side; y++ {
		for x := int(math.Floor(left)); float64(x) < left+Width/side; x++ {
			if y < 0 || y >= n {
				continue
			}
			l, t := (float64(x)-left)*side, (float64(y)-top)*side
			out = append(out, Tile{Z: z, X: ((x % n) + n) % n, Y: y, Left: int(math.Floor(l)), Top: int(math.Floor(t)), Side: int(math.Ceil(side)) + 1})
		}
	}
	return out
}
