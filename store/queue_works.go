package store

import (
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// dropListingsOf takes a co-op's listings out of the market; with bury they leave tombstones, without they may come back.
func (tx *Tx) dropListingsOf(home coop.IRI, bury bool, at time.Time) error {
	if home == "" { // that would be our own
		return nil
	}
	list, err := collect(tx, one[coop.IRI], `SELECT iri FROM listing WHERE home = $1`, string(home))
	if err != nil {
		return err
	}
	for _, iri := range list {
		if err := market.Forget(tx, iri, home, bury, at); err != nil {
			return err
		}
	}
	return nil
}

// dropWorks drops what a remote actor published here, and closes the conversations with it.
func (tx *Tx) dropWorks(actor coop.IRI, bury bool, at time.Time) error {
	if actor == "" {
		return nil
	}
	if err := tx.dropListingsOf(actor, bury, at); err != nil {
		return err
	}
	if err := tx.dropHandbookOf(actor, bury, at); err != nil {
		return err
	}
	said, err := collect(tx, one[coop.IRI], `SELECT iri FROM message WHERE from_iri = $1`, string(actor))
	if err != nil {
		return err
	}
	for _, iri := range said {
		if err := market.Unsay(tx, iri, actor, at); err != nil {
			return err
		}
	}
	threads, err := collect(tx, one[coop.ID], `SELECT id FROM thread WHERE other = $1 AND closed = 0`, string(actor))
	if err != nil {
		return err
	}
	for _, id := range threads {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		t.Closed = true
		if err := tx.PutThread(t); err != nil {
			return err
		}
	}
	return nil
}
