package market

import (
	"context"
	"fmt"
	"strings"
	"time"

	"toadlane/coop"
)

// mayRead tells on which side of thread t by stands: the other's when they are the other member or the guest with the link, the
// owner's for the member it belongs to, or a steward when it belongs to none. A steward who was asked to look stands on none.
func mayRead(by coop.Actor, t *Thread) (Side, error) {
	hidden := coop.Errorf(coop.NotFound, "thread.unknown", "thread %s is not for %s", t.ID, by)
	if by.Guest() != "" {
		if by.Guest() == t.ID && t.Other.Kind() == Guest {
			return OtherSide, nil
		}
		return NoSide, hidden
	}
	if !by.CanPost() {
		return NoSide, coop.Errorf(coop.Unauthenticated, "login.required", "read thread %s as %s", t.ID, by)
	}
	switch {
	case by.Person() != "" && t.Other.Person == by.Person():
		return OtherSide, nil
	case by.IsSystem() || t.Owner != "" && t.Owner == by.Person() || t.Owner == "" && by.CanSteward():
		return OwnerSide, nil
	case t.Reported && by.CanSteward():
		return NoSide, nil
	}
	return NoSide, hidden
}

// Thread gives a conversation with its messages to one who may read it, and the side they stand on, without marking it read.
// Errors: Unauthenticated, NotFound.
func (s *Service) Thread(ctx context.Context, by coop.Actor, id coop.ID) (Thread, []Message, error) {
	t, err := s.Store.Thread(ctx, id)
	if err == nil {
		_, err = mayRead(by, &t)
	}
	if err != nil {
		return Thread{}, nil, fmt.Errorf("thread %s: %w", id, err)
	}
	msgs, err := s.Store.Messages(ctx, id)
	if err != nil {
		return Thread{}, nil, fmt.Errorf("thread %s: %w", id, err)
	}
	return t, msgs, nil
}

// SideOf tells on which side of t by stands. It decides nothing: Thread and the others refuse whoever may not read.
func SideOf(by coop.Actor, t *Thread) Side {
	side, _ := mayRead(by, t)
	return side
}

// ReadThread marks the thread read by the side of by. A change, so it belongs to a POST or to an opening that the reader meant
// (see web), never to a plain GET of a stranger. Errors: Unauthenticated, NotFound.
func (s *Service) ReadThread(ctx context.Context, by coop.Actor, id coop.ID) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		side, err := mayRead(by, &t)
		if err != nil || t.UnreadBy(side) == 0 {
			return err
		}
		t.read(side)
		return tx.PutThread(t)
	})
}

func (t *Thread) read(side Side) {
	switch side {
	case OwnerSide:
		t.Unread = 0
	case OtherSide:
		t.OtherUnread = 0
	}
}

// Answer sends text to the other side of thread id; what the writer had not read of it is read then. Errors: Unauthenticated,
// NotFound, Forbidden for a steward who was only asked to look, Conflict when the thread is closed, Invalid about "text".
func (s *Service) Answer(ctx context.Context, by coop.Actor, id coop.ID, text string) (Message, error) {
	var m Message
	text, err := message(by, text)
	if err != nil {
		return m, err
	}
	err = s.write(ctx, func(tx Tx, stewards []coop.ID) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		side, err := mayRead(by, &t)
		if err != nil {
			return err
		}
		if side == NoSide {
			return coop.Errorf(coop.Forbidden, "thread.looking", "%s only looks at thread %s", by, id)
		}
		if t.Closed {
			return coop.Errorf(coop.Conflict, "thread.closed", "thread %s is closed", id)
		}
		if by.Guest() != "" {
			if err := refuseGuest(tx, t.Other.Mark); err != nil {
				return err
			}
		}
		m, err = s.send(tx, by, t, side, text, stewards)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("answer thread %s: %w", id, err)
	}
	return m, nil
}

// message checks what somebody wrote. Class Invalid about "text".
func message(by coop.Actor, text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if err := coop.Lines("text", text, 1, MaxMessage); err != nil {
		return "", err
	}
	if !by.CanPost() && strings.Count(strings.ToLower(text), "://") > MaxGuestLinks {
		return "", coop.FieldError("text", "guest.links", map[string]any{"Max": MaxGuestLinks})
	}
	return text, nil
}

// write is Store.Write with who is told of what the stewards get, read before: no transaction asks twice.
func (s *Service) write(ctx context.Context, fn func(tx Tx, stewards []coop.ID) error) error {
	var stewards []coop.ID
	if s.Stewards != nil {
		var err error
		if stewards, err = s.Stewards(ctx); err != nil {
			return err
		}
	}
	return s.Store.Write(ctx, func(tx Tx) error { return fn(tx, stewards) })
}

// Ask begins a private conversation about a neighbour's listing, or goes on with the one there is. other is the listing's
// home. Errors: Unauthenticated, NotFound, Conflict when the listing is ours or over, Invalid about "text".
func (s *Service) Ask(ctx context.Context, by coop.Actor, listing coop.ID, other Party, text string) (Message, error) {
	var m Message
	if !by.SignedIn() {
		return m, coop.Errorf(coop.Unauthenticated, "login.required", "ask about %s as %s", listing, by)
	}
	text, err := message(by, text)
	if err != nil {
		return m, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		if l.Local() || l.Home != other.IRI || l.State.Ended() {
			return coop.Errorf(coop.Conflict, "thread.closed", "listing %s can't be asked about at %s", listing, other.IRI)
		}
		title, _ := l.Title.In()
		m, err = s.ask(tx, by, Thread{Listing: listing, Owner: by.Person(), Other: other, Subject: title, Root: l.IRI, Last: l.IRI}, text)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("ask about listing %s: %w", listing, err)
	}
	return m, nil
}

// AskThere is Ask about something that is not kept here: what lies at address, called title, of an actor whom we need not follow.
// Errors: Unauthenticated, Conflict for what is ours, Forbidden when it is of another origin than its author, Invalid about "text".
func (s *Service) AskThere(ctx context.Context, by coop.Actor, address coop.IRI, title string, other Party, text string) (Message, error) {
	var m Message
	if !by.SignedIn() {
		return m, coop.Errorf(coop.Unauthenticated, "login.required", "ask about %s as %s", address, by)
	}
	if other.Kind() != Remote || coop.SameOrigin(other.IRI, s.Base) {
		return m, coop.Errorf(coop.Conflict, "thread.own", "%s is ours", address)
	}
	if !coop.SameOrigin(address, other.IRI) {
		return m, coop.Errorf(coop.Forbidden, "origin.differs", "%s is not of %s", address, other.IRI)
	}
	text, err := message(by, text)
	if err != nil {
		return m, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		m, err = s.ask(tx, by, Thread{Owner: by.Person(), Other: other, Subject: excerpt(title), Root: address, Last: address}, text)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("ask about %s: %w", address, err)
	}
	return m, nil
}

// ask writes into the open conversation like t, or begins t.
func (s *Service) ask(tx Tx, by coop.Actor, t Thread, text string) (Message, error) {
	now := s.Now().UTC()
	old, err := tx.ThreadWith(t.Owner, t.Other.Key(), t.Listing)
	switch {
	case err == nil && old.Root == t.Root:
		t = old
	case err == nil || coop.ClassOf(err) == coop.NotFound:
		t.ID, t.Created, t.Updated = s.NewID(), now, now
	default:
		return Message{}, err
	}
	return s.send(tx, by, t, OwnerSide, text, nil)
}

// send keeps what one side of t says and sees that the other hears of it: a remote actor by an event, a guest by a letter, one of
// us by the number beside their messages and a letter.
func (s *Service) send(tx Tx, by coop.Actor, t Thread, side Side, text string, stewards []coop.ID) (Message, error) {
	now := s.Now().UTC()
	id := s.NewID()
	m := Message{ID: id, Thread: t.ID, Listing: t.Listing, IRI: s.MessageIRI(id), InReplyTo: t.Last, Body: text, Created: now, Updated: now}
	if side == OtherSide {
		m.From = t.Other.said()
	} else {
		m.From = Party{Person: by.Person(), IRI: s.Actor}
	}
	remote := t.Other.Kind() == Remote
	if remote {
		m.To = []coop.IRI{t.Other.IRI}
	}
	if err := tx.PutMessage(m); err != nil {
		return m, err
	}
	t.said(side, text)
	t.read(side)
	t.Last, t.Updated = m.IRI, now
	if err := tx.PutThread(t); err != nil {
		return m, err
	}
	if remote {
		return m, tx.Append(s.event(coop.MessageSent, by, string(m.IRI), m))
	}
	if side == OtherSide {
		return m, tellOwner(tx, &t, stewards, s.NewID, now)
	}
	l := coop.Letter{ID: s.NewID(), Kind: coop.LetterMessage, Person: t.Other.Person, Subject: string(t.ID), Created: now}
	if t.Other.Kind() == Guest {
		l.Kind, l.Email, l.Language = coop.LetterAnswer, t.Other.Email, t.Other.Language
	}
	return m, tx.PutLetter(l)
}

// said notes the latest words of a side, which the other has not read.
func (t *Thread) said(side Side, plain string) {
	t.Excerpt, t.SaidBy = excerpt(plain), side
	if side == OtherSide {
		t.Unread++
	} else if t.Other.Kind() != Remote {
		t.OtherUnread++
	}
}

// tellOwner queues a mail to whom t belongs: a member, or each steward.
func tellOwner(tx Tx, t *Thread, stewards []coop.ID, newID func() coop.ID, at time.Time) error {
	to := stewards
	if t.Owner != "" {
		to = []coop.ID{t.Owner}
	}
	for _, person := range to {
		if person == t.Other.Person {
			continue
		}
		if err := tx.PutLetter(coop.Letter{ID: newID(), Kind: coop.LetterMessage, Person: person, Subject: string(t.ID), Created: at}); err != nil {
			return err
		}
	}
	return nil
}

// excerpt is how a text begins, on one line.
func excerpt(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) <= MaxExcerpt {
		return string(words)
	}
	cut := MaxExcerpt - 1
	for back := range 20 { // not in the middle of a word, when one ends near
		if words[cut-back] == ' ' {
			cut -= back
			break
		}
	}
	return string(words[:cut]) + "…"
}
