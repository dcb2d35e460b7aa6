package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
)

// tellFollow asks a co-op to let us follow it.
func (n *Node) tellFollow(ctx context.Context, e queue.Event) ([]told, error) {
	var f followSent
	if err := e.Read(&f); err != nil {
		return nil, err
	}
	target := coop.IRI(e.Event.Subject)
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := w.Follow(f.Follow, n.addr.Coop(), target)
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, n.addr.id("a", f.Follow), "Follow", n.addr.Coop(), target, doc)
}

// tellUnfollow takes our Follow back.
func (n *Node) tellUnfollow(ctx context.Context, e queue.Event) ([]told, error) {
	var f followSent
	if err := e.Read(&f); err != nil {
		return nil, err
	}
	target := coop.IRI(e.Event.Subject)
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := w.Undo(n.addr.Activity(e.Event.ID),
		vocab.Received{ID: f.Follow, Type: "Follow", Actor: n.addr.Coop(), Object: target}, target)
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, "Undo", n.addr.Coop(), target, doc)
}

// tellAccept answers a Follow with yes, with the Follow as it came inside: Misskey looks its id up, others compare.
func (n *Node) tellAccept(ctx context.Context, e queue.Event) ([]told, error) {
	return n.tellAnswer(ctx, e, "Accept", vocab.Writer.Accept)
}

// tellReject answers a Follow with no, or ends one that was accepted.
func (n *Node) tellReject(ctx context.Context, e queue.Event) ([]told, error) {
	return n.tellAnswer(ctx, e, "Reject", vocab.Writer.Reject)
}

func (n *Node) tellAnswer(ctx context.Context, e queue.Event, typ string,
	write func(vocab.Writer, coop.IRI, coop.IRI, vocab.Received) ([]byte, error)) ([]told, error) {
	var f followAnswer
	if err := e.Read(&f); err != nil {
		return nil, err
	}
	follower := coop.IRI(e.Event.Subject)
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := write(w, n.addr.Activity(e.Event.ID), f.Local,
		vocab.Received{ID: f.Follow, Type: "Follow", Actor: follower, Object: f.Local, Raw: f.Raw})
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, typ, f.Local, follower, doc)
}

// tellOne sends an activity to one actor alone, at its own inbox.
func (n *Node) tellOne(ctx context.Context, e queue.Event, id coop.ID, typ string, from, to coop.IRI, doc []byte) ([]told, error) {
	a, err := n.knownActor(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("%s to %s: %w", typ, to, err)
	}
	act, err := n.activity(ctx, id, typ, from, to, false, e.Event.At, doc)
	return []told{{activity: act, sender: from,
		to: queue.Fanout{Extra: []queue.Target{{Actor: a.IRI, Inbox: a.Inbox}}}}}, err
}
