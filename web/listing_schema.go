package web

import (
	"slices"
	"time"

	"toadlane/market"
)

// businessFunctions says with GoodRelations what a mode means in schema.org's words; the first of a listing's modes that has
// one counts. A gift and what is to be discussed have none.
var businessFunctions = map[market.Mode]string{
	market.Lend: "LeaseOut", market.Share: "LeaseOut", market.Swap: "Sell", market.ForHours: "ProvideService", market.ForLocal: "Sell",
	market.ForMoney: "Sell", market.Sliding: "Sell",
}

// serviceKinds are what somebody does rather than what somebody has.
var serviceKinds = []market.Kind{market.Skill, market.Training, market.Job, market.Transport}

// schemaOf describes a public listing with schema.org: an offer as Offer, a want as Demand, which bears the same properties.
func (s *Site) schemaOf(v *visit, l *market.Listing) map[string]any {
	base := string(s.cfg.Base)
	page := base + "/listings/" + string(l.ID)
	title, body := s.text(v.tongue, l.Title), s.text(v.tongue, l.Body)
	what := map[string]any{"@type": "Product", "name": title.Words}
	function := ""
	for _, m := range l.Modes {
		if function == "" {
			function = businessFunctions[m]
		}
	}
	if slices.Contains(serviceKinds, l.Kind) {
		what["@type"] = "Service"
		if function != "" {
			function = "ProvideService"
		}
	}
	if function == "Sell" && l.Purpose == market.Want {
		function = "Buy"
	}
	d := map[string]any{"@context": "https://schema.org", "@type": map[market.Purpose]string{market.Offer: "Offer", market.Want: "Demand"}[l.Purpose],
		"@id": string(l.IRI), "url": page, "name": title.Words, "itemOffered": what,
		"availabilityEnds": l.Until.UTC().Format(time.RFC3339), "validThrough": l.Until.UTC().Format(time.RFC3339)}
	if body.Words != "" {
		d["description"] = body.Words
	}
	if function != "" {
		d["businessFunction"] = "http://purl.org/goodrelations/v1#" + function
	}
	if l.Category != "" {
		d["category"] = market.CategoryScheme + "/" + l.Category
	}
	if !l.Starts.IsZero() {
		d["availabilityStarts"] = l.Starts.UTC().Format(time.RFC3339)
	}
	d["availability"] = "https://schema.org/InStock"
	if !l.Live(s.cfg.Now()) {
		d["availability"] = "https://schema.org/SoldOut"
	}
	var photos []string
	for i := range l.Photos {
		photos = append(photos, base+s.photoPath(l, i, "large"))
	}
	if len(photos) > 0 {
		what["image"] = photos
	}
	if l.Available != nil {
		d["inventoryLevel"] = map[string]any{"@type": "QuantitativeValue", "value": l.Available.Amount.Short(), "unitText": l.Available.Unit}
	}
	if l.Place.Name != "" || l.Place.Public != nil {
		place := map[string]any{"@type": "Place", "name": l.Place.Name}
		if l.Place.Public != nil {
			lat, lon := l.Place.Public.Degrees()
			place["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
		}
		d["areaServed"] = place
	}
	if price := schemaPrice(l); price != nil {
		d["priceSpecification"] = price
	}
	by := map[string]any{"@type": "Organization"}
	if l.Local() {
		if k, err := s.coop(v.r.Context()); err == nil {
			by["name"] = k.coop.Name
		}
		by["url"] = base + "/"
	} else {
		by["@id"], by["name"] = string(l.Home), v.neighbour(l.Home)
	}
	d[map[market.Purpose]string{market.Offer: "offeredBy", market.Want: "seller"}[l.Purpose]] = by
	return d
}

// schemaPrice gives a price in money. Hours and local currencies are no currency in ISO 4217's sense; schema.org takes the name
// of a local exchange system as its currency, which is what a local currency is.
func schemaPrice(l *market.Listing) map[string]any {
	a := l.Ask
	if a == nil {
		for _, m := range l.Modes {
			if m == market.Gift {
				return map[string]any{"@type": "PriceSpecification", "price": "0"}
			}
		}
		return nil
	}
	if a.Medium.Kind == market.Hours {
		return nil
	}
	p := map[string]any{"@type": "PriceSpecification", "priceCurrency": a.Medium.Code}
	if a.Amount != nil {
		p["price"] = a.Amount.String()
	}
	if a.Min != nil {
		p["minPrice"] = a.Min.String()
	}
	if a.Max != nil {
		p["maxPrice"] = a.Max.String()
	}
	if l.UnitBased {
		p["@type"] = "UnitPriceSpecification"
		p["referenceQuantity"] = map[string]any{"@type": "QuantitativeValue", "value": l.Item.Amount.Short(), "unitText": l.Item.Unit}
	}
	return p
}
