package market

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"toadlane/coop"
)

// AskHere begins a private conversation of a member about a listing of ours, with whoever posted it, or goes on with the one
// there is. Errors: Unauthenticated, NotFound, Conflict for one's own listing, one that is over, and between two of whom one
// wants to hear no more of the other, Invalid about "text".
func (s *Service) AskHere(ctx context.Context, by coop.Actor, listing coop.ID, text string) (Message, error) {
	var m Message
	if !by.SignedIn() {
		return m, coop.Errorf(coop.Unauthenticated, "login.required", "ask about %s as %s", listing, by)
	}
	text, err := message(by, text)
	if err != nil {
		return m, err
	}
	if _, err := s.Listing(ctx, by, listing); err != nil {
		return m, err
	}
	err = s.write(ctx, func(tx Tx, stewards []coop.ID) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		if err := mayBeAsked(&l, by.Person()); err != nil {
			return err
		}
		other := Party{Person: by.Person()}
		for _, pair := range [][2]coop.ID{{l.Poster, by.Person()}, {by.Person(), l.Poster}} {
			if pair[1] == "" {
				continue
			}
			blocked, err := tx.BlockedThread(pair[0], FellowKey(pair[1]))
			if err != nil {
				return err
			}
			if blocked {
				return coop.Errorf(coop.Conflict, "thread.refused", "%s and %s do not write to each other", by, l.Poster)
			}
		}
		t, err := tx.ThreadWith(l.Poster, other.Key(), listing)
		if err != nil {
			if coop.ClassOf(err) != coop.NotFound {
				return err
			}
			t = s.about(&l, other)
		}
		m, err = s.send(tx, by, t, OtherSide, text, stewards)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("ask about listing %s: %w", listing, err)
	}
	return m, nil
}

// AskAsGuest begins a private conversation of somebody without an account about a listing of ours. It is always a new one: who
// types an address need not be whose it is, so nobody comes into a conversation by it. Errors: NotFound, Conflict for a listing
// that is over and for an address that is refused, Invalid about "name", "email" and "text", all at once.
func (s *Service) AskAsGuest(ctx context.Context, listing coop.ID, guest Party, text string) (Thread, error) {
	var t Thread
	text, wrong := message(coop.Anonymous(), text)
	name := strings.TrimSpace(guest.Name)
	email, ok := coop.NormaliseEmail(guest.Email)
	if !ok {
		key := "email.invalid"
		if strings.TrimSpace(guest.Email) == "" {
			key = "field.required"
		}
		wrong = errors.Join(coop.FieldError("email", key, nil), wrong)
	}
	if err := errors.Join(coop.Line("name", name, 1, MaxGuestName), wrong); err != nil {
		return t, err
	}
	if strings.Contains(name, "://") {
		return t, coop.FieldError("name", "guest.name", nil)
	}
	if _, err := s.Listing(ctx, coop.Anonymous(), listing); err != nil {
		return t, err
	}
	other := Party{Name: name, Email: email, Mark: s.Mark(email), Language: guest.Language}
	err := s.write(ctx, func(tx Tx, stewards []coop.ID) error {
		l, err := tx.Listing(listing)
		if err != nil {
			return err
		}
		if err := mayBeAsked(&l, ""); err != nil {
			return err
		}
		if err := refuseGuest(tx, other.Mark); err != nil {
			return err
		}
		t = s.about(&l, other)
		_, err = s.send(tx, coop.Guested(t.ID), t, OtherSide, text, stewards)
		return err
	})
	if err != nil {
		return t, fmt.Errorf("guest asks about listing %s: %w", listing, err)
	}
	return t, nil
}

// about is a new conversation of other with whoever posted l, in which nothing is said yet.
func (s *Service) about(l *Listing, other Party) Thread {
	now := s.Now().UTC()
	title, _ := l.Title.In()
	return Thread{ID: s.NewID(), Listing: l.ID, Owner: l.Poster, Other: other, Subject: title, Root: l.IRI, Last: l.IRI, Created: now, Updated: now}
}

// mayBeAsked tells whether somebody ("" for a stranger) may write about one of our listings here.
func mayBeAsked(l *Listing, person coop.ID) error {
	if !l.Local() || l.State.Ended() || l.State == Draft {
		return coop.Errorf(coop.Conflict, "thread.over", "listing %s can't be asked about", l.ID)
	}
	if person != "" && l.Poster == person {
		return coop.Errorf(coop.Conflict, "thread.own", "listing %s belongs to %s", l.ID, person)
	}
	return nil
}

// refuseGuest is an error for the mark of an address that is kept out.
func refuseGuest(tx Tx, mark string) error {
	blocked, err := tx.GuestBlocked(mark)
	if err == nil && blocked {
		err = coop.Errorf(coop.Conflict, "guest.refused", "guest %s is kept out", mark)
	}
	return err
}

// Mark stands for an e-mail address where guests are told apart. It can't be turned back, nor made without the node's secret. A
// part after + is left out: it leads to the same box.
func (s *Service) Mark(email string) string {
	email, _ = coop.NormaliseEmail(email)
	name, host, _ := strings.Cut(email, "@")
	name, _, _ = strings.Cut(name, "+")
	mac := hmac.New(sha256.New, s.Fuzz)
	mac.Write([]byte("guest " + name + "@" + host))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Forget ends a guest's conversation and forgets who they were: name and address. What was said stays with the one it was said
// to. Errors: Unauthenticated, NotFound.
func (s *Service) Forget(ctx context.Context, by coop.Actor, id coop.ID) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		t, err := tx.Thread(id)
		if err != nil {
			return err
		}
		if _, err := mayRead(by, &t); err != nil {
			return err
		}
		if by.Guest() == "" {
			return coop.Errorf(coop.NotFound, "thread.unknown", "%s is no guest of thread %s", by, id)
		}
		t.Other.Name, t.Other.Email, t.Other.Mark = "", "", ""
		if !t.Closed {
			t.Closed, t.ClosedBy = true, OtherSide
		}
		return tx.PutThread(t)
	})
	if err != nil {
		return fmt.Errorf("forget guest of thread %s: %w", id, err)
	}
	return nil
}
