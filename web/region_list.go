package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

func init() {
	addPages(map[string]any{"regions": RegionsPage{}, "region": RegionPage{}, "region_new": RegionNewPage{}, "region_ask": RegionAskPage{}, "region_leave": RegionLeavePage{},
		"region_answer": RegionAnswerPage{}})
}

func (s *Site) regionRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/regions", who: anyone, do: s.regionsShow, kept: true},
		{method: post, pattern: "/regions/look", who: keepRegions, do: s.regionLook},
		{method: get, pattern: "/regions/new", who: keepRegions, do: s.regionNew},
		{method: post, pattern: "/regions/new", who: keepRegions, do: s.regionFound, body: textBody},

		{method: get, pattern: "/regions/{slug}", who: anyone, do: s.regionShow, kept: true, document: true},
		{method: post, pattern: "/regions/{slug}/follow", who: anyone, do: s.regionFollow},
		{method: get, pattern: "/regions/{slug}/market", who: anyone, do: s.inRegion(s.marketShow), kept: true},
		{method: get, pattern: "/regions/{slug}/market.rss", who: anyone, do: s.inRegion(s.feedRSS), kept: true},
		{method: get, pattern: "/regions/{slug}/market.atom", who: anyone, do: s.inRegion(s.feedAtom), kept: true},
		{method: get, pattern: "/regions/{slug}/market.json", who: anyone, do: s.inRegion(s.feedJSON), kept: true},
		{method: get, pattern: "/regions/{slug}/market.geojson", who: anyone, do: s.inRegion(s.marketPlaces), kept: true},

		{method: get, pattern: "/regions/{slug}/ask", who: keepRegions, do: s.regionAsk},
		{method: post, pattern: "/regions/{slug}/ask", who: keepRegions, do: s.regionAskDo},
		{method: get, pattern: "/regions/{slug}/part", who: keepRegions, do: s.regionPart},
		{method: post, pattern: "/regions/{slug}/part", who: keepRegions, do: s.regionPartDo},
		{method: get, pattern: "/regions/{slug}/leave", who: keepRegions, do: s.regionLeave},
		{method: post, pattern: "/regions/{slug}/leave", who: keepRegions, do: s.regionLeaveDo},
		{method: post, pattern: "/regions/{slug}/forget", who: keepRegions, do: s.regionForget},

		{method: post, pattern: "/regions/{slug}/invite", who: keepRegions, do: s.regionInvite},
		{method: post, pattern: "/regions/{slug}/admit", who: keepRegions, do: s.regionAdmit},
		{method: get, pattern: "/regions/{slug}/refuse", who: keepRegions, do: s.regionRefuse},
		{method: post, pattern: "/regions/{slug}/refuse", who: keepRegions, do: s.regionRefuseDo},
		{method: get, pattern: "/regions/{slug}/expel", who: keepRegions, do: s.regionExpel},
		{method: post, pattern: "/regions/{slug}/expel", who: keepRegions, do: s.regionExpelDo},
	}
}

// RegionsPage lists the regions that we take part in, and for stewards all that are known.
type RegionsPage struct {
	Frame
	Form    Form
	Joined  []RegionLine
	Invited []RegionLine
	Asked   []RegionLine
	Over    []RegionLine // refused, ended, left
	Looked  []RegionLine
	Keeps   bool // the reader may begin and ask
}

// RegionLine is a region in a list.
type RegionLine struct {
	RegionLink
	Slug    string
	State   region.State
	Hosted  bool
	Host    string // where it is hosted
	Account string
	Count   int // co-ops that take part
	Askers  int // co-ops that wait for our answer
	Since   time.Time
	Asked   time.Time
	Why     string // what its host said
	Cloth   string // it lies on
}

// regionCloth chooses the ground of a region's art by its id, so that it is the same everywhere.
func regionCloth(id region.ID) string {
	n := 0
	for _, b := range []byte(id) {
		n += int(b)
	}
	c := cloths[n%len(cloths)]
	return c.tint + " " + c.weave
}

func (s *Site) regionsShow(v *visit) error { return s.regionsPage(v, http.StatusOK, Form{}) }

func (s *Site) regionsPage(v *visit, status int, f Form) error {
	p := RegionsPage{Frame: v.frame("region.title"), Form: f, Keeps: can(v.by, keepRegions)}
	all, err := s.cfg.Region.Regions(v.r.Context(), v.by)
	if err != nil {
		return err
	}
	for i := range all {
		x, err := s.regionLine(v, &all[i], p.Keeps)
		if err != nil {
			return err
		}
		switch r := &all[i]; {
		case r.State == region.Joined:
			p.Joined = append(p.Joined, x)
		case r.State == region.Asked:
			p.Asked = append(p.Asked, x)
		case r.State == region.Known && r.Invited:
			p.Invited = append(p.Invited, x)
		case r.State == region.Known:
			p.Looked = append(p.Looked, x)
		default:
			p.Over = append(p.Over, x)
		}
	}
	p.Robots = true
	return v.page(status, "regions", p)
}

func (s *Site) regionLine(v *visit, r *region.Region, keeps bool) (RegionLine, error) {
	x := RegionLine{RegionLink: v.regionLink(r), Slug: r.Slug, State: r.State, Hosted: r.Hosted, Host: r.Charter.Host.Host(), Account: regionAccount(r), Since: r.Joined,
		Asked: r.Asked, Why: r.Why, Cloth: regionCloth(r.ID)}
	if r.State != region.Joined {
		return x, nil
	}
	store := s.cfg.Region.Store.At(v.r.Context())
	var err error
	if v.me == nil {
		x.Count, err = store.CountCounting(r.ID)
		return x, err
	}
	if x.Count, err = store.CountParts(r.ID, region.In); err == nil && keeps {
		x.Askers, err = s.cfg.Region.Waiting(v.r.Context(), r)
	}
	return x, err
}

// typedAddress reads the address of a form that has one. What is wrong is noted in f.
func typedAddress(f *Form) string {
	w := f.Get("address")
	switch {
	case w == "":
		f.Fail("address", "field.required")
	case len(w) > coop.MaxIRI:
		f.Fail("address", "peer.address")
	}
	return w
}

// addAddress notes what went wrong with an address that was typed, whatever its class. It tells whether a form can show it.
func (f *Form) addAddress(err error) bool {
	if coop.ClassOf(err) == coop.Internal {
		return false
	}
	if len(coop.Fields(err)) == 0 {
		f.Fail("address", coop.KeyOf(err))
		return true
	}
	return f.Add(err)
}

// regionLook looks a region up and shows it.
func (s *Site) regionLook(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if address := typedAddress(&f); f.OK() {
		r, err := s.cfg.Federation.LookUpRegion(v.r.Context(), v.by, address)
		if err == nil {
			return v.redirect(regionPath(&r))
		}
		if !f.addAddress(err) {
			return err
		}
	}
	return s.regionsPage(v, http.StatusUnprocessableEntity, f)
}
