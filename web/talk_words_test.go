package web

import "toadlane/market"

func init() {
	kinds := said([]market.PartyKind{market.Guest, market.Remote, market.Fellow})
	for _, prefix := range []string{"party.", "talk.private_", "talk.block_"} {
		composed[prefix] = kinds
	}
}
