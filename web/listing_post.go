package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// uploadBody is what one form with pictures may weigh.
const uploadBody = limits.UploadBody

// written is a form of a listing as it came: what was typed, what it makes, and the pictures that are kept by now.
type written struct {
	form      Form
	purpose   market.Purpose
	was       *market.Listing // what is changed, nil for a new one
	id        coop.ID         // of a new one, so that sending the form twice posts once
	listing   market.Listing
	photos    []market.Photo
	fresh     int // pictures that came with this form
	step      int
	more      string // what the form is to have one more of
	unread    bool   // something could not be read, so that it can't be kept
	described bool   // the pictures that just came are to be described
	sent      bool   // the same new form was posted before
	alts      bool   // somebody who can't see the pictures would miss words
}

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
// picture moved, another step, kept as a draft, or posted. Whatever is wrong, the form comes back with all that was typed and sent.
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
	w := &written{form: f, purpose: purpose, was: was, step: readStep(f.Get("step"))}
	if w.id, err = coop.ParseID(f.Get("id")); err != nil {
		w.id = s.cfg.Market.NewID()
	}
	if was == nil {
		if err := s.findSent(v, w); err != nil {
			return err
		}
	}
	if p := market.Purpose(f.Get("purpose")); (w.was == nil || w.was.State == market.Draft) && (p == market.Offer || p == market.Want) {
		w.purpose = p
	}
	if err := s.readPhotos(v, w); err != nil {
		return err
	}
	do := f.Get("do")
	if op, id, ok := photoDeed(do); ok {
		w.photos, w.step = movePhoto(w.photos, op, id), stepShow
		return s.listingForm(v, formStatus(w.form), w)
	}
	switch do {
	case "text", "line", "photos", "sum", "preview":
		w.more, w.described = do, do == "photos" && w.fresh > 0
		if n := map[string]int{"text": stepWhat, "photos": stepShow, "line": stepHow, "sum": stepHow}[do]; n > 0 {
			w.step = n
		}
		return s.listingForm(v, formStatus(w.form), w)
	}
	before := len(w.form.Wrong)
	w.listing = s.readListing(v, &w.form, w.purpose)
	w.listing.Photos = w.photos
	w.unread = len(w.form.Wrong) > before
	if n, ok := strings.CutPrefix(do, "step-"); ok {
		to, _ := strconv.Atoi(n)
		return s.listingStep(v, w, to)
	}
	return s.listingKeep(v, w, do)
}

// findSent looks whether a new listing is there already: the same form a second time, or one from the browser's history. A draft is
// written on; what is posted stays as it is.
func (s *Site) findSent(v *visit, w *written) error {
	there, err := s.cfg.Market.Listing(v.r.Context(), v.by, w.id)
	switch class := coop.ClassOf(err); {
	case err == nil && market.MayChange(v.by, &there):
		w.was, w.sent = &there, there.State != market.Draft
		return nil
	case err == nil || class == coop.Gone: // the id is taken, by another or by what was deleted
		return nil
	case class == coop.NotFound:
		return nil
	}
	return err
}

// listingKeep posts what was written, or keeps it as a draft.
func (s *Site) listingKeep(v *visit, w *written, do string) error {
	draft := do == "draft"
	posted := w.was != nil && w.was.State != market.Draft
	if posted && (w.sent || w.form.Is("draft", "yes")) { // the button was pressed twice: the first time posted it
		return v.redirect("/listings/" + string(w.was.ID))
	}
	if !w.form.OK() {
		s.judge(&w.form, w.listing)
		return s.listingForm(v, formStatus(w.form), w)
	}
	if draft && !posted {
		saved, err := s.keepDraft(v, w)
		if err != nil {
			return s.listingAgain(v, w, err)
		}
		return v.done("/listings/"+string(saved.ID)+"/edit?step="+strconv.Itoa(w.step), "done.listing_draft")
	}
	if do != "anyway" && !w.form.Is("alts_asked", "yes") && (!posted || w.fresh > 0) && wordless(w.photos) {
		s.judge(&w.form, w.listing)
		if w.form.OK() {
			w.alts, w.step = true, stepShow
		}
		return s.listingForm(v, formStatus(w.form), w)
	}
	w.listing.State = market.Open
	var saved market.Listing
	var err error
	if w.was == nil {
		w.listing.ID = w.id
		saved, err = s.cfg.Market.PostListing(v.r.Context(), v.by, w.listing)
	} else {
		saved, err = s.cfg.Market.EditListing(v.r.Context(), v.by, w.was.ID, w.listing)
	}
	if err != nil {
		return s.listingAgain(v, w, err)
	}
	s.cfg.Federation.Wake()
	if posted {
		return v.done("/listings/"+string(saved.ID), "done.listing_saved")
	}
	return v.done("/listings/"+string(saved.ID), "done.listing_publish")
}

// listingAgain shows the form with what the market refused.
func (s *Site) listingAgain(v *visit, w *written, err error) error {
	if coop.KeyOf(err) == "listing.exists" {
		w.id = s.cfg.Market.NewID()
	}
	if !w.form.Add(err) {
		return err
	}
	return s.listingForm(v, formStatus(w.form), w)
}

// wordless tells whether a picture has no words for those who can't see it.
func wordless(photos []market.Photo) bool {
	for _, p := range photos {
		if p.Alt == "" {
			return true
		}
	}
	return false
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
