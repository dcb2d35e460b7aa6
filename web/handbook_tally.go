package web

import (
	"toadlane/coop"
	"toadlane/handbook"
)

// TallyView is a count as figures in a table.
type TallyView struct {
	Tally  handbook.Tally
	Shares bool // votes are by shares, and may be shown
	For    string
	Against,
	Lost string
	Groups []GroupLine
}

// GroupLine is the count of a constituency.
type GroupLine struct {
	Name                         string
	Share                        string
	Heads, For, Against, Abstain int
}

func (s *Site) tallyView(v *visit, t *handbook.Tally, terms *handbook.Terms, c coop.Coop) *TallyView {
	if t == nil {
		return nil
	}
	x := &TallyView{Tally: *t, Shares: terms.Votes == coop.ByShare && !t.Veiled, For: coop.Percent(t.Shares.For), Against: coop.Percent(t.Shares.Against), Lost: coop.Percent(t.Shares.Lost)}
	for _, g := range t.Groups {
		line := GroupLine{Name: s.groupName(v, c, g.Slug), Heads: g.Heads, For: g.For, Against: g.Against, Abstain: g.Abstain}
		if line.Name == "" {
			line.Name = v.t("handbook.groups_other")
		}
		if x.Shares {
			line.Share = coop.Percent(g.Share)
		}
		x.Groups = append(x.Groups, line)
	}
	return x
}

// groupName is what a constituency is called.
func (s *Site) groupName(v *visit, c coop.Coop, slug string) string {
	for _, g := range c.Constituencies {
		if g.Slug == slug {
			return s.text(v.tongue, g.Name).Words
		}
	}
	return slug
}
