package web

import (
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/picture"
	"toadlane/market"
)

// readPhotos gives the pictures of a form: those kept before, in their order, then what came with it. A picture counts only
// when it is the sender's own, or on the listing already: nobody shows another's picture by knowing its id (WEB-13).
func (s *Site) readPhotos(v *visit, f *Form, was *market.Listing) ([]market.Photo, error) {
	var out []market.Photo
	alts := f.All("photo_alt")
	for i, raw := range f.All("photo_id") {
		id, err := coop.ParseID(raw)
		if err != nil || slices.ContainsFunc(out, func(p market.Photo) bool { return p.ID == id }) || len(out) == market.MaxPhotos {
			continue
		}
		p, ok, err := s.keptPhoto(v, id, was)
		if err != nil {
			return nil, err
		}
		if ok {
			p.Alt = plainLine(at(alts, i))
			out = append(out, p)
		}
	}
	if v.r.MultipartForm == nil {
		return out, nil
	}
	for i := range market.MaxPhotos {
		for _, h := range v.r.MultipartForm.File["photo_"+strconv.Itoa(i)] {
			if len(out) == market.MaxPhotos {
				f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: "field.many", Field: "photos", Args: map[string]any{"Max": market.MaxPhotos}})
				return out, nil
			}
			id, pic, err := s.keepPhoto(v, h)
			if err != nil {
				if coop.ClassOf(err) == coop.Internal {
					return nil, err
				}
				f.Fail("photos", coop.KeyOf(err))
				continue
			}
			out = append(out, market.Photo{ID: id, Alt: plainLine(f.Raw("new_alt_" + strconv.Itoa(i))), Width: pic.Width, Height: pic.Height, Type: pic.Type, Blurhash: pic.Blurhash})
		}
	}
	return out, nil
}

// keepPhoto re-encodes and keeps a picture that came with a form, as the sender's own. An error of any class but Internal is about
// the picture.
func (s *Site) keepPhoto(v *visit, h *multipart.FileHeader) (id coop.ID, pic Picture, err error) {
	file, err := h.Open()
	if err != nil {
		return "", pic, err
	}
	pic, err = picture.Make(v.r.Context(), file)
	_ = file.Close()
	if err == nil {
		id, err = s.cfg.Photos.PutPhoto(v.r.Context(), v.by.Person(), pic)
	}
	return id, pic, err
}

// plainLine is what was typed on one line.
func plainLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// keptPhoto finds a picture that is kept already. ok is false when it is not there or not theirs to use.
func (s *Site) keptPhoto(v *visit, id coop.ID, was *market.Listing) (p market.Photo, ok bool, err error) {
	if was != nil {
		for _, p := range was.Photos {
			if p.ID == id {
				return p, true, nil
			}
		}
	}
	_, owner, err := s.cfg.Photos.PhotoReach(v.r.Context(), id)
	if err == nil && owner != v.by.Person() {
		return p, false, nil
	}
	if err == nil {
		file, info, e := s.cfg.Photos.OpenPhoto(v.r.Context(), id, "large")
		if err = e; err == nil {
			_ = file.Close()
			return market.Photo{ID: id, Width: info.Width, Height: info.Height, Type: info.Type, Blurhash: info.Blurhash}, true, nil
		}
	}
	if class := coop.ClassOf(err); class == coop.NotFound || class == coop.Gone {
		return p, false, nil
	}
	return p, false, err
}
