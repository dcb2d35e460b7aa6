package region

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// Proposal is a charter that waits for signatures.
type Proposal struct {
	Charter Charter
	Signed  []coop.IRI // who of the council signed it
	Ours    bool       // we did
}

// Council is what members see of how a region is ruled.
type Council struct {
	Proposals []Proposal
	Rival     *Charter   // what those prefer who are bound to nothing, when it is not in force here
	Twice     []coop.IRI // who signed two charters in one attempt
	Sits      bool       // our co-op does
	HostGone  bool       // the host has not answered for longer than the charter says
}

// Council gives what members see of how a region is ruled: who sits there speaks for all of them. Members may. Errors: Unauthenticated; NotFound.
func (s *Service) Council(ctx context.Context, by coop.Actor, slug string) (Council, error) {
	var out Council
	if !by.CanPost() {
		return out, coop.Errorf(coop.Unauthenticated, "login.required", "see a council as %s", by)
	}
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return out, err
	}
	charters, marks, err := papers(s.read(ctx), r.ID)
	if err != nil {
		return out, fmt.Errorf("council of %s: %w", slug, err)
	}
	chain, err := s.chain(r.ID, charters, marks)
	if err != nil {
		return out, fmt.Errorf("council of %s: %w", slug, err)
	}
	for i := range charters {
		c := &charters[i]
		if c.Previous != r.Charter.ID {
			continue
		}
		p := Proposal{Charter: *c}
		for _, m := range chain.Marks(c.ID) {
			if chain.counts(c, m) && !slices.Contains(p.Signed, m.Coop) {
				p.Signed = append(p.Signed, m.Coop)
				p.Ours = p.Ours || m.Coop == s.Actor
			}
		}
		out.Proposals = append(out.Proposals, p)
	}
	_, out.Sits = r.Charter.Seat(s.Actor)
	out.Rival, out.Twice = chain.Rival(r.Anchor), chain.Twice()
	out.HostGone = s.HostGone(&r)
	return out, nil
}

// Unsigned counts the proposals in a region that wait for our signature: those that follow the charter in force, unless we signed them or another in
// their attempt. It looks at no signature, so that it can be asked often. The node itself may.
func (s *Service) Unsigned(ctx context.Context, r *Region) (n int, err error) {
	if _, sits := r.Charter.Seat(s.Actor); !sits || r.State != Joined {
		return 0, nil
	}
	charters, marks, err := papers(s.read(ctx), r.ID)
	if err != nil {
		return 0, fmt.Errorf("what waits in region %s: %w", r.ID, err)
	}
	signed := map[int]bool{} // attempts
	for i := range charters {
		c := &charters[i]
		if c.Previous == r.Charter.ID && slices.ContainsFunc(marks, func(m Mark) bool { return m.Coop == s.Actor && m.Charter == c.ID }) {
			signed[c.Attempt] = true
		}
	}
	for i := range charters {
		if c := &charters[i]; c.Previous == r.Charter.ID && !signed[c.Attempt] {
			n++
		}
	}
	return n, nil
}

// HostGone tells whether the host of a region that we take part in has not answered for longer than its charter says.
func (s *Service) HostGone(r *Region) bool {
	return !r.Hosted && r.State == Joined && s.now().Sub(r.Heard) > time.Duration(r.Charter.Absence)*24*time.Hour
}

// Choose takes another charter that stands as the one in force, where two stand beside each other and we were bound to one. Stewards may. Errors:
// NotFound, key charter.none.
func (s *Service) Choose(ctx context.Context, by coop.Actor, slug string, id ID) error {
	if err := mustSteward(by, "choose a charter"); err != nil {
		return err
	}
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		charters, marks, err := papers(tx, r.ID)
		if err != nil {
			return err
		}
		chain, err := s.chain(r.ID, charters, marks)
		if err != nil {
			return err
		}
		if chain.Charter(id) == nil {
			return coop.Errorf(coop.NotFound, "charter.none", "charter %s does not stand", id)
		}
		r.Anchor, r.Turned = id, s.now()
		return s.turnTo(tx, by, &r, chain)
	})
	if err != nil {
		return fmt.Errorf("choose charter %s of %s: %w", id, slug, err)
	}
	return nil
}
