package market

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Bond is how many things worked out between two co-ops, as the first of them says. Which they were, and between whom, nobody is told.
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

// Bonds lists how many things worked out between co-ops, ours and others as far as they tell it, LeastBond and more. Whether both want that shown is for the
// caller to look at: each says so of a region. The node itself may.
func (s *Service) Bonds(ctx context.Context) ([]Bond, error) {
	list, err := s.Store.Bonds(ctx, LeastBond)
	if err != nil {
		return nil, fmt.Errorf("bonds: %w", err)
	}
	return list, nil
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
