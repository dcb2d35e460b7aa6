package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/mapsvg"
	"toadlane/market"
	"toadlane/region"
)

// RegionMapPage is where the listings of a region are, as a map and as a table: a row for each mark.
type RegionMapPage struct {
	Frame
	Region  RegionLine
	Nav     RegionNav
	Taken   time.Time
	Map     *MapPart
	Rows    []PlaceRow
	Nowhere int  // listings that say no place
	More    bool // there are older listings than those that the map looks at
}

// PlaceRow is a mark of the map in words.
type PlaceRow struct {
	Places        string
	Offers, Wants int
	See           string // the market narrowed to it
}

// regionSpots are the public places of what is on the market of a region.
type regionSpots struct {
	listed  []spot
	nowhere int
	more    bool // there are older ones
	taken   time.Time
}

type spot struct {
	at    coop.Point
	place string
	path  string
	title coop.Text
	want  bool
}

// regionSpots gives where the listings of a region are, the newest of them.
func (s *Site) regionSpots(v *visit, r *region.Region) (*regionSpots, error) {
	return s.spots.get(s, r.ID, func() (*regionSpots, error) {
		out := &regionSpots{taken: s.cfg.Now()}
		q := market.Query{Region: string(r.ID), Sort: market.Newest, Limit: market.MaxPage}
		for n := 0; n < limits.RegionPlaces; n += market.MaxPage {
			page, err := s.cfg.Market.Search(v.r.Context(), coop.Anonymous(), q)
			if err != nil {
				return nil, err
			}
			for i := range page.Listings {
				l := &page.Listings[i]
				if l.Place.Public == nil {
					out.nowhere++
					continue
				}
				out.listed = append(out.listed, spot{*l.Place.Public, plainLine(l.Place.Name), "/listings/" + string(l.ID), l.Title, l.Purpose == market.Want})
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				return out, nil
			}
		}
		out.more = true
		return out, nil
	})
}

func (s *Site) regionMapShow(v *visit) error {
	r, line, err := s.joinedRegion(v)
	if err != nil {
		return err
	}
	all, err := s.regionSpots(v, &r)
	if err != nil {
		return err
	}
	g, err := s.ground(v)
	if err != nil {
		return err
	}
	here := regionPath(&r) + "/map"
	x := RegionMapPage{Frame: v.frameTitled(v.t("places.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "map"), Taken: all.taken, Nowhere: all.nowhere, More: all.more}
	around, proposed := r.Charter.Area, region.ID(v.r.URL.Query().Get("area"))
	if proposed = s.areaProposed(v, &r, proposed); proposed != "" {
		around, here = proposed, here+"?area="+string(proposed)
	}
	area, err := s.area(v, r.ID, around)
	if err != nil {
		return err
	}
	rings := ringsOf(&area)
	items, names, points := make([]mapsvg.Item, len(all.listed)), make([]mapsvg.Name, len(all.listed)), make([]coop.Point, len(all.listed))
	for i, p := range all.listed {
		items[i], names[i], points[i] = mapsvg.Item{At: p.at, Want: p.want}, mapsvg.Name{Words: p.place, At: p.at}, p.at
	}
	view, asked := mapsvg.ParseView(v.r.URL.Query().Get("at"))
	if !asked {
		for _, ring := range rings {
			points = append(points, ring...)
		}
		if len(points) == 0 {
			points = g.outline.All()
		}
		view = mapsvg.Fit(points)
	}
	drawing := mapsvg.Draw(view, items, names, g.outline, g.tiles != "")
	drawing.Around(rings)
	m := v.drawn(drawing)
	if len(drawing.Area) > 0 {
		m.Around = v.t("region.area_drawn", "Name", line.Words)
		if proposed != "" {
			m.Around = v.t("region.area_proposed")
		}
	}
	s.behind(m, g)
	for i := range m.Drawing.Marks {
		mark, row := v.spotMark(&r, all, &m.Drawing.Marks[i], view)
		m.Marks, x.Rows = append(m.Marks, mark), append(x.Rows, row)
	}
	shown := len(items) - len(m.Drawing.Left)
	m.Label = v.t("map.label", "Count", shown)
	if left := len(m.Drawing.Left); left > 0 {
		m.Left = v.t("map.left", "Count", left)
	}
	m.Moves = v.mapMoves(view, asked, func(at string) string {
		if at == "" {
			return here + "#map"
		}
		if proposed != "" {
			return here + "&at=" + at + "#map"
		}
		return here + "?at=" + at + "#map"
	})
	x.Map = m
	x.Robots = !asked && proposed == ""
	return v.page(http.StatusOK, "region_map", x)
}

// spotMark says a mark and its row: one listing, or several with the way to them.
func (v *visit) spotMark(r *region.Region, all *regionSpots, m *mapsvg.Mark, view mapsvg.View) (MapMark, PlaceRow) {
	mark := MapMark{X: m.X, Y: m.Y, Half: mapsvg.Target / 2, Class: "both"}
	if m.Wants == 0 {
		mark.Class = "offer"
	} else if m.Offers == 0 {
		mark.Class = "want"
	}
	row := PlaceRow{Offers: m.Offers, Wants: m.Wants}
	var places []string
	km := 0.0
	for _, i := range m.Items {
		p := &all.listed[i]
		km = math.Max(km, m.Middle.KilometresTo(p.at))
		if p.place != "" && !slices.ContainsFunc(places, func(w string) bool { return strings.EqualFold(w, p.place) }) {
			places = append(places, p.place)
		}
	}
	row.Places = v.placesIn(places)
	lat, lon := m.Middle.Degrees()
	row.See = fmt.Sprintf("%s/market?view=list&place=%s,%s&radius=%d", regionPath(r), degrees(lat), degrees(lon), min(limits.SearchRadiusKm, int(math.Ceil(km))+1))
	if len(m.Items) == 1 {
		p := &all.listed[m.Items[0]]
		mark.Sign, mark.Label, mark.Href = v.t("map.letter_"+mark.Class), v.t("map.one", "Purpose", v.t("purpose."+mark.Class), "Title", v.site.text(v.tongue, p.title).Words), p.path
		return mark, row
	}
	mark.Sign, mark.Href = v.tongue.number(int64(len(m.Items))), row.See
	mark.Label = v.t("places.mark", "Places", row.Places, "What", v.counted(m.Offers, m.Wants))
	if m.Spread && view.Zoom < mapsvg.MaxZoom {
		view.Centre = m.Middle
		mark.Href = regionPath(r) + "/map?at=" + view.Zoomed(2).String() + "#map"
	}
	return mark, row
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

// placesNamed is how many places of one mark are named.
const placesNamed = 3

// placesIn names places.
func (v *visit) placesIn(places []string) string {
	switch n := len(places); {
	case n == 0:
		return v.t("places.unnamed")
	case n > placesNamed:
		return v.t("places.more", "Places", strings.Join(places[:placesNamed], ", "), "Count", n-placesNamed)
	}
	return v.tongue.list(places)
}
