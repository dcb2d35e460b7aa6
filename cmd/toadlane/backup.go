package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"toadlane/coop"
)

// backupCommand writes a backup.
type backupCommand struct {
	File string `arg:"" help:"Where to; - is standard output. A file that is there is not replaced." env:"-"`
}

// lastBackup remembers when a backup was last made, for doctor.
const lastBackup = "backup.last"

// Run writes it beside its final name and renames it when it is whole and on disk: a backup under its name is a whole one.
func (c *backupCommand) Run(w *world) error {
	n, err := w.open()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	if c.File == "-" {
		out := bufio.NewWriterSize(w.out, 1<<20)
		if err := n.Store.Backup(w.ctx, out); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return coop.Errorf(coop.Unavailable, "backup.unwritten", "%w", err)
		}
		return n.CoopStore.SetSetting(w.ctx, lastBackup, n.Now().UTC().Format(time.RFC3339))
	}
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) {
		return usage("There is something at " + c.File + " already. Choose another name; backups are never replaced.")
	}
	f, err := os.CreateTemp(filepath.Dir(c.File), ".backup-*")
	if err != nil {
		return coop.Errorf(coop.Unavailable, "backup.unwritten", "%w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	out := bufio.NewWriterSize(f, 1<<20)
	if err := n.Store.Backup(w.ctx, out); err != nil {
		_ = f.Close()
		return err
	}
	err = out.Flush()
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Link(f.Name(), c.File) // unlike a rename it fails when somebody was quicker
	}
	if err != nil {
		return coop.Errorf(coop.Unavailable, "backup.unwritten", "%w", err)
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return coop.Errorf(coop.Unavailable, "backup.unwritten", "%w", err)
	}
	if err := n.CoopStore.SetSetting(w.ctx, lastBackup, n.Now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	w.say("Wrote %s, %s. It holds everything but the master key. Try it: toadlane verify --backup %s", c.File, size(info.Size()), c.File)
	return nil
}
