package store

// Update tells the tests of package store_test to write golden files anew too.
var Update = update

// AtSchema is o for a database of an earlier version.
func AtSchema(o Options, version int64) Options {
	o.schema = version
	return o
}
