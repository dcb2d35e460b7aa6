package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// TurnProtocol makes a step in the life of a page of ours that needs no text. next is by when one that is affirmed is to be looked at again,
// zero for never. Where one that was adapted from another is retired, we go by the other no more, and of a standard we say no more that we meet it.
// Stewards may. Others are told of a public page. Errors: Unauthenticated, Forbidden, NotFound; Conflict: key protocol.state when the turn
// leads nowhere, protocol.in_motion when one is to be retired on which a motion is open.
func (s *Service) TurnProtocol(ctx context.Context, by coop.Actor, id coop.ID, turn Turn, next time.Time) (Protocol, error) {
	var p Protocol
	if err := mustSteward(by, "turn a protocol"); err != nil {
		return p, err
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if p, err = mine(tx, id); err != nil {
			return err
		}
		if turn == Retire {
			if err := unmoved(tx, &p); err != nil {
				return err
			}
		}
		if err := p.Apply(turn, next, s.now()); err != nil {
			return err
		}
		if err := tx.PutProtocol(p); err != nil {
			return err
		}
		if turn == Retire {
			if err := s.leaveOrigin(tx, by, &p); err != nil {
				return err
			}
			if err := s.unsay(tx, by, &p); err != nil {
				return err
			}
		}
		return s.tell(tx, coop.ProtocolChanged, by, &p)
	})
	if err != nil {
		return p, fmt.Errorf("%s protocol %s: %w", turn, id, err)
	}
	return p, nil
}

// BringIntoUse brings the latest text of a page of ours into use without a motion: its very first text, or after it was retired the one that was
// decided on. Stewards may. Nothing happens to a page in use. Errors: Unauthenticated, Forbidden, NotFound; Conflict: key protocol.empty
// without a text, protocol.undecided for a text that needs a decision, protocol.in_motion while a motion on the page is open.
func (s *Service) BringIntoUse(ctx context.Context, by coop.Actor, id coop.ID) (Protocol, error) {
	var p Protocol
	if err := mustSteward(by, "bring a protocol into use"); err != nil {
		return p, err
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if p, err = mine(tx, id); err != nil {
			return err
		}
		switch {
		case p.Status == InUse:
			return nil
		case p.Latest == "":
			return coop.Errorf(coop.Conflict, "protocol.empty", "protocol %s has no text", p.Slug)
		}
		if err := unmoved(tx, &p); err != nil {
			return err
		}
		r, err := tx.Revision(p.ID, p.Latest)
		if err != nil {
			return err
		}
		return s.enact(tx, by, &p, &r)
	})
	if err != nil {
		return p, fmt.Errorf("bring protocol %s into use: %w", id, err)
	}
	return p, nil
}

// enact makes r the latest text of a page if it is not, brings it into use, tells of it, and does what follows: changes given back that it holds
// are answered, what we said of meeting an older text is taken back, and our adoption of what the page was adapted from points to what it holds
// of it.
func (s *Service) enact(tx Tx, by coop.Actor, p *Protocol, r *Revision) error {
	if err := s.extend(tx, p, r); err != nil {
		return err
	}
	now, kind := s.now(), coop.ProtocolChanged
	if p.InUse == "" {
		kind = coop.ProtocolPublished
	}
	if p.Status == Review || !p.Review.IsZero() && !p.Review.After(now) { // whoever decides on a text has looked at it
		p.Reviewed = now
		if !p.Review.After(now) && !p.Review.IsZero() {
			p.Review = now.AddDate(1, 0, 0)
		}
	}
	if err := p.Enact(r, now); err != nil {
		return err
	}
	if err := tx.PutRevision(*r); err != nil {
		return err
	}
	if err := tx.PutProtocol(*p); err != nil {
		return err
	}
	if err := s.tell(tx, kind, by, p); err != nil {
		return err
	}
	if err := s.unsay(tx, by, p); err != nil {
		return err
	}
	if err := s.takeOffers(tx, by, p); err != nil {
		return err
	}
	return s.followOrigin(tx, by, p)
}
