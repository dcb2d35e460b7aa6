package store

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Whatever lies within the circle lies in one of its cells, wherever on Earth.
func TestCellsAround(t *testing.T) {
	t.Parallel()
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		at := coop.Point{Lat: rapid.Int32Range(-90_000_000, 90_000_000).Draw(t, "lat"), Lon: rapid.Int32Range(-180_000_000, 180_000_000).Draw(t, "lon")}
		km := math.Exp(rapid.Float64Range(-2, 6.5).Draw(t, "ln km"))
		cells := cellsAround(at, km)
		if cells == nil {
			return // too large, or at a pole: every row is measured
		}
		asked++
		if len(cells) > limits.SearchCells {
			t.Fatalf("%d cells", len(cells))
		}
		for range 50 {
			// A point in the square around, most of which is in the circle.
			d := km / 111.19 * 1e6
			lat := float64(at.Lat) + rapid.Float64Range(-1, 1).Draw(t, "north")*d
			lon := float64(at.Lon) + rapid.Float64Range(-1, 1).Draw(t, "east")*d/math.Max(0.01, math.Cos(lat/1e6*math.Pi/180))
			lon = math.Mod(lon+540_000_000, 360_000_000) - 180_000_000
			p := coop.Point{Lat: int32(lat), Lon: int32(lon)}
			if at.KilometresTo(p) > km {
				continue
			}
			if !slices.ContainsFunc(cellLevels, func(c cellLevel) bool { return slices.Contains(cells, c.cell(c.row(p), c.column(p))) }) {
				t.Fatalf("%v is %.3f km from %v and in none of %v", p, at.KilometresTo(p), at, cells)
			}
		}
	})
	if asked == 0 {
		t.Error("no circle had cells")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                      nil,
		"Bread & Roses":         {"bread", "roses"},
		"bread BREAD Bréad":     {"bread"},
		"Brød, Æble; Straße":    {"brod", "aeble", "strasse"},
		"İstanbul ısı":          {"istanbul", "isi"},
		"Łódź đak þorn":         {"lodz", "dak", "thorn"},
		"ΕΛΛΆΣ ελλάς":           {"ελλασ"},
		"ёлка Ёлка":             {"елка"},
		"１２３ Ⅷ ½":               {"123", "viii", "1", "2"},
		"a\x00b \xff c":         {"a", "b", "c"},
		"don't e-mail: 3d/1e5!": {"don", "t", "e", "mail", "3d", "1e5"},
		"हिन्दी":                {"हिन्दी"},
		"שָׁלוֹם":               {"שלום"},
	} {
		if diff := cmp.Diff(want, words(100, text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if got := words(2, "a b c"); len(got) != 2 {
		t.Errorf("%d words", len(got))
	}
	long := words(1, string(make([]rune, 0))+"ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")
	if len(long) != 1 || len(long[0]) != limits.SearchWordRunes {
		t.Errorf("a long word is cut to %q", long)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		if once := fold(s); fold(once) != once {
			t.Fatalf("folding %q twice differs: %q, %q", s, once, fold(once))
		}
	})
}
