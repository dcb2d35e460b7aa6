package bench_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/internal/node"
	"toadlane/market"
	"toadlane/test/bench/kit"
)

// patience is how long a fan-out may take: a delivery that failed on a busy machine is tried again after a minute.
const patience = 2 * time.Minute

// servers are what a co-op with followers everywhere delivers to.
const servers = 200

// afar is those servers: each its own listener, name and TLS connections, answering 202 unless told otherwise.
type afar struct {
	hosts []string // h0.localhost:port
	conns atomic.Int64
	got   atomic.Int64 // posts that were answered 202
	// answer is asked for each post; nil answers 202.
	answer func(host int, w http.ResponseWriter, r *http.Request) bool
	lists  []net.Listener
	srvs   []*http.Server
	// shelved is how many of them have things that are read.
	shelved int
}

func newAfar(b *testing.B) *afar {
	b.Helper()
	a := &afar{hosts: make([]string, servers), lists: make([]net.Listener, servers), srvs: make([]*http.Server, servers)}
	for i := range a.hosts {
		a.listen(b, i, "127.0.0.1:0")
		_, port, err := net.SplitHostPort(a.lists[i].Addr().String())
		must(b, err)
		a.hosts[i] = fmt.Sprintf("h%d.localhost:%s", i, port)
	}
	b.Cleanup(a.close)
	return a
}

func (a *afar) close() {
	for _, s := range a.srvs {
		_ = s.Close()
	}
}

func (a *afar) listen(b *testing.B, i int, address string) {
	l, err := net.Listen("tcp", address)
	must(b, err)
	a.lists[i] = l
	a.srvs[i] = &http.Server{TLSConfig: authority.Server(), ReadHeaderTimeout: time.Minute, ErrorLog: nil,
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				a.conns.Add(1)
			}
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if a.answer != nil && !a.answer(i, w, r) {
				return
			}
			w.WriteHeader(http.StatusAccepted)
			a.got.Add(1)
		})}
	srv := a.srvs[i]
	go srv.ServeTLS(l, "", "") //nolint:errcheck // it ends with Close
}

// follow makes each server have so many followers of the co-op, each with an inbox of its own.
func (a *afar) follow(b *testing.B, h *home, each int, scheme string) {
	b.Helper()
	us := federation.Addresses{Base: h.Base}.Coop()
	for _, host := range a.hosts {
		must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
			for k := range each {
				who := coop.IRI(fmt.Sprintf("https://%s/users/u%d", host, k))
				if err := tx.PutFollower(queue.Follower{Local: us, Actor: who, Inbox: who + "/inbox", Follow: who + "/follow", Raw: []byte("{}"),
					State: queue.Accepted, Created: h.now().UTC()}); err != nil {
					return err
				}
			}
			return nil
		}))
		if scheme != "" {
			must(b, h.Queue.PutHost(b.Context(), queue.Host{Name: host, Scheme: scheme}))
		}
	}
}

// post publishes an offer.
func (h *home) post(b *testing.B, title string) {
	_, err := h.Market.PostListing(b.Context(), h.steward, market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": title},
		Body: coop.Text{"en": "For whoever comes first."}, Modes: []market.Mode{market.Gift}, Visibility: coop.Everyone})
	must(b, err)
}

// arrived waits until n posts were taken.
func (a *afar) arrived(b *testing.B, n int, most time.Duration) {
	until(b, most, time.Millisecond, func() bool { return a.got.Load() >= int64(n) })
}

// idle waits until nothing waits for any server.
func (h *home) idle(b *testing.B) {
	until(b, time.Minute, 5*time.Millisecond, func() bool {
		rows, _, err := h.Queue.Deliveries(b.Context(), "", "", "", 1)
		must(b, err)
		return len(rows) == 0
	})
}

// BenchmarkDeliver posts offers and counts until 200 servers have them: other listeners of this process, so that both ends are in
// the figures, as they are in TLSPostWarm. One of b.N is a fan-out; the operation of the figures is a delivery.
func BenchmarkDeliver(b *testing.B) {
	b.Run("rsa", func(b *testing.B) { benchDeliver(b, "", kit.RSASign, 25) })
	b.Run("ed25519", func(b *testing.B) { benchDeliver(b, "rfc9421-ed25519", kit.Ed25519Sign, 25) })
	b.Run("latency250", benchLatency)
	b.Run("hang10", benchHang)
	b.Run("down_up", benchDownUp)
}

func benchDeliver(b *testing.B, scheme string, sign *kit.Limit, each int) {
	h, a := open(b, setting{work: true}), newAfar(b)
	a.follow(b, h, each, scheme)
	h.post(b, "to warm the connections")
	a.arrived(b, servers*each, patience)
	h.idle(b)
	floor := limit(b, sign, kit.TLSPostWarm)
	m := kit.NewMeter(b)
	conns, n := a.conns.Load(), 0
	for range b.N {
		n += servers * each
		want := int(a.got.Load()) + servers*each
		m.Time(func() {
			h.post(b, "what is counted")
			a.arrived(b, want, patience)
			h.idle(b)
		})
	}
	m.Report(n, floor)
	b.ReportMetric(100*(1-float64(a.conns.Load()-conns)/float64(n)), "%reused")
}

// benchLatency: every server takes 250 ms to answer.
func benchLatency(b *testing.B) {
	h, a := open(b, setting{work: true}), newAfar(b)
	a.answer = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		wait(r, 250*time.Millisecond)
		return true
	}
	a.follow(b, h, 1, "")
	m := kit.NewMeter(b)
	for range b.N {
		want := int(a.got.Load()) + servers
		m.Time(func() {
			h.post(b, "far away")
			a.arrived(b, want, patience)
		})
		h.idle(b)
	}
	m.Report(b.N*servers, 0)
	b.ReportMetric(m.Wall().Seconds()/float64(b.N), "s/fanout")
}

func wait(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// rounds is how often the healthy and the ill world are tried in turn; the best of each counts, since a neighbour on the machine can
// only make it slower.
const rounds = 3

// benchHang: one server in ten never answers and one in ten answers 503. How long the healthy ones take is held against how long
// they take when all are well.
func benchHang(b *testing.B) {
	best := [2]time.Duration{time.Hour, time.Hour}
	for range rounds {
		for ill := range best {
			best[ill] = min(best[ill], hangOnce(b, ill == 1))
		}
	}
	b.ReportMetric(best[1].Seconds(), "s/fanout")
	b.ReportMetric(100*(best[1].Seconds()/best[0].Seconds()-1), "%lost")
	b.ReportMetric(0, "ns/op")
}

// hangOnce tells how long it takes until eight servers in ten have an offer.
func hangOnce(b *testing.B, ill bool) time.Duration {
	const each = 10
	h, a := open(b, setting{work: true}), newAfar(b)
	a.follow(b, h, each, "")
	h.post(b, "to warm the connections")
	a.arrived(b, servers*each, patience)
	h.idle(b)
	a.got.Store(0)
	well := make(chan struct{})
	a.answer = func(host int, w http.ResponseWriter, r *http.Request) bool {
		switch {
		case host%10 > 1:
			return true
		case ill && host%10 == 0:
			select { // for ever, as far as the sender can tell
			case <-well:
			case <-r.Context().Done():
			}
		case ill:
			w.WriteHeader(http.StatusServiceUnavailable)
		default: // answered, and not waited for
			w.WriteHeader(http.StatusAccepted)
		}
		return false
	}
	m := kit.NewMeter(b)
	m.Time(func() {
		h.post(b, "for the healthy")
		a.arrived(b, servers*8/10*each, patience)
	})
	close(well)
	h.stop()
	a.close()
	return m.Wall()
}

// benchDownUp: all servers answer 502, as proxies of servers that are down do, for 20 seconds; then all are well. tries/s is the most in
// any second while they are down, the first of each left out.
func benchDownUp(b *testing.B) {
	h, a := open(b, setting{work: true}), newAfar(b)
	a.follow(b, h, 1, "")
	var (
		down      atomic.Bool
		tries     atomic.Int64
		mu        sync.Mutex
		perSecond = map[int64]int{}
	)
	down.Store(true)
	a.answer = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		tries.Add(1)
		mu.Lock()
		perSecond[time.Now().Unix()]++
		mu.Unlock()
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return false
		}
		return true
	}
	h.post(b, "while nobody is there")
	until(b, time.Minute, 10*time.Millisecond, func() bool { return tries.Load() >= servers })
	first := time.Now().Unix()
	lasting := time.NewTimer(20 * time.Second)
	<-lasting.C
	down.Store(false)
	m := kit.NewMeter(b)
	m.Time(func() { a.arrived(b, servers, 3*time.Minute) })
	storm := 0
	mu.Lock()
	for at, n := range perSecond {
		if at > first+1 {
			storm = max(storm, n)
		}
	}
	mu.Unlock()
	b.ReportMetric(m.Wall().Seconds(), "s/fanout")
	b.ReportMetric(float64(storm), "tries/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFanoutEnqueue keeps an activity and one delivery for each follower's inbox, in one transaction.
func BenchmarkFanoutEnqueue(b *testing.B) {
	for _, n := range []int{100, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := open(b, setting{})
			us := federation.Addresses{Base: h.Base}
			must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
				for i := range n {
					who := coop.IRI(fmt.Sprintf("https://h%d.example/users/u%d", i%1000, i))
					if err := tx.PutFollower(queue.Follower{Local: us.Coop(), Actor: who, Inbox: who + "/inbox", Follow: who + "/follow", Raw: []byte("{}"),
						State: queue.Accepted, Created: h.now().UTC()}); err != nil {
						return err
					}
				}
				return nil
			}))
			m := kit.NewMeter(b)
			for range b.N {
				id := node.NewID()
				a := queue.Activity{ID: id, IRI: us.Activity(id), Type: "Create", Actor: us.Coop(), Object: us.Listing(id), Public: true,
					JSON: make([]byte, kit.NoteBytes), Created: h.now().UTC()}
				m.Time(func() {
					must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
						if err := tx.PutActivity(a); err != nil {
							return err
						}
						made, err := tx.FanOut(a, us.Coop(), queue.Fanout{Followers: us.Coop(), Object: a.Object})
						if err == nil && made != n {
							err = fmt.Errorf("%d deliveries of %d", made, n)
						}
						return err
					}))
				})
				must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
					for i := range 1000 {
						if err := tx.DropDeliveries(fmt.Sprintf("h%d.example", i), ""); err != nil {
							return err
						}
					}
					return nil
				}))
			}
			m.Report(b.N, 0)
			b.ReportMetric(m.Wall().Seconds()*1000/float64(b.N), "ms/fanout")
		})
	}
}
