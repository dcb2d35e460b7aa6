package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/region"
)

// handleInvite takes that the account of a region asks our co-op to take part. The region is looked up first, as a steward would; whoever makes up
// many gets no further than a few from one domain.
func (n *Node) handleInvite(ctx context.Context, in received) (change, error) {
	who, _ := in.doc.IRI("object")
	group, ok := in.doc.IRI("target")
	if who != n.addr.Coop() || !ok || group != in.peer {
		return nil, nil // to something else than a region of its own
	}
	of, err := vocab.RegionIn(in.doc)
	if err != nil {
		return nil, err
	}
	if err := n.roomForInvitation(ctx, of, in.peer); err != nil {
		return nil, err
	}
	a, err := n.fetchActor(ctx, in.peer, in.budget)
	if err != nil {
		return nil, err
	}
	if _, err := n.regionBehind(ctx, a, of, in.budget); err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error { return n.Region.ReceiveInvitation(tx, of) }, nil
}

// roomForInvitation tells whether another invitation into a region is kept. Class Conflict, key region.many.
func (n *Node) roomForInvitation(ctx context.Context, of region.ID, host coop.IRI) error {
	all, err := n.Region.Store.At(ctx).Regions()
	if err != nil {
		return err
	}
	waiting, near, domain := 0, 0, domainOf(host)
	for _, r := range all {
		if r.ID == of {
			return nil
		}
		if r.State == region.Known && r.Invited {
			waiting++
			if domainOf(r.Charter.Host) == domain {
				near++
			}
		}
	}
	if waiting >= limits.RegionInvites || near >= limits.InvitesDomain {
		return coop.Errorf(coop.Conflict, "region.many", "%d invitations wait, %d from %s", waiting, near, domain)
	}
	return nil
}
