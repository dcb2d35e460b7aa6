package web

import (
	"maps"
	"net/http"
	"net/url"
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
	Title  string
	State  handbook.MotionState
	Method handbook.Method
	Reason string
	By     string
	Opens  time.Time
	Closes time.Time // the last day
}

// HandbookMotionsPage lists motions: the first page the open ones and what was decided last, the others more of the one or of the other.
type HandbookMotionsPage struct {
	Frame
	First    bool
	Open     []MotionLine
	Past     []MotionLine
	MoreOpen string
	More     string
}

// motionLine shows m, which is the one of a number on p. people may be nil where nobody is named.
func (s *Site) motionLine(v *visit, m *handbook.Motion, p *handbook.Protocol, number int, people map[coop.ID]string) MotionLine {
	x := MotionLine{Path: "/handbook/motions/" + string(m.ID), Title: v.t("handbook.motion_title", "Number", v.tongue.number(int64(number)), "Name", p.Name), State: m.State, Method: m.Terms.Method, Reason: m.Reason, By: people[m.By], Opens: m.Opens}
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
	numbers := handbook.Numbered(all)
	for i := range all {
		if m := &all[i]; m.State == handbook.MotionOpen || m.State == handbook.MotionClashing {
			out = append(out, s.motionLine(v, m, p, numbers[m.ID], nil))
		}
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
	q := v.r.URL.Query()
	p := HandbookMotionsPage{Frame: v.frame("handbook.motions"), First: q.Get("open") == "" && q.Get("cursor") == ""}
	var err error
	if p.First || q.Get("open") != "" {
		if p.Open, p.MoreOpen, err = s.someMotions(v, true, "open", q.Get("open")); err != nil {
			return err
		}
	}
	if p.First || q.Get("cursor") != "" {
		if p.Past, p.More, err = s.someMotions(v, false, "cursor", q.Get("cursor")); err != nil {
			return err
		}
	}
	return v.page(http.StatusOK, "handbook_motions", p)
}

// someMotions lists motions from a cursor on, with the address of more, in which the cursor has that name.
func (s *Site) someMotions(v *visit, open bool, name, cursor string) (lines []MotionLine, more string, err error) {
	list, next, err := s.cfg.Handbook.Motions(v.r.Context(), v.by, open, handbook.DefaultPage, cursor)
	if err != nil {
		return nil, "", err
	}
	if next != "" {
		more = "/handbook/motions?" + url.Values{name: {next}}.Encode()
	}
	lines, err = s.motionLines(v, list)
	return lines, more, err
}

// motionLines shows motions on several pages, each of which is read once.
func (s *Site) motionLines(v *visit, list []handbook.Motion) ([]MotionLine, error) {
	ctx := v.r.Context()
	people, err := s.namesOfPeople(v)
	if err != nil {
		return nil, err
	}
	about, numbers := map[coop.ID]handbook.Protocol{}, map[coop.ID]int{}
	out := make([]MotionLine, len(list))
	for i := range list {
		m := &list[i]
		of, ok := about[m.Protocol]
		if !ok {
			if of, err = s.cfg.Handbook.ProtocolByID(ctx, v.by, m.Protocol); err != nil {
				return nil, err
			}
			all, err := s.cfg.Handbook.MotionsOf(ctx, v.by, m.Protocol)
			if err != nil {
				return nil, err
			}
			maps.Copy(numbers, handbook.Numbered(all))
			about[m.Protocol] = of
		}
		out[i] = s.motionLine(v, m, &of, numbers[m.ID], people)
	}
	return out, nil
}
