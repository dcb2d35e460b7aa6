package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// WithdrawMotion ends an open motion without a decision: whose it is, or a steward. Of a secret vote who said what is gone with that. Errors:
// Unauthenticated, NotFound; Forbidden, key motion.not_yours; Conflict, key motion.state.
func (s *Service) WithdrawMotion(ctx context.Context, by coop.Actor, motion coop.ID) (Motion, error) {
	return s.onMotion(ctx, by, motion, "withdraw", func(tx Tx, _ *Protocol, m *Motion) error {
		if err := m.Withdraw(by); err != nil {
			return err
		}
		if err := forgetWho(tx, m); err != nil {
			return err
		}
		if err := freeOffer(tx, m); err != nil {
			return err
		}
		return tx.PutMotion(*m)
	})
}

// Decide ends a consent or a vote whose time has come, and brings the text into use when it passed; where it does not go together with what came
// into use since, the motion is clashing. The clock does it by itself; any member may, so that nobody has to wait for it. A motion that is
// decided already stays as it is, without an error. Errors: Unauthenticated, NotFound; Conflict: key motion.early, motion.unreported for
// what is ratified elsewhere, motion.state for one that was withdrawn.
func (s *Service) Decide(ctx context.Context, by coop.Actor, motion coop.ID) (Motion, error) {
	return s.onMotion(ctx, by, motion, "decide", func(tx Tx, p *Protocol, m *Motion) error {
		if m.Result != nil {
			return nil
		}
		return s.settle(tx, by, p, m)
	})
}

// Ratify writes down what became of a motion elsewhere, and decides it by that. Stewards may. The same once more is no error. Errors:
// Unauthenticated, Forbidden, NotFound, Invalid with field errors; Conflict: key motion.state when it is not open or not to be
// ratified, motion.early before the day.
func (s *Service) Ratify(ctx context.Context, by coop.Actor, motion coop.ID, there Ratification) (Motion, error) {
	if err := mustSteward(by, "ratify a motion"); err != nil {
		return Motion{}, err
	}
	if err := there.validate(); err != nil {
		return Motion{}, err
	}
	return s.onMotion(ctx, by, motion, "ratify", func(tx Tx, p *Protocol, m *Motion) error {
		if m.Ratification != nil && m.Result != nil && m.Ratification.same(&there) {
			return nil
		}
		if m.State != MotionOpen || m.Terms.Method != Ratified {
			return coop.Errorf(coop.Conflict, "motion.state", "motion %s by %s is %s", m.ID, m.Terms.Method, m.State)
		}
		m.Ratification = &there
		return s.settle(tx, by, p, m)
	})
}

// same tells whether two say the same of what was decided elsewhere, in whatever zone the day is written.
func (r *Ratification) same(o *Ratification) bool {
	a, b := *r, *o
	a.On, b.On = a.On.UTC(), b.On.UTC()
	return a == b
}

// onMotion lets a member do something to a motion, with its page held before it: whatever changes both takes them in this order.
func (s *Service) onMotion(ctx context.Context, by coop.Actor, motion coop.ID, what string, do func(Tx, *Protocol, *Motion) error) (m Motion, err error) {
	if err := mustMember(by, what+" a motion"); err != nil {
		return m, err
	}
	if m, err = s.read(ctx).Motion(motion); err != nil {
		return m, fmt.Errorf("%s motion %s: %w", what, motion, err)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		p, err := mine(tx, m.Protocol)
		if err != nil {
			return err
		}
		if m, err = tx.Motion(motion); err != nil {
			return err
		}
		return do(tx, &p, &m)
	})
	if err != nil {
		return m, fmt.Errorf("%s motion %s: %w", what, motion, err)
	}
	return m, nil
}

// settle ends an open motion and does what follows. Of a secret vote who said what is gone with that.
func (s *Service) settle(tx Tx, by coop.Actor, p *Protocol, m *Motion) error {
	all, err := tx.Responses(m.ID)
	if err != nil {
		return err
	}
	c, err := tx.Coop()
	if err != nil {
		return err
	}
	result, err := m.Decide(s.now().In(c.Zone()), all)
	if err != nil {
		return err
	}
	if err := forgetWho(tx, m); err != nil {
		return err
	}
	if result.Passed {
		if err := s.pass(tx, by, p, m); err != nil {
			return err
		}
	}
	if m.State != MotionPassed {
		if err := freeOffer(tx, m); err != nil {
			return err
		}
	}
	return tx.PutMotion(*m)
}

// forgetWho leaves of the answers to a secret vote that is over, however it ended, that these people answered.
func forgetWho(tx Tx, m *Motion) error {
	if !m.Terms.Secret {
		return nil
	}
	all, err := tx.Responses(m.ID)
	if err != nil {
		return err
	}
	return tx.PutCounted(m.ID, m.Counted(all))
}

// pass brings the text of a motion that passed into use: as it is where it comes from the latest, merged where both went on. What can't be merged
// without asking somebody makes the motion a clashing one. A text that is in use by another decision stays as that left it.
func (s *Service) pass(tx Tx, by coop.Actor, p *Protocol, m *Motion) error {
	if m.Revision == p.InUse {
		return nil
	}
	r, err := tx.Revision(p.ID, m.Revision)
	if err != nil {
		return err
	}
	if p.Latest != "" && p.Latest != r.ID {
		joined, err := s.join(tx, p, r)
		if err != nil {
			return err
		}
		if joined.Relation == Ahead { // what is in use holds it already, by another decision
			return nil
		}
		if !joined.Clean() {
			return m.Clash()
		}
		merged, err := joined.Revision("", nil)
		switch {
		case coop.ClassOf(err) == coop.Invalid && err != nil: // together they are too long
			return m.Clash()
		case err != nil:
			return err
		case merged.ID != r.ID:
			if r, err = s.ours(tx, coop.Member(m.By, coop.RoleMember), p, merged, m.Reason); err != nil {
				return err
			}
		}
	}
	r.Decision = m.Result
	return s.enact(tx, by, p, &r)
}

// join compares the latest text of a page of ours with another one that is here.
func (s *Service) join(r Reader, p *Protocol, theirs Revision) (Joined, error) {
	ours, err := r.Revision(p.ID, p.Latest)
	if err != nil {
		return Joined{}, err
	}
	h, err := history(r, ours.ID, theirs.ID)
	if err != nil {
		return Joined{}, err
	}
	return Join(h, ours, theirs, r.Text)
}

// freeOffer lets a change given back be answered that no motion is about any more.
func freeOffer(tx Tx, m *Motion) error {
	o, there, err := openOffer(tx, m.Offer)
	if !there || o.Motion != m.ID {
		return err
	}
	o.Motion = ""
	return tx.PutOffer(o)
}
