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
		Licences: v.options(coop.Licences, "licence.")}
	for _, tag := range p.Coop.Languages {
		p.Purposes = append(p.Purposes, PurposeField{tag, "purpose_" + tag, v.t("admin_coop.purpose", "Tag", tag)})
	}
	return v.page(status, "admin_coop", p)
}

// adminCoopSave saves it; peers are told. What this form does not ask about stays as it is.
func (s *Site) adminCoopSave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	old, err := s.cfg.CoopStore.Coop(v.r.Context())
	if err != nil {
		return err
	}
	c := readCoop(&f)
	c.Purpose = coop.Text{}
	for name, values := range f.Values {
		if tag, ok := strings.CutPrefix(name, "purpose_"); ok && len(values) > 0 && coop.ValidLanguage(tag) && strings.TrimSpace(values[0]) != "" {
			c.Purpose[tag] = strings.TrimSpace(values[0])
		}
	}
	for _, line := range strings.Split(f.Raw("links"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			name, url := "", line
			if i := strings.LastIndexByte(line, ' '); i > 0 {
				name, url = strings.TrimSpace(line[:i]), line[i+1:]
			}
			if name == "" {
				name = strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
				name = name[:min(len(name), 60)]
			}
			c.Links = append(c.Links, coop.Link{Name: name, URL: url})
		}
	}
	c.HoldFollows = f.Is("hold_follows", "yes")
	c.Handle, c.Constituencies, c.Stages = old.Handle, old.Constituencies, old.Stages
	c.Picture, c.PictureAlt, c.Place.RadiusKm = old.Picture, old.PictureAlt, old.Place.RadiusKm
	if f.OK() {
		if _, err := s.cfg.Coop.UpdateCoop(v.r.Context(), v.by, c); err == nil {
			s.known.Store(nil)
			s.cfg.Federation.Wake()
			return v.done("/admin/coop", "done.saved")
		} else if !f.Add(err) {
			return err
		}
	}
	for _, e := range f.Wrong {
		if e.Field == "purpose" && len(c.Languages) > 0 {
			e.Field = "purpose_" + c.Languages[0]
		}
	}
	return s.adminCoopPage(v, http.StatusUnprocessableEntity, f)
}
