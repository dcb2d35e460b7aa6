package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func init() { addPages(map[string]any{"threads": ThreadsPage{}, "thread": ThreadPage{}}) }

func (s *Site) threadRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/threads", who: takePart, do: s.threadsShow},
		{method: http.MethodGet, pattern: "/threads/{id}", who: takePart, do: s.threadShow},
		{method: http.MethodPost, pattern: "/threads/{id}", who: takePart, do: s.threadAnswer},
		{method: http.MethodPost, pattern: "/threads/{id}/read", who: takePart, do: s.threadRead},
	}
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
	Path, Who, Handle, Subject string
	Unread                     int
	Closed                     bool
	At                         time.Time
}

// ThreadPage is one conversation.
type ThreadPage struct {
	Frame
	ID      coop.ID
	Who     string
	Handle  string
	Subject string
	Listing string // its page, "" for none
	Unread  int
	Closed  bool
	Said    []Saying
	Form    Form
	Max     int
}

// Saying is one message of a conversation.
type Saying struct {
	Ours  bool
	Who   string
	Words string // plain, of ours
	HTML  string // sanitised again when shown
	At    time.Time
}

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
	for _, t := range list {
		p.Threads = append(p.Threads, ThreadLine{Path: "/threads/" + string(t.ID), Who: partyName(t.Other), Handle: t.Other.Handle,
			Subject: t.Subject, Unread: t.Unread, Closed: t.Closed, At: t.Updated})
	}
	return v.page(http.StatusOK, "threads", p)
}

func partyName(p market.Party) string {
	for _, w := range []string{p.Name, p.Handle, p.IRI.Host()} {
		if w != "" {
			return w
		}
	}
	return "?"
}

func (s *Site) threadShow(v *visit) error { return s.threadPage(v, http.StatusOK, Form{}) }

func (s *Site) threadPage(v *visit, status int, f Form) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	t, said, err := s.cfg.Market.Thread(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	who := partyName(t.Other)
	p := ThreadPage{Frame: v.frameTitled(v.t("thread.title", "Name", who)), ID: id, Who: who, Handle: t.Other.Handle, Subject: t.Subject,
		Unread: t.Unread, Closed: t.Closed, Form: f, Max: market.MaxMessage}
	if t.Listing != "" {
		if _, err := s.cfg.Market.Listing(v.r.Context(), v.by, t.Listing); err == nil {
			p.Listing = "/listings/" + string(t.Listing)
		}
	}
	for _, m := range said {
		if m.Hidden {
			continue
		}
		x := Saying{Ours: m.From.Person != "", Who: partyName(m.From), At: m.Created}
		if x.Ours {
			x.Who = s.memberName(v, m.From.Person)
		}
		if m.HTML {
			x.HTML = m.Body
		} else {
			x.Words = m.Body
		}
		p.Said = append(p.Said, x)
	}
	return v.page(status, "thread", p)
}

// memberName names one of us to another of us, "" when they do not want to be named even here.
func (s *Site) memberName(v *visit, id coop.ID) string {
	if id == v.by.Person() {
		return v.t("thread.you")
	}
	if p, err := s.cfg.CoopStore.Person(v.r.Context(), id); err == nil {
		if view, ok := p.SeenBy(coop.CoopOnly); ok {
			return view.DisplayName
		}
	}
	return v.t("thread.us")
}

// threadAnswer sends an answer; what was unread is read then.
func (s *Site) threadAnswer(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if _, err := s.cfg.Market.Answer(v.r.Context(), v.by, id, f.Raw("text")); err != nil {
		if _, _, e := s.cfg.Market.Thread(v.r.Context(), v.by, id); e != nil {
			return e // whoever may not read the conversation hears nothing about their words
		}
		if !f.Add(err) {
			return err
		}
		return s.threadPage(v, http.StatusUnprocessableEntity, f)
	}
	if err := s.cfg.Market.ReadThread(v.r.Context(), v.by, id); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/threads/"+string(id)+"#end", "done.sent")
}

func (s *Site) threadRead(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Market.ReadThread(v.r.Context(), v.by, id); err != nil {
		return err
	}
	return v.redirect("/threads")
}
