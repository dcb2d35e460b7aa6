package market

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
)

// TypedAsk is what somebody typed about what is given in return, in a form or as a command. Any of it may be "".
type TypedAsk struct {
	Modes  []Mode
	Medium MediumKind // when it was chosen; else it follows from Modes
	// Currency is the ISO 4217 code, for money; Name the name of a local currency or of a timebank's hour.
	Currency, Name              string
	Amount, Min, Max, Suggested string
	Lines                       []TypedLine
}

// TypedLine is a part of the price as it was typed. One without words and amount is none.
type TypedLine struct {
	Label  string
	Kind   PriceKind
	Amount string
}

// ParseAsk reads what is wanted in return. It judges no sense, only what can be read: Validate does the rest. The ask is nil when
// nothing was typed and no medium chosen; then Validate says what the modes need. What could not be read is left out of the ask
// and stands among the errors, all of them at once: class Invalid, of the fields amount, min, max, suggested and prices, with the
// keys of ParseAmount and amount.minutes.
func ParseAsk(t TypedAsk) (*Ask, []PriceLine, error) {
	lines := slices.DeleteFunc(slices.Clone(t.Lines), func(l TypedLine) bool {
		return strings.TrimSpace(l.Label) == "" && strings.TrimSpace(l.Amount) == ""
	})
	typed := len(lines) > 0 || t.Amount+t.Min+t.Max+t.Suggested != ""
	priced := slices.ContainsFunc(t.Modes, func(m Mode) bool {
		_, needs := needsAsk(m)
		return needs || m == Sliding
	})
	if !typed && (t.Medium == "" || !priced) {
		return nil, nil, nil
	}
	a := &Ask{Medium: Medium{Kind: t.Medium, Code: strings.TrimSpace(t.Name)}}
	if a.Medium.Kind == "" {
		a.Medium.Kind = mediumOf(t.Modes)
	}
	if a.Medium.Kind == Money {
		a.Medium.Code = strings.ToUpper(strings.TrimSpace(t.Currency))
	}
	var errs []error
	for _, x := range []struct {
		field, typed string
		into         **Amount
	}{{"amount", t.Amount, &a.Amount}, {"min", t.Min, &a.Min}, {"max", t.Max, &a.Max}, {"suggested", t.Suggested, &a.Suggested}} {
		if x.typed == "" {
			continue
		}
		v, err := a.Medium.ParseAmount(x.typed)
		if err != nil {
			errs = append(errs, coop.FieldError(x.field, coop.KeyOf(err), nil))
			continue
		}
		*x.into = &v
	}
	var prices []PriceLine
	for _, l := range lines {
		v, err := a.Medium.ParseAmount(l.Amount)
		if err != nil {
			errs = append(errs, coop.FieldError("prices", coop.KeyOf(err), nil))
			continue
		}
		prices = append(prices, PriceLine{Label: strings.TrimSpace(l.Label), Kind: l.Kind, Amount: v})
	}
	return a, prices, errors.Join(errs...)
}

// mediumOf is what the modes ask for: money when that is one of them, else the first that asks for anything, else money.
func mediumOf(modes []Mode) MediumKind {
	found := Money
	for i := len(modes) - 1; i >= 0; i-- {
		switch k, ok := needsAsk(modes[i]); {
		case k == Money:
			return Money
		case ok:
			found = k
		}
	}
	return found
}

// ParseAmount reads an amount of m as people type it: money and local currencies as ParseTyped does, hours as "1.5" or "1:30",
// kept in whole minutes. Class Invalid, with the keys of ParseAmount, and amount.minutes for hours that are no whole minutes.
func (m Medium) ParseAmount(s string) (Amount, error) {
	if m.Kind != Hours {
		return ParseTyped(s, m.Places(), m.Code)
	}
	if h, rest, ok := strings.Cut(s, ":"); ok {
		h, rest = strings.TrimSpace(h), strings.TrimSpace(rest)
		hours, err1 := strconv.ParseUint(h, 10, 32)
		minutes, err2 := strconv.ParseUint(rest, 10, 8)
		if err1 != nil || err2 != nil || minutes > 59 || len(rest) != 2 {
			return Amount{}, coop.Errorf(coop.Invalid, "amount.invalid", "hours %.20q", s)
		}
		return Amount{N: int64(hours*60 + minutes)}, nil //nolint:gosec // 32 bits of hours fit
	}
	a, err := ParseTyped(s, MaxPlaces, "")
	if err != nil {
		return Amount{}, err
	}
	n, unit := a.N*60, int64(1)
	for range a.Places {
		unit *= 10
	}
	if n%unit != 0 {
		return Amount{}, coop.Errorf(coop.Invalid, "amount.minutes", "hours %.20q are no whole minutes", s)
	}
	return Amount{N: n / unit}, nil
}
