package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/internal/mail"
	"toadlane/market"
)

func init() { addPages(map[string]any{"renew": RenewPage{}}) }

// RenewPage renews a listing, or closes it, for whoever holds the link out of a reminder.
type RenewPage struct {
	Frame
	Stale  bool // the link is of an end that the listing has no more
	Card   Card
	Path   string // of the listing
	Until  time.Time
	Then   time.Time // the end it would get
	Close  bool      // asked for closing it first
	Was    string    // "renewed" or "closed": what was just done
	Here   string
	Before bool // nothing is done yet and can be
}

// linked checks the link and gives the listing. stale tells that the word was for another end, or for nothing.
func (s *Site) linked(v *visit) (l market.Listing, stale bool, err error) {
	id, err := v.id("id")
	if err != nil {
		return l, false, err
	}
	l, err = s.cfg.Market.Store.Listing(v.r.Context(), id)
	if class := coop.ClassOf(err); err != nil && class != coop.NotFound && class != coop.Gone {
		return l, false, err
	}
	// What is not there, or another's, looks like an old link: nothing is told about it.
	if err != nil || !l.Local() || !s.opensWith(v.param("token"), mail.ForRenewal, mail.RenewalSubject(l.ID, l.Until)) {
		return market.Listing{}, true, nil
	}
	return l, false, nil
}

// renewShow changes nothing: mail scanners follow links.
func (s *Site) renewShow(v *visit) error {
	l, stale, err := s.linked(v)
	if err != nil {
		return err
	}
	return s.renewPage(v, l, stale)
}

func (s *Site) renewPage(v *visit, l market.Listing, stale bool) error {
	p := RenewPage{Frame: v.frame("renew.title"), Stale: stale, Here: v.r.URL.Path}
	if stale {
		return v.page(http.StatusGone, "renew", p)
	}
	q := v.r.URL.Query()
	p.Card, p.Path, p.Until, p.Close = v.card(&l), "/listings/"+string(l.ID), market.DayOf(l.Until, s.zone()), q.Get("do") == "close"
	try := l
	if err := try.Apply(market.Renew, s.cfg.Now(), s.zone()); err == nil {
		p.Then = market.DayOf(try.Until, s.zone())
	}
	p.Before = !l.State.Ended() || l.State == market.Expired
	switch was := q.Get("was"); {
	case was == "renewed" && p.Before:
		p.Was, p.Before = was, false
	case was == "closed" && l.State == market.Done:
		p.Was = was
	}
	return v.page(http.StatusOK, "renew", p)
}

// renewDo does as the one whose listing it is.
func (s *Site) renewDo(v *visit) error {
	l, stale, err := s.linked(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if stale {
		return s.renewPage(v, l, true)
	}
	change, was := market.Renew, "renewed"
	if f.Get("do") == "close" {
		change, was = market.Fulfil, "closed"
	}
	by := coop.System("mail link")
	if l.Poster != "" {
		by = coop.Member(l.Poster, coop.RoleMember)
	}
	l, err = s.cfg.Market.ChangeListing(v.r.Context(), by, l.ID, change, "")
	if err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.redirect(mail.RenewPath(l.ID, l.Until, s.cfg.Token) + "?was=" + was)
}
