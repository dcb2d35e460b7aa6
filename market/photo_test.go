package market_test

import (
	"testing"

	"toadlane/market"
)

func TestPart(t *testing.T) {
	t.Parallel()
	middle := market.Focus{}
	for name, c := range map[string]struct {
		w, h, wide, high int
		at               market.Focus
		want             market.Cut
	}{
		"square of a wide one": {1600, 800, 1, 1, middle, market.Cut{X: 2500, W: 5000, H: 10000}},
		"its left":             {1600, 800, 1, 1, market.Focus{X: -100, Y: 100}, market.Cut{W: 5000, H: 10000}},
		"its right":            {1600, 800, 1, 1, market.Focus{X: 100}, market.Cut{X: 5000, W: 5000, H: 10000}},
		"square of a tall one": {800, 1600, 1, 1, market.Focus{Y: 100}, market.Cut{Y: 5000, W: 10000, H: 5000}},
		"landscape of a tall":  {900, 1600, 16, 9, market.Focus{Y: -100}, market.Cut{W: 10000, H: 3164}},
		"the same shape":       {1600, 1200, 4, 3, middle, market.Cut{W: 10000, H: 10000}},
		"a line":               {1, 9000, 16, 9, middle, market.Cut{Y: 4999, W: 10000, H: 1}},
		"nothing":              {0, 0, 1, 1, middle, market.Cut{W: 10000, H: 10000}},
	} {
		if got := market.Part(c.w, c.h, c.wide, c.high, c.at); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	for c, want := range map[market.Cut]bool{{W: 10000, H: 10000}: false, {}: false, {X: 1, W: 10000, H: 1}: false, {X: -1, W: 5, H: 5}: false,
		{X: 9999, Y: 9999, W: 1, H: 1}: true, {W: 10000, H: 9999}: true} {
		if c.Valid() != want {
			t.Errorf("%+v is valid: %v", c, !want)
		}
	}
}

func TestColour(t *testing.T) {
	t.Parallel()
	for hash, want := range map[string]string{
		"LEHV6nWB2yk8pyo0adR*.7kCMdnj": "#979695", // the example of the format's own page
		"LEHV6nWB2yk8pyo0adR*.7kCMdn":  "", "": "", "short": "", "LEHV6nWB2yk8pyo0adR*.7kCMdnjx": "", "LEHV6nWB2yk8pyo0adR*.7kCMd\"j": "",
		"0E0000": "#000000", "0E~~~~": "",
	} {
		if got := (&market.Photo{Blurhash: hash}).Colour(); got != want {
			t.Errorf("%q: %q, want %q", hash, got, want)
		}
	}
}
