package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// How many things worked out with whom: ours are counted, others' kept as they say.
func testBonds(t *testing.T, s *store.Store) {
	const mill, dairy coop.IRI = "https://mill.example/actor", "https://dairy.example/actor"
	var all []market.Listing
	for i := range 5 {
		l := sampleListing("Loaf")
		l.State, l.Closed = market.Done, day0.AddDate(0, 0, i)
		all = append(all, l)
	}
	put(t, s, all...)
	change(t, s, func(tx market.Tx) error {
		for i, with := range []coop.IRI{mill, mill, dairy, dairy, mill} {
			ok(t, tx.PutWorkedWith(all[i].ID, with))
		}
		ok(t, tx.PutWorkedWith(all[2].ID, mill)) // the last word counts
		ok(t, tx.PutBonds(mill, []market.Bond{{Coop: mill, With: dairy, Count: 7}, {Coop: mill, With: "https://elm.example/actor", Count: 5}}))
		return tx.PutBonds(dairy, []market.Bond{{Coop: dairy, With: mill, Count: 4}})
	})
	ours := func(least int, before time.Time, want ...market.Bond) {
		t.Helper()
		if diff := cmp.Diff(want, must(s.OwnBonds(t.Context(), least, before))(t)); diff != "" {
			t.Errorf("ours, from %d on: %s", least, diff)
		}
	}
	said := func(want ...market.Bond) {
		t.Helper()
		if diff := cmp.Diff(want, must(s.Bonds(t.Context()))(t)); diff != "" {
			t.Error(diff)
		}
	}
	ours(1, day0.AddDate(0, 0, 9), market.Bond{With: dairy, Count: 1}, market.Bond{With: mill, Count: 4})
	ours(2, day0.AddDate(0, 0, 4), market.Bond{With: mill, Count: 3}) // what ended at that moment did not end before it
	ours(1, day0)
	said(market.Bond{Coop: dairy, With: mill, Count: 4}, market.Bond{Coop: mill, With: dairy, Count: 7}, market.Bond{Coop: mill, With: "https://elm.example/actor", Count: 5})
	if with := must(s.WorkedWith(t.Context(), all[2].ID))(t); with != mill {
		t.Errorf("it worked out with %q", with)
	}
	if with := must(s.WorkedWith(t.Context(), newID()))(t); with != "" {
		t.Errorf("what is not there worked out with %q", with)
	}
	change(t, s, func(tx market.Tx) error {
		ok(t, tx.DropListing(all[0], day0))
		ok(t, tx.PutWorkedWith(all[3].ID, ""))
		return tx.PutBonds(mill, nil)
	})
	ours(1, day0.AddDate(0, 0, 9), market.Bond{With: mill, Count: 3})
	said(market.Bond{Coop: dairy, With: mill, Count: 4})
}
