package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// corner is red in its upper left quarter and blue elsewhere.
func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 200, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{220, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t *testing.T, img image.Image, exif []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	if exif == nil {
		return b
	}
	seg := append([]byte{0xff, 0xe1, 0, 0}, "Exif\x00\x00"...)
	seg = append(seg, exif...)
	binary.BigEndian.PutUint16(seg[2:], uint16(len(seg)-2))
	return append(append(append([]byte{}, b[:2]...), seg...), b[2:]...)
}

// tiff is a directory with the orientation and a secret after it.
func tiff(turn uint16, order binary.AppendByteOrder, mark string) []byte {
	b := append([]byte(mark), 0, 0)
	if mark == "II" {
		b[2] = 42
	} else {
		b[3] = 42
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 274)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, turn)
	b = append(b, 0, 0, 0, 0, 0, 0)
	return append(b, "39.4872N SECRETPLACE"...)
}

func TestOrientationIsUndoneAndMetadataIsGone(t *testing.T) {
	t.Parallel()
	// Where the red quarter of an upright 80x60 picture comes to lie for each way of holding the camera.
	for turn, red := range map[uint16]struct {
		w, h int
		x, y int
	}{1: {80, 60, 10, 10}, 2: {80, 60, 70, 10}, 3: {80, 60, 70, 50}, 4: {80, 60, 10, 50}, 5: {60, 80, 10, 10}, 6: {60, 80, 50, 10}, 7: {60, 80, 50, 70}, 8: {60, 80, 10, 70}} {
		for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			src := jpegOf(t, corner(80, 60), tiff(turn, order, mark))
			if !bytes.Contains(src, []byte("SECRETPLACE")) {
				t.Fatal("the source holds no secret")
			}
			p, err := Make(t.Context(), bytes.NewReader(src))
			if err != nil {
				t.Fatal(err)
			}
			if p.Width != red.w || p.Height != red.h || p.Type != "image/jpeg" {
				t.Errorf("%s %d: %dx%d %s", mark, turn, p.Width, p.Height, p.Type)
			}
			for size, b := range p.Sizes {
				if bytes.Contains(b, []byte("SECRETPLACE")) || bytes.Contains(b, []byte("Exif")) {
					t.Errorf("%s %d: size %s still holds metadata", mark, turn, size)
				}
			}
			img, err := jpeg.Decode(bytes.NewReader(p.Sizes["large"]))
			if err != nil {
				t.Fatal(err)
			}
			if r, _, b, _ := img.At(red.x, red.y).RGBA(); r < 2*b {
				t.Errorf("%s %d: no red at %d,%d", mark, turn, red.x, red.y)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	p, err := Make(t.Context(), bytes.NewReader(jpegOf(t, corner(2000, 1000), nil)))
	if err != nil {
		t.Fatal(err)
	}
	if p.Width != 1600 || p.Height != 800 {
		t.Errorf("large is %dx%d", p.Width, p.Height)
	}
	for name, long := range coop.PhotoSizes {
		c, err := jpeg.DecodeConfig(bytes.NewReader(p.Sizes[name]))
		if err != nil || c.Width != long || c.Height != long/2 {
			t.Errorf("%s: %dx%d, %v", name, c.Width, c.Height, err)
		}
	}
}

func TestSeeThroughStaysPNG(t *testing.T) {
	t.Parallel()
	img := corner(40, 40)
	img.SetRGBA(0, 0, color.RGBA{})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	p, err := Make(t.Context(), &b)
	if err != nil || p.Type != "image/png" || p.Width != 40 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	header := func(w, h uint32) string { // a PNG that claims a size
		b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
		b = binary.BigEndian.AppendUint32(b, w)
		b = binary.BigEndian.AppendUint32(b, h)
		b = append(b, 8, 2, 0, 0, 0)
		return string(binary.BigEndian.AppendUint32(b, crc(b[12:])))
	}
	for name, c := range map[string]struct{ body, key string }{
		"empty":           {"", "photo.unreadable"},
		"page":            {"<html><script>", "photo.unreadable"},
		"svg":             {`<svg xmlns="http://www.w3.org/2000/svg"/>`, "photo.unreadable"},
		"too many pixels": {header(uint32(limits.ImagePixels), 2), "photo.pixels"},
		"overflow":        {header(1<<24, 1<<24), "photo.pixels"},
		"cut short":       {header(100, 100), "photo.unreadable"},
		"too many bytes":  {strings.Repeat("x", int(limits.UploadBody)+1), "photo.large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Make(t.Context(), strings.NewReader(c.body))
			if coop.KeyOf(err) != c.key || coop.ClassOf(err) != coop.Invalid {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWaitingEndsWithTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Of(ctx, corner(10, 10)); coop.ClassOf(err) != coop.Unavailable {
		t.Errorf("%v", err)
	}
}

func FuzzMake(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(16, 12), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Make(t.Context(), bytes.NewReader(b))
		if err == nil && (len(p.Sizes) != 3 || p.Width*p.Height > limits.ImagePixels) {
			t.Errorf("%d sizes, %dx%d", len(p.Sizes), p.Width, p.Height)
		}
		if o := jpegOrientation(b); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}

func crc(b []byte) uint32 {
	c := ^uint32(0)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			if c&1 == 1 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
	}
	return ^c
}
