package mapsvg

import (
	"encoding/json"
	"math"

	"toadlane/coop"
)

// Outline is the ground of a map: areas of land, and lines of water.
type Outline struct {
	Land  [][]coop.Point
	Water [][]coop.Point
}

// The most an outline may be: as it is pasted, and as it is kept.
const (
	MaxOutlineBytes  = 256 << 10
	MaxOutlinePoints = 500
	maxParts         = 60
	maxRead          = 20_000 // points that are read at all
)

// geo is as much of GeoJSON (RFC 7946) as an outline needs.
type geo struct {
	Type        string          `json:"type"`
	Features    []geo           `json:"features,omitempty"`
	Geometry    *geo            `json:"geometry,omitempty"`
	Geometries  []geo           `json:"geometries,omitempty"`
	Coordinates json.RawMessage `json:"coordinates,omitempty"`
}

// ParseOutline reads an outline from GeoJSON: Polygons and MultiPolygons are land, LineStrings and MultiLineStrings water. Holes
// in land are left out. It is made simpler until it has no more than MaxOutlinePoints. Errors are of class Invalid, field
// "outline": outline.large, outline.unreadable, outline.empty, outline.degrees.
func ParseOutline(b []byte) (Outline, error) {
	var o Outline
	if len(b) > MaxOutlineBytes {
		return o, coop.FieldError("outline", "outline.large", map[string]any{"Max": MaxOutlineBytes >> 10})
	}
	var g geo
	if err := json.Unmarshal(b, &g); err != nil {
		return o, coop.FieldError("outline", "outline.unreadable", nil)
	}
	r := reader{}
	if key := r.read(&g, 0); key != "" {
		return o, coop.FieldError("outline", key, map[string]any{"Max": MaxOutlineBytes >> 10})
	}
	if len(r.o.Land) == 0 {
		return o, coop.FieldError("outline", "outline.empty", nil)
	}
	return r.o.simpler(), nil
}

type reader struct {
	o      Outline
	points int
}

// read takes in g and gives the key of what is wrong with it, "" for nothing.
func (r *reader) read(g *geo, depth int) string {
	if depth > 8 || len(r.o.Land)+len(r.o.Water) > maxParts {
		return "outline.large"
	}
	into := func(v any) bool { return json.Unmarshal(g.Coordinates, v) == nil }
	switch g.Type {
	case "FeatureCollection", "GeometryCollection":
		for i := range g.Features {
			if key := r.read(&g.Features[i], depth+1); key != "" {
				return key
			}
		}
		for i := range g.Geometries {
			if key := r.read(&g.Geometries[i], depth+1); key != "" {
				return key
			}
		}
	case "Feature":
		if g.Geometry != nil {
			return r.read(g.Geometry, depth+1)
		}
	case "Polygon":
		var rings [][][]float64
		if !into(&rings) {
			return "outline.unreadable"
		}
		return r.land(rings)
	case "MultiPolygon":
		var all [][][][]float64
		if !into(&all) {
			return "outline.unreadable"
		}
		for _, rings := range all {
			if key := r.land(rings); key != "" {
				return key
			}
		}
	case "LineString":
		var line [][]float64
		if !into(&line) {
			return "outline.unreadable"
		}
		return r.line(line, &r.o.Water, 2)
	case "MultiLineString":
		var lines [][][]float64
		if !into(&lines) {
			return "outline.unreadable"
		}
		for _, l := range lines {
			if key := r.line(l, &r.o.Water, 2); key != "" {
				return key
			}
		}
	case "Point", "MultiPoint": // names of places, mostly
	default:
		return "outline.unreadable"
	}
	return ""
}

func (r *reader) land(rings [][][]float64) string {
	if len(rings) == 0 {
		return ""
	}
	return r.line(rings[0], &r.o.Land, 3)
}

func (r *reader) line(line [][]float64, into *[][]coop.Point, least int) string {
	if r.points += len(line); r.points > maxRead || len(*into) >= maxParts {
		return "outline.large"
	}
	out := make([]coop.Point, 0, len(line))
	for _, c := range line {
		if len(c) < 2 {
			return "outline.unreadable"
		}
		p, ok := coop.NewPoint(c[1], c[0]) // longitude comes first (RFC 7946 §3.1.1)
		if !ok || math.Abs(c[1]) > maxLat {
			return "outline.degrees"
		}
		if len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	if least == 3 && len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	if len(out) >= least {
		*into = append(*into, out)
	}
	return ""
}

// Points counts what o consists of.
func (o Outline) Points() (n int) {
	for _, l := range o.Land {
		n += len(l)
	}
	for _, l := range o.Water {
		n += len(l)
	}
	return n
}

// All lists the points of the land, to fit a view around them.
func (o Outline) All() []coop.Point {
	var out []coop.Point
	for _, l := range o.Land {
		out = append(out, l...)
	}
	return out
}

// simpler takes points away that hardly matter (Douglas and Peucker 1973), with a growing tolerance until few enough are left.
// Parts that vanish are left out, but for the first.
func (o Outline) simpler() Outline {
	const finest = 1e-9 // of the way round the Earth: 4 cm
	for tolerance := finest; o.Points() > MaxOutlinePoints; tolerance *= 2 {
		cut := func(all [][]coop.Point, closed bool) (out [][]coop.Point) {
			for i, l := range all {
				s := simplify(l, tolerance, closed)
				if closed && len(s) < 3 || len(s) < 2 {
					if i > 0 || !closed {
						continue
					}
					s = l[:min(len(l), 3)]
				}
				out = append(out, s)
			}
			return out
		}
		o = Outline{cut(o.Land, true), cut(o.Water, false)}
	}
	return o
}

// simplify keeps the ends of a line, and of each part the point that lies furthest from the straight way, when that is further
// than tolerance. A ring is cut at its first point and the one furthest from it.
func simplify(line []coop.Point, tolerance float64, ring bool) []coop.Point {
	if len(line) < 3 {
		return line
	}
	f := make([]flat, len(line))
	for i, p := range line {
		f[i] = project(p)
	}
	keep := make([]bool, len(line))
	type part struct{ a, b int }
	todo := []part{{0, len(line) - 1}}
	keep[0], keep[len(line)-1] = true, !ring
	if ring {
		far := 0
		for i := range f {
			if distance(f[i], f[0], f[0]) > distance(f[far], f[0], f[0]) {
				far = i
			}
		}
		keep[far] = true
		todo = []part{{0, far}, {far, len(line)}} // the first stands behind the last, too
		f = append(f, f[0])
	}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		most, at := tolerance, -1
		for i := p.a + 1; i < p.b; i++ {
			if d := distance(f[i], f[p.a], f[p.b]); d > most {
				most, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			todo = append(todo, part{p.a, at}, part{at, p.b})
		}
	}
	var out []coop.Point
	for i, k := range keep {
		if k {
			out = append(out, line[i])
		}
	}
	return out
}

// distance is that of p from the way between a and b.
func distance(p, a, b flat) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

// degrees gives points as GeoJSON has them.
func degrees(line []coop.Point, closed bool) [][]float64 {
	out := make([][]float64, 0, len(line)+1)
	for _, p := range line {
		lat, lon := p.Degrees()
		out = append(out, []float64{lon, lat})
	}
	if closed && len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}

// JSON writes o as GeoJSON that ParseOutline reads.
func (o Outline) JSON() string {
	var all []geo
	add := func(kind string, coordinates any) {
		b, err := json.Marshal(coordinates)
		if err == nil { // numbers always are
			all = append(all, geo{Type: kind, Coordinates: b})
		}
	}
	for _, l := range o.Land {
		add("Polygon", [][][]float64{degrees(l, true)})
	}
	for _, l := range o.Water {
		add("LineString", degrees(l, false))
	}
	b, err := json.Marshal(geo{Type: "GeometryCollection", Geometries: all})
	if err != nil {
		return ""
	}
	return string(b)
}
