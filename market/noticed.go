package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// Hit is a listing that a saved search found.
type Hit struct {
	Search  SavedSearch
	Listing Listing
	At      time.Time
}

// How much is told at once.
const (
	MaxAlert    = 10
	noticesRead = 50
)

// NewsCount is how much of what is new a member has not seen.
type NewsCount struct {
	Threads int // conversations with something unread since
	Ending  int // listings that came to end soon since
	Notices int // matches and finds of saved searches since
}

// Sum is the number beside the link.
func (n NewsCount) Sum() int { return n.Threads + n.Ending + n.Notices }

// Noticed lists the matches and the finds of saved searches that were noticed for by after since and still hold, latest first.
// Class Unauthenticated.
func (s *Service) Noticed(ctx context.Context, by coop.Actor, since time.Time) ([]Match, []Hit, error) {
	if !by.SignedIn() {
		return nil, nil, coop.Errorf(coop.Unauthenticated, "login.required", "news for %s", by)
	}
	now := s.Now().UTC()
	notices, err := s.Store.Notices(ctx, by.Person(), since, noticesRead)
	if err != nil {
		return nil, nil, fmt.Errorf("news for %s: %w", by, err)
	}
	searches := map[coop.ID]SavedSearch{}
	if slices.ContainsFunc(notices, func(n Notice) bool { return n.Kind == NoticeSaved }) {
		saved, err := s.Store.SavedSearches(ctx, by.Person())
		if err != nil {
			return nil, nil, fmt.Errorf("news for %s: %w", by, err)
		}
		for _, x := range saved {
			searches[x.ID] = x
		}
	}
	read := map[coop.ID]Listing{}
	get := func(id coop.ID) (Listing, bool) {
		l, known := read[id]
		if !known {
			if l, err = s.Listing(ctx, by, id); err != nil {
				l = Listing{}
			}
			read[id] = l
		}
		return l, l.Live(now)
	}
	var matches []Match
	var hits []Hit
	for _, n := range notices {
		other, ok := get(n.Listing)
		if !ok {
			continue
		}
		switch n.Kind {
		case NoticeMatch:
			if own, ok := get(n.Subject); ok {
				if r, ok := MatchReason(&own, &other, now); ok {
					matches = append(matches, Match{Of: own, With: other, Reason: r, At: n.At})
				}
			}
		case NoticeSaved:
			if x, ok := searches[n.Subject]; ok {
				hits = append(hits, Hit{Search: x, Listing: other, At: n.At})
			}
		}
	}
	return matches, hits, nil
}

// Alert gives a saved search with what it found since a time, latest first, at most MaxAlert: what a letter of kind "alert" tells,
// whose subject is the search and whose "since" is that time. The list is empty when nothing of it is there any more. Class
// NotFound when the search is.
func (s *Service) Alert(ctx context.Context, search coop.ID, since time.Time) (SavedSearch, []Listing, error) {
	x, err := s.Store.SavedSearch(ctx, search)
	if err != nil {
		return x, nil, fmt.Errorf("alert of search %s: %w", search, err)
	}
	_, hits, err := s.Noticed(ctx, coop.Member(x.Person, coop.RoleMember), since.Add(-time.Microsecond))
	if err != nil {
		return x, nil, err
	}
	var out []Listing
	for _, h := range hits {
		if h.Search.ID == search && len(out) < MaxAlert {
			out = append(out, h.Listing)
		}
	}
	return x, out, nil
}

// CountNews counts what by has not seen: cheap enough for every page.
func (s *Service) CountNews(ctx context.Context, by coop.Actor) (NewsCount, error) {
	if !by.SignedIn() {
		return NewsCount{}, nil
	}
	now := s.Now().UTC()
	n, err := s.Store.CountNews(ctx, by.Person(), now, s.remindFrom(now))
	if err != nil {
		return n, fmt.Errorf("count news for %s: %w", by, err)
	}
	return n, nil
}

// remindFrom is the last end of a listing that ends soon.
func (s *Service) remindFrom(now time.Time) time.Time {
	return EndOfDay(now.In(s.Zone()).AddDate(0, 0, RemindDays), s.Zone())
}

// Seen tells when by last said that they have seen all that is new.
func (s *Service) Seen(ctx context.Context, by coop.Actor) (time.Time, error) {
	at, err := s.Store.Seen(ctx, by.Person())
	if err != nil {
		return at, fmt.Errorf("seen by %s: %w", by, err)
	}
	return at, nil
}

// SeeAll notes that by has seen what is new up to now. Class Unauthenticated.
func (s *Service) SeeAll(ctx context.Context, by coop.Actor) error {
	if !by.SignedIn() {
		return coop.Errorf(coop.Unauthenticated, "login.required", "see all as %s", by)
	}
	if err := s.Store.Write(ctx, func(tx Tx) error { return tx.PutSeen(by.Person(), s.Now().UTC()) }); err != nil {
		return fmt.Errorf("see all as %s: %w", by, err)
	}
	return nil
}
