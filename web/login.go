package web

import (
	"context"
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/internal/password"
)

func init() {
	addPages(map[string]any{"login": LoginPage{}})
}

func (s *Site) loginRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/login", who: anyone, do: s.loginForm},
		{method: http.MethodPost, pattern: "/login", who: anyone, do: s.login, guess: true, session: true},
		{method: http.MethodPost, pattern: "/logout", who: anyone, do: s.logout},
		{method: http.MethodPost, pattern: "/login/passkey/begin", who: anyone, do: s.passkeyLoginBegin, guess: true, session: true},
		{method: http.MethodPost, pattern: "/login/passkey/end", who: anyone, do: s.passkeyLoginEnd, guess: true, session: true},
	}
}

// LoginPage is the way in.
type LoginPage struct {
	Frame
	Form Form
	Next string
}

// loginForm shows the way in. Somebody who is signed in may come to sign in afresh.
func (s *Site) loginForm(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "login", LoginPage{Frame: v.frame("login.title"), Next: localPath(f.Get("next"))})
}

// login signs in by e-mail address or handle and password. Every way of being wrong looks and takes the same (WEB-08).
func (s *Site) login(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	name, next := strings.ToLower(f.Get("login")), localPath(f.Get("next"))
	if len(name) > 254 {
		name = name[:254]
	}
	if s.tries.OnLimit(v.w, v.r, "account "+strings.TrimPrefix(name, "@")) {
		v.tooMany()
		return nil
	}
	a, err := s.accountNamed(v.r.Context(), name)
	if err != nil {
		return err
	}
	ok, stale, err := password.Verify(v.r.Context(), a.PasswordHash, f.Raw("password"))
	if err != nil {
		return err
	}
	if !ok || a.Disabled {
		f.Fail("", "login.wrong")
		return v.page(http.StatusUnprocessableEntity, "login", LoginPage{Frame: v.frame("login.title"), Form: f, Next: next})
	}
	if stale {
		hash, err := password.Hash(v.r.Context(), f.Raw("password"))
		if err != nil {
			return err
		}
		if err := s.refreshAccount(v.r.Context(), a.Person, func(a *coop.Account) { a.PasswordHash = hash }); err != nil {
			return err
		}
	}
	if err := v.begin(a.Person); err != nil {
		return err
	}
	return v.redirect(next)
}

// accountNamed finds an account by e-mail address or handle: the zero Account when there is none.
func (s *Site) accountNamed(ctx context.Context, name string) (coop.Account, error) {
	var a coop.Account
	var err error
	if mail, ok := coop.NormaliseEmail(name); ok && !strings.HasPrefix(name, "@") {
		a, err = s.cfg.CoopStore.AccountByEmail(ctx, mail)
	} else {
		var p coop.Person
		if p, err = s.cfg.CoopStore.PersonByHandle(ctx, strings.TrimPrefix(name, "@")); err == nil {
			a, err = s.cfg.CoopStore.Account(ctx, p.ID)
		}
	}
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return coop.Account{}, err
	}
	if err != nil {
		return coop.Account{}, nil //nolint:nilerr // nobody of that name is an answer here, and must look like a wrong password
	}
	return a, nil
}

// refreshAccount saves what signing in changes of an account: no session ends by it, unlike with coop.ChangeAccount.
func (s *Site) refreshAccount(ctx context.Context, id coop.ID, change func(*coop.Account)) error {
	return s.cfg.CoopStore.Write(ctx, func(tx coop.Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		change(&a)
		return tx.PutAccount(a)
	})
}

// logout ends this browser's session, here and in the store.
func (s *Site) logout(v *visit) error {
	if v.hasSession() {
		if err := s.sessions.Destroy(v.r.Context()); err != nil {
			return err
		}
	}
	return v.redirect("/")
}
