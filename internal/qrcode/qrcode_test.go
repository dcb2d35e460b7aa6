package qrcode

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"rsc.io/qr"

	"toadlane/coop"
)

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// modules reads a path back into the squares it covers.
func modules(t interface{ Fatalf(string, ...any) }, c Code) map[[2]int]bool {
	dark := map[[2]int]bool{}
	if rest := run.ReplaceAllString(c.Path, ""); rest != "" {
		t.Fatalf("the path also says %.40q", rest)
	}
	for _, m := range run.FindAllStringSubmatch(c.Path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("a run goes %s right and %s back", m[3], m[4])
		}
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	return dark
}

func TestPathIsTheCode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 200, 400).Draw(t, "text")
		c, err := Of(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want, err := qr.Encode(text, qr.Q)
		if err != nil {
			t.Fatal(err)
		}
		dark := modules(t, c)
		if c.Side != want.Size+2*Quiet || c.Text != text {
			t.Fatalf("side %d of %d, text %q", c.Side, want.Size, c.Text)
		}
		for y := range c.Side {
			for x := range c.Side {
				if dark[[2]int{x, y}] != want.Black(x-Quiet, y-Quiet) {
					t.Fatalf("module %d,%d", x, y)
				}
			}
		}
	})
}

func TestLongTextIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := Of(strings.Repeat("a", MaxText)); err != nil {
		t.Error(err)
	}
	if _, err := Of(strings.Repeat("a", MaxText+1)); coop.KeyOf(err) != "qr.long" || coop.ClassOf(err) != coop.Invalid {
		t.Errorf("%v", err)
	}
}
