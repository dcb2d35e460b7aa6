package federation

import (
	"bytes"
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// RemotePhoto gives the id of our own copy of the index-th picture of a neighbour's listing (0 and up). The first to look at it
// has it fetched from its home and re-encoded; visitors never ask another server for anything. Anybody who may see the listing
// may call it. Errors: NotFound; Unavailable when its home does not answer, and for a while after that.
func (n *Node) RemotePhoto(ctx context.Context, listing coop.ID, index int) (coop.ID, error) {
	l, err := n.Market.Store.Listing(ctx, listing)
	if err != nil {
		return "", fmt.Errorf("photo of %s: %w", listing, err)
	}
	if l.Local() || index < 0 || index >= len(l.Photos) {
		return "", coop.Errorf(coop.NotFound, "photo.unknown", "photo %d of listing %s", index, listing)
	}
	photo := l.Photos[index]
	if photo.ID != "" {
		_, _, err := n.Photos.PhotoReach(ctx, photo.ID)
		if err == nil || coop.ClassOf(err) != coop.NotFound {
			return photo.ID, err
		} // swept since nobody looked: fetched anew
	}
	if photo.Remote == "" || n.blocks.Blocked(photo.Remote) {
		return "", coop.Errorf(coop.NotFound, "photo.unknown", "photo %d of listing %s", index, listing)
	}
	id, err, _ := n.photos.Do(string(photo.Remote), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.MediaTimeout)
		defer cancel()
		return n.fetchPhoto(ctx, listing, photo.Remote)
	})
	if err != nil {
		return "", fmt.Errorf("photo %d of listing %s: %w", index, listing, err)
	}
	return id.(coop.ID), nil
}

func (n *Node) fetchPhoto(ctx context.Context, listing coop.ID, remote coop.IRI) (coop.ID, error) {
	now := n.Now()
	if n.seen.Marked("no photo "+string(remote), limits.NegativeCache, now) {
		return "", coop.Errorf(coop.Unavailable, "photo.unreachable", "%s did not answer a moment ago", remote)
	}
	failed := func(err error) (coop.ID, error) {
		n.seen.Within("no photo "+string(remote), limits.NegativeCache, now)
		return "", coop.Errorf(coop.Unavailable, "photo.unreachable", "%w", err)
	}
	resp, err := n.Out.Get(ctx, outbound.Request{Kind: outbound.KindMedia, URL: remote,
		Budget: outbound.NewBudget(limits.Redirects + 1)})
	if err != nil {
		return failed(err)
	}
	pic, err := n.Picture(ctx, bytes.NewReader(resp.Body))
	if err != nil {
		return failed(err)
	}
	id, err := n.Photos.PutPhoto(ctx, "", pic)
	if err != nil {
		return "", err
	}
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		for i := range l.Photos {
			if l.Photos[i].Remote == remote {
				l.Photos[i].ID, l.Photos[i].Type = id, pic.Type
				l.Photos[i].Width, l.Photos[i].Height, l.Photos[i].Blurhash = pic.Width, pic.Height, pic.Blurhash
			}
		}
		return tx.PutListing(l)
	})
	if err != nil {
		return "", err
	}
	n.Changed()
	return id, nil
}
