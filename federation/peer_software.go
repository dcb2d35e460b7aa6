package federation

import (
	"context"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// softwareOf asks a peer's server what it runs (NodeInfo, FEP-f1d5), for a steward to see and to know what it understands. Whatever
// goes wrong gives none: nothing rests on it.
func (n *Node) softwareOf(ctx context.Context, peer coop.IRI) vocab.Software {
	budget := outbound.NewBudget(limits.FetchesPerInbound)
	get := func(at coop.IRI) []byte {
		if n.blocks.Blocked(at) {
			return nil
		}
		resp, err := n.Out.Get(ctx, outbound.Request{Kind: outbound.KindNodeInfo, URL: at, Budget: budget})
		if err != nil {
			return nil
		}
		return resp.Body
	}
	at, err := coop.ParseIRI(peer.Origin() + "/.well-known/nodeinfo")
	if err != nil {
		return vocab.Software{}
	}
	info, err := vocab.DecodeNodeInfoLinks(get(at))
	if err != nil || !coop.SameOrigin(info, at) {
		return vocab.Software{}
	}
	software, err := vocab.DecodeNodeInfo(get(info))
	if err != nil {
		return vocab.Software{}
	}
	return software
}

// askOne asks one server of the followers of an account what it runs, unless one is being asked: what they understand is learned by and by, and nothing
// waits for it. One that does not say is asked again after a day.
func (n *Node) askOne(ctx context.Context, local coop.IRI, asks *sync.WaitGroup) error {
	now := n.Now().UTC()
	list, err := n.Store.HostsToAsk(ctx, local, now.Add(-limits.SoftwareFresh), 1)
	if err != nil || len(list) == 0 {
		return err
	}
	const what = "software"
	if _, busy := n.reading.LoadOrStore(what, struct{}{}); busy {
		return nil
	}
	asks.Go(func() {
		defer n.reading.Delete(what)
		name, asked := strings.ToLower(n.softwareOf(ctx, list[0]).Name), now
		if name == "" {
			asked = now.Add(24*time.Hour - limits.SoftwareFresh)
		}
		if ctx.Err() != nil {
			return
		}
		if err := n.Store.PutSoftware(ctx, list[0].Host(), name, asked); err != nil {
			n.Log.Warn("note what a server runs", "host", list[0].Host(), "error", err)
		}
	})
	return nil
}
