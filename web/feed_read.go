package web

import (
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// The media types of the feeds.
const (
	kindRSS  = "application/rss+xml"
	kindAtom = "application/atom+xml"
	kindJSON = "application/feed+json"
)

// feedItems is how many listings a feed holds.
const feedItems = 50

// feed is a list, ready to be written in any of the three shapes.
type feed struct {
	title, self, page, lang string
	about                   string
	home                    coop.IRI
	author                  string
	updated                 time.Time
	items                   []feedItem
}

type feedItem struct {
	id        coop.IRI // the listing's own address, at its home
	link      string   // its page here
	title     string
	titleLang string
	html      string
	words     string // what was said, where there is no html; the title is in titleLang too then
	author    string
	image     string
	tags      []string
	published time.Time
	updated   time.Time
	at        *coop.Point
	source    *jsonSource
}

// feed reads the list of a feed's address. It is what the public sees, whoever asks, in the co-op's language: programs that
// fetch feeds do so for people who are not there.
func (s *Site) feed(v *visit) (*feed, error) {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return nil, err
	}
	v.tongue = s.coopTongue()
	x, listings, err := s.searchFor(v, feedItems)
	if err != nil {
		return nil, err
	}
	base := string(s.cfg.Base)
	title := k.coop.Name + " · " + v.t("market.heading."+purposeOr(x.query.Purpose, "all"))
	if v.within != nil {
		title = v.t("region.heading."+purposeOr(x.query.Purpose, "all"), "Name", v.regionLink(v.within).Words)
	}
	f := &feed{title: title, self: base + x.addressOf(v.r.URL.Path, nil),
		page: base + x.addressOf(x.at, nil), lang: v.tongue.tag, home: s.cfg.Base, author: k.coop.Name, updated: k.coop.Created,
		about: v.t("sort.why."+string(x.query.Sort), "Place", x.placeName)}
	for _, c := range x.chips {
		f.title += " · " + c.Words
	}
	for i := range listings {
		l := &listings[i]
		it := s.feedItem(v, l, k.coop)
		it.source = &jsonSource{}
		it.source.Home, it.source.Name, it.source.Licence = s.source(v, l, &k.coop)
		if l.Updated.After(f.updated) {
			f.updated = l.Updated
		}
		f.items = append(f.items, it)
	}
	return f, nil
}

// feedHTML writes what a card says and the words. Everything that was typed is escaped.
func (s *Site) feedHTML(v *visit, l *market.Listing) string {
	c := v.card(l)
	var facts []string
	for _, m := range c.Modes {
		facts = append(facts, v.t("mode."+string(m)))
	}
	for _, w := range []string{c.Price, c.Place, v.t("card.until", "Date", v.tongue.date(c.Until, s.zone()))} {
		if w != "" {
			facts = append(facts, w)
		}
	}
	var b strings.Builder
	b.WriteString("<p>" + html.EscapeString(strings.Join(facts, " · ")) + "</p>")
	for _, part := range strings.Split(strings.ReplaceAll(s.text(v.tongue, l.Body).Words, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}

// georss is the namespace of GeoRSS-Simple.
const georss = "http://www.georss.org/georss"

func point(p *coop.Point) string {
	if p == nil {
		return ""
	}
	lat, lon := p.Degrees()
	return strconv.FormatFloat(lat, 'f', -1, 64) + " " + strconv.FormatFloat(lon, 'f', -1, 64)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (v *visit) xml(kind string, doc any) error {
	b, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	v.bytes(http.StatusOK, kind+"; charset=utf-8", append([]byte(xml.Header), b...))
	return nil
}
