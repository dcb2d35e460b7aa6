package web

import (
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// metStandards are the standards of service that some co-op meets, with the generation they were read at.
type metStandards struct {
	all        []handbook.Meeting
	generation uint64
	read       time.Time
}

// meetings lists the standards that the market can be narrowed by. It is the same for everybody and is kept until something changes; a market that
// is looked at without pause need not see a new one at once.
func (s *Site) meetings(v *visit, asked string) ([]handbook.Meeting, error) {
	if k := s.metBy.Load(); k != nil && (s.fresh(k.generation, k.read) || time.Since(k.read) < placesKept && asked == "") {
		return k.all, nil
	}
	g, now := s.generation(), time.Now()
	all, err := s.cfg.Handbook.Meetings(v.r.Context())
	if err != nil {
		return nil, err
	}
	s.metBy.Store(&metStandards{all: all, generation: g, read: now})
	return all, nil
}

// standardName is what stands for a standard in an address: ours by its slug, a neighbour's by its own address.
func standardName(p *handbook.Protocol) string {
	if p.Local() {
		return p.Slug
	}
	return string(p.IRI)
}

// meetsFilter reads of which co-ops listings are asked for by a standard that they say they meet.
func (s *Site) meetsFilter(v *visit, x *filters) error {
	w := x.form.Get("meets")
	all, err := s.meetings(v, w)
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i].Page
		label := p.Name
		if !p.Local() {
			label = v.t("market.standard_of", "Name", p.Name, "Coop", v.neighbour(p.Home))
		}
		x.standards = append(x.standards, Option{standardName(p), label})
	}
	if w == "" {
		return nil
	}
	i := slices.IndexFunc(all, func(m handbook.Meeting) bool { return standardName(&m.Page) == w })
	if i < 0 {
		x.query.Of = []coop.IRI{}
		x.form.Fail("meets", "standard.unmet")
		return nil
	}
	x.query.Of = all[i].Coops
	x.chip(v.t("chip.meets", "Name", all[i].Page.Name), "meets")
	return nil
}
