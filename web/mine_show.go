package web

import (
	"context"
	"net/http"

	"toadlane/coop"
	"toadlane/market"
)

func init() { addPages(map[string]any{"mine": MinePage{}}) }

func (s *Site) mineRoutes() []route {
	return []route{{method: http.MethodGet, pattern: "/mine", who: takePart, do: s.mineShow}}
}

// MinePage lists what a member posted, by state.
type MinePage struct {
	Frame
	Ending []MineLine // open, and over within a week; these stand in no group
	Groups []MineGroup
	None   bool
	Older  string
	Order  string
}

// MineGroup is what stands in one state.
type MineGroup struct {
	State market.State
	Lines []MineLine
}

// MineLine is one listing of one's own.
type MineLine struct {
	Card   Card
	Path   string
	Days   int // until it ends, -1 when it is over
	Renew  bool
	Edit   bool
	Resume bool
}

// mineStates lists the states in the order they are shown.
var mineStates = []market.State{market.Draft, market.Open, market.Agreed, market.Paused, market.Expired, market.Done, market.Withdrawn}

// ending counts the open listings of a member that end within market.RemindDays, today among them: those that /mine shows first.
func (s *Site) ending(ctx context.Context, person coop.ID) (int, error) {
	zone := s.zone()
	return s.cfg.Market.Store.CountEnding(ctx, person, market.EndOfDay(s.cfg.Now().In(zone).AddDate(0, 0, market.RemindDays), zone))
}

// mineShow lists the reader's own listings, latest change first in each state.
func (s *Site) mineShow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	page, err := s.cfg.Market.Search(v.r.Context(), v.by, market.Query{Poster: v.me.Person, States: mineStates, Sort: market.Newest,
		Limit: market.MaxPage, Cursor: f.Get("cursor")})
	if err != nil {
		return err
	}
	p := MinePage{Frame: v.frame("mine.title"), Order: v.t("mine.order")}
	if page.Next != "" {
		p.Older = "/mine?cursor=" + page.Next
	}
	now, zone := s.cfg.Now(), s.zone()
	for _, state := range mineStates {
		g := MineGroup{State: state}
		for i := range page.Listings {
			l := &page.Listings[i]
			if l.State != state {
				continue
			}
			try := *l
			line := MineLine{Card: v.card(l), Path: "/listings/" + string(l.ID), Days: daysLeft(l, now, zone),
				Renew: try.Apply(market.Renew, now, zone) == nil && try.Until.After(l.Until), Edit: !state.Ended() || state == market.Expired, Resume: state == market.Paused}
			if state == market.Open && line.Days <= market.RemindDays {
				p.Ending = append(p.Ending, line)
				continue
			}
			g.Lines = append(g.Lines, line)
		}
		if len(g.Lines) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	p.None = len(p.Ending)+len(p.Groups) == 0
	return v.page(http.StatusOK, "mine", p)
}
