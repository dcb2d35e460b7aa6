package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_give": HandbookGivePage{}})
}

// HandbookGivePage gives what we made of a page back to where it comes from.
type HandbookGivePage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Origin OriginLine
	Diff   *DiffView
}

// given gives the page that the address names, which has to be adapted from another, with the text of ours that can be given back.
func (s *Site) given(v *visit) (handbook.Protocol, handbook.Revision, error) {
	p, err := s.protocol(v)
	if err != nil {
		return p, handbook.Revision{}, err
	}
	if p.Origin.Page == "" || p.InUse == "" {
		return p, handbook.Revision{}, coop.Errorf(coop.NotFound, "adoption.none", "protocol %s has nothing to give back", p.Slug)
	}
	_, r, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, p.Slug, p.InUse)
	// The title by which we tell our page from theirs is no change that anybody wants to give back.
	if p.Origin.Name != "" {
		r.Name = p.Origin.Name
	}
	return p, r, err
}

func (s *Site) handbookGive(v *visit) error {
	p, r, err := s.given(v)
	if err != nil {
		return err
	}
	return s.handbookGivePage(v, http.StatusOK, &p, &r, Form{})
}

func (s *Site) handbookGivePage(v *visit, status int, p *handbook.Protocol, r *handbook.Revision, f Form) error {
	x := HandbookGivePage{Frame: v.frameTitled(v.t("handbook.give_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Origin: s.originLine(v, &p.Origin)}
	theirs, err := s.originText(v, p)
	switch {
	case err == nil:
		x.Diff = changesBetween(&theirs, r, p.Language)
	case coop.ClassOf(err) != coop.NotFound:
		return err
	}
	return v.page(status, "handbook_give", x)
}

// originText gives the text in use of what p was adapted from. Class NotFound when it is not here.
func (s *Site) originText(v *visit, p *handbook.Protocol) (handbook.Revision, error) {
	from, err := s.cfg.Handbook.ProtocolByIRI(v.r.Context(), v.by, p.Origin.Page)
	if err != nil {
		return handbook.Revision{}, err
	}
	_, r, err := s.cfg.Handbook.TextOf(v.r.Context(), v.by, from.ID, from.InUse)
	return r, err
}

func (s *Site) handbookGiveDo(v *visit) error {
	p, r, err := s.given(v)
	if err != nil {
		return err
	}
	var f Form
	o, err := s.cfg.Handbook.OfferBack(v.r.Context(), v.by, p.ID, handbook.Writing{Base: r.ID, Name: r.Name, Source: r.Source})
	if err == nil {
		return v.done("/handbook/offers/"+string(o.ID), "done.handbook_given")
	}
	if !f.Add(err) {
		return err
	}
	return s.handbookGivePage(v, http.StatusUnprocessableEntity, &p, &r, f)
}
