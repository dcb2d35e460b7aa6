package web

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"regexp"
)

// pairs are the colours that stand on each other: words and their ground, by the names they have in static/css/10-base.css.
var pairs = [][2]string{
	{"ink", "ground"}, {"ink", "paper"}, {"ink", "sunk"}, {"soft", "ground"}, {"soft", "paper"}, {"soft", "sunk"},
	{"brand", "paper"}, {"brand", "ground"}, {"brand-ink", "brand"}, {"link", "ground"}, {"link", "paper"}, {"link", "sunk"},
	{"offer-ink", "offer"}, {"want-ink", "want"}, {"bad", "bad-ground"}, {"bad", "paper"}, {"bad", "ground"}, {"good", "good-ground"}, {"warn", "warn-ground"},
	{"ink", "bad-ground"}, {"ink", "good-ground"}, {"ink", "warn-ground"}, {"link", "bad-ground"}, {"link", "good-ground"},
	{"top-ink", "top"}, {"post", "top"}, {"moss-ink", "moss"}, {"ochre-ink", "ochre"}, {"brick-ink", "brick"}, {"slate-ink", "slate"}, {"plum-ink", "plum"},
	{"straw-ink", "straw"},
}

// edges are the pairs that need 3 to 1: rings and borders that one must see to use a thing (WCAG 1.4.11).
var edges = [][2]string{{"focus", "ground"}, {"focus", "paper"}, {"focus", "sunk"}, {"edge", "paper"}, {"edge", "ground"}, {"top-focus", "top"}, {"want-ink", "ground"}, {"want-ink", "sunk"}, {"brand", "sunk"}, {"brand-ink", "brand"}, {"paper", "brand"}}

// palette is one theme's colours by name.
type palette map[string]color.NRGBA

var (
	lightBlock = regexp.MustCompile(`(?s)\A[^{]*:root \{(.*?)\n\}`)
	darkBlock  = regexp.MustCompile(`(?s)\n:root\.dark \{(.*?)\n\}`)
	autoBlock  = regexp.MustCompile(`(?s)\n  :root:not\(\.light\) \{(.*?)\n  \}`)
	cssToken   = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)
)

// readPalettes reads the colours of both themes from the stylesheet, so that what is shown and checked is what is used.
func readPalettes() (light, dark palette, err error) {
	b, err := staticFiles.ReadFile("static/css/10-base.css")
	if err != nil {
		return nil, nil, fmt.Errorf("colours: %w", err)
	}
	read := func(block *regexp.Regexp) (palette, error) {
		m := block.FindSubmatch(b)
		if m == nil {
			return nil, fmt.Errorf("colours: nothing matches %s", block)
		}
		p := palette{}
		for _, x := range cssToken.FindAllSubmatch(m[1], -1) {
			if p[string(x[1])], err = hexColour(string(x[2])); err != nil {
				return nil, fmt.Errorf("colours: %w", err)
			}
		}
		return p, nil
	}
	if light, err = read(lightBlock); err != nil {
		return nil, nil, err
	}
	if dark, err = read(darkBlock); err != nil {
		return nil, nil, err
	}
	a, d := autoBlock.FindSubmatch(b), darkBlock.FindSubmatch(b)
	if a == nil || !bytes.Equal(bytes.Join(bytes.Fields(a[1]), nil), bytes.Join(bytes.Fields(d[1]), nil)) {
		return nil, nil, fmt.Errorf("colours: dark by choice and dark by device differ")
	}
	return light, dark, nil
}

// contrast is the ratio of two colours' brightness, 1 to 21 (WCAG 2.2, relative luminance).
func contrast(a, b color.NRGBA) float64 {
	brightness := func(c color.NRGBA) float64 {
		part := func(v uint8) float64 {
			x := float64(v) / 255
			if x <= 0.04045 {
				return x / 12.92
			}
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
	}
	x, y := brightness(a), brightness(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func hexOf(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
