package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/region"
)

// handleJoin takes that a co-op asks to take part in a region that is hosted here. It asks for itself alone, with a word that is signed by a key that
// its own actor lists; a person is refused.
func (n *Node) handleJoin(ctx context.Context, in received) (change, error) {
	group, ok := in.doc.IRI("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Join of nothing")
	}
	slug := n.addr.regionSlug(group)
	if slug == "" {
		return nil, nil
	}
	r, err := n.hosted(ctx, slug)
	if err != nil {
		return nil, err
	}
	id, ok := in.doc.ID()
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Join without id")
	}
	asks, err := n.actor(ctx, in.peer, in.budget)
	if err != nil {
		return nil, err
	}
	if !vocab.CoopType(asks.Type) {
		return nil, coop.Errorf(coop.Forbidden, "region.person", "%s is a %s", in.peer, asks.Type)
	}
	e, err := vocab.DecodeEntry(vocab.EntryIn(in.doc))
	if err != nil {
		return nil, err
	}
	if e.Coop != in.peer || e.Region != r.ID {
		return nil, coop.Errorf(coop.Forbidden, "owner.differs", "%s asks for %s in %s", in.peer, e.Coop, e.Region)
	}
	if err := n.lists(ctx, &e, heardFrom{who: in.peer, budget: in.budget}); err != nil {
		return nil, err
	}
	if err := n.roomToAsk(ctx, r.ID, in.peer); err != nil {
		return nil, err
	}
	keep, err := n.Region.ReceiveAsk(ctx, group, e)
	if err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		if err := keep(tx, id); err != nil {
			return err
		}
		// It asked itself, by its own key: that is enough until it had time to name the region.
		if _, err := n.Region.Confirm(tx, r.ID, e.Coop, true); err != nil {
			return err
		}
		return n.reconcile(tx, e.Coop)
	}, nil
}

// roomToAsk tells whether one more of a domain may wait for an answer: whoever makes up co-ops must not keep others from asking. Class Conflict, key
// region.full.
func (n *Node) roomToAsk(ctx context.Context, of region.ID, who coop.IRI) error {
	list, _, err := n.Region.Store.At(ctx).Parts(of, region.Asking, region.MaxAsking, "")
	if err != nil {
		return err
	}
	waiting, domain := 0, domainOf(who)
	for _, p := range list {
		if p.Coop != who && domainOf(p.Coop) == domain {
			waiting++
		}
	}
	if waiting >= limits.AsksPerDomain {
		return coop.Errorf(coop.Conflict, "region.full", "%d co-ops of %s ask", waiting, domain)
	}
	return nil
}
