// Package picture owns what becomes of a picture that somebody sends: it is judged by its header, decoded, turned upright,
// scaled and encoded anew, so that nothing but pixels is left of it: no place where it was taken, no name of a camera, no
// second file behind the first. It refuses to know where pictures come from or go to.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoder
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoder

	"toadlane/coop"
	"toadlane/internal/limits"
)

// quality of the JPEGs we serve: above it files grow and nobody sees why.
const quality = 82

// decoding bounds how many pictures are in memory at once: one of limits.ImagePixels takes 100 MB.
var decoding = make(chan struct{}, limits.ImageDecoders)

// Make reads a JPEG, PNG, GIF (its first frame of at most limits.ImageFrames) or WebP of at most limits.UploadBody bytes and
// limits.ImagePixels pixels. The header is judged before anything is decoded, and decoding takes limits.ImageTime at most.
// Errors: Invalid, key photo.unreadable, photo.large, photo.pixels, photo.frames or photo.slow; Unavailable when ctx ends.
func Make(ctx context.Context, r io.Reader) (coop.Picture, error) {
	b, err := io.ReadAll(io.LimitReader(r, limits.UploadBody+1))
	if err != nil {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.unreadable", "picture: %w", err)
	}
	if int64(len(b)) > limits.UploadBody {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.large", "picture of more than %d bytes", limits.UploadBody)
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.unreadable", "picture: %w", err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > limits.ImagePixels/head.Height {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.pixels", "picture of %d by %d", head.Width, head.Height)
	}
	if format == "gif" && frames(b, limits.ImageFrames) > limits.ImageFrames {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.frames", "picture of more than %d frames", limits.ImageFrames)
	}
	select {
	case decoding <- struct{}{}:
	case <-ctx.Done():
		return coop.Picture{}, coop.Errorf(coop.Unavailable, "error.busy", "picture: %w", ctx.Err())
	}
	defer func() { <-decoding }()
	timed, cancel := context.WithTimeout(ctx, limits.ImageTime)
	defer cancel()
	img, _, err := image.Decode(&timedReader{timed, bytes.NewReader(b)})
	switch {
	case ctx.Err() != nil:
		return coop.Picture{}, coop.Errorf(coop.Unavailable, "error.busy", "picture: %w", ctx.Err())
	case timed.Err() != nil:
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.slow", "picture of %d bytes: %w", len(b), timed.Err())
	case err != nil:
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.unreadable", "picture: %w", err)
	}
	return sizes(ctx, img, orientation(b, format))
}

// timedReader ends when its context does: a decoder can't be stopped, but it can be starved. A progressive JPEG of a few
// hundred scans takes its time between reads of 4 KB, not between bytes.
type timedReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *timedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p[:min(len(p), 4096)])
}

// Of makes the picture of an image that the program drew itself.
func Of(ctx context.Context, img image.Image) (coop.Picture, error) { return sizes(ctx, img, 1) }

func sizes(ctx context.Context, img image.Image, turn int) (coop.Picture, error) {
	p := coop.Picture{Type: "image/jpeg", Sizes: map[string][]byte{}}
	if o, ok := img.(interface{ Opaque() bool }); ok && !o.Opaque() {
		p.Type = "image/png"
	}
	for _, name := range []string{"large", "medium", "small"} { // each from the one before
		if err := ctx.Err(); err != nil {
			return coop.Picture{}, coop.Errorf(coop.Unavailable, "error.busy", "picture: %w", err)
		}
		img = fit(img, coop.PhotoSizes[name])
		if name == "large" {
			img = upright(img, turn)
			p.Width, p.Height = img.Bounds().Dx(), img.Bounds().Dy()
		}
		var out bytes.Buffer
		var err error
		if p.Type == "image/png" {
			err = png.Encode(&out, img)
		} else {
			err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
		}
		if err != nil {
			return coop.Picture{}, fmt.Errorf("picture %s: %w", name, err)
		}
		p.Sizes[name] = out.Bytes()
	}
	p.Blurhash = blurhash(img)
	return p, nil
}

// fit scales img down so that its longer side is at most long; it never scales up. The answer is always a fresh RGBA image:
// encoders are fast on it, and nothing of the source's own encoding stays.
func fit(img image.Image, long int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if m := max(w, h); m > long {
		w, h = max(1, w*long/m), max(1, h*long/m)
	} else if _, ok := img.(*image.RGBA); ok {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
	} else {
		draw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	}
	return out
}

// upright undoes the EXIF orientation (TIFF 6.0 tag 274): telephones store what the sensor saw and say how they were held.
func upright(img image.Image, turn int) image.Image {
	src, ok := img.(*image.RGBA)
	if !ok || turn < 2 || turn > 8 {
		return img
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	ow, oh := w, h
	if turn >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch turn {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			out.SetRGBA(dx, dy, color.RGBA(src.RGBAAt(x+src.Rect.Min.X, y+src.Rect.Min.Y)))
		}
	}
	return out
}

// Part is a part of a picture, in ten-thousandths of its sides.
type Part struct{ X, Y, W, H int }

// Cut gives a picture anew of a part of it: whole is its largest size as it was kept, and stays with it, so that the cut can be
// undone. The zero Part gives all of it. Errors are those of Make; what of the part lies outside is left out.
func Cut(ctx context.Context, whole io.Reader, c Part) (coop.Picture, error) {
	b, err := io.ReadAll(io.LimitReader(whole, limits.UploadBody+1))
	if err != nil {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.unreadable", "picture: %w", err)
	}
	if c == (Part{}) {
		return Make(ctx, bytes.NewReader(b))
	}
	select {
	case decoding <- struct{}{}:
	case <-ctx.Done():
		return coop.Picture{}, coop.Errorf(coop.Unavailable, "error.busy", "picture: %w", ctx.Err())
	}
	defer func() { <-decoding }()
	img, _, err := image.Decode(bytes.NewReader(b)) // what we encoded ourselves
	if err != nil {
		return coop.Picture{}, coop.Errorf(coop.Invalid, "photo.unreadable", "picture: %w", err)
	}
	p, err := sizes(ctx, part(img, c), 1)
	if err == nil {
		p.Sizes[coop.PhotoWhole] = b
	}
	return p, err
}

// part is what c leaves of img: at least one pixel.
func part(img image.Image, c Part) image.Image {
	b := img.Bounds()
	side := func(from, long, all int) (int, int) {
		lo := max(0, min(all-1, (from*all+5000)/10000))
		return lo, max(lo+1, min(all, ((from+long)*all+5000)/10000))
	}
	x0, x1 := side(c.X, c.W, b.Dx())
	y0, y1 := side(c.Y, c.H, b.Dy())
	out := image.NewRGBA(image.Rect(0, 0, x1-x0, y1-y0))
	draw.Draw(out, out.Bounds(), img, b.Min.Add(image.Pt(x0, y0)), draw.Src)
	return out
}
