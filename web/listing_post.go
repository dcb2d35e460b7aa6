package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// uploadBody is what one form with pictures may weigh.
const uploadBody = limits.UploadBody

// listingPost takes the form of a new listing.
func (s *Site) listingPost(v *visit, purpose market.Purpose) error {
	return s.listingSave(v, purpose, nil)
}

// listingEdit takes the form of a listing that is there.
func (s *Site) listingEdit(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	return s.listingSave(v, l.Purpose, l)
}

// listingSave reads the form, keeps the pictures that came with it, and does what the pressed button says: one more row, one
// picture moved, kept as a draft, or posted. Whatever is wrong, the form comes back with all that was typed and sent.
func (s *Site) listingSave(v *visit, purpose market.Purpose, was *market.Listing) error {
	v.takesLong()
	f, err := v.form()
	if m := v.r.MultipartForm; m != nil {
		defer func() { _ = m.RemoveAll() }()
	}
	if err != nil {
		if coop.KeyOf(err) != "form.too_large" {
			return err
		}
		return coop.Errorf(coop.Invalid, "form.too_large", "listing: %w", err)
	}
	photos, err := s.readPhotos(v, &f, was)
	if err != nil {
		return err
	}
	do, n := f.Get("do"), -1
	if i := strings.LastIndexByte(do, '-'); i >= 0 {
		if k, err := strconv.Atoi(do[i+1:]); err == nil {
			do, n = do[:i], k
		}
	}
	again := func(more ...string) error {
		putPhotos(&f, photos)
		return s.listingForm(v, formStatus(f), purpose, was, f, more)
	}
	switch do {
	case "text", "line", "photos":
		return again(do)
	case "photo-up", "photo-down", "photo-drop":
		photos = movePhoto(photos, do, n)
		return again()
	}
	l := s.readListing(v, &f, purpose)
	l.Photos = photos
	if !f.OK() {
		// What the market finds wrong is said in the same answer.
		probe := l
		if probe.Until.IsZero() {
			probe.Until = market.DefaultUntil(purpose, probe.Kind, s.cfg.Now(), s.zone())
		}
		addUnsaid(&f, probe.Validate(s.cfg.Now(), s.zone()))
		return again()
	}
	draft := do == "draft"
	var saved market.Listing
	if was == nil {
		if l.ID, err = coop.ParseID(f.Get("id")); err != nil {
			l.ID = s.cfg.Market.NewID()
		}
		if draft {
			l.State = market.Draft
		}
		saved, err = s.cfg.Market.PostListing(v.r.Context(), v.by, l)
		if coop.KeyOf(err) == "listing.exists" {
			// The same form a second time: it is there already, if it is theirs.
			if there, e := s.cfg.Market.Listing(v.r.Context(), v.by, l.ID); e == nil && market.MayChange(v.by, &there) {
				return v.redirect("/listings/" + string(l.ID))
			}
			f.Put("id", string(s.cfg.Market.NewID()))
		}
	} else {
		if l.State = market.Draft; !draft {
			l.State = market.Open
		}
		saved, err = s.cfg.Market.EditListing(v.r.Context(), v.by, was.ID, l)
	}
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return again()
	}
	s.cfg.Federation.Wake()
	switch {
	case saved.State == market.Draft:
		return v.done("/listings/"+string(saved.ID)+"/edit", "done.listing_draft")
	case was == nil || was.State == market.Draft:
		return v.done("/listings/"+string(saved.ID), "done.listing_publish")
	}
	return v.done("/listings/"+string(saved.ID), "done.listing_saved")
}

// takesLong gives the request the time of an upload: a picture over a slow line takes longer than a page may.
func (v *visit) takesLong() {
	c := http.NewResponseController(v.w)
	deadline := time.Now().Add(limits.UploadTime)
	_ = c.SetReadDeadline(deadline) // a writer without deadlines has none to move
	_ = c.SetWriteDeadline(deadline)
}

// addUnsaid adds the field errors of err about fields that have none yet: what could not be read need not be missing too.
func addUnsaid(f *Form, err error) {
	said := map[string]bool{}
	for _, e := range f.Wrong {
		said[e.Field] = true
	}
	for _, e := range coop.Fields(err) {
		if !said[e.Field] {
			f.Wrong = append(f.Wrong, e)
		}
	}
}

// formStatus is 200 for a form that was asked for again, and says of a picture that can't be taken what HTTP has a word for.
func formStatus(f Form) int {
	status := http.StatusOK
	for _, e := range f.Wrong {
		switch {
		case e.Key == "photo.unreadable" && status != http.StatusUnprocessableEntity:
			status = http.StatusUnsupportedMediaType
		case (e.Key == "photo.quota" || e.Key == "photo.large") && status != http.StatusUnprocessableEntity:
			status = http.StatusRequestEntityTooLarge
		default:
			status = http.StatusUnprocessableEntity
		}
	}
	return status
}

// movePhoto puts the n-th picture one place up or down, or away.
func movePhoto(photos []market.Photo, do string, n int) []market.Photo {
	if n < 0 || n >= len(photos) {
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

func putPhotos(f *Form, photos []market.Photo) {
	ids, alts := make([]string, len(photos)), make([]string, len(photos))
	for i, p := range photos {
		ids[i], alts[i] = string(p.ID), p.Alt
	}
	f.Put("photo_id", ids...)
	f.Put("photo_alt", alts...)
}
