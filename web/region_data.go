package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"region_data": DataPage{}, "region_embed": EmbedPage{}, "region_handbook": RegionHandbookPage{}, "region_map": RegionMapPage{}, "region_network": NetworkPage{}, "region_numbers": NumbersPage{}})
}

func (s *Site) aroundRoutes() []route {
	get := func(pattern string, do func(*visit) error) route {
		return route{method: http.MethodGet, pattern: "/regions/{slug}/" + pattern, who: anyone, do: do, kept: true}
	}
	embed := get("embed", s.embedShow)
	embed.framed = true
	return []route{
		get("map", s.regionMapShow), get("network", s.networkShow), get("numbers", s.numbersShow), get("gaps", s.gapsShow), get("handbook", s.regionHandbookShow), get("data", s.dataShow),
		get("market.csv", s.inRegion(s.dumpCSV)), get("market.jsonld", s.inRegion(s.dumpLD)), embed,
	}
}

// DataPage tells how to have what is on the market of a region, and to show it elsewhere.
type DataPage struct {
	Frame
	Region  RegionLine
	Nav     RegionNav
	Market  string // address of the market, to which a dot and a shape are added
	Part    int    // listings in one part
	Files   []DataFile
	Example string // an address of narrowed data
	Licence string // of ours
	Embed   string // the address to show elsewhere
	Snippet string
}

// DataFile is the market in one shape.
type DataFile struct{ Name, Href, About string }

func (s *Site) dataShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	base := string(s.cfg.Base)
	x := DataPage{Frame: v.frameTitled(v.t("data.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "data"), Market: regionPath(&r) + "/market", Part: limits.RegionDump,
		Embed: regionPath(&r) + "/embed"}
	x.Licence = x.Coop.Licence
	x.Snippet = "<iframe" + fmt.Sprintf(` src="%s%s?purpose=offer&amp;limit=%d" title="%s" width="100%%" height="480" loading="lazy"></iframe>`, base, x.Embed, embedUsual,
		attributeEscaper.Replace(line.Words))
	for _, f := range []struct{ name, ext, about string }{{"feed.csv", ".csv", "data.csv"}, {"feed.jsonld", ".jsonld", "data.jsonld"}, {"feed.geojson", ".geojson", "data.geojson"}, {"feed.json", ".json", "data.feed"},
		{"feed.rss", ".rss", "data.feed"}, {"feed.atom", ".atom", "data.feed"}} {
		x.Files = append(x.Files, DataFile{v.t(f.name), x.Market + f.ext, v.t(f.about, "Count", feedItems)})
	}
	x.Example = regionMarket(&r, "AM60", market.Want)
	x.Example = strings.Replace(x.Example, "/market?", "/market.csv?", 1)
	x.Robots = true
	return v.page(http.StatusOK, "region_data", x)
}

var attributeEscaper = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")

// dump is one part of the data of a region's market.
type dump struct {
	listings []market.Listing
	self     string
	next     string // address of the next part, "" at the end
	coop     coop.Coop
}

// dump reads a part of the list of an address: what the public sees, whoever asks, in the co-op's language.
func (s *Site) dump(v *visit, ext string) (*dump, error) {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return nil, err
	}
	v.tongue = s.coopTongue()
	values, err := url.ParseQuery(v.r.URL.RawQuery)
	if err != nil {
		return nil, coop.Errorf(coop.Invalid, "form.unreadable", "query: %w", err)
	}
	x, err := s.marketFilters(v, coop.Anonymous(), values)
	if err != nil {
		return nil, err
	}
	if !x.form.OK() {
		return nil, coop.Errorf(coop.Invalid, x.form.Wrong[0].Key, "data: %s", x.form.Wrong[0].Field)
	}
	q := x.query
	q.Cursor, q.Limit = values.Get("cursor"), market.MaxPage
	out := &dump{coop: k.coop}
	for n := 0; n < limits.RegionDump; n += market.MaxPage {
		page, err := s.cfg.Market.Search(v.r.Context(), coop.Anonymous(), q)
		if err != nil {
			return nil, err
		}
		out.listings = append(out.listings, page.Listings...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	at := string(s.cfg.Base) + x.at + ext
	address := func(cursor string) string { return x.addressOf(at, map[string]string{"cursor": cursor}) }
	out.self = address(values.Get("cursor"))
	if q.Cursor != "" {
		out.next = address(q.Cursor)
		v.w.Header().Add("Link", "<"+out.next+`>; rel="next"`)
	}
	return out, nil
}

// source is whose a listing is and under which licence: a neighbour's is what it says, which we are not told.
func (s *Site) source(v *visit, l *market.Listing, c *coop.Coop) (home, name, licence string) {
	if l.Local() {
		return string(s.cfg.ActorIRI), c.Name, c.Licence
	}
	return string(l.Home), v.neighbour(l.Home), ""
}

// unsaidLicence stands where a licence is not known.
const unsaidLicence = "unknown"

// dumpCSV gives the list as comma-separated values (RFC 4180).
func (s *Site) dumpCSV(v *visit) error {
	d, err := s.dump(v, ".csv")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{"id", "url", "purpose", "kind", "category", "modes", "title", "text", "language", "place", "latitude", "longitude", "published", "updated", "until", "home", "home_name", "licence"}}
	for i := range d.listings {
		l := &d.listings[i]
		title, body := s.text(v.tongue, l.Title), s.text(v.tongue, l.Body)
		home, name, licence := s.source(v, l, &d.coop)
		if licence == "" {
			licence = unsaidLicence
		}
		lat, lon := "", ""
		if p := l.Place.Public; p != nil {
			y, x := p.Degrees()
			lat, lon = strconv.FormatFloat(y, 'f', -1, 64), strconv.FormatFloat(x, 'f', -1, 64)
		}
		rows = append(rows, []string{string(l.IRI), string(s.cfg.Base) + "/listings/" + string(l.ID), string(l.Purpose), cell(string(l.Kind)), cell(l.Category), cell(strings.Join(names(l.Modes), " ")), cell(title.Words),
			cell(body.Words), cell(title.Tag), cell(l.Place.Name), lat, lon, stamp(l.Created), stamp(l.Updated), stamp(l.Until), home, cell(name), licence})
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("market as CSV: %w", err)
	}
	v.bytes(http.StatusOK, "text/csv; charset=utf-8; header=present", b.Bytes())
	return nil
}

// cell keeps a spreadsheet from taking what somebody wrote for a formula.
func cell(words string) string {
	if words != "" && strings.ContainsRune("=+-@\t\r", rune(words[0])) {
		return "'" + words
	}
	return words
}

// dumpLD gives the list as schema.org's ItemList of offers and demands, each with the address of its licence where we know it.
func (s *Site) dumpLD(v *visit) error {
	d, err := s.dump(v, ".jsonld")
	if err != nil {
		return err
	}
	items := make([]map[string]any, 0, len(d.listings))
	for i := range d.listings {
		l := &d.listings[i]
		what := s.schemaOf(v, l)
		delete(what, "@context")
		if _, _, licence := s.source(v, l, &d.coop); licence != "" {
			what["license"] = "https://spdx.org/licenses/" + licence
		}
		items = append(items, map[string]any{"@type": "ListItem", "position": i + 1, "item": what})
	}
	doc := map[string]any{"@context": "https://schema.org", "@type": "ItemList", "@id": d.self, "name": v.t("region.heading.all", "Name", v.regionLink(v.within).Words),
		"numberOfItems": len(items), "itemListElement": items}
	if d.next != "" {
		doc["relatedLink"] = d.next
	}
	b, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return fmt.Errorf("market as JSON-LD: %w", err)
	}
	v.bytes(http.StatusOK, "application/ld+json; charset=utf-8", b)
	return nil
}
