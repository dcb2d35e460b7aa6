package outbound

import (
	"sync/atomic"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Budget is how many requests one thing may still cause: one activity that arrived, one search by a member. It is passed
// as an argument along the way, so that whoever starts work decides what it may cost, and may be used by several
// goroutines. Every request takes one, redirects too.
type Budget struct{ left atomic.Int32 }

// NewBudget is a budget of n requests.
func NewBudget(n int) *Budget {
	b := &Budget{}
	b.left.Store(int32(n))
	return b
}

// InboundBudget is what one activity that arrived may cause.
func InboundBudget() *Budget { return NewBudget(limits.FetchesPerInbound) }

// Left is how many requests may still be made.
func (b *Budget) Left() int { return int(max(0, b.left.Load())) }

// take uses one up. A nil Budget is empty: forgetting it must not mean "as many as you like".
func (b *Budget) take() error {
	if b == nil || b.left.Add(-1) < 0 {
		return coop.Errorf(coop.TooMany, "fetch.budget", "no request left for this")
	}
	return nil
}
