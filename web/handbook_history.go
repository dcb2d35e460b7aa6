package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_history": HandbookHistoryPage{}, "handbook_diff": HandbookDiffPage{}, "handbook_lineage": HandbookLineagePage{}})
}

// historyLines is how many texts one page of a history lists.
const historyLines = 50

// HandbookHistoryPage lists the texts of a page, the latest first.
type HandbookHistoryPage struct {
	Frame
	Line  ProtocolLine
	Texts []TextLine
	More  string
	From  string // for the form that compares two
	To    string
}

// TextLine is one text in a history.
type TextLine struct {
	ID       handbook.RevisionID
	Number   int
	Name     coop.Text
	Path     string
	Diff     string // from the text before
	Made     time.Time
	Enacted  time.Time
	By       string
	Reason   string
	Decision *handbook.Result
	InUse    bool
	Merged   bool
}

func (s *Site) handbookHistory(v *visit) error {
	below, _ := strconv.Atoi(v.r.URL.Query().Get("below"))
	p, list, err := s.cfg.Handbook.History(v.r.Context(), v.by, v.param("slug"), max(0, below), historyLines+1)
	if err != nil {
		return err
	}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return err
	}
	x := HandbookHistoryPage{Frame: v.frameTitled(v.t("handbook.history_title", "Name", p.Name)), Line: s.protocolLine(v, &p)}
	x.Robots = below == 0
	for i := range list {
		r := &list[i]
		if i == historyLines {
			x.More = "/handbook/" + p.Slug + "/history?below=" + strconv.Itoa(list[i-1].Number)
			break
		}
		t := TextLine{ID: r.ID, Number: r.Number, Name: coop.Text{p.Language: r.Name}, Path: revisionPath(p.Slug, r), Made: r.Made, Enacted: r.Enacted, By: people[r.By],
			Reason: r.Reason, Decision: r.Decision, InUse: r.ID == p.InUse, Merged: len(r.Parents) > 1}
		if i+1 < len(list) {
			t.Diff = diffPath(p.Slug, list[i+1].ID, r.ID)
		}
		x.Texts = append(x.Texts, t)
	}
	if n := len(x.Texts); n > 1 {
		x.From, x.To = string(x.Texts[1].ID), string(x.Texts[0].ID)
	}
	return v.page(http.StatusOK, "handbook_history", x)
}

// DiffView is what differs between two texts, in one of two shapes.
type DiffView struct {
	Side     bool
	Same     bool
	Old, New string // the titles, when they differ
	Added    int
	Removed  int
	Coarse   bool
	Headings []HeadingLine
	Hunks    []DiffHunk
	Cut      bool // there is more than is shown
	SidePath string
	LinePath string
	FullPath string
	Language string
	Dir      string // of the texts, whichever way the page around them runs
}

// HeadingLine is what became of a part of the text.
type HeadingLine struct {
	What string // key of the words
	Old  string
	New  string
}

// DiffHunk is a part in which something changed.
type DiffHunk struct {
	Under string
	Lines []handbook.Line
	Rows  []handbook.Row
}

// textsFromRight are languages that are written from right to left. People write pages in more of them than the site speaks.
var textsFromRight = []string{"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}

// maxDiffLines is how many lines of a difference one page shows.
const maxDiffLines = 1500

// diffView makes what is shown of a difference. address is that of the page with its texts, without the questions of the shape.
func diffView(d *handbook.Diff, old, next, address, shape, language string, full bool) DiffView {
	x := DiffView{Side: shape != "inline", Same: len(d.Hunks) == 0 && old == next, Added: d.Added, Removed: d.Removed, Coarse: d.Coarse, Language: language, Dir: "ltr"}
	if base, _, _ := strings.Cut(language, "-"); slices.Contains(textsFromRight, base) {
		x.Dir = "rtl"
	}
	if old != next {
		x.Old, x.New = old, next
	}
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	whole := ""
	if full {
		whole = "&full=1"
	}
	x.SidePath, x.LinePath = address+sep+"view=side"+whole, address+sep+"view=inline"+whole
	if !full {
		x.FullPath = address + sep + "view=" + shape + "&full=1"
	}
	for _, h := range d.Headings {
		switch {
		case h.New == nil:
			x.Headings = append(x.Headings, HeadingLine{"gone", h.Old.Text, ""})
		case h.Old == nil:
			x.Headings = append(x.Headings, HeadingLine{"new", "", h.New.Text})
		case h.Renamed:
			x.Headings = append(x.Headings, HeadingLine{"renamed", h.Old.Text, h.New.Text})
		default:
			x.Headings = append(x.Headings, HeadingLine{"changed", "", h.New.Text})
		}
	}
	n := 0
	for i := range d.Hunks {
		h := &d.Hunks[i]
		if n += len(h.Lines); n > maxDiffLines && i > 0 {
			x.Cut = true
			break
		}
		out := DiffHunk{}
		var under []string
		for _, u := range h.Under {
			under = append(under, u.Text)
		}
		out.Under = strings.Join(under, " › ")
		if len(h.Lines) > maxDiffLines {
			x.Cut = true
			h.Lines = h.Lines[:maxDiffLines]
		}
		if x.Side {
			out.Rows = h.Rows()
		} else {
			out.Lines = h.Lines
		}
		x.Hunks = append(x.Hunks, out)
	}
	return x
}

// diffShape reads the shape of a difference.
func diffShape(f Form) string {
	if f.Get("view") == "inline" {
		return "inline"
	}
	return "side"
}

// around is how many unchanged lines stand around a change, below 0 all.
func around(f Form) int {
	if f.Get("full") != "" {
		return -1
	}
	return 3
}

// HandbookDiffPage shows what differs between two texts of a page.
type HandbookDiffPage struct {
	Frame
	Heading  string
	Line     ProtocolLine
	From, To TextLine
	Diff     DiffView
	Swap     string
}

// revisionNamed finds a text of p by its id or its number.
func (s *Site) revisionNamed(v *visit, p *handbook.Protocol, name string) (handbook.Revision, error) {
	if n, err := strconv.Atoi(name); err == nil {
		_, r, err := s.cfg.Handbook.RevisionByNumber(v.r.Context(), v.by, p.Slug, n)
		return r, err
	}
	id, err := handbook.ParseRevisionID(name)
	if err != nil {
		return handbook.Revision{}, err
	}
	_, r, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, p.Slug, id)
	return r, err
}

// whichTexts names the texts of which a page shows what differs.
func (s *Site) whichTexts(v *visit, old, next *handbook.Revision) string {
	name := func(r *handbook.Revision) string {
		if r.Number > 0 {
			return v.t("handbook.version", "Number", v.tongue.number(int64(r.Number)))
		}
		return v.t("handbook.proposed_on", "Date", v.tongue.date(r.Made, s.zone()))
	}
	if old.ID == next.ID {
		return name(next)
	}
	return name(old) + " – " + name(next)
}

func (s *Site) handbookDiff(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	to := f.Get("to")
	if to == "" {
		if to = string(p.InUse); to == "" {
			to = string(p.Latest)
		}
	}
	next, err := s.revisionNamed(v, &p, to)
	if err != nil {
		return err
	}
	old := next
	switch from := f.Get("from"); {
	case from != "":
		if old, err = s.revisionNamed(v, &p, from); err != nil {
			return err
		}
	case len(next.Parents) > 0:
		// The first text of a page that was adapted comes from another's.
		r, err := s.revisionNamed(v, &p, string(next.Parents[0]))
		switch {
		case err == nil:
			old = r
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
	}
	d := handbook.NewDiff(old.Source, next.Source, around(f))
	line := func(r *handbook.Revision) TextLine {
		return TextLine{ID: r.ID, Number: r.Number, Name: coop.Text{p.Language: r.Name}, Path: revisionPath(p.Slug, r), Made: r.Made, Enacted: r.Enacted, Reason: r.Reason, InUse: r.ID == p.InUse}
	}
	heading := v.t("handbook.diff_title", "Name", next.Name)
	x := HandbookDiffPage{Frame: v.frameTitled(heading + " · " + s.whichTexts(v, &old, &next)), Heading: heading, Line: s.protocolLine(v, &p), From: line(&old), To: line(&next),
		Swap: diffPath(p.Slug, next.ID, old.ID)}
	x.Diff = diffView(&d, old.Name, next.Name, diffPath(p.Slug, old.ID, next.ID), diffShape(f), p.Language, f.Get("full") != "")
	return v.page(http.StatusOK, "handbook_diff", x)
}

// HandbookLineagePage tells where a page comes from and who else uses it.
type HandbookLineagePage struct {
	Frame
	Line    ProtocolLine
	Story   string
	Origins []OriginLine
	Uses    []UseLine
}

func (s *Site) handbookLineage(v *visit) error {
	p, err := s.protocol(v)
	if err != nil {
		return err
	}
	x := HandbookLineagePage{Frame: v.frameTitled(v.t("handbook.lineage_title", "Name", p.Name)), Line: s.protocolLine(v, &p), Story: p.Story}
	origins, err := s.cfg.Handbook.LineageOf(v.r.Context(), v.by, p.ID)
	if err != nil {
		return err
	}
	for i := range origins {
		x.Origins = append(x.Origins, s.originLine(v, &origins[i]))
	}
	if x.Uses, err = s.usesOf(v, p.ID); err != nil {
		return err
	}
	return v.page(http.StatusOK, "handbook_lineage", x)
}
