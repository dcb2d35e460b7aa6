package market

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Threads lists the conversations of by, latest first: their own, or with shared those of the stewards, which only a steward
// may read. Nobody lists another member's. Errors: Unauthenticated, Forbidden; Invalid, key cursor.invalid.
func (s *Service) Threads(ctx context.Context, by coop.Actor, shared bool, cursor string) (list []Thread, next string, err error) {
	if !by.SignedIn() {
		return nil, "", coop.Errorf(coop.Unauthenticated, "login.required", "list threads as %s", by)
	}
	if !shared {
		if list, next, err = s.Store.Threads(ctx, by.Person(), DefaultPage, cursor); err != nil {
			return nil, "", fmt.Errorf("threads of %s: %w", by, err)
		}
		return list, next, nil
	}
	if !by.CanSteward() {
		return nil, "", coop.Errorf(coop.Forbidden, "steward.only", "list shared threads as %s", by)
	}
	// The store lists all threads; those of members are left out here, a few pages at most.
	for range sharedPages {
		page, after, err := s.Store.Threads(ctx, "", MaxPage, cursor)
		if err != nil {
			return nil, "", fmt.Errorf("threads of the stewards: %w", err)
		}
		for _, t := range page {
			if t.Owner == "" {
				list = append(list, t)
			}
		}
		if next, cursor = after, after; next == "" || len(list) >= DefaultPage {
			break
		}
	}
	return list, next, nil
}

// sharedPages bounds how many pages of threads are read to find those of the stewards.
const sharedPages = 10
