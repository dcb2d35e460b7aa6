package federation

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/failpoint"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
)

const (
	inboundBatch = 32
	inboundLease = time.Minute
)

// received is an activity on its way to its handler: who sent it is known for certain.
type received struct {
	row    queue.Inbound
	peer   coop.IRI // verified
	doc    strictjson.Object
	budget *outbound.Budget // what it may cause us to fetch
}

// change is what a handler wants done, in the transaction that settles the row; nil is nothing.
type change func(tx queue.Tx) error

// handlers by type. A handler does what needs the network first, and gives back what to change. Types without one are kept
// raw and done (wire §6.4: unknown types are 202 and ignored).
var handlers = map[string]func(*Node, context.Context, received) (change, error){
	"Follow":     (*Node).handleFollow,
	"Undo":       (*Node).handleUndo,
	"Accept":     (*Node).handleAccept,
	"Reject":     (*Node).handleReject,
	"Create":     (*Node).handleCreate,
	"Update":     (*Node).handleUpdate,
	"Delete":     (*Node).handleDelete,
	"Announce":   (*Node).handleAnnounce,
	"Like":       (*Node).handleLike,
	"EmojiReact": (*Node).handleLike,
	"Block":      (*Node).handleBlock,
	"Flag":       (*Node).handleFlag,
	"Move":       (*Node).handleMove,
	typeGone:     (*Node).handleGone,
}

// applyInbound applies what is due and tells how many rows it worked on.
func (n *Node) applyInbound(ctx context.Context) (int, error) {
	now := n.Now().UTC()
	rows, err := n.Store.ClaimInbound(ctx, now, now.Add(inboundLease), inboundBatch)
	if err != nil {
		return 0, fmt.Errorf("claim inbound: %w", err)
	}
	done := make(chan struct{}, len(rows))
	slots := make(chan struct{}, inboundAtOnce)
	for _, row := range rows {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; done <- struct{}{} }()
			n.applyOne(ctx, row)
		}()
	}
	for range rows {
		<-done
	}
	return len(rows), nil
}

// inboundAtOnce is how many rows are worked on at once: their transactions share commits, and one that waits for a slow
// origin does not stop the others.
const inboundAtOnce = 16

func (n *Node) applyOne(ctx context.Context, row queue.Inbound) {
	err := n.apply(ctx, row)
	if err == nil {
		return
	}
	now := n.Now().UTC()
	state, due := queue.InboundRetry(err, row.Attempt, row.Created, now)
	log := n.Log.Info
	if state == queue.Poison || state == queue.Waiting {
		log = n.Log.Warn
	}
	log("inbound not applied", "activity", row.Activity, "type", row.Type, "host", row.Peer.Host(), "state", string(state), "error", err)
	if serr := n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) error {
		return tx.SettleInbound(row.ID, state, due, err.Error())
	}); serr != nil {
		n.Log.Error("settle inbound", "activity", row.Activity, "error", serr) // its lease runs out and it is tried again
	}
}

// apply runs the handler; a panic in it is an error of that row alone.
func (n *Node) apply(ctx context.Context, row queue.Inbound) (err error) {
	defer func() {
		if p := recover(); p != nil {
			n.Log.Error("handler panicked", "type", row.Type, "activity", row.Activity, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("handler panicked: %v", p)
		}
	}()
	failpoint.Here("mid_apply")
	doc, err := strictjson.Parse(row.Raw)
	if err != nil {
		return err
	}
	if n.blocks.Blocked(row.Peer) {
		return coop.Errorf(coop.Forbidden, "peer.blocked", "%s is blocked", row.Peer)
	}
	var do change
	if handle := handlers[row.Type]; handle != nil {
		do, err = handle(n, ctx, received{row: row, peer: row.Peer, doc: doc, budget: outbound.InboundBudget()})
		if err != nil {
			return fmt.Errorf("%s %s: %w", row.Type, row.Activity, err)
		}
	}
	now := n.Now().UTC()
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		if do != nil {
			if err := do(tx); err != nil {
				return err
			}
		}
		if err := tx.SettleInbound(row.ID, queue.Done, now, ""); err != nil {
			return err
		}
		return tx.WakeParked(row.Object, now)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", row.Type, row.Activity, err)
	}
	failpoint.Here("after_apply")
	n.Changed()
	n.Wake()
	return nil
}

var _ sig.KeySource = (*peerKeys)(nil)
