package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_meet": HandbookMeetPage{}})
}

// HandbookMeetPage asks which items of a standard we meet.
type HandbookMeetPage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Items  []Option
	Action string
	Said   bool
	Here   bool // there is something to tick
	When   time.Time
}

// standard gives the page that the address names, ours or a neighbour's, with the text of it that we go by.
func (s *Site) standard(v *visit) (p handbook.Protocol, path string, a *handbook.Adoption, items []handbook.Task, err error) {
	ctx := v.r.Context()
	if v.param("slug") != "" {
		p, err = s.protocol(v)
	} else {
		p, err = s.peerPage(v)
	}
	if err != nil {
		return p, "", nil, nil, err
	}
	if p.Kind != handbook.Standard {
		return p, "", nil, nil, coop.Errorf(coop.NotFound, "standard.not", "protocol %s is a %s", p.ID, p.Kind)
	}
	path = s.protocolLine(v, &p).Path
	st, err := s.cfg.Handbook.AdoptionOf(ctx, v.by, p.IRI)
	switch {
	case err == nil && st.Adoption.Manner != handbook.Link:
		a = &st.Adoption
	case err != nil && coop.ClassOf(err) != coop.NotFound:
		return p, "", nil, nil, err
	}
	text := p.InUse
	if a != nil && !p.Local() {
		text = a.Revision
	}
	if text == "" || a == nil && !p.Local() {
		return p, path, nil, nil, nil
	}
	_, r, err := s.cfg.Handbook.TextOf(ctx, v.by, p.ID, text)
	if err != nil {
		return p, "", nil, nil, err
	}
	return p, path, a, handbook.Checklist(r.Source), nil
}

func (s *Site) handbookMeet(v *visit) error {
	p, path, a, items, err := s.standard(v)
	if err != nil {
		return err
	}
	var f Form
	f.Put("public", "yes")
	f.Put("checked", s.cfg.Now().In(s.zone()).Format(time.DateOnly))
	if a != nil && len(a.Met) > 0 {
		var met []string
		for _, n := range a.Met {
			met = append(met, strconv.Itoa(n))
		}
		f.Put("met", met...)
		f.Put("evidence", string(a.Evidence))
		f.Put("checked", a.Checked.In(s.zone()).Format(time.DateOnly))
		if !a.Public {
			f.Put("public")
		}
	}
	return s.handbookMeetPage(v, http.StatusOK, &p, path, items, f)
}

func (s *Site) handbookMeetPage(v *visit, status int, p *handbook.Protocol, path string, items []handbook.Task, f Form) error {
	x := HandbookMeetPage{Frame: v.frameTitled(v.t("handbook.meet_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Action: path + "/meet", Here: len(items) > 0}
	for _, t := range items {
		x.Items = append(x.Items, Option{strconv.Itoa(t.N), t.Text})
	}
	return v.page(status, "handbook_meet", x)
}

func (s *Site) handbookMet(v *visit) error {
	p, path, _, items, err := s.standard(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	in := handbook.Attesting{Evidence: f.Get("evidence"), Public: f.Is("public", "yes")}
	for _, w := range f.All("met") {
		n, err := strconv.Atoi(w)
		if err != nil {
			f.Fail("met", "choice.unknown")
		}
		in.Met = append(in.Met, n)
	}
	slices.Sort(in.Met)
	in.Met = slices.Compact(in.Met)
	if len(in.Met) > 0 {
		in.Checked = s.readReview(&f, "checked")
	}
	if f.OK() {
		_, err := s.cfg.Handbook.SayMet(v.r.Context(), v.by, p.ID, in)
		if err == nil {
			return v.done(path, "done.saved")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.handbookMeetPage(v, http.StatusUnprocessableEntity, &p, path, items, f)
}

// StandardLine is a standard that the co-op says it meets.
type StandardLine struct {
	Name     coop.Text
	Path     string
	Home     string
	Met, Of  int
	All      bool
	Checked  time.Time
	Evidence string
}

// standards lists the standards of which the co-op says something, as v.by may know.
func (s *Site) standards(v *visit) ([]StandardLine, error) {
	all, err := s.cfg.Handbook.Standards(v.r.Context(), v.by)
	if err != nil {
		return nil, err
	}
	var out []StandardLine
	for i := range all {
		m := &all[i]
		x := StandardLine{Name: coop.Text{m.Page.Language: m.Page.Name}, Met: len(m.Adoption.Met), Of: len(m.Items), All: m.All, Checked: m.Adoption.Checked, Evidence: string(m.Adoption.Evidence)}
		switch {
		case m.Page.Local():
			x.Path = "/handbook/" + m.Page.Slug
		case v.by.CanPost() && m.Page.ID != "":
			x.Path, x.Home = "/handbook/commons/"+string(m.Page.ID), v.neighbour(m.Page.Home)
		default:
			x.Path, x.Home = string(m.Page.IRI), v.neighbour(m.Page.Home)
		}
		out = append(out, x)
	}
	return out, nil
}
