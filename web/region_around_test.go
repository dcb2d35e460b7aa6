package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
	"toadlane/web"
)

// fellow is a co-op that takes part, shows everything it has there, and that we follow and heard of at a moment.
func (r *rig) fellow(x region.Region, name string, hand bool, seen time.Time) coop.IRI {
	r.t.Helper()
	who := r.asks(x, name, true, true)
	e, err := papers{coop.IRI("https://" + name + ".example")}.Entry(r.t.Context(), region.Entry{Region: x.ID, Charter: x.Charter.ID, Coop: who, Serial: 2, Key: "key of " + string(who), Name: "The <" + name + ">",
		Ties: []region.Tie{{Relation: region.Member}}, Shares: region.Shares})
	if err != nil {
		r.t.Fatal(err)
	}
	r.region(func(tx region.Tx) error { _, err := r.cfg.Region.ReceiveEntry(tx, e); return err })
	err = store.Queue{Store: r.store}.Write(r.t.Context(), func(tx queue.Tx) error {
		if err := tx.PutActor(queue.Actor{IRI: who, Type: "Organization", Name: "The <" + name + ">", Inbox: coop.IRI(who.Origin() + "/i"), Raw: []byte("{}"), Fetched: r.clock.Now()}); err != nil {
			return err
		}
		return tx.PutPeer(queue.Peer{Actor: who, Follow: coop.IRI("https://bakery.example/f/" + name), State: queue.Accepted, Hand: hand, Created: r.clock.Now(), LastSeen: seen})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.gen.Add(1)
	return who
}

// goesBy lets another co-op say that it goes by a page of ours.
func (r *rig) goesBy(who coop.IRI, p *handbook.Protocol) {
	r.t.Helper()
	err := r.cfg.Handbook.Store.Write(r.t.Context(), func(tx handbook.Tx) error {
		_, err := r.cfg.Handbook.ReceiveAdoption(tx, handbook.Adoption{Coop: who, Page: p.IRI, Revision: p.InUse, Manner: handbook.AsItIs, IRI: who + "/n/1"})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func isClass(class string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, c := range strings.Fields(attr(n, "class")) {
			if c == class {
				return true
			}
		}
		return false
	}
}

// rowsOf are the rows of the table with a class.
func (a answer) rowsOf(class string) (rows []*html.Node) {
	a.t.Helper()
	for _, table := range a.find(func(n *html.Node) bool { return n.Data == "table" && isClass(class)(n) }) {
		for n := range table.Descendants() {
			if n.Data == "tr" && n.Parent.Data == "tbody" {
				rows = append(rows, n)
			}
		}
	}
	return rows
}

// A region with three co-ops beside ours: one chosen by hand, one followed because of the region, one not heard of for long.
func around(t *testing.T) (*rig, region.Region) { return aroundWith(t, nil) }

func aroundWith(t *testing.T, change func(*web.Config)) (*rig, region.Region) {
	r := founded(t, bakery, change)
	valley := r.valley()
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	if err := r.cfg.Region.Narrow(t.Context(), by, "valley", region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: region.Shares}); err != nil {
		t.Fatal(err)
	}
	pay := r.written("Fair <pay>", payText, true, nil)
	care := r.fellow(valley, "care", true, r.clock.Now())
	r.fellow(valley, "mill", false, r.clock.Now())
	r.fellow(valley, "shop", false, r.clock.Now().AddDate(0, 0, -9))
	r.asks(valley, "doubt", true, false)
	r.goesBy(care, &pay)
	r.post(an(market.Offer, "Rye <loaf>", in("AM60"), at("Russafa", 39.46, -0.37)))
	r.post(an(market.Offer, "Wheat loaf", in("AM60"), at("Russafa", 39.46, -0.37)))
	r.post(an(market.Want, "A van", in("AM160")))
	r.post(an(market.Offer, "=1+1", in("AM60"), func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	far := point(t, 39.60, -0.30)
	r.receive(an(market.Offer, "=HYPERLINK(1)", in("AM130"), func(l *market.Listing) {
		l.Home, l.IRI, l.Place = care, coop.IRI(care.Origin()+"/listings/1"), coop.Place{Name: "El Puig", Public: far}
	}))
	r.gen.Add(1)
	return r, valley
}

// The picture of a region and its tables say the same; what stewards chose only members see.
func TestNetworkOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	nobody, ada := r.browser(), r.signedIn("ada")
	for who, b := range map[string]*browser{"nobody": nobody, "ada": ada} {
		a := b.get("/regions/valley/network").want(http.StatusOK).says("Network of The <valley>").says("The <care> goes by one page of Tin & Thyme <Bakery>").saysNot("The <care>").saysNot("doubt").says("People are not drawn").says("not heard of since")
		checkPolicy(t, who, a.body)
		knots, rows := a.find(isClass("knot")), a.rowsOf("net-coops")
		if len(knots) != 4 || len(rows) != len(knots) {
			t.Errorf("%s: %d marks, %d rows", who, len(knots), len(rows))
		}
		for _, k := range knots {
			if to := strings.TrimPrefix(attr(k, "href"), "#"); len(a.find(func(n *html.Node) bool { return attr(n, "id") == to && n.Data == "tr" })) != 1 || attr(k, "aria-label") == "" {
				t.Errorf("%s: a mark leads to %q", who, to)
			}
		}
		want := 1
		ties, links := 0, a.rowsOf("net-links")
		for _, n := range a.find(isClass("tie")) {
			if n.Parent.Parent.Data == "figure" {
				ties++
			}
		}
		if ties != want || len(links) != want {
			t.Errorf("%s: %d lines, %d rows", who, ties, len(links))
		}
		if chosen := strings.Contains(a.text(), "We chose to follow it"); chosen != (who == "ada") {
			t.Errorf("%s: whom we chose to follow is shown: %t", who, chosen)
		}
		if got := len(a.find(func(n *html.Node) bool { return isClass("stale")(n) && isClass("knot")(n) })); got != 1 {
			t.Errorf("%s: %d are greyed", who, got)
		}
	}
	if a, b := nobody.get("/regions/valley/network").body, r.browser().get("/regions/valley/network").body; a != b {
		t.Error("the picture is another each time")
	}
	nobody.get("/regions/valley/network?from=x").want(http.StatusBadRequest)
	nobody.get("/regions/valley/network?from=99").want(http.StatusBadRequest)
	nobody.get("/regions/nowhere/network").want(http.StatusNotFound)
	a := nobody.get("/regions/valley").says("not heard of since")
	if n := len(a.find(func(n *html.Node) bool { return isClass("stale")(n) && isClass("card")(n) })); n != 1 {
		t.Errorf("%d co-ops are greyed in the list", n)
	}
}

// How much worked out between two co-ops is drawn and told where both let it be shown, whoever of them says it; not without one of them.
func TestBondsOfARegion(t *testing.T) {
	t.Parallel()
	r, valley := aroundWith(t, func(c *web.Config) { c.Generation = nil }) // so that nothing is kept
	mill, shop, us := coop.IRI("https://mill.example/actors/coop"), coop.IRI("https://shop.example/actors/coop"), r.cfg.ActorIRI
	says := func(from coop.IRI, list ...market.Bond) {
		t.Helper()
		if err := r.cfg.Market.Store.Write(t.Context(), func(tx market.Tx) error { return market.ReceiveBonds(tx, from, list) }); err != nil {
			t.Fatal(err)
		}
	}
	says(mill, market.Bond{Coop: mill, With: shop, Count: 12}, market.Bond{Coop: mill, With: us, Count: 3}, market.Bond{Coop: mill, With: "https://nowhere.example/actor", Count: 5})
	says(shop, market.Bond{Coop: shop, With: mill, Count: 11})
	page := func() answer { return r.browser().get("/regions/valley/network").want(http.StatusOK) }
	a := page().says("The <mill> says that at least 12 things worked out with The <shop>").says("The <shop> says that at least 11 things worked out with The <mill>").
		says("The <mill> says that at least 3 things worked out with Tin & Thyme <Bakery>").says("Things worked out between them").saysNot("nowhere.example").saysNot("More than one of these")
	checkPolicy(t, "bonds", a.body)
	if lines, rows := len(a.find(isClass("agreed"))), len(a.rowsOf("net-links")); lines != 3 || rows != 3 { // two, and the one that the key shows
		t.Errorf("%d lines, %d rows", lines, rows)
	}
	says("https://care.example/actors/coop", market.Bond{Coop: "https://care.example/actors/coop", With: us, Count: 4}) // whose pages it goes by too
	page().says("More than one of these")
	// The shop does not want it shown any more: nothing that it says, and nothing that is said of it.
	e, err := papers{"https://shop.example"}.Entry(t.Context(), region.Entry{Region: valley.ID, Charter: valley.Charter.ID, Coop: shop, Serial: 3, Key: "key of " + string(shop), Name: "The <shop>",
		Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers}})
	if err != nil {
		t.Fatal(err)
	}
	r.region(func(tx region.Tx) error { _, err := r.cfg.Region.ReceiveEntry(tx, e); return err })
	says(mill, market.Bond{Coop: mill, With: shop, Count: 12}, market.Bond{Coop: mill, With: us, Count: 3})
	page().saysNot("worked out with The <shop>").saysNot("The <shop> says").says("3 things worked out with Tin & Thyme <Bakery>")
	// Nor do we, who would not be told what others say of each other then.
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	if err := r.cfg.Region.Narrow(t.Context(), by, "valley", region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers}}); err != nil {
		t.Fatal(err)
	}
	page().saysNot("worked out with")
}

// More co-ops than have room stand in the table, and no page of it is heavy.
func TestNetworkOfALargeRegion(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	valley := r.valley()
	for i := range int64(120) {
		r.asks(valley, "member-"+itoa(i), true, true)
	}
	b := r.browser()
	a := b.get("/regions/valley/network").want(http.StatusOK).says("82 more stand in the table")
	if marks, rows := a.find(isClass("knot")), a.rowsOf("net-coops"); len(marks) != 39 || len(rows) != 100 || len(a.body) > 100_000 {
		t.Errorf("%d marks, %d rows, %d bytes", len(marks), len(rows), len(a.body))
	}
	more := a.link("More")
	a = b.get(strings.Split(more, "#")[0]).want(http.StatusOK)
	if marks, rows := a.find(isClass("knot")), a.rowsOf("net-coops"); len(marks) != 0 || len(rows) != 21 {
		t.Errorf("%s: %d marks, %d rows", more, len(marks), len(rows))
	}
	a = r.signedIn("sten").get("/regions/valley/council/propose").want(http.StatusOK).says("Another co-op that takes part")
	f := url.Values{"joining": {"steward"}, "absence": {"14"}, "council": {string(r.cfg.ActorIRI)}, "name_en": {"The <valley>"}, "name_es": {"El valle"}, "story_en": {"Along the river."}, "other": {"nobody.example"}}
	r.signedIn("sten").post("/regions/valley/council/propose", f).want(http.StatusUnprocessableEntity).says("has no part in the region")
	f.Set("other", "member-7.example")
	r.signedIn("sten").post("/regions/valley/council/propose", f).want(http.StatusSeeOther)
	if c := r.now("valley").Charter; len(c.Council) != 2 {
		t.Errorf("%+v", c.Council)
	}
}

func TestNumbersOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	b := r.browser()
	a := b.get("/regions/valley/numbers").want(http.StatusOK).says("Wanted, and nobody offers it").says("Offered, and nobody looks for it").says("Rye <loaf>").saysNot("<loaf>").saysNot("=1+1").says("Co-ops that show nothing here").says("The <mill>")
	checkPolicy(t, "numbers", a.body)
	wanted := a.find(isClass("gap-list"))
	if len(wanted) != 2 || !strings.Contains(inner(wanted[0]), "Transport") || !strings.Contains(inner(wanted[1]), "Food") {
		t.Errorf("gaps %d", len(wanted))
	}
	for _, to := range []string{"/regions/valley/market?cat=AM160&purpose=want", "/new/offer?cat=AM160", "/regions/valley/market?cat=AM60&purpose=offer", "/new/want?cat=AM60"} {
		if len(a.find(func(n *html.Node) bool { return attr(n, "href") == to })) == 0 {
			t.Errorf("nothing leads to %s", to)
		}
	}
	b.get("/regions/valley/market?cat=AM160&purpose=want").want(http.StatusOK)
	if rows := a.rowsOf("tally"); len(rows) != 3+2 {
		t.Errorf("%d rows", len(rows))
	}
	if to := b.get("/regions/valley/gaps").want(http.StatusSeeOther).header.Get("Location"); to != "/regions/valley/numbers#gaps" {
		t.Error(to)
	}
	if code, _ := r.signedIn("ada").get("/new/offer?cat=AM160").want(http.StatusOK).value("category"); code != "AM160" {
		t.Errorf("the form begins with %q", code)
	}
	r.signedIn("ada").get("/new/offer?cat=nothing").want(http.StatusOK)
}

// Each mark of the map is a row of its table.
func TestMapOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	b := r.browser()
	a := b.get("/regions/valley/map").want(http.StatusOK).says("Russafa").says("El Puig").says("Co-ops say where they are in words").saysNot("39.4612")
	checkPolicy(t, "map", a.body)
	marks, rows := a.find(isClass("mark")), a.rowsOf("place-rows")
	if len(marks) != 2 || len(rows) != 2 {
		t.Errorf("%d marks, %d rows", len(marks), len(rows))
	}
	for _, row := range rows {
		for n := range row.Descendants() {
			if n.Data == "a" {
				b.get(attr(n, "href")).want(http.StatusOK).says(map[bool]string{true: "Rye <loaf>", false: "=HYPERLINK(1)"}[strings.Contains(inner(row), "Russafa")])
			}
		}
	}
	b.get("/regions/valley/map?at=0,0,3").want(http.StatusOK).says("Nothing on this map")
	b.get("/regions/valley/map?at=x").want(http.StatusOK).says("Russafa")
}

func TestHandbookOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	a := r.browser().get("/regions/valley/handbook").want(http.StatusOK).says("Fair <pay>").says("Tin & Thyme <Bakery> and The <care>").saysNot("<care>").saysNot("The <mill>")
	checkPolicy(t, "handbook", a.body)
}

// What is given away for use elsewhere is what everybody sees, with its home and its licence.
func TestDataOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	b := r.browser()
	a := b.get("/regions/valley/data").want(http.StatusOK).says("CSV").says("GeoJSON").says(`<iframe src="https://bakery.example/regions/valley/embed?purpose=offer&amp;limit=6" title="The &lt;valley&gt;"`)
	checkPolicy(t, "data", a.body)
	a = b.get("/regions/valley/market.csv").want(http.StatusOK)
	lines, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || len(lines) != 5 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%v %d %s", err, len(lines), a.body)
	}
	at := map[string]int{}
	for i, name := range lines[0] {
		at[name] = i
	}
	ours, theirs := 0, 0
	for _, l := range lines[1:] {
		switch l[at["home"]] {
		case "https://bakery.example/actors/coop":
			if ours++; l[at["licence"]] != "CC-BY-SA-4.0" || l[at["home_name"]] != "Tin & Thyme <Bakery>" {
				t.Errorf("%q", l)
			}
		case "https://care.example/actors/coop":
			if theirs++; l[at["licence"]] != "unknown" || l[at["title"]] != "'=HYPERLINK(1)" || l[at["id"]] != "https://care.example/listings/1" {
				t.Errorf("%q", l)
			}
		}
	}
	if ours != 3 || theirs != 1 || strings.Contains(a.body, "=1+1") {
		t.Errorf("%d of ours, %d of theirs", ours, theirs)
	}
	var ld struct {
		Type  string `json:"@type"`
		Items []struct {
			Item struct {
				Type    string `json:"@type"`
				ID      string `json:"@id"`
				License string `json:"license"`
			} `json:"item"`
		} `json:"itemListElement"`
	}
	a = b.get("/regions/valley/market.jsonld?purpose=offer").want(http.StatusOK)
	if err := json.Unmarshal([]byte(a.body), &ld); err != nil || ld.Type != "ItemList" || len(ld.Items) != 3 || ld.Items[0].Item.Type != "Offer" || strings.Count(a.body, "@context") != 1 {
		t.Fatalf("%v %s", err, a.body)
	}
	licences := 0
	for _, i := range ld.Items {
		if i.Item.License == "https://spdx.org/licenses/CC-BY-SA-4.0" {
			licences++
		}
	}
	if licences != 2 {
		t.Errorf("%d licences", licences)
	}
	for _, ext := range []string{".json", ".geojson"} {
		a := b.get("/regions/valley/market" + ext).want(http.StatusOK)
		if !strings.Contains(a.body, "CC-BY-SA-4.0") || !strings.Contains(a.body, "https://care.example/actors/coop") {
			t.Errorf("%s names no home or licence: %s", ext, a.body)
		}
		if a := b.get("/market" + ext); strings.Contains(a.body, "CC-BY-SA-4.0") {
			t.Errorf("/market%s changed", ext)
		}
	}
	for _, wrong := range []string{"?cat=nothing", "?cursor=x"} {
		b.get("/regions/valley/market.csv" + wrong).want(http.StatusBadRequest)
	}
	b.get("/regions/nowhere/market.csv").want(http.StatusNotFound)
}

// More listings than one part has come with the address of the next.
func TestDataComesInParts(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.valley()
	err := r.cfg.Market.Store.Write(t.Context(), func(tx market.Tx) error {
		for i := range int64(507) {
			l := an(market.Offer, "Loaf "+itoa(i), in("AM60"))
			l.ID, l.State, l.Version, l.Created = newID(), market.Open, 1, r.clock.Now().Add(time.Duration(i)*time.Second)
			l.IRI, l.Updated, l.Until, l.Poster = coop.IRI("https://bakery.example/listings/"+string(l.ID)), l.Created, l.Created.AddDate(0, 0, 20), r.ada.ID
			l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}
			if err := tx.PutListing(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := r.browser()
	for _, ext := range []string{"csv", "jsonld"} {
		seen, parts := map[string]bool{}, 0
		for path := "/regions/valley/market." + ext; path != ""; parts++ {
			a := b.get(path).want(http.StatusOK)
			for _, w := range strings.Split(a.body, "Loaf ")[1:] {
				seen[strings.FieldsFunc(w, func(r rune) bool { return r < '0' || r > '9' })[0]] = true
			}
			next := a.header.Get("Link")
			path, _, _ = strings.Cut(strings.TrimPrefix(next, "<https://bakery.example"), ">")
			if ext == "jsonld" && (next != "") != strings.Contains(a.body, "relatedLink") {
				t.Error("the next part is named in one place only")
			}
		}
		if parts != 2 || len(seen) != 507 {
			t.Errorf("%s: %d in %d parts", ext, len(seen), parts)
		}
	}
}

// The page for other sites to frame is nobody's: without cookies, scripts and forms. It is the only one that may be framed.
func TestEmbedOfARegion(t *testing.T) {
	t.Parallel()
	r, _ := around(t)
	sten := r.signedIn("sten")
	for who, b := range map[string]*browser{"nobody": r.browser(), "sten": sten, "nobody again": r.browser()} {
		a := b.get("/regions/valley/embed").want(http.StatusOK).says("Rye <loaf>").saysNot("<loaf>").saysNot("=1+1").saysNot("Sten").saysNot("<form").saysNot("<script")
		policy := a.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "frame-ancestors *") || !strings.Contains(policy, "form-action 'none'") || strings.Contains(policy, "script") || a.header.Get("X-Frame-Options") != "" || a.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("%s: %v", who, a.header)
		}
		if len(a.cookie) > 0 || a.header.Get("Etag") == "" {
			t.Errorf("%s: cookies %v, headers %v", who, a.cookie, a.header)
		}
		for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" }) {
			to := attr(n, "href")
			if attr(n, "target") != "_top" || !strings.HasPrefix(to, "https://bakery.example/") && !strings.HasPrefix(to, "https://care.example/listings/") {
				t.Errorf("%s: a link to %q in %q", who, to, attr(n, "target"))
			}
		}
	}
	b := r.browser()
	if n := len(b.get("/regions/valley/embed?purpose=offer&limit=1").find(isClass("card"))); n != 1 {
		t.Errorf("%d listings", n)
	}
	b.get("/regions/valley/embed?purpose=want").says("A van").saysNot("Wheat loaf")
	b.get("/regions/valley/embed?lang=es&limit=x&purpose=x").says("Mercado de")
	for _, path := range []string{"/regions/nowhere/embed", "/regions/valley", "/regions/valley/data"} {
		if a := b.get(path); !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || a.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s may be framed", path)
		}
	}
}
