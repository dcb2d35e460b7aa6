package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// handleAccept ends our waiting for an answer to a Follow of ours, to a change that we gave back, or to a Join: that counts only from the actor we asked, about
// the Follow we sent and have not taken back (security rule R6). It may also be a vote in a region's council.
func (n *Node) handleAccept(ctx context.Context, in received) (change, error) {
	return n.answered(ctx, in, queue.Accepted)
}

// handleReject is the refusal, or the end of a follow that was accepted before.
func (n *Node) handleReject(ctx context.Context, in received) (change, error) {
	return n.answered(ctx, in, queue.Refused)
}

func (n *Node) answered(ctx context.Context, in received, to queue.Relation) (change, error) {
	if do, ok, err := n.voteHeard(ctx, in); ok {
		return do, err
	}
	if do, ok, err := n.joinAnswered(ctx, in); ok {
		return do, err
	}
	if o, ok, err := n.ourOffer(ctx, in); ok || err != nil {
		if err != nil {
			return nil, err
		}
		return n.changeAnswered(ctx, in, o, to)
	}
	id, named := in.doc.IRI("object")
	follow := in.doc.Object("object")
	if !named && follow.IsZero() {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "answer to nothing")
	}
	if !follow.IsZero() && !follow.Is("Follow") {
		return nil, nil // an answer to something we never ask
	}
	return func(tx queue.Tx) error {
		p, err := tx.Peer(in.peer)
		if err != nil {
			return err
		}
		if p.Follow != id {
			// Some servers give back the Follow without its id; then actor and object must be ours and theirs.
			actor, _ := follow.IRI("actor")
			object, _ := follow.IRI("object")
			if named && id != "" || actor != n.addr.Coop() || object != in.peer {
				return coop.Errorf(coop.NotFound, "follow.unknown", "%s answers %s, we sent %s", in.peer, id, p.Follow)
			}
		}
		switch {
		case p.State == to:
			return nil
		case to == queue.Accepted && p.State != queue.Requested:
			return coop.Errorf(coop.Conflict, "follow.unknown", "follow of %s is %s", in.peer, p.State)
		case p.State == queue.Ended:
			return nil
		}
		p.State, p.Backfill = to, to == queue.Accepted
		if err := tx.PutPeer(p); err != nil {
			return err
		}
		if to == queue.Refused {
			return n.dropListingsOf(tx, in.peer)
		}
		n.known.stale()
		return nil
	}, nil
}
