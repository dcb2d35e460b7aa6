package mapsvg_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/mapsvg"
)

const (
	corners  = `[[[-0.6,39.2],[-0.2,39.2],[-0.2,39.7],[-0.6,39.2]]]`
	triangle = `{"type":"Polygon","coordinates":` + corners + `}`
)

func TestParseArea(t *testing.T) {
	t.Parallel()
	ring := []coop.Point{at(39.2, -0.6), at(39.2, -0.2), at(39.7, -0.2)}
	for text, want := range map[string][][]coop.Point{
		triangle: {ring},
		`{"type":"Feature","properties":{"name":"X"},"geometry":` + triangle + `}`:                                         {ring},
		`{"type":"MultiPolygon","coordinates":[` + corners + `,` + corners + `]}`:                                          {ring, ring},
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":` + triangle + `}],"crs":{"type":"name"}}`:   {ring},
		`{"type":"Polygon","coordinates":[[[-0.6,39.2,12],[-0.2,39.2,12.5],[-0.2,39.2,13],[-0.2,39.7,1],[-0.6,39.2,12]]]}`: {ring},
	} {
		got, err := mapsvg.ParseArea([]byte(text))
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", text, err, d)
		}
		if again, err := mapsvg.ParseArea([]byte(mapsvg.AreaJSON(got))); err != nil || !cmp.Equal(got, again) {
			t.Errorf("written it is %s: %v", mapsvg.AreaJSON(got), err)
		}
	}
	for text, key := range map[string]string{
		``:                   "outline.unreadable",
		`Russafa`:            "outline.unreadable",
		`[]`:                 "outline.unreadable",
		`{}`:                 "outline.unreadable",
		`{"type":"Feature"}`: "outline.unreadable",
		`{"type":"FeatureCollection","features":[]}`:                                               "outline.empty",
		`{"type":"FeatureCollection","features":[` + triangle + `]}`:                               "outline.unreadable",
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point"}}]}`: "outline.geometry",
		`{"type":"Feature","geometry":{"type":"FeatureCollection","features":[]}}`:                 "outline.geometry",
		`{"type":"GeometryCollection","geometries":[` + triangle + `]}`:                            "outline.geometry",
		`{"type":"LineString","coordinates":[[0,0],[1,1]]}`:                                        "outline.geometry",
		`{"type":"Polygon","coordinates":[]}`:                                                      "outline.empty",
		`{"type":"Polygon"}`:                                                                       "outline.unreadable",
		`{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}`:                                   "outline.empty",
		`{"type":"Polygon","coordinates":[[["0","0"],[1,1],[0,2]]]}`:                               "outline.unreadable",
		`{"type":"Polygon","coordinates":[[[0],[1,1],[0,2]]]}`:                                     "outline.unreadable",
		`{"type":"Polygon","coordinates":[[[39.2,-190],[1,1],[0,2]]]}`:                             "outline.degrees",
		`{"type":"Polygon","coordinates":[[[0,0],[4,0],[0,4],[0,0]],[[1,1],[2,1],[1,2],[1,1]]]}`:   "outline.hole",
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[0,4]],[[1,1],[2,1],[1,2]]]]}`:        "outline.hole",
	} {
		if got, err := mapsvg.ParseArea([]byte(text)); coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != key || got != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

func FuzzParseArea(f *testing.F) {
	f.Add(triangle)
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":` + triangle + `}]}`)
	f.Add(`{"type":"MultiPolygon","coordinates":[` + corners + `,` + corners + `]}`)
	f.Fuzz(func(t *testing.T, text string) {
		rings, err := mapsvg.ParseArea([]byte(text))
		if err != nil {
			if coop.ClassOf(err) != coop.Invalid {
				t.Fatal(err)
			}
			return
		}
		n := 0
		for _, r := range rings {
			n += len(r)
			if len(r) < 3 {
				t.Fatalf("%v", rings)
			}
		}
		if n < 3 || n > mapsvg.MaxOutlinePoints {
			t.Fatalf("%d points", n)
		}
	})
}
