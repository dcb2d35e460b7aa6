package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// errDiscard makes database/sql throw a connection away.
var errDiscard = driver.ErrBadConn

// sqliteDSN is the address of the database with its pragmas, so that every connection of a pool has them. The driver runs
// busy_timeout before the others, since switching to WAL already needs the lock.
func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", limits.SQLiteBusy.Milliseconds()))
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-4000)") // more only costs memory
	q.Add("_pragma", "temp_store(2)")     // a read pool that can't write needs no temporary files
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)") // "accepted" outlives a power cut
		q.Add("_pragma", fmt.Sprintf("journal_size_limit(%d)", limits.WALAlarm/4))
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func (s *Store) openSQLite(ctx context.Context, path string) error {
	// SQLite gives -wal and -shm the permissions of the database, so that is made first.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	w, err := sql.Open("sqlite", sqliteDSN(path, false))
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	unlock, err := lockWaiting(filepath.Join(s.opt.Dir, "migrate.lock"))
	if err == nil {
		err = migrate(ctx, sqlite, w, s.opt.schema)
		unlock()
	}
	if err != nil {
		_ = w.Close()
		return err
	}
	if s.readDB, err = sql.Open("sqlite", sqliteDSN(path, true)); err != nil {
		_ = w.Close()
		return err
	}
	s.readDB.SetMaxOpenConns(limits.SQLiteReaders)
	s.readDB.SetMaxIdleConns(limits.SQLiteReaders)
	s.writer = newCommitter(s, w)
	return s.readDB.PingContext(ctx)
}

// lockFolder takes the folder for this process until the file is closed; the kernel lets go when the process dies.
func lockFolder(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if err == syscall.EWOULDBLOCK {
			return nil, coop.Errorf(coop.Conflict, "store.locked", "%s is held by another process", path)
		}
		return nil, err
	}
	return f, nil
}

// lockWaiting takes a lock for a short while; two commands that start on a new folder take turns at making the schema.
func lockWaiting(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

// readContext: SQLite reads run to their end.
func (s *Store) readContext(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }
