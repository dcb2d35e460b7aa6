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
	"toadlane/region"
)

// announceRegions tells the followers of the regions that are hosted here what came onto their markets, each region at its pace, and takes back what is
// shown no more. It looks once in limits.AnnounceEvery, and tells how many announcements it made or took back. Asking a server what it runs goes on beside
// it, in asks.
func (n *Node) announceRegions(ctx context.Context, asks *sync.WaitGroup) (int, error) {
	now := n.Now().UTC()
	if !n.nextAnnounce.IsZero() && now.Before(n.nextAnnounce) && n.nextAnnounce.Sub(now) <= limits.AnnounceEvery {
		return 0, nil
	}
	n.nextAnnounce = now.Add(limits.AnnounceEvery)
	list, err := joined(n.Region.Store.At(ctx))
	if err != nil {
		return 0, fmt.Errorf("regions: %w", err)
	}
	all := 0
	var errs []error
	for i := range list {
		if !n.hosts(&list[i]) {
			continue
		}
		did, err := n.announceRegion(ctx, &list[i], asks)
		if all += did; err != nil { // of one region: the others go on
			errs = append(errs, fmt.Errorf("announce in region %s: %w", list[i].ID, err))
		}
	}
	if all > 0 {
		n.wakeDelivery()
	}
	return all, errors.Join(errs...)
}

// hosts tells whether the account of a region is ours and goes on.
func (n *Node) hosts(r *region.Region) bool {
	return r.Hosted && r.State == region.Joined && r.Charter.Host == n.addr.Region(r.Slug)
}

func (n *Node) announceRegion(ctx context.Context, r *region.Region, asks *sync.WaitGroup) (int, error) {
	group := r.Charter.Host
	if followed, err := n.Store.Followed(ctx, group); !followed || err != nil {
		return 0, err
	}
	if err := n.askOne(ctx, group, asks); err != nil {
		return 0, err
	}
	forums, err := n.Store.Followed(ctx, group, takesWhole...)
	if err != nil {
		return 0, err
	}
	handed, err := n.handOnChanges(ctx, r, forums)
	if err != nil {
		return handed, err
	}
	did, err := n.announceDue(ctx, r, forums)
	return handed + did, err
}

// chosen is what has its turn now.
type chosen struct{ undo, announce []region.Item }

// choose reads what is due in a region, and gives what its pace lets through.
func choose(read region.Reader, of region.ID, now time.Time) (c chosen, err error) {
	back, err := read.ItemsToUndo(of, region.UndosPerMinute)
	if err != nil {
		return c, err
	}
	due, err := read.ItemsToAnnounce(of, now.Add(-region.ItemsWait), region.MaxParts)
	if err != nil || len(back)+len(due) == 0 {
		return c, err
	}
	const day = 24 * time.Hour
	done, err := read.ItemsAnnounced(of, now.Add(-day), region.ItemsPerMinute*int(day/time.Minute))
	if err != nil {
		return c, err
	}
	c.undo = region.TakeBack(back, done, now)
	for _, i := range c.undo {
		i.Undone = now
		done = append(done, i)
	}
	c.announce = region.Pace(due, done, now)
	return c, nil
}

// announcement is one item with what is sent for it.
type announcement struct {
	item   region.Item
	all    []queue.Activity // the first is what announces it by its address, or takes that back
	to     []queue.Fanout   // of each
	origin []queue.Target   // where the first goes too: to whose it is, who is named and counts who announces it
}

// announceDue announces what has its turn, and takes back. Documents are written and signed before the transaction, in which the choice is made once
// more: another process may have announced meanwhile.
func (n *Node) announceDue(ctx context.Context, r *region.Region, forums bool) (int, error) {
	now := n.Now().UTC().Truncate(time.Microsecond)
	due, err := choose(n.Region.Store.At(ctx), r.ID, now)
	if err != nil || len(due.undo)+len(due.announce) == 0 {
		return 0, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return 0, err
	}
	ready := map[coop.IRI]announcement{}
	for _, i := range due.undo {
		if ready[i.Object], err = n.undoItem(ctx, w, r, i, now); err != nil {
			return 0, err
		}
	}
	for _, i := range due.announce {
		a, ok, err := n.announceItem(ctx, w, r, i, forums, now)
		if err != nil {
			return 0, err
		}
		if ok {
			ready[i.Object] = a
		}
	}
	did := 0
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		did = 0
		cur, err := tx.Region(r.ID) // held to the end
		if err != nil || !n.hosts(&cur) {
			return err
		}
		due, err := choose(tx, r.ID, now)
		if err != nil {
			return err
		}
		for _, i := range append(due.undo, due.announce...) {
			a, ok := ready[i.Object]
			if !ok {
				continue
			}
			did++
			if err := n.putAnnouncement(tx, r, a); err != nil {
				return err
			}
		}
		return nil
	})
	return did, err
}

func (n *Node) putAnnouncement(tx queue.Tx, r *region.Region, a announcement) error {
	if !a.item.Undone.IsZero() {
		if err := tx.WithdrawActivities(r.Charter.Host, a.item.Object); err != nil {
			return err
		}
	}
	for i, act := range a.all {
		if err := tx.PutActivity(act); err != nil {
			return err
		}
		if _, err := tx.FanOut(act, r.Charter.Host, a.to[i]); err != nil {
			return err
		}
	}
	for _, t := range a.origin {
		if f, err := tx.Follower(r.Charter.Host, t.Actor); err == nil && f.State == queue.Accepted {
			continue // it has it as a follower
		} else if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if _, err := tx.FanOut(a.all[0], r.Charter.Host, queue.Fanout{Extra: []queue.Target{t}, Due: a.to[0].Due}); err != nil {
			return err
		}
	}
	return tx.PutItem(r.ID, a.item)
}

// announceItem writes what an item is announced by. ok is false for one that is to wait: what its origin told of it is not written yet.
func (n *Node) announceItem(ctx context.Context, w vocab.Writer, r *region.Region, i region.Item, forums bool, now time.Time) (a announcement, ok bool, err error) {
	group, origin := r.Charter.Host, i.Origin
	if origin == "" {
		origin = n.addr.Coop()
	}
	i.Activity, i.Announced = n.NewID(), now
	doc, err := w.Announce(n.addr.Activity(i.Activity), now, group, i.Object, origin)
	if err != nil {
		return a, false, err
	}
	act, err := n.activity(ctx, i.Activity, "Announce", group, i.Object, true, now, doc)
	if err != nil {
		return a, false, err
	}
	to := queue.Fanout{Followers: group, Object: toldAt(group, now), Due: now}
	a = announcement{item: i, all: []queue.Activity{act}, to: []queue.Fanout{to}}
	if a.origin, err = n.itemHome(ctx, i); err != nil || !forums {
		return a, true, err
	}
	said, err := n.saidOf(ctx, i)
	if err != nil || len(said) == 0 && i.Origin == "" && now.Sub(i.Came) < time.Minute {
		return a, false, err
	}
	for _, s := range said {
		act, err := n.whole(w, group, i.Object, s, now)
		if err != nil {
			return a, false, err
		}
		a.all, a.to = append(a.all, act), append(a.to, queue.Fanout{Followers: group, Runs: takesWhole, Due: now})
	}
	return a, true, nil
}

// undoItem writes what takes an announcement back. It goes to the followers of the day too: they may have read it in the outbox.
func (n *Node) undoItem(ctx context.Context, w vocab.Writer, r *region.Region, i region.Item, now time.Time) (a announcement, err error) {
	group, id := r.Charter.Host, n.NewID()
	doc, err := w.UndoAnnounce(n.addr.Activity(id), now, group, n.addr.Activity(i.Activity), i.Object)
	if err != nil {
		return a, err
	}
	act, err := n.activity(ctx, id, "Undo", group, i.Object, true, now, doc)
	if err != nil {
		return a, err
	}
	to := queue.Fanout{Followers: group, Ever: toldAt(group, i.Announced), Due: now}
	i.Undone = now
	a = announcement{item: i, all: []queue.Activity{act}, to: []queue.Fanout{to}}
	a.origin, err = n.itemHome(ctx, i)
	return a, err
}

// itemHome is where the co-op is reached whose item it is; nowhere for ours.
func (n *Node) itemHome(ctx context.Context, i region.Item) ([]queue.Target, error) {
	if i.Origin == "" {
		return nil, nil
	}
	t, ok, err := n.targetOf(ctx, i.Origin)
	if !ok || err != nil {
		return nil, err
	}
	return []queue.Target{t}, nil
}

// toldAt is what is remembered of where an account's announcements went: by the hour, since there are thousands in a day, all to nearly the same.
func toldAt(group coop.IRI, at time.Time) coop.IRI {
	return group + "#" + coop.IRI(at.UTC().Format("2006-01-02T15"))
}

// boosted lists under what it is remembered where regions that are hosted here announced an object of ours: whoever was told of it so fetched it, and is
// to hear what becomes of it.
func (n *Node) boosted(ctx context.Context, object coop.IRI) (out []coop.IRI, err error) {
	read := n.Region.Store.At(ctx)
	list, err := joined(read)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if !n.hosts(&list[i]) {
			continue
		}
		item, err := read.Item(list[i].ID, object)
		switch {
		case err == nil:
			out = append(out, toldAt(list[i].Charter.Host, item.Announced))
		case coop.ClassOf(err) != coop.NotFound:
			return nil, err
		}
	}
	return out, nil
}
