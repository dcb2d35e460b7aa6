package federation

import (
	"context"
	"fmt"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// pullPeers starts to read the collections of peers that are due, as far as slots are free, and tells how many. Each read ends
// by itself and within limits.PullTimeout, so that a slow peer holds up no other.
func (n *Node) pullPeers(ctx context.Context, reads *sync.WaitGroup, slots chan struct{}) (int, error) {
	due, err := n.Store.PeersToPull(ctx, n.Now().UTC().Add(-limits.PullEvery), 2*limits.PullAtOnce)
	if err != nil {
		return 0, fmt.Errorf("peers to pull: %w", err)
	}
	started := 0
	for _, p := range due {
		if _, busy := n.pulling.LoadOrStore(p.Actor, struct{}{}); busy {
			continue
		}
		select {
		case slots <- struct{}{}:
		default:
			n.pulling.Delete(p.Actor)
			return started, nil
		}
		started++
		reads.Add(1)
		go func() {
			defer reads.Done()
			defer func() { n.pulling.Delete(p.Actor); <-slots; poke(n.pullWake) }()
			ctx, cancel := context.WithTimeout(ctx, limits.PullTimeout)
			defer cancel()
			n.pullOne(ctx, p)
		}()
	}
	return started, nil
}

func (n *Node) pullOne(ctx context.Context, p queue.Peer) {
	pulled, err := n.pull(ctx, p)
	now := n.Now().UTC()
	if werr := n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) error {
		cur, err2 := tx.Peer(p.Actor)
		if err2 != nil {
			if coop.ClassOf(err2) == coop.NotFound {
				return nil // ended meanwhile
			}
			return err2
		}
		cur.Pulled, cur.Backfill, cur.LastError = now, pulled.more, ""
		if err != nil {
			cur.LastError = err.Error()
			switch coop.ClassOf(err) {
			case coop.Invalid, coop.NotFound, coop.Gone:
			default: // once more in an hour: it may be down, or not have seen our key yet
				cur.Pulled = now.Add(time.Hour - limits.PullEvery)
			}
		} else {
			cur.ETags, cur.LastSeen = pulled.etags, now
		}
		if pulled.software != "" {
			cur.Software = pulled.software
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
	etags    map[string]string
	seen     map[coop.IRI]bool
	changed  bool
	more     bool // something of its handbook is left for the next time
	began    time.Time
	software string // what its server says it runs; "" when it does not say
}

// pull reads offers and wants, or the outbox of software that has neither.
func (n *Node) pull(ctx context.Context, p queue.Peer) (pulled, error) {
	out := pulled{etags: map[string]string{}, seen: map[coop.IRI]bool{}, began: n.Now().UTC()}
	budget := outbound.NewBudget(4 * limits.CollectionPages)
	a, err := n.fetchActor(ctx, p.Actor, budget)
	if err != nil {
		return out, err
	}
	type collection struct {
		at   coop.IRI
		what market.Purpose // all of its listings of this purpose stand there; "" when nothing is said
	}
	collections := []collection{{a.Offers, market.Offer}, {a.Wants, market.Want}}
	if a.Offers == "" && a.Wants == "" {
		collections = []collection{{a.Outbox, ""}}
	}
	for _, c := range collections {
		if c.at == "" {
			continue
		}
		whole, err := n.pullCollection(ctx, p, c.at, budget, &out)
		if err != nil {
			return out, fmt.Errorf("collection %s: %w", c.at, err)
		}
		if whole && c.what != "" {
			if err := n.dropUnlisted(ctx, p.Actor, c.what, &out); err != nil {
				return out, err
			}
		}
	}
	if doc, err := strictjson.Parse(a.Raw); err == nil {
		if at := vocab.HandbookOf(doc); at != "" {
			if err := n.pullHandbook(ctx, p, at, &out); err != nil {
				return out, fmt.Errorf("handbook %s: %w", at, err)
			}
		}
	}
	out.software = n.softwareOf(ctx, p.Actor) // last: it is of no weight
	return out, nil
}

// pullCollection reads one collection page by page. whole tells that every page was read: of one that has not changed, or has
// more than we read, it is not known what it lists.
func (n *Node) pullCollection(ctx context.Context, p queue.Peer, at coop.IRI, budget *outbound.Budget, out *pulled) (whole bool, err error) {
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, p.ETags[string(at)], budget)
	if err != nil {
		return false, err
	}
	if doc.NotModified {
		out.etags[string(at)] = p.ETags[string(at)]
		return false, nil
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
				return false, nil
			}
			if err := n.pullItem(ctx, p, v, out); err != nil {
				return false, err
			}
		}
		next, ok := page.IRI("next")
		if !ok {
			return true, nil
		}
		if pages >= limits.CollectionPages || seen[next] {
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

// pullItem takes one item: a listing, or the Create or Update of one. It came from the peer's own origin over our own request, so an
// embedded object of the peer's is as good as a fetched one; anything else is left out.
func (n *Node) pullItem(ctx context.Context, p queue.Peer, v strictjson.Value, out *pulled) error {
	item, ok := v.Object()
	if !ok {
		return nil
	}
	if item.Is("Create", "Update") {
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
		if cur, err := tx.Peer(p.Actor); err != nil || cur.State != queue.Accepted {
			return err // ended while we read
		}
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

// dropUnlisted drops listings of the peer that its own collection no longer lists: it closed or deleted them and we did not
// hear of it. Collections list what is for everyone; what was sent to peers alone stands in none and stays.
func (n *Node) dropUnlisted(ctx context.Context, peer coop.IRI, what market.Purpose, out *pulled) error {
	cursor := ""
	for {
		page, err := n.Market.Store.Search(ctx, market.Query{Reach: coop.CoopOnly, Home: peer, Purpose: what, Sort: market.Newest,
			Cursor: cursor, Limit: market.MaxPage}, n.Now().UTC())
		if err != nil {
			return err
		}
		for _, l := range page.Listings {
			if out.seen[l.IRI] || l.Visibility != coop.Everyone || !l.Seen.Before(out.began) { // pushed while we read
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
