package federation

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/outbound"
	"toadlane/market"
	"toadlane/region"
)

// getAgreements tells how many things worked out with which other co-ops, of those that share a region with us in which both of us let that be shown.
func (n *Node) getAgreements(w http.ResponseWriter, r *http.Request) {
	n.serveCollection(w, r, func(ctx context.Context, _ coop.IRI, _ bool, _ string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		list, err := n.bondsTold(ctx)
		if err != nil {
			return nil, err
		}
		return wr.Agreements(list)
	})
}

func (n *Node) bondsTold(ctx context.Context) (out []market.Bond, err error) {
	all, err := n.Market.Bonds(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if b.Coop != "" {
			continue
		}
		if both, err := n.bothShow(n.Region.Store.At(ctx), b.With); err != nil {
			return nil, err
		} else if both && len(out) < market.MaxBonds {
			out = append(out, b)
		}
	}
	return out, nil
}

// bothShow tells whether there is a region in which a co-op and ours let be shown how much works out between them.
func (n *Node) bothShow(read region.Reader, who coop.IRI) (bool, error) {
	regions, err := joined(read)
	if err != nil {
		return false, err
	}
	for _, r := range regions {
		both := true
		for _, side := range []coop.IRI{n.addr.Coop(), who} {
			p, err := read.Part(r.ID, side)
			if err != nil && coop.ClassOf(err) != coop.NotFound {
				return false, err
			}
			both = both && err == nil && p.Counts() && slices.Contains(p.Entry.Shares, region.ShareBonds)
		}
		if both {
			return true, nil
		}
	}
	return false, nil
}

// lacksBonds tells whether how much worked out between a co-op and others may be shown and was never read.
func (n *Node) lacksBonds(tx queue.Tx, p *queue.Peer) (bool, error) {
	for at := range p.ETags {
		if strings.HasSuffix(at, "/agreements") {
			return false, nil
		}
	}
	return n.bothShow(tx, p.Actor)
}

// pullBonds reads how many things worked out between a peer and others, where that is shown.
func (n *Node) pullBonds(ctx context.Context, p queue.Peer, at coop.IRI, out *pulled) error {
	both, err := n.bothShow(n.Region.Store.At(ctx), p.Actor)
	if err != nil || !both {
		return err
	}
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, p.ETags[string(at)], outbound.NewBudget(2))
	if err != nil {
		return err
	}
	if doc.ETag != "" {
		out.etags[string(at)] = doc.ETag
	}
	if doc.NotModified {
		out.etags[string(at)] = p.ETags[string(at)]
		return nil
	}
	out.changed = true
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		if cur, err := tx.Peer(p.Actor); err != nil || cur.State != queue.Accepted {
			return err // ended while we read
		}
		return market.ReceiveBonds(tx, p.Actor, vocab.DecodeAgreements(doc.Object, p.Actor))
	})
}
