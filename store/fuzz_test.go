package store_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// FuzzSearchText: whatever is typed is an answer, never an error of the database; and a listing is found by its own text.
func FuzzSearchText(f *testing.F) {
	for _, s := range []string{"", "bread", "\"", "NEAR(a b)", "a*", "title:x", "-", "{a} : b", "\x00", "\xff", "O'Brien", "a AND OR NOT", "Ελλάς ß パン हिन्दी", "^a", "a + b",
		"'; DROP TABLE listing --", ":*", "<->", "\\", "\u202e", "1e5", "İı", "a\u0301\u0301"} {
		f.Add(s, 0)
	}
	s := openAt(f, store.Options{Dir: f.TempDir()})
	f.Fuzz(func(t *testing.T, text string, order int) {
		l := listing(1, "x")
		l.Title, l.Body = coop.Text{"en": text}, coop.Text{"en": text}
		must(t, store.Market{Store: s}.Write(t.Context(), func(tx market.Tx) error { return tx.PutListing(l) }))
		for _, sort := range []market.Sort{market.Newest, market.Best, market.ByTitle} {
			p, err := s.Search(t.Context(), market.Query{Text: text, Sort: sort, Tag: text, Limit: 1}, day0)
			must(t, err)
			_ = p
			p, err = s.Search(t.Context(), market.Query{Text: text, Sort: sort}, day0)
			must(t, err)
			if len(p.Listings) != 1 {
				t.Fatalf("%q does not find itself by %s", text, sort)
			}
			if utf8.ValidString(text) && p.Listings[0].Title["en"] != text {
				t.Fatalf("kept %q as %q", text, p.Listings[0].Title["en"])
			}
		}
	})
}

// FuzzCursor: a cursor is of the order or class Invalid.
func FuzzCursor(f *testing.F) {
	s := openAt(f, store.Options{Dir: f.TempDir()})
	must(f, store.Market{Store: s}.Write(f.Context(), func(tx market.Tx) error {
		for i := range 4 {
			if err := tx.PutListing(listing(i, "bread")); err != nil {
				return err
			}
		}
		return nil
	}))
	for i, order := range market.Sorts {
		p, err := s.Search(f.Context(), market.Query{Sort: order, Text: "bread", Near: &coop.Point{}, Limit: 2}, day0)
		must(f, err)
		f.Add(p.Next, i)
	}
	f.Add("e30", 0)
	f.Fuzz(func(t *testing.T, cursor string, order int) {
		q := market.Query{Sort: market.Sorts[uint(order)%uint(len(market.Sorts))], Text: "bread", Near: &coop.Point{}, Cursor: cursor}
		if _, err := s.Search(t.Context(), q, day0); err != nil && (coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != "cursor.invalid") {
			t.Fatal(err)
		}
		if _, _, err := s.Threads(t.Context(), "", 3, cursor); err != nil && (coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != "cursor.invalid") {
			t.Fatal(err)
		}
	})
}

// FuzzRestore: a file that is no backup leaves nothing behind.
func FuzzRestore(f *testing.F) {
	dir := f.TempDir()
	s := openAt(f, store.Options{Dir: dir})
	var b bytes.Buffer
	must(f, s.Backup(f.Context(), &b))
	f.Add(b.Bytes()[:4096])
	f.Add([]byte("rubbish"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parent := t.TempDir()
		if err := store.Restore(t.Context(), bytes.NewReader(data), store.Options{Dir: filepath.Join(parent, "new"), Log: quiet}); err == nil {
			return
		}
		left, err := filepath.Glob(filepath.Join(parent, "*"))
		hidden, _ := filepath.Glob(filepath.Join(parent, ".*"))
		if len(left)+len(hidden) > 0 || err != nil {
			t.Fatalf("left behind: %v %v %v", left, hidden, err)
		}
	})
}
