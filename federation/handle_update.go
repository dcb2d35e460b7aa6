package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
)

// handleUpdate takes an edit: of the peer itself, of a listing, of a saying, of what a co-op brings into a region, of what a region goes by. An actor is
// always read again from its own address: what decides whom we send to, and whose keys we trust, is not taken from a message.
func (n *Node) handleUpdate(ctx context.Context, in received) (change, error) {
	if o := vocab.EntryIn(in.doc); !o.IsZero() {
		return n.takeEntry(ctx, in, o)
	}
	if charters, marks, there := vocab.PapersIn(in.doc); there {
		return nil, n.takePapers(ctx, in, charters, marks)
	}
	if o := in.doc.Object("object"); vocab.IsRevision(o) {
		return n.takeRevision(ctx, in, o)
	}
	object, err := n.ownObject(ctx, in)
	if err != nil {
		return nil, err
	}
	if id, _ := object.ID(); id == in.peer {
		if _, err := n.Store.Actor(ctx, in.peer); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil, nil
			}
			return nil, err
		}
		a, err := n.fetchActor(ctx, in.peer, in.budget)
		if err != nil {
			return nil, err
		}
		locals, err := n.locals(ctx)
		if err != nil {
			return nil, err
		}
		regions, err := n.partsOf(ctx, a.IRI, false)
		if err != nil {
			return nil, err
		}
		return func(tx queue.Tx) error {
			if err := n.confirm(tx, &a, regions); err != nil { // it may name a region now that let it in, or no more
				return err
			}
			return n.moveInbox(tx, locals, a)
		}, nil
	}
	return n.place(ctx, in, object)
}

// moveInbox sends to a follower's new inbox from now on. One that names no inbox of its own any more keeps the old one.
func (n *Node) moveInbox(tx queue.Tx, locals []coop.IRI, a queue.Actor) error {
	if a.Inbox == "" {
		return nil
	}
	for _, local := range locals {
		f, err := tx.Follower(local, a.IRI)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				continue
			}
			return err
		}
		if f.Inbox == a.Inbox && f.Shared == a.SharedInbox {
			continue
		}
		f.Inbox, f.Shared = a.Inbox, a.SharedInbox
		if err := tx.PutFollower(f); err != nil {
			return err
		}
	}
	return nil
}

// locals lists our actors that can be followed.
func (n *Node) locals(ctx context.Context) ([]coop.IRI, error) {
	list := []coop.IRI{n.addr.Coop(), n.addr.Instance()}
	regions, err := joined(n.Region.Store.At(ctx))
	if err != nil {
		return nil, err
	}
	for _, r := range regions {
		if r.Hosted {
			list = append(list, r.Charter.Host)
		}
	}
	people, err := n.CoopStore.People(ctx)
	for _, p := range people {
		if p.Public() {
			list = append(list, n.addr.Member(p.Handle))
		}
	}
	return list, err
}
