package store

import (
	"testing"
	"unicode"

	"toadlane/market"
)

// What the market folds without tables is what the search folds with them, for the alphabets that listings here are written in.
func TestMarketFoldsAlike(t *testing.T) {
	t.Parallel()
	n := 0
	for _, in := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic} {
		for r := rune(0x21); r < 0x1f00; r++ {
			if !unicode.Is(in, r) || !unicode.IsLetter(r) || r == 0x37a || r >= 0x250 && r < 0x370 || r >= 0x3d0 && r < 0x400 || r >= 0x460 && r < 0x1e00 || r == 0xaa || r == 0xba {
				continue // phonetic letters, archaic ones and letters that stand raised
			}
			n++
			if want, got := fold(string(r)), market.Fold(string(r)); got != want {
				t.Errorf("%c: %q, want %q", r, got, want)
			}
		}
	}
	if n < 800 {
		t.Errorf("only %d letters", n)
	}
	for _, s := range []string{"Crème brûlée à l'été", "STRASSE straße", "Łódź", "Ελλάς", "ЁЛКА", "شَاي", "e\u0301", "plain"} {
		if want, got := fold(s), market.Fold(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}
