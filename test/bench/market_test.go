package bench_test

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
	"toadlane/test/bench/kit"
)

// BenchmarkMarket asks seeded markets. p50-us and p99-us are wall-clock times of one client; of mix, those of four clients beside
// 200 new listings a second.
func BenchmarkMarket(b *testing.B) {
	sizes := []struct {
		name string
		n    int
	}{{"10k", 10_000}, {"100k", 100_000}}
	if large {
		sizes = append(sizes, struct {
			name string
			n    int
		}{"1M", 1_000_000})
	}
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			now := time.Now().UTC()
			dir := filepath.Join(b.TempDir(), "market")
			g := fill(b, dir, size.n)
			s, err := store.Open(b.Context(), store.Options{Dir: dir, Serve: true})
			must(b, err)
			defer s.Close() //nolint:errcheck
			at := g.Town(3)
			questions := []struct {
				name string
				q    market.Query
			}{
				{"kindcat", market.Query{Kind: market.Food, Category: "AM60"}},
				{"place", market.Query{Near: &at, RadiusKm: 25, Purpose: market.Want}},
				{"text_rare", market.Query{Text: g.Word(20_000)}},
				{"text_common", market.Query{Text: g.Word(2)}},
				{"geo25", market.Query{Near: &at, RadiusKm: 25}},
				{"text_geo25", market.Query{Text: g.Word(30), Near: &at, RadiusKm: 25}},
			}
			ask := func(q market.Query) time.Duration {
				q.Reach = coop.Everyone
				began := time.Now()
				if _, err := s.Search(b.Context(), q, now); err != nil {
					b.Error(err)
				}
				return time.Since(began)
			}
			for _, q := range questions {
				b.Run(q.name, func(b *testing.B) {
					took := make([]time.Duration, 0, b.N)
					m := kit.NewMeter(b)
					ask(q.q)
					m.Time(func() {
						for range b.N {
							took = append(took, ask(q.q))
						}
					})
					m.Report(b.N, 0)
					waits(b, took)
				})
			}
			b.Run("mix", func(b *testing.B) {
				var asked atomic.Int64
				all := make([][]time.Duration, 4)
				m := kit.NewMeter(b)
				m.Time(func() {
					ctx, stop := context.WithCancel(b.Context())
					var trickling, asking sync.WaitGroup
					trickling.Go(func() { trickle(ctx, b, s, now) })
					for c := range all {
						asking.Go(func() {
							for {
								i := int(asked.Add(1)) - 1
								if i >= b.N {
									return
								}
								all[c] = append(all[c], ask(questions[i%len(questions)].q))
							}
						})
					}
					asking.Wait()
					stop()
					trickling.Wait()
				})
				m.Report(b.N, 0)
				var took []time.Duration
				for _, t := range all {
					took = append(took, t...)
				}
				waits(b, took)
			})
		})
	}
}

// waits reports how long answers took.
func waits(b *testing.B, took []time.Duration) {
	b.ReportMetric(float64(kit.Percentile(took, 50).Microseconds()), "p50-us")
	b.ReportMetric(float64(kit.Percentile(took, 99).Microseconds()), "p99-us")
}

var trickled atomic.Uint64

// trickle puts 200 listings a second into the market until ctx ends.
func trickle(ctx context.Context, tb testing.TB, s *store.Store, now time.Time) {
	g := storetest.NewGenerator(100 + trickled.Add(1))
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		l := g.Listing(now)
		l.ID = "0192" + l.ID[4:]
		l.IRI += "-again"
		if err := (store.Market{Store: s}).Write(context.WithoutCancel(ctx), func(tx market.Tx) error { return tx.PutListing(l) }); err != nil {
			tb.Error(err)
			return
		}
	}
}
