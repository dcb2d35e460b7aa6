package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"toadlane/coop"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to what this program knows, forward only. A database that a newer program wrote is refused:
// Conflict, key store.newer.
func migrate(ctx context.Context, d dialect, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations/"+d.name)
	if err != nil {
		return err
	}
	kind := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.name == postgres.name {
		kind = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker() // several processes may start at once
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("ask for the version of the schema: %w", err)
	}
	if have > known {
		return coop.Errorf(coop.Conflict, "store.newer", "the database has schema %d, this program knows %d", have, known)
	}
	if have == known {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate from schema %d to %d: %w", have, known, err)
	}
	return nil
}
