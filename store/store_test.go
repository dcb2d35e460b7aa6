package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"toadlane/store"
	"toadlane/store/storetest"
)

// quiet keeps expected warnings out of the tests' output.
var quiet = slog.New(slog.DiscardHandler)

// openAt opens a store and closes it with the test.
func openAt(tb testing.TB, o store.Options) *store.Store {
	tb.Helper()
	if o.Log == nil {
		o.Log = quiet
	}
	s, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func openSQLite(t *testing.T) *store.Store { return openAt(t, store.Options{Dir: t.TempDir()}) }

var schemas atomic.Int64

// newSchema makes an empty schema on the server that TOADLANE_TEST_POSTGRES names, and gives its address.
func newSchema(tb testing.TB, server string) string {
	tb.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			tb.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// databases are what the store is held to: SQLite always, PostgreSQL when TOADLANE_TEST_POSTGRES gives the address of a
// server where schemas may be made.
func databases() map[string]func(t *testing.T) *store.Store {
	all := map[string]func(t *testing.T) *store.Store{"sqlite": openSQLite}
	if server := os.Getenv("TOADLANE_TEST_POSTGRES"); strings.HasPrefix(server, "postgres") {
		all["postgres"] = func(t *testing.T) *store.Store {
			return openAt(t, store.Options{Dir: t.TempDir(), DB: newSchema(t, server)})
		}
	}
	return all
}

func TestStore(t *testing.T) {
	t.Parallel()
	for name, open := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, open)
		})
	}
}

func TestHandbook(t *testing.T) {
	t.Parallel()
	for name, open := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.RunHandbook(t, open)
		})
	}
}

func TestRegion(t *testing.T) {
	t.Parallel()
	for name, open := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.RunRegion(t, open)
		})
	}
}
