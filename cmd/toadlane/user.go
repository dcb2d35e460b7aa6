package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/password"
)

type userGroup struct {
	Add    userAdd    `cmd:"" help:"Add a member with a password."`
	Invite userInvite `cmd:"" help:"Print a link with which one person can join."`
	Reset  userReset  `cmd:"" help:"Give somebody a new password and sign them out everywhere."`
	List   userList   `cmd:"" help:"List the members who may sign in."`
}

type userAdd struct {
	Handle       string `arg:"" help:"What stands after the @; it stays."`
	Email        string `required:"" help:"To sign in with." env:"-"`
	Name         string `help:"As others see it; the handle unless given." env:"-"`
	Role         string `help:"member or steward." enum:"member,steward" default:"member" env:"-"`
	Constituency string `help:"Slug, such as worker." env:"-"`
	Stage        string `help:"Slug, such as member." env:"-"`
	passwordFlag
}

// Run adds a person. Nothing of them is public until they say so themselves.
func (c *userAdd) Run(w *world) error {
	n, co, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	pw, made, err := c.take(w, c.Handle, c.Email, co.Name)
	if err != nil {
		return err
	}
	hash, err := password.Hash(w.ctx, pw)
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = c.Handle
	}
	p := coop.Person{Handle: c.Handle, DisplayName: c.Name, Constituency: c.Constituency, Stage: c.Stage}
	if p, err = n.Coop.AddPerson(w.ctx, commandLine, p, c.Email, hash, "", coop.Role(c.Role)); err != nil {
		return err
	}
	w.say("Added %s (%s), who signs in at %s/login as %s.", p.Handle, c.Role, n.Base, c.Email)
	if made {
		w.say("Password, shown once: %s", pw)
	}
	return nil
}

type userInvite struct {
	Role         string `help:"member or steward." enum:"member,steward" default:"member" env:"-"`
	Constituency string `help:"Slug, such as worker." env:"-"`
	Stage        string `help:"Slug, such as trial." env:"-"`
}

// Run makes an invitation. Only the hash of what is in the link is kept.
func (c *userInvite) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	token := make([]byte, limits.TokenBytes)
	_, _ = rand.Read(token) // it never fails (crypto/rand)
	text := base64.RawURLEncoding.EncodeToString(token)
	sum := sha256.Sum256([]byte(text))
	if _, err := n.Coop.InvitePerson(w.ctx, commandLine, coop.Invite{TokenHash: sum[:], Role: coop.Role(c.Role),
		Constituency: c.Constituency, Stage: c.Stage}); err != nil {
		return err
	}
	w.say("%s/invite/%s", n.Base, text)
	return nil
}

type userReset struct {
	Who string `arg:"" help:"Handle or e-mail address."`
	passwordFlag
}

// Run sets a new password; every session of theirs ends.
func (c *userReset) Run(w *world) error {
	n, co, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	var id coop.ID
	if p, err := n.CoopStore.PersonByHandle(w.ctx, c.Who); err == nil {
		id = p.ID
	} else if coop.ClassOf(err) != coop.NotFound {
		return err
	} else {
		email, _ := coop.NormaliseEmail(c.Who)
		a, err := n.CoopStore.AccountByEmail(w.ctx, email)
		if coop.ClassOf(err) == coop.NotFound && err != nil {
			return usage("Nobody here has the handle or e-mail address " + c.Who + ". See toadlane user list.")
		}
		if err != nil {
			return err
		}
		id = a.Person
	}
	pw, made, err := c.take(w, c.Who, co.Name)
	if err != nil {
		return err
	}
	hash, err := password.Hash(w.ctx, pw)
	if err != nil {
		return err
	}
	if err := n.Coop.ChangeAccount(w.ctx, commandLine, id, nil, "password.reset", func(a *coop.Account) error {
		a.PasswordHash, a.Disabled = hash, false
		return nil
	}); err != nil {
		return err
	}
	w.say("%s has a new password and is signed out everywhere.", c.Who)
	if made {
		w.say("Password, shown once: %s", pw)
	}
	return nil
}

type userList struct {
	JSON bool `help:"As JSON." env:"-"`
}

type userRow struct {
	Handle   string    `json:"handle"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Role     string    `json:"role"`
	Public   bool      `json:"public"`
	Passkeys int       `json:"passkeys"`
	Disabled bool      `json:"disabled"`
	Since    time.Time `json:"since"`
}

// Run lists accounts.
func (c *userList) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	accounts, err := n.CoopStore.Accounts(w.ctx)
	if err != nil {
		return err
	}
	people, err := n.CoopStore.People(w.ctx)
	if err != nil {
		return err
	}
	by := map[coop.ID]coop.Account{}
	for _, a := range accounts {
		by[a.Person] = a
	}
	var rows []userRow
	for _, p := range people {
		a, ok := by[p.ID]
		if !ok {
			continue
		}
		rows = append(rows, userRow{p.Handle, p.DisplayName, a.Email, string(a.Role), p.Public(), len(a.Passkeys), a.Disabled, p.Since})
	}
	return list(w, c.JSON, rows, "HANDLE ROLE EMAIL PUBLIC NAME", func(r userRow) []any {
		return []any{r.Handle, r.Role, r.Email, r.Public, r.Name}
	})
}
