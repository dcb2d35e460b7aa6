package store

import (
	"context"
	"time"

	"toadlane/internal/limits"
	"toadlane/market"
)

// inRegion holds a listing l to what its co-op lets be shown in a region and to those that were heard of since a moment: its parameters are the region
// and the moment. It goes from the part to the listings of its co-op.
const inRegion = `m.region = $1 AND m.counts = 1 AND (l.purpose = 'offer' AND m.offers = 1 OR l.purpose = 'want' AND m.wants = 1)
	AND (m.home = '' OR EXISTS (SELECT 1 FROM peer p WHERE p.actor = m.home AND p.state = 'accepted' AND p.last_seen > $2))`

// CountsIn counts what there is on the market of a region, by co-op, purpose and category. See market.Store.
func (s *Store) CountsIn(ctx context.Context, region string, now time.Time) ([]market.Count, error) {
	return collect(s.at(ctx), func(scan func(...any) error) (c market.Count, err error) {
		err = scan(&c.Home, &c.Purpose, &c.Category, &c.N)
		return c, err
	}, `SELECT l.home, l.purpose, l.category, count(*) FROM region_part m JOIN listing l ON l.home = m.home
		WHERE `+inRegion+` AND l.state = 'open' AND l.visibility = 3 AND l.until > $3
		GROUP BY l.home, l.purpose, l.category ORDER BY l.home, l.purpose, l.category`, region, micros(now.Add(-limits.RegionStale)), micros(now))
}
