package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// SavedSearch is a question to the market that a member wants to hear of.
type SavedSearch struct {
	ID      coop.ID
	Person  coop.ID
	Name    string
	Query   Query  // what is looked for
	Address string // the parameters of its page, as the web reads them
	Tell    Tell
	Created time.Time
}

// Tell is when a saved search sends mail.
type Tell string

// The ways to be told. TellNever leaves it at the page of what is new and the feeds.
const (
	TellNow    Tell = "now"
	TellDaily  Tell = "daily"
	TellWeekly Tell = "weekly"
	TellNever  Tell = "never"
)

// Tells lists them in the order of the form.
var Tells = []Tell{TellNow, TellDaily, TellWeekly, TellNever}

// MaxSaved is how many searches one member keeps; MaxSavedName and MaxSavedAddress are the longest of theirs, in characters.
const (
	MaxSaved        = 20
	MaxSavedName    = 80
	MaxSavedAddress = 1000
)

// NoticeKind is why a listing is brought to a member's notice.
type NoticeKind string

// The kinds of notices.
const (
	NoticeMatch NoticeKind = "match" // Subject: their own listing that it matches
	NoticeSaved NoticeKind = "saved" // Subject: the saved search that found it
)

// Notice says that a listing is news to a member. One of a kind, subject and listing is kept once, however often it is found.
type Notice struct {
	Person  coop.ID
	Kind    NoticeKind
	Subject coop.ID
	Listing coop.ID
	At      time.Time
}

// NoticeDays is for how long notices are kept.
const NoticeDays = 30

// SaveSearch keeps a search of by, a new one when it has no id. What is kept of an old one is its day and owner. Errors:
// Unauthenticated; Invalid with field errors; NotFound when the id is another's; Conflict, key saved.many, when there are enough.
func (s *Service) SaveSearch(ctx context.Context, by coop.Actor, x SavedSearch) (SavedSearch, error) {
	if !by.SignedIn() {
		return x, coop.Errorf(coop.Unauthenticated, "login.required", "save search as %s", by)
	}
	x.Person, x.Query.Reach, x.Query.Cursor, x.Query.States, x.Query.Poster = by.Person(), coop.CoopOnly, "", nil, ""
	if err := coop.Line("name", x.Name, 1, MaxSavedName); err != nil {
		return x, err
	}
	if !slices.Contains(Tells, x.Tell) {
		return x, coop.FieldError("tell", "choice.unknown", nil)
	}
	if err := coop.Line("address", x.Address, 0, MaxSavedAddress); err != nil {
		return x, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if x.ID != "" {
			old, err := tx.SavedSearch(x.ID)
			if err != nil {
				return err
			}
			if old.Person != x.Person {
				return coop.Errorf(coop.NotFound, "saved.unknown", "search %s is not of %s", x.ID, by)
			}
			x.Created = old.Created
			return tx.PutSavedSearch(x)
		}
		n, err := tx.CountSavedSearches(x.Person)
		if err != nil {
			return err
		}
		if n >= MaxSaved {
			return &coop.Error{Class: coop.Conflict, Key: "saved.many", Args: map[string]any{"Max": MaxSaved}}
		}
		x.ID, x.Created = s.NewID(), s.Now().UTC()
		return tx.PutSavedSearch(x)
	})
	if err != nil {
		return x, fmt.Errorf("save search: %w", err)
	}
	return x, nil
}

// TellSaved changes when a saved search sends mail: for its owner, or for the node itself when a letter is unsubscribed from.
// Errors: Unauthenticated, NotFound, Invalid.
func (s *Service) TellSaved(ctx context.Context, by coop.Actor, id coop.ID, tell Tell) error {
	if !slices.Contains(Tells, tell) {
		return coop.FieldError("tell", "choice.unknown", nil)
	}
	return s.changeSaved(ctx, by, id, func(tx Tx, x SavedSearch) error {
		x.Tell = tell
		return tx.PutSavedSearch(x)
	})
}

// DropSaved forgets a saved search with what it found. Errors: Unauthenticated, NotFound.
func (s *Service) DropSaved(ctx context.Context, by coop.Actor, id coop.ID) error {
	return s.changeSaved(ctx, by, id, func(tx Tx, x SavedSearch) error { return tx.DropSavedSearch(x.ID) })
}

func (s *Service) changeSaved(ctx context.Context, by coop.Actor, id coop.ID, change func(Tx, SavedSearch) error) error {
	if !by.SignedIn() && !by.IsSystem() {
		return coop.Errorf(coop.Unauthenticated, "login.required", "change search %s as %s", id, by)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		x, err := tx.SavedSearch(id)
		if err != nil {
			return err
		}
		if x.Person != by.Person() && !by.IsSystem() {
			return coop.Errorf(coop.NotFound, "saved.unknown", "search %s is not of %s", id, by)
		}
		return change(tx, x)
	})
	if err != nil {
		return fmt.Errorf("change search %s: %w", id, err)
	}
	return nil
}

// SavedSearches lists those of by, oldest first. Class Unauthenticated.
func (s *Service) SavedSearches(ctx context.Context, by coop.Actor) ([]SavedSearch, error) {
	if !by.SignedIn() {
		return nil, coop.Errorf(coop.Unauthenticated, "login.required", "saved searches of %s", by)
	}
	list, err := s.Store.SavedSearches(ctx, by.Person())
	if err != nil {
		return nil, fmt.Errorf("saved searches of %s: %w", by, err)
	}
	return list, nil
}
