package testrig

import (
	"sync/atomic"
	"time"
)

// Clock is the time that all co-ops of a rig go by: the machine's, moved by what the test asks for.
type Clock struct{ moved atomic.Int64 }

// Now tells the time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.moved.Load())) }

// Move lets d pass, or takes it back.
func (c *Clock) Move(d time.Duration) { c.moved.Add(int64(d)) }
