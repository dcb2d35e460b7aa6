package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/market"
	"toadlane/region"
)

// handleAnnounce counts a boost of one of our public listings, and takes what the account of a region that we take part in hands on whole (FEP-1b12).
// Announces of others' objects by their addresses are nothing to us: what is in our market comes from the co-ops that we follow, by themselves.
func (n *Node) handleAnnounce(ctx context.Context, in received) (change, error) {
	if o := in.doc.Object("object"); o.Is("Create", "Update", "Delete") {
		return n.takeWhole(ctx, in, o)
	}
	return n.react(ctx, in, "Announce")
}

// takeWhole takes what a co-op said of a listing from the account of a region that we both take part in. Its proof makes it the co-op's own; without one
// that holds, the listing is asked for at its home. Errors: Forbidden when it is not of its own; those of fetching.
func (n *Node) takeWhole(ctx context.Context, in received, said strictjson.Object) (change, error) {
	origin, ok := said.IRI("actor")
	if !ok || n.self(origin) || n.blocks.Blocked(origin) {
		return nil, nil
	}
	if fellow, err := n.fellowThere(ctx, in.peer, origin); !fellow || err != nil {
		return nil, err
	}
	proven := n.provenBy(ctx, said.Raw(), origin) == nil
	id, ok := said.IRI("object")
	if !ok || !coop.SameOrigin(id, origin) {
		return nil, coop.Errorf(coop.Forbidden, "origin.differs", "object %.100q of %s", said.Str("object"), origin)
	}
	if said.Is("Delete") {
		if !proven {
			return nil, nil // when its home does not list it any more it goes too
		}
		return func(tx queue.Tx) error { return n.buryListing(tx, id, origin) }, nil
	}
	object := said.Object("object")
	if !proven || object.IsZero() {
		doc, err := n.fetch(ctx, outbound.KindObject, id, in.budget)
		if err != nil {
			return nil, err
		}
		object = doc.Object
	}
	l, is, err := vocab.DecodeListing(object, origin, n.Now().UTC())
	if !is || err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error { return n.receiveHandedOn(tx, l) }, nil
}

// fellowThere tells whether an account hosts a region that we take part in, in which a co-op counts.
func (n *Node) fellowThere(ctx context.Context, group, who coop.IRI) (bool, error) {
	read := n.Region.Store.At(ctx)
	r, err := read.RegionByHost(group)
	var p region.Part
	if err == nil && r.State == region.Joined && !r.Hosted {
		p, err = read.Part(r.ID, who)
	}
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return false, nil
	}
	return p.Counts(), err
}

// receiveHandedOn keeps a listing that another handed on. One that we have as it is or later stays: that somebody hands it on once more is no word of its home.
func (n *Node) receiveHandedOn(tx queue.Tx, l market.Listing) error {
	p, err := tx.Peer(l.Home)
	if err != nil || p.State != queue.Accepted {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		return nil
	}
	if gone, err := tx.SaidDeleted(l.Home, l.IRI); err != nil || gone {
		return err
	}
	old, err := tx.ListingByIRI(l.IRI)
	switch {
	case err == nil && !l.Updated.After(old.Updated):
		return nil
	case err != nil && coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone:
		return err
	}
	_, err = market.Receive(tx, l, n.NewID(), n.Now().UTC())
	return err
}
