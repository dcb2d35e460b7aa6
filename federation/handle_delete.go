package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/outbound"
	"toadlane/market"
)

// handleDelete takes an object or the actor itself away. Only its owner may; a tombstone stays, so that a Create that comes
// late has no effect.
func (n *Node) handleDelete(ctx context.Context, in received) (change, error) {
	id, ok := in.doc.IRI("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Delete of nothing")
	}
	if id == in.peer {
		return n.dropActor(in.peer), nil
	}
	if !coop.SameOrigin(id, in.peer) {
		return nil, coop.Errorf(coop.Forbidden, "origin.differs", "Delete of %s by %s", id, in.peer)
	}
	return func(tx queue.Tx) error { return n.bury(tx, id, in.peer) }, nil
}

func (n *Node) dropActor(iri coop.IRI) change {
	now := n.Now().UTC()
	n.peers.forget(iri)
	return func(tx queue.Tx) error {
		n.known.stale()
		return tx.DropActor(iri, now)
	}
}

// handleGone asks whether an actor that is said to be deleted is gone indeed: only its own address can say so.
func (n *Node) handleGone(ctx context.Context, in received) (change, error) {
	doc, err := n.fetch(ctx, outbound.KindActor, in.peer, in.budget)
	switch s := outbound.Status(err); {
	case err == nil && !doc.Object.Is("Tombstone"):
		return nil, nil // it is there: the Delete was not its own
	case err == nil || s == 410:
		return n.dropActor(in.peer), nil
	case s == 404:
		// Anybody can send such a Delete, and a server that is being set up anew answers 404 for a while.
		return nil, coop.Errorf(coop.NotFound, "peer.not_found", "%s is not there, but not said to be gone", in.peer)
	}
	return nil, err
}

// bury drops a listing, a page, what was said of the use of one, or a saying of owner and leaves a tombstone. What we do not have is asked for by place when it comes.
func (n *Node) bury(tx queue.Tx, id, owner coop.IRI) error {
	now := n.Now().UTC()
	if _, err := tx.MessageByIRI(id); err == nil {
		return market.Unsay(tx, id, owner, now)
	} else if coop.ClassOf(err) != coop.NotFound {
		return err
	}
	if p, err := tx.ProtocolByIRI(id); err == nil {
		return n.Handbook.ForgetPage(tx, p.IRI, owner)
	} else if coop.ClassOf(err) != coop.NotFound {
		return err
	}
	if a, err := tx.AdoptionByIRI(id); err == nil {
		return n.Handbook.ForgetAdoption(tx, a.IRI, owner)
	} else if coop.ClassOf(err) != coop.NotFound {
		return err
	}
	return n.buryListing(tx, id, owner)
}

// buryListing is bury for a listing.
func (n *Node) buryListing(tx queue.Tx, id, owner coop.IRI) error {
	now := n.Now().UTC()
	if _, err := tx.ListingByIRI(id); coop.ClassOf(err) == coop.NotFound && err != nil {
		// Its row remembers that owner said so, for owner alone: another of the same server may yet publish it.
		return nil
	}
	if err := market.Forget(tx, id, owner, true, now); err != nil {
		return err
	}
	return tx.ItemChanged(id)
}

// dropListingsOf takes a co-op's listings out of our market, and its pages but those that we go by, because we no longer follow it.
func (n *Node) dropListingsOf(tx queue.Tx, peer coop.IRI) error {
	n.known.stale()
	if err := n.Handbook.LeaveHandbook(tx, peer); err != nil {
		return err
	}
	if err := tx.PutBonds(peer, nil); err != nil {
		return err
	}
	return tx.DropPeer(peer, n.Now().UTC())
}
