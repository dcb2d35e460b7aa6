package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

func init() { addPages(map[string]any{"members": MembersPage{}}) }

// How many people one page of the grid and of the table shows: pictures weigh more than rows.
const (
	gridPage  = 36
	tablePage = 80
)

var (
	memberViews = []string{"grid", "table", "rings"}
	memberSorts = []string{"name", "kind", "stage", "since"}
)

// unsaid stands in addresses for people of whom a constituency or stage is not shown.
const unsaid = "-"

// MembersPage lists the people whom the reader may see, in one of three views.
type MembersPage struct {
	Frame
	Form    Form
	View    string
	Views   []ViewLink
	Sort    string
	Members []Member // of this page
	Total   int      // whom the question finds
	Asked   bool     // something is asked for
	Levels  []Option
	Kinds   []Option
	Stages  []Option
	Heads   []SortLink
	Skills  []SkillLine
	More    string // address of the next page
	Less    string // address of the one before
	Rings   *RingsView
	Hidden  bool // there may be others who do not show themselves
}

// ViewLink leads to the same people in another view.
type ViewLink struct {
	View, Path string
	Here       bool
}

// SortLink is the head of a column.
type SortLink struct {
	Key, Path string
	Here      bool
}

// SkillLine is a skill with how many teach it, can do it and learn it.
type SkillLine struct {
	Name                 string
	Teach, Can, Learning int
	TeachPath, CanPath   string
	LearnPath            string
}

// membersShow lists who may be seen: by name unless asked otherwise, narrowed by words, level of a skill, constituency and stage.
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
	p := MembersPage{Frame: v.frame("members.title"), Form: f, Hidden: !v.by.SignedIn(), View: oneOrFirst(f.Get("view"), memberViews),
		Sort: oneOrFirst(f.Get("sort"), memberSorts)}
	q := memberQuery{words: strings.Fields(strings.ToLower(f.Get("q"))), kind: f.Get("kind"), stage: f.Get("stage")}
	if slices.Contains(skillLevels, f.Get("level")) {
		q.level = f.Get("level")
	}
	p.Asked = len(q.words) > 0 || q.level != "" || q.kind != "" || q.stage != ""
	p.Robots = !p.Asked && len(f.Values) == 0
	var all, found []Member
	for i := range people {
		view, ok := people[i].SeenBy(market.Reach(v.by))
		if !ok {
			continue
		}
		m := s.member(v, view, k.coop)
		all = append(all, m)
		if q.finds(&m) {
			found = append(found, m)
		}
	}
	p.Total = len(found)
	sortMembers(found, p.Sort, k.coop)
	s.memberChoices(v, &p, k.coop, all)
	if p.View == "rings" {
		p.Rings = s.ringsOf(v, found, k.coop, f)
	} else {
		p.cutPage(found)
	}
	return v.page(http.StatusOK, "members", p)
}

// oneOrFirst is word when it is among all, else the first.
func oneOrFirst(word string, all []string) string {
	if slices.Contains(all, word) {
		return word
	}
	return all[0]
}

// memberQuery is what somebody looks for among the members.
type memberQuery struct {
	words              []string
	level, kind, stage string
}

// finds tells whether m is looked for. With a level, the words are about skills of that level: "who can teach bread".
func (q memberQuery) finds(m *Member) bool {
	fits := func(want, have string) bool { return want == "" || want == have || want == unsaid && have == "" }
	if !fits(q.kind, m.PersonView.Constituency) || !fits(q.stage, m.PersonView.Stage) {
		return false
	}
	if q.level != "" {
		return slices.ContainsFunc(m.Skills, func(k coop.Skill) bool { return k.Level == q.level && sameWords(k.Name, q.words) })
	}
	all := []string{m.DisplayName, m.Handle, m.About, m.LookingFor, m.Area, m.Constituency}
	for _, k := range m.Skills {
		all = append(all, k.Name)
	}
	return sameWords(strings.Join(all, " "), q.words)
}

// sortMembers orders by what a column shows; the same stay in the order of their names, in which they came.
func sortMembers(list []Member, by string, c coop.Coop) {
	kind, stage := map[string]int{}, map[string]int{}
	for i, x := range c.Constituencies {
		kind[x.Slug] = i - len(c.Constituencies)
	}
	for i, x := range c.Stages {
		stage[x.Slug] = -1 - i // innermost first
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		switch by {
		case "kind":
			return kind[a.PersonView.Constituency] < kind[b.PersonView.Constituency]
		case "stage":
			return stage[a.PersonView.Stage] < stage[b.PersonView.Stage]
		case "since":
			return !a.Since.IsZero() && (b.Since.IsZero() || a.Since.Before(b.Since))
		}
		return false
	})
}

// memberPath is the address of the list with some of its questions changed; "" takes one away.
func memberPath(f Form, change ...string) string {
	q := url.Values{}
	for _, name := range []string{"q", "level", "kind", "stage", "view", "sort"} {
		if x := f.Get(name); x != "" {
			q.Set(name, x)
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		q.Del(change[i])
		if change[i+1] != "" {
			q.Set(change[i], change[i+1])
		}
	}
	if len(q) == 0 {
		return "/members"
	}
	return "/members?" + q.Encode()
}

// memberChoices fills what can be chosen: views, columns, filters and the skills there are.
func (s *Site) memberChoices(v *visit, p *MembersPage, c coop.Coop, all []Member) {
	for _, name := range memberViews {
		p.Views = append(p.Views, ViewLink{name, memberPath(p.Form, "view", name), name == p.View})
	}
	for _, key := range memberSorts {
		p.Heads = append(p.Heads, SortLink{key, memberPath(p.Form, "view", "table", "sort", key), key == p.Sort})
	}
	p.Levels = append([]Option{{"", v.t("members.any")}}, v.options([]string{"teach", "can", "learning"}, "skill.")...)
	p.Kinds, p.Stages = []Option{{"", v.t("members.any")}}, []Option{{"", v.t("members.any")}}
	for _, x := range c.Constituencies {
		p.Kinds = append(p.Kinds, Option{x.Slug, s.text(v.tongue, x.Name).Words})
	}
	for _, x := range c.Stages {
		p.Stages = append(p.Stages, Option{x.Slug, s.text(v.tongue, x.Name).Words})
	}
	lines := map[string]*SkillLine{}
	for i := range all {
		for _, k := range all[i].Skills {
			key := strings.ToLower(k.Name)
			l := lines[key]
			if l == nil {
				l = &SkillLine{Name: k.Name}
				lines[key] = l
				path := func(level string) string { return memberPath(Form{}, "q", k.Name, "level", level) }
				l.TeachPath, l.CanPath, l.LearnPath = path("teach"), path("can"), path("learning")
			}
			switch k.Level {
			case "teach":
				l.Teach++
			case "can":
				l.Can++
			default:
				l.Learning++
			}
		}
	}
	for _, l := range lines {
		p.Skills = append(p.Skills, *l)
	}
	slices.SortFunc(p.Skills, func(a, b SkillLine) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	if len(p.Skills) > maxSkillLines {
		p.Skills = p.Skills[:maxSkillLines]
	}
}

// maxSkillLines is how many skills are listed below the people.
const maxSkillLines = 60

// cutPage takes the part of the people that is asked for.
func (p *MembersPage) cutPage(found []Member) {
	size := gridPage
	if p.View == "table" {
		size = tablePage
	}
	n, err := strconv.Atoi(p.Form.Get("page"))
	if err != nil || n < 1 || (n-1)*size >= len(found) {
		n = 1
	}
	from, to := (n-1)*size, min(n*size, len(found))
	p.Members = found[from:to]
	if to < len(found) {
		p.More = memberPath(p.Form, "page", strconv.Itoa(n+1))
	}
	if n > 1 {
		p.Less = memberPath(p.Form, "page", strconv.Itoa(n-1))
	}
}
