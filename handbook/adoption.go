package handbook

import (
	"errors"
	"slices"
	"time"

	"toadlane/coop"
)

// Manner is how a co-op takes a protocol of another up.
type Manner string

// The manners.
const (
	AsItIs  Manner = "as_is"
	Adapted Manner = "adapted" // as a page of its own, which comes from it
	Link    Manner = "link"    // only kept in mind, and told to nobody
)

// Manners lists them in the order they are offered.
var Manners = []Manner{AsItIs, Adapted, Link}

// Adoption says that a co-op goes by a protocol of another. It points to one text and never changes itself (invariant 12): when the
// origin has moved on, a person looks at what is new and adopts that.
type Adoption struct {
	ID       coop.ID
	IRI      coop.IRI // of the note that told of it, "" when nobody was told
	Coop     coop.IRI // whose adoption it is, "" for ours
	Page     coop.IRI // the protocol
	Home     coop.IRI // whose protocol it is, "" for one of ours
	Name     string   // what it was called then: readable when its home is gone
	Revision RevisionID
	Manner   Manner
	Ours     coop.ID // the page of ours that was adapted from it, "" otherwise
	Changes  string  // what we change for our place
	Since    time.Time
	Until    time.Time // zero while it holds
	Public   bool      // others are told, and count it

	Withdrawn bool // a steward ended it: no page of ours that comes into use takes it up again

	// Of a standard of service that the co-op says it meets.
	Met      []int // items of its checklist, by Task.N, sorted
	Evidence string
	Checked  time.Time // the day of which that is true, zero when nothing is said
}

// Validate checks an adoption of ours of a text; every fault comes at once and names its field. Class Invalid.
func (a *Adoption) Validate(text *Revision) error {
	var errs []error
	add := func(field, key string) { errs = append(errs, coop.FieldError(field, key, nil)) }
	if !slices.Contains(Manners, a.Manner) || a.Manner == Link && a.Public || (a.Manner == Adapted) != (a.Ours != "") {
		add("manner", "choice.unknown")
	}
	if a.Revision != text.ID {
		errs = append(errs, coop.Errorf(coop.Invalid, "revision.unknown", "adoption of %s with the text of %s", a.Revision, text.ID))
	}
	least := 0
	if a.Manner == Adapted {
		least = 1 // the question is why one adapts at all
	}
	errs = append(errs, coop.Lines("changes", a.Changes, least, MaxChanges))
	if _, err := coop.ParseIRI(string(a.Page)); err != nil {
		add("page", "address.invalid")
	}
	if a.Evidence != "" {
		if _, err := coop.ParseIRI(a.Evidence); err != nil {
			add("evidence", "address.invalid")
		}
	}
	if len(a.Met) > 0 && a.Checked.IsZero() {
		add("checked", "field.required")
	}
	list := Checklist(text.Source)
	unknown := func(n int) bool { return !slices.ContainsFunc(list, func(t Task) bool { return t.N == n }) }
	if !rising(a.Met) || slices.ContainsFunc(a.Met, unknown) {
		add("met", "choice.unknown")
	}
	return errors.Join(errs...)
}

// Holds tells whether the adoption holds at now.
func (a *Adoption) Holds(now time.Time) bool { return a.Until.IsZero() || now.Before(a.Until) }

// Meets tells whether the co-op says that it meets every item of the standard it adopted.
func (a *Adoption) Meets(text *Revision, now time.Time) bool {
	list := Checklist(text.Source)
	open := func(t Task) bool { return !slices.Contains(a.Met, t.N) }
	return a.Holds(now) && a.Manner != Link && a.Revision == text.ID && len(list) > 0 && !slices.ContainsFunc(list, open)
}

// UpdateAvailable tells whether the origin has a text that is not in the past of the one that is held: of what was adopted as it is that is
// the adoption's revision, of what was adapted the latest of our own page.
func UpdateAvailable(h *History, held, latest RevisionID) bool {
	return latest != "" && !h.IsAncestor(latest, held)
}

// Withdraw ends an adoption at now; it stays readable with its end. Once more is no error.
func (a *Adoption) Withdraw(now time.Time) {
	if a.Holds(now) {
		a.Until = now
	}
}

// Renew ends an adoption at now and gives the one of a newer text that takes its place. Class Conflict: key adoption.ended when it holds no more,
// adoption.same when it is of that text already.
func (a *Adoption) Renew(id coop.ID, to RevisionID, now time.Time) (Adoption, error) {
	switch {
	case !a.Holds(now):
		return Adoption{}, coop.Errorf(coop.Conflict, "adoption.ended", "adoption %s ended at %s", a.ID, a.Until)
	case to == a.Revision:
		return Adoption{}, coop.Errorf(coop.Conflict, "adoption.same", "adoption %s is of %s already", a.ID, to)
	}
	next := a.of(id, to, now)
	a.Until = now
	return next, nil
}

// of gives the adoption of a text that takes the place of a from now on, under a new id. What was met has to be said anew: it was said of
// another checklist.
func (a Adoption) of(id coop.ID, text RevisionID, now time.Time) Adoption {
	a.ID, a.IRI, a.Revision, a.Since, a.Until = id, "", text, now, time.Time{}
	a.Met, a.Evidence, a.Checked = nil, "", time.Time{}
	return a
}
