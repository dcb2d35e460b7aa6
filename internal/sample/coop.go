package sample

import (
	"toadlane/coop"
	"toadlane/market"
)

// Password is what everybody in the demonstration signs in with. It protects nothing: the demonstration listens on loopback only.
const Password = "toads cross here"

// Coop is one co-op of the sample.
type Coop struct {
	Host     string // first label of its host name
	Coop     coop.Coop
	Drawing  string   // name of its picture; what that shows is Coop.PictureAlt
	People   []Person // the first is the founder and a steward
	Listings []Listing
	Talks    []Talk
	Searches []Search // that members keep
	Handbook []Protocol
	Uptakes  []Uptake
	Prices   map[string]string // what the co-op says about prices, by code of category
}

// Person is a member. Those with an Email can sign in with Password.
type Person struct {
	coop.Person
	Email   string
	Role    coop.Role
	Drawing string // of their photo, "" for none
	Alt     string // what it shows
}

// Search is a saved search before it is kept.
type Search struct {
	market.SavedSearch
	By string // handle of the member
}

// Listing is an offer or a want before it is posted.
type Listing struct {
	market.Listing
	By      string // handle of the member who posts it
	DaysAgo int    // when it was posted
	Days    int    // how long it stays, from now; 0 is the usual time
	Drawing string // name of its photo, "" for none
	Alt     string
	Done    string // what became of it, of one that is closed; its Thanks go with it
	DoneAgo int    // how many days ago it was closed
	With    string // host of the co-op with which it worked out
}

// Coops gives the four co-ops, each call a fresh copy.
func Coops() []Coop { return []Coop{bakery(), cycles(), care(), commons()} }

// The neighbourhoods are in València; the doors are made up.
var (
	benimaclet = place("Benimaclet, València", 39.4872, -0.3581)
	cabanyal   = place("El Cabanyal, València", 39.4689, -0.3292)
	russafa    = place("Russafa, València", 39.4618, -0.3727)
	patraix    = place("Patraix, València", 39.4594, -0.3938)
	alboraia   = place("Alboraia", 39.5001, -0.3523)
	campanar   = place("Campanar, València", 39.4826, -0.3951)
)

func place(name string, lat, lon float64) coop.Place {
	p, ok := coop.NewPoint(lat, lon)
	if !ok {
		panic("sample: " + name)
	}
	return coop.Place{Name: name, Exact: &p, RadiusKm: coop.DefaultFuzzKm}
}

func text(en, es string) coop.Text { return coop.Text{"en": en, "es": es} }

func base(handle, name string, purpose coop.Text, orgType string, at coop.Place) coop.Coop {
	return coop.Coop{Handle: handle, Name: name, Purpose: purpose, OrgType: orgType, Place: at, Languages: []string{"en", "es"},
		Currency: "EUR", Licence: "CC-BY-SA-4.0", TimeZone: "Europe/Madrid"}
}

// open shows everything to everyone; named shows the name and what the person can do; known is for peers; shy is for the co-op.
func open() map[coop.Field]coop.Visibility {
	m := map[coop.Field]coop.Visibility{}
	for _, f := range coop.ConsentFields {
		m[f] = coop.Everyone
	}
	return m
}

func named() map[coop.Field]coop.Visibility {
	return map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldSkills: coop.Everyone,
		coop.FieldLanguages: coop.Everyone, coop.FieldAbout: coop.Peers}
}

func known() map[coop.Field]coop.Visibility {
	return map[coop.Field]coop.Visibility{coop.FieldListed: coop.Peers, coop.FieldSkills: coop.Peers}
}

func shy() map[coop.Field]coop.Visibility { return nil }

func euros(cents int64) *market.Ask {
	return &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: cents, Places: 2}}
}

func hours(minutes int64) *market.Ask {
	return &market.Ask{Medium: market.Medium{Kind: market.Hours}, Amount: &market.Amount{N: minutes}}
}

func scale(least, usual, most int64) *market.Ask {
	a := func(n int64) *market.Amount { return &market.Amount{N: n, Places: 2} }
	return &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Min: a(least), Suggested: a(usual), Max: a(most)}
}

func line(label string, kind market.PriceKind, cents int64) market.PriceLine {
	return market.PriceLine{Label: label, Kind: kind, Amount: market.Amount{N: cents, Places: 2}}
}

func of(n int64, unit string) market.Quantity {
	return market.Quantity{Amount: market.Amount{N: n}, Unit: unit}
}

func some(n int64, unit string) *market.Quantity { q := of(n, unit); return &q }

func modes(m ...market.Mode) []market.Mode { return m }
