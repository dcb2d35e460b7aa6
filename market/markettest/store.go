// Package markettest is the market's persistence in memory, for tests: small, whole and honest. A transaction works on a copy
// that takes the place of the original when it ends well, what goes in and what comes out shares no memory, and every method
// does what the comments of market.Tx and market.Store say. It is not a mock: it has no expectations and fails on its own only
// where a database would.
package markettest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Store satisfies market.Store. It is safe for use by many goroutines; writes wait for one another.
type Store struct {
	writing sync.Mutex
	now     atomic.Pointer[state]
}

type reminded struct {
	id   coop.ID
	days int
}

// state is never changed once a Store points at it.
type state struct {
	listings map[coop.ID]market.Listing
	gone     map[coop.ID]bool // listings whose tombstone stands
	buried   map[coop.IRI]time.Time
	reminded map[reminded]time.Time
	threads  map[coop.ID]market.Thread
	messages map[coop.ID]market.Message
	events   []coop.Event
	letters  []coop.Letter
	history  map[coop.ID][]market.Happening

	guests     map[string]time.Time // marks that are kept out
	complaints []market.Complaint
	came       map[coop.ID]time.Time // when each listing could first be seen
	saved      map[coop.ID]market.SavedSearch
	notices    map[noticed]time.Time
	seen       map[coop.ID]time.Time
	looked     time.Time
	with       map[coop.ID]coop.IRI // with whom listings of ours worked out
	bonds      map[coop.IRI][]market.Bond
	clock      func() time.Time
}

// New is an empty Store.
func New() *Store {
	s := &Store{}
	s.now.Store(&state{map[coop.ID]market.Listing{}, map[coop.ID]bool{}, map[coop.IRI]time.Time{}, map[reminded]time.Time{},
		map[coop.ID]market.Thread{}, map[coop.ID]market.Message{}, nil, nil, map[coop.ID][]market.Happening{}, map[string]time.Time{}, nil,
		map[coop.ID]time.Time{}, map[coop.ID]market.SavedSearch{}, map[noticed]time.Time{}, map[coop.ID]time.Time{}, time.Time{},
		map[coop.ID]coop.IRI{}, map[coop.IRI][]market.Bond{}, func() time.Time { return time.Unix(0, 0) }})
	return s
}

// SetClock says which time it is when a listing comes. It is called before anything is written.
func (s *Store) SetClock(now func() time.Time) { s.now.Load().clock = now }

// IDs makes ids of the right form, in order, each once: the hundredth ends in 64.
func IDs() func() coop.ID {
	var n atomic.Uint64
	return func() coop.ID { return coop.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", n.Add(1))) }
}

// Write runs fn on a copy, which takes effect when fn gives no error.
func (s *Store) Write(ctx context.Context, fn func(market.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return coop.Errorf(coop.Unavailable, "store.unavailable", "write: %w", err)
	}
	old := s.now.Load()
	tx := &tx{&state{maps.Clone(old.listings), maps.Clone(old.gone), maps.Clone(old.buried), maps.Clone(old.reminded),
		maps.Clone(old.threads), maps.Clone(old.messages), slices.Clip(old.events), slices.Clip(old.letters), maps.Clone(old.history),
		maps.Clone(old.guests), slices.Clip(old.complaints), maps.Clone(old.came), maps.Clone(old.saved), maps.Clone(old.notices),
		maps.Clone(old.seen), old.looked, maps.Clone(old.with), maps.Clone(old.bonds), old.clock}}
	if err := fn(tx); err != nil {
		return err
	}
	s.now.Store(tx.state)
	return nil
}

// Events lists what was appended, in order.
func (s *Store) Events() []coop.Event { return clone(s.now.Load().events) }

// Letters lists the mails that wait, in order; nobody sends them here.
func (s *Store) Letters() []coop.Letter { return clone(s.now.Load().letters) }

// Complaints lists what the stewards were told, in order.
func (s *Store) Complaints() []market.Complaint { return clone(s.now.Load().complaints) }

// SendLetters takes the waiting mails out, as one who sends them would.
func (s *Store) SendLetters() []coop.Letter {
	s.writing.Lock()
	defer s.writing.Unlock()
	old := *s.now.Load()
	sent := clone(old.letters)
	old.letters = nil
	s.now.Store(&old)
	return sent
}

// Listings lists every row in every state, by id.
func (s *Store) Listings() []market.Listing {
	return sorted(s.now.Load().listings, func(market.Listing) bool { return true },
		func(a, b market.Listing) int { return compare(a.ID, b.ID) }, 0)
}

// Listing gives one row, or Gone when it was deleted.
func (s *Store) Listing(_ context.Context, id coop.ID) (market.Listing, error) {
	st := s.now.Load()
	if st.gone[id] {
		return market.Listing{}, coop.Errorf(coop.Gone, "listing.gone", "listing %s was deleted", id)
	}
	return (&tx{st}).Listing(id)
}

// ListingByIRI finds a row by its address, or Gone when it was deleted.
func (s *Store) ListingByIRI(_ context.Context, iri coop.IRI) (market.Listing, error) {
	st := s.now.Load()
	if _, ok := st.buried[iri]; ok {
		return market.Listing{}, coop.Errorf(coop.Gone, "listing.gone", "listing %s was deleted", iri)
	}
	return (&tx{st}).ListingByIRI(iri)
}

// ListingByTail finds the oldest of ours whose id ends like that.
func (s *Store) ListingByTail(_ context.Context, tail string) (coop.ID, error) {
	st := s.now.Load()
	var all []coop.ID
	for id, l := range st.listings {
		if l.Local() && strings.HasSuffix(string(id), tail) {
			all = append(all, id)
		}
	}
	for id := range st.gone {
		if strings.HasSuffix(string(id), tail) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return "", coop.Errorf(coop.NotFound, "listing.unknown", "no listing ends in %s", tail)
	}
	return slices.Min(all), nil
}

// History lists what happened to a listing, oldest first.
func (s *Store) History(_ context.Context, listing coop.ID) ([]market.Happening, error) {
	return clone(s.now.Load().history[listing]), nil
}

// Thread gives one conversation.
func (s *Store) Thread(_ context.Context, id coop.ID) (market.Thread, error) {
	return (&tx{s.now.Load()}).Thread(id)
}

// Threads lists conversations, latest first. The cursor is the id of the last one given.
func (s *Store) Threads(_ context.Context, owner coop.ID, limit int, cursor string) ([]market.Thread, string, error) {
	return page(sorted(s.now.Load().threads, func(t market.Thread) bool { return owner == "" || t.Owner == owner }, latest, 0), limit, cursor)
}

func latest(a, b market.Thread) int {
	if c := b.Updated.Compare(a.Updated); c != 0 {
		return c
	}
	return compare(a.ID, b.ID)
}

// ThreadsOf lists the conversations of one person on either side, unread first, then latest first.
func (s *Store) ThreadsOf(_ context.Context, person coop.ID, limit int, cursor string) ([]market.Thread, string, error) {
	return page(sorted(s.now.Load().threads, func(t market.Thread) bool { return t.Owner == person || fellow(person, t) },
		func(a, b market.Thread) int {
			if x, y := unread(person, a) > 0, unread(person, b) > 0; x != y {
				if x {
					return -1
				}
				return 1
			}
			return latest(a, b)
		}, 0), limit, cursor)
}

func fellow(person coop.ID, t market.Thread) bool { return person != "" && t.Other.Person == person }

func unread(person coop.ID, t market.Thread) (n int) {
	if t.Owner == person {
		n += t.Unread
	}
	if fellow(person, t) {
		n += t.OtherUnread
	}
	return n
}

func page(all []market.Thread, limit int, cursor string) ([]market.Thread, string, error) {
	if cursor != "" {
		i := slices.IndexFunc(all, func(t market.Thread) bool { return string(t.ID) == cursor })
		if i < 0 {
			return nil, "", coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.50q", cursor)
		}
		all = all[i+1:]
	}
	if limit <= 0 {
		limit = market.DefaultPage
	}
	if len(all) <= limit {
		return all, "", nil
	}
	return all[:limit], string(all[limit-1].ID), nil
}

// Messages lists what was said in a thread, oldest first.
func (s *Store) Messages(_ context.Context, thread coop.ID) ([]market.Message, error) {
	return sorted(s.now.Load().messages, func(m market.Message) bool { return m.Thread == thread }, oldest, 0), nil
}

// Replies lists the public replies under a listing that are not hidden, oldest first.
func (s *Store) Replies(_ context.Context, listing coop.ID) ([]market.Message, error) {
	return sorted(s.now.Load().messages,
		func(m market.Message) bool { return m.Listing == listing && m.Public && !m.Hidden }, oldest, 0), nil
}

// HiddenReplies lists the public replies under a listing that are hidden, oldest first.
func (s *Store) HiddenReplies(_ context.Context, listing coop.ID) ([]market.Message, error) {
	return sorted(s.now.Load().messages,
		func(m market.Message) bool { return m.Listing == listing && m.Public && m.Hidden }, oldest, 0), nil
}

// Unread counts what one person has not read, on either side.
func (s *Store) Unread(_ context.Context, owner coop.ID) (int, error) {
	n := 0
	for _, t := range s.now.Load().threads {
		n += unread(owner, t)
	}
	return n, nil
}

// CountEnding counts a member's open listings whose end is until or before.
func (s *Store) CountEnding(_ context.Context, poster coop.ID, until time.Time) (int, error) {
	n := 0
	for _, l := range s.now.Load().listings {
		if l.Local() && l.Poster == poster && l.State == market.Open && !l.Until.After(until) {
			n++
		}
	}
	return n, nil
}

func oldest(a, b market.Message) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return compare(a.ID, b.ID)
}
