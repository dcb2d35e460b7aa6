package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// How many things worked out with whom: ours are counted, others' kept as they say.
func testBonds(t *testing.T, s *store.Store) {
	const mill, dairy coop.IRI = "https://mill.example/actor", "https://dairy.example/actor"
	var all []market.Listing
	for range 4 {
		l := sampleListing("Loaf")
		l.State, l.Closed = market.Done, day0
		all = append(all, l)
	}
	put(t, s, all...)
	change(t, s, func(tx market.Tx) error {
		for i, with := range []coop.IRI{mill, mill, dairy, dairy} {
			ok(t, tx.PutWorkedWith(all[i].ID, with))
		}
		ok(t, tx.PutWorkedWith(all[2].ID, mill)) // the last word counts
		ok(t, tx.PutBonds(mill, []market.Bond{{Coop: mill, With: dairy, Count: 7}, {Coop: mill, With: "https://elm.example/actor", Count: 1}}))
		return tx.PutBonds(dairy, []market.Bond{{Coop: dairy, With: mill, Count: 4}})
	})
	said := func(least int, want ...market.Bond) {
		t.Helper()
		if diff := cmp.Diff(want, must(s.Bonds(t.Context(), least))(t)); diff != "" {
			t.Errorf("from %d on: %s", least, diff)
		}
	}
	said(3, market.Bond{With: mill, Count: 3}, market.Bond{Coop: dairy, With: mill, Count: 4}, market.Bond{Coop: mill, With: dairy, Count: 7})
	said(5, market.Bond{Coop: mill, With: dairy, Count: 7})
	if with := must(s.WorkedWith(t.Context(), all[2].ID))(t); with != mill {
		t.Errorf("it worked out with %q", with)
	}
	if with := must(s.WorkedWith(t.Context(), newID()))(t); with != "" {
		t.Errorf("what is not there worked out with %q", with)
	}
	change(t, s, func(tx market.Tx) error {
		ok(t, tx.DropListing(all[0], day0))
		return tx.PutBonds(mill, nil)
	})
	said(3, market.Bond{Coop: dairy, With: mill, Count: 4})
	said(1, market.Bond{With: dairy, Count: 1}, market.Bond{With: mill, Count: 2}, market.Bond{Coop: dairy, With: mill, Count: 4})
}
