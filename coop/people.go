package coop

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// InviteDays is how long an invitation can be used.
const InviteDays = 14

// InvitePerson makes a single-use way in. tokenHash is the SHA-256 of the token in the link, which is shown once and kept
// nowhere. Stewards only. Errors: Unauthenticated, Forbidden, Invalid.
func (s *Service) InvitePerson(ctx context.Context, by Actor, i Invite) (Invite, error) {
	return s.invite(ctx, by, i, func(Tx, Invite) error { return nil })
}

// invite keeps an invitation and does what else belongs to it, in one transaction.
func (s *Service) invite(ctx context.Context, by Actor, i Invite, also func(Tx, Invite) error) (Invite, error) {
	if err := mustSteward(by, "invite"); err != nil {
		return i, err
	}
	if len(i.TokenHash) != 32 || !i.Role.Valid() {
		return i, Errorf(Invalid, "choice.unknown", "invite with role %q", i.Role)
	}
	now := s.Now().UTC()
	i.ID, i.By, i.Created, i.Expires = s.NewID(), by.Person(), now, now.AddDate(0, 0, InviteDays)
	i.Used, i.UsedBy, i.Revoked = time.Time{}, "", time.Time{}
	err := s.Store.Write(ctx, func(tx Tx) error {
		c, err := tx.Coop()
		if err != nil {
			return err
		}
		// Whoever is invited could do nothing about a word that the co-op does not use.
		if p := (&Person{Constituency: i.Constituency, Stage: i.Stage}); p.validateMembership(&c) != nil {
			return p.validateMembership(&c)
		}
		if err := tx.PutInvite(i); err != nil {
			return err
		}
		if err := also(tx, i); err != nil {
			return err
		}
		return tx.Audit(now, by, "person.invited", string(i.ID))
	})
	if err != nil {
		return i, fmt.Errorf("invite: %w", err)
	}
	return i, nil
}

// Join makes a member of whoever holds an unused invitation; of two who use it at once, one does. Errors: NotFound, key
// invite.unknown, for one that is unknown, used or too old (the same words, so that guessing tells nothing); Invalid with
// field errors; Conflict about "handle" or "email" when it is taken.
func (s *Service) Join(ctx context.Context, tokenHash []byte, p Person, email, passwordHash, language string) (Person, error) {
	err := s.Store.Write(ctx, func(tx Tx) error {
		now := touched(s.Now(), time.Time{})
		i, err := tx.Invite(tokenHash)
		if ClassOf(err) == NotFound && err != nil || err == nil && !i.Good(now) {
			return Errorf(NotFound, "invite.unknown", "invitation")
		}
		if err != nil {
			return err
		}
		c, err := tx.Coop()
		if err != nil {
			return err
		}
		p.Constituency, p.Stage, p.Since = i.Constituency, i.Stage, time.Time{}
		// What they were invited as may not be there any more.
		if (&Person{Constituency: p.Constituency}).validateMembership(&c) != nil {
			p.Constituency = ""
		}
		if (&Person{Stage: p.Stage}).validateMembership(&c) != nil {
			p.Stage = ""
		}
		if p, err = s.addPerson(tx, System("invitation"), p, email, passwordHash, language, i.Role, now); err != nil {
			return err
		}
		i.Used, i.UsedBy = now, p.ID
		return tx.PutInvite(i)
	})
	if err != nil {
		return p, fmt.Errorf("join: %w", err)
	}
	return p, nil
}

// RevokeInvite takes an invitation back that nobody has used. Stewards only. Errors: Unauthenticated, Forbidden, NotFound; Conflict, key
// invite.used, when somebody was quicker.
func (s *Service) RevokeInvite(ctx context.Context, by Actor, id ID) error {
	if err := mustSteward(by, "take an invitation back"); err != nil {
		return err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		i, err := tx.InviteByID(id)
		if err != nil {
			return err
		}
		now := s.Now().UTC()
		switch {
		case !i.Used.IsZero():
			return Errorf(Conflict, "invite.used", "invitation %s is used", id)
		case !i.Revoked.IsZero():
			return nil
		}
		i.Revoked = now
		if err := tx.PutInvite(i); err != nil {
			return err
		}
		return tx.Audit(now, by, "invite.revoked", string(id))
	})
	if err != nil {
		return fmt.Errorf("revoke invitation %s: %w", id, err)
	}
	return nil
}

// AddPerson makes a member without an invitation, from the command line or by a steward. Consent a steward can't give: it
// waits for the person. Errors as Join.
func (s *Service) AddPerson(ctx context.Context, by Actor, p Person, email, passwordHash, language string, role Role) (Person, error) {
	if err := mustSteward(by, "add a person"); err != nil {
		return p, err
	}
	if !by.IsSystem() {
		p.Consent = nil
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		p, err = s.addPerson(tx, by, p, email, passwordHash, language, role, touched(s.Now(), time.Time{}))
		return err
	})
	if err != nil {
		return p, fmt.Errorf("add person %s: %w", p.Handle, err)
	}
	return p, nil
}

func (s *Service) addPerson(tx Tx, by Actor, p Person, email, hash, language string, role Role, now time.Time) (Person, error) {
	c, err := tx.Coop()
	if err != nil {
		return p, err
	}
	mail, ok := NormaliseEmail(email)
	var errs []error
	if !ok {
		errs = append(errs, FieldError("email", "email.invalid", nil))
	}
	if !role.Valid() {
		errs = append(errs, FieldError("role", "choice.unknown", nil))
	}
	errs = append(errs, p.Validate(&c))
	if p.Handle == c.Handle {
		errs = append(errs, FieldError("handle", "handle.taken", nil))
	} else if _, err := tx.PersonByHandle(p.Handle); err == nil {
		errs = append(errs, FieldError("handle", "handle.taken", nil))
	} else if ClassOf(err) != NotFound {
		return p, err
	}
	if _, err := tx.AccountByEmail(mail); err == nil {
		errs = append(errs, FieldError("email", "email.taken", nil))
	} else if ClassOf(err) != NotFound {
		return p, err
	}
	if err := errors.Join(errs...); err != nil {
		return p, err
	}
	p.ID, p.Created, p.Updated = s.NewID(), now, now
	if p.Since.IsZero() {
		p.Since = now
	}
	if err := tx.PutPerson(p); err != nil {
		return p, err
	}
	a := Account{Person: p.ID, Email: mail, PasswordHash: hash, Role: role, Language: language, Created: now}
	if err := tx.PutAccount(a); err != nil {
		return p, err
	}
	if err := tx.PutRegister(Register{Person: p.ID, Email: mail, Joined: p.Since}); err != nil {
		return p, err
	}
	if err := tx.Audit(now, by, "person.added", p.Handle); err != nil {
		return p, err
	}
	if v, ok := p.SeenBy(Everyone); ok {
		return p, tx.Append(s.event(PersonPublished, by, string(p.ID), v))
	}
	return p, nil
}

// UpdatePerson saves what a member says of themself and what they agree to show. Handle and dates stay; constituency and
// stage only a steward changes. Consent given or taken back is told to peers at once (invariant 10). Only the person
// themself or a steward may, and consent only the person. Errors: Unauthenticated, Forbidden, NotFound, Invalid.
func (s *Service) UpdatePerson(ctx context.Context, by Actor, p Person) (Person, error) {
	if !by.CanPost() {
		return p, Errorf(Unauthenticated, "login.required", "change person %s as %s", p.ID, by)
	}
	self := by.Person() == p.ID
	if !self && !by.CanSteward() {
		return p, Errorf(Forbidden, "person.not_you", "change person %s as %s", p.ID, by)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		old, err := tx.Person(p.ID)
		if err != nil {
			return err
		}
		c, err := tx.Coop()
		if err != nil {
			return err
		}
		p.Handle, p.Created, p.Since = old.Handle, old.Created, old.Since
		if !by.CanSteward() {
			p.Constituency, p.Stage = old.Constituency, old.Stage
		}
		if !self && !by.IsSystem() {
			p.Consent = old.Consent
		}
		p.Updated = touched(s.Now(), old.Updated)
		if err := p.Validate(&c); err != nil {
			return err
		}
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		return s.tellOf(tx, by, &old, &p)
	})
	if err != nil {
		return p, fmt.Errorf("update person %s: %w", p.ID, err)
	}
	return p, nil
}

// tellOf queues what others must learn when old becomes new.
func (s *Service) tellOf(tx Tx, by Actor, old, new *Person) error {
	was, wasPublic := old.SeenBy(Everyone)
	now, isPublic := new.SeenBy(Everyone)
	was.Updated = now.Updated // alone it is nothing to tell
	switch {
	case isPublic && wasPublic && reflect.DeepEqual(was, now):
		return nil
	case isPublic:
		return tx.Append(s.event(PersonPublished, by, string(new.ID), now))
	case wasPublic:
		return tx.Append(s.event(PersonWithdrawn, by, string(new.ID), withdrawn(old, new.Updated)))
	}
	return nil
}

// withdrawn is all that must still be known of p to take it back elsewhere; no more of it stays with the event.
func withdrawn(p *Person, at time.Time) PersonView {
	return PersonView{ID: p.ID, Handle: p.Handle, Created: p.Created, Updated: at}
}

// RemovePerson takes a member away with all that is private of them; whoever knew of them is sent a Delete. The person
// themself or a steward may; the last steward can't go. Errors: Unauthenticated, Forbidden, NotFound, Conflict.
func (s *Service) RemovePerson(ctx context.Context, by Actor, id ID) error {
	if !by.SignedIn() || by.Person() != id {
		if err := mustSteward(by, "remove a person"); err != nil {
			return err
		}
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := tx.Person(id)
		if err != nil {
			return err
		}
		a, err := tx.Account(id)
		if err != nil && ClassOf(err) != NotFound {
			return err
		}
		if err == nil && a.Role == RoleSteward && !a.Disabled {
			n, err := tx.CountStewards()
			if err != nil {
				return err
			}
			if n < 2 {
				return Errorf(Conflict, "steward.last", "remove the last steward %s", id)
			}
		}
		if err := tx.DropPerson(id); err != nil {
			return err
		}
		if err := tx.Audit(s.Now().UTC(), by, "person.removed", p.Handle); err != nil {
			return err
		}
		if p.Public() {
			return tx.Append(s.event(PersonWithdrawn, by, string(id), withdrawn(&p, touched(s.Now(), p.Updated))))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove person %s: %w", id, err)
	}
	return nil
}

// ChangeAccount lets fn change an account in a transaction: a new password, a passkey, a role. All sessions but the one with
// hash keep end, because what was known before must not open the door after. by is the person or a steward; only a steward
// changes a role. Errors: Unauthenticated, Forbidden, NotFound, Invalid about "email" when fn sets one that is no address or
// taken, Conflict for the last steward, and fn's own.
func (s *Service) ChangeAccount(ctx context.Context, by Actor, id ID, keep []byte, what string, fn func(*Account) error) error {
	if !by.SignedIn() || by.Person() != id {
		if err := mustSteward(by, "change an account"); err != nil {
			return err
		}
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		role, disabled, email := a.Role, a.Disabled, a.Email
		if err := fn(&a); err != nil {
			return err
		}
		a.Person = id
		if (a.Role != role || a.Disabled != disabled) && !by.CanSteward() || !a.Role.Valid() {
			return Errorf(Forbidden, "steward.only", "change role of %s as %s", id, by)
		}
		if a.Email != email {
			mail, ok := NormaliseEmail(a.Email)
			if !ok {
				return FieldError("email", "email.invalid", nil)
			}
			if other, err := tx.AccountByEmail(mail); err == nil && other.Person != id {
				return FieldError("email", "email.taken", nil)
			} else if err != nil && ClassOf(err) != NotFound {
				return err
			}
			a.Email = mail
		}
		if role == RoleSteward && !disabled && (a.Role != role || a.Disabled) {
			n, err := tx.CountStewards()
			if err != nil {
				return err
			}
			if n < 2 {
				return Errorf(Conflict, "steward.last", "demote the last steward %s", id)
			}
		}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		if err := tx.EndSessions(id, keep); err != nil {
			return err
		}
		return tx.Audit(s.Now().UTC(), by, what, string(id))
	})
	if err != nil {
		return fmt.Errorf("change account %s: %w", id, err)
	}
	return nil
}
