package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const activityColumns = `id, iri, type, actor, object, public, json, created`

func scanActivity(scan func(...any) error) (a queue.Activity, err error) {
	var created int64
	var public int
	err = scan(&a.ID, &a.IRI, &a.Type, &a.Actor, &a.Object, &public, &a.JSON, &created)
	a.Public, a.Created = public != 0, fromMicros(created)
	return a, err
}

// PutActivity keeps what we tell. It is written once: an id that is there already keeps its text, since peers have it.
func (tx *Tx) PutActivity(a queue.Activity) error {
	_, err := tx.exec(`INSERT INTO activity (id, iri, type, actor, object, public, json, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
		string(a.ID), string(a.IRI), a.Type, string(a.Actor), string(a.Object), flag(a.Public), plain(string(a.JSON)), micros(a.Created))
	if err != nil {
		return fmt.Errorf("activity %s: %w", a.ID, err)
	}
	return nil
}

// Activity gives one of our activities. Class NotFound.
func (s *Store) Activity(ctx context.Context, id coop.ID) (queue.Activity, error) {
	list, err := collect(s.at(ctx), scanActivity, `SELECT `+activityColumns+` FROM activity WHERE id = $1`, string(id))
	if err != nil {
		return queue.Activity{}, fmt.Errorf("activity %s: %w", id, err)
	}
	if len(list) == 0 {
		return queue.Activity{}, coop.Errorf(coop.NotFound, "activity.unknown", "activity %s", id)
	}
	return list[0], nil
}

// Outbox lists an actor's public activities, newest first. Class Invalid for a bad cursor.
func (s *Store) Outbox(ctx context.Context, actor coop.IRI, from string, n int) (list []queue.Activity, next string, err error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	type numbered struct {
		queue.Activity
		n int64
	}
	rows, err := collect(s.at(ctx), func(scan func(...any) error) (r numbered, err error) {
		r.Activity, err = scanActivity(func(into ...any) error { return scan(append(into, &r.n)...) })
		return r, err
	}, `SELECT `+activityColumns+`, n FROM activity
		WHERE actor = $1 AND public = 1 AND (created, n) < ($2, $3) ORDER BY created DESC, n DESC LIMIT CAST($4 AS BIGINT)`,
		string(actor), at.a, at.b, n+1)
	if err != nil {
		return nil, "", fmt.Errorf("outbox of %s: %w", actor, err)
	}
	rows, next = cut(rows, n, func(r numbered) cursor { return cursor{micros(r.Created), r.n} })
	for _, r := range rows {
		list = append(list, r.Activity)
	}
	return list, next, nil
}

// CountOutbox counts what Outbox lists.
func (s *Store) CountOutbox(ctx context.Context, actor coop.IRI) (n int, err error) {
	return s.at(ctx).count(`SELECT count(*) FROM activity WHERE actor = $1 AND public = 1`, string(actor))
}

// LastTold gives the latest public activity of actor about object that was kept after t. It reads what actor told since then, newest first.
// Class NotFound.
func (s *Store) LastTold(ctx context.Context, actor, object coop.IRI, t time.Time) (queue.Activity, error) {
	return s.told(ctx, actor, object, t, "DESC")
}

// FirstTold gives the earliest. It reads what actor told since then, oldest first. Class NotFound.
func (s *Store) FirstTold(ctx context.Context, actor, object coop.IRI, t time.Time) (queue.Activity, error) {
	return s.told(ctx, actor, object, t, "ASC")
}

func (s *Store) told(ctx context.Context, actor, object coop.IRI, t time.Time, order string) (queue.Activity, error) {
	list, err := collect(s.at(ctx), scanActivity, `SELECT `+activityColumns+` FROM activity
		WHERE actor = $1 AND public = 1 AND created > $2 AND object = $3 ORDER BY created `+order+`, n `+order+` LIMIT 1`, string(actor), micros(t), string(object))
	if err != nil {
		return queue.Activity{}, fmt.Errorf("told of %s: %w", object, err)
	}
	if len(list) == 0 {
		return queue.Activity{}, coop.Errorf(coop.NotFound, "activity.unknown", "nothing told of %s since %s", object, t)
	}
	return list[0], nil
}

// count runs a SELECT of one number.
func (tx *Tx) count(sqlText string, args ...any) (n int, err error) {
	err = tx.queryRow(sqlText, args...).scan("row.unknown", &n)
	return n, err
}
