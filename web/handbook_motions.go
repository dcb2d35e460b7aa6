package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"handbook_motions": HandbookMotionsPage{}})
}

// MotionLine is a motion in a list.
type MotionLine struct {
	Path   string
	Name   coop.Text
	State  handbook.MotionState
	Method handbook.Method
	Reason string
	By     string
	Opens  time.Time
	Closes time.Time // the last day
}

// HandbookMotionsPage lists motions, open ones first.
type HandbookMotionsPage struct {
	Frame
	Open []MotionLine
	Past []MotionLine
	More string
}

// motionLine shows m, which is about p.
func (s *Site) motionLine(m *handbook.Motion, p *handbook.Protocol, people map[coop.ID]string) MotionLine {
	x := MotionLine{Path: "/handbook/motions/" + string(m.ID), Name: coop.Text{p.Language: p.Name}, State: m.State, Method: m.Terms.Method, Reason: m.Reason, By: people[m.By], Opens: m.Opens}
	if !m.Closes.IsZero() {
		x.Closes = market.DayOf(m.Closes, s.zone())
	}
	return x
}

// openMotions lists the motions on a page that are open, or that wait for their author.
func (s *Site) openMotions(v *visit, p *handbook.Protocol) (out []MotionLine, err error) {
	all, err := s.cfg.Handbook.MotionsOf(v.r.Context(), v.by, p.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m handbook.Motion) bool {
		return m.State != handbook.MotionOpen && m.State != handbook.MotionClashing
	})
	if len(all) == 0 {
		return nil, nil
	}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return nil, err
	}
	for i := range all {
		out = append(out, s.motionLine(&all[i], p, people))
	}
	return out, nil
}

// openOn counts the open motions on a page.
func (s *Site) openOn(v *visit, protocol coop.ID) (n int, err error) {
	all, err := s.cfg.Handbook.MotionsOf(v.r.Context(), v.by, protocol)
	for i := range all {
		if all[i].State == handbook.MotionOpen {
			n++
		}
	}
	return n, err
}

func (s *Site) handbookMotions(v *visit) error {
	ctx := v.r.Context()
	p := HandbookMotionsPage{Frame: v.frame("handbook.motions")}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return err
	}
	cursor := v.r.URL.Query().Get("cursor")
	about := map[coop.ID]handbook.Protocol{}
	for _, open := range []bool{true, false} {
		limit, from := handbook.DefaultPage, cursor
		if open {
			limit, from = handbook.MaxPage, ""
		}
		list, next, err := s.cfg.Handbook.Motions(ctx, v.by, open, limit, from)
		if err != nil {
			return err
		}
		for i := range list {
			of, ok := about[list[i].Protocol]
			if !ok {
				if of, err = s.cfg.Handbook.ProtocolByID(ctx, v.by, list[i].Protocol); err != nil {
					return err
				}
				about[of.ID] = of
			}
			line := s.motionLine(&list[i], &of, people)
			if open {
				p.Open = append(p.Open, line)
			} else {
				p.Past = append(p.Past, line)
			}
		}
		if !open && next != "" {
			p.More = "/handbook/motions?" + url.Values{"cursor": {next}}.Encode()
		}
	}
	return v.page(http.StatusOK, "handbook_motions", p)
}
