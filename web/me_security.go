package web

import (
	"encoding/base64"
	"net/http"
	"time"
)

func init() { addPages(map[string]any{"me_security": MeSecurityPage{}}) }

// MeSecurityPage is how a member signs in, and how they leave.
type MeSecurityPage struct {
	Frame
	Password    Form
	Delete      Form
	HasPassword bool
	Passkeys    []KeyLine
	Fresh       bool // signed in a moment ago
}

// KeyLine is one passkey.
type KeyLine struct {
	ID       string
	Name     string
	Created  time.Time
	LastUsed time.Time
}

func (s *Site) meSecurityPage(v *visit) MeSecurityPage {
	p := MeSecurityPage{Frame: v.frame("me.security"), HasPassword: v.me.PasswordHash != "", Fresh: v.justSignedIn()}
	for _, k := range v.me.Passkeys {
		p.Passkeys = append(p.Passkeys, KeyLine{base64.RawURLEncoding.EncodeToString(k.ID), k.Name, k.Created, k.LastUsed})
	}
	return p
}

func (s *Site) meSecurityShow(v *visit) error {
	return v.page(http.StatusOK, "me_security", s.meSecurityPage(v))
}

// meSecurityAgain shows the page again with what is wrong in one of its forms.
func (s *Site) meSecurityAgain(v *visit, put func(*MeSecurityPage)) error {
	p := s.meSecurityPage(v)
	put(&p)
	return v.page(http.StatusUnprocessableEntity, "me_security", p)
}
