package web

import (
	"net/http"

	"toadlane/market"
)

// newestOnFront is how many listings of each purpose the front shows.
const newestOnFront = 6

func (s *Site) frontRoutes() []route {
	return []route{{method: http.MethodGet, pattern: "/", who: anyone, do: s.frontShow, kept: true, document: true}}
}

// FrontPage is the co-op's own front.
type FrontPage struct {
	Frame
	Address   string // to follow: @handle@host
	Offers    []Card
	Wants     []Card
	Standards []StandardLine // that the co-op says it meets
	Regions   []RegionLink   // that it takes part in
	Contact   string         // whom to write to about joining, as an address of the fediverse
}

// frontShow shows what the co-op is for, how to follow it and what is newest.
func (s *Site) frontShow(v *visit) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	p := FrontPage{Frame: v.frameTitled(k.coop.Name), Address: "@" + k.coop.Handle + "@" + s.cfg.Base.Host()}
	p.Robots, p.Contact = true, p.Address
	for purpose, list := range map[market.Purpose]*[]Card{market.Offer: &p.Offers, market.Want: &p.Wants} {
		page, err := s.cfg.Market.Search(v.r.Context(), v.by, market.Query{Purpose: purpose, Local: true, Sort: market.Newest, Limit: newestOnFront})
		if err != nil {
			return err
		}
		for i := range page.Listings {
			*list = append(*list, v.card(&page.Listings[i]))
		}
	}
	if p.Standards, err = s.standards(v); err != nil {
		return err
	}
	known, err := s.regions(v.r.Context())
	if err != nil {
		return err
	}
	for i := range known.joined {
		p.Regions = append(p.Regions, v.regionLink(&known.joined[i]))
	}
	return v.page(http.StatusOK, "front", p)
}
