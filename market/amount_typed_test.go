package market

import (
	"strings"
	"testing"

	"toadlane/coop"
)

func TestParseTyped(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		typed  string
		places uint8
		code   string
		want   string // the plain decimal, or the key of the refusal
	}{
		{"12,50", 2, "EUR", "12.50"},
		{"12.50", 2, "EUR", "12.50"},
		{"12.5", 2, "EUR", "12.50"},
		{"1.250,50", 2, "EUR", "1250.50"},
		{"1,250.50", 2, "EUR", "1250.50"},
		{"1 250,50", 2, "EUR", "1250.50"},
		{"1\u202f250,50", 2, "EUR", "1250.50"},
		{"1\u00a0250", 2, "EUR", "1250.00"},
		{"1’250.50", 2, "CHF", "1250.50"},
		{"1'250", 2, "CHF", "1250.00"},
		{"1.250.000", 2, "EUR", "1250000.00"},
		{"1,250,000.5", 2, "EUR", "1250000.50"},
		{"١٢٫٥٠", 2, "EUR", "12.50"},
		{"١٬٢٥٠٫٥", 2, "EUR", "1250.50"},
		{"۱۲", 0, "", "12"},
		{"\u200f12.50", 2, "EUR", "12.50"},
		{"€12.50", 2, "EUR", "12.50"},
		{"12,50 €", 2, "EUR", "12.50"},
		{"12,50 eur", 2, "EUR", "12.50"},
		{"R$ 12,50", 2, "BRL", "12.50"},
		{"3 Puma", 2, "Puma", "3.00"},
		{"12.345", 3, "TND", "12.345"},
		{"", 2, "EUR", "amount.invalid"},
		{"€", 2, "EUR", "amount.invalid"},
		{"$12.50", 2, "EUR", "amount.invalid"},
		{"1,250", 2, "EUR", "amount.fine"}, // one and a quarter, or a thousand and more
		{"1.250", 0, "JPY", "amount.fine"}, // the same
		{"1.25.000", 2, "EUR", "amount.invalid"},
		{"1,250,00", 2, "EUR", "amount.invalid"},
		{"1.250,000.5", 2, "EUR", "amount.invalid"},
		{"1250 000", 2, "EUR", "amount.invalid"},
		{" 000", 2, "EUR", "0.00"},
		{"12 5", 2, "EUR", "amount.invalid"},
		{"1,2,5", 2, "EUR", "amount.invalid"},
		{",5", 2, "EUR", "amount.invalid"},
		{"5,", 2, "EUR", "amount.invalid"},
		{"-5", 2, "EUR", "amount.invalid"},
		{"1e3", 2, "EUR", "amount.invalid"},
		{strings.Repeat("9", 30), 2, "EUR", "amount.invalid"},
	} {
		a, err := ParseTyped(tc.typed, tc.places, tc.code)
		got := a.String()
		if err != nil {
			got = coop.KeyOf(err)
		}
		if got != tc.want {
			t.Errorf("%q of %s: %s, want %s", tc.typed, tc.code, got, tc.want)
		}
	}
}

// Whatever ParseAmount reads, ParseTyped reads as the same.
func FuzzParseTyped(f *testing.F) {
	for _, s := range []string{"12.50", "1,250", "1.250,50", "٣", "1 000", "€1", "..", "1,,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, places := range []uint8{0, 2, 3} {
			plain, err := ParseAmount(s, places)
			if err != nil {
				_, _ = ParseTyped(s, places, "EUR")
				continue
			}
			typed, err := ParseTyped(s, places, "EUR")
			if err != nil || typed != plain {
				t.Errorf("%q: %v %v, plainly %v", s, typed, err, plain)
			}
		}
	})
}
