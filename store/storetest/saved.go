package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// member puts a person into the store.
func member(t *testing.T, s *store.Store, handle string) coop.ID {
	t.Helper()
	p := coop.Person{ID: newID(), Handle: handle, DisplayName: handle}
	ok(t, store.Coop{Store: s}.Write(t.Context(), func(tx coop.Tx) error { return tx.PutPerson(p) }))
	return p.ID
}

// testArrivals: a listing comes once, when it can first be seen by those who may see it now.
func testArrivals(t *testing.T, s *store.Store) {
	ctx := t.Context()
	begin := time.Now().Add(-time.Hour)
	arrivals := func(from time.Time, limit int) (out []string, last time.Time) {
		t.Helper()
		for _, a := range must(s.Arrivals(ctx, from, time.Now().Add(time.Hour), limit))(t) {
			if !a.Came.After(from) {
				t.Errorf("came at %s, asked from %s", a.Came, from)
			}
			out, last = append(out, a.Listing.Title["en"]), a.Came
		}
		return out, last
	}
	a, b, draft := sampleListing("a"), remoteListing("b"), sampleListing("draft")
	b.Updated = day0.AddDate(0, 0, -20) // its home made it long ago; it came now
	draft.State, draft.Visibility = market.Draft, coop.CoopOnly
	for _, l := range []market.Listing{a, b, draft} {
		put(t, s, l)
	}
	all, mark := arrivals(begin, 10)
	if diff := cmp.Diff([]string{"a", "b", "draft"}, all); diff != "" {
		t.Fatal(diff)
	}
	first, next := arrivals(begin, 2)
	if diff := cmp.Diff([]string{"a", "b"}, first); diff != "" {
		t.Error(diff)
	}
	if rest, _ := arrivals(next, 2); len(rest) != 1 || rest[0] != "draft" {
		t.Errorf("then %v", rest)
	}
	// What is edited, paused or renewed does not come again.
	a.Title["en"], a.Version = "a2", 2
	put(t, s, a)
	a.State = market.Paused
	put(t, s, a)
	a.State, a.Visibility = market.Open, coop.Peers
	put(t, s, a)
	if again, _ := arrivals(mark, 10); len(again) != 0 {
		t.Errorf("%v came again", again)
	}
	draft.State = market.Open
	put(t, s, draft)
	a.Visibility = coop.Everyone
	put(t, s, a)
	if again, _ := arrivals(mark, 10); cmp.Diff([]string{"draft", "a2"}, again) != "" {
		t.Errorf("%v came anew", again)
	}
	page := must(s.Search(ctx, market.Query{CameAfter: mark, Sort: market.ByTitle, Reach: coop.CoopOnly}, day0))(t)
	if got := fmt.Sprint(len(page.Listings)); got != "2" {
		t.Errorf("a search after the mark finds %s", got)
	}
	if none := must(s.Arrivals(ctx, begin, begin, 10))(t); len(none) != 0 {
		t.Errorf("%d came before anything did", len(none))
	}
}

func testSaved(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ada, ben := member(t, s, "ada"), member(t, s, "ben")
	x := market.SavedSearch{ID: newID(), Person: ada, Name: "Bread", Address: "q=bread&radius=5", Tell: market.TellDaily, Created: day0,
		Query: market.Query{Text: "bread", Near: &coop.Point{Lat: 51_000_000, Lon: -2_000_000}, RadiusKm: 5, Sort: market.Newest, Reach: coop.CoopOnly}}
	y := market.SavedSearch{ID: newID(), Person: ada, Name: "Vans", Tell: market.TellNever, Created: day0.Add(time.Hour)}
	z := market.SavedSearch{ID: newID(), Person: ben, Name: "Bread", Tell: market.TellNow, Created: day0}
	l := sampleListing("Bread")
	put(t, s, l)
	change(t, s, func(tx market.Tx) error {
		for _, k := range []market.SavedSearch{y, x, z} {
			ok(t, tx.PutSavedSearch(k))
		}
		if n := must(tx.CountSavedSearches(ada))(t); n != 2 {
			t.Errorf("ada keeps %d", n)
		}
		for _, k := range []market.SavedSearch{x, z} {
			n := market.Notice{Person: k.Person, Kind: market.NoticeSaved, Subject: k.ID, Listing: l.ID, At: day0}
			if fresh := must(tx.PutNotice(n))(t); !fresh {
				t.Error("a new notice is not new")
			}
			n.At = day0.Add(time.Hour)
			if fresh := must(tx.PutNotice(n))(t); fresh {
				t.Error("a notice is new twice")
			}
		}
		if fresh := must(tx.PutNotice(market.Notice{Person: newID(), Kind: market.NoticeSaved, Subject: x.ID, Listing: l.ID, At: day0}))(t); fresh {
			t.Error("a notice for nobody is kept")
		}
		return nil
	})
	if diff := cmp.Diff([]market.SavedSearch{x, y}, must(s.SavedSearches(ctx, ada))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(x, must(s.SavedSearch(ctx, x.ID))(t)); diff != "" {
		t.Error(diff)
	}
	first := must(s.AllSavedSearches(ctx, "", 2))(t)
	if diff := cmp.Diff([]market.SavedSearch{z}, must(s.AllSavedSearches(ctx, first[1].ID, 2))(t)); len(first) != 2 || diff != "" {
		t.Errorf("%d, %s", len(first), diff)
	}
	x.Tell = market.TellNow
	change(t, s, func(tx market.Tx) error {
		ok(t, tx.PutSavedSearch(x))
		return tx.DropSavedSearch(z.ID)
	})
	if got := must(s.SavedSearch(ctx, x.ID))(t); got.Tell != market.TellNow {
		t.Errorf("tells %s", got.Tell)
	}
	_, err := s.SavedSearch(ctx, z.ID)
	class(t, err, coop.NotFound, "saved.unknown")
	notice := market.Notice{Person: ada, Kind: market.NoticeSaved, Subject: x.ID, Listing: l.ID, At: day0}
	if diff := cmp.Diff([]market.Notice{notice}, must(s.Notices(ctx, ada, day0.Add(-time.Second), 10))(t)); diff != "" {
		t.Error(diff)
	}
	if n := len(must(s.Notices(ctx, ben, time.Time{}, 10))(t)); n != 0 {
		t.Errorf("%d notices of a search that is gone", n)
	}
	if n := len(must(s.Notices(ctx, ada, day0, 10))(t)); n != 0 {
		t.Errorf("%d notices after the only one", n)
	}
	ok(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error { return tx.DropPerson(ada) }))
	if left := must(s.AllSavedSearches(ctx, "", 9))(t); len(left) != 0 {
		t.Errorf("left of somebody removed: %+v", left)
	}
}

func testNews(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ada := member(t, s, "ada")
	if at := must(s.LookedUntil(ctx))(t); !at.IsZero() {
		t.Errorf("looked until %s on a new node", at)
	}
	soon := day0.AddDate(0, 0, 7)
	ends, later, over, found := sampleListing("ends"), sampleListing("later"), sampleListing("over"), remoteListing("found")
	for _, l := range []*market.Listing{&ends, &later, &over} {
		l.Poster = ada
	}
	ends.Until, over.Until = day0.AddDate(0, 0, 6), day0
	gone := remoteListing("gone")
	gone.Until = day0
	put(t, s, ends, later, over, found, gone)
	count := func() market.NewsCount {
		t.Helper()
		return must(s.CountNews(ctx, ada, day0, soon))(t)
	}
	change(t, s, func(tx market.Tx) error {
		for _, l := range []market.Listing{found, gone} {
			must(tx.PutNotice(market.Notice{Person: ada, Kind: market.NoticeMatch, Subject: ends.ID, Listing: l.ID, At: day0.Add(-time.Hour)}))(t)
		}
		for i, unread := range []int{2, 0, 1} {
			owner := ada
			if i == 2 { // the stewards', with her
				owner = ""
			}
			ok(t, tx.PutThread(market.Thread{ID: newID(), Owner: owner, Other: market.Party{Person: [3]coop.ID{"", "", ada}[i]}, Unread: unread, OtherUnread: unread, Created: day0.Add(-time.Hour), Updated: day0.Add(-time.Hour)}))
		}
		ok(t, tx.PutLookedUntil(day0))
		if at := must(tx.LookedUntil())(t); !at.Equal(day0) {
			t.Errorf("looked until %s", at)
		}
		return nil
	})
	if at := must(s.LookedUntil(ctx))(t); !at.Equal(day0) {
		t.Errorf("looked until %s", at)
	}
	if diff := cmp.Diff(market.NewsCount{Threads: 2, Ending: 1, Notices: 1}, count()); diff != "" {
		t.Error(diff)
	}
	// Two days before, none of it was news: then it is now.
	see := func(at time.Time) {
		t.Helper()
		change(t, s, func(tx market.Tx) error { return tx.PutSeen(ada, at) })
		if got := must(s.Seen(ctx, ada))(t); !got.Equal(at) {
			t.Errorf("seen at %s, not %s", got, at)
		}
	}
	see(day0.AddDate(0, 0, -2))
	if diff := cmp.Diff(market.NewsCount{Threads: 2, Ending: 1, Notices: 1}, count()); diff != "" {
		t.Error(diff)
	}
	see(day0.Add(-30 * time.Minute))
	if diff := cmp.Diff(market.NewsCount{}, count()); diff != "" {
		t.Error(diff)
	}
	change(t, s, func(tx market.Tx) error { return tx.DropNotices(day0) })
	if n := len(must(s.Notices(ctx, ada, time.Time{}, 10))(t)); n != 0 {
		t.Errorf("%d notices are left", n)
	}
}
