package federation

import (
	"context"

	"toadlane/federation/vocab"
)

// handleLeave takes that a co-op takes part in a region no more: its signed word says so, whoever hands that on. A Leave without one is nothing to us.
func (n *Node) handleLeave(ctx context.Context, in received) (change, error) {
	o := vocab.EntryIn(in.doc)
	if o.IsZero() {
		return nil, nil
	}
	return n.takeEntry(ctx, in, o)
}
