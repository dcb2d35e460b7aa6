package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// News is what came to the market in a span of time, as one member may see it.
type News struct {
	Offers  []Listing
	Wants   []Listing
	Matches []Match // in which either side is new; at most MaxMatches
}

// NewFor lists what was published from since until before to and still stands, newest first, but the second of an author after
// the first of all others, and so on. What is by's own is left out, and what matches stands under Matches only. Class
// Unauthenticated for somebody who is not signed in.
func (s *Service) NewFor(ctx context.Context, by coop.Actor, since, to time.Time) (News, error) {
	var n News
	isNew := func(l *Listing) bool { return !l.Created.Before(since) && l.Created.Before(to) }
	matches, err := s.MatchesFor(ctx, by)
	if err != nil {
		return n, err
	}
	for _, m := range matches {
		if (isNew(&m.With) || isNew(&m.Of)) && len(n.Matches) < MaxMatches {
			n.Matches = append(n.Matches, m)
		}
	}
	page, err := s.Search(ctx, by, Query{Since: since, Sort: Newest, Limit: MaxPage})
	if err != nil {
		return n, fmt.Errorf("news: %w", err)
	}
	for _, l := range page.Listings {
		switch {
		case !isNew(&l) || l.Local() && l.Poster != "" && l.Poster == by.Person():
		case slices.ContainsFunc(n.Matches, func(m Match) bool { return m.With.ID == l.ID }):
		case l.Purpose == Offer:
			n.Offers = append(n.Offers, l)
		default:
			n.Wants = append(n.Wants, l)
		}
	}
	n.Offers, n.Wants = inTurns(n.Offers), inTurns(n.Wants)
	return n, nil
}

// inTurns gives every author a turn before anybody has a second.
func inTurns(list []Listing) []Listing {
	type author struct {
		home   coop.IRI
		poster coop.ID
	}
	turns := map[author]int{}
	turn := make(map[coop.ID]int, len(list))
	for _, l := range list {
		a := author{l.Home, l.Poster}
		turn[l.ID] = turns[a]
		turns[a]++
	}
	slices.SortStableFunc(list, func(a, b Listing) int { return turn[a.ID] - turn[b.ID] })
	return list
}

// EndingOf lists the open listings of by that end within RemindDays, soonest first.
func (s *Service) EndingOf(ctx context.Context, by coop.Actor) ([]Listing, error) {
	page, err := s.Search(ctx, by, Query{Poster: by.Person(), Before: s.Now().UTC().AddDate(0, 0, RemindDays), Sort: Ends, Limit: MaxPage})
	if err != nil {
		return nil, fmt.Errorf("ending listings: %w", err)
	}
	return page.Listings, nil
}
