package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// handleUndo takes back a Follow, Like, Announce or Block. What is stored decides whose it was; an embedded copy says at most
// which one is meant (security rule R4). What has not come yet is waited for.
func (n *Node) handleUndo(_ context.Context, in received) (change, error) {
	id, named := in.doc.IRI("object")
	undone := in.doc.Object("object")
	if !undone.IsZero() {
		if a, ok := undone.IRI("actor"); undone.Has("actor") && (!ok || a != in.peer) {
			return nil, coop.Errorf(coop.Forbidden, "actor.differs", "Undo of another's activity")
		}
	}
	if named && !coop.SameOrigin(id, in.peer) {
		return nil, coop.Errorf(coop.Forbidden, "origin.differs", "Undo of %s", id)
	}
	now := n.Now().UTC()
	return func(tx queue.Tx) error {
		if undone.Is("Follow") || undone.IsZero() {
			found, err := n.undoFollow(tx, in, id, undone)
			if err != nil || found {
				return err
			}
		}
		if undone.Is("Like", "EmojiReact", "Announce", "Dislike") || undone.IsZero() {
			if of, ok := undone.IRI("object"); ok && n.addr.id("listings", of) == "" {
				return nil // of somebody else's, as an account of a region tells all its followers: it was never kept
			}
			r, err := tx.ReactionByIRI(id)
			switch {
			case err == nil && r.Actor != in.peer:
				return coop.Errorf(coop.Forbidden, "owner.differs", "%s belongs to %s", id, r.Actor)
			case err == nil:
				return tx.DropReaction(id, in.peer)
			case coop.ClassOf(err) != coop.NotFound:
				return err
			}
		}
		if undone.Is("Block") || !undone.IsZero() && !undone.Is("Follow", "Like", "EmojiReact", "Announce", "Dislike") {
			return nil // nothing of ours hangs on it
		}
		if now.Sub(in.row.Created) > limits.ParkedFor {
			return nil // its Follow or Like never came
		}
		return fmt.Errorf("undo of %s: %w", id, queue.ErrParked)
	}, nil
}

func (n *Node) undoFollow(tx queue.Tx, in received, id coop.IRI, undone interface{ IRI(string) (coop.IRI, bool) }) (bool, error) {
	peer, local := in.peer, n.addr.Coop()
	if target, ok := undone.IRI("object"); ok {
		local = target
	}
	f, err := tx.Follower(local, peer)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// Servers that forgot the id of their Follow make a new one for its Undo; actor and object are enough (Misskey).
	if _, ok := undone.IRI("object"); !ok && f.Follow != id {
		return false, nil
	}
	// One that came before the Follow and names another is of a follow we no longer knew, after a block or a refusal: taking back
	// the new one in its stead would lose a follower who reads "accepted" (GoToSocial 0.20, snac 2.94 and honk 1.0.0, 2026-11-20).
	if f.Follow != id && in.row.Created.Before(f.Created) {
		return false, nil
	}
	if err := tx.DropFollower(local, peer); err != nil {
		return false, err
	}
	return true, tx.ForgetInbound(peer, string(f.Follow))
}
