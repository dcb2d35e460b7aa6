package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// BenchQueue measures what the targets name: FanoutEnqueue (one transaction, with what was sent remembered), PutInbound alone and
// by 64 at once (each returns after its commit), ClaimSettle (per delivery).
func BenchQueue(b *testing.B, open func(testing.TB) QueueDatabase) {
	for _, n := range []int{100, 5000} {
		b.Run(fmt.Sprintf("FanoutEnqueue/%d", n), func(b *testing.B) { benchFanout(newQ(b, open), b, n) })
	}
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprintf("PutInbound/%d", n), func(b *testing.B) { benchInbound(newQ(b, open), b, n) })
	}
	b.Run("ClaimSettle", func(b *testing.B) { benchClaim(newQ(b, open), b) })
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

func benchFanout(q *q, b *testing.B, n int) {
	q.follow(n)
	for b.Loop() {
		a := q.activity()
		if _, made := q.send(queue.Fanout{Followers: qUs, Object: a.IRI}); made != n {
			b.Fatalf("%d of %d", made, n)
		}
	}
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
		// One turn is four deliveries of one host, as a healthy lane takes them.
		list := q.claim(fmt.Sprintf("h%d.example", host%hosts), 4)
		done := make([]queue.Outcome, len(list))
		for i, d := range list {
			done[i] = good(d)
		}
		q.settle(done...)
		left -= len(list)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/4, "us/delivery")
}
