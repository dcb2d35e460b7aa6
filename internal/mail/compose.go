package mail

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// needless says why a letter is not sent after all: what it would tell of is over, or its receiver does not want it.
type needless string

func (n needless) Error() string { return "not sent: " + string(n) }

// postponed says when a letter is to be looked at again: it is not the time for it yet.
type postponed struct{ until time.Time }

func (p postponed) Error() string { return "postponed until " + p.until.Format(time.RFC3339) }

// receiver is whom a letter is for, as far as its words depend on it.
type receiver struct {
	person coop.ID
	actor  coop.Actor // of a member
	email  string
	wishes coop.Notify
	born   time.Time // of the account
}

// compose gives a letter its words, as they are right at this moment. Errors: needless, postponed; those of the store.
func (m *Mail) compose(ctx context.Context, l queue.Letter) (*written, error) {
	c, err := m.CoopStore.Coop(ctx)
	if err != nil {
		return nil, err
	}
	v := &voice{m: m, language: l.Letter.Language, coop: c, zone: c.Zone()}
	to := receiver{email: l.Letter.Email}
	if l.Letter.Person != "" {
		a, err := m.CoopStore.Account(ctx, l.Letter.Person)
		switch {
		case coop.ClassOf(err) == coop.NotFound && err != nil:
			return nil, needless("there is no account any more")
		case err != nil:
			return nil, err
		case a.Disabled || a.Email == "":
			return nil, needless("the account is closed")
		}
		v.language = a.Language
		to = receiver{person: a.Person, actor: coop.Member(a.Person, a.Role), email: a.Email, born: a.Created}
		if to.wishes, err = m.CoopStore.Notify(ctx, a.Person); err != nil {
			return nil, err
		}
	}
	if v.language == "" && len(c.Languages) > 0 {
		v.language = c.Languages[0]
	}
	w := &written{id: l.Letter.ID, to: to.email}
	switch l.Letter.Kind {
	case coop.LetterMessage:
		err = m.writeMessage(ctx, v, to, l.Letter, w)
	case coop.LetterAnswer:
		err = m.writeAnswer(ctx, v, l.Letter, w)
	case coop.LetterReminder:
		err = m.writeReminder(ctx, v, to, l.Letter, w)
	case coop.LetterDigest:
		err = m.writeDigest(ctx, v, to, l.Letter, w)
	case coop.LetterAlert:
		err = m.writeAlert(ctx, v, to, l.Letter, w)
	case coop.LetterInvite:
		m.writeInvite(v, l.Letter, w)
	case coop.LetterReview:
		err = m.writeReview(v, to, l.Letter, w)
	case coop.LetterTest:
		w.writing = v.begin(v.say("mail.test.subject"))
		w.Lines = []string{v.say("mail.test.line")}
	default:
		return nil, refused{coop.Errorf(coop.Internal, "error.internal", "letter of kind %q", l.Letter.Kind)}
	}
	if err != nil {
		return nil, err
	}
	return w, nil
}

// leave lets a member end this sort of mail with one press.
func (m *Mail) leave(v *voice, to receiver, kind coop.LetterKind, w *written) {
	w.unsubscribe = m.link("unsubscribe", string(to.person), string(kind), m.Token(ForUnsubscribe, UnsubscribeSubject(to.person, string(kind))))
	w.Links = append(w.Links, button{Label: v.say("mail.wishes"), Link: m.link("me", "notifications")},
		button{Label: v.say("mail.leave." + string(kind)), Link: w.unsubscribe})
}

// writeReminder tells a member that a listing of theirs ends, with links that renew or close it without signing in.
func (m *Mail) writeReminder(ctx context.Context, v *voice, to receiver, l coop.Letter, w *written) error {
	if to.wishes.NoReminders {
		return needless("no reminders are wanted")
	}
	x, err := m.Market.Listing(ctx, to.actor, coop.ID(l.Subject))
	switch class := coop.ClassOf(err); {
	case err != nil && (class == coop.NotFound || class == coop.Gone):
		return needless("the listing is gone")
	case err != nil:
		return err
	case !x.Live(m.Now()) || x.Poster != to.person || x.Until.After(m.Now().AddDate(0, 0, market.RemindDays)):
		return needless("the listing is renewed or over")
	}
	title, end := oneLine(v.text(x.Title), 200), v.date(market.DayOf(x.Until, v.zone))
	w.writing = v.begin(v.say("mail.reminder.subject", "Title", title, "Date", end))
	w.Heading = v.say("mail.reminder.heading", "Title", title)
	w.Lines = []string{v.say("mail.reminder.line", "Date", end), v.say("mail.reminder.do")}
	path := m.link() + RenewPath(x.ID, x.Until, m.Token)[1:]
	w.Buttons = []button{{v.say("mail.reminder.renew"), path, true}, {v.say("mail.reminder.close"), path + "?do=close", false}}
	w.Parts = []part{{v.say("mail.reminder.about"), []item{{v.title(&x), m.link("listings", string(x.ID)), ""}}}}
	w.Small = []string{v.say("mail.reminder.why")}
	m.leave(v, to, coop.LetterReminder, w)
	return nil
}

// writeReview tells a steward that a page of the handbook is to be looked at again.
func (m *Mail) writeReview(v *voice, to receiver, l coop.Letter, w *written) error {
	if to.wishes.NoReminders {
		return needless("no reminders are wanted")
	}
	w.writing = v.begin(v.say("mail.review.subject", "Name", oneLine(l.Args["Name"], 200)))
	w.Lines = []string{v.say("mail.review.line"), v.say("mail.review.do")}
	w.Buttons = []button{{v.say("mail.review.open"), m.link("handbook", l.Args["Slug"]), true}}
	w.Small = []string{v.say("mail.review.why")}
	m.leave(v, to, coop.LetterReminder, w)
	return nil
}

// writeInvite hands a way in to somebody whose address a steward typed.
func (m *Mail) writeInvite(v *voice, l coop.Letter, w *written) {
	w.writing = v.begin(v.say("mail.invite.subject", "Coop", v.coop.Name))
	by := oneLine(l.Args["By"], 100)
	if by == "" {
		by = v.coop.Name
	}
	w.Lines = []string{v.say("mail.invite.line", "Name", by, "Coop", v.coop.Name)}
	if p := v.text(v.coop.Purpose); p != "" {
		w.Quote = lines(p, 600)
	}
	w.Buttons = []button{{v.say("mail.invite.join"), m.link("invite", l.Args["Token"]), true}}
	if at, err := time.Parse(time.RFC3339, l.Args["Expires"]); err == nil {
		w.After = []string{v.say("mail.invite.until", "Date", v.date(at))}
	}
	w.Small = []string{v.say("mail.invite.why")}
}
