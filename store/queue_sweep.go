package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/internal/limits"
)

// sweepPiece is how many rows one transaction of a sweep takes, so that other writes come in between, and sweepPieces how many of
// those one sweep makes of each kind: what is left over is there for the next.
const (
	sweepPiece  = 500
	sweepPieces = 40
)

// lastTry is how long a delivery is kept waiting after its window, so that its last try is made: the longest wait of a breaker, twice.
const lastTry = 2 * limits.BreakerProbe

// Sweep removes what its retention has passed and fails deliveries that are too old, in bounded pieces. Public activities,
// reactions and where an object was sent stay, because the outbox shows them and a Delete needs them; so do hosts that something
// was ever sent to.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	ago := func(d time.Duration) int64 { return micros(now.Add(-d)) }
	for _, step := range []struct {
		name string
		text string
		args []any
	}{
		{"parked", `UPDATE inbound SET state = 'rejected', due = $3, leased = 0, last_error = 'what it speaks of never came' WHERE id IN (
			SELECT id FROM inbound WHERE state = 'parked' AND created < $1 AND state NOT IN ('waiting', 'held') LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.ParkedFor), micros(now)}},
		{"raw of applied", `DELETE FROM inbound_raw WHERE inbound IN (
			SELECT id FROM inbound WHERE state = 'done' AND created < $1 AND state NOT IN ('waiting', 'held') ORDER BY created LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.InboundKept)}},
		{"applied", `DELETE FROM inbound WHERE id IN (
			SELECT id FROM inbound i WHERE state = 'done' AND created < $1 AND state NOT IN ('waiting', 'held')
			AND NOT EXISTS (SELECT 1 FROM inbound_raw r WHERE r.inbound = i.id) ORDER BY created LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.InboundKept)}},
		{"raw of refused", `DELETE FROM inbound_raw WHERE inbound IN (
			SELECT id FROM inbound WHERE state IN ('rejected', 'failed', 'poison') AND created < $1 AND state NOT IN ('waiting', 'held') ORDER BY created LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.RejectedKept)}},
		{"refused", `DELETE FROM inbound WHERE id IN (
			SELECT id FROM inbound i WHERE state IN ('rejected', 'failed', 'poison') AND created < $1 AND state NOT IN ('waiting', 'held')
			AND NOT EXISTS (SELECT 1 FROM inbound_raw r WHERE r.inbound = i.id) ORDER BY created LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.RejectedKept)}},
		{"events", `DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE state IN ('done', 'failed') AND due < $1 AND at < $1 LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.DeliveriesKept)}},
		{"letters", `DELETE FROM letter WHERE n IN (SELECT n FROM letter WHERE state IN ('done', 'failed') AND due < $1 LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.LettersKept)}},
		{"murmurations", `DELETE FROM murmuration WHERE n IN (SELECT n FROM murmuration WHERE state = 'done' AND want = '' AND changed < $1 LIMIT CAST($2 AS BIGINT))`,
			[]any{ago(limits.IndexKept)}},
		{"deliveries", `DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE state = 'failed' AND created < $1 AND state <> 'waiting' ORDER BY id LIMIT CAST($2 AS BIGINT))`,
			[]any{ago(limits.DeliveryWindow + limits.DeliveriesKept)}},
		{"turns", `DELETE FROM turn WHERE what IN (SELECT what FROM turn WHERE until < $1 LIMIT CAST($2 AS BIGINT))`, []any{micros(now)}},
		{"private activities", `DELETE FROM activity WHERE n IN (SELECT n FROM activity WHERE public = 0 AND created < $1
			AND n < (SELECT coalesce(min(activity), 9223372036854775807) FROM delivery) ORDER BY created LIMIT CAST($2 AS BIGINT))`,
			[]any{ago(limits.DeliveryWindow + limits.DeliveriesKept)}},
		{"hosts", `DELETE FROM host WHERE name IN (SELECT h.name FROM host h WHERE h.next = 9223372036854775807 AND h.last_ok < $1 AND h.last_seen < $1
			AND h.open_until < $1 AND NOT EXISTS (SELECT 1 FROM address a WHERE a.host = h.n) LIMIT CAST($2 AS BIGINT))`, []any{ago(limits.HostMemory)}},
		{"peers", `DELETE FROM peer WHERE actor IN (SELECT actor FROM peer WHERE state IN ('ended', 'refused') AND created < $1 AND last_seen < $1 LIMIT CAST($2 AS BIGINT))`,
			[]any{ago(limits.DeliveryWindow + limits.DeliveriesKept)}},
	} {
		if err := s.sweep(ctx, step.text, step.args); err != nil {
			return fmt.Errorf("sweep %s: %w", step.name, err)
		}
	}
	if err := s.failOld(ctx, now); err != nil {
		return fmt.Errorf("sweep old deliveries: %w", err)
	}
	if err := s.sweepActors(ctx, ago(limits.UntouchedPostKept)); err != nil {
		return fmt.Errorf("sweep actors: %w", err)
	}
	if err := s.sweepHosts(ctx); err != nil {
		return fmt.Errorf("sweep hosts: %w", err)
	}
	return nil
}

// sweep runs a statement in pieces until one finds less than a piece. $2 is the size of the piece.
func (s *Store) sweep(ctx context.Context, text string, args []any) error {
	args = append([]any{args[0], sweepPiece}, args[1:]...)
	for range sweepPieces {
		var n int
		if err := s.write(ctx, func(tx *Tx) (err error) {
			n, err = tx.exec(text, args...)
			return err
		}); err != nil {
			return err
		}
		if n < sweepPiece {
			return nil
		}
	}
	return nil
}

// failOld fails deliveries whose window has passed and whose last try was made, or could not be since the host's breaker was open.
// One that a steward retried gets its try first.
func (s *Store) failOld(ctx context.Context, now time.Time) error {
	old, due := micros(now.Add(-limits.DeliveryWindow-lastTry)), micros(now.Add(-lastTry))
	const which = ` FROM delivery WHERE state = 'waiting' AND created < $1 AND due < $2 AND leased <= $2`
	for range sweepPieces {
		var n int
		err := s.write(ctx, func(tx *Tx) error {
			hosts, err := collect(tx, one[int64], `SELECT DISTINCT host FROM (SELECT host`+which+` ORDER BY id LIMIT CAST($3 AS BIGINT)) AS old ORDER BY host`, old, due, sweepPiece)
			if err != nil || len(hosts) == 0 {
				n = 0
				return err
			}
			n, err = tx.exec(`UPDATE delivery SET state = 'failed', leased = 0, last_error = CASE WHEN last_error = '' THEN 'not reached in time' ELSE last_error END
				WHERE id IN (SELECT id`+which+` ORDER BY id LIMIT CAST($3 AS BIGINT))`, old, due, sweepPiece)
			if err != nil {
				return err
			}
			return tx.setLanes(hosts, now)
		})
		if err != nil || n < sweepPiece {
			return err
		}
	}
	return nil
}

// sweepActors forgets cached actors that nothing here needs; they are fetched again when somebody speaks of them.
func (s *Store) sweepActors(ctx context.Context, before int64) error {
	const which = `SELECT a.iri FROM actor a WHERE a.fetched < $1
		AND NOT EXISTS (SELECT 1 FROM follower f WHERE f.actor = a.iri) AND NOT EXISTS (SELECT 1 FROM peer p WHERE p.actor = a.iri)
		AND NOT EXISTS (SELECT 1 FROM thread t WHERE t.other = a.iri) ORDER BY a.fetched, a.iri LIMIT CAST($2 AS BIGINT)`
	for range sweepPieces {
		var n int
		err := s.write(ctx, func(tx *Tx) (err error) {
			if _, err = tx.exec(`DELETE FROM actor_key WHERE actor IN (`+which+`)`, before, sweepPiece); err != nil {
				return err
			}
			n, err = tx.exec(`DELETE FROM actor WHERE iri IN (`+which+`)`, before, sweepPiece)
			return err
		})
		if err != nil || n < sweepPiece {
			return err
		}
	}
	return nil
}

// sweepHosts keeps at most limits.HostsRemembered hosts: those not heard of for longest go, unless something was
// ever sent there.
func (s *Store) sweepHosts(ctx context.Context) error {
	n, err := s.at(ctx).count(`SELECT count(*) FROM host`)
	for over := n - limits.HostsRemembered; err == nil && over > 0; over -= sweepPiece {
		err = s.write(ctx, func(tx *Tx) error {
			_, err := tx.exec(`DELETE FROM host WHERE name IN (SELECT h.name FROM host h WHERE h.next = 9223372036854775807
				AND NOT EXISTS (SELECT 1 FROM address a WHERE a.host = h.n)
				ORDER BY CASE WHEN h.last_ok > h.last_seen THEN h.last_ok ELSE h.last_seen END, h.name LIMIT CAST($1 AS BIGINT))`, min(over, sweepPiece))
			return err
		})
	}
	return err
}
