package main

import (
	"os"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/internal/picture"
	"toadlane/market"
)

// listingAdd posts a listing.
type listingAdd struct {
	Purpose    string   `required:"" enum:"offer,want" help:"offer or want." env:"-"`
	Title      string   `required:"" help:"In a few words." env:"-"`
	Text       string   `help:"More of it." env:"-"`
	Language   string   `help:"Of title and text; the co-op's first unless given." env:"-"`
	Kind       string   `help:"thing, food, service, space, tool, transport, training, role, money, knowledge or cofounders." default:"thing" env:"-"`
	Mode       []string `help:"How it changes hands: gift, share, lend, swap, hours, local, money, sliding, discuss." env:"-"`
	Category   string   `help:"ESSGlobal activity, such as AM60 for food." env:"-"`
	Amount     string   `help:"What is asked for: 4.20, or with --mode hours 1.5 or 1:30." env:"-"`
	Min        string   `help:"With --mode sliding: the least." env:"-"`
	Max        string   `help:"With --mode sliding: the most." env:"-"`
	Suggested  string   `help:"With --mode sliding: the usual." env:"-"`
	Currency   string   `help:"Of the amount; the co-op's own unless given. With --mode local, or hours of a timebank, its name." env:"-"`
	Price      []string `help:"A part of the amount, kind:label:amount; kinds are labour, materials, delivery, coop, commons, tax, other." env:"-" sep:"none"`
	Quantity   string   `help:"How much one lot is." default:"1" env:"-"`
	Unit       string   `help:"one, piece, dozen, hour, kilogram, litre …" default:"one" env:"-"`
	Available  string   `help:"How much there is, in the same unit." env:"-"`
	Lots       bool     `help:"Any number of lots may be taken." env:"-"`
	Place      string   `help:"Where it is, in words." env:"-"`
	Lat        *float64 `help:"Latitude; others see a point about a kilometre wide." env:"-"`
	Lon        *float64 `help:"Longitude." env:"-"`
	Until      string   `help:"Its last day, 2026-12-24; the usual time unless given." env:"-"`
	Stream     string   `help:"livelihood, love or care." env:"-"`
	Tag        []string `help:"A word to be found by." env:"-"`
	Photo      []string `help:"A picture file; up to six." type:"existingfile" env:"-"`
	Alt        []string `help:"What is on the picture, in the order of --photo." env:"-" sep:"none"`
	Visibility string   `help:"coop, peers or everyone." default:"everyone" env:"-"`
	By         string   `help:"Handle of the member it belongs to." env:"-"`
}

// Run posts it and prints its address.
func (c *listingAdd) Run(w *world) error {
	n, co, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	by, err := member(w, n, c.By)
	if err != nil {
		return err
	}
	l, err := c.listing(n, co)
	if err != nil {
		return err
	}
	if err := c.photos(w, n, by, &l); err != nil {
		return err
	}
	if l, err = n.Market.PostListing(w.ctx, by, l); err != nil {
		return err
	}
	w.say("%s", l.IRI)
	return nil
}

func (c *listingAdd) listing(n *node.Node, co coop.Coop) (market.Listing, error) {
	lang := c.Language
	if lang == "" {
		lang = co.Languages[0]
	}
	l := market.Listing{Purpose: market.Purpose(c.Purpose), Title: coop.Text{lang: c.Title}, Category: c.Category,
		Stream: market.Stream(c.Stream), UnitBased: c.Lots}
	if c.Text != "" {
		l.Body = coop.Text{lang: c.Text}
	}
	var err error
	if l.Kind, err = oneOf("kind", c.Kind, market.Kinds); err != nil {
		return l, err
	}
	for _, m := range c.Mode {
		mode, err := oneOf("mode", m, market.Modes)
		if err != nil {
			return l, err
		}
		l.Modes = append(l.Modes, mode)
	}
	if len(l.Modes) == 0 {
		l.Modes = []market.Mode{market.Discuss}
	}
	var ok bool
	if l.Visibility, ok = coop.ParseVisibility(c.Visibility); !ok || l.Visibility == coop.OnlyMe {
		return l, usage("--visibility is one of: coop, peers, everyone.")
	}
	if l.Place, err = placeOf(c.Place, c.Lat, c.Lon, coop.DefaultFuzzKm); err != nil {
		return l, err
	}
	if c.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Until, n.Market.Zone())
		if err != nil {
			return l, usage("--until is a day, such as 2026-12-24.")
		}
		l.Until = market.EndOfDay(day, n.Market.Zone())
	}
	for _, t := range c.Tag {
		if tag := market.Tag(t); tag != "" {
			l.Tags = append(l.Tags, tag)
		}
	}
	if l.Item.Amount, err = market.ParseTyped(c.Quantity, market.QuantityPlaces, ""); err != nil {
		return l, usage("--quantity is a plain number, such as 2 or 0.5.")
	}
	l.Item.Unit = c.Unit
	if c.Available != "" {
		a, err := market.ParseTyped(c.Available, market.QuantityPlaces, "")
		if err != nil {
			return l, usage("--available is a plain number, such as 24.")
		}
		l.Available = &market.Quantity{Amount: a, Unit: c.Unit}
	}
	return l, c.ask(&l, co)
}

// ask reads what is wanted in return; market.ParseAsk has the rule.
func (c *listingAdd) ask(l *market.Listing, co coop.Coop) error {
	typed := market.TypedAsk{Modes: l.Modes, Currency: co.Currency, Name: c.Currency, Amount: c.Amount, Min: c.Min, Max: c.Max, Suggested: c.Suggested}
	if c.Currency != "" {
		typed.Currency = c.Currency
	}
	for _, p := range c.Price {
		parts := strings.SplitN(p, ":", 3)
		if len(parts) != 3 {
			return usage("--price is written kind:label:amount, such as labour:Baking:2.10.")
		}
		kind, err := oneOf("price", parts[0], market.PriceKinds)
		if err != nil {
			return err
		}
		typed.Lines = append(typed.Lines, market.TypedLine{Kind: kind, Label: parts[1], Amount: parts[2]})
	}
	var err error
	l.Ask, l.Prices, err = market.ParseAsk(typed)
	return err
}

func (c *listingAdd) photos(w *world, n *node.Node, by coop.Actor, l *market.Listing) error {
	if len(c.Alt) > len(c.Photo) {
		return usage("There are more --alt than --photo.")
	}
	if len(c.Photo) > market.MaxPhotos {
		return usage("A listing has at most six pictures.")
	}
	owner, err := pictureOwner(w, n, by)
	if err != nil {
		return err
	}
	for i, path := range c.Photo {
		f, err := os.Open(path)
		if err != nil {
			return usage("The picture cannot be opened: " + err.Error() + ".")
		}
		p, err := picture.Make(w.ctx, f)
		_ = f.Close()
		if err != nil {
			return err
		}
		id, err := n.Store.PutPhoto(w.ctx, owner, p)
		if err != nil {
			return err
		}
		ph := market.Photo{ID: id, Width: p.Width, Height: p.Height, Type: p.Type, Blurhash: p.Blurhash}
		if i < len(c.Alt) {
			ph.Alt = c.Alt[i]
		}
		l.Photos = append(l.Photos, ph)
	}
	return nil
}

// pictureOwner is whose picture it is: the member's, or the first steward's when the co-op as such posts. A picture of nobody's
// is a copy of a neighbour's and is forgotten when it is not looked at.
func pictureOwner(w *world, n *node.Node, by coop.Actor) (coop.ID, error) {
	if by.Person() != "" {
		return by.Person(), nil
	}
	accounts, err := n.CoopStore.Accounts(w.ctx)
	if err != nil {
		return "", err
	}
	var first coop.Account
	for _, a := range accounts {
		if a.Role == coop.RoleSteward && (first.Person == "" || a.Created.Before(first.Created)) {
			first = a
		}
	}
	if first.Person == "" {
		return "", usage("Say whose picture it is: --by HANDLE.")
	}
	return first.Person, nil
}
