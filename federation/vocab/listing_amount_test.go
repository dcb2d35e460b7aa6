package vocab

import (
	"encoding/json"
	"strings"
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

func TestAmountsInWords(t *testing.T) {
	t.Parallel()
	euro, hours, local := market.Medium{Kind: market.Money, Code: "EUR"}, market.Medium{Kind: market.Hours}, market.Medium{Kind: market.Local, Code: "Puma"}
	w := writer()
	for _, tc := range []struct{ name, got, want string }{
		{"euro", w.money("en", euro, parsed(t, "12.50", 2)), "12.50 EUR"},
		{"euro in Spanish", w.money("es", euro, parsed(t, "12.50", 2)), "12,50 EUR"},
		{"euro in a variant of Spanish", w.money("es-ar", euro, parsed(t, "12.50", 2)), "12,50 EUR"},
		{"whole euros", w.money("es", euro, parsed(t, "12", 2)), "12 EUR"},
		{"hours", w.money("en", hours, market.Amount{N: 90}), "1.5 h"},
		{"hours in Spanish", w.money("es", hours, market.Amount{N: 90}), "1,5 h"},
		{"local", w.money("es", local, parsed(t, "0.5", 2)), "0,5 Puma"},
		{"quantity", w.quantity("en", market.Quantity{Amount: parsed(t, "2.5", 3), Unit: "kilogram"}), "2.5 kg"},
		{"quantity in Spanish", w.quantity("es", market.Quantity{Amount: parsed(t, "2.5", 3), Unit: "kilogram"}), "2,5 kg"},
		{"bare quantity in Spanish", w.quantity("es", market.Quantity{Amount: parsed(t, "2.5", 3), Unit: "one"}), "2,5"},
	} {
		if want := strings.ReplaceAll(tc.want, " ", noBreak); tc.got != want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, want)
		}
	}

	l := bread()
	l.Title["es"], l.Body["es"] = "Pan de ayer", "En la panadería."
	l.Ask.Amount = &market.Amount{N: 1250, Places: 2}
	b, err := w.Listing(l)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		ContentMap map[string]string
		Reciprocal struct {
			ResourceQuantity struct{ HasNumericalValue string }
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "12.50" + noBreak + "EUR", "es": "12,50" + noBreak + "EUR"} {
		if !strings.Contains(got.ContentMap[lang], want) {
			t.Errorf("%s has no %q: %s", lang, want, got.ContentMap[lang])
		}
	}
	if got.Reciprocal.ResourceQuantity.HasNumericalValue != "12.50" { // what programs read knows no language
		t.Errorf("value %q", got.Reciprocal.ResourceQuantity.HasNumericalValue)
	}
}
