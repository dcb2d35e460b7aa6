package region

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Founding is what a steward says of a region that begins.
type Founding struct {
	Name      coop.Text
	Story     coop.Text
	Slug      string // of its account and its pages
	Languages []string
	Area      Area // where it is, if that is said
	Joining   Joining
	Expects   []coop.IRI // pages that members are asked to go by
	Absence   int        // days; see Charter
	Terms     Terms      // what we bring into it
}

// Found begins a region that this node hosts, with our co-op as its only member and its council. Stewards may. Errors: Invalid about a field; Conflict,
// key region.slug, field slug, when we have one of that name, the co-op has it itself, or it is a word of ours; TooMany, key region.many.
func (s *Service) Found(ctx context.Context, by coop.Actor, f Founding) (Region, error) {
	if err := mustSteward(by, "found a region"); err != nil {
		return Region{}, err
	}
	r, err := s.found(ctx, by, f)
	if err != nil {
		return Region{}, fmt.Errorf("found region %s: %w", f.Slug, err)
	}
	return r, nil
}

func (s *Service) found(ctx context.Context, by coop.Actor, f Founding) (Region, error) {
	us, err := s.read(ctx).Coop()
	if err != nil {
		return Region{}, err
	}
	c := Charter{Version: 1, Attempt: 1, Need: 1, Absence: f.Absence, Slug: f.Slug, Name: f.Name, Story: f.Story, Languages: f.Languages, Joining: f.Joining,
		Expects: f.Expects, Host: "unknown", HostKey: "unknown", Council: []Seat{{s.Actor, "unknown"}}}
	area, err := s.written(f.Area)
	if err := errors.Join(c.Validate(), err, f.Terms.validate()); err != nil { // before any key is made
		return Region{}, err
	}
	c.Area = area.ID
	if slices.Contains(reserved, f.Slug) || f.Slug == us.Handle { // @slug@host is one account
		return Region{}, slugTaken(f.Slug)
	}
	host := s.Papers.Account(f.Slug)
	if _, err := s.read(ctx).RegionBySlug(f.Slug); err == nil {
		return Region{}, slugTaken(f.Slug)
	}
	ours, err := s.Papers.Key(ctx, s.Actor)
	if err != nil {
		return Region{}, err
	}
	if c.HostKey, err = s.Papers.Key(ctx, host); err != nil {
		return Region{}, err
	}
	c.Host, c.Council = host, []Seat{{s.Actor, ours}}
	if c, err = s.Papers.Charter(c); err != nil {
		return Region{}, err
	}
	mark, err := s.Papers.Mark(ctx, c.ID)
	if err != nil {
		return Region{}, err
	}
	now := s.now()
	r := Region{ID: c.ID, Slug: f.Slug, Hosted: true, State: Joined, Charter: c, Hosts: []coop.IRI{host}, Joined: now, Heard: now, Pulled: now, Turned: now, Anchor: c.ID}
	p := Part{Region: r.ID, Coop: s.Actor, Own: true}
	e, err := s.Papers.Entry(ctx, Entry{Region: r.ID, Charter: c.ID, Coop: s.Actor, Serial: 1, Key: ours, Name: us.Name, Ties: f.Terms.Ties, Shares: f.Terms.Shares})
	if err != nil {
		return Region{}, err
	}
	p.hearEntry(e)
	if c.Joining == ByCouncil {
		v, err := s.vote(ctx, &r, &p)
		if err != nil {
			return Region{}, err
		}
		p.hearVote(v)
	}
	a, err := s.admission(ctx, &r, &p, true)
	if err != nil {
		return Region{}, err
	}
	p.hearAdmission(a)
	p.settle(&c, now)
	return r, s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.RegionBySlug(f.Slug); err == nil {
			return slugTaken(f.Slug)
		}
		if err := fewRegions(tx); err != nil {
			return err
		}
		if err := errors.Join(tx.PutRegion(r), keepArea(tx, r.ID, area)); err != nil {
			return err
		}
		return errors.Join(tx.PutCharter(r.ID, c), tx.PutMark(r.ID, c.Version, c.Attempt, mark), tx.PutPart(p), s.tellOurselves(tx, by))
	})
}

// reserved are words that stand in addresses where a region's slug would.
var reserved = []string{"new", "look"}

func slugTaken(slug string) error {
	return &coop.Error{Class: coop.Conflict, Key: "region.slug", Field: "slug", Args: map[string]any{"Slug": slug}}
}

// fewRegions refuses another region where there are too many already.
func fewRegions(r Reader) error {
	all, err := r.Regions()
	if err == nil && len(all) >= MaxRegions {
		err = coop.Errorf(coop.TooMany, "region.many", "%d regions are known", len(all))
	}
	return err
}

// validate checks what a co-op brings, as its entry would say it.
func (t Terms) validate() error {
	e := Entry{Region: "r", Charter: "c", Coop: "c", Serial: 1, Key: "k", Name: "n", Ties: t.Ties, Shares: t.Shares}
	return e.Validate()
}
