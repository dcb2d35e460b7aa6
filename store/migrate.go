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

//go:embed schema_sqlite.sql schema_postgres.sql
var schemas embed.FS

// migrate brings the schema up to what this program knows, or to an earlier version (0: the latest), forward only. A database
// that a newer program wrote is refused: Conflict, key store.newer.
func migrate(ctx context.Context, d dialect, db *sql.DB, version int64) error {
	p, err := provider(d, db, false)
	if err != nil {
		return err
	}
	have, known, err := p.GetVersions(ctx)
	if err != nil && d.name == postgres.name { // two processes made the table of versions at once: now in turn
		if p, err = provider(d, db, true); err == nil {
			have, known, err = p.GetVersions(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("ask for the version of the schema: %w", err)
	}
	if version > 0 && version < known {
		known = version
	}
	if have > known || version > known {
		return coop.Errorf(coop.Conflict, "store.newer", "the database has schema %d, this program knows %d", max(have, version), known)
	}
	if have == 0 && version == 0 {
		if have, err = makeSchema(ctx, d, db, p.ListSources()); err != nil {
			return fmt.Errorf("make the schema: %w", err)
		}
	}
	if have == known {
		return nil
	}
	if p, err = provider(d, db, true); err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, known); err != nil {
		return fmt.Errorf("migrate from schema %d to %d: %w", have, known, err)
	}
	return nil
}

// makeSchema makes today's schema in a database that has none, in one transaction and without going through its history, and gives the
// version that is there then: somebody else may have been first. That schema_*.sql is what the migrations make is tested.
func makeSchema(ctx context.Context, d dialect, db *sql.DB, sources []*goose.Source) (version int64, err error) {
	text, err := schemas.ReadFile("schema_" + d.name + ".sql")
	if err != nil {
		return 0, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // committed, or there is an error to tell
	if d.name == postgres.name {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE goose_db_version IN ACCESS EXCLUSIVE MODE`); err != nil {
			return 0, err
		}
	}
	if err := tx.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil || version > 0 {
		return version, err
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return 0, err
	}
	for _, s := range sources {
		if _, err := tx.ExecContext(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, s.Version, true); err != nil {
			return 0, err
		}
		version = max(version, s.Version)
	}
	return version, tx.Commit()
}

// provider reads the migrations. Changing asks for the lock under which processes that start at once take turns; without it,
// the version can be asked for without waiting.
func provider(d dialect, db *sql.DB, changing bool) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+d.name)
	if err != nil {
		return nil, err
	}
	kind := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.name == postgres.name {
		kind = goose.DialectPostgres
	}
	if d.name == postgres.name && changing {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60), lock.WithUnlockTimeout(1, 60)) // every second, for a minute
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// schemaVersion is the version of the open database.
func (s *Store) schemaVersion(ctx context.Context) (version int64, err error) {
	err = s.at(ctx).queryRow(`SELECT max(version_id) FROM goose_db_version`).scan("", &version)
	return version, err
}
