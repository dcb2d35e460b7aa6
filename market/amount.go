package market

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"toadlane/coop"
)

// Amount is an exact decimal: N units of 10^-Places. Nothing economic is a float; 2.00 euro is {200, 2}.
type Amount struct {
	N      int64
	Places uint8 // 0 to MaxPlaces
}

// MaxPlaces is the finest decimal taken, and MaxAmount the largest |N|: both keep every sum of a listing within int64.
const (
	MaxPlaces = 4
	MaxAmount = 1_000_000_000_000
)

// ParseAmount reads a plain decimal such as "40", "2.00" or "0,1" with the given number of places at most. It takes no
// exponent, no sign and no thousands separator; "1,000" where there are fewer than three places is refused rather than
// taken for one, since half the world means a thousand by it. Class Invalid, key amount.invalid, amount.fine or amount.large.
func ParseAmount(s string, places uint8) (Amount, error) {
	s = strings.TrimSpace(strings.Replace(s, ",", ".", 1))
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(s) > 24 || strings.HasSuffix(s, ".") {
		return Amount{}, coop.Errorf(coop.Invalid, "amount.invalid", "amount %.30q", s)
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return Amount{}, coop.Errorf(coop.Invalid, "amount.invalid", "amount %.30q", s)
		}
	}
	// Peers write 2.00 for whole numbers of things; zeros beyond our places lose nothing.
	thousand := len(frac) == 3 && places < 3
	for !thousand && len(frac) > int(places) && strings.HasSuffix(frac, "0") {
		frac = frac[:len(frac)-1]
	}
	if len(frac) > int(places) {
		return Amount{}, coop.Errorf(coop.Invalid, "amount.fine", "amount %.30q has more than %d places", s, places)
	}
	frac += strings.Repeat("0", int(places)-len(frac))
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || n > MaxAmount {
		return Amount{}, coop.Errorf(coop.Invalid, "amount.large", "amount %.30q", s)
	}
	return Amount{n, places}, nil
}

// String writes the plain decimal with all its places: "2.00".
func (a Amount) String() string {
	if a.Places == 0 {
		return strconv.FormatInt(a.N, 10)
	}
	s := strconv.FormatInt(a.N, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if len(s) <= int(a.Places) {
		s = strings.Repeat("0", int(a.Places)-len(s)+1) + s
	}
	s = s[:len(s)-int(a.Places)] + "." + s[len(s)-int(a.Places):]
	if neg {
		s = "-" + s
	}
	return s
}

// Short is String without trailing zeros: "2", "0.1".
func (a Amount) Short() string {
	s := a.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// at gives a's N when written with p places; ok is false on overflow.
func (a Amount) at(p uint8) (int64, bool) {
	n := a.N
	for i := a.Places; i < p; i++ {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

// Compare gives -1, 0 or 1; places do not matter.
func (a Amount) Compare(b Amount) int {
	p := max(a.Places, b.Places)
	x, okx := a.at(p)
	y, oky := b.at(p)
	switch {
	case !okx: // only the coarser of the two can overflow, and then its size decides
		return cmp.Compare(a.N, 0)
	case !oky:
		return cmp.Compare(0, b.N)
	}
	return cmp.Compare(x, y)
}

// Add gives a+b with the finer of the two's places; ok is false when the sum would pass MaxAmount.
func (a Amount) Add(b Amount) (sum Amount, ok bool) {
	p := max(a.Places, b.Places)
	x, okx := a.at(p)
	y, oky := b.at(p)
	if !okx || !oky || max(x, y) > 2*MaxAmount || min(x, y) < -2*MaxAmount { // what follows can't overflow
		return Amount{}, false
	}
	n := x + y
	if n > MaxAmount || n < -MaxAmount {
		return Amount{}, false
	}
	return Amount{n, p}, true
}

// Multiple tells whether a is a whole multiple, one or more times, of unit.
func (a Amount) Multiple(unit Amount) (times int64, ok bool) {
	p := max(a.Places, unit.Places)
	x, okx := a.at(p)
	y, oky := unit.at(p)
	if !okx || !oky || y <= 0 || x <= 0 || x%y != 0 {
		return 0, false
	}
	return x / y, true
}

// Zero tells whether a is nothing.
func (a Amount) Zero() bool { return a.N == 0 }

// Quantity is so much of a unit. Unit is a bare OM2 id as FEP-0837 writes it ("one", "hour", "kilogram").
type Quantity struct {
	Amount Amount
	Unit   string
}

// QuantityPlaces is how finely things are counted.
const QuantityPlaces = 3

// Units are the OM2 ids offered, in the order of the form. Others that a peer sends are kept and shown as they are.
var Units = []string{"one", "piece", "dozen", "hour", "day", "week", "month", "year", "minute-Time", "kilogram", "gram",
	"tonne", "litre", "metre", "kilometre"}

// MediumKind is what sort of thing is given in return.
type MediumKind string

// The media. Hours are kept in minutes, so that a third of an hour is exact.
const (
	Money MediumKind = "money" // Code is ISO 4217
	Hours MediumKind = "hours" // Code is "" or the name of the timebank's hour
	Local MediumKind = "local" // Code is the name of a local currency
)

// Medium is a currency in the widest sense.
type Medium struct {
	Kind MediumKind
	Code string
	IRI  coop.IRI // the currency's document, when its issuer has one
}

// minorUnits of ISO 4217 codes that do not have two (ISO 4217 list one, 2024).
var minorUnits = map[string]uint8{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0,
	"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// Places is how many decimals an amount of m has: its minor unit. Hours are whole minutes.
func (m Medium) Places() uint8 {
	switch m.Kind {
	case Money:
		if p, ok := minorUnits[m.Code]; ok {
			return p
		}
		return 2
	case Local:
		return 2
	}
	return 0
}

// Ask is what is wanted in return: an amount, or a range for a sliding scale. All amounts are in minor units of Medium; for
// Hours that is minutes. Amount, Min, Max and Suggested are nil when not given.
type Ask struct {
	Medium              Medium
	Amount              *Amount
	Min, Max, Suggested *Amount
}

// PriceKind says what a part of a price is for.
type PriceKind string

// The kinds of price line (docs/rules.md).
const (
	PriceLabour    PriceKind = "labour"
	PriceMaterials PriceKind = "materials"
	PriceDelivery  PriceKind = "delivery"
	PriceCoop      PriceKind = "coop"
	PriceCommons   PriceKind = "commons"
	PriceTax       PriceKind = "tax"
	PriceOther     PriceKind = "other"
)

// PriceKinds lists them in the order of the form.
var PriceKinds = []PriceKind{PriceLabour, PriceMaterials, PriceDelivery, PriceCoop, PriceCommons, PriceTax, PriceOther}

// PriceLine is one part of a price. The lines of a listing sum exactly to its amount (invariant 3).
type PriceLine struct {
	Label  string
	Kind   PriceKind
	Amount Amount
}
