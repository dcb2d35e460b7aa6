package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/market"
)

// textBody is the largest form with a protocol's text in it: each byte may become three on the way.
const textBody = 3*handbook.MaxSource + limits.FormBody

func (s *Site) handbookRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook", who: anyone, do: s.handbookContents, kept: true},
		{method: get, pattern: "/handbook/search", who: anyone, do: s.handbookSearch},
		{method: get, pattern: "/handbook/print", who: anyone, do: s.handbookPrint, kept: true},
		{method: get, pattern: "/handbook/changes.atom", who: anyone, do: s.handbookAtom, kept: true},
		{method: get, pattern: "/handbook/export.zip", who: anyone, do: s.handbookZip},
		{method: get, pattern: "/handbook/review.ics", who: anyone, do: s.handbookReview, kept: true},
		{method: get, pattern: "/handbook/reading", who: takePart, do: s.handbookReading},
		{method: get, pattern: "/handbook/{slug}", who: anyone, do: s.handbookPage, kept: true},
		{method: get, pattern: "/handbook/{slug}/v{n:[0-9]+}", who: anyone, do: s.handbookNumbered, kept: true},
		{method: get, pattern: "/handbook/{slug}/r/{id}", who: anyone, do: s.handbookRevision, kept: true},
		{method: get, pattern: "/handbook/{slug}/history", who: anyone, do: s.handbookHistory, kept: true},
		{method: get, pattern: "/handbook/{slug}/diff", who: anyone, do: s.handbookDiff},
		{method: get, pattern: "/handbook/{slug}/lineage", who: anyone, do: s.handbookLineage, kept: true},
		{method: post, pattern: "/handbook/{slug}/read", who: takePart, do: s.handbookRead},
	}
}

// ProtocolLine is a page of the handbook in a list.
type ProtocolLine struct {
	ID       coop.ID
	Slug     string
	Path     string
	Name     coop.Text
	Kind     handbook.Kind
	Status   handbook.Status
	Number   int
	Circle   string
	Home     string // whose page it is when it is a neighbour's
	Reviewed time.Time
	Review   time.Time
	Due      bool // it is to be looked at again
	Asked    bool // new members are asked to read it
	Used     int  // co-ops that go by it
}

func (s *Site) protocolLine(v *visit, p *handbook.Protocol) ProtocolLine {
	x := ProtocolLine{ID: p.ID, Slug: p.Slug, Path: "/handbook/" + p.Slug, Name: coop.Text{p.Language: p.Name}, Kind: p.Kind, Status: p.Status, Number: p.Number,
		Circle: p.Circle, Reviewed: p.Reviewed, Review: p.Review, Asked: p.Reading}
	x.Due = reviewDue(p.Review, s.cfg.Now()) && (p.Status == handbook.InUse || p.Status == handbook.Review)
	if !p.Local() {
		x.Path, x.Home = "/handbook/commons/"+string(p.ID), v.neighbour(p.Home)
	}
	return x
}

// revisionPath is the address of a text for readers: by its number, or by its id when it has none.
func revisionPath(slug string, r *handbook.Revision) string {
	if r.Number > 0 {
		return "/handbook/" + slug + "/v" + strconv.Itoa(r.Number)
	}
	return "/handbook/" + slug + "/r/" + string(r.ID)
}

// diffPath is the address of what differs between two texts of a page.
func diffPath(slug string, from, to handbook.RevisionID) string {
	return "/handbook/" + slug + "/diff?" + url.Values{"from": {string(from)}, "to": {string(to)}}.Encode()
}

// protocol gives the page that the address names.
func (s *Site) protocol(v *visit) (handbook.Protocol, error) {
	return s.cfg.Handbook.Protocol(v.r.Context(), v.by, v.param("slug"))
}

// namesOfPeople gives the names of members that v.by may know, by id.
func (s *Site) namesOfPeople(v *visit) (map[coop.ID]string, error) {
	people, err := s.cfg.CoopStore.People(v.r.Context())
	if err != nil {
		return nil, err
	}
	names := make(map[coop.ID]string, len(people))
	for i := range people {
		if x, ok := people[i].SeenBy(market.Reach(v.by)); ok {
			names[people[i].ID] = x.DisplayName
		}
	}
	return names, nil
}

// nameOf gives the name of one of them, "" when v.by may not know it or they have left.
func (s *Site) nameOf(v *visit, id coop.ID) (string, error) {
	person, err := s.cfg.CoopStore.Person(v.r.Context(), id)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return "", nil
		}
		return "", err
	}
	x, ok := person.SeenBy(market.Reach(v.by))
	if !ok {
		return "", nil
	}
	return x.DisplayName, nil
}

// OriginLine is a page that another was adapted from.
type OriginLine struct {
	Name    string
	Home    string
	Path    string // the address of its page
	Changes string
}

func (s *Site) originLine(v *visit, o *handbook.Origin) OriginLine {
	x := OriginLine{Name: o.Name, Home: v.neighbour(o.Home), Changes: o.Changes, Path: string(o.Page)}
	if o.Home == "" {
		x.Home = ""
	}
	return x
}

// UseLine is a co-op that goes by a page.
type UseLine struct {
	Name, Path string
	Manner     handbook.Manner
	Since      time.Time
	Changes    string
	Meets      bool
}

// usesOf lists who goes by a page in public.
func (s *Site) usesOf(v *visit, page coop.ID) ([]UseLine, error) {
	uses, err := s.cfg.Handbook.UsedBy(v.r.Context(), v.by, page)
	if err != nil {
		return nil, err
	}
	var out []UseLine
	for i := range uses {
		a := &uses[i].Adoption
		x := UseLine{Manner: a.Manner, Since: a.Since, Changes: a.Changes, Meets: uses[i].Meets}
		if a.Coop == "" {
			k, err := s.coop(v.r.Context())
			if err != nil {
				return nil, err
			}
			x.Name, x.Path = k.coop.Name, "/"
		} else {
			x.Name, x.Path = v.neighbour(a.Coop), a.Coop.Origin()+"/"
		}
		out = append(out, x)
	}
	return out, nil
}

// maxUses is how many co-ops that use a page are named on it; its lineage names all.
const maxUses = 5
