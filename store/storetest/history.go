package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// The first and the latest of what happened are kept, and go with the listing.
func testHistory(t *testing.T, s *store.Store) {
	ctx := t.Context()
	l, other := sampleListing("Sourdough"), sampleListing("Rye")
	put(t, s, l, other)
	happening := func(n int) market.Happening {
		return market.Happening{At: day0.Add(time.Duration(n) * time.Minute), What: market.Edited, Parts: []market.Facet{"title", "ask"}, Reach: coop.Peers}
	}
	first := market.Happening{At: day0, What: market.Posted, Reach: coop.Everyone}
	renewed := market.Happening{At: day0, What: market.Renew, Until: day0.AddDate(0, 0, 9), Reach: coop.CoopOnly}
	add := func(id coop.ID, all ...market.Happening) {
		t.Helper()
		change(t, s, func(tx market.Tx) error {
			for _, h := range all {
				if err := tx.PutHappening(id, h); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if got := must(s.History(ctx, l.ID))(t); len(got) != 0 {
		t.Errorf("%v", got)
	}
	add(l.ID, first)
	want := []market.Happening{first}
	for n := 1; n < market.MaxHistory+3; n++ {
		add(l.ID, happening(n))
		if n >= 4 {
			want = append(want, happening(n))
		}
	}
	add(other.ID, first, renewed)
	if diff := cmp.Diff(want, must(s.History(ctx, l.ID))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]market.Happening{first, renewed}, must(s.History(ctx, other.ID))(t)); diff != "" {
		t.Error(diff)
	}
	change(t, s, func(tx market.Tx) error { return tx.DropListing(l, day0) })
	if got := must(s.History(ctx, l.ID))(t); len(got) != 0 {
		t.Errorf("outlives its listing: %v", got)
	}
	if got := must(s.History(ctx, other.ID))(t); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// A short address leads to the oldest of ours that it fits, though that is gone, and never to a neighbour's.
func testShort(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const tail = "00abcdef99"
	at := func(head string, remote bool) market.Listing {
		l := sampleListing("Short " + head)
		if remote {
			l = remoteListing("Short " + head)
		}
		l.ID = coop.ID(head + "-0000-7000-8000-00" + tail)
		l.IRI += coop.IRI(head)
		return l
	}
	_, err := s.ListingByTail(ctx, tail)
	class(t, err, coop.NotFound, "listing.unknown")
	put(t, s, at("01900000", true))
	_, err = s.ListingByTail(ctx, tail)
	class(t, err, coop.NotFound, "listing.unknown")
	newer, older := at("01900009", false), at("01900005", false)
	put(t, s, newer)
	if got := must(s.ListingByTail(ctx, tail))(t); got != newer.ID {
		t.Errorf("leads to %s", got)
	}
	put(t, s, older)
	for range 2 {
		if got := must(s.ListingByTail(ctx, tail))(t); got != older.ID {
			t.Errorf("leads to %s", got)
		}
		change(t, s, func(tx market.Tx) error { return tx.DropListing(older, day0) })
	}
	if tail, err := market.TailOf(market.ShortOf(older.ID)); err != nil || must(s.ListingByTail(ctx, tail))(t) != older.ID {
		t.Error(tail, err)
	}
	_, err = s.ListingByTail(ctx, "0000000000")
	class(t, err, coop.NotFound, "")
}
