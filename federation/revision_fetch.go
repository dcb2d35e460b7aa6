package federation

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// fetchRevision asks the home of a text for it and computes its id anew. A proof need not be there, since its home itself says so; a wrong one is
// refused. payer is for whose sake we keep it. Errors: those of fetch; Invalid, key revision.forged; TooMany when payer has had us keep
// enough for an hour.
func (n *Node) fetchRevision(ctx context.Context, at, payer coop.IRI, budget *outbound.Budget) (vocab.Revision, error) {
	_, id, ok := vocab.SplitRevision(at)
	if !ok {
		return vocab.Revision{}, coop.Errorf(coop.Invalid, "revision.unknown", "text at %.100q", at)
	}
	doc, err := n.fetch(ctx, outbound.KindRevision, at, budget)
	if err != nil {
		return vocab.Revision{}, fmt.Errorf("text %s: %w", at, err)
	}
	now := n.Now().UTC()
	r, err := vocab.DecodeRevision(doc.Object, now)
	switch {
	case err != nil:
		return r, err
	case r.ID != id:
		return r, coop.Errorf(coop.Invalid, "revision.forged", "text %s came as %s", at, r.ID)
	}
	if doc.Object.Has("proof") {
		if err := n.provenBy(ctx, doc.Raw, r.Home); err != nil && coop.ClassOf(err) == coop.Invalid {
			return r, fmt.Errorf("text %s: %w", at, err)
		}
	}
	if _, ok := n.texts.Keep(payer, len(doc.Raw), now); !ok {
		return r, coop.Errorf(coop.TooMany, "peer.busy", "%s had us keep enough for an hour", payer)
	}
	return r, nil
}

// provenBy checks the proof of a document against a key of owner: one that is known here while owner's server is gone. Errors: Invalid, key
// revision.forged, when the proof is wrong or another's; those of PublicKey when no key could be had.
func (n *Node) provenBy(ctx context.Context, doc []byte, owner coop.IRI) error {
	forged := func(err error) error {
		return coop.Errorf(coop.Invalid, "revision.forged", "proof for %s: %w", owner, err)
	}
	proof, err := sig.ParseProof(doc)
	if err != nil {
		return forged(err)
	}
	if !coop.SameOrigin(proof.Method(), owner) {
		return forged(fmt.Errorf("key %s", proof.Method()))
	}
	for _, refresh := range []bool{false, true} {
		key, err := n.peers.PublicKey(ctx, proof.Method(), refresh)
		if err != nil {
			return err
		}
		public, ok := key.Key.(ed25519.PublicKey)
		if !ok || key.Owner != owner {
			return forged(fmt.Errorf("key %s of %s", key.ID, key.Owner))
		}
		if err = proof.Verify(public); err == nil {
			return nil
		}
		if refresh {
			return forged(err)
		}
	}
	return nil
}

// historyBudget is what one thing that came may have us ask for, beyond what other things may: a past is fetched text by text.
func historyBudget() *outbound.Budget {
	return outbound.NewBudget(limits.HistoryAtOnce + limits.Redirects)
}

// gather fetches texts from where they are said to be, and those that they were made from as far as they are not here, and keeps each at once: a
// try that is broken off is not for nothing. It stops when enough says so, and tells when there is more than one go fetches. What is not
// where it should be is left out: it is a text without a known past.
func (n *Node) gather(ctx context.Context, payer coop.IRI, from []coop.IRI, budget *outbound.Budget, enough func() (bool, error)) (got []vocab.Revision, more bool, err error) {
	seen := map[handbook.RevisionID]bool{}
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		_, id, ok := vocab.SplitRevision(at)
		if !ok || seen[id] || n.self(at) {
			continue
		}
		seen[id] = true
		if _, err := n.Handbook.Store.At(ctx).Text(id); err == nil {
			continue
		} else if coop.ClassOf(err) != coop.NotFound {
			return got, false, err
		}
		if len(got) >= limits.HistoryAtOnce {
			return got, true, nil
		}
		r, err := n.fetchRevision(ctx, at, payer, budget)
		switch {
		case err == nil:
		case coop.KeyOf(err) == "fetch.budget":
			return got, true, nil
		case coop.KeyOf(err) == "revision.forged":
			return got, false, err
		case coop.ClassOf(err) == coop.NotFound, coop.ClassOf(err) == coop.Gone, coop.ClassOf(err) == coop.Forbidden, coop.ClassOf(err) == coop.Invalid:
			n.Log.Info("a text is not where it should be", "revision", string(at), "error", err)
			continue
		default:
			return got, false, err
		}
		if err := n.keepText(ctx, r); err != nil {
			return got, false, err
		}
		got, from = append(got, r), append(from, r.Before...)
		if enough != nil {
			if ok, err := enough(); ok || err != nil {
				return got, false, err
			}
		}
	}
	return got, false, nil
}

// keepText keeps a text that its own home gave, and under its page when that is here.
func (n *Node) keepText(ctx context.Context, r vocab.Revision) error {
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		_, err := n.Handbook.ReceiveRevision(tx, r.Of, r.Revision)
		return err
	})
}

// past is the graph of some texts and of all that they come from, as far as it is here.
func (n *Node) past(ctx context.Context, of ...handbook.RevisionID) (*handbook.History, error) {
	steps, err := n.Handbook.Store.At(ctx).Steps(of...)
	if err != nil {
		return nil, err
	}
	return handbook.NewHistory(steps)
}

// lacking lists where the texts may be that some come from and that are not here: at the page that they are of.
func (n *Node) lacking(ctx context.Context, page coop.IRI, of ...handbook.RevisionID) ([]coop.IRI, error) {
	h, err := n.past(ctx, of...)
	if err != nil {
		return nil, err
	}
	var out []coop.IRI
	for _, id := range h.Missing() {
		out = append(out, vocab.RevisionIRI(page, id))
	}
	return out, nil
}
