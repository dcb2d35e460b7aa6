package main

import (
	"bufio"
	"io"
	"os"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/store"
)

// restoreCommand makes a node of a backup.
type restoreCommand struct {
	File     string `arg:"" help:"The backup; - is standard input." env:"-"`
	Recovery string `help:"File that holds the master key as it stands on the recovery sheet." placeholder:"FILE" env:"-"`
}

// Run unpacks the backup into the folder, which must not hold anything, and checks that the master key opens its keys.
func (c *restoreCommand) Run(w *world) error {
	var master string
	if c.Recovery != "" {
		b, err := os.ReadFile(c.Recovery)
		if err != nil {
			return usage("The recovery file cannot be read: " + err.Error() + ".")
		}
		if _, err := node.ParseMaster(string(b)); err != nil {
			return err
		}
		master = string(b)
	}
	if err := c.unpack(w, store.Options{Dir: w.data, DB: w.db, Log: w.log}); err != nil {
		return err
	}
	// node.json may name the database that the backup was taken from, which may be alive.
	s, err := node.ReadSettings(w.data)
	if err != nil {
		return err
	}
	s.DB, s.Restored = w.db, true
	if err := node.WriteSettings(w.data, s); err != nil {
		return err
	}
	if master != "" {
		if err := os.WriteFile(node.MasterPath(w.data, w.master), []byte(master), 0o400); err != nil {
			return coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
		}
	}
	n, err := w.open()
	if coop.KeyOf(err) == "master.none" && err != nil {
		w.say("Restored %s into %s. Now put the master key from your recovery sheet at %s (mode 0400); the node does not start without it.",
			s.Base, w.data, node.MasterPath(w.data, w.master))
		return nil
	}
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	if err := n.Federation.EnsureKeys(w.ctx); err != nil {
		return err
	}
	w.say("Restored %s into %s, and its keys open. Stop the old one, if it still runs, before you serve this one.", s.Base, w.data)
	return nil
}

func (c *restoreCommand) unpack(w *world, o store.Options) error {
	var r io.Reader = w.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return usage("The backup cannot be read: " + err.Error() + ".")
		}
		defer f.Close()
		r = f
	}
	return store.Restore(w.ctx, bufio.NewReaderSize(r, 1<<20), o)
}
