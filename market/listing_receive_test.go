package market_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

const (
	home    coop.IRI = "https://cycles.example/actor"
	address coop.IRI = "https://cycles.example/listings/1"
)

// theirs is a neighbour's listing as it first was.
func theirs() market.Listing {
	l := complete()
	l.IRI, l.Home, l.State, l.Created, l.Updated = address, home, market.Open, noon, noon
	return l
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	s := newShop()
	ours := s.post(t, nil)
	receive := func(edit func(*market.Listing)) error {
		l := theirs()
		edit(&l)
		return s.Store.Write(t.Context(), func(tx market.Tx) error {
			_, err := market.Receive(tx, l, "new", noon)
			return err
		})
	}
	refuse := func(class coop.Class, key string, edit func(*market.Listing)) {
		t.Helper()
		before := s.mem.Listings()
		want(t, receive(edit), class, key)
		if d := cmp.Diff(before, s.mem.Listings()); d != "" {
			t.Error(d)
		}
	}
	refuse(coop.Forbidden, "origin.differs", func(l *market.Listing) { l.Home = "https://evil.example/actor" })
	refuse(coop.Forbidden, "origin.differs", func(l *market.Listing) { l.Home = "http://cycles.example/actor" })
	refuse(coop.Forbidden, "origin.differs", func(l *market.Listing) { l.Home = "" })
	refuse(coop.Forbidden, "origin.differs", func(l *market.Listing) { l.IRI = "" })
	refuse(coop.Forbidden, "origin.differs", func(l *market.Listing) { l.IRI = ours.IRI })
	refuse(coop.Forbidden, "owner.differs", func(l *market.Listing) { l.IRI, l.Home = ours.IRI, s.Actor })
	refuse(coop.Invalid, "listing.unfinished", func(l *market.Listing) { l.State = market.Draft })
	if err := receive(func(*market.Listing) {}); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(time.Hour)
	refuse(coop.Forbidden, "owner.differs", func(l *market.Listing) { l.Home, l.Updated = "https://cycles.example/other", later })
	refuse(coop.Invalid, "purpose.fixed", func(l *market.Listing) { l.Purpose, l.Updated = market.Want, later })
}

func TestReceiveWithoutEnd(t *testing.T) {
	t.Parallel()
	s := newShop()
	s.in(t, func(tx market.Tx) error {
		l := theirs()
		l.Until = time.Time{}
		_, err := market.Receive(tx, l, "r", noon.AddDate(0, 0, 30))
		return err
	})
	if got := s.get(t, "r"); !got.Until.Equal(noon.AddDate(0, 0, market.MaxDays)) {
		t.Errorf("ends %s", got.Until)
	}
}

func TestReceiveTwice(t *testing.T) {
	t.Parallel()
	s := newShop()
	receive := func(l market.Listing, now time.Time) (changed bool) {
		t.Helper()
		s.in(t, func(tx market.Tx) (err error) {
			changed, err = market.Receive(tx, l, "r", now)
			return err
		})
		return changed
	}
	l := theirs()
	l.Photos = []market.Photo{{Remote: "https://cycles.example/1.jpg"}, {Remote: "https://cycles.example/2.jpg"}}
	if !receive(l, noon) {
		t.Error("the first time changed nothing")
	}
	if receive(l, noon.Add(time.Hour)) || !s.get(t, "r").Seen.Equal(noon.Add(time.Hour)) {
		t.Error("the same again is a change, or did not confirm")
	}
	s.in(t, func(tx market.Tx) error { // the pictures were fetched
		row, err := tx.Listing("r")
		if err != nil {
			return err
		}
		row.Photos[0].ID, row.Photos[0].Type, row.Photos[1].ID = "p1", "image/jpeg", "p2"
		return tx.PutListing(row)
	})
	l.Updated, l.Title = noon.Add(time.Minute), coop.Text{"en": "Bicycle"}
	l.Photos = []market.Photo{{Remote: "https://cycles.example/1.jpg", Alt: "red"}, {Remote: "https://cycles.example/3.jpg"}}
	if !receive(l, noon) {
		t.Error("an update changed nothing")
	}
	got := s.get(t, "r")
	if got.Version != 2 || got.Photos[0].ID != "p1" || got.Photos[0].Type != "image/jpeg" || got.Photos[0].Alt != "red" || got.Photos[1].ID != "" {
		t.Errorf("%+v", got)
	}
	if l = theirs(); receive(l, noon) || s.get(t, "r").Title["en"] != "Bicycle" {
		t.Error("an older version was taken")
	}
	if len(s.events()) != 0 {
		t.Error("what is a neighbour's was told to others")
	}
}

// TestEveryOrder is F-24 in the domain: Create, two Updates, a close and a Delete in every order, each also twice, end as they do
// in the order they were made.
func TestEveryOrder(t *testing.T) {
	t.Parallel()
	version := func(n int, edit func(*market.Listing)) func(market.Tx) error {
		return func(tx market.Tx) error {
			l := theirs()
			l.Updated, l.Title = noon.Add(time.Duration(n)*time.Minute), coop.Text{"en": fmt.Sprint("version ", n)}
			if edit != nil {
				edit(&l)
			}
			_, err := market.Receive(tx, l, coop.ID(fmt.Sprint("row", n)), noon)
			return err
		}
	}
	deliveries := map[string]func(market.Tx) error{
		"Create": version(0, nil), "Update1": version(1, nil), "Update2": version(2, func(l *market.Listing) { l.State = market.Paused }),
		"Close":  version(3, func(l *market.Listing) { l.State, l.Closed = market.Done, noon.Add(3*time.Minute) }),
		"Delete": func(tx market.Tx) error { return market.Forget(tx, address, home, true, noon) },
	}
	for _, set := range [][]string{{"Create", "Update1", "Update2"}, {"Create", "Update1", "Close"}, {"Create", "Close"},
		{"Create", "Update1", "Update2", "Delete"}, {"Create", "Update1", "Update2", "Close", "Delete"}} {
		end := func(order []string) (state []market.Listing, buried bool) {
			s := newShop()
			for _, name := range order {
				s.in(t, deliveries[name])
			}
			state = s.mem.Listings()
			for i := range state {
				state[i].ID, state[i].Version = "", 0 // which row it got and how often it changed here are not its state
			}
			s.in(t, func(tx market.Tx) (err error) { buried, err = tx.Buried(address); return err })
			return state, buried
		}
		wantState, wantBuried := end(set)
		if hasDelete := set[len(set)-1] == "Delete"; wantBuried != hasDelete || (len(wantState) == 0) != hasDelete {
			t.Fatalf("%v in order: %d rows, buried %t", set, len(wantState), wantBuried)
		}
		tried := 0
		permute(set, func(order []string) {
			tried++
			doubled := append(append([]string{}, order...), order...)
			interleaved := []string{}
			for _, o := range order {
				interleaved = append(interleaved, o, o)
			}
			for _, o := range [][]string{order, doubled, interleaved} {
				state, buried := end(o)
				if d := cmp.Diff(wantState, state); d != "" || buried != wantBuried {
					t.Errorf("%v: buried %t, %s", o, buried, d)
				}
			}
		})
		if tried < 2 {
			t.Error("no permutations")
		}
	}
}

// permute calls f with every order of all.
func permute(all []string, f func([]string)) {
	var rest func(int)
	rest = func(i int) {
		if i == len(all) {
			f(all)
			return
		}
		for j := i; j < len(all); j++ {
			all[i], all[j] = all[j], all[i]
			rest(i + 1)
			all[i], all[j] = all[j], all[i]
		}
	}
	all = append([]string{}, all...)
	rest(0)
}

func TestForget(t *testing.T) {
	t.Parallel()
	s := newShop()
	ours := s.post(t, nil)
	forget := func(iri, by coop.IRI, bury bool) error {
		return s.Store.Write(t.Context(), func(tx market.Tx) error { return market.Forget(tx, iri, by, bury, noon) })
	}
	receive := func() (changed bool) {
		s.in(t, func(tx market.Tx) (err error) { changed, err = market.Receive(tx, theirs(), "r", noon); return err })
		return changed
	}
	receive()
	want(t, forget(address, "https://cycles.example/other", true), coop.Forbidden, "owner.differs")
	want(t, forget(address, "https://evil.example/", true), coop.Forbidden, "owner.differs")
	want(t, forget(ours.IRI, home, true), coop.Forbidden, "owner.differs")
	want(t, forget(ours.IRI, "", true), coop.Forbidden, "owner.differs")
	if len(s.mem.Listings()) != 2 {
		t.Fatal("forgotten all the same")
	}
	if err := forget(address, home, false); err != nil || !receive() {
		t.Errorf("what was unfollowed does not come back: %v", err)
	}
	if err := errors.Join(forget(address, home, true), forget(address, home, true)); err != nil || receive() || len(s.mem.Listings()) != 1 {
		t.Errorf("what was deleted came back: %v", err)
	}
	// Nobody buries what lies at another origin.
	if err := forget("https://other.example/1", home, true); err != nil {
		t.Error(err)
	}
	s.in(t, func(tx market.Tx) error {
		if buried, err := tx.Buried("https://other.example/1"); err != nil || buried {
			t.Errorf("buried %t, %v", buried, err)
		}
		return nil
	})
}
