package handbook

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"toadlane/coop"
)

// ReceiveAdoption keeps what another co-op says of its use of a page, in the caller's transaction: a.IRI is the note that says so and a.Coop
// who does, which the caller has verified. It may come twice, and again changed. It tells whether anything changed. Errors: Forbidden
// when the note is another's or ours; Invalid for what can't be kept.
func (s *Service) ReceiveAdoption(tx Tx, a Adoption) (bool, error) {
	if a.IRI == "" || a.Coop == "" || !coop.SameOrigin(a.IRI, a.Coop) || a.Coop.Origin() == string(s.Base) {
		return false, coop.Errorf(coop.Forbidden, "origin.differs", "adoption %s is not of %s", a.IRI, a.Coop)
	}
	if gone, err := tx.Buried(a.IRI); err != nil || gone {
		return false, err
	}
	if err := a.validateRemote(); err != nil {
		return false, fmt.Errorf("adoption %s: %w", a.IRI, err)
	}
	old, err := tx.AdoptionByIRI(a.IRI)
	there, err := known(err)
	switch {
	case err != nil:
		return false, err
	case there && old.Coop != a.Coop:
		return false, coop.Errorf(coop.Forbidden, "owner.differs", "adoption %s belongs to %q, not %s", a.IRI, old.Coop, a.Coop)
	}
	a.ID, a.Public, a.Ours = s.NewID(), true, ""
	switch {
	case there:
		a.ID = old.ID
		if a.Since.IsZero() { // what came first says since when
			a.Since = old.Since
		}
		if sameAdoption(a, old) {
			return false, nil
		}
	case a.Since.IsZero():
		a.Since = s.now()
	}
	return true, tx.PutAdoption(a)
}

// sameAdoption tells whether two say the same, in whatever zone their times are written.
func sameAdoption(a, b Adoption) bool {
	for _, x := range []*Adoption{&a, &b} {
		for _, t := range []*time.Time{&x.Since, &x.Until, &x.Checked} {
			*t = t.UTC()
		}
		if len(x.Met) == 0 {
			x.Met = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

// validateRemote checks what a peer says of its use of a page.
func (a *Adoption) validateRemote() error {
	errs := []error{coop.Lines("changes", a.Changes, 0, MaxChanges), coop.Line("name", a.Name, 0, MaxName)}
	if a.Manner != AsItIs && a.Manner != Adapted {
		errs = append(errs, coop.FieldError("manner", "choice.unknown", nil))
	}
	if _, err := ParseRevisionID(string(a.Revision)); err != nil {
		errs = append(errs, coop.FieldError("revision", "revision.unknown", nil))
	}
	for field, address := range map[string]string{"page": string(a.Page), "evidence": a.Evidence} {
		if field == "evidence" && address == "" {
			continue
		}
		if _, err := coop.ParseIRI(address); err != nil {
			errs = append(errs, coop.FieldError(field, "address.invalid", nil))
		}
	}
	if len(a.Met) > MaxTasks || !rising(a.Met) {
		errs = append(errs, coop.FieldError("met", "choice.unknown", nil))
	}
	return errors.Join(errs...)
}

// rising tells whether each item is named once, in order.
func rising(items []int) bool {
	for i, n := range items {
		if n < 1 || i > 0 && items[i-1] >= n {
			return false
		}
	}
	return true
}

// ForgetAdoption takes away what another co-op said of its use of a page, because it withdrew it, in the caller's transaction. Unknown addresses
// are no error. Class Forbidden, key owner.differs, when it is another's.
func (s *Service) ForgetAdoption(tx Tx, iri, by coop.IRI) error {
	a, err := tx.AdoptionByIRI(iri)
	there, err := known(err)
	switch {
	case !there:
		return err
	case a.Coop != by || by == "":
		return coop.Errorf(coop.Forbidden, "owner.differs", "adoption %s belongs to %q, not %s", iri, a.Coop, by)
	}
	return tx.DropAdoption(a.ID)
}
