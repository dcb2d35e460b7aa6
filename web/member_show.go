package web

import (
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

func init() { addPages(map[string]any{"members": MembersPage{}, "member": MemberPage{}}) }

func (s *Site) memberRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/members", who: anyone, do: s.membersShow, kept: true},
		{method: http.MethodGet, pattern: "/@{handle}", who: anyone, do: s.memberShow, kept: true, document: true},
	}
}

// MembersPage lists the people whom the reader may see.
type MembersPage struct {
	Frame
	Form    Form
	Members []Member
	Hidden  bool // there may be others who do not show themselves
}

// Member is a person as the reader may see them.
type Member struct {
	coop.PersonView
	Path         string
	Constituency string
	Stage        string
}

// MemberPage is a person's page: what they offer and look for comes first.
type MemberPage struct {
	Frame
	M      Member
	Offers []Card
	Wants  []Card
	Mine   bool
	Handle string // as in the fediverse

	Tongues []string // names of the languages
}

// membersShow lists by name who may be seen; words narrow it to whose name, skills or area hold all of them.
func (s *Site) membersShow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	people, err := s.cfg.CoopStore.People(v.r.Context())
	if err != nil {
		return err
	}
	p := MembersPage{Frame: v.frame("members.title"), Form: f, Hidden: !v.by.SignedIn()}
	p.Robots = f.Get("q") == ""
	wanted := strings.Fields(strings.ToLower(f.Get("q")))
	for i := range people {
		view, ok := people[i].SeenBy(market.Reach(v.by))
		if !ok {
			continue
		}
		m := s.member(v, view, k.coop)
		if m.speaksOf(wanted) {
			p.Members = append(p.Members, m)
		}
	}
	return v.page(http.StatusOK, "members", p)
}

func (s *Site) member(v *visit, view coop.PersonView, c coop.Coop) Member {
	m := Member{PersonView: view, Path: "/@" + view.Handle}
	for _, x := range c.Constituencies {
		if x.Slug == view.Constituency {
			m.Constituency = s.text(v.tongue, x.Name).Words
		}
	}
	for _, x := range c.Stages {
		if x.Slug == view.Stage {
			m.Stage = s.text(v.tongue, x.Name).Words
		}
	}
	return m
}

// speaksOf tells whether all words stand somewhere in what is shown of m.
func (m *Member) speaksOf(words []string) bool {
	all := m.DisplayName + " " + m.Handle + " " + m.About + " " + m.Area + " " + m.Constituency
	for _, k := range m.Skills {
		all += " " + k.Name
	}
	all = strings.ToLower(all)
	for _, w := range words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// memberShow shows one person. Whoever may not be seen is not here, with the same page as whoever never was.
func (s *Site) memberShow(v *visit) error {
	handle := v.param("handle")
	if !coop.ValidHandle(handle) {
		return coop.Errorf(coop.NotFound, "person.unknown", "handle %.40q", handle)
	}
	ctx := v.r.Context()
	person, err := s.cfg.CoopStore.PersonByHandle(ctx, handle)
	if err != nil {
		return err
	}
	mine := person.ID == v.by.Person()
	view, ok := person.SeenBy(market.Reach(v.by))
	if mine {
		view, ok = person.SeenBy(coop.OnlyMe)
	}
	if !ok {
		return coop.Errorf(coop.NotFound, "person.unknown", "person %s is not for %s", handle, v.by)
	}
	k, err := s.coop(ctx)
	if err != nil {
		return err
	}
	p := MemberPage{Frame: v.frameTitled(view.DisplayName), M: s.member(v, view, k.coop), Mine: mine}
	p.Handle = "@" + view.Handle + "@" + p.Host
	p.Robots = person.Public()
	for _, tag := range view.Languages {
		p.Tongues = append(p.Tongues, languageName(tag))
	}
	for _, purpose := range []market.Purpose{market.Offer, market.Want} {
		page, err := s.cfg.Market.Search(ctx, v.by, market.Query{Poster: person.ID, Purpose: purpose, Sort: market.Newest, Limit: market.MaxPage})
		if err != nil {
			return err
		}
		for i := range page.Listings {
			if purpose == market.Offer {
				p.Offers = append(p.Offers, v.card(&page.Listings[i]))
			} else {
				p.Wants = append(p.Wants, v.card(&page.Listings[i]))
			}
		}
	}
	return v.page(http.StatusOK, "member", p)
}
