package market

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// tickBatch bounds the rows one transaction of Tick touches.
const tickBatch = 100

// Tick does what is due by the clock: reminders 7 days and 1 day before the end, expiry at the end, archiving RenewDays after
// it, dropping neighbours' listings that have ended, and looking through what came for its members. It may be called at any time, from several processes: everything it
// does is done once. It tells how much it did.
func (s *Service) Tick(ctx context.Context) (done int, err error) {
	for _, step := range []func(Tx) (int, error){s.remind(RemindDays), s.remind(LastDays), s.expire, s.archive, s.dropStale} {
		for {
			n := 0
			err := s.Store.Write(ctx, func(tx Tx) (err error) {
				n, err = step(tx)
				return err
			})
			if err != nil {
				return done, fmt.Errorf("tick: %w", err)
			}
			done += n
			if n < tickBatch || ctx.Err() != nil {
				break
			}
		}
	}
	for ctx.Err() == nil {
		n, err := s.lookOut(ctx)
		if err != nil {
			return done, fmt.Errorf("tick: %w", err)
		}
		if n < arrivalBatch {
			break
		}
	}
	return done, nil
}

func (s *Service) remind(days int) func(Tx) (int, error) {
	return func(tx Tx) (int, error) {
		now := s.Now().UTC()
		due, err := tx.Unreminded(now.AddDate(0, 0, days), days, tickBatch)
		if err != nil {
			return 0, err
		}
		for _, l := range due {
			if err := tx.PutReminded(l.ID, days, l.Until); err != nil {
				return 0, err
			}
			// A listing made for a shorter time gets no reminder for a longer one. After a while without a clock, what has ended
			// gets none at all, and what ends within a day gets only the last.
			if l.Until.Sub(l.Updated) <= time.Duration(days)*24*time.Hour || !now.Before(l.Until) ||
				days != LastDays && !now.AddDate(0, 0, LastDays).Before(l.Until) {
				continue
			}
			if l.Poster == "" { // the co-op's own: the stewards see it on their pages
				continue
			}
			if err := tx.PutLetter(coop.Letter{ID: s.NewID(), Kind: coop.LetterReminder, Person: l.Poster, Subject: string(l.ID), Created: now}); err != nil {
				return 0, err
			}
		}
		return len(due), nil
	}
}

func (s *Service) expire(tx Tx) (int, error) {
	due, err := tx.Due(s.Now().UTC(), tickBatch)
	if err != nil {
		return 0, err
	}
	for _, l := range due {
		if err := s.apply(tx, coop.System("clock"), &l, Expire, ""); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// archive buries what has been over for RenewDays; peers are sent the Delete that closes a listing everywhere (FEDERATION.md).
func (s *Service) archive(tx Tx) (int, error) {
	now := s.Now().UTC()
	old, err := tx.ClosedBefore(now.AddDate(0, 0, -RenewDays), tickBatch)
	if err != nil {
		return 0, err
	}
	for _, l := range old {
		if err := l.Apply(Archive, now, s.Zone()); err != nil {
			return 0, err
		}
		if err := tx.PutListing(l); err != nil {
			return 0, err
		}
		if err := note(tx, Archive, l, l); err != nil {
			return 0, err
		}
		if err := s.tell(tx, coop.ListingDeleted, coop.System("clock"), l); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

func (s *Service) dropStale(tx Tx) (int, error) {
	now := s.Now().UTC()
	old, err := tx.StaleRemote(now, tickBatch)
	if err != nil {
		return 0, err
	}
	for _, l := range old {
		if err := Forget(tx, l.IRI, l.Home, false, now); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
