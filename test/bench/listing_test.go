package bench_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/market"
	"toadlane/store"
	"toadlane/store/storetest"
	"toadlane/test/bench/kit"
)

// large tells whether the cases of a million listings are wanted: they take minutes to fill.
var large = os.Getenv("TOADLANE_BENCH_LARGE") != ""

// BenchmarkInboundListing posts listings as a Toad Lane node sends them and counts until they are applied: verified, stored,
// answered, claimed, read, kept with their search index. The ratio is to the limits of accepting and of keeping together.
func BenchmarkInboundListing(b *testing.B) {
	b.Run("empty", func(b *testing.B) { benchInboundListing(b, 0) })
	if large {
		b.Run("1M", func(b *testing.B) { benchInboundListing(b, 1_000_000) })
	}
}

func benchInboundListing(b *testing.B, already int) {
	floor := limit(b, kit.RSAVerify, kit.SHA256, kit.CommitFull64, kit.HTTPFloor, kit.JSONEnvelope, kit.IndexFull64)
	h := open(b, setting{work: true, listings: already})
	var peers []*kit.Peer
	var writers []vocab.Writer
	must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
		for i := range peerHosts {
			at := federation.Addresses{Base: coop.IRI(fmt.Sprintf("https://h%d.example", i))}
			p, err := kit.NewPeer(at.Coop(), kit.RSA, i)
			if err != nil {
				return err
			}
			peers = append(peers, p)
			writers = append(writers, vocab.Writer{At: at, Words: vocab.DefaultWords, Zone: time.UTC, Languages: []string{"en"}, Version: "1"})
			if err := tx.PutActor(p.Known(h.now())); err != nil {
				return err
			}
			if err := tx.PutPeer(queue.Peer{Actor: p.Actor, State: queue.Accepted, Created: h.now(), Pulled: h.now().Add(1000 * time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	}))
	g := storetest.NewGenerator(2)
	m := kit.NewMeter(b)
	for done := 0; done < b.N; {
		n := min(chunk, b.N-done)
		h.move(pause)
		now := h.now().UTC()
		listings := make([]market.Listing, n)
		for i := range listings {
			l := g.Listing(now)
			at := writers[i%peerHosts].At.(federation.Addresses)
			l.ID = coop.ID(fmt.Sprintf("01910000-%04x-7000-8000-%012x", (done+i)>>16, done+i))
			l.Home, l.IRI, l.Photos = "", at.Listing(l.ID), nil
			listings[i] = l
		}
		posts, err := kit.Prepare(n, func(i int) ([]byte, error) {
			p := peers[i%peerHosts]
			body, err := writers[i%peerHosts].CreateListing(p.Actor+"/a/"+coop.IRI(listings[i].ID), now, listings[i])
			if err != nil {
				return nil, err
			}
			return p.Post(h.inbox(), body, now)
		})
		must(b, err)
		s := h.swarm(connections)
		before, err := h.Store.Stats(b.Context())
		must(b, err)
		m.Time(func() {
			expect(b, s.Send(posts, false), http.StatusAccepted, n)
			until(b, time.Minute, 100*time.Millisecond, func() bool {
				st, err := h.Store.Stats(b.Context())
				must(b, err)
				return st.Listings == before.Listings+n
			})
		})
		s.Close()
		done += n
	}
	m.Report(b.N, floor)
}

// until looks every so often until ok, and fails the benchmark when it takes too long.
func until(tb testing.TB, most, every time.Duration, ok func() bool) {
	tb.Helper()
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	look := time.NewTicker(every)
	defer look.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			tb.Fatalf("not done after %v", most)
		case <-look.C:
		}
	}
}

// BenchmarkIngest puts listings with their search index straight into the store, from 1 and from 64 writers at once.
func BenchmarkIngest(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			floor := limit(b, kit.IndexFull64)
			s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), Serve: true})
			must(b, err)
			defer s.Close() //nolint:errcheck
			g := storetest.NewGenerator(1)
			now := time.Now().UTC()
			next := make(chan market.Listing, b.N)
			for range b.N {
				next <- g.Listing(now)
			}
			close(next)
			m := kit.NewMeter(b)
			errs := make(chan error, writers)
			m.Time(func() {
				for range writers {
					go func() {
						for l := range next {
							if err := (store.Market{Store: s}).Write(b.Context(), func(tx market.Tx) error { return tx.PutListing(l) }); err != nil {
								errs <- err
								return
							}
						}
						errs <- nil
					}()
				}
				for range writers {
					must(b, <-errs)
				}
			})
			m.Report(b.N, floor)
		})
	}
}
