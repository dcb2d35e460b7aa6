package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// takeAdoption keeps what a co-op says of its use of a page: of ours, or of another's when we follow the co-op. How many are kept is counted by domain:
// whoever has one makes as many actors there as they like.
func (n *Node) takeAdoption(ctx context.Context, in received, a handbook.Adoption) (change, error) {
	if slug := n.addr.protocol(a.Page); slug != "" || n.ours(a.Page) {
		if _, err := n.Handbook.Protocol(ctx, commons, slug); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil, nil // the same whether it is a draft or not there
			}
			return nil, err
		}
		a.Home = "" // ours
	} else {
		peers, err := n.Store.Following(ctx)
		if err != nil || !followsAccepted(peers, in.peer) {
			return nil, err
		}
		if a.Home == "" {
			if p, err := n.Handbook.Store.At(ctx).ProtocolByIRI(a.Page); err == nil {
				a.Home = p.Home
			}
		}
	}
	return func(tx queue.Tx) error {
		if changed, err := n.Handbook.ReceiveAdoption(tx, a); err != nil || !changed {
			return err
		}
		all, err := tx.AdoptionsOf(a.Page)
		if err != nil {
			return err
		}
		uses, domain := 0, domainOf(a.Coop)
		for _, k := range all {
			if k.Coop != "" && domainOf(k.Coop) == domain {
				uses++
			}
		}
		if uses > limits.UsesPerDomain {
			return coop.Errorf(coop.Conflict, "adoption.many", "%s told of %d uses of %s", domain, uses, a.Page) // taken back with the rest
		}
		return nil
	}, nil
}

// takeRevision keeps a text that a peer sent. Its own is as good as fetched; another's is asked for at its home, and only when that is gone does the
// proof count. One that is not what it says it is is refused, and so is one that nobody vouches for, unless we go by that very text: its
// id says what it holds.
func (n *Node) takeRevision(ctx context.Context, in received, o strictjson.Object) (change, error) {
	r, err := vocab.DecodeRevision(o, n.Now().UTC())
	cut := coop.KeyOf(err) == "revision.cut"
	if err != nil && !cut {
		return nil, err
	}
	if n.ours(r.IRI) {
		return nil, coop.Errorf(coop.Forbidden, "origin.differs", "text %s is ours", r.IRI)
	}
	pinned, err := n.Handbook.Pinned(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if _, err := n.Handbook.Store.At(ctx).ProtocolByIRI(r.Of); err != nil {
		if coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		if !pinned {
			return nil, nil // of a page that we know nothing of
		}
	}
	switch {
	case cut:
		r, err = n.fetchRevision(ctx, r.IRI, in.peer, in.budget)
	case r.Home != in.peer:
		r, err = n.handedOn(ctx, in, o, r, pinned)
	}
	if err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		_, err := n.Handbook.ReceiveRevision(tx, r.Of, r.Revision)
		return err
	}, nil
}

// handedOn gives a text of somebody else than who sent it as its home says it is, as its proof says when its home is gone, or as a text of no home.
func (n *Node) handedOn(ctx context.Context, in received, o strictjson.Object, r vocab.Revision, pinned bool) (vocab.Revision, error) {
	own, err := n.fetchRevision(ctx, r.IRI, in.peer, in.budget)
	switch coop.ClassOf(err) {
	case coop.Unavailable, coop.NotFound, coop.Gone:
	default: // said by its home, refused by it or by us, or put off
		return own, err
	}
	err = n.provenBy(ctx, o.Raw(), r.Home)
	if err == nil {
		return r, nil
	}
	if pinned {
		r.IRI, r.Home = "", ""
		return r, nil
	}
	return r, err
}
