package web

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strconv"
	"strings"

	"golang.org/x/image/vector"
)

// markGround is what lies behind the mark where a picture has no see-through parts: the colour of the frame.
var markGround = color.NRGBA{0x21, 0x39, 0x2a, 0xff}

// markSide is the side of the square that static/mark.svg is drawn in.
const markSide = 64

// markPart is one filled outline of the mark.
type markPart struct {
	fill color.NRGBA
	path []markStep
}

// markStep is a step of an outline: a move (one point) or a curve (three).
type markStep []float32

// readMark reads static/mark.svg: circles, and paths of M, C and Z with absolute numbers. It is our own file, and a test draws it.
func readMark() ([]markPart, error) {
	f, err := staticFiles.Open("static/mark.svg")
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	defer f.Close()
	var all []markPart
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("mark: %w", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "path" && e.Name.Local != "circle" {
			continue
		}
		at := map[string]string{}
		for _, a := range e.Attr {
			at[a.Name.Local] = a.Value
		}
		var s markPart
		if s.fill, err = hexColour(at["fill"]); err != nil {
			return nil, fmt.Errorf("mark: %w", err)
		}
		if e.Name.Local == "path" {
			s.path, err = readMarkPath(at["d"])
		} else {
			s.path, err = markCircle(at["cx"], at["cy"], at["r"])
		}
		if err != nil {
			return nil, fmt.Errorf("mark: %w", err)
		}
		all = append(all, s)
	}
}

func hexColour(s string) (color.NRGBA, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return color.NRGBA{}, fmt.Errorf("%q is no colour", s)
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}, nil
}

func readMarkPath(d string) ([]markStep, error) {
	var path []markStep
	words := strings.Fields(strings.ReplaceAll(d, ",", " "))
	for i := 0; i < len(words); {
		n := 0
		switch words[i][0] {
		case 'M':
			n = 2
		case 'C':
			n = 6
		case 'Z':
			i++
			continue
		default:
			return nil, fmt.Errorf("path: %q is no step", words[i])
		}
		words[i] = words[i][1:]
		if words[i] == "" {
			i++
		}
		for first := true; i < len(words) && (first || words[i][0] < 'A'); first = false {
			if len(words)-i < n {
				return nil, fmt.Errorf("path: %d numbers are not %d", len(words)-i, n)
			}
			s := make(markStep, n)
			for j := range s {
				x, err := strconv.ParseFloat(words[i+j], 32)
				if err != nil {
					return nil, fmt.Errorf("path: %w", err)
				}
				s[j] = float32(x)
			}
			path = append(path, s)
			i += n
		}
	}
	return path, nil
}

// markCircle is four curves, off by less than a thousandth of the radius.
func markCircle(cx, cy, r string) ([]markStep, error) {
	var v [3]float32
	for i, s := range []string{cx, cy, r} {
		x, err := strconv.ParseFloat(s, 32)
		if err != nil {
			return nil, fmt.Errorf("circle: %w", err)
		}
		v[i] = float32(x)
	}
	x, y, q := v[0], v[1], v[2]
	k := q * 0.5523
	return []markStep{{x + q, y}, {x + q, y + k, x + k, y + q, x, y + q}, {x - k, y + q, x - q, y + k, x - q, y},
		{x - q, y - k, x - k, y - q, x, y - q}, {x + k, y - q, x + q, y - k, x + q, y}}, nil
}

// drawMark draws the mark on its ground as a PNG with sides of side pixels. The mark takes two thirds of it, so that a device may
// cut the picture to a circle (Web App Manifest, purpose maskable: the middle 80 per cent are safe).
func drawMark(side int) ([]byte, error) {
	shapes, err := readMark()
	if err != nil {
		return nil, err
	}
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	draw.Draw(img, img.Bounds(), image.NewUniform(markGround), image.Point{}, draw.Src)
	scale := float32(side) * 2 / 3 / markSide
	edge := float32(side) / 6
	at := func(n float32) float32 { return edge + n*scale }
	for _, s := range shapes {
		r := vector.NewRasterizer(side, side)
		for _, p := range s.path {
			if len(p) == 2 {
				r.MoveTo(at(p[0]), at(p[1]))
			} else {
				r.CubeTo(at(p[0]), at(p[1]), at(p[2]), at(p[3]), at(p[4]), at(p[5]))
			}
		}
		r.ClosePath()
		r.Draw(img, img.Bounds(), image.NewUniform(s.fill), image.Point{})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	return b.Bytes(), nil
}
