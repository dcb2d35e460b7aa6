package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// fanoutRuns: of an account's followers those whose server runs something, as far as it was asked, and who was told of several things.
func fanoutRuns(q *q) {
	ctx := context.Background()
	group := coop.IRI("https://bakery.example/r/valley")
	follow := func(local coop.IRI, state queue.Relation, hosts ...string) {
		q.tx(func(tx queue.Tx) error {
			for _, h := range hosts {
				a := coop.IRI("https://" + h + ".example/u")
				if err := tx.PutFollower(queue.Follower{Local: local, Actor: a, Inbox: a + "/inbox", State: state, Created: q.now}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	is := func(local coop.IRI, runs ...string) bool {
		ok, err := q.Followed(ctx, local, runs...)
		q.ok(err)
		return ok
	}
	ask := func(t time.Time) string {
		list, err := q.HostsToAsk(ctx, group, t, 10)
		q.ok(err)
		return fmt.Sprint(list)
	}
	follow(group, queue.Requested, "d")
	q.same([]bool{is(group), is(qUs)}, []bool{false, false})
	follow(group, queue.Accepted, "c", "a", "b")
	follow(qUs, queue.Accepted, "e")
	q.same([]bool{is(group), is(qUs), is(group, "lemmy")}, []bool{true, true, false})
	q.same(ask(q.now), "[https://a.example/u/inbox https://b.example/u/inbox https://c.example/u/inbox]")
	for host, runs := range map[string]string{"a.example": "mastodon", "b.example": "lemmy", "c.example": "toadlane", "e.example": "lemmy", "new.example": "x\x00y"} {
		q.ok(q.PutSoftware(ctx, host, runs, q.now))
	}
	q.same(ask(q.now), "[]")
	q.same(ask(q.now.Add(time.Second)), "[https://a.example/u/inbox https://b.example/u/inbox https://c.example/u/inbox]")
	q.same([]bool{is(group, "lemmy"), is(group, "mbin", "toadlane"), is(group, "friendica")}, []bool{true, true, false})

	q.send(queue.Fanout{Followers: group, Runs: []string{"lemmy"}, Object: group + "#1"})
	q.same(q.inboxes(), "[https://b.example/u/inbox]")
	q.send(queue.Fanout{Followers: group, Runs: []string{"toadlane", "lemmy"}})
	q.same(q.inboxes(), "[https://b.example/u/inbox https://c.example/u/inbox]")
	one := q.to("https://f.example/u/inbox")
	one.Object = group + "#2"
	q.send(one)
	q.inboxes()
	q.send(queue.Fanout{Ever: group + "#none", Boosted: []coop.IRI{group + "#1", group + "#2"}})
	q.same(q.inboxes(), "[https://b.example/u/inbox https://f.example/u/inbox]")
	q.send(queue.Fanout{Followers: group, Runs: []string{"toadlane"}, Ever: group + "#1"})
	q.same(q.inboxes(), "[https://b.example/u/inbox https://c.example/u/inbox]")
}

// inboxes lists where something waits to go, and takes it as delivered.
func (q *q) inboxes() string {
	list, _, err := q.Deliveries(context.Background(), queue.Waiting, "", "", 100)
	q.ok(err)
	out := []coop.IRI{}
	for _, d := range list {
		out = append(out, d.Inbox)
		q.settle(good(d))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// inboundHeard: what a peer sent last about something is found with its bytes, once it was applied.
func inboundHeard(q *q) {
	ctx := context.Background()
	const peer, object coop.IRI = "https://a.example/u", "https://a.example/o"
	for i, typ := range []string{"Create", "Update", "Like", "Update"} {
		_, err := q.PutInbound(ctx, queue.Inbound{Row: queue.Row{Created: q.now}, Peer: peer, Activity: fmt.Sprint(i), Type: typ, Object: object, Raw: fmt.Append(nil, typ, i)})
		q.ok(err)
	}
	_, err := q.Heard(ctx, peer, object, "Create", "Update")
	q.class(err, coop.NotFound)
	for i := range 3 {
		in := q.claimInbound(1)[0]
		q.tx(func(tx queue.Tx) error { return tx.SettleInbound(in.ID, queue.Done, q.now, "") })
		q.same(in.Activity, fmt.Sprint(i))
	}
	in, err := q.Heard(ctx, peer, object, "Create", "Update", "Delete")
	q.ok(err)
	q.same(string(in.Raw), "Update1")
	in, err = q.Heard(ctx, peer, object, "Create")
	q.ok(err)
	q.same([]string{string(in.Raw), in.Type, string(in.Peer)}, []string{"Create0", "Create", string(peer)})
	for _, other := range []coop.IRI{"https://a.example/p", peer} {
		_, err = q.Heard(ctx, peer, other, "Create")
		q.class(err, coop.NotFound)
	}
	_, err = q.Heard(ctx, "https://b.example/u", object, "Create")
	q.class(err, coop.NotFound)
}
