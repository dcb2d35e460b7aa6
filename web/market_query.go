package web

import (
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
)

// filterKeys are the parameters that say what is looked for; marketKeys are all of a market address, with how it is looked at.
// What else stands there is left out when the address is written anew.
var (
	filterKeys = []string{"q", "purpose", "kind", "cat", "mode", "stream", "place", "radius", "scope", "coop", "meets", "lang", "since",
		"until", "has", "tag", "sort"}
	marketKeys = append(slices.Clone(filterKeys), "view")
)

// radii are the distances offered, in kilometres.
var radii = []int{2, 5, 10, 25, 50, 100, 500}

// filters is what a reader asked the market for.
type filters struct {
	at        string // path of the list: the whole market, or a region's
	form      Form
	query     market.Query
	placeName string // where distances are measured from, "" for nowhere
	chips     []Chip
	places    []namedPlace
	tongues   []string
	coops     []Option
	standards []Option
}

// Chip is one filter in words, with the address of the list without it.
type Chip struct{ Words, Without string }

type namedPlace struct {
	name string
	at   coop.Point
}

// marketFilters reads the query of a market address. What is wrong stands in form.Wrong; err is for what broke.
func (s *Site) marketFilters(v *visit, by coop.Actor, values url.Values) (*filters, error) {
	x := &filters{at: "/market", form: Form{Values: url.Values{}}}
	if v.within != nil {
		x.at, x.query.Region = regionPath(v.within)+"/market", string(v.within.ID)
	}
	for _, k := range marketKeys {
		if w := strings.TrimSpace(values.Get(k)); w != "" {
			x.form.Put(k, w)
		}
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return nil, err
	}
	known, err := s.namedPlaces(v, by, k.coop, x.form.Get("place"))
	if err != nil {
		return nil, err
	}
	x.places, x.tongues = known.all, known.tongues
	if v.named, err = s.neighbours(v.r.Context()); err != nil {
		return nil, err
	}
	peers := v.named.peers
	if len(peers) <= coopsOffered {
		x.coops = coopOptions(v, peers)
	}

	q := &x.query
	if words := x.form.Get("q"); words != "" {
		if r := []rune(words); len(r) > limits.SearchRunes {
			words = string(r[:limits.SearchRunes])
		}
		q.Text = words
		x.chip(v.t("chip.words", "Words", words), "q")
	}
	pick(x, v, "purpose", "purpose.", []market.Purpose{market.Offer, market.Want, "all"}, &q.Purpose)
	if q.Purpose == "all" {
		q.Purpose = ""
	}
	pick(x, v, "kind", "kind.", market.Kinds, &q.Kind)
	pick(x, v, "cat", "category.", categoryCodes, &q.Category)
	pick(x, v, "mode", "mode.", market.Modes, &q.Mode)
	pick(x, v, "stream", "stream.", market.Streams, &q.Stream)
	pick(x, v, "scope", "scope.", market.Scopes, &q.Scope)
	var has string
	pick(x, v, "has", "has.", []string{"photo"}, &has)
	q.HasPhoto = has == "photo"
	x.homeFilter(v, peers)
	if err := s.meetsFilter(v, x); err != nil {
		return nil, err
	}
	x.wordFilters(v)
	x.dayFilters(v, k.zone)
	x.nearFilter(v, k.coop)
	x.sorting()
	return x, nil
}

func pick[T ~string](x *filters, v *visit, name, words string, all []T, into *T) {
	w := x.form.Get(name)
	switch {
	case w == "":
	case slices.Contains(all, T(w)):
		*into = T(w)
		if name != "purpose" { // the tabs show it
			x.chip(v.t(words+w), name)
		}
	default:
		x.form.Fail(name, "choice.unknown")
	}
}

func (x *filters) homeFilter(v *visit, peers []queue.Peer) {
	w := x.form.Get("coop")
	switch {
	case w == "":
		return
	case w == "home" || w == v.site.cfg.Base.Host():
		x.query.Local = true
	default:
		for _, p := range peers {
			if string(p.Actor) == w || p.Actor.Host() == w && x.query.Home == "" {
				x.query.Home = p.Actor
			}
		}
		if x.query.Home == "" {
			x.form.Fail("coop", "choice.unknown")
			return
		}
	}
	w = v.t("market.coop_home")
	if !x.query.Local {
		w = v.neighbour(x.query.Home)
	}
	x.chip(w, "coop")
}

func (x *filters) wordFilters(v *visit) {
	if w := strings.ToLower(x.form.Get("lang")); w != "" {
		if !coop.ValidLanguage(w) {
			x.form.Wrong = append(x.form.Wrong, &coop.Error{Class: coop.Invalid, Key: "language.unknown", Field: "lang", Args: map[string]any{"Tag": w}})
		} else {
			x.query.Language = w
			x.chip(languageName(w), "lang")
		}
	}
	if w := x.form.Get("tag"); w != "" {
		if x.query.Tag = market.Tag(strings.TrimPrefix(w, "#")); x.query.Tag == "" {
			x.form.Fail("tag", "choice.unknown")
		} else {
			x.chip("#"+x.query.Tag, "tag")
		}
	}
}

func (x *filters) dayFilters(v *visit, zone *time.Location) {
	if day, ok := x.day("since", zone); ok {
		x.query.Since = day.Add(-12 * time.Hour)
		x.chip(v.t("chip.since", "Date", v.tongue.date(day, zone)), "since")
	}
	if day, ok := x.day("until", zone); ok {
		// A listing ends with its last day, so that day's end belongs to what is asked for.
		x.query.Before = market.EndOfDay(day, zone).Add(time.Second)
		x.chip(v.t("chip.until", "Date", v.tongue.date(day, zone)), "until")
	}
}

func (x *filters) day(name string, zone *time.Location) (time.Time, bool) {
	w := x.form.Get(name)
	if w == "" {
		return time.Time{}, false
	}
	day, ok := parseDay(w, zone)
	if !ok {
		x.form.Fail(name, "day.invalid")
	}
	return day, ok
}

// parseDay reads the noon of a day as a date input sends it: noon is on that day wherever clocks change at midnight.
func parseDay(s string, zone *time.Location) (time.Time, bool) {
	day, err := time.ParseInLocation("2006-01-02", s, zone)
	if err != nil || day.Year() < 2000 || day.Year() > 9999 {
		return time.Time{}, false
	}
	return day.Add(12 * time.Hour), true
}

// nearFilter reads place and radius: a place is "lat,lon" or a name that a listing of the market or the co-op bears.
func (x *filters) nearFilter(v *visit, c coop.Coop) {
	w := x.form.Get("place")
	if w != "" {
		if p, ok := parsePoint(w); ok {
			x.query.Near, x.placeName = &p, w
		} else if p, ok := x.placeNamed(w); ok {
			x.query.Near, x.placeName = &p.at, p.name
		} else {
			x.form.Fail("place", "place.unknown")
		}
	} else if (x.form.Get("radius") != "" || x.form.Get("sort") == string(market.Nearest)) && c.Place.Public != nil {
		x.query.Near, x.placeName = c.Place.Public, c.Place.Name
	}
	radius := x.form.Get("radius")
	if radius != "" {
		km, err := strconv.Atoi(radius)
		if err != nil || km < 1 || km > limits.SearchRadiusKm {
			x.form.Fail("radius", "radius.range")
			x.form.Wrong[len(x.form.Wrong)-1].Args = map[string]any{"Max": limits.SearchRadiusKm}
			return
		}
		if x.query.Near != nil {
			x.query.RadiusKm = km
			x.chip(v.t("chip.within", "Km", km, "Place", x.placeName), "radius")
			return
		}
		if w == "" {
			x.form.Fail("place", "place.unknown")
		}
	}
	if w != "" && x.query.Near != nil {
		x.chip(v.t("chip.near", "Place", x.placeName), "place")
	}
}

func parsePoint(s string) (coop.Point, bool) {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return coop.Point{}, false
	}
	lat, e1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, e2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if e1 != nil || e2 != nil {
		return coop.Point{}, false
	}
	return coop.NewPoint(lat, lon)
}

func (x *filters) placeNamed(name string) (namedPlace, bool) {
	for _, p := range x.places {
		if strings.EqualFold(p.name, name) {
			return p, true
		}
	}
	return namedPlace{}, false
}

// knownPlaces are the places that can be named and the languages that are written, with the generation they were read at.
type knownPlaces struct {
	all        []namedPlace
	tongues    []string
	generation uint64
	read       time.Time
}

// placesKept is how long a new place may be missing from those that are offered. One that is asked for is looked for at once.
const placesKept = 20 * time.Second

// knows tells whether the place that is asked for is among them, or none is.
func (k *knownPlaces) knows(asked string) bool {
	_, point := parsePoint(asked)
	return asked == "" || point || slices.ContainsFunc(k.all, func(p namedPlace) bool { return strings.EqualFold(p.name, asked) })
}

// placesOf is how many of the newest listings are asked for their places and languages.
const placesOf = 60

// namedPlaces are the places that can be named: the co-op's, and those of the newest listings that the reader may see. Their
// public points only. With them come the languages of these listings, the co-op's first. What the public may know is kept until
// something changes.
func (s *Site) namedPlaces(v *visit, by coop.Actor, c coop.Coop, asked string) (*knownPlaces, error) {
	public := market.Reach(by) == coop.Everyone
	if k := s.places.Load(); public && k != nil && (s.fresh(k.generation, k.read) || time.Since(k.read) < placesKept && k.knows(asked)) {
		return k, nil
	}
	g, now := s.generation(), time.Now()
	var all []namedPlace
	seen := map[string]bool{}
	add := func(p coop.Place) {
		key := strings.ToLower(p.Name)
		if p.Name == "" || p.Public == nil || seen[key] {
			return
		}
		seen[key] = true
		all = append(all, namedPlace{p.Name, *p.Public})
	}
	add(c.Place)
	page, err := s.cfg.Market.Search(v.r.Context(), by, market.Query{Sort: market.Newest, Limit: placesOf})
	if err != nil {
		return nil, err
	}
	tongues := slices.Clone(c.Languages)
	for i := range page.Listings {
		add(page.Listings[i].Place)
		for tag := range page.Listings[i].Title {
			if !slices.Contains(tongues, tag) && coop.ValidLanguage(tag) {
				tongues = append(tongues, tag)
			}
		}
	}
	slices.Sort(tongues[len(c.Languages):])
	if len(all) > 1 {
		rest := all[1:]
		sort.Slice(rest, func(i, j int) bool { return rest[i].name < rest[j].name })
	}
	known := &knownPlaces{all: all, tongues: tongues, generation: g, read: now}
	if public {
		s.places.Store(known)
	}
	return known, nil
}

// sorting chooses the order: what was asked for where it makes sense, else the best match of words, else newest first.
func (x *filters) sorting() {
	q := &x.query
	w := x.form.Get("sort")
	if w != "" && !slices.Contains(market.Sorts, market.Sort(w)) {
		x.form.Fail("sort", "choice.unknown")
	}
	q.Sort = market.Sort(w)
	switch {
	case w == "" && q.Text != "":
		q.Sort = market.Best
	case w == "" || w == string(market.Best) && q.Text == "" || w == string(market.Nearest) && q.Near == nil:
		q.Sort = market.Newest
	}
}

// address writes the list's address at path with one parameter changed, or taken away with value "". The place in the list
// is left out, as it is another list.
func (x *filters) address(path, name, value string) string {
	return x.addressOf(path, map[string]string{name: value})
}

func (x *filters) addressOf(path string, changes map[string]string) string {
	out := url.Values{}
	keys := marketKeys
	if path != x.at { // feeds and data are not looked at
		keys = filterKeys
	}
	for _, k := range keys {
		w := x.form.Get(k)
		if c, ok := changes[k]; ok {
			w = c
		}
		if w != "" {
			out.Set(k, w)
		}
	}
	for k, w := range changes {
		if w != "" {
			out.Set(k, w)
		}
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}

func (x *filters) chip(words, name string) {
	x.chips = append(x.chips, Chip{Words: words, Without: x.address(x.at, name, "")})
}

// coopsOffered is how many co-ops can be chosen from; where there are more, their address is asked for: two thousand would weigh more than the page.
const coopsOffered = 200

// coopOptions lists whose listings one can ask for. A host stands for its co-op when there is one there.
func coopOptions(v *visit, peers []queue.Peer) []Option {
	at := map[string]int{}
	for _, p := range peers {
		at[p.Actor.Host()]++
	}
	out := []Option{{"home", v.t("market.coop_home")}}
	for _, p := range peers {
		if p.State != queue.Accepted {
			continue
		}
		o := Option{p.Actor.Host(), v.neighbour(p.Actor)}
		if at[o.Value] > 1 {
			o.Value = string(p.Actor)
		}
		out = append(out, o)
	}
	return out
}

var categoryCodes = func() []string {
	out := make([]string, len(market.Categories))
	for i, c := range market.Categories {
		out[i] = c.Code
	}
	return out
}()
