package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/market"
)

// ListingGonePage says that a listing was here, and what there is now.
type ListingGonePage struct {
	Frame
	Newest []Card
}

// goneNewest is how many of the newest listings the page of a gone one shows.
const goneNewest = 3

func (s *Site) listingGone(v *visit) error {
	page, err := s.cfg.Market.Search(v.r.Context(), v.by, market.Query{Sort: market.Newest, Limit: goneNewest})
	if err != nil {
		return err
	}
	p := ListingGonePage{Frame: v.frame("gone.title")}
	for i := range page.Listings {
		p.Newest = append(p.Newest, v.card(&page.Listings[i]))
	}
	return v.page(http.StatusGone, "listing_gone", p)
}

// DonePage lists what worked out lately: it must not vanish as if it had never been.
type DonePage struct {
	Frame
	Lines []DoneLine
	Older string
}

// DoneLine is one listing that worked out, with what became of it.
type DoneLine struct {
	Card            Card
	L               market.Listing
	Outcome, Thanks string
}

func (s *Site) doneShow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	lines, next, err := s.doneLines(v, "", market.DefaultPage, f.Get("cursor"))
	if err != nil {
		return err
	}
	p := DonePage{Frame: v.frame("worked.title"), Lines: lines}
	if next != "" {
		p.Older = "/done?cursor=" + next
	}
	return v.page(http.StatusOK, "done", p)
}

// doneLines lists what worked out of one member's, or of all.
func (s *Site) doneLines(v *visit, poster coop.ID, n int, cursor string) (out []DoneLine, next string, err error) {
	page, err := s.cfg.Market.DoneLately(v.r.Context(), v.by, poster, n, cursor)
	if err != nil {
		return nil, "", err
	}
	for i := range page.Listings {
		l := &page.Listings[i]
		out = append(out, DoneLine{v.card(l), *l, l.Outcome, l.Thanks})
	}
	return out, page.Next, nil
}
