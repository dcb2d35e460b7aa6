package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"toadlane/coop"
	"toadlane/federation/sig"
)

// Settings say how mail leaves the node. Without a Host it is laid in a folder.
type Settings struct {
	Host     string
	Port     int
	Security string // one of Securities
	User     string
	From     string // address mails come from
	Reply    string // address for answers by mail, with %s where the word of the conversation goes; "" is none
	Sealed   []byte // the password, under the master key
}

// How the connection to the mail server is protected.
const (
	StartTLS = "starttls" // begun in the open and then encrypted, or not used at all
	TLS      = "tls"      // encrypted from the first byte
	Plain    = "none"     // on this machine only
)

// Securities lists them in the order of the form.
var Securities = []string{StartTLS, TLS, Plain}

const (
	setting   = "mail"
	sealedFor = "mail-password"
)

// Settings reads the settings; the zero Settings when nothing is set.
func (m *Mail) Settings(ctx context.Context) (Settings, error) {
	var s Settings
	text, err := m.CoopStore.Setting(ctx, setting)
	if err != nil || text == "" {
		return s, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, coop.Errorf(coop.Internal, "error.internal", "mail settings: %w", err)
	}
	return s, nil
}

// Save keeps new settings; password nil leaves the old one. Stewards only. Errors: Unauthenticated, Forbidden, Invalid with
// field errors.
func (m *Mail) Save(ctx context.Context, by coop.Actor, s Settings, password *string) error {
	if !by.CanSteward() {
		return coop.Errorf(coop.Forbidden, "steward.only", "change mail settings as %s", by)
	}
	if err := m.Check(&s); err != nil {
		return err
	}
	old, err := m.Settings(ctx)
	if err != nil {
		return err
	}
	switch {
	case s.Host == "" || s.User == "":
		s.Sealed = nil
	case password != nil:
		s.Sealed = sig.Seal(m.Master, sealedFor, []byte(*password))
	case old.Host == s.Host:
		s.Sealed = old.Sealed // a password typed for one server is not shown to another
	}
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("mail settings: %w", err)
	}
	if err := m.CoopStore.SetSetting(ctx, setting, string(text)); err != nil {
		return err
	}
	return m.CoopStore.Write(ctx, func(tx coop.Tx) error { return tx.Audit(m.Now().UTC(), by, "mail.changed", s.Host) })
}

// Check puts the settings into form and says all that is wrong with them.
func (m *Mail) Check(s *Settings) error {
	var errs []error
	wrong := func(field, key string) { errs = append(errs, coop.FieldError(field, key, nil)) }
	s.Host, s.User, s.From = strings.ToLower(strings.TrimSpace(s.Host)), strings.TrimSpace(s.User), strings.TrimSpace(s.From)
	s.Reply = strings.ToLower(strings.TrimSpace(s.Reply))
	if s.Host != "" {
		if !hostName(s.Host) {
			wrong("host", "mail_admin.host_wrong")
		}
		if s.Port < 1 || s.Port > 65535 {
			wrong("port", "mail_admin.port_wrong")
		}
		switch {
		case s.Security != StartTLS && s.Security != TLS && s.Security != Plain:
			wrong("security", "choice.unknown")
		case s.Security == Plain && !onThisMachine(s.Host):
			wrong("security", "mail_admin.plain_away")
		}
		if m.Local && !onThisMachine(s.Host) {
			wrong("host", "mail_admin.host_away")
		}
		if s.From == "" {
			wrong("from", "field.required")
		}
		if strings.ContainsFunc(s.User, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(s.User) > 200 {
			wrong("user", "field.not_text")
		}
	}
	if s.From != "" {
		if from, ok := coop.NormaliseEmail(s.From); ok {
			s.From = from
		} else {
			wrong("from", "email.invalid")
		}
	}
	if s.Reply != "" {
		whole, ok := coop.NormaliseEmail(strings.Replace(s.Reply, "%s", strings.Repeat("a", replyWordLength), 1))
		if strings.Count(s.Reply, "%") != 1 || strings.Count(s.Reply, "%s") != 1 || !ok || strings.Index(s.Reply, "%s") > strings.IndexByte(s.Reply, '@') {
			wrong("reply", "mail_admin.reply_wrong")
		} else if name, _, _ := strings.Cut(whole, "@"); len(name) > 64 {
			wrong("reply", "mail_admin.reply_wrong")
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errors.Join(errs...)
}

func (s *Settings) password(master [32]byte) (string, error) {
	if len(s.Sealed) == 0 {
		return "", nil
	}
	b, err := sig.Open(master, sealedFor, s.Sealed)
	return string(b), err
}

func hostName(h string) bool {
	if _, err := netip.ParseAddr(h); err == nil {
		return true
	}
	if len(h) > 253 {
		return false
	}
	for _, label := range strings.Split(h, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

// onThisMachine tells whether a name or address is this machine's for certain.
func onThisMachine(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
