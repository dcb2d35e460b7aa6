package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	moderncsqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"toadlane/coop"
)

// classify gives an error of the database or the disk its class: Unavailable for what passes (full, read-only, locked,
// away), Conflict for a row that is there already. What has a class keeps it; the rest is Internal.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*coop.Error](err); ok {
		return err
	}
	switch {
	case unavailable(err):
		return coop.Errorf(coop.Unavailable, "store.unavailable", "%w", err)
	case duplicate(err):
		return coop.Errorf(coop.Conflict, "store.duplicate", "%w", err)
	}
	return coop.Errorf(coop.Internal, "error.internal", "%w", err)
}

// unavailable tells whether err is of the kind that passes without our doing.
func unavailable(err error) bool {
	if e, ok := errors.AsType[*moderncsqlite.Error](err); ok {
		switch e.Code() & 0xff { // the low byte is the primary code (sqlite.org/rescode.html)
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
			sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
			return true
		}
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Away, full, stopping; read-only; ended for being idle; waited too long for a lock (PostgreSQL, appendix A).
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "53") || strings.HasPrefix(e.Code, "57") ||
			e.Code == "25006" || e.Code == "25P03" || e.Code == "55P03" || retriable(err)
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok { // not net.Error: every error number of the system is one
		return true
	}
	for _, n := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, n) {
			return true
		}
	}
	return errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "conn closed") ||
		strings.Contains(err.Error(), "unexpected EOF")
}

// duplicate tells whether err is the breach of a unique constraint.
func duplicate(err error) bool {
	if e, ok := errors.AsType[*moderncsqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return false
}

// retriable tells whether PostgreSQL undid a transaction that lost a race: it may simply run again. Two listings that
// change in the same microsecond meet on listing_pkey, which orders them.
func retriable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505" && e.ConstraintName == "listing_pkey")
}
