package fault

import (
	"net/http"
	"testing"
	"time"

	"toadlane/internal/failpoint"
)

// TestPoints is F-02: the program dies at each point that is marked in it, and after the next start what it said is true.
func TestPoints(t *testing.T) {
	t.Parallel()
	s := newServer(t, t.TempDir())
	s.binary = failing
	r := newTrial(t, s, 2)
	n := r.open()
	defer n.Close() //nolint:errcheck // nothing was written
	for _, point := range failpoint.Points {
		if err := s.end(stop); err != nil {
			t.Fatalf("before %s: asked to stop, the program ended with %v", point, err)
		}
		// Not at the first passing, which is often a lonely one.
		nth := ":5"
		if point == "photo_written" {
			nth = ":1"
		}
		s.env = []string{"TOADLANE_FAILPOINT=" + point + nth}
		s.launch()
		await(t, patience, "the program to serve or die at "+point, func() error {
			if !s.running() {
				return nil
			}
			return s.get("/healthz").want(http.StatusOK)
		})
		r.load(until(t.Context(), patience), func(a answer) bool { return s.running() && untilGone(a) })
		select {
		case <-s.exited:
		case <-time.After(5 * time.Second):
			t.Fatalf("%s is never passed", point)
		}
		if err := s.wait(); !killed(err) {
			t.Fatalf("%s: the program ended with %v", point, err)
		}
		s.env = nil
		s.start()
		await(t, patience, "what was answered 202 before it died at "+point, func() error {
			st, err := r.look(n)
			if err != nil {
				return err
			}
			return r.missing(st, func(it *item) bool { return it.acked })
		})
	}
	r.settle(patience)
	t.Logf("%d points", len(failpoint.Points))
}
