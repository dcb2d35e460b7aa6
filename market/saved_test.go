package market_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

// look lets the clock do its work, after what came has waited long enough.
func (s *shop) look(t *testing.T) {
	t.Helper()
	s.pass(30 * time.Second)
	if _, err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) save(t *testing.T, by coop.Actor, x market.SavedSearch) market.SavedSearch {
	t.Helper()
	out, err := s.SaveSearch(t.Context(), by, x)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSaveSearch(t *testing.T) {
	t.Parallel()
	s := newShop()
	ctx := t.Context()
	good := market.SavedSearch{Name: "Bread", Tell: market.TellDaily, Address: "q=bread", Query: market.Query{Text: "bread", Reach: coop.OnlyMe, Poster: "ben"}}
	_, err := s.SaveSearch(ctx, anonymous, good)
	want(t, err, coop.Unauthenticated, "login.required")
	for field, x := range map[string]market.SavedSearch{
		"name field.required": {Tell: market.TellNow}, "tell choice.unknown": {Name: "x", Tell: "hourly"}, "name field.one_line": {Name: "a\nb", Tell: market.TellNow},
	} {
		_, err := s.SaveSearch(ctx, ada, x)
		if got := fieldNames(err); len(got) != 1 || got[0] != field {
			t.Errorf("%+v: %v, want %s", x, err, field)
		}
	}
	kept := s.save(t, ada, good)
	if kept.Person != "ada" || kept.Query.Reach != coop.CoopOnly || kept.Query.Poster != "" || !kept.Created.Equal(s.now()) {
		t.Errorf("kept %+v", kept)
	}
	s.pass(time.Hour)
	changed := kept
	changed.Name, changed.Person = "Loaves", "ben"
	if got := s.save(t, ada, changed); got.Name != "Loaves" || got.Person != "ada" || !got.Created.Equal(kept.Created) {
		t.Errorf("changed to %+v", got)
	}
	_, err = s.SaveSearch(ctx, ben, changed)
	want(t, err, coop.NotFound, "saved.unknown")
	want(t, s.TellSaved(ctx, ben, kept.ID, market.TellNever), coop.NotFound, "saved.unknown")
	want(t, s.TellSaved(ctx, anonymous, kept.ID, market.TellNever), coop.Unauthenticated, "login.required")
	want(t, s.DropSaved(ctx, steward, kept.ID), coop.NotFound, "saved.unknown")
	if err := s.TellSaved(ctx, node, kept.ID, market.TellNever); err != nil { // as the link in a letter does
		t.Error(err)
	}
	if list, err := s.SavedSearches(ctx, ada); err != nil || len(list) != 1 || list[0].Tell != market.TellNever {
		t.Errorf("%+v, %v", list, err)
	}
	for i := range market.MaxSaved - 1 {
		s.save(t, ada, market.SavedSearch{Name: fmt.Sprint(i), Tell: market.TellNever})
	}
	_, err = s.SaveSearch(ctx, ada, good)
	want(t, err, coop.Conflict, "saved.many")
	if err := s.DropSaved(ctx, ada, kept.ID); err != nil {
		t.Error(err)
	}
	s.save(t, ada, good)
}

// TestLookOut: what comes is told once to whom it concerns, and nobody is told of what they posted.
func TestLookOut(t *testing.T) {
	t.Parallel()
	s := newShop()
	ctx := t.Context()
	s.post(t, nil) // before anybody looked: no news
	s.look(t)
	now, daily, weekly := s.save(t, ben, market.SavedSearch{Name: "n", Tell: market.TellNow, Query: market.Query{Text: "cake"}}),
		s.save(t, ben, market.SavedSearch{Name: "d", Tell: market.TellDaily, Query: market.Query{Text: "cake"}}),
		s.save(t, ben, market.SavedSearch{Name: "w", Tell: market.TellWeekly, Query: market.Query{Text: "cake"}})
	s.save(t, ben, market.SavedSearch{Name: "never", Tell: market.TellNever, Query: market.Query{Text: "cake"}})
	s.save(t, ben, market.SavedSearch{Name: "other", Tell: market.TellNow, Query: market.Query{Text: "van"}})
	s.save(t, ada, market.SavedSearch{Name: "her own", Tell: market.TellNow, Query: market.Query{Text: "cake"}})
	s.pass(time.Second)
	wanted := bread()
	wanted.Purpose, wanted.Title, wanted.Category = market.Want, coop.Text{"en": "Something sweet"}, "AM60"
	own, err := s.PostListing(ctx, ben, wanted)
	if err != nil {
		t.Fatal(err)
	}
	cake := s.post(t, func(l *market.Listing) { l.Title, l.Category = coop.Text{"en": "Cake"}, "AM60" })
	if _, err := s.Tick(ctx); err != nil { // it waits for whoever began to write before it
		t.Fatal(err)
	}
	if n := s.mem.Letters(); len(n) != 0 {
		t.Fatalf("told at once: %+v", n)
	}
	s.look(t)
	found := s.now()
	letters := map[string]time.Time{}
	for _, l := range s.mem.Letters() {
		if l.Kind != coop.LetterAlert || l.Person != "ben" || l.Args["since"] != found.Format(time.RFC3339Nano) {
			t.Errorf("letter %+v", l)
		}
		letters[l.Subject] = l.Due
	}
	brusselsAt := func(day, hour int) time.Time {
		return time.Date(found.Year(), found.Month(), day, hour, 0, 0, 0, brussels).UTC()
	}
	monday := found.Day() + (8-int(found.Weekday()))%7
	if monday <= found.Day() {
		monday += 7
	}
	if diff := cmp.Diff(map[string]time.Time{string(now.ID): found, string(daily.ID): brusselsAt(found.Day()+1, 7), string(weekly.ID): brusselsAt(monday, 7)}, letters); diff != "" {
		t.Error(diff)
	}
	matches, hits, err := s.Noticed(ctx, ben, time.Time{})
	if err != nil || len(matches) != 1 || matches[0].Of.ID != own.ID || matches[0].With.ID != cake.ID || len(hits) != 4 {
		t.Errorf("%+v, %d finds, %v", matches, len(hits), err)
	}
	if matches, hits, err := s.Noticed(ctx, ada, time.Time{}); err != nil || len(matches) != 1 || matches[0].Of.ID != cake.ID || len(hits) != 0 {
		t.Errorf("for ada: %+v, %d finds, %v", matches, len(hits), err)
	}
	count := func() int {
		t.Helper()
		n, err := s.CountNews(ctx, ben)
		if err != nil {
			t.Fatal(err)
		}
		return n.Notices
	}
	if count() != 5 {
		t.Errorf("%d are news", count())
	}
	search, list, err := s.Alert(ctx, now.ID, found)
	if err != nil || search.ID != now.ID || len(list) != 1 || list[0].ID != cake.ID {
		t.Errorf("alert: %+v, %+v, %v", search, list, err)
	}
	if _, list, err := s.Alert(ctx, now.ID, found.Add(time.Second)); err != nil || len(list) != 0 {
		t.Errorf("alert of later: %+v, %v", list, err)
	}
	if err := s.SeeAll(ctx, ben); err != nil || count() != 0 {
		t.Errorf("%d are news, %v", count(), err)
	}
	// The same again, edited: nothing is told twice.
	s.mem.SendLetters()
	cake.Title = coop.Text{"en": "Better cake"}
	if _, err := s.EditListing(ctx, ada, cake.ID, cake); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if n := s.mem.Letters(); len(n) != 0 || count() != 0 {
		t.Errorf("told again: %+v", n)
	}
	if _, err := s.ChangeListing(ctx, ada, cake.ID, market.Withdraw, ""); err != nil {
		t.Fatal(err)
	}
	if matches, hits, err := s.Noticed(ctx, ben, time.Time{}); err != nil || len(matches)+len(hits) != 0 {
		t.Errorf("of what is gone: %+v, %+v, %v", matches, hits, err)
	}
}

// TestLookOutInPieces: more than one round holds comes, and none is missed; what members may not see is told to nobody.
func TestLookOutInPieces(t *testing.T) {
	t.Parallel()
	s := newShop()
	s.look(t)
	s.save(t, ben, market.SavedSearch{Name: "all", Tell: market.TellNever})
	s.pass(time.Second)
	for i := range 120 {
		s.post(t, func(l *market.Listing) {
			l.Title = coop.Text{"en": fmt.Sprint("Bread ", i)}
			if i%4 == 0 {
				l.State = market.Draft
			}
		})
		if i%3 == 0 {
			s.pass(time.Second)
		}
	}
	s.look(t)
	n, err := s.CountNews(t.Context(), ben)
	if err != nil || n.Notices != 90 {
		t.Errorf("%+v, %v", n, err)
	}
	s.pass(market.NoticeDays * 24 * time.Hour)
	s.post(t, nil)
	s.look(t)
	if _, hits, err := s.Noticed(t.Context(), ben, time.Time{}); err != nil || len(hits) != 1 {
		t.Errorf("after %d days %d are left, %v", market.NoticeDays, len(hits), err)
	}
}

// A member hears of what a neighbour offers however many neighbours want the same: theirs are not looked through for it.
func TestLookOutForOurs(t *testing.T) {
	t.Parallel()
	s := newShop()
	ctx := t.Context()
	wanted := bread()
	wanted.Purpose, wanted.Title, wanted.Category = market.Want, coop.Text{"en": "Something sweet"}, "AM60"
	own, err := s.PostListing(ctx, ben, wanted)
	if err != nil {
		t.Fatal(err)
	}
	s.look(t)
	receive := func(n int, purpose market.Purpose) {
		t.Helper()
		l := own
		l.ID, l.Home, l.Poster, l.Purpose = coop.ID(fmt.Sprintf("01910000-0000-7000-8000-%012x", n)), "https://cycles.example/actor", "", purpose
		l.IRI, l.Created, l.Updated = coop.IRI("https://cycles.example/listings/"+string(l.ID)), s.now(), s.now()
		if err := s.Store.Write(ctx, func(tx market.Tx) error { return tx.PutListing(l) }); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 150 {
		s.pass(time.Second)
		receive(n, market.Want)
	}
	s.look(t)
	receive(1000, market.Offer)
	s.look(t)
	matches, _, err := s.Noticed(ctx, ben, time.Time{})
	if err != nil || len(matches) != 1 {
		t.Errorf("%d matches, %v", len(matches), err)
	}
}
