package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// handleLike counts a Like or an emoji reaction to one of our public listings.
func (n *Node) handleLike(ctx context.Context, in received) (change, error) {
	return n.react(ctx, in, "Like")
}

func (n *Node) react(_ context.Context, in received, kind string) (change, error) {
	object, ok := in.doc.IRI("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "%s of nothing", kind)
	}
	id, ok := in.doc.ID()
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "%s without id", kind)
	}
	if n.addr.id("listings", object) == "" {
		return nil, nil
	}
	now := n.Now().UTC()
	return func(tx queue.Tx) error {
		l, err := tx.ListingByIRI(object)
		if err != nil || !l.Local() || l.Visibility != coop.Everyone || !l.State.Public() {
			if err != nil && coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone {
				return err
			}
			return nil // the same whether it is hidden or not there
		}
		old, err := tx.ReactionByIRI(id)
		if err == nil && old.Actor != in.peer {
			return coop.Errorf(coop.Forbidden, "owner.differs", "%s belongs to %s", id, old.Actor)
		}
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		return tx.PutReaction(queue.Reaction{IRI: id, Actor: in.peer, Object: object, Kind: kind, At: now})
	}, nil
}
