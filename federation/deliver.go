package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// deliverLanes starts a lane for each host with work due, up to limits.DeliveryHosts at once, so that hosts that hang hold up
// nobody else. A lane ends by itself when its host has nothing due any more; ended is then told whether it tried anything, and called
// once for each lane.
func (n *Node) deliverLanes(ctx context.Context, wg *sync.WaitGroup, slots chan struct{}, ended func(did bool)) error {
	lanes, err := n.Store.Lanes(ctx, n.Now().UTC(), 2*limits.DeliveryHosts)
	if err != nil {
		return fmt.Errorf("lanes: %w", err)
	}
	for _, lane := range lanes {
		if _, busy := n.inFlight.LoadOrStore(lane.Host, struct{}{}); busy {
			continue
		}
		select {
		case slots <- struct{}{}:
		default:
			n.inFlight.Delete(lane.Host)
			return nil
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			did := false
			defer func() {
				n.inFlight.Delete(lane.Host)
				<-slots
				ended(did)
			}()
			did = n.runLane(ctx, lane)
		}()
	}
	return nil
}

// runLane delivers what is due for one host: a few at a time while it answers, one as a probe while it fails. It tells whether
// it tried anything.
func (n *Node) runLane(ctx context.Context, lane queue.Lane) (did bool) {
	fails := lane.Fails
	for ctx.Err() == nil {
		width, batch := limits.LaneHealthy, 4*limits.LaneHealthy
		if fails > 0 {
			width, batch = limits.LaneFailing, 1 // a probe
			if !n.mayDial() {
				return did // later: a network that is down must not be met by a storm
			}
		}
		now := n.Now().UTC()
		rows, err := n.Store.ClaimDeliveries(ctx, lane.Host, now, now.Add(limits.DeliveryLease), batch)
		if err != nil {
			n.Log.Warn("claim deliveries", "host", lane.Host, "error", err)
			return did
		}
		if len(rows) == 0 {
			return did
		}
		did = true
		failpoint.Here("delivery_claimed")
		outcomes := n.deliverAll(ctx, rows, width)
		failpoint.Here("delivery_sent")
		if err := insist(ctx, limits.DeliveryLease, func(ctx context.Context) error {
			return n.Store.SettleDeliveries(ctx, outcomes, n.Now().UTC())
		}); err != nil {
			n.Log.Warn("settle deliveries", "host", lane.Host, "error", err) // leases run out, and they are sent again
			return did
		}
		n.dropUnreachable(ctx, rows, outcomes)
		down := false
		for _, o := range outcomes {
			down = down || o.HostDown
		}
		if down {
			return did
		}
		fails = 0
	}
	return did
}

// deliverAll sends rows, at most width at once. When the host is found to be down, the rest of the batch goes back unsent.
func (n *Node) deliverAll(ctx context.Context, rows []queue.Delivery, width int) []queue.Outcome {
	out := make([]queue.Outcome, len(rows))
	slots := make(chan struct{}, width)
	var down sync.Once
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for i, d := range rows {
		slots <- struct{}{}
		select {
		case <-stop:
			<-slots
			out[i] = queue.Outcome{ID: d.ID, Host: d.Host, State: queue.Waiting, Due: n.Now().UTC().Add(time.Minute), Error: d.LastError,
				Status: d.LastStatus, Unsent: true}
			continue
		default:
		}
		wg.Add(1)
		go func() {
			defer func() { <-slots; wg.Done() }()
			// What is on its way is ended when we stop: it takes limits.DeliveryTimeout at most, and broken off it would be sent
			// twice and counted against its host.
			out[i] = n.deliverOne(context.WithoutCancel(ctx), d)
			if out[i].HostDown {
				down.Do(func() { close(stop) })
			}
		}()
	}
	wg.Wait()
	return out
}

const activityType = `application/activity+json`

// deliverOne signs at the moment of sending (peers allow as little as 30 s of age) and posts.
func (n *Node) deliverOne(ctx context.Context, d queue.Delivery) queue.Outcome {
	now := n.Now().UTC()
	out := queue.Outcome{ID: d.ID, Host: d.Host}
	if n.blocks.Blocked(d.Inbox) {
		out.State, out.Error = queue.Failed, "blocked"
		return out
	}
	keys, err := n.keys.of(ctx, d.Sender)
	if err != nil {
		out.State, out.Due, out.Error = queue.Waiting, now.Add(queue.RetryAfter(d.Attempt)), err.Error()
		if coop.ClassOf(err) == coop.NotFound { // the actor is gone, and its keys with it
			out.State = queue.Failed
		}
		return out
	}
	resp, err := n.knock(ctx, d, keys)
	status := resp.Status
	var retry time.Duration
	if err != nil {
		status = outbound.Status(err)
		var se *outbound.StatusError
		if errors.As(err, &se) {
			retry = se.RetryAfter
		}
		out.Error = err.Error()
	}
	if status == 0 && coop.ClassOf(err) == coop.Forbidden { // our own policy refuses the address; it will tomorrow too
		out.State = queue.Failed
		return out
	}
	v := queue.Judge(status, d.Attempt, retry, d.Created, n.Now().UTC())
	out.OK, out.State, out.Due, out.Status, out.HostDown = v.State == queue.Done, v.State, v.Due, status, v.HostDown
	return out
}

// dropUnreachable drops followers whose inbox, their own or a shared one, has been gone for limits.GoneAfter: 410 or 404, said
// twice.
func (n *Node) dropUnreachable(ctx context.Context, rows []queue.Delivery, outcomes []queue.Outcome) {
	for i, o := range outcomes {
		if o.State != queue.Failed || o.Status != 404 && o.Status != 410 {
			continue
		}
		d := rows[i]
		dropped := 0
		err := n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) (err error) {
			if dropped, err = tx.DropFollowersAt(d.Sender, d.Inbox); err != nil || d.Recipient == "" {
				return err
			}
			return tx.DropDeliveries("", d.Recipient)
		})
		if err != nil {
			n.Log.Warn("drop followers that are gone", "inbox", string(d.Inbox), "error", err)
			continue
		}
		n.Log.Info("dropped followers that are gone", "inbox", string(d.Inbox), "status", o.Status, "followers", dropped)
	}
}

// mayDial spaces the tries to hosts that fail: in any second at most limits.DialsPerSecond over all of them.
func (n *Node) mayDial() bool {
	n.dialMu.Lock()
	defer n.dialMu.Unlock()
	now := n.Now()
	n.dials = slices.DeleteFunc(n.dials, func(t time.Time) bool { return now.Sub(t).Abs() >= time.Second })
	if len(n.dials) >= limits.DialsPerSecond {
		return false
	}
	n.dials = append(n.dials, now)
	return true
}
