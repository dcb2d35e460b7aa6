package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const murmurationColumns = `n, index_at, profile, page, step, want, sent, node, status, state, attempt, due, leased, last_error, created, changed`

func scanMurmuration(scan func(...any) error) (m queue.Murmuration, err error) {
	var due, leased, created, changed int64
	err = scan(&m.ID, &m.Index, &m.Profile, &m.Page, &m.Step, &m.Want, &m.Sent, &m.Node, &m.Status, &m.State, &m.Attempt, &due, &leased, &m.LastError, &created, &changed)
	m.Due, m.Leased, m.Created, m.Changed = fromMicros(due), fromMicros(leased), fromMicros(created), fromMicros(changed)
	return m, err
}

// Murmuration gives the row of a profile. Class NotFound.
func (tx *Tx) Murmuration(profile coop.IRI) (queue.Murmuration, error) {
	return scanMurmuration(func(into ...any) error {
		return tx.queryRow(`SELECT `+murmurationColumns+` FROM murmuration WHERE profile = $1`+tx.hold(), storable(string(profile))).scan("row.unknown", into...)
	})
}

// PutMurmuration inserts a row, or replaces the one of its profile. A lease lasts until somebody else puts the row or it is over.
func (tx *Tx) PutMurmuration(m queue.Murmuration) error {
	_, err := tx.exec(`INSERT INTO murmuration (index_at, profile, page, step, want, sent, node, status, state, attempt, due, leased, last_error, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (profile) DO UPDATE SET index_at = excluded.index_at, page = excluded.page, step = excluded.step, want = excluded.want, sent = excluded.sent,
			node = excluded.node, status = excluded.status, state = excluded.state, attempt = excluded.attempt, due = excluded.due, leased = excluded.leased,
			last_error = excluded.last_error, changed = excluded.changed`,
		string(m.Index), string(m.Profile), m.Page, string(m.Step), m.Want, m.Sent, storable(m.Node), storable(m.Status), string(m.State), m.Attempt, micros(m.Due),
		micros(m.Leased), short(m.LastError), micros(m.Created), micros(m.Changed))
	if err != nil {
		return fmt.Errorf("murmuration %s: %w", m.Profile, err)
	}
	return nil
}

// ClaimMurmurations leases up to n rows that are due until lease, longest due first, and counts the attempt.
func (s *Store) ClaimMurmurations(ctx context.Context, now, lease time.Time, n int) (list []queue.Murmuration, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		list, err = collect(tx, scanMurmuration, `SELECT `+murmurationColumns+` FROM murmuration WHERE state = 'waiting' AND due <= $1
			ORDER BY due, n LIMIT CAST($2 AS BIGINT)`+s.dialect.claim, micros(now), n)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]int64, len(list))
		for i := range list {
			ids[i] = list[i].ID
			list[i].Attempt++
			list[i].Due = fromMicros(micros(lease)) // as the row has it: who settles compares the lease
			list[i].Leased = list[i].Due
		}
		return byIDs(ids, 2, func(in string, args []any) error {
			_, err := tx.exec(`UPDATE murmuration SET due = $1, leased = $1, attempt = attempt + 1 WHERE n IN (`+in+`)`, append([]any{micros(lease)}, args...)...)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim murmurations: %w", err)
	}
	return list, nil
}

// NextMurmuration tells when the next row can be claimed; zero when none waits.
func (s *Store) NextMurmuration(ctx context.Context) (time.Time, error) {
	var due int64
	err := s.at(ctx).queryRow(`SELECT due FROM murmuration WHERE state = 'waiting' ORDER BY due LIMIT 1`).scan("row.unknown", &due)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return time.Time{}, fmt.Errorf("next murmuration: %w", err)
	}
	return fromMicros(due), nil
}

// Murmurations lists rows in state s ("" for all), newest first. Class Invalid for a bad cursor.
func (s *Store) Murmurations(ctx context.Context, state queue.State, from string, n int) ([]queue.Murmuration, string, error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := "", []any{at.a, n + 1}
	if state != "" {
		where, args = ` AND state = $3`, append(args, string(state))
	}
	list, err := collect(s.at(ctx), scanMurmuration, `SELECT `+murmurationColumns+` FROM murmuration WHERE n < $1`+where+` ORDER BY n DESC LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list murmurations: %w", err)
	}
	list, next := cut(list, n, func(m queue.Murmuration) cursor { return cursor{m.ID, 0} })
	return list, next, nil
}

// MurmurationOf gives one by its id. Class NotFound.
func (s *Store) MurmurationOf(ctx context.Context, id int64) (queue.Murmuration, error) {
	return scanMurmuration(func(into ...any) error {
		return s.at(ctx).queryRow(`SELECT `+murmurationColumns+` FROM murmuration WHERE n = $1`, id).scan("row.unknown", into...)
	})
}

// CountMurmurations counts the rows whose profile an index has or may have.
func (s *Store) CountMurmurations(ctx context.Context) (int, error) {
	return s.at(ctx).count(`SELECT count(*) FROM murmuration WHERE NOT (state = 'done' AND want = '')`)
}

// ForgetMurmurations drops all rows.
func (s *Store) ForgetMurmurations(ctx context.Context) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM murmuration`)
		return err
	})
}
