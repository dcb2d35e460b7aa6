package web

import (
	"net/http"
	"sort"
	"time"

	"toadlane/coop"
)

// AdminPeoplePage lists people and invitations.
type AdminPeoplePage struct {
	Frame
	Form           Form
	People         []PersonLine
	Invites        []InviteLine
	Invite         InviteLink // just made; shown once
	Roles          []Option
	Constituencies []Option
	Stages         []Option
}

// PersonLine is somebody in the stewards' list.
type PersonLine struct {
	ID           coop.ID
	Name, Handle string
	Email        string
	Role         coop.Role
	Since        time.Time
	Disabled     bool
	You          bool
}

// InviteLine is an invitation in the stewards' list; its token is not known any more.
type InviteLine struct {
	ID                              coop.ID
	Created, Expires, Used, Revoked time.Time
	Role                            coop.Role
	Constituency, Stage             string
	By, UsedBy                      string
	Over                            bool
	Good                            bool // can be used, so it can be taken back
	Days                            int  // of its age
}

var roles = []string{string(coop.RoleMember), string(coop.RoleSteward)}

func (s *Site) adminPeople(v *visit) error {
	link := s.linkOf(s.sessions.PopString(v.r.Context(), inInvite))
	var f Form
	f.Put("role", string(coop.RoleMember))
	f.Put("stage", "member")
	return s.adminPeoplePage(v, http.StatusOK, f, link)
}

func (s *Site) adminPeoplePage(v *visit, status int, f Form, link InviteLink) error {
	ctx := v.r.Context()
	p := AdminPeoplePage{Frame: v.frame("admin_people.title"), Form: f, Invite: link, Roles: v.options(roles, "role.")}
	p.Constituencies, p.Stages = []Option{{"", v.t("choice.none")}}, []Option{{"", v.t("choice.none")}}
	for _, c := range p.Coop.Constituencies {
		p.Constituencies = append(p.Constituencies, Option{c.Slug, s.text(v.tongue, c.Name).Words})
	}
	for _, c := range p.Coop.Stages {
		p.Stages = append(p.Stages, Option{c.Slug, s.text(v.tongue, c.Name).Words})
	}
	people, err := s.cfg.CoopStore.People(ctx)
	if err != nil {
		return err
	}
	accounts, err := s.cfg.CoopStore.Accounts(ctx)
	if err != nil {
		return err
	}
	byID := map[coop.ID]coop.Account{}
	for _, a := range accounts {
		byID[a.Person] = a
	}
	names := map[coop.ID]string{}
	for _, x := range people {
		a := byID[x.ID]
		names[x.ID] = x.DisplayName
		p.People = append(p.People, PersonLine{x.ID, x.DisplayName, x.Handle, a.Email, a.Role, x.Since, a.Disabled, x.ID == v.by.Person()})
	}
	invites, err := s.cfg.CoopStore.Invites(ctx)
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	for _, i := range invites {
		group := s.member(v, coop.PersonView{Constituency: i.Constituency, Stage: i.Stage}, p.Coop)
		p.Invites = append(p.Invites, InviteLine{ID: i.ID, Created: i.Created, Expires: i.Expires, Used: i.Used, Revoked: i.Revoked, Role: i.Role,
			Constituency: group.Constituency, Stage: group.Stage, By: names[i.By], UsedBy: names[i.UsedBy], Over: now.After(i.Expires), Good: i.Good(now),
			Days: int(now.Sub(i.Created).Hours() / 24)})
	}
	sort.SliceStable(p.Invites, func(a, b int) bool { return p.Invites[a].Created.After(p.Invites[b].Created) })
	return v.page(status, "admin_people", p)
}

// adminInvite makes a single-use link. Its token goes into the steward's session, to be shown on the next page and then
// forgotten; we keep its hash.
func (s *Site) adminInvite(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	// An invitation is judged when it is made, not when somebody tries to use it.
	try := coop.Person{Handle: "x", DisplayName: "x", Constituency: f.Get("constituency"), Stage: f.Get("stage")}
	f.Add(try.Validate(&k.coop))
	if !f.OK() {
		return s.adminPeoplePage(v, http.StatusUnprocessableEntity, f, InviteLink{})
	}
	token, _, err := s.makeInvite(v, v.by, f.Get("email"), coop.Invite{Constituency: f.Get("constituency"), Stage: f.Get("stage"), Role: coop.Role(f.Get("role"))})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.adminPeoplePage(v, http.StatusUnprocessableEntity, f, InviteLink{})
	}
	s.sessions.Put(v.r.Context(), inInvite, token)
	s.cfg.Mail.Wake()
	return v.redirect("/admin/people")
}

// adminRevoke takes an invitation back that nobody has used.
func (s *Site) adminRevoke(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Coop.RevokeInvite(v.r.Context(), v.by, id); err != nil {
		return s.peopleError(v, err)
	}
	return v.done("/admin/people#invites", "done.revoked")
}

// adminRole changes what somebody may do; their sessions end, so that the new role begins with a new one.
func (s *Site) adminRole(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	role := coop.Role(f.Get("role"))
	if !role.Valid() {
		return coop.Errorf(coop.Invalid, "choice.unknown", "role %.20q", role)
	}
	self := id == v.by.Person()
	var keep []byte
	if self {
		keep = v.keep()
	}
	err = s.cfg.Coop.ChangeAccount(v.r.Context(), v.by, id, keep, "role.changed", func(a *coop.Account) error {
		a.Role = role
		return nil
	})
	if err != nil {
		return s.peopleError(v, err)
	}
	if self {
		if err := v.renew(); err != nil {
			return err
		}
		return v.done("/me", "done.saved")
	}
	return v.done("/admin/people", "done.saved")
}

// adminRemove takes somebody away with all that is private of them.
func (s *Site) adminRemove(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Coop.RemovePerson(v.r.Context(), v.by, id); err != nil {
		return s.peopleError(v, err)
	}
	s.cfg.Federation.Wake()
	return v.done("/admin/people", "done.removed")
}

// peopleError shows what can't be done above the list.
func (s *Site) peopleError(v *visit, err error) error {
	var f Form
	if coop.ClassOf(err) != coop.Conflict || !f.Add(err) {
		return err
	}
	return s.adminPeoplePage(v, http.StatusConflict, f, InviteLink{})
}
