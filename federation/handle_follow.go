package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/strictjson"
)

// handleFollow makes a follower of whoever asks for the co-op, the instance, a region that is hosted here or a member who is public. The co-op
// answers at once, or holds it for a steward unless a region has both of us; members' followers are always held. A repeated Follow is answered anew
// (FEDERATION.md).
func (n *Node) handleFollow(ctx context.Context, in received) (change, error) {
	target, ok := in.doc.IRI("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Follow of nothing")
	}
	id, ok := in.doc.ID()
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Follow without id")
	}
	hold, err := n.followable(ctx, target)
	if err != nil {
		return nil, err
	}
	follower, err := n.actor(ctx, in.peer, in.budget)
	if err != nil {
		return nil, err
	}
	if follower.Inbox == "" {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "%s has no inbox to answer to", in.peer)
	}
	regions, err := n.partsOf(ctx, in.peer, true)
	if err != nil {
		return nil, err
	}
	if len(regions) > 0 { // it follows us because a region has both of us, and we wait for it to say so itself
		if follower, err = n.fetchActor(ctx, in.peer, in.budget); err != nil {
			return nil, err
		}
	}
	return func(tx queue.Tx) error {
		if err := n.confirm(tx, &follower, regions); err != nil {
			return err
		}
		if hold && target == n.addr.Coop() {
			fellow, err := tx.Fellow(in.peer)
			if err != nil {
				return err
			}
			hold = !fellow
		}
		f := queue.Follower{Local: target, Actor: in.peer, Follow: id, Raw: in.row.Raw, Inbox: follower.Inbox,
			Shared: follower.SharedInbox, State: queue.Requested, Created: in.row.Created}
		old, err := tx.Follower(target, in.peer)
		switch {
		case err == nil:
			f.Created = old.Created
			if old.State == queue.Accepted {
				f.State = queue.Accepted
			}
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
		if !hold {
			f.State = queue.Accepted
		}
		if err := tx.PutFollower(f); err != nil {
			return err
		}
		if f.State != queue.Accepted {
			return nil
		}
		return tx.Append(n.event(coop.FollowerAccepted, coop.Remote(in.peer), string(in.peer), followAnswer{Local: target, Follow: id, Raw: in.row.Raw}))
	}, nil
}

// answerAgain answers a Follow that came again under its old id: whoever sends it has not seen our answer. Misskey makes the same
// id from the names of both every time.
func (n *Node) answerAgain(ctx context.Context, in queue.Inbound) error {
	doc, err := strictjson.Parse(in.Raw)
	if err != nil {
		return err
	}
	target, ok := doc.IRI("object")
	if !ok {
		return nil
	}
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		f, err := tx.Follower(target, in.Peer)
		if err != nil || f.State != queue.Accepted || string(f.Follow) != in.Activity {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return err
		}
		return tx.Append(n.event(coop.FollowerAccepted, coop.Remote(in.Peer), string(in.Peer), followAnswer{Local: target, Follow: f.Follow, Raw: f.Raw}))
	})
}

// followAnswer is the snapshot of FollowerAccepted and FollowerRejected events: the Follow they answer.
type followAnswer struct {
	Local  coop.IRI
	Follow coop.IRI
	Raw    []byte // as it came
}

// followable tells whether target is one of our actors that can be followed, and whether a person answers.
func (n *Node) followable(ctx context.Context, target coop.IRI) (hold bool, err error) {
	switch target {
	case n.addr.Coop():
		c, err := n.CoopStore.Coop(ctx)
		return c.HoldFollows, err
	case n.addr.Instance():
		return false, nil
	}
	if slug := n.addr.regionSlug(target); slug != "" {
		_, err := n.hosted(ctx, slug)
		return false, err
	}
	if h := n.addr.memberHandle(target); h != "" {
		p, err := n.CoopStore.PersonByHandle(ctx, h)
		if err == nil && p.Public() {
			return true, nil
		}
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return false, err
		}
	}
	return false, coop.Errorf(coop.NotFound, "actor.unknown", "nobody at %s", target)
}

func (n *Node) event(kind coop.EventKind, by coop.Actor, subject string, snapshot any) coop.Event {
	return coop.Event{ID: n.NewID(), Kind: kind, At: n.Now().UTC(), By: by.String(), Subject: subject, Snapshot: snapshot}
}
