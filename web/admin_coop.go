package web

import (
	"net/http"
	"strconv"
	"strings"

	"toadlane/coop"
)

// AdminCoopPage is what the co-op says of itself.
type AdminCoopPage struct {
	Frame
	Form     Form
	OrgTypes []Option
	Licences []Option
	Purposes []PurposeField
	Groups   []Field
	Shares   []GroupRow // of the votes
	Picture  coop.ID    // as the form has it, "" for none
	MaxAlt   int
}

// PurposeField asks for the purpose in one language.
type PurposeField struct{ Tag, Name, Label string }

func (s *Site) adminCoop(v *visit) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	c := &k.coop
	var f Form
	f.Put("name", c.Name)
	f.Put("org_type", c.OrgType)
	f.Put("place", c.Place.Name)
	if c.Place.Exact != nil {
		lat, lon := c.Place.Exact.Degrees()
		f.Put("latitude", strconv.FormatFloat(lat, 'f', -1, 64))
		f.Put("longitude", strconv.FormatFloat(lon, 'f', -1, 64))
	}
	f.Put("languages", strings.Join(c.Languages, ", "))
	f.Put("currency", c.Currency)
	f.Put("licence", c.Licence)
	f.Put("time_zone", c.TimeZone)
	var links []string
	for _, l := range c.Links {
		links = append(links, l.Name+" "+l.URL)
	}
	f.Put("links", strings.Join(links, "\n"))
	f.Put("constituencies", writeGroups(constituencies(c.Constituencies), c.Languages))
	f.Put("stages", writeGroups(stages(c.Stages), c.Languages))
	f.Put("votes", "head")
	if c.Votes == coop.ByShare {
		f.Put("votes", string(c.Votes))
	}
	for _, x := range c.Constituencies {
		f.Put("share_"+x.Slug, coop.Percent(x.Share))
	}
	f.Put("picture", string(c.Picture))
	f.Put("picture_alt", c.PictureAlt)
	for tag, words := range c.Purpose {
		f.Put("purpose_"+tag, words)
	}
	if c.HoldFollows {
		f.Put("hold_follows", "yes")
	}
	return s.adminCoopPage(v, http.StatusOK, f)
}

func (s *Site) adminCoopPage(v *visit, status int, f Form) error {
	p := AdminCoopPage{Frame: v.frame("admin_coop.title"), Form: f, OrgTypes: v.options(coop.OrgTypes, "org."),
		Licences: v.options(coop.Licences, "licence."), Picture: coop.ID(f.Get("picture")), MaxAlt: coop.MaxPictureAlt}
	for _, tag := range p.Coop.Languages {
		p.Purposes = append(p.Purposes, PurposeField{tag, "purpose_" + tag, v.t("admin_coop.purpose", "Tag", tag)})
	}
	p.Groups = v.groupFields(f, p.Coop.Languages)
	for _, x := range p.Coop.Constituencies {
		p.Shares = append(p.Shares, GroupRow{x.Slug, s.text(v.tongue, x.Name).Words, f.Raw("share_" + x.Slug)})
	}
	return v.page(status, "admin_coop", p)
}
