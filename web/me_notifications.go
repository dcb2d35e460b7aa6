package web

import (
	"net/http"

	"toadlane/coop"
)

func init() {
	addPages(map[string]any{"me_notifications": NotifyPage{}, "unsubscribe": UnsubscribePage{}})
}

// NotifyPage asks a member what they want to be told by mail.
type NotifyPage struct {
	Frame
	Form     Form
	Messages []Option
	Digests  []Option
	Email    string
}

func (s *Site) notifyShow(v *visit) error {
	n, err := s.cfg.CoopStore.Notify(v.r.Context(), v.me.Person)
	if err != nil {
		return err
	}
	var f Form
	f.Put("messages", string(n.Messages))
	f.Put("digest", string(n.Digest))
	if !n.NoReminders {
		f.Put("reminders", "yes")
	}
	return s.notifyPage(v, http.StatusOK, f)
}

func (s *Site) notifyPage(v *visit, status int, f Form) error {
	return v.page(status, "me_notifications", NotifyPage{Frame: v.frame("notify.title"), Form: f, Email: v.me.Email,
		Messages: v.options(frequencies(coop.MessageFrequencies), "notify.messages."), Digests: v.options(frequencies(coop.DigestFrequencies), "notify.digest.")})
}

func frequencies(all []coop.Frequency) (out []string) {
	for _, f := range all {
		out = append(out, string(f))
	}
	return out
}

func (s *Site) notifySave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	err = s.cfg.Coop.ChangeNotify(v.r.Context(), v.by, v.me.Person, func(n *coop.Notify) {
		n.Messages, n.Digest, n.NoReminders = coop.Frequency(f.Get("messages")), coop.Frequency(f.Get("digest")), !f.Is("reminders", "yes")
	})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.notifyPage(v, http.StatusUnprocessableEntity, f)
	}
	return v.done("/me/notifications", "done.saved")
}
