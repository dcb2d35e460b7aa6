package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/mapsvg"
	"toadlane/market"
)

// MapPart is the map of a list: what is drawn, and the links that move it.
type MapPart struct {
	Drawing     mapsvg.Drawing
	Width       int
	Height      int
	Label       string // what the map shows, in a sentence
	Marks       []MapMark
	Scale       string
	Tiles       []MapTile
	Attribution string
	Moves       []View // nearer, further, four ways, all of it
	Foot        int    // of the bar, and of its words
	ScaleAt     int
	ScaleFoot   int
	About       int    // how far around one point is meant, on the sheet
	Around      string // what the line on it is, "" for none
	Left        string // how many stand outside or say no place, "" for none
}

// MapMark is a mark on the map.
type MapMark struct {
	X, Y, Half int
	Class      string // offer, want or both
	Sign       string // a letter, or how many
	Label      string
	Href       string
}

// MapTile is a picture behind the map.
type MapTile struct {
	Href       string
	X, Y, Side int
}

// ground is what lies under the map: the outline that a steward gave, and where pictures come from.
type ground struct {
	outline     mapsvg.Outline
	text        string // of the outline
	tiles       string
	attribution string
	read        time.Time
	generation  uint64
}

// SettingOutline keeps the outline of the map, as GeoJSON that mapsvg.ParseOutline reads.
const SettingOutline = "map.outline"

// The other settings of the map.
const (
	settingTiles       = "map.tiles"
	settingAttribution = "map.attribution"
)

// ground gives what lies under the map, read anew when something changed.
func (s *Site) ground(v *visit) (*ground, error) {
	if g := s.grounds.Load(); g != nil && s.fresh(g.generation, g.read) {
		return g, nil
	}
	g := &ground{generation: s.generation(), read: time.Now()}
	for name, into := range map[string]*string{SettingOutline: &g.text, settingTiles: &g.tiles, settingAttribution: &g.attribution} {
		var err error
		if *into, err = s.cfg.CoopStore.Setting(v.r.Context(), name); err != nil {
			return nil, err
		}
	}
	if g.text != "" {
		if o, err := mapsvg.ParseOutline([]byte(g.text)); err == nil {
			g.outline = o
		} else {
			s.cfg.Log.Warn("outline of the map", "error", err.Error())
		}
	}
	s.grounds.Store(g)
	return g, nil
}

// mapPart draws the listings of a list, in its order.
func (s *Site) mapPart(v *visit, x *filters, list []market.Listing, cards []Card, at string) (*MapPart, error) {
	g, err := s.ground(v)
	if err != nil {
		return nil, err
	}
	var items []mapsvg.Item
	var of []int // the listing of each item
	var points []coop.Point
	var names []mapsvg.Name
	k, err := s.coop(v.r.Context())
	if err != nil {
		return nil, err
	}
	if home := k.coop.Place; home.Public != nil {
		names = append(names, mapsvg.Name{Words: home.Name, At: *home.Public})
	}
	for i := range list {
		p := list[i].Place.Public
		if p == nil {
			continue
		}
		items, of, points = append(items, mapsvg.Item{At: *p, Want: list[i].Purpose == market.Want}), append(of, i), append(points, *p)
		names = append(names, mapsvg.Name{Words: list[i].Place.Name, At: *p})
	}
	view, asked := mapsvg.ParseView(at)
	if !asked {
		around := points
		if len(around) == 0 {
			around = g.outline.All()
		}
		if len(around) == 0 && k.coop.Place.Public != nil {
			around = append(around, *k.coop.Place.Public)
		}
		view = mapsvg.Fit(around)
	}
	m := v.drawn(mapsvg.Draw(view, items, names, g.outline, g.tiles != ""))
	s.behind(m, g)
	for _, mark := range m.Drawing.Marks {
		m.Marks = append(m.Marks, v.mapMark(x, &mark, of, cards, view))
	}
	shown := len(items) - len(m.Drawing.Left)
	m.Label = v.t("map.label", "Count", shown)
	if left := len(list) - shown; left > 0 {
		m.Left = v.t("map.left", "Count", left)
	}
	m.Moves = v.mapMoves(view, asked, func(at string) string { return x.address(x.at, "at", at) + "#map" })
	return m, nil
}

// mapMoves are the links that move a map, and back to all of it when only a part was asked for. address gives the map's at a view, "" being all.
func (v *visit) mapMoves(view mapsvg.View, asked bool, address func(at string) string) (out []View) {
	move := func(name, at string) {
		out = append(out, View{Name: name, Icon: name, Words: v.t("map." + name), Href: address(at)})
	}
	move("nearer", view.Zoomed(1).String())
	move("further", view.Zoomed(-1).String())
	move("north", view.Moved(0, -.4).String())
	move("south", view.Moved(0, .4).String())
	move("west", view.Moved(-.4, 0).String())
	move("east", view.Moved(.4, 0).String())
	if asked {
		move("whole", "")
	}
	return out
}

// The map beside a listing: how near it looks, how much it may weigh, and how exact a public point is.
const (
	placeZoom   = 11.5
	maxPlaceMap = 16 << 10 // bytes of its lines
	placeMetres = 1000
)

// placeMap draws where about one listing is, nil where nothing lies under the map that would tell.
func (s *Site) placeMap(v *visit, l *market.Listing) (*MapPart, error) {
	if l.Place.Public == nil {
		return nil, nil
	}
	g, err := s.ground(v)
	if err != nil {
		return nil, err
	}
	name := mapsvg.Name{Words: l.Place.Name, At: *l.Place.Public}
	d := mapsvg.Draw(mapsvg.View{Centre: *l.Place.Public, Zoom: placeZoom}, []mapsvg.Item{{At: *l.Place.Public}}, []mapsvg.Name{name}, g.outline, g.tiles != "")
	size := 0
	for _, p := range append(d.Land, d.Water...) {
		size += len(p)
	}
	if size == 0 && len(d.Tiles) == 0 || size > maxPlaceMap {
		return nil, nil
	}
	m := v.drawn(d)
	m.Label, m.About = v.t("map.place", "Place", l.Place.Name), max(14, placeMetres*d.Scale.Length/max(d.Scale.Metres, 1))
	s.behind(m, g)
	return m, nil
}

// behind puts pictures behind a map where a steward chose them.
func (s *Site) behind(m *MapPart, g *ground) {
	if g.tiles == "" {
		return
	}
	m.Attribution = g.attribution
	for _, t := range m.Drawing.Tiles {
		m.Tiles = append(m.Tiles, MapTile{fmt.Sprintf("/tiles/%d/%d/%d", t.Z, t.X, t.Y), t.Left, t.Top, t.Side})
	}
}

// drawn is a drawing with its measures and its scale in words.
func (v *visit) drawn(d mapsvg.Drawing) *MapPart {
	return &MapPart{Drawing: d, Width: mapsvg.Width, Height: mapsvg.Height, Scale: v.scale(d.Scale.Metres), Foot: mapsvg.Height - 18,
		ScaleAt: 14 + d.Scale.Length/2, ScaleFoot: mapsvg.Height - 20}
}

// mapMark says a mark: a listing, or several with the way to them. Those that lie apart are shown from nearer; those at one place
// as a list.
func (v *visit) mapMark(x *filters, m *mapsvg.Mark, of []int, cards []Card, view mapsvg.View) MapMark {
	out := MapMark{X: m.X, Y: m.Y, Half: mapsvg.Target / 2}
	switch {
	case m.Wants == 0:
		out.Class = "offer"
	case m.Offers == 0:
		out.Class = "want"
	default:
		out.Class = "both"
	}
	if len(m.Items) == 1 {
		c := &cards[of[m.Items[0]]]
		out.Sign, out.Label, out.Href = v.t("map.letter_"+out.Class), v.t("map.one", "Purpose", v.t("purpose."+out.Class), "Title", c.Name.Words), c.Path
		return out
	}
	out.Sign, out.Label = v.tongue.number(int64(len(m.Items))), v.counted(m.Offers, m.Wants)
	if m.Spread && view.Zoom < mapsvg.MaxZoom {
		view.Centre = m.Middle
		out.Href = x.address(x.at, "at", view.Zoomed(2).String()) + "#map"
		return out
	}
	lat, lon := m.Middle.Degrees()
	place := strconv.FormatFloat(lat, 'f', 6, 64) + "," + strconv.FormatFloat(lon, 'f', 6, 64)
	out.Href = x.addressOf(x.at, map[string]string{"view": "list", "place": place, "radius": "1"})
	return out
}

// scale says a distance that is round.
func (v *visit) scale(metres int) string {
	if metres < 1000 {
		return v.t("map.metres", "Metres", metres)
	}
	return v.tongue.km(metres)
}

// place is a listing in the data of a map (RFC 7946).
type place struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Geometry   placePoint     `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

type placePoint struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

// marketPlaces serves the list as GeoJSON: the public points of what the public may see, whoever asks.
func (s *Site) marketPlaces(v *visit) error {
	x, list, err := s.searchFor(v, market.MaxPage)
	if err != nil {
		return err
	}
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	features := []place{}
	for i := range list {
		l := &list[i]
		if l.Place.Public == nil {
			continue
		}
		lat, lon := l.Place.Public.Degrees()
		title := s.text(v.tongue, l.Title)
		about := map[string]any{"title": title.Words, "language": title.Tag, "purpose": l.Purpose, "kind": l.Kind, "category": l.Category, "modes": l.Modes,
			"place": l.Place.Name, "until": l.Until.UTC().Format(time.RFC3339), "url": string(s.cfg.Base) + "/listings/" + string(l.ID)}
		if v.within != nil {
			about["home"], about["home_name"], about["licence"] = s.source(v, l, &k.coop)
		}
		if far := x.query.Near; far != nil {
			about["km"] = int(far.KilometresTo(*l.Place.Public) + .5)
		}
		features = append(features, place{Type: "Feature", ID: string(l.IRI), Geometry: placePoint{"Point", [2]float64{lon, lat}}, Properties: about})
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		return fmt.Errorf("market as places: %w", err)
	}
	v.bytes(http.StatusOK, "application/geo+json", b)
	return nil
}

// tileAddress fills a template of a tile server.
func tileAddress(template string, z, x, y int) string {
	return strings.NewReplacer("{z}", strconv.Itoa(z), "{x}", strconv.Itoa(x), "{y}", strconv.Itoa(y)).Replace(template)
}

// validTiles tells whether a template names a server and where zoom and place go: https, but where we speak http ourselves.
func (s *Site) validTiles(template string) bool {
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(template, part) != 1 {
			return false
		}
	}
	u, err := url.Parse(tileAddress(template, 0, 0, 0))
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(u.Host, "{") {
		return false
	}
	_, err = coop.ParseIRI(tileAddress(template, 0, 0, 0))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" && !s.cfg.Secure)
}
