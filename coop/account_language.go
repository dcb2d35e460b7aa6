package coop

import (
	"context"
	"fmt"
)

// ChooseLanguage keeps the language in which somebody is written to: pages on their other devices and mails. Sessions stay, as
// nothing that opens a door has changed. Errors: Unauthenticated, NotFound, and Invalid about "language" for no tag.
func (s *Service) ChooseLanguage(ctx context.Context, by Actor, tag string) error {
	if !by.SignedIn() {
		return Errorf(Unauthenticated, "login.required", "choose a language as %s", by)
	}
	if !ValidLanguage(tag) {
		return FieldError("language", "language.unknown", map[string]any{"Tag": tag})
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(by.Person())
		if err != nil || a.Language == tag {
			return err
		}
		a.Language = tag
		return tx.PutAccount(a)
	})
	if err != nil {
		return fmt.Errorf("choose language %s: %w", tag, err)
	}
	return nil
}
