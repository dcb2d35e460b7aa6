package store

import (
	"context"

	"toadlane/coop"
	"toadlane/market"
)

// PutWorkedWith notes with which co-op one of our listings worked out.
func (tx *Tx) PutWorkedWith(listing coop.ID, with coop.IRI) error {
	_, err := tx.exec(`INSERT INTO worked_with (listing, coop) VALUES ($1, $2) ON CONFLICT (listing) DO UPDATE SET coop = excluded.coop`, string(listing), string(with))
	return err
}

// PutBonds keeps all that a co-op says of its bonds, in the place of what it said before.
func (tx *Tx) PutBonds(from coop.IRI, list []market.Bond) error {
	if _, err := tx.exec(`DELETE FROM bond WHERE coop = $1`, string(from)); err != nil {
		return err
	}
	for _, b := range list {
		if _, err := tx.exec(`INSERT INTO bond (coop, other, count) VALUES ($1, $2, $3)`, string(from), string(b.With), b.Count); err != nil {
			return err
		}
	}
	return nil
}

// Bonds lists the bonds of all co-ops from a count on, by co-op, ours first.
func (s *Store) Bonds(ctx context.Context, least int) ([]market.Bond, error) {
	return collect(s.at(ctx), func(scan func(...any) error) (b market.Bond, err error) {
		err = scan(&b.Coop, &b.With, &b.Count)
		return b, err
	}, `SELECT '' AS coop, coop AS other, count(*) AS n FROM worked_with GROUP BY coop HAVING count(*) >= $1
		UNION ALL SELECT coop, other, count FROM bond WHERE count >= $1 ORDER BY 1, 2`, least)
}

// WorkedWith gives the co-op with which one of our listings worked out, "" when nobody said.
func (s *Store) WorkedWith(ctx context.Context, listing coop.ID) (with coop.IRI, err error) {
	err = s.at(ctx).queryRow(`SELECT coop FROM worked_with WHERE listing = $1`, string(listing)).scan("worked_with.unknown", &with)
	if coop.ClassOf(err) == coop.NotFound {
		return "", nil
	}
	return with, err
}
