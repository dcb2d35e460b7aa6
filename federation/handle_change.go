package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// ourOffer finds the change given back that an answer is about; ok is false when it is about something else.
func (n *Node) ourOffer(ctx context.Context, in received) (o handbook.Offer, ok bool, err error) {
	id, ok := in.doc.IRI("object")
	if !ok || n.addr.id("a", id) == "" {
		return o, false, nil
	}
	o, err = n.Handbook.Store.At(ctx).OfferByActivity(id)
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return o, false, nil
	}
	return o, err == nil && o.From == "", err
}

// changeAnswered keeps the answer to a change that we gave back, which only whose page it is may give. The text that their page took is fetched
// first, and what lies between it and ours.
func (n *Node) changeAnswered(ctx context.Context, in received, o handbook.Offer, to queue.Relation) (change, error) {
	p, err := n.Handbook.Store.At(ctx).ProtocolByIRI(o.Page)
	switch {
	case err == nil && p.Home != in.peer, err != nil && !coop.SameOrigin(o.Page, in.peer):
		return nil, coop.Errorf(coop.Forbidden, "owner.differs", "%s answers for %s", in.peer, o.Page)
	case err != nil && coop.ClassOf(err) != coop.NotFound:
		return nil, err
	}
	answer := func(result handbook.RevisionID, reason string) change {
		return func(tx queue.Tx) error {
			_, err := n.Handbook.OfferAnswered(tx, o.Activity, in.peer, result, reason)
			return err
		}
	}
	if to == queue.Refused {
		return answer("", vocab.Reason(in.doc)), nil
	}
	at, ok := in.doc.IRI("result")
	page, result, ok2 := vocab.SplitRevision(at)
	if !ok || !ok2 || page != o.Page {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "accepted as %.100s", in.doc.RawOf("result"))
	}
	ctx, cancel := context.WithTimeout(ctx, limits.HistoryTime)
	defer cancel()
	enough := func() (bool, error) {
		h, err := n.past(ctx, result, o.Revision)
		return err == nil && h.IsAncestor(o.Revision, result), err
	}
	if ok, err := enough(); ok || err != nil {
		return answer(result, ""), err
	}
	lacking, err := n.lacking(ctx, page, result)
	if err != nil {
		return nil, err
	}
	_, more, err := n.gather(ctx, in.peer, append([]coop.IRI{at}, lacking...), historyBudget(), enough)
	if err != nil {
		return nil, err
	}
	if more {
		return nil, coop.Errorf(coop.TooMany, "history.more", "the past of %s is fetched in several goes", result)
	}
	return answer(result, ""), nil
}
