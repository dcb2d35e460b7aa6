package queue_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestRetryAfterStaysInTheUpperHalfOfItsStep(t *testing.T) {
	t.Parallel()
	steps := map[int]time.Duration{1: time.Minute, 2: 5 * time.Minute, 3: 15 * time.Minute, 4: time.Hour, 5: 3 * time.Hour,
		6: 6 * time.Hour, 7: 12 * time.Hour, 8: 24 * time.Hour, 30: 24 * time.Hour}
	for attempt, step := range steps {
		for range 200 {
			if d := queue.RetryAfter(attempt); d < step/2 || d > step {
				t.Fatalf("after attempt %d: %v, outside of %v to %v", attempt, d, step/2, step)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		status      int
		attempt     int
		retryAfter  time.Duration
		age         time.Duration
		state       queue.State
		from, until time.Duration // of Due, from now
		down, drop  bool
	}{
		{name: "taken", status: 202, attempt: 1, state: queue.Done},
		{name: "honk says 200", status: 200, attempt: 1, state: queue.Done},
		{name: "no answer", status: 0, attempt: 1, state: queue.Waiting, from: 30 * time.Second, until: time.Minute, down: true},
		{name: "broken", status: 500, attempt: 3, state: queue.Waiting, from: 7 * time.Minute, until: 15 * time.Minute, down: true},
		{name: "busy, and says for how long", status: 503, attempt: 1, retryAfter: 10 * time.Minute, state: queue.Waiting,
			from: 10 * time.Minute, until: 10 * time.Minute},
		{name: "busy for a week is six hours", status: 429, attempt: 1, retryAfter: 7 * 24 * time.Hour, state: queue.Waiting,
			from: limits.RetryAfterMax, until: limits.RetryAfterMax},
		{name: "busy without a word", status: 503, attempt: 1, state: queue.Waiting, from: 30 * time.Second, until: time.Minute, down: true},
		{name: "refused once", status: 401, attempt: 1, state: queue.Waiting, from: 12 * time.Hour, until: 12 * time.Hour},
		{name: "refused three times", status: 403, attempt: 3, age: 24 * time.Hour, state: queue.Failed},
		{name: "never implemented", status: 501, attempt: 3, state: queue.Failed},
		{name: "gone, said once", status: 410, attempt: 1, state: queue.Waiting, from: 24 * time.Hour, until: 24 * time.Hour, drop: true},
		{name: "gone, said again within the day", status: 410, attempt: 2, age: time.Hour, state: queue.Waiting,
			from: 24 * time.Hour, until: 24 * time.Hour, drop: true},
		{name: "gone, said again a day later", status: 404, attempt: 2, age: 24 * time.Hour, state: queue.Failed, drop: true},
		{name: "the last try is at the end of the window", status: 0, attempt: 20, age: limits.DeliveryWindow - time.Hour,
			state: queue.Waiting, from: time.Hour, until: time.Hour, down: true},
		{name: "past the window", status: 0, attempt: 21, age: limits.DeliveryWindow, state: queue.Failed, down: true},
	} {
		v := queue.Judge(c.status, c.attempt, c.retryAfter, now.Add(-c.age), now)
		if v.State != c.state || v.HostDown != c.down || v.DropSoon != c.drop {
			t.Errorf("%s: %+v", c.name, v)
		}
		if wait := v.Due.Sub(now); c.state == queue.Waiting && (wait < c.from || wait > c.until) {
			t.Errorf("%s: again in %v, want %v to %v", c.name, wait, c.from, c.until)
		}
	}
}

func TestBreakerOpensProbesAndCloses(t *testing.T) {
	t.Parallel()
	h := queue.Host{Name: "down.example"}
	for i := 1; i < limits.BreakerOpens; i++ {
		if h = h.After(true, "refused", now); !h.OpenUntil.IsZero() {
			t.Fatalf("open after %d failures", i)
		}
	}
	for i, step := range []time.Duration{limits.BreakerProbeFirst, limits.BreakerProbeSecond, limits.BreakerProbe, limits.BreakerProbe} {
		h = h.After(true, "refused", now)
		if wait := h.OpenUntil.Sub(now); wait < step/2 || wait > step {
			t.Errorf("probe %d in %v, want about %v", i+1, wait, step)
		}
	}
	if h.LastError != "refused" {
		t.Errorf("last error %q", h.LastError)
	}
	if h = h.After(false, "", now); h.Fails != 0 || h.Probes != 0 || !h.OpenUntil.IsZero() || h.LastError != "" || !h.LastOK.Equal(now) {
		t.Errorf("an answer leaves %+v", h)
	}
}

func TestInboundRetry(t *testing.T) {
	t.Parallel()
	parked := fmt.Errorf("undo: %w", queue.ErrParked)
	for _, c := range []struct {
		name    string
		err     error
		attempt int
		age     time.Duration
		want    queue.State
	}{
		{"can't succeed", coop.Errorf(coop.Forbidden, "owner.differs", "x"), 1, 0, queue.Rejected},
		{"its origin is away", coop.Errorf(coop.Unavailable, "fetch.unreachable", "x"), 9, time.Hour, queue.Waiting},
		{"its origin has been away for a week", coop.Errorf(coop.Unavailable, "fetch.unreachable", "x"), 99, limits.InboundKept + 1, queue.Rejected},
		{"waits for what it speaks of", parked, 1, 0, queue.Parked},
		{"has waited long enough", parked, 1, limits.ParkedFor + 1, queue.Rejected},
		{"broke us", errors.New("nil pointer"), 1, 0, queue.Waiting},
		{"broke us three times", errors.New("nil pointer"), limits.PoisonTries, 0, queue.Poison},
	} {
		got, due := queue.InboundRetry(c.err, c.attempt, now.Add(-c.age), now)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got == queue.Waiting && !due.After(now) {
			t.Errorf("%s: again at once", c.name)
		}
	}
}
