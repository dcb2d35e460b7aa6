package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

func sampleListing(title string) market.Listing {
	id := newID()
	amount := market.Amount{N: 250, Places: 2}
	return market.Listing{ID: id, IRI: "https://bakery.example/listings/" + coop.IRI(id), Purpose: market.Offer, Kind: market.Food,
		Title: coop.Text{"en": title}, Body: coop.Text{"en": "text of it"}, Modes: []market.Mode{market.ForMoney},
		Item:  market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"},
		Ask:   &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "GBP"}, Amount: &amount},
		Place: coop.Place{Name: "Town", Public: &coop.Point{Lat: 51_000_000, Lon: -2_000_000}, RadiusKm: 1}, Scope: market.ScopeLocal,
		Until: day0.AddDate(0, 0, 30), Poster: "ada", Category: "AM60", Tags: []string{"bread"}, Visibility: coop.Everyone,
		State: market.Open, Version: 1, Created: day0, Updated: day0}
}

func remoteListing(title string) market.Listing {
	l := sampleListing(title)
	l.Home = "https://cycles.example/actor"
	l.IRI, l.Poster = "https://cycles.example/listings/"+coop.IRI(l.ID), ""
	return l
}

func change(t *testing.T, s *store.Store, fn func(market.Tx) error) {
	t.Helper()
	ok(t, store.Market{Store: s}.Write(t.Context(), fn))
}

func put(t *testing.T, s *store.Store, all ...market.Listing) {
	t.Helper()
	change(t, s, func(tx market.Tx) error {
		for _, l := range all {
			if err := tx.PutListing(l); err != nil {
				return err
			}
		}
		return nil
	})
}

func testListings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	l := sampleListing("Sourdough")
	l.Prices = []market.PriceLine{{Label: "flour", Kind: market.PriceMaterials, Amount: market.Amount{N: 100, Places: 2}},
		{Label: "work", Kind: market.PriceLabour, Amount: market.Amount{N: 150, Places: 2}}}
	l.Photos = []market.Photo{{ID: newID(), Alt: "a loaf", Width: 3, Height: 4, Type: "image/jpeg"}}
	put(t, s, l)
	if diff := cmp.Diff(l, must(s.Listing(ctx, l.ID))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(l, must(s.ListingByIRI(ctx, l.IRI))(t)); diff != "" {
		t.Error(diff)
	}
	change(t, s, func(tx market.Tx) error {
		got, err := tx.Listing(l.ID)
		if diff := cmp.Diff(l, got); diff != "" {
			t.Error(diff)
		}
		if err != nil {
			return err
		}
		got.Title, got.Version, got.Updated = coop.Text{"en": "Rye"}, 2, day0.Add(time.Second)
		if err := tx.PutListing(got); err != nil {
			return err
		}
		l = got
		again, err := tx.ListingByIRI(l.IRI)
		if diff := cmp.Diff(l, again); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if diff := cmp.Diff(l, must(s.Listing(ctx, l.ID))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := s.Listing(ctx, newID())
	class(t, err, coop.NotFound, "listing.unknown")
	_, err = s.ListingByIRI(ctx, "https://bakery.example/listings/none")
	class(t, err, coop.NotFound, "listing.unknown")
	other := sampleListing("Thief")
	other.IRI = l.IRI
	class(t, store.Market{Store: s}.Write(ctx, func(tx market.Tx) error { return tx.PutListing(other) }), coop.Conflict, "store.duplicate")
}

// The exact place comes back to those who may change the listing, and to nobody else.
func testExact(t *testing.T, s *store.Store) {
	ctx := t.Context()
	l := sampleListing("Here")
	l.Place.Exact = &coop.Point{Lat: 51_111_111, Lon: -2_222_222}
	put(t, s, l)
	if got := must(s.Listing(ctx, l.ID))(t); got.Place.Exact == nil || *got.Place.Exact != *l.Place.Exact {
		t.Errorf("by id: exact place %v", got.Place.Exact)
	}
	if got := must(s.ListingByIRI(ctx, l.IRI))(t); got.Place.Exact != nil {
		t.Errorf("by address: exact place %v", got.Place.Exact)
	}
	for _, sort := range market.Sorts {
		p := must(s.Search(ctx, market.Query{Sort: sort, Text: "here", Near: l.Place.Public}, day0))(t)
		if len(p.Listings) != 1 || p.Listings[0].Place.Exact != nil {
			t.Errorf("search by %s: %d listings, exact place shown", sort, len(p.Listings))
		}
	}
	change(t, s, func(tx market.Tx) error {
		got, err := tx.ListingByIRI(l.IRI)
		if err != nil {
			return err
		}
		if got.Place.Exact == nil {
			t.Error("what is written back has lost its exact place")
		}
		return tx.PutListing(got)
	})
	if got := must(s.Listing(ctx, l.ID))(t); got.Place.Exact == nil {
		t.Error("the exact place went with a change")
	}
	l.Place.Exact = nil
	put(t, s, l)
	if got := must(s.Listing(ctx, l.ID))(t); got.Place.Exact != nil {
		t.Error("the exact place was taken away and is still there")
	}
	r := remoteListing("There")
	r.Place.Exact = &coop.Point{Lat: 1, Lon: 1}
	put(t, s, r)
	if got := must(s.Listing(ctx, r.ID))(t); got.Place.Exact != nil {
		t.Error("a neighbour's listing has an exact place")
	}
}

func testTombstones(t *testing.T, s *store.Store) {
	ctx := t.Context()
	l, kept := sampleListing("Gone"), remoteListing("Forgotten")
	put(t, s, l, kept)
	unseen := market.Listing{IRI: "https://cycles.example/listings/unseen", Home: "https://cycles.example/actor"}
	change(t, s, func(tx market.Tx) error {
		for _, iri := range []coop.IRI{l.IRI, unseen.IRI} {
			if b, err := tx.Buried(iri); b || err != nil {
				t.Errorf("%s buried before: %v %v", iri, b, err)
			}
		}
		for range 2 { // may come twice
			if err := tx.DropListing(l, day0); err != nil {
				return err
			}
		}
		if err := tx.DropListing(unseen, day0); err != nil {
			return err
		}
		forgotten := kept
		forgotten.IRI = "" // no tombstone
		if err := tx.DropListing(forgotten, day0); err != nil {
			return err
		}
		_, err := tx.Listing(l.ID)
		class(t, err, coop.NotFound, "listing.unknown")
		_, err = tx.ListingByIRI(l.IRI)
		class(t, err, coop.NotFound, "listing.unknown")
		for iri, want := range map[coop.IRI]bool{l.IRI: true, unseen.IRI: true, kept.IRI: false} {
			if b, err := tx.Buried(iri); b != want || err != nil {
				t.Errorf("%s buried: %v, want %v (%v)", iri, b, want, err)
			}
		}
		return nil
	})
	_, err := s.Listing(ctx, l.ID)
	class(t, err, coop.Gone, "listing.gone")
	_, err = s.ListingByIRI(ctx, l.IRI)
	class(t, err, coop.Gone, "listing.gone")
	_, err = s.Listing(ctx, kept.ID)
	class(t, err, coop.NotFound, "listing.unknown")
	if p := must(s.Search(ctx, market.Query{}, day0))(t); len(p.Listings) != 0 {
		t.Errorf("search still finds %d", len(p.Listings))
	}
	if p := must(s.Search(ctx, market.Query{Text: "gone"}, day0))(t); len(p.Listings) != 0 {
		t.Errorf("the index still finds %d", len(p.Listings))
	}
	put(t, s, kept) // a neighbour that is followed again
	if p := must(s.Search(ctx, market.Query{Text: "forgotten"}, day0))(t); len(p.Listings) != 1 {
		t.Errorf("found %d after coming back", len(p.Listings))
	}
}

func idsOf(list []market.Listing) []coop.ID {
	var out []coop.ID
	for _, l := range list {
		out = append(out, l.ID)
	}
	return out
}

func testClock(t *testing.T, s *store.Store) {
	at := func(state market.State, until, closed time.Time) market.Listing {
		l := sampleListing(string(state))
		l.State, l.Until, l.Closed = state, until, closed
		return l
	}
	h := func(n int) time.Time { return day0.Add(time.Duration(n) * time.Hour) }
	open, paused, agreed := at(market.Open, h(3), time.Time{}), at(market.Paused, h(1), time.Time{}), at(market.Agreed, h(2), time.Time{})
	late := at(market.Open, h(9), time.Time{})
	done, expired, withdrawn := at(market.Done, h(1), h(5)), at(market.Expired, h(1), h(4)), at(market.Withdrawn, h(1), h(6))
	archived, fresh := at(market.Archived, h(1), h(1)), at(market.Done, h(1), h(8))
	remote := remoteListing("r")
	remote.Until = h(2)
	put(t, s, open, paused, agreed, late, done, expired, withdrawn, archived, fresh, remote)
	list := func(name string, want []market.Listing, get func(market.Tx) ([]market.Listing, error)) {
		t.Helper()
		change(t, s, func(tx market.Tx) error {
			got, err := get(tx)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			return err
		})
	}
	list("due", []market.Listing{paused, agreed, open}, func(tx market.Tx) ([]market.Listing, error) { return tx.Due(h(3), 10) })
	list("due, some", []market.Listing{paused, agreed}, func(tx market.Tx) ([]market.Listing, error) { return tx.Due(h(3), 2) })
	list("closed", []market.Listing{expired, done, withdrawn}, func(tx market.Tx) ([]market.Listing, error) { return tx.ClosedBefore(h(6), 10) })
	list("stale", []market.Listing{remote}, func(tx market.Tx) ([]market.Listing, error) { return tx.StaleRemote(h(2), 10) })
	list("not stale", nil, func(tx market.Tx) ([]market.Listing, error) { return tx.StaleRemote(h(1), 10) })
	unreminded := func(days int) func(market.Tx) ([]market.Listing, error) {
		return func(tx market.Tx) ([]market.Listing, error) { return tx.Unreminded(h(9), days, 10) }
	}
	list("unreminded", []market.Listing{open, late}, unreminded(7))
	change(t, s, func(tx market.Tx) error {
		ok(t, tx.PutReminded(open.ID, 7, open.Until))
		return tx.PutReminded(open.ID, 7, open.Until)
	})
	list("reminded of 7", []market.Listing{late}, unreminded(7))
	list("of 1 still", []market.Listing{open, late}, unreminded(1))
	open.Until = h(4)
	put(t, s, open)
	list("a new end, a new reminder", []market.Listing{open, late}, unreminded(7))
}

func testThreads(t *testing.T, s *store.Store) {
	ctx := t.Context()
	thread := func(owner coop.ID, listing coop.ID, hours int) market.Thread {
		return market.Thread{ID: newID(), Listing: listing, Owner: owner, Other: market.Party{IRI: "https://x.example/u", Handle: "@u@x.example", Name: "U"},
			Subject: "Bread", Root: "https://x.example/1", Last: "https://x.example/2", Unread: hours, Created: day0, Updated: day0.Add(time.Duration(hours) * time.Hour)}
	}
	a, b, c := thread("ada", "l1", 1), thread("ada", "", 3), thread("", "l1", 2)
	shut := thread("ben", "l1", 9)
	shut.Closed = true
	change(t, s, func(tx market.Tx) error {
		for _, x := range []market.Thread{a, b, c, shut} {
			if err := tx.PutThread(x); err != nil {
				return err
			}
		}
		for _, q := range []struct {
			owner, listing coop.ID
			want           coop.ID
		}{{"ada", "l1", a.ID}, {"ada", "", b.ID}, {"", "l1", c.ID}, {"ben", "l1", ""}, {"eve", "l1", ""}} {
			got, err := tx.ThreadWith(q.owner, "https://x.example/u", q.listing)
			if got.ID != q.want || (q.want == "") != (coop.ClassOf(err) == coop.NotFound && err != nil) {
				t.Errorf("thread of %q about %q: %s, %v", q.owner, q.listing, got.ID, err)
			}
		}
		got, err := tx.Thread(a.ID)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if diff := cmp.Diff(b, must(s.Thread(ctx, b.ID))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := s.Thread(ctx, newID())
	class(t, err, coop.NotFound, "thread.unknown")
	list, next, err := s.Threads(ctx, "", 3, "")
	if diff := cmp.Diff([]market.Thread{shut, b, c}, list); diff != "" || next == "" || err != nil {
		t.Fatalf("%s %q %v", diff, next, err)
	}
	list, next, err = s.Threads(ctx, "", 3, next)
	if diff := cmp.Diff([]market.Thread{a}, list); diff != "" || next != "" || err != nil {
		t.Fatalf("%s %q %v", diff, next, err)
	}
	list, _, err = s.Threads(ctx, "ada", 10, "")
	if diff := cmp.Diff([]market.Thread{b, a}, list); diff != "" || err != nil {
		t.Fatalf("%s %v", diff, err)
	}
	for owner, want := range map[coop.ID]int{"ada": 4, "": 2, "eve": 0} {
		if n := must(s.Unread(ctx, owner))(t); n != want {
			t.Errorf("unread of %q: %d, want %d", owner, n, want)
		}
	}
	_, _, err = s.Threads(ctx, "", 3, "rubbish")
	class(t, err, coop.Invalid, "cursor.invalid")
}

func testEnding(t *testing.T, s *store.Store) {
	at := day0.AddDate(0, 0, 7)
	for name, change := range map[string]func(*market.Listing){
		"on the last day": func(*market.Listing) {}, "sooner": func(l *market.Listing) { l.Until = day0 },
		"later":   func(l *market.Listing) { l.Until = at.Add(time.Second) },
		"paused":  func(l *market.Listing) { l.State = market.Paused },
		"another": func(l *market.Listing) { l.Poster = "ben" },
		"nobody":  func(l *market.Listing) { l.Poster = "" },
	} {
		l := sampleListing(name)
		l.Poster, l.State, l.Until = "ada", market.Open, at
		change(&l)
		put(t, s, l)
	}
	for poster, want := range map[coop.ID]int{"ada": 2, "ben": 1, "": 0, "eve": 0} {
		if n := must(s.CountEnding(t.Context(), poster, at))(t); n != want {
			t.Errorf("ending of %q: %d, want %d", poster, n, want)
		}
	}
}

func testMessages(t *testing.T, s *store.Store) {
	ctx := t.Context()
	message := func(thread, listing coop.ID, minutes int, public bool) market.Message {
		id := newID()
		return market.Message{ID: id, Thread: thread, Listing: listing, IRI: "https://x.example/m/" + coop.IRI(id), From: market.Party{IRI: "https://x.example/u"},
			To: []coop.IRI{"https://b.example/actor"}, Body: "<p>hi</p>", HTML: true, Public: public, Created: day0.Add(time.Duration(minutes) * time.Minute), Updated: day0}
	}
	a, b := message("t1", "l1", 2, false), message("t1", "l1", 1, false)
	p, q, hidden := message("", "l1", 4, true), message("", "l1", 3, true), message("", "l1", 1, true)
	hidden.Hidden = true
	change(t, s, func(tx market.Tx) error {
		for _, m := range []market.Message{a, b, p, q, hidden} {
			if err := tx.PutMessage(m); err != nil {
				return err
			}
		}
		got, err := tx.MessageByIRI(a.IRI)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Error(diff)
		}
		if err != nil {
			return err
		}
		got, err = tx.Message(b.ID)
		if diff := cmp.Diff(b, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if diff := cmp.Diff([]market.Message{b, a}, must(s.Messages(ctx, "t1"))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]market.Message{q, p}, must(s.Replies(ctx, "l1"))(t)); diff != "" {
		t.Error(diff)
	}
	if none := must(s.Messages(ctx, ""))(t); len(none) != 0 {
		t.Errorf("the thread without a name holds %d messages", len(none))
	}
	a.Body, a.Updated = "<p>ho</p>", day0.Add(time.Hour)
	change(t, s, func(tx market.Tx) error {
		if err := tx.PutMessage(a); err != nil {
			return err
		}
		return tx.DropMessage(b, day0)
	})
	if diff := cmp.Diff([]market.Message{a}, must(s.Messages(ctx, "t1"))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := s.Message(ctx, b.ID)
	class(t, err, coop.Gone, "message.gone")
	_, err = s.MessageByIRI(ctx, b.IRI)
	class(t, err, coop.Gone, "message.gone")
	_, err = s.Message(ctx, newID())
	class(t, err, coop.NotFound, "message.unknown")
	change(t, s, func(tx market.Tx) error {
		if buried, err := tx.Buried(b.IRI); !buried || err != nil {
			t.Errorf("buried %v, %v", buried, err)
		}
		_, err := tx.Message(b.ID)
		class(t, err, coop.NotFound, "message.unknown")
		return nil
	})
}

// testEvents looks at what Append leaves for the publisher, as the federation claims it.
func testEvents(t *testing.T, s *store.Store) {
	l := sampleListing("Told")
	l.Place.Exact = &coop.Point{Lat: 7_777_777, Lon: 8_888_888}
	e := coop.Event{ID: newID(), Kind: coop.ListingPosted, At: day0, By: "member:ada", Subject: string(l.IRI), Snapshot: l}
	change(t, s, func(tx market.Tx) error { return tx.Append(e) })
	rows, _, err := store.Queue{Store: s}.Events(t.Context(), "", "", 10)
	ok(t, err)
	if len(rows) != 1 {
		t.Fatalf("%d events", len(rows))
	}
	got := rows[0]
	e.Snapshot = nil
	if diff := cmp.Diff(e, got.Event); diff != "" {
		t.Error(diff)
	}
	told := decodeListing(t, got.Snapshot)
	if told.Place.Exact != nil {
		t.Error("the snapshot tells the exact place")
	}
	l.Place.Exact = nil
	if diff := cmp.Diff(l, told); diff != "" {
		t.Error(diff)
	}
	class(t, store.Market{Store: s}.Write(t.Context(), func(tx market.Tx) error { return tx.Append(e) }), coop.Conflict, "store.duplicate")
}
