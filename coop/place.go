package coop

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Point is a place on Earth in millionths of a degree (WGS 84), which is 11 cm at the equator. Integers keep a public
// point byte-identical wherever it is written.
type Point struct{ Lat, Lon int32 }

// NewPoint makes a Point from degrees; ok is false outside [-90, 90] x [-180, 180].
func NewPoint(lat, lon float64) (p Point, ok bool) {
	if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
		return Point{}, false
	}
	return Point{int32(math.Round(lat * 1e6)), int32(math.Round(lon * 1e6))}, true
}

// Degrees gives latitude and longitude in degrees.
func (p Point) Degrees() (lat, lon float64) { return float64(p.Lat) / 1e6, float64(p.Lon) / 1e6 }

// KilometresTo is the great-circle distance on a sphere of 6371 km (haversine): within 0.6 % of the ellipsoid.
func (p Point) KilometresTo(q Point) float64 {
	la1, lo1 := p.Degrees()
	la2, lo2 := q.Degrees()
	rad := math.Pi / 180
	dLat, dLon := (la2-la1)*rad, (lo2-lo1)*rad
	h := math.Sin(dLat/2)*math.Sin(dLat/2) + math.Cos(la1*rad)*math.Cos(la2*rad)*math.Sin(dLon/2)*math.Sin(dLon/2)
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Place is where a thing or a co-op is. Exact never leaves the node; Public is what others see.
type Place struct {
	Name     string
	Exact    *Point
	Public   *Point
	RadiusKm int // how coarse Public is, and how far the offer reaches when Scope is local
}

// DefaultFuzzKm is how coarse a public point is unless its owner asks for more; MaxFuzzKm is the most they can ask for.
const (
	DefaultFuzzKm = 1
	MaxFuzzKm     = 1000
)

// Fuzzed gives p with its public point made anew from what is known best. A public point without an exact one is taken for
// one, so that nothing finer than a cell ever gets out whatever the caller filled in.
func (p Place) Fuzzed(secret []byte) Place {
	from := p.Exact
	if from == nil {
		from = p.Public
	}
	if from == nil {
		return p
	}
	p.RadiusKm = min(max(p.RadiusKm, DefaultFuzzKm), MaxFuzzKm)
	public := Fuzz(secret, *from, p.RadiusKm)
	p.Public = &public
	return p
}

// Fuzz gives the public point for an exact one: the middle of a cell at least km kilometres high and wide. It depends on
// nothing but the cell and a secret of the node, so any number of listings from one door tell no more than one does
// (product invariant 17).
//
// That has to hold over several values of km as well. Grids that knew nothing of each other would have cells whose common
// part is smaller than any of them; so km is rounded up to a power of two, and every cell is made of whole cells of the next
// finer grid: who knows the fine one learns nothing from the coarse one. For the same reason the number of cells in a row is
// a power of two, which makes them up to twice as wide as high. The public point lies less than 2.3 * km from the exact one
// (1.2 for one kilometre) up to 80 degrees of latitude; nearer a pole the cells widen and the last is a cap.
func Fuzz(secret []byte, exact Point, km int) Point {
	km = min(max(km, DefaultFuzzKm), MaxFuzzKm)
	size := int64(1)
	for size < int64(km) {
		size *= 2
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("public point"))
	sum := mac.Sum(nil)

	const (
		fullCircle = 360_000_000 // millionths of a degree
		pole       = fullCircle / 4
		kilometre  = 9044 // of latitude: at the equator, where a degree is shortest, there are 110.574 km to it (WGS 84)
	)
	step := size * kilometre
	shift := int64(binary.BigEndian.Uint64(sum[0:8]) % uint64(step)) // of one number, so that the grids share their lines
	bottom := floorDiv(int64(exact.Lat)-shift, step)*step + shift
	top := bottom + step
	// What would stick out over a pole belongs to the row next to it: a part of a row would be finer than asked for.
	switch {
	case top > pole:
		bottom, top = bottom-step, pole
	case bottom < -pole:
		bottom, top = -pole, top+step
	case top < pole && top+step > pole:
		top = pole
	case bottom > -pole && bottom-step < -pole:
		bottom = -pole
	}
	// The narrowest part of the row decides, so that the whole of a cell is wide enough. Cells go once round the Earth, so that
	// none ends at the date line.
	edge := float64(max(top, -bottom)) / 1e6 * math.Pi / 180
	round := int64(math.Cos(edge) * fullCircle)
	cells := int64(1)
	for cells*2*step <= round {
		cells *= 2
	}
	turn := int64(binary.BigEndian.Uint64(sum[8:16]) % fullCircle)
	cell := floorMod(int64(exact.Lon)-turn, fullCircle) * cells / fullCircle
	lon := floorMod((2*cell+1)*fullCircle/(2*cells)+turn+fullCircle/2, fullCircle) - fullCircle/2
	return Point{int32((bottom + top) / 2), int32(lon)}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return (a%b + b) % b }
