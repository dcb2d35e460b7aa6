package web

import (
	"net/http"
	"net/url"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/region"
)

// NumbersPage is what there is on the market of a region, counted, and what is missing there.
type NumbersPage struct {
	Frame
	Region     RegionLine
	Nav        RegionNav
	Taken      time.Time
	Numbers    market.Numbers
	Coops      int // that count
	Showing    int // of them, that show something
	Wanted     []GapLine
	Unwanted   []GapLine
	Categories []CategoryLine
	Shows      []ShowsLine
	Unshown    int         // co-ops that show something and do not stand here
	Silent     []ShowsLine // that show nothing
	Unsaid     int         // of them, that do not stand here
	Newest     []Card
}

// GapLine is a category of which one side is missing.
type GapLine struct {
	Words, Icon, Count string
	See, Post          string // addresses
}

// CategoryLine is what there is of a category.
type CategoryLine struct {
	Words             string
	Offers, Wants     int
	Coops             int
	OfferBar, WantBar int // of 100
	OffersAt, WantsAt string
}

// ShowsLine is what a co-op shows.
type ShowsLine struct {
	Name, Host, Path string
	Market           string
	Own, Stale       bool
	Seen             time.Time
	Offers, Wants    int
	All              int
	Bar              int // of 100
}

// numbersCoops is how many co-ops stand in a table of numbers.
const numbersCoops = 100

// numbers counts what there is on the market of a region.
func (s *Site) numbers(v *visit, r *region.Region) (market.Numbers, error) {
	return s.counted.get(s, r.ID, func() (market.Numbers, error) { return s.cfg.Market.NumbersIn(v.r.Context(), string(r.ID)) })
}

func (s *Site) numbersShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	all, err := s.around(v, &r)
	if err != nil {
		return err
	}
	n, err := s.numbers(v, &r)
	if err != nil {
		return err
	}
	x := NumbersPage{Frame: v.frameTitled(v.t("numbers.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "numbers"), Taken: all.taken, Numbers: n, Coops: len(all.coops), Showing: len(n.Coops)}
	for _, c := range n.Wanted() {
		x.Wanted = append(x.Wanted, v.gapLine(&r, c.Category, market.Want, market.Offer, v.t("category_page.wants", "Count", c.Wants)))
	}
	for _, c := range n.Unwanted() {
		x.Unwanted = append(x.Unwanted, v.gapLine(&r, c.Category, market.Offer, market.Want, v.t("category_page.offers", "Count", c.Offers)))
	}
	x.categories(v, &r)
	x.coops(s, &r, all)
	newest, err := s.cfg.Market.Search(v.r.Context(), coop.Anonymous(), market.Query{Region: string(r.ID), Sort: market.Newest, Limit: regionNewest})
	if err != nil {
		return err
	}
	for i := range newest.Listings {
		x.Newest = append(x.Newest, v.card(&newest.Listings[i]))
	}
	x.Robots = true
	return v.page(http.StatusOK, "region_numbers", x)
}

// regionMarket is the address of a region's market, narrowed.
func regionMarket(r *region.Region, category string, purpose market.Purpose) string {
	q := url.Values{"purpose": {string(purpose)}}
	if category != "" {
		q.Set("cat", category)
	}
	return regionPath(r) + "/market?" + q.Encode()
}

// gapLine says a category of which there is one side and not the other.
func (v *visit) gapLine(r *region.Region, code string, there, missing market.Purpose, count string) GapLine {
	x := GapLine{Words: code, Count: count, See: regionMarket(r, code, there), Post: "/new/" + string(missing) + "?cat=" + url.QueryEscape(code)}
	if a := arts[code]; a != nil {
		x.Words, x.Icon = v.t("category."+code), a.Icon
	}
	return x
}

// bar is a part of the most, of 100, and never nothing of something.
func bar(n, most int) int {
	if n == 0 || most == 0 {
		return 0
	}
	return max(1, 100*n/most)
}

func (x *NumbersPage) categories(v *visit, r *region.Region) {
	most := 0
	for _, c := range x.Numbers.Categories {
		most = max(most, c.Offers, c.Wants)
	}
	for _, c := range x.Numbers.Categories {
		l := CategoryLine{Words: v.t("numbers.no_category"), Offers: c.Offers, Wants: c.Wants, Coops: c.Coops, OfferBar: bar(c.Offers, most), WantBar: bar(c.Wants, most)}
		if arts[c.Category] != nil {
			l.Words = v.t("category." + c.Category)
			l.OffersAt, l.WantsAt = regionMarket(r, c.Category, market.Offer), regionMarket(r, c.Category, market.Want)
		} else if c.Category != "" {
			l.Words = c.Category
		}
		x.Categories = append(x.Categories, l)
	}
}

func (x *NumbersPage) coops(s *Site, r *region.Region, all *regionCircle) {
	line := func(c *aroundCoop) ShowsLine {
		return ShowsLine{Name: c.name, Host: c.iri.Host(), Path: c.path(), Market: c.market(r), Own: c.own, Stale: s.stale(c), Seen: c.seen}
	}
	shows, most := map[int]bool{}, 0
	for _, c := range x.Numbers.Coops {
		most = max(most, c.Offers+c.Wants)
	}
	for _, c := range x.Numbers.Coops {
		i, ok := all.by[c.Home]
		if !ok { // it came or went between the two countings
			continue
		}
		shows[i] = true
		if len(x.Shows) == numbersCoops {
			x.Unshown++
			continue
		}
		l := line(&all.coops[i])
		l.Offers, l.Wants, l.All, l.Bar = c.Offers, c.Wants, c.Offers+c.Wants, bar(c.Offers+c.Wants, most)
		x.Shows = append(x.Shows, l)
	}
	for i := range all.coops {
		switch {
		case shows[i]:
		case len(x.Silent) == numbersCoops:
			x.Unsaid++
		default:
			x.Silent = append(x.Silent, line(&all.coops[i]))
		}
	}
}

// gapsShow leads to what is missing, which stands with the numbers.
func (s *Site) gapsShow(v *visit) error {
	r, _, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	return v.redirect(regionPath(&r) + "/numbers#gaps")
}
