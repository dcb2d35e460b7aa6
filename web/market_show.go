package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"market": MarketPage{}, "market_print": PrintPage{}})
}

func (s *Site) marketRoutes() []route {
	get := func(pattern string, do func(*visit) error) route {
		return route{method: http.MethodGet, pattern: pattern, who: anyone, do: do, kept: true}
	}
	return []route{
		get("/market", s.marketShow),
		get("/offers", func(v *visit) error { return s.marketWith(v, "purpose", string(market.Offer)) }),
		get("/wants", func(v *visit) error { return s.marketWith(v, "purpose", string(market.Want)) }),
		get("/tags/{tag}", func(v *visit) error { return s.marketWith(v, "tag", v.param("tag")) }),
		get("/categories", s.categoriesShow),
		get("/categories/{code}", s.categoryShow),
		get("/market.geojson", s.marketPlaces),
		get("/vocab/categories", s.vocabDocument),
		get("/market.rss", s.feedRSS),
		get("/market.atom", s.feedAtom),
		get("/market.json", s.feedJSON),
	}
}

// MarketPage is the list of what is offered and wanted, with everything that narrows it.
type MarketPage struct {
	Frame
	Heading    string
	List       string      // path of it
	In         *RegionLink // the region whose market it is, nil for all
	Form       Form
	Tabs       []Tab
	Chips      []Chip
	Why        string // the order in a sentence
	Cards      []Card
	Older      string // address of the next part, "" at the end
	First      string // address of the first part, "" on it
	Feeds      []Feed
	Widen      string // address of the same list further around, "" when it reaches everywhere
	WidenWords string
	Clear      string // address without filters
	Post       string // where to post one
	PostWords  string
	Places     []string
	Kinds      []Option
	Categories []Option
	Modes      []Option
	Streams    []Option
	Scopes     []Option
	Coops      []Option
	Standards  []Option // that some co-op meets; none is not asked about
	Tongues    []Option
	Radii      []Option
	Sorts      []Option
	More       bool // the further filters are unfolded, since something is wrong with one
	Views      []View
	View       string
	Strip      []Category // categories to choose from
	Save       string     // where to save this search, "" where it can't be
	ForYou     []MatchLine
	Map        *MapPart // with the view map
	Measured   bool     // distances are shown
}

// Tab is one of the three lists.
type Tab struct {
	Words, Href string
	Here        bool
}

// Feed is the list as a feed.
type Feed struct{ Words, Type, Href string }

func (s *Site) marketShow(v *visit) error { return s.marketWith(v, "", "") }

// marketWith shows the market with one parameter set by the path.
func (s *Site) marketWith(v *visit, name, value string) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if name != "" {
		f.Put(name, value)
	}
	by := v.reader()
	x, err := s.marketFilters(v, by, f.Values)
	if err != nil {
		return err
	}
	p := s.marketPage(v, x)
	if !x.form.OK() {
		return v.page(http.StatusBadRequest, "market", p)
	}
	q := x.query
	q.Cursor = f.Get("cursor")
	switch p.View {
	case "print":
		q.Limit = market.MaxPage
	case "map":
		q.Limit = mapPage
	}
	found, err := s.cfg.Market.Search(v.r.Context(), by, q)
	if err != nil {
		return err
	}
	if p.View == "print" {
		return s.marketPrint(v, x, &p, found)
	}
	for i := range found.Listings {
		c := v.card(&found.Listings[i])
		c.Far = x.far(v, &found.Listings[i])
		p.Cards = append(p.Cards, c)
	}
	if p.View == "map" {
		if p.Map, err = s.mapPart(v, x, found.Listings, p.Cards, f.Get("at")); err != nil {
			return err
		}
	}
	if q.Cursor == "" && len(x.chips) == 0 && v.within == nil {
		if p.ForYou, err = v.forYou(); err != nil {
			return err
		}
	}
	if found.Next != "" {
		p.Older = x.address(x.at, "cursor", found.Next)
	}
	if q.Cursor != "" {
		p.First = x.address(x.at, "", "")
	}
	p.Robots = len(x.chips) == 0 && q.Cursor == "" && q.Sort == market.Newest
	return v.page(http.StatusOK, "market", p)
}

func (s *Site) marketPage(v *visit, x *filters) MarketPage {
	q := &x.query
	heading := v.t("market.heading." + purposeOr(q.Purpose, "all"))
	if q.Tag != "" {
		heading = "#" + q.Tag
	}
	var in *RegionLink
	if v.within != nil {
		link := v.regionLink(v.within)
		in, heading = &link, v.t("region.heading."+purposeOr(q.Purpose, "all"), "Name", link.Words)
	}
	p := MarketPage{Frame: v.frameTitled(heading), Heading: heading, List: x.at, In: in, Form: x.form, Chips: x.chips,
		Clear: x.addressOf(x.at, clearing(x.form)), Kinds: v.anyOr(names(market.Kinds), "kind."),
		Categories: v.anyOr(categoryCodes, "category."), Modes: v.anyOr(names(market.Modes), "mode."),
		Streams: v.anyOr(names(market.Streams), "stream."), Scopes: v.anyOr(names(market.Scopes), "scope.")}
	if len(x.coops) > 0 {
		p.Coops = append([]Option{{"", v.t("market.any")}}, x.coops...)
	}
	if len(x.standards) > 0 {
		p.Standards = append([]Option{{"", v.t("market.any")}}, x.standards...)
	}
	p.Tongues = []Option{{"", v.t("market.any")}}
	for _, tag := range x.tongues {
		p.Tongues = append(p.Tongues, Option{tag, languageName(tag)})
	}
	if !slices.ContainsFunc(p.Tongues, func(o Option) bool { return o.Value == q.Language }) {
		p.Tongues = append(p.Tongues, Option{q.Language, languageName(q.Language)})
	}
	for _, purpose := range []string{"offer", "want", "all"} {
		p.Tabs = append(p.Tabs, Tab{Words: v.t("market.tab." + purpose), Here: purposeOr(q.Purpose, "all") == purpose,
			Href: x.address(x.at, "purpose", map[bool]string{true: purpose}[purpose != "all"])})
	}
	for _, at := range x.places {
		p.Places = append(p.Places, at.name)
	}
	wide := radii
	if km := q.RadiusKm; km > 0 && !slices.Contains(wide, km) {
		wide = append(slices.Clone(wide), km)
		slices.Sort(wide)
	}
	p.Radii = []Option{{"", v.t("market.any_distance")}}
	for _, km := range wide {
		p.Radii = append(p.Radii, Option{strconv.Itoa(km), v.t("market.km", "Km", km)})
	}
	for _, o := range market.Sorts {
		if o != market.Best || q.Text != "" {
			p.Sorts = append(p.Sorts, Option{string(o), v.t("sort." + string(o))})
		}
	}
	p.Form.Values = maps.Clone(x.form.Values) // the addresses keep what was asked for
	p.Form.Put("sort", string(q.Sort))
	p.Why = v.t("sort.why."+string(q.Sort), "Place", x.placeName)
	for _, f := range []Feed{{"feed.rss", kindRSS, ".rss"}, {"feed.atom", kindAtom, ".atom"}, {"feed.json", kindJSON, ".json"}} {
		p.Feeds = append(p.Feeds, Feed{v.t(f.Words), f.Type, x.addressOf(x.at+f.Href, nil)})
	}
	if q.RadiusKm > 0 {
		p.Widen, p.WidenWords = x.addressOf(x.at, map[string]string{"radius": "", "place": ""}), v.t("market.widen_all")
		for _, km := range radii {
			if km > q.RadiusKm {
				p.Widen, p.WidenWords = x.address(x.at, "radius", strconv.Itoa(km)), v.t("market.widen", "Km", km)
				break
			}
		}
	}
	p.Post, p.PostWords = "/new/want", v.t("front.post_want")
	if q.Purpose == market.Want {
		p.Post, p.PostWords = "/new/offer", v.t("front.post_offer")
	}
	p.More = !x.form.OK()
	p.Views, p.View, p.Strip, p.Measured = x.views(v), x.viewOf(), x.strip(v), q.Near != nil
	if in == nil { // what is saved is looked for on the whole market
		p.Save = "/saved/new"
		if asked := x.params(); asked != "" {
			p.Save += "?" + asked
		}
	}
	return p
}

// clearing takes every filter away but the purpose.
func clearing(f Form) map[string]string {
	out := map[string]string{}
	for _, k := range marketKeys {
		if k != "purpose" && k != "view" {
			out[k] = ""
		}
	}
	return out
}

func purposeOr(p market.Purpose, other string) string {
	if p == "" {
		return other
	}
	return string(p)
}

// anyOr makes choices of which the first narrows nothing.
func (v *visit) anyOr(values []string, prefix string) []Option {
	return append([]Option{{"", v.t("market.any")}}, v.options(values, prefix)...)
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

// tonguesFirst lists the co-op's languages, then all others.
func (s *Site) tonguesFirst(v *visit) []Option {
	var first []string
	if k, err := s.coop(v.r.Context()); err == nil {
		first = k.coop.Languages
	}
	var out []Option
	for _, tag := range first {
		out = append(out, Option{tag, languageName(tag)})
	}
	for _, o := range tongueNames {
		if !slices.Contains(first, o.Value) {
			out = append(out, o)
		}
	}
	return out
}

// searchFor runs a market address for the public, as feeds do: the same address gives the same to everybody.
func (s *Site) searchFor(v *visit, limit int) (*filters, []market.Listing, error) {
	values, err := url.ParseQuery(v.r.URL.RawQuery)
	if err != nil {
		return nil, nil, coop.Errorf(coop.Invalid, "form.unreadable", "query: %w", err)
	}
	x, err := s.marketFilters(v, coop.Anonymous(), values)
	if err != nil {
		return nil, nil, err
	}
	if !x.form.OK() {
		return nil, nil, coop.Errorf(coop.Invalid, x.form.Wrong[0].Key, "market feed: %s", x.form.Wrong[0].Field)
	}
	q := x.query
	q.Limit = limit
	page, err := s.cfg.Market.Search(v.r.Context(), coop.Anonymous(), q)
	if err != nil {
		return nil, nil, err
	}
	return x, page.Listings, nil
}

// mapPage is how many listings a map and its table show at once: more would make the page heavier than an old telephone bears.
const mapPage = 30
