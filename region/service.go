package region

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// Service holds the use cases of regions. Whoever wires the program fills the fields.
//
// Everyone reads the regions that we take part in. Stewards found, ask, invite, answer, narrow and leave: a use case that is refused answers with
// class Unauthenticated, key login.required, to who is not signed in, and with Forbidden, key steward.only, to a member; every one may answer with
// Unavailable. Use cases that take a Tx run in the caller's transaction: what peers send is kept together with the row it came in.
type Service struct {
	Store  Store
	Papers Papers
	Now    func() time.Time
	NewID  func() coop.ID
	Actor  coop.IRI // our co-op's own
	// Meets lists those of the pages that a co-op does not say it goes by; nil asks nobody.
	Meets func(ctx context.Context, who coop.IRI, pages []coop.IRI) (missing []coop.IRI, err error)
	// Index reads organisations from a Murmurations index: their names, pages, places and profiles; nil reads none.
	Index func(ctx context.Context, q IndexQuery) ([]Unclaimed, error)
}

// Limits.
const (
	MaxRegions = 200  // known on one node
	MaxAsking  = 500  // that wait for an answer of one host
	MaxParts   = 5000 // of one region
)

// now is the time to the microsecond, which is what both databases keep.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

func (s *Service) read(ctx context.Context) Reader { return s.Store.At(ctx) }

// mustSteward lets stewards and the node itself pass.
func mustSteward(by coop.Actor, what string) error {
	switch {
	case by.CanSteward():
		return nil
	case by.SignedIn():
		return coop.Errorf(coop.Forbidden, "steward.only", "%s as %s", what, by)
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s as %s", what, by)
}

// View is a region as its page shows it.
type View struct {
	Region Region
	Own    Part   // ours; zero while we have none
	In     []Part // those who take part, what changed last first: also who has not said so themselves
	Count  int    // how many take part, for strangers only those who count
	Next   string // cursor of further ones
	Asking []Part // for stewards of the host, and of the council where it lets in: who waits for an answer
	Bidden []Part // for stewards of the host: who was invited and has not asked
}

// shows tells whether who acts may see that we know of a region: its stewards always, everyone when we take part in it.
func shows(r *Region, by coop.Actor) bool { return by.CanSteward() || r.State == Joined }

// Regions lists the regions that we take part in, and for stewards all that are known here.
func (s *Service) Regions(ctx context.Context, by coop.Actor) ([]Region, error) {
	all, err := s.read(ctx).Regions()
	if err != nil {
		return nil, fmt.Errorf("regions: %w", err)
	}
	var out []Region
	for i := range all {
		if shows(&all[i], by) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Region gives one by its slug. Everyone may who may see it. Class NotFound, key region.unknown.
func (s *Service) Region(ctx context.Context, by coop.Actor, slug string) (Region, error) {
	r, err := s.read(ctx).RegionBySlug(slug)
	if err == nil && !shows(&r, by) {
		err = coop.Errorf(coop.NotFound, "region.unknown", "region %s is %s", slug, r.State)
	}
	if err != nil {
		return Region{}, fmt.Errorf("region %s: %w", slug, err)
	}
	return r, nil
}

// View gives what a region's page shows. Errors as of Region; Invalid, key cursor.invalid.
func (s *Service) View(ctx context.Context, by coop.Actor, slug string, limit int, cursor string) (View, error) {
	var v View
	var err error
	if v.Region, err = s.Region(ctx, by, slug); err != nil {
		return v, err
	}
	if err := s.view(s.read(ctx), by, &v, limit, cursor); err != nil {
		return v, fmt.Errorf("region %s: %w", slug, err)
	}
	return v, nil
}

func (s *Service) view(r Reader, by coop.Actor, v *View, limit int, cursor string) (err error) {
	id := v.Region.ID
	if v.Own, err = r.Part(id, s.Actor); err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	if v.In, v.Next, err = r.Parts(id, In, limit, cursor); err != nil {
		return err
	}
	if !by.CanPost() {
		v.Count, err = r.CountCounting(id) // whoever says of a co-op that it takes part is not to be believed before the co-op says so too
		return err
	}
	if v.Count, err = r.CountParts(id, In); err != nil || !v.Region.Answers(s.Actor) || !by.CanSteward() {
		return err
	}
	if v.Asking, _, err = r.Parts(id, Asking, MaxAsking, ""); err != nil || !v.Region.Hosted {
		return err
	}
	v.Bidden, _, err = r.Parts(id, Bidden, MaxAsking, "")
	return err
}

// part gives a co-op's part, or a fresh one when there is none.
func (s *Service) part(r Reader, of ID, who coop.IRI) (Part, error) {
	p, err := r.Part(of, who)
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return Part{Region: of, Coop: who, Own: who == s.Actor}, nil
	}
	return p, err
}
