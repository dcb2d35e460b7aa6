package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// softwareOf asks a peer's server what it runs (NodeInfo, FEP-f1d5), for a steward to see. Whatever
// goes wrong gives "": nothing rests on it.
func (n *Node) softwareOf(ctx context.Context, peer coop.IRI) string {
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
		return ""
	}
	info, err := vocab.DecodeNodeInfoLinks(get(at))
	if err != nil || !coop.SameOrigin(info, at) {
		return ""
	}
	software, err := vocab.DecodeNodeInfo(get(info))
	if err != nil {
		return ""
	}
	return software.String()
}
