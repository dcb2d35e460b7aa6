package market

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toadlane/coop"
)

// mayChange tells whether by may edit or close l: its poster, a steward, or the node itself.
func mayChange(by coop.Actor, l *Listing) error {
	switch {
	case !by.CanPost():
		return coop.Errorf(coop.Unauthenticated, "login.required", "change listing %s as %s", l.ID, by)
	case !l.Local():
		return coop.Errorf(coop.Forbidden, "listing.foreign", "listing %s belongs to %s", l.ID, l.Home)
	case by.CanSteward() || l.Poster != "" && l.Poster == by.Person():
		return nil
	}
	return coop.Errorf(coop.Forbidden, "listing.not_yours", "listing %s belongs to another member", l.ID)
}

// MayChange tells whether by may edit, renew or close l: its poster or a steward, and never a neighbour's. Pages ask it to
// know which buttons to show; the use cases ask again.
func MayChange(by coop.Actor, l *Listing) bool { return mayChange(by, l) == nil }

// EditListing saves draft over the listing id. What was told to others is told anew; when fewer may see it than before,
// those who may not any more are sent a Delete (invariant 8). Errors: Unauthenticated, Forbidden, NotFound, Conflict when it
// is over, Invalid with field errors.
func (s *Service) EditListing(ctx context.Context, by coop.Actor, id coop.ID, draft Listing) (Listing, error) {
	var out Listing
	err := s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(id)
		if err != nil {
			return err
		}
		if err := mayChange(by, &l); err != nil {
			return err
		}
		now := s.Now().UTC()
		if draft.Purpose == "" {
			draft.Purpose = l.Purpose // before complete, which derives the end from it
		}
		if draft.State = draftOr(draft.State, l.State); draft.Until.IsZero() && l.State != Draft && now.Before(l.Until) {
			draft.Until = l.Until
		}
		if out, err = l.Edit(s.complete(draft), now); err != nil {
			return err
		}
		if l.State == Draft && draft.State == Open {
			out.State, out.Created, out.Version = Open, later(now, l.Created), 1
			out.Updated = out.Created
		}
		if out.Narrowed && out.Visibility > l.Visibility {
			return coop.FieldError("visibility", "listing.narrowed", nil)
		}
		if out.State == Expired && out.Until.After(now) {
			out.State, out.Closed = Open, time.Time{}
		}
		if out.State != Draft {
			if err := out.Validate(now, s.Zone()); err != nil {
				return err
			}
		}
		if err := tx.PutListing(out); err != nil {
			return err
		}
		what := Edited
		switch {
		case out.State == Draft:
			return nil
		case l.State == Draft:
			what = Posted
		}
		if err := note(tx, what, l, out); err != nil {
			return err
		}
		switch {
		case l.State == Draft:
			return s.tell(tx, coop.ListingPosted, by, out)
		case out.Visibility < l.Visibility:
			return s.tell(tx, coop.ListingNarrowed, by, out)
		case out.Visibility > l.Visibility: // a Create for those who did not have it; who has it takes it for an edit
			return s.tell(tx, coop.ListingPosted, by, out)
		}
		return s.tell(tx, coop.ListingChanged, by, out)
	})
	if err != nil {
		return out, fmt.Errorf("edit listing %s: %w", id, err)
	}
	return out, nil
}

// Ending is what is said when a listing worked out; all of it may be left out.
type Ending struct {
	Outcome string   // what became of it
	Thanks  string   // to those who helped
	With    coop.IRI // the co-op with which it did: it is counted, see Bond, and told to nobody
}

// CloseListing says that the listing id worked out. Errors as of ChangeListing; Invalid about "with" when that is no address, or ours.
func (s *Service) CloseListing(ctx context.Context, by coop.Actor, id coop.ID, end Ending) (Listing, error) {
	return s.change(ctx, by, id, Fulfil, end)
}

// draftOr is Draft for what is kept as one, else Open: an edit leaves no draft of what was published.
func draftOr(wanted, was State) State {
	if was == Draft && wanted != Open {
		return Draft
	}
	return Open
}

// ChangeListing moves the listing id along its life: Publish, Pause, Resume, Fulfil, Withdraw, Renew. outcome is what became
// of it, in words, and may be "". Errors: Unauthenticated, Forbidden, NotFound, Conflict; Invalid when a draft that is
// published is not fit to be.
func (s *Service) ChangeListing(ctx context.Context, by coop.Actor, id coop.ID, change Change, outcome string) (Listing, error) {
	switch change {
	case Publish, Pause, Resume, Fulfil, Withdraw, Renew:
	default: // the clock's and the agreements' own
		return Listing{}, coop.Errorf(coop.Conflict, "listing.state", "%s listing %s as %s", change, id, by)
	}
	return s.change(ctx, by, id, change, Ending{Outcome: outcome})
}

func (s *Service) change(ctx context.Context, by coop.Actor, id coop.ID, change Change, end Ending) (Listing, error) {
	var l Listing
	err := s.Store.Write(ctx, func(tx Tx) error {
		var err error
		if l, err = tx.Listing(id); err != nil {
			return err
		}
		if err := mayChange(by, &l); err != nil {
			return err
		}
		if err := s.checkEnding(&end); err != nil {
			return err
		}
		if end.Thanks != "" {
			l.Thanks = end.Thanks
		}
		if err := s.apply(tx, by, &l, change, end.Outcome); err != nil || end.With == "" {
			return err
		}
		return tx.PutWorkedWith(l.ID, end.With)
	})
	if err != nil {
		return l, fmt.Errorf("%s listing %s: %w", change, id, err)
	}
	return l, nil
}

func (s *Service) checkEnding(e *Ending) error {
	var with error
	if e.With != "" {
		if _, err := coop.ParseIRI(string(e.With)); err != nil || coop.SameOrigin(e.With, s.Base) {
			with = coop.FieldError("with", "choice.unknown", nil)
		}
	}
	return errors.Join(coop.Line("outcome", e.Outcome, 0, MaxOutcome), coop.Lines("thanks", e.Thanks, 0, MaxThanks), with)
}

// apply changes l's state within tx and queues what is to be told.
func (s *Service) apply(tx Tx, by coop.Actor, l *Listing, change Change, outcome string) error {
	before := *l
	was := l.State
	now := s.Now().UTC()
	if err := l.Apply(change, now, s.Zone()); err != nil {
		return err
	}
	if outcome != "" {
		l.Outcome = outcome
	}
	kind := coop.ListingChanged
	if was == Draft {
		if change == Withdraw { // nobody was told of it
			return tx.DropListing(*l, now)
		}
		if err := l.Validate(now, s.Zone()); err != nil {
			return err
		}
		kind = coop.ListingPosted
		l.Version, l.Created = 1, later(now, l.Created)
		l.Updated = l.Created
	}
	if err := tx.PutListing(*l); err != nil {
		return err
	}
	if err := note(tx, change, before, *l); err != nil {
		return err
	}
	return s.tell(tx, kind, by, *l)
}

// DeleteListing takes the listing id away for good: a tombstone stays, and everybody it was ever sent to is told. Errors:
// Unauthenticated, Forbidden, NotFound.
func (s *Service) DeleteListing(ctx context.Context, by coop.Actor, id coop.ID) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(id)
		if err != nil {
			return err
		}
		if err := mayChange(by, &l); err != nil {
			return err
		}
		now := s.Now().UTC()
		if err := tx.DropListing(l, now); err != nil {
			return err
		}
		if !l.State.Public() { // a draft was told to nobody, and of an archived one everybody was told
			return nil
		}
		l.Updated = later(now, l.Updated)
		return s.tell(tx, coop.ListingDeleted, by, l)
	})
	if err != nil {
		return fmt.Errorf("delete listing %s: %w", id, err)
	}
	return nil
}
