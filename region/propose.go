package region

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"toadlane/coop"
)

// MaxProposals is how many charters of one region wait for signatures at once.
const MaxProposals = 20

// Change is what a steward of a council co-op wants a region's next charter to say. What is nil or zero stays as it is.
type Change struct {
	Here    bool // this node is to host it from then on
	Name    coop.Text
	Story   coop.Text
	Joining Joining
	Absence int
	Expects []coop.IRI // with Expected
	// Expected tells that Expects is meant, also when it is empty.
	Expected bool
	Council  []coop.IRI // nil: as it is
	Area     *Area      // nil: as it is; one that says nothing takes it away
}

// Propose writes the next charter of a region, signs it in our co-op's name and sends it to the council; it comes into force when enough of the council
// signed it. Stewards of a council co-op may. Errors: Invalid about a field; Forbidden, key council.only, when ours is not in the council; Conflict,
// key charter.stale, when we hold too little of the region to say who takes part; TooMany, key charter.many.
func (s *Service) Propose(ctx context.Context, by coop.Actor, slug string, change Change) (Charter, error) {
	if err := mustSteward(by, "propose a charter"); err != nil {
		return Charter{}, err
	}
	c, err := s.propose(ctx, by, slug, change)
	if err != nil {
		return c, fmt.Errorf("propose a charter of %s: %w", slug, err)
	}
	return c, nil
}

func (s *Service) propose(ctx context.Context, by coop.Actor, slug string, change Change) (Charter, error) {
	r, err := s.councilRegion(ctx, by, slug)
	if err != nil {
		return Charter{}, err
	}
	at := s.read(ctx)
	next := r.Charter
	next.ID, next.Bytes, next.Region, next.Version, next.Previous = "", nil, r.ID, r.Charter.Version+1, r.Charter.ID
	all, err := at.Charters(r.ID)
	if err != nil {
		return next, err
	}
	next.Attempt = 1
	for _, c := range all {
		if c.Previous == r.Charter.ID && c.Attempt >= next.Attempt {
			next.Attempt = c.Attempt + 1
		}
	}
	if change.Name != nil {
		next.Name = change.Name
	}
	if change.Story != nil {
		next.Story = change.Story
	}
	if change.Joining != "" {
		next.Joining = change.Joining
	}
	if change.Absence != 0 {
		next.Absence = change.Absence
	}
	if change.Expected {
		next.Expects = change.Expects
	}
	var area Area
	if change.Area != nil {
		if area, err = s.written(*change.Area); err != nil {
			return next, err
		}
		next.Area = area.ID
	}
	if change.Council != nil {
		if next.Council, err = s.council(at, &r, change.Council); err != nil {
			return next, err
		}
		next.Need = len(next.Council)/2 + 1
	}
	if change.Here {
		next.Slug, next.Host = r.Slug, s.Papers.Account(r.Slug)
		if next.HostKey, err = s.Papers.Key(ctx, next.Host); err != nil {
			return next, err
		}
	}
	lines, err := lines(at, &r)
	if err != nil {
		return next, err
	}
	next.Root = Root(lines)
	if err := next.Validate(); err != nil {
		return next, err
	}
	if next, err = s.Papers.Charter(next); err != nil {
		return next, err
	}
	mark, err := s.Papers.Mark(ctx, next.ID)
	if err != nil {
		return next, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		if r.Charter.ID != next.Previous {
			return coop.Errorf(coop.Conflict, "charter.stale", "charter %s is in force by now", r.Charter.ID)
		}
		if err := s.maySign(tx, &r, &next); err != nil {
			return err
		}
		if err := errors.Join(keepArea(tx, r.ID, area), tx.PutCharter(r.ID, next), tx.PutMark(r.ID, next.Version, next.Attempt, mark)); err != nil {
			return err
		}
		if err := tx.PutList(r.ID, next.Root, lines); err != nil {
			return err
		}
		return s.signed(tx, by, &r, mark)
	})
	return next, err
}

// councilRegion gives a region in whose council our co-op is.
func (s *Service) councilRegion(ctx context.Context, by coop.Actor, slug string) (Region, error) {
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return r, err
	}
	if err := unmarked(&r); err != nil {
		return r, err
	}
	seat, sits := r.Charter.Seat(s.Actor)
	if !sits {
		return r, coop.Errorf(coop.Forbidden, "council.only", "%s is not in the council of %s", s.Actor, slug)
	}
	key, err := s.Papers.Key(ctx, s.Actor)
	if err == nil && key != seat.Key {
		err = coop.Errorf(coop.Conflict, "council.key", "our seat has the key %s, ours is %s", seat.Key, key)
	}
	return r, err
}

// council makes seats of co-ops that take part and say so themselves. Who sits already keeps its key.
func (s *Service) council(r Reader, of *Region, who []coop.IRI) (seats []Seat, err error) {
	for _, w := range who {
		if seat, sits := of.Charter.Seat(w); sits {
			seats = append(seats, seat)
			continue
		}
		p, err := r.Part(of.ID, w)
		if err != nil {
			return nil, err
		}
		if !p.Counts() {
			return nil, coop.FieldError("council", "council.outside", map[string]any{"Coop": p.Entry.Name})
		}
		seats = append(seats, Seat{w, p.Entry.Key})
	}
	slices.SortFunc(seats, func(a, b Seat) int { return cmp.Compare(a.Coop, b.Coop) })
	return slices.CompactFunc(seats, func(a, b Seat) bool { return a.Coop == b.Coop }), nil
}

// lines is who takes part by the charter in force, as this node knows it.
func lines(r Reader, of *Region) (out []Line, err error) {
	for cursor := ""; ; {
		list, next, err := r.Parts(of.ID, In, 200, cursor)
		if err != nil {
			return nil, err
		}
		for i := range list {
			p := &list[i]
			a := p.Admission(&of.Charter)
			if p.Under != of.Charter.ID || a == nil {
				return nil, coop.Errorf(coop.Unavailable, "charter.stale", "%s is not settled by %s", p.Coop, of.Charter.ID)
			}
			out = append(out, Line{p.Coop, p.Entry.ID, a.ID})
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}
