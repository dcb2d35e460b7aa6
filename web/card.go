package web

import (
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Card is a listing in a list.
type Card struct {
	Path     string
	Purpose  market.Purpose
	Kind     market.Kind
	Title    coop.Text
	Modes    []market.Mode
	Category string // code, "" for none
	Icon     string // of the category
	Place    string
	Until    time.Time // its last day
	State    market.State
	Live     bool
	Home     string // name of the neighbour it belongs to, "" for ours
	Price    string // what is asked, in the reader's language
	Photo    *Photo // nil for none
}

// card makes the card of a listing for this reader.
func (v *visit) card(l *market.Listing) Card {
	c := Card{Path: "/listings/" + string(l.ID), Purpose: l.Purpose, Kind: l.Kind, Title: l.Title, Modes: l.Modes,
		Category: l.Category, Place: l.Place.Name, Until: market.DayOf(l.Until, v.site.zone()), State: l.State,
		Live: l.Live(v.site.cfg.Now()), Price: v.ask(l.Ask)}
	for _, k := range market.Categories {
		if k.Code == l.Category {
			c.Icon = k.Icon
		}
	}
	if !l.Local() {
		c.Home = v.neighbour(l.Home)
	}
	c.Photo = v.site.cardPhoto(l)
	return c
}

// ask says what is asked in return, "" when nothing is.
func (v *visit) ask(a *market.Ask) string {
	if a == nil {
		return ""
	}
	one := func(x market.Amount) string {
		switch a.Medium.Kind {
		case market.Hours:
			return v.tongue.hours(x.N)
		case market.Local:
			return v.tongue.short(x) + "\u00a0" + a.Medium.Code
		}
		return v.tongue.money(x, a.Medium.Code)
	}
	switch {
	case a.Amount != nil:
		return one(*a.Amount)
	case a.Min != nil && a.Max != nil:
		return v.t("ask.range", "Min", one(*a.Min), "Max", one(*a.Max))
	case a.Min != nil:
		return v.t("ask.from", "Min", one(*a.Min))
	case a.Max != nil:
		return v.t("ask.upto", "Max", one(*a.Max))
	case a.Suggested != nil:
		return one(*a.Suggested)
	}
	return ""
}
