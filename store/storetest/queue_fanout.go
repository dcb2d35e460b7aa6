package storetest

import (
	"context"
	"fmt"
	"sync"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// reach is what the naive model says of a fan-out: who is reached at each inbox, in the simplest way to say it.
type reach map[coop.IRI]map[coop.IRI]bool // inbox → the actors it is personal to; "" for a shared inbox

func (r reach) add(inbox, behind coop.IRI) {
	if inbox == "" {
		return
	}
	if r[inbox] == nil {
		r[inbox] = map[coop.IRI]bool{}
	}
	r[inbox][behind] = true
}

func (r reach) flat() map[coop.IRI]coop.IRI {
	out := map[coop.IRI]coop.IRI{}
	for inbox, behind := range r {
		out[inbox] = ""
		if len(behind) == 1 {
			for a := range behind {
				out[inbox] = a
			}
		}
	}
	return out
}

type fanoutWorld struct {
	followers []queue.Follower
	peers     map[coop.IRI]queue.Relation
	byHand    map[coop.IRI]bool                  // chosen by a steward
	sent      map[coop.IRI]map[coop.IRI]coop.IRI // object → inbox → actor
}

func (w *fanoutWorld) expect(to queue.Fanout) map[coop.IRI]coop.IRI {
	rest, actors := reach{}, map[coop.IRI]bool{}
	one := func(actor, inbox, shared coop.IRI) {
		if inbox == "" && shared == "" {
			return
		}
		actors[actor] = true
		if shared != "" {
			rest.add(shared, "")
		} else {
			rest.add(inbox, actor)
		}
	}
	for _, f := range w.followers {
		if to.Followers != "" && f.Local == to.Followers && f.State == queue.Accepted && (!to.PeersOnly || w.peers[f.Actor] == queue.Accepted && w.byHand[f.Actor]) {
			one(f.Actor, f.Inbox, f.Shared)
		}
	}
	for _, t := range to.Extra {
		one(t.Actor, t.Inbox, t.Shared)
	}
	if to.Ever == "" {
		return rest.flat()
	}
	if !to.But {
		for inbox, actor := range w.sent[to.Ever] {
			rest.add(inbox, actor)
		}
		return rest.flat()
	}
	left := map[coop.IRI]coop.IRI{}
	for inbox, actor := range w.sent[to.Ever] {
		if rest[inbox] == nil && (actor == "" || !actors[actor]) {
			left[inbox] = actor
		}
	}
	return left
}

// fanoutModel: random worlds and fan-outs reach what the naive model says.
func fanoutModel(q *q) {
	round := 0
	rapid.Check(q, func(t *rapid.T) {
		round++
		local := coop.IRI(fmt.Sprintf("https://bakery.example/%d", round))
		actor := func(label string) queue.Target {
			host := rapid.IntRange(0, 4).Draw(t, label+" host")
			name := rapid.IntRange(0, 4).Draw(t, label+" name")
			base := coop.IRI(fmt.Sprintf("https://h%d-%d.example", round, host))
			a := queue.Target{Actor: base + coop.IRI(fmt.Sprintf("/u%d", name))}
			switch rapid.IntRange(0, 3).Draw(t, label+" inbox") {
			case 0:
				a.Inbox = a.Actor + "/inbox"
			case 1:
				a.Inbox, a.Shared = a.Actor+"/inbox", base+"/inbox"
			case 2:
				a.Inbox = base + "/inbox" // one personal inbox for all, as single-inbox servers have
			}
			return a
		}
		w := fanoutWorld{peers: map[coop.IRI]queue.Relation{}, byHand: map[coop.IRI]bool{}, sent: map[coop.IRI]map[coop.IRI]coop.IRI{}}
		byActor := map[coop.IRI]int{}
		for i := range rapid.IntRange(0, 12).Draw(t, "followers") {
			a := actor("follower")
			f := queue.Follower{Local: local, Actor: a.Actor, Inbox: a.Inbox, Shared: a.Shared, Created: q.now,
				State: rapid.SampledFrom([]queue.Relation{queue.Accepted, queue.Accepted, queue.Requested, queue.Ended}).Draw(t, "state")}
			if i%5 == 4 {
				f.Local = local + "/other"
			}
			key := f.Local + " " + f.Actor
			if at, ok := byActor[key]; ok {
				w.followers[at] = f
			} else {
				byActor[key] = len(w.followers)
				w.followers = append(w.followers, f)
			}
			if rapid.Bool().Draw(t, "followed") {
				w.peers[f.Actor] = rapid.SampledFrom([]queue.Relation{queue.Accepted, queue.Requested}).Draw(t, "peer state")
				w.byHand[f.Actor] = rapid.Bool().Draw(t, "by hand")
			}
		}
		q.tx(func(tx queue.Tx) error {
			for _, f := range w.followers {
				if err := tx.PutFollower(f); err != nil {
					return err
				}
			}
			for a, s := range w.peers {
				if err := tx.PutPeer(queue.Peer{Actor: a, State: s, Hand: w.byHand[a], Created: q.now}); err != nil {
					return err
				}
			}
			return nil
		})
		for range rapid.IntRange(1, 5).Draw(t, "fan-outs") {
			var to queue.Fanout
			if rapid.IntRange(0, 3).Draw(t, "to followers") > 0 {
				to.Followers, to.PeersOnly = local, rapid.Bool().Draw(t, "peers only")
			}
			for range rapid.IntRange(0, 5).Draw(t, "extra") {
				to.Extra = append(to.Extra, actor("extra"))
			}
			if rapid.Bool().Draw(t, "ever") {
				to.Ever, to.But = local+"/object", rapid.Bool().Draw(t, "but")
			}
			if rapid.Bool().Draw(t, "remember") {
				to.Object = local + "/object"
			}
			want := w.expect(to)
			a, n := q.send(to)
			got := map[coop.IRI]coop.IRI{}
			list, _, err := q.Deliveries(context.Background(), queue.Waiting, "", "", 200)
			q.ok(err)
			for _, d := range list {
				if d.Activity != a.ID {
					continue
				}
				if _, twice := got[d.Inbox]; twice {
					t.Fatalf("%s twice", d.Inbox)
				}
				if d.Host != d.Inbox.Host() || d.Sender != qUs || !d.Due.Equal(q.now) {
					t.Fatalf("delivery %+v", d)
				}
				got[d.Inbox] = d.Recipient
			}
			if fmt.Sprint(got) != fmt.Sprint(want) || n != len(want) {
				t.Fatalf("fan-out %+v\n got %d %v\nwant %v", to, n, got, want)
			}
			if to.Object != "" {
				if w.sent[to.Object] == nil {
					w.sent[to.Object] = map[coop.IRI]coop.IRI{}
				}
				for inbox, actor := range want {
					if _, there := w.sent[to.Object][inbox]; !there {
						w.sent[to.Object][inbox] = actor
					}
				}
			}
		}
	})
}

// fanoutTold: who was told of an actor, and what of the last word still waits there.
func fanoutTold(q *q) {
	told := func() []queue.Told {
		list, err := q.Told(context.Background(), qUs)
		q.ok(err)
		return list
	}
	q.same(told(), []queue.Told(nil))
	to := q.to("https://a.example/u/inbox", "https://a.example/v/inbox", "https://b.example/u/inbox")
	to.Object = qUs
	q.send(to)
	q.same(told(), []queue.Told{{Host: "a.example", Inboxes: 2, Waiting: 2}, {Host: "b.example", Inboxes: 1, Waiting: 1}})
	q.send(q.to("https://c.example/u/inbox")) // about something else
	for _, d := range q.claim("a.example", 2) {
		q.settle(good(d))
	}
	d := q.claim("b.example", 1)[0]
	q.settle(queue.Outcome{ID: d.ID, Host: d.Host, Status: 403, State: queue.Rejected})
	q.same(told(), []queue.Told{{Host: "a.example", Inboxes: 2}, {Host: "b.example", Inboxes: 1, Failed: 1}})
	list, err := q.Told(context.Background(), "https://stranger.example/")
	q.ok(err)
	q.same(len(list), 0)
}

func fanoutUnknown(q *q) {
	q.class(q.Queue.Write(context.Background(), func(tx queue.Tx) error {
		_, err := tx.FanOut(q.activity(), qUs, q.to("https://a.example/u/inbox"))
		return err
	}), coop.NotFound)
	many := queue.Fanout{Extra: make([]queue.Target, 5000)}
	a := q.activity()
	q.class(q.Queue.Write(context.Background(), func(tx queue.Tx) error {
		if err := tx.PutActivity(a); err != nil {
			return err
		}
		_, err := tx.FanOut(a, qUs, many)
		return err
	}), coop.Invalid)
}

// fanoutParallel: processes that fan out to the same hosts at once do not lock each other out.
func fanoutParallel(q *q) {
	q.tx(func(tx queue.Tx) error {
		for i := range 60 {
			a := coop.IRI(fmt.Sprintf("https://h%d.example/u", i))
			if err := tx.PutFollower(queue.Follower{Local: qUs, Actor: a, Inbox: a + "/inbox", State: queue.Accepted, Created: q.now}); err != nil {
				return err
			}
		}
		return nil
	})
	stores := q.two()
	list := make([]queue.Activity, 16)
	for i := range list {
		list[i] = q.activity()
	}
	var wg sync.WaitGroup
	for i, a := range list {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := stores[i%2].Write(context.Background(), func(tx queue.Tx) error {
				if err := tx.PutActivity(a); err != nil {
					return err
				}
				_, err := tx.FanOut(a, qUs, queue.Fanout{Followers: qUs, Object: a.IRI})
				return err
			})
			if err != nil {
				q.Error(err)
			}
		}()
	}
	wg.Wait()
	q.same(q.Read(`SELECT count(*) FROM delivery`), 16*60)
	q.same(q.Read(`SELECT count(*) FROM sent`), 16*60)
	q.same(len(q.lanes()), 60)
}
