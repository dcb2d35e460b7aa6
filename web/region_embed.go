package web

import (
	"net/http"
	"strconv"

	"toadlane/coop"
	"toadlane/market"
)

// How many listings another site shows of a region.
const (
	embedUsual = 6
	embedMost  = 30
)

// EmbedPage is the newest of a region's market for other sites to show: the only page that may stand in a frame.
type EmbedPage struct {
	Frame
	Region  RegionLine
	Heading string
	Items   []EmbedItem
	Market  string
}

// EmbedItem is a listing with its home.
type EmbedItem struct {
	Card
	Href string // at its home
	From string
}

func (s *Site) embedShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	asked := v.r.URL.Query()
	if t := s.tongues[asked.Get("lang")]; t != nil {
		v.tongue = t
		line.RegionLink = v.regionLink(&r)
	}
	q := market.Query{Region: string(r.ID), Sort: market.Newest, Limit: embedUsual}
	if n, err := strconv.Atoi(asked.Get("limit")); err == nil && n > 0 {
		q.Limit = min(n, embedMost)
	}
	heading, at := "all", string(s.cfg.Base)+line.Path+"/market"
	if p := market.Purpose(asked.Get("purpose")); p == market.Offer || p == market.Want {
		q.Purpose, heading = p, string(p)
		at += "?purpose=" + string(p)
	}
	found, err := s.cfg.Market.Search(v.r.Context(), coop.Anonymous(), q)
	if err != nil {
		return err
	}
	x := EmbedPage{Region: line, Heading: v.t("region.heading."+heading, "Name", line.Words), Market: at}
	x.Frame = v.frameTitled(x.Heading)
	for i := range found.Listings {
		l := &found.Listings[i]
		it := EmbedItem{Card: v.card(l), Href: string(s.cfg.Base) + "/listings/" + string(l.ID), From: x.Coop.Name}
		if !l.Local() {
			it.Href, it.From = string(l.IRI), it.Card.Home
		}
		x.Items = append(x.Items, it)
	}
	return v.page(http.StatusOK, "region_embed", x)
}
