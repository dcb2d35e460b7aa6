package federation

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// pullEvery is how often a peer's collections are read although nothing was pushed: what was lost on the way comes in so, and
// what its home no longer lists goes (wire §4.2: at least daily).
const pullEvery = 12 * time.Hour

// pullAtOnce bounds the peers read at the same time.
const pullAtOnce = 8

// pullPeers reads the collections of peers that are due, and tells how many.
func (n *Node) pullPeers(ctx context.Context) (int, error) {
	due, err := n.Store.PeersToPull(ctx, n.Now().UTC().Add(-pullEvery), pullAtOnce)
	if err != nil {
		return 0, fmt.Errorf("peers to pull: %w", err)
	}
	done := make(chan struct{}, len(due))
	for _, p := range due {
		go func() {
			defer func() { done <- struct{}{} }()
			n.pullOne(ctx, p)
		}()
	}
	for range due {
		<-done
	}
	return len(due), nil
}

func (n *Node) pullOne(ctx context.Context, p queue.Peer) {
	pulled, err := n.pull(ctx, p)
	now := n.Now().UTC()
	if werr := n.Store.Write(ctx, func(tx queue.Tx) error {
		cur, err2 := tx.Peer(p.Actor)
		if err2 != nil {
			if coop.ClassOf(err2) == coop.NotFound {
				return nil // ended meanwhile
			}
			return err2
		}
		cur.Pulled, cur.Backfill, cur.LastError = now, false, ""
		if err != nil {
			cur.LastError = err.Error()
			if coop.ClassOf(err) == coop.Unavailable { // once more in an hour
				cur.Pulled = now.Add(time.Hour - pullEvery)
			}
		} else {
			cur.ETags, cur.LastSeen = pulled.etags, now
		}
		return tx.PutPeer(cur)
	}); werr != nil {
		n.Log.Warn("note that a peer was read", "actor", string(p.Actor), "error", werr)
	}
	if err != nil {
		n.Log.Info("read a peer's collections", "actor", string(p.Actor), "error", err)
		return
	}
	if pulled.changed {
		n.Changed()
	}
}

// pulled is what reading a peer's collections gave.
type pulled struct {
	etags   map[string]string
	seen    map[coop.IRI]bool
	whole   bool // every page of both collections was read
	changed bool
	began   time.Time
}

// pull reads offers and wants, or the outbox of software that has neither.
func (n *Node) pull(ctx context.Context, p queue.Peer) (pulled, error) {
	out := pulled{etags: map[string]string{}, seen: map[coop.IRI]bool{}, whole: true, began: n.Now().UTC()}
	budget := outbound.NewBudget(4 * limits.CollectionPages)
	a, err := n.fetchActor(ctx, p.Actor, budget)
	if err != nil {
		return out, err
	}
	collections := []coop.IRI{a.Offers, a.Wants}
	if a.Offers == "" && a.Wants == "" {
		collections, out.whole = []coop.IRI{a.Outbox}, false
	}
	unchanged := 0
	for _, c := range collections {
		if c == "" {
			continue
		}
		same, err := n.pullCollection(ctx, p, c, budget, &out)
		if err != nil {
			return out, fmt.Errorf("collection %s: %w", c, err)
		}
		if same {
			unchanged++
		}
	}
	if !out.whole || unchanged > 0 {
		return out, nil // what an unread page lists is not known
	}
	return out, n.dropUnlisted(ctx, p.Actor, &out)
}

// pullCollection reads one collection page by page; same tells that it has not changed since we last did.
func (n *Node) pullCollection(ctx context.Context, p queue.Peer, at coop.IRI, budget *outbound.Budget, out *pulled) (same bool, err error) {
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, p.ETags[string(at)], budget)
	if err != nil {
		return false, err
	}
	if doc.NotModified {
		out.etags[string(at)] = p.ETags[string(at)]
		return true, nil
	}
	if doc.ETag != "" {
		out.etags[string(at)] = doc.ETag
	}
	items, pages := 0, 0
	page := doc.Object
	if first := page.Object("first"); !first.IsZero() {
		page = first
	} else if iri, ok := page.IRI("first"); ok && len(page.List("orderedItems")) == 0 && len(page.List("items")) == 0 {
		if page, err = n.collectionPage(ctx, p.Actor, iri, budget); err != nil {
			return false, err
		}
	}
	seen := map[coop.IRI]bool{at: true}
	for {
		pages++
		list := page.List("orderedItems")
		if len(list) == 0 {
			list = page.List("items")
		}
		for _, v := range list {
			if items++; items > limits.CollectionItems {
				out.whole = false
				return false, nil
			}
			if err := n.pullItem(ctx, p, v, out); err != nil {
				return false, err
			}
		}
		next, ok := page.IRI("next")
		if !ok {
			return false, nil
		}
		if pages >= limits.CollectionPages || seen[next] {
			out.whole = false
			return false, nil
		}
		seen[next] = true
		if page, err = n.collectionPage(ctx, p.Actor, next, budget); err != nil {
			return false, err
		}
	}
}

func (n *Node) collectionPage(ctx context.Context, peer, iri coop.IRI, budget *outbound.Budget) (strictjson.Object, error) {
	if !coop.SameOrigin(iri, peer) {
		return strictjson.Object{}, coop.Errorf(coop.Forbidden, "origin.differs", "page %s of %s", iri, peer)
	}
	doc, err := n.fetch(ctx, outbound.KindCollection, iri, budget)
	return doc.Object, err
}

// pullItem takes one item: a listing, or the Create of one. It came from the peer's own origin over our own request, so an
// embedded object of the peer's is as good as a fetched one; anything else is left out.
func (n *Node) pullItem(ctx context.Context, p queue.Peer, v strictjson.Value, out *pulled) error {
	item, ok := v.Object()
	if !ok {
		return nil
	}
	if item.Is("Create") {
		if item = item.Object("object"); item.IsZero() {
			return nil
		}
	}
	id, ok := item.ID()
	owner, ok2 := item.IRI("attributedTo")
	if !ok || !ok2 || owner != p.Actor || !coop.SameOrigin(id, p.Actor) {
		return nil
	}
	now := n.Now().UTC()
	listing, is, err := vocab.DecodeListing(item, p.Actor, now)
	if err != nil || !is {
		return nil
	}
	out.seen[id] = true
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		changed, err := market.Receive(tx, listing, n.NewID(), now)
		out.changed = out.changed || changed
		return err
	})
	if err != nil && coop.ClassOf(err) != coop.Unavailable {
		n.Log.Info("listing of a peer not taken", "listing", string(id), "error", err)
		return nil
	}
	return err
}

// dropUnlisted drops listings of the peer that its own collections no longer list: it closed or deleted them and we did not
// hear of it.
func (n *Node) dropUnlisted(ctx context.Context, peer coop.IRI, out *pulled) error {
	cursor := ""
	for {
		page, err := n.Market.Store.Search(ctx, market.Query{Reach: coop.CoopOnly, Home: peer, Sort: market.Newest,
			Cursor: cursor, Limit: market.MaxPage}, n.Now().UTC())
		if err != nil {
			return err
		}
		for _, l := range page.Listings {
			if out.seen[l.IRI] || !l.Seen.Before(out.began) { // pushed while we read
				continue
			}
			out.changed = true
			if err := n.Store.Write(ctx, func(tx queue.Tx) error {
				return market.Forget(tx, l.IRI, peer, false, n.Now().UTC())
			}); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}
