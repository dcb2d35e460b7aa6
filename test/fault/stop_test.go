package fault

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

const (
	stop  = syscall.SIGTERM
	kill  = syscall.SIGKILL
	stops = 10
)

// TestStop is F-05: polite stops under load in turn with kills. A stop cuts no answer and makes nothing be delivered twice; a kill
// costs at most what was on its way.
func TestStop(t *testing.T) {
	t.Parallel()
	s := newServer(t, t.TempDir())
	r := newTrial(t, s, 4)
	doubled := map[syscall.Signal]int{}
	unanswered := 0
	_, seen := r.around.delivered()
	last := stop
	for round := range stops {
		with := []syscall.Signal{stop, kill}[round%2]
		r.cut = nil
		over, resting := make(chan struct{}), make(chan struct{})
		go func() { defer close(resting); r.load(over, untilGone) }()
		<-until(t.Context(), time.Duration(300+rand.IntN(700))*time.Millisecond)
		err := s.end(with)
		close(over)
		<-resting
		switch {
		case with == kill && !killed(err):
			t.Fatalf("killed, the program ended with %v", err)
		case with == stop && err != nil:
			t.Errorf("asked to stop, the program ended with %v", err)
		case with == stop:
			for _, c := range r.cut {
				t.Errorf("a polite stop cut the answer to %s", c)
			}
			items, acked, _ := r.around.tally()
			unanswered = items - acked
		}
		// What is delivered again after a start was on its way at the end before it.
		_, now := r.around.delivered()
		doubled[last] += now - seen
		seen, last = now, with
		s.start()
	}
	r.settle(patience)
	all, now := r.around.delivered()
	doubled[last] += now - seen
	t.Logf("%d deliveries; polite stops doubled %d, kills %d; %d requests found nobody", all, doubled[stop], doubled[kill], unanswered)
	if 100*doubled[stop] >= all {
		t.Errorf("%d of %d deliveries were doubled by polite stops", doubled[stop], all)
	}
}
