// Package testrig owns several whole co-ops in one process, for tests: each with its own folder, database, keys and port on
// loopback, speaking the same signed HTTP as between strangers, under one clock that the test sets. Nothing in it is a mock.
package testrig
