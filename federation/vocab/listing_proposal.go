package vocab

import (
	"slices"

	"toadlane/market"
)

// statuses are the states as tl:status has them.
var statuses = map[market.State]string{
	market.Open: "open", market.Paused: "paused", market.Agreed: "agreed", market.Done: "fulfilled", market.Expired: "expired",
	market.Withdrawn: "withdrawn",
}

// purposes are FEP-0837's words.
var purposes = map[market.Purpose]string{market.Offer: "offer", market.Want: "request"}

// proposal adds the marketplace terms: those of FEP-0837 (§Proposals) and, under tl:, what it has no words for, so that a
// neighbour loses nothing.
func (w Writer) proposal(t tree, l *market.Listing) {
	t["purpose"] = purposes[l.Purpose]
	t["unitBased"] = l.UnitBased // the FEP contradicts itself on what its absence means
	t["status"] = statuses[l.State]
	put(t, "kind", string(l.Kind))
	modes := []string{}
	for _, m := range l.Modes {
		modes = append(modes, string(m))
	}
	t["modes"] = modes
	put(t, "stream", string(l.Stream))
	put(t, "scope", string(l.Scope))
	put(t, "category", l.Category)
	t["keywords"] = append([]string{}, l.Tags...) // also when there are none: the hashtags hold more than our own
	put(t, "maker", l.Maker)
	put(t, "onBehalfOf", l.OnBehalf)
	put(t, "outcome", l.Outcome)
	if !l.Closed.IsZero() {
		t["closedAt"] = instant(l.Closed)
	}
	if l.Contact != "" {
		t["contact"] = l.Contact
	}

	ended := closing(l.State) != ""
	primary := tree{"type": "Intent", "id": l.IRI + "#primary", "action": action(l), "resourceQuantity": measure(l.Item), "finished": ended}
	if l.Category != "" {
		primary["resourceClassifiedAs"] = market.Concept{Code: l.Category}.IRI()
	}
	switch {
	case ended:
		primary["availableQuantity"] = measure(market.Quantity{Unit: l.Item.Unit})
	case l.Available != nil:
		primary["availableQuantity"] = measure(*l.Available)
	}
	if l.Minimum != nil {
		primary["minimumQuantity"] = measure(*l.Minimum)
	}
	t["publishes"] = primary
	if l.Ask != nil {
		t["reciprocal"] = reciprocal(l)
	}
	if len(l.Prices) > 0 && l.Ask != nil {
		_, spell := spelling(l)
		lines := make([]tree, len(l.Prices))
		for i, p := range l.Prices {
			lines[i] = tree{"label": p.Label, "kind": string(p.Kind), "amount": spell(p.Amount)}
		}
		t["priceLines"] = lines
	}
}

// measure writes a quantity with its amount as a string: FEP-0837 readers take nothing else, and a number would be a float. It is
// the shortest decimal, "1" rather than "1.000": readers take zeros at the end for a precision, or for no whole number.
func measure(q market.Quantity) tree {
	return tree{"hasUnit": q.Unit, "hasNumericalValue": q.Amount.Short()}
}

// reciprocal is what is asked for in return. Currencies are named by resourceConformsTo with unit one; hours have their own
// unit. A sliding scale has no amount, which FEP-0837 reads as any, and its range beside it.
func reciprocal(l *market.Listing) tree {
	a := l.Ask
	unit, spell := spelling(l)
	quantity := tree{"hasUnit": unit}
	t := tree{"type": "Intent", "id": l.IRI + "#reciprocal", "action": "transfer", "resourceConformsTo": mediumName(a.Medium),
		"resourceQuantity": quantity, "medium": string(a.Medium.Kind)}
	put(t, "currency", a.Medium.Code)
	if a.Amount != nil {
		if slices.Contains(l.Modes, market.Sliding) {
			t["amount"] = spell(*a.Amount)
		} else {
			quantity["hasNumericalValue"] = spell(*a.Amount)
		}
	}
	for name, x := range map[string]*market.Amount{"priceMin": a.Min, "priceMax": a.Max, "priceSuggested": a.Suggested} {
		if x != nil {
			t[name] = spell(*x)
		}
	}
	return t
}

// spelling says in which unit the amounts of the ask stand, the price lines with them. Hours are kept in minutes; they are
// told in hours, as the quantity they are, unless one of them is no exact decimal of an hour. Money keeps the places of its
// minor unit.
func spelling(l *market.Listing) (unit string, spell func(market.Amount) string) {
	if l.Ask.Medium.Kind != market.Hours {
		return "one", market.Amount.String
	}
	all := []*market.Amount{l.Ask.Amount, l.Ask.Min, l.Ask.Max, l.Ask.Suggested}
	for i := range l.Prices {
		all = append(all, &l.Prices[i].Amount)
	}
	for _, x := range all {
		if x != nil {
			if _, exact := hours(*x); !exact {
				return "minute-Time", market.Amount.String
			}
		}
	}
	return "hour", func(x market.Amount) string { h, _ := hours(x); return h.Short() }
}
