package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/store"
)

func inboxes(list []queue.Delivery) (out []string) {
	for _, d := range list {
		out = append(out, fmt.Sprint(d.Inbox, " ", d.Activity[len(d.Activity)-1:]))
	}
	return out
}

func deliveryClaim(q *q) {
	ctx := context.Background()
	const a, b, c = "https://h.example/a/inbox", "https://h.example/b/inbox", "https://h.example/c/inbox"
	one, n := q.send(q.to(a, b))
	q.same(n, 2)
	q.now = q.now.Add(time.Second)
	q.send(q.to(a, c, "https://other.example/inbox"))
	q.now = q.now.Add(time.Second)
	q.send(q.to(b))
	q.same(q.lanes(), []string{"h.example", "other.example"})
	list := q.claim("h.example", 2)
	q.same(inboxes(list), []string{a + " 1", b + " 1"})
	d := list[0]
	q.same(d.Attempt, 1)
	q.same(string(d.Body), string(one.JSON))
	q.same(d.Type, "Create")
	q.same(d.Sender, qUs)
	q.same(d.Recipient, coop.IRI("https://h.example/a"))
	q.same(d.Created, queueStart)
	q.same(inboxes(q.claim("h.example", 9)), []string{c + " 2"}) // a and b are busy
	q.same(inboxes(q.claim("h.example", 9)), []string(nil))
	q.same(q.lanes(), []string{"other.example"}) // nothing to claim at h until something is settled
	lanes, err := q.Lanes(ctx, q.now, 1)
	q.ok(err)
	q.same(lanes, []queue.Lane{{Host: "other.example", Due: queueStart.Add(time.Second)}})
	q.settle(good(d))
	q.same(q.lanes(), []string{"h.example", "other.example"})
	q.same(inboxes(q.claim("h.example", 9)), []string{a + " 2"})
	q.same(inboxes(q.claim("unknown.example", 9)), []string(nil))
	q.settle(queue.Outcome{ID: list[1].ID, Host: "h.example", State: queue.Failed, Status: 403, Error: "go away"})
	q.same(inboxes(q.claim("h.example", 9)), []string{b + " 3"})
	failed, _, err := q.Deliveries(ctx, queue.Failed, "", "", 10)
	q.ok(err)
	q.same(inboxes(failed), []string{b + " 1"})
	q.same(failed[0].LastStatus, 403)
	q.same(failed[0].LastError, "go away")
	q.settle(good(failed[0]), good(failed[0])) // settled again, or gone: no matter
	// A long backlog for one inbox does not hide another that is due behind it.
	for range 30 {
		q.send(q.to("https://deep.example/inbox"))
	}
	q.now = q.now.Add(time.Second)
	q.send(q.to("https://deep.example/x/inbox"))
	q.same(len(q.claim("deep.example", 9)), 2)
}

// deliveryWorkers: several workers of two processes deliver everything once, to each inbox in order.
func deliveryWorkers(q *q) {
	const hosts, boxes, each = 5, 4, 6
	var to []string
	for h := range hosts {
		for b := range boxes {
			to = append(to, fmt.Sprintf("https://h%d.example/%d/inbox", h, b))
		}
	}
	for range each {
		q.send(q.to(to...))
		q.now = q.now.Add(time.Millisecond)
	}
	stores := q.two()
	var mu sync.Mutex
	got := map[coop.IRI][]coop.ID{}
	flying := map[coop.IRI]bool{}
	total := 0
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := stores[w%2]
			for turn := w; ; turn++ {
				mu.Lock()
				all := total == hosts*boxes*each
				mu.Unlock()
				if all {
					return
				}
				list, err := s.ClaimDeliveries(context.Background(), fmt.Sprintf("h%d.example", turn%hosts), q.now, q.now.Add(qLease), 1+turn%3)
				if err != nil {
					q.Error(err)
					return
				}
				var done []queue.Outcome
				mu.Lock()
				for _, d := range list {
					if flying[d.Inbox] {
						q.Errorf("two at once to %s", d.Inbox)
					}
					flying[d.Inbox] = true
				}
				mu.Unlock()
				mu.Lock()
				for _, d := range list {
					flying[d.Inbox] = false
					got[d.Inbox] = append(got[d.Inbox], d.Activity)
					done = append(done, good(d))
					total++
				}
				mu.Unlock()
				if err := s.SettleDeliveries(context.Background(), done, q.now); err != nil {
					q.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
	q.same(q.Read(`SELECT count(*) FROM delivery`), 0)
	q.same(len(got), hosts*boxes)
	for inbox, list := range got {
		for i, id := range list {
			if want := coop.ID(fmt.Sprintf("01930000-0000-7000-8000-%012d", i+1)); id != want {
				q.Fatalf("%s got %v", inbox, list)
			}
		}
		q.same(len(list), each)
	}
	q.same(q.lanes(), []string(nil))
	_, _, due := q.due()
	q.same(due, time.Time{})
}

// deliveryKilled: a process that dies with deliveries in its hands loses none of them.
func deliveryKilled(q *q) {
	q.send(q.to("https://h.example/a/inbox", "https://h.example/b/inbox"))
	other := q.Again()
	list, err := store.Queue{Store: other}.ClaimDeliveries(context.Background(), "h.example", q.now, q.now.Add(qLease), 1)
	q.ok(err)
	q.same(len(list), 1)
	q.ok(other.Close())
	q.same(inboxes(q.claim("h.example", 9)), []string{"https://h.example/b/inbox 1"})
	q.now = q.now.Add(qLease)
	q.same(q.lanes(), []string{"h.example"})
	again := q.claim("h.example", 9)
	q.same(inboxes(again), []string{"https://h.example/a/inbox 1", "https://h.example/b/inbox 1"})
	q.same(again[0].Attempt, 2)
}

func (q *q) host(name string) queue.Host {
	q.Helper()
	h, err := q.Host(context.Background(), name)
	q.ok(err)
	return h
}

func deliveryBreaker(q *q) {
	const box = "https://down.example/%d/inbox"
	for i := range 8 {
		q.send(q.to(fmt.Sprintf(box, i)))
	}
	list := q.claim("down.example", limits.BreakerOpens)
	q.same(len(list), limits.BreakerOpens)
	var done []queue.Outcome
	for _, d := range list[:limits.BreakerOpens-1] {
		done = append(done, bad(d, q.now.Add(3*time.Hour)))
	}
	q.settle(done...)
	q.same(q.lanes(), []string{"down.example"}) // one short of opening
	q.same(q.host("down.example").Fails, limits.BreakerOpens-1)
	// An attempt that was given up by us tells nothing of the host.
	q.settle(queue.Outcome{ID: list[4].ID, Host: "down.example", State: queue.Waiting, Due: q.now, Error: "stopping"})
	q.same(q.host("down.example").Fails, limits.BreakerOpens-1)
	q.settle(bad(q.claim("down.example", 1)[0], q.now.Add(3*time.Hour)))
	h := q.host("down.example")
	if !h.OpenUntil.After(q.now) || h.OpenUntil.After(q.now.Add(limits.BreakerProbeFirst)) || h.LastError != "no answer" {
		q.Fatalf("host %+v", h)
	}
	q.same(q.lanes(), []string(nil))
	q.same(len(q.claim("down.example", 9)), 0)
	q.same(q.Read(`SELECT max(attempt) FROM delivery WHERE inbox = (SELECT n FROM address WHERE iri = 'https://down.example/7/inbox')`), 0) // its tries are not used up
	_, _, due := q.due()
	q.same(due, h.OpenUntil)
	q.now = h.OpenUntil
	q.same(q.lanes(), []string{"down.example"})
	probe := q.claim("down.example", 1)
	q.same(len(probe), 1)
	q.settle(bad(probe[0], q.now.Add(3*time.Hour)))
	if second := q.host("down.example"); second.Probes != 2 || !second.OpenUntil.After(q.now) {
		q.Fatalf("host %+v", second)
	}
	q.now = q.host("down.example").OpenUntil
	probe = q.claim("down.example", 1)
	q.settle(good(probe[0]))
	h = q.host("down.example")
	q.same(queue.Host{Name: h.Name, LastOK: q.now}, h)
	// What waited for the host is due now, whatever its own wait was.
	q.same(len(q.claim("down.example", 9)), 7)
}

func deliveryHostSeen(q *q) {
	ctx := context.Background()
	for i := range 6 {
		q.send(q.to(fmt.Sprintf("https://down.example/%d/inbox", i)))
	}
	list := q.claim("down.example", 6)
	var done []queue.Outcome
	done = append(done, queue.Outcome{ID: list[5].ID, Host: "down.example", State: queue.Waiting, Due: q.now.Add(time.Hour), Status: 429, Error: "slowly"})
	for _, d := range list[:5] {
		done = append(done, bad(d, q.now.Add(3*time.Hour)))
	}
	q.settle(done...)
	q.same(q.lanes(), []string(nil))
	q.now = q.now.Add(time.Second)
	q.ok(q.HostSeen(ctx, "down.example", q.now))
	h := q.host("down.example")
	q.same(h.OpenUntil, time.Time{})
	q.same(h.Fails, 0)
	q.same(h.LastSeen, q.now)
	q.same(q.lanes(), []string{"down.example"})
	q.same(len(q.claim("down.example", 9)), 5) // not the one that was asked to wait
	// Within the minute nothing is written.
	q.ok(q.HostSeen(ctx, "down.example", q.now.Add(59*time.Second)))
	q.same(q.host("down.example").LastSeen, q.now)
	q.ok(q.HostSeen(ctx, "down.example", q.now.Add(61*time.Second)))
	q.same(q.host("down.example").LastSeen, q.now.Add(61*time.Second))
	q.ok(q.HostSeen(ctx, "new.example", q.now))
	q.same(q.host("new.example").LastSeen, q.now)
	_, err := q.Host(ctx, "unknown.example")
	q.class(err, coop.NotFound)
	want := queue.Host{Name: "put.example:8443", Fails: 7, OpenUntil: q.now.Add(time.Hour), Probes: 2, Scheme: "rfc9421", LastOK: q.now, LastSeen: q.now, LastError: "x"}
	q.ok(q.PutHost(ctx, want))
	q.same(q.host(want.Name), want)
	// What a host takes is learnt while its breaker is open, and leaves it open.
	want.Scheme = "cavage"
	q.ok(q.PutScheme(ctx, want.Name, want.Scheme))
	q.same(q.host(want.Name), want)
	q.ok(q.PutScheme(ctx, "first.example", "rfc9421"))
	q.same(q.host("first.example"), queue.Host{Name: "first.example", Scheme: "rfc9421"})
	hosts, err := q.Hosts(ctx)
	q.ok(err)
	q.same(len(hosts), 2)
	q.same(hosts[0].Waiting, 6)
	q.same(hosts[1], want)
}

func deliveryHeld(q *q) {
	ctx := context.Background()
	q.send(q.to("https://h.example/a/inbox", "https://h.example/b/inbox"))
	list := q.claim("h.example", 2)
	n, err := q.Hold(ctx, "delivery", 0, "h.example")
	q.ok(err)
	q.same(n, 2)
	q.settle(bad(list[0], q.now), good(list[1]))
	q.same(q.lanes(), []string(nil))
	held, _, err := q.Deliveries(ctx, queue.Held, "", "", 10)
	q.ok(err)
	q.same(inboxes(held), []string{"https://h.example/a/inbox 1"})
	q.same(held[0].LastError, "no answer")
}

func deliveryDrop(q *q) {
	q.send(q.to("https://h.example/a/inbox", "https://h.example/b/inbox", "https://g.example/a/inbox"))
	q.tx(func(tx queue.Tx) error { return tx.DropDeliveries("", "https://h.example/a") })
	q.same(q.Read(`SELECT count(*) FROM delivery`), 2)
	q.tx(func(tx queue.Tx) error { return tx.DropDeliveries("", "") })
	q.tx(func(tx queue.Tx) error { return tx.DropDeliveries("h.example", "") })
	q.same(q.lanes(), []string{"g.example"})
	q.same(q.Read(`SELECT count(*) FROM delivery`), 1)
}

func deliveryNextDue(q *q) {
	e, i, d := q.due()
	q.same([]time.Time{e, i, d}, []time.Time{{}, {}, {}})
	to := q.to("https://h.example/a/inbox")
	to.Due = q.now.Add(time.Hour)
	q.send(to)
	_, _, d = q.due()
	q.same(d, q.now.Add(time.Hour))
	q.same(q.lanes(), []string(nil))
	q.send(q.to("https://h.example/b/inbox")) // sooner, at the same host
	_, _, d = q.due()
	q.same(d, q.now)
	list := q.claim("h.example", 9)
	q.same(len(list), 1)
	_, _, d = q.due()
	q.same(d, q.now.Add(qLease))
	q.settle(good(list[0]))
	_, _, d = q.due()
	q.same(d, q.now.Add(time.Hour))
}

func deliveryRelease(q *q) {
	ctx := context.Background()
	q.send(q.to("https://h.example/a/inbox"))
	q.inbound("https://a.example/u", "1", "")
	q.tx(func(tx queue.Tx) error {
		return tx.Append(coop.Event{ID: q.id(), Kind: coop.CoopChanged, At: q.now, Subject: "coop"})
	})
	events := func() int {
		list, err := q.ClaimEvents(ctx, q.now, q.now.Add(qLease), 9)
		q.ok(err)
		return len(list)
	}
	for range 2 {
		q.same([]int{len(q.claim("h.example", 9)), len(q.claimInbound(9)), events()}, []int{1, 1, 1})
		q.same([]int{len(q.claim("h.example", 9)), len(q.claimInbound(9)), events()}, []int{0, 0, 0})
		q.ok(q.ReleaseLeases(ctx, q.now))
		q.same(q.lanes(), []string{"h.example"})
	}

	// What was on its way goes before what was queued for the inbox since, after a start and after a lease that ran out.
	create, _ := q.send(q.to("https://o.example/a/inbox"))
	next := func() coop.ID { return q.claim("o.example", 9)[0].Activity }
	q.same(next(), create.ID)
	q.now = q.now.Add(time.Second)
	q.send(q.to("https://o.example/a/inbox"))
	q.now = q.now.Add(time.Second)
	q.ok(q.ReleaseLeases(ctx, q.now))
	q.same(next(), create.ID)
	q.now = q.now.Add(qLease + time.Second)
	q.same(next(), create.ID)
}

func stewardRows(q *q) {
	ctx := context.Background()
	for i := range 7 {
		q.send(q.to(fmt.Sprintf("https://h%d.example/inbox", i%2)))
	}
	var got []int64
	for cursor := ""; ; {
		list, next, err := q.Deliveries(ctx, "", "", cursor, 3)
		q.ok(err)
		for _, d := range list {
			got = append(got, d.ID)
		}
		if cursor = next; next == "" {
			break
		}
	}
	q.same(got, []int64{7, 6, 5, 4, 3, 2, 1})
	_, _, err := q.Deliveries(ctx, "", "", "nonsense", 3)
	q.class(err, coop.Invalid)
	list, next, err := q.Deliveries(ctx, queue.Waiting, "h1.example", "", 3)
	q.ok(err)
	q.same(len(list), 3)
	q.same(next, "")
	n, err := q.Hold(ctx, "delivery", 2, "")
	q.ok(err)
	q.same(n, 1)
	n, err = q.Hold(ctx, "delivery", 0, "")
	q.ok(err)
	q.same(n, 6)
	q.same(q.lanes(), []string(nil))
	n, err = q.Retry(ctx, "delivery", 3, "", q.now)
	q.ok(err)
	q.same(n, 1)
	q.same(q.lanes(), []string{"h0.example"})
	n, err = q.Retry(ctx, "delivery", 0, "h1.example", q.now)
	q.ok(err)
	q.same(n, 3)
	// What is on its way is left alone; a breaker is half opened.
	one := q.claim("h1.example", 1)
	q.ok(q.PutHost(ctx, queue.Host{Name: "h1.example", Fails: 9, OpenUntil: q.now.Add(time.Hour)}))
	q.same(q.lanes(), []string{"h0.example"})
	n, err = q.Retry(ctx, "delivery", 0, "", q.now)
	q.ok(err)
	q.same(n, 6)
	q.settle(good(one[0]))
	q.same(q.lanes(), []string{"h0.example", "h1.example"})
	q.same(q.host("h1.example").Fails, 0)

	q.inbound("https://a.example/u", "1", "")
	q.inbound("https://a.example.evil.example/u", "2", "")
	for _, in := range q.claimInbound(9) {
		q.tx(func(tx queue.Tx) error { return tx.SettleInbound(in.ID, queue.Poison, q.now, "p") })
	}
	in, _, err := q.Inbounds(ctx, queue.Poison, "", 9)
	q.ok(err)
	q.same(names(in), []string{"2", "1"})
	n, err = q.Retry(ctx, "inbound", 0, "a.example", q.now)
	q.ok(err)
	q.same(n, 1)
	q.same(names(q.claimInbound(9)), []string{"1"})
	n, err = q.Retry(ctx, "inbound", 77, "", q.now)
	q.ok(err)
	q.same(n, 0)
}

func sweepOld(q *q) {
	ctx := context.Background()
	to := q.to("https://down.example/a/inbox", "https://down.example/b/inbox")
	q.send(to)
	q.ok(q.PutHost(ctx, queue.Host{Name: "down.example", Fails: 9, OpenUntil: q.now.Add(limits.DeliveryWindow + 30*24*time.Hour)}))
	q.now = q.now.Add(limits.DeliveryWindow)
	q.ok(q.Sweep(ctx, q.now)) // the last try is still to be made
	q.same(q.Read(`SELECT count(*) FROM delivery WHERE state = 'waiting'`), 2)
	q.now = q.now.Add(2*limits.BreakerProbe + time.Second)
	n, err := q.Retry(ctx, "delivery", 1, "", q.now) // a steward's try comes first
	q.ok(err)
	q.same(n, 1)
	q.ok(q.Sweep(ctx, q.now))
	failed, _, err := q.Deliveries(ctx, queue.Failed, "", "", 9)
	q.ok(err)
	q.same(len(failed), 1)
	q.same(failed[0].ID, int64(2))
	q.same(failed[0].LastError, "not reached in time")
	q.same(q.lanes(), []string{"down.example"})
	q.now = q.now.Add(limits.DeliveriesKept)
	q.ok(q.Sweep(ctx, q.now))
	q.same(q.Read(`SELECT count(*) FROM delivery`), 1) // the first failed only now: it goes with the next sweep
	q.same(q.lanes(), []string(nil))
	q.ok(q.Sweep(ctx, q.now))
	q.same(q.Read(`SELECT count(*) FROM delivery`), 0)
}
