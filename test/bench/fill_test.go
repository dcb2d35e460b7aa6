package bench_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
)

// homes is whose listings a market of n has: 2,000 co-ops' in one of a million.
func homes(n int) int {
	if n < 1_000_000 {
		return 200
	}
	return 2000
}

// fill puts a seeded market of n listings into a folder in which no node is yet. A million take ten minutes: where TOADLANE_BENCH_FILLED names a
// folder they are written there once, and copied.
func fill(tb testing.TB, dir string, n int) *storetest.Generator {
	tb.Helper()
	g := storetest.NewGenerator(1)
	g.Homes = homes(n)
	kept := os.Getenv("TOADLANE_BENCH_FILLED")
	switch {
	case n == 0:
	case kept == "" || n < 1_000_000:
		write(tb, dir, g, n)
	default:
		from := filepath.Join(kept, strconv.Itoa(n))
		if _, err := os.Stat(filepath.Join(from, "whole")); errors.Is(err, fs.ErrNotExist) {
			write(tb, from, g, n)
			must(tb, os.WriteFile(filepath.Join(from, "whole"), nil, 0o600))
		}
		copied(tb, filepath.Join(from, store.DatabaseFile), filepath.Join(dir, store.DatabaseFile))
	}
	return g
}

func write(tb testing.TB, dir string, g *storetest.Generator, n int) {
	tb.Helper()
	must(tb, os.MkdirAll(dir, 0o700))
	s, err := store.Open(tb.Context(), store.Options{Dir: dir, Serve: true})
	must(tb, err)
	pour(tb, s, g, n)
	must(tb, s.Close()) // with that everything is in the one file
}

// pour puts n listings into a store.
func pour(tb testing.TB, s *store.Store, g *storetest.Generator, n int) {
	tb.Helper()
	now := time.Now().UTC()
	for done := 0; done < n; {
		must(tb, store.Market{Store: s}.Write(tb.Context(), func(tx market.Tx) error {
			for i := 0; i < 2000 && done < n; i++ {
				done++
				if err := tx.PutListing(g.Listing(now)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func copied(tb testing.TB, from, to string) {
	tb.Helper()
	must(tb, os.MkdirAll(filepath.Dir(to), 0o700))
	in, err := os.Open(from)
	must(tb, err)
	defer in.Close() //nolint:errcheck // it was read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	must(tb, err)
	_, err = io.Copy(out, in)
	must(tb, errors.Join(err, out.Close()))
}
