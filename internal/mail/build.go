package mail

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"toadlane/coop"
)

// scissors begin the line above which an answer by mail is written; see cutQuoted.
const scissors = "✂"

// written is a letter with its words, ready to go.
type written struct {
	id          coop.ID
	to          string
	unsubscribe string  // address that ends this sort of mail with one press, "" for none
	reply       string  // address for answers by mail, "" for none
	thread      coop.ID // mails of one conversation stand together in a mail program
	writing
}

// send hands the mail to the server, or lays it in the folder.
func (m *Mail) send(ctx context.Context, w *written) error {
	s, err := m.Settings(ctx)
	if err != nil {
		return err
	}
	msg, err := m.build(s, w)
	if err != nil {
		return err
	}
	if s.Host != "" {
		return m.post(ctx, s, msg)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	return m.lay(w.id, b.Bytes())
}

// build makes the message. Whatever goes into a header was made one line before (oneLine), and is made so here again.
func (m *Mail) build(s Settings, w *written) (*gomail.Msg, error) {
	host := m.Base.Hostname()
	from := s.From
	if from == "" {
		from = "no-reply@" + host
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(oneLine(w.Coop, 100), from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(w.to); err != nil {
		return nil, refused{fmt.Errorf("receiver: %w", err)}
	}
	msg.Subject(oneLine(w.Subject, 250))
	msg.SetDateWithValue(m.Now())
	msg.SetMessageIDWithValue(string(w.id) + "@" + host)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 §5: no holiday notes in answer
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", w.Language)
	if w.thread != "" {
		msg.SetGenHeader("References", "<thread."+string(w.thread)+"@"+host+">")
	}
	if w.reply != "" {
		if err := msg.ReplyTo(w.reply); err != nil {
			return nil, fmt.Errorf("reply address: %w", err)
		}
	}
	if w.unsubscribe != "" { // RFC 8058
		msg.SetGenHeader("List-Unsubscribe", "<"+w.unsubscribe+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	page, err := w.html()
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	msg.SetBodyString(gomail.TypeTextPlain, w.text())
	msg.AddAlternativeString(gomail.TypeTextHTML, page)
	return msg, nil
}

// link is an address of ours.
func (m *Mail) link(path ...string) string { return string(m.Base) + "/" + strings.Join(path, "/") }
