package federation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"toadlane/market"
)

// broken is a market that cannot be written to.
type broken struct {
	market.Store
	tried int
}

func (b *broken) Write(context.Context, func(market.Tx) error) error {
	b.tried++
	return errors.New("disk on fire")
}

// A clock that fails rests before it tries again, whoever wakes it.
func TestClockRestsAfterFailure(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := r.node("bakery")
	b := &broken{Store: n.Market.Store}
	n.Market.Store = b
	if err := n.StepClock(t.Context()); err == nil || b.tried != 1 {
		t.Fatalf("first round: %v, %d tries", err, b.tried)
	}
	if err := n.StepClock(t.Context()); err != nil || b.tried != 1 {
		t.Errorf("woken at once: %v, %d tries", err, b.tried)
	}
	r.clock.add(6 * time.Second)
	if err := n.StepClock(t.Context()); err == nil || b.tried != 2 {
		t.Errorf("after its rest: %v, %d tries", err, b.tried)
	}
}
