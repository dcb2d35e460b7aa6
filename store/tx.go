package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"toadlane/coop"
)

// Tx is one transaction, or a bundle of plain reads outside of one. It is used by one goroutine and dies with the function
// it was given to.
type Tx struct {
	s      *Store
	ctx    context.Context
	on     runner
	later  []indexing
	try    int   // how often it has lost a race and runs again (PostgreSQL)
	broken error // a statement failed in a way that may have ended the transaction; nothing more runs in it
}

// runner is what runs statements: the writer connection, a transaction or the read pool.
type runner interface {
	exec(ctx context.Context, sqlText string, args []any) (sql.Result, error)
	query(ctx context.Context, sqlText string, args []any) (*sql.Rows, error)
}

// exec runs a statement and tells how many rows it touched.
func (tx *Tx) exec(sqlText string, args ...any) (int, error) {
	if tx.broken != nil {
		return 0, tx.broken
	}
	res, err := tx.on.exec(tx.ctx, sqlText, args)
	if err != nil {
		return 0, tx.failed(err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// query runs a SELECT. Close the rows before the next statement: there is one connection.
func (tx *Tx) query(sqlText string, args ...any) (*sql.Rows, error) {
	if tx.broken != nil {
		return nil, tx.broken
	}
	rows, err := tx.on.query(tx.ctx, sqlText, args)
	if err != nil {
		return nil, tx.failed(err)
	}
	return rows, nil
}

// queryRow runs a SELECT of one row. Scan answers NotFound with the given key when there is none.
func (tx *Tx) queryRow(sqlText string, args ...any) row {
	rows, err := tx.query(sqlText, args...)
	return row{tx, rows, err}
}

// row is the one row of a queryRow.
type row struct {
	tx   *Tx
	rows *sql.Rows
	err  error
}

// scan reads the row. missing is the key of the sentence for when there is none, e.g. "listing.unknown".
func (r row) scan(missing string, into ...any) error {
	if r.err != nil {
		return r.err
	}
	defer func() { _ = r.rows.Close() }()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return r.tx.failed(err)
		}
		return coop.Errorf(coop.NotFound, missing, "no such row")
	}
	if err := r.rows.Scan(into...); err != nil {
		return r.tx.failed(err)
	}
	return r.tx.failed(r.rows.Close())
}

// collect reads all rows of a SELECT.
func collect[T any](tx *Tx, scan func(scan func(into ...any) error) (T, error), sqlText string, args ...any) ([]T, error) {
	rows, err := tx.query(sqlText, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, tx.failed(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, tx.failed(err)
	}
	return out, tx.failed(rows.Close())
}

// stored reads a row of a SELECT whose one column is what encode wrote.
func stored[T any](scan func(into ...any) error) (v T, err error) {
	var data []byte
	if err := scan(&data); err != nil {
		return v, err
	}
	return v, decode(data, &v)
}

// storedRow reads the one such row of a queryRow. See row.scan for missing.
func storedRow[T any](r row, missing string) (T, error) {
	return stored[T](func(into ...any) error { return r.scan(missing, into...) })
}

// hold ends a SELECT by key: inside a transaction its rows stay as they are until the end, so that what is written back
// rests on what was read. READ COMMITTED alone would lose the other's change.
func (tx *Tx) hold() string {
	if _, reading := tx.on.(poolRunner); reading {
		return ""
	}
	return tx.s.dialect.hold
}

// failed gives err its class, and bars the transaction when the database may have rolled it back by itself.
func (tx *Tx) failed(err error) error {
	if err == nil {
		return nil
	}
	c := classify(err)
	if coop.ClassOf(c) == coop.Unavailable || errors.Is(err, sql.ErrTxDone) {
		tx.broken = c
	}
	return c
}

// write runs fn in one transaction and returns after the commit. When ctx ends before fn began, fn does not run; once it
// has begun, the outcome is waited for. On PostgreSQL fn may run again after a lost race. Errors: fn's own; Unavailable
// when the database can't be written, where the outcome is unknown if the commit itself failed.
func (s *Store) write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return coop.Errorf(coop.Unavailable, "store.unavailable", "write not begun: %w", err)
	}
	if s.writer != nil {
		return s.writer.write(ctx, fn)
	}
	if nested() {
		return errNested()
	}
	return s.writePostgres(ctx, fn)
}

func errNested() error {
	return coop.Errorf(coop.Internal, "error.internal", "a transaction inside a transaction")
}

// at gives plain reads for a page or a worker. They do not end with the request: a cancelled point read costs more than
// it saves, and interrupting SQLite has left connections unusable in other projects (GoToSocial #2728).
func (s *Store) at(ctx context.Context) *Tx {
	return &Tx{s: s, ctx: s.readContext(ctx), on: poolRunner{s}}
}

// poolRunner runs reads on the pool.
type poolRunner struct{ s *Store }

func (p poolRunner) exec(ctx context.Context, sqlText string, args []any) (sql.Result, error) {
	return p.s.readDB.ExecContext(ctx, sqlText, args...)
}

func (p poolRunner) query(ctx context.Context, sqlText string, args []any) (*sql.Rows, error) {
	if p.s.writer == nil { // pgx keeps prepared statements itself
		return p.s.readDB.QueryContext(ctx, sqlText, args...)
	}
	if _, cancellable := ctx.Deadline(); cancellable { // a search: too many texts to keep, and a statement of its own to interrupt
		return p.s.readDB.QueryContext(ctx, sqlText, args...)
	}
	st, err := p.s.stmts.get(p.s.readDB, sqlText)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// stmtCache keeps prepared statements of the read pool by their text. The text never holds values, so it stays small.
type stmtCache struct {
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (c *stmtCache) get(db *sql.DB, text string) (*sql.Stmt, error) {
	c.mu.RLock()
	st := c.stmts[text]
	c.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	st, err := db.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stmts == nil {
		c.stmts = map[string]*sql.Stmt{}
	}
	if other := c.stmts[text]; other != nil {
		_ = st.Close()
		return other, nil
	}
	c.stmts[text] = st
	return st, nil
}

func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, st := range c.stmts {
		_ = st.Close()
	}
	c.stmts = nil
}
