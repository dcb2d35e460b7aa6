package store

import (
	"context"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

// The consumers each call their way to write Write, with their own view of a transaction; so each gets an adapter.

// Coop is the Store as package coop sees it.
type Coop struct{ *Store }

// Market is the Store as package market sees it.
type Market struct{ *Store }

// Handbook is the Store as package handbook sees it.
type Handbook struct{ *Store }

// Region is the Store as package region sees it.
type Region struct{ *Store }

// Queue is the Store as the federation sees it.
type Queue struct{ *Store }

// Write runs fn in one transaction. See coop.Store.
func (s Coop) Write(ctx context.Context, fn func(coop.Tx) error) error {
	return s.write(ctx, func(tx *Tx) error { return fn(tx) })
}

var _ coop.Store = Coop{}

// Write runs fn in one transaction. See market.Store.
func (s Market) Write(ctx context.Context, fn func(market.Tx) error) error {
	return s.write(ctx, func(tx *Tx) error { return fn(tx) })
}

var _ market.Store = Market{}

// Write runs fn in one transaction. See handbook.Store.
func (s Handbook) Write(ctx context.Context, fn func(handbook.Tx) error) error {
	return s.write(ctx, func(tx *Tx) error { return fn(tx) })
}

// At gives reads outside of a transaction. See handbook.Store.
func (s Handbook) At(ctx context.Context) handbook.Reader { return s.at(ctx) }

var _ handbook.Store = Handbook{}

// Write runs fn in one transaction. See region.Store.
func (s Region) Write(ctx context.Context, fn func(region.Tx) error) error {
	return s.write(ctx, func(tx *Tx) error { return fn(tx) })
}

// At gives reads outside of a transaction. See region.Store.
func (s Region) At(ctx context.Context) region.Reader { return s.at(ctx) }

var _ region.Store = Region{}
