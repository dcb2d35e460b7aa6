package fault

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const (
	kills = 20
	// restart is how long a start after a kill may take: the middle one, on a machine that runs the other tests at the same time.
	restart = 2 * time.Second
	worst   = 10 * time.Second
)

// TestKill is F-01: the program is killed at random moments while neighbours send and members post.
func TestKill(t *testing.T) {
	t.Parallel()
	s := newServer(t, t.TempDir())
	r := newTrial(t, s, 4)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for round := range kills {
		wait := time.Duration(50+rng.IntN(750)) * time.Millisecond
		over := make(chan struct{})
		resting := make(chan struct{})
		go func() { defer close(resting); r.load(over, untilGone) }()
		<-until(t.Context(), wait)
		if err := s.end(kill); !killed(err) {
			t.Fatalf("killed, the program ended with %v", err)
		}
		close(over)
		<-resting
		if round%2 == 0 {
			r.byCommand() // while nobody serves
		}
		s.start()
		if round%2 == 1 {
			r.byCommand() // beside the server
		}
	}
	r.settle(patience)
	slices.Sort(s.starts)
	middle, last := s.starts[len(s.starts)/2], s.starts[len(s.starts)-1]
	t.Logf("%d kills; it serves again after %v, %v at worst", kills, middle.Round(time.Millisecond), last.Round(time.Millisecond))
	if middle > restart || last > worst {
		t.Errorf("starts took %v", s.starts)
	}
	if err := s.end(stop); err != nil {
		t.Errorf("asked to stop, the program ended with %v", err)
	}
}
