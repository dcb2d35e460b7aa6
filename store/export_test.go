package store

// Update tells the tests of package store_test to write golden files anew too.
var Update = update
