package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"categories": CategoriesPage{}, "category": CategoryPage{}})
}

// CategoriesPage shows the categories as pictures with words.
type CategoriesPage struct {
	Frame
	Categories []Category
}

// Category is one picture of the grid.
type Category struct {
	Icon, Shape, Words, Href string
	Counts                   string // how many offers and wants, in words
	Here                     bool
}

// countedUpTo is how far listings are counted: beyond it, many is many.
const countedUpTo = 100

func (s *Site) categoriesShow(v *visit) error {
	p := CategoriesPage{Frame: v.frame("categories.title")}
	p.Robots = true
	for _, c := range market.Categories {
		offers, wants, err := s.counts(v, c.Code)
		if err != nil {
			return err
		}
		p.Categories = append(p.Categories, Category{Icon: c.Icon, Shape: c.Shape, Words: v.t("category." + c.Code), Href: "/categories/" + c.Code,
			Counts: v.counted(offers, wants)})
	}
	return v.page(http.StatusOK, "categories", p)
}

func (s *Site) counts(v *visit, code string) (offers, wants int, err error) {
	for purpose, n := range map[market.Purpose]*int{market.Offer: &offers, market.Want: &wants} {
		if *n, err = s.cfg.Market.Count(v.r.Context(), v.by, market.Query{Category: code, Purpose: purpose}, countedUpTo); err != nil {
			return 0, 0, err
		}
	}
	return offers, wants, nil
}

// counted says how many there are.
func (v *visit) counted(offers, wants int) string {
	one := func(key string, n int) string {
		if n >= countedUpTo {
			return v.t(key+"_many", "Count", countedUpTo)
		}
		return v.t(key, "Count", n)
	}
	switch {
	case offers+wants == 0:
		return v.t("category_page.none")
	case wants == 0:
		return one("category_page.offers", offers)
	case offers == 0:
		return one("category_page.wants", wants)
	}
	return v.t("category_page.both", "Offers", one("category_page.offers", offers), "Wants", one("category_page.wants", wants))
}

// CategoryPage is what is offered and wanted of one category.
type CategoryPage struct {
	Frame
	Code, Icon, Shape, Words string
	Offers, Wants            []Card
	Counts                   string
	NoOffers, NoWants        string // what is said where there are none
	AllOffers, AllWants      string // addresses
	PostOffer, PostWant      string
	Why                      string
	Rule                     string // what the co-op says about prices of this kind
}

// onCategory is how many of each purpose the page of a category shows.
const onCategory = 12

func (s *Site) categoryShow(v *visit) error {
	code := v.param("code")
	p := CategoryPage{Code: code}
	for _, c := range market.Categories {
		if c.Code == code {
			p.Icon, p.Shape, p.Words = c.Icon, c.Shape, v.t("category."+code)
		}
	}
	if p.Icon == "" {
		return coop.Errorf(coop.NotFound, "error.not_found", "category %.20q", code)
	}
	p.Frame, p.Why = v.frameTitled(p.Words), v.t("sort.why."+string(market.Newest))
	p.Robots = true
	for purpose, list := range map[market.Purpose]*[]Card{market.Offer: &p.Offers, market.Want: &p.Wants} {
		page, err := s.cfg.Market.Search(v.r.Context(), v.by, market.Query{Purpose: purpose, Category: code, Limit: onCategory})
		if err != nil {
			return err
		}
		for i := range page.Listings {
			*list = append(*list, v.card(&page.Listings[i]))
		}
	}
	offers, wants, err := s.counts(v, code)
	if err != nil {
		return err
	}
	p.Counts = v.counted(offers, wants)
	if p.Rule, err = s.priceRule(v, code); err != nil {
		return err
	}
	p.NoOffers, p.NoWants = v.t("category_page.no_offers"), v.t("category_page.no_wants")
	if wants > 0 {
		p.NoOffers = v.t("category_page.no_offers_but", "Wants", v.counted(0, wants))
	}
	if offers > 0 {
		p.NoWants = v.t("category_page.no_wants_but", "Offers", v.counted(offers, 0))
	}
	p.AllOffers, p.AllWants = "/market?cat="+code+"&purpose=offer", "/market?cat="+code+"&purpose=want"
	p.PostOffer, p.PostWant = "/new/offer", "/new/want"
	return v.page(http.StatusOK, "category", p)
}
