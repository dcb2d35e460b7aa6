package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"toadlane/coop"
)

// A backup is a tar file: the database (a whole copy of SQLite's, or the rows of PostgreSQL's as lines), the pictures, the
// other small files of the node's folder (not the master key, without which the private keys in the database stay sealed),
// and last a manifest with the hash of each.
const (
	backupDatabase = DatabaseFile
	backupRows     = "rows.jsonl"
	backupManifest = "manifest.json"
	backupMedia    = "media/"
	backupFiles    = "files/"
	backupFormat   = 1
	// masterKeyFile opens the keys in the database, so it never lies beside them in a backup.
	masterKeyFile = "master.key"
	// maxSmallFile is the largest file of the node's folder that is taken along, in bytes: secrets and settings are small.
	maxSmallFile = 1 << 20
)

// manifest tells what a backup holds.
type manifest struct {
	Format   int
	Schema   int64
	Database string
	Made     time.Time
	Files    []manifestFile
}

type manifestFile struct {
	Name   string
	Size   int64
	SHA256 string
}

// Backup writes a backup of the whole node to w. It works beside a running server, and what it writes is of one moment: the
// copy of the database is made and checked first, and pictures never change once written.
func (s *Store) Backup(ctx context.Context, w io.Writer) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("backup: %w", classify(err))
		}
	}()
	work, err := os.MkdirTemp(s.opt.Dir, ".backup-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	m := manifest{Format: backupFormat, Database: s.dialect.name, Made: s.now().UTC()}
	if m.Schema, err = s.schemaVersion(ctx); err != nil {
		return err
	}
	name := backupDatabase
	if s.Postgres() {
		name = backupRows
		err = s.dumpTo(ctx, filepath.Join(work, name))
	} else {
		err = s.copyTo(ctx, filepath.Join(work, name))
	}
	if err != nil {
		return err
	}
	t := tar.NewWriter(w)
	if err := m.add(t, name, os.DirFS(work), name); err != nil {
		return err
	}
	err = s.eachMedia(func(file string, _ fs.FileInfo) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, _, ours := cutName(file); !ours {
			return nil
		}
		err := m.add(t, backupMedia+file, s.media.FS(), file)
		if errors.Is(err, fs.ErrNotExist) { // swept meanwhile
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	folder := os.DirFS(s.opt.Dir)
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxSmallFile || !smallFile(e.Name()) {
			continue
		}
		if err := m.add(t, backupFiles+e.Name(), folder, e.Name()); err != nil {
			return err
		}
	}
	text, err := encode(m)
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: backupManifest, Mode: 0o600, Size: int64(len(text)), ModTime: m.Made}); err != nil {
		return err
	}
	if _, err := io.WriteString(t, text); err != nil {
		return err
	}
	return t.Close()
}

// smallFile tells whether a file of the node's folder belongs into a backup beside database and pictures.
func smallFile(name string) bool {
	return !strings.HasPrefix(name, DatabaseFile) && name != "lock" && name != "migrate.lock" && name != "ballast" && name != masterKeyFile && !strings.HasPrefix(name, ".")
}

// add copies a file into the tar, and its hash into the manifest.
func (m *manifest) add(t *tar.Writer, name string, from fs.FS, file string) error {
	f, err := from.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(t, h), f, info.Size()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	m.Files = append(m.Files, manifestFile{name, info.Size(), hex.EncodeToString(h.Sum(nil))})
	return nil
}

func (s *Store) dumpTo(ctx context.Context, file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = s.dump(ctx, f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// copyTo writes a whole, defragmented copy of the SQLite database and has SQLite check it.
func (s *Store) copyTo(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(s.opt.Dir, DatabaseFile), true))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, q := range []string{`PRAGMA query_only = 0`, `VACUUM INTO $1`} {
		args := []any{file}
		if !strings.Contains(q, "$1") {
			args = nil
		}
		if _, err := db.ExecContext(ctx, q, args...); err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
	}
	return checkCopy(ctx, file)
}

// checkCopy has SQLite read every page of a database that nobody else has open.
func checkCopy(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: "immutable=1"}).String())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return coop.Errorf(coop.Invalid, "backup.damaged", "check the copy: %w", err)
	}
	if verdict != "ok" {
		return coop.Errorf(coop.Invalid, "backup.damaged", "the copy is not whole: %s", verdict)
	}
	return nil
}
