package web

import (
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/region"
)

// RegionHandbookPage is what several co-ops of a region go by, and what the region expects.
type RegionHandbookPage struct {
	Frame
	Region  RegionLine
	Nav     RegionNav
	Taken   time.Time
	Expects []SharedLine
	Shared  []SharedLine
	More    int // pages that do not stand here
}

// SharedLine is a page with who goes by it.
type SharedLine struct {
	Name coop.Text
	Kind handbook.Kind
	Path string
	Away bool
	Home string   // whose page it is
	Who  []string // who goes by it, as far as named
	More int      // who is not named
	All  int
}

const (
	sharedPages = 60 // that stand on the page
	sharedNames = 8  // of co-ops beside a page
)

func (s *Site) regionHandbookShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	all, err := s.around(v, &r)
	if err != nil {
		return err
	}
	shared, err := s.shared(v, &r, all)
	if err != nil {
		return err
	}
	x := RegionHandbookPage{Frame: v.frameTitled(v.t("shared.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "handbook"), Taken: all.taken}
	expected := map[coop.IRI]int{}
	lines, err := s.expectLines(v, r.Charter.Expects)
	if err != nil {
		return err
	}
	for i, page := range r.Charter.Expects {
		expected[page] = i
		x.Expects = append(x.Expects, SharedLine{Name: lines[i].Name, Path: lines[i].Path, Away: lines[i].Away})
		if x.Expects[i].Name == nil {
			x.Expects[i].Name = coop.Text{v.tongue.tag: lines[i].Words}
		}
	}
	for i := range shared {
		l := s.sharedLine(v, &shared[i], all)
		if at, ok := expected[shared[i].Page.IRI]; ok {
			x.Expects[at] = l
			continue
		}
		if len(x.Shared) == sharedPages {
			x.More++
			continue
		}
		x.Shared = append(x.Shared, l)
	}
	x.Robots = true
	return v.page(http.StatusOK, "region_handbook", x)
}

// shared gives the pages that several co-ops go by of those that let the region show by which they do.
func (s *Site) shared(v *visit, r *region.Region, all *regionCircle) ([]handbook.Shared, error) {
	return s.sharing.get(s, r.ID, func() ([]handbook.Shared, error) {
		of := map[coop.IRI]bool{}
		for i := range all.coops {
			switch c := &all.coops[i]; {
			case !c.pages:
			case c.own:
				of[""] = true
			default:
				of[c.iri] = true
			}
		}
		return s.cfg.Handbook.SharedBy(v.r.Context(), of)
	})
}

func (s *Site) sharedLine(v *visit, x *handbook.Shared, all *regionCircle) SharedLine {
	p := &x.Page
	l := SharedLine{Name: coop.Text{p.Language: p.Name}, Kind: p.Kind, Path: "/handbook/" + p.Slug, All: len(x.Coops)}
	if !p.Local() {
		l.Path, l.Home = "/handbook/commons/"+string(p.ID), v.neighbour(p.Home)
		if v.me == nil { // who only visits reads it where it is
			l.Path, l.Away = string(p.IRI), true
		}
	}
	for _, who := range x.Coops {
		i, ok := all.by[who]
		if !ok || len(l.Who) == sharedNames {
			l.More++
			continue
		}
		l.Who = append(l.Who, all.coops[i].name)
	}
	return l
}
