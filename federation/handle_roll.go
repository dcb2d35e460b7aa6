package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
)

// handleRoll takes what the host of a region tells of who takes part in it (Add, Remove), which is whose words it carries say; what kind of activity it
// is says nothing more. From anybody else it is nothing to us.
func (n *Node) handleRoll(ctx context.Context, in received) (change, error) {
	r, err := n.Region.Store.At(ctx).RegionByHost(in.peer)
	if err != nil || r.Hosted || !takesPart(&r) {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		return nil, nil
	}
	if target, ok := in.doc.IRI("target"); !ok || target != n.addr.Of(in.peer, "members") {
		return nil, nil
	}
	var do []change
	from, of := heardFrom{who: in.peer, budget: in.budget}, map[coop.IRI]bool{}
	for _, o := range vocab.WordsIn(in.doc) {
		var next change
		switch {
		case vocab.IsEntry(o):
			e, err := vocab.DecodeEntry(o)
			if err != nil {
				return nil, err
			}
			of[e.Coop] = true
			next, err = n.entryHeard(ctx, &r, e, from)
			if err != nil {
				return nil, err
			}
		case vocab.IsAdmission(o):
			a, err := vocab.DecodeAdmission(o)
			if err != nil {
				return nil, err
			}
			of[a.Coop] = true
			if next, err = n.admissionHeard(ctx, &r, a, from); err != nil {
				return nil, err
			}
		}
		if next != nil {
			do = append(do, next)
		}
	}
	return func(tx queue.Tx) error {
		for _, next := range do {
			if err := next(tx); err != nil {
				return err
			}
		}
		for who := range of {
			if err := n.reconcile(tx, who); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// joinAnswered takes the answer of a region's host to our Join, or that it ended our part; ok is false when in is no such answer. What counts is the
// host's signed word; a reason is kept for our stewards.
func (n *Node) joinAnswered(ctx context.Context, in received) (do change, ok bool, err error) {
	o := in.doc.Object("result")
	if !vocab.IsAdmission(o) {
		return nil, false, nil
	}
	r, err := n.Region.Store.At(ctx).RegionByHost(in.peer)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = coop.Errorf(coop.NotFound, "region.unknown", "%s hosts no region that is known here", in.peer)
		}
		return nil, true, err
	}
	if !takesPart(&r) {
		return nil, true, nil // we did not ask, or not any more
	}
	a, err := vocab.DecodeAdmission(o)
	if err != nil {
		return nil, true, err
	}
	if a.Coop != n.addr.Coop() || a.Region != r.ID {
		return nil, true, coop.Errorf(coop.Forbidden, "owner.differs", "%s answers %s in %s", in.peer, a.Coop, a.Region)
	}
	take, err := n.admissionHeard(ctx, &r, a, heardFrom{who: in.peer, budget: in.budget})
	if err != nil {
		return nil, true, err
	}
	return func(tx queue.Tx) error {
		if take != nil { // else it came with what all are told
			if err := take(tx); err != nil {
				return err
			}
		}
		if a.In {
			return nil
		}
		return n.Region.ReceiveWhy(tx, in.peer, vocab.Reason(in.doc))
	}, true, nil
}
