package market

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"toadlane/coop"
)

// Limits of a listing's own words. What a peer sends is cut to them rather than refused.
const (
	MaxTitle = 100
	MaxBody  = 5000
	MaxAlt   = 500
	MaxTags  = 10
	MaxTag   = 40
	MaxLines = 12
)

// Validate checks one of our own listings as a whole at now; every fault comes at once and names its field. zone is the
// co-op's.
func (l *Listing) Validate(now time.Time, zone *time.Location) error {
	var errs []error
	add := func(field, key string, args map[string]any) {
		errs = append(errs, coop.FieldError(field, key, args))
	}
	choice := func(field string, ok bool) {
		if !ok {
			add(field, "choice.unknown", nil)
		}
	}
	choice("purpose", l.Purpose == Offer || l.Purpose == Want)
	choice("kind", slices.Contains(Kinds, l.Kind))
	choice("stream", l.Stream == "" || slices.Contains(Streams, l.Stream))
	choice("scope", slices.Contains(Scopes, l.Scope))
	choice("category", l.Category == "" || KnownCategory(l.Category))
	choice("visibility", l.Visibility == coop.CoopOnly || l.Visibility == coop.Peers || l.Visibility == coop.Everyone)

	titled := false
	for _, tag := range l.Title.Tags() {
		if !coop.ValidLanguage(tag) {
			add("title", "language.unknown", map[string]any{"Tag": tag})
		}
		errs = append(errs, coop.Line("title", l.Title[tag], 0, MaxTitle))
		titled = titled || strings.TrimSpace(l.Title[tag]) != ""
	}
	if !titled {
		add("title", "field.required", nil)
	}
	for _, tag := range l.Body.Tags() {
		if !coop.ValidLanguage(tag) {
			add("body", "language.unknown", map[string]any{"Tag": tag})
		}
		errs = append(errs, coop.Lines("body", l.Body[tag], 0, MaxBody))
	}
	errs = append(errs, l.validateModes(), l.validateQuantities(), l.validateAsk())

	errs = append(errs, coop.Line("place", l.Place.Name, 0, 100), coop.Line("maker", l.Maker, 0, 100),
		coop.Line("on_behalf", l.OnBehalf, 0, 100))
	if l.Place.RadiusKm < 0 || l.Place.RadiusKm > coop.MaxFuzzKm {
		add("radius", "radius.range", map[string]any{"Max": coop.MaxFuzzKm})
	}
	if l.Until.IsZero() {
		add("until", "field.required", nil)
	} else if !l.Until.After(now) {
		add("until", "until.past", nil)
	} else if l.Until.After(EndOfDay(now.In(zone).AddDate(0, 0, MaxDays), zone)) {
		add("until", "until.far", map[string]any{"Days": MaxDays})
	}
	if !l.Starts.IsZero() && !l.Starts.Before(l.Until) {
		add("starts", "starts.after_until", nil)
	}
	if len(l.Tags) > MaxTags {
		add("tags", "field.many", map[string]any{"Max": MaxTags})
	}
	for _, t := range l.Tags {
		if !ValidTag(t) {
			add("tags", "tag.invalid", map[string]any{"Tag": t, "Max": MaxTag})
		}
	}
	if len(l.Photos) > MaxPhotos {
		add("photos", "field.many", map[string]any{"Max": MaxPhotos})
	}
	for _, p := range l.Photos {
		errs = append(errs, coop.Lines("photos", p.Alt, 0, MaxAlt))
		if !p.Focus.Valid() || p.Cut != nil && !p.Cut.Valid() {
			add("photos", "photo.cut", nil)
		}
	}
	return errors.Join(errs...)
}

func (l *Listing) validateModes() error {
	if len(l.Modes) == 0 {
		return coop.FieldError("modes", "field.required", nil)
	}
	for i, m := range l.Modes {
		if !slices.Contains(Modes, m) || slices.Contains(l.Modes[:i], m) {
			return coop.FieldError("modes", "choice.unknown", nil)
		}
	}
	return nil
}

func (l *Listing) validateQuantities() error {
	var errs []error
	check := func(field string, q *Quantity) {
		if q == nil {
			return
		}
		switch {
		case q.Amount.N <= 0 || q.Amount.N > MaxAmount || q.Amount.Places > QuantityPlaces:
			errs = append(errs, coop.FieldError(field, "amount.positive", nil))
		case q.Unit != l.Item.Unit:
			errs = append(errs, coop.FieldError(field, "unit.differs", map[string]any{"Unit": l.Item.Unit}))
		}
	}
	if !slices.Contains(Units, l.Item.Unit) {
		errs = append(errs, coop.FieldError("unit", "choice.unknown", nil))
	}
	check("quantity", &l.Item)
	check("available", l.Available)
	check("minimum", l.Minimum)
	if l.Available != nil && l.Minimum != nil && l.Minimum.Amount.Compare(l.Available.Amount) > 0 {
		errs = append(errs, coop.FieldError("minimum", "minimum.above_available", map[string]any{"Available": l.Available.Amount.Short()}))
	}
	return errors.Join(errs...)
}

// needsAsk tells which medium a mode asks for.
func needsAsk(m Mode) (MediumKind, bool) {
	switch m {
	case ForMoney:
		return Money, true
	case ForHours:
		return Hours, true
	case ForLocal:
		return Local, true
	}
	return "", false
}

func (l *Listing) validateAsk() error {
	var errs []error
	add := func(field, key string, args map[string]any) { errs = append(errs, coop.FieldError(field, key, args)) }
	if l.Ask == nil {
		for _, m := range l.Modes {
			if _, priced := needsAsk(m); priced || m == Sliding {
				add("amount", "ask.required", nil)
				break
			}
		}
		if len(l.Prices) > 0 {
			add("prices", "prices.no_amount", nil)
		}
		return errors.Join(errs...)
	}
	a, places := l.Ask, l.Ask.Medium.Places()
	matches := false
	for _, m := range l.Modes {
		k, priced := needsAsk(m)
		matches = matches || priced && k == a.Medium.Kind || m == Sliding
	}
	if !matches {
		add("medium", "ask.mode", nil)
	}
	switch a.Medium.Kind {
	case Money:
		if !coop.ValidCurrency(a.Medium.Code) {
			add("medium", "currency.unknown", nil)
		}
	case Local:
		errs = append(errs, coop.Line("medium", a.Medium.Code, 1, 60))
	case Hours:
		errs = append(errs, coop.Line("medium", a.Medium.Code, 0, 60))
	default:
		add("medium", "choice.unknown", nil)
	}
	each := func(field string, x *Amount) {
		if x != nil && (x.N < 0 || x.N > MaxAmount || x.Places != places) {
			add(field, "amount.invalid", nil)
		}
	}
	each("amount", a.Amount)
	each("min", a.Min)
	each("max", a.Max)
	each("suggested", a.Suggested)
	sliding := slices.Contains(l.Modes, Sliding)
	if a.Amount == nil && !sliding {
		add("amount", "field.required", nil)
	}
	if a.Amount != nil && a.Amount.N == 0 {
		add("amount", "amount.positive", nil)
	}
	if a.Min != nil && a.Max != nil && a.Min.Compare(*a.Max) > 0 {
		add("max", "range.backwards", nil)
	}
	if s := a.Suggested; s != nil && (a.Min != nil && s.Compare(*a.Min) < 0 || a.Max != nil && s.Compare(*a.Max) > 0) {
		add("suggested", "range.outside", nil)
	}
	errs = append(errs, l.validatePrices())
	return errors.Join(errs...)
}

// validatePrices keeps invariant 3: if there are price lines, they sum exactly to the amount, in its own minor units.
func (l *Listing) validatePrices() error {
	if len(l.Prices) == 0 {
		return nil
	}
	if l.Ask.Amount == nil {
		return coop.FieldError("prices", "prices.no_amount", nil)
	}
	if len(l.Prices) > MaxLines {
		return coop.FieldError("prices", "field.many", map[string]any{"Max": MaxLines})
	}
	sum := Amount{Places: l.Ask.Amount.Places}
	for i, p := range l.Prices {
		if err := coop.Line("prices", p.Label, 1, 60); err != nil {
			return err
		}
		if !slices.Contains(PriceKinds, p.Kind) || p.Amount.N < 0 || p.Amount.Places != sum.Places {
			return coop.FieldError("prices", "prices.line", map[string]any{"Line": i + 1})
		}
		var ok bool
		if sum, ok = sum.Add(p.Amount); !ok {
			return coop.FieldError("prices", "amount.large", nil)
		}
	}
	if sum.Compare(*l.Ask.Amount) != 0 {
		return coop.FieldError("prices", "prices.sum", map[string]any{"Sum": sum.String(), "Amount": l.Ask.Amount.String(), "Off": difference(sum, *l.Ask.Amount).String()})
	}
	return nil
}

// difference is how far two amounts with the same places are apart.
func difference(a, b Amount) Amount {
	if a.N < b.N {
		a, b = b, a
	}
	return Amount{N: a.N - b.N, Places: a.Places}
}

// ValidTag tells whether s is a tag as we keep it: lower case, letters and digits of any script and underscores, not all
// digits (fediverse servers do not link a hashtag of digits), at most MaxTag characters.
func ValidTag(s string) bool {
	n, letter := 0, false
	for _, r := range s {
		n++
		switch {
		case r == '_' || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		case unicode.IsLetter(r) && unicode.ToLower(r) == r:
			letter = true
		default:
			return false
		}
	}
	return letter && n <= MaxTag
}

// Tag turns words into a tag: "Sour Dough!" becomes "sourdough". "" when nothing is left.
func Tag(words string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToLower(strings.TrimSpace(words)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || unicode.Is(unicode.M, r) {
			if n++; n > MaxTag {
				break
			}
			b.WriteRune(r)
		}
	}
	if !ValidTag(b.String()) {
		return ""
	}
	return b.String()
}

// Edit gives what l becomes when its owner saves draft over it at now: the words and terms are draft's; identity, purpose,
// state and times of making are l's and never change (invariant 1); only a draft may turn from an offer into a want and back. Class
// Conflict when l is over.
func (l Listing) Edit(draft Listing, now time.Time) (Listing, error) {
	if l.State.Ended() && l.State != Expired {
		return l, coop.Errorf(coop.Conflict, "listing.state", "listing %s is %s and cannot be edited", l.ID, l.State)
	}
	purpose := l.Purpose
	if l.State == Draft && (draft.Purpose == Offer || draft.Purpose == Want) {
		purpose = draft.Purpose // nobody was told yet
	}
	if draft.Purpose != "" && draft.Purpose != purpose {
		return l, fmt.Errorf("edit listing %s: %w", l.ID, coop.FieldError("purpose", "purpose.fixed", nil))
	}
	e := draft
	e.ID, e.IRI, e.Home, e.Purpose = l.ID, l.IRI, l.Home, purpose
	e.State, e.Created, e.Closed, e.Poster, e.Contact = l.State, l.Created, l.Closed, l.Poster, l.Contact
	e.Version, e.Updated = l.Version+1, later(now, l.Updated)
	e.Outcome, e.Thanks, e.Seen, e.URL = l.Outcome, l.Thanks, l.Seen, l.URL
	e.Narrowed = l.Narrowed || l.State != Draft && e.Visibility < l.Visibility
	return e, nil
}
