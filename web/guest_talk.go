package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/market"
)

// forTalk is what the word in a guest's link opens; it is about the conversation.
const forTalk = "talk"

// GuestPage is a conversation as a guest reads it, with nothing but the link. The link is a secret: the page is kept by nobody, found
// by no search engine, and no other site hears of it, for the referrer policy of all our pages sends nothing to others.
type GuestPage struct {
	Frame
	Talk
	Base      string // path of the page, with its word
	Link      string // whole address, to keep
	Waiting   bool   // nobody has answered yet
	Forgotten bool
	Reported  bool
	Form      Form
	Report    Form
	Max       int
	MaxWhy    int
}

// talkPath is a guest's way into a conversation.
func (s *Site) talkPath(id coop.ID) string {
	return "/talk/" + string(id) + "/" + s.cfg.Token(forTalk, string(id))
}

// guestIn lets in whoever holds the word of a conversation, as a guest who can do nothing else. A wrong word and a conversation
// that is not there are one answer, and the store is not asked before the word is right.
func (s *Site) guestIn(v *visit) (coop.ID, error) {
	id, err := v.id("id")
	if err != nil {
		return "", err
	}
	if !s.opensWith(v.param("token"), forTalk, string(id)) {
		return "", coop.Errorf(coop.NotFound, "thread.unknown", "no way into %s", id)
	}
	v.by, v.me = coop.Guested(id), nil // also for one of us who opens it: it is the guest's page
	return id, nil
}

func (s *Site) guestShow(v *visit) error {
	id, err := s.guestIn(v)
	if err != nil {
		return err
	}
	return s.guestPage(v, http.StatusOK, id, Form{}, Form{})
}

func (s *Site) guestPage(v *visit, status int, id coop.ID, f, report Form) error {
	ctx := v.r.Context()
	t, said, err := s.cfg.Market.Thread(ctx, v.by, id)
	if err != nil {
		return err
	}
	if _, err := v.r.Cookie(s.languageCookie()); err != nil && s.tongues[t.Other.Language] != nil {
		v.tongue = s.tongues[t.Other.Language] // what they wrote in, wherever they open the link
	}
	unread := t.UnreadBy(market.OtherSide)
	if unread > 0 && meant(v.r) {
		if err := s.cfg.Market.ReadThread(ctx, v.by, id); err != nil {
			return err
		}
	}
	talk := s.talk(v, &t, market.OtherSide, said, unread)
	talk.Who, talk.Blocked = s.publicName(v, t.Owner), false // nobody is told that they are kept out
	base := s.talkPath(id)
	p := GuestPage{Frame: v.frameTitled(v.t("thread.title", "Name", talk.Who)), Talk: talk, Base: base, Link: string(s.cfg.Base) + base, Waiting: true,
		Forgotten: t.Other.Email == "", Reported: t.Reported, Form: f, Report: report, Max: market.MaxMessage, MaxWhy: market.MaxReason}
	for _, m := range said {
		p.Waiting = p.Waiting && t.By(m) == market.OtherSide
	}
	return v.page(status, "talk", p)
}

// publicName names one of us to a stranger: as everyone may, else by the co-op.
func (s *Site) publicName(v *visit, id coop.ID) string {
	if id != "" {
		if p, err := s.cfg.CoopStore.Person(v.r.Context(), id); err == nil {
			if view, ok := p.SeenBy(coop.Everyone); ok {
				return view.DisplayName
			}
		}
	}
	if k, err := s.coop(v.r.Context()); err == nil {
		return k.coop.Name
	}
	return v.t("thread.us")
}

func (s *Site) guestAnswer(v *visit) error {
	id, err := s.guestIn(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if v.over(s.talks.thread, string(id)) {
		f.Fail("", "guest.too_many")
		return s.guestPage(v, http.StatusTooManyRequests, id, f, Form{})
	}
	if _, err := s.cfg.Market.Answer(v.r.Context(), v.by, id, f.Raw("text")); err != nil {
		if !f.Add(err) {
			return err
		}
		return s.guestPage(v, http.StatusUnprocessableEntity, id, f, Form{})
	}
	s.cfg.Federation.Wake()
	return v.redirect(s.talkPath(id) + "#end")
}

// guestEnd ends the conversation and forgets who the guest is.
func (s *Site) guestEnd(v *visit) error {
	id, err := s.guestIn(v)
	if err != nil {
		return err
	}
	if err := s.cfg.Market.Forget(v.r.Context(), v.by, id); err != nil {
		return err
	}
	return v.redirect(s.talkPath(id))
}

func (s *Site) guestReport(v *visit) error {
	id, err := s.guestIn(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if v.over(s.talks.thread, string(id)) {
		f.Fail("", "guest.too_many")
		return s.guestPage(v, http.StatusTooManyRequests, id, Form{}, f)
	}
	if err := s.cfg.Market.Report(v.r.Context(), v.by, id, f.Raw("reason")); err != nil {
		if !f.Add(err) {
			return err
		}
		return s.guestPage(v, http.StatusUnprocessableEntity, id, Form{}, f)
	}
	return v.redirect(s.talkPath(id))
}
