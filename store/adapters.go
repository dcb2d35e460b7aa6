package store

// The consumers each call their way to write Write, with their own view of a transaction; so each gets an adapter.

// Coop is the Store as package coop sees it.
type Coop struct{ *Store }

// Market is the Store as package market sees it.
type Market struct{ *Store }

// Queue is the Store as the federation sees it.
type Queue struct{ *Store }
