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
	now := n.Now().UTC()
	due, err := n.Store.PeersToPull(ctx, now, now.Add(-limits.PullEvery), 2*limits.PullAtOnce)
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
			did, err := n.pullInTurn(ctx, p)
			n.pulling.Delete(p.Actor)
			<-slots
			if did { // else it is read elsewhere, or can't be noted, and to look again at once would find the same
				poke(n.pullWake)
			}
			if err != nil && ctx.Err() == nil {
				n.Log.Warn("note that a peer is read", "actor", string(p.Actor), "error", err)
			}
		}()
	}
	return started, nil
}

// pullInTurn reads a peer unless another process does.
func (n *Node) pullInTurn(ctx context.Context, p queue.Peer) (did bool, err error) {
	return n.inTurn(ctx, "peer "+string(p.Actor), func(tx queue.Tx) (bool, error) {
		cur, err := tx.Peer(p.Actor)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				err = nil
			}
			return false, err
		}
		p = cur
		return cur.State == queue.Accepted && (cur.Backfill || cur.Pulled.Before(n.Now().UTC().Add(-limits.PullEvery))), nil
	}, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, limits.PullTimeout)
		defer cancel()
		n.pullOne(ctx, p)
		return nil
	})
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
		if len(pulled.reading) > 0 { // the rest soon, but not at once: an endless collection must not be read without end
			cur.Pulled = now.Add(limits.CollectionGoesOn - limits.PullEvery)
		}
		if err != nil {
			cur.LastError = err.Error()
			switch coop.ClassOf(err) {
			case coop.Invalid, coop.NotFound, coop.Gone:
			default: // once more in an hour: it may be down, or not have seen our key yet
				cur.Pulled = now.Add(time.Hour - limits.PullEvery)
			}
		} else {
			cur.ETags, cur.Reading, cur.LastSeen = pulled.etags, pulled.reading, now
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
	reading  map[string]queue.Reading // collections that are longer than a visit
	changed  bool
	more     bool   // something of its handbook is left for the next time
	software string // what its server says it runs; "" when it does not say
}

// pull reads offers and wants, or the outbox of software that has neither.
func (n *Node) pull(ctx context.Context, p queue.Peer) (pulled, error) {
	out := pulled{etags: map[string]string{}, reading: map[string]queue.Reading{}}
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
		began, err := n.pullCollection(ctx, p, c.at, budget, &out)
		if err != nil {
			return out, fmt.Errorf("collection %s: %w", c.at, err)
		}
		if !began.IsZero() && c.what != "" {
			if err := n.dropUnlisted(ctx, p.Actor, c.what, began, &out); err != nil {
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
		if at := vocab.AgreementsOf(doc); at != "" {
			if err := n.pullBonds(ctx, p, at, &out); err != nil && ctx.Err() == nil { // of no weight, as what follows
				n.Log.Info("read what worked out with whom", "actor", string(p.Actor), "error", err)
			}
		}
	}
	out.software = n.softwareOf(ctx, p.Actor).String()
	return out, nil
}

// pullCollection reads one collection page by page, as far as one visit goes, and from where the last one ended. began is when reading it began, once
// every page was read: what it lists is known then. Of one that has not changed, or goes on, it is zero.
func (n *Node) pullCollection(ctx context.Context, p queue.Peer, at coop.IRI, budget *outbound.Budget, out *pulled) (began time.Time, err error) {
	r, goesOn := p.Reading[string(at)]
	var page strictjson.Object
	if goesOn {
		if tag := p.ETags[string(at)]; tag != "" {
			out.etags[string(at)] = tag
		}
		page, err = n.collectionPage(ctx, p.Actor, r.Next, budget)
		if coop.ClassOf(err) == coop.NotFound || coop.ClassOf(err) == coop.Gone || coop.ClassOf(err) == coop.Invalid { // its cursors do not live that long
			delete(out.etags, string(at))
			return time.Time{}, nil
		}
	} else {
		r.Began = n.Now().UTC()
		page, err = n.firstPage(ctx, p, at, budget, out)
	}
	if err != nil || page.IsZero() {
		return time.Time{}, err
	}
	r.Visits++
	items, seen := 0, map[coop.IRI]bool{at: true}
	for pages := 1; ; pages++ {
		list := page.List("orderedItems")
		if len(list) == 0 {
			list = page.List("items")
		}
		if items += len(list); len(list) > limits.CollectionItems {
			return time.Time{}, nil // one page of more than a visit takes
		}
		if err := n.pullItems(ctx, p, list, out); err != nil {
			return time.Time{}, err
		}
		next, ok := page.IRI("next")
		if !ok {
			return r.Began, nil
		}
		if seen[next] {
			return time.Time{}, nil
		}
		if pages >= limits.CollectionPages || items >= limits.CollectionItems {
			if r.Next = next; r.Visits < limits.CollectionVisits {
				out.reading[string(at)] = r
			}
			return time.Time{}, nil
		}
		seen[next] = true
		if page, err = n.collectionPage(ctx, p.Actor, next, budget); err != nil {
			return time.Time{}, err
		}
	}
}

// firstPage asks for a collection and gives its first page; none when it has not changed.
func (n *Node) firstPage(ctx context.Context, p queue.Peer, at coop.IRI, budget *outbound.Budget, out *pulled) (strictjson.Object, error) {
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, p.ETags[string(at)], budget)
	if err != nil {
		return strictjson.Object{}, err
	}
	if doc.NotModified {
		out.etags[string(at)] = p.ETags[string(at)]
		return strictjson.Object{}, nil
	}
	if doc.ETag != "" {
		out.etags[string(at)] = doc.ETag
	}
	if first := doc.Object.Object("first"); !first.IsZero() {
		return first, nil
	}
	if iri, ok := doc.Object.IRI("first"); ok && len(doc.Object.List("orderedItems")) == 0 && len(doc.Object.List("items")) == 0 {
		return n.collectionPage(ctx, p.Actor, iri, budget)
	}
	return doc.Object, nil
}

func (n *Node) collectionPage(ctx context.Context, peer, iri coop.IRI, budget *outbound.Budget) (strictjson.Object, error) {
	if !coop.SameOrigin(iri, peer) {
		return strictjson.Object{}, coop.Errorf(coop.Forbidden, "origin.differs", "page %s of %s", iri, peer)
	}
	doc, err := n.fetch(ctx, outbound.KindCollection, iri, budget)
	return doc.Object, err
}

// pullItems takes the items of a page, in one transaction: what a collection lists came from the peer's own origin over our own request, so an embedded
// object of the peer's is as good as a fetched one. Anything else is left out.
func (n *Node) pullItems(ctx context.Context, p queue.Peer, list []strictjson.Value, out *pulled) error {
	now := n.Now().UTC()
	var all []market.Listing
	for _, v := range list {
		if l, ok := pulledListing(v, p.Actor, now); ok {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return nil
	}
	changed, err := n.takePulled(ctx, p.Actor, all, now)
	if err != nil && coop.ClassOf(err) != coop.Unavailable { // one of them: the others are taken without it
		for _, l := range all {
			c, err := n.takePulled(ctx, p.Actor, []market.Listing{l}, now)
			switch {
			case err != nil && coop.ClassOf(err) == coop.Unavailable:
				return err
			case err != nil:
				n.Log.Info("listing of a peer not taken", "listing", string(l.IRI), "error", err)
			}
			out.changed = out.changed || c
		}
		return nil
	}
	out.changed = out.changed || changed
	return err
}

func (n *Node) takePulled(ctx context.Context, peer coop.IRI, all []market.Listing, now time.Time) (changed bool, err error) {
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		changed = false
		if cur, err := tx.Peer(peer); err != nil || cur.State != queue.Accepted {
			return err // ended while we read
		}
		for _, l := range all {
			c, err := market.Receive(tx, l, n.NewID(), now)
			if err != nil {
				return err
			}
			changed = changed || c
		}
		return nil
	})
	return changed, err
}

// pulledListing reads an item of a peer's collection: a listing of its own, or the Create or Update of one.
func pulledListing(v strictjson.Value, peer coop.IRI, now time.Time) (market.Listing, bool) {
	item, ok := v.Object()
	if ok && item.Is("Create", "Update") {
		item = item.Object("object")
	}
	if !ok || item.IsZero() {
		return market.Listing{}, false
	}
	id, ok := item.ID()
	owner, ok2 := item.IRI("attributedTo")
	if !ok || !ok2 || owner != peer || !coop.SameOrigin(id, peer) {
		return market.Listing{}, false
	}
	l, is, err := vocab.DecodeListing(item, peer, now)
	return l, is && err == nil
}

// dropUnlisted drops listings of the peer that its own collection no longer lists: it closed or deleted them and we did not
// hear of it. Collections list what is for everyone; what was sent to peers alone stands in none and stays.
func (n *Node) dropUnlisted(ctx context.Context, peer coop.IRI, what market.Purpose, began time.Time, out *pulled) error {
	cursor := ""
	for {
		page, err := n.Market.Store.Search(ctx, market.Query{Reach: coop.CoopOnly, Home: peer, Purpose: what, Sort: market.Newest,
			Cursor: cursor, Limit: market.MaxPage}, n.Now().UTC())
		if err != nil {
			return err
		}
		for _, l := range page.Listings {
			if l.Visibility != coop.Everyone || !l.Seen.Before(began) { // listed, or pushed while we read
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
