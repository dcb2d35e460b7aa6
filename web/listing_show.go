package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/htmlsafe"
	"toadlane/internal/limits"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"listing": ListingPage{}, "listing_form": ListingFormPage{}, "listing_delete": ListingDeletePage{},
		"listing_close": ListingClosePage{}, "listing_gone": ListingGonePage{}, "listing_poster": PosterPage{}, "listing_send": ListingSendPage{},
		"done": DonePage{}})
}

func (s *Site) listingRoutes() []route {
	all := []route{
		{method: http.MethodGet, pattern: "/listings/{id}", who: anyone, do: s.listingShow, kept: true, document: true},
		{method: http.MethodGet, pattern: "/listings/{id}.json", who: anyone, do: s.listingJSON, kept: true},
		{method: http.MethodGet, pattern: "/listings/{id}/poster", who: anyone, do: s.listingPoster, kept: true},
		{method: http.MethodPost, pattern: "/listings/{id}/share", who: anyone, do: s.listingSend},
		{method: http.MethodGet, pattern: "/l/{code}", who: anyone, do: s.listingShort},
		{method: http.MethodGet, pattern: "/done", who: anyone, do: s.doneShow, kept: true},
		{method: http.MethodGet, pattern: "/listings/{id}/close", who: takePart, do: s.listingCloseForm},
		{method: http.MethodPost, pattern: "/listings/{id}/with", who: takePart, do: s.listingWith},
		{method: http.MethodGet, pattern: "/listings/{id}/edit", who: takePart, do: s.listingEditForm},
		{method: http.MethodGet, pattern: "/listings/{id}/delete", who: takePart, do: s.listingDeleteForm},
		{method: http.MethodPost, pattern: "/listings/{id}/delete", who: takePart, do: s.listingDelete},
	}
	for word, change := range listingChanges {
		all = append(all, route{method: http.MethodPost, pattern: "/listings/{id}/" + word, who: takePart,
			do: func(v *visit) error { return s.listingChange(v, change) }})
	}
	return append(all, s.listingFormRoutes()...)
}

// ListingPage shows one offer or want.
type ListingPage struct {
	Frame
	L         market.Listing
	Card      Card
	Heading   Spoken // the title, in the language of the text
	Body      Spoken
	Tongues   []Tongue // the languages it is written in, when there are several
	Photos    []ShownPhoto
	Terms     []Term // how it changes hands
	KindSaid  bool   // its kind says more than its category
	Quantity  string
	Available string
	Minimum   string
	Range     []string // of a sliding scale
	Parts     []Part
	Total     string
	Per       string // what the price is for, when several can be taken
	Days      int    // until it ends
	Banner    string
	With      Form     // with whom it worked out, for who may change it
	Partners  []Option // those to choose from, and nobody; empty where nothing is to be said
	Stale     bool     // a neighbour that has not been heard of lately
	Poster    *coop.PersonView
	Home      *HomeCoop
	Likes     int
	Boosts    int
	Answer    AnswerBox
	CanAnswer bool // the box has something to press or to read
	Tools     Tools
	Reach     string
	Matches   []Near
	Alike     []Near
	More      string // list of its like
	Point     string // "lat, lon" of the public point
	Map       *MapPart
	History   []HistoryLine
	Share     Share
	Preview   *Preview
	Schema    any
}

// Tongue is one of the languages that a listing is written in.
type Tongue struct {
	Tag, Name, Path string
	Here            bool
}

// Term is one way of changing hands, in plain words.
type Term struct{ Icon, Words string }

// Spoken are words in one language.
type Spoken struct {
	Words, Tag string
	Language   string // its name in itself
	Foreign    bool   // another than the page's
}

// ShownPhoto is a picture of a listing. Next and Before are the numbers of those beside it when it is shown large.
type ShownPhoto struct {
	Photo
	N, Next, Before int
}

// Part is one line of a price, with its place in the bar.
type Part struct {
	N        int
	Label    string
	Kind     market.PriceKind
	Amount   string
	From     string // in percent of the bar
	Wide     string
	Middle   string
	Numbered bool // wide enough for its number
}

// HomeCoop is the neighbour that a listing belongs to.
type HomeCoop struct {
	Name, Handle, Host string
	About              string // what it says of itself
	URL                string // its page, "" when none can be linked
	Listing            string // the listing's page there
}

// listingTyped is what was typed into the form of a listing's page, when it comes back.
type listingTyped struct {
	answer answerTyped // to whoever it belongs to
}

func (s *Site) listingShow(v *visit) error {
	l, err := s.listing(v)
	if coop.ClassOf(err) == coop.Gone && err != nil {
		return s.listingGone(v)
	}
	if err != nil {
		return err
	}
	return s.listingPage(v, http.StatusOK, l, listingTyped{})
}

// listing reads the listing of the address for this reader. Class NotFound for what is not here or not for them, Gone for what
// was.
func (s *Site) listing(v *visit) (*market.Listing, error) {
	id, err := v.id("id")
	if err != nil {
		return nil, err
	}
	l, err := s.cfg.Market.Listing(v.r.Context(), v.by, id)
	if err != nil {
		return nil, err
	}
	return &l, nil
}

// ownListing is listing for those who may change it; others get Forbidden when they may see it at all.
func (s *Site) ownListing(v *visit) (*market.Listing, error) {
	l, err := s.listing(v)
	if err == nil && !market.MayChange(v.by, l) {
		key := "listing.not_yours"
		if !l.Local() {
			key = "listing.foreign"
		}
		err = coop.Errorf(coop.Forbidden, key, "listing %s as %s", l.ID, v.by)
	}
	return l, err
}

func (s *Site) listingPage(v *visit, status int, l *market.Listing, typed listingTyped) error {
	ctx, now := v.r.Context(), s.cfg.Now()
	if l.Until.IsZero() { // a draft says so when it is published
		l.Until = market.DefaultUntil(l.Purpose, l.Kind, now, s.zone())
	}
	title, body, tongues := s.inOneLanguage(v, l)
	p := ListingPage{Frame: v.frameTitled(title.Words), L: *l, Card: v.card(l), Heading: title, Body: body, Tongues: tongues,
		Reach: "visibility." + l.Visibility.String(), Photos: s.shownPhotos(l), Days: daysLeft(l, now, s.zone()), Banner: s.banner(v, l, now),
		Stale: !l.Local() && now.Sub(l.Seen) > limits.StaleAfter}
	p.Robots = l.Local() && l.Visibility == coop.Everyone && l.Live(now) && v.r.URL.RawQuery == ""
	p.KindSaid = l.Category == "" || v.t("kind."+string(l.Kind)) != v.t("category."+l.Category)
	for _, m := range l.Modes {
		p.Terms = append(p.Terms, Term{string(m), v.t("terms." + string(m))})
	}
	s.sayQuantities(v, l, &p)
	s.sayPrices(v, l, &p)
	if p.More = "/market?purpose=" + string(l.Purpose) + "&kind=" + string(l.Kind); l.Category != "" {
		p.More = "/market?purpose=" + string(l.Purpose) + "&cat=" + l.Category
	}
	if l.Place.Public != nil {
		p.Point = strings.ReplaceAll(point(l.Place.Public), " ", ", ")
	}
	var err error
	if p.Map, err = s.placeMap(v, l); err != nil {
		return err
	}
	if err := s.sayWho(v, l, &p); err != nil {
		return err
	}
	home := ""
	if p.Home != nil {
		home = p.Home.Name
	}
	if p.Answer, err = s.answerBox(v, l, home, typed.answer); err != nil {
		return err
	}
	p.CanAnswer = !l.State.Ended() && l.State != market.Draft && !market.MayChange(v.by, l)
	if p.Likes, p.Boosts, err = s.cfg.Steward.CountReactions(ctx, l.IRI); err != nil {
		return err
	}
	p.Tools = s.toolsFor(v, l)
	if p.Tools.Any && l.State == market.Done {
		with, err := s.cfg.Market.WorkedWith(ctx, v.by, l)
		if err != nil {
			return err
		}
		if p.Partners, err = s.worksWith(v); err != nil {
			return err
		}
		if p.With.Put("with", string(with)); with != "" && !slices.ContainsFunc(p.Partners, func(o Option) bool { return o.Value == string(with) }) {
			p.Partners = append(p.Partners, Option{string(with), v.neighbour(with)}) // it is no neighbour any more
		}
	}
	if err := s.sayNear(v, l, &p); err != nil {
		return err
	}
	if p.History, err = s.historyOf(v, l); err != nil {
		return err
	}
	if p.Share, err = s.shareOf(v, l, title.Words); err != nil {
		return err
	}
	if l.Visibility == coop.Everyone && l.State.Public() {
		p.Schema = s.schemaOf(v, l)
		p.Preview = s.previewOf(v, l, title.Words, body.Words)
	}
	return v.page(status, "listing", p)
}

func (s *Site) shownPhotos(l *market.Listing) (out []ShownPhoto) {
	n := len(l.Photos)
	for i := range l.Photos {
		sizes := sizesListing
		if i > 0 {
			sizes = sizesSmall
		}
		x := s.photo(l, i, sizes, "small", "medium", "large")
		x.First, x.Lazy = i == 0, i > 0
		out = append(out, ShownPhoto{x, i + 1, (i+1)%n + 1, (i+n-1)%n + 1})
	}
	return out
}

// inOneLanguage gives title and text in the language that the address asks for with in=, else the reader's, and the languages there
// are when there is a choice.
func (s *Site) inOneLanguage(v *visit, l *market.Listing) (title, body Spoken, choice []Tongue) {
	said := func(x coop.Text, wanted string) Spoken {
		t := s.text(v.tongue, x)
		if x[wanted] != "" {
			t = foreignText{Words: x[wanted], Tag: wanted, Foreign: wanted != v.tongue.tag}
		}
		return Spoken{t.Words, t.Tag, languageName(t.Tag), t.Foreign}
	}
	tags := l.Title.Tags()
	for _, tag := range l.Body.Tags() {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	wanted := v.r.URL.Query().Get("in")
	if !slices.Contains(tags, wanted) {
		wanted = s.text(v.tongue, l.Title).Tag
	}
	title, body = said(l.Title, wanted), said(l.Body, wanted)
	if len(tags) < 2 {
		return title, body, nil
	}
	for _, tag := range tags {
		choice = append(choice, Tongue{Tag: tag, Name: languageName(tag), Path: "/listings/" + string(l.ID) + "?in=" + url.QueryEscape(tag), Here: tag == wanted})
	}
	return title, body, choice
}

func (s *Site) sayWho(v *visit, l *market.Listing, p *ListingPage) error {
	ctx := v.r.Context()
	if !l.Local() {
		p.Home = &HomeCoop{Name: l.Home.Host(), Host: l.Home.Host(), Listing: webAddress(l.URL, string(l.IRI))}
		a, err := s.cfg.Steward.Actor(ctx, l.Home)
		if err == nil {
			p.Home.Handle, p.Home.URL = a.Handle, webAddress(a.URL, string(a.IRI))
			if a.Name != "" {
				p.Home.Name = a.Name
			}
			p.Home.About = shorten(htmlsafe.Text(a.Summary), 300)
		} else if coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone {
			return err
		}
		return nil
	}
	if l.Poster == "" {
		return nil
	}
	person, err := s.cfg.CoopStore.Person(ctx, l.Poster)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound { // left the co-op
			return nil
		}
		return err
	}
	if view, ok := person.SeenBy(market.Reach(v.by)); ok {
		p.Poster = &view
	}
	return nil
}

// webAddress gives the first of the addresses that a link may lead to: canonical http or https, nothing else.
func webAddress(candidates ...string) string {
	for _, c := range candidates {
		if i, err := coop.ParseIRI(c); err == nil {
			return string(i)
		}
	}
	return ""
}

// banner says that a listing is not open any more, or not yet.
func (s *Site) banner(v *visit, l *market.Listing, now time.Time) string {
	date := func(t time.Time) string { return v.tongue.date(market.DayOf(t, s.zone()), s.zone()) }
	switch {
	case l.State == market.Expired, l.State == market.Open && !now.Before(l.Until):
		return v.t("banner.expired", "Date", date(l.Until))
	case l.State == market.Done:
		return v.t("banner.done", "Date", v.tongue.date(l.Closed, s.zone()))
	case l.State == market.Withdrawn:
		return v.t("banner.withdrawn", "Date", v.tongue.date(l.Closed, s.zone()))
	case l.State == market.Draft, l.State == market.Paused, l.State == market.Agreed, l.State == market.Archived:
		return v.t("banner." + string(l.State))
	}
	return ""
}

// daysLeft counts the days after today on which the listing is still there; 0 is its last, -1 that it is over.
func daysLeft(l *market.Listing, now time.Time, zone *time.Location) int {
	if !now.Before(l.Until) {
		return -1
	}
	last, today := market.DayOf(l.Until, zone), now.In(zone)
	day := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return int(day(last) - day(today))
}
