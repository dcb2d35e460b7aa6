package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/market"
)

// audience says who gets something of ours of reach v: all followers of the co-op, or only those that it follows too.
func (n *Node) audience(v coop.Visibility, object coop.IRI) queue.Fanout {
	return queue.Fanout{Followers: n.addr.Coop(), PeersOnly: v == coop.Peers, Object: object}
}

// tellListing sends a new or changed listing to whoever may see it. What stays in the co-op is told to nobody.
func (n *Node) tellListing(ctx context.Context, e queue.Event) ([]told, error) {
	var l market.Listing
	if err := e.Read(&l); err != nil {
		return nil, err
	}
	if l.Visibility < coop.Peers {
		return nil, nil
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	typ, write := "Create", w.CreateListing
	if e.Event.Kind != coop.ListingPosted {
		typ, write = "Update", w.UpdateListing
	}
	id := e.Event.ID
	doc, err := write(n.addr.Activity(id), l.Updated, l)
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, id, typ, n.addr.Coop(), l.IRI, l.Visibility == coop.Everyone, e.Event.At, doc)
	if err != nil {
		return nil, err
	}
	to := n.audience(l.Visibility, l.IRI)
	if typ == "Update" && l.Visibility == coop.Everyone {
		to.Ever = l.IRI // a closed offer must not stay open where a former follower keeps a copy
		if to.Boosted, err = n.boosted(ctx, l.IRI); err != nil {
			return nil, err
		}
	}
	return []told{{activity: a, sender: n.addr.Coop(), to: to}}, nil
}

// tellNarrowed takes a listing away from those who may not see it any more, and sends it as it is now to those who may.
func (n *Node) tellNarrowed(ctx context.Context, e queue.Event) ([]told, error) {
	var l market.Listing
	if err := e.Read(&l); err != nil {
		return nil, err
	}
	gone, err := n.deleteListing(ctx, e, l)
	if err != nil {
		return nil, err
	}
	if l.Visibility < coop.Peers {
		gone.to.Followers = n.addr.Coop() // who follows may have fetched it while it was public
		return []told{gone}, nil
	}
	gone.to = queue.Fanout{Ever: l.IRI, Boosted: gone.to.Boosted, But: true, Followers: n.addr.Coop(), PeersOnly: true}
	kept, err := n.tellListing(ctx, queue.Event{Row: e.Row, Snapshot: e.Snapshot,
		Event: coop.Event{ID: n.NewID(), Kind: coop.ListingChanged, At: e.Event.At, Subject: e.Event.Subject}})
	if err != nil {
		return nil, err
	}
	return append([]told{gone}, kept...), nil
}

// tellListingDeleted sends the Delete to everybody the listing was ever sent to (invariant 8), and to those who may have fetched
// it by themselves: GoToSocial (0.20, 2026-11) reads what is featured before it follows, co-ops read the lists of offers and wants.
func (n *Node) tellListingDeleted(ctx context.Context, e queue.Event) ([]told, error) {
	var l market.Listing
	if err := e.Read(&l); err != nil {
		return nil, err
	}
	gone, err := n.deleteListing(ctx, e, l)
	if err != nil {
		return nil, err
	}
	if l.Visibility >= coop.Peers {
		boosted := gone.to.Boosted
		gone.to = n.audience(l.Visibility, "")
		gone.to.Ever, gone.to.Boosted = l.IRI, boosted
	}
	return []told{gone}, nil
}

func (n *Node) deleteListing(ctx context.Context, e queue.Event, l market.Listing) (told, error) {
	w, _, err := n.writer(ctx)
	if err != nil {
		return told{}, err
	}
	id, actor := e.Event.ID, n.addr.Coop()
	a := vocab.Audience{To: []coop.IRI{coop.Public}, CC: []coop.IRI{n.addr.Of(actor, "followers")}}
	if l.Visibility != coop.Everyone {
		a = vocab.Audience{To: []coop.IRI{n.addr.Of(actor, "followers")}}
	}
	doc, err := w.Delete(n.addr.Activity(id), actor, l.IRI, "Note", e.Event.At, a)
	if err != nil {
		return told{}, err
	}
	act, err := n.activity(ctx, id, "Delete", actor, l.IRI, l.Visibility == coop.Everyone, e.Event.At, doc)
	if err != nil {
		return told{}, err
	}
	boosted, err := n.boosted(ctx, l.IRI)
	return told{activity: act, sender: actor, to: queue.Fanout{Ever: l.IRI, Boosted: boosted}, withdraws: true}, err
}
