package web

import (
	"net/http"

	"toadlane/internal/limits"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"about": AboutPage{}, "about_ranking": RankingPage{}})
}

func (s *Site) aboutRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/about", who: anyone, do: s.aboutShow, kept: true},
		{method: http.MethodGet, pattern: "/about/ranking", who: anyone, do: s.rankingShow, kept: true},
	}
}

// AboutPage tells who runs this and by which rules.
type AboutPage struct {
	Frame
	Address string
}

func (s *Site) aboutShow(v *visit) error {
	p := AboutPage{Frame: v.frame("about.title")}
	p.Robots = true
	p.Address = "@" + p.Coop.Handle + "@" + p.Host
	return v.page(http.StatusOK, "about", p)
}

// RankingPage tells how lists are ordered, from the same list of orders that the market offers.
type RankingPage struct {
	Frame
	Sorts  []market.Sort
	BestOf int // how many listings are ranked by their words
	// The rule of matches, as the program keeps it.
	MatchWords, MaxMatches          int
	LocalKm, RegionalKm, NationalKm int
}

func (s *Site) rankingShow(v *visit) error {
	p := RankingPage{Frame: v.frame("ranking.title"), Sorts: market.Sorts, BestOf: limits.BestOf, MatchWords: market.MatchWords,
		MaxMatches: market.MaxMatches, LocalKm: market.LocalKm, RegionalKm: market.RegionalKm, NationalKm: market.NationalKm}
	p.Robots = true
	return v.page(http.StatusOK, "about_ranking", p)
}
