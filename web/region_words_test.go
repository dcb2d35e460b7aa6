package web

import (
	"testing"

	"toadlane/region"
)

func init() {
	composed["region.state."] = append(said([]region.State{region.Known, region.Asked, region.Joined, region.Refused, region.Left, region.Expelled}), "invited")
	composed["region.joining."] = said(region.Joinings)
	composed["region.tie."] = said(region.Relations)
	composed["region.tie_choice."] = said(region.Relations)
	composed["region.share."] = said(region.Shares)
	composed["region.share_choice."] = said(region.Shares)
	composed["region.heading."] = []string{"all", "offer", "want"}
	composed["network.kind."] = []string{"pages", "agreed", "hand", "both"}
}

// What the domain and the store put into a Key without a call that is searched for has words too.
func TestRegionKeysHaveWords(t *testing.T) {
	t.Parallel()
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"region.slug", "region.none", "region.unknown", "part.unknown", "part.settled", "charter.unknown", "region.for", "region.name", "region.story"} {
		for tag, tongue := range tongues {
			if !tongue.has(key) {
				t.Errorf("%s has no words for %s", tag, key)
			}
		}
	}
}
