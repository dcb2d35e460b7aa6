package web

import (
	"net/http"
	"strings"

	"toadlane/internal/qrcode"
	"toadlane/market"
)

// posterSizes are the papers a poster is made for.
var posterSizes = []string{"a4", "a5"}

// stripsOf is how many strips to tear off a paper has room for.
var stripsOf = map[string]int{"a4": 9, "a5": 8}

// PosterPage is a sheet to print and pin up: it has no frame and needs no colour.
type PosterPage struct {
	Frame
	L       market.Listing
	Size    string
	Sizes   []Tongue // the other papers, as links
	Heading Spoken
	Long    string // "", "long" or "longest": how small the title has to be set
	Body    string
	Foreign *Spoken // body in another language than the page's
	Photo   *Photo
	Facts   []PosterFact
	Code    qrcode.Code
	Address string // as a person types it
	Host    string // the two halves of it, for strips
	Tail    string
	Strips  []int
	Warning string // key of what to know before it is printed, "" for nothing
}

// PosterFact is one line of a poster: a picture and words.
type PosterFact struct{ Icon, Words string }

// How long titles are until they are set smaller, and how much of the text a poster takes, in letters.
const (
	posterTitle   = 36
	posterTitleXL = 70
	posterBody    = 260
)

func (s *Site) listingPoster(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	size := v.r.URL.Query().Get("size")
	if stripsOf[size] == 0 {
		size = posterSizes[0]
	}
	title, body, _ := s.inOneLanguage(v, l)
	share, err := s.shareOf(v, l, title.Words)
	if err != nil {
		return err
	}
	p := PosterPage{Frame: v.frameTitled(title.Words), L: *l, Size: size, Heading: title, Code: share.QR, Strips: make([]int, stripsOf[size])}
	switch n := len([]rune(title.Words)); {
	case n > posterTitleXL:
		p.Long = "longest"
	case n > posterTitle:
		p.Long = "long"
	}
	if p.Body = shorten(body.Words, posterBody); body.Foreign {
		p.Foreign = &body
	}
	for _, x := range posterSizes {
		p.Sizes = append(p.Sizes, Tongue{Tag: x, Name: v.t("poster.size." + x), Path: "/listings/" + string(l.ID) + "/poster?size=" + x, Here: x == size})
	}
	if len(l.Photos) > 0 {
		x := s.photo(l, 0, sizesListing, "large")
		p.Photo = &x
	}
	p.Address = strings.TrimPrefix(strings.TrimPrefix(share.QR.Text, "https://"), "http://")
	if p.Host, p.Tail = p.Address, ""; strings.Contains(p.Address, "/") {
		host, tail, _ := strings.Cut(p.Address, "/")
		p.Host, p.Tail = host, "/"+tail
	}
	p.Facts = s.posterFacts(v, l)
	switch {
	case !share.Any:
		p.Warning, p.Code = "poster.nowhere", qrcode.Code{}
	case !l.Live(s.cfg.Now()):
		p.Warning = "poster.over"
	case share.Few != "":
		p.Warning = "poster.few." + l.Visibility.String()
	}
	return v.page(http.StatusOK, "listing_poster", p)
}

// posterFacts says in a few lines what somebody in front of a wall wants to know.
func (s *Site) posterFacts(v *visit, l *market.Listing) (out []PosterFact) {
	page := ListingPage{}
	s.sayPrices(v, l, &page)
	s.sayQuantities(v, l, &page)
	price := v.ask(l.Ask)
	for i, m := range l.Modes {
		f := PosterFact{string(m), v.t("terms." + string(m))}
		if i == 0 && price != "" {
			f.Words = strings.TrimSpace(price + " " + page.Per)
		}
		out = append(out, f)
	}
	if page.Available != "" {
		out = append(out, PosterFact{string(l.Kind), v.t("poster.available", "Quantity", page.Available)})
	}
	if l.Place.Name != "" {
		out = append(out, PosterFact{"pin", l.Place.Name})
	}
	out = append(out, PosterFact{"calendar", v.t("card.until", "Date", v.tongue.date(market.DayOf(l.Until, s.zone()), s.zone()))})
	who := ""
	if l.Local() {
		if k, err := s.coop(v.r.Context()); err == nil {
			who = k.coop.Name
		}
	} else {
		who = v.neighbour(l.Home)
	}
	if l.Maker != "" && l.Maker != who {
		who = strings.TrimPrefix(l.Maker+" · "+who, " · ")
	}
	if who != "" {
		out = append(out, PosterFact{"people", who})
	}
	return out
}
