package store

import "time"

// Update tells the tests of package store_test to write golden files anew too.
var Update = update

// AtSchema is o for a database of an earlier version.
func AtSchema(o Options, version int64) Options {
	o.schema = version
	return o
}

// SeemsLarge has s remember that the few co-ops of a region have more than a search names.
func SeemsLarge(s *Store, region string) { s.largeRegions.Store(region, largeRegion{at: time.Now()}) }
