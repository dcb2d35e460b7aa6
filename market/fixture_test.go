package market_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/market/markettest"
)

// shop is a market over a store in memory, with a clock that the test moves.
type shop struct {
	*market.Service
	mem   *markettest.Store
	clock *atomic.Int64
}

func (s *shop) set(t time.Time)         { s.clock.Store(t.UnixNano()) }
func (s *shop) pass(d time.Duration)    { s.clock.Add(int64(d)) }
func (s *shop) now() time.Time          { return s.Now() }
func (s *shop) events() []coop.Event    { return s.mem.Events() }
func (s *shop) kinds() []coop.EventKind { return kindsOf(s.events()) }

func kindsOf(events []coop.Event) (out []coop.EventKind) {
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

// since gives the kinds of event that do appends.
func (s *shop) since(do func()) []coop.EventKind {
	n := len(s.events())
	do()
	return kindsOf(s.events()[n:])
}

func newShop() *shop {
	s := &shop{mem: markettest.New(), clock: &atomic.Int64{}}
	s.set(noon)
	s.mem.SetClock(func() time.Time { return time.Unix(0, s.clock.Load()).UTC() })
	s.Service = &market.Service{Store: s.mem, NewID: markettest.IDs(), Base: "https://bakery.example", Actor: "https://bakery.example/actor",
		Zone: func() *time.Location { return brussels }, Fuzz: []byte("secret"), Now: func() time.Time { return time.Unix(0, s.clock.Load()).UTC() }}
	return s
}

var (
	ada       = coop.Member("ada", coop.RoleMember)
	ben       = coop.Member("ben", coop.RoleMember)
	steward   = coop.Member("sue", coop.RoleSteward)
	node      = coop.System("test")
	stranger  = coop.Remote("https://social.example/users/eve")
	anonymous = coop.Anonymous()
)

// bread is a listing with nothing wrong.
func bread() market.Listing {
	return market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": "Bread"}, Modes: []market.Mode{market.Gift},
		Visibility: coop.Everyone}
}

// post puts a listing up as ada, with what edit changes in it.
func (s *shop) post(t *testing.T, edit func(*market.Listing)) market.Listing {
	t.Helper()
	l := bread()
	if edit != nil {
		edit(&l)
	}
	out, err := s.PostListing(t.Context(), ada, l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *shop) get(t *testing.T, id coop.ID) market.Listing {
	t.Helper()
	l, err := s.mem.Listing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (s *shop) in(t *testing.T, fn func(market.Tx) error) {
	t.Helper()
	if err := s.Store.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, err error, class coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
		t.Errorf("got %v (class %d, key %s), want class %d, key %s", err, coop.ClassOf(err), coop.KeyOf(err), class, key)
	}
}

// deaf is a store whose queue takes nothing.
type deaf struct{ *markettest.Store }

var errDeaf = errors.New("the queue is full")

type deafTx struct{ market.Tx }

func (deafTx) Append(coop.Event) error { return errDeaf }

func (deafTx) PutLetter(coop.Letter) error { return errDeaf }

func (d deaf) Write(ctx context.Context, fn func(market.Tx) error) error {
	return d.Store.Write(ctx, func(tx market.Tx) error { return fn(deafTx{tx}) })
}

func fieldNames(err error) (out []string) {
	for _, e := range coop.Fields(err) {
		out = append(out, fmt.Sprint(e.Field, " ", e.Key))
	}
	return out
}
