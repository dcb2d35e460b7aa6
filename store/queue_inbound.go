package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

const inboundColumns = `id, peer, activity, type, object, inbox, state, attempt, due, last_error, created`

func scanInbound(scan func(...any) error) (in queue.Inbound, err error) {
	var due, created int64
	err = scan(&in.ID, &in.Peer, &in.Activity, &in.Type, &in.Object, &in.Inbox, &in.State, &in.Attempt, &due, &in.LastError, &created)
	in.Due, in.Created = fromMicros(due), fromMicros(created)
	return in, err
}

// PutInbound keeps what a verified peer sent, once; seen tells that (Peer, Activity) was there before. When it returns
// without an error the row is on the disk. What was seen costs one read and no transaction. Class Unavailable when nothing can
// be written.
func (s *Store) PutInbound(ctx context.Context, in queue.Inbound) (seen bool, err error) {
	key := inboundKey(in.Peer, in.Activity)
	// What a reader sees has been synced: SQLite publishes a commit after its fsync, PostgreSQL after its own.
	n, err := s.at(ctx).count(`SELECT count(*) FROM inbound WHERE peer = $1 AND activity = $2`, string(in.Peer), key)
	if err != nil || n > 0 {
		return n > 0, err
	}
	if in.Created.IsZero() {
		in.Created = s.now()
	}
	if in.Due.IsZero() {
		in.Due = in.Created
	}
	if in.State == "" {
		in.State = queue.Waiting
	}
	err = s.write(ctx, func(tx *Tx) error {
		var id int64
		err := tx.queryRow(`INSERT INTO inbound (peer, activity, type, object, inbox, state, due, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (peer, activity) DO NOTHING RETURNING id`, string(in.Peer), key, plain(in.Type),
			string(in.Object), string(in.Inbox), string(in.State), micros(in.Due), micros(in.Created)).scan("row.unknown", &id)
		if seen = err != nil && coop.ClassOf(err) == coop.NotFound; seen {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(`INSERT INTO inbound_raw (inbound, raw) VALUES ($1, $2)`, id, nonNil(in.Raw))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep %s of %s: %w", in.Type, in.Peer, err)
	}
	return seen, nil
}

// nonNil keeps an empty value from becoming NULL.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// ClaimInbound leases up to n rows that are due, of each object only the oldest that is waiting or held: a held row stops
// those behind it, since a steward who holds one means its consequences too; one that was parked, rejected, failed or set
// aside as poison does not, because what it waits for may be among them. Rows about nothing in particular have no order. The attempt
// is counted here. Raw is filled.
func (s *Store) ClaimInbound(ctx context.Context, now, lease time.Time, n int) (list []queue.Inbound, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		list, err = collect(tx, scanInbound, `SELECT `+inboundColumns+` FROM inbound i
			WHERE i.state = 'waiting' AND i.due <= $1 AND `+inboundFirst+` ORDER BY i.due, i.id LIMIT CAST($2 AS BIGINT)`+s.dialect.claim, micros(now), n)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]int64, len(list))
		at := make(map[int64]int, len(list))
		for i := range list {
			ids[i], at[list[i].ID] = list[i].ID, i
			list[i].Attempt++
			list[i].Due = lease.UTC()
		}
		err := byIDs(ids, 2, func(in string, args []any) error {
			_, err := tx.exec(`UPDATE inbound SET due = $1, leased = $1, attempt = attempt + 1 WHERE id IN (`+in+`)`,
				append([]any{micros(lease)}, args...)...)
			return err
		})
		if err != nil {
			return err
		}
		return byIDs(ids, 1, func(in string, args []any) error {
			_, err := collect(tx, func(scan func(...any) error) (id int64, err error) {
				var raw []byte
				err = scan(&id, &raw)
				list[at[id]].Raw = raw
				return id, err
			}, `SELECT inbound, raw FROM inbound_raw WHERE inbound IN (`+in+`)`, args...)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim inbound: %w", err)
	}
	return list, nil
}

// inboundFirst is true of a row i that no earlier one about the same object stands before.
const inboundFirst = `(i.object = '' OR NOT EXISTS (SELECT 1 FROM inbound b
	WHERE b.object = i.object AND b.id < i.id AND b.state IN ('waiting', 'held')))`

// Heard gives the latest that a peer sent about an object, of one of some types, and that was applied, with its bytes. Class NotFound.
func (s *Store) Heard(ctx context.Context, peer, object coop.IRI, types ...string) (queue.Inbound, error) {
	args := []any{string(peer), string(object)}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	list, err := collect(s.at(ctx), func(scan func(...any) error) (queue.Inbound, error) {
		var raw []byte
		in, err := scanInbound(func(into ...any) error { return scan(append(into, &raw)...) })
		in.Raw = raw
		return in, err
	}, `SELECT `+inboundColumns+`, raw FROM inbound JOIN inbound_raw ON inbound = id
		WHERE peer = $1 AND object = $2 AND state = 'done' AND type IN (`+listOf(arg, types)+`) ORDER BY id DESC LIMIT 1`, args...)
	if err == nil && len(list) == 0 {
		err = coop.Errorf(coop.NotFound, "activity.unknown", "nothing kept")
	}
	if err != nil {
		return queue.Inbound{}, fmt.Errorf("heard of %s about %s: %w", peer, object, err)
	}
	return list[0], nil
}

// SettleInbound records what became of a claimed row, in the transaction that applied it. A row that somebody else settled
// meanwhile, because a lease ran out, is class Conflict: then the whole transaction is to be undone, and nothing counts twice. A row
// that a steward held meanwhile stays held unless it is over. A peer may have limits.ParkedPerPeer rows parked; the next is rejected.
func (tx *Tx) SettleInbound(id int64, state queue.State, due time.Time, lastError string) error {
	if state == queue.Parked {
		n, err := tx.count(`SELECT count(*) FROM inbound WHERE state = 'parked' AND peer = (SELECT peer FROM inbound WHERE id = $1)`, id)
		if err != nil {
			return err
		}
		if n >= limits.ParkedPerPeer {
			state, lastError = queue.Rejected, "too many of this peer wait: "+lastError
		}
	}
	return tx.settle("inbound", "id", id, state, due, lastError)
}

// settle is the end of an attempt at a row of inbound or event.
func (tx *Tx) settle(table, key string, id int64, state queue.State, due time.Time, lastError string) error {
	n, err := tx.exec(`UPDATE `+table+` SET state = CASE WHEN state = 'held' AND CAST($2 AS TEXT) = 'waiting' THEN 'held' ELSE CAST($2 AS TEXT) END,
		due = $3, leased = 0, last_error = $4 WHERE `+key+` = $1 AND state IN ('waiting', 'held')`, id, string(state), micros(due), short(lastError))
	if err != nil {
		return fmt.Errorf("settle %s %d: %w", table, id, err)
	}
	if n == 1 {
		return nil
	}
	var is string
	if err := tx.queryRow(`SELECT state FROM `+table+` WHERE `+key+` = $1`, id).scan("row.unknown", &is); err != nil {
		return fmt.Errorf("settle %s %d: %w", table, id, err)
	}
	return coop.Errorf(coop.Conflict, "row.settled", "settle %s %d: it is %s already", table, id, is)
}

// ForgetInbound lets an id of a peer come again, once what came under it is settled. Unknown ids are no error.
func (tx *Tx) ForgetInbound(peer coop.IRI, activity string) error {
	const which = `peer = $1 AND activity = $2 AND state NOT IN ('waiting', 'held')`
	key := inboundKey(peer, activity)
	if _, err := tx.exec(`DELETE FROM inbound_raw WHERE inbound IN (SELECT id FROM inbound WHERE `+which+`)`, string(peer), key); err != nil {
		return fmt.Errorf("forget %s of %s: %w", activity, peer, err)
	}
	if _, err := tx.exec(`DELETE FROM inbound WHERE `+which, string(peer), key); err != nil {
		return fmt.Errorf("forget %s of %s: %w", activity, peer, err)
	}
	return nil
}

// WakeParked makes parked rows about an object due: what they waited for may have come.
func (tx *Tx) WakeParked(object coop.IRI, now time.Time) error {
	if object == "" {
		return nil
	}
	_, err := tx.exec(`UPDATE inbound SET state = 'waiting', due = $2, leased = 0 WHERE state = 'parked' AND object = $1`, string(object), micros(now))
	if err != nil {
		return fmt.Errorf("wake what waits for %s: %w", object, err)
	}
	return nil
}
