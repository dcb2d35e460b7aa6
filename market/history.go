package market

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"toadlane/coop"
)

// Beside the changes of state, two things happen to a listing.
const (
	Posted Change = "posted"
	Edited Change = "edited"
)

// MaxHistory is how much of a listing's history is kept: that it was posted, and the latest.
const MaxHistory = 50

// Happening is one thing that happened to one of our listings. It says which parts an edit changed and never what stood there
// before, which may not have been for whoever reads it now.
type Happening struct {
	At    time.Time
	What  Change
	Parts []Facet         // what an edit changed
	Until time.Time       // of a renewal: the new end
	Reach coop.Visibility // who could see the listing before and after; nobody else is told
}

// Facet is what an edit can change, in the words of the page.
type Facet string

// Facets lists them in the order of the page.
var Facets = []Facet{"title", "body", "photos", "modes", "ask", "quantity", "place", "dates", "maker", "sorting", "visibility", "other"}

// Changed lists what differs between two versions of a listing, as others see them: moving the exact place within the public
// one is nobody's business.
func Changed(a, b Listing) (out []Facet) {
	say := func(f Facet, same bool) {
		if !same {
			out = append(out, f)
		}
	}
	a.Place.Exact, b.Place.Exact = nil, nil
	say("title", maps.Equal(a.Title, b.Title))
	say("body", maps.Equal(a.Body, b.Body))
	say("photos", slices.EqualFunc(a.Photos, b.Photos, func(x, y Photo) bool { return x.ID == y.ID && x.Remote == y.Remote && x.Alt == y.Alt }))
	say("modes", slices.Equal(a.Modes, b.Modes))
	say("ask", reflect.DeepEqual(a.Ask, b.Ask) && slices.Equal(a.Prices, b.Prices))
	say("quantity", a.Item == b.Item && reflect.DeepEqual(a.Available, b.Available) && reflect.DeepEqual(a.Minimum, b.Minimum) && a.UnitBased == b.UnitBased)
	say("place", reflect.DeepEqual(a.Place, b.Place) && a.Scope == b.Scope)
	say("dates", a.Starts.Equal(b.Starts) && a.Until.Equal(b.Until))
	say("maker", a.Maker == b.Maker && a.OnBehalf == b.OnBehalf)
	say("sorting", a.Kind == b.Kind && a.Category == b.Category && a.Stream == b.Stream && slices.Equal(a.Tags, b.Tags))
	say("visibility", a.Visibility == b.Visibility)
	// What is named above or is made by the edit itself is made equal; what still differs is a part that has no name here.
	a.Title, a.Body, a.Photos, a.Modes, a.Ask, a.Prices = b.Title, b.Body, b.Photos, b.Modes, b.Ask, b.Prices
	a.Item, a.Available, a.Minimum, a.UnitBased, a.Place, a.Scope = b.Item, b.Available, b.Minimum, b.UnitBased, b.Place, b.Scope
	a.Starts, a.Until, a.Maker, a.OnBehalf, a.Kind, a.Category = b.Starts, b.Until, b.Maker, b.OnBehalf, b.Kind, b.Category
	a.Stream, a.Tags, a.Visibility, a.Narrowed = b.Stream, b.Tags, b.Visibility, b.Narrowed
	a.State, a.Version, a.Created, a.Updated, a.Closed = b.State, b.Version, b.Created, b.Updated, b.Closed
	say("other", reflect.DeepEqual(a, b))
	return out
}

// note keeps in the listing's history that what happened to it, in the transaction in which it did.
func note(tx Tx, what Change, was, is Listing) error {
	h := Happening{At: is.Updated, What: what, Reach: min(was.Visibility, is.Visibility)}
	switch what {
	case Posted, Publish:
		h.What, h.Reach = Posted, is.Visibility
	case Edited:
		if h.Parts = Changed(was, is); len(h.Parts) == 0 {
			return nil
		}
	case Renew:
		h.Until = is.Until
	}
	return tx.PutHappening(is.ID, h)
}

// History tells what happened to a listing that by may see, oldest first: of ours what was kept and by may know, of a
// neighbour's and of what is older than the keeping what its own dates say.
func (s *Service) History(ctx context.Context, by coop.Actor, l *Listing) ([]Happening, error) {
	var out []Happening
	kept := false // it ended or changed in what is kept
	if l.Local() {
		all, err := s.Store.History(ctx, l.ID)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", l.ID, err)
		}
		for _, h := range all {
			kept = kept || h.What != Posted
			if h.Reach >= Reach(by) || MayChange(by, l) {
				out = append(out, h)
			}
		}
	}
	if l.State == Draft {
		return nil, nil
	}
	if len(out) == 0 || out[0].What != Posted {
		out = slices.Insert(out, 0, Happening{At: l.Created, What: Posted, Reach: l.Visibility})
	}
	if kept {
		return out, nil
	}
	ended := map[State]Change{Expired: Expire, Done: Fulfil, Withdrawn: Withdraw}[l.State]
	if l.Version > 1 && ended == "" && l.Updated.After(l.Created) {
		out = append(out, Happening{At: l.Updated, What: Edited, Reach: l.Visibility})
	}
	if ended != "" && !l.Closed.IsZero() {
		out = append(out, Happening{At: l.Closed, What: ended, Reach: l.Visibility})
	}
	return out, nil
}
