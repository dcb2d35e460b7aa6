package market_test

import (
	"testing"

	"toadlane/coop"
	"toadlane/market"
)

func TestPriceGuide(t *testing.T) {
	t.Parallel()
	s := newShop()
	like := market.Like{Purpose: market.Offer, Kind: market.Food, Unit: "kilogram", Medium: market.Medium{Kind: market.Money, Code: "EUR"}}
	ask := func(n int64, change func(*market.Listing)) market.Listing {
		return s.post(t, func(l *market.Listing) {
			*l = market.Listing{Purpose: market.Offer, Kind: market.Food, Title: coop.Text{"en": "x"}, Modes: []market.Mode{market.ForMoney}, Visibility: coop.Everyone,
				Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "kilogram"},
				Ask:  &market.Ask{Medium: like.Medium, Amount: &market.Amount{N: n, Places: 2}}}
			if change != nil {
				change(l)
			}
		})
	}
	guide := func(want market.PriceGuide, ok bool) {
		t.Helper()
		got, is, err := s.PriceGuide(t.Context(), ada, like)
		if err != nil || is != ok || got != want {
			t.Errorf("%+v %v %v, want %+v", got, is, err, want)
		}
	}
	euro := func(n int64) market.Amount { return market.Amount{N: n, Places: 2} }
	first := ask(400, nil)
	// Two and a half kilograms for ten euro are four a kilogram; a scale counts with what it suggests, or its middle.
	ask(1000, func(l *market.Listing) { l.Item.Amount = market.Amount{N: 25, Places: 1} })
	guide(market.PriceGuide{}, false)
	ask(0, func(l *market.Listing) {
		lo, hi := euro(200), euro(400)
		l.Modes, l.Ask.Amount, l.Ask.Min, l.Ask.Max = []market.Mode{market.Sliding}, nil, &lo, &hi
	})
	guide(market.PriceGuide{N: 3, Low: euro(300), Median: euro(400), High: euro(400)}, true)
	ask(900, nil)
	guide(market.PriceGuide{N: 4, Low: euro(300), Median: euro(400), High: euro(900)}, true)
	// What is another thing, in another unit or medium, of another kind, only wanted or not for money says nothing about it.
	ask(1, func(l *market.Listing) { l.Item.Unit = "piece" })
	ask(1, func(l *market.Listing) { l.Ask.Medium.Code = "CHF" })
	ask(1, func(l *market.Listing) { l.Kind = market.Thing })
	ask(1, func(l *market.Listing) { l.Purpose = market.Want })
	ask(1, func(l *market.Listing) { l.State = market.Draft })
	ask(1, func(l *market.Listing) { l.Modes, l.Ask = []market.Mode{market.Gift}, nil })
	guide(market.PriceGuide{N: 4, Low: euro(300), Median: euro(400), High: euro(900)}, true)
	// The listing that asks does not count itself; a category narrows.
	like.But = first.ID
	guide(market.PriceGuide{N: 3, Low: euro(300), Median: euro(400), High: euro(900)}, true)
	like.Category = "AM60"
	guide(market.PriceGuide{}, false)
}

// A draft may turn from an offer into a want, and does not say when it ends before it is posted.
func TestADraftIsOpen(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, func(l *market.Listing) { l.State = market.Draft })
	d := bread()
	d.State, d.Purpose, d.Kind = market.Draft, market.Want, market.Thing
	l, err := s.EditListing(t.Context(), ada, l.ID, d)
	if err != nil || l.Purpose != market.Want || l.State != market.Draft || !l.Until.IsZero() {
		t.Fatalf("%+v, %v", l, err)
	}
	l, err = s.ChangeListing(t.Context(), ada, l.ID, market.Publish, "")
	if err != nil || !l.Until.Equal(market.DefaultUntil(market.Want, market.Thing, s.now(), s.Zone())) {
		t.Fatalf("%+v, %v", l, err)
	}
	d = bread()
	d.Purpose = market.Offer
	_, err = s.EditListing(t.Context(), ada, l.ID, d)
	want(t, err, coop.Invalid, "purpose.fixed")
}
