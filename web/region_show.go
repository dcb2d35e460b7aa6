package web

import (
	"net/http"
	"net/url"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/region"
)

// How much of a region stands on its page.
const (
	regionMembers = 36
	regionWaits   = 24 // of those who wait for an answer, and of those who were invited
	regionNewest  = 6
)

// RegionPage is a region as it is known here.
type RegionPage struct {
	Frame
	Region   RegionLine
	Nav      RegionNav
	Story    coop.Text
	Home     string // its page where it is hosted, "" when that is here
	Joined   bool
	Invited  bool
	Closed   bool // nobody may ask but who was invited
	Copy     string
	Alone    bool
	Newest   []Card
	Members  []PartLine
	More     string // address of further ones
	First    string // address of the first ones, "" on them
	Own      *PartLine
	Expects  []ExpectLine
	Places   []string // where it is, in words
	Outlined bool     // or as a line on its map
	Tongues  []string
	Joining  region.Joining
	Council  int
	Need     int
	Absence  int
	Heard    time.Time
	Silent   bool // it could not be read the last time
	Keeps    bool // the reader may ask, change and leave
	Answers  bool // the reader may answer who asks
	Follow   Form
	Invite   Form
	Votes    bool // the council lets in
	Sits     bool // ours is in it
	Asking   []PartLine
	Unshown  int // who ask beside those
	Bidden   []PartLine
	Unbidden int
}

// PartLine is a co-op's part in a region.
type PartLine struct {
	Coop      coop.IRI
	Name      string
	Host      string
	Path      string // its own page
	Own       bool
	Peer      bool // we follow it
	Ties      []string
	Shares    []string
	Since     time.Time
	Moved     time.Time
	Confirmed bool
	Stale     bool // it was not heard of for so long that nothing of it is shown
	Seen      time.Time
	Lacks     []string // pages that it does not say it goes by
	Favoured  []string // by whom, of those who ask where the council lets in
	Ours      bool     // by us too
}

// Initials stand where a picture would.
func (p *PartLine) Initials() string { return initials(p.Name) }

// partLine says a co-op's part in words.
func (v *visit) partLine(p *region.Part) PartLine {
	x := PartLine{Coop: p.Coop, Name: plainLine(p.Entry.Name), Host: p.Coop.Host(), Path: p.Coop.Origin() + "/", Own: p.Own, Since: p.Since, Moved: p.Moved, Confirmed: p.Counts()}
	if x.Own {
		x.Path = "/"
	}
	if x.Name == "" {
		x.Name = x.Host
	}
	for _, t := range p.Entry.Ties {
		if t.Relation == region.Provider {
			what := t.Category
			if arts[what] != nil {
				what = v.t("category." + what)
			}
			x.Ties = append(x.Ties, v.t("region.tie_for", "What", what))
			continue
		}
		x.Ties = append(x.Ties, v.t("region.tie."+string(t.Relation)))
	}
	for _, w := range p.Entry.Shares {
		x.Shares = append(x.Shares, v.t("region.share."+string(w)))
	}
	return x
}

// ExpectLine is a page that a region's members are asked to go by.
type ExpectLine struct {
	Name  coop.Text // none when we do not have the page
	Words string
	Path  string
	Met   bool // we go by it
	Away  bool // it is elsewhere
}

// expectLines names the pages that a region expects, as the reader may know them.
func (s *Site) expectLines(v *visit, pages []coop.IRI) ([]ExpectLine, error) {
	ctx := v.r.Context()
	var out []ExpectLine
	for _, iri := range pages {
		x := ExpectLine{Words: string(iri), Path: string(iri), Away: true}
		p, err := s.cfg.Handbook.ProtocolByIRI(ctx, v.by, iri)
		switch {
		case coop.ClassOf(err) == coop.NotFound:
			out = append(out, x)
			continue
		case err != nil:
			return nil, err
		case p.Local():
			x.Path, x.Away, x.Met = "/handbook/"+p.Slug, false, p.Public()
		default:
			if v.me != nil { // who only visits reads it where it is
				x.Path, x.Away = "/handbook/commons/"+string(p.ID), false
			}
			st, err := s.cfg.Handbook.AdoptionOf(ctx, v.by, iri)
			if err != nil && coop.ClassOf(err) != coop.NotFound {
				return nil, err
			}
			x.Met = err == nil && st.Adoption.Holds(s.cfg.Now()) && st.Adoption.Manner != handbook.Link
		}
		x.Name, x.Words = coop.Text{p.Language: p.Name}, p.Name
		out = append(out, x)
	}
	return out, nil
}

func (s *Site) regionShow(v *visit) error { return s.regionPage(v, http.StatusOK, Form{}, Form{}) }

func (s *Site) regionPage(v *visit, status int, follow, invite Form) error {
	ctx, cursor := v.r.Context(), v.r.URL.Query().Get("cursor")
	view, err := s.cfg.Region.View(ctx, v.by, v.param("slug"), regionMembers, cursor)
	if err != nil {
		return err
	}
	r := &view.Region
	c := &r.Charter
	line, err := s.regionLine(v, r, false)
	if err != nil {
		return err
	}
	x := RegionPage{Frame: v.frameTitled(line.Words), Region: line, Nav: v.regionNav(r, "about"), Story: c.Story, Joined: r.State == region.Joined, Invited: r.Invited && r.State == region.Known, Joining: c.Joining,
		Closed: c.Joining == region.Invitation && !r.Invited, Council: len(c.Council), Need: c.Need, Absence: c.Absence, Heard: r.Heard, Silent: r.Trouble != "", Follow: follow, Invite: invite,
		Keeps: can(v.by, keepRegions)}
	x.Region.Count, x.Answers = view.Count, x.Keeps && r.Hosted
	x.Votes = c.Joining == region.ByCouncil
	_, x.Sits = c.Seat(s.cfg.ActorIRI)
	x.Copy = string(c.Host)
	if r.Hosted {
		x.Copy = string(s.cfg.Base) + regionPath(r)
	} else {
		x.Home = string(c.Host)
	}
	area, err := s.area(v, r.ID, c.Area)
	if err != nil {
		return err
	}
	x.Places, x.Outlined = placeNames(&area), x.Joined && len(area.Outline) > 0
	for _, tag := range c.Languages {
		x.Tongues = append(x.Tongues, languageName(tag))
	}
	if x.Expects, err = s.expectLines(v, c.Expects); err != nil {
		return err
	}
	if err := s.regionCoops(v, &x, &view, cursor); err != nil {
		return err
	}
	if x.Joined && cursor == "" {
		newest, err := s.cfg.Market.Search(ctx, coop.Anonymous(), market.Query{Region: string(r.ID), Sort: market.Newest, Limit: regionNewest})
		if err != nil {
			return err
		}
		for i := range newest.Listings {
			x.Newest = append(x.Newest, v.card(&newest.Listings[i]))
		}
	}
	x.Robots = x.Joined && cursor == ""
	return v.page(status, "region", x)
}

// regionCoops fills in who takes part and, for stewards, who wants to.
func (s *Site) regionCoops(v *visit, x *RegionPage, view *region.View, cursor string) error {
	peers, err := s.peersFollowed(v)
	if err != nil {
		return err
	}
	for i := range view.In {
		p := v.partLine(&view.In[i])
		if !p.Confirmed && v.me == nil {
			continue
		}
		peer, known := peers[p.Coop]
		p.Peer = known && peer.State == queue.Accepted
		p.Seen, p.Stale = peer.LastSeen, x.Joined && !p.Own && s.cfg.Now().Sub(peer.LastSeen) > limits.RegionStale
		x.Members = append(x.Members, p)
	}
	if view.Next != "" {
		x.More = x.Region.Path + "?" + url.Values{"cursor": {view.Next}}.Encode() + "#co-ops"
	}
	if cursor != "" {
		x.First = x.Region.Path + "#co-ops"
	}
	x.Alone = x.Joined && x.Region.Count == 1 && v.me != nil
	if view.Own.Entry.ID != "" && x.Keeps && (x.Joined || x.Region.State == region.Asked) {
		own := v.partLine(&view.Own)
		x.Own = &own
	}
	names, c := s.coopNames(v, &view.Region), &view.Region.Charter
	for i := range view.Asking {
		if i == regionWaits {
			x.Unshown = len(view.Asking) - i
			break
		}
		p := v.partLine(&view.Asking[i])
		if p.Lacks, err = s.lacks(v, x.Expects, view.Region.Charter.Expects, p.Coop); err != nil {
			return err
		}
		for _, vote := range view.Asking[i].Yes(c) {
			p.Favoured = append(p.Favoured, names.of(vote.By))
		}
		p.Ours = view.Asking[i].Favoured(c, s.cfg.ActorIRI)
		x.Asking = append(x.Asking, p)
	}
	for i := range view.Bidden {
		if i == regionWaits {
			x.Unbidden = len(view.Bidden) - i
			break
		}
		x.Bidden = append(x.Bidden, v.partLine(&view.Bidden[i]))
	}
	return nil
}

// peersFollowed are the co-ops that we follow or asked to.
func (s *Site) peersFollowed(v *visit) (map[coop.IRI]queue.Peer, error) {
	named, err := s.neighbours(v.r.Context())
	if err != nil {
		return nil, err
	}
	out := make(map[coop.IRI]queue.Peer, len(named.peers))
	for i := range named.peers {
		out[named.peers[i].Actor] = named.peers[i]
	}
	return out, nil
}

// lacks names the pages that a co-op does not say it goes by.
func (s *Site) lacks(v *visit, lines []ExpectLine, pages []coop.IRI, who coop.IRI) (out []string, err error) {
	if s.cfg.Region.Meets == nil || len(pages) == 0 {
		return nil, nil
	}
	missing, err := s.cfg.Region.Meets(v.r.Context(), who, pages)
	for _, iri := range missing {
		for i, page := range pages {
			if page == iri {
				out = append(out, lines[i].Words)
			}
		}
	}
	return out, err
}

// regionFollow leads somebody to their own server to follow the region.
func (s *Site) regionFollow(v *visit) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if done, err := s.sendAway(v, &f, r.Charter.Host, true, regionPath(&r)); done || err != nil {
		return err
	}
	return s.regionPage(v, http.StatusUnprocessableEntity, f, Form{})
}
