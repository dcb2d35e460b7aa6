package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/prose"
)

func init() {
	addPages(map[string]any{"handbook_peer": HandbookPeerPage{}, "handbook_compare": HandbookComparePage{}})
}

// HandbookPeerPage is a neighbour's protocol, and what can be done with it.
type HandbookPeerPage struct {
	Frame
	Form     Form
	Line     ProtocolLine
	Home     string // its address there
	Text     *prose.Text
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
	if slices.Contains(coop.Licences, p.Licence) {
		x.Licence = v.t("licence." + p.Licence)
	}
	if p.Origin.Page != "" {
		o := s.originLine(v, &p.Origin)
		x.Origin = &o
	}
	if p.InUse != "" {
		_, r, err := s.cfg.Handbook.TextOf(ctx, v.by, p.ID, p.InUse)
		switch {
		case err == nil:
			x.Text = s.proseWithin(v, p, &r, nil)
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
	st, err := s.cfg.Handbook.AdoptionOf(ctx, v.by, p.IRI)
	switch {
	case err == nil:
		line := s.standingLine(v, &st)
		x.Held = &line
	case coop.ClassOf(err) != coop.NotFound:
		return err
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
	c, err := s.cfg.Handbook.Compare(v.r.Context(), v.by, ours.ID, ours.Current(), p.ID, p.InUse, around(f))
	if err != nil {
		return err
	}
	x := HandbookComparePage{Frame: v.frameTitled(v.t("handbook.compare_title", "Ours", ours.Name, "Theirs", p.Name, "Coop", v.neighbour(p.Home))), Line: s.protocolLine(v, &p), Ours: s.protocolLine(v, &ours)}
	x.Diff = diffView(&c.Diff, c.From.Name, c.To.Name, "/handbook/commons/"+string(p.ID)+"/compare?"+url.Values{"with": {ours.Slug}}.Encode(), diffShape(f), p.Language, f.Get("full") != "")
	return v.page(http.StatusOK, "handbook_compare", x)
}
