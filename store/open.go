package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
)

// Options say where a node keeps its data.
type Options struct {
	Dir   string           // the node's folder: lock, media and, without DB, the database; made when it is missing
	DB    string           // "" is SQLite in Dir/toadlane.db; postgres://… is PostgreSQL
	Serve bool             // this process serves the node: only one may, per folder
	Now   func() time.Time // the clock; time.Now when nil
	Log   *slog.Logger     // slog.Default when nil

	schema int64 // version to stop at, for a restore from an older program; 0 is the latest
}

// DatabaseFile is the name of the SQLite database in the node's folder.
const DatabaseFile = "toadlane.db"

// Store is an open database with the node's media folder. It is safe for use by many goroutines.
type Store struct {
	opt     Options
	dialect dialect
	log     *slog.Logger
	now     func() time.Time

	readDB *sql.DB // SQLite: the query-only pool; PostgreSQL: the one pool
	stmts  stmtCache
	// largeRegions are those of more than limits.RegionListings, by id: a largeRegion each.
	largeRegions sync.Map
	writer       *committer // SQLite only
	media        *os.Root
	lock         *os.File
	closing      sync.Once
	closed       error
}

// Open opens the database in o, makes it when there is none, and brings its schema up to date. Errors: Conflict, key
// store.locked, when another process serves the folder and o.Serve is set; Conflict, key store.newer, when a newer program
// has written it; Unavailable, key store.unavailable, when it can't be reached.
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("open store in %s: %w", o.Dir, classify(err))
		}
	}()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Dir == "" {
		return nil, coop.Errorf(coop.Invalid, "store.folder", "no folder given")
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if err := localDisk(o.Dir); err != nil {
		return nil, err
	}
	s := &Store{opt: o, log: o.Log, now: o.Now}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if o.Serve {
		if s.lock, err = lockFolder(filepath.Join(o.Dir, "lock")); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "media"), 0o700); err != nil {
		return nil, err
	}
	if s.media, err = os.OpenRoot(filepath.Join(o.Dir, "media")); err != nil {
		return nil, err
	}
	switch {
	case o.DB == "":
		s.dialect = sqlite
		err = s.openSQLite(ctx, filepath.Join(o.Dir, DatabaseFile))
	case strings.HasPrefix(o.DB, "postgres://") || strings.HasPrefix(o.DB, "postgresql://"):
		s.dialect = postgres
		err = s.openPostgres(ctx, o.DB)
	default:
		err = coop.Errorf(coop.Invalid, "store.address", "database address must begin with postgres://")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close waits for the write under way, folds the write-ahead log into the database and lets go of the folder.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.stmts.close()
		if s.readDB != nil {
			s.closed = s.readDB.Close()
		}
		if s.writer != nil {
			s.closed = s.writer.close()
		}
		if s.media != nil {
			_ = s.media.Close()
		}
		if s.lock != nil {
			_ = s.lock.Close()
		}
	})
	return s.closed
}

// Postgres tells whether the data is in PostgreSQL.
func (s *Store) Postgres() bool { return s.dialect.name == postgres.name }
