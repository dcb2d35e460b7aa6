package federation

import (
	"context"
	"time"

	"toadlane/coop"
)

// insist records how an attempt ended, although the database may be away for a moment: full, or restarting. What is not recorded
// would be done again, and only when its lease is over; so it is tried until then, or until we stop.
func insist(ctx context.Context, lease time.Duration, settle func(context.Context) error) error {
	over := time.NewTimer(lease)
	defer over.Stop()
	look := time.NewTicker(pollEvery)
	defer look.Stop()
	for {
		err := settle(context.WithoutCancel(ctx))
		if err == nil || coop.ClassOf(err) != coop.Unavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-over.C:
			return err
		case <-look.C:
		}
	}
}

// brokenOff tells whether an attempt failed for a reason that lies with us and passes, and how long to wait then: we stop, and the
// next start takes it up at once; or our database was away. Neither is a fault of the row, so the wait is not the one of failures.
func brokenOff(ctx context.Context, err error, attempt int) (wait time.Duration, ok bool) {
	if ctx.Err() != nil {
		return 0, true
	}
	return time.Duration(min(attempt, 60)) * time.Second, coop.KeyOf(err) == "store.unavailable"
}
