package region

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
)

// What a steward said is tidied once, and then it is good or refused with what is wrong.
func TestAreaTidy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) coop.Point {
			return coop.Point{Lat: rapid.Int32Range(0, 2).Draw(t, "lat"), Lon: rapid.Int32Range(0, 2).Draw(t, "lon")}
		})
		a := Area{ID: "x", Places: rapid.SliceOfN(rapid.StringMatching(`[ aAb]{0,3}`), 0, 4).Draw(t, "places")}
		for range rapid.IntRange(0, 2).Draw(t, "rings") {
			a.Outline = append(a.Outline, rapid.SliceOfN(point, 0, 6).Draw(t, "ring"))
		}
		b := a.Tidy()
		if c := b.Tidy(); !c.Same(&b) || b.ID != "" {
			t.Fatalf("%+v is tidied to %+v", b, c)
		}
		thin := slices.ContainsFunc(b.Outline, func(r Ring) bool {
			seen := map[coop.Point]bool{}
			for _, p := range r {
				seen[p] = true
			}
			return len(seen) < 3
		})
		if good := b.Validate() == nil; good != (!thin && (len(b.Places) > 0) != (len(b.Outline) > 0)) {
			t.Fatalf("%+v: %v", b, b.Validate())
		}
	})
}

func TestAreaLimits(t *testing.T) {
	t.Parallel()
	long := make(Ring, MaxRingPoints+1)
	names := make([]string, MaxPlaces+1)
	for i := range long {
		long[i].Lat = int32(i)
	}
	for i := range names {
		names[i] = fmt.Sprint("Place ", i)
	}
	three := Ring{{Lat: 0, Lon: 0}, {Lat: 0, Lon: 1}, {Lat: 1, Lon: 0}}
	for key, a := range map[string]Area{
		"area.places":     {Places: names},
		"area.points":     {Outline: []Ring{long}},
		"area.rings":      {Outline: slices.Repeat([]Ring{three}, MaxRings+1)},
		"area.corners":    {Outline: []Ring{three[:2]}},
		"area.malformed":  {Outline: []Ring{three}, Places: []string{"X"}},
		"outline.degrees": {Outline: []Ring{{{Lat: 90_000_001}, {Lat: 1}, {Lat: 2}}}},
		"field.long":      {Places: []string{fmt.Sprintf("%0101d", 1)}},
	} {
		if err := a.Validate(); coop.ClassOf(err) != coop.Invalid || len(coop.Fields(err)) != 1 || coop.Fields(err)[0].Key != key || coop.Fields(err)[0].Field != "area" {
			t.Errorf("%s: %v", key, err)
		}
	}
	ok := Area{Outline: []Ring{long[:MaxRingPoints]}}
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
}
