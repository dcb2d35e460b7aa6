package kit

import (
	"sync"
	"sync/atomic"
	"time"
)

// Swarm is some connections that work through requests together.
type Swarm struct{ conns []*Conn }

// NewSwarm opens n connections to a loopback address.
func NewSwarm(address string, n int) (*Swarm, error) {
	s := &Swarm{}
	for range n {
		c, err := Dial(address)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.conns = append(s.conns, c)
	}
	return s, nil
}

// Close hangs up.
func (s *Swarm) Close() {
	for _, c := range s.conns {
		_ = c.Close()
	}
}

// Answers counts how requests were answered.
type Answers struct {
	Status map[int]int
	Errs   []error
	Took   []time.Duration // of each, in no order; only when asked for
}

// Send sends all requests, each once, every connection its next as soon as it has its answer.
func (s *Swarm) Send(requests [][]byte, timed bool) Answers {
	var (
		next atomic.Int64
		mu   sync.Mutex
		wg   sync.WaitGroup
		out  = Answers{Status: map[int]int{}}
	)
	for _, c := range s.conns {
		wg.Go(func() {
			status := map[int]int{}
			var took []time.Duration
			var failed error
			for {
				i := int(next.Add(1)) - 1
				if i >= len(requests) {
					break
				}
				var began time.Time
				if timed {
					began = time.Now()
				}
				code, _, err := c.Do(requests[i])
				if err != nil {
					failed = err
					break
				}
				if timed {
					took = append(took, time.Since(began))
				}
				status[code]++
			}
			mu.Lock()
			defer mu.Unlock()
			for code, n := range status {
				out.Status[code] += n
			}
			out.Took = append(out.Took, took...)
			if failed != nil {
				out.Errs = append(out.Errs, failed)
			}
		})
	}
	wg.Wait()
	return out
}
