package store

import (
	"context"
	"crypto/sha256"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Sessions are kept by the SHA-256 of their token: whoever reads the database can't sign in with what is there.

func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// TokenHash is what a session's token is kept as, for EndSessions to spare one.
func TokenHash(token string) []byte { return tokenHash(token) }

// FindCtx gives the data of a session that has not run out.
func (s *Store) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = s.at(ctx).queryRow(`SELECT data FROM session WHERE token_hash = $1 AND ended = 0 AND expires > $2`,
		tokenHash(token), micros(s.now())).scan("session.unknown", &b)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return nil, false, err
	}
	return b, len(b) > 0, nil // bound, but never committed, is no session yet
}

// CommitCtx keeps the data of a session. One that was ended while its request was under way stays ended.
func (s *Store) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO session (token_hash, data, expires, person, agent, created, ended) VALUES ($1, $2, $3, '', '', $4, 0)
			ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires = excluded.expires WHERE session.ended = 0`,
			tokenHash(token), notNil(b), micros(expiry), micros(s.now()))
		return err
	})
}

// DeleteCtx ends a session. An unknown one is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE session SET ended = 1, data = $2, agent = '' WHERE token_hash = $1`, tokenHash(token), []byte{})
		return err
	})
}

// Find is FindCtx for callers without a context.
func (s *Store) Find(token string) (b []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (s *Store) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Bind notes whose session it is and with what browser. It may come before the first Commit.
func (s *Store) Bind(ctx context.Context, token string, person coop.ID, agent string, now time.Time) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO session (token_hash, data, expires, person, agent, created, ended) VALUES ($1, $2, $3, $4, $5, $6, 0)
			ON CONFLICT (token_hash) DO UPDATE SET person = excluded.person, agent = excluded.agent WHERE session.ended = 0`,
			tokenHash(token), []byte{}, micros(now.Add(limits.LoginWindow)), string(person), storable(agent), micros(now))
		return err
	})
}

// EndSessions signs a person out everywhere, but for the session whose token has this hash.
func (tx *Tx) EndSessions(person coop.ID, but []byte) error {
	_, err := tx.exec(`UPDATE session SET ended = 1, data = $3, agent = '' WHERE person = $1 AND token_hash <> $2`,
		string(person), notNil(but), []byte{})
	return err
}

// SweepSessions forgets sessions that have run out, and audit entries past their time. It tells how many rows went.
func (s *Store) SweepSessions(ctx context.Context, now time.Time) (n int, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		sessions, err := tx.exec(`DELETE FROM session WHERE expires <= $1`, micros(now))
		if err != nil {
			return err
		}
		lines, err := tx.exec(`DELETE FROM audit WHERE at <= $1`, micros(now.Add(-limits.AuditKept)))
		n = sessions + lines
		return err
	})
	return n, err
}
