package store

import (
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/region"
)

const itemColumns = `object, origin, purpose, activity, announced, undone, 0, behind`

func scanItem(scan func(...any) error) (i region.Item, err error) {
	var announced, undone, came int64
	err = scan(&i.Object, &i.Origin, &i.Purpose, &i.Activity, &announced, &undone, &came, &i.Behind)
	i.Announced, i.Undone, i.Came = fromMicros(announced), fromMicros(undone), fromMicros(came)
	return i, err
}

// ItemsToAnnounce lists of each co-op the oldest that is on the market of a region, came since a moment and after its co-op took part, and was never
// announced there, oldest first: one that brings thousands stands before nobody. It goes from what
// came to whose it is: SQLite is kept from going by what is open, which is nearly all.
func (tx *Tx) ItemsToAnnounce(of region.ID, since time.Time, limit int) ([]region.Item, error) {
	return collect(tx, scanItem, `SELECT iri, home, purpose, '', 0, 0, came, 0 FROM (
			SELECT l.iri, l.home, l.purpose, l.came, row_number() OVER (PARTITION BY l.home || '' ORDER BY l.came, l.iri) AS nth
			FROM listing l CROSS JOIN region_part m
			WHERE m.home = l.home AND `+inRegion+` AND l.came > $5 AND l.came > m.since AND l.state || '' = 'open' AND l.visibility = 3 AND l.until > $3
			AND NOT EXISTS (SELECT 1 FROM region_item i WHERE i.region = m.region AND i.object = l.iri)) AS due
		WHERE nth = 1 ORDER BY came, iri LIMIT CAST($4 AS BIGINT)`,
		string(of), micros(tx.s.now().Add(-limits.RegionStale)), micros(tx.s.now()), limit, micros(since))
}

// ItemsAnnounced lists what a region announced or took back since a moment, oldest first.
func (tx *Tx) ItemsAnnounced(of region.ID, since time.Time, limit int) ([]region.Item, error) {
	return collect(tx, scanItem, `SELECT `+itemColumns+` FROM region_item WHERE region = $1 AND announced > $2
		UNION ALL SELECT `+itemColumns+` FROM region_item WHERE region = $1 AND undone > 0 AND undone > $2 AND announced + 0 <= $2
		ORDER BY announced, object LIMIT CAST($3 AS BIGINT)`, string(of), micros(since), limit)
}

// ItemsToUndo lists what a region announced and shows no more, because its co-op takes part no more or brings less, by origin.
func (tx *Tx) ItemsToUndo(of region.ID, limit int) ([]region.Item, error) {
	return collect(tx, scanItem, `SELECT `+itemColumns+` FROM region_item i WHERE i.region = $1 AND i.undone = 0
		AND NOT EXISTS (SELECT 1 FROM region_part m WHERE m.region = i.region AND m.home = i.origin AND m.counts = 1
			AND (i.purpose = 'offer' AND m.offers = 1 OR i.purpose = 'want' AND m.wants = 1))
		ORDER BY i.origin, i.object LIMIT CAST($2 AS BIGINT)`, string(of), limit)
}

// ItemsBehind lists what a region announced, shows, and whose origin changed it since those were told who get whole activities.
func (tx *Tx) ItemsBehind(of region.ID, limit int) ([]region.Item, error) {
	return collect(tx, scanItem, `SELECT `+itemColumns+` FROM region_item WHERE region = $1 AND behind > 0 AND undone = 0 ORDER BY announced, object
		LIMIT CAST($2 AS BIGINT)`, string(of), limit)
}

// Item gives what a region announced of an object. Class NotFound.
func (tx *Tx) Item(of region.ID, object coop.IRI) (region.Item, error) {
	var i region.Item
	rows, err := collect(tx, scanItem, `SELECT `+itemColumns+` FROM region_item WHERE region = $1 AND object = $2`, string(of), storable(string(object)))
	if err == nil && len(rows) == 0 {
		err = coop.Errorf(coop.NotFound, "item.unknown", "%s was not announced", object)
	}
	if err != nil {
		return i, err
	}
	return rows[0], nil
}

// PutItem notes what a region announced, or took back.
func (tx *Tx) PutItem(of region.ID, i region.Item) error {
	_, err := tx.exec(`INSERT INTO region_item (region, object, origin, purpose, activity, announced, undone, behind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (region, object) DO UPDATE SET activity = excluded.activity, announced = excluded.announced, undone = excluded.undone, behind = excluded.behind`,
		string(of), string(i.Object), string(i.Origin), i.Purpose, string(i.Activity), micros(i.Announced), micros(i.Undone), i.Behind)
	return err
}

// ItemChanged notes that the origin of an object changed or deleted it.
func (tx *Tx) ItemChanged(object coop.IRI) error {
	_, err := tx.exec(`UPDATE region_item SET behind = behind + 1 WHERE object = $1 AND undone = 0`, storable(string(object)))
	return err
}
