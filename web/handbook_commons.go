package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_commons": HandbookCommonsPage{}, "handbook_peer": HandbookPeerPage{}, "handbook_compare": HandbookComparePage{}, "handbook_meet": HandbookMeetPage{}})
}

func (s *Site) commonsRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook/commons", who: takePart, do: s.handbookCommons},
		{method: get, pattern: "/handbook/commons/{id}", who: takePart, do: s.handbookPeer},
		{method: post, pattern: "/handbook/commons/{id}/adopt", who: settle, do: s.handbookAdopt},
		{method: get, pattern: "/handbook/commons/{id}/compare", who: takePart, do: s.handbookCompare},
		{method: get, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/adoptions", who: takePart, do: s.handbookAdoptions},
		{method: get, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdate},
		{method: post, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdateDo, body: textBody},
		{method: post, pattern: "/handbook/adoptions/{id}/withdraw", who: settle, do: s.handbookWithdraw},
		{method: get, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGive},
		{method: post, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGiveDo},
		{method: get, pattern: "/handbook/offers/{id}", who: takePart, do: s.handbookOffer},
		{method: post, pattern: "/handbook/offers/{id}/accept", who: settle, do: s.handbookAccept, body: textBody},
		{method: post, pattern: "/handbook/offers/{id}/reject", who: settle, do: s.handbookReject},
	}
}

// HandbookCommonsPage lists what other co-ops share.
type HandbookCommonsPage struct {
	Frame
	Form  Form
	Asked bool
	Found []ProtocolLine
	More  string
	Kinds []Option
	Sorts []Option
}

func (s *Site) handbookCommons(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := HandbookCommonsPage{Frame: v.frame("handbook.commons"), Form: f, Asked: f.Get("q") != "" || f.Get("kind") != "",
		Kinds: append([]Option{{"", v.t("handbook.any_kind")}}, v.options(names(handbook.Kinds), "handbook.kind.")...),
		Sorts: v.options([]string{string(handbook.Adopted), string(handbook.ByName), string(handbook.Newest)}, "handbook.sort.")}
	q := handbook.Query{Text: f.Get("q"), Kind: handbook.Kind(f.Get("kind")), Sort: handbook.Sort(f.Get("sort")), Cursor: f.Get("cursor")}
	if !slices.Contains(handbook.Sorts, q.Sort) {
		q.Sort = handbook.Adopted
	}
	found, err := s.cfg.Handbook.Commons(v.r.Context(), v.by, q)
	if err != nil {
		return err
	}
	for i := range found.Hits {
		line := s.protocolLine(v, &found.Hits[i].Protocol)
		line.Used = found.Hits[i].Adoptions
		p.Found = append(p.Found, line)
	}
	if found.Next != "" {
		p.More = "/handbook/commons?" + url.Values{"q": {q.Text}, "kind": {string(q.Kind)}, "sort": {string(q.Sort)}, "cursor": {found.Next}}.Encode()
	}
	return v.page(http.StatusOK, "handbook_commons", p)
}

// HandbookPeerPage is a neighbour's protocol, and what can be done with it.
type HandbookPeerPage struct {
	Frame
	Form     Form
	Line     ProtocolLine
	Home     string // its address there
	Text     *prose
	Language string
	Licence  string
	Story    string
	Origin   *OriginLine
	Uses     []UseLine
	UsesMore int
	Held     *StandingLine // ours of it
	Manners  []string
	Compare  []Option // pages of ours
	CanAdopt bool
	MaxWhat  int
	MaxName  int
}

// StandingLine is an adoption of ours.
type StandingLine struct {
	ID      coop.ID
	Line    ProtocolLine
	Manner  handbook.Manner
	Ours    *ProtocolLine
	Since   time.Time
	Until   time.Time
	Changes string
	Public  bool
	Update  string // where to look at what is new
}

func (s *Site) standingLine(v *visit, st *handbook.Standing) StandingLine {
	a := &st.Adoption
	x := StandingLine{ID: a.ID, Line: s.protocolLine(v, &st.Page), Manner: a.Manner, Since: a.Since, Until: a.Until, Changes: a.Changes, Public: a.IRI != ""}
	if st.Page.ID == "" { // gone: only what was kept of it
		x.Line.Path = ""
		x.Line.Name = coop.Text{v.tongue.tag: a.Name}
	}
	if st.Page.Local() && st.Page.ID != "" {
		x.Line.Path = "/handbook/" + st.Page.Slug
	}
	if st.Ours.ID != "" {
		line := s.protocolLine(v, &st.Ours)
		x.Ours = &line
	}
	if st.Update != "" {
		x.Update = "/handbook/adoptions/" + string(a.ID) + "/update"
	}
	return x
}

// peerPage gives the neighbour's page that the address names.
func (s *Site) peerPage(v *visit) (handbook.Protocol, error) {
	id, err := v.id("id")
	if err != nil {
		return handbook.Protocol{}, err
	}
	p, err := s.cfg.Handbook.ProtocolByID(v.r.Context(), v.by, id)
	if err == nil && p.Local() {
		err = coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s is ours", id)
	}
	return p, err
}

func (s *Site) handbookPeer(v *visit) error {
	p, err := s.peerPage(v)
	if err != nil {
		return err
	}
	var f Form
	f.Put("manner", string(handbook.AsItIs))
	f.Put("public", "yes")
	f.Put("name", p.Name)
	return s.handbookPeerPage(v, http.StatusOK, &p, f)
}

func (s *Site) handbookPeerPage(v *visit, status int, p *handbook.Protocol, f Form) error {
	ctx := v.r.Context()
	x := HandbookPeerPage{Frame: v.frameTitled(v.t("handbook.peer_title", "Name", p.Name, "Coop", v.neighbour(p.Home))), Form: f, Line: s.protocolLine(v, p), Home: string(p.IRI), Language: p.Language,
		Licence: p.Licence, Story: p.Story, Manners: names(handbook.Manners), CanAdopt: can(v.by, settle), MaxWhat: handbook.MaxChanges, MaxName: handbook.MaxName}
	if strings.HasPrefix(p.URL, "https://") || strings.HasPrefix(p.URL, "http://") {
		x.Home = p.URL
	}
	if p.Origin.Page != "" {
		o := s.originLine(v, &p.Origin)
		x.Origin = &o
	}
	if p.InUse != "" {
		_, r, err := s.cfg.Handbook.TextOf(ctx, v.by, p.ID, p.InUse)
		switch {
		case err == nil:
			x.Text = s.proseWithin(v, &r, nil)
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
	}
	uses, err := s.usesOf(v, p.ID)
	if err != nil {
		return err
	}
	x.Uses = uses[:min(len(uses), maxUses)]
	x.UsesMore = len(uses) - len(x.Uses)
	all, err := s.cfg.Handbook.Adoptions(ctx, v.by)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Page.ID == p.ID && all[i].Adoption.Holds(s.cfg.Now()) {
			line := s.standingLine(v, &all[i])
			x.Held = &line
			break
		}
	}
	ours, err := s.cfg.Handbook.Contents(ctx, v.by)
	if err != nil {
		return err
	}
	for i := range ours {
		if ours[i].Latest != "" {
			x.Compare = append(x.Compare, Option{ours[i].Slug, ours[i].Name})
		}
	}
	return v.page(status, "handbook_peer", x)
}

// handbookAdopt takes up a neighbour's page in the way that was chosen.
func (s *Site) handbookAdopt(v *visit) error {
	ctx := v.r.Context()
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.peerPage(v)
	if err != nil {
		return err
	}
	in := handbook.Adopting{Public: f.Is("public", "yes"), Changes: f.Lines("changes")}
	next := "/handbook/adoptions"
	switch handbook.Manner(f.Get("manner")) {
	case handbook.AsItIs:
		in.Changes = ""
		_, err = s.cfg.Handbook.Adopt(ctx, v.by, p.ID, in)
	case handbook.Link:
		_, err = s.cfg.Handbook.KeepLink(ctx, v.by, p.ID)
	case handbook.Adapted:
		var ours handbook.Protocol
		if ours, err = s.cfg.Handbook.Adapt(ctx, v.by, p.ID, handbook.Start{Name: f.Get("name")}, in); err == nil {
			next = "/handbook/" + ours.Slug + "/edit"
		}
	default:
		f.Fail("manner", "choice.unknown")
	}
	if err != nil && !f.Add(err) {
		return err
	}
	if !f.OK() {
		return s.handbookPeerPage(v, http.StatusUnprocessableEntity, &p, f)
	}
	return v.done(next, "done.handbook_adopted")
}

// HandbookComparePage shows what differs between a page of ours and a neighbour's.
type HandbookComparePage struct {
	Frame
	Line, Ours ProtocolLine
	Diff       DiffView
}

func (s *Site) handbookCompare(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p, err := s.peerPage(v)
	if err != nil {
		return err
	}
	ours, err := s.cfg.Handbook.Protocol(v.r.Context(), v.by, f.Get("with"))
	if err != nil {
		return err
	}
	c, err := s.cfg.Handbook.Compare(v.r.Context(), v.by, ours.ID, current(&ours), p.ID, p.InUse, around(f))
	if err != nil {
		return err
	}
	x := HandbookComparePage{Frame: v.frameTitled(v.t("handbook.compare_title", "Ours", ours.Name, "Theirs", p.Name, "Coop", v.neighbour(p.Home))), Line: s.protocolLine(v, &p), Ours: s.protocolLine(v, &ours)}
	x.Diff = diffView(&c.Diff, c.From.Name, c.To.Name, "/handbook/commons/"+string(p.ID)+"/compare?"+url.Values{"with": {ours.Slug}}.Encode(), diffShape(f), p.Language, f.Get("full") != "")
	return v.page(http.StatusOK, "handbook_compare", x)
}

// HandbookMeetPage asks which items of a standard we meet.
type HandbookMeetPage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Items  []Option
	Action string
	Said   bool
	Here   bool // there is something to tick
	When   time.Time
}

// standard gives the page that the address names, ours or a neighbour's, with the text of it that we go by.
func (s *Site) standard(v *visit) (p handbook.Protocol, path string, a *handbook.Adoption, items []handbook.Task, err error) {
	ctx := v.r.Context()
	if v.param("slug") != "" {
		p, err = s.protocol(v)
	} else {
		p, err = s.peerPage(v)
	}
	if err != nil {
		return p, "", nil, nil, err
	}
	if p.Kind != handbook.Standard {
		return p, "", nil, nil, coop.Errorf(coop.NotFound, "standard.not", "protocol %s is a %s", p.ID, p.Kind)
	}
	path = s.protocolLine(v, &p).Path
	all, err := s.cfg.Handbook.Adoptions(ctx, v.by)
	if err != nil {
		return p, "", nil, nil, err
	}
	for i := range all {
		if all[i].Page.ID == p.ID && all[i].Adoption.Holds(s.cfg.Now()) && all[i].Adoption.Manner != handbook.Link {
			a = &all[i].Adoption
			break
		}
	}
	text := p.InUse
	if a != nil && !p.Local() {
		text = a.Revision
	}
	if text == "" || a == nil && !p.Local() {
		return p, path, nil, nil, nil
	}
	_, r, err := s.cfg.Handbook.TextOf(ctx, v.by, p.ID, text)
	if err != nil {
		return p, "", nil, nil, err
	}
	return p, path, a, handbook.Checklist(r.Source), nil
}

func (s *Site) handbookMeet(v *visit) error {
	p, path, a, items, err := s.standard(v)
	if err != nil {
		return err
	}
	var f Form
	f.Put("public", "yes")
	f.Put("checked", s.cfg.Now().In(s.zone()).Format(time.DateOnly))
	if a != nil && len(a.Met) > 0 {
		var met []string
		for _, n := range a.Met {
			met = append(met, strconv.Itoa(n))
		}
		f.Put("met", met...)
		f.Put("evidence", string(a.Evidence))
		f.Put("checked", a.Checked.In(s.zone()).Format(time.DateOnly))
		if !a.Public {
			f.Put("public")
		}
	}
	return s.handbookMeetPage(v, http.StatusOK, &p, path, items, f)
}

func (s *Site) handbookMeetPage(v *visit, status int, p *handbook.Protocol, path string, items []handbook.Task, f Form) error {
	x := HandbookMeetPage{Frame: v.frameTitled(v.t("handbook.meet_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Action: path + "/meet", Here: len(items) > 0}
	for _, t := range items {
		x.Items = append(x.Items, Option{strconv.Itoa(t.N), t.Text})
	}
	return v.page(status, "handbook_meet", x)
}

func (s *Site) handbookMet(v *visit) error {
	p, path, _, items, err := s.standard(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	in := handbook.Attesting{Evidence: f.Get("evidence"), Public: f.Is("public", "yes")}
	for _, w := range f.All("met") {
		n, err := strconv.Atoi(w)
		if err != nil {
			f.Fail("met", "choice.unknown")
		}
		in.Met = append(in.Met, n)
	}
	slices.Sort(in.Met)
	in.Met = slices.Compact(in.Met)
	if len(in.Met) > 0 {
		in.Checked = s.readReview(&f, "checked")
	}
	if f.OK() {
		_, err := s.cfg.Handbook.SayMet(v.r.Context(), v.by, p.ID, in)
		if err == nil {
			return v.done(path, "done.saved")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.handbookMeetPage(v, http.StatusUnprocessableEntity, &p, path, items, f)
}

// StandardLine is a standard that the co-op says it meets.
type StandardLine struct {
	Name     coop.Text
	Path     string
	Home     string
	Met, Of  int
	All      bool
	Checked  time.Time
	Evidence string
}

// standards lists the standards of which the co-op says something, as v.by may know.
func (s *Site) standards(v *visit) ([]StandardLine, error) {
	all, err := s.cfg.Handbook.Standards(v.r.Context(), v.by)
	if err != nil {
		return nil, err
	}
	var out []StandardLine
	for i := range all {
		m := &all[i]
		x := StandardLine{Name: coop.Text{m.Page.Language: m.Page.Name}, Met: len(m.Adoption.Met), Of: len(m.Items), All: m.All, Checked: m.Adoption.Checked, Evidence: string(m.Adoption.Evidence)}
		switch {
		case m.Page.Local():
			x.Path = "/handbook/" + m.Page.Slug
		case v.by.CanPost() && m.Page.ID != "":
			x.Path, x.Home = "/handbook/commons/"+string(m.Page.ID), v.neighbour(m.Page.Home)
		default:
			x.Path, x.Home = string(m.Page.IRI), v.neighbour(m.Page.Home)
		}
		out = append(out, x)
	}
	return out, nil
}
