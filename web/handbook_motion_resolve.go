package web

import (
	"net/http"

	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_resolve": HandbookResolvePage{}})
}

// HandbookResolvePage asks what is to stand at each place that both sides changed.
type HandbookResolvePage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Join   JoinView
	Action string
	Back   string
	Open   OpeningForm
	MaxWhy int
}

func (s *Site) motionClash(v *visit) error { return s.resolvePage(v, http.StatusOK, Form{}) }

func (s *Site) resolvePage(v *visit, status int, f Form) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	w, err := s.cfg.Handbook.Motion(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	j, err := s.cfg.Handbook.Clash(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	if len(f.Values) == 0 {
		f.Put("reason", w.Motion.Reason)
	}
	x := HandbookResolvePage{Frame: v.frameTitled(v.t("handbook.resolve_title", "Number", v.tongue.number(int64(w.Numbers[id])), "Name", w.Protocol.Name)), Form: f, Line: s.protocolLine(v, &w.Protocol),
		Action: "/handbook/motions/" + string(id) + "/resolve", Back: "/handbook/motions/" + string(id), MaxWhy: handbook.MaxReason}
	x.Join = joinView(&j, "handbook.sides_motion", w.Protocol.Language, f)
	x.Open = s.openingForm(v, x.Coop, f)
	return v.page(status, "handbook_resolve", x)
}

func (s *Site) motionResolve(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.id("id")
	if err != nil {
		return err
	}
	j, err := s.cfg.Handbook.Clash(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	with, how := readJoin(&f, &j), s.readOpening(&f)
	if f.OK() {
		next, err := s.cfg.Handbook.ResolveClash(v.r.Context(), v.by, id, with, how)
		if err == nil {
			return v.done("/handbook/motions/"+string(next.ID), "done.handbook_proposed")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.resolvePage(v, http.StatusUnprocessableEntity, f)
}
