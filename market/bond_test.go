package market_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"toadlane/coop"
	"toadlane/market"
)

const mill coop.IRI = "https://mill.example/actor"

// From three things on that worked out with one co-op, before this month, it is told how many, in steps; with whom one did, only to who may change it.
func TestOwnBonds(t *testing.T) {
	t.Parallel()
	s := newShop()
	ended := func(with coop.IRI) market.Listing {
		t.Helper()
		l := s.post(t, nil)
		l, err := s.CloseListing(t.Context(), ada, l.ID, market.Ending{With: with})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	bonds := func(want ...market.Bond) {
		t.Helper()
		got, err := s.Bonds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
	l := ended(mill)
	ended(mill)
	ended("https://dairy.example/actor")
	ended("")
	third := ended(mill)
	bonds() // in the month in which they ended nothing moves
	s.pass(31 * 24 * time.Hour)
	bonds(market.Bond{With: mill, Count: 3})
	fourth := ended(mill)
	s.pass(31 * 24 * time.Hour)
	bonds(market.Bond{With: mill, Count: 3}) // four are told as three
	ended(mill)
	ended(mill)
	s.pass(31 * 24 * time.Hour)
	bonds(market.Bond{With: mill, Count: 5})

	if with, err := s.WorkedWith(t.Context(), ada, &l); err != nil || with != mill {
		t.Errorf("%q, %v", with, err)
	}
	if _, err := s.WorkedWith(t.Context(), ben, &l); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
	if _, err := s.WorkedWith(t.Context(), anonymous, &l); coop.ClassOf(err) != coop.Unauthenticated {
		t.Error(err)
	}
	open := s.post(t, nil)
	for _, bad := range []coop.IRI{"mill", "javascript:x", s.Actor} {
		if _, err := s.CloseListing(t.Context(), ada, open.ID, market.Ending{With: bad}); cmp.Diff([]string{"with choice.unknown"}, fieldNames(err)) != "" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if got := s.get(t, open.ID); got.State != market.Open {
		t.Errorf("what was refused is %s", got.State)
	}

	// It can be said otherwise afterwards, and goes with its listing.
	says := func(by coop.Actor, id coop.ID, with coop.IRI) error {
		return s.SayWorkedWith(t.Context(), by, id, with)
	}
	if err := says(ben, l.ID, ""); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
	if err := says(ada, open.ID, mill); coop.KeyOf(err) != "listing.state" {
		t.Errorf("of one that is open: %v", err)
	}
	if err := says(ada, l.ID, "mill"); cmp.Diff([]string{"with choice.unknown"}, fieldNames(err)) != "" {
		t.Error(err)
	}
	for _, id := range []coop.ID{l.ID, fourth.ID} {
		if err := says(ada, id, ""); err != nil {
			t.Fatal(err)
		}
	}
	bonds(market.Bond{With: mill, Count: 3})
	if err := s.DeleteListing(t.Context(), ada, third.ID); err != nil {
		t.Fatal(err)
	}
	if err := says(ada, l.ID, "https://dairy.example/actor"); err != nil {
		t.Fatal(err)
	}
	bonds(market.Bond{With: mill, Count: 3})
}

// What another co-op says of itself takes the place of what it said; what it says of others, or that is none, is left out.
func TestReceiveBonds(t *testing.T) {
	t.Parallel()
	s := newShop()
	hears := func(list ...market.Bond) []market.Bond {
		t.Helper()
		if err := s.Store.Write(t.Context(), func(tx market.Tx) error { return market.ReceiveBonds(tx, mill, list) }); err != nil {
			t.Fatal(err)
		}
		got, err := s.Bonds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	good := market.Bond{Coop: mill, With: "https://dairy.example/actor", Count: 3}
	got := hears(good, market.Bond{Coop: mill, With: good.With, Count: 9}, market.Bond{Coop: mill, With: mill, Count: 9}, market.Bond{Coop: good.With, With: "https://elm.example/actor", Count: 9},
		market.Bond{Coop: mill, With: "https://few.example/actor", Count: market.LeastBond - 1}, market.Bond{Coop: mill, With: "https://many.example/actor", Count: market.MaxBond + 1})
	if d := cmp.Diff([]market.Bond{good}, got); d != "" {
		t.Error(d)
	}
	if got := hears(); len(got) != 0 {
		t.Errorf("taken back, and still there: %+v", got)
	}
	var crowd []market.Bond
	for i := range market.MaxBonds + 1 {
		crowd = append(crowd, market.Bond{Coop: mill, With: coop.IRI("https://c" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ".example/actor"), Count: 3})
	}
	if got := hears(crowd...); len(got) != market.MaxBonds {
		t.Errorf("%d are kept", len(got))
	}
}
