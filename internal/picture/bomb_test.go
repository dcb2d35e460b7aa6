package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func gifOf(t *testing.T, n int) []byte {
	t.Helper()
	var g gif.GIF
	for range n {
		p := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
		p.SetColorIndex(1, 1, 1)
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 5)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFramesAreCountedBeforeDecoding(t *testing.T) {
	t.Parallel()
	for n, key := range map[int]string{1: "", limits.ImageFrames: "", limits.ImageFrames + 1: "photo.frames", 10_000: "photo.frames"} {
		p, err := Make(t.Context(), bytes.NewReader(gifOf(t, n)))
		if key == "" && (err != nil || p.Width != 4) || key != "" && coop.KeyOf(err) != key {
			t.Errorf("%d frames: %v", n, err)
		}
	}
}

// chunkPNG puts a chunk behind the header of a picture.
func chunkPNG(t *testing.T, img image.Image, name string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	src := b.Bytes()
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc(chunk[4:]))
	return append(append(append([]byte{}, src[:33]...), chunk...), src[33:]...)
}

func TestOrientationOfOtherFormats(t *testing.T) {
	t.Parallel()
	dir := tiff(6, binary.BigEndian, "MM")
	p, err := Make(t.Context(), bytes.NewReader(chunkPNG(t, corner(80, 60), "eXIf", dir)))
	if err != nil || p.Width != 60 || p.Height != 80 {
		t.Errorf("PNG: %dx%d, %v", p.Width, p.Height, err)
	}
	for size, b := range p.Sizes {
		if bytes.Contains(b, []byte("SECRETPLACE")) {
			t.Errorf("size %s keeps the place", size)
		}
	}
	riff := binary.LittleEndian.AppendUint32([]byte("RIFF"), 0)
	riff = append(riff, "WEBPVP8 "...)
	riff = append(binary.LittleEndian.AppendUint32(riff, 3), 1, 2, 3, 0) // padded to an even length
	riff = binary.LittleEndian.AppendUint32(append(riff, "EXIF"...), uint32(len(dir)))
	if o := orientation(append(riff, dir...), "webp"); o != 6 {
		t.Errorf("WebP: %d", o)
	}
}

// TestDecodingEnds: a decoder that gets no more bytes stops (MED-05, slow progressive JPEG).
func TestDecodingEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if n, err := (&timedReader{ctx, strings.NewReader("x")}).Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d bytes after the end, %v", n, err)
	}
	if n, err := (&timedReader{t.Context(), strings.NewReader("x")}).Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("control: %d, %v", n, err)
	}
}

func TestActiveFormatsAreRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"svg":        `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"html":       "<!doctype html><script>alert(1)</script>",
		"pdf":        "%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
		"wasm":       "\x00asm\x01\x00\x00\x00",
		"script":     "alert(1)//\x89PNG\r\n\x1a\n",
		"activity":   `{"@context":"https://www.w3.org/ns/activitystreams","type":"Note"}`,
		"bmp":        "BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00",
		"jpeg claim": "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00",
	} {
		if _, err := Make(t.Context(), strings.NewReader(body)); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzHeads(f *testing.F) {
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\xff"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x08eXIfMM\x00*\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := frames(b, 60); n < 0 || n > 61 {
			t.Errorf("%d frames", n)
		}
		for _, format := range []string{"jpeg", "webp", "png", "gif"} {
			if o := orientation(b, format); o < 1 || o > 8 {
				t.Errorf("orientation %d", o)
			}
		}
	})
}
