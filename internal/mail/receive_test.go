package mail_test

import (
	"net/mail"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	ours "toadlane/internal/mail"
)

// replyTo lets the worker write to bo about a message and gives the address in it.
func (r *rig) replyTo() (coop.ID, string) {
	r.Helper()
	r.ok(r.Save(r.Context(), coop.System("test"), ours.Settings{Reply: "reply+%s@bakery.example"}, nil))
	l := r.post(r.bo, "Rye", nil)
	th := r.hear(r.bo, l, "1", "Is it fresh?")
	r.put(coop.Letter{Kind: coop.LetterMessage, Person: r.bo.ID, Subject: string(th.ID)})
	r.clock.set(r.clock.Now().Add(limits.LetterDelay))
	r.work()
	list, err := mail.ParseAddressList(r.one().Get("Reply-To"))
	r.ok(err)
	return th.ID, list[0].Address
}

func letter(to, text string) *strings.Reader {
	return strings.NewReader("From: Bo <bo@home.example>\r\nTo: " + to + "\r\nSubject: Re\r\n\r\n" + text + "\r\n")
}

func TestReceive(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	thread, to := r.replyTo()
	got, err := r.Receive(t.Context(), "", letter(strings.ToUpper(to), "Yes, and warm.\r\n\r\n> Is it fresh?"))
	r.ok(err)
	if got.Thread != thread || got.Body != "Yes, and warm." || got.From.Person != r.bo.ID {
		t.Errorf("%+v", got)
	}
	// The mail server may bring it twice.
	again, err := r.Receive(t.Context(), "<"+to+">", letter("somebody@else.example", "Yes, and warm."))
	r.ok(err)
	all, err := r.market.Store.Messages(t.Context(), thread)
	r.ok(err)
	if again.ID != got.ID || len(all) != 2 {
		t.Errorf("%d messages, %s and %s", len(all), got.ID, again.ID)
	}
	// It goes on to the other as every answer does.
	told := 0
	events, _, err := r.queue.Events(t.Context(), queue.Waiting, "", 100)
	r.ok(err)
	for _, e := range events {
		if e.Event.Kind == coop.MessageSent {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	thread, to := r.replyTo()
	name, host, _ := strings.Cut(to, "@")
	flipped := []byte(name)
	flipped[len(flipped)-5] ^= 1
	if flipped[len(flipped)-5] > 'z' || flipped[len(flipped)-5] < 'a' {
		flipped[len(flipped)-5] = 'q'
	}
	for what, c := range map[string]struct {
		to, text string
		class    coop.Class
		key      string
	}{
		"another word":    {string(flipped) + "@" + host, "x", coop.NotFound, "mail.no_thread"},
		"another host":    {name + "@evil.example", "x", coop.NotFound, "mail.no_thread"},
		"no word":         {"reply+@" + host, "x", coop.NotFound, "mail.no_thread"},
		"half a word":     {name[:20] + "@" + host, "x", coop.NotFound, "mail.no_thread"},
		"only a quote":    {to, "> Is it fresh?", coop.Invalid, "mail.empty"},
		"a machine":       {to + "\r\nAuto-Submitted: auto-replied", "I am away", coop.Conflict, "mail.automatic"},
		"a bounce":        {to + "\r\nReturn-Path: <>", "no such user", coop.Conflict, "mail.automatic"},
		"more than fits":  {to, strings.Repeat("a", int(limits.MailIn)), coop.Invalid, "mail.too_large"},
		"not even a mail": {"", "", coop.NotFound, "mail.no_thread"},
	} {
		_, err := r.Receive(t.Context(), "", letter(c.to, c.text))
		if err == nil || coop.ClassOf(err) != c.class || coop.KeyOf(err) != c.key {
			t.Errorf("%s: %v", what, err)
		}
	}
	// The account is closed: what it could do by mail ends too.
	r.ok(r.coop.ChangeAccount(t.Context(), coop.System("test"), r.bo.ID, nil, "test", func(a *coop.Account) error { a.Disabled = true; return nil }))
	if _, err := r.Receive(t.Context(), "", letter(to, "x")); coop.KeyOf(err) != "mail.no_thread" {
		t.Error(err)
	}
	all, err := r.market.Store.Messages(t.Context(), thread)
	r.ok(err)
	if len(all) != 1 {
		t.Errorf("%d messages", len(all))
	}
}

// Two machines that answer each other come to an end.
func TestReceiveIsBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, to := r.replyTo()
	for i := range limits.MailAnswersHour {
		if _, err := r.Receive(t.Context(), "", letter(to, strings.Repeat("x", i+1))); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := r.Receive(t.Context(), "", letter(to, "one more")); coop.ClassOf(err) != coop.TooMany {
		t.Error(err)
	}
}
