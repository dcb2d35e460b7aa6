package web

import (
	"net/http"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func init() {
	addPages(map[string]any{"me": MePage{}})
}

func (s *Site) meRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/me", who: takePart, do: s.meShow},
		{method: http.MethodPost, pattern: "/me/profile", who: takePart, do: s.meProfile},
		{method: http.MethodPost, pattern: "/me/photo", who: takePart, do: s.mePhoto, body: limits.UploadBody},
		{method: http.MethodGet, pattern: "/me/consent", who: takePart, do: s.meConsentShow},
		{method: http.MethodPost, pattern: "/me/consent", who: takePart, do: s.meConsent},
		{method: http.MethodPost, pattern: "/me/consent/withdraw", who: takePart, do: s.meWithdraw},
		{method: http.MethodPost, pattern: "/me/followers/answer", who: takePart, do: s.meFollowerAnswer},
		{method: http.MethodGet, pattern: "/me/security", who: takePart, do: s.meSecurityShow},
		{method: http.MethodPost, pattern: "/me/password", who: takePart, do: s.mePassword, guess: true},
		{method: http.MethodPost, pattern: "/me/sessions/end", who: takePart, do: s.meSessionsEnd},
		{method: http.MethodPost, pattern: "/me/delete", who: takePart, do: s.meDelete, guess: true},
		{method: http.MethodPost, pattern: "/me/passkeys/begin", who: takePart, do: s.passkeyAddBegin},
		{method: http.MethodPost, pattern: "/me/passkeys/end", who: takePart, do: s.passkeyAddEnd},
		{method: http.MethodPost, pattern: "/me/passkeys/{key}/remove", who: takePart, do: s.passkeyRemove},
	}
}

// MePage is what a member says of themself.
type MePage struct {
	Frame
	M            Member // as they see themself
	Profile      Form
	Photo        Form
	MaxAlt       int
	Follow       *MyFollowers // nil for somebody who cannot be followed
	Kinds        []Option     // of contacts
	Contacts     []coop.Contact
	ContactsSay  []string // what is wrong with them
	Elsewhere    []coop.Membership
	ElsewhereSay []string
}

func (s *Site) mePage(v *visit) (MePage, error) {
	p := MePage{Frame: v.frame("me.title"), MaxAlt: coop.MaxPictureAlt, Kinds: append([]Option{{"", v.t("choice.none")}}, v.options(coop.ContactKinds, "contact_kind.")...)}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return p, err
	}
	view, _ := v.person.SeenBy(coop.OnlyMe)
	p.M = s.member(v, view, k.coop)
	if p.Follow, err = s.myFollowers(v); err != nil {
		return p, err
	}
	x := &v.person
	f := &p.Profile
	f.Put("display_name", x.DisplayName)
	f.Put("pronouns", x.Pronouns)
	f.Put("about", x.About)
	f.Put("looking_for", x.LookingFor)
	f.Put("area", x.Area)
	f.Put("availability", x.Availability)
	if x.Hours > 0 {
		f.Put("hours", strconv.Itoa(x.Hours))
	}
	f.Put("fediverse", x.Fediverse)
	f.Put("languages", strings.Join(x.Languages, ", "))
	p.Photo.Put("photo_alt", x.Photo.Alt)
	for _, level := range skillLevels {
		var names []string
		for _, k := range x.Skills {
			if k.Level == level {
				names = append(names, k.Name)
			}
		}
		f.Put("skills_"+level, strings.Join(names, "\n"))
	}
	p.Contacts, p.Elsewhere = x.Contacts, x.Memberships
	return p, nil
}

var skillLevels = []string{"can", "teach", "learning"}

func (s *Site) meShow(v *visit) error {
	p, err := s.mePage(v)
	if err != nil {
		return err
	}
	return s.meAnswer(v, http.StatusOK, p)
}

// meAnswer shows the page with an empty row more for a contact and a co-op elsewhere.
func (s *Site) meAnswer(v *visit, status int, p MePage) error {
	p.Contacts = append([]coop.Contact(nil), p.Contacts...)
	for range 2 {
		if len(p.Contacts) < coop.MaxContacts {
			p.Contacts = append(p.Contacts, coop.Contact{})
		}
	}
	p.Elsewhere = append([]coop.Membership(nil), p.Elsewhere...)
	if len(p.Elsewhere) < coop.MaxMemberships {
		p.Elsewhere = append(p.Elsewhere, coop.Membership{})
	}
	for _, e := range p.Profile.Wrong {
		switch e.Field {
		case "contacts":
			p.ContactsSay = append(p.ContactsSay, v.tongue.sayWith(e.Key, e.Args))
		case "memberships":
			p.ElsewhereSay = append(p.ElsewhereSay, v.tongue.sayWith(e.Key, e.Args))
		}
	}
	return v.page(status, "me", p)
}

// meAgain shows the page again with what is wrong in one of its forms.
func (s *Site) meAgain(v *visit, put func(*MePage)) error {
	p, err := s.mePage(v)
	if err != nil {
		return err
	}
	put(&p)
	return s.meAnswer(v, http.StatusUnprocessableEntity, p)
}

// meProfile saves what a member says of themself. What a form does not ask about stays as it was.
func (s *Site) meProfile(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := v.person
	p.DisplayName, p.About, p.Area = f.Get("display_name"), f.Get("about"), f.Get("area")
	p.Availability, p.Fediverse, p.Languages = f.Get("availability"), f.Get("fediverse"), splitWords(f.Get("languages"))
	p.Pronouns, p.LookingFor = f.Get("pronouns"), f.Get("looking_for")
	p.Hours = 0
	if h := f.Get("hours"); h != "" {
		if p.Hours, err = strconv.Atoi(h); err != nil {
			p.Hours = -1 // the domain says what is wrong with it
		}
	}
	p.Skills = nil
	for _, level := range skillLevels {
		for _, line := range strings.FieldsFunc(f.Raw("skills_"+level), func(r rune) bool { return r == '\n' || r == '\r' || r == ',' }) {
			if line = strings.TrimSpace(line); line != "" {
				p.Skills = append(p.Skills, coop.Skill{Name: line, Level: level})
			}
		}
	}
	readReach(&f, &p)
	if _, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p); err != nil {
		if !f.Add(renamed(err, "skills", "skills_can")) {
			return err
		}
		return s.meAgain(v, func(page *MePage) { page.Profile, page.Contacts, page.Elsewhere = f, p.Contacts, p.Memberships })
	}
	s.cfg.Federation.Wake()
	return v.done("/me", "done.saved")
}

// readReach reads the rows of contacts and of co-ops elsewhere; empty ones are none.
func readReach(f *Form, p *coop.Person) {
	if where := f.All("contact_at"); f.Values.Has("contact_at") {
		p.Contacts = nil
		kinds, labels := f.All("contact_kind"), f.All("contact_label")
		for i := range min(len(where), coop.MaxContacts+1) {
			c := coop.Contact{Kind: at(kinds, i), At: plainLine(where[i]), Label: plainLine(at(labels, i))}
			if c.At == "" && c.Label == "" {
				continue
			}
			if c.Kind == "" {
				c.Kind = "other"
			}
			p.Contacts = append(p.Contacts, c)
		}
	}
	if names := f.All("elsewhere_name"); f.Values.Has("elsewhere_name") {
		p.Memberships = nil
		where := f.All("elsewhere_at")
		for i := range min(len(names), coop.MaxMemberships+1) {
			m := coop.Membership{Name: plainLine(names[i]), At: plainLine(at(where, i))}
			if m != (coop.Membership{}) {
				p.Memberships = append(p.Memberships, m)
			}
		}
	}
}

// mePhoto keeps the photo that stands for a member, its description, or takes it away. Only a picture that came with this form becomes
// theirs.
func (s *Site) mePhoto(v *visit) error {
	v.takesLong()
	f, err := v.form()
	if m := v.r.MultipartForm; m != nil {
		defer func() { _ = m.RemoveAll() }()
	}
	if err != nil {
		return err
	}
	p := v.person
	p.Photo.Alt = plainLine(f.Raw("photo_alt"))
	if f.Is("photo_drop", "yes") {
		p.Photo = coop.Portrait{}
	}
	if v.r.MultipartForm != nil {
		for _, h := range v.r.MultipartForm.File["photo_file"] {
			id, _, err := s.keepPhoto(v, h)
			switch {
			case err == nil:
				p.Photo.ID, p.Photo.Alt = id, plainLine(f.Raw("photo_alt"))
			case coop.ClassOf(err) == coop.Internal:
				return err
			default:
				f.Fail("photo_file", coop.KeyOf(err))
			}
		}
	}
	if p.Photo.ID == "" {
		p.Photo.Alt = ""
	}
	if f.OK() {
		_, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done("/me#photo", "done.saved")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.meAgain(v, func(p *MePage) { p.Photo = f })
}
