package market

import (
	"time"

	"toadlane/coop"
)

// Incoming is a remote actor's saying, as the federation understood it: verified, sanitised, not yet placed.
type Incoming struct {
	IRI       coop.IRI
	InReplyTo coop.IRI
	From      Party // IRI, Handle, Name, Inbox
	HTML      string
	Plain     string  // HTML's words, for lists
	Public    bool    // addressed to everyone
	Member    coop.ID // the member it is addressed to, "" when to the co-op
	Mentions  bool    // addressed to one of our actors
	At        time.Time
	Updated   time.Time
	Stewards  []coop.ID // who is told when it is for them
}

// Hear places a remote actor's saying, inside the caller's transaction: a public reply goes under the listing it answers, a
// private one into the thread of the member it belongs to. It may come twice. newID makes ids. It tells whether it found a
// place: what answers nothing of ours and names none of us has none. Errors: Forbidden when the address is known as another's
// or lies at another origin than its author (invariant 7).
func Hear(tx Tx, in Incoming, newID func() coop.ID, now time.Time) (placed bool, err error) {
	if buried, err := tx.Buried(in.IRI); err != nil || buried {
		return buried, err
	}
	old, err := tx.MessageByIRI(in.IRI)
	switch {
	case err == nil:
		if old.From.IRI != in.From.IRI {
			return false, coop.Errorf(coop.Forbidden, "owner.differs", "message %s belongs to %s", in.IRI, old.From.IRI)
		}
		if in.Updated.After(old.Updated) {
			old.Body, old.Updated = in.HTML, in.Updated
			return true, tx.PutMessage(old)
		}
		return true, nil
	case coop.ClassOf(err) != coop.NotFound:
		return false, err
	}

	if !coop.SameOrigin(in.IRI, in.From.IRI) {
		return false, coop.Errorf(coop.Forbidden, "origin.differs", "message %s is not of %s", in.IRI, in.From.IRI)
	}
	about, thread, err := subject(tx, in.InReplyTo)
	if err != nil {
		return false, err
	}
	m := Message{ID: newID(), IRI: in.IRI, InReplyTo: in.InReplyTo, From: in.From, Body: in.HTML, HTML: true,
		Public: in.Public, Created: in.At, Updated: in.Updated}
	if m.Created.IsZero() || m.Created.After(now) {
		m.Created = now
	}
	if about != nil {
		m.Listing = about.ID
	}
	if in.Public {
		if about == nil {
			return false, nil
		}
		return true, tx.PutMessage(m)
	}
	if !in.Mentions && about == nil && thread == nil {
		return false, nil
	}
	if thread == nil || thread.Other.IRI != in.From.IRI {
		owner := in.Member
		if about != nil && about.Local() && about.Poster != "" {
			owner = about.Poster
		}
		blocked, err := tx.BlockedThread(owner, in.From.Key())
		if err != nil {
			return false, err
		}
		if blocked { // they want to hear no more of this one, who is not told
			return true, nil
		}
		t, err := tx.ThreadWith(owner, in.From.Key(), m.Listing)
		switch {
		case err == nil:
			thread = &t
		case coop.ClassOf(err) != coop.NotFound:
			return false, err
		default:
			thread = &Thread{ID: newID(), Listing: m.Listing, Owner: owner, Other: in.From, Root: in.IRI, Created: now}
			if about != nil {
				thread.Subject, _ = about.Title.In()
				thread.Root = about.IRI
			}
		}
	}
	if thread.Blocked {
		return true, nil
	}
	thread.Other, thread.Last, thread.Updated = in.From, in.IRI, now
	thread.said(OtherSide, in.Plain)
	if m.Listing == "" {
		m.Listing = thread.Listing
	}
	m.Thread = thread.ID
	if err := tx.PutThread(*thread); err != nil {
		return false, err
	}
	if err := tx.PutMessage(m); err != nil {
		return false, err
	}
	return true, tellOwner(tx, thread, in.Stewards, newID, now)
}

// subject finds what an address that is replied to stands for: a listing, or a message and through it its listing and thread.
func subject(tx Tx, iri coop.IRI) (*Listing, *Thread, error) {
	if iri == "" {
		return nil, nil, nil
	}
	l, err := tx.ListingByIRI(iri)
	if err == nil {
		return &l, nil, nil
	}
	if coop.ClassOf(err) != coop.NotFound {
		return nil, nil, err
	}
	m, err := tx.MessageByIRI(iri)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return nil, nil, nil
		}
		return nil, nil, err
	}
	var about *Listing
	if m.Listing != "" {
		l, err := tx.Listing(m.Listing)
		if err == nil {
			about = &l
		} else if coop.ClassOf(err) != coop.NotFound {
			return nil, nil, err
		}
	}
	if m.Thread == "" {
		return about, nil, nil
	}
	t, err := tx.Thread(m.Thread)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return about, nil, nil
		}
		return nil, nil, err
	}
	return about, &t, nil
}

// Unsay drops a remote actor's message that its home deleted, and remembers its address. Unknown addresses only leave the
// tombstone. Errors: Forbidden when the message is another's.
func Unsay(tx Tx, iri, from coop.IRI, now time.Time) error {
	m, err := tx.MessageByIRI(iri)
	if err != nil {
		if coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if !coop.SameOrigin(iri, from) {
			return nil
		}
		return tx.DropMessage(Message{IRI: iri, From: Party{IRI: from}}, now)
	}
	if m.From.IRI != from {
		return coop.Errorf(coop.Forbidden, "owner.differs", "message %s belongs to %s", iri, m.From.IRI)
	}
	return tx.DropMessage(m, now)
}
