package mail

import (
	"context"
	"errors"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// AlertSubject is what the word in a link that ends the mails of a saved search is about.
func AlertSubject(search coop.ID) string { return "search " + string(search) }

// writeAlert tells what a saved search found since the letter was queued, of what the receiver may see. When nothing of it is there
// any more, or the search is gone or quiet, there is none.
func (m *Mail) writeAlert(ctx context.Context, v *voice, to receiver, l coop.Letter, w *written) error {
	since, err := time.Parse(time.RFC3339Nano, l.Args["since"])
	if err != nil {
		return refused{err}
	}
	search, found, err := m.Market.Alert(ctx, coop.ID(l.Subject), since)
	switch {
	case err != nil && coop.ClassOf(err) == coop.NotFound:
		return needless("the search is gone")
	case err != nil:
		return err
	case search.Person != to.person:
		return refused{errors.New("the search is another's")}
	case search.Tell == market.TellNever:
		return needless("no mails about this search are wanted")
	case len(found) == 0:
		return needless("what was found is gone")
	}
	name := oneLine(search.Name, 100)
	w.writing = v.begin(v.say("mail.alert.subject", "Name", name, "Count", len(found)))
	w.Heading = v.say("mail.alert.heading", "Name", name)
	w.Parts = []part{{v.say("mail.alert.found"), v.items(found)}}
	all := m.link("market")
	if search.Address != "" {
		all += "?" + search.Address
	}
	w.Buttons = []button{{v.say("mail.alert.all"), all, true}}
	w.After = []string{v.say("mail.alert.order")}
	w.Small = []string{v.say("mail.alert.why." + string(search.Tell))}
	w.unsubscribe = m.link("unsubscribe", "search", l.Subject, m.Token(ForUnsubscribe, AlertSubject(search.ID)))
	w.Links = append(w.Links, button{Label: v.say("mail.alert.change"), Link: m.link("saved", l.Subject)},
		button{Label: v.say("mail.leave.alert"), Link: w.unsubscribe})
	return nil
}
