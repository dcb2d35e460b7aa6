package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
)

// pullTroubles is how many pages may fail to come before a reading is broken off: one that does not come is no reason to leave out the others.
const pullTroubles = 3

// pullHandbook reads the pages of a peer's handbook, with the texts in use, and goes on with what of them we go by. One reading makes
// limits.HandbookFetches requests at most; more tells that the next has to go on.
func (n *Node) pullHandbook(ctx context.Context, p queue.Peer, at coop.IRI, out *pulled) error {
	budget := outbound.NewBudget(limits.HandbookFetches)
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, p.ETags[string(at)], budget)
	if err != nil {
		return err
	}
	if doc.NotModified {
		out.etags[string(at)] = p.ETags[string(at)]
		return nil
	}
	page := doc.Object
	if first := page.Object("first"); !first.IsZero() {
		page = first
	} else if iri, ok := page.IRI("first"); ok {
		if page, err = n.collectionPage(ctx, p.Actor, iri, budget); err != nil {
			return err
		}
	}
	seen := map[coop.IRI]bool{at: true}
	left, did, troubles := false, 0, 0
	var trouble error
	for parts := 1; ; parts++ {
		for _, v := range page.List("orderedItems") {
			worked, whole, err := n.pullPage(ctx, p, v, budget, out)
			if err != nil {
				trouble = err
				if troubles++; troubles == pullTroubles || ctx.Err() != nil || coop.ClassOf(err) == coop.Internal {
					return err
				}
			}
			did += worked
			left = left || !whole
		}
		next, ok := page.IRI("next")
		if !ok || seen[next] || parts >= limits.HandbookParts {
			break
		}
		if budget.Left() == 0 {
			left = true
			break
		}
		seen[next] = true
		if page, err = n.collectionPage(ctx, p.Actor, next, budget); err != nil {
			return err
		}
	}
	switch {
	case trouble != nil:
		return trouble // once more, soon
	case !left && doc.ETag != "":
		out.etags[string(at)] = doc.ETag
	case left && did > 0: // each go has to bring something, or it would never end
		out.more = true
	}
	return nil
}

// pullPage takes one page of the peer's handbook: said by its own origin over our own request. What is somebody else's, no page, or more than we keep is
// left out. It tells how many texts it fetched, and whether nothing of the page is left for later.
func (n *Node) pullPage(ctx context.Context, p queue.Peer, v strictjson.Value, budget *outbound.Budget, out *pulled) (worked int, whole bool, err error) {
	item, ok := v.Object()
	if !ok {
		at, ok := v.IRI()
		if !ok || !coop.SameOrigin(at, p.Actor) {
			return 0, true, nil
		}
		doc, err := n.fetch(ctx, outbound.KindRevision, at, budget)
		if err != nil {
			return 0, coop.KeyOf(err) != "fetch.budget", passing(err)
		}
		item = doc.Object
	}
	page, is, err := vocab.DecodeProtocol(item, p.Actor, n.Now().UTC())
	if err != nil || !is {
		return 0, true, nil
	}
	takes, err := n.takesPage(ctx, page)
	if err != nil || !takes {
		return 0, true, passing(err)
	}
	got, more, err := n.readPage(ctx, page, budget)
	if err != nil {
		n.Log.Info("page of a peer not taken", "page", string(page.IRI), "error", err)
		return 0, coop.KeyOf(err) != "fetch.budget", passing(err)
	}
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		if cur, err := tx.Peer(p.Actor); err != nil || cur.State != queue.Accepted {
			return err // ended while we read
		}
		changed, err := n.keepPage(tx, page, got)
		out.changed = out.changed || changed
		return err
	})
	if err != nil {
		n.Log.Info("page of a peer not kept", "page", string(page.IRI), "error", err)
		return 0, true, passing(err) // what is fetched again each time is no progress
	}
	return len(got), !more, nil
}

// passing keeps of an error what may go better another time: that of one page alone is no reason to leave out the others.
func passing(err error) error {
	switch coop.ClassOf(err) {
	case coop.Unavailable, coop.Internal:
	case coop.TooMany:
		if coop.KeyOf(err) == "fetch.budget" {
			return nil
		}
	default:
		return nil
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("handbook: %w", err)
}
