package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// ListingFormPage is where a listing is written and changed. It works without script: what adds a row, a language or a picture
// is a button that sends the form and gets it back with one more.
type ListingFormPage struct {
	Frame
	Form        Form
	Action      string
	Purpose     market.Purpose
	ID          coop.ID // of a new listing, so that sending the form twice posts once
	ListingID   coop.ID // of one that is there
	New         bool
	Draft       bool // not told to anybody yet
	Other       string
	TitleErrors []string
	BodyErrors  []string
	PhotoErrors []string
	PriceErrors []string
	Texts       []TextRow
	Prices      []PriceRow
	Photos      []PhotoRow
	Uploads     []int
	MoreTexts   bool
	MorePrices  bool
	MaxTitle    int
	MaxBody     int
	MaxAlt      int
	Usual       string // when the listing ends unless told otherwise
	LastDay     string // furthest day, as a date input has it
	Kinds       []Option
	Modes       []Option
	Units       []Option
	Media       []Option
	PriceKinds  []Option
	Scopes      []Option
	Streams     []Option
	Categories  []Option
	Reaches     []Option
	Places      []string
}

// TextRow is title and text in one language.
type TextRow struct {
	N           int
	Lang        string
	Title, Body string
	Tongues     []Option
}

// PriceRow is one line of a price.
type PriceRow struct {
	N                   int
	Label, Kind, Amount string
}

// PhotoRow is a picture that is kept already.
type PhotoRow struct {
	N           int
	ID          coop.ID
	Alt         string
	First, Last bool
}

func (s *Site) listingFormRoutes() []route {
	var all []route
	for _, p := range []market.Purpose{market.Offer, market.Want} {
		all = append(all,
			route{method: http.MethodGet, pattern: "/new/" + string(p), who: takePart, do: func(v *visit) error { return s.listingNew(v, p) }},
			route{method: http.MethodPost, pattern: "/new/" + string(p), who: takePart, body: uploadBody,
				do: func(v *visit) error { return s.listingPost(v, p) }})
	}
	return append(all, route{method: http.MethodPost, pattern: "/listings/{id}/edit", who: takePart, body: uploadBody, do: s.listingEdit})
}

// listingNew shows an empty form.
func (s *Site) listingNew(v *visit, purpose market.Purpose) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	var f Form
	f.Put("id", string(s.cfg.Market.NewID())) // so that sending the form twice posts once
	f.Put("text_lang", firstOf(k.coop.Languages, v.tongue.tag))
	f.Put("kind", string(market.Thing))
	f.Put("quantity", "1")
	f.Put("unit", "one")
	f.Put("currency", k.coop.Currency)
	f.Put("place", k.coop.Place.Name)
	f.Put("scope", string(market.ScopeLocal))
	f.Put("visibility", coop.Everyone.String())
	return s.listingForm(v, http.StatusOK, purpose, nil, f, nil)
}

// firstOf gives wanted when it is in list, else the first of list, else wanted.
func firstOf(list []string, wanted string) string {
	if slices.Contains(list, wanted) || len(list) == 0 {
		return wanted
	}
	return list[0]
}

func (s *Site) listingEditForm(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	return s.listingForm(v, http.StatusOK, l.Purpose, l, formOf(l, s.zone()), nil)
}

// formOf fills the form with what a listing says.
func formOf(l *market.Listing, zone *time.Location) Form {
	var f Form
	for _, tag := range allTags(l.Title, l.Body) {
		f.Values = appended(f.Values, "text_lang", tag)
		f.Values = appended(f.Values, "title", l.Title[tag])
		f.Values = appended(f.Values, "body", l.Body[tag])
	}
	f.Put("kind", string(l.Kind))
	f.Put("modes", names(l.Modes)...)
	f.Put("quantity", l.Item.Amount.Short())
	f.Put("unit", l.Item.Unit)
	if l.Available != nil {
		f.Put("available", l.Available.Amount.Short())
	}
	if l.Minimum != nil {
		f.Put("minimum", l.Minimum.Amount.Short())
	}
	if l.UnitBased {
		f.Put("unit_based", "yes")
	}
	if a := l.Ask; a != nil {
		f.Put("medium", string(a.Medium.Kind))
		switch a.Medium.Kind {
		case market.Money:
			f.Put("currency", a.Medium.Code)
		default:
			f.Put("local_name", a.Medium.Code)
		}
		for name, x := range map[string]*market.Amount{"amount": a.Amount, "min": a.Min, "max": a.Max, "suggested": a.Suggested} {
			if x != nil {
				f.Put(name, writeAmount(*x, a.Medium))
			}
		}
		for _, line := range l.Prices {
			f.Values = appended(f.Values, "price_label", line.Label)
			f.Values = appended(f.Values, "price_kind", string(line.Kind))
			f.Values = appended(f.Values, "price_amount", writeAmount(line.Amount, a.Medium))
		}
	}
	f.Put("place", l.Place.Name)
	if l.Place.Exact != nil {
		lat, lon, _ := strings.Cut(point(l.Place.Exact), " ")
		f.Put("lat", lat)
		f.Put("lon", lon)
	}
	if l.Place.RadiusKm > 0 {
		f.Put("radius", strconv.Itoa(l.Place.RadiusKm))
	}
	f.Put("scope", string(l.Scope))
	if !l.Starts.IsZero() {
		f.Put("starts", l.Starts.In(zone).Format(time.DateOnly))
	}
	f.Put("until", market.DayOf(l.Until, zone).Format(time.DateOnly))
	f.Put("maker", l.Maker)
	f.Put("on_behalf", l.OnBehalf)
	f.Put("stream", string(l.Stream))
	f.Put("tags", strings.Join(l.Tags, ", "))
	f.Put("category", l.Category)
	f.Put("visibility", l.Visibility.String())
	for _, p := range l.Photos {
		f.Values = appended(f.Values, "photo_id", string(p.ID))
		f.Values = appended(f.Values, "photo_alt", p.Alt)
	}
	return f
}

func appended(m map[string][]string, k, x string) map[string][]string {
	if m == nil {
		m = map[string][]string{}
	}
	m[k] = append(m[k], x)
	return m
}

func allTags(texts ...coop.Text) []string {
	var out []string
	for _, t := range texts {
		for _, tag := range t.Tags() {
			if !slices.Contains(out, tag) {
				out = append(out, tag)
			}
		}
	}
	return out
}

// writeAmount is the way back of market.Medium.ParseAmount: hours are typed as hours.
func writeAmount(a market.Amount, m market.Medium) string {
	if m.Kind == market.Hours {
		if a.N%60 == 0 {
			return strconv.FormatInt(a.N/60, 10)
		}
		return strconv.FormatInt(a.N/60, 10) + ":" + strconv.FormatInt(a.N%60/10, 10) + strconv.FormatInt(a.N%10, 10)
	}
	return a.String()
}

// listingForm shows the form with what was typed. was is the listing that is changed, nil for a new one; more names what the
// form is to have one more of.
func (s *Site) listingForm(v *visit, status int, purpose market.Purpose, was *market.Listing, f Form, more []string) error {
	p := ListingFormPage{Frame: v.frame("form." + string(purpose)), Form: f, Purpose: purpose, New: was == nil, ID: coop.ID(f.Get("id")),
		Action: "/new/" + string(purpose), Draft: was == nil || was.State == market.Draft, MaxTitle: market.MaxTitle, MaxBody: market.MaxBody,
		MaxAlt: market.MaxAlt, Other: "/new/offer"}
	if purpose == market.Offer {
		p.Other = "/new/want"
	}
	if was != nil {
		p.ListingID = was.ID
		p.Action, p.Frame.Title = "/listings/"+string(was.ID)+"/edit", v.t("form.edit")
	}
	for name, into := range map[string]*[]string{"title": &p.TitleErrors, "body": &p.BodyErrors, "photos": &p.PhotoErrors, "prices": &p.PriceErrors} {
		for _, e := range f.Wrong {
			if e.Field == name {
				*into = append(*into, v.tongue.sayWith(e.Key, e.Args))
			}
		}
	}
	s.textRows(v, &p, slices.Contains(more, "text"))
	labels, kinds, amounts := f.All("price_label"), f.All("price_kind"), f.All("price_amount")
	rows := max(len(labels), len(amounts), 3)
	if slices.Contains(more, "line") {
		rows += 3
	}
	rows = min(rows, market.MaxLines)
	for i := range rows {
		p.Prices = append(p.Prices, PriceRow{i, at(labels, i), at(kinds, i), at(amounts, i)})
	}
	p.MorePrices = rows < market.MaxLines
	ids, alts := f.All("photo_id"), f.All("photo_alt")
	for i, id := range ids {
		p.Photos = append(p.Photos, PhotoRow{i, coop.ID(id), at(alts, i), i == 0, i == len(ids)-1})
	}
	for i := range min(market.MaxPhotos-len(ids), 3) {
		p.Uploads = append(p.Uploads, i)
	}
	now, zone := s.cfg.Now(), s.zone()
	usual := market.DefaultUntil(purpose, market.Thing, now, zone)
	food := market.DefaultUntil(purpose, market.Food, now, zone)
	p.Usual = v.t("form.until_usual", "Date", v.tongue.date(market.DayOf(usual, zone), zone), "Food", v.tongue.date(market.DayOf(food, zone), zone))
	p.LastDay = now.In(zone).AddDate(0, 0, market.MaxDays).Format(time.DateOnly)
	p.Kinds, p.Modes = v.options(names(market.Kinds), "kind."), v.options(names(market.Modes), "mode.")
	for _, u := range market.Units {
		p.Units = append(p.Units, Option{u, v.t("unit_name." + u)})
	}
	p.Media = []Option{{"", v.t("form.medium_ticked")}, {"money", v.t("medium.money")}, {"hours", v.t("medium.hours")}, {"local", v.t("medium.local")}}
	p.PriceKinds, p.Scopes = v.options(names(market.PriceKinds), "price."), v.options(names(market.Scopes), "scope.")
	p.Streams = append([]Option{{"", v.t("form.not_said")}}, v.options(names(market.Streams), "stream.")...)
	p.Categories = append([]Option{{"", v.t("form.not_said")}}, v.options(categoryCodes, "category.")...)
	p.Reaches = v.options([]string{"everyone", "peers", "coop"}, "visibility.")
	if k, err := s.coop(v.r.Context()); err == nil {
		known, err := s.namedPlaces(v, v.by, k.coop)
		if err != nil {
			return err
		}
		for _, x := range known.all {
			p.Places = append(p.Places, x.name)
		}
	}
	return v.page(status, "listing_form", p)
}

func (s *Site) textRows(v *visit, p *ListingFormPage, more bool) {
	f := p.Form
	langs, titles, bodies := f.All("text_lang"), f.All("title"), f.All("body")
	n := max(len(langs), len(titles), len(bodies), 1)
	if more {
		n++
	}
	n = min(n, limits.ListingLanguages)
	tongues := s.tonguesFirst(v)
	for i := range n {
		row := TextRow{N: i, Lang: at(langs, i), Title: at(titles, i), Body: at(bodies, i), Tongues: tongues}
		if row.Lang == "" { // the first that is not there yet
			for _, o := range tongues {
				if !slices.Contains(langs, o.Value) {
					row.Lang = o.Value
					break
				}
			}
		}
		if !slices.ContainsFunc(tongues, func(o Option) bool { return o.Value == row.Lang }) {
			row.Tongues = append(slices.Clone(tongues), Option{row.Lang, languageName(row.Lang)})
		}
		p.Texts = append(p.Texts, row)
	}
	p.MoreTexts = n < limits.ListingLanguages
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
