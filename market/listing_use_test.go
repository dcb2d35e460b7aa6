package market_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

var (
	posted   = []coop.EventKind{coop.ListingPosted}
	changed  = []coop.EventKind{coop.ListingChanged}
	narrowed = []coop.EventKind{coop.ListingNarrowed}
	deleted  = []coop.EventKind{coop.ListingDeleted}
)

func TestPost(t *testing.T) {
	t.Parallel()
	s := newShop()
	for _, by := range []coop.Actor{anonymous, stranger} {
		_, err := s.PostListing(t.Context(), by, bread())
		want(t, err, coop.Unauthenticated, "login.required")
	}
	for _, by := range []coop.Actor{ada, steward, node} {
		l, err := s.PostListing(t.Context(), by, bread())
		if err != nil || l.Poster != by.Person() || l.State != market.Open || l.Version != 1 || l.IRI != "https://bakery.example/listings/"+coop.IRI(l.ID) ||
			!l.Until.Equal(market.DefaultUntil(market.Offer, market.Thing, noon, brussels)) || l.Item != (market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}) {
			t.Errorf("%s: %+v, %v", by, l, err)
		}
		if d := cmp.Diff(l, s.get(t, l.ID)); d != "" {
			t.Error(d)
		}
	}
	if d := cmp.Diff(slices.Repeat(posted, 3), s.kinds()); d != "" {
		t.Error(d)
	}
	bad := bread()
	bad.Title = nil
	_, err := s.PostListing(t.Context(), ada, bad)
	want(t, err, coop.Invalid, "field.required")
	if n := len(s.mem.Listings()); n != 3 {
		t.Errorf("%d rows", n)
	}
}

// TestPostTakesNothingOver: what the caller says of identity, ownership and history does not count.
func TestPostTakesNothingOver(t *testing.T) {
	t.Parallel()
	s := newShop()
	mine := s.post(t, nil)
	l := bread()
	l.ID = mine.ID
	_, err := s.PostListing(t.Context(), ben, l)
	want(t, err, coop.Conflict, "listing.exists")
	if d := cmp.Diff(mine, s.get(t, mine.ID)); d != "" {
		t.Error(d)
	}
	if err := s.DeleteListing(t.Context(), ada, mine.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.PostListing(t.Context(), ben, l)
	want(t, err, coop.Conflict, "listing.exists")

	l.ID, l.IRI, l.Home, l.Poster, l.Version, l.State = "", "https://evil.example/x", "https://evil.example/", "ada", 9, market.Done
	l.Outcome, l.Closed, l.Seen, l.URL = "x", noon, noon, "https://evil.example/"
	got, err := s.PostListing(t.Context(), ben, l)
	if err != nil || !strings.HasPrefix(string(got.IRI), "https://bakery.example/") || got.Home != "" || got.Poster != "ben" || got.Version != 1 ||
		got.State != market.Open || got.Outcome != "" || !got.Closed.IsZero() || !got.Seen.IsZero() || got.URL != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestExactPlaceStays is the half of invariant 17 that no rounding can keep: the exact place is in no event and before no reader
// but those who may change the listing.
func TestExactPlaceStays(t *testing.T) {
	t.Parallel()
	s := newShop()
	door, _ := coop.NewPoint(51.054321, 3.717412)
	l := s.post(t, func(l *market.Listing) { l.Place.Exact = &door })
	if l.Place.Public == nil || *l.Place.Public != coop.Fuzz(s.Fuzz, door, 1) || l.Place.RadiusKm != 1 {
		t.Fatalf("%+v", l.Place)
	}
	// A point that claims to be public is rounded as well.
	forged := s.post(t, func(l *market.Listing) { l.Place.Public = &door })
	if *forged.Place.Public != *l.Place.Public {
		t.Errorf("an exact point got out as %v", *forged.Place.Public)
	}
	for _, change := range []market.Change{market.Pause, market.Resume, market.Renew, market.Fulfil} {
		s.pass(time.Hour)
		if _, err := s.ChangeListing(t.Context(), ada, l.ID, change, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DeleteListing(t.Context(), ada, l.ID); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.events() {
		if p := e.Snapshot.(market.Listing).Place; p.Exact != nil || p.Public == nil {
			t.Errorf("%s tells %+v", e.Kind, p)
		}
	}
	for by, sees := range map[coop.Actor]bool{ada: true, steward: true, node: true, ben: false, anonymous: false, stranger: false} {
		got, err := s.Listing(t.Context(), by, forged.ID)
		if err != nil {
			t.Fatal(err)
		}
		_ = got
		exact := s.post(t, func(l *market.Listing) { l.Place.Exact = &door })
		got, err = s.Listing(t.Context(), by, exact.ID)
		if err != nil || (got.Place.Exact != nil) != sees {
			t.Errorf("%s sees %v, %v", by, got.Place.Exact, err)
		}
		page, err := s.Search(t.Context(), by, market.Query{})
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range page.Listings {
			if got.ID == exact.ID && (got.Place.Exact != nil) != sees {
				t.Errorf("%s finds %v", by, got.Place.Exact)
			}
		}
	}
}

func TestWhoMayChange(t *testing.T) {
	t.Parallel()
	acts := map[string]func(*shop, coop.Actor, coop.ID) error{
		"edit": func(s *shop, by coop.Actor, id coop.ID) error {
			_, err := s.EditListing(t.Context(), by, id, bread())
			return err
		},
		"pause": func(s *shop, by coop.Actor, id coop.ID) error {
			_, err := s.ChangeListing(t.Context(), by, id, market.Pause, "")
			return err
		},
		"delete": func(s *shop, by coop.Actor, id coop.ID) error { return s.DeleteListing(t.Context(), by, id) },
	}
	for name, act := range acts {
		for _, c := range []struct {
			by    coop.Actor
			class coop.Class
			key   string
		}{
			{anonymous, coop.Unauthenticated, "login.required"}, {stranger, coop.Unauthenticated, "login.required"},
			{ben, coop.Forbidden, "listing.not_yours"}, {coop.Member("", coop.RoleMember), coop.Forbidden, "listing.not_yours"},
			{ada, 0, ""}, {steward, 0, ""}, {node, 0, ""},
		} {
			s := newShop()
			l := s.post(t, nil)
			s.pass(time.Hour)
			told := s.since(func() {
				if err := act(s, c.by, l.ID); c.key == "" && err != nil {
					t.Errorf("%s by %s: %v", name, c.by, err)
				} else if c.key != "" {
					want(t, err, c.class, c.key)
				}
			})
			if (len(told) == 0) != (c.key != "") {
				t.Errorf("%s by %s told %v", name, c.by, told)
			}
			if c.key != "" {
				if d := cmp.Diff(l, s.get(t, l.ID)); d != "" {
					t.Errorf("%s by %s: %s", name, c.by, d)
				}
			}
			want(t, act(s, steward, "nobody's"), coop.NotFound, "listing.unknown")
		}
		// A neighbour's listing belongs to the neighbour, whoever asks; one without a poster to the stewards.
		s := newShop()
		s.in(t, func(tx market.Tx) error { _, err := market.Receive(tx, theirs(), "r", noon); return err })
		want(t, act(s, steward, "r"), coop.Forbidden, "listing.foreign")
		ours, err := s.PostListing(t.Context(), node, bread())
		if err != nil {
			t.Fatal(err)
		}
		want(t, act(s, coop.Member("", coop.RoleMember), ours.ID), coop.Forbidden, "listing.not_yours")
	}
}

func TestOnlyThePeoplesChanges(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	s.set(l.Until)
	for _, c := range []market.Change{market.Expire, market.Archive, market.AgreeAll, "", "unknown"} {
		for _, by := range []coop.Actor{ada, steward} {
			_, err := s.ChangeListing(t.Context(), by, l.ID, c, "")
			want(t, err, coop.Conflict, "listing.state")
		}
	}
}

// TestEditKeepsIdentity is invariant 1.
func TestEditKeepsIdentity(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	draft := bread()
	draft.Purpose = market.Want
	_, err := s.EditListing(t.Context(), ada, l.ID, draft)
	if want(t, err, coop.Invalid, "purpose.fixed"); coop.Fields(err) == nil {
		t.Error("no field is named")
	}
	draft.Purpose, draft.ID, draft.IRI, draft.Home, draft.Poster, draft.State = "", "x", "https://x.example/", "https://x.example/", "ben", market.Archived
	draft.Version, draft.Created, draft.Title = 99, noon.AddDate(-1, 0, 0), coop.Text{"en": "Cake"}
	got, err := s.EditListing(t.Context(), ada, l.ID, draft)
	if err != nil {
		t.Fatal(err)
	}
	wanted := l
	wanted.Version, wanted.Updated, wanted.Title = 2, l.Updated.Add(time.Second), draft.Title
	if d := cmp.Diff(wanted, got); d != "" {
		t.Error(d)
	}
	for _, st := range []market.State{market.Done, market.Withdrawn, market.Archived} {
		_, err := market.Listing{State: st}.Edit(bread(), noon)
		want(t, err, coop.Conflict, "listing.state")
	}
}

// TestEditKeepsTheEnd: what an edit leaves out does not lengthen a life.
func TestEditKeepsTheEnd(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) { l.Purpose = market.Want })
	s.pass(72 * time.Hour)
	draft := bread()
	draft.Purpose = ""
	got, err := s.EditListing(t.Context(), ada, l.ID, draft)
	if err != nil || !got.Until.Equal(l.Until) {
		t.Errorf("until %s became %s, %v", l.Until, got.Until, err)
	}
	// An expired want that is edited is open again, for as long as a want lives.
	s.set(l.Until)
	if _, err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err = s.EditListing(t.Context(), ada, l.ID, draft)
	if err != nil || got.State != market.Open || !got.Closed.IsZero() || !got.Until.Equal(market.DefaultUntil(market.Want, market.Thing, s.now(), brussels)) {
		t.Errorf("%s until %s, closed %s, %v", got.State, got.Until, got.Closed, err)
	}
}

// TestWhatIsTold walks a listing through every use and holds what is queued: exactly what others must learn, with a snapshot of
// what the change left behind (invariant 8 for the narrowing).
func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	s := newShop()
	var l market.Listing
	see := func(v coop.Visibility) func() error {
		return func() (err error) {
			d := l
			d.Visibility = v
			l, err = s.EditListing(t.Context(), ada, l.ID, d)
			return err
		}
	}
	change := func(c market.Change) func() error {
		return func() (err error) {
			l, err = s.ChangeListing(t.Context(), ada, l.ID, c, "")
			return err
		}
	}
	for i, step := range []struct {
		do   func() error
		want []coop.EventKind
	}{
		{func() (err error) {
			d := bread()
			d.State, d.Visibility, d.Title = market.Draft, coop.OnlyMe, nil
			l, err = s.PostListing(t.Context(), ada, d)
			return err
		}, nil},
		{func() (err error) {
			d := bread()
			d.Visibility = coop.CoopOnly
			l, err = s.EditListing(t.Context(), ada, l.ID, d)
			return err
		}, nil}, // still a draft
		{change(market.Publish), nil}, // for the co-op alone
		{change(market.Pause), nil},
		{change(market.Resume), nil},
		{see(coop.Peers), posted}, // the first that others hear
		{see(coop.Peers), changed},
		{see(coop.Everyone), posted}, // to those who did not have it
		{change(market.Pause), changed},
		{change(market.Resume), changed},
		{change(market.Renew), changed},
		{change(market.Fulfil), changed},
		{func() error { return s.DeleteListing(t.Context(), ada, l.ID) }, deleted},
	} {
		s.pass(time.Minute)
		n := len(s.events())
		if err := step.do(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		now := s.events()[n:]
		if d := cmp.Diff(step.want, kindsOf(now)); d != "" {
			t.Errorf("step %d: %s", i, d)
		}
		for _, e := range now {
			got := e.Snapshot.(market.Listing)
			if e.Subject != string(l.IRI) || e.By != "member:ada" || e.ID == "" || !e.At.Equal(s.now()) {
				t.Errorf("step %d: %+v", i, e)
			}
			if e.Kind != coop.ListingDeleted {
				if d := cmp.Diff(s.get(t, l.ID), got); d != "" {
					t.Errorf("step %d told something else than it left: %s", i, d)
				}
			}
		}
	}
}

// Those who lost sight of a listing keep a tombstone of it, so it can't be shown more widely again.
func TestNarrowedStaysNarrow(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) { l.Visibility = coop.Everyone })
	see := func(v coop.Visibility) ([]coop.EventKind, error) {
		s.pass(time.Minute)
		n := len(s.events())
		d := l
		d.Visibility = v
		e, err := s.EditListing(t.Context(), ada, l.ID, d)
		if err == nil {
			l = e
		}
		return kindsOf(s.events()[n:]), err
	}
	for _, step := range []struct {
		to   coop.Visibility
		want []coop.EventKind
		ok   bool
	}{
		{coop.Peers, narrowed, true},
		{coop.Everyone, nil, false},
		{coop.CoopOnly, narrowed, true},
		{coop.CoopOnly, nil, true},
		{coop.Peers, nil, false},
	} {
		got, err := see(step.to)
		if (err == nil) != step.ok {
			t.Fatalf("to %s: %v", step.to, err)
		}
		if !step.ok {
			if f := coop.Fields(err); len(f) != 1 || f[0].Field != "visibility" || f[0].Key != "listing.narrowed" {
				t.Errorf("to %s: %v", step.to, err)
			}
		}
		if d := cmp.Diff(step.want, got); d != "" {
			t.Errorf("to %s: %s", step.to, d)
		}
	}
}

func TestDraftsAreNeverTold(t *testing.T) {
	t.Parallel()
	s := newShop()
	for _, end := range []func(coop.ID) error{
		func(id coop.ID) error { return s.DeleteListing(t.Context(), ada, id) },
		func(id coop.ID) error {
			_, err := s.ChangeListing(t.Context(), ada, id, market.Withdraw, "")
			return err
		},
	} {
		l := s.post(t, func(l *market.Listing) { *l = market.Listing{State: market.Draft, Purpose: market.Offer} })
		if _, err := s.Listing(t.Context(), ada, l.ID); err != nil {
			t.Errorf("its poster: %v", err)
		}
		for _, by := range []coop.Actor{ben, anonymous, stranger} {
			_, err := s.Listing(t.Context(), by, l.ID)
			want(t, err, coop.NotFound, "listing.unknown")
		}
		page, err := s.Search(t.Context(), ada, market.Query{Poster: "ada", States: []market.State{market.Draft}})
		if err != nil || len(page.Listings) != 1 {
			t.Errorf("one's own list has %d drafts, %v", len(page.Listings), err)
		}
		_, err = s.ChangeListing(t.Context(), ada, l.ID, market.Publish, "")
		if coop.ClassOf(err) != coop.Invalid {
			t.Errorf("published unfinished: %v", err)
		}
		if err := end(l.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.mem.Listing(t.Context(), l.ID); err == nil {
			t.Error("still there")
		}
	}
	if k := s.kinds(); k != nil {
		t.Errorf("told %v", k)
	}
}

func TestPublishByEdit(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) { l.State, l.Title = market.Draft, nil })
	s.pass(time.Hour)
	d := bread()
	d.State, d.Title = market.Open, nil
	_, err := s.EditListing(t.Context(), ada, l.ID, d)
	want(t, err, coop.Invalid, "field.required")
	d.Title = coop.Text{"en": "Bread"}
	got, err := s.EditListing(t.Context(), ada, l.ID, d)
	if err != nil || got.State != market.Open || got.Version != 1 || !got.Created.Equal(s.now()) || !slices.Equal(s.kinds(), posted) {
		t.Errorf("%+v, %v, told %v", got, err, s.kinds())
	}
}

// TestNothingHalfDone: what cannot be queued is not saved (saved means queued).
func TestNothingHalfDone(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	before := s.mem.Listings()
	s.Store = deaf{s.mem}
	s.pass(time.Hour)
	_, post := s.PostListing(t.Context(), ada, bread())
	_, edit := s.EditListing(t.Context(), ada, l.ID, bread())
	_, pause := s.ChangeListing(t.Context(), ada, l.ID, market.Pause, "")
	errs := map[string]error{"post": post, "edit": edit, "pause": pause, "delete": s.DeleteListing(t.Context(), ada, l.ID)}
	s.set(l.Until.AddDate(0, 0, -1).Add(-time.Hour))
	_, errs["remind"] = s.Tick(t.Context())
	for name, err := range errs {
		if !errors.Is(err, errDeaf) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d := cmp.Diff(before, s.mem.Listings()); d != "" {
		t.Error(d)
	}
	s.Store = s.mem
	s.set(l.Until.AddDate(0, 0, -1))
	if n, err := s.Tick(t.Context()); n == 0 || err != nil || len(s.mem.Letters()) != 1 {
		t.Errorf("the reminder that could not be queued is lost: %d, %v, %v", n, err, s.kinds())
	}
	before = s.mem.Listings()
	s.Store = deaf{s.mem}
	s.set(l.Until)
	if _, err := s.Tick(t.Context()); !errors.Is(err, errDeaf) {
		t.Error(err)
	}
	if d := cmp.Diff(before, s.mem.Listings()); d != "" {
		t.Errorf("expired without a word: %s", d)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	s := newShop()
	for v, readers := range map[coop.Visibility][]coop.Actor{
		coop.CoopOnly: {ada, ben, steward, node}, coop.Peers: {ada, ben, steward, node},
		coop.Everyone: {ada, ben, steward, node, anonymous, stranger}} {
		l := s.post(t, func(l *market.Listing) { l.Visibility = v })
		for _, by := range []coop.Actor{ada, ben, steward, node, anonymous, stranger} {
			_, err := s.Listing(t.Context(), by, l.ID)
			page, errFind := s.Search(t.Context(), by, market.Query{Reach: coop.OnlyMe})
			found := slices.ContainsFunc(page.Listings, func(x market.Listing) bool { return x.ID == l.ID })
			if errFind != nil {
				t.Fatal(errFind)
			}
			if slices.Contains(readers, by) {
				if err != nil || !found {
					t.Errorf("%s, %s: %v, found %t", v, by, err, found)
				}
				continue
			}
			if want(t, err, coop.NotFound, "listing.unknown"); found {
				t.Errorf("%s finds what is for %s", by, v)
			}
		}
	}
	_, err := s.Listing(t.Context(), anonymous, "unknown")
	want(t, err, coop.NotFound, "listing.unknown")
	l := s.post(t, nil)
	if err := s.DeleteListing(t.Context(), ada, l.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Listing(t.Context(), anonymous, l.ID)
	want(t, err, coop.Gone, "listing.gone")
}

// TestListsStateTheirOrder is invariant 20, and the end of 2: what is over is in no list.
func TestListsStateTheirOrder(t *testing.T) {
	t.Parallel()
	s := newShop()
	var ids []coop.ID
	for i, title := range []string{"b", "c", "a"} {
		s.pass(time.Hour)
		ids = append(ids, s.post(t, func(l *market.Listing) {
			l.Title, l.Until = coop.Text{"en": title}, noon.AddDate(0, 0, 10-i)
			p, _ := coop.NewPoint(50+float64(i), 4)
			l.Place.Exact = &p
		}).ID)
	}
	near, _ := coop.NewPoint(51.2, 4)
	order := func(by coop.Actor, q market.Query) (out []coop.ID) {
		t.Helper()
		for {
			p, err := s.Search(t.Context(), by, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range p.Listings {
				out = append(out, l.ID)
			}
			if q.Cursor = p.Next; q.Cursor == "" {
				return out
			}
		}
	}
	for sort, want := range map[market.Sort][]coop.ID{
		"": {ids[2], ids[1], ids[0]}, "random": {ids[2], ids[1], ids[0]}, market.Newest: {ids[2], ids[1], ids[0]}, market.Ends: {ids[2], ids[1], ids[0]},
		market.ByTitle: {ids[2], ids[0], ids[1]}, market.Nearest: {ids[1], ids[2], ids[0]}, market.Best: {ids[2], ids[1], ids[0]}} {
		q := market.Query{Sort: sort}
		if sort == market.Nearest {
			if d := cmp.Diff([]coop.ID{ids[2], ids[1], ids[0]}, order(anonymous, q)); d != "" {
				t.Errorf("nearest to nowhere: %s", d)
			}
			q.Near = &near
		}
		for _, limit := range []int{0, 1, 2} {
			q.Limit = limit
			for _, by := range []coop.Actor{anonymous, stranger, ada, ben} {
				if d := cmp.Diff(want, order(by, q)); d != "" {
					t.Errorf("%q by %s, %d at a time: %s", sort, by, limit, d)
				}
			}
		}
	}
	_, err := s.Search(t.Context(), anonymous, market.Query{Sort: market.Ends, Cursor: "newest|x"})
	want(t, err, coop.Invalid, "cursor.invalid")
	if _, err := s.ChangeListing(t.Context(), ada, ids[2], market.Pause, ""); err != nil {
		t.Fatal(err)
	}
	s.set(noon.AddDate(0, 0, 9)) // the second one ends
	all := market.States()
	for by, wanted := range map[coop.Actor]int{anonymous: 1, ben: 1, stranger: 1, steward: 3} {
		if got := order(by, market.Query{States: all}); len(got) != wanted {
			t.Errorf("%s lists %d", by, len(got))
		}
	}
	if got := order(ada, market.Query{States: all, Poster: "ada"}); len(got) != 3 {
		t.Errorf("one's own list has %d", len(got))
	}
	if got := order(ben, market.Query{States: all, Poster: "ada"}); len(got) != 1 {
		t.Errorf("somebody else's list has %d", len(got))
	}
}

// TestNothingPrivateIsReachable: no snapshot of this package holds the register, an account or the person behind a view
// (invariant 9).
func TestNothingPrivateIsReachable(t *testing.T) {
	t.Parallel()
	private := []reflect.Type{reflect.TypeFor[coop.Register](), reflect.TypeFor[coop.Account](), reflect.TypeFor[coop.Person](),
		reflect.TypeFor[coop.Invite]()}
	var reach func(reflect.Type, map[reflect.Type]bool)
	reach = func(t reflect.Type, seen map[reflect.Type]bool) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			reach(t.Elem(), seen)
		case reflect.Struct:
			for i := range t.NumField() {
				reach(t.Field(i).Type, seen)
			}
		}
	}
	for _, x := range []any{market.Listing{}, market.Message{}, market.Thread{}, market.Commitment{}, market.Page{}} {
		seen := map[reflect.Type]bool{}
		reach(reflect.TypeOf(x), seen)
		for _, p := range private {
			if seen[p] {
				t.Errorf("%T holds a %s", x, p)
			}
		}
	}
	control := map[reflect.Type]bool{}
	if reach(reflect.TypeFor[struct{ A []*coop.Register }](), control); !control[private[0]] {
		t.Error("the search finds nothing")
	}
}

func TestOutcomeAndTheLastWord(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	_, err := s.ChangeListing(t.Context(), ada, l.ID, market.Fulfil, "two\nlines")
	want(t, err, coop.Invalid, "field.one_line")
	for range 3 { // within one second: peers must take each for newer all the same
		for _, c := range []market.Change{market.Pause, market.Resume} {
			if _, err := s.ChangeListing(t.Context(), ada, l.ID, c, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	done, err := s.ChangeListing(t.Context(), ada, l.ID, market.Fulfil, "eaten")
	if err != nil || done.Outcome != "eaten" || s.get(t, l.ID).Outcome != "eaten" {
		t.Errorf("%+v, %v", done, err)
	}
	if err := s.DeleteListing(t.Context(), ada, l.ID); err != nil {
		t.Fatal(err)
	}
	var before time.Time
	for _, e := range s.events() {
		now := e.Snapshot.(market.Listing).Updated
		if !now.After(before) {
			t.Errorf("%s is told as of %s, after %s", e.Kind, now, before)
		}
		before = now
	}
}
