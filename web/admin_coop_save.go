package web

import (
	"strings"

	"toadlane/coop"
)

// adminCoopSave saves it; peers are told. What this form does not ask about stays as it is.
func (s *Site) adminCoopSave(v *visit) error {
	v.takesLong()
	f, err := v.form()
	if m := v.r.MultipartForm; m != nil {
		defer func() { _ = m.RemoveAll() }()
	}
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
	c.Handle = old.Handle
	readCoopGroups(&f, old, &c)
	c.FirstModes, c.Media, c.Votes = old.FirstModes, old.Media, old.Votes
	if f.Values.Has("votes") {
		c.Votes = readVotes(&f)
	}
	for i := range c.Constituencies {
		x := &c.Constituencies[i]
		for _, was := range old.Constituencies {
			if was.Slug == x.Slug {
				x.Share = was.Share
			}
		}
		if name := "share_" + x.Slug; f.Values.Has(name) {
			x.Share = readShare(&f, f.Raw(name))
		}
	}
	c.Place.RadiusKm = old.Place.RadiusKm
	if err := s.readPicture(v, &f, old, &c); err != nil {
		return err
	}
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
	return s.adminCoopPage(v, formStatus(f), f)
}

// readPicture reads which picture stands for the co-op: the one that came with the form, the one that came with it before when
// something else was wrong, the one it had, or none.
func (s *Site) readPicture(v *visit, f *Form, old coop.Coop, c *coop.Coop) error {
	c.Picture, c.PictureAlt = old.Picture, old.PictureAlt
	if f.Values.Has("picture_alt") {
		c.PictureAlt = plainLine(f.Raw("picture_alt"))
	}
	if id, err := coop.ParseID(f.Get("picture")); err == nil && id != old.Picture {
		_, kept, err := s.keptPhoto(v, id, nil)
		if err != nil {
			return err
		}
		if kept {
			c.Picture = id
		}
	}
	if f.Is("picture_drop", "yes") {
		c.Picture = ""
	}
	if v.r.MultipartForm != nil {
		for _, h := range v.r.MultipartForm.File["picture_file"] {
			id, _, err := s.keepPhoto(v, h)
			switch {
			case err == nil:
				c.Picture = id
				f.Put("picture_drop")
			case coop.ClassOf(err) == coop.Internal:
				return err
			default:
				f.Fail("picture_file", coop.KeyOf(err))
			}
		}
	}
	if c.Picture == "" {
		c.PictureAlt = ""
	}
	f.Put("picture", string(c.Picture)) // when the form comes again, the picture is there already
	return nil
}
