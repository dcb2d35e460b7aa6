package bench_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
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

// BenchmarkRegionPostgres asks the same of PostgreSQL, whose address TOADLANE_TEST_POSTGRES has (test/tools/postgres.sh). The server's processor time is not
// in the figures: rate and ratio are of wall-clock time.
func BenchmarkRegionPostgres(b *testing.B) {
	address := os.Getenv("TOADLANE_TEST_POSTGRES")
	if address == "" {
		return // TOADLANE_TEST_POSTGRES is not set
	}
	for _, size := range regionSizes() {
		b.Run(size.name, func(b *testing.B) {
			db, err := sql.Open("pgx", address)
			must(b, err)
			name := "bench_" + strings.ToLower(size.name)
			_, err = db.ExecContext(b.Context(), `CREATE DATABASE `+name)
			must(b, errors.Join(err, db.Close()))
			u, err := url.Parse(address)
			must(b, err)
			u.Path = "/" + name
			s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), DB: u.String(), Serve: true})
			must(b, err)
			defer s.Close() //nolint:errcheck
			g := storetest.NewGenerator(1)
			g.Homes = homes(size.n)
			pour(b, s, g, size.n)
			c := gather(b, s, homes(size.n), "https://us.example/actor", time.Now())
			if db, err = sql.Open("pgx", u.String()); err == nil { // as its own cleaner does after a while
				_, err = db.ExecContext(b.Context(), `ANALYZE`)
			}
			must(b, errors.Join(err, db.Close()))
			benchRegionStore(b, s, c)
		})
	}
}

// BenchmarkRegionMemory tells the resident memory of the released program on an aggregator's data: idle, and after the pages of its region were read 300 times
// and its market searched.
func BenchmarkRegionMemory(b *testing.B) {
	for _, size := range regionSizes() {
		b.Run(size.name, func(b *testing.B) {
			dir, address, base, _ := prepared(b, size.n, 0, 0)
			n := settle(b, dir, base, time.Now)
			gather(b, n.Store, homes(size.n), federation.Addresses{Base: base}.Coop(), time.Now())
			must(b, n.Close())
			r, _ := start(b, dir, address)
			defer r.end(b)
			<-time.After(4 * time.Second)
			b.ReportMetric(r.memory(b, "VmRSS"), "MB-idle")
			b.ReportMetric(r.memory(b, "RssAnon"), "MB-idle-own")
			g := storetest.NewGenerator(1)
			var all [][]byte
			for i := range 300 {
				path := []string{"/regions/valley?", "/regions/valley/market?", "/regions/valley/market?q=" + url.QueryEscape(g.Word(i)) + "&", "/regions/street/market?", "/market?", "/regions?"}[i%6]
				all = append(all, kit.Get("bench.localhost:"+address[strings.LastIndexByte(address, ':')+1:], path+"built="+fmt.Sprint(i), browser, "Accept-Encoding: gzip"))
			}
			s, err := kit.NewSwarm(address, getters)
			must(b, err)
			expect(b, s.Send(all, false), http.StatusOK, len(all))
			s.Close()
			b.ReportMetric(r.memory(b, "VmRSS"), "MB-after")
			b.ReportMetric(r.memory(b, "RssAnon"), "MB-after-own")
			b.ReportMetric(0, "ns/op")
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
	now, m := time.Now().UTC(), asking{server: s.Postgres()}
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
				q.Region = string(where.r.ID)
				m.asks(b, func() { ask(b, x.q) }, func() { ask(b, q) })
			})
		}
	}
	queues := store.Queue{Store: s}
	one := c.peers[len(c.peers)/2].Actor
	b.Run("counts", func(b *testing.B) {
		m.asks(b, nil, func() {
			list, err := s.CountsIn(b.Context(), string(c.all.ID), now)
			must(b, err)
			if len(list) == 0 {
				b.Fatal("counted nothing")
			}
		})
	})
	b.Run("fellow", func(b *testing.B) { // is somebody of our regions, to: do we follow them
		m.asks(b, func() {
			_, err := queues.Neighbour(b.Context(), one)
			must(b, err)
		}, func() {
			is, err := store.Region{Store: s}.At(b.Context()).Fellow(one)
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
		{"peer_names", func(ctx context.Context) error {
			_, err := queues.PeerNames(ctx)
			return err
		}},
		{"unsettled", func(ctx context.Context) error {
			_, err := queues.Unsettled(ctx, "https://us.example/actor", "", 200)
			return err
		}},
	} {
		b.Run(x.name, func(b *testing.B) { m.asks(b, nil, func() { must(b, x.do(b.Context())) }) })
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

// cost is what something takes: processor time of this process, and wall-clock time, which is what is left where a database server does the work.
type cost struct{ cpu, wall time.Duration }

// of is one cost to another, each as b tells what counts.
func (c cost) of(own cost) float64 {
	if c.cpu == 0 {
		return float64(c.wall) / float64(max(own.wall, 1))
	}
	return float64(c.cpu) / float64(max(own.cpu, 1))
}

// often does something n times, or less often when once takes long.
func often(n int, do func()) (c cost, took []time.Duration) {
	began := time.Now()
	do()
	if once := time.Since(began); once > 20*time.Millisecond {
		n = max(1, min(n, int(2*time.Second/once)))
	}
	cpu := kit.CPU()
	for range n {
		began := time.Now()
		do()
		took = append(took, time.Since(began))
		c.wall += took[len(took)-1]
	}
	return cost{(kit.CPU() - cpu) / time.Duration(n), c.wall / time.Duration(n)}, took
}

// asking measures questions to a store.
type asking struct{ server bool } // a database server does most of the work: wall-clock time counts

// asks reports what a question costs, and the ratio to it of the one without.
func (a asking) asks(b *testing.B, without, do func()) {
	b.Helper()
	b.StopTimer()
	n := min(b.N, 300)
	var other cost
	if without != nil {
		other, _ = often(n, without)
	}
	own, took := often(n, do)
	if a.server {
		other.cpu = 0
		b.ReportMetric(float64(time.Second)/float64(max(own.wall, 1)), "ops/s")
	} else {
		b.ReportMetric(float64(own.cpu)/float64(time.Microsecond), "cpu-us/op")
	}
	if without != nil {
		b.ReportMetric(other.of(own), "ratio")
	}
	b.ReportMetric(0, "ns/op")
	waits(b, took)
}
