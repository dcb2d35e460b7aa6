package markettest

import (
	"cmp"
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/market"
)

func (t *tx) PutWorkedWith(listing coop.ID, with coop.IRI) error {
	t.with[listing] = with
	return nil
}

func (t *tx) PutBonds(from coop.IRI, list []market.Bond) error {
	t.bonds[from] = slices.Clone(list)
	return nil
}

// Bonds lists the bonds of all co-ops from a count on, by co-op, ours first.
func (s *Store) Bonds(_ context.Context, least int) (out []market.Bond, err error) {
	st, ours := s.now.Load(), map[coop.IRI]int{}
	for _, with := range st.with {
		ours[with]++
	}
	for with, n := range ours {
		out = append(out, market.Bond{With: with, Count: n})
	}
	for _, list := range st.bonds {
		out = append(out, list...)
	}
	out = slices.DeleteFunc(out, func(b market.Bond) bool { return b.Count < least })
	slices.SortFunc(out, func(a, b market.Bond) int { return cmp.Or(cmp.Compare(a.Coop, b.Coop), cmp.Compare(a.With, b.With)) })
	return out, nil
}

// WorkedWith gives the co-op with which a listing of ours worked out, "" when nobody said.
func (s *Store) WorkedWith(_ context.Context, listing coop.ID) (coop.IRI, error) {
	return s.now.Load().with[listing], nil
}
