package storetest

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
)

func outboxPages(q *q) {
	ctx := context.Background()
	var want []coop.ID
	for i := range 7 {
		a, _ := q.send(queue.Fanout{})
		want = append([]coop.ID{a.ID}, want...)
		if i%3 == 0 { // some share a moment
			q.now = q.now.Add(time.Second)
		}
	}
	private := q.activity()
	private.Public = false
	other := q.activity()
	other.Actor = "https://bakery.example/@ada"
	q.tx(func(tx queue.Tx) error {
		if err := tx.PutActivity(private); err != nil {
			return err
		}
		return tx.PutActivity(other)
	})
	var got []coop.ID
	for cursor := ""; ; {
		list, next, err := q.Outbox(ctx, qUs, cursor, 2)
		q.ok(err)
		for _, a := range list {
			got = append(got, a.ID)
		}
		if cursor = next; next == "" {
			break
		}
	}
	q.same(got, want)
	n, err := q.CountOutbox(ctx, qUs)
	q.ok(err)
	q.same(n, 7)
	_, _, err = q.Outbox(ctx, qUs, "!", 2)
	q.class(err, coop.Invalid)
	newest, err := q.Activity(ctx, want[0])
	q.ok(err)
	last, err := q.LastTold(ctx, qUs, newest.Object, newest.Created.Add(-time.Second))
	q.ok(err)
	q.same(last.Object, newest.Object)
	first, err := q.FirstTold(ctx, qUs, newest.Object, newest.Created.Add(-time.Second))
	q.ok(err)
	q.same(first.Object, newest.Object)
	_, err = q.FirstTold(ctx, qUs, newest.Object, q.now.Add(time.Second))
	q.class(err, coop.NotFound)
	_, err = q.LastTold(ctx, qUs, newest.Object, q.now.Add(time.Second))
	q.class(err, coop.NotFound)
	_, err = q.LastTold(ctx, qUs, "https://bakery.example/h/none", time.Time{})
	q.class(err, coop.NotFound)
	a, err := q.Activity(ctx, private.ID)
	q.ok(err)
	q.same(a, private)
	changed := private
	changed.JSON = []byte(`{}`)
	q.tx(func(tx queue.Tx) error { return tx.PutActivity(changed) })
	a, err = q.Activity(ctx, private.ID)
	q.ok(err)
	q.same(a, private) // what peers have does not change
	_, err = q.Activity(ctx, q.id())
	q.class(err, coop.NotFound)
}

func actorsAndKeys(q *q) {
	ctx := context.Background()
	a := queue.Actor{IRI: "https://a.example/u", Type: "Organization", Handle: "@u@a.example", Name: "A", Inbox: "https://a.example/u/inbox",
		SharedInbox: "https://a.example/inbox", Fetched: q.now, Raw: []byte(`{"x":1}`),
		Keys: []queue.Key{{ID: "https://a.example/u#main-key", Owner: "https://a.example/u", Public: []byte{1, 2}}, {ID: "https://a.example/u#ed", Owner: "https://a.example/u"}}}
	// A thief says that a's key is its own.
	thief := queue.Actor{IRI: "https://0.example/u", Handle: "@u@a.example", Fetched: q.now.Add(-time.Hour),
		Keys: []queue.Key{{ID: "https://a.example/u#main-key", Owner: "https://0.example/u", Public: []byte{6}}, {ID: "https://c.example/u#main-key"}}}
	// Another actor of the same server says so too.
	neighbour := queue.Actor{IRI: "https://a.example/0", Fetched: q.now, Keys: []queue.Key{{ID: "https://a.example/u#main-key"}}}
	q.tx(func(tx queue.Tx) error {
		for _, x := range []queue.Actor{thief, neighbour, a} {
			if err := tx.PutActor(x); err != nil {
				return err
			}
		}
		got, err := tx.Actor(a.IRI)
		q.ok(err)
		q.same(got, a)
		return nil
	})
	got, err := q.ActorByHandle(ctx, "@u@a.example")
	q.ok(err)
	q.same(got.IRI, a.IRI)
	got, err = q.ActorByKey(ctx, "https://a.example/u#main-key")
	q.ok(err)
	q.same(got, a)
	_, err = q.ActorByKey(ctx, "https://c.example/u#main-key")
	q.class(err, coop.NotFound)
	a.Keys, a.Name = a.Keys[1:], "B" // a key taken out of use finds nobody
	q.tx(func(tx queue.Tx) error { return tx.PutActor(a) })
	got, err = q.ActorByKey(ctx, "https://a.example/u#main-key")
	q.ok(err)
	q.same(got.IRI, neighbour.IRI)
	_, err = q.Actor(ctx, "https://none.example/u")
	q.class(err, coop.NotFound)
	_, err = q.ActorByHandle(ctx, "")
	q.class(err, coop.NotFound)

	key := queue.OwnKey{Owner: qUs, Kind: "rsa", ID: qUs + "#main-key", Sealed: []byte{1}, Public: []byte{2}, Created: q.now}
	q.ok(q.PutOwnKey(ctx, key))
	other := key
	other.Sealed, other.Retired = []byte{9}, q.now.Add(time.Hour)
	q.ok(q.PutOwnKey(ctx, other)) // retires, and replaces nothing
	key.Retired = other.Retired
	keys, err := q.OwnKeys(ctx, qUs)
	q.ok(err)
	q.same(keys, []queue.OwnKey{key})
}

func followersPages(q *q) {
	ctx := context.Background()
	q.tx(func(tx queue.Tx) error {
		for i := range 5 {
			a := coop.IRI(fmt.Sprintf("https://a.example/%d", i))
			f := queue.Follower{Local: qUs, Actor: a, Follow: a + "#follow", Raw: []byte("{}"), Inbox: a + "/inbox", Shared: "https://a.example/inbox",
				State: queue.Accepted, Created: q.now.Add(time.Duration(i/2) * time.Second)}
			if i == 3 {
				f.State = queue.Requested
			}
			if err := tx.PutFollower(f); err != nil {
				return err
			}
		}
		return tx.PutActor(queue.Actor{IRI: "https://a.example/4", Handle: "@four@a.example", Name: "Four", Fetched: q.now})
	})
	var got []coop.IRI
	for cursor := ""; ; {
		list, next, err := q.Followers(ctx, qUs, queue.Accepted, cursor, 2)
		q.ok(err)
		for _, f := range list {
			got = append(got, f.Actor)
		}
		if cursor = next; next == "" {
			break
		}
	}
	q.same(got, []coop.IRI{"https://a.example/4", "https://a.example/2", "https://a.example/1", "https://a.example/0"})
	list, _, err := q.Followers(ctx, qUs, "", "", 9)
	q.ok(err)
	q.same(len(list), 5)
	q.same([]string{list[0].Handle, list[0].Name, list[1].Handle}, []string{"@four@a.example", "Four", ""})
	n, err := q.CountFollowers(ctx, qUs)
	q.ok(err)
	q.same(n, 4)
	q.tx(func(tx queue.Tx) error {
		f, err := tx.Follower(qUs, "https://a.example/3")
		q.ok(err)
		q.same(f, queue.Follower{Local: qUs, Actor: "https://a.example/3", Follow: "https://a.example/3#follow", Raw: []byte("{}"),
			Inbox: "https://a.example/3/inbox", Shared: "https://a.example/inbox", State: queue.Requested, Created: q.now.Add(time.Second)})
		f.State = queue.Accepted
		q.ok(tx.PutFollower(f))
		q.ok(tx.DropFollower(qUs, "https://a.example/0"))
		q.ok(tx.DropFollower(qUs, "https://a.example/0"))
		_, err = tx.Follower(qUs, "https://a.example/0")
		q.class(err, coop.NotFound)
		return nil
	})
	n, err = q.CountFollowers(ctx, qUs)
	q.ok(err)
	q.same(n, 4)
}

// listing puts a neighbour's listing on the market and gives its address.
func (q *q) listing(tx queue.Tx, home coop.IRI, n int) coop.IRI {
	q.Helper()
	id := q.id()
	l := market.Listing{ID: id, IRI: home + coop.IRI(fmt.Sprintf("/l/%d", n)), Home: home, Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "Flour"}, Modes: []market.Mode{market.Gift}, Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"},
		Scope: market.ScopeLocal, Until: q.now.Add(48 * time.Hour), Visibility: coop.Everyone, State: market.Open, Version: 1, Created: q.now, Updated: q.now}
	q.ok(tx.PutListing(l))
	return l.IRI
}

func peersLists(q *q) {
	ctx := context.Background()
	p := queue.Peer{Actor: "https://a.example/coop", Follow: qUs + "/f/1", State: queue.Accepted, Created: q.now, Pulled: q.now, ETags: map[string]string{"offers": `"x"`},
		LastSeen: q.now, LastError: "e", Software: "toadlane", Hand: true}
	asked := queue.Peer{Actor: "https://b.example/coop", State: queue.Requested, Created: q.now, Backfill: true, ETags: map[string]string{}}
	fresh := queue.Peer{Actor: "https://c.example/coop", State: queue.Accepted, Created: q.now, Pulled: q.now, Backfill: true, ETags: map[string]string{}}
	refused := queue.Peer{Actor: "https://d.example/coop", State: queue.Refused, Created: q.now, ETags: map[string]string{}}
	var iri coop.IRI
	q.tx(func(tx queue.Tx) error {
		for _, x := range []queue.Peer{fresh, p, asked, refused} {
			if err := tx.PutPeer(x); err != nil {
				return err
			}
		}
		iri = q.listing(tx, p.Actor, 1)
		q.listing(tx, p.Actor, 2)
		q.listing(tx, refused.Actor, 1)
		q.ok(tx.PutFollower(queue.Follower{Local: qUs, Actor: p.Actor, Inbox: p.Actor + "/inbox", State: queue.Accepted, Created: q.now}))
		got, err := tx.Peer(p.Actor)
		q.ok(err)
		q.same(got, p)
		got, err = tx.PeerByFollow(p.Follow)
		q.ok(err)
		q.same(got.Actor, p.Actor)
		_, err = tx.PeerByFollow("")
		q.class(err, coop.NotFound)
		_, err = tx.Peer("https://none.example/coop")
		q.class(err, coop.NotFound)
		return tx.PutActor(queue.Actor{IRI: p.Actor, Handle: "@coop@a.example", Name: "A", Fetched: q.now})
	})
	q.send(queue.Fanout{Followers: qUs})
	list, err := q.Peers(ctx)
	q.ok(err)
	want := p
	want.Handle, want.Name, want.Listings, want.Waiting, want.FollowsUs = "@coop@a.example", "A", 2, 1, true
	seen := refused
	seen.Listings = 1
	q.same(list, []queue.Peer{want, asked, fresh, seen})
	rest, err := q.PeersAfter(ctx, p.Actor, 2)
	q.ok(err)
	q.same(rest, []queue.Peer{asked, fresh})
	names, err := q.PeerNames(ctx)
	q.ok(err)
	q.same(names, []queue.Peer{{Actor: p.Actor, State: p.State, Hand: p.Hand, LastSeen: p.LastSeen, Handle: want.Handle, Name: want.Name}, {Actor: asked.Actor, State: asked.State},
		{Actor: fresh.Actor, State: fresh.State}, {Actor: refused.Actor, State: refused.State}})
	want = p // what only a list fills in is left out
	following, err := q.Following(ctx)
	q.ok(err)
	q.same(following, []queue.Peer{want, asked, fresh})
	q.tx(func(tx queue.Tx) error {
		q.ok(tx.PutFollower(queue.Follower{Local: qUs, Actor: fresh.Actor, Inbox: fresh.Actor + "/inbox", State: queue.Accepted, Created: q.now}))
		return tx.PutFollower(queue.Follower{Local: qUs, Actor: asked.Actor, Inbox: asked.Actor + "/inbox", State: queue.Accepted, Created: q.now})
	})
	for actor, is := range map[coop.IRI]bool{p.Actor: true, fresh.Actor: false, asked.Actor: false, refused.Actor: false} { // fresh follows us, but no steward chose it
		got, err := q.Neighbour(ctx, actor)
		q.ok(err)
		q.same(got, is)
	}
	neighbours, err := q.CountNeighbours(ctx)
	q.ok(err)
	q.same(neighbours, 1)
	q.tx(func(tx queue.Tx) error { return tx.DropFollower(qUs, fresh.Actor) })
	q.tx(func(tx queue.Tx) error { return tx.DropFollower(qUs, asked.Actor) })
	due, err := q.PeersToPull(ctx, q.now, q.now, 9)
	q.ok(err)
	q.same(due, []queue.Peer{fresh})
	due, err = q.PeersToPull(ctx, q.now, q.now.Add(time.Second), 9)
	q.ok(err)
	q.same(due, []queue.Peer{fresh, p})
	q.turns(func() []queue.Peer {
		due, err := q.PeersToPull(ctx, q.now, q.now.Add(time.Second), 9)
		q.ok(err)
		return due
	}, fresh, p)
	q.tx(func(tx queue.Tx) error {
		for _, a := range []coop.IRI{p.Actor, refused.Actor, "https://none.example/coop"} {
			q.ok(tx.DropPeer(a, q.now))
		}
		got, err := tx.Peer(p.Actor)
		q.ok(err)
		q.same(got.State, queue.Ended)
		q.same(got.Follow, p.Follow) // the Undo names it
		got, err = tx.Peer(refused.Actor)
		q.ok(err)
		q.same(got.State, queue.Refused)
		_, err = tx.ListingByIRI(iri)
		q.class(err, coop.NotFound)
		gone, err := tx.Buried(iri)
		q.ok(err)
		q.same(gone, false)
		return nil
	})
	list, err = q.Peers(ctx)
	q.ok(err)
	q.same(list, []queue.Peer{asked, fresh, refused})
}

// turns holds what is done in turns to that: nobody begins what another has begun, until it ends or its time is over.
func (q *q) turns(due func() []queue.Peer, first, second queue.Peer) {
	what, later := "peer "+string(first.Actor), q.now.Add(time.Minute)
	take := func(now, until time.Time) (mine bool) {
		q.tx(func(tx queue.Tx) (err error) {
			mine, err = tx.TakeTurn(what, now, until)
			return err
		})
		return mine
	}
	end := func(until time.Time) { q.tx(func(tx queue.Tx) error { return tx.EndTurn(what, until) }) }
	q.same(take(q.now, later), true)
	q.same(take(q.now, later), false)
	q.same(due(), []queue.Peer{second})
	q.same(take(later, later.Add(time.Minute)), true) // the first died
	end(later)                                        // or was only slow: what another has now stays
	q.same(take(later, later.Add(time.Hour)), false)
	end(later.Add(time.Minute))
	q.same(due(), []queue.Peer{first, second})
	q.same(take(q.now, later), true)
	keep := func(until, longer time.Time) (mine bool) {
		q.tx(func(tx queue.Tx) (err error) {
			mine, err = tx.KeepTurn(what, until, longer)
			return err
		})
		return mine
	}
	q.same(keep(later, later.Add(time.Minute)), true)
	q.same(keep(later, later.Add(time.Hour)), false)
	end(later.Add(time.Minute))
	q.same(take(q.now, later), true)
	q.ok(q.Sweep(context.Background(), later.Add(time.Second)))
	q.same(due(), []queue.Peer{first, second})
	q.same(take(q.now, later), true)
	q.ok(q.ReleaseLeases(context.Background(), q.now))
	q.same(due(), []queue.Peer{first, second})
}

func reactionsAndReports(q *q) {
	ctx := context.Background()
	like := queue.Reaction{IRI: "https://a.example/like", Actor: "https://a.example/u", Object: qUs, Kind: "Like", At: q.now}
	q.tx(func(tx queue.Tx) error {
		q.ok(tx.PutReaction(like))
		q.ok(tx.PutReaction(like))
		again := like
		again.IRI += "2" // the same actor likes it twice
		q.ok(tx.PutReaction(again))
		q.ok(tx.PutReaction(queue.Reaction{IRI: "https://b.example/1", Actor: "https://b.example/u", Object: qUs, Kind: "Announce", At: q.now}))
		got, err := tx.ReactionByIRI(like.IRI)
		q.ok(err)
		q.same(got, like)
		theft := like
		theft.Actor = "https://b.example/u"
		q.class(tx.PutReaction(theft), coop.Forbidden)
		q.ok(tx.DropReaction(again.IRI, "https://b.example/u")) // not its own
		return nil
	})
	likes, announces, err := q.CountReactions(ctx, qUs)
	q.ok(err)
	q.same([]int{likes, announces}, []int{1, 1})
	q.tx(func(tx queue.Tx) error {
		q.ok(tx.DropReaction(like.IRI, like.Actor))
		q.ok(tx.DropReaction(like.IRI+"2", like.Actor))
		_, err := tx.ReactionByIRI(like.IRI)
		q.class(err, coop.NotFound)
		return nil
	})
	likes, announces, err = q.CountReactions(ctx, qUs)
	q.ok(err)
	q.same([]int{likes, announces}, []int{0, 1})

	old := queue.Report{ID: q.id(), From: "https://a.example/u", Objects: []coop.IRI{qUs}, Content: "spam", At: q.now}
	young := queue.Report{ID: q.id(), From: "https://b.example/u", Objects: []coop.IRI{}, Content: "rude", At: q.now.Add(time.Hour)}
	q.tx(func(tx queue.Tx) error { q.ok(tx.PutReport(old)); return tx.PutReport(young) })
	list, err := q.Reports(ctx)
	q.ok(err)
	q.same(list, []queue.Report{young, old})
	q.ok(q.CloseReport(ctx, young.ID, coop.System("test"), q.now))
	q.ok(q.CloseReport(ctx, young.ID, coop.System("again"), q.now.Add(time.Hour)))
	q.class(q.CloseReport(ctx, q.id(), coop.System("test"), q.now), coop.NotFound)
	young.Closed, young.By = q.now, "system:test"
	list, err = q.Reports(ctx)
	q.ok(err)
	q.same(list, []queue.Report{old, young})

	a, b := queue.Block{Target: "bad.example", Reason: "spam", By: "member:1", At: q.now}, queue.Block{Target: "https://b.example/u", At: q.now}
	q.tx(func(tx queue.Tx) error { q.ok(tx.PutBlock(b)); return tx.PutBlock(a) })
	a.Reason = "more spam"
	q.tx(func(tx queue.Tx) error { return tx.PutBlock(a) })
	blocks, err := q.Blocks(ctx)
	q.ok(err)
	q.same(blocks, []queue.Block{a, b})
	q.tx(func(tx queue.Tx) error { q.ok(tx.DropBlock("bad.example")); return tx.DropBlock("bad.example") })
	blocks, err = q.Blocks(ctx)
	q.ok(err)
	q.same(blocks, []queue.Block{b})
}

// settled fills a database with everything there may be of the given actors.
func (q *q) settled(actors ...coop.IRI) {
	q.Helper()
	q.tx(func(tx queue.Tx) error {
		for i, a := range actors {
			q.listing(tx, a, i)
			q.ok(tx.PutActor(queue.Actor{IRI: a, Fetched: q.now, Keys: []queue.Key{{ID: a + "#k"}}}))
			q.ok(tx.PutFollower(queue.Follower{Local: qUs, Actor: a, Inbox: a + "/inbox", State: queue.Accepted, Created: q.now}))
			q.ok(tx.PutPeer(queue.Peer{Actor: a, State: queue.Accepted, Created: q.now}))
			q.ok(tx.PutReaction(queue.Reaction{IRI: a + "/like", Actor: a, Object: qUs, Kind: "Like", At: q.now}))
			thread := q.id()
			q.ok(tx.PutThread(market.Thread{ID: thread, Other: market.Party{IRI: a}, Root: a + "/n", Created: q.now, Updated: q.now}))
			q.ok(tx.PutMessage(market.Message{ID: q.id(), Thread: thread, IRI: a + "/n", From: market.Party{IRI: a}, Body: "hello", Created: q.now, Updated: q.now}))
		}
		return nil
	})
	for _, a := range actors {
		q.inbound(string(a), "1", "")
	}
	_, n := q.send(queue.Fanout{Followers: qUs, Object: qUs + "/o"})
	q.same(n, len(actors))
}

// here counts what is left of an actor, and whether its thread is closed.
func (q *q) here(a coop.IRI) (out [10]int) {
	q.Helper()
	for i, text := range []string{
		`listing WHERE home = '%s'`, `actor WHERE iri = '%s'`, `actor_key WHERE actor = '%s'`, `follower WHERE actor = '%s'`, `peer WHERE actor = '%s'`,
		`reaction WHERE actor = '%s'`, `message WHERE from_iri = '%s'`, `thread WHERE other = '%s' AND closed = 0`,
		`inbound WHERE peer = '%s' AND state = 'waiting'`, `delivery WHERE recipient = (SELECT n FROM address WHERE iri = '%s')`,
	} {
		out[i] = q.Read(`SELECT count(*) FROM ` + fmt.Sprintf(text, a))
	}
	return out
}

var all, none = [10]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, [10]int{}

// purgeDomain: a blocked domain takes all below it along, whatever the port, and nothing that only looks like it.
func purgeDomain(q *q) {
	const host, below, port = "https://bad.example/u", "https://a.b.bad.example/u", "https://bad.example:8443/u"
	safe := []coop.IRI{"https://notbad.example/u", "https://bad.example.org/u", "https://good.example/x.bad.example/u", "https://good.example/bad.example", "https://badxexample/u"}
	q.settled(append([]coop.IRI{host, below, port}, safe...)...)
	for _, a := range []coop.IRI{host, below, port} {
		q.same(q.here(a), all)
	}
	q.tx(func(tx queue.Tx) error { return tx.PurgeBlocked("bad.example", q.now) })
	for _, a := range []coop.IRI{host, below, port} {
		q.same(q.here(a), none)
	}
	for _, a := range safe {
		q.same(q.here(a), all)
	}
	q.same(q.Read(`SELECT count(*) FROM inbound WHERE state = 'rejected' AND last_error = 'blocked'`), 3)
	_, n := q.send(queue.Fanout{Ever: qUs + "/o"})
	q.same(n, len(safe))
	q.tx(func(tx queue.Tx) error {
		gone, err := tx.Buried(host + "/l/0")
		q.ok(err)
		q.same(gone, false) // it may come back when the block is lifted
		return nil
	})
}

func purgeActor(q *q) {
	const one, two = "https://a.example/u", "https://a.example/u2"
	q.settled(one, two)
	q.tx(func(tx queue.Tx) error { return tx.PurgeBlocked(one, q.now) })
	q.same(q.here(one), none)
	q.same(q.here(two), all)
	q.tx(func(tx queue.Tx) error {
		q.ok(tx.DropActor("https://none.example/u", q.now))
		return tx.DropActor(two, q.now)
	})
	left := q.here(two)
	left[8] = 0 // what came in is judged when it is applied
	q.same(left, none)
	q.tx(func(tx queue.Tx) error {
		gone, err := tx.Buried(two + "/l/1")
		q.ok(err)
		q.same(gone, true) // it was deleted, not blocked
		return nil
	})
}

// sweepAll: what is past its time goes, what is not stays.
func sweepAll(q *q) {
	ctx := context.Background()
	for _, s := range []queue.State{queue.Done, queue.Rejected, queue.Poison, queue.Failed} {
		q.inbound("https://a.example/u", string(s), "")
	}
	for _, in := range q.claimInbound(9) {
		q.tx(func(tx queue.Tx) error { return tx.SettleInbound(in.ID, queue.State(in.Activity), q.now, "") })
	}
	q.inbound("https://a.example/u", "waiting", "")
	q.tx(func(tx queue.Tx) error {
		q.ok(tx.Append(coop.Event{ID: q.id(), Kind: coop.CoopChanged, At: q.now, Subject: "done"}))
		q.ok(tx.Append(coop.Event{ID: q.id(), Kind: coop.CoopChanged, At: q.now, Subject: "waits"}))
		q.ok(tx.SettleEvent(1, queue.Done, q.now, ""))
		q.ok(tx.PutActor(queue.Actor{IRI: "https://a.example/idle", Fetched: q.now, Keys: []queue.Key{{ID: "https://a.example/idle#k"}}}))
		q.ok(tx.PutActor(queue.Actor{IRI: "https://a.example/peer", Fetched: q.now}))
		q.ok(tx.PutPeer(queue.Peer{Actor: "https://a.example/peer", State: queue.Accepted, Created: q.now}))
		q.ok(tx.PutPeer(queue.Peer{Actor: "https://a.example/ended", State: queue.Ended, Created: q.now}))
		a := q.activity()
		a.Public = false
		q.ok(tx.PutActivity(a))
		return tx.PutActivity(q.activity())
	})
	q.ok(q.PutHost(ctx, queue.Host{Name: "idle.example", LastSeen: q.now}))
	count := func() (out []int) {
		for _, t := range []string{"inbound", "inbound_raw", "event", "activity", "host", "peer", "actor", "actor_key"} {
			out = append(out, q.Read(`SELECT count(*) FROM `+t))
		}
		return out
	}
	q.ok(q.Sweep(ctx, q.now.Add(limits.InboundKept)))
	q.same(count(), []int{5, 5, 2, 2, 1, 2, 2, 1})
	q.ok(q.Sweep(ctx, q.now.Add(limits.InboundKept+time.Second)))
	q.same(count(), []int{4, 4, 2, 2, 1, 2, 2, 1})
	q.ok(q.Sweep(ctx, q.now.Add(limits.RejectedKept+time.Second)))
	q.same(count(), []int{1, 1, 1, 2, 0, 2, 2, 1})
	q.ok(q.Sweep(ctx, q.now.Add(365*24*time.Hour)))
	q.same(count(), []int{1, 1, 1, 1, 0, 1, 1, 0})
}
