package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Stats is what doctor and the metrics show of the store. Sizes are in bytes.
type Stats struct {
	Database   int64 // size of the database
	WAL        int64 // size of SQLite's write-ahead log; above limits.WALAlarm something keeps it from being folded in
	Media      int64 // pictures, by the rows
	Photos     int
	Listings   int
	DiskFree   int64
	DiskTotal  int64
	Commits    int64 // transactions committed by this process (SQLite)
	Writes     int64 // writes in them
	InUse      int   // connections busy
	WaitedRead int64 // reads that had to wait for a connection
}

// Stats tells sizes and counts.
func (s *Store) Stats(ctx context.Context) (st Stats, err error) {
	tx := s.at(ctx)
	if err := tx.queryRow(`SELECT count(*), CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM photo`).scan("", &st.Photos, &st.Media); err != nil {
		return st, err
	}
	if err := tx.queryRow(`SELECT count(*) FROM listing`).scan("", &st.Listings); err != nil {
		return st, err
	}
	if s.Postgres() {
		if err := tx.queryRow(`SELECT pg_database_size(current_database())`).scan("", &st.Database); err != nil {
			return st, err
		}
	} else {
		file := filepath.Join(s.opt.Dir, DatabaseFile)
		for name, into := range map[string]*int64{file: &st.Database, file + "-wal": &st.WAL} {
			info, err := os.Stat(name)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return st, classify(err)
			}
			*into = info.Size()
		}
		st.Commits, st.Writes = s.writer.commits.Load(), s.writer.writes.Load()
	}
	db := s.readDB.Stats()
	st.InUse, st.WaitedRead = db.InUse, db.WaitCount
	if st.DiskFree, st.DiskTotal, err = diskSpace(s.opt.Dir); err != nil {
		return st, classify(err)
	}
	return st, nil
}
