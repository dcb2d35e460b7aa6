package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/region"
)

// RegionLeavePage says what follows when we leave a region, or take back that we asked.
type RegionLeavePage struct {
	Frame
	Region RegionLine
	Form   Form
	Takes  bool // we only asked
	Bound  bool // we host it and others take part
	Last   bool // we host it and are alone in it
}

func (s *Site) regionLeave(v *visit) error { return s.regionLeavePage(v, http.StatusOK, Form{}) }

func (s *Site) regionLeavePage(v *visit, status int, f Form) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	line, err := s.regionLine(v, &r, false)
	if err != nil {
		return err
	}
	if r.State != region.Joined && r.State != region.Asked {
		return v.redirect(line.Path)
	}
	x := RegionLeavePage{Region: line, Form: f, Takes: r.State == region.Asked, Bound: r.Hosted && line.Count > 1, Last: r.Hosted && line.Count <= 1}
	key := "region.leave_title"
	if x.Takes {
		key = "region.unask_title"
	}
	x.Frame = v.frameTitled(v.t(key, "Name", line.Words))
	return v.page(status, "region_leave", x)
}

func (s *Site) regionLeaveDo(v *visit) error {
	err := s.cfg.Region.Leave(v.r.Context(), v.by, v.param("slug"))
	if err == nil {
		s.cfg.Federation.Wake()
		return v.done("/regions", "done.region_left")
	}
	var f Form
	if !f.Add(err) {
		return err
	}
	return s.regionLeavePage(v, http.StatusUnprocessableEntity, f)
}

func (s *Site) regionForget(v *visit) error {
	if err := s.cfg.Region.Forget(v.r.Context(), v.by, v.param("slug")); err != nil {
		return err
	}
	return v.done("/regions", "done.region_forgotten")
}

// regionInvite asks the co-op at an address to take part.
func (s *Site) regionInvite(v *visit) error {
	r, err := s.hosted(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if address := typedAddress(&f); f.OK() {
		err := s.cfg.Federation.InviteToRegion(v.r.Context(), v.by, r.Slug, address)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done(regionPath(&r)+"#invite", "done.region_invited")
		}
		if !f.addAddress(err) {
			return err
		}
	}
	return s.regionPage(v, http.StatusUnprocessableEntity, Form{}, f)
}

// regionAdmit lets a co-op in that asks, or, where the council lets in, says yes to it in our name.
func (s *Site) regionAdmit(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	who, err := postedIRI(f, "coop")
	if err != nil {
		return err
	}
	if err := s.cfg.Region.Admit(v.r.Context(), v.by, v.param("slug"), who); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	r, err := s.region(v)
	if err != nil {
		return err
	}
	p, err := s.cfg.Region.Store.At(v.r.Context()).Part(r.ID, who)
	if err != nil {
		return err
	}
	done := "done.region_admitted"
	if p.State == region.Asking {
		done = "done.region_favoured"
	}
	return v.done(regionPath(&r), done)
}

// RegionAnswerPage asks why a co-op is not let in, or why its part ends.
type RegionAnswerPage struct {
	Frame
	Region RegionLine
	Form   Form
	Part   PartLine
	Expel  bool
	Max    int
}

func (s *Site) regionRefuse(v *visit) error { return s.regionAnswerShow(v, false) }
func (s *Site) regionExpel(v *visit) error  { return s.regionAnswerShow(v, true) }

func (s *Site) regionAnswerShow(v *visit, expel bool) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	return s.regionAnswerPage(v, http.StatusOK, f, expel)
}

func (s *Site) regionAnswerPage(v *visit, status int, f Form, expel bool) error {
	r, err := s.hosted(v)
	if err != nil {
		return err
	}
	who, err := postedIRI(f, "coop")
	if err != nil {
		return err
	}
	p, err := s.cfg.Region.Store.At(v.r.Context()).Part(r.ID, who)
	if err != nil {
		return err
	}
	line, err := s.regionLine(v, &r, false)
	if err != nil {
		return err
	}
	x := RegionAnswerPage{Region: line, Form: f, Part: v.partLine(&p), Expel: expel, Max: region.MaxWhy}
	key := "region.refuse_title"
	if expel {
		key = "region.expel_title"
	}
	x.Frame = v.frameTitled(v.t(key, "Name", x.Part.Name))
	return v.page(status, "region_answer", x)
}

func (s *Site) regionRefuseDo(v *visit) error { return s.regionAnswer(v, false, "done.region_refused") }
func (s *Site) regionExpelDo(v *visit) error  { return s.regionAnswer(v, true, "done.region_expelled") }

func (s *Site) regionAnswer(v *visit, expel bool, done string) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	who, err := postedIRI(f, "coop")
	if err != nil {
		return err
	}
	do := s.cfg.Region.Refuse
	if expel {
		do = s.cfg.Region.Expel
	}
	err = do(v.r.Context(), v.by, v.param("slug"), who, f.Lines("why"))
	if err == nil {
		s.cfg.Federation.Wake()
		return v.done("/regions/"+v.param("slug"), done)
	}
	if coop.ClassOf(err) == coop.NotFound || !f.Add(err) {
		return err
	}
	return s.regionAnswerPage(v, http.StatusUnprocessableEntity, f, expel)
}
