package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"

	gomail "github.com/wneessen/go-mail"

	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// refused is an error that trying again does not mend: the server said no to this very mail.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

// post hands a mail to the server. This is the one place that speaks SMTP.
func (m *Mail) post(ctx context.Context, s Settings, msg *gomail.Msg) error {
	password, err := s.password(m.Master)
	if err != nil {
		return err
	}
	dial := outbound.MailDial(m.Local || s.Security == Plain)
	secure := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: m.RootCAs}
	helo := m.Base.Hostname()
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(limits.MailTimeout), gomail.WithHELO(helo),
		gomail.WithTLSConfig(secure), gomail.WithDialContextFunc(dial)}
	auth := gomail.SMTPAuthAutoDiscover
	switch s.Security {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic), // it is encrypted by then; this has the library see so
			gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := dial(ctx, network, address)
				if err != nil {
					return nil, err
				}
				t := tls.Client(c, secure)
				if err := t.HandshakeContext(ctx); err != nil {
					_ = c.Close()
					return nil, err
				}
				return t, nil
			}))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		auth = gomail.SMTPAuthPlainNoEnc
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(password))
	}
	c, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.Host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, limits.MailTimeout)
	defer cancel()
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server %s: %w", s.Host, err)
	}
	defer c.Close() //nolint:errcheck // what was said is said
	if err := c.Send(msg); err != nil && !msg.IsDelivered() {
		var e *gomail.SendError
		if errors.As(err, &e) && e.ErrorCode() >= 500 {
			return refused{err}
		}
		return err
	}
	return nil
}

// withoutAddress takes an address out of what a server said about it, since stewards read that.
func withoutAddress(text, address string) string {
	if address == "" {
		return text
	}
	return regexp.MustCompile(`(?i)`+regexp.QuoteMeta(address)).ReplaceAllString(text, "…")
}
