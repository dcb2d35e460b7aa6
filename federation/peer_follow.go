package federation

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// Follow asks to follow the co-op at address: a handle, or an https address of its actor or front. Its listings appear when it
// has accepted, and what is for neighbours alone is told to it; one that is followed because of a region becomes a neighbour so. Stewards only. Errors: Unauthenticated, Forbidden; Invalid about "address" with a sentence that says why.
func (n *Node) Follow(ctx context.Context, by coop.Actor, address string) (queue.Peer, error) {
	if err := steward(by); err != nil {
		return queue.Peer{}, err
	}
	a, err := n.resolve(ctx, address)
	if err != nil {
		return queue.Peer{}, fmt.Errorf("follow: %w", err)
	}
	if n.blocks.Blocked(a.IRI) {
		return queue.Peer{}, coop.FieldError("address", "peer.blocked", nil)
	}
	var p queue.Peer
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		var err error
		p, err = tx.Peer(a.IRI)
		if err == nil && (p.State == queue.Accepted || p.State == queue.Requested) {
			p.Hand = true
			return tx.PutPeer(p)
		}
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if err := n.askToFollow(tx, by, a.IRI, true, n.Now().UTC()); err != nil {
			return err
		}
		p, err = tx.Peer(a.IRI)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("follow %s: %w", a.IRI, err)
	}
	p.Handle, p.Name = a.Handle, a.Name
	n.known.stale()
	n.Wake()
	return p, nil
}

// askToFollow notes that we want to follow actor, by hand or because of a region, and queues the Follow.
func (n *Node) askToFollow(tx queue.Tx, by coop.Actor, actor coop.IRI, hand bool, now time.Time) error {
	id := n.addr.Activity(n.NewID())
	if err := tx.PutPeer(queue.Peer{Actor: actor, Follow: id, State: queue.Requested, Hand: hand, Created: now}); err != nil {
		return err
	}
	return tx.Append(n.event(coop.PeerFollowed, by, string(actor), followSent{Follow: id}))
}

// followSent is the snapshot of PeerFollowed and PeerUnfollowed: the id of our Follow.
type followSent struct{ Follow coop.IRI }

// Unfollow ends it: the co-op is told, and its listings are gone from our market. One that a region has beside us is followed on for that, but is no
// neighbour any more. Stewards only.
func (n *Node) Unfollow(ctx context.Context, by coop.Actor, actor coop.IRI) error {
	if err := steward(by); err != nil {
		return err
	}
	err := n.Store.Write(ctx, func(tx queue.Tx) error {
		p, err := tx.Peer(actor)
		if err != nil {
			return err
		}
		p.Hand = false
		if err := tx.PutPeer(p); err != nil {
			return err
		}
		if fellow, err := tx.Fellow(actor); fellow || err != nil {
			return err
		}
		return n.unfollow(tx, by, actor)
	})
	if err != nil {
		return fmt.Errorf("unfollow %s: %w", actor, err)
	}
	n.Changed()
	n.Wake()
	return nil
}

func (n *Node) unfollow(tx queue.Tx, by coop.Actor, actor coop.IRI) error {
	p, err := tx.Peer(actor)
	if err != nil {
		return err
	}
	if err := tx.Append(n.event(coop.PeerUnfollowed, by, string(actor), followSent{Follow: p.Follow})); err != nil {
		return err
	}
	return n.dropListingsOf(tx, actor)
}

// AnswerFollow accepts or refuses a follower of local that is held; refusing an accepted one removes it. Stewards answer for the
// co-op's actor, a member who is public for their own, and nobody for another. Class NotFound when there is no such follower,
// Unauthenticated or Forbidden for whoever may not answer.
func (n *Node) AnswerFollow(ctx context.Context, by coop.Actor, local, follower coop.IRI, accept bool) error {
	err := n.mayAnswerFor(ctx, by, local)
	if err == nil {
		err = n.Store.Write(ctx, func(tx queue.Tx) error { return n.answerFollow(tx, by, local, follower, accept) })
	}
	if err != nil {
		return fmt.Errorf("answer %s for %s: %w", follower, local, err)
	}
	n.Wake()
	return nil
}

// mayAnswerFor tells whether by decides who follows local.
func (n *Node) mayAnswerFor(ctx context.Context, by coop.Actor, local coop.IRI) error {
	if local == n.addr.Coop() {
		return steward(by)
	}
	if by.Person() == "" {
		return coop.Errorf(coop.Unauthenticated, "login.required", "%s answers for %s", by, local)
	}
	p, err := n.CoopStore.Person(ctx, by.Person())
	if err != nil {
		return err
	}
	if !p.Public() || local != n.addr.Member(p.Handle) {
		return coop.Errorf(coop.Forbidden, "follower.not_yours", "%s does not answer for %s", by, local)
	}
	return nil
}

func (n *Node) answerFollow(tx queue.Tx, by coop.Actor, local, follower coop.IRI, accept bool) error {
	f, err := tx.Follower(local, follower)
	if err != nil {
		return err
	}
	if accept {
		if f.State == queue.Accepted {
			return nil
		}
		f.State = queue.Accepted
		if err := tx.PutFollower(f); err != nil {
			return err
		}
		return tx.Append(n.event(coop.FollowerAccepted, by, string(follower), followAnswer{Local: local, Follow: f.Follow, Raw: f.Raw}))
	}
	if err := tx.Append(n.event(coop.FollowerRejected, by, string(follower),
		followAnswer{Local: local, Follow: f.Follow, Raw: f.Raw})); err != nil {
		return err
	}
	return tx.DropFollower(local, follower)
}

// Refresh reads a peer's collections anew, soon. Stewards only.
func (n *Node) Refresh(ctx context.Context, by coop.Actor, actor coop.IRI) error {
	if err := steward(by); err != nil {
		return err
	}
	err := n.Store.Write(ctx, func(tx queue.Tx) error {
		p, err := tx.Peer(actor)
		if err != nil {
			return err
		}
		if p.State != queue.Accepted {
			return coop.Errorf(coop.Conflict, "peer.not_accepted", "%s has not accepted our follow", actor)
		}
		p.Backfill, p.ETags = true, nil
		return tx.PutPeer(p)
	})
	if err != nil {
		return fmt.Errorf("refresh %s: %w", actor, err)
	}
	n.Wake()
	return nil
}
