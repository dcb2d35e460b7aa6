package coop

// Preset is what a co-op of one type starts with. It is data alone: the words for it are sentences that whoever founds the co-op brings.
// Everything it fills can be changed, before and after.
type Preset struct {
	Name           string
	OrgType        string
	Votes          VoteMode
	Constituencies []PresetGroup
	Stages         []string // slugs, outermost first
	Modes          []string // ways of exchange that are shown first
	Media          []string // what is paid in beside money
}

// PresetGroup is a constituency of a preset with its share of the votes.
type PresetGroup struct {
	Slug  string
	Share int
}

// Presets lists them in the order they are offered. The last is for whoever does not know yet.
//
// The weights of "multi" are those of Webarchitects, a society under the Somerset Rules: workers half of the votes, clients and partners
// a quarter, investors a quarter (C. Croome of Webarchitects on loomio.com/d/gI1Ts8i5, 25 September 2017). The rules themselves leave the
// weights to each society; the other examples of their authors are half and half for the growers and eaters of a farm, and 60 to 40
// for workers and neighbourhood (somerset.coop/p/somerset-rules-registrations.html). A share of nothing is for people who belong
// and have no vote.
var Presets = []Preset{
	{Name: "worker", OrgType: "OS60", Votes: ByShare, Constituencies: []PresetGroup{{"worker", AllVotes}, {"supporter", 0}},
		Stages: []string{"follower", "alum", "trial", "member"}, Modes: []string{"money", "swap", "hours"}, Media: []string{"hour"}},
	{Name: "consumer", OrgType: "OS80", Constituencies: []PresetGroup{{"user", 0}, {"worker", 0}},
		Stages: []string{"follower", "alum", "member"}, Modes: []string{"money", "share", "gift"}},
	{Name: "multi", OrgType: "OS100", Votes: ByShare, Constituencies: []PresetGroup{{"worker", 5000}, {"user", 2500}, {"investor", 2500}},
		Stages: []string{"follower", "alum", "friend", "trial", "member"}, Modes: []string{"money", "swap", "hours", "gift"}, Media: []string{"hour"}},
	{Name: "housing", OrgType: "OS70", Votes: ByShare, Constituencies: []PresetGroup{{"resident", AllVotes}, {"neighbour", 0}},
		Stages: []string{"follower", "alum", "waiting", "trial", "member"}, Modes: []string{"lend", "gift", "share", "hours"}, Media: []string{"hour"}},
	{Name: "care", OrgType: "OS100", Constituencies: []PresetGroup{{"carer", 0}, {"cared", 0}, {"family", 0}, {"supporter", 0}},
		Stages: []string{"follower", "alum", "trial", "member"}, Modes: []string{"hours", "gift", "sliding"}, Media: []string{"hour"}},
	{Name: "platform", OrgType: "OS115", Constituencies: []PresetGroup{{"producer", 0}, {"user", 0}, {"worker", 0}},
		Stages: []string{"follower", "alum", "trial", "member"}, Modes: []string{"money", "sliding"}},
	{Name: "federation", OrgType: "OS110", Constituencies: []PresetGroup{{"coop", 0}, {"ally", 0}},
		Stages: []string{"observer", "applicant", "member"}, Modes: []string{"share", "swap", "money"}},
	{Name: "unsure", OrgType: "OS115", Constituencies: []PresetGroup{{"worker", 0}, {"user", 0}, {"producer", 0}, {"supporter", 0}},
		Stages: []string{"follower", "alum", "friend", "trial", "member"}},
}

// PresetNamed finds a preset; ok is false when there is none of that name.
func PresetNamed(name string) (p Preset, ok bool) {
	for _, p := range Presets {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// Fill gives c what p starts with, in the languages of c. say gives the words of a key in a language, "" when it does not speak it; the
// keys are preset.kind.<slug>, preset.stage.<slug> and preset.purpose.<name>. A purpose that is there stays.
func (p Preset) Fill(c *Coop, say func(lang, key string) string) {
	text := func(key string) Text {
		t := Text{}
		for _, lang := range c.Languages {
			if words := say(lang, key); words != "" {
				t[lang] = words
			}
		}
		if len(t) == 0 {
			t["en"] = say("en", key)
		}
		return t
	}
	c.OrgType, c.Votes = p.OrgType, p.Votes
	c.Constituencies, c.Stages = nil, nil
	for _, g := range p.Constituencies {
		c.Constituencies = append(c.Constituencies, Constituency{Slug: g.Slug, Name: text("preset.kind." + g.Slug), Share: g.Share})
	}
	for _, s := range p.Stages {
		c.Stages = append(c.Stages, Stage{Slug: s, Name: text("preset.stage." + s)})
	}
	c.FirstModes, c.Media = append([]string(nil), p.Modes...), append([]string(nil), p.Media...)
	if len(c.Purpose) == 0 {
		c.Purpose = text("preset.purpose." + p.Name)
	}
}
