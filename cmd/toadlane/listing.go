package main

import (
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/market"
)

type listingGroup struct {
	Add   listingAdd   `cmd:"" help:"Post an offer or a want and print its address."`
	List  listingList  `cmd:"" help:"List offers and wants, our own and our neighbours'."`
	Close listingClose `cmd:"" help:"Close one of our own."`
}

// listingList lists what is on the market.
type listingList struct {
	Purpose string `help:"offer or want." enum:"offer,want," default:"" env:"-"`
	Text    string `help:"Only those with these words." env:"-"`
	Local   bool   `help:"Only our own." env:"-"`
	All     bool   `help:"With those that are over; our own only." env:"-"`
	JSON    bool   `help:"As JSON." env:"-"`
}

type listingRow struct {
	Address string    `json:"address"`
	Purpose string    `json:"purpose"`
	Kind    string    `json:"kind"`
	Title   coop.Text `json:"title"`
	State   string    `json:"state"`
	Until   time.Time `json:"until"`
	Home    string    `json:"home,omitempty"`
}

// Run lists, newest first.
func (c *listingList) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	q := market.Query{Purpose: market.Purpose(c.Purpose), Text: c.Text, Local: c.Local || c.All, Limit: market.MaxPage}
	if c.All {
		q.States = market.States()
	}
	var rows []listingRow
	for {
		page, err := n.Market.Search(w.ctx, commandLine, q)
		if err != nil {
			return err
		}
		for _, l := range page.Listings {
			rows = append(rows, listingRow{string(l.IRI), string(l.Purpose), string(l.Kind), l.Title, string(l.State), l.Until, string(l.Home)})
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	return list(w, c.JSON, rows, "ADDRESS PURPOSE STATE UNTIL TITLE", func(r listingRow) []any {
		title, _ := r.Title.In()
		return []any{r.Address, r.Purpose, r.State, market.DayOf(r.Until, n.Market.Zone()).Format(time.DateOnly), title}
	})
}

// listingClose ends a listing.
type listingClose struct {
	Listing  string `arg:"" help:"Its address or id."`
	Outcome  string `help:"What became of it, in a few words." env:"-"`
	Withdraw bool   `help:"It is taken back; otherwise it is done." env:"-"`
}

// Run closes it.
func (c *listingClose) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	l, err := findListing(w, n, c.Listing)
	if err != nil {
		return err
	}
	change := market.Fulfil
	if c.Withdraw {
		change = market.Withdraw
	}
	if l, err = n.Market.ChangeListing(w.ctx, commandLine, l.ID, change, c.Outcome); err != nil {
		return err
	}
	title, _ := l.Title.In()
	w.say("%s is %s: %s", l.IRI, l.State, plainLine(title))
	return nil
}

// commandLine is who acts when a command does.
var commandLine = coop.System("command line")

func findListing(w *world, n *node.Node, which string) (market.Listing, error) {
	if strings.Contains(which, "://") {
		return n.Market.Store.ListingByIRI(w.ctx, coop.IRI(which))
	}
	id, err := coop.ParseID(which)
	if err != nil {
		return market.Listing{}, coop.Errorf(coop.NotFound, "listing.unknown", "%w", err)
	}
	return n.Market.Listing(w.ctx, commandLine, id)
}

// member finds a person by handle and acts as them.
func member(w *world, n *node.Node, handle string) (coop.Actor, error) {
	if handle == "" {
		return commandLine, nil
	}
	p, err := n.CoopStore.PersonByHandle(w.ctx, strings.TrimPrefix(handle, "@"))
	if err != nil {
		return coop.Actor{}, err
	}
	a, err := n.CoopStore.Account(w.ctx, p.ID)
	if err != nil {
		return coop.Actor{}, err
	}
	return coop.Member(p.ID, a.Role), nil
}

func oneOf[T ~string](flag, value string, all []T) (T, error) {
	if slices.Contains(all, T(value)) {
		return T(value), nil
	}
	words := make([]string, len(all))
	for i, a := range all {
		words[i] = string(a)
	}
	return "", usage("--" + flag + " is one of: " + strings.Join(words, ", ") + ".")
}
