package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/prose"
	"toadlane/market"
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
	Moved   string    // the page has another text meanwhile: what is new there
	Preview *prose.Text
	Diff    *DiffView
	Draft   bool // nobody has to decide on it yet
	Open    int  // motions that are open on it
	Opening OpeningForm
	MaxName int
	MaxWhy  int
}

// OpeningForm asks how a motion is to be decided.
type OpeningForm struct {
	Form       Form
	Methods    []string
	Majorities []Option
	ByShare    bool
	Empties    []Option
	Steward    bool
	Passed     []Option
}

// majorities are those that are offered beyond more than half.
var majorities = []string{"", "3/5", "2/3", "3/4"}

func (s *Site) openingForm(v *visit, c coop.Coop, f Form) OpeningForm {
	if f.Get("method") == "" {
		f = Form{Values: cloneValues(f), Wrong: f.Wrong}
		f.Put("method", string(handbook.Consent))
		f.Put("closes", s.cfg.Now().In(s.zone()).AddDate(0, 0, 14).Format(time.DateOnly))
		f.Put("empty", string(handbook.ProRata))
	}
	x := OpeningForm{Form: f, Methods: names(handbook.Methods), ByShare: c.Votes == coop.ByShare, Empties: v.options(names(handbook.EmptyShares), "handbook.empty."),
		Steward: can(v.by, settle), Passed: v.options([]string{"", "yes", "no"}, "handbook.passed_")}
	for _, m := range majorities {
		of, parts, ok := strings.Cut(m, "/")
		if !ok {
			x.Majorities = append(x.Majorities, Option{"", v.t("handbook.majority_half")})
			continue
		}
		x.Majorities = append(x.Majorities, Option{m, v.t("handbook.majority_of", "Of", of, "Parts", parts)})
	}
	return x
}

func cloneValues(f Form) map[string][]string {
	out := make(map[string][]string, len(f.Values)+3)
	for k, x := range f.Values {
		out[k] = x
	}
	return out
}

// readOpening reads how a motion is to be decided.
func (s *Site) readOpening(f *Form) handbook.Opening {
	o := handbook.Opening{Method: handbook.Method(f.Get("method"))}
	if w := f.Get("closes"); w != "" && o.Method != handbook.Ratified {
		if day, ok := parseDay(w, s.zone()); ok {
			o.Closes = market.EndOfDay(day, s.zone())
		} else {
			f.Fail("closes", "day.invalid")
		}
	}
	switch o.Method {
	case handbook.Vote:
		if w := f.Get("quorum"); w != "" {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(w, "%")))
			if err != nil || n < 0 || n > 100 {
				f.Fail("quorum", "motion.quorum")
			}
			o.Quorum = n * 100
		}
		if of, parts, ok := strings.Cut(f.Get("majority"), "/"); ok {
			a, err1 := strconv.Atoi(of)
			b, err2 := strconv.Atoi(parts)
			if err1 != nil || err2 != nil {
				f.Fail("majority", "motion.majority")
			}
			o.Majority = handbook.Majority{Of: a, Parts: b}
		}
		o.Empty, o.Secret = handbook.EmptyShare(f.Get("empty")), f.Is("secret", "yes")
	case handbook.Ratified:
		o.Ratification = s.readRatification(f)
	}
	return o
}

// readRatification reads what came out elsewhere, nil when nothing is known yet.
func (s *Site) readRatification(f *Form) *handbook.Ratification {
	if f.Get("passed") == "" && f.Get("on") == "" && f.Get("result") == "" {
		return nil
	}
	r := &handbook.Ratification{Passed: f.Get("passed") == "yes", Words: f.Lines("result"), Minutes: f.Get("minutes"), Shared: f.Is("shared", "yes")}
	if f.Get("passed") == "" {
		f.Fail("passed", "field.required")
	}
	if w := f.Get("on"); w != "" {
		day, ok := parseDay(w, s.zone())
		if !ok {
			f.Fail("on", "day.invalid")
		}
		r.On = day
	}
	return r
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
		if id := current(&p); id != "" {
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

// current is the text that a new one is made from.
func current(p *handbook.Protocol) handbook.RevisionID {
	if p.InUse != "" && p.Status != handbook.Draft {
		return p.InUse
	}
	return p.Latest
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
	if now := current(p); now != "" && base != "" && base != now {
		x.Moved = diffPath(p.Slug, base, now)
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
			d := handbook.NewDiff(r.Source, source, 3)
			view := diffView(&d, r.Name, f.Get("name"), "", "inline", p.Language, true)
			view.SidePath = ""
			x.Diff = &view
		}
	}
	return v.page(status, "handbook_edit", x)
}

// keepText keeps what was typed; what is wrong with it is noted in f.
func (s *Site) keepText(v *visit, p *handbook.Protocol, f *Form) (handbook.Autosave, error) {
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
