package main

import (
	"errors"
	"os"
	"path/filepath"

	"toadlane/store"
)

// verifyCommand checks data.
type verifyCommand struct {
	Backup string `help:"Check this backup instead: restore it to a scratch folder, look at everything, throw it away." placeholder:"FILE" env:"-"`
	JSON   bool   `help:"As JSON." env:"-"`
}

// Run looks for damage and says what it found.
func (c *verifyCommand) Run(w *world) error {
	what, found, err := "the data in "+w.data, []string(nil), error(nil)
	if c.Backup != "" {
		what = "the backup " + c.Backup
		found, err = c.backup(w)
	} else {
		found, err = c.node(w)
	}
	if err != nil {
		return err
	}
	type row struct {
		Says string `json:"says"`
	}
	rows := make([]row, len(found))
	for i, f := range found {
		rows[i].Says = f
	}
	if len(found) == 0 && !c.JSON {
		w.say("Nothing is wrong with %s.", what)
		return nil
	}
	if err := list(w, c.JSON, rows, "FOUND", func(r row) []any { return []any{r.Says} }); err != nil {
		return err
	}
	if len(found) > 0 {
		return errors.New(what + " is damaged: restore the last good backup into a new folder, with toadlane restore")
	}
	return nil
}

func (c *verifyCommand) node(w *world) ([]string, error) {
	n, err := w.open()
	if err != nil {
		return nil, err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	return n.Store.Verify(w.ctx)
}

// backup restores into SQLite beside the backup, wherever its rows came from, so that no server is needed to try it.
func (c *verifyCommand) backup(w *world) ([]string, error) {
	scratch, err := os.MkdirTemp(filepath.Dir(c.Backup), ".verify-")
	if err != nil {
		return nil, usage("There is no room beside the backup to try it: " + err.Error() + ".")
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a scratch folder
	o := store.Options{Dir: filepath.Join(scratch, "node"), Log: w.log}
	if err := (&restoreCommand{File: c.Backup}).unpack(w, o); err != nil {
		return nil, err
	}
	s, err := store.Open(w.ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // nothing was written
	return s.Verify(w.ctx)
}
