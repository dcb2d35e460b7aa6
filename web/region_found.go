package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

// usualAbsence is after how many days without an answer a host counts as gone when nobody chose.
const usualAbsence = 14

// RegionNewPage begins a region.
type RegionNewPage struct {
	Frame
	Form     Form
	Texts    []RegionText
	Joinings []region.Joining
	Pages    []Option // of ours, that can be expected
	Area     AreaForm
	Terms    TermsForm
	MaxSlug  int
}

// RegionText asks for name and story in one language.
type RegionText struct {
	Tag, Language string
	Name, Story   Field
}

func (s *Site) regionNew(v *visit) error {
	var f Form
	if k, err := s.coop(v.r.Context()); err == nil {
		f.Put("languages", strings.Join(k.coop.Languages, ", "))
	}
	f.Put("joining", string(region.BySteward))
	f.Put("absence", strconv.Itoa(usualAbsence))
	f.Put("area", areaNone)
	fillTerms(&f, firstTerms)
	return s.regionNewPage(v, http.StatusOK, f)
}

func (s *Site) regionNewPage(v *visit, status int, f Form) error {
	x := RegionNewPage{Frame: v.frame("region.new_title"), Form: f, Joinings: region.Joinings, Area: v.areaForm(f), Terms: v.termsForm(f), MaxSlug: coop.MaxHandle}
	x.Texts = s.regionTexts(v, f, x.Coop.Languages)
	var err error
	if x.Pages, err = s.expectable(v); err != nil {
		return err
	}
	return v.page(status, "region_new", x)
}

// regionTexts asks for name and story in languages, of which the first needs a name.
func (s *Site) regionTexts(v *visit, f Form, tags []string) (out []RegionText) {
	for i, tag := range tags {
		t := RegionText{Tag: tag, Language: languageName(tag), Name: v.tongue.field(f, "name_"+tag, "region.name", "").UpTo(region.MaxName),
			Story: v.tongue.field(f, "story_"+tag, "region.story", "").UpTo(region.MaxStory).Rows(4)}
		t.Name.Required = i == 0
		if len(tags) > 1 {
			t.Name.Label, t.Story.Label = v.t("region.in_label", "What", t.Name.Label, "Language", t.Language), v.t("region.in_label", "What", t.Story.Label, "Language", t.Language)
		}
		if i == 0 {
			t.Story.Hint = v.t("region.story_hint")
		}
		out = append(out, t)
	}
	return out
}

// expectable lists our pages that a region can expect its members to go by.
func (s *Site) expectable(v *visit) (out []Option, err error) {
	pages, err := s.cfg.Handbook.Contents(v.r.Context(), coop.Anonymous())
	for i := range pages {
		if p := &pages[i]; p.Status == handbook.InUse || p.Status == handbook.Review {
			out = append(out, Option{string(p.IRI), p.Name})
		}
	}
	return out, err
}

// regionFound begins a region as the form says.
func (s *Site) regionFound(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	in := region.Founding{Name: coop.Text{}, Story: coop.Text{}, Slug: strings.ToLower(f.Get("slug")), Languages: typedLanguages(f.Get("languages")), Joining: region.Joining(f.Get("joining"))}
	for _, tag := range k.coop.Languages {
		if w := f.Get("name_" + tag); w != "" {
			in.Name[tag] = w
		}
		if w := f.Lines("story_" + tag); w != "" {
			in.Story[tag] = w
		}
	}
	if in.Slug == "" {
		for _, tag := range k.coop.Languages {
			in.Slug = cmp.Or(in.Slug, regionSlug(in.Name[tag]))
		}
		f.Put("slug", in.Slug)
	}
	if in.Slug == "" {
		f.Fail("slug", "field.required")
		in.Slug = "unnamed" // so that the rest is looked at
	} else if err := s.slugIsFree(v, &f, in.Slug); err != nil {
		return err
	}
	if !slices.Contains(region.Joinings, in.Joining) {
		f.Fail("joining", "choice.unknown")
	}
	in.Expects = s.readExpects(&f)
	if in.Absence, err = strconv.Atoi(f.Get("absence")); err != nil {
		in.Absence = 0 // no number of days
	}
	in.Area, _ = readArea(&f)
	if in.Area.None() && f.OK() && (f.Get("places") != "" || f.Get("geojson") != "") { // or it would be lost
		f.Fail("area", "area.choose")
	}
	in.Terms = readTerms(&f)
	if f.OK() {
		r, err := s.cfg.Region.Found(v.r.Context(), v.by, in)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done(regionPath(&r), "done.region_begun")
		}
		if !f.Add(err) {
			return err
		}
	}
	for _, e := range f.Wrong {
		if (e.Field == "name" || e.Field == "story") && len(k.coop.Languages) > 0 {
			e.Field += "_" + k.coop.Languages[0]
		}
	}
	f.areaWrong()
	return s.regionNewPage(v, http.StatusUnprocessableEntity, f)
}

// slugIsFree sees that no member has a name that a region would have too: @name@host is one account. What is wrong is noted in f.
func (s *Site) slugIsFree(v *visit, f *Form, slug string) error {
	_, err := s.cfg.CoopStore.PersonByHandle(v.r.Context(), slug)
	if err == nil {
		f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Conflict, Key: "region.slug", Field: "slug", Args: map[string]any{"Slug": slug}})
	}
	if coop.ClassOf(err) == coop.NotFound {
		return nil
	}
	return err
}

// readExpects reads which pages members are to go by.
func (s *Site) readExpects(f *Form) (out []coop.IRI) {
	for _, w := range f.All("expects") {
		iri, err := coop.ParseIRI(w)
		if err != nil {
			f.Fail("expects", "choice.unknown")
			return nil
		}
		out = append(out, iri)
	}
	return out
}

// typedLanguages reads tags with commas or spaces between them, each once.
func typedLanguages(s string) (out []string) {
	for _, tag := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '،' }) {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// regionSlug makes a short name of a name, "" where it has no letter that could stand in one.
func regionSlug(name string) string {
	slug := ""
	for _, w := range strings.FieldsFunc(market.Fold(name), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }) {
		longer := strings.TrimPrefix(slug+"-"+w, "-")
		if len(longer) > coop.MaxHandle {
			return cmp.Or(slug, w[:coop.MaxHandle])
		}
		slug = longer
	}
	return slug
}
