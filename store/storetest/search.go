package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/store"
)

func decodeListing(t *testing.T, data []byte) (l market.Listing) {
	t.Helper()
	ok(t, json.Unmarshal(data, &l))
	return l
}

// vocabulary is written as left and found as right.
var vocabulary = [][2]string{{"Bread", "bread"}, {"breadboard", "breadboard"}, {"BROD", "brod"}, {"Brød", "brod"}, {"jalapeño", "jalapeno"},
	{"straße", "strasse"}, {"repair", "repair"}, {"repairs", "repairs"}, {"bike", "bike"}, {"e", "e"}, {"Ελλάς", "ελλασ"}, {"3d", "3d"}, {"1e5", "1e5"},
	{"хлеб", "хлеб"}, {"パン", "\u30cf\u309aン"}, {"and", "and"}, {"NEAR", "near"}, {"or", "or"}}

// kept is a row of the model: a listing with its place in "newest first".
type kept struct {
	market.Listing
	put   int
	words []string
	title []string
}

// model is the naive market: a list that is filtered and sorted.
type model struct {
	rows map[coop.ID]*kept
	puts int
}

// begins tells whether the last word may be a beginning: it is long enough, and not so many have it whole.
func (m *model) begins(asked []string) bool {
	if len(asked) == 0 || len([]rune(asked[len(asked)-1])) < 4 {
		return false
	}
	whole := 0
	for _, r := range m.rows {
		if slices.Contains(r.words, asked[len(asked)-1]) {
			whole++
		}
	}
	return whole < limits.WholeWord
}

func (m *model) matches(q market.Query, now time.Time, asked []string, begins bool, r *kept) bool {
	for i, w := range asked {
		if !slices.ContainsFunc(r.words, func(h string) bool {
			return h == w || i == len(asked)-1 && begins && strings.HasPrefix(h, w)
		}) {
			return false
		}
	}
	if q.States == nil && !r.Live(now) || q.States != nil && !slices.Contains(q.States, r.State) {
		return false
	}
	if a := q.Alike; a != nil && !(a.Category != "" && a.Category == r.Category) &&
		!slices.ContainsFunc(r.words, func(h string) bool { return slices.Contains(a.Words, h) }) {
		return false
	}
	_, spoken := r.Title[q.Language]
	return r.Visibility >= q.Reach && (q.Purpose == "" || q.Purpose == r.Purpose) && (q.Kind == "" || q.Kind == r.Kind) &&
		(q.Category == "" || q.Category == r.Category) && (q.Mode == "" || slices.Contains(r.Modes, q.Mode)) &&
		(q.Stream == "" || q.Stream == r.Stream) && (q.Scope == "" || q.Scope == r.Scope) && (q.Tag == "" || slices.Contains(r.Tags, q.Tag)) &&
		(q.Language == "" || spoken) && (q.Home == "" || q.Home == r.Home) && (!q.Local || r.Home == "") && (q.Of == nil || slices.Contains(q.Of, r.Home)) && (q.Poster == "" || q.Poster == r.Poster) &&
		(q.Since.IsZero() || !r.Updated.Before(q.Since)) && (q.Before.IsZero() || r.Until.Before(q.Before)) && (!q.HasPhoto || len(r.Photos) > 0) &&
		(q.Near == nil || q.RadiusKm == 0 || r.Place.Public != nil && q.Near.KilometresTo(*r.Place.Public) <= float64(q.RadiusKm))
}

func (m *model) search(q market.Query, now time.Time, asked []string) []coop.ID {
	var rows []*kept
	begins := m.begins(asked)
	for _, r := range m.rows {
		if m.matches(q, now, asked, begins, r) {
			rows = append(rows, r)
		}
	}
	far := func(r *kept) float64 {
		if r.Place.Public == nil {
			return 1e9
		}
		return q.Near.KilometresTo(*r.Place.Public)
	}
	inTitle := func(r *kept) (n int) {
		for i, w := range asked {
			if slices.ContainsFunc(r.title, func(h string) bool {
				return h == w || i == len(asked)-1 && begins && strings.HasPrefix(h, w)
			}) {
				n++
			}
		}
		return n
	}
	newest := func(a, b *kept) int { return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(b.put, a.put)) }
	slices.SortFunc(rows, func(a, b *kept) int {
		switch {
		case q.Sort == market.Ends:
			return cmp.Or(a.Until.Compare(b.Until), newest(b, a))
		case q.Sort == market.ByTitle:
			return cmp.Or(strings.Compare(strings.Join(a.title, " "), strings.Join(b.title, " ")), newest(b, a))
		case q.Sort == market.Nearest && q.Near != nil:
			return cmp.Or(cmp.Compare(far(a), far(b)), newest(a, b))
		case q.Sort == market.Best && len(asked) > 0:
			return cmp.Or(cmp.Compare(inTitle(b), inTitle(a)), newest(a, b))
		}
		return newest(a, b)
	})
	var out []coop.ID
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

var (
	towns = []coop.Point{{Lat: 51_450_000, Lon: -2_590_000}, {Lat: 51_455_000, Lon: -2_600_000}, {Lat: 51_700_000, Lon: -2_100_000},
		{Lat: 52_900_000, Lon: -1_100_000}, {Lat: -16_500_000, Lon: 179_990_000}, {Lat: -16_500_000, Lon: -179_950_000}, {Lat: 89_500_000, Lon: 10_000_000}}
	homes = []coop.IRI{"", "", "https://cycles.example/actor", "https://care.example/actor"}
)

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// random puts a new listing or changes an old one.
func (m *model) random(r *rand.Rand, tx market.Tx) error {
	all := make([]coop.ID, 0, len(m.rows))
	for id := range m.rows {
		all = append(all, id)
	}
	slices.Sort(all)
	id := newID()
	var old *kept
	if len(all) > 0 && r.IntN(3) == 0 {
		old = m.rows[pick(r, all)]
		id = old.ID
		if r.IntN(4) == 0 {
			delete(m.rows, id)
			return tx.DropListing(old.Listing, day0)
		}
	}
	k := &kept{}
	some := func() (written, found []string) {
		for range 1 + r.IntN(3) {
			w := pick(r, vocabulary)
			written, found = append(written, w[0]), append(found, w[1])
		}
		return written, found
	}
	title, foundTitle := some()
	body, foundBody := some()
	l := market.Listing{ID: id, Home: pick(r, homes), Purpose: pick(r, []market.Purpose{market.Offer, market.Want}), Kind: pick(r, market.Kinds[:3]),
		Title: coop.Text{pick(r, []string{"en", "es", "pt-br"}): strings.Join(title, " ")}, Body: coop.Text{"en": strings.Join(body, "/")},
		Modes: market.Modes[r.IntN(3) : 3+r.IntN(3)], Stream: pick(r, append([]market.Stream{""}, market.Streams...)), Scope: pick(r, market.Scopes),
		Until: day0.Add(time.Duration(r.IntN(200)-40) * time.Hour), Poster: pick(r, []coop.ID{"", "ada", "ben"}), Category: pick(r, []string{"", "AM10", "AM60"}),
		Visibility: coop.Visibility(1 + r.IntN(3)), State: pick(r, append(market.States(), market.Open, market.Open, market.Open, market.Open, market.Open, market.Open)),
		Version: 1, Created: day0, Updated: day0.Add(-time.Duration(r.IntN(100)) * time.Minute)}
	l.IRI = coop.IRI("https://a.example/listings/" + string(id))
	if r.IntN(4) > 0 {
		at := pick(r, towns)
		at.Lat += int32(r.IntN(200_000))
		at.Lon += int32(r.IntN(20_000))
		if at.Lon > 180_000_000 {
			at.Lon -= 360_000_000
		}
		if at.Lat > 90_000_000 {
			at.Lat = 90_000_000
		}
		l.Place.Public = &at
	}
	if r.IntN(2) == 0 {
		l.Tags = []string{pick(r, []string{"zero-waste", "vegan"})}
		foundBody = append(foundBody, strings.Split(l.Tags[0], "-")...)
	}
	if r.IntN(2) == 0 {
		l.Photos = []market.Photo{{Remote: "https://a.example/p.jpg", Alt: "p"}}
	}
	m.puts++
	k.Listing, k.put, k.title, k.words = l, m.puts, foundTitle, append(slices.Clone(foundTitle), foundBody...)
	if old != nil && old.Updated.Equal(l.Updated) && old.State == l.State {
		k.put = old.put
	}
	m.rows[id] = k
	return tx.PutListing(l)
}

// testSearch compares random questions about a random market with the model's answers, walking through all pages.
func testSearch(t *testing.T, s *store.Store) {
	ctx := t.Context()
	m := &model{rows: map[coop.ID]*kept{}}
	found := 0
	for round := range 3 {
		r := rand.New(rand.NewPCG(7, uint64(round)))
		for range 10 {
			change(t, s, func(tx market.Tx) error {
				saved, puts := maps(m.rows), m.puts // PostgreSQL may run it again
				for range 15 {
					if err := m.random(r, tx); err != nil {
						m.rows, m.puts = saved, puts
						return err
					}
				}
				return nil
			})
		}
		rapid.Check(t, func(rt *rapid.T) {
			q, asked := drawQuery(rt)
			now := day0.Add(time.Duration(rapid.IntRange(-20, 80).Draw(rt, "hours")) * time.Hour)
			want := m.search(q, now, asked)
			if q.Alike == nil { // what has just come is held to a question without a search
				for _, r := range m.rows {
					if held := q.Holds(&r.Listing, now); held != slices.Contains(want, r.ID) {
						rt.Fatalf("%+v holds %+v: %t", q, r.Listing, held)
					}
				}
			}
			most := rapid.IntRange(1, 60).Draw(rt, "most")
			if n, err := s.Count(ctx, q, now, most); err != nil || n != min(len(want), most) {
				rt.Fatalf("%+v: %d counted of %d, at most %d: %v", q, n, len(want), most, err)
			}
			var got []coop.ID
			for pages := 0; ; pages++ {
				p, err := s.Search(ctx, q, now)
				if err != nil {
					rt.Fatalf("%+v: %v", q, err)
				}
				got = append(got, idsOf(p.Listings)...)
				for _, l := range p.Listings {
					if diff := gocmp.Diff(m.rows[l.ID].Listing, l); diff != "" {
						rt.Fatal(diff)
					}
				}
				if q.Cursor = p.Next; p.Next == "" {
					break
				}
				if len(p.Listings) != q.Limit || pages > 1000 {
					rt.Fatalf("a page of %d with a next one", len(p.Listings))
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				rt.Fatalf("%+v\n%s", q, diff)
			}
			found += len(got)
		})
	}
	if found < 300 {
		t.Errorf("only %d found in all: the questions find nothing", found)
	}
}

func maps(m map[coop.ID]*kept) map[coop.ID]*kept {
	out := make(map[coop.ID]*kept, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func drawQuery(rt *rapid.T) (q market.Query, asked []string) {
	// Each filter is there in one question of five, or nothing would ever be found.
	maybe := func(name string) bool { return rapid.IntRange(0, 4).Draw(rt, name) == 4 }
	q.Reach = rapid.SampledFrom([]coop.Visibility{coop.CoopOnly, coop.Peers, coop.Everyone}).Draw(rt, "reach")
	q.Limit = rapid.IntRange(1, 40).Draw(rt, "limit")
	if maybe("alike") {
		q.Alike = &market.Alike{Category: rapid.SampledFrom([]string{"", "AM10", "AM60", "AM100"}).Draw(rt, "alike category")}
		for _, w := range rapid.SliceOfNDistinct(rapid.SampledFrom(vocabulary), 1, 3, func(w [2]string) string { return w[1] }).Draw(rt, "alike words") {
			q.Alike.Words = append(q.Alike.Words, w[1])
		}
	}
	q.Sort = rapid.SampledFrom(append([]market.Sort{""}, market.Sorts...)).Draw(rt, "sort")
	if rapid.Bool().Draw(rt, "has text") {
		var typed []string
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 2).Draw(rt, "words") {
			if !slices.Contains(asked, w[1]) {
				typed, asked = append(typed, w[0]), append(asked, w[1])
			}
		}
		if maybe("beginning") {
			last := []rune(asked[len(asked)-1])
			if n := len(last) - 1; n >= 3 {
				if beginning := string(last[:n]); !slices.Contains(asked, beginning) {
					typed[len(typed)-1], asked[len(asked)-1] = beginning, beginning
				}
			}
		}
		q.Text = rapid.SampledFrom([]string{"", "  ", "\"", "*", "(", "-"}).Draw(rt, "noise") + strings.Join(typed, rapid.SampledFrom([]string{" ", ", ", " - ", "\x00", ":"}).Draw(rt, "between"))
	}
	if maybe("purpose") {
		q.Purpose = market.Want
	}
	if maybe("kind") {
		q.Kind = market.Kinds[1]
	}
	if maybe("category") {
		q.Category = "AM60"
	}
	if maybe("mode") {
		q.Mode = market.Modes[2]
	}
	if maybe("stream") {
		q.Stream = market.Love
	}
	if maybe("scope") {
		q.Scope = market.ScopeLocal
	}
	if maybe("tag") {
		q.Tag = "zero-waste"
	}
	if maybe("language") {
		q.Language = rapid.SampledFrom([]string{"en", "pt-br", "pt"}).Draw(rt, "tongue")
	}
	if maybe("home") {
		q.Home = homes[2]
	}
	q.Local, q.HasPhoto = maybe("local"), maybe("photo")
	if maybe("of") {
		q.Of = rapid.SampledFrom([][]coop.IRI{{}, {""}, {homes[2]}, {homes[1], "", homes[2]}, {"https://nobody.example/actor"}}).Draw(rt, "co-ops")
	}
	if maybe("poster") {
		q.Poster = "ada"
	}
	if maybe("since") {
		q.Since = day0.Add(-50 * time.Minute)
	}
	if maybe("before") {
		q.Before = day0.Add(90 * time.Hour)
	}
	if maybe("states") {
		q.States = []market.State{market.Open, market.Paused, market.Draft, market.Done}
	}
	if rapid.Bool().Draw(rt, "near") {
		at := rapid.SampledFrom(towns).Draw(rt, "town")
		q.Near = &at
		q.RadiusKm = rapid.SampledFrom([]int{0, 1, 5, 12, 25, 60, 300, 5000, 30000}).Draw(rt, "km")
	}
	return q, asked
}

// testWholeWord: a word that many have as it stands is no beginning of another.
func testWholeWord(t *testing.T, s *store.Store) {
	many := func(n int) {
		t.Helper()
		change(t, s, func(tx market.Tx) error {
			for range n {
				if err := tx.PutListing(sampleListing("whole")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	longer := sampleListing("wholesome")
	put(t, s, longer)
	many(limits.WholeWord - 1)
	finds := func(sort market.Sort) bool {
		t.Helper()
		p := must(s.Search(t.Context(), market.Query{Text: "whole", Limit: market.MaxPage, Sort: sort}, day0))(t)
		return slices.Contains(idsOf(p.Listings), longer.ID)
	}
	for _, sort := range []market.Sort{market.Newest, market.Best} {
		if !finds(sort) {
			t.Errorf("%s: below the bound the beginning is not found", sort)
		}
	}
	many(1)
	for _, sort := range []market.Sort{market.Newest, market.Best} {
		if finds(sort) {
			t.Errorf("%s: a common word is looked for as a beginning too", sort)
		}
	}
}

func testNewest(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b, c := sampleListing("a"), sampleListing("b"), sampleListing("c")
	put(t, s, a)
	put(t, s, b)
	c.Updated = day0.Add(-time.Hour) // comes late from somewhere, and stands where it belongs
	put(t, s, c)
	order := func(want ...market.Listing) {
		t.Helper()
		for _, q := range []market.Query{{}, {Text: "text"}, {Poster: "ada"}, {Kind: market.Food}} {
			p := must(s.Search(ctx, q, day0))(t)
			if diff := gocmp.Diff(idsOf(want), idsOf(p.Listings)); diff != "" {
				t.Errorf("%+v: %s", q, diff)
			}
		}
	}
	order(b, a, c)
	a.Seen = day0.Add(time.Hour) // confirmed only: nothing of it has changed
	put(t, s, a)
	order(b, a, c)
	a.Updated = day0.Add(time.Second)
	put(t, s, a)
	order(a, b, c)
	c.State = market.Paused
	put(t, s, c)
	order(a, b)
	// A neighbour whose clock runs ahead does not stay on top.
	r := remoteListing("ahead")
	r.Updated, r.Until = time.Now().AddDate(50, 0, 0), time.Now().AddDate(60, 0, 0)
	put(t, s, r)
	l := sampleListing("now")
	l.Updated = time.Now().Add(2 * time.Second).Truncate(time.Second)
	put(t, s, l)
	if p := must(s.Search(ctx, market.Query{}, day0))(t); p.Listings[0].ID != l.ID || p.Listings[1].ID != r.ID {
		t.Errorf("order %v", idsOf(p.Listings))
	}
}

// Nothing that is typed into the search field is ever an operator or an error.
func testSearchText(t *testing.T, s *store.Store) {
	ctx := t.Context()
	l := sampleListing("O'Brien's \"rye\" bread: 100% (whole-grain)")
	long := sampleListing(strings.Repeat("x", 100))
	put(t, s, l, long)
	for text, want := range map[string]int{
		"": 2, "   ": 2, "***": 2, "\"": 2, "\x00": 2, "rye": 1, "RYE BREAD": 1, "\"rye bread\"": 1, "rye*": 1, "NEAR(rye bread)": 0, "rye AND bread": 0,
		"rye OR": 0, "title:rye": 0, "-rye": 1, "o'brien": 1, "100%": 1, "whole-grain": 1, "whole": 1, "whol": 1, "who": 0, "bread who": 0, "'; DROP TABLE listing; --": 0,
		"rye\x00bread": 1, "\xff\xferye": 1, "{title body} : rye": 0, "rye^2": 0, "rye 100": 1, strings.Repeat("x", 100): 1, strings.Repeat("x", 64): 1,
		strings.Repeat("x", 63): 1, "f" + strings.Repeat("0", 16): 0, "=rye": 1, "rye:*": 1, "rye & bread | !x": 0, "rye <-> bread": 1, "ŕýë": 1,
	} {
		for _, order := range market.Sorts {
			p, err := s.Search(ctx, market.Query{Text: text, Sort: order, Near: &towns[0]}, day0)
			if err != nil || len(p.Listings) != want {
				t.Errorf("%q by %s finds %d, want %d (%v)", text, order, len(p.Listings), want, err)
			}
		}
	}
	for _, tag := range []string{"bread", "BREAD", "'; --"} {
		_, err := s.Search(ctx, market.Query{Tag: tag, Category: tag, Language: tag, Home: coop.IRI(tag), Kind: market.Kind(tag)}, day0)
		ok(t, err)
	}
}

func testBest(t *testing.T, s *store.Store) {
	both, one, none := sampleListing("rye bread"), sampleListing("rye"), sampleListing("loaf")
	both.Updated, one.Updated = day0.Add(-2*time.Hour), day0.Add(-time.Hour)
	for _, l := range []*market.Listing{&both, &one, &none} {
		l.Body = coop.Text{"en": "bread of rye"}
	}
	put(t, s, none, one, both)
	q := market.Query{Text: "rye bread", Sort: market.Best, Limit: 1}
	var got []coop.ID
	for {
		p := must(s.Search(t.Context(), q, day0))(t)
		got = append(got, idsOf(p.Listings)...)
		if q.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if diff := gocmp.Diff([]coop.ID{both.ID, one.ID, none.ID}, got); diff != "" {
		t.Error(diff)
	}
}

func testCursors(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for i := range 5 {
		put(t, s, sampleListing(fmt.Sprint("bread ", i)))
	}
	made := map[market.Sort]string{}
	for _, order := range market.Sorts {
		p := must(s.Search(ctx, market.Query{Text: "bread", Sort: order, Near: &towns[0], Limit: 2}, day0))(t)
		if p.Next == "" {
			t.Fatalf("no next page by %s", order)
		}
		made[order] = p.Next
	}
	for _, order := range market.Sorts {
		q := market.Query{Text: "bread", Sort: order, Near: &towns[0], Limit: 2}
		for _, cursor := range []string{"x", "!", "e30", strings.Repeat("A", 10_000), "eyJPcmRlciI6Im5ld2VzdCIsIlNlcSI6MWUzMDB9", made[order] + "A", made[order][1:]} {
			q.Cursor = cursor
			_, err := s.Search(ctx, q, day0)
			class(t, err, coop.Invalid, "cursor.invalid")
		}
		for other, cursor := range made {
			q.Cursor = cursor
			_, err := s.Search(ctx, q, day0)
			if other == order || order == market.Best && other == market.Newest {
				ok(t, err)
				continue
			}
			class(t, err, coop.Invalid, "cursor.invalid")
		}
	}
	// What comes or goes between two pages shifts nothing.
	q := market.Query{Limit: 2}
	first := must(s.Search(ctx, q, day0))(t)
	new := sampleListing("bread new")
	new.Updated = day0.Add(time.Hour)
	put(t, s, new)
	change(t, s, func(tx market.Tx) error { return tx.DropListing(first.Listings[1], day0) })
	q.Cursor, q.Limit = first.Next, 100
	rest := must(s.Search(ctx, q, day0))(t)
	seen := append(idsOf(first.Listings), idsOf(rest.Listings)...)
	sort.Slice(seen, func(i, j int) bool { return seen[i] < seen[j] })
	if len(seen) != 5 || len(slices.Compact(seen)) != 5 {
		t.Errorf("saw %v", seen)
	}
}
