package web

import (
	"toadlane/coop"
	"toadlane/internal/password"
)

// knowsPassword checks the present password of whoever is signed in, counted with their tries to sign in. Somebody without one
// must have signed in a moment ago.
func (s *Site) knowsPassword(v *visit, f *Form, field string) error {
	if v.me.PasswordHash == "" {
		return v.mustBeFresh()
	}
	if s.tries.OnLimit(v.w, v.r, "account "+v.me.Email) {
		return coop.Errorf(coop.TooMany, "error.too_many", "tries of %s", v.me.Person)
	}
	ok, _, err := password.Verify(v.r.Context(), v.me.PasswordHash, f.Raw(field))
	if err != nil {
		return err
	}
	if !ok {
		f.Fail(field, "password.wrong")
	}
	return nil
}

// mePassword sets a new password, ends every other session and gives this one a new token (WEB-03).
func (s *Site) mePassword(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := s.knowsPassword(v, &f, "old_password"); err != nil {
		return err
	}
	f.Add(password.Check("new_password", f.Raw("new_password"), v.person.Handle, v.me.Email))
	if !f.OK() {
		return s.meSecurityAgain(v, func(p *MeSecurityPage) { p.Password = f })
	}
	hash, err := password.Hash(v.r.Context(), f.Raw("new_password"))
	if err != nil {
		return err
	}
	err = s.cfg.Coop.ChangeAccount(v.r.Context(), v.by, v.me.Person, v.keep(), "password.changed", func(a *coop.Account) error {
		a.PasswordHash = hash
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.renew(); err != nil {
		return err
	}
	return v.done("/me/security#password", "done.password")
}

// meSessionsEnd signs out everywhere, here too.
func (s *Site) meSessionsEnd(v *visit) error {
	err := s.cfg.Coop.ChangeAccount(v.r.Context(), v.by, v.me.Person, nil, "sessions.ended", func(*coop.Account) error { return nil })
	if err != nil {
		return err
	}
	if err := s.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.redirect("/login")
}

// meDelete removes the member: profile, account, keys and sessions; whoever knew of them is told.
func (s *Site) meDelete(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := s.knowsPassword(v, &f, "delete_password"); err != nil {
		return err
	}
	if !f.Is("delete_sure", "yes") {
		f.Fail("delete_sure", "me.delete_unsure")
	}
	if f.OK() {
		if err := s.cfg.Coop.RemovePerson(v.r.Context(), v.by, v.me.Person); err != nil && !f.Add(err) {
			return err
		}
	}
	if !f.OK() {
		return s.meSecurityAgain(v, func(p *MeSecurityPage) { p.Delete = f })
	}
	if err := s.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.redirect("/")
}
