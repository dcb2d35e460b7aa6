package federation

import (
	"context"
	"errors"
	"sync"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// partsOf lists the regions that we take part in and that another co-op is in, as their roll says; waiting leaves out those where its own actor has said
// so already.
func (n *Node) partsOf(ctx context.Context, who coop.IRI, waiting bool) ([]region.Region, error) {
	read := n.Region.Store.At(ctx)
	list, err := joined(read)
	if err != nil {
		return nil, err
	}
	var out []region.Region
	for _, r := range list {
		p, err := read.Part(r.ID, who)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				continue
			}
			return nil, err
		}
		if p.State == region.In && !p.Own && !(waiting && p.Counts()) {
			out = append(out, r)
		}
	}
	return out, nil
}

// confirm takes what a co-op's own actor, fetched a moment ago, says of its part in regions: it counts when it names the region and lists the key of
// its latest word. Then it is followed, or no more.
func (n *Node) confirm(tx queue.Tx, a *queue.Actor, regions []region.Region) error {
	if len(regions) == 0 {
		return nil
	}
	doc, err := strictjson.Parse(a.Raw)
	if err != nil {
		return err
	}
	for _, r := range regions {
		p, err := tx.Part(r.ID, a.IRI)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				continue
			}
			return err
		}
		blocks, err := tx.Blocks() // after the part is held: one that comes now has it looked at again
		if err != nil {
			return err
		}
		says := !targetsOf(blocks...).hold(a.IRI) && vocab.SignsBy(doc, p.Entry.Key, n.Now()) && vocab.TakesPart(doc, r.ID)
		if _, err := n.Region.Confirm(tx, r.ID, a.IRI, says); err != nil {
			return err
		}
	}
	return n.reconcile(tx, a.IRI)
}

// partsAnew has the parts in regions of those looked at again whom a block names: it has come, or is lifted.
func (n *Node) partsAnew(tx queue.Tx, target string) error {
	named := targetsOf(queue.Block{Target: target})
	list, err := joined(tx)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := n.Region.LookAgain(tx, r.ID, named.hold); err != nil {
			return err
		}
	}
	return nil
}

// checkParts asks co-ops that a region's roll lists whether they say so themselves. The error is that something could not be noted.
func (n *Node) checkParts(ctx context.Context, r *region.Region, parts []region.Part) error {
	ctx, cancel := context.WithTimeout(ctx, limits.PullTimeout)
	defer cancel()
	n.blocks.stale() // that another process blocked one of them, or lifted that, may be why they are looked at
	var wg sync.WaitGroup
	errs, slots := make([]error, len(parts)), make(chan struct{}, limits.PullAtOnce)
	for i, p := range parts {
		slots <- struct{}{}
		wg.Go(func() {
			errs[i] = n.checkPart(ctx, r, p.Coop)
			<-slots
		})
	}
	wg.Wait()
	n.Changed()
	n.Wake()
	return errors.Join(errs...)
}

func (n *Node) checkPart(ctx context.Context, r *region.Region, who coop.IRI) error {
	var a queue.Actor
	blocked := n.blocks.Blocked(who)
	err := coop.Errorf(coop.TooMany, "peer.busy", "too many unknown actors under %s", domainOf(who))
	if _, known := n.Store.Actor(ctx, who); !blocked && (known == nil || n.rolls.Discover(who, n.Now())) {
		a, err = n.fetchActor(ctx, who, outbound.NewBudget(limits.FetchesPerInbound))
	}
	if errors.Is(err, context.Canceled) {
		return nil // the node stops: that is no news of the co-op
	}
	if err != nil && !blocked {
		n.Log.Info("ask a co-op whether it takes part", "coop", string(who), "region", string(r.ID), "error", err)
	}
	return n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) error {
		switch {
		case err == nil:
			return n.confirm(tx, &a, []region.Region{*r})
		case blocked, coop.ClassOf(err) == coop.NotFound, coop.ClassOf(err) == coop.Gone, coop.ClassOf(err) == coop.Invalid:
			if _, err := n.Region.Confirm(tx, r.ID, who, false); err != nil {
				return err
			}
			return n.reconcile(tx, who)
		}
		return n.Region.Unanswered(tx, r.ID, who)
	})
}
