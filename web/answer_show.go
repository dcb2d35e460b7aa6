package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// AnswerBox stands under a listing: how to answer it, and what was answered in public. It is made from the listing alone, so that
// whoever lays out the page only says where it goes.
type AnswerBox struct {
	Listing coop.ID
	Path    string // of the page it stands on, to come back to after signing in
	Address coop.IRI
	Mention string // handle of whom a direct message is for
	Home    string // name of the neighbour it belongs to, "" for one of ours
	Coop    string

	Shown   bool // it can be answered at all
	AsGuest bool // by somebody without an account
	Away    bool // by somebody at their own server
	Member  bool // by the member who is reading
	SignIn  bool // by members, once they have signed in
	Yours   bool // the reader's own: answers come to their messages

	GuestForm, AwayForm, AskForm Form
	Max, MaxName                 int // characters

	Replies  []Reply
	Hidden   []Reply // for those who may show them again
	Moderate bool    // the reader may hide replies
	Keep     bool    // and keep their authors out
}

// Reply is what somebody said in public under a listing.
type Reply struct {
	ID           coop.ID
	Name, Handle string
	Words        string // plain, of ours
	HTML         string // sanitised again when shown
	At           time.Time
	Remote       bool // by somebody at another server
}

// answerTyped is what was typed into the forms of the box, when one of them comes back.
type answerTyped struct{ guest, away, ask Form }

// answerBox makes the box for one reader. home is the name of the neighbour that l belongs to.
func (s *Site) answerBox(v *visit, l *market.Listing, home string, typed answerTyped) (AnswerBox, error) {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return AnswerBox{}, err
	}
	b := AnswerBox{Listing: l.ID, Path: "/listings/" + string(l.ID), Address: l.IRI, Home: home, Coop: k.coop.Name, GuestForm: typed.guest, AwayForm: typed.away,
		AskForm: typed.ask, Max: market.MaxMessage, MaxName: market.MaxGuestName}
	live := !l.State.Ended() && l.State != market.Draft
	public := l.Visibility == coop.Everyone
	if l.Local() {
		b.Mention = "@" + k.coop.Handle + "@" + s.cfg.Base.Host()
		b.Yours = v.by.SignedIn() && l.Poster == v.by.Person()
	} else if a, err := s.cfg.Steward.Actor(v.r.Context(), l.Home); err == nil {
		b.Mention = a.Handle
	}
	b.Away = live && public
	b.AsGuest = b.Away && l.Local() && !v.by.SignedIn() || len(typed.guest.Wrong) > 0 // what was typed is shown again, come what may
	b.Member = live && v.by.SignedIn() && !b.Yours
	b.SignIn = live && !v.by.SignedIn()
	b.Shown = b.Away || b.AsGuest || b.Member || b.SignIn || live && b.Yours
	return b, s.sayReplies(v, l, &b)
}

// sayReplies adds what was said in public, and for whoever looks after it what is hidden.
func (s *Site) sayReplies(v *visit, l *market.Listing, b *AnswerBox) error {
	ctx := v.r.Context()
	shown, err := s.cfg.Market.Store.Replies(ctx, l.ID)
	if err != nil {
		return err
	}
	for i := range shown {
		b.Replies = append(b.Replies, replyOf(&shown[i]))
	}
	if b.Moderate = market.MayModerate(v.by, l) == nil; !b.Moderate {
		return nil
	}
	b.Keep = can(v.by, keepOut)
	hidden, err := s.cfg.Market.Store.HiddenReplies(ctx, l.ID)
	for i := range hidden {
		b.Hidden = append(b.Hidden, replyOf(&hidden[i]))
	}
	return err
}

func replyOf(m *market.Message) Reply {
	r := Reply{ID: m.ID, Name: m.From.Name, Handle: m.From.Handle, At: m.Created, Remote: m.From.Kind() == market.Remote}
	if r.Name == "" {
		r.Name = m.From.Handle
	}
	if m.HTML {
		r.HTML = m.Body
	} else {
		r.Words = m.Body
	}
	return r
}

func (s *Site) answerRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: post, pattern: "/listings/{id}/guest", who: anyone, do: s.guestAsk},
		{method: post, pattern: "/listings/{id}/away", who: anyone, do: s.listingAway},
		{method: post, pattern: "/listings/{id}/ask", who: takePart, do: s.listingAsk},
		{method: post, pattern: "/listings/{id}/replies/{reply}/hide", who: takePart, do: func(v *visit) error { return s.replyHide(v, true) }},
		{method: post, pattern: "/listings/{id}/replies/{reply}/show", who: takePart, do: func(v *visit) error { return s.replyHide(v, false) }},
		{method: post, pattern: "/listings/{id}/replies/{reply}/block", who: takePart, do: s.replyBlock},
		{method: get, pattern: "/follow", who: anyone, do: s.followShow, kept: true},
		{method: post, pattern: "/follow", who: anyone, do: s.followAway},
		{method: get, pattern: "/authorize_interaction", who: takePart, do: s.interactShow},
		{method: post, pattern: "/authorize_interaction", who: takePart, do: s.interactWrite},
		{method: post, pattern: "/authorize_interaction/follow", who: takePart, do: s.interactFollow},
		{method: get, pattern: "/talk/{id}/{token}", who: anyone, do: s.guestShow},
		{method: post, pattern: "/talk/{id}/{token}", who: anyone, do: s.guestAnswer},
		{method: post, pattern: "/talk/{id}/{token}/end", who: anyone, do: s.guestEnd},
		{method: post, pattern: "/talk/{id}/{token}/report", who: anyone, do: s.guestReport},
	}
}
