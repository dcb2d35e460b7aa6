package testrig

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/node"
	"toadlane/internal/password"
	"toadlane/market"
)

// Password is what the steward of every co-op of a rig signs in with.
const Password = "seven toads in a well"

// patience is how long a rig waits for something that happens by itself.
const patience = 20 * time.Second

// Rig is several co-ops.
type Rig struct {
	Clock *Clock
	t     testing.TB
	coops map[string]*Coop
}

// Coop is one of them, set up and serving until the test ends or Stop.
type Coop struct {
	*node.Node
	Name    string
	Email   string     // of its steward, who signs in with Password
	Steward coop.Actor // who that is
	Address string     // 127.0.0.1:port

	rig  *Rig
	dir  string
	stop func()
}

var hash = sync.OnceValues(func() (string, error) { return password.Hash(context.Background(), Password) })

// New starts co-ops under these names; each answers as http://NAME.localhost:PORT and is followed as @NAME@NAME.localhost:PORT.
func New(t testing.TB, names ...string) *Rig {
	t.Helper()
	r := &Rig{Clock: &Clock{}, t: t, coops: map[string]*Coop{}}
	var all sync.WaitGroup
	made := make([]*Coop, len(names))
	errs := make([]error, len(names))
	root := t.TempDir()
	for i, name := range names {
		all.Go(func() {
			made[i], errs[i] = r.start(name, filepath.Join(root, name))
		})
	}
	all.Wait()
	for i, c := range made {
		if c != nil {
			r.coops[names[i]] = c
			t.Cleanup(c.Stop)
		}
	}
	for i, err := range errs {
		if err != nil {
			t.Fatalf("rig: %s: %v", names[i], err)
		}
	}
	return r
}

// Coop gives one by its name.
func (r *Rig) Coop(name string) *Coop {
	r.t.Helper()
	c := r.coops[name]
	if c == nil {
		r.t.Fatalf("rig: no co-op %s", name)
	}
	return c
}

func (r *Rig) start(name, dir string) (*Coop, error) {
	l, err := node.Listen("127.0.0.1:0", nil)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	c := &Coop{Name: name, Email: "steward@" + name + ".localhost", Address: l.Addr().String(), rig: r, dir: dir}
	o := node.Options{Dir: dir, Base: coop.IRI("http://" + name + ".localhost:" + port), Serve: true, Now: r.Clock.Now, Log: Quiet(),
		Trusted: []string{"127.0.0.1/32"}}
	if c.Node, err = node.Open(r.t.Context(), o); err != nil {
		_ = l.Close()
		return nil, err
	}
	if err := c.found(); err != nil {
		_ = l.Close()
		_ = c.Node.Close()
		return nil, err
	}
	c.serve(l)
	return c, nil
}

func (c *Coop) found() error {
	h, err := hash()
	if err != nil {
		return err
	}
	ctx := c.rig.t.Context()
	_, p, err := c.Node.Coop.Setup(ctx, coop.Coop{Handle: c.Name, Name: "The " + c.Name, Purpose: coop.Text{"en": "For tests."}, OrgType: "OS60",
		Languages: []string{"en", "es"}, Currency: "EUR", Licence: "CC-BY-SA-4.0", TimeZone: "UTC"},
		coop.Founder{Person: coop.Person{Handle: "steward", DisplayName: "Steward of " + c.Name}, Email: c.Email, PasswordHash: h})
	if err != nil {
		return err
	}
	c.Steward = coop.Member(p.ID, coop.RoleSteward)
	return c.Federation.EnsureKeys(ctx)
}

func (c *Coop) serve(l net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	n := c.Node
	go func() { done <- n.Serve(ctx, l) }()
	c.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			c.rig.t.Errorf("rig: %s: serve: %v", c.Name, err)
		}
		if err := n.Close(); err != nil {
			c.rig.t.Errorf("rig: %s: close: %v", c.Name, err)
		}
	})
}

// Stop ends the server and its workers and closes the database. Stopping twice is stopping once.
func (c *Coop) Stop() { c.stop() }

// Start serves the same data at the same address again, after Stop.
func (c *Coop) Start() {
	t := c.rig.t
	t.Helper()
	l, err := node.Listen(c.Address, nil)
	if err != nil {
		t.Fatalf("rig: %s: %v", c.Name, err)
	}
	n, err := node.Open(t.Context(), node.Options{Dir: c.dir, Serve: true, Now: c.rig.Clock.Now, Log: Quiet()})
	if err != nil {
		_ = l.Close()
		t.Fatalf("rig: %s: %v", c.Name, err)
	}
	c.Node = n
	c.serve(l)
	t.Cleanup(c.stop)
}

// Handle is how the co-op is followed.
func (c *Coop) Handle() string { return "@" + c.Name + "@" + c.Base.Host() }

// Post publishes an offer, a gift that everyone may see, changed by the given functions.
func (c *Coop) Post(title string, change ...func(*market.Listing)) market.Listing {
	c.rig.t.Helper()
	l := market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": title}, Modes: []market.Mode{market.Gift},
		Visibility: coop.Everyone}
	for _, f := range change {
		f(&l)
	}
	l, err := c.Market.PostListing(c.rig.t.Context(), c.Steward, l)
	if err != nil {
		c.rig.t.Fatalf("rig: %s posts %q: %v", c.Name, title, err)
	}
	return l
}

// Follow asks to follow other and waits until it was accepted and other's listings were read.
func (c *Coop) Follow(other *Coop) {
	t := c.rig.t
	t.Helper()
	p, err := c.Federation.Follow(t.Context(), c.Steward, other.Handle())
	if err != nil {
		t.Fatalf("rig: %s follows %s: %v", c.Name, other.Name, err)
	}
	c.rig.Wait(fmt.Sprintf("%s follows %s", c.Name, other.Name), func() bool {
		peers, err := c.Queue.Peers(t.Context())
		if err != nil {
			t.Fatalf("rig: %s: %v", c.Name, err)
		}
		for _, q := range peers {
			if q.Actor == p.Actor && q.State == queue.Accepted && !q.Backfill {
				return true
			}
		}
		return false
	})
}

// Search gives what a visitor finds on the market.
func (c *Coop) Search(q market.Query) []market.Listing {
	c.rig.t.Helper()
	page, err := c.Market.Search(c.rig.t.Context(), coop.Anonymous(), q)
	if err != nil {
		c.rig.t.Fatalf("rig: %s: search: %v", c.Name, err)
	}
	return page.Listings
}

// Shows tells whether a visitor finds the listing of that address on the market.
func (c *Coop) Shows(iri coop.IRI) bool {
	c.rig.t.Helper()
	for _, l := range c.Search(market.Query{Limit: market.MaxPage}) {
		if l.IRI == iri {
			return true
		}
	}
	return false
}

// Wait looks until ok, and fails the test when it does not come. what says what is waited for.
func (r *Rig) Wait(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			r.t.Fatalf("rig: waited %v in vain: %s", patience, what)
		case <-look.C:
		}
	}
}

// Quiet is a log that keeps nothing.
func Quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
