package market_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

func (s *shop) told(t *testing.T, by coop.Actor, id coop.ID) (out []string) {
	t.Helper()
	l := s.get(t, id)
	all, err := s.History(t.Context(), by, &l)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range all {
		line := string(h.What)
		for _, f := range h.Parts {
			line += " " + string(f)
		}
		out = append(out, line)
	}
	return out
}

func (s *shop) edit(t *testing.T, id coop.ID, fn func(*market.Listing)) {
	t.Helper()
	l := s.get(t, id)
	fn(&l)
	s.pass(time.Minute)
	if _, err := s.EditListing(t.Context(), ada, id, l); err != nil {
		t.Fatal(err)
	}
}

func TestHistoryTellsALife(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) {
		l.Place = coop.Place{Name: "Here", Exact: &coop.Point{Lat: 51_000_000, Lon: 2_000_000}}
	})
	s.edit(t, l.ID, func(l *market.Listing) {
		l.Title, l.Tags = coop.Text{"en": "Rye"}, []string{"rye"}
		l.Photos = []market.Photo{{ID: "01900000-0000-7000-8000-0000000000aa", Alt: "A loaf", Width: 4, Height: 3}}
	})
	s.edit(t, l.ID, func(*market.Listing) {})                                                                 // nothing
	s.edit(t, l.ID, func(l *market.Listing) { l.Place.Exact = &coop.Point{Lat: 51_000_009, Lon: 2_000_001} }) // within the same cell
	for _, c := range []market.Change{market.Pause, market.Resume, market.Renew} {
		s.pass(24 * time.Hour)
		if _, err := s.ChangeListing(t.Context(), ada, l.ID, c, ""); err != nil {
			t.Fatal(c, err)
		}
	}
	s.pass(time.Hour)
	done, err := s.CloseListing(t.Context(), ada, l.ID, market.Ending{Outcome: "eaten", Thanks: "Thank you, Ben!"})
	if err != nil || done.Outcome != "eaten" || done.Thanks != "Thank you, Ben!" {
		t.Fatal(done, err)
	}
	want := []string{"posted", "edited title photos sorting", "pause", "resume", "renew", "done"}
	if d := cmp.Diff(want, s.told(t, anonymous, l.ID)); d != "" {
		t.Error(d)
	}
	got := s.get(t, l.ID)
	all, err := s.History(t.Context(), anonymous, &got)
	if err != nil || !all[4].Until.Equal(got.Until) || !all[0].At.Equal(got.Created) || !all[5].At.Equal(got.Updated) {
		t.Errorf("%+v, %v", all, err)
	}
	s.pass((market.RenewDays + 1) * 24 * time.Hour)
	if _, err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(append(want, "archive"), s.told(t, ada, l.ID)); d != "" {
		t.Error(d)
	}
}

// What happened while few could see a listing is told to those few alone.
func TestHistoryReachesNoFurtherThanTheListingDid(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	s.edit(t, l.ID, func(l *market.Listing) { l.Body = coop.Text{"en": "For us"} })
	s.edit(t, l.ID, func(l *market.Listing) { l.Visibility = coop.Everyone })
	s.edit(t, l.ID, func(l *market.Listing) { l.Body = coop.Text{"en": "For all"} })
	if d := cmp.Diff([]string{"posted", "edited body", "edited visibility", "edited body"}, s.told(t, ben, l.ID)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"posted", "edited body"}, s.told(t, anonymous, l.ID)); d != "" {
		t.Error(d)
	}
}

// A draft has no history; what was posted before there was one says what its dates say.
func TestHistoryOfOlderListings(t *testing.T) {
	t.Parallel()
	s := newShop()
	draft := s.post(t, func(l *market.Listing) { l.State = market.Draft })
	s.edit(t, draft.ID, func(l *market.Listing) { l.Title = coop.Text{"en": "Plan"} })
	if got := s.told(t, ada, draft.ID); got != nil {
		t.Errorf("%q", got)
	}
	if _, err := s.ChangeListing(t.Context(), ada, draft.ID, market.Publish, ""); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"posted"}, s.told(t, anonymous, draft.ID)); d != "" {
		t.Error(d)
	}
	old := bread()
	old.ID, old.IRI, old.State = "01900000-0000-7000-8000-0000000000bb", "https://bakery.example/listings/old", market.Open
	old.Version, old.Created, old.Updated, old.Until = 3, noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -2), noon.AddDate(0, 0, 9)
	put := func() { s.in(t, func(tx market.Tx) error { return tx.PutListing(old) }) }
	put()
	if d := cmp.Diff([]string{"posted", "edited"}, s.told(t, anonymous, old.ID)); d != "" {
		t.Error(d)
	}
	old.State, old.Closed = market.Withdrawn, noon.AddDate(0, 0, -1)
	put()
	if d := cmp.Diff([]string{"posted", "withdraw"}, s.told(t, anonymous, old.ID)); d != "" {
		t.Error(d)
	}
	foreign := old
	foreign.ID, foreign.IRI, foreign.Home, foreign.State = "01900000-0000-7000-8000-0000000000cc", "https://cycles.example/1", "https://cycles.example/actor", market.Open
	foreign.Closed = time.Time{}
	s.in(t, func(tx market.Tx) error { return tx.PutListing(foreign) })
	if d := cmp.Diff([]string{"posted", "edited"}, s.told(t, anonymous, foreign.ID)); d != "" {
		t.Error(d)
	}
}

func TestThanksAndOutcomeAreBounded(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	_, err := s.CloseListing(t.Context(), ada, l.ID, market.Ending{Outcome: strings.Repeat("x", market.MaxOutcome+1), Thanks: strings.Repeat("x", market.MaxThanks+1)})
	if d := cmp.Diff([]string{"outcome field.long", "thanks field.long"}, fieldNames(err)); d != "" {
		t.Error(d)
	}
	if got := s.get(t, l.ID); got.State != market.Open || got.Thanks != "" {
		t.Errorf("%+v", got)
	}
	if _, err := s.CloseListing(t.Context(), ben, l.ID, market.Ending{Thanks: "mine now"}); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
}

func TestShortAddresses(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	code, err := s.Short(t.Context(), &l)
	if err != nil || len(code) != 9 || code[4] != '-' {
		t.Fatal(code, err)
	}
	for _, typed := range []string{code, "  " + code, code[:4] + code[5:], "0000-0001", "OOOO-OOOL", "oooo oooi"} {
		got, err := s.ListingByShort(t.Context(), anonymous, typed)
		if err != nil || got.ID != l.ID {
			t.Errorf("%q leads to %s, %v", typed, got.ID, err)
		}
	}
	for _, bad := range []string{"", "0", "0000-000", "0000-00011", "uuuu-uuuu", "0000-0009", "../../etc", "%_%_%_%_"} {
		_, err := s.ListingByShort(t.Context(), ada, bad)
		want(t, err, coop.NotFound, "listing.unknown")
	}
	if id := coop.ID("01900000-0000-7000-8000-00fedcba9876"); market.ShortOf(id) != "zveb-n63p" {
		t.Error(market.ShortOf(id))
	}
	hidden := s.post(t, func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	if code, err = s.Short(t.Context(), &hidden); err != nil {
		t.Fatal(err)
	}
	_, err = s.ListingByShort(t.Context(), anonymous, code)
	want(t, err, coop.NotFound, "listing.unknown")
	// An older one with the same end keeps its address; the newer has none that is short.
	twin := hidden
	twin.ID = "00000000" + hidden.ID[8:]
	twin.IRI = "https://bakery.example/listings/twin"
	s.in(t, func(tx market.Tx) error { return tx.PutListing(twin) })
	if code, err := s.Short(t.Context(), &hidden); err != nil || code != "" {
		t.Errorf("%q, %v", code, err)
	}
}
