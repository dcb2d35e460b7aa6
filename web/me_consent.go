package web

import (
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
)

func init() { addPages(map[string]any{"me_consent": MeConsentPage{}}) }

// MeConsentPage asks who may see what.
type MeConsentPage struct {
	Frame
	Lines    []ConsentLine
	Reach    []Option
	Stranger *Member // what a stranger sees, nil for nothing
	Trying   bool    // the answers are not saved yet
	Out      bool    // something may be seen outside the co-op
	Told     []queue.Told
	Waiting  int // servers that have not answered yet
	Done     int // servers that have
}

// ConsentLine asks who may see one field.
type ConsentLine struct {
	Field coop.Field
	Seen  string // the present answer
	Value string // what is there to be seen, "" for nothing yet
}

var reaches = []string{"me", "coop", "peers", "everyone"}

func (s *Site) meConsentShow(v *visit) error { return s.meConsentPage(v, v.person, false) }

func (s *Site) meConsentPage(v *visit, x coop.Person, trying bool) error {
	p := MeConsentPage{Frame: v.frame("me.consent"), Reach: v.options(reaches, "reach."), Trying: trying}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	whole, _ := x.SeenBy(coop.OnlyMe)
	values := s.said(v, s.member(v, whole, k.coop))
	for _, f := range coop.ConsentFields {
		seen, ok := x.Consent[f]
		if !ok {
			seen = coop.DefaultReach(f)
		}
		p.Out = p.Out || x.Sees(f) > coop.CoopOnly
		p.Lines = append(p.Lines, ConsentLine{f, seen.String(), values[f]})
	}
	if view, ok := x.SeenBy(coop.Everyone); ok {
		m := s.member(v, view, k.coop)
		p.Stranger = &m
	}
	if !v.person.Public() {
		if p.Told, err = s.cfg.Steward.Told(v.r.Context(), s.memberActor(v.person.Handle)); err != nil {
			return err
		}
		for _, t := range p.Told {
			switch {
			case t.Waiting > 0:
				p.Waiting++
			case t.Failed == 0:
				p.Done++
			}
		}
	}
	return v.page(http.StatusOK, "me_consent", p)
}

// said gives each field of m in words, so that whoever decides sees what they decide about.
func (s *Site) said(v *visit, m Member) map[coop.Field]string {
	out := map[coop.Field]string{
		coop.FieldListed: m.DisplayName + " (@" + m.Handle + ")", coop.FieldPronouns: m.Pronouns, coop.FieldAbout: m.About, coop.FieldLookingFor: m.LookingFor,
		coop.FieldArea: m.Area, coop.FieldAvailability: m.Availability, coop.FieldFediverse: m.Fediverse, coop.FieldConstituency: m.Constituency,
		coop.FieldStage: m.Stage, coop.FieldPhoto: m.Photo.Alt,
	}
	if m.Photo.ID != "" && m.Photo.Alt == "" {
		out[coop.FieldPhoto] = v.t("consent.photo_there")
	}
	if m.Hours > 0 {
		out[coop.FieldHours] = v.t("member.hours_month", "Count", m.Hours)
	}
	if !m.Since.IsZero() {
		out[coop.FieldSince] = v.tongue.date(m.Since, s.zone())
	}
	var skills, tongues, contacts, elsewhere []string
	for _, k := range m.Skills {
		skills = append(skills, k.Name+" ("+v.t("skill."+k.Level)+")")
	}
	for _, tag := range m.Languages {
		tongues = append(tongues, languageName(tag))
	}
	for _, c := range m.Contacts {
		contacts = append(contacts, v.t("contact_kind."+c.Kind)+": "+c.At)
	}
	for _, e := range m.Memberships {
		elsewhere = append(elsewhere, e.Name)
	}
	out[coop.FieldSkills], out[coop.FieldLanguages] = strings.Join(skills, ", "), strings.Join(tongues, ", ")
	out[coop.FieldContacts], out[coop.FieldMemberships] = strings.Join(contacts, ", "), strings.Join(elsewhere, ", ")
	return out
}

// meConsent saves who may see what, or shows what a stranger would see with the answers as they stand. What is missing or unknown in the
// form stays as narrow as it is for somebody who was never asked.
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
			reach = coop.DefaultReach(field)
		}
		p.Consent[field] = reach
	}
	if f.Get("do") == "preview" {
		return s.meConsentPage(v, p, true)
	}
	if _, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/me/consent", "done.consent")
}

// meWithdraw takes back in one press whatever reaches beyond the co-op. Servers that knew of the member are sent a Delete.
func (s *Site) meWithdraw(v *visit) error {
	p := v.person
	p.Consent = map[coop.Field]coop.Visibility{}
	for _, field := range coop.ConsentFields {
		reach, ok := v.person.Consent[field]
		if !ok {
			reach = coop.DefaultReach(field)
		}
		p.Consent[field] = min(reach, coop.CoopOnly)
	}
	if _, err := s.cfg.Coop.UpdatePerson(v.r.Context(), v.by, p); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/me/consent#told", "done.withdrawn")
}
