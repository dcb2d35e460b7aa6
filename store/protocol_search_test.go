package store

import (
	"testing"
	"time"

	"toadlane/handbook"
)

// The words of a page are written anew when what they come from differs, and when its text arrives after it, and at no other time.
func TestProtocolIsIndexedOnce(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	r, err := handbook.NewRevision("Pay", "Ten loaves.\n")
	if err != nil {
		t.Fatal(err)
	}
	r.Protocol = "p"
	other, err := handbook.NewRevision("Pay", "Nine loaves.\n")
	if err != nil {
		t.Fatal(err)
	}
	other.Protocol = "p"
	page := handbook.Protocol{ID: "p", IRI: "https://bakery.example/h/pay", Home: "https://bakery.example/actor", Name: "Pay", Status: handbook.InUse, Latest: r.ID}
	// put does something to a page that is in no index, and tells whether it is there afterwards and is found by a word.
	put := func(word string, do func(tx *Tx) error) (indexed, found bool) {
		t.Helper()
		if err := s.write(t.Context(), func(tx *Tx) error {
			if err := tx.unindexProtocol(page.ID); err != nil {
				return err
			}
			if err := do(tx); err != nil {
				return err
			}
			n, err := tx.count(`SELECT count(*) FROM protocol_search`)
			indexed = n == 1
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f, err := s.at(t.Context()).SearchProtocols(handbook.Query{Text: word}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return indexed, len(f.Hits) == 1
	}
	keep := func(change func()) func(tx *Tx) error {
		return func(tx *Tx) error {
			change()
			return tx.PutProtocol(page)
		}
	}
	for _, c := range []struct {
		what           string
		do             func(tx *Tx) error
		word           string
		indexed, found bool
	}{
		{"a new page", keep(func() {}), "pay", true, true},
		{"its text", func(tx *Tx) error { return tx.PutRevision(r) }, "loaves", true, true},
		{"the same text", func(tx *Tx) error { return tx.PutRevision(r) }, "", false, true},
		{"another text", func(tx *Tx) error { return tx.PutRevision(other) }, "", false, true},
		{"a date", keep(func() { page.Review, page.Reviewed = time.Unix(9, 0), time.Unix(8, 0) }), "", false, true},
		{"a circle", keep(func() { page.Circle = "Bakers" }), "bakers", true, true},
		{"a story", keep(func() { page.Story = "Long ago" }), "long", true, true},
		{"a name", keep(func() { page.Name = "Wages" }), "wages", true, true},
		{"a text in use", keep(func() { page.InUse = other.ID }), "nine", true, true},
	} {
		if indexed, found := put(c.word, c.do); indexed != c.indexed || found != c.found {
			t.Errorf("%s: indexed %t, found %t", c.what, indexed, found)
		}
	}
}
