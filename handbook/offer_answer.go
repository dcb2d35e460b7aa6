package handbook

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// AcceptOffer takes a change that was given back to us: it opens a motion with the text that comes of it and ours, forwarded where theirs comes from
// our latest, merged where both went on; when the motion passes, the offer is answered. Where our page holds it already, it is answered at
// once. Stewards may. Errors: Unauthenticated, Forbidden, NotFound, Invalid with field errors and, field choices, when conflicts are left
// open; Conflict: key offer.settled, offer.in_motion when a motion decides on it, protocol.stale when with is of other texts, those of OpenMotion.
func (s *Service) AcceptOffer(ctx context.Context, by coop.Actor, offer coop.ID, with Resolution, how Opening) (Offer, *Motion, error) {
	var opened *Motion
	o, err := s.onOffer(ctx, by, offer, "accept", func(tx Tx, p *Protocol, o *Offer) error {
		if o.State.Settled() {
			return coop.Errorf(coop.Conflict, "offer.settled", "offer %s is %s", o.ID, o.State)
		}
		theirs, err := tx.Revision(p.ID, o.Revision)
		if err != nil {
			return err
		}
		j, err := s.join(tx, p, theirs)
		if err != nil {
			return err
		}
		if j.Relation == Same || j.Relation == Ahead {
			h, err := history(tx, p.InUse)
			if err != nil {
				return err
			}
			return s.takeOffer(tx, by, p, h, o)
		}
		out, err := s.settleJoined(tx, by, p, &j, with, how, o.ID)
		if err != nil {
			return err
		}
		if opened = out.Motion; opened != nil && opened.State == MotionOpen {
			o.Motion = opened.ID
			return tx.PutOffer(*o)
		}
		*o, err = tx.Offer(o.ID) // a motion that was decided at once has answered it
		return err
	})
	return o, opened, err
}

// RejectOffer says that we do not take a change, and why; its sender is told. The same once more is no error. Stewards may. Errors:
// Unauthenticated, Forbidden, NotFound, Invalid about "reason"; Conflict: key offer.settled, offer.in_motion while a motion decides on it.
func (s *Service) RejectOffer(ctx context.Context, by coop.Actor, offer coop.ID, reason string) (Offer, error) {
	return s.onOffer(ctx, by, offer, "reject", func(tx Tx, p *Protocol, o *Offer) error {
		again := o.State == OfferRejected
		if err := o.Reject(reason, s.now()); err != nil || again {
			return err
		}
		return s.answer(tx, by, p, o, coop.OfferRejected)
	})
}

// onOffer lets a steward do something to an offer that we received, with its page held before it.
func (s *Service) onOffer(ctx context.Context, by coop.Actor, id coop.ID, what string, do func(Tx, *Protocol, *Offer) error) (o Offer, err error) {
	if err := mustSteward(by, what+" an offer"); err != nil {
		return o, err
	}
	if o, err = s.read(ctx).Offer(id); err != nil {
		return o, fmt.Errorf("%s offer %s: %w", what, id, err)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		p, err := tx.ProtocolByIRI(o.Page)
		if err != nil {
			return err
		}
		if o, err = tx.Offer(id); err != nil {
			return err
		}
		if o.From == "" || !p.Local() {
			return coop.Errorf(coop.NotFound, "offer.unknown", "offer %s is ours", id)
		}
		if o.Motion != "" && !o.State.Settled() {
			return coop.Errorf(coop.Conflict, "offer.in_motion", "motion %s decides on offer %s", o.Motion, id)
		}
		return do(tx, &p, &o)
	})
	if err != nil {
		return o, fmt.Errorf("%s offer %s: %w", what, id, err)
	}
	return o, nil
}

// takeOffers answers those open offers that the text in use of a page of ours holds.
func (s *Service) takeOffers(tx Tx, by coop.Actor, p *Protocol) error {
	all, err := tx.OffersFor(p.IRI)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o Offer) bool { return o.From == "" || o.State.Settled() })
	if len(all) == 0 {
		return nil
	}
	h, err := history(tx, p.InUse) // what it holds is in its past
	if err != nil {
		return err
	}
	for _, o := range all {
		if !h.IsAncestor(o.Revision, p.InUse) {
			continue
		}
		if err := s.takeOffer(tx, by, p, h, &o); err != nil {
			return err
		}
	}
	return nil
}

// takeOffer says that the text in use of our page, whose past h is, holds an offer.
func (s *Service) takeOffer(tx Tx, by coop.Actor, p *Protocol, h *History, o *Offer) error {
	if err := o.Accept(h, p.InUse, s.now()); err != nil {
		return err
	}
	return s.answer(tx, by, p, o, coop.OfferAccepted)
}

// answer keeps an offer that was answered and tells its sender.
func (s *Service) answer(tx Tx, by coop.Actor, p *Protocol, o *Offer, kind coop.EventKind) error {
	r, err := tx.Revision(p.ID, o.Revision)
	if err != nil {
		return err
	}
	if err := tx.PutOffer(*o); err != nil {
		return err
	}
	return tx.Append(s.event(kind, by, o.Activity, Given{*o, r.told(), *p}))
}
