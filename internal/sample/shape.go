package sample

import (
	"image/color"
	"math"
)

func rect(x, y, w, h float64) outline { return outline{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}} }

func ellipse(x, y, rx, ry float64) outline { return arc(x, y, rx, ry, 0, 360) }

// arc is the part of an ellipse between two angles in degrees, clockwise from the right, closed by a straight line.
func arc(x, y, rx, ry, from, to float64) outline {
	n := max(8, int(math.Abs(to-from)/4))
	out := make(outline, 0, n+1)
	for i := range n + 1 {
		a := (from + (to-from)*float64(i)/float64(n)) * math.Pi / 180
		out = append(out, pt{x + rx*math.Cos(a), y + ry*math.Sin(a)})
	}
	return out
}

// round is a rectangle with corners of radius r.
func round(x, y, w, h, r float64) outline {
	var out outline
	out = append(out, arc(x+w-r, y+r, r, r, -90, 0)...)
	out = append(out, arc(x+w-r, y+h-r, r, r, 0, 90)...)
	out = append(out, arc(x+r, y+h-r, r, r, 90, 180)...)
	return append(out, arc(x+r, y+r, r, r, 180, 270)...)
}

// smooth is a closed curve through the points (Catmull-Rom).
func smooth(points ...pt) outline {
	n := len(points)
	var out outline
	for i := range n {
		a, b, c, d := points[(i+n-1)%n], points[i], points[(i+1)%n], points[(i+2)%n]
		for s := range 10 {
			t := float64(s) / 10
			f := func(a, b, c, d float64) float64 {
				return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
			}
			out = append(out, pt{f(a.x, b.x, c.x, d.x), f(a.y, b.y, c.y, d.y)})
		}
	}
	return out
}

// leaf is a pointed shape from one point to another, wide in the middle.
func leaf(from, to pt, wide float64) outline {
	dx, dy := to.x-from.x, to.y-from.y
	l := math.Hypot(dx, dy)
	nx, ny := -dy/l*wide, dx/l*wide
	var out outline
	for i := range 13 {
		t := float64(i) / 12
		k := math.Sin(t * math.Pi)
		out = append(out, pt{from.x + dx*t + nx*k, from.y + dy*t + ny*k})
	}
	for i := range 13 {
		t := 1 - float64(i)/12
		k := math.Sin(t * math.Pi)
		out = append(out, pt{from.x + dx*t - nx*k, from.y + dy*t - ny*k})
	}
	return out
}

// turned is o turned by degrees around a point.
func (o outline) turned(about pt, degrees float64) outline {
	s, c := math.Sincos(degrees * math.Pi / 180)
	out := make(outline, len(o))
	for i, p := range o {
		x, y := p.x-about.x, p.y-about.y
		out[i] = pt{about.x + x*c - y*s, about.y + x*s + y*c}
	}
	return out
}

// line draws a line of some width through points, round at its ends and bends.
func (c *canvas) line(col color.NRGBA, wide float64, points ...pt) {
	for i, p := range points {
		c.fill(col, ellipse(p.x, p.y, wide/2, wide/2))
		if i == 0 {
			continue
		}
		q := points[i-1]
		l := math.Hypot(p.x-q.x, p.y-q.y)
		if l == 0 {
			continue
		}
		nx, ny := -(p.y-q.y)/l*wide/2, (p.x-q.x)/l*wide/2
		c.fill(col, outline{{q.x + nx, q.y + ny}, {p.x + nx, p.y + ny}, {p.x - nx, p.y - ny}, {q.x - nx, q.y - ny}})
	}
}

// ring is a circle of some width.
func (c *canvas) ring(col color.NRGBA, x, y, r, wide float64) {
	inner := ellipse(x, y, r-wide/2, r-wide/2)
	for i, j := 0, len(inner)-1; i < j; i, j = i+1, j-1 {
		inner[i], inner[j] = inner[j], inner[i]
	}
	c.fill(col, ellipse(x, y, r+wide/2, r+wide/2), inner)
}

// bow draws an open arc of some width.
func (c *canvas) bow(col color.NRGBA, x, y, rx, ry, from, to, wide float64) {
	c.line(col, wide, arc(x, y, rx, ry, from, to)...)
}
