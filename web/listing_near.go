package web

import (
	"math"
	"strings"

	"toadlane/market"
)

// How many listings a listing's page shows beside it: one that is over is looked at for what there is instead.
const (
	matchesShown = 4
	alikeShown   = 3
	alikeInstead = 6
)

// Near is a listing that stands beside another, with why.
type Near struct {
	Card Card
	Why  string
}

// sayNear finds what fits the listing, each with its reason, and what is like it.
func (s *Site) sayNear(v *visit, l *market.Listing, p *ListingPage) error {
	ctx := v.r.Context()
	n := alikeInstead
	if l.Live(s.cfg.Now()) {
		n = alikeShown
		matches, err := s.cfg.Market.MatchesOf(ctx, v.by, *l)
		if err != nil {
			return err
		}
		for i := range matches[:min(len(matches), matchesShown)] {
			p.Matches = append(p.Matches, Near{v.card(&matches[i].With), v.reason(matches[i].Reason)})
		}
	}
	alike, err := s.cfg.Market.Similar(ctx, v.by, l, n)
	if err != nil {
		return err
	}
	for i := range alike {
		p.Alike = append(p.Alike, Near{Card: v.card(&alike[i])})
	}
	return nil
}

// reason says why two listings match.
func (v *visit) reason(r market.Reason) string {
	var why []string
	if r.Category != "" {
		why = append(why, v.t("match.category", "Category", v.t("category."+r.Category)))
	}
	if len(r.Words) > 0 {
		why = append(why, v.t("match.words", "Words", v.tongue.list(r.Words)))
	}
	if r.Placed {
		if km := int(math.Round(float64(r.Metres) / 1000)); km > 0 {
			why = append(why, v.t("match.km", "Count", km))
		} else {
			why = append(why, v.t("match.next_door"))
		}
	}
	return strings.Join(why, " · ")
}
