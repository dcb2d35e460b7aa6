package markettest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func (t *tx) PutWorkedWith(listing coop.ID, with coop.IRI) error {
	if t.with[listing] = with; with == "" {
		delete(t.with, listing)
	}
	return nil
}

func (t *tx) PutBonds(from coop.IRI, list []market.Bond) error {
	t.bonds[from] = slices.Clone(list)
	return nil
}

// OwnBonds counts what worked out with each co-op and was closed before a moment, by co-op, from a count on.
func (s *Store) OwnBonds(_ context.Context, least int, before time.Time) (out []market.Bond, err error) {
	st, ours := s.now.Load(), map[coop.IRI]int{}
	for id, with := range st.with {
		if st.listings[id].Closed.Before(before) {
			ours[with]++
		}
	}
	for with, n := range ours {
		if n >= least {
			out = append(out, market.Bond{With: with, Count: n})
		}
	}
	slices.SortFunc(out, func(a, b market.Bond) int { return cmp.Compare(a.With, b.With) })
	return out, nil
}

// Bonds lists what other co-ops say of theirs, by co-op.
func (s *Store) Bonds(context.Context) (out []market.Bond, err error) {
	for _, list := range s.now.Load().bonds {
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b market.Bond) int { return cmp.Or(cmp.Compare(a.Coop, b.Coop), cmp.Compare(a.With, b.With)) })
	return out, nil
}

// WorkedWith gives the co-op with which a listing of ours worked out, "" when nobody said.
func (s *Store) WorkedWith(_ context.Context, listing coop.ID) (coop.IRI, error) {
	return s.now.Load().with[listing], nil
}
