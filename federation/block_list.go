package federation

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// blockList answers "is this blocked" without a query, before anything is fetched or verified.
type blockList struct {
	node   *Node
	mu     sync.RWMutex
	loaded time.Time
	targets
}

// targets are domains and actors as blocks name them.
type targets struct {
	hosts  map[string]bool
	actors map[coop.IRI]bool
}

func targetsOf(list ...queue.Block) targets {
	t := targets{map[string]bool{}, map[coop.IRI]bool{}}
	for _, x := range list {
		if strings.Contains(x.Target, "://") {
			t.actors[coop.IRI(x.Target)] = true
		} else {
			t.hosts[x.Target] = true
		}
	}
	return t
}

// hold tells whether i, its host or a domain above its host is among them.
func (t targets) hold(i coop.IRI) bool {
	if len(t.hosts) == 0 && len(t.actors) == 0 {
		return false
	}
	if t.actors[i.Document()] {
		return true
	}
	for h := i.Hostname(); h != ""; {
		if t.hosts[h] {
			return true
		}
		_, above, ok := strings.Cut(h, ".")
		if !ok {
			return false
		}
		h = above
	}
	return false
}

func (b *blockList) refresh() {
	b.mu.RLock()
	fresh := b.hosts != nil && b.node.Now().Sub(b.loaded).Abs() < limits.BlocksFresh
	b.mu.RUnlock()
	if fresh {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	list, err := b.node.Store.Blocks(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.loaded = b.node.Now()
	if err != nil { // keep what we knew
		b.node.Log.Error("read blocks", "error", err)
		return
	}
	b.targets = targetsOf(list...)
}

// Blocked tells whether i, its host or a domain above its host is blocked (invariant 18).
func (b *blockList) Blocked(i coop.IRI) bool {
	b.refresh()
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.hold(i)
}

func (b *blockList) stale() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.loaded = time.Time{}
}

// blockTarget makes the canonical form of what a steward typed: an actor's address, or a domain in whatever spelling, with a
// port, a dot, capitals, letters of any script or a scheme before it. Class Invalid about "target".
func blockTarget(s string) (string, error) {
	wrong := coop.FieldError("target", "address.invalid", nil)
	s = strings.TrimSpace(s)
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		if path != "" {
			i, err := coop.ParseIRI(strings.ToLower(scheme+"://"+host) + "/" + path)
			if err != nil {
				return "", wrong
			}
			return string(i.Document()), nil
		}
		s = host
	}
	if h, port, ok := strings.Cut(s, ":"); ok && !strings.Contains(port, ":") {
		s = h
	}
	s, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil {
		return "", wrong
	}
	i, err := coop.ParseIRI("https://" + s + "/")
	if err != nil || i.Hostname() != s {
		return "", wrong
	}
	return s, nil
}

// Block keeps a domain or an actor, who may be named by a handle that we know, out: nothing from there is verified, fetched, shown or sent, what is here of it is dropped.
// Stewards only. Errors: Unauthenticated, Forbidden, Invalid about "target".
func (n *Node) Block(ctx context.Context, by coop.Actor, target, reason string) error {
	if err := steward(by); err != nil {
		return err
	}
	if known, err := n.Store.ActorByHandle(ctx, strings.TrimSpace(target)); err == nil {
		target = string(known.IRI)
	}
	target, err := blockTarget(target)
	if err != nil {
		return err
	}
	if target == n.Base.Hostname() || strings.HasPrefix(target, string(n.Base)+"/") {
		return coop.FieldError("target", "peer.self", nil)
	}
	if err := coop.Line("reason", reason, 0, 500); err != nil {
		return err
	}
	now := n.Now().UTC()
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		if err := tx.PutBlock(queue.Block{Target: target, Reason: reason, By: by.String(), At: now}); err != nil {
			return err
		}
		if err := n.partsAnew(tx, target); err != nil {
			return err
		}
		return tx.PurgeBlocked(target, now)
	})
	if err != nil {
		return fmt.Errorf("block %s: %w", target, err)
	}
	n.blocks.stale()
	n.known.stale()
	n.Changed()
	poke(n.regionsWake)
	return nil
}

// Unblock lets it in again; what was dropped does not come back by itself. Stewards only.
func (n *Node) Unblock(ctx context.Context, by coop.Actor, target string) error {
	if err := steward(by); err != nil {
		return err
	}
	if canonical, err := blockTarget(target); err == nil {
		target = canonical
	}
	err := n.Store.Write(ctx, func(tx queue.Tx) error {
		if err := tx.DropBlock(target); err != nil {
			return err
		}
		return n.partsAnew(tx, target)
	})
	if err != nil {
		return fmt.Errorf("unblock %s: %w", target, err)
	}
	n.blocks.stale()
	poke(n.regionsWake)
	return nil
}

func steward(by coop.Actor) error {
	switch {
	case by.CanSteward():
		return nil
	case by.SignedIn():
		return coop.Errorf(coop.Forbidden, "steward.only", "%s is not a steward", by)
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s", by)
}
