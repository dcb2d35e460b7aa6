package federation

import (
	"context"
	"errors"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// tellWanted tells the council of a region that is hosted here of a co-op that asks, or asks no more.
func (n *Node) tellWanted(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	to, err := n.councilThen(ctx, &t)
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
	to, err := n.councilThen(ctx, &t)
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

// councilThen is where the other co-ops of the council are reached that an event speaks of.
func (n *Node) councilThen(ctx context.Context, t *region.Told) ([]queue.Target, error) {
	all, err := n.Region.Store.At(ctx).Charters(t.Region)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID == t.Charter {
			return n.seatTargets(ctx, c.Council)
		}
	}
	return nil, nil
}

func actorsOf(to []queue.Target) []coop.IRI {
	out := make([]coop.IRI, len(to))
	for i := range to {
		out[i] = to[i].Actor
	}
	return out
}

// handleWanted takes that the host of a region asks its council about a co-op. Whoever asks is looked at before our stewards are shown it: a host can't make
// up co-ops for them to vote about. What comes before the charter by which it is the host, or we sit in the council, waits for that.
func (n *Node) handleWanted(ctx context.Context, in received) (change, error) {
	var do []change
	var whom []coop.IRI
	for _, o := range vocab.WordsIn(in.doc) {
		next, who, err := n.wantedWord(ctx, in, o)
		if err != nil {
			return nil, err
		}
		if next != nil {
			do, whom = append(do, next), append(whom, who)
		}
	}
	return func(tx queue.Tx) error {
		for i, next := range do {
			if err := next(tx); err != nil {
				return err
			}
			if err := n.reconcile(tx, whom[i]); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (n *Node) wantedWord(ctx context.Context, in received, o strictjson.Object) (do change, who coop.IRI, err error) {
	from := heardFrom{who: in.peer, budget: in.budget}
	if vocab.IsAdmission(o) {
		a, err := vocab.DecodeAdmission(o)
		if err != nil {
			return nil, "", err
		}
		r, err := n.councilOf(ctx, a.Region, in.peer)
		if r == nil || err != nil {
			return nil, "", err
		}
		do, err = n.admissionHeard(ctx, r, a, from)
		return do, a.Coop, err
	}
	if !vocab.IsEntry(o) {
		return nil, "", nil
	}
	e, err := vocab.DecodeEntry(o)
	if err != nil {
		return nil, "", err
	}
	r, err := n.councilOf(ctx, e.Region, in.peer)
	if r == nil || err != nil {
		return nil, "", err
	}
	p, err := n.Region.Store.At(ctx).Part(r.ID, e.Coop)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return nil, "", err
	}
	if p.Entry.ID == "" && !e.Left {
		if err := errors.Join(n.lists(ctx, &e, from), n.roomToWait(ctx, r.ID)); err != nil {
			return nil, "", err
		}
	}
	heard, err := n.entryHeard(ctx, r, e, from)
	if err != nil {
		return nil, "", err
	}
	return func(tx queue.Tx) error {
		if heard != nil {
			if err := heard(tx); err != nil {
				return err
			}
		}
		return n.Region.FavourAgain(tx, r.ID, e.Coop)
	}, e.Coop, nil
}

// councilOf gives a region that we take part in, in whose council we are asked by its host; nil for one that is none of ours. Class Unavailable, key
// charter.unknown, when by the charter that is known here we are not, or the sender is not the host: the charters are read first, soon.
func (n *Node) councilOf(ctx context.Context, id region.ID, host coop.IRI) (*region.Region, error) {
	r, err := n.Region.Store.At(ctx).Region(id)
	if err != nil || r.Hosted || r.State != region.Joined {
		if coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return nil, err
	}
	if r.Charter.Host == host && r.Answers(n.addr.Coop()) {
		return &r, nil
	}
	if err := n.readSoon(ctx, id); err != nil {
		return nil, err
	}
	return nil, coop.Errorf(coop.Unavailable, "charter.unknown", "%s asks the council of %s, hosted by %s", host, id, r.Charter.Host)
}

// roomToWait tells whether one more may wait for the council's votes. Class Conflict, key region.full.
func (n *Node) roomToWait(ctx context.Context, of region.ID) error {
	waiting, err := n.Region.Store.At(ctx).CountParts(of, region.Asking)
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
