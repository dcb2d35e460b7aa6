package mail

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/internal/htmlsafe"
	"toadlane/internal/limits"
	"toadlane/market"
)

// morning is when what comes once a day is written, in the co-op's time zone.
const morning = 7

// writeMessage tells a member that somebody wrote to them, when they have not read it by themselves meanwhile.
func (m *Mail) writeMessage(ctx context.Context, v *voice, to receiver, l coop.Letter, w *written) error {
	t, all, err := m.Market.Thread(ctx, to.actor, coop.ID(l.Subject))
	switch {
	case err != nil && coop.ClassOf(err) == coop.NotFound:
		return needless("the conversation is gone")
	case err != nil:
		return err
	case unread(&t, to.person) == 0:
		return needless("it is read")
	}
	switch to.wishes.Messages {
	case coop.Off:
		return needless("no mails about messages are wanted")
	case coop.Daily:
		if due := nextMorning(l.Created, v.zone); due.After(m.Now()) {
			return postponed{due}
		}
	default:
		if due := l.Created.Add(limits.LetterDelay); due.After(m.Now()) {
			return postponed{due}
		}
	}
	said := latest(all, func(x *market.Message) bool { return to.person == "" || x.From.Person != to.person })
	if said == nil {
		return needless("nothing was said")
	}
	name, err := m.nameOf(ctx, v, said.From, &t, coop.CoopOnly)
	if err != nil {
		return err
	}
	return m.tell(ctx, v, &t, said, name, string(to.person), m.link("threads", string(t.ID)), func(w *written) {
		w.Small = []string{v.say("mail.message.why")}
		m.leave(v, to, coop.LetterMessage, w)
	}, w)
}

// writeAnswer carries what a member wrote to somebody whom we know by an address alone. Neither learns the other's.
func (m *Mail) writeAnswer(ctx context.Context, v *voice, l coop.Letter, w *written) error {
	t, all, err := m.Market.Thread(ctx, coop.System("mail"), coop.ID(l.Subject))
	switch {
	case err != nil && coop.ClassOf(err) == coop.NotFound:
		return needless("the conversation is gone")
	case err != nil:
		return err
	}
	said := latest(all, func(x *market.Message) bool { return x.From.Person != "" || x.From.IRI == m.Market.Actor })
	if t.Closed || said == nil {
		return needless("the conversation is closed")
	}
	name, err := m.nameOf(ctx, v, said.From, &t, coop.Everyone)
	if err != nil {
		return err
	}
	link := m.link("talk", string(t.ID), m.Token(ForTalk, string(t.ID)))
	return m.tell(ctx, v, &t, said, name, guestParty, link, func(w *written) {
		w.Small = []string{v.say("mail.answer.why"), v.say("mail.answer.hidden")}
	}, w)
}

// guestParty stands for the one in a conversation who has no account, in words of links and addresses.
const guestParty = "guest"

// ForTalk is the purpose of the word that opens a conversation for a guest; it is about the thread.
const ForTalk = "talk"

// tell writes a mail about what was said in t by name.
func (m *Mail) tell(ctx context.Context, v *voice, t *market.Thread, said *market.Message, name, party, link string, why func(*written), w *written) error {
	s, err := m.Settings(ctx)
	if err != nil {
		return err
	}
	about := oneLine(t.Subject, 200)
	if about == "" {
		w.writing = v.begin(v.say("mail.message.subject", "Name", name))
	} else {
		w.writing = v.begin(v.say("mail.message.subject_about", "Name", name, "Title", about))
	}
	body := said.Body
	if said.HTML {
		body = htmlsafe.Text(body)
	}
	w.Quote = lines(body, limits.MailExcerpt)
	w.Buttons = []button{{v.say("mail.message.open"), link, true}}
	w.thread = t.ID
	if w.reply = m.replyAddress(s, t.ID, party); w.reply != "" {
		w.Above = v.say("mail.message.above")
		w.After = []string{v.say("mail.message.or_reply")}
	}
	why(w)
	return nil
}

// nameOf is how the receiver may know who wrote: by the name that reach may see, else by where they are from.
func (m *Mail) nameOf(ctx context.Context, v *voice, from market.Party, t *market.Thread, reach coop.Visibility) (string, error) {
	if from.Person != "" {
		p, err := m.CoopStore.Person(ctx, from.Person)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return "", err
		}
		if view, ok := p.SeenBy(reach); err == nil && ok {
			return oneLine(view.DisplayName, 100), nil
		}
		return oneLine(v.coop.Name, 100), nil
	}
	for _, name := range []string{from.Name, t.Other.Name, from.Handle, t.Other.Handle} {
		if name = oneLine(name, 100); name != "" {
			return name, nil
		}
	}
	return v.say("mail.somebody"), nil
}

func latest(all []market.Message, by func(*market.Message) bool) *market.Message {
	for i := len(all) - 1; i >= 0; i-- {
		if by(&all[i]) && !all[i].Hidden {
			return &all[i]
		}
	}
	return nil
}

// unread counts what person has not read in t.
func unread(t *market.Thread, person coop.ID) int {
	if person != "" && t.Other.Person == person {
		return t.UnreadBy(market.OtherSide)
	}
	return t.UnreadBy(market.OwnerSide)
}

// nextMorning is the first morning after at, in zone.
func nextMorning(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	due := time.Date(at.Year(), at.Month(), at.Day(), morning, 0, 0, 0, zone)
	if !due.After(at) {
		due = time.Date(at.Year(), at.Month(), at.Day()+1, morning, 0, 0, 0, zone)
	}
	return due
}

// guestOf is the one without an account in t, as who acts.
func guestOf(t *market.Thread) (coop.Actor, bool) {
	return coop.Guested(t.ID), t.Other.Kind() == market.Guest && t.Other.Email != ""
}
