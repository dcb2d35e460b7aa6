package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/prose"
)

func init() {
	addPages(map[string]any{"handbook_new": HandbookNewPage{}, "handbook_edit": HandbookEditPage{}})
}

func (s *Site) handbookWriteRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook/new", who: takePart, do: s.handbookNew},
		{method: post, pattern: "/handbook/new", who: takePart, do: s.handbookStart},
		{method: get, pattern: "/handbook/{slug}/edit", who: takePart, do: s.handbookEdit},
		{method: post, pattern: "/handbook/{slug}/edit", who: takePart, do: s.handbookWrite, body: textBody},
		{method: post, pattern: "/handbook/{slug}/draft", who: takePart, do: s.handbookAutosave, body: textBody},
		{method: get, pattern: "/handbook/{slug}/settings", who: takePart, do: s.handbookSettings},
		{method: post, pattern: "/handbook/{slug}/settings", who: takePart, do: s.handbookSettingsSave},
		{method: get, pattern: "/handbook/{slug}/status", who: settle, do: s.handbookStatus},
		{method: post, pattern: "/handbook/{slug}/status", who: settle, do: s.handbookTurn},
	}
}

// HandbookNewPage begins a page.
type HandbookNewPage struct {
	Frame
	Form      Form
	Kinds     []Option
	Tongues   []Option
	MaxName   int
	MaxCircle int
	MaxStory  int
	Starter   StarterWay
}

func (s *Site) handbookNew(v *visit) error {
	var f Form
	f.Put("kind", string(handbook.Rule))
	f.Put("language", s.coopTongue().tag)
	return s.handbookNewPage(v, http.StatusOK, f)
}

func (s *Site) handbookNewPage(v *visit, status int, f Form) error {
	p := HandbookNewPage{Frame: v.frame("handbook.new"), Form: f, Kinds: v.options(names(handbook.Kinds), "handbook.kind."), MaxName: handbook.MaxName, MaxCircle: handbook.MaxCircle,
		MaxStory: handbook.MaxStory}
	p.Tongues = tonguesFor(&p.Frame, f.Get("language"))
	var err error
	if p.Starter, err = s.starterWay(v); err != nil {
		return err
	}
	return v.page(status, "handbook_new", p)
}

// tonguesFor offers the languages of the site and of the co-op, and one that is chosen already.
func tonguesFor(f *Frame, chosen string) []Option {
	out := slices.Clone(f.Languages)
	for _, tag := range append(slices.Clone(f.Coop.Languages), chosen) {
		if tag != "" && !slices.ContainsFunc(out, func(o Option) bool { return o.Value == tag }) {
			out = append(out, Option{tag, tag})
		}
	}
	return out
}

func (s *Site) handbookStart(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.cfg.Handbook.StartProtocol(v.r.Context(), v.by, handbook.Start{Name: f.Get("name"), Kind: handbook.Kind(f.Get("kind")), Language: f.Get("language"),
		Circle: f.Get("circle"), Story: f.Lines("story")})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.handbookNewPage(v, http.StatusUnprocessableEntity, f)
	}
	return v.redirect("/handbook/" + p.Slug + "/edit")
}

// HandbookEditPage is where a text is written.
type HandbookEditPage struct {
	Frame
	Form    Form
	Line    ProtocolLine
	Saved   time.Time // of what was kept
	News    *News     // the page has another text meanwhile
	Preview *prose.Text
	Diff    *DiffView
	Draft   bool // nobody has to decide on it yet
	Open    int  // motions that are open on it
	Opening OpeningForm
	MaxName int
	MaxWhy  int
}

// handbookEdit opens what the reader was writing, else the text in use or the latest.
func (s *Site) handbookEdit(v *visit) error {
	ctx := v.r.Context()
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	var f Form
	saved := time.Time{}
	d, err := s.cfg.Handbook.Draft(ctx, v.by, p.ID)
	switch {
	case err == nil:
		f.Put("name", d.Name)
		f.Put("source", d.Source)
		f.Put("base", string(d.Base))
		saved = d.Saved
	case coop.ClassOf(err) != coop.NotFound:
		return err
	default:
		f.Put("name", p.Name)
		if id := p.Current(); id != "" {
			_, r, err := s.cfg.Handbook.Revision(ctx, v.by, p.Slug, id)
			if err != nil {
				return err
			}
			f.Put("name", r.Name)
			f.Put("source", r.Source)
			f.Put("base", string(id))
		}
	}
	return s.handbookEditPage(v, http.StatusOK, &p, f, saved, false)
}

func (s *Site) handbookEditPage(v *visit, status int, p *handbook.Protocol, f Form, saved time.Time, preview bool) error {
	ctx := v.r.Context()
	x := HandbookEditPage{Frame: v.frameTitled(v.t("handbook.edit_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Saved: saved, Draft: p.Status == handbook.Draft,
		MaxName: handbook.MaxName, MaxWhy: handbook.MaxReason}
	x.Opening = s.openingForm(v, x.Coop, f)
	var err error
	if x.Open, err = s.openOn(v, p.ID); err != nil {
		return err
	}
	base := handbook.RevisionID(f.Get("base"))
	if x.News, err = s.newsSince(v, p, base, &f); err != nil {
		return err
	}
	if preview {
		source := handbook.Normal(f.Raw("source"))
		if len(source) <= handbook.MaxSource {
			x.Preview = s.proseWithin(v, p, &handbook.Revision{Name: f.Get("name"), Source: source}, s.glossary(v, p.Slug))
		}
		if base != "" && x.Preview != nil {
			_, r, err := s.cfg.Handbook.Revision(ctx, v.by, p.Slug, base)
			if err != nil {
				return err
			}
			x.Diff = changesBetween(&r, &handbook.Revision{Name: f.Get("name"), Source: source}, p.Language)
		}
	}
	return v.page(status, "handbook_edit", x)
}

// keepText keeps what was typed; what is wrong with it is noted in f. Who has taken in what is new goes on from the text that they looked at.
func (s *Site) keepText(v *visit, p *handbook.Protocol, f *Form) (handbook.Autosave, error) {
	if err := s.goOn(v, p, f); err != nil {
		return handbook.Autosave{}, err
	}
	d, err := s.cfg.Handbook.SaveDraft(v.r.Context(), v.by, handbook.Autosave{Protocol: p.ID, Base: handbook.RevisionID(f.Get("base")), Name: f.Get("name"),
		Source: strings.ReplaceAll(f.Raw("source"), "\r\n", "\n")})
	if err != nil && !f.Add(err) {
		return d, err
	}
	return d, nil
}

// handbookWrite does what was pressed; whatever it is, what was typed is kept first.
func (s *Site) handbookWrite(v *visit) error {
	ctx := v.r.Context()
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	here := "/handbook/" + p.Slug
	do := f.Get("do")
	if do == "drop" {
		if err := s.cfg.Handbook.DropDraft(ctx, v.by, p.ID); err != nil {
			return err
		}
		return v.done(here, "done.handbook_dropped")
	}
	d, err := s.keepText(v, &p, &f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return s.handbookEditPage(v, http.StatusUnprocessableEntity, &p, f, time.Time{}, false)
	}
	w := handbook.Writing{Base: d.Base, Name: d.Name, Source: d.Source, Reason: f.Lines("reason")}
	switch do {
	case "write":
		if _, err = s.cfg.Handbook.WriteRevision(ctx, v.by, p.ID, w); err == nil {
			return v.done(here, "done.handbook_written")
		}
	case "propose":
		how := s.readOpening(&f)
		if !f.OK() {
			return s.handbookEditPage(v, http.StatusUnprocessableEntity, &p, f, d.Saved, false)
		}
		if w.Name == "" || strings.TrimSpace(w.Source) == "" {
			// Both empty would mean the latest text as it stands.
			f.Add(errors.Join(coop.Line("name", w.Name, 1, handbook.MaxName)))
			if strings.TrimSpace(w.Source) == "" {
				f.Fail("source", "field.required")
			}
			return s.handbookEditPage(v, http.StatusUnprocessableEntity, &p, f, d.Saved, false)
		}
		var m handbook.Motion
		if m, err = s.cfg.Handbook.OpenMotion(ctx, v.by, p.ID, w, how); err == nil {
			return v.done("/handbook/motions/"+string(m.ID), "done.handbook_proposed")
		}
	case "preview":
		return s.handbookEditPage(v, http.StatusOK, &p, f, d.Saved, true)
	default:
		if f.Lines("reason") != "" { // which a draft does not keep
			return s.handbookEditPage(v, http.StatusOK, &p, f, d.Saved, false)
		}
		return v.done(here+"/edit", "done.handbook_kept")
	}
	if !f.Add(err) {
		return err
	}
	return s.handbookEditPage(v, http.StatusUnprocessableEntity, &p, f, d.Saved, false)
}

// handbookAutosave keeps what is being typed, for the script.
func (s *Site) handbookAutosave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	if _, err := s.keepText(v, &p, &f); err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "private, no-store")
	if !f.OK() {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
		return nil
	}
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}
