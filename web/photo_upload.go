package web

import (
	"cmp"
	"maps"
	"mime/multipart"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/picture"
	"toadlane/market"
)

// readPhotos finds the pictures of a form: those kept before, in their order, then what came with it. A picture counts only
// when it is the sender's own, or on the listing already: nobody shows another's picture by knowing its id (WEB-13).
func (s *Site) readPhotos(v *visit, w *written) error {
	f := &w.form
	alts := f.All("photo_alt")
	for i, raw := range f.All("photo_id") {
		id, err := coop.ParseID(raw)
		if err != nil || slices.ContainsFunc(w.photos, func(p market.Photo) bool { return p.ID == id }) || len(w.photos) == market.MaxPhotos {
			continue
		}
		p, ok, err := s.keptPhoto(v, id, w.was)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		p.Alt = plainLine(at(alts, i))
		if err := s.readCut(v, f, &p); err != nil {
			return err
		}
		w.photos = append(w.photos, p)
	}
	if v.r.MultipartForm == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(v.r.MultipartForm.File)) {
		if !strings.HasPrefix(name, "photo_") {
			continue
		}
		for i, h := range v.r.MultipartForm.File[name] {
			if len(w.photos) == market.MaxPhotos {
				f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: "field.many", Field: "photos", Args: map[string]any{"Max": market.MaxPhotos}})
				return nil
			}
			id, pic, err := s.keepPhoto(v, h)
			if err != nil {
				if coop.ClassOf(err) == coop.Internal {
					return err
				}
				f.Fail("photos", coop.KeyOf(err))
				continue
			}
			p := photoOf(id, pic)
			if i == 0 { // words that came with it are about the first; the others are asked for when they are there
				p.Alt = plainLine(f.Raw("new_alt_" + strings.TrimPrefix(name, "photo_")))
			}
			w.photos = append(w.photos, p)
			w.fresh++
		}
	}
	return nil
}

func photoOf(id coop.ID, pic Picture) market.Photo {
	return market.Photo{ID: id, Width: pic.Width, Height: pic.Height, Type: pic.Type, Blurhash: pic.Blurhash}
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

// photoDeed reads the button of one picture: what to do and with which.
func photoDeed(do string) (op string, id coop.ID, ok bool) {
	for _, op := range []string{"photo-up", "photo-down", "photo-drop"} {
		if rest, found := strings.CutPrefix(do, op+"-"); found {
			id, err := coop.ParseID(rest)
			return op, cmp.Or(id, "none"), err == nil || rest != ""
		}
	}
	return "", "", false
}

// movePhoto puts one picture one place up or down, or away.
func movePhoto(photos []market.Photo, do string, id coop.ID) []market.Photo {
	n := slices.IndexFunc(photos, func(p market.Photo) bool { return p.ID == id })
	if n < 0 {
		return photos
	}
	photos = slices.Clone(photos)
	switch {
	case do == "photo-drop":
		return slices.Delete(photos, n, n+1)
	case do == "photo-up" && n > 0:
		photos[n-1], photos[n] = photos[n], photos[n-1]
	case do == "photo-down" && n+1 < len(photos):
		photos[n+1], photos[n] = photos[n], photos[n+1]
	}
	return photos
}
