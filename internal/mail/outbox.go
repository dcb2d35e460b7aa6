package mail

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Outbox is the folder that mails are laid in while there is no server.
func (m *Mail) Outbox() string { return filepath.Join(m.Dir, "outbox") }

// lay writes a mail into the folder, whole or not at all, under a name that sorts by time. The oldest go when there are too many.
func (m *Mail) lay(id coop.ID, mail []byte) error {
	dir := m.Outbox()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "outbox: %w", err)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "outbox: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	_, err = f.Write(bytes.ReplaceAll(mail, []byte("\r\n"), []byte("\n")))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, m.Now().UTC().Format("20060102-150405.000")+"-"+string(id)+".eml"))
	}
	if err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "outbox: %w", err)
	}
	return m.clearOutbox()
}

func (m *Mail) clearOutbox() error {
	entries, err := os.ReadDir(m.Outbox())
	if err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "outbox: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".eml") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-limits.OutboxFiles)] {
		if err := os.Remove(filepath.Join(m.Outbox(), name)); err != nil && !os.IsNotExist(err) {
			return coop.Errorf(coop.Unavailable, "node.folder", "outbox: %w", err)
		}
	}
	return nil
}
