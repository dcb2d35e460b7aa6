package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

// The ways to look at the market. All keep the filters; cards are what stands when none is named.
var marketViews = []string{"cards", "list", "map", "print"}

// View is a link to the same list, looked at in another way.
type View struct {
	Name, Icon, Words, Href string
	Here                    bool
}

// viewOf reads which view is asked for.
func (x *filters) viewOf() string {
	if w := x.form.Get("view"); slices.Contains(marketViews, w) {
		return w
	}
	return marketViews[0]
}

// views lists the links between the views of the same list.
func (x *filters) views(v *visit) []View {
	here := x.viewOf()
	out := make([]View, len(marketViews))
	for i, name := range marketViews {
		value := name
		if i == 0 {
			value = ""
		}
		out[i] = View{Name: name, Icon: name, Words: v.t("view." + name), Href: x.address(x.at, "view", value), Here: name == here}
	}
	return out
}

// strip is the row of categories, each a link to the same list narrowed to it; the chosen one links back to all.
func (x *filters) strip(v *visit) []Category {
	out := make([]Category, 0, len(market.Categories))
	for _, c := range market.Categories {
		k := Category{Icon: c.Icon, Shape: c.Shape, Words: v.t("category." + c.Code), Here: x.query.Category == c.Code}
		if k.Here {
			k.Href = x.address(x.at, "cat", "")
		} else {
			k.Href = x.address(x.at, "cat", c.Code)
		}
		out = append(out, k)
	}
	return out
}

// params writes what was asked for, without how it is looked at: what a saved search and the feeds keep.
func (x *filters) params() string {
	out := url.Values{}
	for _, k := range filterKeys {
		if w := x.form.Get(k); w != "" {
			out.Set(k, w)
		}
	}
	return out.Encode()
}

// far says how far l is from where distances are measured, "" when they are not.
func (x *filters) far(v *visit, l *market.Listing) string {
	if x.query.Near == nil || l.Place.Public == nil {
		return ""
	}
	return v.distance(int(x.query.Near.KilometresTo(*l.Place.Public) * 1000))
}

// distance says how far apart two public points are. They are no finer than a kilometre, so nothing less is claimed.
func (v *visit) distance(metres int) string {
	if metres < 1000 {
		return v.t("distance.near")
	}
	return v.tongue.km(metres)
}

// MatchLine is a match as a reader sees it: the other listing and why.
type MatchLine struct {
	Card Card
	Why  string // as a sentence that names one's own listing
	New  bool
}

// matchLine says a match to one's own listing.
func (v *visit) matchLine(m *market.Match) MatchLine {
	key := "match.your_offer"
	if m.Of.Purpose == market.Want {
		key = "match.your_want"
	}
	return MatchLine{Card: v.card(&m.With), Why: v.t(key, "Title", v.site.text(v.tongue, m.Of.Title).Words, "Why", v.reason(m.Reason))}
}

// stripMatches is how many matches stand above the market.
const stripMatches = 3

// forYou gives the latest matches of the reader's listings, nothing for somebody who is not signed in.
func (v *visit) forYou() ([]MatchLine, error) {
	if v.me == nil {
		return nil, nil
	}
	matches, _, err := v.site.cfg.Market.Noticed(v.r.Context(), v.by, v.site.cfg.Now().AddDate(0, 0, -market.NoticeDays))
	if err != nil {
		return nil, err
	}
	var out []MatchLine
	for _, m := range onceEach(matches) {
		if len(out) < stripMatches {
			out = append(out, v.matchLine(&m))
		}
	}
	return out, nil
}

// onceEach leaves out matches with a listing that stands there already, for another of one's own.
func onceEach(all []market.Match) []market.Match {
	seen := map[coop.ID]bool{}
	var out []market.Match
	for _, m := range all {
		if !seen[m.With.ID] {
			seen[m.With.ID], out = true, append(out, m)
		}
	}
	return out
}

// PrintPage is the market on paper.
type PrintPage struct {
	Frame
	Heading string
	Asked   string // the filters in words
	Why     string
	Day     string
	Contact string
	Back    string
	Groups  []PrintGroup
	More    bool // not all fit
}

// PrintGroup is what is offered or wanted of one category.
type PrintGroup struct {
	Words string
	Cards []PrintCard
}

// PrintCard is one line on paper.
type PrintCard struct {
	Card
	Body  string
	Who   string
	Short string // an address short enough to type
}

// marketPrint shows the list as a sheet without the frame: offers first, by category in the order of the list.
func (s *Site) marketPrint(v *visit, x *filters, p *MarketPage, found market.Page) error {
	out := PrintPage{Frame: p.Frame, Heading: p.Heading, Why: p.Why, Back: x.address(x.at, "view", ""), More: found.Next != "",
		Day: v.t("print.made", "Date", v.tongue.date(s.cfg.Now(), s.zone()))}
	var asked []string
	for _, c := range p.Chips {
		asked = append(asked, c.Words)
	}
	out.Asked = strings.Join(asked, " · ")
	out.Contact = v.t("print.contact", "Name", p.Coop.Name, "Address", p.Host)
	for _, purpose := range []market.Purpose{market.Offer, market.Want} {
		for _, code := range append(slices.Clone(categoryCodes), "") {
			g := PrintGroup{Words: v.t("print." + string(purpose))}
			if code != "" {
				g.Words += ": " + v.t("category."+code)
			}
			for i := range found.Listings {
				l := &found.Listings[i]
				if l.Purpose != purpose || l.Category != code {
					continue
				}
				code, err := s.cfg.Market.Short(v.r.Context(), l)
				if err != nil {
					return err
				}
				c := PrintCard{Card: v.card(l), Who: l.Maker}
				if code != "" {
					c.Short = p.Host + "/l/" + code
				}
				c.Far = x.far(v, l)
				if c.Who == "" {
					c.Who = c.Home
				}
				if c.Who == "" {
					c.Who = p.Coop.Name
				}
				body := []rune(strings.Join(strings.Fields(plainLine(s.text(v.tongue, l.Body).Words)), " "))
				if c.Body = string(body); len(body) > printRunes {
					c.Body = string(body[:printRunes]) + "…"
				}
				g.Cards = append(g.Cards, c)
			}
			if len(g.Cards) > 0 {
				out.Groups = append(out.Groups, g)
			}
		}
	}
	return v.page(http.StatusOK, "market_print", out)
}

// printRunes is how much of a listing's text stands on paper.
const printRunes = 220
