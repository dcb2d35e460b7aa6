package web

import (
	"testing"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	composed["terms."] = said(market.Modes)
	composed["facet."] = said(market.Facets)
	composed["history."] = append(said(market.Changes), string(market.Posted), string(market.Edited))
	composed["poster.size."] = posterSizes
	composed["poster."] = []string{"offer", "want"}

}

// Keys that are chosen in Go and said in a template are found by no search for calls.
func TestKeysOfListingsHaveSentences(t *testing.T) {
	t.Parallel()
	tongues, err := allTongues()
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"poster.nowhere", "poster.over"}
	for _, v := range []coop.Visibility{coop.CoopOnly, coop.Peers} {
		keys = append(keys, "share.few."+v.String(), "poster.few."+v.String())
	}
	for _, tag := range []string{"en", "es"} {
		for _, key := range keys {
			if !tongues[tag].has(key) {
				t.Errorf("%s lacks %s", tag, key)
			}
		}
	}
}
