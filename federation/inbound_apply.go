package federation

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
)

const inboundBatch = 32

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
// raw and done (FEDERATION.md: unknown types are 202 and ignored).
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
	"Offer":      (*Node).handleOffer,
	"Join":       (*Node).handleJoin,
	"Leave":      (*Node).handleLeave,
	"Add":        (*Node).handleRoll,
	"Remove":     (*Node).handleRoll,
	"Invite":     (*Node).handleInvite,
	typeGone:     (*Node).handleGone,
}

// applyInbound starts on what is due, as far as slots are free, and tells how many rows it took. Each row ends by itself, so
// that one that waits for a slow origin stops nobody.
func (n *Node) applyInbound(ctx context.Context, rows *sync.WaitGroup, slots chan struct{}) (int, error) {
	free := min(cap(slots)-len(slots), inboundBatch)
	if free <= 0 {
		return 0, nil // a row that ends wakes us
	}
	now := n.Now().UTC()
	list, err := n.Store.ClaimInbound(ctx, now, now.Add(limits.InboundLease), free)
	if err != nil {
		return 0, fmt.Errorf("claim inbound: %w", err)
	}
	for _, row := range list {
		slots <- struct{}{}
		rows.Add(1)
		go func() {
			defer rows.Done()
			defer poke(n.inboundWake)
			n.applyInSlot(ctx, row, slots)
		}()
	}
	return len(list), nil
}

const (
	// slowAfter is when a row that waits for the network gives its slot to the next, slowRows how many may wait so, and
	// slowPerDomain how many of them for one peer: who lets us wait holds up nobody but themselves.
	slowAfter     = time.Second
	slowRows      = 256
	slowPerDomain = 8
)

// applyInSlot applies a row. When it is slow because of the network it goes on beside the slots; when its domain has too many
// such rows already it is broken off and tried again later.
func (n *Node) applyInSlot(ctx context.Context, row queue.Inbound, slots chan struct{}) {
	node := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var once sync.Once
	free := func() { once.Do(func() { <-slots }) }
	defer free()
	budget := outbound.InboundBudget()
	full, domain := budget.Left(), domainOf(row.Peer)
	done := make(chan struct{})
	timer := time.NewTimer(slowAfter)
	go func() {
		defer close(done)
		n.applyOne(node, ctx, row, budget)
	}()
	select {
	case <-done:
		timer.Stop()
		return
	case <-timer.C:
	}
	if budget.Left() < full {
		if !n.slow.enter(domain) {
			cancel()
		} else {
			defer n.slow.leave(domain)
			free()
			poke(n.inboundWake)
		}
	}
	<-done
}

// slowPeers counts rows that wait for the network, by domain.
type slowPeers struct {
	mu  sync.Mutex
	all int
	by  map[string]int
}

func (s *slowPeers) enter(domain string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= slowRows || s.by[domain] >= slowPerDomain {
		return false
	}
	if s.by == nil {
		s.by = make(map[string]int)
	}
	s.all++
	s.by[domain]++
	return true
}

func (s *slowPeers) leave(domain string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.by[domain]--; s.by[domain] == 0 {
		delete(s.by, domain)
	}
}

// applyOne applies a row and settles it when that fails. node ends when the program stops, ctx also when the row is broken off.
func (n *Node) applyOne(node, ctx context.Context, row queue.Inbound, budget *outbound.Budget) {
	err := n.apply(ctx, row, budget)
	if err == nil {
		return
	}
	now := n.Now().UTC()
	settle := func(state queue.State, due time.Time, says string) {
		if serr := insist(node, limits.InboundLease, func(ctx context.Context) error {
			return n.Store.Write(ctx, func(tx queue.Tx) error { return tx.SettleInbound(row.ID, state, due, says) })
		}); serr != nil && coop.KeyOf(serr) != "row.settled" { // a commit of unknown outcome may have come through
			n.Log.Error("settle inbound", "activity", row.Activity, "error", serr) // its lease runs out and it is tried again
		}
	}
	if wait, ok := brokenOff(node, err, row.Attempt); ok {
		settle(queue.Waiting, now.Add(wait), row.LastError)
		return
	}
	state, due := queue.InboundRetry(judged(err, row.Attempt), row.Attempt, row.Created, now)
	log := n.Log.Info
	if state == queue.Poison || state == queue.Waiting {
		log = n.Log.Warn
	}
	log("inbound not applied", "activity", row.Activity, "type", row.Type, "host", row.Peer.Host(), "state", string(state), "error", err)
	settle(state, due, err.Error())
}

// judged gives an error the class that tells whether trying the row again makes sense. What costs more requests than a row may
// cause will cost as many tomorrow. Who refuses our signed fetch may only not have seen our key yet.
func judged(err error, attempt int) error {
	switch s := outbound.Status(err); {
	case coop.KeyOf(err) == "fetch.budget":
		return coop.Errorf(coop.Invalid, "inbox.costly", "%w", err)
	case (s == 401 || s == 403) && attempt < limits.RefusedTries:
		return coop.Errorf(coop.Unavailable, "peer.refused", "%w", err)
	}
	return err
}

// apply runs the handler; a panic in it is an error of that row alone.
func (n *Node) apply(ctx context.Context, row queue.Inbound, budget *outbound.Budget) (err error) {
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
		do, err = handle(n, ctx, received{row: row, peer: row.Peer, doc: doc, budget: budget})
		if err != nil {
			return fmt.Errorf("%s %s: %w", row.Type, row.Activity, err)
		}
	}
	now := n.Now().UTC()
	parked := false
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		if do != nil {
			err := do(tx)
			if parked = errors.Is(err, queue.ErrParked); parked {
				// In this very transaction, or what it waits for could come in between and wake nobody.
				state, due := queue.InboundRetry(err, row.Attempt, row.Created, now)
				return tx.SettleInbound(row.ID, state, due, err.Error())
			}
			if err != nil {
				return err
			}
		}
		if err := tx.SettleInbound(row.ID, queue.Done, now, ""); err != nil {
			return err
		}
		if id := coop.IRI(row.Activity); id != row.Object {
			if err := tx.WakeParked(id, now); err != nil {
				return err
			}
		}
		return tx.WakeParked(row.Object, now)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", row.Type, row.Activity, err)
	}
	failpoint.Here("after_apply")
	if !parked {
		n.Changed()
	}
	n.Wake()
	return nil
}

var _ sig.KeySource = (*peerKeys)(nil)
