package web

import (
	"bytes"
	"encoding/json"
	"image/color"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"toadlane/market"
)

func init() {
	composed["design.part_"] = []string{"type", "space", "colour", "cloth", "focus", "buttons", "cards", "badges", "forms", "notices", "dialogs", "tables", "talk", "pictograms"}
	composed["design.example_"] = []string{"1", "2", "3", "4"}
	all, err := loadIcons()
	if err != nil {
		panic(err)
	}
	for _, name := range all.names() {
		switch {
		case strings.HasPrefix(name, "shape-"), strings.HasPrefix(name, "scope-"), strings.HasPrefix(name, "see-"):
		default:
			if key := strings.ReplaceAll(name, "-", "_"); !iconsOfValues()[name] {
				composed["icon."] = append(composed["icon."], key)
			}
		}
	}
}

// iconsOfValues are the pictograms that stand for a value of the market and have its word.
func iconsOfValues() map[string]bool {
	is := map[string]bool{"offer": true, "want": true}
	for _, c := range market.Categories {
		is[c.Icon] = true
	}
	for _, all := range [][]string{strs(market.Kinds), strs(market.Modes), strs(market.States()), strs(market.Streams)} {
		for _, x := range all {
			is[x] = true
		}
	}
	return is
}

// Everything that a listing can be has a pictogram with a word beside it, in every language and under one shape for a category.
func TestEverythingHasAPictogramAndAWord(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	check := func(icon, key string) {
		if s.icons[icon] == nil {
			t.Errorf("%s: no pictogram is called %q", key, icon)
		}
		for tag, tongue := range s.tongues {
			if words := tongue.say(key); words == key || words == "" {
				t.Errorf("%s has no word in %s", key, tag)
			}
		}
	}
	count := 0
	add := func(icon, key string, values ...string) {
		for _, x := range values {
			check(icon+x, key+x)
			count++
		}
	}
	for _, c := range market.Categories {
		check(c.Icon, "category."+c.Code)
		check("shape-"+c.Shape, "category."+c.Code)
		if a := arts[c.Code]; a == nil || a.Icon != c.Icon || a.Shape != c.Shape {
			t.Errorf("%s has no art of its own", c.Code)
		}
	}
	add("", "purpose.", string(market.Offer), string(market.Want))
	add("", "kind.", strs(market.Kinds)...)
	add("", "mode.", strs(market.Modes)...)
	add("", "state.", strs(market.States())...)
	add("", "stream.", strs(market.Streams)...)
	add("scope-", "scope.", strs(market.Scopes)...)
	add("see-", "reach.", reaches...)
	if count < 40 {
		t.Errorf("only %d values", count)
	}
	for _, k := range market.Kinds {
		if artOf("", k) == nil || s.icons[artOf("", k).Icon] == nil {
			t.Errorf("nothing is shown for %s without a photo", k)
		}
	}
	if artOf("", "unheard-of") == nil {
		t.Error("nothing is shown for a neighbour's kind that we don't know")
	}
}

var iconInTemplate = regexp.MustCompile(`template "(?:icon|way|drawing)" "([^"]+)"|href="#i-([a-z0-9-]+)"`)

// A page that names a pictogram which was never drawn would show a hole.
func TestTemplatesNameDrawnPictograms(t *testing.T) {
	t.Parallel()
	all, err := loadIcons()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for file, source := range templateSources(t) {
		for _, m := range iconInTemplate.FindAllStringSubmatch(source, -1) {
			n++
			if name := m[1] + m[2]; all[name] == nil {
				t.Errorf("%s: no pictogram is called %q", file, name)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d pictograms are named", n)
	}
}

// A page carries what it shows, once, and nothing else.
func TestPageCarriesItsPictograms(t *testing.T) {
	t.Parallel()
	all, err := loadIcons()
	if err != nil {
		t.Fatal(err)
	}
	page := `<use href="#i-bread"/><use href="#i-bread"/><use href="#i-shape-circle"/><use href="#i-nobody-drew-this"/><p>&#34;sprite&#34;</p><svg class="sprite"></svg></body>`
	got := string(all.fill([]byte(page)))
	if strings.Count(got, "<symbol ") != 2 || strings.Count(got, `id="i-bread"`) != 1 || strings.Count(got, `id="i-shape-circle"`) != 1 {
		t.Errorf("%s", got)
	}
	if !strings.HasSuffix(got, "</symbol></svg></body>") || !strings.HasPrefix(got, page[:40]) {
		t.Errorf("the rest of the page changed: %s", got)
	}
	if none := []byte("<p>no sprite</p>"); string(all.fill(none)) != string(none) {
		t.Error("a fragment changed")
	}
}

func TestColoursCanBeRead(t *testing.T) {
	t.Parallel()
	if c := contrast(color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}); c < 20.99 || c > 21.01 {
		t.Fatalf("black on white is %v", c)
	}
	light, dark, err := readPalettes()
	if err != nil {
		t.Fatal(err)
	}
	for theme, p := range map[string]palette{"light": light, "dark": dark} {
		check := func(all [][2]string, least float64) {
			for _, pair := range all {
				a, b := p[pair[0]], p[pair[1]]
				if a.A == 0 || b.A == 0 {
					t.Errorf("%s: %v is not in the stylesheet", theme, pair)
				} else if c := contrast(a, b); c < least {
					t.Errorf("%s: %s on %s is %.2f, and needs %v", theme, pair[0], pair[1], c, least)
				}
			}
		}
		check(pairs, 4.5)
		check(edges, 3)
	}
}

// Words stand from right to left in some languages: a style that says left or right is wrong in them.
func TestStylesHaveNoSides(t *testing.T) {
	t.Parallel()
	sided := regexp.MustCompile(`(?:margin|padding|border)-(?:left|right)|[;{ ](?:left|right):|text-align: ?(?:left|right)`)
	if !sided.MatchString(".a { margin-left: 1px }") {
		t.Fatal("the control is broken")
	}
	names, err := staticFiles.ReadDir("static/css")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		if n.Name() > "70" && n.Name() < "90" {
			continue // each area looks after its own
		}
		b, err := staticFiles.ReadFile("static/css/" + n.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sided.FindAll(b, -1) {
			t.Errorf("%s: %s", n.Name(), m)
		}
	}
}

func TestSqueezedStylesMeanTheSame(t *testing.T) {
	t.Parallel()
	in := "/* why */\n.a > .b,\n.c :is(p, a) { width: calc(100% + .5rem); margin: 0 auto; }\n@media (min-width: 56rem) and (max-height: 24rem) { .d::before { content: attr(x); } }\n"
	want := ".a>.b,.c :is(p,a){width:calc(100% + .5rem);margin:0 auto}@media (min-width:56rem) and (max-height:24rem){.d::before{content:attr(x)}}"
	if got := string(squeezeCSS([]byte(in))); got != want {
		t.Errorf("%s", got)
	}
}

// A part that only some pages are sent says nothing about elements alone: such a rule would hold on those pages and on no other.
func TestAreaStylesNameClasses(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	rule, bracket := regexp.MustCompile(`([^{}@]+)\{`), regexp.MustCompile(`\[[^\]]*\]`)
	n := 0
	for _, p := range s.static.styled {
		b, err := staticFiles.ReadFile(p.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rule.FindAllSubmatch(styleComment.ReplaceAll(b, nil), -1) {
			n++
			if selector := strings.TrimSpace(string(m[1])); !strings.ContainsAny(bracket.ReplaceAllString(selector, ""), ".#") &&
				!regexp.MustCompile(`^(media|page|supports)`).MatchString(selector) {
				t.Errorf("%s: %s is a rule for every page", p.file, selector)
			}
		}
	}
	if n < 100 {
		t.Fatalf("only %d rules", n)
	}
}

// A page is sent its own area's styles after the common ones, and no other area's.
func TestPageIsSentItsStyles(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	sheets := func(name string) string {
		body, err := s.render(s.tongues["en"], name, pages[name])
		if err != nil {
			t.Fatal(err)
		}
		var all string
		for _, m := range regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)">`).FindAllSubmatch(body, -1) {
			f, ok := s.static.files[string(m[1])]
			if !ok {
				t.Errorf("%s: %s is not served", name, m[1])
			}
			all += string(f.body)
		}
		return all
	}
	for name := range pages {
		css := sheets(name)
		if name == "listing_poster" {
			continue // a sheet of its own, to be printed
		}
		if !strings.Contains(css, ".card{") || !strings.HasPrefix(css, ":root{") {
			t.Errorf("%s has not the common styles", name)
		}
		if len(css) > 56<<10 {
			t.Errorf("%s is sent %d bytes of styles", name, len(css))
		}
	}
	if !strings.Contains(sheets("market"), ".search-row{") || strings.Contains(sheets("error"), ".search-row{") {
		t.Error("the market's styles are not sent where they are used, or where they are not")
	}
	for _, p := range s.static.styled {
		sent := false
		for name := range pages {
			b, err := staticFiles.ReadFile(p.file)
			if err != nil {
				t.Fatal(err)
			}
			sent = sent || strings.Contains(sheets(name), string(squeezeCSS(b)[:40]))
		}
		if !sent {
			t.Errorf("%s is sent with no page", p.file)
		}
	}
}

// A script goes where something in the page asks for it.
func TestPageIsSentItsScripts(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	script := regexp.MustCompile(`<script src="([^"]+)" defer>`)
	sent := func(name string) (all string) {
		body, err := s.render(s.tongues["en"], name, pages[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range script.FindAllSubmatch(body, -1) {
			f, ok := s.static.files[string(m[1])]
			if !ok {
				t.Errorf("%s: %s is not served", name, m[1])
			}
			all += string(f.body)
		}
		return all
	}
	for name, want := range map[string]bool{"login": true, "me_security": true, "about": false, "market": false} {
		if got := strings.Contains(sent(name), "navigator.credentials"); got != want {
			t.Errorf("%s is sent the script of passkeys: %v", name, got)
		}
	}
	for _, p := range s.static.scripted {
		b, err := staticFiles.ReadFile(p.file)
		if err != nil {
			t.Fatal(err)
		}
		used := false
		for name := range pages {
			used = used || strings.Contains(sent(name), string(b))
		}
		if !used {
			t.Errorf("%s is sent with no page", p.file)
		}
	}
}

func TestMarkIsDrawn(t *testing.T) {
	t.Parallel()
	b, err := drawMark(192)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil || img.Bounds().Dx() != 192 || img.Bounds().Dy() != 192 {
		t.Fatal(img.Bounds(), err)
	}
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) }
	// The corners are ground to the very edge, the middle of each eye is a pupil, and between the eyes and the mouth it is green.
	for _, p := range [][2]int{{0, 0}, {191, 0}, {0, 191}, {191, 191}, {96, 10}} {
		if at(p[0], p[1]) != markGround {
			t.Errorf("%v is %v", p, at(p[0], p[1]))
		}
	}
	if c := at(32+36, 32+33); c.R > 0x40 || c.G > 0x40 {
		t.Errorf("the pupil is %v", c)
	}
	if c := at(96, 96); c.G < 0x80 || c.R > c.G {
		t.Errorf("the face is %v", c)
	}
	for _, bad := range []string{"M 1", "L1 2", "Mx y"} {
		if _, err := readMarkPath(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func TestShortName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Masa Mare Bakery": "Masa Mare", "Wohnungsbaugenossenschaft": "Wohnungsbaugenossenschaft", "Toad Lane": "Toad Lane", "": ""} {
		if got := shortName(name); got != want {
			t.Errorf("%q is %q", name, got)
		}
	}
}

func TestLookIsReadBack(t *testing.T) {
	t.Parallel()
	for _, l := range []look{{}, {Big: true}, {Theme: "dark"}, {Big: true, Theme: "light"}} {
		if got := parseLook(strings.ReplaceAll(l.Class(), " ", ".")); got != l {
			t.Errorf("%v became %v", l, got)
		}
	}
	if got := parseLook(`"><script>.big`); got != (look{Big: true}) || !json.Valid([]byte(`"`+got.Class()+`"`)) {
		t.Errorf("%v", got)
	}
}
