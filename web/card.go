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

	// The same in words, made here once: a template that looks each up takes thrice the time.
	Name         foreignText
	PurposeWords string
	Ways         []Sign
	When         string // until when, or how it ended
	From         string
	Far          string // how far away, "" where distances are not measured
	Art          *Art   // what is shown when there is no photo
}

// Sign is a pictogram with its word.
type Sign struct{ Icon, Words string }

// Art is the pictogram that stands where there is no photo, the shape behind it and the cloth behind both.
type Art struct{ Icon, Shape, Tint, Weave string }

// cloths are the grounds of the categories' art, in the order of market.Categories: a tint and a weave each.
var cloths = [...]struct{ tint, weave string }{
	{"plum", "dots"}, {"slate", "twill"}, {"brick", "scales"}, {"ochre", "check"}, {"straw", "dots"}, {"ochre", "stripes"},
	{"moss", "check"}, {"brick", "dots"}, {"slate", "scales"}, {"straw", "stripes"}, {"moss", "scales"}, {"brick", "twill"},
	{"moss", "stripes"}, {"slate", "check"}, {"slate", "dots"}, {"plum", "twill"},
}

// arts are the categories' by code, plainArts those of listings without a category by kind.
var arts, plainArts = func() (map[string]*Art, map[market.Kind]*Art) {
	byCode, byKind := map[string]*Art{}, map[market.Kind]*Art{}
	for i, c := range market.Categories {
		cloth := cloths[i%len(cloths)]
		byCode[c.Code] = &Art{Icon: c.Icon, Shape: c.Shape, Tint: cloth.tint, Weave: cloth.weave}
	}
	for i, k := range market.Kinds {
		cloth := cloths[(i*3+5)%len(cloths)]
		byKind[k] = &Art{Icon: string(k), Shape: "circle", Tint: cloth.tint, Weave: cloth.weave}
	}
	return byCode, byKind
}()

// artOf chooses the art of a listing, by its category or, when it has none, by its kind.
func artOf(category string, kind market.Kind) *Art {
	if a := arts[category]; a != nil {
		return a
	}
	if a := plainArts[kind]; a != nil {
		return a
	}
	return plainArts[market.Thing]
}

// card makes the card of a listing for this reader.
func (v *visit) card(l *market.Listing) Card {
	if l.Until.IsZero() { // a draft says so when it is published
		draft := *l
		draft.Until = market.DefaultUntil(l.Purpose, l.Kind, v.site.cfg.Now(), v.site.zone())
		l = &draft
	}
	c := Card{Path: "/listings/" + string(l.ID), Purpose: l.Purpose, Kind: l.Kind, Title: l.Title, Modes: l.Modes,
		Category: l.Category, Place: l.Place.Name, Until: market.DayOf(l.Until, v.site.zone()), State: l.State,
		Live: l.Live(v.site.cfg.Now()), Price: v.ask(l.Ask)}
	c.Name, c.PurposeWords, c.Art = v.site.text(v.tongue, l.Title), v.t("purpose."+string(l.Purpose)), artOf(l.Category, l.Kind)
	if a := arts[l.Category]; a != nil {
		c.Icon = a.Icon
	}
	for _, m := range l.Modes {
		c.Ways = append(c.Ways, Sign{string(m), v.t("mode." + string(m))})
	}
	if c.Live {
		c.When = v.t("card.until", "Date", v.tongue.date(c.Until, v.site.zone()))
	} else {
		c.When = v.t("state." + string(l.State))
	}
	if !l.Local() {
		c.Home = v.neighbour(l.Home)
		c.From = v.t("card.home", "Name", c.Home)
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
