package node

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

// watch counts what changes, so that kept pages are dropped, and wakes the workers after every write that a person made:
// a use case writes and does not know who waits for it.
type watch struct {
	generation atomic.Uint64
	wake       atomic.Pointer[func()]
}

// touch notes a change without waking anybody.
func (w *watch) touch() { w.generation.Add(1) }

func (w *watch) written() {
	w.touch()
	if wake := w.wake.Load(); wake != nil {
		(*wake)()
	}
}

type watchedCoop struct {
	coop.Store
	watch *watch
}

func (s watchedCoop) Write(ctx context.Context, fn func(coop.Tx) error) error {
	err := s.Store.Write(ctx, fn)
	if err == nil {
		s.watch.written()
	}
	return err
}

type watchedMarket struct {
	market.Store
	watch *watch
}

func (s watchedMarket) Write(ctx context.Context, fn func(market.Tx) error) error {
	err := s.Store.Write(ctx, fn)
	if err == nil {
		s.watch.written()
	}
	return err
}

type watchedHandbook struct {
	handbook.Store
	watch *watch
}

func (s watchedHandbook) Write(ctx context.Context, fn func(handbook.Tx) error) error {
	err := s.Store.Write(ctx, fn)
	if err == nil {
		s.watch.written()
	}
	return err
}

// zoneFresh is how long a change of time zone by another process may go unseen.
const zoneFresh = 10 * time.Second

// zone keeps the co-op's time zone, which every listing asks for.
type zone struct {
	store coop.Store
	watch *watch

	mu         sync.Mutex
	at         *time.Location
	generation uint64
	read       time.Time
}

func (z *zone) get() *time.Location {
	z.mu.Lock()
	defer z.mu.Unlock()
	g := z.watch.generation.Load()
	if z.at != nil && time.Since(z.read) < zoneFresh && g == z.generation {
		return z.at
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := z.store.Coop(ctx)
	switch {
	case err == nil:
		z.at, z.generation, z.read = c.Zone(), g, time.Now()
	case z.at == nil:
		return time.UTC // not set up, or away: nothing is posted then
	}
	return z.at
}

type watchedRegion struct {
	region.Store
	watch *watch
}

func (s watchedRegion) Write(ctx context.Context, fn func(region.Tx) error) error {
	err := s.Store.Write(ctx, fn)
	if err == nil {
		s.watch.written()
	}
	return err
}
