package federation

import (
	"context"
	"fmt"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// pollEvery is how often the workers look for rows that another process queued: a command beside the server, or a second
// server on one PostgreSQL. Our own rows wake them at once.
const pollEvery = 500 * time.Millisecond

// Run works until ctx ends: it tells what happened, delivers, applies what came in, reads peers' collections, and keeps the
// market's clock. It returns when everything in flight has ended. alone says that no other process works on this database, so
// that what a killed one had leased is due again at once.
func (n *Node) Run(ctx context.Context, alone bool) error {
	if err := n.makeReady(ctx, alone); err != nil {
		if ctx.Err() != nil {
			return nil // asked to stop before it had begun: nothing is wrong
		}
		return err
	}
	var wg sync.WaitGroup
	start := func(work func()) {
		wg.Add(1)
		go func() { defer wg.Done(); work() }()
	}
	start(func() { n.loop(ctx, n.eventsWake, pollEvery, "tell", n.publish) })
	start(func() {
		slots := make(chan struct{}, limits.InboundAtOnce)
		var rows sync.WaitGroup
		n.loop(ctx, n.inboundWake, pollEvery, "apply", func(ctx context.Context) (int, error) {
			return n.applyInbound(ctx, &rows, slots)
		})
		rows.Wait()
	})
	start(func() {
		slots := make(chan struct{}, limits.DeliveryHosts)
		var lanes sync.WaitGroup
		n.loop(ctx, n.deliveryWake, pollEvery, "deliver", func(ctx context.Context) (int, error) {
			return 0, n.deliverLanes(ctx, &lanes, slots, func(did bool) {
				if did { // a lane that may not dial yet would wake itself without end
					n.wakeDelivery()
				}
			})
		})
		lanes.Wait()
	})
	start(func() {
		slots := make(chan struct{}, limits.PullAtOnce)
		var reads sync.WaitGroup
		n.loop(ctx, n.pullWake, time.Second, "read peers", func(ctx context.Context) (int, error) {
			_, err := n.pullPeers(ctx, &reads, slots)
			return 0, err // a read that ends wakes the loop
		})
		reads.Wait()
	})
	start(func() {
		slots := make(chan struct{}, limits.RegionsAtOnce)
		var reads sync.WaitGroup
		n.loop(ctx, n.regionsWake, time.Second, "read regions", func(ctx context.Context) (int, error) {
			_, err := n.pullRegions(ctx, &reads, slots)
			return 0, err // a read that ends wakes the loop
		})
		reads.Wait()
	})
	start(func() {
		var asks sync.WaitGroup
		n.loop(ctx, n.announceWake, time.Second, "announce", func(ctx context.Context) (int, error) { return n.announceRegions(ctx, &asks) })
		asks.Wait()
	})
	start(func() { n.loop(ctx, n.murmurWake, 2*time.Second, "tell indexes", n.murmurate) })
	start(func() { n.loop(ctx, n.clockWake, time.Second, "clock", n.tick) })
	start(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-n.wake:
				for _, c := range []chan struct{}{n.eventsWake, n.inboundWake, n.deliveryWake, n.pullWake, n.regionsWake, n.announceWake, n.clockWake, n.murmurWake} {
					poke(c)
				}
			}
		}
	})
	wg.Wait()
	return nil
}

func (n *Node) makeReady(ctx context.Context, alone bool) error {
	if err := n.EnsureKeys(ctx); err != nil {
		return err
	}
	if !alone {
		return nil
	}
	if err := n.Store.ReleaseLeases(ctx, n.Now().UTC()); err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (n *Node) wakeDelivery() { poke(n.deliveryWake) }

// loop calls work until it finds nothing, then waits to be woken or for the next look. An error is logged once in a while, not
// twice a second: a full disk would fill itself with complaints.
func (n *Node) loop(ctx context.Context, wake <-chan struct{}, every time.Duration, what string, work func(context.Context) (int, error)) {
	timer := time.NewTimer(every)
	defer timer.Stop()
	var complained time.Time
	for {
		did, err := work(ctx)
		wait := every
		if err != nil && ctx.Err() == nil {
			if time.Since(complained) > time.Minute {
				complained = time.Now()
				n.Log.Error("worker", "work", what, "error", err)
			}
			wait = 5 * every
		} else if did > 0 {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-timer.C:
		}
	}
}

// tick keeps the clock of market and handbook and sweeps what has been kept long enough.
func (n *Node) tick(ctx context.Context) (int, error) {
	now := n.Now().UTC()
	if !n.nextTick.IsZero() && now.Before(n.nextTick) && n.nextTick.Sub(now) <= tickEvery {
		return 0, nil
	}
	if _, err := n.CoopStore.Coop(ctx); err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return 0, nil // not set up yet
		}
		return 0, err
	}
	done, err := n.Market.Tick(ctx)
	if err == nil {
		// A motion that can't be decided is one motion's trouble: it keeps nothing else from its turn.
		decided, troubled := n.Handbook.Tick(ctx)
		if done += decided; troubled != nil && ctx.Err() == nil {
			n.Log.Error("clock of the handbook", "error", troubled)
		}
	}
	if err != nil {
		// Its first steps have written and with that woken the clock: without a pause it would fail as fast as it can.
		n.nextTick = now.Add(tickAgain)
		return 0, err
	}
	if done > 0 {
		n.Changed()
		n.Wake()
	}
	n.nextTick = now.Add(tickEvery)
	return 0, n.Store.Sweep(ctx, now)
}

// tickEvery is how late an expiry may be; lists leave out what has ended at once, by its own time.
const tickEvery = 30 * time.Second

// tickAgain is how long the clock rests after it failed.
const tickAgain = 5 * time.Second

// EnsureKeys makes the keys of the co-op and the instance, and of every member who is public. A node that is not set up has
// none yet.
func (n *Node) EnsureKeys(ctx context.Context) error {
	if _, err := n.CoopStore.Coop(ctx); err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return nil
		}
		return fmt.Errorf("ensure keys: %w", err)
	}
	owners, err := n.locals(ctx)
	if err != nil {
		return fmt.Errorf("ensure keys: %w", err)
	}
	errs := make(chan error, len(owners))
	for _, o := range owners {
		go func() {
			_, err := n.keys.ensure(ctx, o)
			errs <- err
		}()
	}
	for range owners {
		if e := <-errs; e != nil {
			err = e
		}
	}
	return err
}
