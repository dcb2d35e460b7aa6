package store

import (
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/region"
)

// UnclaimedByID gives an entry of a co-op without a node. Class NotFound.
func (tx *Tx) UnclaimedByID(of region.ID, id coop.ID) (region.Unclaimed, error) {
	return storedRow[region.Unclaimed](tx.queryRow(`SELECT data FROM region_unclaimed WHERE region = $1 AND id = $2`+tx.hold(), string(of), storable(string(id))), "unclaimed.unknown")
}

// shownAs is what a state counts as in lists: what is claimed is still listed.
func shownAs(s region.UnclaimedState) string {
	if s == region.UnclaimedClaimed {
		s = region.UnclaimedListed
	}
	return string(s)
}

// Unclaimed lists entries of a region in a state, by name. Class Invalid, key cursor.invalid.
func (tx *Tx) Unclaimed(of region.ID, state region.UnclaimedState, limit int, cursor string) (list []region.Unclaimed, next string, err error) {
	var after position
	if cursor != "" {
		if after, err = parsePosition(cursor, "unclaimed"); err != nil {
			return nil, "", err
		}
	}
	limit = pageSize(limit)
	list, err = collect(tx, stored[region.Unclaimed], `SELECT data FROM region_unclaimed WHERE region = $1 AND state = $2 AND (name > $3 OR name = $3 AND id > $4)
		ORDER BY name, id LIMIT CAST($5 AS BIGINT)`, string(of), shownAs(state), after.Title, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := list[limit-1]
		list, next = list[:limit], position{Order: "unclaimed", Title: sortedAs(last.Name), ID: string(last.ID)}.String()
	}
	return list, next, err
}

// CountUnclaimed counts the entries of a region in a state.
func (tx *Tx) CountUnclaimed(of region.ID, state region.UnclaimedState) (int, error) {
	return tx.count(`SELECT count(*) FROM region_unclaimed WHERE region = $1 AND state = $2`, string(of), shownAs(state))
}

// UnclaimedKeys lists what all entries of a region are told apart by.
func (tx *Tx) UnclaimedKeys(of region.ID) ([]string, error) {
	return collect(tx, text1, `SELECT link FROM region_unclaimed WHERE region = $1 ORDER BY link`, string(of))
}

// sortedAs is a name as lists are in order by it.
func sortedAs(name string) string { return storable(strings.ToLower(strings.TrimSpace(name))) }

// PutUnclaimed inserts an entry or replaces the one with its id. Class Conflict when the region has another with its key.
func (tx *Tx) PutUnclaimed(u region.Unclaimed) error {
	data, err := encode(u)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO region_unclaimed (id, region, link, state, name, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET link = excluded.link, state = excluded.state, name = excluded.name, data = excluded.data`,
		string(u.ID), string(u.Region), storable(u.Key()), shownAs(u.State), sortedAs(u.Name), data)
	return err
}

// CallStewards has our stewards look at something, beside complaints.
func (tx *Tx) CallStewards(c region.Call) error {
	return tx.PutReport(queue.Report{ID: c.ID, From: coop.IRI(c.From), Objects: c.About, Content: c.Words, At: c.At})
}
