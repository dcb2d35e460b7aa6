package coop

import (
	"errors"
	"strings"
)

// validateReach checks how p can be reached and where else they are a member.
func (p *Person) validateReach() error {
	var errs []error
	if len(p.Contacts) > MaxContacts {
		errs = append(errs, FieldError("contacts", "field.many", map[string]any{"Max": MaxContacts}))
	}
	for _, c := range p.Contacts {
		errs = append(errs, Line("contacts", c.Label, 0, 60), Line("contacts", c.At, 1, 200))
		switch {
		case !oneOf(c.Kind, ContactKinds):
			errs = append(errs, FieldError("contacts", "choice.unknown", nil))
		case !ValidContact(c.Kind, c.At):
			errs = append(errs, FieldError("contacts", "contact."+c.Kind, map[string]any{"At": c.At}))
		}
	}
	if len(p.Memberships) > MaxMemberships {
		errs = append(errs, FieldError("memberships", "field.many", map[string]any{"Max": MaxMemberships}))
	}
	for _, m := range p.Memberships {
		errs = append(errs, Line("memberships", m.Name, 1, 100), Line("memberships", m.At, 0, 300))
		if m.At == "" || strings.HasPrefix(m.At, "@") && validAccount(m.At[1:]) {
			continue
		}
		if _, err := ParseIRI(m.At); err != nil {
			errs = append(errs, FieldError("memberships", "address.invalid", nil))
		}
	}
	return errors.Join(errs...)
}

// ValidContact tells whether at is what a contact of a kind is written like.
func ValidContact(kind, at string) bool {
	switch kind {
	case "phone":
		digits := 0
		for i, c := range at {
			switch {
			case c >= '0' && c <= '9':
				digits++
			case c == '+' && i == 0 || strings.ContainsRune(" -.()/", c):
			default:
				return false
			}
		}
		return digits >= 3 && digits <= 20
	case "mail":
		_, ok := NormaliseEmail(at)
		return ok
	case "xmpp":
		return validAccount(at)
	case "matrix": // @name:server
		name, host, ok := strings.Cut(strings.TrimPrefix(at, "@"), ":")
		return ok && at[0] == '@' && validAccount(name+"@"+host)
	case "web":
		_, err := ParseIRI(at)
		return err == nil
	}
	return strings.TrimSpace(at) != ""
}

// validAccount tells whether s is name@host[:port] as federated chats write it.
func validAccount(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	if !ok || name == "" || len(s) > 254 || !strings.Contains(host, ".") && !strings.HasPrefix(host, "localhost") {
		return false
	}
	if strings.ContainsAny(s, " \t\r\n\"<>\\,;") {
		return false
	}
	return !strings.ContainsAny(host, "@/?#") && !strings.Contains(host, "..") && host[0] != '.' && host[len(host)-1] != '.'
}
