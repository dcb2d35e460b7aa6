package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/web"
)

// at gives a listing a place.
func at(name string, lat, lon float64) func(*market.Listing) {
	return func(l *market.Listing) {
		p, _ := coop.NewPoint(lat, lon)
		l.Place = coop.Place{Name: name, Exact: &p}
	}
}

func in(category string) func(*market.Listing) {
	return func(l *market.Listing) { l.Category = category }
}

// All views show the same listings in the same order and keep the filters.
func TestViews(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.post(an(market.Offer, "Rye loaf", in("AM60"), at("Russafa", 39.46, -0.37)))
	r.post(an(market.Want, "A van", in("AM160"), at("Alboraia", 39.50, -0.35)))
	last := r.post(an(market.Offer, "Wheat loaf", in("AM60"), at("Russafa", 39.46, -0.37)))
	b := r.browser()
	for _, view := range []string{"cards", "list", "map", "print"} {
		a := b.get("/market?q=loaf&cat=AM60&view=" + view).want(http.StatusOK)
		text := a.text()
		first, second := strings.Index(text, "Wheat loaf"), strings.Index(text, "Rye loaf")
		if first < 0 || second < first || strings.Contains(text, "A van") {
			t.Errorf("%s: %.400s", view, text)
		}
		if view == "print" {
			continue
		}
		for _, other := range []string{"List", "Map", "Print"} {
			want := "/market?cat=AM60&q=loaf&view=" + strings.ToLower(other)
			if got := a.link(other); got != want {
				t.Errorf("%s: %s leads to %q, want %q", view, other, got, want)
			}
		}
		here := a.find(func(n *html.Node) bool {
			return n.Data == "a" && attr(n, "aria-current") == "true" && strings.HasPrefix(attr(n, "href"), "/market?cat=AM60&q=loaf")
		})
		if len(here) != 1 {
			t.Errorf("%s: %d views are the one shown", view, len(here))
		}
	}
	paper := b.get("/market?view=print").want(http.StatusOK).says("Offered: Food").says("Wanted").says("Answer at bakery.example")
	if strings.Contains(paper.body, "<nav") {
		t.Error("paper has the frame")
	}
	short := paper.find(func(n *html.Node) bool { return attr(n, "class") == "sheet-short" })
	if len(short) != 3 {
		t.Fatalf("%d short addresses", len(short))
	}
	typed := strings.TrimPrefix(inner(short[0]), "bakery.example")
	a := b.get("/l/" + strings.ToUpper(strings.TrimPrefix(typed, "/l/")))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/listings/"+string(last.ID) {
		t.Errorf("%s leads to %d %s", typed, a.status, a.header.Get("Location"))
	}
}

func TestMap(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	one := r.post(an(market.Want, "Lone van", at("Alboraia", 39.60, -0.35)))
	r.post(an(market.Offer, "Rye", at("Russafa", 39.46, -0.37)))
	r.post(an(market.Offer, "Wheat", at("Russafa", 39.46, -0.37)))
	r.post(an(market.Offer, "Nowhere bread"))
	a := r.browser().get("/market?view=map").want(http.StatusOK).says("Nowhere bread").says("1 listing is outside of this map").says("Russafa").says("Alboraia")
	marks := map[string]string{}
	for _, n := range a.find(func(n *html.Node) bool { return strings.HasPrefix(attr(n, "class"), "mark ") }) {
		marks[attr(n, "aria-label")] = attr(n, "href")
	}
	if len(marks) != 2 || marks["Want: Lone van"] != "/listings/"+string(one.ID) {
		t.Fatalf("marks %v", marks)
	}
	// What stands at one place is a list of it.
	r.browser().get(marks["2 offers"]).want(http.StatusOK).says("Rye").says("Wheat").saysNot("Lone van")
	if strings.Contains(a.body, "39.460000") || strings.Contains(a.body, "39.600000") {
		t.Error("the exact place is on the map")
	}
	near := a.link("Nearer")
	if near == "" || r.browser().get(strings.TrimSuffix(near, "#map")).want(http.StatusOK).link("All of it") != "/market?view=map#map" {
		t.Errorf("nearer is %q", near)
	}
	r.browser().get("/market?view=map&at=nonsense").want(http.StatusOK)
	var doc struct {
		Type     string
		Features []struct {
			Geometry   struct{ Coordinates [2]float64 }
			Properties struct{ Title, URL string }
		}
	}
	g := r.browser().get("/market.geojson?purpose=want").want(http.StatusOK)
	if err := json.Unmarshal([]byte(g.body), &doc); err != nil || g.header.Get("Content-Type") != "application/geo+json" {
		t.Fatalf("%v, %s", err, g.header.Get("Content-Type"))
	}
	if len(doc.Features) != 1 || doc.Features[0].Properties.Title != "Lone van" || doc.Features[0].Geometry.Coordinates[1] < 39.5 || doc.Features[0].Geometry.Coordinates[0] > 0 {
		t.Errorf("%+v", doc)
	}
}

func TestSavedSearches(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	nobody := r.browser().get("/saved/new?q=bread&purpose=offer").want(http.StatusOK).says("Offers · “bread”")
	if got := nobody.link("RSS"); got != "/market.rss?purpose=offer&q=bread" {
		t.Errorf("feed %q", got)
	}
	r.browser().get("/saved").want(http.StatusSeeOther)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	ada.get("/saved").want(http.StatusOK).says("You have saved no search yet.")
	form := ada.get("/saved/new?q=bread&purpose=offer&view=map").want(http.StatusOK)
	params, _ := form.value("params")
	if params != "purpose=offer&q=bread" {
		t.Errorf("params %q", params)
	}
	ada.post("/saved", url.Values{"params": {params}, "name": {""}, "tell": {"daily"}}).want(http.StatusUnprocessableEntity).says("Offers · “bread”")
	ada.post("/saved", url.Values{"params": {params}, "name": {"Bread"}, "tell": {"daily"}}).want(http.StatusSeeOther)
	list := ada.get("/saved").want(http.StatusOK).says("Bread").says("Once a day")
	if list.link("Bread") != "/market?purpose=offer&q=bread" {
		t.Errorf("opens %q", list.link("Bread"))
	}
	change := list.link("Change Bread")
	sten.get(change).want(http.StatusNotFound)
	sten.post(change, url.Values{"params": {params}, "name": {"Stolen"}, "tell": {"now"}}).want(http.StatusNotFound)
	sten.post(change+"/delete", nil).want(http.StatusNotFound)
	ada.post(change, url.Values{"params": {params}, "name": {"Loaves"}, "tell": {"now"}}).want(http.StatusSeeOther)
	ada.get("/saved").says("Loaves").says("At once").saysNot(">Bread<")

	// What comes is news, until it is seen.
	r.clock.Add(time.Second)
	r.postAs(r.sten.ID, an(market.Offer, "Rye bread"))
	r.clock.Add(30 * time.Second)
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	news := ada.get("/news").want(http.StatusOK).says("Rye bread").says("Loaves").says("All seen")
	if n := len(news.find(func(n *html.Node) bool { return attr(n, "class") == "count" })); n != 1 {
		t.Errorf("%d counts in the frame", n)
	}
	ada.post("/news", nil).want(http.StatusSeeOther)
	if n := len(ada.get("/news").says("Rye bread").find(func(n *html.Node) bool { return attr(n, "class") == "count" })); n != 0 {
		t.Errorf("%d counts after all was seen", n)
	}
	// The link of its mails ends them without signing in, and only with its word.
	id := strings.TrimPrefix(change, "/saved/")
	quiet := "/unsubscribe/search/" + id + "/" + r.cfg.Token("unsubscribe", "search "+id)
	r.browser().post(quiet+"x", nil).want(http.StatusNotFound)
	r.browser().get(quiet).want(http.StatusOK).says("No more mails about “Loaves”?")
	ada.get("/saved").says("At once")
	r.browser().post(quiet, nil).want(http.StatusOK).says("You get no more mails about “Loaves”.")
	ada.get("/saved").says("No mail")
	ada.post(change+"/delete", nil).want(http.StatusSeeOther)
	ada.get("/saved").saysNot("Loaves")
	ada.get("/news").says("Nothing new.")
}

// A match is said in a sentence above the market and among the news, to both.
func TestMatchesAreSaid(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.post(an(market.Want, "Van on Saturdays", in("AM160"), at("Russafa", 39.46, -0.37)))
	r.postAs(r.sten.ID, an(market.Offer, "A cart to borrow", in("AM160"), at("Alboraia", 39.50, -0.35)))
	r.clock.Add(30 * time.Second)
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/market", "/news"} {
		r.signedIn("ada").get(path).want(http.StatusOK).says("Matches your want “Van on Saturdays”: the same category, ").says("about 4 km away.").says("A cart to borrow")
		r.signedIn("sten").get(path).want(http.StatusOK).says("Matches your offer “A cart to borrow”: the same category, ")
	}
	r.browser().get("/market").saysNot("Matches your")
	r.browser().get("/about/ranking").want(http.StatusOK).says("2 words in common").says("10 km")
}

func TestCategoryPage(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	for _, title := range []string{"Flour", "Lunch", "Jam"} {
		r.post(an(market.Want, title, in("AM60")))
	}
	r.post(an(market.Offer, "Hidden loaf", in("AM60"), func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	r.browser().get("/categories").want(http.StatusOK).says("3 wants").saysNot("1 offer")
	r.browser().get("/categories/AM60").want(http.StatusOK).says("Nobody offers this yet — 3 wants.").says("Jam").saysNot("Hidden loaf")
	r.signedIn("sten").get("/categories/AM60").want(http.StatusOK).says("1 offer, 3 wants").says("Hidden loaf")
	r.browser().get("/categories/AM999").want(http.StatusNotFound)
}

const triangle = `{"type":"Polygon","coordinates":[[[-0.5,39.3],[-0.2,39.3],[-0.3,39.6],[-0.5,39.3]]]}`

func tile(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A steward gives the map an outline and a tile server; readers get its pictures from us alone, kept, and only when they are pictures.
func TestMapSettings(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	body := tile(t)
	r := founded(t, bakery, func(c *web.Config) {
		c.Tile = func(_ context.Context, address coop.IRI) ([]byte, error) {
			asked.Add(1)
			switch address {
			case "https://tiles.example/3/4/2.png":
				return body, nil
			case "https://tiles.example/3/4/3.png":
				return []byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), nil
			}
			return nil, coop.Errorf(coop.Unavailable, "fetch.failed", "%s", address)
		}
	})
	r.post(an(market.Offer, "Rye", at("Russafa", 39.46, -0.37)))
	r.browser().get("/tiles/3/4/2").want(http.StatusNotFound)
	r.signedIn("ada").get("/admin/map").want(http.StatusForbidden)
	sten := r.signedIn("sten")
	for field, form := range map[string]url.Values{
		"outline":     {"outline": {"{}"}},
		"tiles":       {"tiles": {"http://tiles.example/{z}/{x}/{y}.png"}, "attribution": {"me"}},
		"attribution": {"tiles": {"https://tiles.example/{z}/{x}/{y}.png"}},
	} {
		a := sten.post("/admin/map", form).want(http.StatusUnprocessableEntity)
		if n := len(a.find(func(n *html.Node) bool { return attr(n, "id") == "f-"+field+"-error" })); n != 1 {
			t.Errorf("%s: %d errors beside it", field, n)
		}
	}
	sten.post("/admin/map", url.Values{"outline": {triangle}}).want(http.StatusSeeOther)
	sten.get("/admin/map").want(http.StatusOK).says("3 points")
	a := r.browser().get("/market?view=map").want(http.StatusOK)
	if strings.Count(a.body, `class="map-land"`) != 1 || strings.Contains(a.body, "/tiles/") {
		t.Error("the outline is not on the map, or tiles are")
	}
	sten.post("/admin/map", url.Values{"outline": {triangle}, "tiles": {"https://tiles.example/{z}/{x}/{y}.png"}, "attribution": {"© the mappers"}}).want(http.StatusSeeOther)
	a = r.browser().get("/market?view=map&purpose=offer").want(http.StatusOK).says("© the mappers")
	if !strings.Contains(a.body, `href="/tiles/`) || strings.Contains(a.body, "tiles.example") {
		t.Error("no tiles, or not from us")
	}
	for range 2 {
		got := r.browser().get("/tiles/3/4/2").want(http.StatusOK)
		if got.header.Get("Content-Type") != "image/png" || got.body != string(body) || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", got.header)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the server was asked %d times", asked.Load())
	}
	r.browser().get("/tiles/3/4/3").want(http.StatusServiceUnavailable)
	r.browser().get("/tiles/3/4/4").want(http.StatusServiceUnavailable)
	for _, path := range []string{"/tiles/18/0/0", "/tiles/3/8/0", "/tiles/3/0/-1", "/tiles/3/01/2", "/tiles/x/0/0"} {
		r.browser().get(path).want(http.StatusNotFound)
	}
}

// A listing with a place has a small map beside it, where there is something to see on one.
func TestPlaceMap(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	here := r.post(an(market.Offer, "Rye", at("Russafa", 39.46, -0.37)))
	far := r.post(an(market.Offer, "Wheat", at("Nowhere near", 10, 100)))
	path := func(l market.Listing) string { return "/listings/" + string(l.ID) }
	if a := r.browser().get(path(here)).want(http.StatusOK); strings.Contains(a.body, "map-place") {
		t.Error("a map without an outline")
	}
	outline := `{"type":"Polygon","coordinates":[[[-0.6,39.2],[-0.2,39.2],[-0.2,39.7],[-0.6,39.7],[-0.6,39.2]]]}`
	r.signedIn("sten").post("/admin/map", url.Values{"outline": {outline}}).want(http.StatusSeeOther)
	ada := r.signedIn("ada")
	a := ada.get(path(here)).want(http.StatusOK)
	if n := len(a.find(func(n *html.Node) bool { return attr(n, "class") == "map-about" })); n != 1 || !strings.Contains(a.body, `aria-label="A map: it is about here, near Russafa."`) {
		t.Errorf("%d circles on the map beside a listing", n)
	}
	if a := ada.get(path(far)).want(http.StatusOK); strings.Contains(a.body, "map-place") {
		t.Error("a map with nothing on it")
	}
}
