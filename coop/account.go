package coop

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Account is how a person signs in. E-mail addresses are private and never leave the node.
type Account struct {
	Person       ID
	Email        string // lower case
	PasswordHash string // argon2id in PHC form, or "" when only passkeys are used
	Role         Role
	Language     string // BCP 47, "" follows the browser
	Passkeys     []Passkey
	Disabled     bool
	Created      time.Time
}

// Passkey is one WebAuthn credential.
type Passkey struct {
	ID       []byte
	Name     string
	Data     []byte // the credential as the WebAuthn library keeps it
	Created  time.Time
	LastUsed time.Time
}

// Invite is a single-use way in. Only the hash of its token is kept.
type Invite struct {
	ID           ID
	TokenHash    []byte // SHA-256
	Constituency string
	Stage        string
	Role         Role
	By           ID
	Created      time.Time
	Expires      time.Time
	Used         time.Time // zero while it is not
	Revoked      time.Time // zero while it counts
	UsedBy       ID
}

// Good tells whether i can still be used at now.
func (i *Invite) Good(now time.Time) bool {
	return i.Used.IsZero() && i.Revoked.IsZero() && !now.After(i.Expires)
}

// NormaliseEmail lower-cases and trims an address; ok is false when it can't be one.
func NormaliseEmail(s string) (string, bool) {
	if !utf8.ValidString(s) { // before ToLower, which would mend it
		return "", false
	}
	s = strings.ToLower(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	if strings.Count(s, "@") != 1 || at < 1 || at > 64 || len(s) > 254 || !strings.Contains(s[at+1:], ".") && s[at+1:] != "localhost" {
		return "", false
	}
	for _, c := range s {
		if unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || strings.ContainsRune("<>(),;:\\\"", c) {
			return "", false
		}
	}
	for _, label := range strings.Split(s[at+1:], ".") {
		if label == "" {
			return "", false
		}
	}
	return s, true
}
