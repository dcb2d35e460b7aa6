package federation

import (
	"context"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// knownPeers answers "do we follow this actor" without a query: it is asked for every activity.
type knownPeers struct {
	node   *Node
	mu     sync.RWMutex
	set    map[coop.IRI]bool
	loaded time.Time
}

// Follows tells whether the co-op follows actor, or has asked to. On doubt it says yes: the row is judged again when applied.
func (k *knownPeers) Follows(ctx context.Context, actor coop.IRI) bool {
	k.mu.RLock()
	set, fresh := k.set, time.Since(k.loaded) < limits.PeersFresh
	k.mu.RUnlock()
	if !fresh {
		list, err := k.node.Store.Following(ctx)
		if err != nil {
			return true
		}
		set = make(map[coop.IRI]bool, len(list))
		for _, p := range list {
			set[p.Actor] = p.State == queue.Accepted || p.State == queue.Requested
		}
		k.mu.Lock()
		k.set, k.loaded = set, time.Now()
		k.mu.Unlock()
	}
	return set[actor]
}

func (k *knownPeers) stale() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.loaded = time.Time{}
}
