package federation

import (
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// peerLimits holds back a peer that sends too much, by registrable domain, so that a thousand names under one domain are one
// peer. It lives in memory: a restart forgives.
type peerLimits struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	tokens  float64
	at      time.Time
	hour    time.Time // since when fetches and bytes are counted
	fetches int
	bytes   int64
}

// counting starts the counts of an hour anew when the last is over.
func (b *bucket) counting(now time.Time) {
	if now.Sub(b.hour) >= time.Hour || now.Before(b.hour) {
		b.hour, b.fetches, b.bytes = now, 0, 0
	}
}

func newPeerLimits() *peerLimits { return &peerLimits{buckets: make(map[string]*bucket)} }

// domainOf is what counts as one peer.
func domainOf(i coop.IRI) string {
	h := i.Hostname()
	if d, err := publicsuffix.EffectiveTLDPlusOne(h); err == nil {
		return d
	}
	return h
}

func (p *peerLimits) of(domain string, now time.Time) *bucket {
	b := p.buckets[domain]
	if b == nil {
		if len(p.buckets) >= limits.HostsRemembered {
			p.evict(now)
		}
		b = &bucket{tokens: float64(limits.PeerBurst), at: now}
		p.buckets[domain] = b
	}
	return b
}

// evict drops what has been quiet long enough to be full again, else anything.
func (p *peerLimits) evict(now time.Time) {
	dropped := 0
	for d, b := range p.buckets {
		if now.Sub(b.at) > time.Hour {
			delete(p.buckets, d)
			dropped++
		}
	}
	for d := range p.buckets {
		if dropped >= limits.HostsRemembered/10 {
			return
		}
		delete(p.buckets, d)
		dropped++
	}
}

// Allow takes one activity off the peer's budget; wait is how long until the next when there is none left.
func (p *peerLimits) Allow(peer coop.IRI, now time.Time) (wait time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.of(domainOf(peer), now)
	rate := float64(limits.PeerPerMinute) / 60
	if elapsed := now.Sub(b.at).Seconds(); elapsed > 0 {
		b.tokens = min(float64(limits.PeerBurst), b.tokens+elapsed*rate)
	}
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / rate * float64(time.Second)), false
	}
	b.tokens--
	return 0, true
}

// Discover takes one look-up of an unknown actor off the domain's hourly budget (PAR-13, NET-16).
func (p *peerLimits) Discover(i coop.IRI, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.of(domainOf(i), now)
	b.counting(now)
	if b.fetches >= limits.NewActorsPerDomain {
		return false
	}
	b.fetches++
	return true
}

// Keep takes size bytes off what a peer may have us keep in an hour; wait is how long until it may again (QTA-04).
func (p *peerLimits) Keep(peer coop.IRI, size int, now time.Time) (wait time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.of(domainOf(peer), now)
	b.counting(now)
	if b.bytes+int64(size) > limits.PeerBytesPerHour {
		return b.hour.Add(time.Hour).Sub(now), false
	}
	b.bytes += int64(size)
	return 0, true
}

// recently remembers things for a while, bounded: hosts seen within the minute, keys that could not be fetched.
type recently struct {
	mu   sync.Mutex
	when map[string]time.Time
}

func newRecently() *recently { return &recently{when: make(map[string]time.Time)} }

// Within tells whether key was marked less than d before now; when not, it is marked.
func (r *recently) Within(key string, d time.Duration, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t, ok := r.when[key]; ok && now.Sub(t) < d && !now.Before(t) {
		return true
	}
	if len(r.when) >= limits.HostsRemembered {
		clear(r.when)
	}
	r.when[key] = now
	return false
}

// Marked tells whether key was marked less than d before now, and marks nothing.
func (r *recently) Marked(key string, d time.Duration, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.when[key]
	return ok && now.Sub(t) < d && !now.Before(t)
}

// Forget takes a mark away.
func (r *recently) Forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.when, key)
}
