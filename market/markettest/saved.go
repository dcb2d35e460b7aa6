package markettest

import (
	"context"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// noticed is what a notice is one of.
type noticed struct {
	person  coop.ID
	kind    market.NoticeKind
	subject coop.ID
	listing coop.ID
}

func (t *tx) SavedSearch(id coop.ID) (market.SavedSearch, error) {
	x, ok := t.saved[id]
	if !ok {
		return x, coop.Errorf(coop.NotFound, "saved.unknown", "search %s", id)
	}
	return clone(x), nil
}

func (t *tx) PutSavedSearch(x market.SavedSearch) error {
	t.saved[x.ID] = clone(x)
	return nil
}

func (t *tx) DropSavedSearch(id coop.ID) error {
	delete(t.saved, id)
	for n := range t.notices {
		if n.kind == market.NoticeSaved && n.subject == id {
			delete(t.notices, n)
		}
	}
	return nil
}

func (t *tx) CountSavedSearches(person coop.ID) (n int, err error) {
	for _, x := range t.saved {
		if x.Person == person {
			n++
		}
	}
	return n, nil
}

func (t *tx) PutNotice(n market.Notice) (bool, error) {
	key := noticed{n.Person, n.Kind, n.Subject, n.Listing}
	if _, old := t.notices[key]; old {
		return false, nil
	}
	t.notices[key] = n.At
	return true, nil
}

func (t *tx) DropNotices(before time.Time) error {
	for n, at := range t.notices {
		if at.Before(before) {
			delete(t.notices, n)
		}
	}
	return nil
}

func (t *tx) PutSeen(person coop.ID, at time.Time) error {
	t.seen[person] = at
	return nil
}

func (t *tx) LookedUntil() (time.Time, error) { return t.looked, nil }

func (t *tx) PutLookedUntil(at time.Time) error {
	t.looked = at
	return nil
}

// LookedUntil is the arrival up to which the market was looked through.
func (s *Store) LookedUntil(context.Context) (time.Time, error) { return s.now.Load().looked, nil }

// SavedSearch gives one.
func (s *Store) SavedSearch(_ context.Context, id coop.ID) (market.SavedSearch, error) {
	return (&tx{s.now.Load()}).SavedSearch(id)
}

// SavedSearches lists a member's, oldest first.
func (s *Store) SavedSearches(_ context.Context, person coop.ID) ([]market.SavedSearch, error) {
	return sorted(s.now.Load().saved, func(x market.SavedSearch) bool { return x.Person == person },
		func(a, b market.SavedSearch) int { return compare(a.ID, b.ID) }, 0), nil
}

// AllSavedSearches lists everybody's by id, after one.
func (s *Store) AllSavedSearches(_ context.Context, after coop.ID, limit int) ([]market.SavedSearch, error) {
	return sorted(s.now.Load().saved, func(x market.SavedSearch) bool { return x.ID > after },
		func(a, b market.SavedSearch) int { return compare(a.ID, b.ID) }, limit), nil
}

// Arrivals lists what came after from and not after until, in that order.
func (s *Store) Arrivals(_ context.Context, from, until time.Time, limit int) ([]market.Arrival, error) {
	st := s.now.Load()
	var out []market.Arrival
	for id, came := range st.came {
		if l, ok := st.listings[id]; ok && came.After(from) && !came.After(until) {
			out = append(out, market.Arrival{Listing: clone(l), Came: came})
		}
	}
	slices.SortFunc(out, func(a, b market.Arrival) int {
		if c := a.Came.Compare(b.Came); c != 0 {
			return c
		}
		return compare(a.Listing.ID, b.Listing.ID)
	})
	for i := limit; i < len(out); i++ {
		if out[i].Came.After(out[limit-1].Came) {
			return out[:i], nil
		}
	}
	return out, nil
}

// Notices lists a member's after since, latest first.
func (s *Store) Notices(_ context.Context, person coop.ID, since time.Time, limit int) ([]market.Notice, error) {
	var out []market.Notice
	for n, at := range s.now.Load().notices {
		if n.person == person && at.After(since) {
			out = append(out, market.Notice{Person: n.person, Kind: n.kind, Subject: n.subject, Listing: n.listing, At: at})
		}
	}
	slices.SortFunc(out, func(a, b market.Notice) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return compare(string(a.Kind)+string(a.Subject)+string(a.Listing), string(b.Kind)+string(b.Subject)+string(b.Listing))
	})
	return out[:min(len(out), limit)], nil
}

// Seen tells when a member last saw what is new.
func (s *Store) Seen(_ context.Context, person coop.ID) (time.Time, error) {
	return s.now.Load().seen[person], nil
}

// CountNews counts what a member has not seen.
func (s *Store) CountNews(_ context.Context, person coop.ID, now, soon time.Time) (n market.NewsCount, err error) {
	st := s.now.Load()
	seen := st.seen[person]
	for _, t := range st.threads {
		mine := t.Owner == person && t.Unread > 0 || t.Other.Person == person && t.OtherUnread > 0
		if mine && t.Updated.After(seen) {
			n.Threads++
		}
	}
	for _, l := range st.listings {
		if l.Local() && l.Poster == person && l.Live(now) && !l.Until.After(soon) && l.Until.After(seen.Add(soon.Sub(now))) {
			n.Ending++
		}
	}
	for x, at := range st.notices {
		if l, ok := st.listings[x.listing]; ok && x.person == person && at.After(seen) && l.Live(now) {
			n.Notices++
		}
	}
	return n, nil
}
