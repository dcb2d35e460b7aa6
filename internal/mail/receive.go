package mail

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// Receive puts a mail that came in by an address for answers into its conversation, as the party whom the address was made for.
// to is the address it came in by as the mail server says, or "" to look for it in the mail. The same mail may come twice.
// Errors: NotFound, key mail.no_thread, when no address in it is one of ours; Conflict, key mail.automatic, for what a machine
// wrote, which is dropped without an answer; Invalid, keys mail.too_large, mail.unreadable and mail.empty; TooMany; those of
// market.Answer.
func (m *Mail) Receive(ctx context.Context, to string, in io.Reader) (market.Message, error) {
	var none market.Message
	raw, err := io.ReadAll(io.LimitReader(in, limits.MailIn+1))
	if err != nil {
		return none, coop.Errorf(coop.Unavailable, "mail.unreadable", "mail: %w", err)
	}
	a, err := Parse(raw)
	if err != nil {
		return none, err
	}
	if a.Automatic {
		return none, coop.Errorf(coop.Conflict, "mail.automatic", "mail of a machine")
	}
	if to != "" {
		a.To = []string{strings.ToLower(strings.Trim(to, "<> "))}
	}
	thread, by, err := m.answers(ctx, a.To)
	if err != nil {
		return none, err
	}
	if a.Text == "" {
		return none, coop.Errorf(coop.Invalid, "mail.empty", "nothing is written in it")
	}
	if r := []rune(a.Text); len(r) > market.MaxMessage {
		a.Text = string(r[:market.MaxMessage])
	}
	seen, err := m.flood(ctx, thread, by, a.Text)
	if err != nil || seen != nil {
		if seen != nil {
			none = *seen
		}
		return none, err
	}
	return m.Market.Answer(ctx, by, thread, a.Text)
}

// answers finds the conversation and the party that one of the addresses stands for.
func (m *Mail) answers(ctx context.Context, addresses []string) (coop.ID, coop.Actor, error) {
	unknown := coop.Errorf(coop.NotFound, "mail.no_thread", "no address of ours")
	s, err := m.Settings(ctx)
	if err != nil {
		return "", coop.Actor{}, err
	}
	before, after, ok := strings.Cut(s.Reply, "%s")
	if !ok {
		return "", coop.Actor{}, unknown
	}
	for _, address := range addresses[:min(len(addresses), limits.Recipients)] {
		word, ok := strings.CutPrefix(address, before)
		if word, ok = strings.CutSuffix(word, after); !ok || len(word) != replyWordLength {
			continue
		}
		thread, ok := replyThread(word)
		if !ok {
			continue
		}
		t, err := m.Market.Store.Thread(ctx, thread)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				continue
			}
			return "", coop.Actor{}, err
		}
		is := func(party string) bool {
			want := m.replyWord(thread, party)
			return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(word)) == 1
		}
		if by, ok := guestOf(&t); ok && is(guestParty) {
			return thread, by, nil
		}
		people, err := m.membersOf(ctx, &t)
		if err != nil {
			return "", coop.Actor{}, err
		}
		for _, a := range people {
			if is(string(a.Person)) && !a.Disabled {
				return thread, coop.Member(a.Person, a.Role), nil
			}
		}
	}
	return "", coop.Actor{}, unknown
}

// membersOf lists who of us is in t.
func (m *Mail) membersOf(ctx context.Context, t *market.Thread) (out []coop.Account, err error) {
	if t.Owner == "" { // the stewards'
		all, err := m.CoopStore.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.Role == coop.RoleSteward {
				out = append(out, a)
			}
		}
	}
	for _, id := range []coop.ID{t.Owner, t.Other.Person} {
		if id == "" {
			continue
		}
		a, err := m.CoopStore.Account(ctx, id)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		if err == nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// flood finds the same text of the same party that came within the hour: the mail server sends again what it thinks was not taken.
// Class TooMany when there were too many others.
func (m *Mail) flood(ctx context.Context, thread coop.ID, by coop.Actor, text string) (*market.Message, error) {
	all, err := m.Market.Store.Messages(ctx, thread)
	if err != nil {
		return nil, err
	}
	n, since := 0, m.Now().Add(-time.Hour)
	for i := range all {
		x := &all[i]
		if x.Created.Before(since) || x.From.Person != by.Person() || x.From.IRI != "" && x.From.IRI != m.Market.Actor {
			continue
		}
		if x.Body == text {
			return x, nil
		}
		n++
	}
	if n >= limits.MailAnswersHour {
		return nil, fmt.Errorf("answer by mail: %w", coop.Errorf(coop.TooMany, "error.too_many", "%d answers within the hour", n))
	}
	return nil, nil
}
