package handbook

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"toadlane/coop"
)

// Autosave is what a member was last writing on a page. It is theirs alone and need not be fit to be kept.
type Autosave struct {
	Protocol coop.ID
	Person   coop.ID
	Base     RevisionID // what they began from, "" for nothing
	Name     string
	Source   string
	Saved    time.Time
}

// SaveDraft keeps what by is writing on a page of ours, in place of what they wrote there before. It is not judged but for its size. Errors:
// Unauthenticated, NotFound, Invalid about "name" and "source".
func (s *Service) SaveDraft(ctx context.Context, by coop.Actor, d Autosave) (Autosave, error) {
	if err := mustSignIn(by, "save a draft"); err != nil {
		return d, err
	}
	var errs []error
	if len(d.Source) > MaxSource {
		errs = append(errs, coop.FieldError("source", "text.long", map[string]any{"KiB": MaxSource >> 10}))
	} else if !utf8.ValidString(d.Source) {
		errs = append(errs, coop.FieldError("source", "field.not_text", nil))
	}
	if err := errors.Join(append(errs, coop.Line("name", d.Name, 0, MaxName))...); err != nil {
		return d, err
	}
	if d.Base != "" {
		if _, err := ParseRevisionID(string(d.Base)); err != nil {
			return d, err
		}
	}
	d.Person, d.Saved = by.Person(), s.now()
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := mine(tx, d.Protocol); err != nil {
			return err
		}
		return tx.PutDraft(d)
	})
	if err != nil {
		return d, fmt.Errorf("save draft of %s: %w", d.Protocol, err)
	}
	return d, nil
}

// Draft gives what by was last writing on a page. Errors: Unauthenticated; NotFound, key draft.unknown.
func (s *Service) Draft(ctx context.Context, by coop.Actor, protocol coop.ID) (Autosave, error) {
	if err := mustSignIn(by, "read a draft"); err != nil {
		return Autosave{}, err
	}
	d, err := s.read(ctx).Draft(protocol, by.Person())
	if err != nil {
		return d, fmt.Errorf("draft of %s: %w", protocol, err)
	}
	return d, nil
}

// Drafts lists what by is writing, latest first. Class Unauthenticated.
func (s *Service) Drafts(ctx context.Context, by coop.Actor) ([]Autosave, error) {
	if err := mustSignIn(by, "list drafts"); err != nil {
		return nil, err
	}
	list, err := s.read(ctx).Drafts(by.Person())
	if err != nil {
		return nil, fmt.Errorf("drafts of %s: %w", by, err)
	}
	return list, nil
}

// DropDraft forgets what by was writing on a page; nothing to forget is no error. Class Unauthenticated.
func (s *Service) DropDraft(ctx context.Context, by coop.Actor, protocol coop.ID) error {
	if err := mustSignIn(by, "drop a draft"); err != nil {
		return err
	}
	if err := s.Store.Write(ctx, func(tx Tx) error { return tx.DropDraft(protocol, by.Person()) }); err != nil {
		return fmt.Errorf("drop draft of %s: %w", protocol, err)
	}
	return nil
}
