package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"toadlane/coop"
	"toadlane/internal/rings"
	"toadlane/market"
)

func init() { addPages(map[string]any{"member": MemberPage{}}) }

func (s *Site) memberRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/members", who: anyone, do: s.membersShow, kept: true},
		{method: http.MethodGet, pattern: "/@{handle}", who: anyone, do: s.memberShow, kept: true, document: true},
		{method: http.MethodGet, pattern: "/@{handle}.vcf", who: anyone, do: s.memberCard},
		{method: http.MethodGet, pattern: "/@{handle}/photo/{size}", who: anyone, do: s.memberPhoto},
	}
}

// Member is a person as the reader may see them.
type Member struct {
	coop.PersonView
	Path         string
	Constituency string
	Stage        string
	Kind         int    // place of the constituency among all, -1 when it is not shown; shape and colour go by it
	Initials     string // for whoever has no photo
}

// Shape is the number of the outline that stands for m's constituency.
func (m Member) Shape() int { return max(m.Kind, 0) % rings.Shapes }

// PhotoPath is where the photo of m lies. Its id is in the address, so that a new photo is seen at once.
func (m Member) PhotoPath(size string) string {
	return m.Path + "/photo/" + size + "?v=" + string(m.Photo.ID)
}

// letters are the first letters of the first and the last word, or the first letter alone of a name that is one word or written without
// capitals.
func letters(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) })
	if len(words) == 0 {
		return "·"
	}
	first := []rune(words[0])[:1]
	if len(words) > 1 && unicode.IsUpper(first[0]) {
		first = append(first, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(first))
}

// MemberPage is a person's page: what they offer and look for comes first.
type MemberPage struct {
	Frame
	M      Member
	Offers []Card
	Wants  []Card
	Skills []SkillGroup
	Mine   bool
	Handle string // as in the fediverse

	Tongues []string // names of the languages
}

// SkillGroup are the skills of one level.
type SkillGroup struct {
	Level string
	Names []string
}

func skillGroups(all []coop.Skill) (out []SkillGroup) {
	for _, level := range []string{"teach", "can", "learning"} {
		g := SkillGroup{Level: level}
		for _, k := range all {
			if k.Level == level {
				g.Names = append(g.Names, k.Name)
			}
		}
		if len(g.Names) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (s *Site) member(v *visit, view coop.PersonView, c coop.Coop) Member {
	m := Member{PersonView: view, Path: "/@" + view.Handle, Kind: -1, Initials: letters(view.DisplayName)}
	for i, x := range c.Constituencies {
		if x.Slug == view.Constituency {
			m.Constituency, m.Kind = s.text(v.tongue, x.Name).Words, i
		}
	}
	for _, x := range c.Stages {
		if x.Slug == view.Stage {
			m.Stage = s.text(v.tongue, x.Name).Words
		}
	}
	return m
}

// seen finds a person by handle as the reader may see them. Whoever may not be seen is not here, with the same error as whoever never was.
func (s *Site) seen(v *visit) (person coop.Person, view coop.PersonView, err error) {
	handle := v.param("handle")
	if !coop.ValidHandle(handle) {
		return person, view, coop.Errorf(coop.NotFound, "person.unknown", "handle %.40q", handle)
	}
	if person, err = s.cfg.CoopStore.PersonByHandle(v.r.Context(), handle); err != nil {
		return person, view, err
	}
	reach := market.Reach(v.by)
	if person.ID == v.by.Person() {
		reach = coop.OnlyMe
	}
	view, ok := person.SeenBy(reach)
	if !ok {
		return person, view, coop.Errorf(coop.NotFound, "person.unknown", "person %s is not for %s", handle, v.by)
	}
	return person, view, nil
}

// memberShow shows one person.
func (s *Site) memberShow(v *visit) error {
	person, view, err := s.seen(v)
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	k, err := s.coop(ctx)
	if err != nil {
		return err
	}
	p := MemberPage{Frame: v.frameTitled(view.DisplayName), M: s.member(v, view, k.coop), Mine: person.ID == v.by.Person(), Skills: skillGroups(view.Skills)}
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

// memberPhoto serves the photo of a member to whoever may see it. It goes by the member and not by the picture, so that it is gone for
// others the moment they take their consent back.
func (s *Site) memberPhoto(v *visit) error {
	person, view, err := s.seen(v)
	if err != nil {
		return err
	}
	if view.Photo.ID == "" {
		return coop.Errorf(coop.NotFound, "photo.unknown", "no photo of %s for %s", person.Handle, v.by)
	}
	return s.sendPhoto(v, view.Photo.ID, v.param("size"), person.Sees(coop.FieldPhoto) == coop.Everyone, keptAWhile)
}

// sameWords tells whether all words stand somewhere in text.
func sameWords(text string, words []string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}
