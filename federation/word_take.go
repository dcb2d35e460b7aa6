package federation

import (
	"context"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// heardFrom says who handed a word on.
type heardFrom struct {
	who    coop.IRI
	read   bool // we asked for it; else it was sent
	budget *outbound.Budget
}

// entryHeard prepares to keep a co-op's word on its part in a region, and gives what is to be done in a transaction; nil when it is of no interest: of
// another region, or nothing new. One of our own is new when it is from before a backup was put back. Whoever hands it on, it is the co-op's only when it is signed by a key that the co-op lists; a host is
// taken at its word for one that is not known yet, which counts for nothing until the co-op says so itself. Errors: Unauthenticated, key
// proof.bad; those of fetching its actor.
func (n *Node) entryHeard(ctx context.Context, r *region.Region, e region.Entry, from heardFrom) (change, error) {
	if e.Region != r.ID {
		return nil, nil
	}
	p, err := n.Region.Store.At(ctx).Part(r.ID, e.Coop)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return nil, err
	}
	known, host := err == nil && p.Entry.ID != "", from.who == r.Charter.Host
	switch {
	case known && (e.ID == p.Entry.ID || e.Serial < p.Entry.Serial && !e.Left):
		return nil, nil
	case e.Coop == n.addr.Coop() && (!known || e.Key != p.Entry.Key):
		return nil, nil
	case !known && !host && !from.read:
		return nil, nil // the host says of it what counts, now or when we read its words
	}
	rekeyed := known && e.Key != p.Entry.Key
	if rekeyed || !known && !host {
		if err := n.lists(ctx, &e, from); err != nil {
			return nil, err
		}
	}
	return func(tx queue.Tx) error {
		if rekeyed { // the key that is confirmed is another: its actor was looked at, and lists this one
			if _, err := n.Region.Confirm(tx, r.ID, e.Coop, false); err != nil {
				return err
			}
		}
		if _, err := n.Region.ReceiveEntry(tx, e); err != nil || !rekeyed {
			return err
		}
		a, err := tx.Actor(e.Coop)
		if err != nil {
			return err
		}
		return n.confirm(tx, &a, []region.Region{*r})
	}, nil
}

// lists checks that a co-op lists the key by which a word of its is signed: as it is known here, or else as it says now. Errors: Unauthenticated, key
// proof.bad, when it does not; TooMany, key peer.busy.
func (n *Node) lists(ctx context.Context, e *region.Entry, from heardFrom) error {
	now, may := n.Now(), n.limits
	if from.read {
		may = n.rolls
	}
	signs := func(a queue.Actor) bool {
		doc, err := strictjson.Parse(a.Raw)
		return err == nil && !a.Gone && vocab.SignsBy(doc, e.Key, now)
	}
	bad := coop.Errorf(coop.Unauthenticated, "proof.bad", "%s does not list %s", e.Coop, e.Key)
	a, err := n.Store.Actor(ctx, e.Coop)
	switch {
	case err == nil && signs(a):
		return nil
	case err == nil:
		if n.seen.Within("words of "+string(e.Coop), limits.KeyRefetchEvery, now) {
			return bad
		}
	case coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone:
		return err
	case !may.Discover(e.Coop, now):
		return coop.Errorf(coop.TooMany, "peer.busy", "too many unknown actors under %s", domainOf(e.Coop))
	}
	if a, err = n.fetchActor(ctx, e.Coop, from.budget); err != nil {
		return err
	}
	if !signs(a) {
		return bad
	}
	return nil
}

// admissionHeard prepares to keep a host's word on a co-op; nil when it is nothing new. One that is said in the name of a charter that is not in force here
// may be refused with class Unavailable, key charter.unknown: then the charters are read first, soon.
func (n *Node) admissionHeard(ctx context.Context, r *region.Region, a region.Admission, from heardFrom) (change, error) {
	if a.Region != r.ID {
		return nil, nil
	}
	p, err := n.Region.Store.At(ctx).Part(r.ID, a.Coop)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return nil, err
	}
	if err == nil && slices.ContainsFunc(p.Admissions, func(k region.Admission) bool { return k.ID == a.ID }) {
		return nil, nil
	}
	if a.Charter != r.Charter.ID && !from.read {
		if err := n.readSoon(ctx, r.ID); err != nil {
			return nil, err
		}
	}
	return func(tx queue.Tx) error {
		_, err := n.Region.ReceiveAdmission(tx, a)
		return err
	}, nil
}

// readSoon has the charters and words of a region read, unless they were a moment ago.
func (n *Node) readSoon(ctx context.Context, id region.ID) error {
	if n.seen.Within("region "+string(id), limits.KeyRefetchEvery, n.Now()) {
		return nil
	}
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		r, err := tx.Region(id)
		if err != nil {
			return err
		}
		r.Pulled = time.Time{}
		return tx.PutRegion(r)
	})
}

// takeEntry takes a co-op's word on its part in a region, sent by itself or handed on.
func (n *Node) takeEntry(ctx context.Context, in received, o strictjson.Object) (change, error) {
	e, err := vocab.DecodeEntry(o)
	if err != nil {
		return nil, err
	}
	r, err := n.Region.Store.At(ctx).Region(e.Region)
	if err != nil || !takesPart(&r) {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		return nil, nil
	}
	do, err := n.entryHeard(ctx, &r, e, heardFrom{who: in.peer, budget: in.budget})
	if do == nil || err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return n.reconcile(tx, e.Coop)
	}, nil
}
