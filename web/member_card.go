package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/internal/vcard"
)

// memberCard gives what the reader may see of a person as a file for an address book, when the person agreed to that.
func (s *Site) memberCard(v *visit) error {
	_, view, err := s.seen(v)
	if err != nil {
		return err
	}
	if !view.Card {
		return coop.Errorf(coop.NotFound, "person.unknown", "no card of %s for %s", view.Handle, v.by)
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	card := s.cardOf(v, s.member(v, view, k.coop), k.coop.Name)
	h := v.w.Header()
	h.Set("Content-Disposition", `attachment; filename="`+view.Handle+`.vcf"`)
	v.bytes(http.StatusOK, vcard.Type, card.Bytes())
	return nil
}

// cardOf writes what is shown of m, and nothing else: it takes no person.
func (s *Site) cardOf(v *visit, m Member, home string) *vcard.Card {
	base := string(s.cfg.Base)
	c := &vcard.Card{UID: "urn:uuid:" + string(m.ID), Name: m.DisplayName, Org: home, Unit: m.Constituency, Pronouns: m.Pronouns, Note: m.About, Area: m.Area,
		Languages: m.Languages, Profiles: []string{"@" + m.Handle + "@" + s.cfg.Base.Host()}, URLs: []string{base + m.Path}, Source: base + m.Path + ".vcf",
		Updated: m.Updated, ProducedBy: "-//Toad Lane//" + s.cfg.Version}
	if m.Fediverse != "" {
		c.Profiles = append(c.Profiles, m.Fediverse)
	}
	if m.Photo.ID != "" {
		c.Photo = base + m.PhotoPath("medium")
	}
	for _, k := range m.Skills {
		c.Skills = append(c.Skills, k.Name)
	}
	for _, x := range m.Contacts {
		switch x.Kind {
		case "phone":
			c.Phones = append(c.Phones, x.At)
		case "mail":
			c.Mails = append(c.Mails, x.At)
		case "xmpp":
			c.Chats = append(c.Chats, "xmpp:"+x.At)
		case "matrix": // @name:server, as the address scheme of the Matrix specification (v1.1, appendices) spells it
			c.Chats = append(c.Chats, "matrix:u/"+x.At[1:])
		case "web":
			c.URLs = append(c.URLs, x.At)
		default:
			if c.Note != "" {
				c.Note += "\n"
			}
			c.Note += v.t("contact_kind."+x.Kind) + ": " + x.At
		}
	}
	return c
}
