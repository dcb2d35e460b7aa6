package web

import (
	"net/http"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_settings": HandbookSettingsPage{}, "handbook_status": HandbookStatusPage{}})
}

// HandbookSettingsPage is what is said about a page beside its texts.
type HandbookSettingsPage struct {
	Frame
	Form     Form
	Line     ProtocolLine
	Kinds    []Option
	Tongues  []Option
	Licences []Option
	Fixed    bool // the address stays
	Adapted  bool
	Max      struct{ Slug, Circle, Story, Changes int }
}

// mayChange lets members change what is said about a draft, and stewards about any page.
func mayChange(v *visit, p *handbook.Protocol) error {
	if p.Status == handbook.Draft {
		return mayDo(v.by, takePart)
	}
	return mayDo(v.by, settle)
}

func (s *Site) handbookSettings(v *visit) error {
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	if err := mayChange(v, &p); err != nil {
		return err
	}
	var f Form
	f.Put("slug", p.Slug)
	f.Put("kind", string(p.Kind))
	f.Put("language", p.Language)
	f.Put("licence", p.Licence)
	f.Put("circle", p.Circle)
	f.Put("story", p.Story)
	f.Put("changes", p.Origin.Changes)
	if !p.Review.IsZero() {
		f.Put("review", p.Review.In(s.zone()).Format(time.DateOnly))
	}
	if p.Reading {
		f.Put("reading", "yes")
	}
	return s.handbookSettingsPage(v, http.StatusOK, &p, f)
}

func (s *Site) handbookSettingsPage(v *visit, status int, p *handbook.Protocol, f Form) error {
	x := HandbookSettingsPage{Frame: v.frameTitled(v.t("handbook.settings_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Fixed: p.Latest != "", Adapted: p.Origin.Page != "",
		Kinds: v.options(names(handbook.Kinds), "handbook.kind."), Licences: v.options(coop.Licences, "licence.")}
	x.Tongues = tonguesFor(&x.Frame, f.Get("language"))
	x.Max.Slug, x.Max.Circle, x.Max.Story, x.Max.Changes = handbook.MaxSlug, handbook.MaxCircle, handbook.MaxStory, handbook.MaxChanges
	return v.page(status, "handbook_settings", x)
}

func (s *Site) handbookSettingsSave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	if err := mayChange(v, &p); err != nil {
		return err
	}
	in := handbook.Settings{Slug: f.Get("slug"), Kind: handbook.Kind(f.Get("kind")), Language: f.Get("language"), Licence: f.Get("licence"), Circle: f.Get("circle"),
		Story: f.Lines("story"), Changes: f.Lines("changes"), Reading: f.Is("reading", "yes")}
	in.Review = s.readReview(&f, "review")
	if f.OK() {
		q, err := s.cfg.Handbook.ChangeSettings(v.r.Context(), v.by, p.ID, in)
		if err == nil {
			return v.done("/handbook/"+q.Slug, "done.saved")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.handbookSettingsPage(v, http.StatusUnprocessableEntity, &p, f)
}

// readReview reads by which day something is to be looked at again, zero for never.
func (s *Site) readReview(f *Form, field string) time.Time {
	w := f.Get(field)
	if w == "" {
		return time.Time{}
	}
	day, ok := parseDay(w, s.zone())
	if !ok {
		f.Fail(field, "day.invalid")
	}
	return day
}

// HandbookStatusPage changes where a page is in its life.
type HandbookStatusPage struct {
	Frame
	Form  Form
	Line  ProtocolLine
	Use   bool // its text can be brought into use without a motion
	Turns []handbook.Turn
	Open  int // motions that are open on it
	Empty bool
}

func (s *Site) handbookStatus(v *visit) error {
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	var f Form
	f.Put("next", s.cfg.Now().In(s.zone()).AddDate(1, 0, 0).Format(time.DateOnly))
	return s.handbookStatusPage(v, http.StatusOK, &p, f)
}

func (s *Site) handbookStatusPage(v *visit, status int, p *handbook.Protocol, f Form) error {
	x := HandbookStatusPage{Frame: v.frameTitled(v.t("handbook.status_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Empty: p.Latest == "",
		Use: p.Status == handbook.Draft && p.Number == 1 || p.Status == handbook.Retired && p.InUse != ""}
	for _, t := range handbook.Turns {
		if _, err := handbook.Next(p.Status, t); err == nil {
			x.Turns = append(x.Turns, t)
		}
	}
	var err error
	if x.Open, err = s.openOn(v, p.ID); err != nil {
		return err
	}
	return v.page(status, "handbook_status", x)
}

func (s *Site) handbookTurn(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	turn := handbook.Turn(f.Get("turn"))
	next := time.Time{}
	if turn == handbook.Affirm {
		next = s.readReview(&f, "next")
	}
	switch {
	case !f.OK():
	case f.Get("turn") == "use":
		_, err = s.cfg.Handbook.BringIntoUse(v.r.Context(), v.by, p.ID)
	case !slices.Contains(handbook.Turns, turn):
		f.Fail("turn", "choice.unknown")
	default:
		_, err = s.cfg.Handbook.TurnProtocol(v.r.Context(), v.by, p.ID, turn, next)
	}
	if err != nil && !f.Add(err) {
		return err
	}
	if !f.OK() {
		return s.handbookStatusPage(v, http.StatusUnprocessableEntity, &p, f)
	}
	return v.done("/handbook/"+p.Slug, "done.saved")
}
