package market_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

func TestParseAsk(t *testing.T) {
	t.Parallel()
	type T = market.TypedAsk
	amount := func(n int64, places uint8) *market.Amount { return &market.Amount{N: n, Places: places} }
	euro := market.Medium{Kind: market.Money, Code: "EUR"}
	hours := market.Medium{Kind: market.Hours}
	line := func(label, amount string) market.TypedLine {
		return market.TypedLine{Label: label, Kind: market.PriceLabour, Amount: amount}
	}
	for _, tc := range []struct {
		name   string
		typed  T
		ask    *market.Ask
		prices []market.PriceLine
		wrong  []string
	}{
		{"nothing", T{}, nil, nil, nil},
		{"a gift with a medium left chosen", T{Modes: []market.Mode{market.Gift}, Medium: market.Money, Currency: "EUR"}, nil, nil, nil},
		{"money without an amount", T{Modes: []market.Mode{market.ForMoney}, Currency: "EUR"}, nil, nil, nil},
		{"money that was chosen, without an amount", T{Modes: []market.Mode{market.Sliding}, Medium: market.Money, Currency: "EUR"},
			&market.Ask{Medium: euro}, nil, nil},
		{"money", T{Modes: []market.Mode{market.ForMoney}, Currency: " eur ", Name: "Puma", Amount: "4.2"},
			&market.Ask{Medium: euro, Amount: amount(420, 2)}, nil, nil},
		{"yen", T{Modes: []market.Mode{market.ForMoney}, Currency: "JPY", Amount: "300"},
			&market.Ask{Medium: market.Medium{Kind: market.Money, Code: "JPY"}, Amount: amount(300, 0)}, nil, nil},
		{"yen with decimals", T{Modes: []market.Mode{market.ForMoney}, Currency: "JPY", Amount: "3.5"},
			&market.Ask{Medium: market.Medium{Kind: market.Money, Code: "JPY"}}, nil, []string{"amount amount.fine"}},
		{"hours", T{Modes: []market.Mode{market.Swap, market.ForHours}, Currency: "EUR", Amount: "1:30"},
			&market.Ask{Medium: hours, Amount: amount(90, 0)}, nil, nil},
		{"hours of a timebank", T{Modes: []market.Mode{market.ForHours}, Currency: "EUR", Name: "Region Hours", Amount: "1.5"},
			&market.Ask{Medium: market.Medium{Kind: market.Hours, Code: "Region Hours"}, Amount: amount(90, 0)}, nil, nil},
		{"a local currency", T{Modes: []market.Mode{market.ForLocal}, Currency: "EUR", Name: "Puma", Amount: "3"},
			&market.Ask{Medium: market.Medium{Kind: market.Local, Code: "Puma"}, Amount: amount(300, 2)}, nil, nil},
		{"money beside hours", T{Modes: []market.Mode{market.ForHours, market.ForMoney}, Currency: "EUR", Amount: "4"},
			&market.Ask{Medium: euro, Amount: amount(400, 2)}, nil, nil},
		{"hours before a local currency", T{Modes: []market.Mode{market.ForHours, market.ForLocal}, Amount: "2"},
			&market.Ask{Medium: hours, Amount: amount(120, 0)}, nil, nil},
		{"chosen against the modes", T{Modes: []market.Mode{market.ForMoney}, Medium: market.Hours, Currency: "EUR", Amount: "2"},
			&market.Ask{Medium: hours, Amount: amount(120, 0)}, nil, nil},
		{"a scale", T{Modes: []market.Mode{market.Sliding}, Currency: "EUR", Min: "1", Max: "3,50", Suggested: "2"},
			&market.Ask{Medium: euro, Min: amount(100, 2), Max: amount(350, 2), Suggested: amount(200, 2)}, nil, nil},
		{"an amount on a gift", T{Modes: []market.Mode{market.Gift}, Currency: "EUR", Amount: "1"},
			&market.Ask{Medium: euro, Amount: amount(100, 2)}, nil, nil}, // Validate refuses it: nothing typed is dropped
		{"lines", T{Modes: []market.Mode{market.ForMoney}, Currency: "EUR", Amount: "3", Lines: []market.TypedLine{line(" Work ", "2.50"), line(" ", ""), line("Flour", "0.5")}},
			&market.Ask{Medium: euro, Amount: amount(300, 2)},
			[]market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: *amount(250, 2)}, {Label: "Flour", Kind: market.PriceLabour, Amount: *amount(50, 2)}}, nil},
		{"lines in hours", T{Modes: []market.Mode{market.ForHours}, Amount: "1", Lines: []market.TypedLine{line("Work", "0:45"), line("Way", "0.25")}},
			&market.Ask{Medium: hours, Amount: amount(60, 0)},
			[]market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: *amount(45, 0)}, {Label: "Way", Kind: market.PriceLabour, Amount: *amount(15, 0)}}, nil},
		{"lines without an amount", T{Modes: []market.Mode{market.ForMoney}, Currency: "EUR", Lines: []market.TypedLine{line("Work", "1")}},
			&market.Ask{Medium: euro}, []market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: *amount(100, 2)}}, nil},
		{"everything wrong, said at once", T{Modes: []market.Mode{market.ForMoney}, Currency: "EUR", Amount: "x", Min: "-1", Max: "1.234", Suggested: "99999999999999",
			Lines: []market.TypedLine{line("Work", "much"), line("Flour", "1")}},
			&market.Ask{Medium: euro}, []market.PriceLine{{Label: "Flour", Kind: market.PriceLabour, Amount: *amount(100, 2)}},
			[]string{"amount amount.invalid", "min amount.invalid", "max amount.fine", "suggested amount.large", "prices amount.invalid"}},
		{"a label without an amount", T{Modes: []market.Mode{market.ForMoney}, Currency: "EUR", Amount: "1", Lines: []market.TypedLine{line("Work", "")}},
			&market.Ask{Medium: euro, Amount: amount(100, 2)}, nil, []string{"prices amount.invalid"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ask, prices, err := market.ParseAsk(tc.typed)
			var wrong []string
			for _, f := range coop.Fields(err) {
				wrong = append(wrong, f.Field+" "+f.Key)
			}
			if d := cmp.Diff(tc.wrong, wrong); d != "" || (err == nil) != (tc.wrong == nil) {
				t.Errorf("errors %v (-want +got):\n%s", err, d)
			}
			if d := cmp.Diff(tc.ask, ask); d != "" {
				t.Errorf("ask (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tc.prices, prices); d != "" {
				t.Errorf("prices (-want +got):\n%s", d)
			}
		})
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int64{"1": 60, "1.5": 90, "1,5": 90, "0.25": 15, "1:30": 90, " 1 : 05 ": 65, "0:00": 0, "12:59": 779,
		"0.05": 3, "0.0500": 3, "1000": 60000} {
		a, err := market.Medium{Kind: market.Hours}.ParseAmount(typed)
		if err != nil || a != (market.Amount{N: want}) {
			t.Errorf("%q: %v %v, want %d minutes", typed, a, err, want)
		}
	}
	for typed, want := range map[string]string{"0.33": "amount.minutes", "0.01": "amount.minutes", "1:60": "amount.invalid", "1:5": "amount.invalid",
		"1:30:00": "amount.invalid", ":30": "amount.invalid", "1:": "amount.invalid", "-1": "amount.invalid", "-1:30": "amount.invalid",
		"+1:30": "amount.invalid", "": "amount.invalid", "one": "amount.invalid", "4294967296:00": "amount.invalid", "1.12345": "amount.fine",
		"9999999999999": "amount.large"} {
		if a, err := (market.Medium{Kind: market.Hours}).ParseAmount(typed); coop.KeyOf(err) != want || coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%q: %v %v, want %s", typed, a, err, want)
		}
	}
}
