package web

import (
	"net/http"

	"toadlane/coop"
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
	if _, err := s.cfg.Market.ChangeListing(v.r.Context(), v.by, l.ID, change, f.Get("outcome")); err != nil {
		if l.State == market.Draft && len(coop.Fields(err)) > 0 {
			// A draft that is not fit yet: show the form with what is missing.
			e := formOf(l, s.zone())
			e.Add(err)
			return s.listingForm(v, http.StatusUnprocessableEntity, l.Purpose, l, e, nil)
		}
		if fields := coop.Fields(err); len(fields) > 0 {
			f.Add(err)
			return s.listingPage(v, http.StatusUnprocessableEntity, l, listingTyped{closing: f})
		}
		return err
	}
	s.cfg.Federation.Wake()
	return v.done(back, "done.listing_"+string(change))
}

// sayChanges lists what whoever looks may do with the listing, asking the states themselves what is possible.
func (s *Site) sayChanges(v *visit, l *market.Listing, p *ListingPage) {
	if p.CanChange = market.MayChange(v.by, l); !p.CanChange {
		return
	}
	now := s.cfg.Now()
	p.CanEdit = !l.State.Ended() || l.State == market.Expired
	for _, word := range []string{"publish", "resume", "renew", "pause", "withdraw"} {
		try := *l
		if try.Apply(listingChanges[word], now, s.zone()) == nil && (word != "renew" || try.Until.After(l.Until)) {
			p.Changes = append(p.Changes, Option{word, v.t("change." + word)})
		}
	}
	try := *l
	p.CanClose = try.Apply(market.Fulfil, now, s.zone()) == nil
}

// ListingDeletePage asks before a listing is deleted for good.
type ListingDeletePage struct {
	Frame
	L market.Listing
}

func (s *Site) listingDeleteForm(v *visit) error {
	l, err := s.ownListing(v)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "listing_delete", ListingDeletePage{Frame: v.frame("delete.title"), L: *l})
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

// listingAsk writes to the home of a neighbour's listing, in private.
func (s *Site) listingAsk(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if l.Local() {
		return coop.Errorf(coop.Conflict, "thread.own", "listing %s is ours", l.ID)
	}
	a, err := s.cfg.Steward.Actor(v.r.Context(), l.Home)
	if err != nil {
		return err
	}
	m, err := s.cfg.Market.Ask(v.r.Context(), v.by, l.ID, market.Party{IRI: a.IRI, Handle: a.Handle, Name: a.Name, Inbox: a.Inbox}, f.Raw("text"))
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.listingPage(v, http.StatusUnprocessableEntity, l, listingTyped{answer: f})
	}
	s.cfg.Federation.Wake()
	return v.done("/threads/"+string(m.Thread), "done.sent")
}
