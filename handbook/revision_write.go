package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Writing is a text that somebody wrote.
type Writing struct {
	Base   RevisionID // the text they began from, "" when there was none
	Name   string
	Source string
	Reason string
}

// WriteRevision makes a text the latest of a page of ours that is still a draft, with the next number. Members may; their autosaved draft goes.
// The same text as the latest changes nothing. Errors: Unauthenticated, NotFound, Invalid with field errors; Conflict: key protocol.state when
// the page is no draft (then a motion is opened), protocol.in_motion while a motion on it is open, protocol.stale when Base is not
// its latest.
func (s *Service) WriteRevision(ctx context.Context, by coop.Actor, protocol coop.ID, w Writing) (Revision, error) {
	var r Revision
	if err := mustMember(by, "write a revision"); err != nil {
		return r, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := mine(tx, protocol)
		if err != nil {
			return err
		}
		if w.Base != p.Latest {
			return coop.Errorf(coop.Conflict, "protocol.stale", "a text made from %.60q, the latest of %s is %s", w.Base, p.Slug, p.Latest)
		}
		if r, err = s.written(tx, by, &p, w); err != nil {
			return err
		}
		if err := s.extendDraft(tx, &p, &r); err != nil {
			return err
		}
		return dropDraft(tx, by, p.ID)
	})
	if err != nil {
		return r, fmt.Errorf("write on protocol %s: %w", protocol, err)
	}
	return r, nil
}

// written makes the revision of a text on a page of ours, made from its base; the base itself when nothing differs. It keeps nothing yet.
func (s *Service) written(tx Tx, by coop.Actor, p *Protocol, w Writing) (Revision, error) {
	var parents []RevisionID
	if w.Base != "" {
		base, err := tx.Revision(p.ID, w.Base)
		if err != nil {
			return Revision{}, err
		}
		if r, err := NewRevision(w.Name, w.Source, base.Parents...); err == nil && r.ID == base.ID {
			return base, nil
		}
		parents = []RevisionID{w.Base}
	}
	r, err := NewRevision(w.Name, w.Source, parents...)
	if err != nil {
		return r, err
	}
	return s.ours(tx, by, p, r, w.Reason)
}

// ours says of a revision that it is one of a page of ours: as it is known already, else new and by by.
func (s *Service) ours(tx Tx, by coop.Actor, p *Protocol, r Revision, reason string) (Revision, error) {
	there, err := tx.Revision(p.ID, r.ID)
	switch ok, err := known(err); {
	case err != nil:
		return r, err
	case ok:
		return there, nil
	}
	r.Protocol, r.IRI, r.By, r.Reason, r.Made = p.ID, s.RevisionIRI(p.Slug, r.ID), by.Person(), reason, s.now()
	return r, r.Validate()
}

// extendDraft makes r the latest text of a page that is a draft.
func (s *Service) extendDraft(tx Tx, p *Protocol, r *Revision) error {
	if p.Status != Draft {
		return coop.Errorf(coop.Conflict, "protocol.state", "protocol %s is %s", p.Slug, p.Status)
	}
	if err := unmoved(tx, p); err != nil {
		return err
	}
	if err := s.extend(tx, p, r); err != nil {
		return err
	}
	return tx.PutProtocol(*p)
}

// extend makes r the latest text of a page and keeps r; the page is the caller's to keep.
func (s *Service) extend(tx Tx, p *Protocol, r *Revision) error {
	r.Protocol, r.Home, r.IRI = p.ID, "", s.RevisionIRI(p.Slug, r.ID)
	if err := tx.PutText(*r); err != nil {
		return err
	}
	of := []RevisionID{r.ID}
	if p.Latest != "" {
		of = append(of, p.Latest)
	}
	h, err := history(tx, of...)
	if err != nil {
		return err
	}
	if err := p.Extend(r, h, s.now()); err != nil {
		return err
	}
	return tx.PutRevision(*r)
}

// unmoved refuses to change a page under those who are deciding about it.
func unmoved(tx Tx, p *Protocol) error {
	n, err := openMotions(tx, p.ID)
	if err == nil && n > 0 {
		return coop.Errorf(coop.Conflict, "protocol.in_motion", "%d motions on %s are open", n, p.Slug)
	}
	return err
}

func openMotions(r Reader, protocol coop.ID) (n int, err error) {
	all, err := r.MotionsOf(protocol)
	for _, m := range all {
		if m.State == MotionOpen {
			n++
		}
	}
	return n, err
}

// dropDraft forgets what by was writing on a page once it is written.
func dropDraft(tx Tx, by coop.Actor, protocol coop.ID) error {
	if !by.SignedIn() {
		return nil
	}
	return tx.DropDraft(protocol, by.Person())
}
