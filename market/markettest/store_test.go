package markettest_test

import (
	"errors"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/market/markettest"
)

func row(id coop.ID) market.Listing {
	return market.Listing{ID: id, IRI: "https://a.example/" + coop.IRI(id), Title: coop.Text{"en": "Bread"}, State: market.Open,
		Available: &market.Quantity{Unit: "one"}, Photos: []market.Photo{{Alt: "a"}}, Until: time.Unix(10, 0)}
}

// TestTransactions: an error undoes all of it, and nothing that went in or came out shares memory with what is kept.
func TestTransactions(t *testing.T) {
	t.Parallel()
	s := markettest.New()
	write := func(fn func(market.Tx) error) error { return s.Write(t.Context(), fn) }
	a := row("a")
	if err := write(func(tx market.Tx) error { return errors.Join(tx.PutListing(a), tx.Append(coop.Event{Snapshot: a})) }); err != nil {
		t.Fatal(err)
	}
	a.Title["en"], a.Photos[0].Alt, a.Available.Unit = "x", "x", "x"
	out, err := s.Listing(t.Context(), "a")
	if err != nil || out.Title["en"] != "Bread" || out.Photos[0].Alt != "a" || out.Available.Unit != "one" {
		t.Errorf("%+v, %v", out, err)
	}
	out.Title["en"] = "x"
	if told := s.Events()[0].Snapshot.(market.Listing); told.Title["en"] != "Bread" {
		t.Errorf("told %+v", told)
	}
	stop := errors.New("stop")
	err = write(func(tx market.Tx) error {
		l, err := tx.Listing("a")
		if err != nil {
			return err
		}
		l.Title["en"] = "Cake"
		if err := errors.Join(tx.PutListing(l), tx.PutListing(row("b")), tx.DropListing(row("c"), time.Now()), tx.PutThread(market.Thread{ID: "t"}),
			tx.PutMessage(market.Message{ID: "m"}), tx.PutReminded("a", 7, l.Until), tx.Append(coop.Event{})); err != nil {
			return err
		}
		if got, _ := tx.Listing("a"); got.Title["en"] != "Cake" {
			t.Error("a transaction does not see its own writes")
		}
		return stop
	})
	if !errors.Is(err, stop) || len(s.Events()) != 1 || len(s.Listings()) != 1 || s.Listings()[0].Title["en"] != "Bread" {
		t.Errorf("%v left %d events, %+v", err, len(s.Events()), s.Listings())
	}
	if err := write(func(tx market.Tx) error {
		_, thread := tx.Thread("t")
		_, message := tx.Message("m")
		buried, _ := tx.Buried("https://a.example/c")
		due, _ := tx.Unreminded(time.Unix(10, 0), 7, 10)
		if coop.ClassOf(thread) != coop.NotFound || coop.ClassOf(message) != coop.NotFound || buried || len(due) != 1 {
			t.Errorf("%v, %v, buried %t, %d due", thread, message, buried, len(due))
		}
		clash := row("z")
		clash.IRI = "https://a.example/a"
		if err := tx.PutListing(clash); coop.ClassOf(err) != coop.Conflict {
			t.Errorf("two rows of one address: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	next := markettest.IDs()
	a, b := next(), next()
	for _, id := range []coop.ID{a, b} {
		if _, err := coop.ParseID(string(id)); err != nil {
			t.Error(err)
		}
	}
	if a >= b {
		t.Errorf("%s before %s", a, b)
	}
}

func TestSearchWords(t *testing.T) {
	t.Parallel()
	s := markettest.New()
	if err := s.Write(t.Context(), func(tx market.Tx) error {
		l := row("a")
		l.Visibility, l.Body, l.Tags = coop.Everyone, coop.Text{"en": "Sour dough, baked daily."}, []string{"rye"}
		return tx.PutListing(l)
	}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"": 1, "bread": 1, "BREAD rye": 1, "dough sour": 1, "bread wheat": 0, "brea": 1, "bre": 0, "brea rye": 0, "rye brea": 1} {
		p, err := s.Search(t.Context(), market.Query{Text: text, Reach: coop.Everyone}, time.Unix(9, 0))
		if err != nil || len(p.Listings) != want {
			t.Errorf("%q finds %d, %v", text, len(p.Listings), err)
		}
	}
	if p, _ := s.Search(t.Context(), market.Query{Reach: coop.Everyone}, time.Unix(10, 0)); len(p.Listings) != 0 {
		t.Error("what ended is found")
	}
}
