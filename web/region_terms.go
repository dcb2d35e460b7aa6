package web

import (
	"net/http"
	"slices"
	"strconv"

	"toadlane/coop"
	"toadlane/region"
)

// categoriesAsked is how many categories the form asks for of which a co-op is the preferred provider.
const categoriesAsked = 3

// TermsForm asks what a co-op brings into a region.
type TermsForm struct {
	Form   Form
	Ties   []Option
	For    []Field // what it is the preferred provider of
	Shares []Option
}

func (v *visit) termsForm(f Form) TermsForm {
	x := TermsForm{Form: f, Ties: v.options(names(region.Relations), "region.tie_choice."), Shares: v.options(names(region.Shares), "region.share_choice.")}
	choices := []Option{{"", v.t("region.for_none")}}
	choices = append(choices, v.options(categoryCodes, "category.")...)
	for n := 1; n <= region.MaxTies; n++ {
		name := "category_" + strconv.Itoa(n)
		if n > categoriesAsked && f.Get(name) == "" {
			break
		}
		field := v.tongue.field(f, name, "region.for", "").Of(choices).Quiet()
		field.Label = v.t("region.for", "N", n)
		x.For = append(x.For, field)
	}
	return x
}

// fillTerms puts what a co-op brings into a form.
func fillTerms(f *Form, t region.Terms) {
	f.Put("ties", string(region.Provider))
	n := 0
	for _, tie := range t.Ties {
		if tie.Relation != region.Provider {
			f.Put("ties", string(tie.Relation))
			continue
		}
		n++
		f.Put("category_"+strconv.Itoa(n), tie.Category)
	}
	f.Put("shares", names(t.Shares)...)
}

// firstTerms is what most co-ops bring.
var firstTerms = region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}}

// readTerms reads what a co-op brings. What is wrong is noted in f.
func readTerms(f *Form) (t region.Terms) {
	relation := region.Relation(f.Get("ties"))
	if relation != region.Provider {
		t.Ties = append(t.Ties, region.Tie{Relation: relation})
	}
	for n := 1; n <= region.MaxTies; n++ {
		name := "category_" + strconv.Itoa(n)
		code := f.Get(name)
		tie := region.Tie{Relation: region.Provider, Category: code}
		switch {
		case code == "" || slices.Contains(t.Ties, tie):
		case !slices.Contains(categoryCodes, code):
			f.Fail(name, "choice.unknown")
		default:
			t.Ties = append(t.Ties, tie)
		}
	}
	if len(t.Ties) == 0 && f.OK() {
		f.Fail("category_1", "region.category")
	}
	for _, share := range f.All("shares") {
		t.Shares = append(t.Shares, region.Share(share))
	}
	return t
}

// RegionAskPage asks what we bring into a region, before we take part or later.
type RegionAskPage struct {
	Frame
	Region  RegionLine
	Story   coop.Text
	Terms   TermsForm
	Change  bool // we take part, or asked
	Joining region.Joining
	Closed  bool // nobody may ask but who was invited
	Invited bool
	Members []PartLine
	More    int // members that are not named
	Expects []ExpectLine
}

// askedNames is how many of a region's members are named to who thinks of asking.
const askedNames = 12

func (s *Site) regionAsk(v *visit) error {
	var f Form
	fillTerms(&f, firstTerms)
	return s.regionAskPage(v, http.StatusOK, f, false)
}

func (s *Site) regionAskDo(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if terms := readTerms(&f); f.OK() {
		err := s.cfg.Region.Ask(v.r.Context(), v.by, v.param("slug"), terms)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done("/regions/"+v.param("slug"), "done.region_asked")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.regionAskPage(v, http.StatusUnprocessableEntity, f, false)
}

// regionPart shows what we bring, to be changed.
func (s *Site) regionPart(v *visit) error {
	view, err := s.cfg.Region.View(v.r.Context(), v.by, v.param("slug"), 1, "")
	if err != nil {
		return err
	}
	var f Form
	fillTerms(&f, region.Terms{Ties: view.Own.Entry.Ties, Shares: view.Own.Entry.Shares})
	return s.regionAskPage(v, http.StatusOK, f, true)
}

func (s *Site) regionPartDo(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if terms := readTerms(&f); f.OK() {
		err := s.cfg.Region.Narrow(v.r.Context(), v.by, v.param("slug"), terms)
		if err == nil {
			s.cfg.Federation.Wake()
			return v.done("/regions/"+v.param("slug"), "done.region_changed")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.regionAskPage(v, http.StatusUnprocessableEntity, f, true)
}

func (s *Site) regionAskPage(v *visit, status int, f Form, change bool) error {
	view, err := s.cfg.Region.View(v.r.Context(), v.by, v.param("slug"), askedNames, "")
	if err != nil {
		return err
	}
	r := &view.Region
	part := r.State == region.Joined || r.State == region.Asked
	if status == http.StatusOK && change != part { // the other form is the one that can be sent
		return v.redirect(regionPath(r) + map[bool]string{true: "/part", false: "/ask"}[part])
	}
	key := "region.ask_title"
	if change {
		key = "region.part_title"
	}
	line, err := s.regionLine(v, r, false)
	if err != nil {
		return err
	}
	x := RegionAskPage{Frame: v.frameTitled(v.t(key, "Name", line.Words)), Region: line, Story: r.Charter.Story, Terms: v.termsForm(f), Change: change, Joining: r.Charter.Joining,
		Invited: r.Invited, Closed: r.Charter.Joining == region.Invitation && !r.Invited && !change}
	for i := range view.In {
		x.Members = append(x.Members, v.partLine(&view.In[i]))
	}
	x.Region.Count, x.More = view.Count, view.Count-len(view.In)
	if x.Expects, err = s.expectLines(v, r.Charter.Expects); err != nil {
		return err
	}
	return v.page(status, "region_ask", x)
}
