package handbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toadlane/coop"
)

// tickBatch bounds what one round of Tick takes.
const tickBatch = 100

// Tick does what is due by the clock: it decides motions whose end has come, and tells the stewards once of each page that is to be looked at
// again. It may be called at any time, from several processes: everything it does is done once. One motion that can't be decided does not
// keep the others waiting. It tells how much it did.
func (s *Service) Tick(ctx context.Context) (done int, err error) {
	due, err := s.read(ctx).DueMotions(s.now(), tickBatch)
	if err != nil {
		return 0, fmt.Errorf("tick: %w", err)
	}
	var errs []error
	for _, id := range due {
		if ctx.Err() != nil {
			break
		}
		if _, err := s.Decide(ctx, coop.System("clock"), id); err != nil {
			errs = append(errs, err)
			continue
		}
		done++
	}
	n, err := s.remind(ctx)
	if err = errors.Join(append(errs, err)...); err != nil {
		return done + n, fmt.Errorf("tick: %w", err)
	}
	return done + n, nil
}

// remind writes to the stewards about pages whose review date has come.
func (s *Service) remind(ctx context.Context) (int, error) {
	if waiting, err := s.read(ctx).DueReviews(s.now(), 1); err != nil || len(waiting) == 0 {
		return 0, err
	}
	var stewards []coop.ID
	if s.Stewards != nil {
		var err error
		if stewards, err = s.Stewards(ctx); err != nil {
			return 0, err
		}
	}
	n := 0
	err := s.Store.Write(ctx, func(tx Tx) error {
		due, err := tx.DueReviews(s.now(), tickBatch)
		if err != nil {
			return err
		}
		n = 0
		for _, p := range due {
			if p, err = tx.Protocol(p.ID); err != nil { // held now; somebody may have been quicker
				return err
			}
			if !p.waitsForReview(s.now()) {
				continue
			}
			n++
			p.Reminded = p.Review
			if err := tx.PutProtocol(p); err != nil {
				return err
			}
			for _, to := range stewards {
				if err := tx.PutLetter(coop.Letter{ID: s.NewID(), Kind: coop.LetterReview, Person: to, Subject: string(p.ID),
					Args: map[string]string{"Name": p.Name, "Slug": p.Slug}, Created: s.now()}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return n, err
}

// waitsForReview tells whether the stewards are to be told that a page of ours is to be looked at again, and were not.
func (p *Protocol) waitsForReview(now time.Time) bool {
	inUse := p.Status == InUse || p.Status == Review
	return inUse && !p.Review.IsZero() && !p.Review.After(now) && !p.Reminded.Equal(p.Review)
}
