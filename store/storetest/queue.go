package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/store"
)

// QueueDatabase is a fresh database under test. Again opens it once more, as another process would; Read asks it for one number,
// past the store.
type QueueDatabase struct {
	Store *store.Store
	Again func() *store.Store
	Read  func(query string) int
}

// queueStart is when the tests take place; nothing in them reads a clock.
var queueStart = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// QueueClock is the clock of the stores under test.
func QueueClock() time.Time { return queueStart }

const (
	qUs    coop.IRI = "https://bakery.example/coop"
	qLease          = time.Minute
)

// q is a database with what tests do to it in a line.
type q struct {
	testing.TB
	QueueDatabase
	store.Queue
	now time.Time
	ids int
}

func newQ(tb testing.TB, open func(testing.TB) QueueDatabase) *q {
	tb.Helper()
	d := open(tb)
	return &q{TB: tb, QueueDatabase: d, Queue: store.Queue{Store: d.Store}, now: queueStart}
}

func (q *q) ok(err error) {
	q.Helper()
	if err != nil {
		q.Fatal(err)
	}
}

func (q *q) class(err error, want coop.Class) {
	q.Helper()
	if err == nil || coop.ClassOf(err) != want {
		q.Fatalf("got %v, want class %d", err, want)
	}
}

func (q *q) same(got, want any) {
	q.Helper()
	if d := cmp.Diff(want, got); d != "" {
		q.Fatalf("(-want +got)\n%s", d)
	}
}

func (q *q) tx(fn func(queue.Tx) error) {
	q.Helper()
	q.ok(q.Queue.Write(context.Background(), fn))
}

// two gives two processes at work on one database. SQLite has one for that: another is a command beside it, which does not compete.
func (q *q) two() []store.Queue {
	if !q.Postgres() {
		return []store.Queue{q.Queue, q.Queue}
	}
	return []store.Queue{q.Queue, {Store: q.Again()}}
}

func (q *q) id() coop.ID {
	q.ids++
	return coop.ID(fmt.Sprintf("01930000-0000-7000-8000-%012d", q.ids))
}

func (q *q) inbound(peer, activity, object string) {
	q.Helper()
	seen, err := q.PutInbound(context.Background(), queue.Inbound{Row: queue.Row{Created: q.now}, Peer: coop.IRI(peer), Activity: activity, Type: "Create",
		Object: coop.IRI(object), Inbox: qUs + "/inbox", Raw: []byte("{}")})
	q.ok(err)
	if seen {
		q.Fatalf("%s was seen before", activity)
	}
}

func (q *q) claimInbound(n int) []queue.Inbound {
	q.Helper()
	list, err := q.ClaimInbound(context.Background(), q.now, q.now.Add(qLease), n)
	q.ok(err)
	return list
}

func names(list []queue.Inbound) (out []string) {
	for _, in := range list {
		out = append(out, in.Activity)
	}
	return out
}

func (q *q) activity() queue.Activity {
	id := q.id()
	return queue.Activity{ID: id, IRI: qUs + "/a/" + coop.IRI(id), Type: "Create", Actor: qUs, Object: qUs + "/o", Public: true,
		JSON: []byte(`{"id":"` + string(id) + `"}`), Created: q.now}
}

// send fans a new activity out and returns its id and the number of deliveries.
func (q *q) send(to queue.Fanout) (a queue.Activity, n int) {
	q.Helper()
	a = q.activity()
	q.tx(func(tx queue.Tx) (err error) {
		if err = tx.PutActivity(a); err == nil {
			n, err = tx.FanOut(a, qUs, to)
		}
		return err
	})
	return a, n
}

func (q *q) to(inboxes ...string) queue.Fanout {
	var f queue.Fanout
	for _, i := range inboxes {
		f.Extra = append(f.Extra, queue.Target{Actor: coop.IRI(strings.TrimSuffix(i, "/inbox")), Inbox: coop.IRI(i)})
	}
	return f
}

func (q *q) claim(host string, n int) []queue.Delivery {
	q.Helper()
	list, err := q.ClaimDeliveries(context.Background(), host, q.now, q.now.Add(qLease), n)
	q.ok(err)
	return list
}

func (q *q) settle(done ...queue.Outcome) {
	q.Helper()
	q.ok(q.SettleDeliveries(context.Background(), done, q.now))
}

func (q *q) lanes() (out []string) {
	q.Helper()
	list, err := q.Lanes(context.Background(), q.now, 100)
	q.ok(err)
	for _, l := range list {
		out = append(out, l.Host)
	}
	return out
}

func (q *q) due() (events, inbound, deliveries time.Time) {
	q.Helper()
	events, inbound, deliveries, err := q.NextDue(context.Background(), q.now)
	q.ok(err)
	return events, inbound, deliveries
}

func good(d queue.Delivery) queue.Outcome {
	return queue.Outcome{ID: d.ID, Host: d.Host, OK: true, Status: 202}
}

func bad(d queue.Delivery, due time.Time) queue.Outcome {
	return queue.Outcome{ID: d.ID, Host: d.Host, State: queue.Waiting, Due: due, Error: "no answer", HostDown: true}
}

// RunQueue holds a database to the contract of queue.Store and queue.Tx. open gives a fresh one.
func RunQueue(t *testing.T, open func(testing.TB) QueueDatabase) {
	for name, test := range map[string]func(*q){
		"inbound/fifty copies":          inboundCopies,
		"inbound/order":                 inboundOrder,
		"inbound/who blocks":            inboundBlocks,
		"inbound/settled once":          inboundOnce,
		"inbound/parked":                inboundParked,
		"inbound/parked are bounded":    inboundParkedBound,
		"inbound/forget":                inboundForget,
		"inbound/strange text":          inboundStrange,
		"inbound/lease":                 inboundLease,
		"inbound/many workers":          inboundWorkers,
		"inbound/heard":                 inboundHeard,
		"events":                        eventsOrder,
		"fanout/model":                  fanoutModel,
		"fanout/unknown activity":       fanoutUnknown,
		"fanout/told":                   fanoutTold,
		"fanout/same hosts at once":     fanoutParallel,
		"fanout/by software":            fanoutRuns,
		"delivery/claim":                deliveryClaim,
		"delivery/many workers":         deliveryWorkers,
		"delivery/killed":               deliveryKilled,
		"delivery/breaker":              deliveryBreaker,
		"delivery/host seen":            deliveryHostSeen,
		"delivery/held while away":      deliveryHeld,
		"delivery/drop":                 deliveryDrop,
		"delivery/next due":             deliveryNextDue,
		"delivery/release":              deliveryRelease,
		"steward/lists, retry, hold":    stewardRows,
		"outbox":                        outboxPages,
		"actors":                        actorsAndKeys,
		"followers":                     followersPages,
		"peers":                         peersLists,
		"reactions, reports, blocks":    reactionsAndReports,
		"purge/domain":                  purgeDomain,
		"purge/actor":                   purgeActor,
		"letters":                       lettersInTurn,
		"letters/once":                  lettersOnce,
		"letters/many workers":          lettersWorkers,
		"letters/steward":               lettersSteward,
		"letters/sweep and drop":        lettersGo,
		"murmurations":                  murmurations,
		"murmurations/many workers":     murmurationsWorkers,
		"sweep":                         sweepAll,
		"sweep/deliveries that are old": sweepOld,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newQ(t, open))
		})
	}
}

// inboundCopies: the same activity 50 times at once, by two processes (F-25).
func inboundCopies(q *q) {
	other := q.two()[1]
	var wg sync.WaitGroup
	seen := make([]bool, 50)
	errs := make([]error, 50)
	for i := range seen {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := q.Queue
			if i%2 == 1 {
				s = other
			}
			seen[i], errs[i] = s.PutInbound(context.Background(), queue.Inbound{Row: queue.Row{Created: q.now}, Peer: "https://a.example/u", Activity: "https://a.example/1",
				Type: "Create", Object: "https://a.example/o", Raw: []byte("raw")})
		}()
	}
	wg.Wait()
	q.ok(errors.Join(errs...))
	first := 0
	for _, s := range seen {
		if !s {
			first++
		}
	}
	q.same(first, 1)
	q.same(q.Read(`SELECT count(*) FROM inbound`), 1)
	q.same(q.Read(`SELECT count(*) FROM inbound_raw`), 1)
	list := q.claimInbound(10)
	q.same(names(list), []string{"https://a.example/1"})
	q.same(string(list[0].Raw), "raw")
	q.same(list[0].Attempt, 1)
	// The same id of another peer is another activity.
	q.inbound("https://b.example/u", "https://a.example/1", "")
}

func inboundOrder(q *q) {
	ctx := context.Background()
	q.inbound("https://a.example/u", "1", "https://a.example/x")
	q.inbound("https://a.example/u", "2", "https://a.example/x")
	q.inbound("https://a.example/u", "3", "https://a.example/y")
	q.inbound("https://a.example/u", "4", "")
	q.inbound("https://a.example/u", "5", "")
	first := q.claimInbound(10)
	q.same(names(first), []string{"1", "3", "4", "5"})
	q.same(names(q.claimInbound(10)), []string(nil))
	// Tried again later: still in front of the second.
	q.tx(func(tx queue.Tx) error {
		return tx.SettleInbound(first[0].ID, queue.Waiting, q.now.Add(time.Hour), "later")
	})
	q.same(names(q.claimInbound(10)), []string(nil))
	_, due, _ := q.due()
	q.same(due, q.now.Add(qLease)) // the leases of the others
	q.now = q.now.Add(time.Hour)
	again := q.claimInbound(1)
	q.same(names(again), []string{"3"}) // its lease ran out first
	again = q.claimInbound(10)
	q.same(names(again), []string{"4", "5", "1"})
	q.same(again[2].Attempt, 2)
	q.tx(func(tx queue.Tx) error { return tx.SettleInbound(first[0].ID, queue.Done, q.now, "") })
	q.same(names(q.claimInbound(10)), []string{"2"})
	if _, err := q.ClaimInbound(ctx, q.now, q.now.Add(qLease), 1); err != nil {
		q.Fatal(err)
	}
}

// inboundBlocks: what stands before others about the same object, and what does not.
func inboundBlocks(q *q) {
	ctx := context.Background()
	for i, c := range []struct {
		state  queue.State
		blocks bool
	}{{queue.Rejected, false}, {queue.Parked, false}, {queue.Poison, false}, {queue.Failed, false}, {queue.Done, false}, {queue.Held, true}} {
		object := fmt.Sprintf("https://a.example/%d", i)
		q.inbound("https://a.example/u", object+"#1", object)
		q.inbound("https://a.example/u", object+"#2", object)
		list := q.claimInbound(10)
		q.same(names(list), []string{object + "#1"})
		if c.state == queue.Held {
			q.tx(func(tx queue.Tx) error { return tx.SettleInbound(list[0].ID, queue.Waiting, q.now, "") })
			n, err := q.Hold(ctx, "inbound", list[0].ID, "")
			q.ok(err)
			q.same(n, 1)
		} else {
			q.tx(func(tx queue.Tx) error { return tx.SettleInbound(list[0].ID, c.state, q.now.Add(time.Hour), "why") })
		}
		next := q.claimInbound(10)
		if c.blocks {
			q.same(names(next), []string(nil))
			_, due, _ := q.due()
			q.same(due, time.Time{}) // a worker would turn in circles otherwise
			n, err := q.Retry(ctx, "inbound", list[0].ID, "", q.now)
			q.ok(err)
			q.same(n, 1)
			q.same(names(q.claimInbound(10)), []string{object + "#1"})
			continue
		}
		q.same(names(next), []string{object + "#2"})
		q.tx(func(tx queue.Tx) error { return tx.SettleInbound(next[0].ID, queue.Done, q.now, "") })
	}
}

// inboundOnce: two workers have the same row, because a lease ran out; one transaction counts.
func inboundOnce(q *q) {
	q.inbound("https://a.example/u", "1", "https://a.example/x")
	first := q.claimInbound(1)
	q.now = q.now.Add(2 * qLease)
	second := q.claimInbound(1)
	q.same(second[0].ID, first[0].ID)
	q.same(second[0].Attempt, 2)
	apply := func(kind string) error {
		return q.Queue.Write(context.Background(), func(tx queue.Tx) error {
			if err := tx.PutReaction(queue.Reaction{IRI: coop.IRI("https://a.example/" + kind), Actor: "https://a.example/u", Object: qUs, Kind: "Like", At: q.now}); err != nil {
				return err
			}
			return tx.SettleInbound(first[0].ID, queue.Done, q.now, "")
		})
	}
	q.ok(apply("one"))
	q.class(apply("two"), coop.Conflict)
	q.same(q.Read(`SELECT count(*) FROM reaction`), 1)
	q.class(q.Queue.Write(context.Background(), func(tx queue.Tx) error { return tx.SettleInbound(999, queue.Done, q.now, "") }), coop.NotFound)
}

func inboundParked(q *q) {
	q.inbound("https://a.example/u", "1", "https://a.example/x")
	q.inbound("https://a.example/u", "2", "https://a.example/y")
	for _, in := range q.claimInbound(10) {
		q.tx(func(tx queue.Tx) error {
			return tx.SettleInbound(in.ID, queue.Parked, q.now.Add(limits.ParkedFor), "not here yet")
		})
	}
	q.same(names(q.claimInbound(10)), []string(nil))
	q.tx(func(tx queue.Tx) error { return tx.WakeParked("https://a.example/x", q.now) })
	list := q.claimInbound(10)
	q.same(names(list), []string{"1"})
	q.same(list[0].LastError, "not here yet")
	q.ok(q.Sweep(context.Background(), q.now.Add(limits.ParkedFor+time.Hour)))
	rejected, _, err := q.Inbounds(context.Background(), queue.Rejected, "", 10)
	q.ok(err)
	q.same(names(rejected), []string{"2"})
}

func inboundParkedBound(q *q) {
	var wg sync.WaitGroup
	for w := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < limits.ParkedPerPeer+5; i += 20 {
				if _, err := q.PutInbound(context.Background(), queue.Inbound{Row: queue.Row{Created: q.now}, Peer: "https://a.example/u", Activity: fmt.Sprint(i), Type: "Undo"}); err != nil {
					q.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	for range 3 {
		list := q.claimInbound(limits.ParkedPerPeer)
		q.tx(func(tx queue.Tx) error {
			for _, in := range list {
				if err := tx.SettleInbound(in.ID, queue.Parked, q.now.Add(time.Hour), ""); err != nil {
					return err
				}
			}
			return nil
		})
	}
	q.same(q.Read(`SELECT count(*) FROM inbound WHERE state = 'parked'`), limits.ParkedPerPeer)
	q.same(q.Read(`SELECT count(*) FROM inbound WHERE state = 'rejected'`), 5)
}

func inboundForget(q *q) {
	const peer, id = "https://a.example/u", "https://a.example/like"
	forget := func() { q.tx(func(tx queue.Tx) error { return tx.ForgetInbound(peer, id) }) }
	q.inbound(peer, id, "https://a.example/x")
	forget() // it waits still: it is not lost
	list := q.claimInbound(1)
	q.same(names(list), []string{id})
	q.tx(func(tx queue.Tx) error { return tx.SettleInbound(list[0].ID, queue.Done, q.now, "") })
	forget()
	q.same(q.Read(`SELECT count(*) FROM inbound_raw`), 0)
	q.inbound(peer, id, "https://a.example/x")
	q.same(names(q.claimInbound(1)), []string{id})
}

// inboundStrange: what a stranger may write must not make the row impossible to keep.
func inboundStrange(q *q) {
	long := coop.IRI("https://a.example/" + strings.Repeat("x", coop.MaxIRI-18))
	for i, in := range []queue.Inbound{
		{Peer: "https://a.example/u", Activity: "nul\x00in it", Type: "Cre\x00ate"},
		{Peer: "https://a.example/u", Activity: "bad \xff utf-8", Type: "\xff"},
		{Peer: long, Activity: string(long) + "#sha-256", Type: "Create", Object: long},
		{Peer: "https://a.example/u", Activity: "zero bytes", Raw: []byte{0, 1, 0xff}},
	} {
		in.Created = q.now
		seen, err := q.PutInbound(context.Background(), in)
		q.ok(err)
		again, err := q.PutInbound(context.Background(), in)
		q.ok(err)
		if seen || !again {
			q.Fatalf("%d: seen %t, then %t", i, seen, again)
		}
	}
	list := q.claimInbound(10)
	q.same(len(list), 4)
	q.same(list[3].Raw, []byte{0, 1, 0xff})
	for _, in := range list {
		q.tx(func(tx queue.Tx) error {
			return tx.SettleInbound(in.ID, queue.Rejected, q.now, "bad \x00 \xff "+strings.Repeat("é", 1000))
		})
	}
	q.tx(func(tx queue.Tx) error {
		if err := tx.PutFollower(queue.Follower{Local: qUs, Actor: long, Follow: long, Inbox: long, Shared: long, State: queue.Accepted}); err != nil {
			return err
		}
		if err := tx.PutReaction(queue.Reaction{IRI: long, Actor: long, Object: long, Kind: "Like"}); err != nil {
			return err
		}
		return tx.PutActor(queue.Actor{IRI: long, Name: "a\x00b\xff", Inbox: long, Keys: []queue.Key{{ID: long, Owner: long}}})
	})
	_, n := q.send(queue.Fanout{Followers: qUs, Object: qUs + "/o"})
	q.same(n, 1)
}

func inboundLease(q *q) {
	q.inbound("https://a.example/u", "1", "")
	first := q.claimInbound(1)
	q.now = q.now.Add(qLease - time.Microsecond)
	q.same(names(q.claimInbound(1)), []string(nil))
	q.now = q.now.Add(time.Microsecond)
	second := q.claimInbound(1)
	q.same(second[0].ID, first[0].ID)
	q.same(second[0].Attempt, 2)
}

// inboundWorkers: several workers of two processes; each row once, each object in order.
func inboundWorkers(q *q) {
	const objects, each = 12, 8
	for i := range objects * each {
		q.inbound("https://a.example/u", fmt.Sprint(i), fmt.Sprintf("https://a.example/%d", i%objects))
	}
	stores := q.two()
	var mu sync.Mutex
	applied := map[coop.IRI][]string{}
	total := 0
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := stores[w%2]
			for {
				mu.Lock()
				all := total == objects*each
				mu.Unlock()
				if all {
					return
				}
				list, err := s.ClaimInbound(context.Background(), q.now, q.now.Add(qLease), 3)
				if err != nil {
					q.Error(err)
					return
				}
				for _, in := range list {
					mu.Lock() // before it is settled: after that the next of the object may be applied
					applied[in.Object] = append(applied[in.Object], in.Activity)
					mu.Unlock()
					if err := s.Write(context.Background(), func(tx queue.Tx) error { return tx.SettleInbound(in.ID, queue.Done, q.now, "") }); err != nil {
						q.Error(err)
						return
					}
					mu.Lock()
					total++
					mu.Unlock()
				}
			}
		}()
	}
	wg.Wait()
	for i := range objects {
		var want []string
		for k := i; k < objects*each; k += objects {
			want = append(want, fmt.Sprint(k))
		}
		q.same(applied[coop.IRI(fmt.Sprintf("https://a.example/%d", i))], want)
	}
	q.same(q.Read(`SELECT max(attempt) FROM inbound`), 1)
}

func eventsOrder(q *q) {
	ctx := context.Background()
	put := func(subject string, snapshot any) {
		q.tx(func(tx queue.Tx) error {
			return tx.Append(coop.Event{ID: q.id(), Kind: coop.ListingPosted, At: q.now, By: "member:1", Subject: subject, Snapshot: snapshot})
		})
	}
	claim := func(n int) []queue.Event {
		list, err := q.ClaimEvents(ctx, q.now, q.now.Add(qLease), n)
		q.ok(err)
		return list
	}
	subjects := func(list []queue.Event) (out []string) {
		for _, e := range list {
			out = append(out, fmt.Sprint(e.Event.Subject, " ", e.Row.ID))
		}
		return out
	}
	put("a", map[string]int{"n": 1})
	put("a", nil)
	put("b", nil)
	put("a", nil)
	list := claim(10)
	q.same(subjects(list), []string{"a 1", "b 3"})
	q.same(string(list[0].Snapshot), `{"n":1}`)
	q.same(list[0].Event.Kind, coop.ListingPosted)
	q.same(list[0].Event.By, "member:1")
	q.same(list[0].Event.At, q.now)
	q.same(len(claim(10)), 0)
	settle := func(id int64, s queue.State, due time.Time) error {
		return q.Queue.Write(ctx, func(tx queue.Tx) error { return tx.SettleEvent(id, s, due, "e") })
	}
	q.ok(settle(1, queue.Failed, q.now)) // the next goes on
	q.same(subjects(claim(10)), []string{"a 2"})
	q.class(settle(1, queue.Done, q.now), coop.Conflict)
	n, err := q.Hold(ctx, "event", 2, "")
	q.ok(err)
	q.same(n, 1)
	q.ok(settle(2, queue.Waiting, q.now)) // held meanwhile: stays held, and stops its subject
	q.now = q.now.Add(2 * qLease)
	q.same(subjects(claim(10)), []string{"b 3"})
	held, _, err := q.Events(ctx, queue.Held, "", 10)
	q.ok(err)
	q.same(subjects(held), []string{"a 2"})
	n, err = q.Retry(ctx, "event", 0, "", q.now)
	q.ok(err)
	q.same(n, 3) // 1, 2 and 4; not 3, which is on its way
	q.same(subjects(claim(10)), []string{"a 1"})
	q.ok(settle(1, queue.Done, q.now))
	q.same(subjects(claim(10)), []string{"a 2"})
	n, err = q.Retry(ctx, "event", 1, "", q.now) // done is done
	q.ok(err)
	q.same(n, 0)
	_, err = q.Retry(ctx, "parcel", 1, "", q.now)
	q.class(err, coop.Invalid)
}
