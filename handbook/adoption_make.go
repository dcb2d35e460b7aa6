package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// Adopting says how we take up a text of a neighbour's page.
type Adopting struct {
	Revision RevisionID // which has to be here; "" is the page's text in use
	Public   bool       // others are told
	Changes  string     // what we change for our place: asked when a page is adapted
	Met      []int      // of a standard: items that we meet
	Evidence string
	Checked  time.Time
}

// Adopt says that we go by a text of a neighbour's page as it is. An adoption of ours of an older text of it ends with that. Stewards may. Errors:
// Unauthenticated, Forbidden, NotFound, Invalid with field errors; Conflict: key adoption.same when we go by that text already,
// adoption.adapted when a page of ours is made from it, adoption.ours for a page of our own.
func (s *Service) Adopt(ctx context.Context, by coop.Actor, page coop.ID, in Adopting) (Adoption, error) {
	return s.takeUp(ctx, by, page, in, AsItIs)
}

// KeepLink keeps a neighbour's page in mind; nobody is told. Stewards may. Errors as Adopt; adoption.same also when we go by another text of it.
func (s *Service) KeepLink(ctx context.Context, by coop.Actor, page coop.ID) (Adoption, error) {
	return s.takeUp(ctx, by, page, Adopting{}, Link)
}

func (s *Service) takeUp(ctx context.Context, by coop.Actor, page coop.ID, in Adopting, how Manner) (Adoption, error) {
	var a Adoption
	if err := mustSteward(by, "adopt"); err != nil {
		return a, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, text, err := s.theirs(tx, page, in.Revision)
		if err != nil {
			return err
		}
		a = s.adoption(&p, text.ID, in, how)
		return s.replace(tx, by, &p, &text, &a)
	})
	if err != nil {
		return a, fmt.Errorf("adopt %s: %w", page, err)
	}
	return a, nil
}

// theirs gives a neighbour's page and a text of it that is here, "" being the one in use.
func (s *Service) theirs(tx Tx, page coop.ID, id RevisionID) (Protocol, Revision, error) {
	p, err := tx.Protocol(page)
	if err != nil {
		return p, Revision{}, err
	}
	if p.Local() {
		return p, Revision{}, coop.Errorf(coop.Conflict, "adoption.ours", "protocol %s is our own", p.Slug)
	}
	if id == "" {
		id = p.InUse
	}
	r, err := tx.Revision(p.ID, id)
	return p, r, err
}

// adoption makes one that holds from now on.
func (s *Service) adoption(p *Protocol, id RevisionID, in Adopting, how Manner) Adoption {
	a := Adoption{ID: s.NewID(), Page: p.IRI, Home: p.Home, Name: p.Name, Revision: id, Manner: how, Changes: in.Changes, Since: s.now(),
		Public: in.Public, Met: in.Met, Evidence: in.Evidence, Checked: in.Checked}
	return a
}

// NoteIRI is the address of the note that tells of an adoption of ours.
func (s *Service) NoteIRI(id coop.ID) coop.IRI { return s.Base + "/n/" + coop.IRI(id) }

// replace keeps a and ends what we had of the page before. A public one that is no adapted draft is told of.
func (s *Service) replace(tx Tx, by coop.Actor, p *Protocol, text *Revision, a *Adoption) error {
	if err := a.Validate(text); err != nil {
		return err
	}
	old, err := tx.OurAdoptionOf(a.Page, a.Since)
	there, err := known(err)
	if err != nil {
		return err
	}
	if there {
		switch {
		case old.Manner == Adapted:
			return coop.Errorf(coop.Conflict, "adoption.adapted", "protocol %s is made from %s", old.Ours, a.Page)
		case old.Manner == a.Manner && old.Revision == a.Revision, a.Manner == Link:
			return coop.Errorf(coop.Conflict, "adoption.same", "adoption %s is of %s already", old.ID, old.Revision)
		}
		if err := s.end(tx, by, p, &old); err != nil {
			return err
		}
	}
	return s.announce(tx, by, p, a)
}

// announce keeps an adoption and tells of it when it is public. What is adapted into a draft is nobody's business yet.
func (s *Service) announce(tx Tx, by coop.Actor, p *Protocol, a *Adoption) error {
	public := a.Public
	if public && a.Ours != "" {
		ours, err := tx.Protocol(a.Ours)
		if err != nil {
			return err
		}
		public = ours.Public()
	}
	if public && a.IRI == "" {
		a.IRI = s.NoteIRI(a.ID)
	}
	if err := tx.PutAdoption(*a); err != nil || a.IRI == "" {
		return err
	}
	return tx.Append(s.event(coop.AdoptionMade, by, a.IRI, Used{*a, *p}))
}

// end ends an adoption of ours and takes back what was told of it.
func (s *Service) end(tx Tx, by coop.Actor, p *Protocol, a *Adoption) error {
	now := s.now()
	if !a.Holds(now) {
		return nil
	}
	a.Withdraw(now)
	if err := tx.PutAdoption(*a); err != nil || a.IRI == "" {
		return err
	}
	return tx.Append(s.event(coop.AdoptionWithdrawn, by, a.IRI, Used{*a, *p}))
}

// Withdraw ends an adoption of ours, or a link that is kept; it stays readable with its end. One by a page of ours that was adapted is not taken up
// again when that comes into use. Once more is no error. Stewards may. Errors: Unauthenticated, Forbidden; NotFound, also for another co-op's.
func (s *Service) Withdraw(ctx context.Context, by coop.Actor, adoption coop.ID) (Adoption, error) {
	var a Adoption
	if err := mustSteward(by, "withdraw an adoption"); err != nil {
		return a, err
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if a, err = tx.Adoption(adoption); err != nil {
			return err
		}
		if a.Coop != "" {
			return coop.Errorf(coop.NotFound, "adoption.unknown", "adoption %s is of %s", a.ID, a.Coop)
		}
		p, err := pageOf(tx, &a)
		if err != nil {
			return err
		}
		if a.Holds(s.now()) {
			a.Withdrawn = true
		}
		return s.end(tx, by, &p, &a)
	})
	if err != nil {
		return a, fmt.Errorf("withdraw adoption %s: %w", adoption, err)
	}
	return a, nil
}

// pageOf gives the page of an adoption, or what the adoption itself knows of it when it is gone.
func pageOf(r Reader, a *Adoption) (Protocol, error) {
	p, err := r.ProtocolByIRI(a.Page)
	if ok, err := known(err); ok || err != nil {
		return p, err
	}
	return Protocol{IRI: a.Page, Home: a.Home, Name: a.Name}, nil
}
