package region

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// maySign tells whether we may put our name under a charter: at most under one in each attempt, and not under too many at once.
func (s *Service) maySign(tx Tx, r *Region, c *Charter) error {
	marks, err := tx.Marks(r.ID)
	if err != nil {
		return err
	}
	charters, err := tx.Charters(r.ID)
	if err != nil {
		return err
	}
	waiting := 0
	for i := range charters {
		x := &charters[i]
		if x.Previous == r.Charter.ID && x.ID != c.ID {
			waiting++
		}
		for _, m := range marks {
			if m.Coop == s.Actor && m.Charter == x.ID && x.ID != c.ID && x.Version == c.Version && x.Attempt == c.Attempt {
				return coop.Errorf(coop.Conflict, "charter.signed", "we signed %s in that attempt", x.ID)
			}
		}
	}
	if waiting >= MaxProposals {
		return coop.Errorf(coop.TooMany, "charter.many", "%d charters wait", waiting)
	}
	return nil
}

// Countersign puts our co-op's name under a proposed charter. Stewards of a council co-op may. Errors: NotFound, key charter.none; Forbidden, key
// council.only; Conflict, key charter.signed, when we signed another in that attempt, and key charter.stale, when it does not follow the one in force.
func (s *Service) Countersign(ctx context.Context, by coop.Actor, slug string, id ID) error {
	if err := mustSteward(by, "sign a charter"); err != nil {
		return err
	}
	if err := s.countersign(ctx, by, slug, id); err != nil {
		return fmt.Errorf("sign charter %s of %s: %w", id, slug, err)
	}
	return nil
}

func (s *Service) countersign(ctx context.Context, by coop.Actor, slug string, id ID) error {
	r, err := s.councilRegion(ctx, by, slug)
	if err != nil {
		return err
	}
	mark, err := s.Papers.Mark(ctx, id)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		all, err := tx.Charters(r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c Charter) bool { return c.ID == id })
		if i < 0 {
			return coop.Errorf(coop.NotFound, "charter.none", "no charter %s", id)
		}
		c := &all[i]
		if c.Previous != r.Charter.ID {
			return coop.Errorf(coop.Conflict, "charter.stale", "it follows %s, in force is %s", c.Previous, r.Charter.ID)
		}
		if err := s.maySign(tx, &r, c); err != nil {
			return err
		}
		if err := tx.PutMark(r.ID, c.Version, c.Attempt, mark); err != nil {
			return err
		}
		return s.signed(tx, by, &r, mark)
	})
}

// signed brings the charter in force to what is signed by now, and tells the council of a signature of ours. What is signed is few and short, and its
// signatures are looked at here, inside of the transaction.
func (s *Service) signed(tx Tx, by coop.Actor, r *Region, mark Mark) error {
	if err := s.tell(tx, coop.RegionSigned, by, r, Told{Coop: s.Actor, Signed: mark.Charter}); err != nil {
		return err
	}
	return s.turn(tx, by, r)
}

// turn brings a region to the charter that is in force by what is kept, tells the others when that is another than before, and keeps it.
func (s *Service) turn(tx Tx, by coop.Actor, r *Region) error {
	charters, marks, err := papers(tx, r.ID)
	if err != nil {
		return err
	}
	chain, err := s.chain(r.ID, charters, marks)
	if err != nil {
		return err
	}
	return s.turnTo(tx, by, r, chain)
}

func (s *Service) turnTo(tx Tx, by coop.Actor, r *Region, chain *Chain) error {
	was := r.Charter
	r.follow(chain, s.now())
	if r.Charter.ID == was.ID {
		return tx.PutRegion(*r)
	}
	ours := r.State == Joined && r.Charter.Host == s.Papers.Account(r.Slug)
	moved := was.Host != r.Charter.Host
	left := r.Hosted && !ours
	r.Hosted = ours
	r.Pulled, r.ETag = time.Time{}, "" // the list with which it begins may still have to be read, whatever happens to this process
	if err := tx.PutRegion(*r); err != nil {
		return err
	}
	if r.State != Joined {
		return nil
	}
	if err := s.tell(tx, coop.RegionTurned, by, r, Told{Coop: s.Actor, Before: was.Host}); err != nil {
		return err
	}
	if left {
		if err := s.tell(tx, coop.RegionMoved, by, r, Told{Coop: s.Actor, Before: was.Host}); err != nil {
			return err
		}
	}
	if moved {
		return s.tellOurselves(tx, by) // it names the account of the region
	}
	return nil
}

// follow makes the head of a chain the charter in force.
func (r *Region) follow(c *Chain, now time.Time) {
	if held := time.Duration(r.Charter.Absence) * 24 * time.Hour; !r.Turned.IsZero() && now.Sub(r.Turned) > held {
		r.Anchor = r.Charter.ID
	}
	head := c.Head(r.Anchor)
	if head.ID != r.Charter.ID || r.Turned.IsZero() {
		r.Turned = now
	}
	r.Charter, r.Hosts = *head, nil
	for x := head; x != nil; x = c.Charter(x.Previous) {
		if !slices.Contains(r.Hosts, x.Host) {
			r.Hosts = append(r.Hosts, x.Host)
		}
	}
}
