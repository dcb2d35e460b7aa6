package store

import (
	"context"
	"math/rand/v2"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Listing gives one of ours or a neighbour's in any state, with its exact place. Class NotFound, also when it is buried.
func (tx *Tx) Listing(id coop.ID) (market.Listing, error) {
	return tx.listing(`id = $1`, string(id), true)
}

// ListingByIRI finds it by address. Class NotFound, also when it is buried.
func (tx *Tx) ListingByIRI(iri coop.IRI) (market.Listing, error) {
	return tx.listing(`iri = $1`, storable(string(iri)), true)
}

func (tx *Tx) listing(where, key string, exact bool) (l market.Listing, err error) {
	var data []byte
	if err := tx.queryRow(`SELECT data FROM listing WHERE `+where+tx.hold(), key).scan("listing.unknown", &data); err != nil {
		return l, err
	}
	if err := decode(data, &l); err != nil || !exact || !l.Local() {
		return l, err
	}
	var p coop.Point
	err = tx.queryRow(`SELECT lat, lon FROM listing_exact WHERE listing = $1`, string(l.ID)).scan("place.unknown", &p.Lat, &p.Lon)
	switch {
	case err == nil:
		l.Place.Exact = &p
	case coop.ClassOf(err) == coop.NotFound:
		err = nil
	}
	return l, err
}

// second is a second in microseconds.
const second = 1_000_000

// nextSeq is the place of a listing in "newest first": the microsecond of its last change, or one more than the latest of
// that second. Listings that come late from a neighbour so stand where they belong, and not on top. A neighbour's clock
// that runs ahead does not keep its listings there.
func (tx *Tx) nextSeq(l *market.Listing) (int64, error) {
	now := tx.s.now().UTC()
	at := l.Updated
	if !l.Local() && at.After(now) {
		at = now
	}
	at = at.Truncate(time.Second)
	from := micros(at)
	seq := from
	if now.Truncate(time.Second).Equal(at) {
		seq = micros(now)
	}
	var last int64
	err := tx.queryRow(`SELECT coalesce(max(seq), CAST($1 AS BIGINT) - 1) FROM listing WHERE seq >= $1 AND seq < $2`, from, from+second).scan("", &last)
	// Another transaction took the same place, or the second is full to its end: anywhere in it. What stands beyond its end the question above does not see,
	// so that all that is still to come would meet at one place there.
	if seq = max(seq, last+1); tx.try > 0 || seq >= from+second {
		seq = from + rand.Int64N(second)
	}
	return seq, err
}

// PutListing inserts l or replaces the row with its id, with the search index. Class Conflict when its address belongs to
// another row.
func (tx *Tx) PutListing(l market.Listing) error {
	exact := l.Place.Exact
	l.Place.Exact = nil
	data, err := encode(l)
	if err != nil {
		return err
	}
	var seq, old, updated, came int64
	var state string
	var visibility int
	known := true
	err = tx.queryRow(`SELECT seq, updated, state, visibility, came FROM listing WHERE id = $1`+tx.hold(), string(l.ID)).
		scan("listing.unknown", &old, &updated, &state, &visibility, &came)
	if err != nil {
		if coop.ClassOf(err) != coop.NotFound {
			return err
		}
		known = false
	}
	if seq = old; !known || updated != micros(l.Updated) || state != string(l.State) {
		if seq, err = tx.nextSeq(&l); err != nil {
			return err
		}
	}
	// A draft that is published and what is shown to more than before has come anew; what is edited or renewed was there.
	if !known || state == string(market.Draft) && l.State != market.Draft || visibility < int(l.Visibility) {
		came = micros(tx.s.now())
	}
	var at coop.Point
	if l.Place.Public != nil {
		at = *l.Place.Public
	}
	title, _ := l.Title.In()
	_, err = tx.exec(`INSERT INTO listing (seq, id, iri, home, poster, state, visibility, until, updated, closed, sort_title, placed, lat, lon, data, came, purpose, category)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, iri = excluded.iri, home = excluded.home, poster = excluded.poster,
			state = excluded.state, visibility = excluded.visibility, until = excluded.until, updated = excluded.updated,
			closed = excluded.closed, sort_title = excluded.sort_title, placed = excluded.placed, lat = excluded.lat,
			lon = excluded.lon, data = excluded.data, came = excluded.came, purpose = excluded.purpose,
			category = excluded.category`,
		seq, string(l.ID), string(l.IRI), string(l.Home), string(l.Poster), string(l.State), int(l.Visibility), micros(l.Until),
		micros(l.Updated), micros(l.Closed), firstRunes(fold(title), 200), flag(l.Place.Public != nil), at.Lat, at.Lon, data, came, string(l.Purpose), l.Category)
	if err != nil {
		return err
	}
	if known {
		tx.unindex(old)
		if _, err := tx.exec(`DELETE FROM listing_exact WHERE listing = $1`, string(l.ID)); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM listing_photo WHERE listing = $1`, string(l.ID)); err != nil {
			return err
		}
	}
	if exact != nil && l.Local() {
		if _, err := tx.exec(`INSERT INTO listing_exact (listing, lat, lon) VALUES ($1, $2, $3)`, string(l.ID), exact.Lat, exact.Lon); err != nil {
			return err
		}
	}
	for _, p := range l.Photos {
		if p.ID == "" {
			continue
		}
		if _, err := tx.exec(`INSERT INTO listing_photo (photo, listing) VALUES ($1, $2) ON CONFLICT (photo, listing) DO NOTHING`,
			string(p.ID), string(l.ID)); err != nil {
			return err
		}
	}
	tx.index(seq, &l)
	return nil
}

// DropListing removes the row and its index entry, and leaves a tombstone for its address unless that is "". An unknown
// listing is no error: its tombstone keeps it from coming later.
func (tx *Tx) DropListing(l market.Listing, at time.Time) error {
	if l.ID != "" {
		var seq int64
		err := tx.queryRow(`SELECT seq FROM listing WHERE id = $1`+tx.hold(), string(l.ID)).scan("listing.unknown", &seq)
		switch {
		case err == nil:
			tx.unindex(seq)
			if _, err := tx.exec(`DELETE FROM listing WHERE id = $1`, string(l.ID)); err != nil {
				return err
			}
			if _, err := tx.exec(`DELETE FROM reminded WHERE listing = $1`, string(l.ID)); err != nil {
				return err
			}
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
	}
	return tx.bury(l.IRI, l.ID, "listing", l.Home, at)
}

// bury leaves a tombstone.
func (tx *Tx) bury(iri coop.IRI, id coop.ID, kind string, home coop.IRI, at time.Time) error {
	if iri == "" {
		return nil
	}
	_, err := tx.exec(`INSERT INTO tombstone (iri, id, kind, at, home) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (iri) DO NOTHING`,
		string(iri), string(id), kind, micros(at), string(home))
	return err
}

// Buried tells whether the address has a tombstone.
func (tx *Tx) Buried(iri coop.IRI) (bool, error) {
	return tx.any(`SELECT 1 FROM tombstone WHERE iri = $1`, storable(string(iri)))
}

// any tells whether a SELECT finds a row.
func (tx *Tx) any(sqlText string, args ...any) (bool, error) {
	var one int
	err := tx.queryRow(sqlText, args...).scan("row.unknown", &one)
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return false, nil
	}
	return err == nil, err
}

// gone turns NotFound into Gone when there is a tombstone.
func (tx *Tx) gone(err error, where, key, sentence string) error {
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return err
	}
	buried, e := tx.any(`SELECT 1 FROM tombstone WHERE `+where, key)
	if e != nil {
		return e
	}
	if buried {
		return coop.Errorf(coop.Gone, sentence, "tombstone of %s", key)
	}
	return err
}

// local finishes the SELECT of a batch of our own listings, each with its exact place, since they will be written back.
func (tx *Tx) local(sqlText string, args ...any) ([]market.Listing, error) {
	ids, err := collect(tx, func(scan func(...any) error) (id string, err error) { return id, scan(&id) }, sqlText, args...)
	if err != nil {
		return nil, err
	}
	var out []market.Listing
	for _, id := range ids {
		l, err := tx.Listing(coop.ID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Due lists local listings in Open, Paused or Agreed whose Until is not after t, soonest first.
func (tx *Tx) Due(t time.Time, limit int) ([]market.Listing, error) {
	return tx.local(`SELECT id FROM listing WHERE home = '' AND state IN ('open', 'paused', 'agreed') AND until <= $1
		ORDER BY until, seq LIMIT $2`, micros(t), limit)
}

// Unreminded lists local open listings ending not after t that got no reminder of that many days for this end.
func (tx *Tx) Unreminded(t time.Time, days, limit int) ([]market.Listing, error) {
	return tx.local(`SELECT l.id FROM listing l WHERE l.home = '' AND l.state = 'open' AND l.until <= $1 AND NOT EXISTS (
			SELECT 1 FROM reminded r WHERE r.listing = l.id AND r.days = $2 AND r.until = l.until)
		ORDER BY l.until, l.seq LIMIT $3`, micros(t), days, limit)
}

// PutReminded notes that the reminder went out for this end.
func (tx *Tx) PutReminded(id coop.ID, days int, until time.Time) error {
	_, err := tx.exec(`INSERT INTO reminded (listing, days, until) VALUES ($1, $2, $3) ON CONFLICT (listing, days, until) DO NOTHING`,
		string(id), days, micros(until))
	return err
}

// ClosedBefore lists local Expired, Done or Withdrawn listings that closed not after t.
func (tx *Tx) ClosedBefore(t time.Time, limit int) ([]market.Listing, error) {
	return tx.local(`SELECT id FROM listing WHERE home = '' AND state IN ('expired', 'done', 'withdrawn') AND closed <= $1
		ORDER BY closed, seq LIMIT $2`, micros(t), limit)
}

// StaleRemote lists remote listings whose Until is not after t.
func (tx *Tx) StaleRemote(t time.Time, limit int) ([]market.Listing, error) {
	return collect(tx, stored[market.Listing], `SELECT data FROM listing WHERE home <> '' AND until <= $1 ORDER BY until, seq LIMIT $2`, micros(t), limit)
}

// Listing gives a listing in any state, with its exact place. Class NotFound; Gone when it is buried.
func (s *Store) Listing(ctx context.Context, id coop.ID) (market.Listing, error) {
	tx := s.at(ctx)
	l, err := tx.Listing(id)
	return l, tx.gone(err, `id = $1`, string(id), "listing.gone")
}

// ListingByIRI finds a listing by address, without its exact place. Class NotFound; Gone when it is buried.
func (s *Store) ListingByIRI(ctx context.Context, iri coop.IRI) (market.Listing, error) {
	tx := s.at(ctx)
	l, err := tx.listing(`iri = $1`, storable(string(iri)), false)
	return l, tx.gone(err, `iri = $1`, storable(string(iri)), "listing.gone")
}

// CountEnding counts a member's open listings whose end is until or before.
func (s *Store) CountEnding(ctx context.Context, poster coop.ID, until time.Time) (n int, err error) {
	err = s.at(ctx).queryRow(`SELECT count(*) FROM listing WHERE poster = $1 AND poster <> '' AND state = $2 AND until <= $3`,
		string(poster), string(market.Open), micros(until)).scan("", &n)
	return n, err
}
