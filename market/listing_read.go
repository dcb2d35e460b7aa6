package market

import (
	"context"
	"fmt"

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
	if l.Visibility < Reach(by) || l.State == Draft && mayChange(by, &l) != nil {
		return Listing{}, coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is not for %s", id, by)
	}
	if l.State == Archived && mayChange(by, &l) != nil {
		return Listing{}, coop.Errorf(coop.Gone, "listing.gone", "listing %s is archived", id)
	}
	return l, nil
}

// Search answers q for by. Reach is set here: nobody searches what they may not see.
func (s *Service) Search(ctx context.Context, by coop.Actor, q Query) (Page, error) {
	q.Reach = Reach(by)
	if len(q.States) > 0 && (q.Poster == "" || q.Poster != by.Person()) && !by.CanSteward() {
		q.States = nil // only one's own list shows what is not open
	}
	if q.Limit <= 0 {
		q.Limit = DefaultPage
	}
	q.Limit = min(q.Limit, MaxPage)
	if q.Sort == "" {
		q.Sort = Newest
	}
	if q.Sort == Nearest && q.Near == nil || q.Sort == Best && q.Text == "" {
		q.Sort = Newest
	}
	p, err := s.Store.Search(ctx, q, s.Now().UTC())
	if err != nil {
		return Page{}, fmt.Errorf("search: %w", err)
	}
	return p, nil
}
