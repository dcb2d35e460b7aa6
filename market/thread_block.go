package market

import (
	"context"
	"fmt"
	"strings"

	"toadlane/coop"
)

// Block closes a conversation for good because by wants to hear no more of the other side: what a remote actor sends to the same
// owner from then on is dropped, a guest's address is refused by the whole co-op, and two members write to each other no more.
// Keeping a remote actor out of the whole co-op is the stewards' and the federation's. Errors: Unauthenticated, NotFound,
// Forbidden for a guest and for a steward who only looks at somebody else's talk with a remote actor or member.
func (s *Service) Block(ctx context.Context, by coop.Actor, id coop.ID) (Thread, error) {
	return s.block(ctx, by, id, true)
}

// Unblock takes Block back, by the side that blocked or, for guests, by a steward who was asked to look. Errors as for Block.
func (s *Service) Unblock(ctx context.Context, by coop.Actor, id coop.ID) (Thread, error) {
	return s.block(ctx, by, id, false)
}

func (s *Service) block(ctx context.Context, by coop.Actor, id coop.ID, on bool) (Thread, error) {
	var t Thread
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if t, err = tx.Thread(id); err != nil {
			return err
		}
		side, err := mayRead(by, &t)
		if err != nil {
			return err
		}
		guest := t.Other.Kind() == Guest
		if by.Guest() != "" || side == NoSide && !guest || !on && t.Blocked && side != NoSide && side != t.ClosedBy {
			return coop.Errorf(coop.Forbidden, "thread.not_yours_to_block", "%s blocks in thread %s", by, id)
		}
		if side == NoSide {
			side = OwnerSide
		}
		if !on && !t.Blocked {
			return nil
		}
		t.Closed, t.Blocked, t.ClosedBy = on, on, side
		if !on {
			t.ClosedBy = NoSide
		}
		if guest && t.Other.Mark != "" {
			if on {
				err = tx.BlockGuest(t.Other.Mark, t.Other.Name, by, s.Now().UTC())
			} else {
				err = tx.UnblockGuest(t.Other.Mark)
			}
			if err != nil {
				return err
			}
		}
		return tx.PutThread(t)
	})
	if err != nil {
		return t, fmt.Errorf("block in thread %s: %w", id, err)
	}
	return t, nil
}

// UnblockGuest lets the address behind a mark write again. Stewards only: Unauthenticated, Forbidden.
func (s *Service) UnblockGuest(ctx context.Context, by coop.Actor, mark string) error {
	if err := steward(by); err != nil {
		return err
	}
	if err := s.Store.Write(ctx, func(tx Tx) error { return tx.UnblockGuest(mark) }); err != nil {
		return fmt.Errorf("unblock guest: %w", err)
	}
	return nil
}

func steward(by coop.Actor) error {
	switch {
	case by.CanSteward():
		return nil
	case by.SignedIn():
		return coop.Errorf(coop.Forbidden, "steward.only", "%s is not a steward", by)
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s", by)
}

// Report tells the stewards about a conversation and lets them read it: whoever asks for help shows what it is about. Errors:
// Unauthenticated, NotFound, Invalid about "reason".
func (s *Service) Report(ctx context.Context, by coop.Actor, id coop.ID, reason string) error {
	reason = strings.TrimSpace(reason)
	if err := coop.Lines("reason", reason, 1, MaxReason); err != nil {
		return err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		if _, err := mayRead(by, &t); err != nil {
			return err
		}
		about := []coop.IRI{s.Base + "/threads/" + coop.IRI(id)}
		if t.Other.IRI != "" {
			about = append(about, t.Other.IRI)
		}
		t.Reported = true
		if err := tx.PutThread(t); err != nil {
			return err
		}
		return tx.PutComplaint(Complaint{ID: s.NewID(), By: by.String(), About: about, Words: reason, At: s.Now().UTC()})
	})
	if err != nil {
		return fmt.Errorf("report thread %s: %w", id, err)
	}
	return nil
}

// HideReply hides a public reply under a listing, or shows it again: a steward may, and whoever may change the listing. Its author
// is not told. Errors: Unauthenticated, Forbidden, NotFound for what is no public reply.
func (s *Service) HideReply(ctx context.Context, by coop.Actor, listing, reply coop.ID, hidden bool) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		if err := MayModerate(by, &l); err != nil {
			return err
		}
		m, err := tx.Message(reply)
		if err != nil {
			return err
		}
		if !m.Public || m.Listing != listing {
			return coop.Errorf(coop.NotFound, "message.unknown", "message %s is no reply to %s", reply, listing)
		}
		m.Hidden = hidden
		return tx.PutMessage(m)
	})
	if err != nil {
		return fmt.Errorf("hide reply %s: %w", reply, err)
	}
	return nil
}

// MayModerate tells whether by decides what stands under l: a steward, and for one of ours whoever may change it.
func MayModerate(by coop.Actor, l *Listing) error {
	if l.Local() && mayChange(by, l) == nil {
		return nil
	}
	return steward(by)
}
