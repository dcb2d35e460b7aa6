package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const letterColumns = `n, id, kind, person, email, language, subject, args, state, attempt, due, last_error, created`

func scanLetter(scan func(...any) error) (l queue.Letter, err error) {
	var due, created int64
	var args []byte
	err = scan(&l.Row.ID, &l.Letter.ID, &l.Letter.Kind, &l.Letter.Person, &l.Letter.Email, &l.Letter.Language, &l.Letter.Subject, &args,
		&l.State, &l.Attempt, &due, &l.LastError, &created)
	if err != nil {
		return l, err
	}
	l.Due, l.Row.Created = fromMicros(due), fromMicros(created)
	l.Letter.Due, l.Letter.Created = l.Due, l.Row.Created
	return l, decode(args, &l.Letter.Args)
}

// PutLetter queues a mail in this transaction: saved means queued. One of the same kind, receiver and subject that waits, and
// that nobody is writing this moment, stands for this one too. Class Internal when it is for nobody or for two.
func (tx *Tx) PutLetter(l coop.Letter) error {
	if l.ID == "" || l.Kind == "" || (l.Person == "") == (l.Email == "") {
		return coop.Errorf(coop.Internal, "error.internal", "letter %q of kind %q without one receiver", l.ID, l.Kind)
	}
	waiting, err := tx.count(`SELECT count(*) FROM letter WHERE person = $1 AND email = $2 AND subject = $3 AND kind = $4
		AND state = 'waiting' AND leased = 0`, string(l.Person), storable(l.Email), storable(l.Subject), string(l.Kind))
	if err != nil || waiting > 0 {
		return err
	}
	if l.Created.IsZero() {
		l.Created = tx.s.now()
	}
	if l.Due.IsZero() {
		l.Due = l.Created
	}
	args, err := encode(l.Args)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO letter (id, kind, person, email, language, subject, args, state, attempt, due, leased, last_error, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, 0, '', $9)`,
		string(l.ID), string(l.Kind), string(l.Person), storable(l.Email), storable(l.Language), storable(l.Subject), args, micros(l.Due), micros(l.Created))
	return err
}

// ClaimLetters leases up to n letters that are due until lease, longest due first, and counts the attempt.
func (s *Store) ClaimLetters(ctx context.Context, now, lease time.Time, n int) (list []queue.Letter, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		list, err = collect(tx, scanLetter, `SELECT `+letterColumns+` FROM letter WHERE state = 'waiting' AND due <= $1
			ORDER BY due, n LIMIT CAST($2 AS BIGINT)`+s.dialect.claim, micros(now), n)
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
			_, err := tx.exec(`UPDATE letter SET due = $1, leased = $1, attempt = attempt + 1 WHERE n IN (`+in+`)`,
				append([]any{micros(lease)}, args...)...)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim letters: %w", err)
	}
	return list, nil
}

// SettleLetter records what became of a claimed letter. What was sent forgets whom it was for and its words. Class Conflict
// when somebody else settled it meanwhile.
func (s *Store) SettleLetter(ctx context.Context, id int64, state queue.State, due time.Time, lastError string) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.settle("letter", "n", id, state, due, lastError); err != nil || state != queue.Done {
			return err
		}
		_, err := tx.exec(`UPDATE letter SET email = '', args = '{}' WHERE n = $1`, id)
		return err
	})
}

// PostponeLetter gives a claimed letter back unsent until due, its attempt not counted.
func (s *Store) PostponeLetter(ctx context.Context, id int64, due time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE letter SET due = $2, leased = 0, attempt = attempt - 1 WHERE n = $1 AND state IN ('waiting', 'held') AND attempt > 0`,
			id, micros(due))
		return err
	})
	if err != nil {
		return fmt.Errorf("postpone letter %d: %w", id, err)
	}
	return nil
}

// Letters lists letters in state s ("" for all but done), newest first. Class Invalid for a bad cursor.
func (s *Store) Letters(ctx context.Context, state queue.State, from string, n int) ([]queue.Letter, string, error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := rowFilter("", state, "", []any{at.a, n + 1})
	list, err := collect(s.at(ctx), scanLetter, `SELECT `+letterColumns+` FROM letter WHERE n < $1`+where+` ORDER BY n DESC LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	list, next := cut(list, n, func(l queue.Letter) cursor { return cursor{l.Row.ID, 0} })
	return list, next, nil
}

// NextLetter tells when the next letter can be claimed; zero when none waits.
func (s *Store) NextLetter(ctx context.Context) (time.Time, error) {
	var due int64
	err := s.at(ctx).queryRow(`SELECT due FROM letter WHERE state = 'waiting' ORDER BY due LIMIT 1`).scan("row.unknown", &due)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return time.Time{}, fmt.Errorf("next letter: %w", err)
	}
	return fromMicros(due), nil
}

// Notify tells what a member wants to be told by mail; coop.DefaultNotify when they chose nothing.
func (tx *Tx) Notify(person coop.ID) (coop.Notify, error) {
	var data []byte
	n := coop.DefaultNotify()
	err := tx.queryRow(`SELECT data FROM notify WHERE person = $1`+tx.hold(), string(person)).scan("row.unknown", &data)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	return n, decode(data, &n)
}

// PutNotify keeps what a member wants to be told.
func (tx *Tx) PutNotify(person coop.ID, n coop.Notify) error {
	data, err := encode(n)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO notify (person, data) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET data = excluded.data`, string(person), data)
	return err
}

// Notify tells what a member wants to be told by mail; coop.DefaultNotify when they chose nothing.
func (s *Store) Notify(ctx context.Context, person coop.ID) (coop.Notify, error) {
	return s.at(ctx).Notify(person)
}
