package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"about_design": DesignPage{}, "about_pictograms": PictogramsPage{}})
}

func (s *Site) designRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/about/design", who: anyone, do: s.designShow, kept: true},
		{method: http.MethodGet, pattern: "/about/pictograms", who: anyone, do: s.pictogramsShow, kept: true},
	}
}

// DesignPage shows what pages are made of, from the same templates and the same stylesheet.
type DesignPage struct {
	Frame
	Sizes    []string // classes of the type scale
	Spaces   []Space
	Pairs    []Swatch
	Cards    []Card
	Form     Form
	Choices  []Option
	Cloths   []Art
	Anchors  []string
	Us, Them string // who talks
	Faces    []string
}

// Space is a step of the spacing scale, drawn as a bar of so many pixels.
type Space struct {
	Name string
	Wide int
}

// Swatch is a colour on another in both themes.
type Swatch struct {
	Ink, Ground string // names
	Light, Dark Shade
	Short       bool // it can't be read well enough in one of them
}

// Shade is a pair of colours with what is between them, such as "7.4".
type Shade struct{ Ink, Ground, Ratio string }

// PictogramsPage shows every pictogram with its word. They are too many for the page of the other parts.
type PictogramsPage struct {
	Frame
	Families []Family
}

// Family is a group of pictograms with their words.
type Family struct {
	Key   string
	Signs []Sign
}

func (s *Site) designShow(v *visit) error {
	p := DesignPage{Frame: v.frame("design.title"), Sizes: []string{"t6", "t5", "t4", "t3", "t2", "t1"},
		Spaces:  []Space{{"s1", 4}, {"s2", 8}, {"s3", 12}, {"s4", 16}, {"s5", 24}, {"s6", 36}, {"s7", 56}},
		Anchors: []string{"type", "space", "colour", "cloth", "focus", "buttons", "cards", "badges", "forms", "notices", "dialogs", "tables", "talk"},
		Us:      "Ada", Them: "Ben"}
	for _, name := range []string{p.Us, p.Them} {
		p.Faces = append(p.Faces, initials(name))
	}
	shapes, weaves := []string{"circle", "square", "triangle", "diamond", "hexagon"}, []string{"dots", "stripes", "check", "scales", "twill"}
	for i, tint := range []string{"moss", "ochre", "brick", "slate", "plum", "straw"} {
		p.Cloths = append(p.Cloths, Art{Icon: "toad", Shape: shapes[i%len(shapes)], Tint: tint, Weave: weaves[i%len(weaves)]})
	}
	light, dark, err := readPalettes()
	if err != nil {
		return err
	}
	p.Pairs = append(swatches(light, dark, pairs, 4.5), swatches(light, dark, edges, 3)...)
	for i, category := range []string{"AM60", "AM160", "AM110", "AM120"} {
		l := market.Listing{ID: "design", Purpose: []market.Purpose{market.Offer, market.Want}[i%2], Kind: market.Thing, Category: category,
			Modes: []market.Mode{market.Modes[i], market.Modes[i+4]}, State: market.Open, Place: p.Coop.Place, Visibility: coop.Everyone,
			Title: coop.Text{v.tongue.tag: v.t("design.example_" + strconv.Itoa(i+1))}, Until: s.cfg.Now().Add(30 * 24 * time.Hour)}
		if i == 3 {
			l.State = market.Done
		}
		c := v.card(&l)
		c.Path = "#cards"
		p.Cards = append(p.Cards, c)
	}
	p.Form.Put("sample", v.t("design.sample_typed"))
	p.Form.Put("several", "gift")
	p.Form.Fail("sample_wrong", "field.required")
	p.Choices = v.options([]string{"gift", "swap", "hours"}, "mode.")
	return v.page(http.StatusOK, "about_design", p)
}

func (s *Site) pictogramsShow(v *visit) error {
	return v.page(http.StatusOK, "about_pictograms", PictogramsPage{Frame: v.frame("design.part_pictograms"), Families: v.families()})
}

func swatches(light, dark palette, all [][2]string, least float64) []Swatch {
	var out []Swatch
	for _, pair := range all {
		x := Swatch{Ink: pair[0], Ground: pair[1]}
		shade := func(of palette) Shade {
			a, b := of[pair[0]], of[pair[1]]
			ratio := contrast(a, b)
			x.Short = x.Short || ratio < least
			return Shade{hexOf(a), hexOf(b), strconv.FormatFloat(math.Floor(ratio*10)/10, 'f', 1, 64)}
		}
		x.Light, x.Dark = shade(light), shade(dark)
		out = append(out, x)
	}
	return out
}

// families are the pictograms by what they stand for, each with the word that stands beside it on other pages. What is left are
// those of actions and things, by their name.
func (v *visit) families() []Family {
	var all []Family
	shown := map[string]bool{}
	add := func(key, icon, word string, values ...string) {
		f := Family{Key: key}
		for _, x := range values {
			shown[icon+x] = true
			f.Signs = append(f.Signs, Sign{icon + x, v.t(word + x)})
		}
		all = append(all, f)
	}
	add("design.purposes", "", "purpose.", string(market.Offer), string(market.Want))
	categories := Family{Key: "design.categories"}
	for _, c := range market.Categories {
		shown[c.Icon] = true
		categories.Signs = append(categories.Signs, Sign{c.Icon, v.t("category." + c.Code)})
	}
	all = append(all, categories)
	add("design.kinds", "", "kind.", strs(market.Kinds)...)
	add("design.modes", "", "mode.", strs(market.Modes)...)
	add("design.states", "", "state.", strs(market.States())...)
	add("design.streams", "", "stream.", strs(market.Streams)...)
	add("design.scopes", "scope-", "scope.", strs(market.Scopes)...)
	add("design.reaches", "see-", "reach.", reaches...)
	rest := Family{Key: "design.actions"}
	for _, name := range v.site.icons.names() {
		if key := "icon." + strings.ReplaceAll(name, "-", "_"); !shown[name] && v.tongue.has(key) {
			rest.Signs = append(rest.Signs, Sign{name, v.t(key)})
		}
	}
	return append(all, rest)
}

func strs[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}
