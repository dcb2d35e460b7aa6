package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/region"
)

// proposedBy is what the co-op that founded a region elsewhere proposes as its next charter.
func (r *rig) proposedBy(x region.Region, change func(*region.Charter)) region.Charter {
	r.t.Helper()
	base := coop.IRI(x.Charter.Host.Origin())
	p := papers{base}
	c := x.Charter
	c.ID, c.Bytes, c.Region, c.Version, c.Previous, c.Attempt, c.Root = "", nil, x.ID, x.Charter.Version+1, x.Charter.ID, 1, region.Root(nil)
	change(&c)
	c, err := p.Charter(c)
	if err != nil {
		r.t.Fatal(err)
	}
	m, err := p.Mark(r.t.Context(), c.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.cfg.Region.HearCharters(r.t.Context(), x.ID, []region.Charter{c}, []region.Mark{m}); err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) now(slug string) region.Region {
	r.t.Helper()
	x, err := r.cfg.Region.Region(r.t.Context(), sue, slug)
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

// charterOf is the charter that the form at an address is about.
func (a answer) charterOf(action string) string {
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action }) {
		for i := range n.Descendants() {
			if i.Data == "input" && attr(i, "name") == "charter" {
				return attr(i, "value")
			}
		}
	}
	return ""
}

// A council of one changes the rules at once; everybody sees them, and only stewards the buttons.
func TestCouncilOfOne(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	pay := r.written("Pay", payText, true, nil)
	valley := r.valley()
	r.asks(valley, "care", true, true)
	r.asks(valley, "mill", true, true)
	r.asks(valley, "doubt", true, false)
	nobody, ada, sten := r.browser(), r.signedIn("ada"), r.signedIn("sten")
	a := nobody.get("/regions/valley/council").want(http.StatusOK).says("Council of The <valley>").says("It decides by itself").says("hosts the region").saysNot("<form method=\"post\" action=\"/regions").saysNot("Proposals").saysNot("<valley>")
	checkPolicy(t, "council", a.body)
	ada.get("/regions/valley/council").want(http.StatusOK).says("Nothing waits for a signature").says("One co-op can still change every rule").saysNot("/council/propose")
	sten.get("/regions/valley").says("The council, and what it has before it")
	a = sten.get("/regions/valley/council").want(http.StatusOK).says("Propose a change").saysNot("Host it here")
	checkPolicy(t, "council as sten", a.body)
	for _, path := range []string{"propose", "sign", "host", "choose"} {
		ada.post("/regions/valley/council/"+path, nil).want(http.StatusForbidden)
		nobody.post("/regions/valley/council/"+path, nil).want(http.StatusUnauthorized)
	}
	a = sten.get("/regions/valley/council/propose").want(http.StatusOK).says("what you change here holds at once").says("The care").saysNot("The doubt").says("Pay")
	checkPolicy(t, "propose", a.body)
	if days, _ := a.value("absence"); days != "14" {
		t.Errorf("%s days", days)
	}
	form := func(more ...string) url.Values {
		f := url.Values{"joining": {"steward"}, "absence": {"14"}, "council": {string(r.cfg.ActorIRI)}, "name_en": {"The <valley>"}, "name_es": {"El valle"}, "story_en": {"Along the river."}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	sten.post("/regions/valley/council/propose", form()).want(http.StatusUnprocessableEntity).says("Nothing is different")
	for _, wrong := range []struct{ field, value, says string }{{"absence", "soon", "2 to 365 days"}, {"absence", "1", "2 to 365 days"}, {"joining", "boss", "one of the answers"},
		{"council", "javascript:x", "one of the answers"}, {"council", "https://doubt.example/actors/coop", "has to take part and confirm it first"}, {"name_en", strings.Repeat("a", 101), "at most 100 characters"}} {
		sten.post("/regions/valley/council/propose", form(wrong.field, wrong.value)).want(http.StatusUnprocessableEntity).says(wrong.says)
	}
	if kept, _ := sten.post("/regions/valley/council/propose", form("absence", "1", "story_en", "By <the> sea")).value("story_en"); kept != "By <the> sea" {
		t.Errorf("kept %q", kept)
	}
	f := form("absence", "21", "joining", "open", "expects", string(pay.IRI), "name_es", "La valle")
	f["council"] = append(f["council"], "https://care.example/actors/coop", "https://mill.example/actors/coop")
	to := sten.post("/regions/valley/council/propose", f).want(http.StatusSeeOther).header.Get("Location")
	sten.get(to).says("New rules are in force").says("2 of 3").says("The mill").says("Nothing waits")
	c := r.now("valley").Charter
	if c.Version != 2 || c.Absence != 21 || c.Joining != region.OpenToAll || len(c.Council) != 3 || c.Need != 2 || len(c.Expects) != 1 || c.Name["es"] != "La valle" || c.Story["en"] != "Along the river." {
		t.Errorf("%+v", c)
	}
	nobody.get("/regions/valley/council").says("The mill").says("2 of 3")
	// From now on another one has to sign, and the parts are settled by the new rules first.
	f.Set("absence", "30")
	sten.post("/regions/valley/council/propose", f).want(http.StatusUnprocessableEntity).says("still being worked through")
	r.region(func(tx region.Tx) error { _, _, err := r.cfg.Region.Settle(tx, valley.ID); return err })
	sten.post("/regions/valley/council/propose", f).want(http.StatusSeeOther)
	a = sten.get("/regions/valley/council").says("after 21 days").says("after 30 days").says("we signed it").says("One signature is missing").saysNot("/council/sign\"")
	checkPolicy(t, "council with a proposal", a.body)
	if id := a.charterOf("/regions/valley/council/sign"); id != "" {
		t.Error("what we signed can be signed")
	}
	ada.get("/regions/valley/council").says("after 30 days").saysNot("action=\"/regions/valley/council")
	nobody.get("/regions/valley/council").saysNot("after 30 days")
	sten.get("/news").saysNot("waits for our signature")
	sten.post("/regions/valley/council/sign", url.Values{"charter": {"none"}}).want(http.StatusNotFound)
}

// In a council of two, elsewhere: what the other proposes is signed, a host that is gone is told, and the region can be hosted here.
func TestCouncilOfTwo(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	coast := r.elsewhere("coast", nil)
	nobody, sten := r.browser(), r.signedIn("sten")
	sten.get("/regions/coast/council").want(http.StatusOK).says("Our co-op is not in the council").saysNot("/council/propose")
	sten.get("/regions/coast/council/propose").want(http.StatusForbidden)
	nobody.get("/regions/coast/council").want(http.StatusNotFound)
	sten.post("/regions/coast/ask", url.Values{"ties": {"member"}, "shares": {"offers"}}).want(http.StatusSeeOther)
	r.answered(coast, true, "")
	us := r.cfg.ActorIRI
	second := r.proposedBy(coast, func(c *region.Charter) {
		key, _ := papers{r.cfg.Base}.Key(t.Context(), us)
		c.Council, c.Need = append([]region.Seat{{Coop: us, Key: key}}, c.Council...), 2
		lines := []region.Line{}
		for _, who := range []coop.IRI{us, coast.Charter.Council[0].Coop} {
			p, err := r.cfg.Region.Store.At(t.Context()).Part(coast.ID, who)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, region.Line{Coop: who, Entry: p.Entry.ID, Admission: p.Admission(&coast.Charter).ID})
		}
		c.Root = region.Root(lines)
		r.region(func(tx region.Tx) error { return tx.PutList(coast.ID, c.Root, lines) })
	})
	x := r.now("coast")
	if x.Charter.ID != second.ID {
		t.Fatal("control: the council of two is not in force")
	}
	r.region(func(tx region.Tx) error {
		_, more, err := r.cfg.Region.Settle(tx, x.ID)
		if err == nil && more {
			t.Error("more to settle")
		}
		return err
	})
	third := r.proposedBy(x, func(c *region.Charter) {
		c.Absence, c.Root, c.Story = 60, second.Root, coop.Text{"en": "By <the> sea"}
		c.Area = region.ID(coop.Hash([]byte("the bay")))
	})
	sten.get("/regions/coast/council").says("Where it is").says("Not said").says("Not read yet")
	r.region(func(tx region.Tx) error {
		return tx.PutArea(x.ID, region.Area{ID: third.Area, Outline: []region.Ring{{{Lat: 39_200_000, Lon: -600_000}, {Lat: 39_200_000, Lon: 0}, {Lat: 39_700_400, Lon: 0}}}})
	})
	sten.get("/regions/coast/council").says("Outline with corners: 3; latitude 39.200 to 39.700, longitude -0.600 to 0.000").says("Outline on the map").saysNot("Not read yet")
	checkPolicy(t, "a proposed outline", sten.get("/regions/coast/map?area="+string(third.Area)).want(http.StatusOK).says("an outline that is proposed").body)
	sten.get("/regions/coast/map?area=x").want(http.StatusOK).saysNot("coloured line")
	r.browser().get("/regions/coast/map?area=" + string(third.Area)).want(http.StatusOK).saysNot("coloured line")
	sten.get("/news").says("One proposal of a region waits for our signature")
	sten.get("/admin").says("One proposal of a region waits for our signature")
	a := sten.get("/regions/coast/council").want(http.StatusOK).says("after 60 days").says("By <the> sea").saysNot("<the>").says("Signed by The coast").says("Sign it for our co-op").says("When one of the two co-ops")
	checkPolicy(t, "a proposal", a.body)
	if got := a.charterOf("/regions/coast/council/sign"); got != string(third.ID) {
		t.Fatalf("the form is about %q", got)
	}
	sten.post("/regions/coast/council/sign", url.Values{"charter": {string(third.ID)}}).want(http.StatusSeeOther)
	if c := r.now("coast").Charter; c.ID != third.ID {
		t.Fatalf("%+v", c)
	}
	sten.get("/news").saysNot("waits for our signature")
	r.region(func(tx region.Tx) error { _, _, err := r.cfg.Region.Settle(tx, x.ID); return err })

	r.clock.Add(4 * 24 * time.Hour)
	r.region(func(tx region.Tx) error {
		x := r.now("coast")
		x.Heard = r.clock.Now().Add(-4 * 24 * time.Hour)
		return tx.PutRegion(x)
	})
	sten.get("/regions/coast/council").says("has not answered for some days").says("Host it here")
	r.region(func(tx region.Tx) error {
		x := r.now("coast")
		x.Heard = r.clock.Now().Add(-61 * 24 * time.Hour)
		return tx.PutRegion(x)
	})
	sten.get("/regions/coast/council").says("for longer than the rules allow").saysNot("for some days")
	sten.get("/news").says("The host of one region does not answer any more")
	sten.post("/regions/coast/council/host", nil).want(http.StatusSeeOther)
	sten.get("/regions/coast/council").says("Where it is hosted").says("coast.example").says("bakery.example").says("we signed it").saysNot("/council/host")
	r.person("coast", coop.RoleMember) // whose name the account would have
	sten.post("/regions/coast/council/host", nil).want(http.StatusUnprocessableEntity).says("has the name “coast” for somebody else")
}

// A steward says where a region is when it begins and when its rules change; what was typed stays when it was wrong, and the council sees the one and the other.
func TestRegionArea(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	nobody, sten := r.browser(), r.signedIn("sten")
	const river = `{"type":"Polygon","coordinates":[[[-0.6,39.2],[-0.2,39.2],[-0.2,39.7],[-0.6,39.2]]]}`
	a := sten.get("/regions/new").want(http.StatusOK).says("Where it is").says("One on each line")
	checkPolicy(t, "new", a.body)
	form := func(more ...string) url.Values {
		f := url.Values{"name_en": {"The <valley>"}, "slug": {"valley"}, "languages": {"en"}, "joining": {"steward"}, "absence": {"14"}, "ties": {"member"}, "shares": {"offers"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	for _, wrong := range []struct{ area, places, geojson, says string }{
		{"sea", "", "", "one of the answers"},
		{"none", "Russafa", "", "choose whether the places"},
		{"places", " \n ", "", "Please fill this in"},
		{"places", strings.Repeat("a", 101), "", "at most 100 characters"},
		{"outline", "", "", "Please fill this in"},
		{"outline", "", "Russafa", "no GeoJSON"},
		{"outline", "", strings.Replace(river, "]]]", "]],"+"[[0,0],[0,1],[1,0]]]", 1), "hole"},
		{"outline", "", `{"type":"<b>Point"}`, "there is a <b>Point"},
	} {
		a := sten.post("/regions/new", form("area", wrong.area, "places", wrong.places, "geojson", wrong.geojson)).want(http.StatusUnprocessableEntity).says(wrong.says)
		if kept, _ := a.value("geojson"); kept != wrong.geojson {
			t.Errorf("%+v: kept %q", wrong, kept)
		}
		checkPolicy(t, wrong.says, a.body)
	}
	sten.post("/regions/new", form("area", "outline", "geojson", river)).want(http.StatusSeeOther)
	nobody.get("/regions/valley").says("Outline on the map")
	a = nobody.get("/regions/valley/map").want(http.StatusOK).says("The coloured line is the outline of The <valley>.").says("Nothing on this map")
	checkPolicy(t, "map", a.body)
	if !strings.Contains(a.body, `role="img" aria-label="The coloured line is the outline of The &lt;valley&gt;."`) {
		t.Error("the line says nothing to who hears the page")
	}
	if n := len(a.find(func(n *html.Node) bool {
		return n.Data == "path" && n.Parent != nil && attr(n.Parent, "class") == "map-area"
	})); n != 1 {
		t.Errorf("%d lines around it", n)
	}

	rules := func(more ...string) url.Values {
		f := url.Values{"joining": {"steward"}, "absence": {"14"}, "council": {string(r.cfg.ActorIRI)}, "name_en": {"The <valley>"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	a = sten.get("/regions/valley/council/propose").want(http.StatusOK)
	as, _ := a.value("geojson")
	if !strings.Contains(as, "MultiPolygon") {
		t.Errorf("the form says %q", as)
	}
	sten.post("/regions/valley/council/propose", rules("area", "outline", "geojson", as)).want(http.StatusUnprocessableEntity).says("Nothing is different")
	if kept, _ := sten.post("/regions/valley/council/propose", rules("area", "outline", "geojson", "x")).want(http.StatusUnprocessableEntity).says("no GeoJSON").value("geojson"); kept != "x" {
		t.Errorf("kept %q", kept)
	}
	sten.post("/regions/valley/council/propose", rules("area", "places", "places", "Russafa\r\n<Campanar>\n\nrussafa")).want(http.StatusSeeOther)
	a = nobody.get("/regions/valley").says("Russafa").says("<Campanar>").saysNot("Outline on the map")
	checkPolicy(t, "places", a.body)
	nobody.get("/regions/valley/map").saysNot("map-area")

	elsewhere := r.elsewhere("coast", nil)
	r.proposedBy(elsewhere, func(c *region.Charter) { c.Area = region.ID(coop.Hash([]byte("the bay"))) })
	sten.get("/regions/coast").want(http.StatusOK).saysNot("Where it is") // it was not read
	now := r.now("valley")
	r.region(func(tx region.Tx) error { _, _, err := r.cfg.Region.Settle(tx, now.ID); return err })
	sten.post("/regions/valley/council/propose", rules("area", "none")).want(http.StatusSeeOther)
	if c := r.now("valley").Charter; c.Area != "" || c.Version != now.Charter.Version+1 {
		t.Errorf("taken away it is %q in %d", c.Area, c.Version)
	}
}
