package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// listingChanges are the last parts of the addresses that change a listing's state.
var listingChanges = map[string]market.Change{
	"publish": market.Publish, "pause": market.Pause, "resume": market.Resume, "close": market.Fulfil, "withdraw": market.Withdraw,
	"renew": market.Renew,
}

// listingChange moves a listing along its life and comes back to it, or to where the form says.
func (s *Site) listingChange(v *visit, change market.Change) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	back := "/listings/" + string(l.ID)
	if f.Get("back") == "/mine" {
		back = "/mine"
	}
	if l.State == market.Draft && change == market.Withdraw {
		back = "/mine"
	}
	if change == market.Fulfil {
		if ok, err := s.namesPartner(v, &f); err != nil {
			return err
		} else if !ok {
			return s.closePage(v, http.StatusUnprocessableEntity, l, f)
		}
		_, err = s.cfg.Market.CloseListing(v.r.Context(), v.by, l.ID, market.Ending{Outcome: f.Get("outcome"), Thanks: f.Lines("thanks"), With: coop.IRI(f.Get("with"))})
	} else {
		_, err = s.cfg.Market.ChangeListing(v.r.Context(), v.by, l.ID, change, f.Get("outcome"))
	}
	if err != nil {
		if l.State == market.Draft && len(coop.Fields(err)) > 0 {
			// A draft that is not fit yet: show the form with what is missing.
			e := s.formOf(v, l)
			e.Add(err)
			return s.listingForm(v, http.StatusUnprocessableEntity, &written{form: e, purpose: l.Purpose, was: l, id: l.ID, photos: l.Photos, step: stepWhat})
		}
		if fields := coop.Fields(err); len(fields) > 0 {
			f.Add(err)
			return s.closePage(v, http.StatusUnprocessableEntity, l, f)
		}
		return err
	}
	s.cfg.Federation.Wake()
	return v.done(back, "done.listing_"+string(change))
}

// Tools are what whoever looks may do with a listing.
type Tools struct {
	Any     bool
	Edit    bool
	Close   bool
	Changes []Tool
	Renew   time.Time // the last day on which it can still be renewed, when it is over
}

// Tool is one button.
type Tool struct{ Word, Label, Icon string }

// toolIcons are the pictures of the changes.
var toolIcons = map[string]string{"publish": "post", "resume": "resume", "renew": "renew", "pause": "pause", "withdraw": "withdrawn"}

// toolsFor asks the states themselves what is possible.
func (s *Site) toolsFor(v *visit, l *market.Listing) (t Tools) {
	if t.Any = market.MayChange(v.by, l); !t.Any {
		return t
	}
	now := s.cfg.Now()
	t.Edit = !l.State.Ended() || l.State == market.Expired
	for _, word := range []string{"publish", "resume", "renew", "pause", "withdraw"} {
		try := *l
		if try.Apply(listingChanges[word], now, s.zone()) == nil && (word != "renew" || try.Until.After(l.Until)) {
			t.Changes = append(t.Changes, Tool{word, v.t("change." + word), toolIcons[word]})
			if word == "renew" && l.State == market.Expired {
				t.Renew = market.DayOf(l.Until.AddDate(0, 0, market.RenewDays), s.zone())
			}
		}
	}
	try := *l
	t.Close = try.Apply(market.Fulfil, now, s.zone()) == nil
	return t
}

// ListingClosePage asks what became of a listing, and whom to thank.
type ListingClosePage struct {
	Frame
	L         market.Listing
	Form      Form
	MaxWords  int
	MaxThanks int
	Shown     bool // others can read it
	With      []Option
}

func (s *Site) listingCloseForm(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	try := *l
	if err := try.Apply(market.Fulfil, s.cfg.Now(), s.zone()); err != nil {
		return err
	}
	return s.closePage(v, http.StatusOK, l, Form{})
}

func (s *Site) closePage(v *visit, status int, l *market.Listing, f Form) error {
	with, err := s.worksWith(v)
	if err != nil {
		return err
	}
	return v.page(status, "listing_close", ListingClosePage{Frame: v.frame("close.title"), L: *l, Form: f, MaxWords: market.MaxOutcome,
		MaxThanks: market.MaxThanks, Shown: l.Visibility > coop.OnlyMe, With: with})
}

// worksWithMost is how many neighbours stand in the list of those with whom something can have worked out.
const worksWithMost = 200

// worksWith lists the co-ops with which a listing can have worked out: neighbours, those first whom a steward chose, and nobody in particular.
func (s *Site) worksWith(v *visit) ([]Option, error) {
	named, err := s.neighbours(v.r.Context())
	if err != nil {
		return nil, err
	}
	var peers []queue.Peer
	for i := range named.peers {
		if named.peers[i].State == queue.Accepted {
			peers = append(peers, named.peers[i])
		}
	}
	rank := func(p *queue.Peer) string {
		if p.Hand {
			return "0" + strings.ToLower(named.names[p.Actor])
		}
		return "1" + strings.ToLower(named.names[p.Actor])
	}
	slices.SortFunc(peers, func(a, b queue.Peer) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(a.Actor, b.Actor))
	})
	out := []Option{{"", v.t("close.with_none")}}
	for _, p := range peers[:min(len(peers), worksWithMost)] {
		out = append(out, Option{string(p.Actor), named.names[p.Actor]})
	}
	return out, nil
}

// namesPartner tells whether a form names one of those; else it notes what is wrong.
func (s *Site) namesPartner(v *visit, f *Form) (bool, error) {
	with, err := s.worksWith(v)
	if err != nil || slices.ContainsFunc(with, func(o Option) bool { return o.Value == f.Get("with") }) {
		return err == nil, err
	}
	f.Fail("with", "choice.unknown")
	return false, nil
}

// listingWith says of a listing that worked out with which co-op it did, or takes that back.
func (s *Site) listingWith(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	was, err := s.cfg.Market.WorkedWith(v.r.Context(), v.by, l)
	if err != nil {
		return err
	}
	if f.Get("with") != string(was) { // which stands in the list also when it is no neighbour any more
		if ok, err := s.namesPartner(v, &f); err != nil {
			return err
		} else if !ok {
			return coop.FieldError("with", "choice.unknown", nil)
		}
	}
	if err := s.cfg.Market.SayWorkedWith(v.r.Context(), v.by, l.ID, coop.IRI(f.Get("with"))); err != nil {
		return err
	}
	return v.done("/listings/"+string(l.ID), "done.listing_with")
}

// ListingDeletePage asks before a listing is deleted for good.
type ListingDeletePage struct {
	Frame
	L     market.Listing
	Close bool // it can be closed instead
}

func (s *Site) listingDeleteForm(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "listing_delete", ListingDeletePage{Frame: v.frame("delete.title"), L: *l, Close: s.toolsFor(v, l).Close})
}

func (s *Site) listingDelete(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	if err := s.cfg.Market.DeleteListing(v.r.Context(), v.by, l.ID); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/mine", "done.listing_deleted")
}
