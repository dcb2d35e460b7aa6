package picture

import (
	"image"
	"image/color"
	"testing"
)

func painted(w, h int, at func(x, y int) color.RGBA) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, at(x, y))
		}
	}
	return img
}

// The mean colour stands in the third to sixth character; a flat picture has no waves, one with a bright half has.
func TestBlurhash(t *testing.T) {
	t.Parallel()
	flat := blurhash(painted(640, 480, func(int, int) color.RGBA { return color.RGBA{200, 100, 50, 255} }))
	if want := string(base83(200<<16|100<<8|50, 4)); len(flat) != 28 || flat[0] != 'L' || flat[2:6] != want {
		t.Errorf("flat: %q, want the mean %s", flat, want)
	}
	for i := 6; i < 28; i += 2 {
		if flat[i:i+2] != "fQ" { // 9·361 + 9·19 + 9: no wave
			t.Errorf("flat has a wave at %d: %q", i, flat)
		}
	}
	half := func(x, y int) color.RGBA {
		if x < 320 {
			return color.RGBA{255, 255, 255, 255}
		}
		return color.RGBA{A: 255}
	}
	side := blurhash(painted(640, 480, half))
	if side[6:8] == "fQ" || side[12:14] != "fQ" { // the first wave goes from left to right, the fourth from top to bottom
		t.Errorf("bright on the left: %q", side)
	}
	down := blurhash(painted(480, 640, func(x, y int) color.RGBA { return half(y, x) }))
	if down[6:8] != "fQ" || down[12:14] == "fQ" {
		t.Errorf("bright on top: %q", down)
	}
	// What is transparent is seen on a page, which is white.
	if clear := blurhash(painted(10, 10, func(int, int) color.RGBA { return color.RGBA{} })); clear[2:6] != string(base83(1<<24-1, 4)) {
		t.Errorf("transparent: %q", clear)
	}
	for _, size := range [][2]int{{1, 1}, {5000, 1}, {1, 5000}} {
		if s := blurhash(painted(size[0], size[1], func(int, int) color.RGBA { return color.RGBA{9, 9, 9, 255} })); len(s) != 28 {
			t.Errorf("%v: %q", size, s)
		}
	}
}
