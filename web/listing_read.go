package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// readListing makes a listing of what was typed. What can't be read is noted in f; what makes no sense the market says.
// Pictures are read apart.
func (s *Site) readListing(v *visit, f *Form, purpose market.Purpose) market.Listing {
	zone := s.zone()
	l := market.Listing{Purpose: purpose, Kind: market.Kind(f.Get("kind")), Title: coop.Text{}, Body: coop.Text{},
		Scope: market.Scope(f.Get("scope")), Maker: f.Get("maker"), OnBehalf: f.Get("on_behalf"), Stream: market.Stream(f.Get("stream")),
		Category: f.Get("category")}
	readTexts(f, &l)
	for _, m := range f.All("modes") {
		l.Modes = append(l.Modes, market.Mode(m))
	}
	reach, ok := coop.ParseVisibility(f.Get("visibility"))
	if !ok { // never wider than what was said
		reach = coop.OnlyMe
	}
	l.Visibility = reach
	readQuantities(f, &l)
	readAsk(f, &l)
	s.readPlace(v, f, &l)
	if w := f.Get("starts"); w != "" {
		if day, ok := parseDay(w, zone); ok {
			l.Starts = day.Add(-12 * time.Hour)
		} else {
			f.Fail("starts", "day.invalid")
		}
	}
	if w := f.Get("until"); w != "" {
		if day, ok := parseDay(w, zone); ok {
			l.Until = market.EndOfDay(day, zone)
		} else {
			f.Fail("until", "day.invalid")
		}
	}
	for _, w := range strings.FieldsFunc(f.Get("tags"), func(r rune) bool { return r == ',' || r == '\n' || r == '#' || r == ';' }) {
		w = strings.TrimSpace(w)
		if w == "" {
			continue
		}
		tag := market.Tag(w)
		if tag == "" {
			f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: "tag.invalid", Field: "tags", Args: map[string]any{"Tag": w, "Max": market.MaxTag}})
		} else if !slices.Contains(l.Tags, tag) {
			l.Tags = append(l.Tags, tag)
		}
	}
	return l
}

// readTexts reads title and text in each language. A row without words is none.
func readTexts(f *Form, l *market.Listing) {
	langs, titles, bodies := f.All("text_lang"), f.All("title"), f.All("body")
	for i, lang := range langs {
		lang = strings.ToLower(strings.TrimSpace(lang))
		title, body := strings.TrimSpace(at(titles, i)), strings.TrimSpace(strings.ReplaceAll(at(bodies, i), "\r\n", "\n"))
		if title == "" && body == "" {
			continue
		}
		if _, twice := l.Title[lang]; twice {
			f.Fail("title", "language.twice")
			continue
		}
		if title != "" || len(l.Title) == 0 {
			l.Title[lang] = title
		}
		if body != "" {
			l.Body[lang] = body
		}
	}
}

func readQuantities(f *Form, l *market.Listing) {
	unit := f.Get("unit")
	l.Item.Unit = unit
	read := func(name string) *market.Quantity {
		w := f.Get(name)
		if w == "" {
			return nil
		}
		a, err := market.ParseAmount(w, market.QuantityPlaces)
		if err != nil {
			f.Fail(name, coop.KeyOf(err))
			return nil
		}
		return &market.Quantity{Amount: a, Unit: unit}
	}
	if q := read("quantity"); q != nil {
		l.Item = *q
		if q.Amount.Zero() { // nothing would be taken for "not said"
			f.Fail("quantity", "amount.positive")
		}
	}
	l.Available, l.Minimum = read("available"), read("minimum")
	l.UnitBased = f.Is("unit_based", "yes")
}

// readAsk reads what is wanted in return. The medium follows from the ticked modes unless it is chosen.
func readAsk(f *Form, l *market.Listing) {
	asked := false
	for _, m := range []market.Mode{market.ForMoney, market.ForHours, market.ForLocal, market.Sliding} {
		asked = asked || slices.Contains(l.Modes, m)
	}
	typed := false
	for _, name := range []string{"amount", "min", "max", "suggested"} {
		typed = typed || f.Get(name) != ""
	}
	labels, kinds, amounts := f.All("price_label"), f.All("price_kind"), f.All("price_amount")
	lines := false
	for i := range max(len(labels), len(amounts)) {
		lines = lines || strings.TrimSpace(at(labels, i)) != "" || strings.TrimSpace(at(amounts, i)) != ""
	}
	if !typed && !lines {
		if asked && f.Get("medium") == "" {
			return // the market says what is missing
		}
		if !asked {
			return
		}
	}
	a := &market.Ask{Medium: market.Medium{Kind: market.MediumKind(f.Get("medium"))}}
	if a.Medium.Kind == "" {
		a.Medium.Kind = market.Money
		for m, k := range map[market.Mode]market.MediumKind{market.ForHours: market.Hours, market.ForLocal: market.Local} {
			if slices.Contains(l.Modes, m) && !slices.Contains(l.Modes, market.ForMoney) {
				a.Medium.Kind = k
			}
		}
	}
	switch a.Medium.Kind {
	case market.Money:
		a.Medium.Code = strings.ToUpper(f.Get("currency"))
	case market.Local, market.Hours:
		a.Medium.Code = f.Get("local_name")
	}
	for name, into := range map[string]**market.Amount{"amount": &a.Amount, "min": &a.Min, "max": &a.Max, "suggested": &a.Suggested} {
		if w := f.Get(name); w != "" {
			x, err := readAmount(w, a.Medium)
			if err != nil {
				f.Fail(name, coop.KeyOf(err))
				continue
			}
			*into = &x
		}
	}
	l.Ask = a
	for i := range max(len(labels), len(amounts)) {
		label, w := strings.TrimSpace(at(labels, i)), strings.TrimSpace(at(amounts, i))
		if label == "" && w == "" {
			continue
		}
		x, err := readAmount(w, a.Medium)
		if err != nil {
			f.Fail("prices", coop.KeyOf(err))
			continue
		}
		l.Prices = append(l.Prices, market.PriceLine{Label: label, Kind: market.PriceKind(at(kinds, i)), Amount: x})
	}
}

// readAmount reads an amount of a medium. Hours are typed as hours, 1.5 or 1:30, and kept in whole minutes.
func readAmount(s string, m market.Medium) (market.Amount, error) {
	if m.Kind != market.Hours {
		return market.ParseAmount(s, m.Places())
	}
	if h, min, ok := strings.Cut(s, ":"); ok {
		hours, e1 := strconv.ParseUint(strings.TrimSpace(h), 10, 32)
		minutes, e2 := strconv.ParseUint(strings.TrimSpace(min), 10, 8)
		if e1 != nil || e2 != nil || minutes > 59 || len(strings.TrimSpace(min)) != 2 {
			return market.Amount{}, coop.Errorf(coop.Invalid, "amount.invalid", "hours %.20q", s)
		}
		return market.Amount{N: int64(hours*60 + minutes)}, nil //nolint:gosec // 32 bits of hours fit
	}
	a, err := market.ParseAmount(s, market.MaxPlaces)
	if err != nil {
		return market.Amount{}, err
	}
	n, unit := a.N*60, int64(1)
	for range a.Places {
		unit *= 10
	}
	if n%unit != 0 {
		return market.Amount{}, coop.Errorf(coop.Invalid, "amount.minutes", "hours %.20q are no whole minutes", s)
	}
	return market.Amount{N: n / unit}, nil
}

// readPlace reads where it is. The name of the co-op's own place, without coordinates, is that place.
func (s *Site) readPlace(v *visit, f *Form, l *market.Listing) {
	l.Place.Name = f.Get("place")
	if w := f.Get("radius"); w != "" {
		km, err := strconv.Atoi(w)
		if err != nil || km < 1 || km > coop.MaxFuzzKm {
			f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: "radius.range", Field: "radius", Args: map[string]any{"Max": coop.MaxFuzzKm}})
		} else {
			l.Place.RadiusKm = km
		}
	}
	lat, lon := f.Get("lat"), f.Get("lon")
	if lat == "" && lon == "" {
		if k, err := s.coop(v.r.Context()); err == nil && l.Place.Name != "" && strings.EqualFold(l.Place.Name, k.coop.Place.Name) {
			if l.Place.Exact = k.coop.Place.Exact; l.Place.Exact == nil {
				l.Place.Exact = k.coop.Place.Public
			}
		}
		return
	}
	p, ok := parsePoint(strings.ReplaceAll(lat, ",", ".") + "," + strings.ReplaceAll(lon, ",", "."))
	if !ok {
		f.Fail("lat", "point.invalid")
		return
	}
	l.Place.Exact = &p
}
