package market

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Reach is what by may see: a member what the co-op sees, everybody else what is public.
func Reach(by coop.Actor) coop.Visibility {
	if by.CanPost() {
		return coop.CoopOnly
	}
	return coop.Everyone
}

// Listing gives one listing to a reader. What the reader may not see is NotFound, with the same words as what does not exist;
// what was deleted or archived is Gone.
func (s *Service) Listing(ctx context.Context, by coop.Actor, id coop.ID) (Listing, error) {
	l, err := s.Store.Listing(ctx, id)
	if err != nil {
		return Listing{}, fmt.Errorf("listing %s: %w", id, err)
	}
	if mayChange(by, &l) == nil { // a draft need not say yet who may see it
		return l, nil
	}
	if l.Visibility < Reach(by) || l.State == Draft {
		return Listing{}, coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is not for %s", id, by)
	}
	if l.State == Archived {
		return Listing{}, coop.Errorf(coop.Gone, "listing.gone", "listing %s is archived", id)
	}
	l.Place.Exact = nil // only whoever may change it sees where it is to the metre
	return l, nil
}

// Search answers q for by. Reach is set here: nobody searches what they may not see.
func (s *Service) Search(ctx context.Context, by coop.Actor, q Query) (Page, error) {
	q.Reach = Reach(by)
	own := q.Poster != "" && q.Poster == by.Person()
	if own {
		q.Reach = coop.OnlyMe // drafts need not say yet who may see them
	} else if !by.CanSteward() {
		q.States = nil // only one's own list shows what is not open
	}
	if q.Limit <= 0 {
		q.Limit = DefaultPage
	}
	q.Limit = min(q.Limit, MaxPage)
	if !slices.Contains(Sorts, q.Sort) {
		q.Sort = Newest
	}
	if q.Sort == Nearest && q.Near == nil || q.Sort == Best && q.Text == "" {
		q.Sort = Newest
	}
	p, err := s.Store.Search(ctx, q, s.Now().UTC())
	if err != nil {
		return Page{}, fmt.Errorf("search: %w", err)
	}
	for i := range p.Listings {
		if mayChange(by, &p.Listings[i]) != nil {
			p.Listings[i].Place.Exact = nil
		}
	}
	return p, nil
}

// DoneLately lists what worked out, the latest first, of what by may see: of one member, or of all when poster is "".
func (s *Service) DoneLately(ctx context.Context, by coop.Actor, poster coop.ID, limit int, cursor string) (Page, error) {
	q := Query{Reach: Reach(by), Poster: poster, States: []State{Done}, Sort: Newest, Limit: min(limit, MaxPage), Cursor: cursor}
	p, err := s.Store.Search(ctx, q, s.Now().UTC())
	if err != nil {
		return Page{}, fmt.Errorf("done lately: %w", err)
	}
	for i := range p.Listings {
		p.Listings[i].Place.Exact = nil
	}
	return p, nil
}

// Similar lists live listings like l, the newest first: of the same purpose and category, or of the same kind when it has none. It
// is for those who find l over.
func (s *Service) Similar(ctx context.Context, by coop.Actor, l *Listing, limit int) ([]Listing, error) {
	q := Query{Purpose: l.Purpose, Kind: l.Kind, Sort: Newest, Limit: limit + 1}
	if l.Category != "" {
		q.Kind, q.Category = "", l.Category
	}
	p, err := s.Search(ctx, by, q)
	if err != nil {
		return nil, err
	}
	var out []Listing
	for _, x := range p.Listings {
		if x.ID != l.ID && len(out) < limit {
			out = append(out, x)
		}
	}
	return out, nil
}

// Count counts what q finds for by, at most most: of what is live and open to them.
func (s *Service) Count(ctx context.Context, by coop.Actor, q Query, most int) (int, error) {
	q.Reach, q.States, q.Cursor = Reach(by), nil, ""
	n, err := s.Store.Count(ctx, q, s.Now().UTC(), most)
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return n, nil
}
