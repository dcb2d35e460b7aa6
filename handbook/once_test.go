package handbook_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/handbook/handbooktest"
)

// counted counts what is asked of a store outside of its transactions.
type counted struct {
	*handbooktest.Store
	asked map[string]int
}

type countedReader struct {
	handbook.Reader
	asked map[string]int
}

func (s counted) At(ctx context.Context) handbook.Reader {
	return countedReader{s.Store.At(ctx), s.asked}
}

func (r countedReader) Person(id coop.ID) (coop.Person, error) {
	r.asked["person"]++
	return r.Reader.Person(id)
}

func (r countedReader) Text(id handbook.RevisionID) (handbook.Revision, error) {
	r.asked["text"]++
	return r.Reader.Text(id)
}

func (r countedReader) ProtocolByIRI(iri coop.IRI) (handbook.Protocol, error) {
	r.asked["page"]++
	return r.Reader.ProtocolByIRI(iri)
}

// Rows that are about the same page, text or person read it once, however many they are.
func TestListsReadOnce(t *testing.T) {
	t.Parallel()
	store := counted{handbooktest.New(), map[string]int{}}
	s := handbook.Service{Store: store, Now: func() time.Time { return noon }, NewID: handbooktest.IDs(), Base: "https://a.example"}
	page := handbook.Protocol{ID: "p", IRI: "https://a.example/h/p", Slug: "p", Name: "P", Kind: handbook.Standard, Status: handbook.InUse}
	err := store.Write(t.Context(), func(tx handbook.Tx) error {
		for i := range 3 {
			r := revision(t, "P", fmt.Sprintf("- [ ] %d", i))
			r.Protocol, r.Number, r.By, r.Enacted = page.ID, i+1, "gone", noon
			page.Latest, page.InUse = r.ID, r.ID
			if err := tx.PutRevision(r); err != nil {
				return err
			}
		}
		for i := range 6 {
			a := handbook.Adoption{ID: coop.ID(fmt.Sprint(i)), IRI: coop.IRI(fmt.Sprint("https://a.example/n/", i)), Page: page.IRI, Revision: page.InUse, Manner: handbook.AsItIs,
				Since: noon, Public: true, Met: []int{1}}
			if i > 2 {
				a.Coop = coop.IRI(fmt.Sprint("https://b.example/", i))
			}
			if err := tx.PutAdoption(a); err != nil {
				return err
			}
		}
		return tx.PutProtocol(page)
	})
	if err != nil {
		t.Fatal(err)
	}
	reader := coop.Remote("https://c.example/actor")
	for _, c := range []struct {
		what string
		list func() (int, error)
		rows int
		asks map[string]int
	}{
		{"changes", func() (int, error) { l, _, err := s.Changes(t.Context(), reader, 0, ""); return len(l), err }, 3, map[string]int{"person": 1}},
		{"history", func() (int, error) { _, l, err := s.History(t.Context(), reader, "p", 0, 0); return len(l), err }, 3, map[string]int{"person": 1}},
		{"uses", func() (int, error) { l, err := s.UsedBy(t.Context(), reader, page.ID); return len(l), err }, 6, map[string]int{"text": 1}},
		{"standards", func() (int, error) { l, err := s.Standards(t.Context(), reader); return len(l), err }, 3, map[string]int{"text": 1, "page": 1}},
		{"adoptions", func() (int, error) {
			l, err := s.Adoptions(t.Context(), coop.Member("m", coop.RoleMember))
			return len(l), err
		}, 3, map[string]int{"page": 1}},
	} {
		clear(store.asked)
		if n, err := c.list(); err != nil || n != c.rows || fmt.Sprint(store.asked) != fmt.Sprint(c.asks) {
			t.Errorf("%s: %d rows, asked %v, want %v (%v)", c.what, n, store.asked, c.asks, err)
		}
	}
}
