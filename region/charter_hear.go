package region

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// HearCharters takes charters of one region and the signatures under them, in any order, from whoever had them: they are checked by what they
// say. It gives the region as it is known then; one that was unknown has State Known. The node itself may. Errors: Invalid, key charter.malformed or
// charter.unsigned, when none of them makes a region; TooMany, key region.many.
func (s *Service) HearCharters(ctx context.Context, id ID, charters []Charter, marks []Mark) (Region, error) {
	for {
		r, again, err := s.hearCharters(ctx, id, charters, marks)
		if err != nil {
			return r, fmt.Errorf("charters of region %s: %w", id, err)
		}
		if !again {
			return r, nil
		}
	}
}

func (s *Service) hearCharters(ctx context.Context, id ID, charters []Charter, marks []Mark) (r Region, again bool, err error) {
	had, hadMarks, err := papers(s.read(ctx), id)
	if err != nil {
		return r, false, err
	}
	chain, err := s.chain(id, slices.Concat(had, charters), slices.Concat(hadMarks, marks)) // signatures are looked at here, with no transaction open
	if err != nil {
		return r, false, err
	}
	if chain.first == nil {
		return r, false, coop.Errorf(coop.Invalid, "charter.unsigned", "nothing stands of %d charters", len(charters))
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		now, nowMarks, err := papers(tx, id)
		if err != nil {
			return err
		}
		if again = len(now) != len(had) || len(nowMarks) != len(hadMarks); again {
			return nil
		}
		if r, err = s.regionOf(tx, id, chain.first.Slug); err != nil {
			return err
		}
		if r.Charter.ID == "" {
			r.Charter = *chain.Head("")
		}
		if err := tx.PutRegion(r); err != nil { // before what belongs to it
			return err
		}
		for _, c := range slices.Concat(had, charters) {
			if keeps(chain, had, &c) {
				if err := tx.PutCharter(id, c); err != nil {
					return err
				}
			}
			for _, m := range chain.Marks(c.ID) {
				if chain.counts(&c, m) && !slices.ContainsFunc(hadMarks, func(o Mark) bool { return o.Charter == m.Charter && o.Coop == m.Coop }) {
					if err := tx.PutMark(id, c.Version, c.Attempt, m); err != nil {
						return err
					}
				}
			}
		}
		return s.turnTo(tx, coop.System("charters"), &r, chain)
	})
	return r, again, err
}

// chain makes the chain of a region's charters and the signatures under them.
func (s *Service) chain(id ID, charters []Charter, marks []Mark) (*Chain, error) {
	chain := NewChain(s.Papers.Check)
	for i := range charters {
		if _, err := chain.Add(id, &charters[i]); err != nil {
			return nil, err
		}
	}
	_, err := chain.Add(id, nil, marks...)
	return chain, err
}

// keeps tells whether a charter that came is kept: one that stands, and one that follows the head and was signed by somebody of the council, as long as
// there are not too many of those.
func keeps(chain *Chain, had []Charter, c *Charter) bool {
	if slices.ContainsFunc(had, func(o Charter) bool { return o.ID == c.ID }) {
		return false
	}
	if chain.all[c.ID] != nil {
		return true
	}
	waiting := 0
	for _, o := range had {
		if o.Previous == c.Previous {
			waiting++
		}
	}
	return waiting < MaxProposals && slices.ContainsFunc(chain.Marks(c.ID), func(m Mark) bool { return chain.counts(c, m) })
}

// counts tells whether a signature under a charter is one of the council that decides on it.
func (c *Chain) counts(under *Charter, m Mark) bool {
	council := c.all[under.Previous]
	if under.Version == 1 {
		council = under
	}
	if council == nil {
		return false
	}
	seat, sits := council.Seat(m.Coop)
	return sits && m.Charter == under.ID && c.check(seat.Key, m.Bytes) == nil
}

// regionOf gives a region, or a fresh one when it is not known.
func (s *Service) regionOf(tx Tx, id ID, slug string) (Region, error) {
	r, err := tx.Region(id)
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return r, err
	}
	if err := fewRegions(tx); err != nil {
		return r, err
	}
	r = Region{ID: id, State: Known}
	r.Slug, err = freeSlug(tx, slug)
	return r, err
}

// papers reads what is kept of a region's charters.
func papers(r Reader, id ID) ([]Charter, []Mark, error) {
	charters, err := r.Charters(id)
	if err != nil {
		return nil, nil, err
	}
	marks, err := r.Marks(id)
	return charters, marks, err
}

// freeSlug finds a slug for a region's pages that no other region here has.
func freeSlug(r interface {
	RegionBySlug(slug string) (Region, error)
}, want string) (string, error) {

	for n := 1; n <= MaxRegions; n++ {
		slug := want
		if n > 1 {
			tail := fmt.Sprintf("-%d", n)
			slug = want[:min(len(want), coop.MaxHandle-len(tail))] + tail
		}
		if slices.Contains(reserved, slug) {
			continue
		}
		if _, err := r.RegionBySlug(slug); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return slug, nil
			}
			return "", err
		}
	}
	return "", coop.Errorf(coop.TooMany, "region.many", "no slug like %s is free", want)
}
