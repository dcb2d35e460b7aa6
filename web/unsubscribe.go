package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/internal/mail"
)

const unsubscribePattern = "/unsubscribe/{person}/{kind}/{token}"

// UnsubscribePage lets somebody end one sort of mail without signing in: the link in the mail is what they show.
type UnsubscribePage struct {
	Frame
	Kind  string
	Off   bool   // it has ended
	Again bool   // it was just put back
	Was   string // how it was before, to put it back
	Here  string // address of this page
}

// wish reads and changes what a sort of mail depends on.
type wish struct {
	get func(coop.Notify) coop.Frequency
	set func(*coop.Notify, coop.Frequency)
	on  coop.Frequency // what it is put back to when nobody knows better
}

var wishes = map[string]wish{
	string(coop.LetterMessage): {func(n coop.Notify) coop.Frequency { return n.Messages }, func(n *coop.Notify, f coop.Frequency) { n.Messages = f }, coop.Soon},
	string(coop.LetterDigest):  {func(n coop.Notify) coop.Frequency { return n.Digest }, func(n *coop.Notify, f coop.Frequency) { n.Digest = f }, coop.Weekly},
	string(coop.LetterReminder): {func(n coop.Notify) coop.Frequency {
		if n.NoReminders {
			return coop.Off
		}
		return coop.Soon
	}, func(n *coop.Notify, f coop.Frequency) { n.NoReminders = f == coop.Off }, coop.Soon},
}

// subscribed checks the link and finds whose mails it is about. Class NotFound when it opens nothing.
func (s *Site) subscribed(v *visit) (person coop.ID, kind string, w wish, err error) {
	kind = v.param("kind")
	if person, err = v.id("person"); err != nil {
		return person, kind, w, err
	}
	w, ok := wishes[kind]
	if !ok || !s.opensWith(v.param("token"), mail.ForUnsubscribe, mail.UnsubscribeSubject(person, kind)) {
		return person, kind, w, coop.Errorf(coop.NotFound, "error.not_found", "unsubscribe from %.20q", kind)
	}
	return person, kind, w, nil
}

// unsubscribeShow changes nothing: mail scanners follow links.
func (s *Site) unsubscribeShow(v *visit) error {
	person, kind, w, err := s.subscribed(v)
	if err != nil {
		return err
	}
	n, err := s.cfg.CoopStore.Notify(v.r.Context(), person)
	if err != nil {
		return err
	}
	return s.unsubscribePage(v, UnsubscribePage{Kind: kind, Off: w.get(n) == coop.Off, Was: string(w.on)})
}

func (s *Site) unsubscribePage(v *visit, p UnsubscribePage) error {
	p.Frame, p.Here = v.frame("unsubscribe.title"), v.r.URL.Path
	return v.page(http.StatusOK, "unsubscribe", p)
}

// unsubscribeDo ends the mails, or puts them back. The word in the address is the permission, so it makes no difference whether a
// browser, another site or a mail program asks (RFC 8058 §3.2), nor how often. It answers with a page, not with a redirect.
func (s *Site) unsubscribeDo(v *visit) error {
	person, kind, w, err := s.subscribed(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	was, to := w.on, coop.Off
	if f.Get("again") != "" {
		to = coop.Frequency(f.Get("again"))
	}
	err = s.cfg.Coop.ChangeNotify(v.r.Context(), coop.System("mail link"), person, func(n *coop.Notify) {
		if now := w.get(*n); now != coop.Off {
			was = now
		}
		w.set(n, to)
	})
	if err != nil {
		return err
	}
	return s.unsubscribePage(v, UnsubscribePage{Kind: kind, Off: to == coop.Off, Again: to != coop.Off, Was: string(was)})
}
