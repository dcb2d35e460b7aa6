package coop

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Frequency says how often somebody wants to hear of something by mail.
type Frequency string

// The frequencies. Not all make sense for everything.
const (
	Off    Frequency = "off"
	Soon   Frequency = "soon" // within minutes
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
)

// Which frequencies there are for what.
var (
	MessageFrequencies = []Frequency{Off, Soon, Daily}
	DigestFrequencies  = []Frequency{Off, Daily, Weekly}
)

// Notify is what a member wants to be told by mail.
type Notify struct {
	Messages    Frequency // when somebody wrote to them
	Digest      Frequency
	NoReminders bool
	Digested    time.Time // until when the last digest told what is new
}

// DefaultNotify is what holds for somebody who chose nothing.
func DefaultNotify() Notify { return Notify{Messages: Soon, Digest: Weekly} }

// Validate checks every choice.
func (n *Notify) Validate() error {
	var errs []error
	if !has(MessageFrequencies, func(f Frequency) bool { return f == n.Messages }) {
		errs = append(errs, FieldError("messages", "choice.unknown", nil))
	}
	if !has(DigestFrequencies, func(f Frequency) bool { return f == n.Digest }) {
		errs = append(errs, FieldError("digest", "choice.unknown", nil))
	}
	return errors.Join(errs...)
}

// ChangeNotify lets a member, or the node itself for somebody who followed a link out of their mail, change what they are
// told. Errors: Unauthenticated, Forbidden for another's, NotFound, Invalid about a field.
func (s *Service) ChangeNotify(ctx context.Context, by Actor, person ID, change func(*Notify)) error {
	if !by.SignedIn() && !by.IsSystem() {
		return Errorf(Unauthenticated, "login.required", "change notifications of %s as %s", person, by)
	}
	if by.SignedIn() && by.Person() != person {
		return Errorf(Forbidden, "person.not_you", "change notifications of %s as %s", person, by)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Account(person); err != nil {
			return err
		}
		n, err := tx.Notify(person)
		if err != nil {
			return err
		}
		change(&n)
		if err := n.Validate(); err != nil {
			return err
		}
		return tx.PutNotify(person, n)
	})
	if err != nil {
		return fmt.Errorf("change notifications of %s: %w", person, err)
	}
	return nil
}
