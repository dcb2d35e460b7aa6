package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// BenchFanoutEnqueue measures one fan-out to 100 and to 5000 inboxes on as many hosts: one transaction, with what was sent
// remembered.
func BenchFanoutEnqueue(b *testing.B, open func(testing.TB) QueueDatabase) {
	for _, n := range []int{100, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchFanout(open, b, n) })
	}
}

// BenchPutInbound measures what stands between a verified activity and its 202, alone and with 64 at once; each returns after
// its commit.
func BenchPutInbound(b *testing.B, open func(testing.TB) QueueDatabase) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchInbound(newQ(b, open), b, n) })
	}
}

// BenchClaimSettle measures a turn of a lane: four deliveries are claimed, and settled together.
func BenchClaimSettle(b *testing.B, open func(testing.TB) QueueDatabase) {
	benchClaim(newQ(b, open), b)
}

// processor gives the processor time this process has used: wall-clock rates wobble with what else the machine does.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportProcessor(b *testing.B, used time.Duration) {
	b.ReportMetric(float64(used.Nanoseconds())/1e3/float64(b.N), "cpu-us/op")
}

func (q *q) follow(n int) {
	q.tx(func(tx queue.Tx) error {
		for i := range n {
			a := coop.IRI(fmt.Sprintf("https://h%d.example/users/u%d", i, i))
			if err := tx.PutFollower(queue.Follower{Local: qUs, Actor: a, Inbox: a + "/inbox", Follow: a + "#f", Raw: []byte("{}"), State: queue.Accepted, Created: q.now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// fanoutsEach is how many fan-outs a database takes before the benchmark goes on with a fresh one: on a live node what was sent
// is delivered and gone, and the tables do not grow.
const fanoutsEach = 8

func benchFanout(open func(testing.TB) QueueDatabase, b *testing.B, n int) {
	var d *q
	var used time.Duration
	for i := 0; b.Loop(); i++ {
		if i%fanoutsEach == 0 {
			b.StopTimer()
			d = newQ(b, open)
			d.follow(n)
			b.StartTimer()
		}
		before := processor()
		a := d.activity()
		if _, made := d.send(queue.Fanout{Followers: qUs, Object: a.IRI}); made != n {
			b.Fatalf("%d of %d", made, n)
		}
		used += processor() - before
	}
	reportProcessor(b, used)
}

func benchInbound(q *q, b *testing.B, at int) {
	raw := make([]byte, 2971)
	var ids atomic.Int64
	put := func() {
		id := ids.Add(1)
		seen, err := q.PutInbound(context.Background(), queue.Inbound{Row: queue.Row{Created: q.now}, Peer: coop.IRI(fmt.Sprintf("https://h%d.example/u%d", id%20, id%50)),
			Activity: fmt.Sprintf("https://h%d.example/activities/%d", id%20, id), Type: "Create", Object: coop.IRI(fmt.Sprintf("https://h%d.example/o/%d", id%20, id)),
			Inbox: qUs + "/inbox", Raw: raw})
		if err != nil || seen {
			b.Error(seen, err)
		}
	}
	before := processor()
	defer func() { reportProcessor(b, processor()-before) }()
	if at == 1 {
		for b.Loop() {
			put()
		}
		return
	}
	b.SetParallelism((at + 1) / 2)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			put()
		}
	})
}

func benchClaim(q *q, b *testing.B) {
	const hosts, boxes = 50, 100
	var used time.Duration
	b.ResetTimer()
	for left, host := 0, 0; b.Loop(); host++ {
		if left == 0 {
			b.StopTimer()
			for h := range hosts {
				var to []string
				for i := range boxes {
					to = append(to, fmt.Sprintf("https://h%d.example/users/u%d/inbox", h, i))
				}
				q.send(q.to(to...))
			}
			left = hosts * boxes
			q.now = q.now.Add(time.Second)
			b.StartTimer()
		}
		before := processor()
		list := q.claim(fmt.Sprintf("h%d.example", host%hosts), 4)
		done := make([]queue.Outcome, len(list))
		for i, d := range list {
			done[i] = good(d)
		}
		q.settle(done...)
		left -= len(list)
		used += processor() - before
	}
	reportProcessor(b, used)
	b.ReportMetric(float64(used.Nanoseconds())/1e3/float64(b.N)/4, "cpu-us/delivery")
}
