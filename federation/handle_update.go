package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// handleUpdate takes an edit: of the peer itself, of a listing, of a saying. An actor is always read again from its own address:
// what decides whom we send to, and whose keys we trust, is not taken from a message.
func (n *Node) handleUpdate(ctx context.Context, in received) (change, error) {
	object, err := n.ownObject(ctx, in)
	if err != nil {
		return nil, err
	}
	if id, _ := object.ID(); id == in.peer {
		if _, err := n.Store.Actor(ctx, in.peer); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil, nil
			}
			return nil, err
		}
		a, err := n.fetchActor(ctx, in.peer, in.budget)
		if err != nil {
			return nil, err
		}
		return func(tx queue.Tx) error { return n.moveInbox(tx, a) }, nil
	}
	return n.place(ctx, in, object)
}

// moveInbox sends to a follower's new inbox from now on.
func (n *Node) moveInbox(tx queue.Tx, a queue.Actor) error {
	f, err := tx.Follower(n.addr.Coop(), a.IRI)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		return nil
	}
	if err != nil || f.Inbox == a.Inbox && f.Shared == a.SharedInbox {
		return err
	}
	f.Inbox, f.Shared = a.Inbox, a.SharedInbox
	return tx.PutFollower(f)
}
