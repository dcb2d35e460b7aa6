package browser

import (
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
	"toadlane/region"
)

// about lets a listing name a place.
func about(name string, lat, lon float64) func(*market.Listing) {
	return func(l *market.Listing) {
		p, _ := coop.NewPoint(lat, lon)
		l.Place, l.Category = coop.Place{Name: name, Exact: &p}, "AM60"
	}
}

// TestRegionBetweenCoops is a region from its beginning to somebody's leaving: two stewards, each on a telephone's screen with scripts off, and a
// stranger who looks on.
func TestRegionBetweenCoops(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	bakery.Post("A loaf of rye", about("Russafa", 39.46, -0.37))
	cycles.Post("A cargo bike", about("Alboraia", 39.60, -0.35))
	b, c := handHeld(t, bakery), handHeld(t, cycles)
	nobody := open(t, string(cycles.Base))
	nobody.withoutScript()
	nobody.look(360, false)

	regionIsJoined(bakery, cycles, b, c)
	for _, who := range []*tab{b, c, nobody} {
		who.reload("both co-ops on the market", "/regions/the-lane/market", shows("A loaf of rye")+"&&"+shows("A cargo bike"))
		regionIsShown(who)
	}
	nobody.visit("/regions/the-lane/council")
	nobody.says("It decides by itself.")
	nobody.saysNot("Propose a change")
	regionIsRuled(b, c)
	regionIsLeft(b, c, nobody)
}

// regionIsJoined is a region that b begins, and into which c is invited.
func regionIsJoined(bakery, cycles *testrig.Coop, b, c *tab) {
	b.t.Helper()
	b.visit("/regions")
	b.follow("Begin a region")
	b.fill("#f-name_en", "The lane")
	b.fill("#f-story_en", "Everything between the mill and the sea.")
	b.press("form[action='/regions/new'] button")
	b.at("/regions/the-lane")
	b.says("The region has begun", "One co-op so far")
	b.fill("#invite #f-address", cycles.Handle())
	b.press("#invite button")
	b.says("Invited")

	c.reload("the invitation", "/regions", shows("We are invited"))
	c.follow("See what it asks")
	c.says("What you say yes to", "Everything between the mill and the sea.")
	c.press("form[action='/regions/the-lane/ask'] button")
	c.reload("that it takes part", "/regions/the-lane", shows("we take part since"))
	c.says("hosted at " + bakery.Base.Host())
	b.reload("that both take part", "/regions/the-lane", shows("2 co-ops")+"&&!"+shows("not confirmed yet"))
	c.reload("that both take part", "/regions/the-lane", shows("2 co-ops")+"&&!"+shows("not confirmed yet"))
}

// regionIsShown is what everybody sees of it: each picture says what its table says.
func regionIsShown(b *tab) {
	b.t.Helper()
	same := func(path, marks, rows string) {
		b.t.Helper()
		b.reload("a mark for each row", path, `document.querySelectorAll(`+quote(marks)+`).length == 2 && document.querySelectorAll(`+quote(rows)+`).length == 2`)
	}
	same("/regions/the-lane/map", "#map a.mark", ".place-rows tbody tr")
	b.says("Russafa", "Alboraia")
	b.follow("See them")
	b.at("/regions/the-lane/market")
	same("/regions/the-lane/network", "a.knot", ".net-coops tbody tr")
	if !b.is(`[...document.querySelectorAll("a.knot")].every(a => document.querySelector(a.getAttribute("href")))`) {
		b.t.Errorf("a mark leads nowhere:%s", b.scene())
	}
	b.reload("both counted", "/regions/the-lane/numbers", `document.querySelectorAll(".tally")[1].querySelectorAll("tbody tr").length == 2`)
	b.says("Offered, and nobody looks for it", "Food")
	b.visit("/regions/the-lane/handbook")
	b.says("Nothing is shared yet")
	b.visit("/regions/the-lane/data")
	b.follow("See how it looks")
	b.says("A loaf of rye", "A cargo bike")
}

// regionIsRuled is a council of one that takes another in, and what they decide together.
func regionIsRuled(b, c *tab) {
	b.t.Helper()
	b.visit("/regions/the-lane/council")
	b.follow("Propose a change")
	b.eval(find("input[name=council]:not(:checked)")+`.id = "the-other"`, nil)
	b.tick("#the-other")
	b.press("form[action='/regions/the-lane/council/propose'] button")
	b.says("New rules are in force", "2 of 2")
	c.reload("that it sits in the council", "/regions/the-lane/council", shows("2 of 2"))
	b.reload("that who takes part is settled by the new rules", "/regions/the-lane/council", shows("2 of 2"))
	b.until("that the next change can be proposed", func() bool {
		b.visit("/regions/the-lane/council/propose")
		b.fill("#f-absence", "30")
		b.expect(422)
		return b.presses("form[action='/regions/the-lane/council/propose'] button") == 200
	})
	b.says("One signature is missing", "we signed it")
	c.reload("the proposal", "/regions/the-lane/council", shows("after 30 days"))
	c.visit("/news")
	c.says("One proposal of a region waits for our signature")
	c.follow("waits for our signature")
	c.press("form[action='/regions/the-lane/council/sign'] button")
	c.says("New rules are in force", "After 30 days without an answer")
	b.reload("the rules that both signed", "/regions/the-lane/council", shows("After 30 days without an answer"))
	c.says("Host it here")
}

// regionIsLeft is c's leaving: nothing of it stands in the region after a minute, and nothing of the region at c.
func regionIsLeft(b, c, nobody *tab) {
	b.t.Helper()
	c.visit("/regions/the-lane/leave")
	c.says("Within a minute")
	c.press("form[action='/regions/the-lane/leave'] button")
	c.at("/regions")
	c.says("We take part no more")
	nobody.expect(404)
	if status := nobody.visits("/regions/the-lane/network"); status != 404 {
		b.t.Errorf("status %d of a region that was left", status)
	}
	b.reload("that nothing of theirs is shown", "/regions/the-lane/market", "!"+shows("A cargo bike"))
	b.reload("that one takes part", "/regions/the-lane", shows("One co-op"))
}

// TestRegionPages looks at the pages of a region as TestEveryPage does at the others.
func TestRegionPages(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	bakery.Post("A loaf of rye", about("Russafa", 39.46, -0.37))
	cycles.Post("A cargo bike", about("Alboraia", 39.60, -0.35))
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	terms := region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: region.Shares}
	x, err := bakery.Region.Found(ctx, bakery.Steward, region.Founding{Name: coop.Text{"en": "The lane", "es": "El callejón"}, Story: coop.Text{"en": "Between the mill and the sea."}, Slug: "the-lane",
		Languages: []string{"en", "es"}, Joining: region.BySteward, Absence: 14, Terms: terms})
	must(err)
	known, err := cycles.Federation.LookUpRegion(ctx, cycles.Steward, string(x.Charter.Host))
	must(err)
	must(cycles.Region.Ask(ctx, cycles.Steward, known.Slug, terms))
	us := cycles.Region.Actor
	r.Wait("the question", func() bool { return bakery.Region.Admit(ctx, bakery.Steward, x.Slug, us) == nil })
	for _, c := range []*testrig.Coop{bakery, cycles} {
		r.Wait("both in the region", func() bool {
			n, err := c.Region.Store.At(ctx).CountCounting(x.ID)
			return err == nil && n == 2
		})
	}
	_, err = bakery.Region.Propose(ctx, bakery.Steward, x.Slug, region.Change{Council: []coop.IRI{bakery.Region.Actor, us}})
	must(err)
	r.Wait("the next proposal", func() bool {
		_, err := bakery.Region.Propose(ctx, bakery.Steward, x.Slug, region.Change{Absence: 30, Story: coop.Text{"en": "Lastenfahrradanhängerkupplungsreparaturwerkstatt"}})
		return err == nil
	})
	r.Wait("the neighbour's listing", func() bool {
		n, err := bakery.Market.NumbersIn(ctx, string(x.ID))
		return err == nil && n.Offers == 2
	})
	path := "/regions/the-lane"
	lookInEveryWay(t, bakery, []string{"plain"}, found("/regions", path, path+"/market", path+"/map", path+"/network", path+"/numbers", path+"/handbook", path+"/data", path+"/council"),
		found(path, path+"/council", path+"/council/propose", path+"/network", path+"/leave", path+"/part"))
}
