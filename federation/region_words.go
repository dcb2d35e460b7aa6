package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// readWords reads who said what, newest first. Where all was read before it ends at the first page that brings nothing new, unless the host counts others
// than we do.
func (n *Node) readWords(ctx context.Context, r *region.Region, from heardFrom, at coop.IRI, known string) (string, error) {
	changed := false
	etag, err := n.eachPage(ctx, from.who, at, known, limits.RegionPages, from.budget, func(page strictjson.Object) (bool, error) {
		fresh := false
		for items := page.Objects("orderedItems"); len(items) > 0; {
			pair := items[:1]
			if len(items) > 1 && vocab.IsEntry(items[0]) && vocab.IsAdmission(items[1]) {
				pair = items[:2]
			}
			items = items[len(pair):]
			news, err := n.readPair(ctx, r, from, pair)
			if err != nil {
				return false, err
			}
			fresh = fresh || news
		}
		changed = changed || fresh
		if fresh || known == "" {
			return true, nil
		}
		count, err := n.Region.Store.At(ctx).CountParts(r.ID, region.In)
		there, ok := page.Int("totalItems")
		return !ok || int(there) != count, err
	})
	if changed {
		n.Changed()
		n.Wake()
	}
	if err == nil && etag == "" {
		etag = known
	}
	return etag, err
}

// readPair keeps what was said of one co-op's part, and tells whether that was new. What can't be believed is left out.
func (n *Node) readPair(ctx context.Context, r *region.Region, from heardFrom, docs []strictjson.Object) (bool, error) {
	var do []change
	var who coop.IRI
	for _, o := range docs {
		var next change
		var err error
		if vocab.IsEntry(o) {
			var e region.Entry
			if e, err = vocab.DecodeEntry(o); err == nil {
				who = e.Coop
				next, err = n.entryHeard(ctx, r, e, from)
			}
		} else {
			var a region.Admission
			if a, err = vocab.DecodeAdmission(o); err == nil {
				who = a.Coop
				next, err = n.admissionHeard(ctx, r, a, from)
			}
		}
		switch {
		case err != nil && (ctx.Err() != nil || coop.ClassOf(err) == coop.Internal):
			return false, err
		case err != nil:
			n.Log.Info("word on a region not taken", "region", string(r.ID), "from", string(from.who), "error", err)
			return false, nil
		case next != nil:
			do = append(do, next)
		}
	}
	if len(do) == 0 {
		return false, nil
	}
	err := n.Store.Write(ctx, func(tx queue.Tx) error {
		for _, next := range do {
			if err := next(tx); err != nil {
				return err
			}
		}
		return n.reconcile(tx, who)
	})
	if c := coop.ClassOf(err); err != nil && (c == coop.Internal || c == coop.Unavailable) && coop.KeyOf(err) != "charter.unknown" {
		return false, err
	}
	if err != nil {
		n.Log.Info("word on a region not kept", "region", string(r.ID), "coop", string(who), "error", err)
		return false, nil
	}
	return true, nil
}
