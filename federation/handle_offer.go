package federation

import (
	"context"
	"errors"
	"slices"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// handleOffer takes a change that a co-op gives back to a page of ours. The text is fetched from it, and what the text was made from as far as that is
// not here, in as many goes as it takes. An offer may also ask the council of a region about a co-op; others are nothing to us.
func (n *Node) handleOffer(ctx context.Context, in received) (change, error) {
	target, ok := in.doc.IRI("target")
	if ok && target == n.addr.Of(in.peer, "members") {
		return n.handleWanted(ctx, in)
	}
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
	o := handbook.Offer{Activity: id, From: in.peer, Page: target, Revision: text}
	if known, err := offerKnown(n.Handbook.Store.At(ctx), o); known || err != nil {
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
	got, err := n.gatherOffered(ctx, in.peer, of, p.Latest, r)
	if err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		if known, err := offerKnown(tx, o); known || err != nil { // again: many may have been fetched side by side
			return err
		}
		if _, fresh, err := n.Handbook.ReceiveOffer(tx, o, r.Revision); err != nil || !fresh {
			return err
		}
		return n.keepPast(tx, p.ID, in.peer, got)
	}, nil
}

// gatherOffered keeps the text r of the page of, which its co-op peer gives back to a page whose latest text is ours, and fetches its past as
// far as it is not here. When that has nothing to do with ours, all of it goes again: nobody fills our disk with what we refuse.
func (n *Node) gatherOffered(ctx context.Context, peer, of coop.IRI, ours handbook.RevisionID, r vocab.Revision) ([]vocab.Revision, error) {
	if err := n.keepText(ctx, r); err != nil {
		return nil, err
	}
	lacking, err := n.lacking(ctx, of, r.ID)
	if err != nil {
		return nil, err
	}
	got, more, err := n.gather(ctx, peer, append(slices.Clone(r.Before), lacking...), historyBudget(), nil)
	err = n.related(ctx, ours, r.ID, more, err)
	switch coop.ClassOf(err) {
	case coop.Invalid, coop.Forbidden:
		drop := n.Store.Write(ctx, func(tx queue.Tx) error { return tx.DropTexts([]handbook.RevisionID{r.ID}) })
		return nil, errors.Join(err, drop)
	}
	return got, err
}

// offerKnown tells whether an offer has come before. Class Conflict: key offer.differs when it came with another text or of somebody else,
// offer.many when too many wait from its sender's domain.
func offerKnown(read handbook.Reader, in handbook.Offer) (bool, error) {
	all, err := read.OffersFor(in.Page)
	if err != nil {
		return false, err
	}
	waiting, domain := 0, domainOf(in.From)
	for _, o := range all {
		switch {
		case o.Activity == in.Activity && (o.Revision != in.Revision || o.From != in.From):
			return false, coop.Errorf(coop.Conflict, "offer.differs", "offer %s of %s came with %s before", in.Activity, in.From, o.Revision)
		case o.Activity == in.Activity:
			return true, nil
		case o.From != "" && domainOf(o.From) == domain && !o.State.Settled():
			waiting++
		}
	}
	if waiting >= limits.OffersPerDomain {
		return false, coop.Errorf(coop.Conflict, "offer.many", "%d changes of %s wait", waiting, domain)
	}
	return false, nil
}

// related tells whether fetching may stop because the text has something in common with ours. Errors: TooMany, key history.more, when what they may
// have in common is fetched later; Invalid, key offer.unrelated, when nothing more is to be had; failed, when that kept us from knowing.
func (n *Node) related(ctx context.Context, ours, theirs handbook.RevisionID, more bool, failed error) error {
	h, err := n.past(ctx, ours, theirs)
	if err != nil {
		return err
	}
	_, ok := h.Base(ours, theirs)
	switch {
	case coop.KeyOf(failed) == "revision.forged":
		return failed
	case ok:
		return nil
	case failed != nil:
		return failed
	case more:
		return coop.Errorf(coop.TooMany, "history.more", "the past of %s is fetched in several goes", theirs)
	}
	return coop.Errorf(coop.Invalid, "offer.unrelated", "%s has nothing in common with %s", theirs, ours)
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
