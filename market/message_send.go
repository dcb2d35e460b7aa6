package market

import (
	"context"
	"fmt"
	"strings"

	"toadlane/coop"
)

// mayRead tells whether by may read thread t: the member it belongs to, or a steward when it belongs to none.
func mayRead(by coop.Actor, t *Thread) error {
	if !by.CanPost() {
		return coop.Errorf(coop.Unauthenticated, "login.required", "read thread %s as %s", t.ID, by)
	}
	if by.IsSystem() || t.Owner != "" && t.Owner == by.Person() || t.Owner == "" && by.CanSteward() {
		return nil
	}
	return coop.Errorf(coop.NotFound, "thread.unknown", "thread %s is not for %s", t.ID, by)
}

// Thread gives a conversation with its messages to one who may read it, without marking it read. Errors: Unauthenticated, NotFound.
func (s *Service) Thread(ctx context.Context, by coop.Actor, id coop.ID) (Thread, []Message, error) {
	t, err := s.Store.Thread(ctx, id)
	if err == nil {
		err = mayRead(by, &t)
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

// ReadThread marks the thread read. A change, so it belongs to a POST or to the page's own confirmation, never to a plain GET
// of a stranger. Errors: Unauthenticated, NotFound.
func (s *Service) ReadThread(ctx context.Context, by coop.Actor, id coop.ID) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		if err := mayRead(by, &t); err != nil || t.Unread == 0 {
			return err
		}
		t.Unread = 0
		return tx.PutThread(t)
	})
}

// Answer sends text to the other party of thread id. Errors: Unauthenticated, NotFound, Conflict when the thread is closed,
// Invalid about the field "text".
func (s *Service) Answer(ctx context.Context, by coop.Actor, id coop.ID, text string) (Message, error) {
	var m Message
	text = strings.TrimSpace(text)
	if err := coop.Lines("text", text, 1, MaxMessage); err != nil {
		return m, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		if err := mayRead(by, &t); err != nil {
			return err
		}
		if t.Closed {
			return coop.Errorf(coop.Conflict, "thread.closed", "thread %s is closed", id)
		}
		m, err = s.send(tx, by, t, text)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("answer thread %s: %w", id, err)
	}
	return m, nil
}

// Ask begins a private conversation about a neighbour's listing, or goes on with the one there is. other is the listing's
// home. Errors: Unauthenticated, NotFound, Conflict when the listing is ours or over, Invalid about "text".
func (s *Service) Ask(ctx context.Context, by coop.Actor, listing coop.ID, other Party, text string) (Message, error) {
	var m Message
	text = strings.TrimSpace(text)
	if !by.SignedIn() {
		return m, coop.Errorf(coop.Unauthenticated, "login.required", "ask about %s as %s", listing, by)
	}
	if err := coop.Lines("text", text, 1, MaxMessage); err != nil {
		return m, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		if l.Local() || l.Home != other.IRI || l.State.Ended() {
			return coop.Errorf(coop.Conflict, "thread.closed", "listing %s can't be asked about at %s", listing, other.IRI)
		}
		now := s.Now().UTC()
		t, err := tx.ThreadWith(by.Person(), other.IRI, listing)
		if coop.ClassOf(err) == coop.NotFound && err != nil {
			title, _ := l.Title.In()
			t = Thread{ID: s.NewID(), Listing: listing, Owner: by.Person(), Other: other, Subject: title,
				Root: l.IRI, Last: l.IRI, Created: now, Updated: now}
			err = tx.PutThread(t)
		}
		if err != nil {
			return err
		}
		m, err = s.send(tx, by, t, text)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("ask about listing %s: %w", listing, err)
	}
	return m, nil
}

func (s *Service) send(tx Tx, by coop.Actor, t Thread, text string) (Message, error) {
	now := s.Now().UTC()
	id := s.NewID()
	m := Message{ID: id, Thread: t.ID, Listing: t.Listing, IRI: s.MessageIRI(id), InReplyTo: t.Last,
		From: Party{Person: by.Person(), IRI: s.Actor}, To: []coop.IRI{t.Other.IRI}, Body: text, Created: now, Updated: now}
	if err := tx.PutMessage(m); err != nil {
		return m, err
	}
	t.Last, t.Updated = m.IRI, now
	if err := tx.PutThread(t); err != nil {
		return m, err
	}
	return m, tx.Append(s.event(coop.MessageSent, by, string(m.IRI), m))
}
