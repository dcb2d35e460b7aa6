package store

import (
	"time"

	"toadlane/internal/limits"
)

// lookUpRegion finds whose listings are asked for when that are few, so that the index leads to them; on PostgreSQL, whose planner can't know how many a
// co-op has, the listings themselves. Newest first, which is how those of a large region are found, would otherwise come to what a few co-ops posted a
// while ago after going through everything that all the others did. Naming a co-op costs the index 25 µs (2026-11): more of them are named only where they
// have little. On PostgreSQL the few co-ops of a region that have much are named where the index is asked for something else too: it went through all there
// is of a rare word, or of a category, in 0.5 to 1.3 s (2026-11, a million listings). That they have much is remembered for a while.
func (f *search) lookUpRegion() error {
	s := f.tx.s
	if f.q.Region == "" {
		return nil
	}
	homes := func(most int) ([]string, error) {
		return collect(f.tx, one[string], `SELECT home FROM region_part WHERE region = $1 AND counts = 1 LIMIT CAST($2 AS BIGINT)`, f.q.Region, most+1)
	}
	v, _ := s.largeRegions.Load(f.q.Region)
	large, known := v.(largeRegion)
	known = known && time.Since(large.at) < limits.RegionLarge
	if known && (large.many || !f.narrowed()) {
		return nil
	}
	since, most := micros(f.now.Add(-limits.RegionStale)), limits.RegionListings+1
	if s.Postgres() {
		if !known {
			list, err := collect(f.tx, one[int64], `SELECT l.seq FROM region_part m JOIN listing l ON l.home = m.home WHERE `+inRegion+` LIMIT CAST($3 AS BIGINT)`, f.q.Region, since, most)
			if err != nil {
				return err
			}
			if len(list) < most {
				f.seqs = append([]int64{}, list...)
				return nil
			}
		}
		list, err := homes(limits.RegionNamed)
		if err != nil {
			return err
		}
		many := len(list) > limits.RegionNamed
		if !known {
			s.largeRegions.Store(f.q.Region, largeRegion{time.Now(), many})
		}
		if !many && f.narrowed() {
			f.name(list)
		}
		return nil
	}
	list, err := homes(limits.RegionHomes)
	if err != nil {
		return err
	}
	if len(list) > limits.RegionNamed {
		n := most
		if len(list) <= limits.RegionHomes {
			err = f.tx.queryRow(`SELECT count(*) FROM (SELECT 1 FROM region_part m CROSS JOIN listing l INDEXED BY listing_by_count ON l.home = m.home
				WHERE `+inRegion+` AND l.state = 'open' AND l.visibility = 3 LIMIT CAST($3 AS BIGINT)) AS theirs`, f.q.Region, since, most).scan("", &n)
		}
		if err != nil {
			return err
		}
		if n == most {
			s.largeRegions.Store(f.q.Region, largeRegion{time.Now(), true})
			return nil
		}
	}
	f.name(list)
	return nil
}

// name has the index lead to what these co-ops have.
func (f *search) name(homes []string) {
	f.homes = []string{}
	for _, home := range homes {
		f.homes = append(f.homes, facet("home", home))
	}
}

// largeRegion is what is remembered of a region whose listings are too many to be named: when that was seen, and whether its co-ops are too many as well.
type largeRegion struct {
	at   time.Time
	many bool
}

// narrowed tells whether words or properties are asked for, so that the index finds few of many; without them newest first comes to those of a few co-ops
// soon, if they have much.
func (f *search) narrowed() bool { return len(f.words) > 0 || len(f.facets()) > 0 }
