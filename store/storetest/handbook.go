package storetest

import (
	"context"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/handbook/handbooktest"
	"toadlane/store"
)

// RunHandbook holds stores that open makes to what package handbook asks for: its stories, told on real databases, and what they do not tell.
func RunHandbook(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("stories", func(t *testing.T) {
		handbooktest.Run(t, func(t *testing.T, c coop.Coop, people []coop.Person) handbooktest.Place {
			return placeIn(t, open(t), c, people)
		})
	})
	for _, part := range []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"pages", testPages}, {"texts", testTexts}, {"graph", testGraph}, {"long history", testLongHistory}, {"motions", testMotionLists},
		{"secrecy", testSecrecy}, {"lists", testHandbookLists}, {"people go", testHandbookPeople}, {"blocked", testHandbookBlocked},
		{"gone", testHandbookGone}, {"handbook search", testHandbookSearch}, {"handbook damage", testHandbookDamage},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, open(t))
		})
	}
}

// placeIn makes a store the place of a co-op's handbook.
func placeIn(t *testing.T, s *store.Store, c coop.Coop, people []coop.Person) handbooktest.Place {
	t.Helper()
	write(t, s, func(tx coop.Tx) error {
		for _, p := range people {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return tx.PutCoop(c)
	})
	t.Cleanup(func() {
		if found := must(s.Verify(context.WithoutCancel(t.Context())))(t); len(found) > 0 {
			t.Errorf("verify: %q", found)
		}
	})
	return handbooktest.Place{Store: store.Handbook{Store: s}, Kinds: func() (out []coop.EventKind) {
		list, _, err := store.Queue{Store: s}.Events(t.Context(), "", "", 100)
		ok(t, err)
		for i := range list { // newest first
			out = append(out, list[len(list)-1-i].Event.Kind)
		}
		return out
	}, Letters: func() int {
		list, _, err := s.Letters(t.Context(), "", "", 100)
		ok(t, err)
		return len(list)
	}, Block: func(host string) {
		ok(t, store.Queue{Store: s}.Write(t.Context(), func(tx queue.Tx) error { return tx.PurgeBlocked(host, handbooktest.Noon) }))
	}}
}

func inHandbook(t *testing.T, s *store.Store, fn func(handbook.Tx) error) {
	t.Helper()
	ok(t, store.Handbook{Store: s}.Write(t.Context(), fn))
}

// at gives plain reads.
func at(t *testing.T, s *store.Store) handbook.Reader {
	return store.Handbook{Store: s}.At(t.Context())
}

// samplePage is a page of ours, samplePeerPage one of a neighbour.
func samplePage(name string) handbook.Protocol {
	id := newID()
	return handbook.Protocol{ID: id, IRI: "https://bakery.example/h/p" + coop.IRI(id), Slug: "p" + string(id), Kind: handbook.Rule, Name: name, Language: "en",
		Licence: "CC0-1.0", Status: handbook.Draft, Created: day0, Updated: day0}
}

func samplePeerPage(name string) handbook.Protocol {
	p := samplePage(name)
	p.Home, p.IRI, p.Status = "https://cycles.example/actor", "https://cycles.example/h/p"+coop.IRI(p.ID), handbook.InUse
	return p
}

// sampleText is a text of a page that is in use.
func sampleText(t *testing.T, p *handbook.Protocol, source string, parents ...handbook.RevisionID) handbook.Revision {
	t.Helper()
	r := must(handbook.NewRevision(p.Name, source, parents...))(t)
	p.Number++
	r.Protocol, r.Home, r.IRI, r.Number, r.Made, r.Enacted = p.ID, p.Home, p.IRI+"/r/"+coop.IRI(r.ID), p.Number, day0, day0
	p.Latest, p.InUse, p.Status = r.ID, r.ID, handbook.InUse
	return r
}

// shelve keeps pages with their texts.
func shelve(t *testing.T, s *store.Store, p handbook.Protocol, texts ...handbook.Revision) {
	t.Helper()
	inHandbook(t, s, func(tx handbook.Tx) error {
		if err := tx.PutProtocol(p); err != nil {
			return err
		}
		for _, r := range texts {
			if err := tx.PutRevision(r); err != nil {
				return err
			}
		}
		return tx.PutProtocol(p)
	})
}
