package store

import (
	"fmt"

	"toadlane/coop"
)

// WithdrawActivities takes what actor told of object so far out of its outbox and off its public addresses: the object is
// deleted, or not for everyone any more. What is on its way is still sent.
func (tx *Tx) WithdrawActivities(actor, object coop.IRI) error {
	if _, err := tx.exec(`UPDATE activity SET public = 0 WHERE public = 1 AND actor = $1 AND object = $2`, string(actor), string(object)); err != nil {
		return fmt.Errorf("withdraw what %s told of %s: %w", actor, object, err)
	}
	return nil
}

// DropFollowersAt drops the followers of local that are reached at inbox, their own or a shared one, since it is gone. It tells how many followers that were.
func (tx *Tx) DropFollowersAt(local, inbox coop.IRI) (int, error) {
	n, err := tx.exec(`DELETE FROM follower WHERE local = $1 AND (shared = $2 OR shared = '' AND inbox = $2)`, string(local), string(inbox))
	if err != nil {
		return 0, fmt.Errorf("drop followers at %s: %w", inbox, err)
	}
	return n, nil
}

// SaidDeleted tells whether peer has told us that an object is deleted, which we may not have had then. It is remembered as
// long as what came in is kept.
func (tx *Tx) SaidDeleted(peer, object coop.IRI) (bool, error) {
	return tx.any(`SELECT 1 FROM inbound WHERE object = $1 AND peer = $2 AND type = 'Delete' AND state = 'done'`, string(object), string(peer))
}
