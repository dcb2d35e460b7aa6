package mapsvg_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/mapsvg"
)

const square = `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.4]]]}`

func TestParseOutline(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		square,
		`{"type":"Feature","properties":{"name":"x"},"geometry":` + square + `}`,
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]}},{"type":"Feature","geometry":` + square + `}]}`,
		`{"type":"GeometryCollection","geometries":[` + square + `]}`,
		`{"type":"MultiPolygon","coordinates":[[[[0,0,7],[1,0,7],[1,1,7],[0,1,7],[0,0,7]]]]}`,
	} {
		o, err := mapsvg.ParseOutline([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := mapsvg.Outline{Land: [][]coop.Point{{at(0, 0), at(0, 1), at(1, 1), at(1, 0)}}}
		if diff := cmp.Diff(want, o); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		again, err := mapsvg.ParseOutline([]byte(o.JSON()))
		if diff := cmp.Diff(o, again); err != nil || diff != "" {
			t.Errorf("written and read: %v %s", err, diff)
		}
	}
	river, err := mapsvg.ParseOutline([]byte(`{"type":"GeometryCollection","geometries":[` + square + `,{"type":"LineString","coordinates":[[0,0.5],[1,0.5]]}]}`))
	if err != nil || len(river.Water) != 1 || river.Points() != 6 {
		t.Errorf("%+v, %v", river, err)
	}
	for text, key := range map[string]string{
		"": "outline.unreadable", "[]": "outline.unreadable", `{"type":"Topology"}`: "outline.unreadable",
		`{"type":"Polygon","coordinates":[[0,0]]}`:                                             "outline.unreadable",
		`{"type":"Polygon","coordinates":[[[0],[1],[2]]]}`:                                     "outline.unreadable",
		`{"type":"FeatureCollection","features":[]}`:                                           "outline.empty",
		`{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}`:                               "outline.empty",
		`{"type":"Polygon","coordinates":[[[0,0],[1,91],[2,0],[0,0]]]}`:                        "outline.degrees",
		`{"type":"Polygon","coordinates":[[[500,0],[1,1],[2,0]]]}`:                             "outline.degrees",
		strings.Repeat(" ", mapsvg.MaxOutlineBytes+1):                                          "outline.large",
		strings.Repeat(`{"type":"Feature","geometry":`, 20) + square + strings.Repeat("}", 20): "outline.large",
	} {
		_, err := mapsvg.ParseOutline([]byte(text))
		if fields := coop.Fields(err); len(fields) != 1 || fields[0].Key != key || fields[0].Field != "outline" {
			t.Errorf("%.60s: %v, want %s", text, err, key)
		}
	}
}

// A fine outline becomes a coarse one of the same shape.
func TestSimplified(t *testing.T) {
	t.Parallel()
	var ring [][]float64
	for i := range 5000 {
		a := float64(i) / 5000 * 2 * math.Pi
		r := 1 + 0.02*math.Sin(40*a)
		ring = append(ring, []float64{r * math.Cos(a), r * math.Sin(a)})
	}
	b, err := json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][]float64{append(ring, ring[0])}})
	if err != nil {
		t.Fatal(err)
	}
	o, err := mapsvg.ParseOutline(b)
	if err != nil || o.Points() > mapsvg.MaxOutlinePoints || o.Points() < 100 {
		t.Fatalf("%d points, %v", o.Points(), err)
	}
	for _, p := range o.Land[0] {
		lat, lon := p.Degrees()
		if r := math.Hypot(lat, lon); r < 0.97 || r > 1.03 {
			t.Errorf("a point at %f", r)
		}
	}
	for _, p := range []coop.Point{at(1, 0), at(-1, 0), at(0, 1), at(0, -1)} {
		nearest := math.Inf(1)
		for _, q := range o.Land[0] {
			nearest = math.Min(nearest, p.KilometresTo(q))
		}
		if nearest > 6 {
			t.Errorf("%v lies %f km from the outline", p, nearest)
		}
	}
}

func FuzzParseOutline(f *testing.F) {
	f.Add(square)
	f.Add(`{"type":"GeometryCollection","geometries":[` + square + `]}`)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := mapsvg.ParseOutline([]byte(text))
		if err != nil {
			if coop.ClassOf(err) != coop.Invalid {
				t.Fatal(err)
			}
			return
		}
		if n := o.Points(); n < 3 || n > mapsvg.MaxOutlinePoints {
			t.Fatalf("%d points", n)
		}
		d := mapsvg.Draw(mapsvg.Fit(o.All()), nil, nil, o, false)
		for _, p := range append(d.Land, d.Water...) {
			if strings.ContainsAny(p, "<>\"'NI") {
				t.Fatalf("path %.100s", p)
			}
		}
	})
}
