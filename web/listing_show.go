package web

import (
	"net/http"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"listing": ListingPage{}, "listing_form": ListingFormPage{}, "listing_delete": ListingDeletePage{}})
}

func (s *Site) listingRoutes() []route {
	all := []route{
		{method: http.MethodGet, pattern: "/listings/{id}", who: anyone, do: s.listingShow, kept: true, document: true},
		{method: http.MethodGet, pattern: "/listings/{id}/edit", who: takePart, do: s.listingEditForm},
		{method: http.MethodGet, pattern: "/listings/{id}/delete", who: takePart, do: s.listingDeleteForm},
		{method: http.MethodPost, pattern: "/listings/{id}/delete", who: takePart, do: s.listingDelete},
		{method: http.MethodPost, pattern: "/listings/{id}/ask", who: takePart, do: s.listingAsk},
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
	Photos    []Photo
	Bodies    []Spoken // in the reader's language first
	Titles    []Spoken // in other languages
	Quantity  string
	Available string
	Minimum   string
	Range     []string // of a sliding scale
	Parts     []Part
	Total     string
	Per       string // what the price is for, when several can be taken
	Days      int    // until it ends
	Banner    string
	Poster    *coop.PersonView
	Home      *HomeCoop
	Likes     int
	Boosts    int
	Answer    AnswerBox
	Closing   Form // of the owner: how it went
	CanChange bool
	Changes   []Option // what its owner may press
	CanClose  bool
	CanEdit   bool
	Reach     string
	Similar   string // list of its like
	Point     string // "lat, lon" of the public point
	Schema    any
}

// Spoken are words in one language.
type Spoken struct {
	Words, Tag string
	Language   string // its name in itself
	Foreign    bool   // another than the page's
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
	URL                string // its page, "" when none can be linked
	Listing            string // the listing's page there
}

// listingTyped is what was typed into the forms of a listing's page, when one of them comes back.
type listingTyped struct {
	closing Form // how it went
	answer  Form // to whoever it belongs to
}

func (s *Site) listingShow(v *visit) error {
	l, err := s.listing(v)
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
	title := s.text(v.tongue, l.Title)
	p := ListingPage{Frame: v.frameTitled(title.Words), L: *l, Card: v.card(l), Closing: typed.closing, Reach: "visibility." + l.Visibility.String()}
	p.Robots = l.Local() && l.Visibility == coop.Everyone && l.Live(now)
	for i := range l.Photos {
		x := s.photo(l, i, sizesListing, "small", "medium", "large")
		x.First, x.Lazy = i == 0, i > 0
		p.Photos = append(p.Photos, x)
	}
	p.Bodies, p.Titles = s.inAllLanguages(v, l.Body), nil
	if all := s.inAllLanguages(v, l.Title); len(all) > 1 {
		p.Titles = all[1:]
	}
	s.sayQuantities(v, l, &p)
	s.sayPrices(v, l, &p)
	p.Days = daysLeft(l, now, s.zone())
	p.Banner = s.banner(v, l, now)
	if l.Category != "" {
		p.Similar = "/market?purpose=" + string(l.Purpose) + "&cat=" + l.Category
	} else {
		p.Similar = "/market?purpose=" + string(l.Purpose) + "&kind=" + string(l.Kind)
	}
	if l.Place.Public != nil {
		p.Point = strings.ReplaceAll(point(l.Place.Public), " ", ", ")
	}
	if err := s.sayWho(v, l, &p); err != nil {
		return err
	}
	home := ""
	if p.Home != nil {
		home = p.Home.Name
	}
	var err error
	if p.Answer, err = s.answerBox(v, l, home, typed.answer); err != nil {
		return err
	}
	if p.Likes, p.Boosts, err = s.cfg.Steward.CountReactions(ctx, l.IRI); err != nil {
		return err
	}
	s.sayChanges(v, l, &p)
	if l.Visibility == coop.Everyone && l.State.Public() {
		p.Schema = s.schemaOf(v, l)
	}
	return v.page(status, "listing", p)
}

// inAllLanguages gives the words in the reader's language first, then in every other there is.
func (s *Site) inAllLanguages(v *visit, x coop.Text) []Spoken {
	first := s.text(v.tongue, x)
	if first.Words == "" {
		return nil
	}
	out := []Spoken{{first.Words, first.Tag, languageName(first.Tag), first.Foreign}}
	for _, tag := range x.Tags() {
		if tag != first.Tag && x[tag] != "" {
			out = append(out, Spoken{x[tag], tag, languageName(tag), true})
		}
	}
	return out
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
