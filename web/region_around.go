package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/region"
)

// RegionNav leads between the pages of a region.
type RegionNav struct {
	Path, Here string
	Joined     bool // else there is nothing to see but the region and its rules
}

func (v *visit) regionNav(r *region.Region, here string) RegionNav {
	return RegionNav{regionPath(r), here, r.State == region.Joined}
}

// kept holds what was worked out of each region for a while: it goes through all that is there, and everybody reads the same.
type kept[T any] struct {
	mu sync.Mutex
	of map[region.ID]keptOf[T]
}

type keptOf[T any] struct {
	what T
	read time.Time
}

// get gives what is kept of a region, or makes it; who comes meanwhile waits for it.
func (k *kept[T]) get(s *Site, id region.ID, find func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x, ok := k.of[id]; ok && s.cfg.Generation != nil && time.Since(x.read) < limits.RegionKept {
		return x.what, nil
	}
	what, err := find()
	if err != nil {
		return what, err
	}
	if k.of == nil || len(k.of) >= region.MaxRegions {
		k.of = map[region.ID]keptOf[T]{}
	}
	k.of[id] = keptOf[T]{what, time.Now()}
	return what, nil
}

// regionCircle is who counts in a region.
type regionCircle struct {
	coops []aroundCoop // by name
	by    map[coop.IRI]int
	taken time.Time
}

// aroundCoop is a co-op that counts in a region.
type aroundCoop struct {
	iri   coop.IRI
	name  string // no two are the same
	own   bool
	peer  bool // we follow it
	hand  bool // because a steward chose to
	pages bool // it lets the region show by which pages it goes
	bonds bool // and how much worked out with whom
	since time.Time
	seen  time.Time // when it was heard of last
}

// path is its own page, market the address of what it shows in the region, "" for one that we do not follow.
func (x *aroundCoop) path() string {
	if x.own {
		return "/"
	}
	return x.iri.Origin() + "/"
}

func (x *aroundCoop) market(r *region.Region) string {
	switch {
	case x.own:
		return regionPath(r) + "/market?coop=home"
	case x.peer:
		return regionPath(r) + "/market?coop=" + x.iri.Host()
	}
	return ""
}

// around gives who counts in a region.
func (s *Site) around(v *visit, r *region.Region) (*regionCircle, error) {
	return s.arounds.get(s, r.ID, func() (*regionCircle, error) { return s.lookAround(v.r.Context(), r.ID) })
}

func (s *Site) lookAround(ctx context.Context, id region.ID) (*regionCircle, error) {
	peers, err := s.cfg.Steward.PeerNames(ctx)
	if err != nil {
		return nil, err
	}
	known := map[coop.IRI]*queue.Peer{}
	for i := range peers {
		known[peers[i].Actor] = &peers[i]
	}
	out := &regionCircle{by: map[coop.IRI]int{}, taken: s.cfg.Now()}
	said := map[string]int{}
	store := s.cfg.Region.Store.At(ctx)
	for cursor := ""; ; {
		list, next, err := store.Parts(id, region.In, 200, cursor)
		if err != nil {
			return nil, err
		}
		for i := range list {
			p := &list[i]
			if !p.Counts() {
				continue
			}
			x := aroundCoop{iri: p.Coop, name: cmp.Or(plainLine(p.Entry.Name), p.Coop.Host()), own: p.Own, since: p.Since, pages: slices.Contains(p.Entry.Shares, region.ShareProtocols),
				bonds: slices.Contains(p.Entry.Shares, region.ShareBonds)}
			if peer := known[p.Coop]; peer != nil {
				x.peer, x.hand, x.seen = peer.State == queue.Accepted, peer.Hand && peer.State == queue.Accepted, peer.LastSeen
			}
			said[x.name]++
			out.coops = append(out.coops, x)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	for i := range out.coops {
		if x := &out.coops[i]; said[x.name] > 1 { // nobody passes for another by taking the same name
			x.name += " (" + x.iri.Host() + ")"
		}
	}
	slices.SortFunc(out.coops, func(a, b aroundCoop) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.iri, b.iri))
	})
	for i := range out.coops {
		out.by[out.coops[i].iri] = i
		if out.coops[i].own {
			out.by[""] = i
		}
	}
	return out, nil
}

// stale tells whether a co-op was not heard of for so long that nothing of it is shown in a region.
func (s *Site) stale(x *aroundCoop) bool {
	return !x.own && s.cfg.Now().Sub(x.seen) > limits.RegionStale
}

// joinedRegion gives the region that the address names when we take part in it: there is nothing to see of others. Class NotFound.
func (s *Site) joinedRegion(v *visit) (region.Region, RegionLine, error) {
	r, err := s.region(v)
	if err == nil && r.State != region.Joined {
		err = coop.Errorf(coop.NotFound, "region.unknown", "region %s is %s", r.Slug, r.State)
	}
	if err != nil {
		return r, RegionLine{}, err
	}
	line, err := s.regionLine(v, &r, false)
	return r, line, err
}
