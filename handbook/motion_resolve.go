package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Resolution is how a person brings two texts together.
type Resolution struct {
	Ours, Theirs RevisionID // the texts they were shown, as Joined.Sides gives them; choices need them
	Name         string     // counts when the title is open
	Choices      []Choice
	Reason       string
}

// Clash gives what a clashing motion and the latest text of its page come to, with the conflicts that are to be resolved. Members may. Errors:
// Unauthenticated, NotFound; Conflict, key motion.state, when the motion does not clash.
func (s *Service) Clash(ctx context.Context, by coop.Actor, motion coop.ID) (Joined, error) {
	if err := mustMember(by, "see a clash"); err != nil {
		return Joined{}, err
	}
	r := s.read(ctx)
	m, err := r.Motion(motion)
	if err == nil {
		var p Protocol
		if p, err = r.Protocol(m.Protocol); err == nil {
			var j Joined
			if j, err = s.clash(r, &p, &m); err == nil {
				return j, nil
			}
		}
	}
	return Joined{}, fmt.Errorf("clash of motion %s: %w", motion, err)
}

func (s *Service) clash(r Reader, p *Protocol, m *Motion) (Joined, error) {
	if m.State != MotionClashing {
		return Joined{}, coop.Errorf(coop.Conflict, "motion.state", "motion %s is %s", m.ID, m.State)
	}
	theirs, err := r.Revision(p.ID, m.Revision)
	if err != nil {
		return Joined{}, err
	}
	return s.join(r, p, theirs)
}

// ResolveClash opens a new motion with the text that comes of a clash when somebody has chosen: nobody has decided on that text. Whose motion it
// was may, or a steward. Errors: Unauthenticated, NotFound, Invalid with field errors; Forbidden, key motion.not_yours; Conflict: key
// motion.state when it does not clash, motion.followed when such a motion is open or has passed, protocol.stale when with is of other texts.
func (s *Service) ResolveClash(ctx context.Context, by coop.Actor, motion coop.ID, with Resolution, how Opening) (next Motion, err error) {
	_, err = s.onMotion(ctx, by, motion, "resolve", func(tx Tx, p *Protocol, m *Motion) error {
		if !by.CanSteward() && by.Person() != m.By {
			return coop.Errorf(coop.Forbidden, "motion.not_yours", "motion %s is not of %s", m.ID, by)
		}
		all, err := tx.MotionsOf(p.ID)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Follows == m.ID && (o.State == MotionOpen || o.State == MotionPassed) {
				return coop.Errorf(coop.Conflict, "motion.followed", "motion %s follows %s", o.ID, m.ID)
			}
		}
		j, err := s.clash(tx, p, m)
		if err != nil {
			return err
		}
		r, err := j.resolved(&with)
		if err != nil {
			return err
		}
		if r, err = s.ours(tx, by, p, r, with.Reason); err != nil {
			return err
		}
		o, there, err := openOffer(tx, m.Offer)
		if err != nil {
			return err
		}
		next, err = s.open(tx, by, p, r, Motion{Reason: with.Reason, Follows: m.ID, Offer: o.ID}, how)
		if err != nil || !there || next.State != MotionOpen {
			return err
		}
		o.Motion = next.ID
		return tx.PutOffer(o)
	})
	return next, err
}

// openOffer finds the change given back that a motion is about while it waits for an answer. It may be gone: its sender was blocked.
func openOffer(tx Tx, id coop.ID) (Offer, bool, error) {
	if id == "" {
		return Offer{}, false, nil
	}
	o, err := tx.Offer(id)
	there, err := known(err)
	return o, there && !o.State.Settled(), err
}
