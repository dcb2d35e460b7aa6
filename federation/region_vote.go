package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/region"
)

// tellWanted tells the council of a region that is hosted here of a co-op that asks, or asks no more.
func (n *Node) tellWanted(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	to, err := n.seatTargets(ctx, &t)
	if err != nil {
		return nil, err
	}
	words := [][]byte{t.Entry.Bytes}
	if t.Admission != nil {
		words = append(words, t.Admission.Bytes)
	}
	doc, err := w.OfferCoop(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Coop, actorsOf(to), words...)
	if err != nil {
		return nil, err
	}
	return n.tellMany(ctx, e, "Offer", t.Host, t.Coop, doc, to)
}

// tellFavoured tells the host of a region and the rest of its council that we favour one that asks.
func (n *Node) tellFavoured(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	to, err := n.seatTargets(ctx, &t)
	if err != nil {
		return nil, err
	}
	doc, err := w.FavourCoop(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Coop, actorsOf(to), t.Vote.Bytes)
	if err != nil {
		return nil, err
	}
	if !t.Hosted {
		host, ok, err := n.targetOf(ctx, t.Host)
		if err != nil {
			return nil, err
		}
		if ok {
			to = append(to, host)
		}
	}
	return n.tellMany(ctx, e, "Accept", n.addr.Coop(), t.Coop, doc, to)
}

// seatTargets is where the other co-ops of the council are reached that an event speaks of.
func (n *Node) seatTargets(ctx context.Context, t *region.Told) (to []queue.Target, err error) {
	all, err := n.Region.Store.At(ctx).Charters(t.Region)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID != t.Charter {
			continue
		}
		for _, s := range c.Council {
			if s.Coop == n.addr.Coop() {
				continue
			}
			target, ok, err := n.targetOf(ctx, s.Coop)
			if err != nil {
				return nil, err
			}
			if ok {
				to = append(to, target)
			}
		}
	}
	return to, nil
}

func actorsOf(to []queue.Target) []coop.IRI {
	out := make([]coop.IRI, len(to))
	for i := range to {
		out[i] = to[i].Actor
	}
	return out
}

// handleWanted takes that the host of a region asks its council about a co-op. Whoever asks is looked at before our stewards are shown it: a host can't make
// up co-ops for them to vote about.
func (n *Node) handleWanted(ctx context.Context, in received) (change, error) {
	r, err := n.Region.Store.At(ctx).RegionByHost(in.peer)
	if err != nil || r.Hosted || !r.Answers(n.addr.Coop()) {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		return nil, nil
	}
	var do []change
	from := heardFrom{who: in.peer, budget: in.budget}
	for _, o := range vocab.WordsIn(in.doc) {
		var next change
		switch {
		case vocab.IsEntry(o):
			e, err := vocab.DecodeEntry(o)
			if err != nil {
				return nil, err
			}
			if err := n.lists(ctx, &e, from); err != nil {
				return nil, err
			}
			if next, err = n.entryHeard(ctx, &r, e, from); err != nil {
				return nil, err
			}
			if err := n.roomToWait(ctx, r.ID, e.Coop); err != nil {
				return nil, err
			}
		case vocab.IsAdmission(o):
			a, err := vocab.DecodeAdmission(o)
			if err != nil {
				return nil, err
			}
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
		return nil
	}, nil
}

// roomToWait tells whether one more may wait for the council's votes. Class Conflict, key region.full.
func (n *Node) roomToWait(ctx context.Context, of region.ID, who coop.IRI) error {
	read := n.Region.Store.At(ctx)
	if _, err := read.Part(of, who); coop.ClassOf(err) != coop.NotFound {
		return err
	}
	waiting, err := read.CountParts(of, region.Asking)
	if err == nil && waiting >= region.MaxAsking {
		err = coop.Errorf(coop.Conflict, "region.full", "%d ask", waiting)
	}
	return err
}

// voteHeard takes the yes of a council co-op to one that asks; ok is false when in is no such activity. What counts is what that co-op signed.
func (n *Node) voteHeard(ctx context.Context, in received) (do change, ok bool, err error) {
	o := in.doc.Object("result")
	if !vocab.IsVote(o) {
		return nil, false, nil
	}
	v, err := vocab.DecodeVote(o)
	if err != nil {
		return nil, true, err
	}
	r, err := n.Region.Store.At(ctx).Region(v.Region)
	if err != nil || !takesPart(&r) {
		if coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return nil, true, err
	}
	keep, err := n.Region.ReceiveVote(ctx, v)
	if err != nil {
		if coop.KeyOf(err) == "charter.unknown" {
			if err := n.readSoon(ctx, r.ID); err != nil {
				return nil, true, err
			}
		}
		return nil, true, err
	}
	return func(tx queue.Tx) error {
		if err := keep(tx); err != nil {
			return err
		}
		return n.reconcile(tx, v.Coop)
	}, true, nil
}
