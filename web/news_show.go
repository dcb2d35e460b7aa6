package web

import (
	"context"
	"net/http"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

func init() { addPages(map[string]any{"news": NewsPage{}}) }

func (s *Site) newsRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/news", who: takePart, do: s.newsShow},
		{method: http.MethodPost, pattern: "/news", who: takePart, do: s.newsSeen},
	}
}

// NewsPage is what is new for a member, in one place.
type NewsPage struct {
	Frame
	Todo    []NewsLine // what waits for an answer
	Threads []NewsLine
	Ending  []NewsLine
	Matches []MatchLine
	Hits    []HitGroup
	None    bool
	Fresh   bool // something of it was not seen before
}

// NewsLine is one line of what is new.
type NewsLine struct {
	Words, Href string
	About       string
	New         bool
}

// HitGroup is what one saved search found.
type HitGroup struct {
	Name, Open string
	Cards      []HitLine
}

// HitLine is a listing that was found.
type HitLine struct {
	Card Card
	New  bool
}

// newsThreads is how many conversations with something unread are listed.
const newsThreads = 20

func (s *Site) newsShow(v *visit) error {
	ctx := v.r.Context()
	p := NewsPage{Frame: v.frame("news.title")}
	seen, err := s.cfg.Market.Seen(ctx, v.by)
	if err != nil {
		return err
	}
	waiting, err := s.waitingFor(ctx, v)
	if err != nil {
		return err
	}
	todo := func(n int, key, href string) {
		if n > 0 {
			p.Todo = append(p.Todo, NewsLine{Words: v.t(key, "Count", n), Href: href, New: true})
		}
	}
	todo(waiting.Own, "news.followers", "/me")
	todo(waiting.Asking, "news.followers_coop", "/admin/peers")
	todo(waiting.Reports, "news.reports", "/admin/reports")
	todo(waiting.Failing, "news.failing", "/admin")
	todo(waiting.Askers, "news.regions_asking", waiting.AskersAt)
	todo(waiting.Invitations, "news.regions_invited", "/regions")
	todo(waiting.Proposals, "news.regions_proposed", waiting.ProposalsAt)
	todo(waiting.Gone, "news.regions_gone", waiting.GoneAt)

	for _, shared := range []bool{false, true} {
		if shared && !v.by.CanSteward() {
			continue
		}
		list, _, err := s.cfg.Market.Threads(ctx, v.by, shared, "")
		if err != nil {
			return err
		}
		for i := range list {
			t := &list[i]
			unread := t.UnreadBy(market.SideOf(v.by, t))
			if unread == 0 || len(p.Threads) >= newsThreads {
				continue
			}
			line := s.threadLine(v, t)
			p.Threads = append(p.Threads, NewsLine{Words: v.t("news.thread", "Who", line.Who, "Count", unread), About: t.Subject,
				Href: line.Path, New: t.Updated.After(seen)})
		}
	}
	now, zone := s.cfg.Now(), s.zone()
	soon := market.EndOfDay(now.In(zone).AddDate(0, 0, market.RemindDays), zone)
	own, err := s.cfg.Market.Search(ctx, v.by, market.Query{Poster: v.me.Person, States: []market.State{market.Open}, Sort: market.Ends, Limit: market.MaxPage})
	if err != nil {
		return err
	}
	for i := range own.Listings {
		if l := &own.Listings[i]; l.Live(now) && !l.Until.After(soon) {
			p.Ending = append(p.Ending, NewsLine{Words: s.text(v.tongue, l.Title).Words, Href: "/listings/" + string(l.ID),
				About: v.t("news.ends", "Count", daysLeft(l, now, zone)), New: l.Until.After(seen.Add(soon.Sub(now)))})
		}
	}
	matches, hits, err := s.cfg.Market.Noticed(ctx, v.by, now.AddDate(0, 0, -market.NoticeDays))
	if err != nil {
		return err
	}
	matches = onceEach(matches)
	for i := range matches {
		line := v.matchLine(&matches[i])
		line.New = matches[i].At.After(seen)
		p.Matches = append(p.Matches, line)
	}
	group := map[coop.ID]int{}
	for i := range hits {
		h := &hits[i]
		n, ok := group[h.Search.ID]
		if !ok {
			n = len(p.Hits)
			group[h.Search.ID] = n
			p.Hits = append(p.Hits, HitGroup{Name: h.Search.Name, Open: "/market?" + h.Search.Address})
		}
		p.Hits[n].Cards = append(p.Hits[n].Cards, HitLine{Card: v.card(&h.Listing), New: h.At.After(seen)})
	}
	p.None = len(p.Todo)+len(p.Threads)+len(p.Ending)+len(p.Matches)+len(p.Hits) == 0
	p.Fresh = p.Me.News > waiting.Sum()
	return v.page(http.StatusOK, "news", p)
}

// newsSeen notes that the reader has seen all of it. What waits for an answer goes on waiting.
func (s *Site) newsSeen(v *visit) error {
	if err := s.cfg.Market.SeeAll(v.r.Context(), v.by); err != nil {
		return err
	}
	return v.done("/news", "done.news_seen")
}

// calls is what waits for an answer of the reader.
type calls struct {
	queue.Calls
	regionCalls
}

// Sum is all of it.
func (c *calls) Sum() int { return c.Calls.Sum() + c.Askers + c.Invitations + c.Proposals + c.Gone }

// waitingFor counts what waits for an answer of the reader.
func (s *Site) waitingFor(ctx context.Context, v *visit) (c calls, err error) {
	local := coop.IRI("")
	if v.by.CanSteward() {
		local = s.cfg.ActorIRI
	}
	if can(v.by, keepRegions) {
		known, err := s.regions(ctx)
		if err != nil {
			return c, err
		}
		c.regionCalls = known.calls
	}
	c.Calls, err = s.cfg.Steward.CountWaiting(ctx, local, s.memberActor(v.person.Handle))
	return c, err
}

// news counts what the reader has not seen and what waits for them: the number beside the link. Two questions to the store.
func (s *Site) news(ctx context.Context, v *visit) (int, error) {
	n, err := s.cfg.Market.CountNews(ctx, v.by)
	if err != nil {
		return 0, err
	}
	waiting, err := s.waitingFor(ctx, v)
	if err != nil {
		return 0, err
	}
	return n.Sum() + waiting.Sum(), nil
}
