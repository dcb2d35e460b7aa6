package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"threads": ThreadsPage{}, "thread": ThreadPage{}, "talk": GuestPage{}})
}

func (s *Site) threadRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return append([]route{
		{method: get, pattern: "/threads", who: takePart, do: s.threadsShow},
		{method: get, pattern: "/threads/{id}", who: takePart, do: s.threadShow},
		{method: post, pattern: "/threads/{id}", who: takePart, do: s.threadAnswer},
		{method: post, pattern: "/threads/{id}/read", who: takePart, do: s.threadRead},
		{method: post, pattern: "/threads/{id}/block", who: takePart, do: s.threadBlock},
		{method: post, pattern: "/threads/{id}/unblock", who: takePart, do: s.threadUnblock},
		{method: post, pattern: "/threads/{id}/report", who: takePart, do: s.threadReport},
	}, s.answerRoutes()...)
}

// ThreadsPage lists conversations: one's own, or those of the stewards.
type ThreadsPage struct {
	Frame
	Shared  bool
	Tabs    []Tab // only a steward has two
	Threads []ThreadLine
	Older   string
}

// ThreadLine is one conversation in the list.
type ThreadLine struct {
	Path, Who, Subject string
	Kind               market.PartyKind
	Handle             string
	Photo              *Photo // of the listing, nil for none
	Icon               string // what stands in its place
	Excerpt            string
	Ours               bool // the reader's side said it
	Unread             int
	Closed             bool
	At                 time.Time
}

// partyIcons are the pictograms of the kinds of parties; each stands beside its word.
var partyIcons = map[market.PartyKind]string{market.Guest: "mail", market.Remote: "neighbour", market.Fellow: "person"}

// KindIcon is the pictogram of who it is with.
func (l ThreadLine) KindIcon() string { return partyIcons[l.Kind] }

func (s *Site) threadsShow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := ThreadsPage{Frame: v.frame("threads.title"), Shared: f.Get("of") == "stewards"}
	list, next, err := s.cfg.Market.Threads(v.r.Context(), v.by, p.Shared, f.Get("cursor"))
	if err != nil {
		return err
	}
	base := "/threads?"
	if p.Shared {
		base = "/threads?of=stewards&"
	}
	if next != "" {
		p.Older = base + "cursor=" + next
	}
	if v.by.CanSteward() {
		p.Tabs = []Tab{{v.t("threads.mine"), "/threads", !p.Shared}, {v.t("threads.shared"), "/threads?of=stewards", p.Shared}}
	}
	for i := range list {
		p.Threads = append(p.Threads, s.threadLine(v, &list[i]))
	}
	return v.page(http.StatusOK, "threads", p)
}

func (s *Site) threadLine(v *visit, t *market.Thread) ThreadLine {
	side := market.SideOf(v.by, t)
	who, kind := s.counterpart(v, t, side)
	l := ThreadLine{Path: "/threads/" + string(t.ID) + "#end", Who: who, Kind: kind, Subject: t.Subject, Icon: "message", Excerpt: t.Excerpt,
		Ours: t.SaidBy == side, Unread: t.UnreadBy(side), Closed: t.Closed, At: t.Updated}
	if kind == market.Remote {
		l.Handle = t.Other.Handle
	}
	if t.Listing == "" {
		return l
	}
	if x, err := s.cfg.Market.Listing(v.r.Context(), v.by, t.Listing); err == nil {
		l.Icon = string(x.Kind)
		if len(x.Photos) > 0 {
			photo := s.photo(&x, 0, "4rem", "small")
			photo.Alt = "" // its title stands beside it
			l.Photo = &photo
		}
	}
	return l
}

// counterpart names the other end of a conversation to whoever stands on side, and says what kind of party it is.
func (s *Site) counterpart(v *visit, t *market.Thread, side market.Side) (string, market.PartyKind) {
	if side == market.OtherSide {
		if t.Owner == "" {
			return v.t("thread.stewards"), market.Fellow
		}
		return s.memberName(v, t.Owner), market.Fellow
	}
	if t.Other.Person != "" {
		return s.memberName(v, t.Other.Person), market.Fellow
	}
	return s.partyName(v, t.Other), t.Other.Kind()
}

func (s *Site) partyName(v *visit, p market.Party) string {
	for _, w := range []string{p.Name, p.Handle, p.IRI.Host()} {
		if w != "" {
			return w
		}
	}
	return v.t("thread.forgotten")
}

// memberName names one of us to another of us; who does not want to be named even here is one of us.
func (s *Site) memberName(v *visit, id coop.ID) string {
	if id == v.by.Person() && id != "" {
		return v.t("thread.you")
	}
	if p, err := s.cfg.CoopStore.Person(v.r.Context(), id); err == nil {
		if view, ok := p.SeenBy(coop.CoopOnly); ok {
			return view.DisplayName
		}
	}
	return v.t("thread.us")
}
