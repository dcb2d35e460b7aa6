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
	Kind        market.Kind
	ID          coop.ID // of a new listing, so that sending the form twice posts once
	ListingID   coop.ID // of one that is there
	New         bool
	Draft       bool // not told to anybody yet
	Step        int
	Steps       []Step
	TitleErrors []string
	BodyErrors  []string
	PhotoErrors []string
	PriceErrors []string
	Texts       []TextRow
	Prices      []PriceRow
	Photos      []PhotoRow
	Room        int  // for so many more pictures
	Describe    bool // pictures that just came wait for words
	NoWords     bool // it was to be posted, and pictures have no words
	Shapes      []string
	Spots       []string
	MoreTexts   bool
	MorePrices  bool
	OpenPrices  bool
	Sum         *PriceSum
	Guide       *Guide
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
	Behalves    []Option
	Reaches     []Option
	Places      []string
	Preview     *PostPreview
}

// KnownKind is the kind that is chosen, as a word for examples.
func (p ListingFormPage) KnownKind() string {
	if slices.Contains(market.Kinds, p.Kind) {
		return string(p.Kind)
	}
	return string(market.Thing)
}

// Asked tells whether something about a price was typed, so that it is shown whatever is ticked.
func (p ListingFormPage) Asked() bool {
	for _, name := range []string{"amount", "min", "max", "suggested", "price_label", "price_amount"} {
		if strings.Join(p.Form.All(name), "") != "" {
			return true
		}
	}
	return slices.ContainsFunc(p.Form.wrongIn(stepHow), func(e *coop.Error) bool { return e.Field != "modes" })
}

// Before and After are the steps beside the one shown.
func (p ListingFormPage) Before() int { return p.Step - 1 }

// After is the step after the one shown.
func (p ListingFormPage) After() int { return p.Step + 1 }

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
	Width       int
	Height      int
	Shape, Spot string // how it is cut, and where its focus is
	Cut         string // as parseCut reads it
	Whole       string // size under which all of it is shown
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
	f.Put("behalf", "me")
	if code := v.r.URL.Query().Get("cat"); slices.Contains(categoryCodes, code) { // what is missing somewhere
		f.Put("category", code)
	}
	return s.listingForm(v, http.StatusOK, &written{form: f, purpose: purpose, id: coop.ID(f.Get("id")), step: readStep(v.r.URL.Query().Get("step"))})
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
	return s.listingForm(v, http.StatusOK, &written{form: s.formOf(v, l), purpose: l.Purpose, was: l, id: l.ID, photos: l.Photos,
		step: readStep(v.r.URL.Query().Get("step"))})
}

// formOf fills the form with what a listing says.
func (s *Site) formOf(v *visit, l *market.Listing) Form {
	var f Form
	zone := s.zone()
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
	if !l.Until.IsZero() {
		f.Put("until", market.DayOf(l.Until, zone).Format(time.DateOnly))
	}
	f.Put("maker", l.Maker)
	f.Put("behalf", behalfMe)
	if k, err := s.coop(v.r.Context()); err == nil && l.OnBehalf == k.coop.Name {
		f.Put("behalf", behalfCoop)
	} else if l.OnBehalf != "" {
		f.Put("behalf", behalfOther)
		f.Put("on_behalf", l.OnBehalf)
	}
	f.Put("stream", string(l.Stream))
	f.Put("tags", strings.Join(l.Tags, ", "))
	f.Put("category", l.Category)
	f.Put("visibility", l.Visibility.String())
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

// listingForm shows the form with what was typed.
func (s *Site) listingForm(v *visit, status int, w *written) error {
	f := w.form
	p := ListingFormPage{Frame: v.frame("form." + string(w.purpose)), Form: f, Purpose: w.purpose, Kind: market.Kind(f.Get("kind")),
		New: w.was == nil, ID: w.id, Action: "/new/" + string(w.purpose), Draft: w.was == nil || w.was.State == market.Draft,
		MaxTitle: market.MaxTitle, MaxBody: market.MaxBody, MaxAlt: market.MaxAlt, Shapes: shapeNames(), Spots: places,
		Describe: w.described, NoWords: w.alts}
	if w.was != nil {
		p.ListingID = w.was.ID
		p.Action = "/listings/" + string(w.was.ID) + "/edit"
		if !p.Draft {
			p.Frame.Title = v.t("form.edit")
		}
	}
	p.Step = stepShown(f, w.step)
	p.Steps = v.stepList(f, p.Step)
	s.saySum(v, &p)
	for name, into := range map[string]*[]string{"title": &p.TitleErrors, "body": &p.BodyErrors, "photos": &p.PhotoErrors, "prices": &p.PriceErrors} {
		for _, e := range f.Wrong {
			if e.Field == name {
				*into = append(*into, v.tongue.sayWith(e.Key, e.Args))
			}
		}
	}
	s.textRows(v, &p, w.more == "text")
	labels, kinds, amounts := f.All("price_label"), f.All("price_kind"), f.All("price_amount")
	rows := max(len(labels), len(amounts), 3)
	if w.more == "line" {
		rows += 3
	}
	rows = min(rows, market.MaxLines)
	for i := range rows {
		p.Prices = append(p.Prices, PriceRow{i, at(labels, i), at(kinds, i), at(amounts, i)})
	}
	p.MorePrices = rows < market.MaxLines
	p.OpenPrices = p.Sum != nil || len(p.PriceErrors) > 0 || w.more == "line" || w.more == "sum"
	for i := range w.photos {
		x := &w.photos[i]
		row := PhotoRow{N: i, ID: x.ID, Alt: x.Alt, First: i == 0, Last: i == len(w.photos)-1, Width: x.Width, Height: x.Height, Shape: shapeOf(x),
			Spot: placeOf(x.Focus), Cut: writeCut(x.Cut), Whole: "large"}
		if x.Cut != nil {
			row.Whole = coop.PhotoWhole
		}
		p.Photos = append(p.Photos, row)
	}
	p.Room = market.MaxPhotos - len(w.photos)
	s.sayChoices(v, &p)
	if err := s.sayPlaces(v, &p); err != nil {
		return err
	}
	if err := s.saySide(v, w, &p); err != nil {
		return err
	}
	return v.page(status, "listing_form", p)
}

// sayChoices fills what can be chosen.
func (s *Site) sayChoices(v *visit, p *ListingFormPage) {
	now, zone := s.cfg.Now(), s.zone()
	usual := market.DefaultUntil(p.Purpose, market.Thing, now, zone)
	food := market.DefaultUntil(p.Purpose, market.Food, now, zone)
	p.Usual = v.t("form.until_usual", "Date", v.tongue.date(market.DayOf(usual, zone), zone), "Food", v.tongue.date(market.DayOf(food, zone), zone))
	p.LastDay = now.In(zone).AddDate(0, 0, market.MaxDays).Format(time.DateOnly)
	p.Kinds, p.Modes = v.options(names(market.Kinds), "kind."), v.options(ahead(p.Coop.FirstModes, names(market.Modes)), "mode.")
	for _, u := range market.Units {
		p.Units = append(p.Units, Option{u, v.t("unit_name." + u)})
	}
	p.Media = []Option{{"", v.t("form.medium_ticked")}, {"money", v.t("medium.money")}, {"hours", v.t("medium.hours")}, {"local", v.t("medium.local")}}
	p.PriceKinds, p.Scopes = v.options(names(market.PriceKinds), "price."), v.options(names(market.Scopes), "scope.")
	p.Streams = append([]Option{{"", v.t("form.not_said")}}, v.options(names(market.Streams), "stream.")...)
	p.Categories = append([]Option{{"", v.t("form.not_said")}}, v.options(categoryCodes, "category.")...)
	p.Behalves = []Option{{behalfMe, v.t("posting.behalf_me")}, {behalfCoop, v.t("posting.behalf_coop", "Name", p.Coop.Name)},
		{behalfOther, v.t("posting.behalf_other")}}
}

// ahead is all with those of first at the front, in their order.
func ahead(first, all []string) []string {
	var out []string
	for _, x := range first {
		if slices.Contains(all, x) && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	for _, x := range all {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// sayPlaces lists the places that are known, to choose from while typing.
func (s *Site) sayPlaces(v *visit, p *ListingFormPage) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	known, err := s.namedPlaces(v, v.by, k.coop, "")
	if err != nil {
		return err
	}
	for _, x := range known.all {
		p.Places = append(p.Places, x.name)
	}
	return nil
}

func shapeNames() []string {
	var out []string
	for _, x := range shapes {
		out = append(out, x.name)
	}
	return out
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
