package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// handleBlock ends what there is between a peer that blocks us and us. It is shown to nobody.
func (n *Node) handleBlock(_ context.Context, in received) (change, error) {
	target, ok := in.doc.IRI("object")
	if !ok || !n.ours(target) {
		return nil, nil
	}
	return func(tx queue.Tx) error {
		if err := tx.DropFollower(target, in.peer); err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if target != n.addr.Coop() {
			return nil
		}
		if _, err := tx.Peer(in.peer); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return err
		}
		return n.dropListingsOf(tx, in.peer)
	}, nil
}
