package storetest

import (
	"database/sql"
	"fmt"
	"path/filepath"

	"toadlane/store"
)

// MakeNewer marks the SQLite database in a node's folder as written by a program of the future.
func MakeNewer(dir string) error {
	db, err := sql.Open("sqlite", filepath.Join(dir, store.DatabaseFile))
	if err != nil {
		return fmt.Errorf("make newer: %w", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		return fmt.Errorf("make newer: %w", err)
	}
	return nil
}
