package store

import (
	"context"

	"toadlane/coop"
	"toadlane/market"
)

// PutHappening adds to a listing's history. The first and the latest stay, market.MaxHistory in all.
func (tx *Tx) PutHappening(listing coop.ID, h market.Happening) error {
	data, err := encode(h)
	if err != nil {
		return err
	}
	var n int
	if err := tx.queryRow(`SELECT coalesce(max(n), 0) + 1 FROM listing_history WHERE listing = $1`, string(listing)).scan("", &n); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO listing_history (listing, n, data) VALUES ($1, $2, $3)`, string(listing), n, data); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM listing_history WHERE listing = $1 AND n > 1 AND n <= $2`, string(listing), n-market.MaxHistory+1)
	return err
}

// History lists what happened to a listing, oldest first.
func (s *Store) History(ctx context.Context, listing coop.ID) ([]market.Happening, error) {
	return collect(s.at(ctx), stored[market.Happening], `SELECT data FROM listing_history WHERE listing = $1 ORDER BY n`, string(listing))
}

// ListingByTail finds the oldest of our listings whose id ends like that, among those that are and those whose tombstone stands:
// what is printed leads to one thing for good. Class NotFound.
func (s *Store) ListingByTail(ctx context.Context, tail string) (coop.ID, error) {
	var id string
	err := s.at(ctx).queryRow(`SELECT id FROM (
			SELECT id FROM listing WHERE home = '' AND substr(id, 27) = $1
			UNION ALL SELECT id FROM tombstone WHERE kind = 'listing' AND home = '' AND substr(id, 27) = $1
		) AS found ORDER BY id LIMIT 1`, storable(tail)).scan("listing.unknown", &id)
	return coop.ID(id), err
}
