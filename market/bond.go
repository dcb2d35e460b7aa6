package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// Bond is how many things worked out between two co-ops at least, as the first of them says. Which they were is not told, and should not be seen from the
// numbers either: see OwnBonds.
type Bond struct {
	Coop  coop.IRI // "" is ours
	With  coop.IRI
	Count int
}

// What is told of bonds.
const (
	// LeastBond is the smallest number that is told: fewer would say that this one thing was theirs.
	LeastBond = 3
	MaxBond   = 1_000_000
	MaxBonds  = 200 // of one co-op: as many as an array of a document may have
)

// steps are the numbers that are told of our own: the largest that is reached. Whoever reads every month learns little from a step of one of the things
// that ended in between.
var steps = []int{LeastBond, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, MaxBond}

// OwnBonds lists how many things of ours worked out with other co-ops, in steps, and only what ended before this month: numbers that moved on the day on
// which a listing ends would say which it was. Whether both co-ops want that shown is for the caller to look at: each says so of a region. The node
// itself may.
func (s *Service) OwnBonds(ctx context.Context) ([]Bond, error) {
	y, m, _ := s.Now().In(s.Zone()).Date()
	list, err := s.Store.OwnBonds(ctx, LeastBond, time.Date(y, m, 1, 0, 0, 0, 0, s.Zone()))
	if err != nil {
		return nil, fmt.Errorf("own bonds: %w", err)
	}
	for i := range list {
		n := &list[i].Count
		k, reached := slices.BinarySearch(steps, *n)
		if !reached {
			k--
		}
		*n = steps[k]
	}
	return list, nil
}

// Bonds lists ours and what other co-ops tell of theirs. As OwnBonds.
func (s *Service) Bonds(ctx context.Context) ([]Bond, error) {
	ours, err := s.OwnBonds(ctx)
	if err != nil {
		return nil, err
	}
	others, err := s.Store.Bonds(ctx)
	if err != nil {
		return nil, fmt.Errorf("bonds: %w", err)
	}
	return append(ours, others...), nil
}

// WorkedWith gives the co-op with which a closed listing of ours worked out, "" when nobody said. Whoever may change the listing may know. Errors: as of
// ChangeListing.
func (s *Service) WorkedWith(ctx context.Context, by coop.Actor, l *Listing) (coop.IRI, error) {
	if err := mayChange(by, l); err != nil {
		return "", err
	}
	with, err := s.Store.WorkedWith(ctx, l.ID)
	if err != nil {
		return "", fmt.Errorf("with whom listing %s worked out: %w", l.ID, err)
	}
	return with, nil
}

// SayWorkedWith says of a listing of ours that worked out with which co-op it did, or with "" that it is not to be counted. Errors: as of CloseListing;
// Conflict, key listing.state, when it did not work out.
func (s *Service) SayWorkedWith(ctx context.Context, by coop.Actor, id coop.ID, with coop.IRI) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(id)
		if err != nil {
			return err
		}
		if err := mayChange(by, &l); err != nil {
			return err
		}
		if err := s.checkEnding(&Ending{With: with}); err != nil {
			return err
		}
		if l.State != Done {
			return coop.Errorf(coop.Conflict, "listing.state", "listing %s is %s", id, l.State)
		}
		return tx.PutWorkedWith(id, with)
	})
	if err != nil {
		return fmt.Errorf("with whom listing %s worked out: %w", id, err)
	}
	return nil
}

// ReceiveBonds takes how many things worked out between a co-op and others, as it says: all that was known of it before is dropped.
func ReceiveBonds(tx Tx, from coop.IRI, list []Bond) error {
	kept := make([]Bond, 0, len(list))
	seen := map[coop.IRI]bool{from: true}
	for _, b := range list {
		if b.Coop != from || b.Count < LeastBond || b.Count > MaxBond || seen[b.With] || len(kept) == MaxBonds {
			continue
		}
		seen[b.With] = true
		kept = append(kept, b)
	}
	return tx.PutBonds(from, kept)
}
