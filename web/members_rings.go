package web

import (
	"toadlane/coop"
	"toadlane/internal/rings"
)

// RingsView is the membership as rings: stages from the outside in, constituencies as sectors, with the same as a table.
type RingsView struct {
	Rings   []RingLine
	Sectors []SectorLine
	Dots    []RingDot
	Dot     float64
	Weaves  []int // the patterns that occur
}

// RingLine is a stage: its circle, its number and its row of the table.
type RingLine struct {
	Name   string
	Number int
	Radius float64
	X, Y   float64
	Count  int
	Path   string // who stands there, as a list
	Cells  []RingCell
}

// RingCell is how many of a constituency stand on a ring, and who.
type RingCell struct {
	Count int
	Path  string
	Who   []Member
	Label string // of the column
}

// SectorLine is a constituency: its shape, colour and pattern, the same in every picture.
type SectorLine struct {
	Name   string
	Kind   int // of its colour and outline
	Weave  int // of its pattern
	Path   string
	Swatch string // outline for the legend
	Count  int
	List   string // who is in it, as a list
	Share  string // of the votes, "" when each member has one
}

// RingDot is a person, or how many more there are.
type RingDot struct {
	Path    string
	Outline string
	X, Y    float64
	Kind    int
	Words   string // what stands in it
	Says    string // what it is, for who does not see it
	More    bool
}

// namedCells is up to how many people the table names; above, it counts.
const namedCells = 40

// ringsOf draws people as rings. Who does not show a stage stands on a ring of their own outside all others, who shows no constituency in
// a sector of their own.
func (s *Site) ringsOf(v *visit, people []Member, c coop.Coop, f Form) *RingsView {
	stages, kinds := make([]string, 0, len(c.Stages)+1), make([]string, 0, len(c.Constituencies)+1)
	noStage, noKind := len(c.Stages) == 0, len(c.Constituencies) == 0
	for i := range people {
		noStage = noStage || people[i].Stage == ""
		noKind = noKind || people[i].Constituency == ""
	}
	view := &RingsView{}
	ring, sector := map[string]int{}, map[string]int{}
	if noStage {
		stages = append(stages, unsaid)
		view.Rings = append(view.Rings, RingLine{Name: v.t("members.no_stage")})
	}
	for _, x := range c.Stages {
		ring[x.Slug] = len(stages)
		stages = append(stages, x.Slug)
		view.Rings = append(view.Rings, RingLine{Name: s.text(v.tongue, x.Name).Words})
	}
	for i, x := range c.Constituencies {
		sector[x.Slug] = len(kinds)
		kinds = append(kinds, x.Slug)
		line := SectorLine{Name: s.text(v.tongue, x.Name).Words, Kind: i % rings.Shapes, Weave: (i/rings.Shapes + i) % rings.Shapes}
		if c.Votes == coop.ByShare {
			line.Share = coop.Percent(x.Share)
		}
		view.Sectors = append(view.Sectors, line)
	}
	if noKind {
		sector[""] = len(kinds)
		kinds = append(kinds, unsaid)
		view.Sectors = append(view.Sectors, SectorLine{Name: v.t("members.no_kind"), Kind: len(c.Constituencies) % rings.Shapes, Weave: len(c.Constituencies) % rings.Shapes})
	}
	spots := make([]rings.Spot, len(people))
	who := map[rings.Spot][]Member{}
	for i := range people {
		k := people[i].PersonView.Constituency
		if people[i].Constituency == "" {
			k = ""
		}
		at := rings.Spot{Sector: sector[k]}
		if people[i].Stage != "" {
			at.Ring = ring[people[i].PersonView.Stage]
		}
		spots[i] = at
		who[at] = append(who[at], people[i])
	}
	d := rings.Lay(len(stages), len(kinds), spots)
	view.Dot = d.Dot
	list := func(ring, sector int) string {
		change := []string{"view", "table"}
		if ring >= 0 {
			change = append(change, "stage", stages[ring])
		}
		if sector >= 0 {
			change = append(change, "kind", kinds[sector])
		}
		return memberPath(f, change...)
	}
	seen := map[int]bool{}
	for i := range view.Sectors {
		x := &view.Sectors[i]
		x.Path, x.Count, x.Swatch, x.List = d.Sectors[i].Path, d.Sectors[i].Count, rings.Outline(x.Kind, 14, 14, 11), list(-1, i)
		if !seen[x.Weave] {
			seen[x.Weave] = true
			view.Weaves = append(view.Weaves, x.Weave)
		}
	}
	for i := range view.Rings {
		x := &view.Rings[i]
		x.Number, x.Radius, x.X, x.Y, x.Count, x.Path = i+1, d.Rings[i].Radius, d.Rings[i].X, d.Rings[i].Y, d.Rings[i].Count, list(i, -1)
		for j := range view.Sectors {
			all := who[rings.Spot{Ring: i, Sector: j}]
			cell := RingCell{Count: len(all), Path: list(i, j), Label: view.Sectors[j].Name}
			if len(people) <= namedCells {
				cell.Who = all
			}
			x.Cells = append(x.Cells, cell)
		}
	}
	for _, m := range d.Dots {
		p := &people[m.Who]
		view.Dots = append(view.Dots, RingDot{Path: p.Path, Outline: m.Path, X: m.X, Y: m.Y, Kind: view.Sectors[m.Sector].Kind, Words: p.Initials,
			Says: v.t("members.dot", "Name", p.DisplayName, "Initials", p.Initials, "Stage", view.Rings[m.Ring].Name, "Kind", view.Sectors[m.Sector].Name)})
	}
	for _, m := range d.More {
		n := v.tongue.number(int64(m.More))
		view.Dots = append(view.Dots, RingDot{Path: list(m.Ring, m.Sector), Outline: m.Path, X: m.X, Y: m.Y, Kind: view.Sectors[m.Sector].Kind, Words: "+" + n, More: true,
			Says: v.t("members.dot_more", "Count", m.More, "Stage", view.Rings[m.Ring].Name, "Kind", view.Sectors[m.Sector].Name)})
	}
	return view
}
