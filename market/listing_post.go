package market

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// PostListing publishes a new listing, or keeps it as a draft when l.State is Draft. Members and the node itself may. What
// the caller leaves out gets its default: id, until, unit, scope. The public point is made here from the exact one. Errors:
// Unauthenticated; Invalid with field errors; Conflict, key listing.exists, when l.ID is taken; Unavailable.
func (s *Service) PostListing(ctx context.Context, by coop.Actor, l Listing) (Listing, error) {
	if !by.CanPost() {
		return Listing{}, coop.Errorf(coop.Unauthenticated, "login.required", "post listing as %s", by)
	}
	now := s.Now().UTC()
	l = s.complete(l)
	if l.ID == "" {
		l.ID = s.NewID()
	}
	l.IRI, l.Home, l.Poster = s.ListingIRI(l.ID), "", by.Person()
	l.Outcome, l.Thanks, l.Closed, l.Seen, l.URL = "", "", time.Time{}, time.Time{}, ""
	l.Version, l.Created, l.Updated = 1, later(now, l.Created), later(now, l.Created)
	draft := l.State == Draft
	if !draft {
		l.State = Open
	}
	// A draft may be unfinished; it is judged when it is published.
	if err := l.Validate(now, s.Zone()); err != nil && !draft {
		return l, fmt.Errorf("post listing: %w", err)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		// An id may come from a form, so that sending it twice posts once; it must not reach over to what is there already.
		if _, err := tx.Listing(l.ID); err == nil {
			return coop.Errorf(coop.Conflict, "listing.exists", "listing %s exists", l.ID)
		} else if coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if buried, err := tx.Buried(l.IRI); err != nil {
			return err
		} else if buried {
			return coop.Errorf(coop.Conflict, "listing.exists", "listing %s was deleted", l.ID)
		}
		if err := tx.PutListing(l); err != nil {
			return err
		}
		if draft {
			return nil
		}
		if err := note(tx, Posted, l, l); err != nil {
			return err
		}
		return s.tell(tx, coop.ListingPosted, by, l)
	})
	if err != nil {
		return l, fmt.Errorf("post listing %s: %w", l.ID, err)
	}
	return l, nil
}

// complete fills what a form may leave out. When a draft ends is decided when it is published.
func (s *Service) complete(l Listing) Listing {
	now, zone := s.Now(), s.Zone()
	if l.Until.IsZero() && l.State != Draft {
		l.Until = DefaultUntil(l.Purpose, l.Kind, now, zone)
	}
	if l.Item.Unit == "" {
		l.Item.Unit = "one"
	}
	if l.Item.Amount == (Amount{}) {
		l.Item.Amount = Amount{N: 1}
	}
	if l.Scope == "" {
		l.Scope = ScopeLocal
	}
	l.Place = l.Place.Fuzzed(s.Fuzz)
	return l
}
