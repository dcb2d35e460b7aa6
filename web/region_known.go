package web

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

// knownRegions are the regions that we take part in and what waits for stewards there, with the generation they were read at.
type knownRegions struct {
	joined     []region.Region
	calls      regionCalls
	generation uint64
	read       time.Time
}

// regionCalls is what waits for an answer of a steward.
type regionCalls struct {
	Askers      int    // co-ops that ask to take part in regions of ours
	AskersAt    string // where they can be answered
	Invitations int
	Proposals   int // new rules that wait for our signature
	ProposalsAt string
	Gone        int // hosts that have not answered for longer than their regions' rules say, where ours is in the council
	GoneAt      string
}

// regions gives what is known, read anew when something changed or the kept one is old. It is the same for everybody.
func (s *Site) regions(ctx context.Context) (*knownRegions, error) {
	if k := s.regional.Load(); k != nil && s.fresh(k.generation, k.read) {
		return k, nil
	}
	k := &knownRegions{generation: s.generation(), read: time.Now()}
	r := s.cfg.Region.Store.At(ctx)
	all, err := r.Regions()
	if err != nil {
		return nil, err
	}
	for i := range all {
		x := &all[i]
		if x.State == region.Joined {
			k.joined = append(k.joined, *x)
		}
		if x.Invited && x.State == region.Known {
			k.calls.Invitations++
		}
		if err := s.ruling(ctx, x, &k.calls); err != nil {
			return nil, err
		}
		n, err := s.cfg.Region.Waiting(ctx, x)
		if err != nil {
			return nil, err
		}
		switch {
		case n == 0:
		case k.calls.Askers == 0:
			k.calls.AskersAt = regionPath(x) + "#asking"
		default:
			k.calls.AskersAt = "/regions"
		}
		k.calls.Askers += n
	}
	s.regional.Store(k)
	return k, nil
}

// ruling adds what the council of a region waits for, where our co-op is in it.
func (s *Site) ruling(ctx context.Context, r *region.Region, c *regionCalls) error {
	if _, sits := r.Charter.Seat(s.cfg.ActorIRI); !sits || r.State != region.Joined {
		return nil
	}
	at := func(others int) string {
		if others > 0 {
			return "/regions"
		}
		return regionPath(r) + "/council"
	}
	n, err := s.cfg.Region.Unsigned(ctx, r)
	if err != nil {
		return err
	}
	if n > 0 {
		c.ProposalsAt = at(c.Proposals)
		c.Proposals += n
	}
	if s.cfg.Region.HostGone(r) {
		c.GoneAt = at(c.Gone)
		c.Gone++
	}
	return nil
}

// regionPath is the address of a region's page here.
func regionPath(r *region.Region) string { return "/regions/" + r.Slug }

// RegionLink names a region.
type RegionLink struct {
	Name  coop.Text
	Words string // as the reader reads it
	Path  string
}

func (v *visit) regionLink(r *region.Region) RegionLink {
	x := RegionLink{Name: r.Charter.Name, Words: v.site.text(v.tongue, r.Charter.Name).Words, Path: regionPath(r)}
	if x.Words == "" {
		x.Words = r.Slug
	}
	return x
}

// region gives the region that the address names.
func (s *Site) region(v *visit) (region.Region, error) {
	return s.cfg.Region.Region(v.r.Context(), v.by, v.param("slug"))
}

// hosted gives it when this node hosts it.
func (s *Site) hosted(v *visit) (region.Region, error) {
	r, err := s.region(v)
	if err == nil && !r.Hosted {
		err = coop.Errorf(coop.NotFound, "region.elsewhere", "region %s is hosted by %s", r.Slug, r.Charter.Host)
	}
	return r, err
}

// regionAccount is a region's account as after the @ of a handle.
func regionAccount(r *region.Region) string {
	return "@" + r.Charter.Slug + "@" + r.Charter.Host.Host()
}

// inRegion lets a page of the market show a region's.
func (s *Site) inRegion(do func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		r, err := s.region(v)
		if err != nil {
			return err
		}
		v.within = &r
		return do(v)
	}
}

// reader is for whom a list of the market is made: a region shows what everyone may see, to members too.
func (v *visit) reader() coop.Actor {
	if v.within != nil {
		return coop.Anonymous()
	}
	return v.by
}
