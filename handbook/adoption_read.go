package handbook

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Standing is an adoption of ours with the page it is of, and what is new there.
type Standing struct {
	Adoption Adoption
	Page     Protocol // only address, home and name when it is gone
	Ours     Protocol // the page of ours that was adapted, zero otherwise
	Held     RevisionID
	Update   RevisionID // the origin's text in use that is not in the past of what we hold, "" when there is none
}

// Adoptions lists ours, also those that ended, latest first, with the updates that are available. Members may. Class Unauthenticated.
func (s *Service) Adoptions(ctx context.Context, by coop.Actor) ([]Standing, error) {
	if err := mustMember(by, "list adoptions"); err != nil {
		return nil, err
	}
	r := eachOnce(s.read(ctx))
	all, err := r.Adoptions()
	if err != nil {
		return nil, fmt.Errorf("adoptions: %w", err)
	}
	var out []Standing
	for _, a := range all {
		st, err := s.standing(r, a)
		if err != nil {
			return nil, fmt.Errorf("adoption %s: %w", a.ID, err)
		}
		out = append(out, st)
	}
	return out, nil
}

// Adoption gives one of ours. Members may. Errors: Unauthenticated; NotFound, also for another co-op's.
func (s *Service) Adoption(ctx context.Context, by coop.Actor, id coop.ID) (Standing, error) {
	if err := mustMember(by, "see an adoption"); err != nil {
		return Standing{}, err
	}
	r := s.read(ctx)
	a, err := r.Adoption(id)
	if err == nil && a.Coop != "" {
		err = coop.Errorf(coop.NotFound, "adoption.unknown", "adoption %s is of %s", id, a.Coop)
	}
	var st Standing
	if err == nil {
		st, err = s.standing(r, a)
	}
	if err != nil {
		return st, fmt.Errorf("adoption %s: %w", id, err)
	}
	return st, nil
}

// AdoptionOf gives the one of ours that holds of the page at an address. Members may. Errors: Unauthenticated, NotFound.
func (s *Service) AdoptionOf(ctx context.Context, by coop.Actor, page coop.IRI) (Standing, error) {
	if err := mustMember(by, "see an adoption"); err != nil {
		return Standing{}, err
	}
	r := s.read(ctx)
	a, err := r.OurAdoptionOf(page, s.now())
	var st Standing
	if err == nil {
		st, err = s.standing(r, a)
	}
	if err != nil {
		return st, fmt.Errorf("adoption of %.200s: %w", page, err)
	}
	return st, nil
}

func (s *Service) standing(r Reader, a Adoption) (st Standing, err error) {
	st = Standing{Adoption: a, Held: a.Revision}
	if st.Page, err = pageOf(r, &a); err != nil {
		return st, err
	}
	if a.Ours != "" {
		if st.Ours, err = r.Protocol(a.Ours); err != nil {
			return st, err
		}
		st.Held = st.Ours.Latest
	}
	if !a.Holds(s.now()) || a.Manner == Link || st.Page.Local() || st.Page.InUse == "" || st.Page.InUse == st.Held {
		return st, nil
	}
	h, err := history(r, st.Held, st.Page.InUse)
	if err != nil || !UpdateAvailable(h, st.Held, st.Page.InUse) {
		return st, err
	}
	if a.Manner == Adapted {
		if same, err := sameWords(r, st.Held, st.Page.InUse); err != nil || same {
			return st, err // theirs became ours, as when a change of ours was taken under their title
		}
	}
	st.Update = st.Page.InUse
	return st, nil
}

// sameWords tells whether two texts that are here say the same, whatever their titles.
func sameWords(r Reader, a, b RevisionID) (bool, error) {
	x, err := r.Text(a)
	if err != nil {
		_, err = known(err)
		return false, err
	}
	y, err := r.Text(b)
	if err != nil {
		_, err = known(err)
		return false, err
	}
	return x.Source == y.Source, nil
}

// Use is somebody's use of a page.
type Use struct {
	Adoption Adoption
	Meets    bool // the co-op says that it meets every item of the standard
}

// UsedBy lists the adoptions of a page that by may read that hold and that others were told of, oldest first, ours too. Class NotFound.
func (s *Service) UsedBy(ctx context.Context, by coop.Actor, page coop.ID) ([]Use, error) {
	p, err := s.ProtocolByID(ctx, by, page)
	if err != nil {
		return nil, err
	}
	out, err := s.uses(eachOnce(s.read(ctx)), &p)
	if err != nil {
		return nil, fmt.Errorf("uses of %s: %w", p.IRI, err)
	}
	return out, nil
}

func (s *Service) uses(r Reader, p *Protocol) ([]Use, error) {
	all, err := r.AdoptionsOf(p.IRI)
	if err != nil {
		return nil, err
	}
	now := s.now()
	var out []Use
	for _, a := range all {
		if a.IRI == "" || !a.Holds(now) || a.Manner == Link { // what nobody was told of
			continue
		}
		u := Use{Adoption: a}
		if len(a.Met) > 0 {
			text, err := r.Text(a.Revision)
			ok, err := known(err)
			if err != nil {
				return nil, err
			}
			u.Meets = ok && a.Meets(&text, now)
		}
		out = append(out, u)
	}
	return out, nil
}

// Unmet lists those of the pages that a co-op does not say it goes by, in their order. A co-op goes by its own. Everybody may ask: all of it was
// said in public.
func (s *Service) Unmet(ctx context.Context, who coop.IRI, pages []coop.IRI) (missing []coop.IRI, err error) {
	r, now := s.read(ctx), s.now()
	if who == s.Base+"/actor" {
		who = "" // as ours are kept
	}
	for _, page := range pages {
		p, err := r.ProtocolByIRI(page)
		there, err := known(err)
		if err != nil {
			return nil, fmt.Errorf("who goes by %s: %w", page, err)
		}
		all, err := r.AdoptionsOf(page)
		if err != nil {
			return nil, fmt.Errorf("who goes by %s: %w", page, err)
		}
		if !(there && p.Home == who) && !slices.ContainsFunc(all, func(a Adoption) bool { return a.Coop == who && a.Holds(now) && a.Manner != Link }) {
			missing = append(missing, page)
		}
	}
	return missing, nil
}
