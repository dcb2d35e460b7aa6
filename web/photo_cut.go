package web

import (
	"fmt"
	"image"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/picture"
	"toadlane/market"
)

// shape is a form that a picture can be cut to.
type shape struct {
	name       string
	wide, high int // 0: all of it, or a part drawn by hand
}

var shapes = []shape{{"whole", 0, 0}, {"square", 1, 1}, {"4x3", 4, 3}, {"16x9", 16, 9}, {"own", 0, 0}}

// places are the nine places of a picture that can matter most: row and column.
var places = []string{"00", "01", "02", "10", "11", "12", "20", "21", "22"}

// focusAt is the focus of one of places, the middle when it is none.
func focusAt(place string) market.Focus {
	if len(place) != 2 || strings.Trim(place, "012") != "" {
		return market.Focus{}
	}
	return market.Focus{X: (int(place[1]) - '1') * 100, Y: (int(place[0]) - '1') * 100}
}

// placeOf is the place that a focus lies in.
func placeOf(f market.Focus) string {
	if c := focusClass(f); c != "" {
		return strings.TrimPrefix(c, "at-")
	}
	return "11"
}

// writeCut and parseCut are how a cut stands in a form: four numbers, "" for all of it.
func writeCut(c *market.Cut) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%d,%d,%d,%d", c.X, c.Y, c.W, c.H)
}

func parseCut(s string) *market.Cut {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return nil
	}
	var n [4]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil {
			return nil
		}
	}
	if c := (market.Cut{X: n[0], Y: n[1], W: n[2], H: n[3]}); c.Valid() {
		return &c
	}
	return nil
}

// shapeOf names the shape that a picture has been cut to.
func shapeOf(p *market.Photo) string {
	if p.Cut == nil {
		return "whole"
	}
	for _, x := range shapes {
		if off := p.Width*x.high - p.Height*x.wide; x.wide > 0 && off >= -x.high-x.wide && off <= x.high+x.wide {
			return x.name
		}
	}
	return "own"
}

// readCut does to one kept picture what the form says: which part of it stays, and what in it matters most. When that is another
// part than now it is made anew from the whole, under a new id, so that no cache shows the old one.
func (s *Site) readCut(v *visit, f *Form, p *market.Photo) error {
	id := string(p.ID)
	if f.Raw("photo_shape-"+id) == "" {
		return nil
	}
	p.Cut = parseCut(f.Raw("photo_cut-" + id))
	p.Focus = focusAt(f.Raw("photo_at-" + id))
	chosen := f.Raw("photo_shape-" + id)
	if chosen == "own" && f.Raw("photo_box-"+id) == "" {
		return nil // nothing was drawn: it stays as it is
	}
	whole, _, err := s.cfg.Photos.OpenPhoto(v.r.Context(), p.ID, coop.PhotoWhole)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		whole, _, err = s.cfg.Photos.OpenPhoto(v.r.Context(), p.ID, "large")
	}
	if err != nil {
		return err
	}
	defer func() { _ = whole.Close() }()
	head, _, err := image.DecodeConfig(whole)
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "photo %s: %w", id, err)
	}
	if _, err := whole.Seek(0, 0); err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "photo %s: %w", id, err)
	}
	var want *market.Cut
	for _, x := range shapes {
		if x.name != chosen {
			continue
		}
		if x.wide > 0 {
			if c := market.Part(head.Width, head.Height, x.wide, x.high, p.Focus); c.Valid() {
				want = &c
			}
		} else if x.name == "own" {
			want = parseCut(f.Raw("photo_box-" + id))
		}
	}
	if writeCut(want) == writeCut(p.Cut) {
		return nil
	}
	var part picture.Part
	if want != nil {
		part = picture.Part(*want)
	}
	_, owner, err := s.cfg.Photos.PhotoReach(v.r.Context(), p.ID)
	if err != nil {
		return err
	}
	pic, err := picture.Cut(v.r.Context(), whole, part)
	if err == nil {
		p.ID, err = s.cfg.Photos.PutPhoto(v.r.Context(), owner, pic)
	}
	if err != nil {
		if p.ID = coop.ID(id); coop.ClassOf(err) == coop.Internal {
			return err
		}
		f.Fail("photos", coop.KeyOf(err))
		return nil
	}
	alt, focus := p.Alt, p.Focus
	*p = photoOf(p.ID, pic)
	p.Alt, p.Focus, p.Cut = alt, focus, want
	return nil
}
