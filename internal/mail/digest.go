package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// slot is the latest time for which a digest of frequency f is due at now: a morning, or a Monday's.
func slot(f coop.Frequency, now time.Time, zone *time.Location) time.Time {
	now = now.In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), morning, 0, 0, 0, zone)
	if at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()-1, morning, 0, 0, 0, zone)
	}
	if f == coop.Weekly {
		back := (int(at.Weekday()) - int(time.Monday) + 7) % 7
		at = time.Date(at.Year(), at.Month(), at.Day()-back, morning, 0, 0, 0, zone)
	}
	return at
}

func before(f coop.Frequency, at time.Time) time.Time {
	if f == coop.Weekly {
		return at.AddDate(0, 0, -7)
	}
	return at.AddDate(0, 0, -1)
}

// Digests queues a digest for everybody who is due one, each once, however many processes look. What was missed while the node
// stood still comes in one.
func (m *Mail) Digests(ctx context.Context) (queued int, err error) {
	c, err := m.CoopStore.Coop(ctx)
	if err != nil {
		return 0, err
	}
	accounts, err := m.CoopStore.Accounts(ctx)
	if err != nil {
		return 0, err
	}
	zone, now := c.Zone(), m.Now()
	for _, a := range accounts {
		n, err := m.CoopStore.Notify(ctx, a.Person)
		if err != nil {
			return queued, err
		}
		if a.Disabled || !digestDue(n, a.Created, now, zone) {
			continue
		}
		done := false
		err = m.CoopStore.Write(ctx, func(tx coop.Tx) error {
			a, err := tx.Account(a.Person) // held until the end, so that another process waits and then finds it done
			if err != nil {
				return err
			}
			n, err := tx.Notify(a.Person)
			if err != nil || !digestDue(n, a.Created, now, zone) {
				return err
			}
			at := slot(n.Digest, now, zone)
			since := n.Digested
			if since.IsZero() {
				since = before(n.Digest, at)
			}
			n.Digested, done = at.UTC(), true
			if err := tx.PutNotify(a.Person, n); err != nil {
				return err
			}
			return tx.PutLetter(coop.Letter{ID: m.NewID(), Kind: coop.LetterDigest, Person: a.Person, Subject: at.Format(time.DateOnly), Created: now.UTC(),
				Args: map[string]string{"Since": since.UTC().Format(time.RFC3339), "To": at.UTC().Format(time.RFC3339)}})
		})
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return queued, fmt.Errorf("digest: %w", err)
		}
		if err == nil && done {
			queued++
		}
	}
	return queued, nil
}

func digestDue(n coop.Notify, born, now time.Time, zone *time.Location) bool {
	if n.Digest == coop.Off {
		return false
	}
	at := slot(n.Digest, now, zone)
	return at.After(n.Digested) && at.After(born)
}

// writeDigest tells what is new since the last one, of what the receiver may see. When nothing is, there is none.
func (m *Mail) writeDigest(ctx context.Context, v *voice, to receiver, l coop.Letter, w *written) error {
	if to.wishes.Digest == coop.Off {
		return needless("no digest is wanted")
	}
	since, e1 := time.Parse(time.RFC3339, l.Args["Since"])
	until, e2 := time.Parse(time.RFC3339, l.Args["To"])
	if e1 != nil || e2 != nil {
		return refused{errors.Join(e1, e2)}
	}
	news, err := m.Market.NewFor(ctx, to.actor, since, until)
	if err != nil {
		return err
	}
	ending, err := m.Market.EndingOf(ctx, to.actor)
	if err != nil {
		return err
	}
	if len(news.Matches)+len(news.Offers)+len(news.Wants)+len(ending) == 0 {
		return needless("nothing is new")
	}
	waiting, err := m.Market.Store.Unread(ctx, to.person)
	if err != nil {
		return err
	}
	w.writing = v.begin(v.say("mail.digest.subject", "Date", v.date(until)))
	w.Heading = v.say("mail.digest.heading", "Coop", v.coop.Name)
	left := limits.DigestItems
	add := func(key string, items []item) {
		if items = items[:min(len(items), left)]; len(items) > 0 {
			w.Parts = append(w.Parts, part{v.say(key), items})
			left -= len(items)
		}
	}
	if waiting > 0 {
		add("mail.digest.unread", []item{{v.say("mail.digest.messages", "Count", waiting), m.link("threads"), ""}})
	}
	var items []item
	for i := range ending {
		items = append(items, item{v.title(&ending[i]), m.link("listings", string(ending[i].ID)), v.say("card.until", "Date", v.date(market.DayOf(ending[i].Until, v.zone)))})
	}
	add("mail.digest.ending", items)
	items = nil
	for i := range news.Matches {
		x := &news.Matches[i]
		items = append(items, item{v.title(&x.With), m.link("listings", string(x.With.ID)), v.reason(x)})
	}
	add("mail.digest.matches", items)
	add("mail.digest.offers", v.items(news.Offers))
	add("mail.digest.wants", v.items(news.Wants))
	w.Buttons = []button{{v.say("mail.digest.all"), m.link("market"), true}}
	w.After = []string{v.say("mail.digest.order")}
	w.Small = []string{v.say("mail.digest.why." + string(to.wishes.Digest))}
	m.leave(v, to, coop.LetterDigest, w)
	return nil
}

func (v *voice) items(list []market.Listing) (out []item) {
	for i := range list {
		l := &list[i]
		about := v.say("card.until", "Date", v.date(market.DayOf(l.Until, v.zone)))
		if l.Place.Name != "" {
			about = oneLine(l.Place.Name, 100) + " · " + about
		}
		out = append(out, item{oneLine(v.text(l.Title), 200), v.m.link("listings", string(l.ID)), about})
	}
	return out
}

// reason says in a sentence why two listings match.
func (v *voice) reason(x *market.Match) string {
	mine := oneLine(v.text(x.Of.Title), 100)
	why := ""
	if x.Reason.Category != "" {
		why = v.say("mail.match.category", "Mine", mine, "Category", v.say("category."+x.Reason.Category))
	} else {
		why = v.say("mail.match.words", "Mine", mine, "Words", oneLine(strings.Join(x.Reason.Words, ", "), 100))
	}
	if x.Reason.Placed {
		why += " " + v.say("mail.match.far", "Count", (x.Reason.Metres+999)/1000)
	}
	return why
}
