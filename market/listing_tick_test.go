package market_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

func (s *shop) tick(t *testing.T) int {
	t.Helper()
	n, err := s.Tick(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestALife follows listings day by day, twice a day, to the end: each reminder once, expiry once, archiving once.
func TestALife(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		edit      func(*market.Listing)
		reminders []int
	}{
		{"offer", func(*market.Listing) {}, []int{7, 1}},
		{"want", func(l *market.Listing) { l.Purpose = market.Want }, []int{7, 1}},
		{"food", func(l *market.Listing) { l.Kind = market.Food }, []int{1}},
		{"a day", func(l *market.Listing) { l.Until = noon.AddDate(0, 0, 1) }, nil},
		{"a week", func(l *market.Listing) { l.Until = noon.AddDate(0, 0, 7) }, []int{1}},
		{"for the co-op", func(l *market.Listing) { l.Visibility = coop.CoopOnly }, []int{7, 1}},
	} {
		s := newShop()
		l := s.post(t, c.edit)
		seen := map[string]time.Time{}
		var reminders []int
		for range 2 * 160 {
			s.pass(12 * time.Hour)
			n := len(s.events())
			s.tick(t)
			for _, x := range s.mem.SendLetters() {
				if x.Kind != coop.LetterReminder || x.Subject != string(l.ID) || x.Person != "ada" || x.Email != "" || !x.Created.Equal(s.now()) {
					t.Errorf("%s: %+v", c.name, x)
				}
				days := int((l.Until.Sub(s.now()) + 12*time.Hour) / (24 * time.Hour)) // the clock ticks twice a day
				reminders = append(reminders, days)
			}
			for _, e := range s.events()[n:] {
				name := string(e.Kind)
				if _, twice := seen[name]; twice {
					t.Errorf("%s: %s twice", c.name, name)
				}
				seen[name] = s.now()
			}
			if n := s.tick(t); n != 0 {
				t.Fatalf("%s: the second tick at the same time did %d", c.name, n)
			}
			now := s.get(t, l.ID)
			want := market.Open
			if !s.now().Before(l.Until) {
				want = market.Expired
			}
			if !s.now().Before(l.Until.AddDate(0, 0, market.RenewDays)) {
				want = market.Archived
			}
			if now.State != want || now.Live(s.now()) != (want == market.Open) || !now.Until.Equal(l.Until) {
				t.Fatalf("%s: %s at %s, until %s", c.name, now.State, s.now(), l.Until)
			}
		}
		if d := cmp.Diff(c.reminders, reminders); d != "" {
			t.Errorf("%s: reminders %s", c.name, d)
		}
		if _, changed := seen["listing.changed"]; changed != (l.Visibility > coop.CoopOnly) {
			t.Errorf("%s: told %v", c.name, seen)
		}
		if _, deleted := seen["listing.deleted"]; deleted != (l.Visibility > coop.CoopOnly) {
			t.Errorf("%s: told %v", c.name, seen)
		}
		_, err := s.Listing(t.Context(), anonymous, l.ID)
		if l.Visibility == coop.Everyone {
			want(t, err, coop.Gone, "listing.gone")
		}
	}
}

func TestTickAfterALongSleep(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sleep func(until time.Time) time.Time
		want  []coop.EventKind
		mails int
	}{
		{"into the last day", func(u time.Time) time.Time { return u.Add(-time.Hour) }, nil, 1},
		{"into the last week", func(u time.Time) time.Time { return u.AddDate(0, 0, -3) }, nil, 1},
		{"past the end", func(u time.Time) time.Time { return u }, []coop.EventKind{coop.ListingChanged}, 0},
		{"past everything", func(u time.Time) time.Time { return u.AddDate(1, 0, 0) }, []coop.EventKind{coop.ListingChanged, coop.ListingDeleted}, 0},
	} {
		s := newShop()
		l := s.post(t, nil)
		s.set(c.sleep(l.Until))
		s.tick(t)
		if d := cmp.Diff(c.want, kindsOf(s.events()[1:])); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if n := len(s.mem.Letters()); n != c.mails {
			t.Errorf("%s: reminded %d times", c.name, n)
		}
	}
}

func TestRemindedAgainAfterRenewal(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	reminded := 0
	for range 2 {
		s.set(l.Until.AddDate(0, 0, -market.RemindDays))
		s.tick(t)
		s.tick(t)
		reminded += len(s.mem.SendLetters())
		var err error
		if l, err = s.ChangeListing(t.Context(), ada, l.ID, market.Renew, ""); err != nil {
			t.Fatal(err)
		}
	}
	if reminded != 2 {
		t.Errorf("two ends, %d reminders", reminded)
	}
	s.set(l.Until.AddDate(0, 0, -market.RemindDays))
	if _, err := s.ChangeListing(t.Context(), ada, l.ID, market.Pause, ""); err != nil {
		t.Fatal(err)
	}
	s.tick(t)
	if k := s.mem.Letters(); len(k) != 0 {
		t.Errorf("reminded of a paused one: %v", k)
	}
}

// TestTickTogether: several processes tick at once over more rows than one transaction takes; everything happens once.
func TestTickTogether(t *testing.T) {
	t.Parallel()
	s := newShop()
	const many = 230
	var until time.Time
	for i := range many {
		until = s.post(t, func(l *market.Listing) { l.Title = coop.Text{"en": fmt.Sprint("Bread ", i)} }).Until
	}
	s.in(t, func(tx market.Tx) error {
		for i := range many {
			l := theirs()
			l.IRI += coop.IRI(fmt.Sprint(i))
			if _, err := market.Receive(tx, l, coop.ID(fmt.Sprint("r", i)), noon); err != nil {
				return err
			}
		}
		return nil
	})
	total := 0
	for _, at := range []struct {
		when time.Time
		kind coop.EventKind
		done int
	}{{until.AddDate(0, 0, -7), "", many}, {until.AddDate(0, 0, -1), "", many}, // reminders
		{until, coop.ListingChanged, 2 * many}, // and the neighbours' are dropped
		{until.AddDate(0, 0, market.RenewDays), coop.ListingDeleted, many}} {
		s.set(at.when)
		before := len(s.events())
		var wg sync.WaitGroup
		var mu sync.Mutex
		total = 0
		for range 8 {
			wg.Go(func() {
				n, err := s.Tick(t.Context())
				mu.Lock()
				defer mu.Unlock()
				if total += n; err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if at.kind == "" {
			subjects := map[string]bool{}
			for _, l := range s.mem.SendLetters() {
				subjects[l.Subject] = true
			}
			if len(subjects) != many || total != at.done || len(s.events()) != before {
				t.Errorf("at %s: reminded of %d, %d done", at.when, len(subjects), total)
			}
			continue
		}
		now := s.events()[before:]
		subjects := map[string]bool{}
		for _, e := range now {
			if e.Kind != at.kind {
				t.Fatalf("at %s: %s", at.when, e.Kind)
			}
			subjects[e.Subject] = true
		}
		if len(now) != many || len(subjects) != many || total != at.done {
			t.Errorf("at %s: %d events about %d, %d done, want %d", at.when, len(now), len(subjects), total, at.done)
		}
	}
	if n := len(s.mem.Listings()); n != many {
		t.Errorf("%d rows left, want ours only", n)
	}
	s.in(t, func(tx market.Tx) error { // a neighbour's that was dropped for its age may be renewed there
		l := theirs()
		l.IRI += "0"
		l.Until = until.AddDate(1, 0, 0)
		changed, err := market.Receive(tx, l, "again", s.now())
		if !changed {
			t.Error("what was dropped is buried")
		}
		return err
	})
}
