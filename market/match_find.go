package market

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// How much is looked at and told.
const (
	MaxMatches   = 5   // of one listing, and in one mail
	matchAmong   = 100 // the newest listings that could match, looked at for one listing
	matchOwn     = 20  // newest listings of one member that are matched for them
	matchAsked   = 12  // words of a listing that are asked for
	matchNearKm  = 2 * LocalKm
	matchesInAll = 30 // for one member
)

// MatchesOf lists what matches l, of what by may see: more in common first, then nearer, then newer, at most MaxMatches. Nothing
// matches a listing that is not live.
func (s *Service) MatchesOf(ctx context.Context, by coop.Actor, l Listing) ([]Match, error) {
	all, err := s.matches(ctx, by, l, false)
	if err != nil {
		return nil, err
	}
	return all[:min(len(all), MaxMatches)], nil
}

// matches is MatchesOf without its limit; with ours only among our own.
func (s *Service) matches(ctx context.Context, by coop.Actor, l Listing, ours bool) ([]Match, error) {
	now := s.Now().UTC()
	if !l.Live(now) {
		return nil, nil
	}
	q := Query{Purpose: Want, Alike: &Alike{Category: l.Category}, Local: ours, Limit: matchAmong, Sort: Newest}
	if l.Purpose == Want {
		q.Purpose = Offer
	}
	for _, title := range tongues(l.Title) {
		words := make([]string, 0, 8)
		for w := range terms(title, l.Tags) {
			words = append(words, w)
		}
		slices.Sort(words)
		for _, w := range words {
			if !slices.Contains(q.Alike.Words, w) && len(q.Alike.Words) < matchAsked {
				q.Alike.Words = append(q.Alike.Words, w)
			}
		}
	}
	if q.Alike.Category == "" && len(q.Alike.Words) == 0 {
		return nil, nil
	}
	asked := []Query{q}
	if l.Place.Public != nil { // in a large market the newest may all be far away
		near := q
		near.Near, near.RadiusKm = l.Place.Public, matchNearKm
		asked = []Query{near, q}
	}
	var out []Match
	seen := map[coop.ID]bool{}
	for _, q := range asked {
		page, err := s.Search(ctx, by, q)
		if err != nil {
			return nil, fmt.Errorf("matches of listing %s: %w", l.ID, err)
		}
		for i := range page.Listings {
			other := page.Listings[i]
			if seen[other.ID] {
				continue
			}
			seen[other.ID] = true
			if r, ok := MatchReason(&l, &other, now); ok {
				out = append(out, Match{Of: l, With: other, Reason: r})
			}
		}
		if len(page.Listings) < matchAmong && q.Near == nil {
			break
		}
	}
	return byReason(out), nil
}

// MatchesFor lists what matches the live listings of a member, in the same order, each other listing once. Only the newest of
// their listings are looked at. Class Unauthenticated for somebody who is not signed in.
func (s *Service) MatchesFor(ctx context.Context, by coop.Actor) ([]Match, error) {
	if !by.SignedIn() {
		return nil, coop.Errorf(coop.Unauthenticated, "login.required", "matches for %s", by)
	}
	own, err := s.Search(ctx, by, Query{Poster: by.Person(), Sort: Newest, Limit: matchOwn})
	if err != nil {
		return nil, fmt.Errorf("matches for %s: %w", by, err)
	}
	var out []Match
	for i := range own.Listings {
		list, err := s.MatchesOf(ctx, by, own.Listings[i])
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			if !slices.ContainsFunc(out, func(x Match) bool { return x.With.ID == m.With.ID }) {
				out = append(out, m)
			}
		}
	}
	out = byReason(out)
	return out[:min(len(out), matchesInAll)], nil
}
