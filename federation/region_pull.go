package federation

import (
	"context"
	"errors"
	"fmt"
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

// pullRegions reads the charters and words of regions that are due, then asks those who are in a region whether they say so themselves. It tells how
// much it did.
func (n *Node) pullRegions(ctx context.Context) (int, error) {
	read := n.Region.Store.At(ctx)
	due, err := read.RegionsToPull(n.Now().UTC().Add(-limits.PullEvery), limits.RegionsAtOnce)
	if err != nil {
		return 0, fmt.Errorf("regions to read: %w", err)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(due))
	for i, r := range due {
		wg.Go(func() { errs[i] = n.pullRegion(ctx, r) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	list, err := joined(read)
	if err != nil {
		return len(due), fmt.Errorf("regions: %w", err)
	}
	did := len(due)
	for _, r := range list {
		k, err := n.checkParts(ctx, r)
		if did += k; err != nil {
			return did, fmt.Errorf("who says that they take part in region %s: %w", r.ID, err)
		}
	}
	return did, nil
}

// pullRegion reads one region from its host, or from members of it when that does not answer, and notes how it went. The error is that nothing could
// be noted.
func (n *Node) pullRegion(ctx context.Context, r region.Region) error {
	wait, cancel := context.WithTimeout(ctx, limits.PullTimeout)
	defer cancel()
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
		if err := n.Region.Pulled(tx, r.ID, etag, trouble); err != nil || trouble == "" {
			return err
		}
		cur, err := tx.Region(r.ID)
		if err != nil {
			return err
		}
		cur.Pulled = cur.Pulled.Add(time.Hour - limits.PullEvery) // once more in an hour
		return tx.PutRegion(cur)
	}); err != nil {
		return fmt.Errorf("note that region %s was read: %w", r.ID, err)
	}
	return nil
}

// readRegion gives the ETag of the words, as its host served them. An error says that the host could not be read; what its members gave is kept.
func (n *Node) readRegion(ctx context.Context, r *region.Region) (etag string, err error) {
	if r.Hosted {
		return r.ETag, n.reconcileAll(ctx) // what others say of it comes to us
	}
	host := r.Charter.Host
	if etag, err = n.readFrom(ctx, r, host, "", ""); err == nil {
		return etag, n.reconcileAll(ctx) // a block that was lifted, a refusal that is long ago
	}
	for _, p := range n.mirrors(ctx, r.ID) {
		charters, words := papersAt(p, r.ID)
		if _, other := n.readFrom(ctx, r, p, charters, words); other != nil {
			n.Log.Info("read a region from a member", "region", string(r.ID), "member", string(p), "error", other)
			continue
		}
		break
	}
	return "", fmt.Errorf("host %s: %w", host, err)
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
	budget := outbound.NewBudget(limits.RegionPages + limits.CharterPages + 2*limits.Redirects)
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
	if !host {
		known = ""
	}
	etag, err = n.readWords(ctx, r, heardFrom{who: from, read: true, budget: budget}, words, known)
	if err != nil {
		return "", fmt.Errorf("words %s: %w", words, err)
	}
	return etag, nil
}
