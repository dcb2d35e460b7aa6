package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// tellCoop sends the co-op's actor as it is now to its followers.
func (n *Node) tellCoop(ctx context.Context, e queue.Event) ([]told, error) {
	return n.tellActor(ctx, e, n.addr.Coop())
}

// tellPerson sends a member who agreed to be named, first or changed, to their followers and the co-op's.
func (n *Node) tellPerson(ctx context.Context, e queue.Event) ([]told, error) {
	var v coop.PersonView
	if err := e.Read(&v); err != nil {
		return nil, err
	}
	p, err := n.CoopStore.PersonByHandle(ctx, v.Handle)
	if err != nil || !p.Public() {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		return nil, nil // consent was taken back meanwhile; its own event follows
	}
	return n.tellActor(ctx, e, n.addr.Member(v.Handle))
}

func (n *Node) tellActor(ctx context.Context, e queue.Event, actor coop.IRI) ([]told, error) {
	if _, err := n.keys.ensure(ctx, actor); err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := n.actorDocument(ctx, actor)
	if err != nil {
		return nil, err
	}
	id := e.Event.ID
	if doc, err = w.UpdateActor(n.addr.Activity(id), actor, e.Event.At, doc); err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, id, "Update", actor, actor, true, e.Event.At, doc)
	return []told{{activity: a, sender: actor, to: queue.Fanout{Followers: actor, Object: actor},
		withdraws: true}}, err // an earlier one may show what is no longer to be seen
}

// tellPersonGone deletes the actor of a member who took their consent back, everywhere it was ever sent to (invariant 10).
func (n *Node) tellPersonGone(ctx context.Context, e queue.Event) ([]told, error) {
	var v coop.PersonView
	if err := e.Read(&v); err != nil {
		return nil, err
	}
	actor := n.addr.Member(v.Handle)
	if _, err := n.keys.of(ctx, actor); err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return nil, nil // nobody ever saw it
		}
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := w.DeleteActor(n.addr.Activity(e.Event.ID), actor)
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, e.Event.ID, "Delete", actor, actor, true, e.Event.At, doc)
	return []told{{activity: a, sender: actor, to: queue.Fanout{Followers: actor, Ever: actor}, withdraws: true}}, err
}
