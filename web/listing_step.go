package web

import (
	"net/http"
	"slices"
	"strconv"

	"toadlane/coop"
	"toadlane/market"
)

// The form of a listing has five steps. On a narrow screen one is shown at a time, on a wide one all; it is one form, so that
// nothing is lost between them.
const (
	stepWhat = 1 + iota
	stepShow
	stepHow
	stepWhere
	stepWho
	steps = stepWho
)

// stepNames are the parts of keys and addresses that name the steps.
var stepNames = []string{"what", "show", "how", "where", "who"}

// Step is one step in the list above the form.
type Step struct {
	N    int
	Name string
	Here bool
	Bad  bool // something in it is wrong
}

// stepOf tells in which step a field stands. What belongs to no step, such as the form as a whole, is 0.
func stepOf(field string) int {
	switch field {
	case "":
		return 0
	case "purpose", "kind", "title", "body", "text_lang", "category":
		return stepWhat
	case "photos":
		return stepShow
	case "modes", "amount", "medium", "currency", "local_name", "min", "max", "suggested", "prices", "quantity", "unit", "available", "minimum", "unit_based":
		return stepHow
	case "place", "lat", "lon", "radius", "scope", "starts", "until":
		return stepWhere
	}
	return stepWho
}

// readStep reads a step's number, the first when it is none.
func readStep(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < stepWhat || n > steps {
		return stepWhat
	}
	return n
}

// wrongIn lists what is wrong in one step.
func (f Form) wrongIn(step int) []*coop.Error {
	var out []*coop.Error
	for _, e := range f.Wrong {
		if stepOf(e.Field) == step {
			out = append(out, e)
		}
	}
	return out
}

// stepShown is the step to show: the one that was asked for, unless something is wrong, and not in it.
func stepShown(f Form, asked int) int {
	first := 0
	for _, e := range f.Wrong {
		n := stepOf(e.Field)
		if n == asked {
			return asked
		}
		if n > 0 && (first == 0 || n < first) {
			first = n
		}
	}
	if first > 0 {
		return first
	}
	return asked
}

// listingStep goes from one step to another and keeps a draft on the way. Going on, the step that is left must be right; going
// back asks for nothing. What is posted already is not changed before it is saved as a whole: its form just comes back.
func (s *Site) listingStep(v *visit, w *written, target int) error {
	target = min(steps, max(stepWhat, target))
	if target > w.step {
		s.judge(&w.form, w.listing)
		if here := w.form.wrongIn(w.step); len(here) > 0 {
			w.form.Wrong = here
			return s.listingForm(v, formStatus(w.form), w)
		}
		if w.fresh > 0 && w.step == stepShow { // they are seen and described first
			target = stepShow
			w.described = true
		}
	}
	unread := w.unread
	w.form.Wrong, w.step = nil, target
	if w.described || unread || w.was != nil && w.was.State != market.Draft {
		if !unread && (w.was == nil || w.was.State == market.Draft) {
			if _, err := s.keepDraft(v, w); err != nil {
				return err
			}
		}
		return s.listingForm(v, http.StatusOK, w)
	}
	saved, err := s.keepDraft(v, w)
	if err != nil {
		if !w.form.Add(err) {
			return err
		}
		return s.listingForm(v, formStatus(w.form), w)
	}
	return v.redirect("/listings/" + string(saved.ID) + "/edit?step=" + strconv.Itoa(target))
}

// judge adds what the market finds wrong to what could not be read.
func (s *Site) judge(f *Form, l market.Listing) {
	if l.Until.IsZero() {
		l.Until = market.DefaultUntil(l.Purpose, l.Kind, s.cfg.Now(), s.zone())
	}
	addUnsaid(f, l.Validate(s.cfg.Now(), s.zone()))
}

// keepDraft saves what was written as a draft, which only its writer sees.
func (s *Site) keepDraft(v *visit, w *written) (market.Listing, error) {
	l := w.listing
	l.State = market.Draft
	if w.was == nil {
		l.ID = w.id
		return s.cfg.Market.PostListing(v.r.Context(), v.by, l)
	}
	return s.cfg.Market.EditListing(v.r.Context(), v.by, w.was.ID, l)
}

// stepList is the list above the form.
func (v *visit) stepList(f Form, here int) []Step {
	out := make([]Step, steps)
	for i, name := range stepNames {
		out[i] = Step{N: i + 1, Name: name, Here: i+1 == here, Bad: slices.ContainsFunc(f.Wrong, func(e *coop.Error) bool { return stepOf(e.Field) == i+1 })}
	}
	return out
}
