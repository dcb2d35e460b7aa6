package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"toadlane/coop"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
)

// committer owns the one connection that writes to SQLite. Writes that wait when it comes round share one transaction and
// so one fsync; it never waits for more. Each write is undone alone when it fails, and nobody is told "done" before COMMIT.
type committer struct {
	s       *Store
	db      *sql.DB
	queue   chan *pending
	aside   chan func() // runs between two groups, on the committer's goroutine
	quit    chan struct{}
	stopped chan struct{}
	once    sync.Once

	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	commits atomic.Int64 // transactions committed, for Stats
	writes  atomic.Int64 // writes in them
	dirty   bool         // written since the last tidying
}

// pending is one write on its way.
type pending struct {
	ctx  context.Context
	fn   func(*Tx) error
	took atomic.Bool // by the committer, or by the caller who gave up
	tx   *Tx
	err  error
	done chan struct{}
}

func newCommitter(s *Store, db *sql.DB) *committer {
	c := &committer{s: s, db: db, queue: make(chan *pending, 4*limits.CommitGroup), aside: make(chan func()), quit: make(chan struct{}), stopped: make(chan struct{})}
	go c.run()
	return c
}

// nestedAfter is when a write that still waits looks whether it waits for itself. Looking costs 5 µs, which a write that gets
// its turn need not pay.
const nestedAfter = 20 * time.Millisecond

// write hands fn in and waits. A caller that gives up before its turn takes its write back; after that the outcome counts.
func (c *committer) write(ctx context.Context, fn func(*Tx) error) error {
	p := &pending{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan struct{})}
	timer := time.NewTimer(nestedAfter)
	defer timer.Stop()
	queue, quit, given, late, looked := c.queue, c.quit, ctx.Done(), timer.C, false
	for {
		select {
		case queue <- p:
			queue, quit = nil, nil
		case <-p.done:
			return p.err
		case <-c.stopped:
			if p.took.CompareAndSwap(false, true) {
				return coop.Errorf(coop.Unavailable, "store.unavailable", "the store is closed")
			}
			<-p.done // it was taken in the last moment
			return p.err
		case <-quit:
			return coop.Errorf(coop.Unavailable, "store.unavailable", "the store is closing")
		case <-given:
			if p.took.CompareAndSwap(false, true) {
				return coop.Errorf(coop.Unavailable, "store.unavailable", "write not begun: %w", ctx.Err())
			}
			given, late = nil, nil
		case <-late:
			if !looked {
				if nested() && p.took.CompareAndSwap(false, true) {
					return errNested()
				}
				looked = true
				timer.Reset(limits.WriteWait - nestedAfter)
				continue
			}
			if p.took.CompareAndSwap(false, true) {
				return coop.Errorf(coop.Unavailable, "store.unavailable", "write not begun after %v", limits.WriteWait)
			}
			given, late = nil, nil
		}
	}
}

func (c *committer) run() {
	defer close(c.stopped)
	idle := time.NewTimer(limits.StoreIdle)
	defer idle.Stop()
	for {
		select {
		case p := <-c.queue:
			c.group(p)
			idle.Reset(limits.StoreIdle)
		case <-idle.C:
			pause := limits.StoreIdle
			if c.dirty {
				if c.dirty = c.tidy(); c.dirty {
					pause = tidyAgain
				}
			}
			idle.Reset(pause)
		case fn := <-c.aside:
			fn()
		case <-c.quit:
			for { // what was handed in before the end is still done
				select {
				case p := <-c.queue:
					c.group(p)
				default:
					c.drop()
					return
				}
			}
		}
	}
}

// close finishes what was handed in and closes the database, which folds the write-ahead log in.
func (c *committer) close() error {
	c.once.Do(func() { close(c.quit) })
	<-c.stopped
	return c.db.Close()
}

// group commits first and whatever else waits, up to limits.CommitGroup writes, in one transaction.
func (c *committer) group(first *pending) {
	var held []*pending // ran well; they wait for the COMMIT
	finish := func(err error) {
		for _, p := range held {
			p.err = err
			close(p.done)
		}
		held = held[:0]
	}
	open := false
	for n, p := 0, first; ; {
		if p.took.CompareAndSwap(false, true) {
			n++
			if !open {
				if err := c.begin(); err != nil {
					p.err = classify(err)
					close(p.done)
					finish(p.err)
					c.reset()
					return
				}
				open = true
			}
			alive, err := c.one(p, len(held) > 0)
			switch {
			case err == nil:
				held = append(held, p)
			default:
				p.err = err
				close(p.done)
				if len(held) == 0 || !alive { // one() rolled the whole transaction back
					open = false
				}
				if !alive {
					finish(coop.Errorf(coop.Unavailable, "store.unavailable", "undone with a write that failed: %w", err))
					c.reset()
				}
			}
		}
		if p = nil; n < limits.CommitGroup {
			p = c.another()
		}
		if p == nil {
			break
		}
	}
	if !open {
		return
	}
	if err := c.finish(held); err != nil {
		_, _ = c.execText("ROLLBACK")
		finish(coop.Errorf(coop.Unavailable, "store.unavailable", "write the search index: %w", err))
		c.reset()
		return
	}
	failpoint.Here("commit_begun")
	if _, err := c.execText("COMMIT"); err != nil {
		// A failing COMMIT tells nothing of what is on the disk (fsync may have failed half way). Nobody is told "done", and
		// a fresh connection reads the file anew.
		finish(coop.Errorf(coop.Unavailable, "store.unavailable", "commit, outcome unknown: %w", err))
		_, _ = c.execText("ROLLBACK")
		c.reset()
		return
	}
	failpoint.Here("commit_done")
	c.commits.Add(1)
	c.writes.Add(int64(len(held)))
	c.dirty = true
	finish(nil)
}

// another gives the next write that waits, nil when there is none. Before it says so it lets those run who are about to hand one in:
// on a machine with nothing else to do that is at once, on a busy one groups are twice as large for it, and a COMMIT costs as
// much as ten writes.
func (c *committer) another() *pending {
	for range 2 {
		select {
		case p := <-c.queue:
			return p
		default:
			runtime.Gosched()
		}
	}
	select {
	case p := <-c.queue:
		return p
	default:
		return nil
	}
}

// finish writes what the writes left for the end.
func (c *committer) finish(held []*pending) error {
	last := &Tx{s: c.s, ctx: c.background(), on: c}
	for _, p := range held {
		last.later = append(last.later, p.tx.later...)
	}
	return last.finish()
}

// one runs one write. The first of a transaction needs no savepoint: when it fails, there is nothing else to keep. alive tells
// whether the transaction still holds the writes before this one.
func (c *committer) one(p *pending, others bool) (alive bool, err error) {
	if others {
		if _, err := c.execText("SAVEPOINT one"); err != nil {
			_, _ = c.execText("ROLLBACK")
			return false, classify(err)
		}
	}
	tx := &Tx{s: c.s, ctx: p.ctx, on: c}
	p.tx = tx
	err = runClosure(p.fn, tx)
	if tx.broken != nil {
		err = tx.broken // even when fn made nothing of it
	} else {
		tx.broken = coop.Errorf(coop.Internal, "error.internal", "the transaction is over")
	}
	if err == nil {
		if others {
			if _, err := c.execText("RELEASE one"); err != nil {
				_, _ = c.execText("ROLLBACK")
				return false, classify(err)
			}
		}
		return true, nil
	}
	if !others {
		_, _ = c.execText("ROLLBACK") // fails when SQLite rolled back by itself, which is as good
		return true, err
	}
	if _, e := c.execText("ROLLBACK TO one"); e != nil { // gone: SQLite rolled everything back (full disk, I/O error)
		_, _ = c.execText("ROLLBACK")
		return false, err
	}
	if _, e := c.execText("RELEASE one"); e != nil {
		_, _ = c.execText("ROLLBACK")
		return false, err
	}
	return true, err
}

// runClosure calls fn and turns a panic into an error, so that one bad row does not take the whole node's writing away.
func runClosure(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = coop.Errorf(coop.Internal, "error.internal", "panic in a transaction: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(tx)
}

// runClosureEntry is where runClosure begins, to find it on a stack.
var runClosureEntry = func() uintptr {
	var at uintptr
	_ = runClosure(func(*Tx) error {
		var pcs [1]uintptr
		runtime.Callers(2, pcs[:])
		at = entry(pcs[0])
		return nil
	}, nil)
	return at
}()

func entry(pc uintptr) uintptr {
	if f := runtime.FuncForPC(pc - 1); f != nil {
		return f.Entry()
	}
	return 0
}

// nested tells whether this goroutine is inside a transaction: it would wait for itself.
func nested() bool {
	var pcs [64]uintptr
	for _, pc := range pcs[:runtime.Callers(2, pcs[:])] {
		if entry(pc) == runClosureEntry {
			return true
		}
	}
	return false
}

func (c *committer) begin() error {
	if c.conn == nil {
		conn, err := c.db.Conn(context.Background())
		if err != nil {
			return err
		}
		c.conn, c.stmts = conn, map[string]*sql.Stmt{}
	}
	_, err := c.execText("BEGIN IMMEDIATE")
	return err
}

// reset lets go of the connection, so that the next write gets a fresh one. Its statements go first: to finalize one of a closed
// connection is a fault in the driver (modernc.org/sqlite 1.60.1).
func (c *committer) reset() {
	for _, st := range c.stmts {
		_ = st.Close()
	}
	c.stmts = nil
	if c.conn != nil {
		_ = c.conn.Raw(func(any) error { return errDiscard })
	}
	c.drop()
}

func (c *committer) drop() {
	for _, st := range c.stmts {
		_ = st.Close()
	}
	if c.conn != nil {
		_ = c.conn.Close()
	}
	c.conn, c.stmts = nil, nil
}

// background is the context of the committer's own statements: it never ends, so that nothing of it is interrupted.
func (c *committer) background() context.Context { return context.Background() }

func (c *committer) execText(text string) (sql.Result, error) {
	return c.exec(c.background(), text, nil)
}

func (c *committer) prepared(text string) (*sql.Stmt, error) {
	if st := c.stmts[text]; st != nil {
		return st, nil
	}
	if c.conn == nil {
		return nil, fmt.Errorf("no writing connection: %w", sql.ErrConnDone)
	}
	st, err := c.conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, err
	}
	c.stmts[text] = st
	return st, nil
}

func (c *committer) exec(ctx context.Context, text string, args []any) (sql.Result, error) {
	st, err := c.prepared(text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (c *committer) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	st, err := c.prepared(text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}
