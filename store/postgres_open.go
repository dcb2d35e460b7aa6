package store

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func (s *Store) openPostgres(ctx context.Context, address string) error {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return coop.Errorf(coop.Invalid, "store.address", "database address: %w", err)
	}
	// Statements end by the server's own clock, so that a read needs no deadline of ours; keep-alives find a server that is
	// gone without a word.
	for name, value := range map[string]string{
		"statement_timeout":                   fmt.Sprint(limits.PostgresStatement.Milliseconds()),
		"lock_timeout":                        fmt.Sprint(limits.PostgresLock.Milliseconds()),
		"idle_in_transaction_session_timeout": fmt.Sprint(limits.PostgresStatement.Milliseconds()),
		"application_name":                    "toadlane",
		"default_transaction_isolation":       "read committed",
		"synchronous_commit":                  "on",
	} {
		if _, given := cfg.RuntimeParams[name]; !given {
			cfg.RuntimeParams[name] = value
		}
	}
	cfg.ConnectTimeout = limits.DialTimeout
	dialer := &net.Dialer{Timeout: limits.DialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	cfg.DialFunc = dialer.DialContext
	s.readDB = stdlib.OpenDB(*cfg)
	s.readDB.SetMaxOpenConns(limits.PostgresConns)
	s.readDB.SetMaxIdleConns(limits.PostgresConns / 2)
	s.readDB.SetConnMaxIdleTime(5 * time.Minute)
	if err := s.readDB.PingContext(ctx); err != nil {
		return coop.Errorf(coop.Unavailable, "store.unavailable", "reach PostgreSQL: %w", err)
	}
	return migrate(ctx, postgres, s.readDB, s.opt.schema)
}

// writePostgres runs fn in a transaction of its own, again when it lost a race (40001, 40P01) or when the connection turned
// out dead at BEGIN, before anything was done.
func (s *Store) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.PostgresStatement)
	defer cancel()
	var err error
	for try := range limits.PostgresTries {
		if try > 0 {
			time.Sleep(time.Duration(try) * 5 * time.Millisecond)
		}
		var t *sql.Tx
		if t, err = s.readDB.BeginTx(ctx, nil); err != nil {
			continue
		}
		tx := &Tx{s: s, ctx: ctx, on: sqlTx{t}, try: try}
		if err = runClosure(fn, tx); err == nil && tx.broken == nil {
			err = tx.finish()
		}
		if tx.broken != nil {
			err = tx.broken
		}
		tx.broken = coop.Errorf(coop.Internal, "error.internal", "the transaction is over")
		if err == nil {
			if err = t.Commit(); err == nil {
				return nil
			}
			if !retriable(err) {
				return coop.Errorf(coop.Unavailable, "store.unavailable", "commit, outcome unknown: %w", err)
			}
			continue
		}
		_ = t.Rollback()
		if !retriable(err) {
			return classify(err)
		}
	}
	return classify(err)
}

// sqlTx runs statements in a transaction of PostgreSQL.
type sqlTx struct{ t *sql.Tx }

func (r sqlTx) exec(ctx context.Context, text string, args []any) (sql.Result, error) {
	return r.t.ExecContext(ctx, text, args...)
}

func (r sqlTx) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	return r.t.QueryContext(ctx, text, args...)
}
