package handbook

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// ReceivePage keeps a neighbour's page as it now is at its home, in the caller's transaction. p.IRI and p.Home name it; the caller has
// verified that home says so. It may come twice, late or out of order: an older state than ours is ignored, a deleted page stays deleted.
// It tells whether anything changed, and gives the page as it is kept. Errors: Forbidden when the address belongs to another co-op or to us
// (keys origin.differs, owner.differs); Invalid for what can't be kept, a draft, and, key lineage.cycle, a past that comes back to itself.
func (s *Service) ReceivePage(tx Tx, p Protocol) (Protocol, bool, error) {
	if p.IRI == "" || p.Home == "" || !coop.SameOrigin(p.IRI, p.Home) || p.IRI.Origin() == string(s.Base) {
		return p, false, coop.Errorf(coop.Forbidden, "origin.differs", "page %s is not of %s", p.IRI, p.Home)
	}
	if gone, err := tx.Buried(p.IRI); err != nil || gone {
		return p, false, err
	}
	old, err := tx.ProtocolByIRI(p.IRI)
	there, err := known(err)
	switch {
	case err != nil:
		return p, false, err
	case there && old.Home != p.Home:
		return p, false, coop.Errorf(coop.Forbidden, "owner.differs", "page %s belongs to %s, not %s", p.IRI, old.Home, p.Home)
	case there && p.Updated.Before(old.Updated):
		return old, false, nil
	}
	if err := p.validateRemote(); err != nil {
		return p, false, fmt.Errorf("page %s: %w", p.IRI, err)
	}
	if _, err := lineage(tx, p.IRI, p.Origin); err != nil {
		return p, false, fmt.Errorf("page %s: %w", p.IRI, err)
	}
	p.ID, p.Reading, p.Reminded = s.NewID(), false, time.Time{}
	if there {
		p.ID = old.ID
		if p.Created.IsZero() {
			p.Created = old.Created
		}
	}
	if p.InUse == "" && p.Status != Retired {
		p.InUse = p.Latest // a peer that tells of one text alone tells of the one in use
	}
	if there && samePage(p, old) {
		return old, false, nil
	}
	return p, true, tx.PutProtocol(p)
}

// samePage tells whether two states of a page say the same, in whatever zone their times are written.
func samePage(a, b Protocol) bool {
	for _, p := range []*Protocol{&a, &b} {
		for _, t := range []*time.Time{&p.Review, &p.Reviewed, &p.Created, &p.Updated, &p.Reminded} {
			*t = t.UTC()
		}
	}
	return a == b
}

// validateRemote checks what a peer says of a page of its own.
func (p *Protocol) validateRemote() error {
	errs := []error{coop.Line("name", p.Name, 1, MaxName), coop.Line("circle", p.Circle, 0, MaxCircle), coop.Lines("story", p.Story, 0, MaxStory),
		coop.Lines("changes", p.Origin.Changes, 0, MaxChanges), coop.Line("origin", p.Origin.Name, 0, MaxName), coop.Line("licence", p.Licence, 0, MaxCircle)}
	choice := func(field string, ok bool) {
		if !ok {
			errs = append(errs, coop.FieldError(field, "choice.unknown", nil))
		}
	}
	choice("kind", slices.Contains(Kinds, p.Kind))
	choice("status", p.Status != Draft && slices.Contains(Statuses, p.Status))
	choice("slug", p.Slug == "" || ValidSlug(p.Slug))
	choice("language", p.Language == "" || coop.ValidLanguage(p.Language))
	for _, id := range []RevisionID{p.Latest, p.InUse, p.Origin.Revision} {
		if id != "" {
			_, err := ParseRevisionID(string(id))
			errs = append(errs, err)
		}
	}
	for _, address := range []string{p.URL, string(p.Origin.Page), string(p.Origin.Home)} {
		if address != "" {
			_, err := coop.ParseIRI(address)
			errs = append(errs, err)
		}
	}
	if p.Latest == "" {
		errs = append(errs, coop.FieldError("source", "field.required", nil))
	}
	return errors.Join(errs...)
}

// ForgetPage drops a neighbour's page because its home deleted it, in the caller's transaction; a tombstone keeps it from coming again. Where
// we adopted it or keep a page that was adapted from it, it stays readable as retired: the text we go by is ours to keep (its origin may
// be gone, the fork lives on). Unknown addresses are no error. Class Forbidden, key owner.differs, when it is another's.
func (s *Service) ForgetPage(tx Tx, iri, home coop.IRI) error { return Forget(tx, iri, home, s.now()) }

// Forget is ForgetPage for whoever drops all that a co-op published.
func Forget(tx Tx, iri, home coop.IRI, now time.Time) error {
	if home == "" || !coop.SameOrigin(iri, home) {
		return coop.Errorf(coop.Forbidden, "owner.differs", "page %s forgotten for %s", iri, home)
	}
	p, err := tx.ProtocolByIRI(iri)
	there, err := known(err)
	switch {
	case err != nil:
		return err
	case !there:
		return tx.DropProtocol(Protocol{IRI: iri, Home: home}, true, now)
	case p.Home != home:
		return coop.Errorf(coop.Forbidden, "owner.differs", "page %s belongs to %s, not %s", iri, p.Home, home)
	}
	needed, err := needed(tx, iri, now)
	if err != nil {
		return err
	}
	if !needed {
		return tx.DropProtocol(p, true, now)
	}
	if p.Status == Retired {
		return nil
	}
	p.Status = Retired
	return tx.PutProtocol(p)
}

// LeaveHandbook drops the pages of a co-op that we follow no more, in the caller's transaction, but for those that we go by. They may come back.
func (s *Service) LeaveHandbook(tx Tx, home coop.IRI) error {
	if home == "" { // those are ours
		return nil
	}
	pages, err := tx.PagesOf(home)
	if err != nil {
		return err
	}
	for _, iri := range pages {
		needed, err := needed(tx, iri, s.now())
		if err != nil {
			return err
		}
		if needed {
			continue
		}
		p, err := tx.ProtocolByIRI(iri)
		if err != nil {
			return err
		}
		if err := tx.DropProtocol(p, false, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// needed tells whether we adopted a page of another or adapted it.
func needed(r Reader, page coop.IRI, now time.Time) (bool, error) {
	_, err := r.OurAdoptionOf(page, now)
	if ok, err := known(err); ok || err != nil {
		return ok, err
	}
	forks, err := r.Forks(page)
	return slices.ContainsFunc(forks, func(p Protocol) bool { return p.Local() }), err
}
