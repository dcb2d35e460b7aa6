package mapsvg_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/internal/mapsvg"
)

func at(lat, lon float64) coop.Point {
	p, _ := coop.NewPoint(lat, lon)
	return p
}

func points(t *rapid.T, name string) []coop.Point {
	n := rapid.IntRange(0, 30).Draw(t, name)
	lat, lon := rapid.Float64Range(-70, 70).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
	wide := rapid.SampledFrom([]float64{0, 0.01, 1, 10}).Draw(t, "wide")
	var out []coop.Point
	for i := range n {
		east := math.Mod(lon+wide*rapid.Float64Range(-1, 1).Draw(t, fmt.Sprint("east", i))+540, 360) - 180
		out = append(out, at(lat+wide*rapid.Float64Range(-1, 1).Draw(t, fmt.Sprint("north", i)), east))
	}
	return out
}

// Whatever the points, all are on the fitted map, in one mark each, and no two marks are closer than a target is wide.
func TestDrawHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := points(t, "points")
		var items []mapsvg.Item
		var names []mapsvg.Name
		for i, p := range all {
			items = append(items, mapsvg.Item{At: p, Want: i%3 == 0})
			names = append(names, mapsvg.Name{Words: strings.Repeat("n", i%9), At: p})
		}
		v := mapsvg.Fit(all)
		d := mapsvg.Draw(v, items, names, mapsvg.Outline{}, true)
		if diff := cmp.Diff(d, mapsvg.Draw(v, items, names, mapsvg.Outline{}, true)); diff != "" {
			t.Fatalf("not the same twice: %s", diff)
		}
		if len(d.Left) != 0 {
			t.Fatalf("outside of the fitted map: %v of %v, view %s", d.Left, all, v)
		}
		seen := map[int]bool{}
		for i, m := range d.Marks {
			if m.Offers+m.Wants != len(m.Items) || len(m.Items) == 0 {
				t.Fatalf("mark %+v", m)
			}
			for _, n := range m.Items {
				if seen[n] {
					t.Fatalf("item %d stands twice", n)
				}
				seen[n] = true
			}
			if m.X < mapsvg.Target/2 || m.Y < mapsvg.Target/2 || m.X > mapsvg.Width-mapsvg.Target/2 || m.Y > mapsvg.Height-mapsvg.Target/2 {
				t.Fatalf("mark at %d, %d is cut", m.X, m.Y)
			}
			for _, o := range d.Marks[:i] {
				if max(abs(m.X-o.X), abs(m.Y-o.Y)) < mapsvg.Target-1 {
					t.Fatalf("marks at %d,%d and %d,%d overlap", m.X, m.Y, o.X, o.Y)
				}
			}
		}
		if len(seen) != len(items) {
			t.Fatalf("%d of %d items", len(seen), len(items))
		}
		said := map[string]bool{}
		for i, n := range d.Names {
			if said[n.Words] {
				t.Fatalf("%q stands twice", n.Words)
			}
			said[n.Words] = true
			for _, o := range d.Names[:i] {
				if abs(n.Y-o.Y) < 22 && float64(abs(n.X-o.X)) < float64(len(n.Words)+len(o.Words))/2*10.5-1 {
					t.Fatalf("names %+v and %+v overlap", n, o)
				}
			}
		}
		if d.Scale.Length > 150 || d.Scale.Length < 1 {
			t.Fatalf("scale %+v", d.Scale)
		}
	})
}

func abs(n int) int { return max(n, -n) }

// A view in an address comes back as it was; moving and coming back, or nearing and going away, ends where it began.
func TestViews(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := points(t, "points")
		v := mapsvg.Fit(all)
		back, ok := mapsvg.ParseView(v.String())
		if !ok || back.Zoom != v.Zoom || back.Centre.KilometresTo(v.Centre) > 0.02 {
			t.Fatalf("%s came back as %s, %t", v, back, ok)
		}
		there := v.Moved(0.5, 0).Moved(-0.5, 0)
		if d := there.Centre.KilometresTo(v.Centre); d > 0.01 {
			t.Fatalf("%f km away after coming back", d)
		}
		if v.Zoom < mapsvg.MaxZoom-1 && v.Zoomed(1).Zoomed(-1) != v {
			t.Fatal("nearing and going away")
		}
	})
	for _, bad := range []string{"", "1,2", "91,0,5", "0,181,5", "0,0,1", "0,0,19", "NaN,0,5", "0,0,Inf", "0,0,5,6", "a,b,c", strings.Repeat("1", 70) + ",2,5"} {
		if v, ok := mapsvg.ParseView(bad); ok {
			t.Errorf("%q is read as %s", bad, v)
		}
	}
	if v := mapsvg.Fit(nil); v.Zoom != mapsvg.MinZoom {
		t.Errorf("of nothing: %s", v)
	}
	east, south := mapsvg.View{Zoom: 5}.Moved(0.5, 0), mapsvg.View{Zoom: 5}.Moved(0, 0.5)
	if east.Centre.Lon <= 0 || south.Centre.Lat >= 0 {
		t.Errorf("east is %s, south is %s", east, south)
	}
}

// The bar is as long as its distance: measured by two points that far apart.
func TestScale(t *testing.T) {
	t.Parallel()
	v := mapsvg.View{Centre: at(39.47, -0.376), Zoom: 11}
	d := mapsvg.Draw(v, nil, nil, mapsvg.Outline{}, false)
	a := v.Moved(-float64(d.Scale.Length)/2/mapsvg.Width, 0).Centre
	b := v.Moved(float64(d.Scale.Length)/2/mapsvg.Width, 0).Centre
	if km := a.KilometresTo(b); math.Abs(km*1000/float64(d.Scale.Metres)-1) > 0.02 {
		t.Errorf("%d m are %f km", d.Scale.Metres, km)
	}
}

func TestClusters(t *testing.T) {
	t.Parallel()
	here, near, far := at(39.47, -0.37), at(39.471, -0.371), at(39.5, -0.4)
	d := mapsvg.Draw(mapsvg.Fit([]coop.Point{here, far}), []mapsvg.Item{{At: here}, {At: here, Want: true}, {At: far}, {At: at(0, 0)}}, nil, mapsvg.Outline{}, false)
	if len(d.Marks) != 2 || d.Marks[0].Offers != 1 || d.Marks[0].Wants != 1 || d.Marks[0].Spread || cmp.Diff(d.Left, []int{3}) != "" {
		t.Errorf("%+v, left %v", d.Marks, d.Left)
	}
	d = mapsvg.Draw(mapsvg.View{Centre: here, Zoom: 10}, []mapsvg.Item{{At: here}, {At: near}}, nil, mapsvg.Outline{}, false)
	if len(d.Marks) != 1 || !d.Marks[0].Spread {
		t.Errorf("%+v", d.Marks)
	}
}

// The tiles cover the sheet, without holes, and are those that web maps number the same.
func TestTiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := mapsvg.View{Centre: at(rapid.Float64Range(-60, 60).Draw(t, "lat"), rapid.Float64Range(-179, 179).Draw(t, "lon")),
			Zoom: math.Round(rapid.Float64Range(4, 15).Draw(t, "zoom")*4) / 4}
		d := mapsvg.Draw(v, nil, nil, mapsvg.Outline{}, true)
		if len(d.Tiles) > 35 {
			t.Fatalf("%d tiles", len(d.Tiles))
		}
		for x := 1; x < mapsvg.Width; x += 53 {
			for y := 1; y < mapsvg.Height; y += 53 {
				n := 0
				for _, tile := range d.Tiles {
					if x >= tile.Left && x < tile.Left+tile.Side && y >= tile.Top && y < tile.Top+tile.Side {
						n++
					}
				}
				if n == 0 {
					t.Fatalf("nothing at %d, %d", x, y)
				}
			}
		}
	})
	// The column in the middle follows from the longitude alone.
	d := mapsvg.Draw(mapsvg.View{Centre: at(39.4755, -0.3752), Zoom: 15}, nil, nil, mapsvg.Outline{}, true)
	found := false
	for _, tile := range d.Tiles {
		if tile.Z == 15 && tile.X == 16349 && mapsvg.Width/2 >= tile.Left && mapsvg.Width/2 < tile.Left+tile.Side {
			found = true
		}
	}
	if !found {
		t.Errorf("no tile in the middle: %+v", d.Tiles)
	}
}
