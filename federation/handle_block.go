package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
)

// handleBlock ends what there is between a peer that blocks us and us. It is shown to nobody.
func (n *Node) handleBlock(_ context.Context, in received) (change, error) {
	target, ok := in.doc.IRI("object")
	if !ok || !n.ours(target) {
		return nil, nil
	}
	return func(tx queue.Tx) error {
		if err := tx.DropFollower(target, in.peer); err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if target != n.addr.Coop() {
			return nil
		}
		if _, err := tx.Peer(in.peer); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return err
		}
		return n.dropListingsOf(tx, in.peer)
	}, nil
}

// handleFlag keeps a complaint for the stewards. What it names that is not ours is left out.
func (n *Node) handleFlag(_ context.Context, in received) (change, error) {
	all, ok := in.doc.IRIs("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Flag of nothing")
	}
	var objects []coop.IRI
	for _, o := range all {
		if n.ours(o) {
			objects = append(objects, o)
		}
	}
	if len(objects) == 0 {
		return nil, nil
	}
	words := vocab.PlainText(in.doc.Str("content"))
	if r := []rune(words); len(r) > limits.ReportRunes {
		words = string(r[:limits.ReportRunes])
	}
	r := queue.Report{ID: n.NewID(), From: in.peer, Objects: objects, Content: words, At: n.Now().UTC()}
	return func(tx queue.Tx) error { return tx.PutReport(r) }, nil
}
