package mail_test

import (
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	ours "toadlane/internal/mail"
)

// by sets the mail server.
func (r *rig) by(s *server, security, user, password string) {
	r.Helper()
	r.ok(r.Save(r.Context(), coop.System("test"), ours.Settings{Host: "localhost", Port: s.port(), Security: security, User: user, From: "toads@bakery.example"}, &password))
}

func TestSMTPWithSTARTTLSAndPassword(t *testing.T) {
	t.Parallel()
	conf, pool := authority(t)
	for _, security := range []string{ours.StartTLS, ours.TLS} {
		s := newServer(t, &server{tls: conf, starttls: security == ours.StartTLS, implicit: security == ours.TLS})
		r := newRig(t, func(c *ours.Config) { c.RootCAs = pool })
		r.by(s, security, "toads", "open sesame")
		r.put(coop.Letter{Kind: coop.LetterTest, Person: r.ada.ID})
		r.work()
		mails, said := s.got()
		if len(mails) != 1 || !strings.Contains(mails[0], "To: <ada@home.example>") {
			t.Fatalf("%s: %q, %v, %+v", security, mails, said, r.letters(""))
		}
		all := strings.Join(said, "\n")
		if !strings.Contains(all, "AUTH PLAIN") || strings.Index(all, "AUTH PLAIN") < strings.Index(all, "STARTTLS") || !strings.Contains(all, "RCPT TO:<ada@home.example>") {
			t.Errorf("%s: %s", security, all)
		}
		if done := r.letters(queue.Done); len(done) != 1 {
			t.Errorf("%s: %+v", security, r.letters(""))
		}
		// The password is not kept in the open.
		text, err := r.CoopStore.Setting(t.Context(), "mail")
		r.ok(err)
		if strings.Contains(text, "sesame") || !strings.Contains(text, "localhost") {
			t.Errorf("kept: %s", text)
		}
	}
}

// A server that does not encrypt, or whom nobody vouches for, gets nothing: not the mail, not the password.
func TestSMTPWithoutEncryptionIsRefused(t *testing.T) {
	t.Parallel()
	conf, pool := authority(t)
	for name, s := range map[string]*server{"no STARTTLS": {}, "unknown authority": {tls: conf, starttls: true}} {
		r := newRig(t, func(c *ours.Config) {
			if name == "no STARTTLS" {
				c.RootCAs = pool
			}
		})
		newServer(t, s)
		r.by(s, ours.StartTLS, "toads", "open sesame")
		r.put(coop.Letter{Kind: coop.LetterTest, Person: r.ada.ID})
		r.work()
		mails, said := s.got()
		if all := strings.Join(said, "\n"); len(mails) != 0 || strings.Contains(all, "AUTH") || strings.Contains(all, "MAIL") {
			t.Errorf("%s: %q, %s", name, mails, all)
		}
		l := r.letters(queue.Waiting)
		if len(l) != 1 || l[0].LastError == "" || !l[0].Due.After(monday) {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestAnswersOfTheServer(t *testing.T) {
	t.Parallel()
	code := ""
	s := newServer(t, &server{answer: func(line string) string {
		if strings.HasPrefix(line, "RCPT") {
			return code
		}
		return ""
	}})
	r := newRig(t, nil)
	r.by(s, ours.Plain, "", "")
	// Not now: tried again by the schedule, and given up in the end.
	code = "450 4.2.1 <ada@home.example> is busy"
	r.put(coop.Letter{Kind: coop.LetterTest, Person: r.ada.ID})
	last := monday
	for try := 1; try <= limits.LetterTries; try++ {
		r.work()
		l := r.letters("")
		if len(l) != 1 || l[0].Attempt != try || !strings.Contains(l[0].LastError, "450") || strings.Contains(l[0].LastError, "ada@home") {
			t.Fatalf("try %d: %+v", try, l)
		}
		if try == limits.LetterTries {
			if l[0].State != queue.Failed {
				t.Errorf("not given up: %+v", l)
			}
			break
		}
		if l[0].State != queue.Waiting || !l[0].Due.After(last) {
			t.Fatalf("try %d: %+v", try, l)
		}
		last = l[0].Due
		r.clock.set(last)
	}
	if last.Sub(monday) < 24*time.Hour {
		t.Errorf("given up after %s", last.Sub(monday))
	}
	// No, never: not tried again, unless a steward says so.
	code = "550 5.1.1 <Ada@home.example> is unknown here"
	_, err := r.queue.Retry(t.Context(), "letter", 1, "", r.clock.Now())
	r.ok(err)
	r.work()
	l := r.letters("")
	if len(l) != 1 || l[0].State != queue.Failed || !strings.Contains(l[0].LastError, "unknown here") || strings.Contains(strings.ToLower(l[0].LastError), "ada@home") {
		t.Fatalf("%+v", l)
	}
	code = ""
	_, err = r.queue.Retry(t.Context(), "letter", 1, "", r.clock.Now())
	r.ok(err)
	r.work()
	if mails, _ := s.got(); len(mails) != 1 {
		t.Errorf("%d mails, %+v", len(mails), r.letters(""))
	}
}

// Without a server mails are laid in the folder, where any mail program reads them, and not without end.
func TestOutbox(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.put(coop.Letter{Kind: coop.LetterTest, Person: r.bo.ID})
	r.work()
	all := r.outbox()
	if len(all) != 1 {
		t.Fatal(all)
	}
	m, err := mail.ReadMessage(strings.NewReader(all[0]))
	r.ok(err)
	if to, err := m.Header.AddressList("To"); err != nil || to[0].Address != "bo@home.example" {
		t.Error(to, err)
	}
	for i := range limits.OutboxFiles + 3 {
		r.ok(os.WriteFile(filepath.Join(r.Outbox(), fmt.Sprintf("2020%04d.eml", i)), nil, 0o600))
	}
	r.put(coop.Letter{Kind: coop.LetterTest, Person: r.bo.ID})
	r.work()
	names, err := filepath.Glob(filepath.Join(r.Outbox(), "*"))
	r.ok(err)
	if len(names) != limits.OutboxFiles || strings.Contains(names[0], "20200000") || !strings.Contains(names[len(names)-1], "20261123") {
		t.Errorf("%d files, the first %s, the last %s", len(names), names[0], names[len(names)-1])
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	public := newRig(t, func(c *ours.Config) { c.Local = false })
	good := ours.Settings{Host: "smtp.home.example", Port: 587, Security: ours.StartTLS, From: "toads@home.example", Reply: "reply+%s@home.example"}
	for _, c := range []struct {
		name   string
		change func(*ours.Settings)
		want   string
	}{
		{"good", func(*ours.Settings) {}, ""},
		{"nothing", func(s *ours.Settings) { *s = ours.Settings{} }, ""},
		{"a server in the co-op's own network", func(s *ours.Settings) { s.Host = "10.0.0.7" }, ""},
		{"none on this machine", func(s *ours.Settings) { s.Host, s.Security = "localhost", ours.Plain }, ""},
		{"none elsewhere", func(s *ours.Settings) { s.Security = ours.Plain }, "security mail_admin.plain_away"},
		{"none on a name like ours", func(s *ours.Settings) { s.Host, s.Security = "localhost.example", ours.Plain }, "security mail_admin.plain_away"},
		{"a host of two lines", func(s *ours.Settings) { s.Host = "smtp.example\r\nx" }, "host mail_admin.host_wrong"},
		{"no port", func(s *ours.Settings) { s.Port = 0 }, "port mail_admin.port_wrong"},
		{"no sender", func(s *ours.Settings) { s.From = "" }, "from field.required"},
		{"a sender of two lines", func(s *ours.Settings) { s.From = "a@b.example\r\nBcc: c@d.example" }, "from email.invalid"},
		{"no place for the word", func(s *ours.Settings) { s.Reply = "reply@home.example" }, "reply mail_admin.reply_wrong"},
		{"two places", func(s *ours.Settings) { s.Reply = "%s+%s@home.example" }, "reply mail_admin.reply_wrong"},
		{"the word is the host", func(s *ours.Settings) { s.Reply = "reply@%s.example" }, "reply mail_admin.reply_wrong"},
		{"a name that is too long", func(s *ours.Settings) { s.Reply = strings.Repeat("a", 40) + "%s@home.example" }, "reply mail_admin.reply_wrong"},
	} {
		s := good
		c.change(&s)
		got := ""
		for _, e := range coop.Fields(public.Save(t.Context(), coop.System("test"), s, nil)) {
			got = e.Field + " " + e.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// A node on this machine speaks to this machine.
	if e := coop.Fields(r.Save(t.Context(), coop.System("test"), good, nil)); len(e) != 1 || e[0].Key != "mail_admin.host_away" {
		t.Error(e)
	}
	if err := r.Save(t.Context(), r.member(r.bo), ours.Settings{}, nil); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
	// A password goes to the server that it was typed for, and to no other.
	secret := "open sesame"
	good.User = "toads"
	r.ok(public.Save(t.Context(), coop.System("test"), good, &secret))
	r.ok(public.Save(t.Context(), coop.System("test"), good, nil))
	if s, err := public.Settings(t.Context()); err != nil || len(s.Sealed) == 0 {
		t.Errorf("the password is lost: %v", err)
	}
	good.Host = "smtp.evil.example"
	r.ok(public.Save(t.Context(), coop.System("test"), good, nil))
	if s, err := public.Settings(t.Context()); err != nil || len(s.Sealed) != 0 {
		t.Errorf("the password goes along: %v", err)
	}
}
