package web

import "toadlane/market"

func init() {
	for _, prefix := range []string{"posting.title_offer.", "posting.title_want.", "posting.alt_example."} {
		composed[prefix] = said(market.Kinds)
	}
	composed["posting.step_"] = stepNames
	composed["posting.short_"] = stepNames
	composed["posting.spot_"] = places
	composed["posting.shape_"] = shapeNames()
}
