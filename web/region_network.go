package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/network"
	"toadlane/market"
	"toadlane/region"
)

// NetworkPage is the picture of who is linked with whom in a region, with the same as tables.
type NetworkPage struct {
	Frame
	Region RegionLine
	Nav    RegionNav
	Taken  time.Time
	Count  int
	Marks  []NetworkMark
	Lines  []NetworkLine // in the picture
	Coops  []NetworkRow
	Links  []NetworkLink // the same as Lines, in words
	Left   int           // co-ops that have no room in the picture
	Beyond int           // links that have no room
	Kinds  []string      // of lines that occur
	More   string        // address of further rows
	First  string
}

// NetworkMark is a co-op in the picture.
type NetworkMark struct {
	Number     int
	X, Y       float64
	Path, Href string
	Says       string // for who does not see it
	Own, Stale bool
}

// NetworkLine is a link in the picture. Kind is pages, agreed, hand, or both when it is more than one of them.
type NetworkLine struct {
	Path  string
	Width float64
	Kind  string
}

// NetworkRow is a co-op in the table, whether or not it has room in the picture.
type NetworkRow struct {
	Number     int // 0 for none
	Name, Path string
	Host       string
	Market     string
	Own, Stale bool
	Seen       time.Time
	Links      int
}

// NetworkLink is a link in words.
type NetworkLink struct {
	A, B string
	Says []string
	Kind string
}

const (
	networkRows  = 100 // co-ops in the table of one page
	networkLinks = 120 // links that are drawn and told: those with the most in them
)

// tie is what joins two co-ops of a region, by their places in it.
type tie struct {
	a, b            int
	ab, ba          int  // pages of the other that each goes by
	agreed, agreed2 int  // how many things worked out between them, as each says
	hand            bool // we chose to follow
}

// tieKinds are what can join two co-ops, in the order of the key; both is more than one of them.
var tieKinds = []string{"pages", "agreed", "hand", "both"}

// kinds lists what joins the two, and both when that is more than one thing: the last of them is what is drawn.
func (t *tie) kinds() (out []string) {
	for i, is := range []bool{t.ab+t.ba > 0, t.agreed+t.agreed2 > 0, t.hand} {
		if is {
			out = append(out, tieKinds[i])
		}
	}
	if len(out) > 1 {
		out = append(out, "both")
	}
	return out
}

// weight counts of what worked out what both say: one of them alone makes a line no thicker.
func (t *tie) weight() int { return max(1, t.ab+t.ba+min(t.agreed, t.agreed2)) }

// joins is what joins co-ops, wherever they are.
type joins struct {
	pages []handbook.Bond
	done  []market.Bond
}

// joins gives who goes by whose pages, and how much worked out between whom.
func (s *Site) joins(v *visit, r *region.Region) (joins, error) {
	return s.bonded.get(s, r.ID, func() (x joins, err error) {
		if x.pages, err = s.cfg.Handbook.Bonds(v.r.Context()); err == nil {
			x.done, err = s.cfg.Market.Bonds(v.r.Context())
		}
		return x, err
	})
}

// ties are what joins the co-ops of a region: what was said in public, and for members also whom a steward of ours chose to follow.
func (s *Site) ties(v *visit, r *region.Region, all *regionCircle) ([]tie, error) {
	joins, err := s.joins(v, r)
	if err != nil {
		return nil, err
	}
	at := map[[2]int]*tie{}
	between := func(a, b int) *tie {
		key := [2]int{min(a, b), max(a, b)}
		if at[key] == nil {
			at[key] = &tie{a: key[0], b: key[1]}
		}
		return at[key]
	}
	for _, bond := range joins.pages {
		a, ok := all.by[bond.Coop]
		b, ok2 := all.by[bond.Home]
		switch {
		case !ok || !ok2 || a == b || !all.coops[a].pages:
		case a < b:
			between(a, b).ab += bond.Pages
		default:
			between(a, b).ba += bond.Pages
		}
	}
	own, here := all.by[""]
	for _, bond := range joins.done { // both let it be shown, though one alone says it; and so do we, or others would not be asked
		a, ok := all.by[bond.Coop]
		b, ok2 := all.by[bond.With]
		switch {
		case !ok || !ok2 || a == b || !all.coops[a].bonds || !all.coops[b].bonds || !here || !all.coops[own].bonds:
		case a < b:
			between(a, b).agreed = bond.Count
		default:
			between(a, b).agreed2 = bond.Count
		}
	}
	if here && v.me != nil {
		for i := range all.coops {
			if all.coops[i].hand && i != own {
				between(own, i).hand = true
			}
		}
	}
	out := make([]tie, 0, len(at))
	for _, t := range at {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b tie) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(all.coops[a.a].iri, all.coops[b.a].iri), cmp.Compare(all.coops[a.b].iri, all.coops[b.b].iri))
	})
	return out, nil
}

// networkShow draws the co-ops of a region and what joins them. People are not drawn: only ours are known by name.
func (s *Site) networkShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	all, err := s.around(v, &r)
	if err != nil {
		return err
	}
	ties, err := s.ties(v, &r, all)
	if err != nil {
		return err
	}
	x := NetworkPage{Frame: v.frameTitled(v.t("network.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "network"), Taken: all.taken, Count: len(all.coops)}
	nodes, links := make([]network.Node, len(all.coops)), []network.Link{}
	for i := range all.coops {
		nodes[i].Key = string(all.coops[i].iri)
	}
	count := make([]int, len(all.coops))
	for i := range ties {
		t := &ties[i]
		count[t.a]++
		count[t.b]++
		links = append(links, network.Link{A: t.a, B: t.b, Weight: t.weight()})
	}
	d := network.Lay(nodes, links)
	x.Left = d.Left
	numbers := s.networkMarks(v, &x, all, &d, count)
	s.networkLines(v, &x, all, &d, ties)
	if err := x.rows(v, s, &r, all, numbers, count); err != nil {
		return err
	}
	if x.First != "" { // the picture stands on the first page, with the rows that it is the same as
		x.Marks, x.Lines, x.Links = nil, nil, nil
	}
	x.Robots = x.First == ""
	return v.page(http.StatusOK, "region_network", x)
}

// networkMarks puts the co-ops into the picture, and gives the number of each that is in it.
func (s *Site) networkMarks(v *visit, x *NetworkPage, all *regionCircle, d *network.Drawing, links []int) map[int]int {
	numbers := map[int]int{}
	for _, m := range d.Marks {
		c := &all.coops[m.Who]
		numbers[m.Who] = m.Number
		mark := NetworkMark{Number: m.Number, X: m.X, Y: m.Y, Path: m.Path, Href: "#coop-" + strconv.Itoa(m.Number), Own: c.own, Stale: s.stale(c)}
		mark.Says = v.t("network.mark", "N", m.Number, "Name", c.name, "Links", v.t("network.links", "Count", links[m.Who]))
		x.Marks = append(x.Marks, mark)
	}
	return numbers
}

// networkLines puts the links into the picture and says each of them.
func (s *Site) networkLines(v *visit, x *NetworkPage, all *regionCircle, d *network.Drawing, ties []tie) {
	drawn := map[[2]int]*network.Line{}
	for i := range d.Lines {
		drawn[[2]int{d.Lines[i].A, d.Lines[i].B}] = &d.Lines[i]
	}
	for i := range ties {
		t := &ties[i]
		l := drawn[[2]int{t.a, t.b}]
		if l == nil || len(x.Links) == networkLinks {
			x.Beyond++
			continue
		}
		kinds := t.kinds()
		kind := kinds[len(kinds)-1]
		x.Kinds = append(x.Kinds, kinds...)
		x.Lines = append(x.Lines, NetworkLine{Path: l.Path, Width: l.Width, Kind: kind})
		a, b := all.coops[t.a].name, all.coops[t.b].name
		said := NetworkLink{A: a, B: b, Kind: kind}
		if t.ab > 0 {
			said.Says = append(said.Says, v.t("network.goes_by", "Name", a, "Other", b, "Count", t.ab))
		}
		if t.ba > 0 {
			said.Says = append(said.Says, v.t("network.goes_by", "Name", b, "Other", a, "Count", t.ba))
		}
		if t.agreed > 0 {
			said.Says = append(said.Says, v.t("network.agreed", "Name", a, "Other", b, "Count", t.agreed))
		}
		if t.agreed2 > 0 {
			said.Says = append(said.Says, v.t("network.agreed", "Name", b, "Other", a, "Count", t.agreed2))
		}
		if t.hand {
			said.Says = append(said.Says, v.t("network.chosen"))
		}
		x.Links = append(x.Links, said)
	}
	x.Kinds = slices.DeleteFunc(slices.Clone(tieKinds), func(k string) bool { return !slices.Contains(x.Kinds, k) })
}

// rows fills the table: first who is in the picture, by number, then the others by name.
func (x *NetworkPage) rows(v *visit, s *Site, r *region.Region, all *regionCircle, numbers map[int]int, links []int) error {
	order := make([]int, len(all.coops))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		m, n := numbers[a], numbers[b]
		if m == 0 || n == 0 {
			return cmp.Compare(n, m) // who has a number stands first
		}
		return cmp.Compare(m, n)
	})
	from := 0
	if w := v.r.URL.Query().Get("from"); w != "" {
		n, err := strconv.Atoi(w)
		if err != nil || n < 0 || n > len(order) {
			return coop.Errorf(coop.Invalid, "cursor.invalid", "from %.20q", w)
		}
		from, x.First = n, regionPath(r)+"/network#co-ops"
	}
	for _, i := range order[from:min(len(order), from+networkRows)] {
		c := &all.coops[i]
		x.Coops = append(x.Coops, NetworkRow{Number: numbers[i], Name: c.name, Path: c.path(), Host: c.iri.Host(), Market: c.market(r), Own: c.own, Stale: s.stale(c), Seen: c.seen, Links: links[i]})
	}
	if next := from + networkRows; next < len(order) {
		x.More = regionPath(r) + "/network?from=" + strconv.Itoa(next) + "#co-ops"
	}
	return nil
}
