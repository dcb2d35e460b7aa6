package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/prose"
)

func init() {
	addPages(map[string]any{"handbook_page": HandbookPage{}, "handbook_reading": HandbookReadingPage{}})
}

// HandbookPage is one text of a protocol with what is said about it.
type HandbookPage struct {
	Frame
	Line      ProtocolLine
	Text      prose.Text
	Language  string
	Foreign   bool // in another language than the page
	Headings  []handbook.Heading
	Revision  handbook.RevisionID
	Number    int
	Made      time.Time
	Enacted   time.Time
	By        string
	Reason    string
	Decision  *handbook.Result
	Permalink string
	InUse     bool   // it is the text in use
	Now       string // the page, where another text is in use
	DiffNow   string // what has changed since
	Proposed  bool   // it is nobody's text yet
	Empty     bool   // there is no text
	Licence   string
	Story     string
	Changes   string
	Origin    *OriginLine
	Uses      []UseLine
	UsesMore  int
	Tasks     []handbook.Task
	Prompts   int
	Answered  int
	Example   bool
	Previous  string // what differs from the text before
	ReadAt    time.Time
	ReadOld   bool // they read an older text
	CanRead   bool
	Writing   bool         // the reader has something unfinished here
	Motions   []MotionLine // open ones, for members
	CanSet    bool
	CanTurn   bool
	CanGive   bool
	CanMeet   bool
}

// handbookPage shows the text in use; members get the latest of a page that has none.
func (s *Site) handbookPage(v *visit) error {
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	id := p.InUse
	if id == "" && v.by.CanPost() {
		id = p.Latest
	}
	if id == "" {
		return s.handbookText(v, &p, nil, true)
	}
	_, r, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, p.Slug, id)
	if err != nil {
		return err
	}
	return s.handbookText(v, &p, &r, true)
}

func (s *Site) handbookNumbered(v *visit) error {
	n, err := strconv.Atoi(v.param("n"))
	if err != nil || n < 1 {
		return coop.Errorf(coop.NotFound, "revision.unknown", "number %.20q", v.param("n"))
	}
	p, r, err := s.cfg.Handbook.RevisionByNumber(v.r.Context(), v.by, v.param("slug"), n)
	if err != nil {
		return err
	}
	return s.handbookText(v, &p, &r, false)
}

func (s *Site) handbookRevision(v *visit) error {
	id, err := handbook.ParseRevisionID(v.param("id"))
	if err != nil {
		return err
	}
	p, r, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, v.param("slug"), id)
	if err != nil {
		return err
	}
	return s.handbookText(v, &p, &r, false)
}

// handbookText shows r of p, nil when there is no text yet. main tells the page itself from its permalinks.
func (s *Site) handbookText(v *visit, p *handbook.Protocol, r *handbook.Revision, main bool) error {
	ctx := v.r.Context()
	x := HandbookPage{Frame: v.frameTitled(p.Name), Line: s.protocolLine(v, p), Language: p.Language, Foreign: p.Language != v.tongue.tag, Licence: p.Licence,
		Story: p.Story, Empty: r == nil}
	x.Robots = main && p.InUse != "" && p.Status != handbook.Retired
	if p.Origin.Page != "" {
		o := s.originLine(v, &p.Origin)
		x.Origin = &o
	}
	uses, err := s.usesOf(v, p.ID)
	if err != nil {
		return err
	}
	x.Uses = uses[:min(len(uses), maxUses)]
	x.UsesMore = len(uses) - len(x.Uses)
	if v.by.SignedIn() {
		if _, err := s.cfg.Handbook.Draft(ctx, v.by, p.ID); err == nil {
			x.Writing = true
		} else if coop.ClassOf(err) != coop.NotFound {
			return err
		}
		if x.Motions, err = s.openMotions(v, p); err != nil {
			return err
		}
		x.CanSet, x.CanTurn = mayChange(v, p) == nil, can(v.by, settle)
		live := p.Status == handbook.InUse || p.Status == handbook.Review
		x.CanGive, x.CanMeet = x.CanTurn && live && p.Origin.Page != "", x.CanTurn && live && p.Kind == handbook.Standard
	}
	if r == nil {
		return v.page(http.StatusOK, "handbook_page", x)
	}
	x.Title = r.Name
	if !main && r.Number > 0 {
		x.Title = v.t("handbook.title_number", "Name", r.Name, "Number", strconv.Itoa(r.Number))
	} else if !main {
		x.Title = v.t("handbook.title_proposed", "Name", r.Name, "Id", shortID(r.ID))
	}
	x.Line.Name = coop.Text{p.Language: r.Name}
	x.Text = s.proseFor(v, p, r, s.glossary(v, p.Slug))
	x.Headings = contentsOf(x.Text, handbook.Headings(r.Source))
	x.Revision, x.Number, x.Made, x.Enacted, x.Reason, x.Decision = r.ID, r.Number, r.Made, r.Enacted, r.Reason, r.Decision
	x.Permalink, x.InUse, x.Proposed = revisionPath(p.Slug, r), r.ID == p.InUse, r.Number == 0
	if !x.InUse && p.InUse != "" {
		x.Now, x.DiffNow = "/handbook/"+p.Slug, diffPath(p.Slug, r.ID, p.InUse)
	}
	if r.By != "" {
		if x.By, err = s.nameOf(v, r.By); err != nil {
			return err
		}
	}
	if len(r.Parents) > 0 {
		if _, _, err := s.cfg.Handbook.Revision(ctx, v.by, p.Slug, r.Parents[0]); err == nil {
			x.Previous = diffPath(p.Slug, r.Parents[0], r.ID)
		} else if coop.ClassOf(err) != coop.NotFound {
			return err
		}
	}
	x.Tasks = handbook.Checklist(r.Source)
	for _, t := range handbook.Prompts(r.Source) {
		x.Prompts++
		if t.Done {
			x.Answered++
		}
	}
	_, x.Example = handbook.Section(r.Source, "example")
	if v.by.SignedIn() && r.Number > 0 {
		marks, err := s.cfg.Handbook.HasRead(ctx, v.by, p.ID)
		if err != nil {
			return err
		}
		for _, m := range marks {
			if m.Revision == r.ID {
				x.ReadAt = m.At
			} else {
				x.ReadOld = true
			}
		}
		x.CanRead = x.ReadAt.IsZero()
	}
	return v.page(http.StatusOK, "handbook_page", x)
}

// shortID is enough of an id to tell two texts apart on one page.
func shortID(id handbook.RevisionID) string { return string(id[max(0, len(id)-8):]) }

// contentsOf gives the headings that can be gone to, with levels from 1.
func contentsOf(p prose.Text, all []handbook.Heading) (out []handbook.Heading) {
	there := map[string]bool{}
	for _, a := range p.Anchors {
		there[a] = a != ""
	}
	top := 7
	for _, h := range all {
		if there[h.Anchor] {
			top = min(top, h.Level)
		}
	}
	for _, h := range all {
		if there[h.Anchor] && h.Level < top+3 && len(out) < maxContents {
			h.Level -= top - 1
			out = append(out, h)
		}
	}
	return out
}

// maxContents is how many headings the list beside a text names.
const maxContents = 200

// handbookRead keeps that somebody has read a text.
func (s *Site) handbookRead(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	id, err := handbook.ParseRevisionID(f.Get("revision"))
	if err != nil {
		return err
	}
	if err := s.cfg.Handbook.MarkRead(v.r.Context(), v.by, p.ID, id); err != nil {
		return err
	}
	back := "/handbook/" + p.Slug
	if f.Get("back") == "reading" {
		back = "/handbook/reading"
	} else if id != p.InUse {
		back += "/r/" + url.PathEscape(string(id))
	}
	return v.done(back, "done.handbook_read")
}

// HandbookReadingPage is what somebody is asked to read; stewards see how many have.
type HandbookReadingPage struct {
	Frame
	Duties []DutyLine
	Counts []ReadCountLine
	Left   int
}

// DutyLine is a page that somebody is asked to read.
type DutyLine struct {
	Line     ProtocolLine
	Revision handbook.RevisionID
	Read     time.Time
	Before   time.Time
}

// ReadCountLine is how many members have read a page.
type ReadCountLine struct {
	Line     ProtocolLine
	Read, Of int
}

func (s *Site) handbookReading(v *visit) error {
	p := HandbookReadingPage{Frame: v.frame("handbook.reading_title")}
	duties, err := s.cfg.Handbook.Duties(v.r.Context(), v.by)
	if err != nil {
		return err
	}
	for i := range duties {
		d := &duties[i]
		if d.Duty.Read.IsZero() {
			p.Left++
		}
		p.Duties = append(p.Duties, DutyLine{s.protocolLine(v, &d.Protocol), d.Duty.Revision, d.Duty.Read, d.Duty.Before})
	}
	if can(v.by, settle) {
		counts, err := s.cfg.Handbook.ReadCounts(v.r.Context(), v.by)
		if err != nil {
			return err
		}
		for i := range counts {
			p.Counts = append(p.Counts, ReadCountLine{s.protocolLine(v, &counts[i].Protocol), counts[i].Read, counts[i].Of})
		}
	}
	return v.page(http.StatusOK, "handbook_reading", p)
}
