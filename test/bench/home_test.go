package bench_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/internal/node"
	"toadlane/test/bench/kit"
)

// authority signs the certificates of all peers. The process trusts it before anything is asked for.
var authority *kit.Authority

func TestMain(m *testing.M) {
	var err error
	if authority, err = kit.NewAuthority(); err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "toadlane-bench")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(dir, "authority.pem")
	if err := os.WriteFile(file, authority.PEM, 0o600); err != nil {
		panic(err)
	}
	if err := os.Setenv("SSL_CERT_FILE", file); err != nil { // crypto/x509 reads it once, when the first certificate is checked
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func limit(tb testing.TB, all ...*kit.Limit) time.Duration {
	tb.Helper()
	d, err := kit.Sum(all...)
	must(tb, err)
	return d
}

// home is one whole node with a real database file and a real HTTP server, and a clock that can be moved: what a peer may send in
// a while is bounded, and a benchmark sends more.
type home struct {
	*node.Node
	tb      testing.TB
	dir     string
	address string // 127.0.0.1:port
	host    string // bench.localhost:port
	steward coop.Actor
	moved   atomic.Int64
	stop    func()
}

func (h *home) now() time.Time       { return time.Now().Add(time.Duration(h.moved.Load())) }
func (h *home) move(d time.Duration) { h.moved.Add(int64(d)) }

// setting is how a home is opened.
type setting struct {
	dir     string // "" is a new one
	members int
	// listings are on its market already; only of a new one
	listings int
	work     bool // run the workers too; without them what comes in is kept and not applied
}

// open makes a home, or opens what is in s.dir, and serves it until the benchmark ends.
func open(tb testing.TB, s setting) *home {
	tb.Helper()
	l, err := node.Listen("127.0.0.1:0", nil)
	must(tb, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(tb, err)
	h := &home{tb: tb, dir: s.dir, address: l.Addr().String(), host: "bench.localhost:" + port}
	if h.dir == "" {
		h.dir = filepath.Join(tb.TempDir(), "node")
	}
	fill(tb, h.dir, s.listings)
	h.Node = settle(tb, h.dir, coop.IRI("http://"+h.host), h.now)
	people, err := h.CoopStore.People(tb.Context())
	must(tb, err)
	h.steward = coop.Member(people[0].ID, coop.RoleSteward)
	must(tb, h.CoopStore.Write(tb.Context(), func(tx coop.Tx) error {
		for i := range s.members {
			if err := tx.PutPerson(coop.Person{ID: node.NewID(), Handle: fmt.Sprintf("member%d", i), DisplayName: fmt.Sprintf("Member %d", i),
				Consent: map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone}, Created: h.now().UTC()}); err != nil {
				return err
			}
		}
		return nil
	}))
	h.serve(l, s.work)
	return h
}

// settle opens the node of a folder, and sets it up when it is new.
func settle(tb testing.TB, dir string, base coop.IRI, now func() time.Time) *node.Node {
	tb.Helper()
	n, err := node.Open(tb.Context(), node.Options{Dir: dir, Base: base, Serve: true, Now: now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	must(tb, err)
	if _, err := n.CoopStore.Coop(tb.Context()); err == nil {
		return n
	}
	_, _, err = n.Coop.Setup(tb.Context(), coop.Coop{Handle: "bench", Name: "The Bench", Purpose: coop.Text{"en": "For measuring."}, OrgType: "OS60",
		Languages: []string{"en", "es"}, Currency: "EUR", Licence: "CC-BY-SA-4.0", TimeZone: "UTC"},
		coop.Founder{Person: coop.Person{Handle: "steward", DisplayName: "Steward"}, Email: "steward@bench.localhost", PasswordHash: noPassword})
	must(tb, err)
	must(tb, n.Federation.EnsureKeys(tb.Context()))
	return n
}

// noPassword fits no password: nobody signs in here.
const noPassword = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func (h *home) serve(l net.Listener, work bool) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	if work {
		go func() { defer close(done); _ = h.Serve(ctx, l) }()
	} else {
		srv := node.Server(h.Handler(), h.Log)
		go func() { defer close(done); _ = srv.Serve(l) }()
		context.AfterFunc(ctx, func() { _ = srv.Close() })
	}
	h.stop = sync.OnceFunc(func() {
		cancel()
		<-done
		if err := h.Close(); err != nil {
			h.tb.Error(err)
		}
	})
	h.tb.Cleanup(h.stop)
}

// peers makes n actors on so many hosts, known and followed by the co-op: what they say is kept.
func (h *home) peers(n, hosts int, kind kit.Kind) []*kit.Peer {
	h.tb.Helper()
	list, err := befriend(h.tb.Context(), h.Node, n, hosts, kind, h.now())
	must(h.tb, err)
	return list
}

func befriend(ctx context.Context, n *node.Node, many, hosts int, kind kit.Kind, now time.Time) ([]*kit.Peer, error) {
	now = now.UTC()
	list := make([]*kit.Peer, many)
	for i := range list {
		var err error
		if list[i], err = kit.NewPeer(coop.IRI(fmt.Sprintf("https://h%d.example/users/u%d", i%hosts, i)), kind, i); err != nil {
			return nil, err
		}
	}
	return list, n.Queue.Write(ctx, func(tx queue.Tx) error {
		for _, p := range list {
			if err := tx.PutActor(p.Known(now)); err != nil {
				return err
			}
			if err := tx.PutPeer(queue.Peer{Actor: p.Actor, Follow: n.Base + "/a/" + coop.IRI(node.NewID()), State: queue.Accepted, Created: now, Pulled: now.Add(1000 * time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// swarm opens connections to the home.
func (h *home) swarm(n int) *kit.Swarm {
	h.tb.Helper()
	s, err := kit.NewSwarm(h.address, n)
	must(h.tb, err)
	return s
}

func (h *home) inbox() coop.IRI { return federation.Addresses{Base: h.Base}.SharedInbox() }

// repeat gives n times the same request.
func repeat(request []byte, n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = request
	}
	return all
}

// expect fails the benchmark when an answer had another status.
func expect(tb testing.TB, a kit.Answers, status, n int) {
	tb.Helper()
	if a.Status[status] != n || len(a.Errs) > 0 {
		tb.Fatalf("wanted %d times %d, got %v, errors %v", n, status, a.Status, a.Errs)
	}
}
