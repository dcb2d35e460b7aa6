package web

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// maxNeighbourName is how much of a neighbour's name stands on a card, in characters.
const maxNeighbourName = 60

// neighbourNames are the co-ops that we follow or followed, as last read, with the names they have here and the generation they were read at.
type neighbourNames struct {
	peers      []queue.Peer
	names      map[coop.IRI]string
	generation uint64
	read       time.Time
}

// Reading the names of a thousand neighbours takes as long as half a page: they are kept for a while then, whatever changes.
const (
	manyNeighbours = 200
	namesKept      = 10 * time.Second
)

// neighbours gives the names, read anew when something changed or the kept ones are old.
func (s *Site) neighbours(ctx context.Context) (*neighbourNames, error) {
	if n := s.named.Load(); n != nil && (s.fresh(n.generation, n.read) || len(n.names) > manyNeighbours && time.Since(n.read) < namesKept) {
		return n, nil
	}
	n := &neighbourNames{names: map[coop.IRI]string{}, generation: s.generation(), read: time.Now()}
	k, err := s.coop(ctx)
	if err != nil {
		return nil, err
	}
	if n.peers, err = s.cfg.Steward.PeerNames(ctx); err != nil {
		return nil, err
	}
	said := map[string]int{k.coop.Name: 1}
	for _, p := range n.peers {
		name := []rune(plainLine(p.Name))
		name = name[:min(len(name), maxNeighbourName)]
		n.names[p.Actor] = string(name)
		said[string(name)]++
	}
	for actor, name := range n.names {
		switch {
		case name == "":
			n.names[actor] = actor.Host()
		case said[name] > 1: // nobody passes for us or for another by taking the same name
			n.names[actor] = name + " (" + actor.Host() + ")"
		}
	}
	s.named.Store(n)
	return n, nil
}

// neighbour names the co-op at actor: by its own name when we follow it, else by its host.
func (v *visit) neighbour(actor coop.IRI) string {
	if v.named == nil {
		n, err := v.site.neighbours(v.r.Context())
		if err != nil {
			v.site.cfg.Log.Warn("names of neighbours", "error", err)
			n = &neighbourNames{}
		}
		v.named = n
	}
	if name := v.named.names[actor]; name != "" {
		return name
	}
	return actor.Host()
}
