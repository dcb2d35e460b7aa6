package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/region"
)

// ProposePage asks what the next rules of a region are to be.
type ProposePage struct {
	Frame
	Region   RegionLine
	Form     Form
	Texts    []RegionText
	Joinings []region.Joining
	Pages    []Option // that can be expected
	Area     AreaForm
	Coops    []Option // that can sit in the council
	More     bool     // there are further ones, which are named by their address
	Need     int
	Council  int
	Max      int
}

// councilChoices is up to how many co-ops can be ticked; others are named.
const councilChoices = 60

func (s *Site) councilPropose(v *visit) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	var f Form
	c := &r.Charter
	f.Put("joining", string(c.Joining))
	f.Put("absence", strconv.Itoa(c.Absence))
	for tag, words := range c.Name {
		f.Put("name_"+tag, words)
	}
	for tag, words := range c.Story {
		f.Put("story_"+tag, words)
	}
	for _, page := range c.Expects {
		f.Values.Add("expects", string(page))
	}
	for _, seat := range c.Council {
		f.Values.Add("council", string(seat.Coop))
	}
	a, err := s.area(v, r.ID, c.Area)
	if err != nil {
		return err
	}
	fillArea(&f, c.Area, &a)
	return s.proposePage(v, http.StatusOK, &r, f)
}

func (s *Site) proposePage(v *visit, status int, r *region.Region, f Form) error {
	if _, sits := r.Charter.Seat(s.cfg.ActorIRI); !sits {
		return coop.Errorf(coop.Forbidden, "council.only", "%s is not in the council of %s", s.cfg.ActorIRI, r.Slug)
	}
	line, err := s.regionLine(v, r, false)
	if err != nil {
		return err
	}
	c := &r.Charter
	x := ProposePage{Frame: v.frameTitled(v.t("council.propose_title", "Name", line.Words)), Region: line, Form: f, Need: c.Need, Council: len(c.Council), Max: region.MaxCouncil, Joinings: region.Joinings, Area: v.areaForm(f)}
	x.Texts = s.regionTexts(v, f, s.proposeTags(v, c))
	if x.Pages, err = s.expectable(v); err != nil {
		return err
	}
	lines, err := s.expectLines(v, c.Expects)
	if err != nil {
		return err
	}
	for i, page := range c.Expects {
		if !slices.ContainsFunc(x.Pages, func(o Option) bool { return o.Value == string(page) }) {
			x.Pages = append(x.Pages, Option{string(page), lines[i].Words})
		}
	}
	names := s.coopNames(v, r)
	for _, seat := range c.Council {
		x.Coops = append(x.Coops, Option{string(seat.Coop), names.of(seat.Coop)})
	}
	parts, next, err := s.cfg.Region.Store.At(v.r.Context()).Parts(r.ID, region.In, councilChoices, "")
	if err != nil {
		return err
	}
	sitting := len(x.Coops)
	for i := range parts {
		if p := &parts[i]; p.Counts() && !slices.ContainsFunc(x.Coops, func(o Option) bool { return o.Value == string(p.Coop) }) {
			x.Coops = append(x.Coops, Option{string(p.Coop), v.partLine(p).Name})
		}
	}
	slices.SortFunc(x.Coops[sitting:], func(a, b Option) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	x.More = next != ""
	return v.page(status, "region_propose", x)
}

// proposeTags are the languages in which a charter's texts are asked for: its own, those it has texts in, and the co-op's.
func (s *Site) proposeTags(v *visit, c *region.Charter) []string {
	tags := tagsOf(c.Name)
	more := append(slices.Clone(c.Languages), tagsOf(c.Story)...)
	if k, err := s.coop(v.r.Context()); err == nil {
		more = append(more, k.coop.Languages...)
	}
	for _, tag := range more {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// councilProposeDo proposes what the form says otherwise than the charter in force.
func (s *Site) councilProposeDo(v *visit) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	change, err := s.readChange(v, &r, &f)
	if err != nil {
		return err
	}
	if f.OK() {
		_, err := s.cfg.Region.Propose(v.r.Context(), v.by, r.Slug, change)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done(regionPath(&r)+"/council", s.ruledBy(v, &r, "done.council_proposed"))
		}
		if !f.addRules(err) {
			return err
		}
	}
	for _, e := range f.Wrong {
		if e.Field == "name" || e.Field == "story" {
			e.Field += "_" + s.proposeTags(v, &r.Charter)[0]
		}
	}
	f.areaWrong()
	return s.proposePage(v, http.StatusUnprocessableEntity, &r, f)
}

// readChange reads what is to be otherwise. What is wrong is noted in f, and that nothing is.
func (s *Site) readChange(v *visit, r *region.Region, f *Form) (change region.Change, err error) {
	c := &r.Charter
	name, story := coop.Text{}, coop.Text{}
	for _, tag := range s.proposeTags(v, c) {
		if w := f.Get("name_" + tag); w != "" {
			name[tag] = w
		}
		if w := f.Lines("story_" + tag); w != "" {
			story[tag] = w
		}
	}
	if !sameText(name, c.Name) {
		change.Name = name
	}
	if !sameText(story, c.Story) {
		change.Story = story
	}
	switch j := region.Joining(f.Get("joining")); {
	case j == c.Joining:
	case slices.Contains(region.Joinings, j):
		change.Joining = j
	default:
		f.Fail("joining", "choice.unknown")
	}
	switch days, err := strconv.Atoi(f.Get("absence")); {
	case err != nil || days == 0:
		change.Absence = -1 // no number of days
	case days != c.Absence:
		change.Absence = days
	}
	expects := s.readExpects(f)
	if a, b := slices.Sorted(slices.Values(expects)), slices.Sorted(slices.Values(c.Expects)); !slices.Equal(a, b) {
		change.Expects, change.Expected = expects, true
	}
	if area, said := readArea(f); said {
		was, err := s.area(v, r.ID, c.Area)
		if err != nil {
			return change, err
		}
		if !area.Same(&was) || was.None() && c.Area != "" { // one that was not read is another
			change.Area = &area
		}
	}
	if err := s.readCouncil(v, r, f, &change); err != nil {
		return change, err
	}
	if f.OK() && change.Name == nil && change.Story == nil && change.Joining == "" && change.Absence == 0 && !change.Expected && change.Area == nil && change.Council == nil {
		f.Fail("", "council.nothing")
	}
	return change, nil
}

// readCouncil reads who is to sit in the council: who was ticked, and who was named by an address or a host.
func (s *Site) readCouncil(v *visit, r *region.Region, f *Form, change *region.Change) error {
	council := []coop.IRI{}
	for _, w := range f.All("council") {
		iri, err := coop.ParseIRI(w)
		if err != nil {
			f.Fail("council", "choice.unknown")
			return nil
		}
		council = append(council, iri)
	}
	if w := strings.TrimSuffix(strings.TrimPrefix(f.Get("other"), "https://"), "/"); w != "" {
		all, err := s.around(v, r)
		if err != nil {
			return err
		}
		found := false
		for i := range all.coops {
			if x := &all.coops[i]; x.iri.Host() == w || strings.TrimPrefix(string(x.iri), "https://") == w {
				council, found = append(council, x.iri), true
				break
			}
		}
		if !found {
			f.Fail("other", "part.unknown")
		}
	}
	if len(council) == 0 {
		f.Fail("council", "field.required")
		return nil
	}
	var sits []coop.IRI
	for _, seat := range r.Charter.Council {
		sits = append(sits, seat.Coop)
	}
	if slices.Sort(council); !slices.Equal(slices.Compact(council), sits) {
		change.Council = slices.Compact(council)
	}
	return nil
}

// sameText tells whether two texts say the same.
func sameText(a, b coop.Text) bool {
	for _, tag := range tagsOf(a, b) {
		if a[tag] != b[tag] {
			return false
		}
	}
	return true
}
