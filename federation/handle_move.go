package federation

import (
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/strictjson"
)

// handleMove follows a peer to its new address, when that one says it was the old one (alsoKnownAs): one side's word is not
// enough. Followers who move tell us by following anew.
func (n *Node) handleMove(ctx context.Context, in received) (change, error) {
	from, ok := in.doc.IRI("object")
	to, ok2 := in.doc.IRI("target")
	if !ok || !ok2 || from != in.peer || to == from || n.ours(to) {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Move from %s to %s by %s", from, to, in.peer)
	}
	if p, err := n.Store.Following(ctx); err != nil {
		return nil, err
	} else if !followsAccepted(p, from) {
		return nil, nil
	}
	// The new actor as it is now, not as we may have kept it before it named the old one.
	a, err := n.fetchActor(ctx, to, in.budget)
	if err != nil {
		return nil, err
	}
	if !wasOnce(a, from) {
		return nil, coop.Errorf(coop.Forbidden, "move.unconfirmed", "%s does not say it was %s", to, from)
	}
	now := n.Now().UTC()
	return func(tx queue.Tx) error {
		if _, err := tx.Peer(to); err != nil {
			if coop.ClassOf(err) != coop.NotFound {
				return err
			}
			old, err := tx.Peer(from)
			if err != nil {
				return err
			}
			if err := n.askToFollow(tx, coop.Remote(in.peer), to, old.Hand, now); err != nil {
				return err
			}
		}
		return n.unfollow(tx, coop.Remote(in.peer), from)
	}, nil
}

func followsAccepted(list []queue.Peer, actor coop.IRI) bool {
	for _, p := range list {
		if p.Actor == actor {
			return p.State == queue.Accepted
		}
	}
	return false
}

// wasOnce tells whether a says that it was known as from.
func wasOnce(a queue.Actor, from coop.IRI) bool {
	doc, err := strictjson.Parse(a.Raw)
	if err != nil {
		return false
	}
	names, ok := doc.IRIs("alsoKnownAs")
	return ok && slices.Contains(names, from)
}
