package coop

import (
	"context"
	"errors"
	"fmt"
)

// Founder is the first steward, given at set-up.
type Founder struct {
	Person       Person
	Email        string
	PasswordHash string // argon2id in PHC form
	Language     string
}

// Setup founds the co-op on this node with its first steward, once. The caller has checked the one-time code. Errors: Conflict,
// key setup.done, when there is a co-op already; Invalid with field errors of both.
func (s *Service) Setup(ctx context.Context, c Coop, f Founder) (Coop, Person, error) {
	now := touched(s.Now(), c.Created)
	c.ID, c.Created, c.Updated = s.NewID(), now, now
	c.Place = c.Place.Fuzzed(s.Fuzz)
	if len(c.Constituencies) == 0 {
		c.Constituencies = DefaultConstituencies()
	}
	if len(c.Stages) == 0 {
		c.Stages = DefaultStages()
	}
	p := f.Person
	p.ID, p.Created, p.Updated, p.Since = s.NewID(), now, now, now
	email, ok := NormaliseEmail(f.Email)
	var bad error
	if !ok {
		bad = FieldError("email", "email.invalid", nil)
	}
	if p.Handle == c.Handle {
		bad = errors.Join(bad, FieldError("handle", "handle.taken", nil))
	}
	if err := errors.Join(c.Validate(), p.Validate(&c), bad); err != nil {
		return c, p, fmt.Errorf("set up: %w", err)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Coop(); ClassOf(err) != NotFound || err == nil {
			if err != nil {
				return err
			}
			return Errorf(Conflict, "setup.done", "the co-op exists")
		}
		if err := tx.PutCoop(c); err != nil {
			return err
		}
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		a := Account{Person: p.ID, Email: email, PasswordHash: f.PasswordHash, Role: RoleSteward, Language: f.Language, Created: now}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		if err := tx.PutRegister(Register{Person: p.ID, Email: email, Joined: now}); err != nil {
			return err
		}
		return tx.Audit(now, System("setup"), "coop.founded", c.Handle)
	})
	if err != nil {
		return c, p, fmt.Errorf("set up: %w", err)
	}
	return c, p, nil
}

// DefaultConstituencies are what a new co-op starts with; it renames them as it likes.
func DefaultConstituencies() []Constituency {
	return []Constituency{
		{Slug: "worker", Name: Text{"en": "Worker", "es": "Trabajadora"}},
		{Slug: "user", Name: Text{"en": "User", "es": "Usuaria"}},
		{Slug: "producer", Name: Text{"en": "Producer", "es": "Productora"}},
		{Slug: "supporter", Name: Text{"en": "Supporter", "es": "Simpatizante"}},
	}
}

// DefaultStages are what a new co-op starts with, outermost first: those who left stand near the door, not in the middle.
func DefaultStages() []Stage {
	return []Stage{
		{"follower", Text{"en": "Follower", "es": "Seguidora"}},
		{"alum", Text{"en": "Alum", "es": "Antigua socia"}},
		{"friend", Text{"en": "Friend", "es": "Amiga"}},
		{"trial", Text{"en": "On trial", "es": "A prueba"}},
		{"member", Text{"en": "Member", "es": "Socia"}},
	}
}

// UpdateCoop saves what the co-op says of itself. Handle, id and time of founding stay, and so does each
// constituency and stage that somebody is in. Stewards only. Errors: Unauthenticated, Forbidden, Invalid with field errors.
func (s *Service) UpdateCoop(ctx context.Context, by Actor, c Coop) (Coop, error) {
	if err := mustSteward(by, "change the co-op"); err != nil {
		return c, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		old, err := tx.Coop()
		if err != nil {
			return err
		}
		c.ID, c.Handle, c.Created = old.ID, old.Handle, old.Created
		c.Updated = touched(s.Now(), old.Updated)
		c.Place = c.Place.Fuzzed(s.Fuzz)
		if err := errors.Join(c.Validate(), c.stillUsed(&old, tx.People)); err != nil {
			return err
		}
		if err := tx.PutCoop(c); err != nil {
			return err
		}
		if err := tx.Audit(c.Updated, by, "coop.changed", c.Handle); err != nil {
			return err
		}
		told := c
		told.Place.Exact = nil // an event is made to be told, and the exact place never is
		return tx.Append(s.event(CoopChanged, by, "coop", told))
	})
	if err != nil {
		return c, fmt.Errorf("update co-op: %w", err)
	}
	return c, nil
}
