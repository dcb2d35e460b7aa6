package sample

import (
	"image"
	"image/color"
	"testing"
)

// A picture that came out blank, or the same as another, would not be noticed by anything that only counts files.
func TestPhotosDiffer(t *testing.T) {
	t.Parallel()
	seen := map[[16]color.RGBA]string{}
	for _, name := range Photos() {
		img, ok := Photo(name, 1).(*image.RGBA)
		if !ok || img.Bounds() != image.Rect(0, 0, Width, Height) {
			t.Fatalf("%s: %T of %v", name, img, img.Bounds())
		}
		colours := map[color.RGBA]bool{}
		var grid [16]color.RGBA
		for y := 0; y < Height; y += 8 {
			for x := 0; x < Width; x += 8 {
				p := img.RGBAAt(x, y)
				if p.A != 255 {
					t.Fatalf("%s: pixel %d,%d is see-through", name, x, y)
				}
				colours[p] = true
			}
		}
		for i := range grid {
			grid[i] = img.RGBAAt(Width/8+i%4*Width/4, Height/8+i/4*Height/4)
		}
		if len(colours) < 100 {
			t.Errorf("%s: only %d colours", name, len(colours))
		}
		if other, ok := seen[grid]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[grid] = name
	}
}

func BenchmarkPhoto(b *testing.B) {
	for b.Loop() {
		Photo("loaf", 1)
	}
}
