package market_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

func complete() market.Listing {
	l := bread()
	l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}
	l.Scope, l.Until = market.ScopeLocal, market.DefaultUntil(market.Offer, market.Thing, noon, brussels)
	return l
}

func euros(n int64) *market.Amount { return &market.Amount{N: n, Places: 2} }

func priced(l *market.Listing) {
	l.Modes, l.Ask = []market.Mode{market.ForMoney}, &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: euros(500)}
}

func sliding(l *market.Listing) {
	l.Modes = []market.Mode{market.Sliding}
	l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Min: euros(100), Max: euros(500), Suggested: euros(300)}
}

func lines(l *market.Listing, amounts ...int64) {
	for _, n := range amounts {
		l.Prices = append(l.Prices, market.PriceLine{Label: "work", Kind: market.PriceLabour, Amount: *euros(n)})
	}
}

func of(n int64, unit string) *market.Quantity {
	return &market.Quantity{Amount: market.Amount{N: n}, Unit: unit}
}

func TestValidateListing(t *testing.T) {
	t.Parallel()
	type L = market.Listing
	for _, c := range []struct {
		name string
		edit func(*L)
		want []string
	}{
		{"good", func(*L) {}, nil},
		{"purpose", func(l *L) { l.Purpose = "request" }, []string{"purpose choice.unknown"}},
		{"kind", func(l *L) { l.Kind = "" }, []string{"kind choice.unknown"}},
		{"stream", func(l *L) { l.Stream = "x" }, []string{"stream choice.unknown"}},
		{"scope", func(l *L) { l.Scope = "" }, []string{"scope choice.unknown"}},
		{"category", func(l *L) { l.Category = "AM1" }, []string{"category choice.unknown"}},
		{"only me", func(l *L) { l.Visibility = coop.OnlyMe }, []string{"visibility choice.unknown"}},
		{"wider than all", func(l *L) { l.Visibility = 4 }, []string{"visibility choice.unknown"}},
		{"no title", func(l *L) { l.Title = nil }, []string{"title field.required"}},
		{"blank titles", func(l *L) { l.Title = coop.Text{"en": " ", "es": ""} }, []string{"title field.required"}},
		{"title language", func(l *L) { l.Title = coop.Text{"English": "x"} }, []string{"title language.unknown"}},
		{"long title", func(l *L) { l.Title = coop.Text{"en": strings.Repeat("é", market.MaxTitle+1)} }, []string{"title field.long"}},
		{"longest title", func(l *L) { l.Title = coop.Text{"en": strings.Repeat("é", market.MaxTitle)} }, nil},
		{"title of two lines", func(l *L) { l.Title = coop.Text{"en": "a\nb"} }, []string{"title field.one_line"}},
		{"body language", func(l *L) { l.Body = coop.Text{"": "x"} }, []string{"body language.unknown"}},
		{"long body", func(l *L) { l.Body = coop.Text{"en": strings.Repeat("x", market.MaxBody+1)} }, []string{"body field.long"}},
		{"no mode", func(l *L) { l.Modes = nil }, []string{"modes field.required"}},
		{"mode", func(l *L) { l.Modes = []market.Mode{"steal"} }, []string{"modes choice.unknown"}},
		{"mode twice", func(l *L) { l.Modes = []market.Mode{market.Gift, market.Gift} }, []string{"modes choice.unknown"}},
		{"place", func(l *L) { l.Place.Name = strings.Repeat("x", 101) }, []string{"place field.long"}},
		{"radius", func(l *L) { l.Place.RadiusKm = coop.MaxFuzzKm + 1 }, []string{"radius radius.range"}},
		{"negative radius", func(l *L) { l.Place.RadiusKm = -1 }, []string{"radius radius.range"}},
		{"maker", func(l *L) { l.Maker = "\x00" }, []string{"maker field.not_text"}},
		{"on behalf", func(l *L) { l.OnBehalf = "a\nb" }, []string{"on_behalf field.one_line"}},
		{"no end", func(l *L) { l.Until = time.Time{} }, []string{"until field.required"}},
		{"ended", func(l *L) { l.Until = noon }, []string{"until until.past"}},
		{"far end", func(l *L) { l.Until = l.Until.Add(1) }, []string{"until until.far"}},
		{"starts late", func(l *L) { l.Starts = l.Until }, []string{"starts starts.after_until"}},
		{"many tags", func(l *L) { l.Tags = strings.Split(strings.Repeat("a,", market.MaxTags)+"a", ",") }, []string{"tags field.many"}},
		{"tag", func(l *L) { l.Tags = []string{"ok", "Not Ok"} }, []string{"tags tag.invalid"}},
		{"many photos", func(l *L) { l.Photos = make([]market.Photo, market.MaxPhotos+1) }, []string{"photos field.many"}},
		{"alt", func(l *L) { l.Photos = []market.Photo{{Alt: strings.Repeat("x", market.MaxAlt+1)}} }, []string{"photos field.long"}},

		{"unit", func(l *L) { l.Item.Unit = "furlong" }, []string{"unit choice.unknown"}},
		{"nothing of it", func(l *L) { l.Item.Amount.N = 0 }, []string{"quantity amount.positive"}},
		{"less than nothing", func(l *L) { l.Item.Amount.N = -1 }, []string{"quantity amount.positive"}},
		{"too much", func(l *L) { l.Item.Amount.N = market.MaxAmount + 1 }, []string{"quantity amount.positive"}},
		{"too fine", func(l *L) { l.Item.Amount.Places = market.QuantityPlaces + 1 }, []string{"quantity amount.positive"}},
		{"available in another unit", func(l *L) { l.Available = of(3, "kilogram") }, []string{"available unit.differs"}},
		{"none available", func(l *L) { l.Available = of(0, "one") }, []string{"available amount.positive"}},
		{"minimum in another unit", func(l *L) { l.Minimum = of(3, "kilogram") }, []string{"minimum unit.differs"}},
		{"minimum above what there is", func(l *L) { l.Available, l.Minimum = of(3, "one"), of(4, "one") }, []string{"minimum minimum.above_available"}},
		{"all of it or nothing", func(l *L) { l.Available, l.Minimum = of(3, "one"), of(3, "one") }, nil},

		{"money without an amount", func(l *L) { l.Modes = []market.Mode{market.ForMoney} }, []string{"amount ask.required"}},
		{"sliding without a scale", func(l *L) { l.Modes = []market.Mode{market.Sliding} }, []string{"amount ask.required"}},
		{"priced", priced, nil},
		{"sliding", sliding, nil},
		{"a gift that costs", func(l *L) { priced(l); l.Modes = []market.Mode{market.Gift} }, []string{"medium ask.mode"}},
		{"hours for money", func(l *L) { priced(l); l.Modes = []market.Mode{market.ForHours} }, []string{"medium ask.mode"}},
		{"currency", func(l *L) { priced(l); l.Ask.Medium.Code = "euro" }, []string{"medium currency.unknown"}},
		{"medium", func(l *L) { sliding(l); l.Ask.Medium.Kind = "shells" }, []string{"medium choice.unknown", "min amount.invalid", "max amount.invalid", "suggested amount.invalid"}},
		{"local currency without a name", func(l *L) {
			priced(l)
			l.Modes, l.Ask.Medium = []market.Mode{market.ForLocal}, market.Medium{Kind: market.Local}
		}, []string{"medium field.required"}},
		{"whole hours", func(l *L) {
			l.Modes, l.Ask = []market.Mode{market.ForHours}, &market.Ask{Medium: market.Medium{Kind: market.Hours}, Amount: &market.Amount{N: 90}}
		}, nil},
		{"hours with decimals", func(l *L) {
			l.Modes, l.Ask = []market.Mode{market.ForHours}, &market.Ask{Medium: market.Medium{Kind: market.Hours}, Amount: euros(150)}
		}, []string{"amount amount.invalid"}},
		{"yen with decimals", func(l *L) { priced(l); l.Ask.Medium.Code = "JPY" }, []string{"amount amount.invalid"}},
		{"negative price", func(l *L) { priced(l); l.Ask.Amount = euros(-1) }, []string{"amount amount.invalid"}},
		{"price of nothing", func(l *L) { priced(l); l.Ask.Amount = euros(0) }, []string{"amount amount.positive"}},
		{"no price", func(l *L) { priced(l); l.Ask.Amount = nil }, []string{"amount field.required"}},
		{"negative minimum", func(l *L) { sliding(l); l.Ask.Min = euros(-1) }, []string{"min amount.invalid"}},
		{"fine maximum", func(l *L) { sliding(l); l.Ask.Max = &market.Amount{N: 5000, Places: 3} }, []string{"max amount.invalid"}},
		{"backwards", func(l *L) { sliding(l); l.Ask.Min, l.Ask.Suggested = euros(600), nil }, []string{"max range.backwards"}},
		{"suggested below", func(l *L) { sliding(l); l.Ask.Suggested = euros(99) }, []string{"suggested range.outside"}},
		{"suggested above", func(l *L) { sliding(l); l.Ask.Suggested = euros(501) }, []string{"suggested range.outside"}},

		{"lines without a price", func(l *L) { lines(l, 500) }, []string{"prices prices.no_amount"}},
		{"lines of a scale", func(l *L) { sliding(l); lines(l, 500) }, []string{"prices prices.no_amount"}},
		{"lines that sum", func(l *L) { priced(l); lines(l, 300, 199, 1) }, nil},
		{"a cent less", func(l *L) { priced(l); lines(l, 300, 199) }, []string{"prices prices.sum"}},
		{"a cent more", func(l *L) { priced(l); lines(l, 300, 201) }, []string{"prices prices.sum"}},
		{"negative line", func(l *L) { priced(l); lines(l, 600, -100) }, []string{"prices prices.line"}},
		{"line in other units", func(l *L) { priced(l); lines(l, 500); l.Prices[0].Amount = market.Amount{N: 5} }, []string{"prices prices.line"}},
		{"line of a kind", func(l *L) { priced(l); lines(l, 500); l.Prices[0].Kind = "bribe" }, []string{"prices prices.line"}},
		{"line without a word", func(l *L) { priced(l); lines(l, 500); l.Prices[0].Label = "" }, []string{"prices field.required"}},
		{"huge lines", func(l *L) { priced(l); lines(l, market.MaxAmount, market.MaxAmount) }, []string{"prices amount.large"}},
		{"many lines", func(l *L) { priced(l); lines(l, make([]int64, market.MaxLines+1)...) }, []string{"prices field.many"}},
		{"all at once", func(l *L) { l.Purpose, l.Title, l.Modes, l.Item.Unit = "", nil, nil, "" },
			[]string{"purpose choice.unknown", "title field.required", "modes field.required", "unit choice.unknown"}},
	} {
		l := complete()
		c.edit(&l)
		if d := cmp.Diff(c.want, fieldNames(l.Validate(noon, brussels))); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// TestPriceLinesSum is invariant 3: a breakdown is taken exactly when it sums to the amount.
func TestPriceLinesSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := complete()
		priced(&l)
		amounts := rapid.SliceOfN(rapid.Int64Range(0, market.MaxAmount/20), 1, market.MaxLines).Draw(t, "lines")
		lines(&l, amounts...)
		sum := int64(0)
		for _, n := range amounts {
			sum += n
		}
		sum = max(sum, 1)
		if len(amounts) > 0 && sum == 1 {
			l.Prices[0].Amount.N = 1
			for i := range l.Prices[1:] {
				l.Prices[i+1].Amount.N = 0
			}
		}
		off := rapid.SampledFrom([]int64{0, 0, 1, -1, 100}).Draw(t, "off")
		l.Ask.Amount = euros(sum + off)
		err := l.Validate(noon, brussels)
		if off == 0 && err != nil || off != 0 && sum+off > 0 && coop.KeyOf(err) != "prices.sum" {
			t.Fatalf("lines %v for %d: %v", amounts, sum+off, err)
		}
	})
}
