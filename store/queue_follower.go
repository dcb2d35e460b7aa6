package store

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const followerColumns = `f.local, f.actor, f.follow, f.raw, f.inbox, f.shared, f.state, f.created, f.inactive`

func scanFollower(scan func(...any) error) (f queue.Follower, err error) {
	var created, inactive int64
	err = scan(&f.Local, &f.Actor, &f.Follow, &f.Raw, &f.Inbox, &f.Shared, &f.State, &created, &inactive)
	f.Created, f.Inactive = fromMicros(created), fromMicros(inactive)
	return f, err
}

// Follower gives the follow of a local actor by a remote one. Class NotFound.
func (tx *Tx) Follower(local, actor coop.IRI) (queue.Follower, error) {
	list, err := collect(tx, scanFollower, `SELECT `+followerColumns+` FROM follower f WHERE f.local = $1 AND f.actor = $2`, string(local), string(actor))
	if err == nil && len(list) == 0 {
		err = coop.Errorf(coop.NotFound, "follower.unknown", "no such follower")
	}
	if err != nil {
		return queue.Follower{}, fmt.Errorf("follower %s of %s: %w", actor, local, err)
	}
	return list[0], nil
}

// PutFollower keeps it.
func (tx *Tx) PutFollower(f queue.Follower) error {
	t, err := tx.targetOf(f.Actor, f.Inbox, f.Shared)
	if err != nil {
		return fmt.Errorf("follower %s of %s: %w", f.Actor, f.Local, err)
	}
	_, err = tx.exec(`INSERT INTO follower (local, actor, follow, raw, inbox, shared, target, host, behind, who, state, created, inactive)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (local, actor) DO UPDATE SET follow = excluded.follow, raw = excluded.raw, inbox = excluded.inbox, shared = excluded.shared,
		target = excluded.target, host = excluded.host, behind = excluded.behind, who = excluded.who, state = excluded.state, created = excluded.created, inactive = excluded.inactive`,
		string(f.Local), string(f.Actor), string(f.Follow), nonNil(f.Raw), string(f.Inbox), string(f.Shared), t.inbox, t.host, t.behind, t.who,
		string(f.State), micros(f.Created), micros(f.Inactive))
	if err != nil {
		return fmt.Errorf("follower %s of %s: %w", f.Actor, f.Local, err)
	}
	return nil
}

// DropFollower forgets a follow. One that is not there is no error.
func (tx *Tx) DropFollower(local, actor coop.IRI) error {
	if _, err := tx.exec(`DELETE FROM follower WHERE local = $1 AND actor = $2`, string(local), string(actor)); err != nil {
		return fmt.Errorf("drop follower %s of %s: %w", actor, local, err)
	}
	return nil
}

// Followed tells whether anybody follows local who is reached; with runs, anybody on a server that runs one of them.
func (s *Store) Followed(ctx context.Context, local coop.IRI, runs ...string) (bool, error) {
	args := []any{string(local)}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	where := ""
	if len(runs) > 0 {
		where = ` AND EXISTS (SELECT 1 FROM host h WHERE h.n = f.host AND h.software IN (` + listOf(arg, runs) + `))`
	}
	return s.at(ctx).any(`SELECT 1 FROM follower f WHERE f.local = $1 AND f.state = 'accepted' AND f.target <> 0`+where+` LIMIT 1`, args...)
}

// Followers lists followers of a local actor in a state ("" for any), newest first, with handle and name. Class Invalid for a
// bad cursor.
func (s *Store) Followers(ctx context.Context, local coop.IRI, state queue.Relation, from string, n int) (list []queue.Follower, next string, err error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := `f.local = $4`, []any{at.a, at.b, n + 1, string(local)}
	if state != "" {
		where, args = where+` AND f.state = $5`, append(args, string(state))
	}
	type numbered struct {
		queue.Follower
		n int64
	}
	rows, err := collect(s.at(ctx), func(scan func(...any) error) (r numbered, err error) {
		var handle, name string
		r.Follower, err = scanFollower(func(into ...any) error { return scan(append(into, &handle, &name, &r.n)...) })
		r.Handle, r.Name = handle, name
		return r, err
	}, `SELECT `+followerColumns+`, coalesce(a.handle, ''), coalesce(a.name, ''), f.n FROM follower f LEFT JOIN actor a ON a.iri = f.actor
		WHERE `+where+` AND (f.created, f.n) < ($1, $2) ORDER BY f.created DESC, f.n DESC LIMIT CAST($3 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("followers of %s: %w", local, err)
	}
	rows, next = cut(rows, n, func(r numbered) cursor { return cursor{micros(r.Created), r.n} })
	for _, r := range rows {
		list = append(list, r.Follower)
	}
	return list, next, nil
}

// CountFollowers counts the accepted followers of a local actor.
func (s *Store) CountFollowers(ctx context.Context, local coop.IRI) (int, error) {
	return s.at(ctx).count(`SELECT count(*) FROM follower WHERE local = $1 AND state = 'accepted'`, string(local))
}
