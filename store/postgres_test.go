package store_test

import (
	"database/sql"
	"errors"
	"os"
	"sync"
	"testing"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
)

// onPostgres runs the tests that need the server that TOADLANE_TEST_POSTGRES names. What they hold to is PostgreSQL's alone;
// the make target sets the variable, so there they always run.
func onPostgres(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	if server := os.Getenv("TOADLANE_TEST_POSTGRES"); server != "" {
		fn(t, newSchema(t, server))
	}
}

// F-13: the server ends our connections. What was under way is Unavailable, what comes after goes on.
func TestPostgresConnectionsEnd(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, address string) {
		s := openAt(t, store.Options{Dir: t.TempDir(), DB: address + "&application_name=storm"})
		ctx := t.Context()
		must(t, s.SetSetting(ctx, "a", "1"))
		other := openDB(t, "pgx", address)
		end := func() {
			t.Helper()
			var n int
			must(t, other.QueryRow(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'storm'`).Scan(&n))
			if n == 0 {
				t.Error("no connection was there to end")
			}
		}
		err := store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error {
			if err := tx.PutCoop(coop.Coop{ID: "c"}); err != nil {
				return err
			}
			end()
			return tx.PutPerson(coop.Person{ID: "ada", Handle: "ada"})
		})
		if coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.unavailable" {
			t.Errorf("a write whose connection ended: %v", err)
		}
		if _, err := s.Coop(ctx); coop.ClassOf(err) != coop.NotFound {
			t.Errorf("half of it is there: %v", err)
		}
		end()
		must(t, s.SetSetting(ctx, "a", "2"))
		end()
		if v, err := s.Setting(ctx, "a"); v != "2" || err != nil {
			t.Errorf("setting %q, %v", v, err)
		}
	})
}

// Two processes on one database: each counts on what it has read, and neither loses the other's change.
func TestPostgresTwoProcesses(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, address string) {
		var both [2]*store.Store
		var wg sync.WaitGroup
		for i := range both { // that also start at once, on an empty database
			wg.Go(func() {
				s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DB: address, Log: quiet})
				if err != nil {
					t.Error(err)
					return
				}
				both[i] = s
			})
		}
		wg.Wait()
		for _, s := range both {
			if s == nil {
				return
			}
			defer func() { must(t, s.Close()) }()
		}
		l := listing(1, "counted")
		must(t, store.Market{Store: both[0]}.Write(t.Context(), func(tx market.Tx) error { return tx.PutListing(l) }))
		const each = 40
		for _, s := range both {
			for range 4 {
				wg.Go(func() {
					for range each {
						if err := (store.Market{Store: s}).Write(t.Context(), func(tx market.Tx) error {
							got, err := tx.Listing(l.ID)
							if err != nil {
								return err
							}
							got.Version++
							return tx.PutListing(got)
						}); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		wg.Wait()
		got, err := both[1].Listing(t.Context(), l.ID)
		if err != nil || got.Version != 1+8*each {
			t.Errorf("version %d, want %d (%v)", got.Version, 1+8*each, err)
		}
		if found, err := both[0].Verify(t.Context()); len(found) > 0 || err != nil {
			t.Errorf("verify: %q, %v", found, err)
		}
	})
}

// Many listings that change in the same second meet on their place in the order: the losers run again.
func TestPostgresSameSecond(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, address string) {
		s := openAt(t, store.Options{Dir: t.TempDir(), DB: address})
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				if err := (store.Market{Store: s}).Write(t.Context(), func(tx market.Tx) error { return tx.PutListing(listing(i, "x")) }); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if p, err := s.Search(t.Context(), market.Query{}, day0); err != nil || len(p.Listings) != 16 {
			t.Errorf("%d listings, %v", len(p.Listings), err)
		}
	})
}

func TestPostgresNewer(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, address string) {
		must(t, openAt(t, store.Options{Dir: t.TempDir(), DB: address}).SetSetting(t.Context(), "a", "x"))
		db, err := sql.Open("pgx", address)
		must(t, err)
		_, err = db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
		must(t, errors.Join(err, db.Close()))
		if _, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DB: address, Log: quiet}); coop.KeyOf(err) != "store.newer" {
			t.Errorf("got %v", err)
		}
	})
}

// The few co-ops of a region that have much are named to the index: what is found is the same.
func TestPostgresLargeRegion(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, address string) {
		s := openAt(t, store.Options{Dir: t.TempDir(), DB: address})
		storetest.RegionMarket(t, s, func(region string) { store.SeemsLarge(s, region) })
	})
}
