// Package mapsvg owns the drawing of a map of few points: the projection, an outline of the land, a scale, marks that stand
// together when they would overlap, and names that do not. It is pure: the same things give the same drawing. It refuses to know
// pages, networks and words: it gives shapes with their places, and whoever shows them says them.
package mapsvg

import (
	"math"
	"strconv"
	"strings"

	"toadlane/coop"
)

// The sheet, in units. On the narrowest screen, 288 pixels of map, a unit is 0.45 pixels, so that Target units are 24 pixels
// (WCAG 2.5.8).
const (
	Width  = 640
	Height = 480
	Target = 54
	margin = 48 // between the outermost point and the edge
)

// How far in and out a view goes: 2 shows a continent, 17 a street. Public points are no finer than a kilometre.
const (
	MinZoom  = 2.0
	MaxZoom  = 15.0
	FitZoom  = 13.5 // as far in as a view goes by itself
	ZoomStep = 1.0
)

// View is a part of the Earth in the Mercator projection that web maps use: the sheet's middle, and a zoom at which the whole
// Earth is 256 * 2^Zoom units wide.
type View struct {
	Centre coop.Point
	Zoom   float64
}

// flat is a place on the Earth as a square of side 1, north up.
type flat struct{ x, y float64 }

const maxLat = 85.0 // beyond it the projection is of no use

func project(p coop.Point) flat {
	lat, lon := p.Degrees()
	lat = math.Max(-maxLat, math.Min(maxLat, lat)) * math.Pi / 180
	return flat{(lon + 180) / 360, (1 - math.Log(math.Tan(lat)+1/math.Cos(lat))/math.Pi) / 2}
}

func unproject(f flat) coop.Point {
	lat := math.Atan(math.Sinh(math.Pi*(1-2*f.y))) * 180 / math.Pi
	lon := math.Mod(f.x*360, 360)
	if lon < 0 {
		lon += 360
	}
	p, ok := coop.NewPoint(math.Max(-maxLat, math.Min(maxLat, lat)), lon-180)
	if !ok {
		return coop.Point{}
	}
	return p
}

func (v View) perUnit() float64 { return 1 / (256 * math.Pow(2, v.Zoom)) }

// at gives the place of p on the sheet. Across the date line the shorter way counts.
func (v View) at(p coop.Point) (x, y float64) {
	c, f := project(v.Centre), project(p)
	dx := f.x - c.x
	dx -= math.Round(dx)
	return Width/2 + dx/v.perUnit(), Height/2 + (f.y-c.y)/v.perUnit()
}

// Fit is the view in which all points have room, no nearer than FitZoom. Without points it is the whole Earth.
func Fit(points []coop.Point) View {
	if len(points) == 0 {
		return View{Zoom: MinZoom}
	}
	first := project(points[0])
	lo, hi := first, first
	for _, p := range points[1:] {
		f := project(p)
		x := first.x + (f.x - first.x) - math.Round(f.x-first.x)
		lo = flat{math.Min(lo.x, x), math.Min(lo.y, f.y)}
		hi = flat{math.Max(hi.x, x), math.Max(hi.y, f.y)}
	}
	zoom := FitZoom
	for zoom > MinZoom {
		per := View{Zoom: zoom}.perUnit()
		if (hi.x-lo.x)/per <= Width-2*margin && (hi.y-lo.y)/per <= Height-2*margin {
			break
		}
		zoom -= 0.25
	}
	return View{unproject(flat{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}), zoom}
}

// Zoomed is v by so many steps nearer, or further away when it is negative.
func (v View) Zoomed(steps float64) View {
	v.Zoom = math.Max(MinZoom, math.Min(MaxZoom, v.Zoom+steps*ZoomStep))
	return v
}

// Moved is v by parts of the sheet to the east and to the south.
func (v View) Moved(east, south float64) View {
	c := project(v.Centre)
	y := math.Max(0.02, math.Min(0.98, c.y+south*Height*v.perUnit()))
	v.Centre = unproject(flat{c.x + east*Width*v.perUnit(), y})
	return v
}

// String writes the view for an address: "39.4699,-0.3763,13.5".
func (v View) String() string {
	lat, lon := v.Centre.Degrees()
	return strconv.FormatFloat(lat, 'f', 4, 64) + "," + strconv.FormatFloat(lon, 'f', 4, 64) + "," + strconv.FormatFloat(v.Zoom, 'f', -1, 64)
}

// ParseView reads what String wrote; ok is false for anything else.
func ParseView(s string) (v View, ok bool) {
	parts := strings.Split(s, ",")
	if len(parts) != 3 || len(s) > 60 {
		return v, false
	}
	var n [3]float64
	for i, p := range parts {
		f, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return v, false
		}
		n[i] = f
	}
	if v.Centre, ok = coop.NewPoint(n[0], n[1]); !ok || math.Abs(n[0]) > maxLat || n[2] < MinZoom || n[2] > MaxZoom {
		return View{}, false
	}
	v.Zoom = math.Round(n[2]*4) / 4
	return v, true
}

// Scale is a bar as long as a round distance.
type Scale struct {
	Metres int
	Length int // in units
}

// scale chooses 1, 2 or 5 times a power of ten, at most longest units.
func (v View) scale(longest float64) Scale {
	lat, _ := v.Centre.Degrees()
	perUnit := 40_030_000 * math.Cos(lat*math.Pi/180) * v.perUnit() // metres
	best := Scale{Metres: 1, Length: 1}
	for ten := 10; ten <= 10_000_000; ten *= 10 {
		for _, m := range []int{ten, 2 * ten, 5 * ten} {
			if l := float64(m) / perUnit; l <= longest {
				best = Scale{m, int(math.Round(l))}
			}
		}
	}
	return best
}

// grid draws lines of latitude and longitude some hundred units apart, as one path.
func (v View) grid() string {
	var b strings.Builder
	degrees := v.perUnit() * 360 * 110
	step := 90.0
	for _, s := range []float64{45, 20, 10, 5, 2, 1, .5, .2, .1, .05, .02, .01, .005, .002} {
		if s < degrees {
			break
		}
		step = s
	}
	lat, lon := v.Centre.Degrees()
	for i := -8.0; i <= 8; i++ {
		if p, ok := coop.NewPoint(0, (math.Round(lon/step)+i)*step); ok {
			if x, _ := v.at(p); x > 0 && x < Width {
				path(&b, "M", x, 0)
				path(&b, "V", Height)
			}
		}
		if p, ok := coop.NewPoint((math.Round(lat/step)+i)*step, lon); ok && math.Abs(float64(p.Lat)) < maxLat*1e6 {
			if _, y := v.at(p); y > 0 && y < Height {
				path(&b, "M", 0, y)
				path(&b, "H", Width)
			}
		}
	}
	return b.String()
}

// path writes a command of an SVG path, to the tenth of a unit.
func path(b *strings.Builder, command string, numbers ...float64) {
	b.WriteString(command)
	for i, n := range numbers {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64))
	}
}
