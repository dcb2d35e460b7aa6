package federation

import (
	"context"
	"sync"
	"time"

	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// inTurn does something unless another process on this database is at it: its turn is taken when due says, in the same transaction, that it still is to be
// done, is kept while the work goes on, and ends with it. did tells whether it was done; the error is that of the database, or of the work.
func (n *Node) inTurn(ctx context.Context, what string, due func(tx queue.Tx) (bool, error), work func(context.Context) error) (did bool, err error) {
	now := n.Now().UTC()
	until, mine := now.Add(limits.Turn), false
	if err := n.Store.Write(ctx, func(tx queue.Tx) error {
		mine = false
		is, err := due(tx)
		if err != nil || !is {
			return err
		}
		mine, err = tx.TakeTurn(what, now, until)
		return err
	}); err != nil || !mine {
		return false, err
	}
	working, over := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() {
		again := time.NewTicker(limits.Turn / 4)
		defer again.Stop()
		for {
			select {
			case <-working.Done():
				return
			case <-again.C:
			}
			next, still := n.Now().UTC().Add(limits.Turn), false
			err := n.Store.Write(ctx, func(tx queue.Tx) (err error) {
				still, err = tx.KeepTurn(what, until, next)
				return err
			})
			switch {
			case err != nil: // the database is away: once more in a while
			case still:
				until = next
			default: // it was away for so long that another process has it now
				over()
				return
			}
		}
	})
	err = work(working)
	over()
	keeping.Wait()
	if ended := n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) error { return tx.EndTurn(what, until) }); err == nil {
		err = ended
	}
	return true, err
}
