package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
	"toadlane/store/storetest"
	"toadlane/test/bench/kit"
)

// size is how much there is on the market of an aggregator.
type size struct {
	name string
	n    int
}

func regionSizes() []size {
	out := []size{{"10k", 10_000}}
	if large {
		out = append(out, size{"1M", 1_000_000})
	}
	return out
}

// BenchmarkRegion asks an aggregator: a node that follows 200 co-ops (2,000 at a million listings) which all take part in one region, with fewCoops of
// them in a second and as many that have little and old things in a third. ratio is the same question without the region, asked in the same run, to
// this one.
func BenchmarkRegion(b *testing.B) {
	for _, size := range regionSizes() {
		b.Run(size.name, func(b *testing.B) {
			h := open(b, setting{listings: size.n})
			c := gather(b, h.Store, homes(size.n), federation.Addresses{Base: h.Base}.Coop(), h.now())
			benchRegionStore(b, h.Store, c)
			benchRegionWords(b, h, c)
			benchRegionPages(b, h, c)
		})
	}
}

// question is one that is asked of a region and, for comparison, of the whole market.
type question struct {
	name string
	q    market.Query
}

func questions() []question {
	g := storetest.NewGenerator(1)
	return []question{
		{"newest", market.Query{}},
		{"category", market.Query{Kind: market.Food, Category: "AM60"}},
		{"text_rare", market.Query{Text: g.Word(20_000)}},
		{"text_common", market.Query{Text: g.Word(2)}},
	}
}

// benchRegionStore asks the store what pages and workers ask of it.
func benchRegionStore(b *testing.B, s *store.Store, c *circle) {
	now := time.Now().UTC()
	ask := func(b *testing.B, q market.Query) {
		q.Reach = coop.Everyone
		_, err := s.Search(b.Context(), q, now)
		must(b, err)
	}
	for _, where := range []struct {
		name string
		r    *region.Region
	}{{"all", &c.all}, {"few", &c.few}, {"quiet", &c.quiet}} {
		for _, x := range questions() {
			b.Run(where.name+"/"+x.name, func(b *testing.B) {
				q := x.q
				without := compared(b, func() { ask(b, q) })
				q.Region = string(where.r.ID)
				measured(b, without, func() { ask(b, q) })
			})
		}
	}
	read := func(b *testing.B) region.Reader { return store.Region{Store: s}.At(b.Context()) }
	queues := store.Queue{Store: s}
	one := c.peers[len(c.peers)/2].Actor
	b.Run("counts", func(b *testing.B) {
		measuredFew(b, 0, func() {
			list, err := s.CountsIn(b.Context(), string(c.all.ID), now)
			must(b, err)
			if len(list) == 0 {
				b.Fatal("counted nothing")
			}
		})
	})
	b.Run("fellow", func(b *testing.B) { // is somebody of our regions, to: do we follow them
		without := compared(b, func() {
			_, err := queues.Neighbour(b.Context(), one)
			must(b, err)
		})
		measured(b, without, func() {
			is, err := read(b).(interface {
				Fellow(coop.IRI) (bool, error)
			}).Fellow(one)
			if must(b, err); !is {
				b.Fatal("no fellow")
			}
		})
	})
	for _, x := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"parts_to_check", func(ctx context.Context) error {
			_, err := store.Region{Store: s}.At(ctx).PartsToCheck(c.all.ID, now, 50)
			return err
		}},
		{"regions_to_pull", func(ctx context.Context) error {
			_, err := store.Region{Store: s}.At(ctx).RegionsToPull(now, 8)
			return err
		}},
		{"peers_to_pull", func(ctx context.Context) error {
			_, err := queues.PeersToPull(ctx, now, now, 16)
			return err
		}},
		{"following", func(ctx context.Context) error {
			_, err := queues.Following(ctx)
			return err
		}},
		{"peers", func(ctx context.Context) error {
			_, err := queues.Peers(ctx)
			return err
		}},
	} {
		b.Run(x.name, func(b *testing.B) { measuredFew(b, 0, func() { must(b, x.do(b.Context())) }) })
	}
}

// benchRegionWords takes words of co-ops and of the host, signed, with nothing around it. The ratio is to checking both signatures and keeping something.
func benchRegionWords(b *testing.B, h *home, c *circle) {
	b.Run("words_taken", func(b *testing.B) {
		type pair struct {
			e region.Entry
			a region.Admission
		}
		now := h.now()
		all := make([]pair, b.N)
		_, err := kit.Prepare(b.N, func(i int) (_ []byte, err error) {
			all[i].e, all[i].a, err = c.words(&c.all, c.peers[i%len(c.peers)], uint64(2+i/len(c.peers)), now)
			return nil, err
		})
		must(b, err)
		floor := limit(b, kit.CommitFull64)
		check := h.Region.Papers.Check
		m := kit.NewMeter(b)
		m.Time(func() {
			for i := range min(len(all), 500) {
				must(b, check(all[i].e.Key, all[i].e.Bytes))
				must(b, check(c.all.Charter.HostKey, all[i].a.Bytes))
			}
		})
		floor += m.Each(min(len(all), 500))
		m = kit.NewMeter(b)
		m.Time(func() {
			for _, p := range all {
				must(b, h.Region.Store.Write(b.Context(), func(tx region.Tx) error {
					if _, err := h.Region.ReceiveEntry(tx, p.e); err != nil {
						return err
					}
					_, err := h.Region.ReceiveAdmission(tx, p.a)
					return err
				}))
			}
		})
		m.Report(b.N, floor)
	})
}

// benchRegionPages asks for the pages and the papers of a region over HTTP, each built anew. The ratio is to the same of the whole market, or to HTTPFloor.
func benchRegionPages(b *testing.B, h *home, c *circle) {
	built := func(path string, n int) [][]byte {
		all := make([][]byte, n)
		for i := range all {
			all[i] = kit.Get(h.host, fmt.Sprintf("%s?built=%d", path, i), browser, "Accept-Encoding: gzip")
		}
		return all
	}
	for _, x := range []struct{ name, path, without string }{
		{"page_market", "/regions/valley/market", "/market"}, {"page_about", "/regions/valley", "/"}, {"page_few", "/regions/street/market", "/market"},
	} {
		b.Run(x.name, func(b *testing.B) {
			n := min(b.N, 200)
			without := getting(b, h, built(x.without, n), http.StatusOK)
			m := kit.NewMeter(b)
			all := built(x.path, n)
			s := h.swarm(getters)
			defer s.Close()
			s.Send(all[:1], false)
			m.Time(func() { expect(b, s.Send(all, false), http.StatusOK, n) })
			m.Report(n, without)
		})
	}
	papers := func(b *testing.B, all [][]byte) {
		floor := limit(b, kit.HTTPFloor)
		s := h.swarm(1)
		defer s.Close()
		m := kit.NewMeter(b)
		m.Time(func() { expect(b, s.Send(all, false), http.StatusOK, len(all)) })
		m.Report(len(all), floor)
	}
	b.Run("papers_words", func(b *testing.B) { // page after page, as a node reads them that joins
		var all [][]byte
		for cursor := ""; ; {
			list, next, err := h.Region.Store.At(b.Context()).Parts(c.all.ID, region.In, 20, cursor)
			must(b, err)
			path := "/r/" + string(c.all.ID) + "/words?page=1"
			if cursor != "" {
				path = "/r/" + string(c.all.ID) + "/words?cursor=" + cursor + "+-"
			}
			all = append(all, kit.Get(h.host, path, "Accept: application/activity+json"))
			if cursor = next; cursor == "" || len(list) == 0 {
				break
			}
		}
		papers(b, slices.Clip(all))
	})
	b.Run("papers_charters", func(b *testing.B) { // kept for a second, as every document
		papers(b, repeat(kit.Get(h.host, "/r/"+string(c.all.ID)+"/charters", "Accept: application/activity+json"), b.N))
	})
}

// getting is what an answer costs.
func getting(b *testing.B, h *home, all [][]byte, status int) time.Duration {
	s := h.swarm(getters)
	defer s.Close()
	s.Send(all[:1], false)
	began := kit.CPU()
	expect(b, s.Send(all, false), status, len(all))
	return (kit.CPU() - began) / time.Duration(len(all))
}

// compared is what something costs, done often enough to know.
func compared(b *testing.B, do func()) time.Duration {
	b.Helper()
	b.StopTimer()
	do()
	n := max(1, min(b.N, 200))
	began := kit.CPU()
	for range n {
		do()
	}
	return (kit.CPU() - began) / time.Duration(n)
}

// slow is what a benchmark of many rounds need not do so often.
const slow = 20 * time.Millisecond

// measured does something b.N times, or less often when it takes long, and reports what it costs, to without.
func measured(b *testing.B, without time.Duration, do func()) { measure(b, b.N, without, do) }

// measuredFew is for what is known after fewer rounds.
func measuredFew(b *testing.B, without time.Duration, do func()) {
	measure(b, min(b.N, 100), without, do)
}

func measure(b *testing.B, n int, without time.Duration, do func()) {
	b.Helper()
	b.StopTimer()
	began := time.Now()
	do()
	if took := time.Since(began); took > slow {
		n = max(1, min(n, int(2*time.Second/took)))
	}
	took := make([]time.Duration, 0, n)
	m := kit.NewMeter(b)
	m.Time(func() {
		for range n {
			began := time.Now()
			do()
			took = append(took, time.Since(began))
		}
	})
	m.Report(n, without)
	waits(b, took)
}
