package market_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

// life is docs/rules.md written down a second time, from its words: draft → open → (paused) → agreed → done; open → expired,
// hidden and renewable → archived; withdrawn. Whatever is not here is refused.
var life = map[string]market.State{
	"draft publish": market.Open, "draft withdraw": market.Withdrawn,
	"open pause": market.Paused, "open agree": market.Agreed, "open done": market.Done, "open withdraw": market.Withdrawn,
	"open expire": market.Expired, "open renew": market.Open,
	"paused resume": market.Open, "paused done": market.Done, "paused withdraw": market.Withdrawn, "paused expire": market.Expired,
	"paused renew":  market.Open,
	"agreed resume": market.Open, "agreed done": market.Done, "agreed withdraw": market.Withdrawn, "agreed expire": market.Expired,
	"expired renew": market.Open, "expired done": market.Done, "expired withdraw": market.Withdrawn, "expired archive": market.Archived,
	"done archive": market.Archived, "withdrawn archive": market.Archived,
}

func TestEveryStateAndChange(t *testing.T) {
	t.Parallel()
	if len(market.States()) != 8 || len(market.Changes) != 9 {
		t.Fatal("a state or a change more: write down what it may do")
	}
	allowed := 0
	for _, s := range append(market.States(), "", "unknown") {
		for _, c := range append(slices.Clone(market.Changes), "", "unknown") {
			want, ok := life[string(s)+" "+string(c)]
			got, err := market.Next(s, c)
			switch {
			case ok && (err != nil || got != want):
				t.Errorf("%s %s: %s, %v; want %s", s, c, got, err, want)
			case !ok && (err == nil || got != s || coop.ClassOf(err) != coop.Conflict || coop.KeyOf(err) != "listing.state"):
				t.Errorf("%s %s: %s, %v; want a conflict", s, c, got, err)
			}
			if ok {
				allowed++
			}
		}
	}
	if allowed != len(life) {
		t.Errorf("tried %d of %d", allowed, len(life))
	}
}

func TestStateKinds(t *testing.T) {
	t.Parallel()
	ended := []market.State{market.Done, market.Expired, market.Withdrawn, market.Archived}
	for _, s := range market.States() {
		if s.Ended() != slices.Contains(ended, s) || s.Public() != (s != market.Draft && s != market.Archived) {
			t.Errorf("%s: ended %t, public %t", s, s.Ended(), s.Public())
		}
		l := market.Listing{State: s, Until: noon}
		if l.Live(noon.Add(-time.Second)) != (s == market.Open) || l.Live(noon) {
			t.Errorf("%s is live", s)
		}
	}
}

// walk applies changes and holds invariants 1 and 2 after each, whatever came before.
func walk(t interface{ Fatalf(string, ...any) }, l market.Listing, steps []byte) {
	first, now := l, l.Created
	for _, b := range steps {
		change := market.Changes[int(b)%len(market.Changes)]
		now = now.Add(time.Duration(b) * time.Hour)
		before := l
		err := l.Apply(change, now, brussels)
		want, ok := life[string(before.State)+" "+string(change)]
		switch {
		case err != nil && coop.ClassOf(err) != coop.Conflict:
			t.Fatalf("%s %s: %v", before.State, change, err)
		case err != nil && fmt.Sprint(before) != fmt.Sprint(l):
			t.Fatalf("%s %s was refused and changed the listing", before.State, change)
		case err == nil && (!ok || l.State != want):
			t.Fatalf("%s %s led to %s", before.State, change, l.State)
		case err == nil && (!l.Updated.After(before.Updated) || l.Version != before.Version+1):
			t.Fatalf("%s %s: updated %s then %s, version %d", before.State, change, before.Updated, l.Updated, l.Version)
		case ok && err != nil && change != market.Renew && change != market.Expire && change != market.Publish && change != market.Resume:
			t.Fatalf("%s %s: %v", before.State, change, err)
		}
		if l.Purpose != first.Purpose || l.ID != first.ID || l.IRI != first.IRI || !l.Created.Equal(first.Created) {
			t.Fatalf("identity changed: %+v", l)
		}
		if l.Until.IsZero() || l.Until.Before(before.Until) {
			t.Fatalf("until went from %s to %s", before.Until, l.Until)
		}
		if err == nil && (change == market.Publish || change == market.Resume || change == market.Renew) && !l.Live(now) {
			t.Fatalf("%s at %s until %s is not live", change, now, l.Until)
		}
		if l.State.Ended() == l.Closed.IsZero() {
			t.Fatalf("%s closed at %s", l.State, l.Closed)
		}
	}
}

func draftFor(purpose market.Purpose, kind market.Kind) market.Listing {
	return market.Listing{ID: "x", IRI: "https://bakery.example/listings/x", Purpose: purpose, Kind: kind, State: market.Draft, Version: 1,
		Created: noon, Updated: noon, Until: market.DefaultUntil(purpose, kind, noon, brussels)}
}

func TestStateSequences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		walk(t, draftFor(rapid.SampledFrom([]market.Purpose{market.Offer, market.Want}).Draw(t, "purpose"), rapid.SampledFrom(market.Kinds).Draw(t, "kind")),
			rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "steps"))
	})
}

func FuzzStateSequence(f *testing.F) {
	f.Add(false, []byte{0, 1, 2, 7, 6, 7, 4, 8})
	f.Add(true, []byte{0, 251, 251, 251, 6, 7})
	f.Fuzz(func(t *testing.T, want bool, steps []byte) {
		p := market.Offer
		if want {
			p = market.Want
		}
		walk(t, draftFor(p, market.Thing), steps)
	})
}

func TestRenewWindow(t *testing.T) {
	t.Parallel()
	l := draftFor(market.Offer, market.Thing)
	l.State, l.Closed = market.Expired, l.Until
	last := l.Until.AddDate(0, 0, market.RenewDays)
	late := l
	if err := late.Apply(market.Renew, last.Add(time.Second), brussels); coop.KeyOf(err) != "listing.renew_late" || coop.ClassOf(err) != coop.Conflict {
		t.Error(err)
	}
	if err := l.Apply(market.Renew, last, brussels); err != nil || l.State != market.Open || !l.Closed.IsZero() ||
		!l.Until.Equal(market.DefaultUntil(market.Offer, market.Thing, last, brussels)) {
		t.Errorf("%+v, %v", l, err)
	}
	// Renewing early never shortens a life.
	w := draftFor(market.Want, market.Thing)
	w.State, w.Until = market.Open, noon.AddDate(0, 0, 80)
	if err := w.Apply(market.Renew, noon, brussels); err != nil || !w.Until.Equal(noon.AddDate(0, 0, 80)) {
		t.Errorf("%s, %v", w.Until, err)
	}
}

func TestExpireNotBeforeTheEnd(t *testing.T) {
	t.Parallel()
	l := draftFor(market.Offer, market.Thing)
	l.State = market.Open
	if err := l.Apply(market.Expire, l.Until.Add(-time.Second), brussels); coop.ClassOf(err) != coop.Conflict {
		t.Error(err)
	}
	if err := l.Apply(market.Expire, l.Until, brussels); err != nil || !l.Closed.Equal(l.Until) {
		t.Errorf("closed %s, %v", l.Closed, err)
	}
}

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

var (
	brussels = zone("Europe/Brussels")
	noon     = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

// TestDefaultLives: 90, 14 and 2 days, to the end of that day where the co-op is (invariant 19).
func TestDefaultLives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, now, want string
		p               market.Purpose
		k               market.Kind
	}{
		{"UTC", "2026-11-20T12:00:00Z", "2027-02-19T00:00:00Z", market.Offer, market.Thing},
		{"UTC", "2026-11-20T12:00:00Z", "2026-12-05T00:00:00Z", market.Want, market.Thing},
		{"UTC", "2026-11-20T12:00:00Z", "2026-11-23T00:00:00Z", market.Offer, market.Food},
		{"UTC", "2026-11-20T12:00:00Z", "2026-11-23T00:00:00Z", market.Want, market.Food},
		{"Europe/Brussels", "2026-10-24T21:59:00Z", "2026-10-26T23:00:00Z", market.Offer, market.Food}, // 24th there; clocks go back on the 25th
		{"Europe/Brussels", "2026-10-24T22:01:00Z", "2026-10-27T23:00:00Z", market.Offer, market.Food}, // 25th there
		{"Europe/Brussels", "2026-03-28T12:00:00Z", "2026-03-30T22:00:00Z", market.Offer, market.Food},
		{"Pacific/Kiritimati", "2026-11-20T09:59:00Z", "2026-11-22T10:00:00Z", market.Offer, market.Food}, // 20th, UTC+14
		{"Pacific/Kiritimati", "2026-11-20T10:01:00Z", "2026-11-23T10:00:00Z", market.Offer, market.Food}, // 21st
		{"Pacific/Pago_Pago", "2026-11-20T10:59:00Z", "2026-11-22T11:00:00Z", market.Offer, market.Food},  // 19th, UTC-11
		{"Asia/Kathmandu", "2026-11-20T12:00:00Z", "2026-11-22T18:15:00Z", market.Offer, market.Food},
		{"America/Havana", "2026-03-05T12:00:00Z", "2026-03-08T05:00:00Z", market.Offer, market.Food},   // ends on the 7th; the 8th begins at 1:00
		{"America/Santiago", "2026-09-03T15:00:00Z", "2026-09-06T04:00:00Z", market.Offer, market.Food}, // the same in the south
		{"America/Havana", "2026-10-29T12:00:00Z", "2026-11-01T04:00:00Z", market.Offer, market.Food},   // there are two midnights; the first
		{"Africa/Cairo", "2026-10-27T12:00:00Z", "2026-10-29T22:00:00Z", market.Offer, market.Food},     // 23:00 comes twice on the 29th
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got := market.DefaultUntil(c.p, c.k, now, zone(c.zone))
		if got.Format(time.RFC3339) != c.want || got.Location() != time.UTC {
			t.Errorf("%s %s in %s at %s ends %s, want %s", c.p, c.k, c.zone, c.now, got.Format(time.RFC3339), c.want)
		}
	}
}

// TestEndOfDay: the last second belongs to the day, the end does not, in every zone and season.
func TestEndOfDay(t *testing.T) {
	t.Parallel()
	names := []string{"UTC", "Europe/Brussels", "America/Havana", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores",
		"Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Apia", "Asia/Tehran", "America/St_Johns"}
	rapid.Check(t, func(t *rapid.T) {
		z := zone(rapid.SampledFrom(names).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(1_325_376_000, 2_200_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")) // 2012 to 2039
		end := market.EndOfDay(at, z)
		day := func(t time.Time) string { return t.In(z).Format("2006-01-02") }
		if !end.After(at) || end.Sub(at) > 25*time.Hour || day(end.Add(-time.Second)) != day(at) || day(end) <= day(at) || end.Nanosecond() != 0 {
			t.Fatalf("%s in %s ends %s", at.In(z), z, end.In(z))
		}
		if day(market.DayOf(end, z)) != day(at) {
			t.Fatalf("shown as %s", market.DayOf(end, z))
		}
	})
}
