package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/mail"
)

func init() { addPages(map[string]any{"admin_mail": AdminMailPage{}}) }

// Mail is what pages ask of the node's mail.
type Mail interface {
	Settings(ctx context.Context) (mail.Settings, error)
	// Save keeps settings; password nil leaves the old one. Class Invalid with field errors.
	Save(ctx context.Context, by coop.Actor, s mail.Settings, password *string) error
	// Outbox is the folder that mails are laid in while there is no server.
	Outbox() string
	// Wake starts the worker on what was just queued. It never blocks.
	Wake()
}

func (s *Site) mailRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/admin/mail", who: keepMail, do: s.adminMail},
		{method: post, pattern: "/admin/mail", who: keepMail, do: s.adminMailSave},
		{method: post, pattern: "/admin/mail/test", who: keepMail, do: s.adminMailTest},
		{method: post, pattern: "/admin/mail/{id}/retry", who: keepMail, do: s.adminMailRetry},
		{method: post, pattern: "/admin/mail/{id}/hold", who: keepMail, do: s.adminMailHold},

		{method: get, pattern: "/me/notifications", who: takePart, do: s.notifyShow},
		{method: post, pattern: "/me/notifications", who: takePart, do: s.notifySave},

		{method: get, pattern: "/renew/{id}/{token}", who: anyone, do: s.renewShow, guess: true},
		{method: post, pattern: "/renew/{id}/{token}", who: anyone, do: s.renewDo, guess: true},
		{method: get, pattern: "/unsubscribe/{person}/{kind}/{token}", who: anyone, do: s.unsubscribeShow, guess: true},
		{method: post, pattern: unsubscribePattern, who: anyone, do: s.unsubscribeDo, guess: true},
	}
}

// AdminMailPage is how mail leaves, and what of it has not.
type AdminMailPage struct {
	Frame
	Form        Form
	Server      string // "" while mails are laid in a folder
	Outbox      string
	HasPassword bool
	Securities  []Option
	State       string
	States      []Option
	Letters     []LetterLine
	Next        string
	MyEmail     string
}

// LetterLine is one letter as a steward sees it: whom it is for, but not at which address.
type LetterLine struct {
	ID      int64
	Kind    coop.LetterKind
	To      string
	State   queue.State
	Attempt int
	Due     time.Time
	Created time.Time
	Error   string
	MayHold bool
	MayTry  bool
}

var letterStates = []string{"", "waiting", "held", "failed", "done"}

func (s *Site) adminMail(v *visit) error {
	m, err := s.cfg.Mail.Settings(v.r.Context())
	if err != nil {
		return err
	}
	var f Form
	f.Put("host", m.Host)
	f.Put("port", strconv.Itoa(m.Port))
	if m.Port == 0 {
		f.Put("port", "587")
	}
	f.Put("security", m.Security)
	if m.Security == "" {
		f.Put("security", mail.StartTLS)
	}
	f.Put("user", m.User)
	f.Put("from", m.From)
	f.Put("reply", m.Reply)
	return s.adminMailPage(v, http.StatusOK, f)
}

func (s *Site) adminMailPage(v *visit, status int, f Form) error {
	ctx := v.r.Context()
	m, err := s.cfg.Mail.Settings(ctx)
	if err != nil {
		return err
	}
	p := AdminMailPage{Frame: v.frame("mail_admin.title"), Form: f, Server: m.Host, Outbox: s.cfg.Mail.Outbox(), HasPassword: len(m.Sealed) > 0,
		Securities: v.options(mail.Securities, "mail_admin.security."), States: v.options(letterStates, "queue.state."), MyEmail: v.me.Email}
	q := v.r.URL.Query()
	if p.State = q.Get("state"); !among(p.State, letterStates) {
		p.State = ""
	}
	list, next, err := s.cfg.Steward.Letters(ctx, queue.State(p.State), q.Get("cursor"), stewardRows)
	if err != nil {
		return err
	}
	if next != "" {
		p.Next = "/admin/mail?" + url.Values{"state": {p.State}, "cursor": {next}}.Encode() + "#letters"
	}
	people, err := s.cfg.CoopStore.People(ctx)
	if err != nil {
		return err
	}
	names := map[coop.ID]string{}
	for _, x := range people {
		names[x.ID] = x.DisplayName
	}
	for _, l := range list {
		line := LetterLine{ID: l.Row.ID, Kind: l.Letter.Kind, To: names[l.Letter.Person], State: l.State, Attempt: l.Attempt, Due: l.Due,
			Created: l.Row.Created, Error: l.LastError, MayHold: l.State == queue.Waiting, MayTry: l.State != queue.Done}
		if line.To == "" {
			line.To = v.t("mail_admin.outside")
		}
		p.Letters = append(p.Letters, line)
	}
	return v.page(status, "admin_mail", p)
}

func (s *Site) adminMailSave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	m := mail.Settings{Host: f.Get("host"), Security: f.Get("security"), User: f.Get("user"), From: f.Get("from"), Reply: f.Get("reply")}
	m.Port, _ = strconv.Atoi(f.Get("port"))
	var password *string
	if p := f.Raw("mail_password"); p != "" {
		password = &p
	}
	if err := s.cfg.Mail.Save(v.r.Context(), v.by, m, password); err != nil {
		f.Put("mail_password")
		if !f.Add(err) {
			return err
		}
		return s.adminMailPage(v, http.StatusUnprocessableEntity, f)
	}
	s.cfg.Mail.Wake()
	return v.done("/admin/mail", "done.saved")
}

// adminMailTest queues a mail to the steward who asks for it: it takes the way of every other.
func (s *Site) adminMailTest(v *visit) error {
	err := s.cfg.CoopStore.Write(v.r.Context(), func(tx coop.Tx) error {
		return tx.PutLetter(coop.Letter{ID: s.cfg.Coop.NewID(), Kind: coop.LetterTest, Person: v.me.Person, Created: s.cfg.Now().UTC()})
	})
	if err != nil {
		return err
	}
	s.cfg.Mail.Wake()
	return v.done("/admin/mail#letters", "done.mail_test")
}

func (s *Site) adminMailRetry(v *visit) error {
	return s.withLetter(v, "done.retrying", func(id int64) error {
		_, err := s.cfg.Steward.Retry(v.r.Context(), "letter", id, "", s.cfg.Now().UTC())
		return err
	})
}

func (s *Site) adminMailHold(v *visit) error {
	return s.withLetter(v, "done.held", func(id int64) error {
		_, err := s.cfg.Steward.Hold(v.r.Context(), "letter", id, "")
		return err
	})
}

func (s *Site) withLetter(v *visit, done string, do func(id int64) error) error {
	id, err := strconv.ParseInt(v.param("id"), 10, 64)
	if err != nil || id <= 0 {
		return coop.Errorf(coop.NotFound, "error.not_found", "letter %.30q", v.param("id"))
	}
	if err := do(id); err != nil {
		return err
	}
	s.cfg.Mail.Wake()
	return v.done("/admin/mail#letters", done)
}
