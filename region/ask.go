package region

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Ask asks the host of a region to let us take part, and says what we bring: that is our consent, and nothing of ours is shown in the region before it.
// Stewards may. Errors: NotFound; Invalid about "ties" or "shares"; Conflict, key region.in, when we take part or asked already, and key
// region.closed when only those who were invited may ask.
func (s *Service) Ask(ctx context.Context, by coop.Actor, slug string, t Terms) error {
	return s.say(ctx, by, slug, "ask region", t, false, func(tx Tx, r *Region, p *Part) error {
		switch {
		case r.State == Joined || r.State == Asked:
			return coop.Errorf(coop.Conflict, "region.in", "region %s is %s", slug, r.State)
		case r.Charter.Joining == Invitation && !r.Invited:
			return coop.Errorf(coop.Conflict, "region.closed", "region %s asks by itself", slug)
		}
		r.State, r.Asked, r.Why, r.Pulled = Asked, s.now(), "", s.now()
		return s.tell(tx, coop.RegionAsked, by, r, Told{Coop: s.Actor, Entry: &p.Entry})
	})
}

// Narrow changes what we bring into a region that we take part in, or asked to: less or more, at once and without the host. Stewards may. Errors: as of
// Ask; Conflict, key region.out, when we have no part in it.
func (s *Service) Narrow(ctx context.Context, by coop.Actor, slug string, t Terms) error {
	return s.say(ctx, by, slug, "change part in region", t, false, func(tx Tx, r *Region, p *Part) error {
		if r.State != Joined && r.State != Asked {
			return coop.Errorf(coop.Conflict, "region.out", "region %s is %s", slug, r.State)
		}
		return s.tell(tx, coop.RegionSaid, by, r, Told{Coop: s.Actor, Entry: &p.Entry})
	})
}

// Leave ends our part in a region, or takes back that we asked: what we shared is gone from it, and what is theirs from here, within a minute.
// Stewards may. Errors: NotFound; Conflict, key region.out; Conflict, key region.hosting, while we host it and others take part.
func (s *Service) Leave(ctx context.Context, by coop.Actor, slug string) error {
	return s.say(ctx, by, slug, "leave region", Terms{}, true, func(tx Tx, r *Region, p *Part) error {
		if r.State != Joined && r.State != Asked {
			return coop.Errorf(coop.Conflict, "region.out", "region %s is %s", slug, r.State)
		}
		if r.Hosted {
			n, err := tx.CountParts(r.ID, In)
			if err != nil {
				return err
			}
			if n > 1 {
				return coop.Errorf(coop.Conflict, "region.hosting", "%d take part in region %s", n, slug)
			}
		}
		r.State, r.Invited = Left, false
		if err := s.tell(tx, coop.RegionSaid, by, r, Told{Coop: s.Actor, Entry: &p.Entry}); err != nil {
			return err
		}
		return s.tellOurselves(tx, by)
	})
}

// say signs our next word on a region, and keeps it with what do makes of it. The word is signed before the transaction, and said anew when another of
// ours came between.
func (s *Service) say(ctx context.Context, by coop.Actor, slug, what string, t Terms, left bool, do func(Tx, *Region, *Part) error) error {
	if err := mustSteward(by, what); err != nil {
		return err
	}
	if !left {
		if err := t.validate(); err != nil {
			return fmt.Errorf("%s %s: %w", what, slug, err)
		}
	}
	for {
		again, err := s.sayOnce(ctx, by, slug, t, left, do)
		if err != nil {
			return fmt.Errorf("%s %s: %w", what, slug, err)
		}
		if !again {
			return nil
		}
	}
}

func (s *Service) sayOnce(ctx context.Context, by coop.Actor, slug string, t Terms, left bool, do func(Tx, *Region, *Part) error) (again bool, err error) {
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return false, err
	}
	if err := unmarked(&r); err != nil {
		return false, err
	}
	us, err := s.read(ctx).Coop()
	if err != nil {
		return false, err
	}
	p, err := s.part(s.read(ctx), r.ID, s.Actor)
	if err != nil {
		return false, err
	}
	key, err := s.Papers.Key(ctx, s.Actor)
	if err != nil {
		return false, err
	}
	e, err := s.Papers.Entry(ctx, Entry{Region: r.ID, Charter: r.Charter.ID, Coop: s.Actor, Serial: p.roll().Serial(s.Actor), Key: key, Name: us.Name,
		Ties: t.Ties, Shares: t.Shares, Left: left})
	if err != nil {
		return false, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		if p, err = s.part(tx, r.ID, s.Actor); err != nil {
			return err
		}
		if again = p.roll().Serial(s.Actor) != e.Serial; again {
			return nil
		}
		p.hearEntry(e)
		if err := do(tx, &r, &p); err != nil {
			return err
		}
		p.settle(&r.Charter, s.now())
		p.Moved = s.now()
		if err := tx.PutPart(p); err != nil {
			return err
		}
		return tx.PutRegion(r)
	})
	return again, err
}

// Forget drops what is known of a region in which we have no part: also an invitation. Stewards may. Errors: NotFound; Conflict, key region.in.
func (s *Service) Forget(ctx context.Context, by coop.Actor, slug string) error {
	if err := mustSteward(by, "forget a region"); err != nil {
		return err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.RegionBySlug(slug)
		if err != nil {
			return err
		}
		if r.State == Joined || r.State == Asked {
			return coop.Errorf(coop.Conflict, "region.in", "region %s is %s", slug, r.State)
		}
		if p, err := s.part(tx, r.ID, s.Actor); err != nil || p.Entry.ID != "" {
			if err != nil {
				return err
			}
			// The numbers of our words must go on from where they were, should we ask again.
			r.State, r.Invited = Left, false
			return tx.PutRegion(r)
		}
		return tx.DropRegion(r.ID)
	})
	if err != nil {
		return fmt.Errorf("forget region %s: %w", slug, err)
	}
	return nil
}
