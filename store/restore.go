package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"toadlane/coop"
)

// Restore makes the node that r is a backup of, in o.Dir, which must be empty or not there, and in o.DB, which may be another
// kind of database than the backup's, without rows. Everything is unpacked and compared with the manifest in a folder beside it
// that takes o.Dir's name last: nothing half-written is left. Errors: Conflict, key restore.not_empty; Invalid, key
// backup.damaged; Conflict, key store.newer, for a backup of a newer program.
func Restore(ctx context.Context, r io.Reader, o Options) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore into %s: %w", o.Dir, classify(err))
		}
	}()
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return err
	}
	there, err := os.ReadDir(o.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(there) > 0 {
		return coop.Errorf(coop.Conflict, "restore.not_empty", "%s holds %s and maybe more", o.Dir, there[0].Name())
	}
	if err := os.MkdirAll(filepath.Dir(o.Dir), 0o700); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(o.Dir), "."+filepath.Base(o.Dir)+"-restore-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	m, err := unpack(r, work)
	if err != nil {
		return err
	}
	if err := restoreDatabase(ctx, m, work, o); err != nil {
		return err
	}
	if err := os.Remove(o.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(work, o.Dir)
}

// unpack writes the files of a backup under work and holds them to its manifest.
func unpack(r io.Reader, work string) (m manifest, err error) {
	damaged := func(format string, args ...any) (manifest, error) {
		return m, coop.Errorf(coop.Invalid, "backup.damaged", format, args...)
	}
	root, err := os.OpenRoot(work)
	if err != nil {
		return m, err
	}
	defer func() { _ = root.Close() }()
	got := map[string]manifestFile{}
	told := false
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return damaged("read: %w", err)
		}
		if h.Name == backupManifest {
			text, err := io.ReadAll(io.LimitReader(t, 1<<30))
			if err != nil {
				return damaged("manifest: %w", err)
			}
			if err := decode(text, &m); err != nil {
				return damaged("manifest: %w", err)
			}
			told = true
			continue
		}
		file, known := unpackName(h.Name)
		if _, twice := got[h.Name]; twice || !known || h.Typeflag != tar.TypeReg || told || sparse(h) {
			return damaged("a file %.100q", h.Name)
		}
		if err := root.MkdirAll(path.Dir(file), 0o700); err != nil {
			return m, err
		}
		f, err := root.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return m, err
		}
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(f, sum), t)
		if err == nil {
			err = f.Sync()
		}
		if e := f.Close(); err == nil {
			err = e
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return damaged("%s: %w", h.Name, err)
		}
		if err != nil {
			return m, err
		}
		got[h.Name] = manifestFile{h.Name, n, hex.EncodeToString(sum.Sum(nil))}
	}
	if !told || m.Format < 1 {
		return damaged("there is no manifest: the file ends early")
	}
	if m.Format > backupFormat {
		return m, coop.Errorf(coop.Conflict, "store.newer", "a backup of format %d", m.Format)
	}
	for _, f := range m.Files {
		if got[f.Name] != f {
			return damaged("%s is not what was kept", f.Name)
		}
		delete(got, f.Name)
	}
	if len(got) > 0 {
		return damaged("%d files that the manifest does not name", len(got))
	}
	return m, nil
}

// sparse tells whether a file of a tar says of itself that it has holes: a few bytes would unpack to terabytes. We write none.
func sparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse") {
			return true
		}
	}
	return false
}

// unpackName is where a file of a backup goes; known is false for one that we never write.
func unpackName(name string) (file string, known bool) {
	if !fs.ValidPath(name) {
		return "", false
	}
	switch {
	case name == backupDatabase || name == backupRows:
		return name, true
	case strings.HasPrefix(name, backupMedia):
		id, size, ours := cutName(name)
		return name, ours && name == backupMedia+photoPath(coop.ID(id), size)
	case strings.HasPrefix(name, backupFiles):
		file = strings.TrimPrefix(name, backupFiles)
		return file, !strings.Contains(file, "/") && smallFile(file) && file != backupRows && file != "media"
	}
	return "", false
}

// restoreDatabase puts the rows into the database that o names; work becomes the node's folder.
func restoreDatabase(ctx context.Context, m manifest, work string, o Options) error {
	copied, rows := filepath.Join(work, backupDatabase), filepath.Join(work, backupRows)
	staged := o
	staged.Dir, staged.Serve = work, false
	if m.Database == sqlite.name {
		if err := checkCopy(ctx, copied); err != nil {
			return err
		}
		old := staged
		old.DB = ""
		s, err := Open(ctx, old) // brings the schema up to date as well
		if err != nil {
			return err
		}
		if o.DB != "" {
			if m.Schema, err = s.schemaVersion(ctx); err == nil {
				err = s.dumpTo(ctx, rows)
			}
		}
		if e := s.Close(); err == nil {
			err = e
		}
		if err != nil || o.DB == "" {
			return err
		}
		for _, end := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(copied + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	in, err := os.Open(rows)
	if err != nil {
		return coop.Errorf(coop.Invalid, "backup.damaged", "the rows: %w", err)
	}
	defer func() { _ = in.Close() }()
	staged.schema = m.Schema
	s, err := Open(ctx, staged)
	if err != nil {
		return err
	}
	err = s.load(ctx, in)
	if e := s.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	staged.schema = 0
	if s, err = Open(ctx, staged); err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return os.Remove(rows)
}
