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
		Scope: market.Scope(f.Get("scope")), Maker: f.Get("maker"), OnBehalf: s.readBehalf(v, f), Stream: market.Stream(f.Get("stream")),
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

// For whom something is posted: oneself, the co-op, or somebody without an account, by name.
const (
	behalfMe    = "me"
	behalfCoop  = "coop"
	behalfOther = "other"
)

// readBehalf gives the name of whoever it is posted for, "" for oneself. A form without the choice has only the name.
func (s *Site) readBehalf(v *visit, f *Form) string {
	switch f.Get("behalf") {
	case behalfMe:
		return ""
	case behalfCoop:
		if k, err := s.coop(v.r.Context()); err == nil {
			return k.coop.Name
		}
	case behalfOther:
		if f.Get("on_behalf") == "" {
			f.Fail("on_behalf", "field.required")
		}
	}
	return f.Get("on_behalf")
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
		a, err := market.ParseTyped(w, market.QuantityPlaces, "")
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

// readAsk reads what is wanted in return; market.ParseAsk has the rule.
func readAsk(f *Form, l *market.Listing) {
	typed := market.TypedAsk{Modes: l.Modes, Medium: market.MediumKind(f.Get("medium")), Currency: f.Get("currency"), Name: f.Get("local_name"),
		Amount: f.Get("amount"), Min: f.Get("min"), Max: f.Get("max"), Suggested: f.Get("suggested")}
	labels, kinds, amounts := f.All("price_label"), f.All("price_kind"), f.All("price_amount")
	for i := range max(len(labels), len(amounts)) {
		typed.Lines = append(typed.Lines, market.TypedLine{Label: at(labels, i), Kind: market.PriceKind(at(kinds, i)), Amount: at(amounts, i)})
	}
	var err error
	l.Ask, l.Prices, err = market.ParseAsk(typed)
	f.Add(err)
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
