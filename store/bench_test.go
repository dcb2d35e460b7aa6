package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
)

// cpu is the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured runs the loop and reports processor time: wall-clock rates wobble with what else the machine does.
func measured(b *testing.B, loop func()) time.Duration {
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu()
	loop()
	used := cpu() - before
	b.StopTimer()
	each := used / time.Duration(b.N)
	b.ReportMetric(float64(each)/float64(time.Microsecond), "cpu-us/op")
	return each
}

// rawCommit64 is the limit: an activity and a job in one transaction of 64, prepared, fsynced, with nothing around it.
func rawCommit64(tb testing.TB, n int) time.Duration {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(tb.TempDir(), "raw.db")+
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-4000)")
	must(tb, err)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE activity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, raw BLOB NOT NULL);
		CREATE TABLE job (id INTEGER PRIMARY KEY, activity INTEGER NOT NULL, due INTEGER NOT NULL); CREATE INDEX job_due ON job (due)`)
	must(tb, err)
	raw := make([]byte, 2971)
	began := cpu()
	for done := 0; done < n; {
		t, err := db.Begin()
		must(tb, err)
		a, err := t.Prepare(`INSERT INTO activity (id, iri, raw) VALUES ($1, $2, $3)`)
		must(tb, err)
		j, err := t.Prepare(`INSERT INTO job (activity, due) VALUES ($1, $2)`)
		must(tb, err)
		for i := 0; i < 64 && done < n; i++ {
			done++
			_, err = a.Exec(done, fmt.Sprintf("https://peer.example/activities/%020d", done), raw)
			must(tb, err)
			_, err = j.Exec(done, done)
			must(tb, err)
		}
		must(tb, t.Commit())
	}
	return (cpu() - began) / time.Duration(n)
}

func BenchmarkLimitCommitFull64(b *testing.B) {
	measured(b, func() { rawCommit64(b, b.N) })
}

// Ingest puts listings with their search index, from 1 and from 64 writers at once.
func BenchmarkIngest(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			limit := rawCommit64(b, 4096)
			s := store.Market{Store: openAt(b, store.Options{Dir: b.TempDir()})}
			g := storetest.NewGenerator(1)
			all := make([]market.Listing, b.N)
			for i := range all {
				all[i] = g.Listing(day0)
			}
			each := measured(b, func() {
				next := make(chan market.Listing, writers)
				var wg sync.WaitGroup
				for range writers {
					wg.Go(func() {
						for l := range next {
							if err := s.Write(b.Context(), func(tx market.Tx) error { return tx.PutListing(l) }); err != nil {
								b.Error(err)
							}
						}
					})
				}
				for _, l := range all {
					next <- l
				}
				close(next)
				wg.Wait()
			})
			b.ReportMetric(float64(limit)/float64(each), "ratio")
			st, err := s.Stats(b.Context())
			must(b, err)
			b.ReportMetric(float64(st.Writes)/float64(st.Commits), "writes/commit")
		})
	}
}

// marketOf makes a market of n listings, once per run of the benchmarks.
func marketOf(b *testing.B, n int) (*store.Store, *storetest.Generator) {
	b.Helper()
	s := openAt(b, store.Options{Dir: b.TempDir()})
	g := storetest.NewGenerator(1)
	for done := 0; done < n; {
		must(b, store.Market{Store: s}.Write(b.Context(), func(tx market.Tx) error {
			for i := 0; i < 1000 && done < n; i++ {
				done++
				if err := tx.PutListing(g.Listing(day0)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return s, g
}

// Market asks a market of 10 000, of 100 000 and, with TOADLANE_BENCH_LARGE, of a million listings.
func BenchmarkMarket(b *testing.B) {
	sizes := map[string]int{"10k": 10_000}
	if !testing.Short() {
		sizes["100k"] = 100_000
	}
	if os.Getenv("TOADLANE_BENCH_LARGE") != "" {
		sizes["1M"] = 1_000_000
	}
	for _, size := range []string{"10k", "100k", "1M"} {
		n, wanted := sizes[size]
		if !wanted {
			continue
		}
		b.Run(size, func(b *testing.B) {
			s, g := marketOf(b, n)
			at := g.Town(3)
			queries := map[string]market.Query{
				"newest":      {},
				"kindcat":     {Kind: market.Food, Category: "AM60"},
				"place":       {Near: &at, RadiusKm: 25, Purpose: market.Want},
				"text_rare":   {Text: g.Word(20_000)},
				"text_common": {Text: g.Word(2)},
				"geo25":       {Near: &at, RadiusKm: 25},
				"text_geo25":  {Text: g.Word(30), Near: &at, RadiusKm: 25},
				"nearest":     {Near: &at, Sort: market.Nearest},
				"best":        {Text: g.Word(200) + " " + g.Word(2), Sort: market.Best},
				"ends":        {Sort: market.Ends},
			}
			order := []string{"newest", "kindcat", "place", "text_rare", "text_common", "geo25", "text_geo25", "nearest", "best", "ends"}
			ask := func(b *testing.B, q market.Query) time.Duration {
				q.Reach = coop.Everyone
				began := time.Now()
				if _, err := s.Search(b.Context(), q, day0); err != nil {
					b.Fatal(err)
				}
				return time.Since(began)
			}
			for _, name := range order {
				b.Run(name, func(b *testing.B) {
					var slow []time.Duration
					measured(b, func() {
						for range b.N {
							slow = append(slow, ask(b, queries[name]))
						}
					})
					b.ReportMetric(float64(percentile(slow, 99))/1e6, "p99-ms")
				})
			}
			b.Run("mix", func(b *testing.B) {
				var slow []time.Duration
				measured(b, func() {
					for i := range b.N {
						slow = append(slow, ask(b, queries[order[i%7]]))
					}
				})
				b.ReportMetric(float64(percentile(slow, 99))/1e6, "p99-ms")
			})
		})
	}
}

func percentile(all []time.Duration, p int) time.Duration {
	slices.Sort(all)
	return all[(len(all)-1)*p/100]
}
