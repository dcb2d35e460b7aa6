package coop

import (
	"context"
	"time"
)

// InviteByMail is InvitePerson whose way in goes to email in a mail, written in language. token is what TokenHash is of. The address is
// forgotten once the mail is sent. Errors: those of InvitePerson; Invalid about "email".
func (s *Service) InviteByMail(ctx context.Context, by Actor, i Invite, token, email, language string) (Invite, error) {
	email, ok := NormaliseEmail(email)
	if !ok {
		return i, FieldError("email", "email.invalid", nil)
	}
	return s.invite(ctx, by, i, func(tx Tx, i Invite) error {
		name := ""
		if p, err := tx.Person(by.Person()); err == nil {
			name = p.DisplayName
		} else if ClassOf(err) != NotFound {
			return err
		}
		return tx.PutLetter(Letter{ID: s.NewID(), Kind: LetterInvite, Email: email, Language: language, Subject: string(i.ID), Created: i.Created,
			Args: map[string]string{"Token": token, "By": name, "Expires": i.Expires.Format(time.RFC3339)}})
	})
}
