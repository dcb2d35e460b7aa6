package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/market"
)

const bakery = "https://bakery.example"

// an gives a listing that can be posted, changed by the given functions.
func an(purpose market.Purpose, title string, change ...func(*market.Listing)) market.Listing {
	l := market.Listing{Purpose: purpose, Kind: market.Thing, Title: coop.Text{"en": title}, Modes: []market.Mode{market.Gift},
		Visibility: coop.Everyone}
	for _, c := range change {
		c(&l)
	}
	return l
}

// post publishes a listing as ada, a second after the one before.
func (r *rig) post(l market.Listing) market.Listing {
	r.t.Helper()
	return r.postAs(r.ada.ID, l)
}

func (r *rig) postAs(who coop.ID, l market.Listing) market.Listing {
	r.t.Helper()
	r.clock.Add(time.Second)
	got, err := r.cfg.Market.PostListing(r.t.Context(), coop.Member(who, coop.RoleMember), l)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

// receive puts a neighbour's listing into the market.
func (r *rig) receive(l market.Listing) market.Listing {
	r.t.Helper()
	r.clock.Add(time.Second)
	now := r.clock.Now()
	if l.ID == "" {
		l.ID = newID()
	}
	if l.Home == "" {
		l.Home = "https://cycles.example/actors/coop"
	}
	if l.IRI == "" {
		l.IRI = coop.IRI("https://cycles.example/listings/" + string(l.ID))
	}
	l.State, l.Version, l.Created, l.Updated, l.Until = market.Open, 1, now, now, now.AddDate(0, 0, 20)
	l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}
	if err := r.cfg.Market.Store.Write(r.t.Context(), func(tx market.Tx) error { return tx.PutListing(l) }); err != nil {
		r.t.Fatal(err)
	}
	return l
}

// find gives the elements for which is answers true.
func (a answer) find(is func(*html.Node) bool) []*html.Node {
	a.t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			out = append(out, n)
		}
	}
	return out
}

func inner(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

// cards are the titles on a list, in its order.
func (a answer) cards() []string {
	var out []string
	for _, card := range a.find(func(n *html.Node) bool { return n.Data == "li" && hasClass(n, "card") }) {
		for n := range card.Descendants() {
			if n.Data == "h3" || n.Data == "h2" {
				out = append(out, inner(n))
			}
		}
	}
	return out
}

// link is the address of the first link with these words.
func (a answer) link(words string) string {
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" && inner(n) == words }) {
		return attr(n, "href")
	}
	return ""
}

func point(t *testing.T, lat, lon float64) *coop.Point {
	t.Helper()
	p, ok := coop.NewPoint(lat, lon)
	if !ok {
		t.Fatal(lat, lon)
	}
	return &p
}

func stocked(t *testing.T) *rig {
	r := founded(t, bakery, nil)
	r.post(an(market.Offer, "Rye bread", func(l *market.Listing) {
		l.Kind, l.Category, l.Tags, l.Scope = market.Food, "AM60", []string{"bread"}, market.ScopeRegional
		l.Body = coop.Text{"en": "Baked at dawn."}
		l.Place = coop.Place{Name: "Benimaclet", Exact: point(t, 39.4872, -0.3581)}
	}))
	r.post(an(market.Want, "Van on Saturday", func(l *market.Listing) {
		l.Kind, l.Category, l.Modes, l.Stream = market.Transport, "AM160", []market.Mode{market.Lend}, market.Care
		l.Place = coop.Place{Name: "Alboraia", Exact: point(t, 39.5401, -0.3523)}
	}))
	r.post(an(market.Offer, "Clases de pan", func(l *market.Listing) {
		l.Title, l.Kind, l.Modes = coop.Text{"es": "Clases de pan"}, market.Training, []market.Mode{market.ForMoney}
		l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: 1250, Places: 2}}
	}))
	r.receive(an(market.Offer, "Cargo bike", func(l *market.Listing) { l.Modes = []market.Mode{market.Lend} }))
	return r
}

func TestMarketFilters(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	day := r.clock.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	for query, want := range map[string][]string{
		"":                                  {"Cargo bike", "Clases de pan", "Van on Saturday", "Rye bread"},
		"?purpose=offer":                    {"Cargo bike", "Clases de pan", "Rye bread"},
		"?purpose=want":                     {"Van on Saturday"},
		"?purpose=all&q=bread":              {"Rye bread"},
		"?q=dawn":                           {"Rye bread"},
		"?kind=transport":                   {"Van on Saturday"},
		"?cat=AM60":                         {"Rye bread"},
		"?mode=lend":                        {"Cargo bike", "Van on Saturday"},
		"?stream=care":                      {"Van on Saturday"},
		"?scope=regional":                   {"Rye bread"},
		"?tag=%23Bread":                     {"Rye bread"},
		"?lang=es":                          {"Clases de pan"},
		"?coop=home":                        {"Clases de pan", "Van on Saturday", "Rye bread"},
		"?until=" + day:                     {"Rye bread"}, // food ends in two days
		"?since=2099-01-01":                 nil,
		"?has=photo":                        nil,
		"?place=39.4872,-0.3581&radius=3":   {"Rye bread"},
		"?place=benimaclet&radius=25":       {"Van on Saturday", "Rye bread"},
		"?place=Alboraia&sort=nearest":      {"Van on Saturday", "Rye bread", "Cargo bike", "Clases de pan"},
		"?sort=title":                       {"Cargo bike", "Clases de pan", "Rye bread", "Van on Saturday"},
		"?sort=ends&coop=home":              {"Rye bread", "Van on Saturday", "Clases de pan"},
		"?sort=best":                        {"Cargo bike", "Clases de pan", "Van on Saturday", "Rye bread"}, // nothing to match: newest
		"?utm_source=elsewhere&unknown=yes": {"Cargo bike", "Clases de pan", "Van on Saturday", "Rye bread"},
	} {
		a := r.browser().get("/market" + query).want(http.StatusOK)
		if d := cmp.Diff(want, a.cards()); d != "" {
			t.Errorf("%s: %s", query, d)
		}
		again := r.browser().get("/market" + query)
		if again.body != a.body || again.header.Get("Etag") != a.header.Get("Etag") {
			t.Errorf("%s: the same address gives another answer", query)
		}
	}
	r.browser().get("/offers").want(http.StatusOK).says("Cargo bike").saysNot("Van on Saturday")
	r.browser().get("/wants").want(http.StatusOK).says("Van on Saturday").saysNot("Cargo bike")
	if got := r.browser().get("/tags/bread").want(http.StatusOK).cards(); len(got) != 1 {
		t.Errorf("tag page lists %q", got)
	}
}

func TestMarketSaysItsOrder(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	for query, says := range map[string]string{
		"": "Newest first.", "?sort=ends": "What ends soonest comes first.", "?sort=title": "By title, A to Z.",
		"?sort=nearest&place=Benimaclet": "Nearest to Benimaclet first.", "?q=bread": "most of your words in the title",
		"?sort=nearest": "Newest first.", // the co-op has no point: nothing to be near to
	} {
		a := r.browser().get("/market" + query).want(http.StatusOK).says(says)
		if a.link("How lists are ordered") != "/about/ranking" {
			t.Errorf("%s: no way to the rules", query)
		}
	}
}

func TestMarketRefusesNonsenseAndKeepsIt(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	for query, c := range map[string]struct{ name, value string }{
		"?q=keepme&kind=nonsense": {"q", "keepme"}, "?purpose=sell": {"q", ""}, "?cat=AM61": {"q", ""}, "?mode=steal": {"q", ""},
		"?sort=paid": {"q", ""}, "?lang=x!": {"q", ""}, "?place=Atlantis&q=x": {"place", "Atlantis"}, "?place=91,0": {"place", "91,0"},
		"?place=NaN,NaN": {"place", "NaN,NaN"}, "?radius=0&place=Alboraia": {"place", "Alboraia"}, "?radius=9999999&place=1,1": {"place", "1,1"},
		"?since=yesterday": {"since", "yesterday"}, "?until=2026-13-40": {"until", "2026-13-40"}, "?coop=nobody.example": {"q", ""}, "?tag=%21": {"tag", "!"},
	} {
		a := r.browser().get("/market" + query).want(http.StatusBadRequest).says("another look")
		if got, ok := a.value(c.name); !ok || got != c.value {
			t.Errorf("%s: %s holds %q", query, c.name, got)
		}
		if len(a.cards()) > 0 {
			t.Errorf("%s lists something all the same", query)
		}
		if status := r.browser().get("/market.rss" + query).status; status != http.StatusBadRequest {
			t.Errorf("the feed of %s answers %d", query, status)
		}
	}
	for _, query := range []string{"?cursor=nonsense", "?%zz", "?cursor=" + strings.Repeat("A", 5000)} {
		r.browser().get("/market" + query).want(http.StatusBadRequest)
	}
}

func TestMarketPages(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	var want []string
	for i := range market.DefaultPage + 5 {
		want = append([]string{fmt.Sprintf("Thing %02d", i)}, want...)
		r.post(an(market.Offer, want[0]))
	}
	var got []string
	path, pages := "/market?purpose=offer", 0
	for path != "" && pages < 5 {
		a := r.browser().get(path).want(http.StatusOK)
		got = append(got, a.cards()...)
		path = a.link("Go on")
		if pages++; pages == 2 {
			if first := a.link("Back to the start"); first != "/market?purpose=offer" {
				t.Errorf("back to %q", first)
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" || pages != 2 {
		t.Errorf("%d pages: %s", pages, d)
	}
}

func TestMarketEmptyTellsWhatToDo(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	a := r.browser().get("/market?purpose=want&q=zebra&place=Benimaclet&radius=5").want(http.StatusOK).says("Nothing like that is open now.")
	if got := a.link("Look within 10 km"); got != "/market?place=Benimaclet&purpose=want&q=zebra&radius=10" {
		t.Errorf("widen: %q", got)
	}
	if got := a.link("Clear all filters"); got != "/market?purpose=want" {
		t.Errorf("clear: %q", got)
	}
	if got := a.link("Offer something"); got != "/new/offer" {
		t.Errorf("post: %q", got)
	}
	if got := r.browser().get("/market?q=zebra&place=1,1&radius=4000").link("Look everywhere"); got != "/market?q=zebra" {
		t.Errorf("everywhere: %q", got)
	}
}

func TestTabsChipsAndFeedsKeepTheQuery(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	a := r.browser().get("/market?purpose=offer&q=bread&kind=food&cursor=&junk=1").want(http.StatusOK)
	for words, want := range map[string]string{
		"Wants": "/market?kind=food&purpose=want&q=bread", "All": "/market?kind=food&q=bread", "RSS": "/market.rss?kind=food&purpose=offer&q=bread",
		"Atom": "/market.atom?kind=food&purpose=offer&q=bread", "JSON Feed": "/market.json?kind=food&purpose=offer&q=bread",
		"Food × (take this filter away)": "/market?purpose=offer&q=bread",
	} {
		if got := a.link(words); got != want {
			t.Errorf("%s: %q", words, got)
		}
	}
}

func TestCategories(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	a := r.browser().get("/categories").want(http.StatusOK)
	if !strings.Contains(a.body, `href="/categories/AM60"`) {
		t.Error("no way to food")
	}
	v := r.browser().get("/vocab/categories").want(http.StatusOK)
	if v.header.Get("Content-Type") != "application/ld+json" {
		t.Error(v.header)
	}
	var doc struct {
		Graph []struct {
			ID        string            `json:"@id"`
			PrefLabel map[string]string `json:"prefLabel"`
			Notation  string            `json:"notation"`
		} `json:"graph"`
	}
	if err := json.Unmarshal([]byte(v.body), &doc); err != nil || len(doc.Graph) != 17 {
		t.Fatal(err, len(doc.Graph))
	}
	for _, c := range doc.Graph {
		if c.Notation == "AM60" && (c.PrefLabel["en"] != "Food" || c.PrefLabel["es"] != "Alimentación" || !strings.HasSuffix(c.ID, "/AM60")) {
			t.Errorf("%+v", c)
		}
	}
}

// upload posts a form with files as a browser does.
func (b *browser) upload(path string, form url.Values, files map[string][]byte) answer {
	b.r.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, list := range form {
		for _, x := range list {
			if err := w.WriteField(k, x); err != nil {
				b.r.t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"; filename="../../e.json"`}, "Content-Type": {"application/activity+json"}}
		part, err := w.CreatePart(h)
		if err != nil {
			b.r.t.Fatal(err)
		}
		_, _ = part.Write(data)
	}
	if err := w.Close(); err != nil {
		b.r.t.Fatal(err)
	}
	return b.do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}, "Sec-Fetch-Site": {"same-origin"},
		"Origin": {b.r.cfg.Base.Origin()}})
}

// snapshot is a small JPEG of one colour.
func snapshot(t *testing.T, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
