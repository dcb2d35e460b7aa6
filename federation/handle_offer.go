package federation

import (
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// handleOffer takes a change that a co-op gives back to a page of ours. The text is fetched from it, and what the text was made from as far as that is
// not here, in as many goes as it takes. Offers of other things are nothing to us.
func (n *Node) handleOffer(ctx context.Context, in received) (change, error) {
	target, ok := in.doc.IRI("target")
	slug := n.addr.protocol(target)
	if !ok || slug == "" {
		return nil, nil
	}
	id, ok := in.doc.ID()
	at, ok2 := in.doc.IRI("object")
	of, text, ok3 := vocab.SplitRevision(at)
	if !ok || !ok2 || !ok3 {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "offer of %.100s", in.doc.RawOf("object"))
	}
	if !coop.SameOrigin(at, in.peer) {
		return nil, coop.Errorf(coop.Forbidden, "origin.differs", "offer of %s by %s", at, in.peer)
	}
	p, err := n.Handbook.Protocol(ctx, commons, slug)
	if err != nil {
		return nil, err
	}
	if known, err := n.offerKnown(ctx, handbook.Offer{Activity: id, From: in.peer, Page: target, Revision: text}); known || err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limits.HistoryTime)
	defer cancel()
	r, err := n.fetchRevision(ctx, at, in.peer, in.budget)
	switch {
	case err != nil:
		return nil, err
	case r.Home != in.peer:
		return nil, coop.Errorf(coop.Forbidden, "owner.differs", "text %s belongs to %s", at, r.Home)
	}
	if r.Reason == "" {
		r.Reason = vocab.Reason(in.doc)
	}
	if err := n.keepText(ctx, r); err != nil {
		return nil, err
	}
	lacking, err := n.lacking(ctx, of, text)
	if err != nil {
		return nil, err
	}
	got, more, err := n.gather(ctx, in.peer, append(slices.Clone(r.Before), lacking...), nil, nil)
	if err = n.related(ctx, p.Latest, text, more, err); err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		o := handbook.Offer{Activity: id, From: in.peer, Page: target, Revision: text}
		if _, fresh, err := n.Handbook.ReceiveOffer(tx, o, r.Revision); err != nil || !fresh {
			return err
		}
		return n.keepPast(tx, p.ID, in.peer, got)
	}, nil
}

// offerKnown tells whether an offer has come before. Class Conflict: key offer.differs when it came with another text, offer.many when too many
// of its sender wait.
func (n *Node) offerKnown(ctx context.Context, in handbook.Offer) (bool, error) {
	all, err := n.Handbook.Store.At(ctx).OffersFor(in.Page)
	if err != nil {
		return false, err
	}
	waiting := 0
	for _, o := range all {
		switch {
		case o.From != in.From:
		case o.Activity == in.Activity && o.Revision != in.Revision:
			return false, coop.Errorf(coop.Conflict, "offer.differs", "offer %s came with %s before", in.Activity, o.Revision)
		case o.Activity == in.Activity:
			return true, nil
		case !o.State.Settled():
			waiting++
		}
	}
	if waiting >= limits.OffersPerCoop {
		return false, coop.Errorf(coop.Conflict, "offer.many", "%d changes of %s wait", waiting, in.From)
	}
	return false, nil
}

// related tells whether fetching may stop: the text has something in common with ours, or nothing more is to be had. What is left is fetched later.
func (n *Node) related(ctx context.Context, ours, theirs handbook.RevisionID, more bool, failed error) error {
	if !more && failed == nil {
		return nil // whether it is related is the handbook's to say
	}
	h, err := n.past(ctx, ours, theirs)
	if err != nil {
		return err
	}
	if _, ok := h.Base(ours, theirs); ok && coop.KeyOf(failed) != "revision.forged" {
		return nil
	}
	if failed != nil {
		return failed
	}
	return coop.Errorf(coop.TooMany, "history.more", "the past of %s is fetched in several goes", theirs)
}

// keepPast keeps where the texts are that a change given to a page of ours was made from: whoever reads the page's history later asks there.
func (n *Node) keepPast(tx queue.Tx, page coop.ID, home coop.IRI, got []vocab.Revision) error {
	for _, r := range got {
		if r.Home != home {
			continue
		}
		if _, err := tx.Revision(page, r.ID); err == nil || coop.ClassOf(err) != coop.NotFound {
			if err != nil {
				return err
			}
			continue
		}
		old := handbook.Revision{ID: r.ID, Name: r.Name, Source: r.Source, Parents: r.Parents, Protocol: page, IRI: r.IRI, Home: home, Reason: r.Reason, Made: r.Made}
		if err := tx.PutRevision(old); err != nil {
			return err
		}
	}
	return nil
}
