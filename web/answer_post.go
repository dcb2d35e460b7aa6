package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// talkLimits count what strangers may start here. They live in memory, so a restart forgives.
type talkLimits struct {
	network *httprate.RateLimiter // guests' messages, per network
	listing *httprate.RateLimiter // first messages, per listing
	address *httprate.RateLimiter // first messages, per e-mail address
	thread  *httprate.RateLimiter // a guest's further messages, per conversation
	lookup  *httprate.RateLimiter // questions to other servers, per network or member
}

func newTalkLimits() talkLimits {
	per := func(n int) *httprate.RateLimiter { return httprate.NewRateLimiter(n, limits.GuestWindow) }
	return talkLimits{per(limits.GuestsPerNetwork), per(limits.GuestsPerListing), per(limits.GuestsPerAddress), per(limits.GuestsPerThread), per(limits.LookupsPerNetwork)}
}

// over counts one by key and tells whether it is one too many.
func (v *visit) over(l *httprate.RateLimiter, key string) bool { return l.OnLimit(v.w, v.r, key) }

// guestAsk takes a question of somebody without an account. What is wrong comes back with all that was typed, also when it is only
// that too many came at once: words are never lost. No mail goes to the address before somebody answers, so nobody can have a
// stranger mailed by typing their address.
func (s *Site) guestAsk(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	again := func(status int) error {
		return s.listingPage(v, status, l, listingTyped{answer: answerTyped{guest: f}})
	}
	if f.Raw("website") != "" { // nobody sees this field but machines, and those who fill in forms for people
		f.Put("website")
		f.Fail("", "guest.trap")
		return again(http.StatusUnprocessableEntity)
	}
	if v.over(s.talks.network, s.network(v.r)) {
		f.Fail("", "guest.too_many")
		v.w.Header().Set("Retry-After", "3600")
		return again(http.StatusTooManyRequests)
	}
	if email, ok := coop.NormaliseEmail(f.Get("email")); ok &&
		(v.over(s.talks.listing, string(l.ID)) || v.over(s.talks.address, s.cfg.Market.Mark(email))) {
		f.Fail("", "guest.too_many")
		v.w.Header().Set("Retry-After", "3600")
		return again(http.StatusTooManyRequests)
	}
	t, err := s.cfg.Market.AskAsGuest(v.r.Context(), l.ID, market.Party{Name: f.Get("name"), Email: f.Get("email"), Language: v.tongue.tag}, f.Raw("text"))
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return again(http.StatusUnprocessableEntity)
	}
	s.cfg.Federation.Wake()
	return v.redirect(s.talkPath(t.ID) + "#end")
}

// listingAsk writes in private to whoever posted a listing of ours, or to the home of a neighbour's.
func (s *Site) listingAsk(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	var m market.Message
	if l.Local() {
		m, err = s.cfg.Market.AskHere(ctx, v.by, l.ID, f.Raw("text"))
	} else {
		a, e := s.cfg.Steward.Actor(ctx, l.Home)
		if e != nil {
			return e
		}
		m, err = s.cfg.Market.Ask(ctx, v.by, l.ID, market.Party{IRI: a.IRI, Handle: a.Handle, Name: a.Name, Inbox: a.Inbox}, f.Raw("text"))
	}
	if err != nil {
		if coop.ClassOf(err) != coop.Invalid || !f.Add(err) {
			return err
		}
		return s.listingPage(v, http.StatusUnprocessableEntity, l, listingTyped{answer: answerTyped{ask: f}})
	}
	s.cfg.Federation.Wake()
	return v.done("/threads/"+string(m.Thread)+"#end", "done.sent")
}

// replyHide hides a public reply, or shows it again.
func (s *Site) replyHide(v *visit, hidden bool) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	reply, err := v.id("reply")
	if err != nil {
		return err
	}
	if err := s.cfg.Market.HideReply(v.r.Context(), v.by, l.ID, reply, hidden); err != nil {
		return err
	}
	if hidden {
		return v.done("/listings/"+string(l.ID)+"#replies", "done.reply_hidden")
	}
	return v.done("/listings/"+string(l.ID)+"#replies", "done.reply_shown")
}

// replyBlock keeps the author of a public reply out of the whole co-op. The federation asks who acts.
func (s *Site) replyBlock(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	if err := market.MayModerate(v.by, l); err != nil {
		return err
	}
	author, err := s.replyAuthor(v, l)
	if err != nil {
		return err
	}
	if err := s.cfg.Federation.Block(v.r.Context(), v.by, string(author), ""); err != nil {
		return err
	}
	return v.done("/listings/"+string(l.ID), "done.blocked")
}

func (s *Site) replyAuthor(v *visit, l *market.Listing) (coop.IRI, error) {
	for _, list := range []func() ([]market.Message, error){
		func() ([]market.Message, error) { return s.cfg.Market.Store.Replies(v.r.Context(), l.ID) },
		func() ([]market.Message, error) { return s.cfg.Market.Store.HiddenReplies(v.r.Context(), l.ID) },
	} {
		all, err := list()
		if err != nil {
			return "", err
		}
		for i := range all {
			if string(all[i].ID) == chi.URLParam(v.r, "reply") && all[i].From.IRI != "" {
				return all[i].From.IRI, nil
			}
		}
	}
	return "", coop.Errorf(coop.NotFound, "message.unknown", "reply under %s", l.ID)
}
