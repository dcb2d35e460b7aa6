package coop_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
)

func point(lat, lon float64) coop.Point {
	p, ok := coop.NewPoint(lat, lon)
	if !ok {
		panic(fmt.Sprint(lat, lon))
	}
	return p
}

func drawPoint(t *rapid.T, maxLat float64) coop.Point {
	return point(rapid.Float64Range(-maxLat, maxLat).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"))
}

func TestNewPoint(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]float64{{90.1, 0}, {-90.1, 0}, {0, 180.1}, {0, -180.1}, {math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}} {
		if p, ok := coop.NewPoint(bad[0], bad[1]); ok || p != (coop.Point{}) {
			t.Errorf("%v became %v", bad, p)
		}
	}
	if p := point(51.0543, -3.7174); p != (coop.Point{Lat: 51_054_300, Lon: -3_717_400}) {
		t.Errorf("got %v", p)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t, 90)
		if q := point(p.Degrees()); q != p {
			t.Fatalf("%v became %v", p, q)
		}
	})
}

func TestKilometres(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b coop.Point
		want float64
	}{
		{point(51.0543, 3.7174), point(50.8503, 4.3517), 50},   // Ghent to Brussels
		{point(0, 179.5), point(0, -179.5), 111},               // over the date line
		{point(90, 0), point(90, 120), 0},                      // one pole
		{point(40.4168, -3.7038), point(-40.41, 176.3), 20015}, // the other side of the Earth
	} {
		if got := c.a.KilometresTo(c.b); math.Abs(got-c.want) > 0.01*c.want+0.1 || c.b.KilometresTo(c.a) != got {
			t.Errorf("%v to %v: %.1f km, want %.0f", c.a, c.b, got, c.want)
		}
	}
}

var secret = []byte("a secret of the node, 32 bytes..")

// rounded is the size of the grid that km is rounded up to.
func rounded(km int) int {
	size := 1
	for size < km {
		size *= 2
	}
	return size
}

// far bounds how far a public point lies from the exact one: half the diagonal of a cell twice as wide as high, and 2 % for
// cells that are wider at the side that faces the equator.
func far(km int) float64 { return math.Sqrt(5) / 2 * float64(rounded(km)) * 1.02 }

func TestFuzzProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t, 80)
		km := rapid.SampledFrom([]int{-1, 0, 1, 2, 3, 5, 8, 10, 25, 50, 100}).Draw(t, "km")
		q := coop.Fuzz(secret, p, km)
		if q != coop.Fuzz(append([]byte(nil), secret...), p, km) {
			t.Fatal("not deterministic")
		}
		want := max(km, coop.DefaultFuzzKm)
		if d := p.KilometresTo(q); d > far(want) || d >= 2.3*float64(want) {
			t.Fatalf("%v became %v, %.2f km away for %d", p, q, d, want)
		}
		// The public point belongs to its own cell, so publishing it once more tells nothing new.
		if again := coop.Fuzz(secret, q, km); again != q {
			t.Fatalf("%v became %v became %v", p, q, again)
		}
		// A coarse point follows from a finer one: together they tell no more than the finer.
		for _, wider := range []int{want + 1, 2 * want, 7 * want} {
			if coop.Fuzz(secret, q, wider) != coop.Fuzz(secret, p, wider) {
				t.Fatalf("%d km and %d km of %v together tell more than each", want, wider, p)
			}
		}
	})
}

// TestFuzzAveraging: what many listings from one door give away, of whatever sizes, is one cell and nothing finer.
func TestFuzzAveraging(t *testing.T) {
	t.Parallel()
	door := point(51.054321, 3.717412)
	one := coop.Fuzz(secret, door, 1)
	for range 100 {
		if coop.Fuzz(secret, door, 1) != one {
			t.Fatal("two listings from one door have two points")
		}
	}
	// Neighbours in the same cell have the same points in every size.
	inCell := 0
	for dLat := int32(-6000); dLat <= 6000; dLat += 500 {
		for dLon := int32(-9000); dLon <= 9000; dLon += 500 {
			q := coop.Point{Lat: door.Lat + dLat, Lon: door.Lon + dLon}
			if coop.Fuzz(secret, q, 1) != one {
				continue
			}
			inCell++
			for km := 1; km <= 64; km++ {
				if coop.Fuzz(secret, q, km) != coop.Fuzz(secret, door, km) {
					t.Fatalf("at %d km, %v and %v of one cell differ", km, door, q)
				}
			}
		}
	}
	if inCell < 100 {
		t.Errorf("only %d neighbours in the cell", inCell)
	}
}

// TestFuzzCellSize walks from a door until the point changes: a cell must be at least km kilometres wide and high, at the date
// line, at the equator and beside the poles as well.
func TestFuzzCellSize(t *testing.T) {
	t.Parallel()
	for _, start := range []coop.Point{point(0, 0), point(51.05, 3.7), point(-33.9, 179.9999), point(16.5, -180), point(64.1, -21.9),
		point(80, 100), point(89.5, 20), point(89.95, 10), point(-89.99, -170), point(90, 0)} {
		for _, km := range []int{1, 4, 30} {
			for _, s := range []string{"one", "two", "three"} {
				q := coop.Fuzz([]byte(s), start, km)
				same := func(lat, lon int64) bool {
					if lat > 90_000_000 || lat < -90_000_000 {
						return false
					}
					lon = (lon+540_000_000)%360_000_000 - 180_000_000
					return coop.Fuzz([]byte(s), coop.Point{Lat: int32(lat), Lon: int32(lon)}, km) == q
				}
				step := int64(km) * 1e6 / 111 / 50
				north, south := int64(q.Lat), int64(q.Lat)
				for same(north+step, int64(q.Lon)) {
					north += step
				}
				for same(south-step, int64(q.Lon)) {
					south -= step
				}
				high := float64(north-south+2*step) / 1e6 * 110.6
				if north+step > 90_000_000 || south-step < -90_000_000 {
					high *= 2 // a cap goes as far down the other side
				}
				if high < float64(km) {
					t.Errorf("%v, %d km: cell is %.2f km high", start, km, high)
				}
				if math.Abs(float64(q.Lat)) > 89.9e6-float64(km)*2e4 {
					continue // a cap: every longitude, checked below
				}
				across := int64(float64(step) / math.Cos(float64(q.Lat)/1e6*math.Pi/180))
				east, west := int64(q.Lon), int64(q.Lon)
				for i := 0; same(int64(q.Lat), east+across) && i < 10_000; i++ {
					east += across
				}
				for i := 0; same(int64(q.Lat), west-across) && i < 10_000; i++ {
					west -= across
				}
				wide := float64(east-west+2*across) / 1e6 * 110.6 * math.Cos(float64(q.Lat)/1e6*math.Pi/180)
				if wide < float64(km) {
					t.Errorf("%v, %d km: cell is %.2f km wide", start, km, wide)
				}
			}
		}
	}
}

func TestFuzzPolesAndDateLine(t *testing.T) {
	t.Parallel()
	for _, lat := range []float64{90, -90} {
		first := coop.Fuzz(secret, point(lat, 0), 1)
		for lon := -180.0; lon <= 180; lon += 7.5 {
			if got := coop.Fuzz(secret, point(lat, lon), 1); got != first {
				t.Errorf("the pole at longitude %.1f is %v, not %v", lon, got, first)
			}
		}
	}
	for lat := -89.0; lat < 89; lat += 0.37 {
		east, west := coop.Fuzz(secret, point(lat, 180), 1), coop.Fuzz(secret, point(lat, -180), 1)
		if east != west {
			t.Errorf("latitude %.2f: the date line is %v and %v", lat, east, west)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := coop.Fuzz(rapid.SliceOf(rapid.Byte()).Draw(t, "secret"), drawPoint(t, 90), rapid.IntRange(-10, 1<<40).Draw(t, "km"))
		if lat, lon := q.Degrees(); lat < -90 || lat > 90 || lon < -180 || lon > 180 {
			t.Fatalf("off the map: %v", q)
		}
	})
}

func TestFuzzSecrets(t *testing.T) {
	t.Parallel()
	door := point(51.054321, 3.717412)
	seen := map[coop.Point]bool{}
	for i := range 50 {
		seen[coop.Fuzz([]byte{byte(i)}, door, 1)] = true
	}
	if len(seen) < 45 {
		t.Errorf("50 secrets gave %d points", len(seen))
	}
}

func TestPlaceFuzzed(t *testing.T) {
	t.Parallel()
	exact := point(51.054321, 3.717412)
	if got := (coop.Place{Name: "somewhere"}).Fuzzed(secret); got.Public != nil || got.RadiusKm != 0 {
		t.Errorf("a place without points became %+v", got)
	}
	got := coop.Place{Exact: &exact, Public: &exact}.Fuzzed(secret)
	if want := coop.Fuzz(secret, exact, 1); got.Public == nil || *got.Public != want || got.RadiusKm != 1 || *got.Exact != exact {
		t.Errorf("got %+v", got)
	}
	// A public point that somebody filled in by hand is never taken over as it is.
	got = coop.Place{Public: &exact, RadiusKm: 5}.Fuzzed(secret)
	if *got.Public != coop.Fuzz(secret, exact, 5) || exact != point(51.054321, 3.717412) {
		t.Errorf("got %+v", got)
	}
	if again := got.Fuzzed(secret); *again.Public != *got.Public {
		t.Errorf("fuzzing twice moved it from %v to %v", *got.Public, *again.Public)
	}
	if got = (coop.Place{Exact: &exact, RadiusKm: 1 << 40}).Fuzzed(secret); got.RadiusKm != coop.MaxFuzzKm {
		t.Errorf("radius %d", got.RadiusKm)
	}
}
