package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/qrcode"
)

func init() {
	addPages(map[string]any{"admin_welcome": WelcomePage{}, "admin_sheet": FolderSheetPage{}, "invite_sheet": InviteSheetPage{}})
}

// InviteLink is an invitation as it is handed over: a link, the same as a square code, and a sheet to print.
type InviteLink struct {
	Link, Path, Sheet string
	Code              qrcode.Code
}

// linkOf shows an invitation whose token is known; the zero one is none.
func (s *Site) linkOf(token string) InviteLink {
	if token == "" {
		return InviteLink{}
	}
	l := InviteLink{Path: "/invite/" + token, Sheet: "/invite/" + token + "/sheet"}
	l.Link = string(s.cfg.Base) + l.Path
	l.Code, _ = qrcode.Of(l.Link) // the address of a node and a token of ours are short
	return l
}

// makeInvite makes an invitation and the token that opens it, which is kept nowhere but, with email, in the mail that goes there.
func (s *Site) makeInvite(v *visit, by coop.Actor, email string, i coop.Invite) (token string, made coop.Invite, err error) {
	b := make([]byte, limits.TokenBytes)
	if _, err := rand.Read(b); err != nil {
		return "", i, err
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	sum := sha256.Sum256([]byte(token))
	i.TokenHash = sum[:]
	if email != "" {
		made, err = s.cfg.Coop.InviteByMail(v.r.Context(), by, i, token, email, v.tongue.tag)
	} else {
		made, err = s.cfg.Coop.InvitePerson(v.r.Context(), by, i)
	}
	return token, made, err
}

// WelcomePage is the end of the first run.
type WelcomePage struct {
	Frame
	Invite  InviteLink // of the first invitation, while it is good
	Address string
}

// adminWelcome shows what a new co-op needs first. The link of the first invitation stands here while this browser is signed in and nobody
// has used it.
func (s *Site) adminWelcome(v *visit) error {
	p := WelcomePage{Frame: v.frame("welcome.title")}
	p.Address = "@" + p.Coop.Handle + "@" + p.Host
	if token := s.sessions.GetString(v.r.Context(), inFirst); token != "" {
		sum := sha256.Sum256([]byte(token))
		i, err := s.cfg.CoopStore.Invite(v.r.Context(), sum[:])
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if err == nil && i.Good(s.cfg.Now()) {
			p.Invite = s.linkOf(token)
		}
	}
	return v.page(http.StatusOK, "admin_welcome", p)
}

// FolderSheetPage is the sheet for the folder: what somebody needs who must look after the node one day. It holds no secret.
type FolderSheetPage struct {
	Frame
	Base     string
	Address  string
	Stewards []string
	Code     qrcode.Code
	Made     time.Time
}

func (s *Site) adminSheet(v *visit) error {
	ctx := v.r.Context()
	p := FolderSheetPage{Frame: v.frame("sheet.title"), Base: string(s.cfg.Base), Made: s.cfg.Now().UTC()}
	p.Address = "@" + p.Coop.Handle + "@" + p.Host
	people, err := s.cfg.CoopStore.People(ctx)
	if err != nil {
		return err
	}
	accounts, err := s.cfg.CoopStore.Accounts(ctx)
	if err != nil {
		return err
	}
	stewards := map[coop.ID]bool{}
	for _, a := range accounts {
		stewards[a.Person] = a.Role == coop.RoleSteward && !a.Disabled
	}
	for _, x := range people {
		if stewards[x.ID] {
			p.Stewards = append(p.Stewards, x.DisplayName+" (@"+x.Handle+")")
		}
	}
	if p.Code, err = qrcode.Of(p.Base + "/"); err != nil {
		return err
	}
	return v.page(http.StatusOK, "admin_sheet", p)
}

// InviteSheetPage is an invitation on paper.
type InviteSheetPage struct {
	Frame
	Invite  InviteLink
	Expires time.Time
}

// inviteSheet is for whoever holds the link: it shows no more than the link itself opens.
func (s *Site) inviteSheet(v *visit) error {
	hash, ok, err := s.invited(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.errorPage(http.StatusNotFound, "invite.unknown")
	}
	i, err := s.cfg.CoopStore.Invite(v.r.Context(), hash)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "invite_sheet", InviteSheetPage{Frame: v.frame("invite.sheet"), Invite: s.linkOf(v.param("token")), Expires: i.Expires})
}
