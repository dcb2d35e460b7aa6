package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/handbook/starter"
)

func init() {
	addPages(map[string]any{"handbook_starter": HandbookStarterPage{}})
}

func (s *Site) starterRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/handbook/starter", who: takePart, do: s.handbookStarter},
		{method: http.MethodPost, pattern: "/handbook/starter", who: takePart, do: s.handbookBegin},
	}
}

// HandbookStarterPage offers the pages that a handbook can begin with and that it has not.
type HandbookStarterPage struct {
	Frame
	Form Form
	Left []StarterLine
	May  bool // the reader can begin them
}

// StarterLine is one of them.
type StarterLine struct {
	Slug      string
	Name      coop.Text
	Questions int
	Ticked    bool
}

// StarterWay is how many prompts there are to begin with, for the pages that lead there; the zero one leads nowhere.
type StarterWay struct {
	Prompts int
	May     bool
}

// starterLeft gives the pages to begin with that the handbook has not, in the co-op's language.
func (s *Site) starterLeft(v *visit) ([]handbook.Beginning, error) {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return nil, err
	}
	return s.cfg.Handbook.NotBegun(v.r.Context(), v.by, starter.Pages(k.coop.Languages...))
}

// starterWay counts the prompts that are left for a member.
func (s *Site) starterWay(v *visit) (StarterWay, error) {
	w := StarterWay{May: can(v.by, settle)}
	if !v.by.SignedIn() {
		return w, nil
	}
	left, err := s.starterLeft(v)
	for i := range left {
		if left[i].Kind == handbook.Prompt {
			w.Prompts++
		}
	}
	return w, err
}

func (s *Site) handbookStarter(v *visit) error {
	left, err := s.starterLeft(v)
	if err != nil {
		return err
	}
	var f Form
	for i := range left {
		f.Put("page", append(f.All("page"), left[i].Slug)...) // who wants them wants most of them
	}
	return s.handbookStarterPage(v, http.StatusOK, left, f)
}

func (s *Site) handbookStarterPage(v *visit, status int, left []handbook.Beginning, f Form) error {
	p := HandbookStarterPage{Frame: v.frame("handbook.starter_title"), Form: f, May: can(v.by, settle)}
	for i := range left {
		b := &left[i]
		p.Left = append(p.Left, StarterLine{b.Slug, coop.Text{b.Language: b.Name}, len(handbook.Prompts(b.Source)), f.Is("page", b.Slug)})
	}
	return v.page(status, "handbook_starter", p)
}

// handbookBegin starts the pages that are ticked. One that somebody else began meanwhile is left as it is.
func (s *Site) handbookBegin(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := mayDo(v.by, settle); err != nil {
		return err
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	chosen := starter.Chosen(starter.Pages(k.coop.Languages...), f.All("page"))
	if len(chosen) == 0 {
		left, err := s.starterLeft(v)
		if err != nil {
			return err
		}
		f.Fail("page", "handbook.starter_none")
		return s.handbookStarterPage(v, http.StatusUnprocessableEntity, left, f)
	}
	if _, err := s.cfg.Handbook.BeginHandbook(v.r.Context(), v.by, chosen); err != nil {
		return err
	}
	return v.done("/handbook", "done.handbook_begun")
}

// foundHandbook begins the whole handbook for the founder of a co-op. The co-op stands already: what fails here is told to the log, and the
// founder finds the pages offered in the handbook.
func (s *Site) foundHandbook(v *visit, founder coop.ID, languages []string) {
	if _, err := s.cfg.Handbook.BeginHandbook(v.r.Context(), coop.Member(founder, coop.RoleSteward), starter.Pages(languages...)); err != nil {
		s.cfg.Log.Warn("begin the handbook", "error", err.Error())
	}
}
