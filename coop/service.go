package coop

import (
	"context"
	"time"
)

// Tx is what the co-op needs inside one transaction. Missing rows are errors of class NotFound.
type Tx interface {
	Coop() (Coop, error)
	PutCoop(c Coop) error
	Person(id ID) (Person, error)
	PersonByHandle(handle string) (Person, error)
	PutPerson(p Person) error
	// People lists all, by display name.
	People() ([]Person, error)
	// DropPerson removes the person, their account, passkeys, sessions and register entry.
	DropPerson(id ID) error
	Account(person ID) (Account, error)
	AccountByEmail(email string) (Account, error)
	PutAccount(a Account) error
	PutRegister(r Register) error
	Invite(tokenHash []byte) (Invite, error)
	InviteByID(id ID) (Invite, error)
	PutInvite(i Invite) error
	// CountStewards counts accounts of stewards that are not disabled.
	CountStewards() (int, error)
	// EndSessions signs a person out everywhere, but for the session with this token hash ("" for all).
	EndSessions(person ID, but []byte) error
	// Audit notes who did what, for all stewards to read.
	Audit(at time.Time, by Actor, what, subject string) error
	// Append queues an event in this transaction.
	Append(e Event) error
	// PutLetter queues a mail in this transaction, unless one of its kind, receiver and subject waits already.
	PutLetter(l Letter) error
	// Notify tells what a member wants to be told by mail: DefaultNotify when they chose nothing.
	Notify(person ID) (Notify, error)
	PutNotify(person ID, n Notify) error
}

// Store is the co-op's persistence.
type Store interface {
	// Write runs fn in one transaction; an error of fn undoes all of it.
	Write(ctx context.Context, fn func(Tx) error) error
	Coop(ctx context.Context) (Coop, error)
	Person(ctx context.Context, id ID) (Person, error)
	PersonByHandle(ctx context.Context, handle string) (Person, error)
	// People lists all, by display name.
	People(ctx context.Context) ([]Person, error)
	Account(ctx context.Context, person ID) (Account, error)
	AccountByEmail(ctx context.Context, email string) (Account, error)
	AccountByPasskey(ctx context.Context, credential []byte) (Account, error)
	Accounts(ctx context.Context) ([]Account, error)
	Register(ctx context.Context) ([]Register, error)
	Notify(ctx context.Context, person ID) (Notify, error)
	Invite(ctx context.Context, tokenHash []byte) (Invite, error)
	Invites(ctx context.Context) ([]Invite, error)
	// Setting reads a small value kept with the node, "" when there is none; SetSetting keeps one.
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Service holds the co-op's use cases. Whoever wires the program fills the fields.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func() ID
	Fuzz  []byte // secret for public points
}

func (s *Service) event(kind EventKind, by Actor, subject string, snapshot any) Event {
	return Event{ID: s.NewID(), Kind: kind, At: s.Now().UTC(), By: by.String(), Subject: subject, Snapshot: snapshot}
}

// touched keeps an updated time strictly growing, to the second, so that peers take each Update for newer.
func touched(now, before time.Time) time.Time {
	now = now.UTC().Truncate(time.Second)
	if !before.IsZero() && !now.After(before) {
		return before.Add(time.Second)
	}
	return now
}

func mustSteward(by Actor, what string) error {
	if by.CanSteward() {
		return nil
	}
	if !by.SignedIn() {
		return Errorf(Unauthenticated, "login.required", "%s as %s", what, by)
	}
	return Errorf(Forbidden, "steward.only", "%s as %s", what, by)
}
