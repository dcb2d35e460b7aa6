package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const peerColumns = `p.actor, p.follow, p.state, p.created, p.pulled, p.backfill, p.etags, p.last_seen, p.last_error, p.software, p.hand, p.reading`

func scanPeer(scan func(...any) error) (p queue.Peer, err error) {
	var created, pulled, seen int64
	var backfill, hand int
	var etags, reading []byte
	if err := scan(&p.Actor, &p.Follow, &p.State, &created, &pulled, &backfill, &etags, &seen, &p.LastError, &p.Software, &hand, &reading); err != nil {
		return p, err
	}
	p.Created, p.Pulled, p.LastSeen, p.Backfill = fromMicros(created), fromMicros(pulled), fromMicros(seen), backfill != 0
	p.Hand = hand != 0
	if err := decode(reading, &p.Reading); err != nil {
		return p, err
	}
	if len(p.Reading) == 0 {
		p.Reading = nil
	}
	return p, decode(etags, &p.ETags)
}

func (tx *Tx) peer(where string, args ...any) (queue.Peer, error) {
	list, err := collect(tx, scanPeer, `SELECT `+peerColumns+` FROM peer p WHERE `+where, args...)
	if err != nil {
		return queue.Peer{}, err
	}
	if len(list) == 0 {
		return queue.Peer{}, coop.Errorf(coop.NotFound, "peer.unknown", "no such peer")
	}
	return list[0], nil
}

// Peer gives a remote actor that we follow or followed. Class NotFound.
func (tx *Tx) Peer(actor coop.IRI) (queue.Peer, error) {
	p, err := tx.peer(`p.actor = $1`, string(actor))
	if err != nil {
		return p, fmt.Errorf("peer %s: %w", actor, err)
	}
	return p, nil
}

// PeerByFollow finds a peer by the id of our Follow. Class NotFound.
func (tx *Tx) PeerByFollow(follow coop.IRI) (queue.Peer, error) {
	p, err := tx.peer(`p.follow = $1 AND p.follow <> '' ORDER BY p.actor LIMIT 1`, string(follow))
	if err != nil {
		return p, fmt.Errorf("peer by follow %s: %w", follow, err)
	}
	return p, nil
}

// PutPeer keeps it. What lists fill in is not kept.
func (tx *Tx) PutPeer(p queue.Peer) error {
	etags, err := encode(p.ETags)
	if err != nil {
		return err
	}
	reading, err := encode(p.Reading)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO peer (actor, host, follow, state, created, pulled, backfill, etags, last_seen, last_error, software, hand, reading)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (actor) DO UPDATE SET host = excluded.host, follow = excluded.follow, state = excluded.state, created = excluded.created,
		pulled = excluded.pulled, backfill = excluded.backfill, etags = excluded.etags, last_seen = excluded.last_seen,
		last_error = excluded.last_error, software = excluded.software, hand = excluded.hand,
		reading = excluded.reading`,
		string(p.Actor), p.Actor.Host(), string(p.Follow), string(p.State), micros(p.Created), micros(p.Pulled), flag(p.Backfill), etags,
		micros(p.LastSeen), short(p.LastError), plain(p.Software), flag(p.Hand), plain(reading))
	if err != nil {
		return fmt.Errorf("peer %s: %w", p.Actor, err)
	}
	return nil
}

// DropPeer ends our following of actor and drops its listings without tombstones, so that they come back when we follow it again. The
// row stays with its Follow, which the Undo names; one that was refused stays refused. Unknown peers are no error.
func (tx *Tx) DropPeer(actor coop.IRI, at time.Time) error {
	_, err := tx.exec(`UPDATE peer SET state = CASE WHEN state = 'refused' THEN state ELSE 'ended' END, backfill = 0, etags = '{}', reading = '{}'
		WHERE actor = $1`, string(actor))
	if err == nil {
		err = tx.dropListingsOf(actor, false, at)
	}
	if err != nil {
		return fmt.Errorf("drop peer %s: %w", actor, err)
	}
	return nil
}

// countedListings is where Peers stops counting: an exact number of a large neighbour's listings costs more than it tells.
const countedListings = "1000"

// Peers lists the actors we follow or asked to, and those that refused, by address; what ended is left out. Listings stops counting at 1000.
func (s *Store) Peers(ctx context.Context) ([]queue.Peer, error) {
	return s.PeersAfter(ctx, "", math.MaxInt32)
}

// PeersAfter lists so many of them from after one on.
func (s *Store) PeersAfter(ctx context.Context, after coop.IRI, n int) ([]queue.Peer, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (queue.Peer, error) {
		var handle, name string
		var listings, waiting, follows int
		p, err := scanPeer(func(into ...any) error { return scan(append(into, &handle, &name, &listings, &waiting, &follows)...) })
		p.Handle, p.Name, p.Listings, p.Waiting, p.FollowsUs = handle, name, listings, waiting, follows > 0
		return p, err
	}, `SELECT `+peerColumns+`, coalesce(a.handle, ''), coalesce(a.name, ''),
		(SELECT count(*) FROM (SELECT 1 FROM listing l WHERE l.home = p.actor LIMIT `+countedListings+`) AS counted),
		(SELECT count(*) FROM delivery d WHERE d.host = (SELECT h.n FROM host h WHERE h.name = p.host) AND d.state = 'waiting'),
		(SELECT count(*) FROM follower f WHERE f.actor = p.actor AND f.state = 'accepted')
		FROM peer p LEFT JOIN actor a ON a.iri = p.actor WHERE p.state <> 'ended' AND p.actor > $1 ORDER BY p.actor LIMIT CAST($2 AS BIGINT)`, storable(string(after)), n)
	if err != nil {
		return nil, fmt.Errorf("peers: %w", err)
	}
	return list, nil
}

// PeerNames lists the same as Peers with nothing but who they are, how we stand, who chose it and when they last answered: pages ask for all of them.
func (s *Store) PeerNames(ctx context.Context) ([]queue.Peer, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (p queue.Peer, err error) {
		var seen int64
		var hand int
		err = scan(&p.Actor, &p.State, &seen, &hand, &p.Handle, &p.Name)
		p.LastSeen, p.Hand = fromMicros(seen), hand != 0
		return p, err
	}, `SELECT p.actor, p.state, p.last_seen, p.hand, coalesce(a.handle, ''), coalesce(a.name, '') FROM peer p LEFT JOIN actor a ON a.iri = p.actor
		WHERE p.state <> 'ended' ORDER BY p.actor`)
	if err != nil {
		return nil, fmt.Errorf("names of peers: %w", err)
	}
	return list, nil
}

// CountNeighbours counts those of whom Neighbour says yes.
func (s *Store) CountNeighbours(ctx context.Context) (n int, err error) {
	err = s.at(ctx).queryRow(`SELECT count(*) FROM peer p WHERE p.state = 'accepted' AND p.hand = 1
		AND EXISTS (SELECT 1 FROM follower f WHERE f.actor = p.actor AND f.state = 'accepted')`).scan("", &n)
	return n, err
}

// Following lists by address whom we follow or asked to.
func (s *Store) Following(ctx context.Context) ([]queue.Peer, error) {
	list, err := collect(s.at(ctx), scanPeer, `SELECT `+peerColumns+` FROM peer p WHERE p.state IN ('accepted', 'requested') ORDER BY p.actor`)
	if err != nil {
		return nil, fmt.Errorf("following: %w", err)
	}
	return list, nil
}

// Neighbour tells whether actor and we follow each other and a steward of ours chose so by hand.
func (s *Store) Neighbour(ctx context.Context, actor coop.IRI) (bool, error) {
	return s.at(ctx).any(`SELECT 1 FROM peer p WHERE p.actor = $1 AND p.state = 'accepted' AND p.hand = 1
		AND EXISTS (SELECT 1 FROM follower f WHERE f.actor = p.actor AND f.state = 'accepted')`, string(actor))
}

// PeersToPull lists accepted peers whose collections were last read before t or still are to be, and that nobody reads at the moment: those first, then the
// longest unread.
func (s *Store) PeersToPull(ctx context.Context, now, t time.Time, n int) ([]queue.Peer, error) {
	tx := s.at(ctx)
	due := func(backfill int, before int64, n int) ([]queue.Peer, error) {
		return collect(tx, scanPeer, `SELECT `+peerColumns+` FROM peer p WHERE p.state = 'accepted' AND p.backfill = $1 AND p.pulled < $2
			AND NOT EXISTS (SELECT 1 FROM turn x WHERE x.what = '`+turnOfPeer+`' || p.actor AND x.until > $3) ORDER BY p.pulled, p.actor LIMIT CAST($4 AS BIGINT)`,
			backfill, before, micros(now), n)
	}
	list, err := due(1, math.MaxInt64, n)
	if err == nil && len(list) < n {
		var rest []queue.Peer
		rest, err = due(0, micros(t), n-len(list))
		list = append(list, rest...)
	}
	if err != nil {
		return nil, fmt.Errorf("peers to pull: %w", err)
	}
	return list, nil
}

// Unsettled lists, by address from after one on, whom we follow or not other than the regions say that we take part in: who counts there and is not followed,
// or waits to follow local, and who is followed for a region alone and counts in none.
func (s *Store) Unsettled(ctx context.Context, local, after coop.IRI, n int) ([]coop.IRI, error) {
	list, err := collect(s.at(ctx), one[coop.IRI], `SELECT who FROM (
		SELECT m.home AS who`+fellows+` AND m.home > $2
			AND (NOT EXISTS (SELECT 1 FROM peer p WHERE p.actor = m.home AND p.state IN ('accepted', 'requested'))
				OR EXISTS (SELECT 1 FROM follower f WHERE f.local = $1 AND f.actor = m.home AND f.state = 'requested'))
		UNION SELECT p.actor FROM peer p WHERE p.state IN ('accepted', 'requested') AND p.hand = 0 AND p.actor > $2
			AND NOT EXISTS (SELECT 1`+fellows+` AND m.home = p.actor)
		) AS odd ORDER BY who LIMIT CAST($3 AS BIGINT)`, string(local), storable(string(after)), n)
	if err != nil {
		return nil, fmt.Errorf("unsettled: %w", err)
	}
	return list, nil
}
