package handbook

import (
	"context"
	"time"

	"toadlane/coop"
)

// Service holds the handbook's use cases. Whoever wires the program fills the fields.
//
// Members read everything, write drafts, put motions and answer them. Stewards settle: they turn a page's status, write down what was
// decided elsewhere, adopt, withdraw, and answer changes given back. Whoever is no member reads what is public of ours. A use case that is
// refused answers with class Unauthenticated, key login.required, to who is not signed in, and with Forbidden, key steward.only, to a
// member who may not; every one may answer with Unavailable. Use cases that take a Tx run in the caller's transaction: what peers send is
// kept together with the row it came in.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func() coop.ID
	Base  coop.IRI            // the origin of our addresses, e.g. https://bakery.example
	Fold  func(string) string // lower-cases and takes diacritics away, as the search does
	// Stewards lists who is told that a page is to be looked at again; nil is nobody.
	Stewards func(context.Context) ([]coop.ID, error)
}

// ProtocolIRI is the address of one of our pages for peers.
func (s *Service) ProtocolIRI(slug string) coop.IRI { return s.Base + "/h/" + coop.IRI(slug) }

// RevisionIRI is the address of a text of one of our pages for peers.
func (s *Service) RevisionIRI(slug string, id RevisionID) coop.IRI {
	return s.ProtocolIRI(slug) + "/r/" + coop.IRI(id)
}

// now is the time to the microsecond, which is what both databases keep.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

func (s *Service) event(kind coop.EventKind, by coop.Actor, subject coop.IRI, snapshot any) coop.Event {
	return coop.Event{ID: s.NewID(), Kind: kind, At: s.now(), By: by.String(), Subject: string(subject), Snapshot: snapshot}
}

// read gives plain reads outside of a transaction.
func (s *Service) read(ctx context.Context) Reader { return s.Store.At(ctx) }

// mustMember lets members and the node itself pass.
func mustMember(by coop.Actor, what string) error {
	if by.CanPost() {
		return nil
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s as %s", what, by)
}

// mustSignIn lets a person pass who is a member: what is theirs alone needs somebody whose it is.
func mustSignIn(by coop.Actor, what string) error {
	if by.SignedIn() {
		return nil
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s as %s", what, by)
}

// mustSteward lets stewards and the node itself pass.
func mustSteward(by coop.Actor, what string) error {
	if by.CanSteward() {
		return nil
	}
	if err := mustMember(by, what); err != nil {
		return err
	}
	return coop.Errorf(coop.Forbidden, "steward.only", "%s as %s", what, by)
}

// mine gives one of our own pages, held until the transaction is over. Class NotFound for a neighbour's: there is nothing of ours at that id.
func mine(tx Tx, id coop.ID) (Protocol, error) {
	p, err := tx.Protocol(id)
	if err == nil && !p.Local() {
		return Protocol{}, coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s belongs to %s", id, p.Home)
	}
	return p, err
}

// history makes the graph of some revisions and of everything in their past.
func history(r Reader, of ...RevisionID) (*History, error) {
	steps, err := r.Steps(of...)
	if err != nil {
		return nil, err
	}
	return NewHistory(steps)
}

// known turns an error of class NotFound into false.
func known(err error) (bool, error) {
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return false, nil
	}
	return err == nil, err
}
