package federation

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// peerKeys finds the public keys of remote actors: in memory, in the store, at their origin, in this order.
type peerKeys struct {
	node   *Node
	flight singleflight.Group
	mu     sync.RWMutex
	cache  map[coop.IRI]sig.PublicKey
}

func newPeerKeys(n *Node) *peerKeys {
	return &peerKeys{node: n, cache: make(map[coop.IRI]sig.PublicKey)}
}

// PublicKey keeps the two-way rule (security rule R2): a key counts only when the actor that owns it, fetched from its own
// address, lists it.
func (p *peerKeys) PublicKey(ctx context.Context, keyID coop.IRI, refresh bool) (sig.PublicKey, error) {
	n := p.node
	p.mu.RLock()
	known, ok := p.cache[keyID]
	p.mu.RUnlock()
	if !ok {
		if a, err := n.Store.ActorByKey(ctx, keyID); err == nil && !a.Gone {
			known, ok = p.keep(a, keyID)
		} else if err != nil && coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone {
			return sig.PublicKey{}, err
		}
	}
	if ok && !refresh {
		return known, nil
	}
	now := n.Now()
	if refresh && n.seen.Within("key "+string(keyID), limits.KeyRefetchEvery, now) {
		if ok {
			return known, nil
		}
		return sig.PublicKey{}, coop.Errorf(coop.NotFound, "sig.key", "key %s was looked up a moment ago", keyID)
	}
	if err := n.missing("key", keyID, now); !ok && err != nil {
		return sig.PublicKey{}, err
	}
	if !ok {
		if err := p.mayLook(ctx, keyID, now); err != nil {
			return sig.PublicKey{}, err
		}
	}
	v, err, _ := p.flight.Do(string(keyID), func() (any, error) {
		// Not the request's context: others may wait for the same key.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.FetchTimeout)
		defer cancel()
		return p.fetch(ctx, keyID)
	})
	if err != nil {
		if ok && coop.ClassOf(err) == coop.Unavailable {
			return known, nil
		}
		n.miss("key", keyID, err, now)
		return sig.PublicKey{}, err
	}
	return v.(sig.PublicKey), nil
}

// mayLook tells whether an unknown key may be looked for. Of an actor that we know, a key it did not list may be new; whoever makes
// such names up has us look once in limits.KeyRefetchEvery, and does not use up what we grant the actor's server.
func (p *peerKeys) mayLook(ctx context.Context, keyID coop.IRI, now time.Time) error {
	n, doc := p.node, keyID.Document()
	if _, err := n.Store.Actor(ctx, doc); err == nil {
		if n.seen.Within("keys of "+string(doc), limits.KeyRefetchEvery, now) {
			return coop.Errorf(coop.NotFound, "sig.key", "%s was looked at a moment ago and does not list key %s", doc, keyID)
		}
		return nil
	}
	if !n.limits.Discover(keyID, now) {
		return coop.Errorf(coop.TooMany, "peer.busy", "too many unknown actors under %s", domainOf(keyID))
	}
	return nil
}

// fetch asks for the key's document and then, where that is not the actor itself, for the actor it names.
func (p *peerKeys) fetch(ctx context.Context, keyID coop.IRI) (sig.PublicKey, error) {
	n := p.node
	budget := outbound.NewBudget(limits.FetchesPerInbound)
	doc, err := n.fetch(ctx, outbound.KindKey, keyID.Document(), budget)
	if err != nil {
		return sig.PublicKey{}, fmt.Errorf("key %s: %w", keyID, err)
	}
	owner := doc.IRI
	if named, ok := doc.Object.IRI("owner"); ok && !doc.Object.Has("inbox") {
		owner = named
	} else if named, ok := doc.Object.IRI("controller"); ok && !doc.Object.Has("inbox") {
		owner = named
	}
	if !coop.SameOrigin(owner, keyID) || n.self(owner) {
		return sig.PublicKey{}, coop.Errorf(coop.Forbidden, "sig.key", "key %s says it belongs to %s", keyID, owner)
	}
	if owner != doc.IRI {
		if doc, err = n.fetch(ctx, outbound.KindActor, owner, budget); err != nil {
			return sig.PublicKey{}, fmt.Errorf("owner of key %s: %w", keyID, err)
		}
	}
	a, err := n.keepActor(ctx, doc)
	if err != nil {
		return sig.PublicKey{}, fmt.Errorf("owner of key %s: %w", keyID, err)
	}
	k, ok := p.keep(a, keyID)
	if !ok {
		return sig.PublicKey{}, coop.Errorf(coop.NotFound, "sig.key", "%s does not list key %s", a.IRI, keyID)
	}
	return k, nil
}

// keep puts a's keys into memory, drops those it no longer lists, and gives the one asked for.
func (p *peerKeys) keep(a queue.Actor, keyID coop.IRI) (found sig.PublicKey, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cache) >= limits.PeerKeysKept {
		clear(p.cache)
	}
	delete(p.cache, keyID)
	for id, k := range p.cache {
		if k.Owner == a.IRI {
			delete(p.cache, id)
		}
	}
	for _, k := range a.Keys {
		if k.Owner != a.IRI || !coop.SameOrigin(k.ID, a.IRI) {
			continue
		}
		pub, err := x509.ParsePKIXPublicKey(k.Public)
		if err != nil {
			continue
		}
		key := sig.PublicKey{ID: k.ID, Owner: a.IRI, Key: pub}
		p.cache[k.ID] = key
		if k.ID == keyID {
			found, ok = key, true
		}
	}
	return found, ok
}

// forget drops an actor's keys from memory: it changed or is gone.
func (p *peerKeys) forget(owner coop.IRI) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, k := range p.cache {
		if k.Owner == owner {
			delete(p.cache, id)
		}
	}
}
