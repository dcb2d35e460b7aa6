package store

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// PutWorkedWith notes with which co-op one of our listings worked out; "" takes that back.
func (tx *Tx) PutWorkedWith(listing coop.ID, with coop.IRI) error {
	if with == "" {
		_, err := tx.exec(`DELETE FROM worked_with WHERE listing = $1`, string(listing))
		return err
	}
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

func scanBond(scan func(...any) error) (b market.Bond, err error) {
	err = scan(&b.Coop, &b.With, &b.Count)
	return b, err
}

// OwnBonds counts what worked out with each co-op and was closed before a moment, by co-op, from a count on.
func (s *Store) OwnBonds(ctx context.Context, least int, before time.Time) ([]market.Bond, error) {
	return collect(s.at(ctx), scanBond, `SELECT '', w.coop, count(*) FROM worked_with w JOIN listing l ON l.id = w.listing WHERE l.closed < $2
		GROUP BY w.coop HAVING count(*) >= $1 ORDER BY w.coop`, least, micros(before))
}

// Bonds lists what other co-ops say of theirs, by co-op.
func (s *Store) Bonds(ctx context.Context) ([]market.Bond, error) {
	return collect(s.at(ctx), scanBond, `SELECT coop, other, count FROM bond ORDER BY coop, other`)
}

// WorkedWith gives the co-op with which one of our listings worked out, "" when nobody said.
func (s *Store) WorkedWith(ctx context.Context, listing coop.ID) (with coop.IRI, err error) {
	err = s.at(ctx).queryRow(`SELECT coop FROM worked_with WHERE listing = $1`, string(listing)).scan("worked_with.unknown", &with)
	if coop.ClassOf(err) == coop.NotFound {
		return "", nil
	}
	return with, err
}
