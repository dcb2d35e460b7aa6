package web

import (
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// AnswerBox stands under a listing: how to answer it, and what was answered in public. It is made from the listing alone, so that
// whoever lays out the page only says where it goes.
type AnswerBox struct {
	Listing     coop.ID
	Path        string // of the page it stands on, to come back to after signing in
	Address     coop.IRI
	Mention     string // handle of the co-op
	Home        string // name of the neighbour it belongs to, "" for one of ours
	Answerable  bool   // people elsewhere can answer it
	CanAsk      bool
	SignInToAsk bool
	Form        Form // what was typed
	Max         int  // characters of a message
	Replies     []Reply
}

// Reply is what somebody said in public under a listing.
type Reply struct {
	Name, Handle string
	Words        string // plain, of ours
	HTML         string // sanitised again when shown
	At           time.Time
}

// answerBox makes the box for one reader. home is the name of the neighbour that l belongs to.
func (s *Site) answerBox(v *visit, l *market.Listing, home string, typed Form) (AnswerBox, error) {
	b := AnswerBox{Listing: l.ID, Path: v.r.URL.RequestURI(), Address: l.IRI, Form: typed, Max: market.MaxMessage}
	replies, err := s.cfg.Market.Store.Replies(v.r.Context(), l.ID)
	if err != nil {
		return b, err
	}
	for _, m := range replies {
		b.Replies = append(b.Replies, replyOf(m))
	}
	if l.Local() {
		k, err := s.coop(v.r.Context())
		if err != nil {
			return b, err
		}
		b.Mention = "@" + k.coop.Handle + "@" + s.cfg.Base.Host()
		b.Answerable = l.Visibility == coop.Everyone && !l.State.Ended() && l.State != market.Draft
		return b, nil
	}
	b.Home = home
	b.CanAsk = v.by.SignedIn() && !l.State.Ended()
	b.SignInToAsk = !b.CanAsk && v.me == nil && l.Live(s.cfg.Now())
	return b, nil
}

func replyOf(m market.Message) Reply {
	r := Reply{Name: m.From.Name, Handle: m.From.Handle, At: m.Created}
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
