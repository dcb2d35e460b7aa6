package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// takeProtocol takes what a co-op says of a page of its own, when we follow it or have the page; its text is fetched first.
func (n *Node) takeProtocol(ctx context.Context, in received, p handbook.Protocol) (change, error) {
	takes, err := n.takesPage(ctx, p)
	if err != nil || !takes {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limits.HistoryTime)
	defer cancel()
	got, more, err := n.readPage(ctx, p, historyBudget())
	if err != nil {
		return nil, err
	}
	return func(tx queue.Tx) error {
		if _, err := n.keepPage(tx, p, got); err != nil || !more {
			return err
		}
		peer, err := tx.Peer(in.peer)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return err
		}
		peer.Backfill = true // the next reading of its handbook goes on
		return tx.PutPeer(peer)
	}, nil
}

// takesPage tells whether a page is of interest: its co-op is followed, or it is here and we go by it.
func (n *Node) takesPage(ctx context.Context, p handbook.Protocol) (bool, error) {
	peers, err := n.Store.Following(ctx)
	if err != nil {
		return false, err
	}
	if !followsAccepted(peers, p.Home) {
		held, err := n.Handbook.Held(ctx, p.IRI)
		return len(held) > 0, err
	}
	_, err = n.Handbook.Store.At(ctx).ProtocolByIRI(p.IRI)
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return err == nil, err
	}
	return true, n.roomFor(ctx, p.Home)
}

// roomFor tells whether one more page of a co-op is kept. Class Conflict, key handbook.full.
func (n *Node) roomFor(ctx context.Context, home coop.IRI) error {
	pages, err := n.Handbook.Store.At(ctx).PagesOf(home)
	if err == nil && len(pages) >= limits.HandbookPages {
		err = coop.Errorf(coop.Conflict, "handbook.full", "%d pages of %s are kept", len(pages), home)
	}
	return err
}

// readPage fetches of a page what is not here: the text in use, and, where we go by the page, what lies between that and what we hold.
func (n *Node) readPage(ctx context.Context, p handbook.Protocol, budget *outbound.Budget) (got []vocab.Revision, more bool, err error) {
	read := n.Handbook.Store.At(ctx)
	old, err := read.ProtocolByIRI(p.IRI)
	there := err == nil
	switch {
	case err != nil && coop.ClassOf(err) != coop.NotFound:
		return nil, false, err
	case there && old.Home != p.Home:
		return nil, false, coop.Errorf(coop.Forbidden, "owner.differs", "page %s belongs to %s", p.IRI, old.Home)
	case there && p.Updated.Before(old.Updated):
		return nil, false, nil
	}
	if there {
		_, err = read.Revision(old.ID, p.Latest)
		there = err == nil
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, false, err
		}
	}
	if !there {
		r, err := n.fetchRevision(ctx, vocab.RevisionIRI(p.IRI, p.Latest), p.Home, budget)
		if err == nil && r.Home != p.Home {
			err = coop.Errorf(coop.Forbidden, "owner.differs", "text %s belongs to %s", r.IRI, r.Home)
		}
		if err == nil {
			err = n.keepText(ctx, r)
		}
		if err != nil {
			return nil, false, err
		}
		got = append(got, r)
	}
	held, err := n.Handbook.Held(ctx, p.IRI)
	if err != nil || len(held) == 0 {
		return got, false, err
	}
	between, more, err := n.between(ctx, p, held, got, budget)
	return append(got, between...), more, err
}

// between fetches what lies between the latest text of a page and what we hold, until they have something in common.
func (n *Node) between(ctx context.Context, p handbook.Protocol, held []handbook.RevisionID, latest []vocab.Revision, budget *outbound.Budget) ([]vocab.Revision, bool, error) {
	enough := func() (bool, error) {
		h, err := n.past(ctx, append([]handbook.RevisionID{p.Latest}, held...)...)
		if err != nil {
			return false, err
		}
		for _, id := range held {
			if _, ok := h.Base(id, p.Latest); !ok {
				return false, nil
			}
		}
		return true, nil
	}
	if ok, err := enough(); ok || err != nil {
		return nil, false, err
	}
	var from []coop.IRI
	for _, r := range latest {
		from = append(from, r.Before...)
	}
	more, err := n.lacking(ctx, p.IRI, p.Latest)
	if err != nil {
		return nil, false, err
	}
	return n.gather(ctx, p.Home, append(from, more...), budget, enough)
}

// keepPage keeps a page and the texts of it that were fetched. It tells whether anything changed.
func (n *Node) keepPage(tx queue.Tx, p handbook.Protocol, got []vocab.Revision) (bool, error) {
	_, changed, err := n.Handbook.ReceivePage(tx, p)
	if err != nil {
		return false, err
	}
	for _, r := range got {
		fresh, err := n.Handbook.ReceiveRevision(tx, r.Of, r.Revision)
		if err != nil {
			return false, fmt.Errorf("page %s: %w", p.IRI, err)
		}
		changed = changed || fresh
	}
	return changed, nil
}
