package web

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"toadlane/coop"
)

func init() {
	addPages(map[string]any{"me": MePage{}})
}

func (s *Site) meRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/me", who: takePart, do: s.meShow},
		{method: http.MethodPost, pattern: "/me/profile", who: takePart, do: s.meProfile},
		{method: http.MethodPost, pattern: "/me/consent", who: takePart, do: s.meConsent},
		{method: http.MethodPost, pattern: "/me/followers/answer", who: takePart, do: s.meFollowerAnswer},
		{method: http.MethodPost, pattern: "/me/password", who: takePart, do: s.mePassword, guess: true},
		{method: http.MethodPost, pattern: "/me/sessions/end", who: takePart, do: s.meSessionsEnd},
		{method: http.MethodPost, pattern: "/me/delete", who: takePart, do: s.meDelete, guess: true},
		{method: http.MethodPost, pattern: "/me/passkeys/begin", who: takePart, do: s.passkeyAddBegin},
		{method: http.MethodPost, pattern: "/me/passkeys/end", who: takePart, do: s.passkeyAddEnd},
		{method: http.MethodPost, pattern: "/me/passkeys/{key}/remove", who: takePart, do: s.passkeyRemove},
	}
}

// MePage is what a member may change of themself.
type MePage struct {
	Frame
	Profile     Form
	Consent     []ConsentLine
	Follow      *MyFollowers // nil for somebody who cannot be followed
	Password    Form
	Delete      Form
	HasPassword bool
	Passkeys    []KeyLine
	Fresh       bool // signed in a moment ago
	Handle      string
	Reach       []Option
}

// ConsentLine asks who may see one field.
type ConsentLine struct {
	Field coop.Field
	Seen  string // the present answer
}

// KeyLine is one passkey.
type KeyLine struct {
	ID       string
	Name     string
	Created  time.Time
	LastUsed time.Time
}

var reaches = []string{"me", "coop", "peers", "everyone"}

func (s *Site) mePage(v *visit) (MePage, error) {
	p := MePage{Frame: v.frame("me.title"), HasPassword: v.me.PasswordHash != "", Fresh: v.justSignedIn(),
		Handle: v.person.Handle, Reach: v.options(reaches, "reach.")}
	var err error
	if p.Follow, err = s.myFollowers(v); err != nil {
		return p, err
	}
	for _, f := range coop.ConsentFields {
		seen, ok := v.person.Consent[f]
		if !ok {
			seen = coop.CoopOnly
		}
		p.Consent = append(p.Consent, ConsentLine{f, seen.String()})
	}
	for _, k := range v.me.Passkeys {
		p.Passkeys = append(p.Passkeys, KeyLine{base64.RawURLEncoding.EncodeToString(k.ID), k.Name, k.Created, k.LastUsed})
	}
	x := &v.person
	f := &p.Profile
	f.Put("display_name", x.DisplayName)
	f.Put("about", x.About)
	f.Put("area", x.Area)
	f.Put("availability", x.Availability)
	f.Put("fediverse", x.Fediverse)
	f.Put("languages", strings.Join(x.Languages, ", "))
	for _, level := range skillLevels {
		var names []string
		for _, k := range x.Skills {
			if k.Level == level {
				names = append(names, k.Name)
			}
		}
		f.Put("skills_"+level, strings.Join(names, "\n"))
	}
	return p, nil
}

var skillLevels = []string{"can", "teach", "learning"}

func (s *Site) meShow(v *visit) error {
	p, err := s.mePage(v)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "me", p)
}

// meAgain shows the page again with what is wrong in one of its forms.
func (s *Site) meAgain(v *visit, put func(*MePage)) error {
	p, err := s.mePage(v)
	if err != nil {
		return err
	}
	put(&p)
	return v.page(http.StatusUnprocessableEntity, "me", p)
}

// meProfile saves what a member says of themself.
func (s *Site) meProfile(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := v.person
	p.DisplayName, p.About, p.Area = f.Get("display_name"), f.Get("about"), f.Get("area")
	p.Availability, p.Fediverse, p.Languages = f.Get("availability"), f.Get("fediverse"), splitWords(f.Get("languages"))
	p.Skills = nil
	for _, level := range skillLevels {
		for _, line := range strings.FieldsFunc(f.Raw("skills_"+level), func(r rune) bool { return r == '\n' || r == '\r' || r == ',' }) {
			if line = strings.TrimSpace(line); line != "" {
				p.Skills = append(p.Skills, coop.Skill{Name: line, Level: level})
			}
		}
	}
	if _, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p); err != nil {
		if !f.Add(renamed(err, "skills", "skills_can")) {
			return err
		}
		return s.meAgain(v, func(p *MePage) { p.Profile = f })
	}
	s.cfg.Federation.Wake()
	return v.done("/me", "done.saved")
}

// meConsent saves who may see what. What is missing or unknown in the form stays with the co-op, never wider.
func (s *Site) meConsent(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := v.person
	p.Consent = map[coop.Field]coop.Visibility{}
	for _, field := range coop.ConsentFields {
		reach, ok := coop.ParseVisibility(f.Get("consent_" + string(field)))
		if !ok {
			reach = coop.CoopOnly
		}
		p.Consent[field] = reach
	}
	if _, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/me#consent", "done.consent")
}
