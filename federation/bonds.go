package federation

import (
	"context"
	"net/http"
	"slices"

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
	ours, err := n.Market.OwnBonds(ctx)
	if err != nil || len(ours) == 0 {
		return nil, err
	}
	read := n.Region.Store.At(ctx)
	shown, err := n.showing(read)
	if err != nil {
		return nil, err
	}
	for _, b := range ours {
		if both, err := shows(read, shown, b.With); err != nil {
			return nil, err
		} else if both {
			if out = append(out, b); len(out) == market.MaxBonds {
				break
			}
		}
	}
	return out, nil
}

// showing lists the regions in which we let be shown how much works out between us and others.
func (n *Node) showing(read region.Reader) (out []region.Region, err error) {
	regions, err := joined(read)
	if err != nil {
		return nil, err
	}
	for i := range regions {
		if here, err := shows(read, regions[i:i+1], n.addr.Coop()); err != nil {
			return nil, err
		} else if here {
			out = append(out, regions[i])
		}
	}
	return out, nil
}

// shows tells whether a co-op lets that be shown in one of some regions.
func shows(read region.Reader, in []region.Region, who coop.IRI) (bool, error) {
	for i := range in {
		p, err := read.Part(in[i].ID, who)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return false, err
		}
		if err == nil && p.Counts() && slices.Contains(p.Entry.Shares, region.ShareBonds) {
			return true, nil
		}
	}
	return false, nil
}

// pullBonds reads how many things worked out between a peer and others, where both it and we let that be shown.
func (n *Node) pullBonds(ctx context.Context, p queue.Peer, at coop.IRI, out *pulled) error {
	read := n.Region.Store.At(ctx)
	shown, err := n.showing(read)
	if err != nil {
		return err
	}
	if both, err := shows(read, shown, p.Actor); err != nil {
		return err
	} else if !both { // not any more, maybe: what was read on that condition goes with it
		return n.Store.Write(ctx, func(tx queue.Tx) error { return tx.PutBonds(p.Actor, nil) })
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
