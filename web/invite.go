package web

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/internal/password"
)

func init() {
	addPages(map[string]any{"invite": InvitePage{}})
}

func (s *Site) inviteRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/invite/{token}", who: anyone, do: s.inviteShow, guess: true},
		{method: http.MethodGet, pattern: "/invite/{token}/sheet", who: anyone, do: s.inviteSheet, guess: true},
		{method: http.MethodPost, pattern: "/invite/{token}", who: anyone, do: s.inviteAccept, guess: true, session: true},
	}
}

// InvitePage lets somebody with an invitation join.
type InvitePage struct {
	Frame
	Form  Form
	Token string
}

// invited finds an invitation that can still be used. All others are unknown in the same words.
func (s *Site) invited(v *visit) (hash []byte, ok bool, err error) {
	sum := sha256.Sum256([]byte(v.param("token")))
	i, err := s.cfg.CoopStore.Invite(v.r.Context(), sum[:])
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return nil, false, err
	}
	if err != nil || !i.Good(s.cfg.Now()) {
		return nil, false, nil
	}
	return sum[:], true, nil
}

func (s *Site) inviteShow(v *visit) error {
	_, ok, err := s.invited(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.errorPage(http.StatusNotFound, "invite.unknown")
	}
	return s.invitePage(v, http.StatusOK, Form{})
}

func (s *Site) invitePage(v *visit, status int, f Form) error {
	return v.page(status, "invite", InvitePage{Frame: v.frame("invite.title"), Form: f, Token: v.param("token")})
}

// inviteAccept makes a member of whoever holds the invitation, signs them in and asks what they agree to show.
func (s *Site) inviteAccept(v *visit) error {
	hash, ok, err := s.invited(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.errorPage(http.StatusNotFound, "invite.unknown")
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	p := coop.Person{Handle: strings.ToLower(f.Get("handle")), DisplayName: f.Get("display_name")}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	f.Add(p.Validate(&k.coop))
	email, ok := coop.NormaliseEmail(f.Get("email"))
	if !ok {
		f.Fail("email", "email.invalid")
	}
	f.Add(password.Check("password", f.Raw("password"), p.Handle, email, k.coop.Name))
	if !f.OK() {
		return s.invitePage(v, http.StatusUnprocessableEntity, f)
	}
	pw, err := password.Hash(v.r.Context(), f.Raw("password"))
	if err != nil {
		return err
	}
	p, err = s.cfg.Coop.Join(v.r.Context(), hash, p, email, pw, v.tongue.tag)
	if coop.KeyOf(err) == "invite.unknown" {
		return v.errorPage(http.StatusNotFound, "invite.unknown")
	}
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.invitePage(v, http.StatusUnprocessableEntity, f)
	}
	if err := v.begin(p.ID); err != nil {
		return err
	}
	return v.done("/me/consent", "done.joined")
}
