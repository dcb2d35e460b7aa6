package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/mail"
	"toadlane/internal/node"
)

type mailGroup struct {
	List    mailList    `cmd:"" help:"List mails that are not sent."`
	Retry   mailRetry   `cmd:"" help:"Make mails due now, whatever their state."`
	Hold    mailHold    `cmd:"" help:"Hold waiting mails until they are retried."`
	Test    mailTest    `cmd:"" help:"Queue a mail to somebody with an account, to see whether it arrives."`
	Server  mailServer  `cmd:"" help:"Say by which server mail leaves, or show it."`
	Receive mailReceive `cmd:"" help:"Take one mail from standard input and put it into its conversation: for a mail server's pipe."`
}

type mailList struct {
	State string `help:"waiting, held, done or failed." enum:"waiting,held,done,failed," default:"" env:"-"`
	JSON  bool   `help:"As JSON." env:"-"`
}

type mailRow struct {
	ID      int64     `json:"id"`
	Kind    string    `json:"kind"`
	State   string    `json:"state"`
	Attempt int       `json:"attempt"`
	Due     time.Time `json:"due"`
	Person  string    `json:"person,omitempty"` // nobody's address is listed
	Error   string    `json:"error,omitempty"`
}

// Run lists, the newest first.
func (c *mailList) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	var rows []mailRow
	for cursor := ""; ; {
		l, next, err := n.Queue.Letters(w.ctx, queue.State(c.State), cursor, 100)
		if err != nil {
			return err
		}
		for _, x := range l {
			rows = append(rows, mailRow{x.Row.ID, string(x.Letter.Kind), string(x.State), x.Attempt, x.Due, string(x.Letter.Person), x.LastError})
		}
		if cursor = next; next == "" {
			break
		}
	}
	return list(w, c.JSON, rows, "ID KIND STATE TRY DUE PERSON ERROR", func(r mailRow) []any {
		return []any{r.ID, r.Kind, r.State, r.Attempt, r.Due.Local().Format(time.DateTime), r.Person, r.Error}
	})
}

// whichMail picks one mail or all.
type whichMail struct {
	ID  int64 `name:"id" help:"One mail." env:"-"`
	All bool  `help:"All." env:"-"`
}

func (q *whichMail) change(w *world, done string, do func(n *node.Node, id int64) (int, error)) error {
	if (q.ID != 0) == q.All {
		return usage("Say which mails: --id N or --all.")
	}
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	count, err := do(n, q.ID)
	if err != nil {
		return err
	}
	mails := "mails"
	if count == 1 {
		mails = "mail"
	}
	w.say("%d %s %s.", count, mails, done)
	if count == 0 && q.ID != 0 {
		return usage(fmt.Sprintf("There is no such mail %d. See toadlane mail list.", q.ID))
	}
	return nil
}

type mailRetry struct{ whichMail }

// Run makes them due.
func (c *mailRetry) Run(w *world) error {
	return c.change(w, "made due", func(n *node.Node, id int64) (int, error) {
		return n.Queue.Retry(w.ctx, "letter", id, "", n.Now().UTC())
	})
}

type mailHold struct{ whichMail }

// Run holds them.
func (c *mailHold) Run(w *world) error {
	return c.change(w, "held", func(n *node.Node, id int64) (int, error) { return n.Queue.Hold(w.ctx, "letter", id, "") })
}

type mailTest struct {
	Email string `arg:"" help:"E-mail address of an account here."`
}

// Run queues a test mail; a server that runs sends it.
func (c *mailTest) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	email, ok := coop.NormaliseEmail(c.Email)
	if !ok {
		return coop.FieldError("email", "email.invalid", nil)
	}
	a, err := n.CoopStore.AccountByEmail(w.ctx, email)
	if err != nil {
		return err
	}
	err = n.CoopStore.Write(w.ctx, func(tx coop.Tx) error {
		return tx.PutLetter(coop.Letter{ID: node.NewID(), Kind: coop.LetterTest, Person: a.Person, Created: n.Now().UTC()})
	})
	if err != nil {
		return err
	}
	w.say("Queued. The server sends it; toadlane mail list --state waiting shows it until then.")
	return nil
}

type mailServer struct {
	Host         *string `help:"Name of the mail server; \"\" goes back to the folder." placeholder:"NAME" env:"-"`
	Port         int     `help:"587, 465 with --security tls, or 25." env:"-"`
	Security     string  `help:"starttls, tls, or none on this machine." enum:"starttls,tls,none" default:"starttls" env:"-"`
	User         string  `help:"User name at the mail server." env:"-"`
	PasswordFile string  `help:"File with the password." placeholder:"FILE" env:"-"`
	From         string  `help:"Address that mails come from." placeholder:"ADDRESS" env:"-"`
	Reply        string  `help:"Address for answers by mail, with %%s where a word goes: reply+%%s@example.org" placeholder:"ADDRESS" env:"-"`
}

// Run keeps the settings.
func (c *mailServer) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	if c.Host != nil {
		s := mail.Settings{Host: *c.Host, Port: c.Port, Security: c.Security, User: c.User, From: c.From, Reply: c.Reply}
		if s.Port == 0 {
			s.Port = map[string]int{mail.StartTLS: 587, mail.TLS: 465, mail.Plain: 25}[s.Security]
		}
		var password *string
		if c.PasswordFile != "" {
			b, err := os.ReadFile(c.PasswordFile)
			if err != nil {
				return usage("The password file cannot be read: " + err.Error())
			}
			p := trimLine(string(b))
			password = &p
		}
		if err := n.Mail.Save(w.ctx, coop.System("command line"), s, password); err != nil {
			return err
		}
	}
	s, err := n.Mail.Settings(w.ctx)
	if err != nil {
		return err
	}
	if s.Host == "" {
		w.say("Mail is laid in the folder %s.", n.Mail.Outbox())
		return nil
	}
	w.say("Mail leaves by %s, port %d, %s, from %s.", s.Host, s.Port, s.Security, s.From)
	if s.Reply != "" {
		w.say("Answers by mail come to %s.", s.Reply)
	}
	return nil
}

func trimLine(s string) string {
	for len(s) > 0 && (s[len(s)-1] == '\n' || s[len(s)-1] == '\r') {
		s = s[:len(s)-1]
	}
	return s
}

type mailReceive struct {
	To string `help:"Address it came in by, as the mail server says; looked for in the mail unless given." placeholder:"ADDRESS" env:"-"`
}

// Exit codes for mail servers (sysexits.h): what to do with the mail.
const (
	exitData    = 65 // it can't be read: bounce it
	exitNoUser  = 67 // nobody here: bounce it
	exitTryLate = 75 // not now: keep it and try again
)

// Run puts the mail where it belongs. What a machine wrote is dropped without a word, so that no two machines talk for ever.
func (c *mailReceive) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return exit{exitTryLate, err}
	}
	defer n.Close() //nolint:errcheck // everything is committed
	_, err = n.Mail.Receive(w.ctx, c.To, w.in)
	switch coop.ClassOf(err) {
	case coop.NotFound:
		return exit{exitNoUser, err}
	case coop.Invalid:
		return exit{exitData, err}
	case coop.TooMany, coop.Unavailable:
		return exit{exitTryLate, err}
	}
	if coop.KeyOf(err) == "mail.automatic" {
		w.log.Info("mail of a machine dropped")
		return nil
	}
	if err != nil && coop.ClassOf(err) == coop.Conflict { // the conversation is closed: no bounce tells a stranger so
		w.log.Info("mail dropped", "error", err)
		return nil
	}
	if err != nil {
		return exit{exitTryLate, err}
	}
	w.say("Taken.")
	return nil
}

// exit is an error with an exit code of its own.
type exit struct {
	code int
	error
}

func (e exit) Unwrap() error { return e.error }

func exitCode(err error) int {
	var e exit
	if errors.As(err, &e) {
		return e.code
	}
	return 1
}
