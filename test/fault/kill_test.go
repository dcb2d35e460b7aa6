package fault

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const (
	kills = 20
	// restart is how many times as long as after a stop a start may take after a kill: the middle ones of a run, since the machine runs other tests beside it.
	restart = 3
)

// TestKill is F-01: the program is killed at random moments while neighbours send and members post.
func TestKill(t *testing.T) {
	t.Parallel()
	s := newServer(t, t.TempDir())
	r := newTrial(t, s, 4)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	var after [2][]time.Duration // how long starts took: after a kill, after a stop
	starts := func(what int) {
		s.start()
		after[what] = append(after[what], s.starts[len(s.starts)-1])
	}
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
		starts(0)
		if round%2 == 1 {
			r.byCommand() // beside the server
		}
		if round%4 == 3 {
			if err := s.end(stop); err != nil {
				t.Errorf("asked to stop, the program ended with %v", err)
			}
			starts(1)
		}
	}
	r.settle(patience)
	var middle [2]time.Duration
	for i := range after {
		slices.Sort(after[i])
		middle[i] = after[i][len(after[i])/2]
	}
	ratio := float64(middle[0]) / float64(middle[1])
	t.Logf("%d kills; it serves again after %v, %.1f times as long as after a stop", kills, middle[0].Round(time.Millisecond), ratio)
	if ratio > restart {
		t.Errorf("starts took %v after a kill, %v after a stop", after[0], after[1])
	}
	if err := s.end(stop); err != nil {
		t.Errorf("asked to stop, the program ended with %v", err)
	}
}
