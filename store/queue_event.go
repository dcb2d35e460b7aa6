package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/federation/queue"
)

const eventColumns = `seq, id, kind, at, by_actor, subject, snapshot, state, attempt, due, last_error`

func scanEvent(scan func(...any) error) (e queue.Event, err error) {
	var at, due int64
	err = scan(&e.Row.ID, &e.Event.ID, &e.Event.Kind, &at, &e.Event.By, &e.Event.Subject, &e.Snapshot, &e.State, &e.Attempt, &due, &e.LastError)
	e.Event.At, e.Created, e.Due = fromMicros(at), fromMicros(at), fromMicros(due)
	return e, err
}

// eventFirst is true of a row e that no earlier one of the same subject stands before. The first condition is that of the
// index; neither database concludes it from the second.
const eventFirst = `(e.subject = '' OR NOT EXISTS (SELECT 1 FROM event b
	WHERE b.subject = e.subject AND b.seq < e.seq AND b.state <> 'done' AND b.state IN ('waiting', 'held')))`

// ClaimEvents leases up to n events that are due, of each subject only the oldest that is waiting or held, so that nobody
// hears of a change before what was changed. One that failed does not stop its subject for ever. The attempt is counted here.
func (s *Store) ClaimEvents(ctx context.Context, now, lease time.Time, n int) (list []queue.Event, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		list, err = collect(tx, scanEvent, `SELECT `+eventColumns+` FROM event e
			WHERE e.state = 'waiting' AND e.due <= $1 AND `+eventFirst+` ORDER BY e.due, e.seq LIMIT CAST($2 AS BIGINT)`+s.dialect.claim, micros(now), n)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]int64, len(list))
		for i := range list {
			ids[i] = list[i].Row.ID
			list[i].Attempt++
			list[i].Due = lease.UTC()
		}
		return byIDs(ids, 2, func(in string, args []any) error {
			_, err := tx.exec(`UPDATE event SET due = $1, leased = $1, attempt = attempt + 1 WHERE seq IN (`+in+`)`,
				append([]any{micros(lease)}, args...)...)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim events: %w", err)
	}
	return list, nil
}

// SettleEvent records what became of a claimed event, in the transaction that queued what it tells. Class Conflict when
// somebody else settled it meanwhile: then the transaction is to be undone, and nothing is told twice.
func (tx *Tx) SettleEvent(id int64, state queue.State, due time.Time, lastError string) error {
	return tx.settle("event", "seq", id, state, due, lastError)
}
