package market_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

// valencia is where the listings of these tests are, and a way north of it in kilometres.
func north(km float64) *coop.Point {
	p, _ := coop.NewPoint(39.4699+km/111.19, -0.3763)
	return &p
}

func live(purpose market.Purpose, title string, edit func(*market.Listing)) market.Listing {
	l := bread()
	l.ID, l.Purpose, l.Title, l.State, l.Until = coop.ID(title), purpose, coop.Text{"en": title}, market.Open, noon.AddDate(0, 0, 5)
	l.Poster = coop.ID("poster of " + title)
	if edit != nil {
		edit(&l)
	}
	return l
}

func TestMatchReason(t *testing.T) {
	t.Parallel()
	type edit = func(*market.Listing)
	food := func(l *market.Listing) { l.Category = "AM60" }
	at := func(km float64, scope market.Scope) edit {
		return func(l *market.Listing) { l.Category, l.Place.Public, l.Scope = "AM60", north(km), scope }
	}
	for name, c := range map[string]struct {
		offer, want         string
		offerEdit, wantEdit edit
		reason              *market.Reason
	}{
		"same category":        {"Loaves", "Lunch", food, food, &market.Reason{Category: "AM60"}},
		"no category":          {"Loaves", "Lunch", nil, nil, nil},
		"two words":            {"A van on Saturdays", "Van for Saturdays!", nil, nil, &market.Reason{Words: []string{"saturdays", "van"}}},
		"one word":             {"A van on Sundays", "Van for Saturdays", nil, nil, nil},
		"marks and case":       {"Pâte brisée", "PATE BRISEE", nil, nil, &market.Reason{Words: []string{"brisee", "pate"}}},
		"small words":          {"Something for you and me", "Help for you and yours with free need", nil, nil, nil},
		"a tag and a word":     {"Rye bread", "Bread", func(l *market.Listing) { l.Tags = []string{"toast"} }, func(l *market.Listing) { l.Tags = []string{"toast"} }, &market.Reason{Words: []string{"bread", "toast"}}},
		"a tag and its word":   {"Bread", "Bread", func(l *market.Listing) { l.Tags = []string{"bread"} }, func(l *market.Listing) { l.Tags = []string{"bread"} }, nil},
		"a translation":        {"Bread", "Bread", func(l *market.Listing) { l.Title["es"] = "Pan" }, func(l *market.Listing) { l.Title["es"] = "Pan" }, nil},
		"in another language":  {"Bread", "Brot", func(l *market.Listing) { l.Title["de"] = "Brot backen" }, func(l *market.Listing) { l.Title = coop.Text{"de": "Brot backen"} }, &market.Reason{Words: []string{"backen", "brot"}}},
		"other modes":          {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Modes = "AM60", []market.Mode{market.ForHours} }, nil},
		"to be discussed":      {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Modes = "AM60", []market.Mode{market.Discuss} }, &market.Reason{Category: "AM60"}},
		"near":                 {"Loaves", "Lunch", at(0, market.ScopeLocal), at(4, market.ScopeLocal), &market.Reason{Category: "AM60", Metres: 4000, Placed: true}},
		"too far":              {"Loaves", "Lunch", at(0, market.ScopeLocal), at(21, market.ScopeLocal), nil},
		"one reaches":          {"Loaves", "Lunch", at(0, market.ScopeLocal), at(69, market.ScopeRegional), &market.Reason{Category: "AM60", Metres: 69_000, Placed: true}},
		"anywhere":             {"Loaves", "Lunch", at(0, market.ScopeInternational), at(3000, market.ScopeLocal), &market.Reason{Category: "AM60", Metres: 3_000_000, Placed: true}},
		"one says no place":    {"Loaves", "Lunch", at(0, market.ScopeLocal), food, &market.Reason{Category: "AM60"}},
		"one's own":            {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Poster = "AM60", "poster of Loaves" }, nil},
		"one's own elsewhere":  {"Loaves", "Lunch", func(l *market.Listing) { l.Category, l.Home, l.Poster = "AM60", "https://a.example/a", "" }, func(l *market.Listing) { l.Category, l.Home, l.Poster = "AM60", "https://a.example/a", "" }, nil},
		"ended":                {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Until = "AM60", noon }, nil},
		"paused":               {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.State = "AM60", market.Paused }, nil},
		"of a neighbour":       {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Home, l.Poster = "AM60", "https://a.example/a", "" }, &market.Reason{Category: "AM60"}},
		"the same purpose too": {"Loaves", "Lunch", food, func(l *market.Listing) { l.Category, l.Purpose = "AM60", market.Offer }, nil},
	} {
		offer, want := live(market.Offer, c.offer, c.offerEdit), live(market.Want, c.want, c.wantEdit)
		got, ok := market.MatchReason(&offer, &want, noon)
		if ok != (c.reason != nil) {
			t.Errorf("%s: matches %t, %+v", name, ok, got)
			continue
		}
		if c.reason == nil {
			continue
		}
		got.Metres = (got.Metres + 500) / 1000 * 1000
		if diff := cmp.Diff(*c.reason, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// drawListing draws listings of few words, so that many match.
func drawListing(t *rapid.T, name string, purpose market.Purpose) market.Listing {
	words := []string{"Bread", "bréad", "van", "Saturdays", "the", "repair", "Brot", "bike"}
	some := func(n string) (out string) {
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, name+n) {
			out += w + " "
		}
		return out
	}
	l := live(purpose, name, nil)
	l.Title = coop.Text{"en": some(" en")}
	if rapid.Bool().Draw(t, name+" bilingual") {
		l.Title["de"] = some(" de")
	}
	l.Tags = rapid.SliceOfN(rapid.SampledFrom([]string{"bread", "toast", "wheels"}), 0, 2).Draw(t, name+" tags")
	l.Category = rapid.SampledFrom([]string{"AM60", "AM120", ""}).Draw(t, name+" category")
	l.Modes = rapid.SliceOfN(rapid.SampledFrom(market.Modes[:3]), 1, 3).Draw(t, name+" modes")
	l.Scope = rapid.SampledFrom(append([]market.Scope{""}, market.Scopes...)).Draw(t, name+" scope")
	l.Poster = rapid.SampledFrom([]coop.ID{"ada", "ben", "eve", "sue"}).Draw(t, name+" poster")
	l.Home = rapid.SampledFrom([]coop.IRI{"", "", "https://a.example/a"}).Draw(t, name+" home")
	l.State = rapid.SampledFrom([]market.State{market.Open, market.Open, market.Open, market.Open, market.Open, market.Open, market.Paused, market.Done}).Draw(t, name+" state")
	l.Until = noon.Add(time.Duration(rapid.SampledFrom([]int{5, 4, 3, 2, 1, 0, -1}).Draw(t, name+" until")) * time.Hour)
	if rapid.IntRange(0, 3).Draw(t, name+" placed") > 0 {
		l.Place.Public = north(rapid.Float64Range(0, 200).Draw(t, name+" km"))
	}
	return l
}

// A match is the same from both sides, and none of what the rule forbids.
func TestMatchReasonHolds(t *testing.T) {
	t.Parallel()
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		a := drawListing(t, "a", market.Offer)
		b := drawListing(t, "b", rapid.SampledFrom([]market.Purpose{market.Want, market.Want, market.Want, market.Offer}).Draw(t, "purpose"))
		r, ok := market.MatchReason(&a, &b, noon)
		back, okBack := market.MatchReason(&b, &a, noon)
		if ok != okBack || cmp.Diff(r, back) != "" {
			t.Fatalf("%+v, %t but from the other side %+v, %t", r, ok, back, okBack)
		}
		if _, self := market.MatchReason(&a, &a, noon); self {
			t.Fatal("a listing matches itself")
		}
		if !ok {
			return
		}
		matched++
		switch {
		case a.Purpose == b.Purpose, !a.Live(noon), !b.Live(noon), a.Home == b.Home && a.Poster == b.Poster:
			t.Fatalf("%+v matches %+v", a, b)
		case r.Category == "" && len(r.Words) < market.MatchWords, r.Category != "" && (r.Category != a.Category || r.Category != b.Category):
			t.Fatalf("no reason: %+v", r)
		case r.Placed && r.Metres > 1000*(a.ReachKm()+b.ReachKm()):
			t.Fatalf("%d m is too far", r.Metres)
		}
	})
	if matched == 0 {
		t.Error("nothing ever matched")
	}
}

func TestMatchesOf(t *testing.T) {
	t.Parallel()
	s := newShop()
	want := s.post(t, func(l *market.Listing) {
		l.Purpose, l.Title, l.Category, l.Place.Exact = market.Want, coop.Text{"en": "Flour for cakes"}, "AM60", north(0)
	})
	offer := func(by coop.Actor, title string, edit func(*market.Listing)) market.Listing {
		l := bread()
		l.Title, l.Category, l.Place.Exact = coop.Text{"en": title}, "AM60", north(1)
		if edit != nil {
			edit(&l)
		}
		s.pass(time.Minute)
		out, err := s.PostListing(t.Context(), by, l)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	offer(ada, "Her own", nil)
	first := offer(ben, "Rye", nil)
	best := offer(ben, "Cakes and flour", nil)
	hidden := offer(ben, "For members", func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	offer(ben, "Elsewhere", func(l *market.Listing) { l.Place.Exact = north(60) })
	sue := offer(steward, "Sue's", func(l *market.Listing) { l.Place.Exact = north(3) })
	titles := func(by coop.Actor, l market.Listing) (out []string) {
		t.Helper()
		list, err := s.MatchesOf(t.Context(), by, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Of.ID != l.ID || m.With.Place.Exact != nil && m.With.Poster != by.Person() {
				t.Errorf("match %+v", m)
			}
			out = append(out, m.With.Title["en"])
		}
		return out
	}
	// Ben's second stands behind Sue's first.
	if diff := cmp.Diff([]string{"Cakes and flour", "Sue's", "For members", "Rye"}, titles(ada, want)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Cakes and flour", "Sue's", "Rye"}, titles(anonymous, want)); diff != "" {
		t.Error(diff)
	}
	for _, l := range []market.Listing{first, best, hidden, sue} {
		if diff := cmp.Diff([]string{"Flour for cakes"}, titles(anonymous, l)); diff != "" {
			t.Errorf("%s: %s", l.Title["en"], diff)
		}
	}
	all, err := s.MatchesFor(t.Context(), ben)
	if err != nil || len(all) != 1 || all[0].With.ID != want.ID {
		t.Errorf("for ben: %+v, %v", all, err)
	}
	if _, err := s.MatchesFor(t.Context(), anonymous); coop.ClassOf(err) != coop.Unauthenticated {
		t.Error(err)
	}
	s.set(want.Until)
	if got := titles(ada, want); got != nil {
		t.Errorf("what ended matches %v", got)
	}
}
