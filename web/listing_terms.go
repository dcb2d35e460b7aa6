package web

import (
	"strconv"

	"toadlane/market"
)

// unit says a unit for so many of it; units we have no word for are shown as they came.
func (t *tongue) unit(q market.Quantity) string {
	key := "unit." + q.Unit
	if !t.has(key) {
		return t.short(q.Amount) + "\u00a0" + q.Unit
	}
	// The plural rules want a number; a fraction is never one.
	count := 2
	if q.Amount.Compare(market.Amount{N: 1}) == 0 {
		count = 1
	}
	return t.sayWith(key, map[string]any{"Count": count, "Amount": t.short(q.Amount)})
}

// sayQuantities says how much there is. A lot of one thing says nothing.
func (s *Site) sayQuantities(v *visit, l *market.Listing, p *ListingPage) {
	one := l.Item.Unit == "one" && l.Item.Amount.Compare(market.Amount{N: 1}) == 0
	if !one {
		p.Quantity = v.tongue.unit(l.Item)
	}
	if l.Available != nil {
		p.Available = v.tongue.unit(*l.Available)
	}
	if l.Minimum != nil {
		p.Minimum = v.tongue.unit(*l.Minimum)
	}
}

// sayPrices says the price, the scale and the parts of the price.
func (s *Site) sayPrices(v *visit, l *market.Listing, p *ListingPage) {
	if l.Ask == nil {
		return
	}
	a := l.Ask
	for _, x := range []struct {
		key string
		a   *market.Amount
	}{{"ask.least", a.Min}, {"ask.suggested", a.Suggested}, {"ask.most", a.Max}} {
		if x.a != nil {
			p.Range = append(p.Range, v.t(x.key, "Amount", v.ask(&market.Ask{Medium: a.Medium, Amount: x.a})))
		}
	}
	if a.Amount == nil || a.Amount.N <= 0 {
		return
	}
	p.Total = v.ask(&market.Ask{Medium: a.Medium, Amount: a.Amount})
	if l.UnitBased {
		if key := "per." + l.Item.Unit; l.Item.Amount.Compare(market.Amount{N: 1}) == 0 && v.tongue.has(key) {
			p.Per = v.t(key)
		} else {
			p.Per = v.t("listing.per", "Quantity", v.tongue.unit(l.Item))
		}
	}
	permille := func(n int64) string {
		n = n * 10000 / a.Amount.N
		return strconv.FormatInt(n/100, 10) + "." + strconv.FormatInt(n%100/10, 10) + strconv.FormatInt(n%10, 10)
	}
	var from int64
	for i, line := range l.Prices {
		n := line.Amount.N
		p.Parts = append(p.Parts, Part{N: i + 1, Label: line.Label, Kind: line.Kind, From: permille(from), Wide: permille(n), Middle: permille(from + n/2),
			Amount: v.ask(&market.Ask{Medium: a.Medium, Amount: &line.Amount}), Numbered: n > 0 && a.Amount.N/n < 14})
		from += n
	}
}
