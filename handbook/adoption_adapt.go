package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Adapt begins a page of ours that is made from a text of a neighbour's page, with where it comes from and the answer to "what will you change for
// your place?". It is a draft whose first text is theirs, and is ours to change; others are told when it comes into use. start may leave out
// all but what is to differ: name, kind, language and licence are those of the origin. Stewards may. Errors: Unauthenticated, Forbidden,
// NotFound, Invalid with field errors; Conflict: key adoption.ours for a page of our own, adoption.adapted when a page of ours that is
// not retired is made from it already.
func (s *Service) Adapt(ctx context.Context, by coop.Actor, page coop.ID, start Start, in Adopting) (Protocol, error) {
	var p Protocol
	if err := mustSteward(by, "adapt"); err != nil {
		return p, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		from, text, err := s.theirs(tx, page, in.Revision)
		if err != nil {
			return err
		}
		forks, err := tx.Forks(from.IRI)
		if err != nil {
			return err
		}
		for _, f := range forks {
			if f.Local() && f.Status != Retired {
				return coop.Errorf(coop.Conflict, "adoption.adapted", "protocol %s is made from %s", f.Slug, from.IRI)
			}
		}
		if p, err = s.start(tx, adapted(start, &from, &text), Origin{Page: from.IRI, Revision: text.ID, Home: from.Home, Name: from.Name, Changes: in.Changes}); err != nil {
			return err
		}
		if _, err := lineage(tx, p.IRI, p.Origin); err != nil {
			return err
		}
		a := s.adoption(&from, text.ID, in, Adapted)
		a.Ours = p.ID
		if err := a.Validate(&text); err != nil {
			return err
		}
		if err := tx.PutProtocol(p); err != nil {
			return err
		}
		r, err := NewRevision(p.Name, text.Source, text.ID)
		if err != nil {
			return err
		}
		if r, err = s.ours(tx, by, &p, r, ""); err != nil {
			return err
		}
		if err := s.extendDraft(tx, &p, &r); err != nil {
			return err
		}
		return tx.PutAdoption(a) // quietly: a draft is nobody's business yet
	})
	if err != nil {
		return p, fmt.Errorf("adapt %s: %w", page, err)
	}
	return p, nil
}

// adapted fills what is not to differ from the origin.
func adapted(in Start, from *Protocol, text *Revision) Start {
	if in.Name == "" {
		in.Name = text.Name
	}
	if in.Kind == "" {
		in.Kind = from.Kind
	}
	if in.Language == "" {
		in.Language = from.Language
	}
	for _, l := range coop.Licences {
		if in.Licence == "" && from.Licence == l {
			in.Licence = l
		}
	}
	return in
}

// followOrigin says of a page of ours that came into use and was adapted from another that we go by it, and by which text of the other: the latest
// that ours holds. What else we had of the other ends with that. Where a steward took back that we go by it, nothing is said any more.
func (s *Service) followOrigin(tx Tx, by coop.Actor, p *Protocol) error {
	if p.Origin.Page == "" {
		return nil
	}
	all, err := tx.AdoptionsOf(p.Origin.Page)
	if err != nil {
		return err
	}
	var last *Adoption // of this page, the latest
	for i := range all {
		if all[i].Coop == "" && all[i].Ours == p.ID {
			last = &all[i]
		}
	}
	if last == nil || last.Withdrawn {
		return nil
	}
	from, err := pageOf(tx, last)
	if err != nil {
		return err
	}
	for i := range all {
		if a := &all[i]; a.Coop == "" && a.Ours == "" {
			if err := s.end(tx, by, &from, a); err != nil {
				return err
			}
		}
	}
	newest, err := holds(tx, p, &from, last.Revision)
	if err != nil {
		return err
	}
	return s.followTo(tx, by, &from, *last, newest)
}

// followTo makes our adoption of what a page of ours was adapted from one of the text that ours holds. What was said of meeting it does not go along:
// it was said of another text, or before we stopped going by this one.
func (s *Service) followTo(tx Tx, by coop.Actor, from *Protocol, was Adoption, to RevisionID) error {
	now := s.now()
	if !was.Holds(now) { // it ended when the page was retired
		next := was.of(s.NewID(), to, now)
		return s.announce(tx, by, from, &next)
	}
	if to == was.Revision {
		if !was.Public || was.IRI != "" {
			return nil
		}
		return s.announce(tx, by, from, &was)
	}
	old := was
	next, err := was.Renew(s.NewID(), to, now)
	if err != nil {
		return err
	}
	if err := s.end(tx, by, from, &old); err != nil {
		return err
	}
	return s.announce(tx, by, from, &next)
}

// leaveOrigin ends our adoption of what a page of ours that is retired was adapted from.
func (s *Service) leaveOrigin(tx Tx, by coop.Actor, p *Protocol) error {
	if p.Origin.Page == "" {
		return nil
	}
	all, err := tx.AdoptionsOf(p.Origin.Page)
	if err != nil {
		return err
	}
	for i := range all {
		if a := &all[i]; a.Coop == "" && a.Ours == p.ID {
			from, err := pageOf(tx, a)
			if err != nil {
				return err
			}
			if err := s.end(tx, by, &from, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds gives the latest text of a page that ours comes from, which is otherwise the one known so far.
func holds(r Reader, ours, from *Protocol, sofar RevisionID) (RevisionID, error) {
	if from.Latest == "" || from.Latest == sofar {
		return sofar, nil
	}
	h, err := history(r, ours.Latest, from.Latest)
	if err != nil || !h.IsAncestor(from.Latest, ours.Latest) {
		return sofar, err
	}
	return from.Latest, nil
}
