package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"toadlane/store"
	"toadlane/store/storetest"
)

// queueDatabases are what the queue is held to: SQLite always, PostgreSQL when TOADLANE_TEST_POSTGRES gives the address of a
// server on which databases may be made.
func queueDatabases() map[string]func(testing.TB) storetest.QueueDatabase {
	all := map[string]func(testing.TB) storetest.QueueDatabase{"sqlite": queueSQLite}
	if at := os.Getenv("TOADLANE_TEST_POSTGRES"); at != "" {
		all["postgres"] = func(tb testing.TB) storetest.QueueDatabase { return queuePostgres(tb, at) }
	}
	return all
}

func openQueue(tb testing.TB, o store.Options) *store.Store {
	tb.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	s, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func queueSQLite(tb testing.TB) storetest.QueueDatabase {
	tb.Helper()
	dir := tb.TempDir()
	again := func() *store.Store { return openQueue(tb, store.Options{Dir: dir, Now: storetest.QueueClock}) }
	return storetest.QueueDatabase{Store: again(), Again: again, Read: func(query string) (n int) {
		tb.Helper()
		db, err := sql.Open("sqlite", "file:"+dir+"/"+store.DatabaseFile)
		if err != nil {
			tb.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.QueryRow(query).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		return n
	}}
}

var queueNames atomic.Int64

func queuePostgres(tb testing.TB, at string) storetest.QueueDatabase {
	tb.Helper()
	server, err := sql.Open("pgx", at)
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("queue_%d_%d_%d", os.Getpid(), time.Now().UnixNano()%1e9, queueNames.Add(1))
	if _, err := server.Exec(`CREATE DATABASE ` + name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := server.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
			tb.Error(err)
		}
		_ = server.Close()
	})
	u, err := url.Parse(at)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	again := func() *store.Store {
		return openQueue(tb, store.Options{Dir: tb.TempDir(), DB: u.String(), Now: storetest.QueueClock})
	}
	return storetest.QueueDatabase{Store: again(), Again: again, Read: func(query string) (n int) {
		tb.Helper()
		db, err := sql.Open("pgx", u.String())
		if err != nil {
			tb.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.QueryRow(query).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		return n
	}}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	for name, open := range queueDatabases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.RunQueue(t, open)
		})
	}
}

func BenchmarkFanoutEnqueue(b *testing.B) { storetest.BenchFanoutEnqueue(b, queueSQLite) }

func BenchmarkPutInbound(b *testing.B) { storetest.BenchPutInbound(b, queueSQLite) }

func BenchmarkClaimSettle(b *testing.B) { storetest.BenchClaimSettle(b, queueSQLite) }

// BenchmarkQueuePostgres is the same on PostgreSQL, when there is one.
func BenchmarkQueuePostgres(b *testing.B) {
	open := queueDatabases()["postgres"]
	if open == nil {
		return
	}
	b.Run("FanoutEnqueue", func(b *testing.B) { storetest.BenchFanoutEnqueue(b, open) })
	b.Run("PutInbound", func(b *testing.B) { storetest.BenchPutInbound(b, open) })
	b.Run("ClaimSettle", func(b *testing.B) { storetest.BenchClaimSettle(b, open) })
}
