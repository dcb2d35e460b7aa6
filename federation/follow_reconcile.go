package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// reconcile brings our following of a co-op to what it should be after its part in a region changed, or ours: whoever counts in a region that we take
// part in is followed, and one that a steward did not choose beside that is followed no more once it counts in none. A follow of theirs that was
// held for a steward is accepted with it: the host decided.
func (n *Node) reconcile(tx queue.Tx, actor coop.IRI) error {
	if n.self(actor) {
		return nil
	}
	fellow, err := tx.Fellow(actor)
	if err != nil {
		return err
	}
	p, err := tx.Peer(actor)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	now, by := n.Now().UTC(), coop.System("region")
	active := p.State == queue.Accepted || p.State == queue.Requested
	switch {
	case fellow && n.blocks.Blocked(actor):
		return nil
	case fellow:
		if !active && !(p.State == queue.Refused && now.Sub(p.Created) < limits.RefusedFor) {
			hand := p.Hand && p.State == queue.Refused // a steward's choice that was refused holds; one that ended does not
			if err := n.askToFollow(tx, by, actor, hand, now); err != nil {
				return err
			}
			n.known.stale()
		}
		return n.acceptHeld(tx, by, actor)
	case active && !p.Hand:
		return n.unfollow(tx, by, actor)
	}
	return nil
}

// acceptHeld accepts a follow of the co-op's that waits for a steward.
func (n *Node) acceptHeld(tx queue.Tx, by coop.Actor, actor coop.IRI) error {
	f, err := tx.Follower(n.addr.Coop(), actor)
	if err != nil || f.State != queue.Requested {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		return nil
	}
	return n.answerFollow(tx, by, n.addr.Coop(), actor, true)
}

// reconcileAll does so for everybody with whom it is not as it should be, each in a transaction of its own: we take part in another region now, or in one
// less.
func (n *Node) reconcileAll(ctx context.Context) error {
	for after := coop.IRI(""); ; {
		page, err := n.Store.Unsettled(ctx, n.addr.Coop(), after, limits.CollectionItems)
		if err != nil {
			return err
		}
		for _, actor := range page {
			after = actor
			if err := n.Store.Write(ctx, func(tx queue.Tx) error { return n.reconcile(tx, actor) }); err != nil {
				return fmt.Errorf("follow of %s: %w", actor, err)
			}
		}
		if len(page) == 0 {
			break
		}
	}
	n.known.stale()
	n.Changed()
	n.Wake()
	return nil
}
