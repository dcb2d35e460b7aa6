package store

import (
	"math"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

func (tx *Tx) region(where, key string) (region.Region, error) {
	return storedRow[region.Region](tx.queryRow(`SELECT data FROM region WHERE `+where+tx.hold(), storable(key)), "region.unknown")
}

// Region gives a region that is known here. Class NotFound.
func (tx *Tx) Region(id region.ID) (region.Region, error) { return tx.region(`id = $1`, string(id)) }

// RegionBySlug finds one by the slug of its pages. Class NotFound.
func (tx *Tx) RegionBySlug(slug string) (region.Region, error) { return tx.region(`slug = $1`, slug) }

// RegionByHost finds the one that an account hosts. Class NotFound.
func (tx *Tx) RegionByHost(host coop.IRI) (region.Region, error) {
	return tx.region(`host = $1 ORDER BY id LIMIT 1`, string(host))
}

// Regions lists all, by slug.
func (tx *Tx) Regions() ([]region.Region, error) {
	return collect(tx, stored[region.Region], `SELECT data FROM region ORDER BY slug`)
}

// RegionsToPull lists those that we take part in or asked to and that were last read before t, the longest unread first.
func (tx *Tx) RegionsToPull(t time.Time, limit int) ([]region.Region, error) {
	return collect(tx, stored[region.Region], `SELECT data FROM region WHERE state IN ('joined', 'asked') AND pulled < $1 ORDER BY pulled, id
		LIMIT CAST($2 AS BIGINT)`, micros(t), limit)
}

// PutRegion keeps a region. Class Conflict when its slug is another's.
func (tx *Tx) PutRegion(r region.Region) error {
	data, err := encode(r)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO region (id, slug, host, state, hosted, pulled, data) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, host = excluded.host, state = excluded.state, hosted = excluded.hosted,
			pulled = excluded.pulled, data = excluded.data`,
		string(r.ID), r.Slug, string(r.Charter.Host), string(r.State), flag(r.Hosted), micros(r.Pulled), data)
	return err
}

// DropRegion forgets a region with its charters, marks and parts.
func (tx *Tx) DropRegion(id region.ID) error {
	_, err := tx.exec(`DELETE FROM region WHERE id = $1`, string(id))
	return err
}

// Charters lists the charters of a region, by version and id.
func (tx *Tx) Charters(of region.ID) ([]region.Charter, error) {
	return collect(tx, stored[region.Charter], `SELECT data FROM region_charter WHERE region = $1 ORDER BY version, id`, string(of))
}

// PutCharter keeps a charter, once.
func (tx *Tx) PutCharter(of region.ID, c region.Charter) error {
	data, err := encode(c)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO region_charter (id, region, version, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		string(c.ID), string(of), c.Version, data)
	return err
}

// Marks lists the signatures under the charters of a region, by version, attempt, co-op and charter.
func (tx *Tx) Marks(of region.ID) ([]region.Mark, error) {
	return collect(tx, stored[region.Mark], `SELECT data FROM region_mark WHERE region = $1 ORDER BY version, attempt, coop, charter`, string(of))
}

// PutMark keeps a signature under a charter of that version and attempt, once.
func (tx *Tx) PutMark(of region.ID, version, attempt int, m region.Mark) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO region_mark (region, version, attempt, coop, charter, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (region, version, attempt, coop, charter) DO NOTHING`, string(of), version, attempt, string(m.Coop), string(m.Charter), data)
	return err
}

// Part gives a co-op's part in a region. Class NotFound.
func (tx *Tx) Part(of region.ID, who coop.IRI) (region.Part, error) {
	return storedRow[region.Part](tx.queryRow(`SELECT data FROM region_part WHERE region = $1 AND coop = $2`+tx.hold(), string(of), storable(string(who))), "part.unknown")
}

// Parts lists the parts in a region in a state, what moved last first. Class Invalid, key cursor.invalid.
func (tx *Tx) Parts(of region.ID, state region.PartState, limit int, cursor string) (list []region.Part, next string, err error) {
	after := cursorOf("parts", math.MaxInt64, "")
	if cursor != "" {
		if after, err = parsePosition(cursor, "parts"); err != nil {
			return nil, "", err
		}
	}
	limit = pageSize(limit)
	list, err = collect(tx, stored[region.Part], `SELECT data FROM region_part WHERE region = $1 AND state = $2
		AND (moved < $3 OR moved = $3 AND coop < $4) ORDER BY moved DESC, coop DESC LIMIT CAST($5 AS BIGINT)`, string(of), string(state), after.Key, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := list[limit-1]
		list, next = list[:limit], cursorOf("parts", micros(last.Moved), string(last.Coop)).String()
	}
	return list, next, err
}

// CountParts counts the parts in a region in a state.
func (tx *Tx) CountParts(of region.ID, state region.PartState) (int, error) {
	return tx.count(`SELECT count(*) FROM region_part WHERE region = $1 AND state = $2`, string(of), string(state))
}

// CountCounting counts the parts in a region that count.
func (tx *Tx) CountCounting(of region.ID) (int, error) {
	return tx.count(`SELECT count(*) FROM region_part WHERE region = $1 AND counts = 1`, string(of))
}

// PartsToCheck lists parts that are in, not ours, and were last looked at before t, the longest unlooked first.
func (tx *Tx) PartsToCheck(of region.ID, t time.Time, limit int) ([]region.Part, error) {
	return collect(tx, stored[region.Part], `SELECT data FROM region_part WHERE region = $1 AND state = 'in' AND home <> '' AND checked < $2
		ORDER BY checked, coop LIMIT CAST($3 AS BIGINT)`, string(of), micros(t), limit)
}

// PartsBehind lists parts whose state is so by another charter than under, by co-op.
func (tx *Tx) PartsBehind(of, under region.ID, limit int) ([]region.Part, error) {
	return collect(tx, stored[region.Part], `SELECT data FROM region_part WHERE region = $1 AND (under < $2 OR under > $2) ORDER BY coop LIMIT CAST($3 AS BIGINT)`,
		string(of), string(under), limit)
}

// ListHere tells whether the list is here that a root names. One of nobody has no lines, and its root says so.
func (tx *Tx) ListHere(of, root region.ID) (bool, error) {
	if root == region.Root(nil) {
		return true, nil
	}
	return tx.any(`SELECT 1 FROM region_list WHERE region = $1 AND root = $2 LIMIT 1`, string(of), string(root))
}

func scanLine(scan func(...any) error) (l region.Line, err error) {
	err = scan(&l.Coop, &l.Entry, &l.Admission)
	return l, err
}

// List gives the lines of the list that a root names after a co-op, by co-op.
func (tx *Tx) List(of, root region.ID, after coop.IRI, limit int) ([]region.Line, error) {
	return collect(tx, scanLine, `SELECT coop, entry, admission FROM region_list WHERE region = $1 AND root = $2 AND coop > $3 ORDER BY coop LIMIT CAST($4 AS BIGINT)`,
		string(of), string(root), storable(string(after)), limit)
}

// Line gives a co-op's line in the list that a root names. Class NotFound.
func (tx *Tx) Line(of, root region.ID, who coop.IRI) (l region.Line, err error) {
	err = tx.queryRow(`SELECT coop, entry, admission FROM region_list WHERE region = $1 AND root = $2 AND coop = $3`, string(of), string(root), storable(string(who))).
		scan("list.unknown", &l.Coop, &l.Entry, &l.Admission)
	return l, err
}

// PutList keeps the list that a root names, once.
func (tx *Tx) PutList(of, root region.ID, lines []region.Line) error {
	for _, l := range lines {
		if _, err := tx.exec(`INSERT INTO region_list (region, root, coop, entry, admission) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (region, root, coop) DO NOTHING`,
			string(of), string(root), string(l.Coop), string(l.Entry), string(l.Admission)); err != nil {
			return err
		}
	}
	return nil
}

// Area gives an area that a charter of a region names. Class NotFound.
func (tx *Tx) Area(of, id region.ID) (region.Area, error) {
	return storedRow[region.Area](tx.queryRow(`SELECT data FROM region_area WHERE region = $1 AND id = $2`, string(of), storable(string(id))), "area.unknown")
}

// PutArea keeps an area of a region, once.
func (tx *Tx) PutArea(of region.ID, a region.Area) error {
	data, err := encode(a)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO region_area (region, id, data) VALUES ($1, $2, $3) ON CONFLICT (region, id) DO NOTHING`, string(of), string(a.ID), data)
	return err
}

// PutPart keeps a co-op's part.
func (tx *Tx) PutPart(p region.Part) error {
	data, err := encode(p)
	if err != nil {
		return err
	}
	home := string(p.Coop)
	if p.Own {
		home = ""
	}
	shares := func(s region.Share) int { return flag(slices.Contains(p.Entry.Shares, s)) }
	_, err = tx.exec(`INSERT INTO region_part (region, coop, home, state, under, counts, offers, wants, since, moved, checked, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (region, coop) DO UPDATE SET home = excluded.home, state = excluded.state, under = excluded.under, counts = excluded.counts, offers = excluded.offers,
			wants = excluded.wants, since = excluded.since, moved = excluded.moved, checked = excluded.checked, data = excluded.data`,
		string(p.Region), string(p.Coop), home, string(p.State), string(p.Under), flag(p.Counts()), shares(region.ShareOffers), shares(region.ShareWants), micros(p.Since), micros(p.Moved),
		micros(p.Checked), data)
	return err
}

// fellows is where co-ops count in regions that we take part in.
const fellows = ` FROM region_part m JOIN region r ON r.id = m.region WHERE m.counts = 1 AND m.home <> '' AND r.state = 'joined'`

// Fellow tells whether a co-op counts in a region that we take part in.
func (tx *Tx) Fellow(who coop.IRI) (bool, error) {
	return tx.any(`SELECT 1`+fellows+` AND m.home = $1 LIMIT 1`, storable(string(who)))
}
