package federation

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// takesWhole is software that reads an activity of its origin in an Announce (FEP-1b12). Mastodon would fetch the Create, which it takes for one more thing
// to look up, and then know the announcement by an id that no Undo names (app/lib/activitypub/activity.rb and
// app/services/activitypub/fetch_remote_status_service.rb, read 2026-11; see FEDERATION.md).
var takesWhole = []string{"toadlane", "lemmy", "piefed", "mbin", "kbin", "nodebb", "friendica", "mitra"}

// wholeRoom is what an Announce adds to what it holds.
const wholeRoom = 2 << 10

// saidOf gives what the origin of an item told of it, unchanged and with proofs that hold: its Create, and what changed since. Where that is not to be had
// it is empty: then the item is announced by its address alone.
func (n *Node) saidOf(ctx context.Context, i region.Item) (out [][]byte, err error) {
	missing := func(err error) bool { return coop.ClassOf(err) == coop.NotFound }
	if i.Origin == "" {
		since := i.Came.Add(-region.ItemsWait)
		first, err := n.Store.FirstTold(ctx, n.addr.Coop(), i.Object, since)
		if err != nil {
			if missing(err) {
				err = nil
			}
			return nil, err
		}
		last, err := n.Store.LastTold(ctx, n.addr.Coop(), i.Object, since)
		if err != nil {
			return nil, err
		}
		if out = append(out, first.JSON); last.ID != first.ID {
			out = append(out, last.JSON)
		}
		return out, nil
	}
	for _, typ := range []string{"Create", "Update"} {
		in, err := n.Store.Heard(ctx, i.Origin, i.Object, typ)
		switch {
		case err == nil && n.mayHandOn(ctx, i.Origin, in.Raw):
			out = append(out, in.Raw)
		case err != nil && !missing(err):
			return nil, err
		}
	}
	return out, nil
}

// mayHandOn tells whether an activity of a co-op's is for everyone, as an earlier one about the same need not be, carries a proof by a key that is known
// to be its own, and is not too large for others. Nothing is asked for: an origin that hangs must not hold up the others.
func (n *Node) mayHandOn(ctx context.Context, origin coop.IRI, raw []byte) bool {
	doc, err := strictjson.Parse(raw)
	if err != nil || len(raw) > limits.ActivityBytes-wholeRoom {
		return false
	}
	to, _ := doc.Audience("to")
	cc, _ := doc.Audience("cc")
	if !slices.Contains(append(to, cc...), coop.Public) {
		return false
	}
	proof, err := sig.ParseProof(raw)
	if err != nil || !coop.SameOrigin(proof.Method(), origin) {
		return false
	}
	a, err := n.Store.Actor(ctx, origin)
	if err != nil || a.Gone {
		return false
	}
	for _, k := range a.Keys {
		if k.ID != proof.Method() || k.Owner != origin {
			continue
		}
		key, err := x509.ParsePKIXPublicKey(k.Public)
		public, ok := key.(ed25519.PublicKey)
		return err == nil && ok && proof.Verify(public) == nil
	}
	return false
}

// whole is an Announce of an activity as its origin told it. It stands in no outbox, where the same is announced by its address, and has no proof of its own.
func (n *Node) whole(w vocab.Writer, group, object coop.IRI, said []byte, at time.Time) (queue.Activity, error) {
	id := n.NewID()
	doc, err := w.AnnounceWhole(n.addr.Activity(id), at, group, said)
	return queue.Activity{ID: id, IRI: n.addr.Activity(id), Type: "Announce", Actor: group, Object: object, JSON: doc, Created: at}, err
}

// handOnChanges tells servers that take whole activities what became of items that they were told of: a few in a minute, and of what changed more than
// once the last alone.
func (n *Node) handOnChanges(ctx context.Context, r *region.Region, forums bool) (int, error) {
	list, err := n.Region.Store.At(ctx).ItemsBehind(r.ID, region.ItemsPerMinute)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	now := n.Now().UTC().Truncate(time.Microsecond)
	if forums && n.seen.Within("changes "+string(r.ID), time.Minute, now) {
		return 0, nil
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return 0, err
	}
	did, group := 0, r.Charter.Host
	for _, i := range list {
		var acts []queue.Activity
		if forums {
			said, err := n.lastOf(ctx, i)
			if err != nil {
				return did, err
			}
			if said != nil {
				act, err := n.whole(w, group, i.Object, said, now)
				if err != nil {
					return did, err
				}
				acts = append(acts, act)
			}
		}
		err := n.Store.Write(ctx, func(tx queue.Tx) error {
			if _, err := tx.Region(r.ID); err != nil { // held, as when it announces
				return err
			}
			cur, err := tx.Item(r.ID, i.Object)
			if err != nil || cur.Behind != i.Behind || !cur.Undone.IsZero() {
				return err
			}
			cur.Behind = 0
			for _, act := range acts {
				if err := tx.PutActivity(act); err != nil {
					return err
				}
				if _, err := tx.FanOut(act, group, queue.Fanout{Followers: group, Runs: takesWhole, Due: now}); err != nil {
					return err
				}
			}
			return tx.PutItem(r.ID, cur)
		})
		if err != nil {
			return did, err
		}
		did += len(acts)
	}
	return did, nil
}

// lastOf gives the last that the origin of an item told of it, nil when that can't be handed on.
func (n *Node) lastOf(ctx context.Context, i region.Item) ([]byte, error) {
	if i.Origin == "" {
		a, err := n.Store.LastTold(ctx, n.addr.Coop(), i.Object, i.Announced.Add(-region.ItemsWait))
		if err == nil && a.Type != "Create" {
			return a.JSON, nil
		}
		if err != nil && coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return nil, err
	}
	in, err := n.Store.Heard(ctx, i.Origin, i.Object, "Update", "Delete")
	switch {
	case err == nil && n.mayHandOn(ctx, i.Origin, in.Raw):
		return in.Raw, nil
	case err != nil && coop.ClassOf(err) != coop.NotFound:
		return nil, err
	}
	return nil, nil
}
