package murmur

import (
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// listing is the profile of an offer or a want (offers_wants_schema-v0.1.0). name, primary_url, locality and expires stand beside title, details_url and
// expires_at because an index keeps and searches only those (services/index/internal/model/profile.go, AllowedFields).
type listing struct {
	LinkedSchemas   []string `json:"linked_schemas"`
	ExchangeType    string   `json:"exchange_type"`
	ItemType        string   `json:"item_type,omitempty"`
	TransactionType []string `json:"transaction_type"`
	Tags            []string `json:"tags"`
	Title           string   `json:"title"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	Image           string   `json:"image,omitempty"`
	DetailsURL      string   `json:"details_url"`
	PrimaryURL      string   `json:"primary_url"`
	Geolocation     *point   `json:"geolocation,omitempty"`
	Locality        string   `json:"locality,omitempty"`
	GeographicScope string   `json:"geographic_scope"`
	ContactDetails  contact  `json:"contact_details"`
	ExpiresAt       int64    `json:"expires_at"`
	Expires         int64    `json:"expires"`
	License         string   `json:"license,omitempty"`
}

// contact leads to a form: no address of a member is in a profile.
type contact struct {
	Form string `json:"contact_form"`
}

// Listing gives the profile of one of our own listings, which everyone may see and which is open: the caller looks.
func (w Writer) Listing(l *market.Listing) ([]byte, error) {
	page := w.page("/listings/" + string(l.ID))
	d := listing{LinkedSchemas: []string{ListingSchema}, ExchangeType: string(l.Purpose), ItemType: itemTypes[l.Kind], TransactionType: transactions(l),
		Tags: w.tags(append([]string{string(l.Kind), l.Category}, l.Tags...)...), Title: strings.TrimSpace(w.words(l.Title)), Description: strings.TrimSpace(w.words(l.Body)),
		DetailsURL: page, PrimaryURL: page, Geolocation: published(l.Place), Locality: l.Place.Name, GeographicScope: string(l.Scope),
		ContactDetails: contact{page + "#answer"}, ExpiresAt: l.Until.Unix(), Expires: l.Until.Unix(), License: w.Coop.Licence}
	d.Name = d.Title
	if d.Description == "" {
		d.Description = d.Title
	}
	if short := coop.Cut(d.Description, MaxDescription); short != d.Description {
		d.Description = coop.Cut(short, MaxDescription-1) + "…"
	}
	for _, p := range l.Photos {
		if p.ID != "" {
			d.Image = string(w.Photo(p.ID))
			break
		}
	}
	return strictjson.Marshal(d)
}

// itemTypes says which kinds are a good and which a service; who looks for people to begin with is neither.
var itemTypes = map[market.Kind]string{
	market.Thing: "good", market.Food: "good", market.Space: "good", market.Tool: "good", market.Loan: "good", market.Knowledge: "good",
	market.Skill: "service", market.Transport: "service", market.Training: "service", market.Job: "service",
}

// transactions says the modes in the schema's four words, each once and in the order of the modes. What is lent or shared for something in return is rented.
func transactions(l *market.Listing) []string {
	out := []string{}
	for _, m := range market.Modes {
		if !slices.Contains(l.Modes, m) {
			continue
		}
		word := "buy-sell"
		switch {
		case m == market.Gift:
			word = "receive-donate"
		case m == market.Lend || m == market.Share:
			if word = "borrow-lend"; l.Ask != nil {
				word = "rent-lease"
			}
		case l.Ask != nil && m != market.Swap && m != market.Discuss && (slices.Contains(l.Modes, market.Lend) || slices.Contains(l.Modes, market.Share)):
			continue // what is asked for is the rent
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}
