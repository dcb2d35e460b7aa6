package market

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Threads lists the conversations of by, on either side, unread first and then latest first: their own, or with shared those of
// the stewards, which only a steward may read. Nobody lists another member's. Errors: Unauthenticated, Forbidden; Invalid, key
// cursor.invalid.
func (s *Service) Threads(ctx context.Context, by coop.Actor, shared bool, cursor string) (list []Thread, next string, err error) {
	if !by.SignedIn() {
		return nil, "", coop.Errorf(coop.Unauthenticated, "login.required", "list threads as %s", by)
	}
	of := by.Person()
	if shared {
		if of = ""; !by.CanSteward() {
			return nil, "", coop.Errorf(coop.Forbidden, "steward.only", "list shared threads as %s", by)
		}
	}
	if list, next, err = s.Store.ThreadsOf(ctx, of, DefaultPage, cursor); err != nil {
		return nil, "", fmt.Errorf("threads of %s: %w", by, err)
	}
	return list, next, nil
}
