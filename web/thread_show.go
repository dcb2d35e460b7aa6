package web

import (
	"net/http"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Talk is a conversation as either end of it reads it.
type Talk struct {
	Who     string
	Kind    market.PartyKind
	Handle  string
	Subject string
	About   *TalkAbout // nil when it is about nothing, or about what this reader may not see
	Days    []TalkDay
	Closed  bool
	Blocked bool
}

// KindIcon is the pictogram of who it is with.
func (t Talk) KindIcon() string { return partyIcons[t.Kind] }

// TalkAbout is the listing that a conversation is about.
type TalkAbout struct {
	Path   string
	Title  coop.Text
	Card   Card
	Photo  *Photo
	Icon   string
	Left   string // how much there still is, "" when not said
	Banner string // that it is not open any more
}

// TalkDay is what was said on one day.
type TalkDay struct {
	At   time.Time
	Said []Saying
}

// Saying is one message of a conversation.
type Saying struct {
	Ours  bool
	Fresh bool // the first that the reader had not read
	Who   string
	Words string // plain
	HTML  string // sanitised again when shown
	At    time.Time
}

// ThreadPage is one conversation, for one of us.
type ThreadPage struct {
	Frame
	Talk
	ID       coop.ID
	Unread   int // still, after opening it
	Looking  bool
	Reported bool
	MayBlock bool
	MayOpen  bool // take a block back
	Steward  bool // for a remote actor: the whole co-op's block
	Form     Form
	Report   Form
	Max      int
	MaxWhy   int
}

func (s *Site) threadShow(v *visit) error { return s.threadPage(v, http.StatusOK, Form{}, Form{}) }

// meant tells whether a GET is the reader's own opening of the page, and not something that was fetched ahead, pulled into another
// page, or sent by a link elsewhere. Only then does opening a conversation mark it read, the one change that a GET here makes:
// it is what every messenger does, it can be seen at once, and nobody but its own reader can cause it. Browsers have sent
// Sec-Fetch-* since 2023 (Fetch Metadata); one that does not has the button.
func meant(r *http.Request) bool {
	h := r.Header
	site := h.Get("Sec-Fetch-Site")
	return r.Method == http.MethodGet && (site == "same-origin" || site == "none") && h.Get("Sec-Fetch-Mode") == "navigate" &&
		h.Get("Sec-Fetch-Dest") == "document" && h.Get("Sec-Purpose") == "" && h.Get("Purpose") == "" && h.Get("X-Moz") == ""
}

func (s *Site) threadPage(v *visit, status int, f, report Form) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	t, said, err := s.cfg.Market.Thread(ctx, v.by, id)
	if err != nil {
		return err
	}
	side := market.SideOf(v.by, &t)
	unread := t.UnreadBy(side)
	left := unread
	if unread > 0 && meant(v.r) {
		if err := s.cfg.Market.ReadThread(ctx, v.by, id); err != nil {
			return err
		}
		left = 0
	}
	talk := s.talk(v, &t, side, said, unread)
	p := ThreadPage{Frame: v.frameTitled(v.t("thread.title", "Name", talk.Who)), Talk: talk, ID: id, Unread: left, Looking: side == market.NoSide,
		Reported: t.Reported, Form: f, Report: report, Max: market.MaxMessage, MaxWhy: market.MaxReason}
	guest := t.Other.Kind() == market.Guest
	p.MayBlock = !t.Blocked && (side != market.NoSide || guest)
	p.MayOpen = t.Blocked && (side == t.ClosedBy || side == market.NoSide && guest)
	p.Steward = t.Other.Kind() == market.Remote && can(v.by, keepOut)
	return v.page(status, "thread", p)
}

// talk makes what both ends see, for whoever stands on side.
func (s *Site) talk(v *visit, t *market.Thread, side market.Side, said []market.Message, unread int) Talk {
	x := Talk{Subject: t.Subject, Closed: t.Closed, Blocked: t.Blocked}
	x.Who, x.Kind = s.counterpart(v, t, side)
	if x.Kind == market.Remote {
		x.Handle = t.Other.Handle
	}
	x.About = s.talkAbout(v, t)
	theirs := 0
	for i := range said {
		if t.By(said[i]) != side {
			theirs++
		}
	}
	for i := range said {
		m := &said[i]
		by := t.By(*m)
		one := Saying{Ours: by == side, Who: s.sayer(v, t, m, by), At: m.Created}
		if by != side {
			one.Fresh = theirs == unread && unread > 0
			theirs--
		}
		switch {
		case m.Hidden:
			continue
		case m.HTML:
			one.HTML = m.Body
		default:
			one.Words = m.Body
		}
		day := m.Created.In(s.zone())
		if n := len(x.Days); n == 0 || dayNumber(x.Days[n-1].At.In(s.zone())) != dayNumber(day) {
			x.Days = append(x.Days, TalkDay{At: m.Created})
		}
		last := &x.Days[len(x.Days)-1]
		last.Said = append(last.Said, one)
	}
	return x
}

// sayer names who said m to this reader.
func (s *Site) sayer(v *visit, t *market.Thread, m *market.Message, by market.Side) string {
	if v.by.Guest() != "" {
		if by == market.OtherSide {
			return v.t("thread.you")
		}
		return s.publicName(v, m.From.Person)
	}
	if m.From.Person != "" {
		return s.memberName(v, m.From.Person)
	}
	if by == market.OtherSide {
		return s.partyName(v, t.Other)
	}
	return v.t("thread.us")
}

func (s *Site) talkAbout(v *visit, t *market.Thread) *TalkAbout {
	if t.Listing == "" {
		return nil
	}
	l, err := s.cfg.Market.Listing(v.r.Context(), v.by, t.Listing)
	if err != nil {
		return nil
	}
	a := TalkAbout{Path: "/listings/" + string(l.ID), Title: l.Title, Card: v.card(&l), Icon: string(l.Kind), Banner: s.banner(v, &l, s.cfg.Now())}
	if len(l.Photos) > 0 {
		photo := s.photo(&l, 0, "6rem", "small")
		photo.Alt = "" // its title stands beside it
		a.Photo = &photo
	}
	if l.Available != nil {
		a.Left = v.tongue.unit(*l.Available)
	}
	return &a
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
		return s.threadPage(v, http.StatusUnprocessableEntity, f, Form{})
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

// threadBlock closes the conversation because its reader wants to hear no more of the other. A steward may keep a remote actor out
// of the whole co-op with it.
func (s *Site) threadBlock(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	whole := f.Get("whole") == "yes"
	t, _, err := s.cfg.Market.Thread(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	if !whole || market.SideOf(v.by, &t) != market.NoSide {
		if _, err := s.cfg.Market.Block(v.r.Context(), v.by, id); err != nil {
			return err
		}
	}
	if whole && t.Other.IRI != "" {
		if err := s.cfg.Federation.Block(v.r.Context(), v.by, string(t.Other.IRI), strings.TrimSpace(f.Get("reason"))); err != nil {
			return err
		}
		return v.done("/admin/blocks", "done.blocked")
	}
	return v.done("/threads/"+string(id), "done.blocked_here")
}

func (s *Site) threadUnblock(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if _, err := s.cfg.Market.Unblock(v.r.Context(), v.by, id); err != nil {
		return err
	}
	return v.done("/threads/"+string(id), "done.unblocked_here")
}

// threadReport asks the stewards to look, and lets them.
func (s *Site) threadReport(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if _, _, err := s.cfg.Market.Thread(v.r.Context(), v.by, id); err != nil {
		return err
	}
	if err := s.cfg.Market.Report(v.r.Context(), v.by, id, f.Raw("reason")); err != nil {
		if !f.Add(err) {
			return err
		}
		return s.threadPage(v, http.StatusUnprocessableEntity, Form{}, f)
	}
	return v.done("/threads/"+string(id), "done.reported")
}
