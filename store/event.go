package store

import (
	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// Append queues an event in this transaction: saved means queued. The exact place of a listing or of the co-op is left out,
// since a snapshot is what others are told from.
func (tx *Tx) Append(e coop.Event) error {
	switch v := e.Snapshot.(type) {
	case market.Listing:
		v.Place.Exact = nil
		e.Snapshot = v
	case coop.Coop:
		v.Place.Exact = nil
		e.Snapshot = v
	}
	snapshot, err := encode(e.Snapshot)
	if err != nil {
		return err
	}
	at := micros(e.At)
	_, err = tx.exec(`INSERT INTO event (id, kind, at, by_actor, subject, snapshot, state, attempt, due, leased, last_error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, '')`,
		string(e.ID), string(e.Kind), at, e.By, e.Subject, snapshot, string(queue.Waiting), at)
	return err
}
