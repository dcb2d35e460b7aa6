package federation

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// pullRegions starts to read the charters and words of regions that are due, and to ask those who are in a region whether they say so themselves, as far
// as slots are free, and tells how many it started. Each ends by itself, so that a host that hangs holds up no other region, and of several processes one does it.
func (n *Node) pullRegions(ctx context.Context, reads *sync.WaitGroup, slots chan struct{}) (int, error) {
	read, started := n.Region.Store.At(ctx), 0
	start := func(what string, due func(queue.Tx) (bool, error), work func(context.Context) error) {
		if _, busy := n.reading.LoadOrStore(what, struct{}{}); busy {
			return
		}
		select {
		case slots <- struct{}{}:
		default:
			n.reading.Delete(what)
			return
		}
		started++
		reads.Add(1)
		go func() {
			defer reads.Done()
			did, err := n.inTurn(ctx, what, due, work)
			n.reading.Delete(what)
			<-slots
			if did && err == nil { // where another process is at it, to look again at once would find the same
				poke(n.regionsWake)
			} else if err != nil && ctx.Err() == nil { // it is due as before, and tried again when the loop looks next
				n.Log.Error("regions", "work", what, "error", err)
			}
		}()
	}
	due, err := read.RegionsToPull(n.Now().UTC().Add(-limits.PullEvery), 2*limits.RegionsAtOnce)
	if err != nil {
		return 0, fmt.Errorf("regions to read: %w", err)
	}
	for _, r := range due {
		start("read "+string(r.ID), func(tx queue.Tx) (bool, error) {
			cur, err := tx.Region(r.ID)
			if err != nil {
				if coop.ClassOf(err) == coop.NotFound {
					err = nil
				}
				return false, err
			}
			r = cur
			return takesPart(&r) && r.Pulled.Before(n.Now().UTC().Add(-limits.PullEvery)), nil
		}, func(ctx context.Context) error { return n.pullRegion(ctx, r) })
	}
	list, err := joined(read)
	if err != nil {
		return started, fmt.Errorf("regions: %w", err)
	}
	for _, r := range list {
		toAsk := func(read region.Reader) ([]region.Part, error) {
			return read.PartsToCheck(r.ID, n.Now().UTC().Add(-region.CheckEvery), limits.RegionChecks)
		}
		parts, err := toAsk(read)
		if err != nil {
			return started, fmt.Errorf("who is to be asked in region %s: %w", r.ID, err)
		}
		if len(parts) > 0 {
			start("ask "+string(r.ID), func(tx queue.Tx) (_ bool, err error) {
				parts, err = toAsk(tx)
				return len(parts) > 0, err
			}, func(ctx context.Context) error { return n.checkParts(ctx, &r, parts) })
		}
	}
	return started, nil
}

// regionsSoon has the regions read again that we take part in: while this node was off another may have been made the host of one, and what was sent
// meanwhile comes when its senders try again.
func (n *Node) regionsSoon(ctx context.Context) error {
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		due, err := tx.RegionsToPull(n.Now().UTC(), region.MaxRegions)
		if err != nil {
			return err
		}
		for _, r := range due {
			r.Pulled = time.Time{}
			if err := tx.PutRegion(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// pullRegion reads one region from its host, or from members of it when that does not answer, and notes how it went. The error is that nothing could
// be noted.
func (n *Node) pullRegion(ctx context.Context, r region.Region) error {
	wait, cancel := context.WithTimeout(ctx, limits.RegionTime)
	defer cancel()
	was := r.Charter.ID
	etag, err := n.readRegion(wait, &r)
	if ctx.Err() != nil {
		return nil // broken off: it is due as before
	}
	trouble := ""
	if err != nil {
		trouble = err.Error()
		n.Log.Info("read a region", "region", string(r.ID), "error", err)
	}
	if err := n.Store.Write(ctx, func(tx queue.Tx) error {
		turned := r.Charter.ID != was // what its new host says is to be read too
		if err := n.Region.Pulled(tx, r.ID, etag, trouble); err != nil || trouble == "" && !turned {
			return err
		}
		cur, err := tx.Region(r.ID)
		if err != nil {
			return err
		}
		if cur.Pulled = cur.Pulled.Add(time.Hour - limits.PullEvery); turned { // once more in an hour, or now
			cur.Pulled = time.Time{}
		}
		return tx.PutRegion(cur)
	}); err != nil {
		return fmt.Errorf("note that region %s was read: %w", r.ID, err)
	}
	return nil
}

// readRegion gives the ETag of the words, as its host served them. An error says that the host could not be read; what its members gave is kept.
func (n *Node) readRegion(ctx context.Context, r *region.Region) (etag string, err error) {
	host, mirrors := r.Charter.Host, n.mirrors(ctx, r.ID)
	if r.Hosted {
		if err := n.settleRegion(ctx, r.ID); err != nil {
			return r.ETag, err
		}
		answered := len(mirrors) == 0
		for _, p := range mirrors { // who may have agreed on another host while we were away
			answered = n.askCharters(ctx, r, p) || answered
		}
		if !answered {
			return r.ETag, coop.Errorf(coop.Unavailable, "peer.unreachable", "none of %d members answers", len(mirrors))
		}
		if r.Marked {
			if err := n.refresh(ctx, r, mirrors); err != nil {
				return r.ETag, err
			}
		}
		return r.ETag, n.reconcileAll(ctx) // what else others say of it comes to us
	}
	if etag, err = n.readFrom(ctx, r, host, "", ""); err == nil {
		if len(mirrors) > 0 { // a host that was replaced may not know, or not say so
			n.askCharters(ctx, r, mirrors[rand.IntN(len(mirrors))])
		}
		if r.Marked {
			if err := n.refresh(ctx, r, mirrors); err != nil {
				return etag, err
			}
		}
		return etag, n.reconcileAll(ctx) // a block that was lifted, a refusal that is long ago
	}
	for _, p := range mirrors {
		charters, words := papersAt(p, r.ID)
		if _, other := n.readFrom(ctx, r, p, charters, words); other != nil {
			n.Log.Info("read a region from a member", "region", string(r.ID), "member", string(p), "error", other)
			continue
		}
		break
	}
	return "", fmt.Errorf("host %s: %w", host, err)
}

// refresh reads what others hold of us and, where we host, of what we said, after this node was made of a backup. Once half of those who are asked told, or
// there is nobody to ask, words of ours go on from where they were: one that left since, or is away, must not keep us silent.
func (n *Node) refresh(ctx context.Context, r *region.Region, members []coop.IRI) error {
	var errs []error
	for _, p := range members {
		charters, words := papersAt(p, r.ID)
		if _, err := n.readFrom(ctx, r, p, charters, words); err != nil {
			errs = append(errs, fmt.Errorf("what %s holds of us: %w", p, err))
		}
	}
	if 2*len(errs) > len(members) {
		return errors.Join(errs...)
	}
	return n.Store.Write(ctx, func(tx queue.Tx) error { return n.Region.Refreshed(tx, r.ID) })
}

// mirrors lists members who may know of a region what its host does not say.
func (n *Node) mirrors(ctx context.Context, of region.ID) (out []coop.IRI) {
	list, _, err := n.Region.Store.At(ctx).Parts(of, region.In, partsAtOnce, "")
	if err != nil {
		return nil
	}
	for _, p := range list {
		if p.Counts() && !p.Own && len(out) < limits.RegionMirrors {
			out = append(out, p.Coop)
		}
	}
	return out
}

// readFrom reads a region from its host, whose account says where, or from a member.
func (n *Node) readFrom(ctx context.Context, r *region.Region, from, charters, words coop.IRI) (etag string, err error) {
	budget := outbound.NewBudget(limits.RegionPages + limits.CharterPages + limits.ListPages + limits.RegionAreas + 2*limits.Redirects)
	host := charters == ""
	if host {
		a, err := n.fetchActor(ctx, from, budget)
		if err != nil {
			return "", err
		}
		doc, err := strictjson.Parse(a.Raw)
		if err != nil {
			return "", err
		}
		parts, ok := vocab.RegionOf(doc)
		if !ok {
			return "", coop.Errorf(coop.Invalid, "region.none", "%s is no account of a region", from)
		}
		charters, words = parts.Charters, parts.Words
	}
	all, marks, err := n.readCharters(ctx, from, charters, budget)
	if err != nil {
		return "", fmt.Errorf("charters %s: %w", charters, err)
	}
	known := r.ETag
	if *r, err = n.Region.HearCharters(ctx, r.ID, all, marks); err != nil {
		return "", err
	}
	if err := n.readList(ctx, r, from, charters, budget); err != nil {
		return "", fmt.Errorf("list %s: %w", r.Charter.Root, err)
	}
	if err := n.settleRegion(ctx, r.ID); err != nil {
		return "", err
	}
	if !host {
		known = ""
	}
	etag, err = n.readWords(ctx, r, heardFrom{who: from, read: true, budget: budget}, words, known)
	if err != nil {
		return "", fmt.Errorf("words %s: %w", words, err)
	}
	n.readAreas(ctx, r, charters, budget)
	return etag, nil
}
