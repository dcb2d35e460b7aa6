package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"toadlane/coop"
	"toadlane/market"
)

// listingDocument is one listing as /listings/{id}.json gives it: an item of the market's JSON Feed with the listing's own terms beside
// it. docs/formats.md describes it.
type listingDocument struct {
	jsonItem
	Listing listingTerms `json:"_listing"`
}

type listingTerms struct {
	Purpose   market.Purpose    `json:"purpose"`
	Kind      market.Kind       `json:"kind"`
	Modes     []market.Mode     `json:"modes"`
	Category  string            `json:"category,omitempty"`
	Stream    market.Stream     `json:"stream,omitempty"`
	State     market.State      `json:"state"`
	Outcome   string            `json:"outcome,omitempty"`
	Titles    map[string]string `json:"titles"`
	Texts     map[string]string `json:"texts,omitempty"`
	Item      *jsonQuantity     `json:"item,omitempty"`
	Available *jsonQuantity     `json:"available,omitempty"`
	Minimum   *jsonQuantity     `json:"minimum,omitempty"`
	PerItem   bool              `json:"per_item,omitempty"`
	Ask       *jsonAsk          `json:"ask,omitempty"`
	Place     *jsonPlace        `json:"place,omitempty"`
	Scope     market.Scope      `json:"scope,omitempty"`
	Starts    string            `json:"date_starts,omitempty"`
	Until     string            `json:"date_ends"`
	Maker     string            `json:"maker,omitempty"`
	OnBehalf  string            `json:"on_behalf_of,omitempty"`
	Photos    []jsonPhoto       `json:"photos,omitempty"`
	Home      string            `json:"home,omitempty"`
}

type jsonQuantity struct {
	Amount string `json:"amount"`
	Unit   string `json:"unit"`
}

type jsonAsk struct {
	Medium    market.MediumKind `json:"medium"`
	Currency  string            `json:"currency,omitempty"`
	Amount    string            `json:"amount,omitempty"`
	Min       string            `json:"min,omitempty"`
	Max       string            `json:"max,omitempty"`
	Suggested string            `json:"suggested,omitempty"`
	Parts     []jsonPart        `json:"parts,omitempty"`
}

type jsonPart struct {
	Label  string           `json:"label"`
	Kind   market.PriceKind `json:"kind"`
	Amount string           `json:"amount"`
}

type jsonPlace struct {
	Name      string   `json:"name,omitempty"`
	Latitude  *float64 `json:"latitude,omitempty"`
	Longitude *float64 `json:"longitude,omitempty"`
	RadiusKm  int      `json:"radius_km,omitempty"`
}

type jsonPhoto struct {
	URL string `json:"url"`
	Alt string `json:"alt"`
}

// listingJSON gives what the reader may see of a listing for programs and spreadsheets. The exact place is never in it, whoever asks.
func (s *Site) listingJSON(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	it, err := s.feedItemOf(v, l)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(listingDocument{it.json(), s.termsOf(l)}, "", " ")
	if err != nil {
		return fmt.Errorf("listing %s as JSON: %w", l.ID, err)
	}
	v.bytes(http.StatusOK, "application/json; charset=utf-8", b)
	return nil
}

func (s *Site) termsOf(l *market.Listing) listingTerms {
	base := string(s.cfg.Base)
	d := listingTerms{Purpose: l.Purpose, Kind: l.Kind, Modes: slices.Concat([]market.Mode{}, l.Modes), Category: l.Category,
		Stream: l.Stream, State: l.State, Outcome: l.Outcome, Titles: maps.Clone(l.Title), Texts: maps.Clone(l.Body), Item: quantityJSON(&l.Item),
		Available: quantityJSON(l.Available), Minimum: quantityJSON(l.Minimum), PerItem: l.UnitBased, Scope: l.Scope, Until: stamp(l.Until),
		Maker: l.Maker, OnBehalf: l.OnBehalf, Home: string(l.Home)}
	if !l.Starts.IsZero() {
		d.Starts = stamp(l.Starts)
	}
	if a := l.Ask; a != nil {
		say := func(x *market.Amount) string {
			if x == nil {
				return ""
			}
			return x.String()
		}
		d.Ask = &jsonAsk{Medium: a.Medium.Kind, Currency: a.Medium.Code, Amount: say(a.Amount), Min: say(a.Min), Max: say(a.Max), Suggested: say(a.Suggested)}
		for _, p := range l.Prices {
			d.Ask.Parts = append(d.Ask.Parts, jsonPart{p.Label, p.Kind, p.Amount.String()})
		}
	}
	if l.Place.Name != "" || l.Place.Public != nil {
		d.Place = &jsonPlace{Name: l.Place.Name, RadiusKm: l.Place.RadiusKm}
		if l.Place.Public != nil {
			lat, lon := l.Place.Public.Degrees()
			d.Place.Latitude, d.Place.Longitude = &lat, &lon
		}
	}
	for i := range l.Photos {
		d.Photos = append(d.Photos, jsonPhoto{base + s.photoPath(l, i, "large"), l.Photos[i].Alt})
	}
	return d
}

func quantityJSON(q *market.Quantity) *jsonQuantity {
	if q == nil || *q == (market.Quantity{}) {
		return nil
	}
	return &jsonQuantity{q.Amount.Short(), q.Unit}
}

// feedItemOf makes the item that the market's feeds hold of a listing.
func (s *Site) feedItemOf(v *visit, l *market.Listing) (feedItem, error) {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return feedItem{}, err
	}
	return s.feedItem(v, l, k.coop), nil
}

func (s *Site) feedItem(v *visit, l *market.Listing, c coop.Coop) feedItem {
	title, base := s.text(v.tongue, l.Title), string(s.cfg.Base)
	it := feedItem{id: l.IRI, link: base + "/listings/" + string(l.ID), title: v.t("purpose."+string(l.Purpose)) + ": " + title.Words,
		titleLang: title.Tag, html: s.feedHTML(v, l), author: c.Name, tags: l.Tags, published: l.Created, updated: l.Updated, at: l.Place.Public}
	if !l.Local() {
		it.author = v.neighbour(l.Home)
	}
	if len(l.Photos) > 0 {
		it.image = base + s.photoPath(l, 0, "medium")
	}
	return it
}

func (it *feedItem) json() jsonItem {
	return jsonItem{ID: string(it.id), URL: it.link, Title: it.title, HTML: it.html, Image: it.image, Published: stamp(it.published),
		Modified: stamp(it.updated), Authors: []jsonAuthor{{Name: it.author}}, Tags: it.tags, Language: it.titleLang}
}
