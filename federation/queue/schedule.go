package queue

import (
	"errors"
	"math/rand/v2"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// RetryAfter is how long to wait after the given attempt (1 and up) failed: its step of limits.DeliverySchedule with jitter over
// the upper half, so that many deliveries that failed at once do not come back at once, and yet none comes back before half its
// step.
func RetryAfter(attempt int) time.Duration {
	steps := limits.DeliverySchedule()
	d := steps[len(steps)-1]
	if attempt >= 1 && attempt < len(steps) {
		d = steps[attempt]
	}
	return d/2 + rand.N(d/2+1)
}

// Verdict says what becomes of a delivery after an attempt.
type Verdict struct {
	State    State
	Due      time.Time
	HostDown bool // the host did not answer, or said it cannot
	DropSoon bool // 404 or 410: when it is said twice over limits.GoneAfter, the follower is dropped
}

// Judge decides what follows from an answer. status is 0 when there was none; retryAfter is what the host asked for, or 0.
// created is when the delivery was queued and attempt how often it was tried, this one included. Sources: Mastodon
// DeliveryWorker (501 and 4xx but 401, 408 and 429 are final), Fedify (404 and 410 are final), FEDERATION.md.
func Judge(status, attempt int, retryAfter time.Duration, created, now time.Time) Verdict {
	late := now.Sub(created) >= limits.DeliveryWindow
	again := func(wait time.Duration) Verdict {
		if late {
			return Verdict{State: Failed}
		}
		// The last try falls inside the window: a peer that comes back on the 14th day still gets it.
		if end := created.Add(limits.DeliveryWindow); now.Add(wait).After(end) {
			return Verdict{State: Waiting, Due: end}
		}
		return Verdict{State: Waiting, Due: now.Add(wait)}
	}
	switch {
	case status >= 200 && status < 300:
		return Verdict{State: Done}
	case status == 404 || status == 410:
		if attempt >= 2 && now.Sub(created) >= limits.GoneAfter {
			return Verdict{State: Failed, DropSoon: true}
		}
		v := again(limits.GoneAfter)
		v.DropSoon = true
		return v
	case status == 429 || status == 503:
		wait := RetryAfter(attempt)
		if retryAfter > 0 {
			wait = min(retryAfter, limits.RetryAfterMax)
		}
		v := again(wait)
		v.HostDown = status == 503 && retryAfter == 0
		return v
	case status == 501, status >= 400 && status < 500 && status != 408:
		// Kept and shown; three tries over a day, since a wrong clock or a key it has not seen yet passes.
		if attempt >= limits.RefusedTries {
			return Verdict{State: Failed}
		}
		return again(limits.GoneAfter / time.Duration(limits.RefusedTries-1))
	default: // nothing, 408, 3xx, 5xx
		v := again(RetryAfter(attempt))
		v.HostDown = status == 0 || status >= 500
		return v
	}
}

// Probe is when to try a host again whose breaker opened: after 1, 5, then every 30 minutes, never all at once.
func Probe(probes int, now time.Time) time.Time {
	d := limits.BreakerProbe
	switch probes {
	case 0:
		d = limits.BreakerProbeFirst
	case 1:
		d = limits.BreakerProbeSecond
	}
	return now.Add(d/2 + rand.N(d/2+1))
}

// After updates what is known of a host after an attempt. The breaker opens after limits.BreakerOpens failures in a row and
// closes with the first answer; while it is open no delivery's tries are used up.
func (h Host) After(down bool, problem string, now time.Time) Host {
	if !down {
		h.Fails, h.Probes, h.OpenUntil, h.LastError = 0, 0, time.Time{}, ""
		h.LastOK = now
		return h
	}
	h.Fails++
	h.LastError = problem
	if h.Fails >= limits.BreakerOpens {
		h.OpenUntil = Probe(h.Probes, now)
		h.Probes++
	}
	return h
}

// InboundRetry decides what becomes of an inbound row after its handler failed: what can't succeed is rejected, what builds on
// something that has not come is parked by the handler itself, the rest is tried again and set aside as poison after
// limits.PoisonTries failures of our own.
func InboundRetry(err error, attempt int, received, now time.Time) (State, time.Time) {
	if errors.Is(err, ErrParked) {
		if now.Sub(received) > limits.ParkedFor {
			return Rejected, now
		}
		return Parked, now.Add(limits.ParkedFor)
	}
	switch coop.ClassOf(err) {
	case coop.Invalid, coop.NotFound, coop.Gone, coop.Forbidden, coop.Unauthenticated, coop.Conflict:
		return Rejected, now
	case coop.Unavailable, coop.TooMany:
		if now.Sub(received) > limits.InboundKept {
			return Rejected, now
		}
		return Waiting, now.Add(min(RetryAfter(attempt), time.Hour))
	}
	if attempt >= limits.PoisonTries {
		return Poison, now
	}
	return Waiting, now.Add(time.Duration(attempt) * time.Second)
}

// ErrParked says that what came in speaks of something that has not come yet.
var ErrParked = errors.New("waits for what it speaks of")
