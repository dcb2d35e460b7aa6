package vocab

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/market"
)

// parsed is an amount as forms and commands read it: with all the places its kind of amount has.
func parsed(t *testing.T, s string, places uint8) market.Amount {
	t.Helper()
	a, err := market.ParseAmount(s, places)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestQuantitiesAreTheShortestDecimal(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"1": "1", "1.000": "1", "2,5": "2.5", "0.125": "0.125", "0": "0", "40": "40", "100": "100", "0.1": "0.1",
	} {
		a := parsed(t, typed, market.QuantityPlaces)
		if a.Places != market.QuantityPlaces {
			t.Fatalf("%s has %d places: the case shows nothing", typed, a.Places)
		}
		if d := cmp.Diff(tree{"hasUnit": "kilogram", "hasNumericalValue": want}, measure(market.Quantity{Amount: a, Unit: "kilogram"})); d != "" {
			t.Errorf("%s (-want +got):\n%s", typed, d)
		}
	}
}

// TestTypedListingOnTheWire writes a listing whose amounts were typed: quantities are short, money keeps its minor unit.
func TestTypedListingOnTheWire(t *testing.T) {
	t.Parallel()
	type intent struct {
		ResourceQuantity, AvailableQuantity, MinimumQuantity struct{ HasNumericalValue string }
	}
	type listing struct {
		Publishes, Reciprocal intent
		PriceLines            []struct{ Amount string }
	}
	quantity := func(s string) market.Quantity {
		return market.Quantity{Amount: parsed(t, s, market.QuantityPlaces), Unit: "kilogram"}
	}
	for _, tc := range []struct {
		name, code, price, part, rest     string
		wantPrice, wantPart, wantRest     string
		lot, available, minimum           string
		wantLot, wantAvailable, wantLeast string
	}{
		{name: "euro", code: "EUR", price: "2", part: "1.5", rest: "0.5", wantPrice: "2.00", wantPart: "1.50", wantRest: "0.50",
			lot: "1", available: "40", minimum: "2.5", wantLot: "1", wantAvailable: "40", wantLeast: "2.5"},
		{name: "yen", code: "JPY", price: "250", part: "200", rest: "50", wantPrice: "250", wantPart: "200", wantRest: "50",
			lot: "0.5", available: "10.50", minimum: "0,5", wantLot: "0.5", wantAvailable: "10.5", wantLeast: "0.5"},
		{name: "dinar", code: "TND", price: "3", part: "2", rest: "1", wantPrice: "3.000", wantPart: "2.000", wantRest: "1.000",
			lot: "1", available: "1", minimum: "1", wantLot: "1", wantAvailable: "1", wantLeast: "1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			l := bread()
			medium := market.Medium{Kind: market.Money, Code: tc.code}
			money := func(s string) market.Amount { return parsed(t, s, medium.Places()) }
			available, minimum, price := quantity(tc.available), quantity(tc.minimum), money(tc.price)
			l.Item, l.Available, l.Minimum = quantity(tc.lot), &available, &minimum
			l.Ask = &market.Ask{Medium: medium, Amount: &price}
			l.Prices = []market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: money(tc.part)},
				{Label: "Flour", Kind: market.PriceMaterials, Amount: money(tc.rest)}}
			b, err := writer().Listing(l)
			if err != nil {
				t.Fatal(err)
			}
			var got, want listing
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			want.Publishes.ResourceQuantity.HasNumericalValue = tc.wantLot
			want.Publishes.AvailableQuantity.HasNumericalValue = tc.wantAvailable
			want.Publishes.MinimumQuantity.HasNumericalValue = tc.wantLeast
			want.Reciprocal.ResourceQuantity.HasNumericalValue = tc.wantPrice
			want.PriceLines = []struct{ Amount string }{{tc.wantPart}, {tc.wantRest}}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
