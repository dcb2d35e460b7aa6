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

// DefaultFuzzKm is how coarse a public point is unless its owner asks for more.
const DefaultFuzzKm = 1

// Fuzz gives the public point for an exact one: the middle of the cell of a grid of km kilometres whose origin is shifted
// by a secret of the node. It depends on nothing else, so any number of listings from one door tell no more than one does
// (product invariant 17); the shift keeps anybody from drawing the cell's edges on a map.
func Fuzz(secret []byte, exact Point, km int) Point {
	if km < DefaultFuzzKm {
		km = DefaultFuzzKm
	}
	mac := hmac.New(sha256.New, secret)
	var k [8]byte
	binary.BigEndian.PutUint64(k[:], uint64(km))
	mac.Write(append([]byte("public point"), k[:]...))
	sum := mac.Sum(nil)

	const perKm = 1e6 / 111.195 // millionths of a degree of latitude in a kilometre
	stepLat := int64(float64(km) * perKm)
	shiftLat := int64(binary.BigEndian.Uint64(sum[0:8]) % uint64(stepLat))
	lat := middle(int64(exact.Lat), stepLat, shiftLat)
	lat = max(-90_000_000, min(90_000_000, lat))
	// The longitude step follows from the row's latitude, so every point of a cell gets the same one.
	c := math.Max(0.01, math.Cos(float64(lat)/1e6*math.Pi/180))
	stepLon := int64(float64(km) * perKm / c)
	shiftLon := int64(binary.BigEndian.Uint64(sum[8:16]) % uint64(stepLon))
	lon := middle(int64(exact.Lon), stepLon, shiftLon)
	lon = max(-180_000_000, min(180_000_000, lon))
	return Point{int32(lat), int32(lon)}
}

func middle(v, step, shift int64) int64 {
	q := (v - shift) / step
	if (v-shift)%step < 0 {
		q--
	}
	return q*step + shift + step/2
}
