package market

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// GuideMin is how many listings a price guide rests on at least: fewer say more about somebody than about a price.
const GuideMin = 3

// guidePages bounds what one guide reads: so many times MaxPage listings, the newest.
const guidePages = 3

// Like says which listings a price is compared with: same purpose, kind, category (when one is given), unit and medium.
type Like struct {
	Purpose  Purpose
	Kind     Kind
	Category string
	Unit     string
	Medium   Medium
	But      coop.ID // the listing that asks
}

// PriceGuide is what others ask for one unit.
type PriceGuide struct {
	N                 int // listings it rests on
	Low, Median, High Amount
}

// PriceGuide tells what live listings like this one, ours and our neighbours', ask per unit, as far as by may see them. ok is false
// when there are fewer than GuideMin. A sliding scale counts with what it suggests, else with its middle.
func (s *Service) PriceGuide(ctx context.Context, by coop.Actor, like Like) (g PriceGuide, ok bool, err error) {
	q := Query{Purpose: like.Purpose, Kind: like.Kind, Category: like.Category, Sort: Newest, Limit: MaxPage}
	var all []Amount
	for range guidePages {
		page, err := s.Search(ctx, by, q)
		if err != nil {
			return g, false, fmt.Errorf("price guide: %w", err)
		}
		for i := range page.Listings {
			l := &page.Listings[i]
			if a, ok := perUnit(l); ok && l.ID != like.But && l.Item.Unit == like.Unit && l.Ask.Medium.Kind == like.Medium.Kind && l.Ask.Medium.Code == like.Medium.Code {
				all = append(all, a)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if len(all) < GuideMin {
		return g, false, nil
	}
	slices.SortFunc(all, func(a, b Amount) int { return cmp.Compare(a.N, b.N) })
	g = PriceGuide{N: len(all), Low: all[0], Median: all[len(all)/2], High: all[len(all)-1]}
	if n := len(all); n%2 == 0 {
		g.Median.N = (all[n/2-1].N + all[n/2].N) / 2
	}
	return g, true, nil
}

// perUnit is what a listing asks for one of its unit, rounded to the smallest unit of its medium.
func perUnit(l *Listing) (Amount, bool) {
	a := l.Ask
	if a == nil || l.Item.Amount.N <= 0 {
		return Amount{}, false
	}
	var x Amount
	switch {
	case a.Amount != nil:
		x = *a.Amount
	case a.Suggested != nil:
		x = *a.Suggested
	case a.Min != nil && a.Max != nil:
		x = Amount{N: (a.Min.N + a.Max.N) / 2, Places: a.Min.Places}
	default:
		return Amount{}, false
	}
	if x.Places != a.Medium.Places() || x.N <= 0 || x.N > MaxAmount {
		return Amount{}, false
	}
	n := x.N
	for range l.Item.Amount.Places {
		n *= 10 // at most MaxAmount·10^QuantityPlaces, or 10^MaxPlaces of a neighbour's: fits
	}
	return Amount{N: (n + l.Item.Amount.N/2) / l.Item.Amount.N, Places: x.Places}, true
}
