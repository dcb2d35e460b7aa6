package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/store"
)

var (
	spaces   = regexp.MustCompile(`\s+`)
	comments = regexp.MustCompile(`(?m)--.*$`)
	ours     = regexp.MustCompile(`test_\d+_\d+\.`)
)

// catalogue lists what a database consists of, a line each, without the table that goose keeps.
func catalogue(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		line = spaces.ReplaceAllString(ours.ReplaceAllString(comments.ReplaceAllString(line, ""), ""), " ")
		if !strings.Contains(line, "goose_db_version") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	must(t, rows.Err())
	if len(out) < 30 {
		t.Fatalf("only %d lines: the catalogue is not read", len(out))
	}
	return out
}

const sqliteCatalogue = `SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name`

const postgresCatalogue = `
	SELECT line FROM (
		SELECT concat_ws(' ', 'column', table_name, ordinal_position, column_name, data_type, collation_name, is_nullable, column_default,
			is_identity, generation_expression) AS line FROM information_schema.columns WHERE table_schema = current_schema()
		UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()
		UNION ALL SELECT concat_ws(' ', 'constraint', t.relname, c.conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c
			JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema()
	) AS all_lines ORDER BY line`

// schema_*.sql is what the migrations make.
func TestSchema(t *testing.T) {
	t.Parallel()
	databases := map[string]func(t *testing.T) (migrated, fresh *sql.DB){"sqlite": func(t *testing.T) (*sql.DB, *sql.DB) {
		dir := t.TempDir()
		migrated(t, store.Options{Dir: dir})
		return openDB(t, "sqlite", "file:"+dir+"/"+store.DatabaseFile), openDB(t, "sqlite", "file:"+t.TempDir()+"/fresh.db")
	}}
	if server := os.Getenv("TOADLANE_TEST_POSTGRES"); server != "" {
		databases["postgres"] = func(t *testing.T) (*sql.DB, *sql.DB) {
			at := newSchema(t, server)
			migrated(t, store.Options{Dir: t.TempDir(), DB: at})
			return openDB(t, "pgx", at), openDB(t, "pgx", newSchema(t, server))
		}
	}
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := sqliteCatalogue
			if name == "postgres" {
				query = postgresCatalogue
			}
			migrated, fresh := open(t)
			if *store.Update { // right as long as migrations only add; one that alters needs the file edited by hand
				writeSchema(t, name)
			}
			text, err := os.ReadFile("schema_" + name + ".sql")
			must(t, err)
			_, err = fresh.Exec(string(text))
			must(t, err)
			if diff := cmp.Diff(catalogue(t, migrated, query), catalogue(t, fresh, query)); diff != "" {
				t.Errorf("the migrations and schema_%s.sql differ (- migrated, + file):\n%s", name, diff)
			}
		})
	}
}

// migrated opens a database that went through all versions: a new one does not.
func migrated(t *testing.T, o store.Options) {
	t.Helper()
	s, err := store.Open(t.Context(), store.AtSchema(o, 1))
	must(t, err)
	must(t, s.Close())
	openAt(t, o)
}

func writeSchema(t *testing.T, name string) {
	t.Helper()
	files, err := filepath.Glob("migrations/" + name + "/*.sql")
	must(t, err)
	text := "-- Today's whole schema, which a new database begins with. The migrations make the same; a test compares the two.\n"
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		text += strings.Replace(string(b), "-- +goose Up", "", 1)
	}
	must(t, os.WriteFile("schema_"+name+".sql", []byte(text), 0o644))
}

func openDB(t *testing.T, driver, at string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, at)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}
