package browser

import (
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// long is a title that gives a narrow page something to do.
const long = "Lastenfahrradanhängerkupplungsreparaturwerkstattbenutzung, with everything that one needs for it"

// furnished is a co-op with something on every page: listings of every sort, a neighbour, a conversation, an invitation, a block. It gives the addresses that are not the same everywhere.
func furnished(t *testing.T) (bakery *testrig.Coop, listing coop.ID, talk, invitation string) {
	t.Helper()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	bakery.Follow(cycles)
	full := bakery.Post(long, func(l *market.Listing) {
		l.Body = coop.Text{"en": "https://" + strings.Repeat("a", 150) + ".example/\nand words."}
		l.Modes = []market.Mode{market.Gift, market.Swap, market.ForMoney}
		l.Tags = []string{"bread", strings.Repeat("x", 30)}
		l.Place.Name = "The yard behind the old mill at the river, second door"
		l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: 1250, Places: 2}}
		l.Prices = []market.PriceLine{{Label: "Work of many hands", Kind: market.PriceLabour, Amount: market.Amount{N: 1000, Places: 2}}, {Label: "Flour", Kind: market.PriceMaterials, Amount: market.Amount{N: 250, Places: 2}}}
	})
	bakery.Post("Somebody who can weld", func(l *market.Listing) { l.Purpose = market.Want })
	there := cycles.Post("A wheel from the neighbour")
	r.Wait("the neighbour's listing", func() bool { return bakery.Shows(there.IRI) })
	ben := join(t, cycles, "ben", "Ben Wheeler", coop.RoleMember)
	join(t, bakery, "ana", "Ana Baker", coop.RoleMember)

	c := enter(t, cycles, ben)
	c.reload("the listing at the neighbour's", "/market", find(".cards h3 a")+` && `+shows("Lastenfahrrad"))
	c.eval(`[...document.querySelectorAll(".cards h3 a")].find(a => a.textContent.includes("Lasten")).id = "this"`, nil)
	c.press("#this")
	c.fill("#f-text", "Is it far? "+strings.Repeat("w", 120))
	c.press("form[action$='/ask'] button")

	b := open(t, string(bakery.Base))
	b.login(bakery.Email, testrig.Password)
	b.reload("the question", "/threads", find(".mine-list h3 a"))
	talk = b.words(find(".mine-list h3 a") + `.getAttribute("href")`)
	b.visit("/admin/people")
	b.press("form[action='/admin/people/invite'] button")
	invitation = b.words(`new URL(` + find(".notice .address") + `.textContent).pathname`)
	b.visit("/admin/blocks")
	b.fill("#f-target", "spam.example")
	b.press("form[action='/admin/blocks'] button")
	return bakery, full.ID, talk, invitation
}

// TestEveryPage looks at every page narrow, middling and wide, in both languages, by day and by night.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	bakery, listing, talk, invitation := furnished(t)
	id := string(listing)
	strangers := []string{"/", "/market", "/market?purpose=want&q=weld&mode=gift", "/market?q=nothing-of-the-kind", "/listings/" + id, "/members", "/members?view=rings", "/login",
		"/about", "/about/ranking", "/categories", invitation, "/no/such/page"}
	steward := []string{"/", "/market", "/listings/" + id, "/listings/" + id + "/edit", "/listings/" + id + "/delete", "/new/offer", "/new/want", "/mine",
		"/threads", "/threads?of=stewards", talk, "/members", "/members?view=table", "/members?view=rings", "/@steward", "/me", "/me/consent", "/me/security", "/admin/welcome", "/admin/sheet", "/admin", "/admin/peers", "/admin/queue",
		"/admin/queue?kind=delivery&state=done", "/admin/people", "/admin/reports", "/admin/blocks", "/admin/coop"}

	t.Run("strangers", func(t *testing.T) {
		t.Parallel()
		b := open(t, string(bakery.Base))
		lookAt(t, b, strangers)
	})
	t.Run("steward", func(t *testing.T) {
		t.Parallel()
		b := open(t, string(bakery.Base))
		b.login(bakery.Email, testrig.Password)
		lookAt(t, b, steward)
	})
}

func lookAt(t *testing.T, b *tab, paths []string) {
	for _, tag := range []string{"en", "es"} {
		b.language(tag)
		titles := map[string]string{}
		for _, path := range paths {
			if path == "/no/such/page" {
				b.expect(404)
				b.visits(path)
			} else {
				b.visit(path)
			}
			where := tag + " " + path
			if got := b.words(`document.documentElement.lang`); got != tag {
				t.Errorf("%s: the page says it is in %q", where, got)
			}
			title := b.words(`document.title`)
			if other, ok := titles[title]; ok && plain(other) != plain(path) {
				t.Errorf("%s and %s have the same title %q", other, path, title)
			}
			titles[title] = path
			var wrong []string
			b.eval(tidy, &wrong)
			for _, w := range wrong {
				t.Errorf("%s: %s", where, w)
			}
			b.eval(`document.querySelectorAll("details").forEach(d => { d.open = true })`, nil)
			for _, width := range []int64{320, 360, 768, 1280} {
				b.look(width, false)
				if w := b.words(fits); w != "" {
					t.Errorf("%s: sticks out: %s", where, w)
				}
			}
			for _, dark := range []bool{false, true} {
				b.look(1280, dark)
				if b.is(`matchMedia("(prefers-color-scheme: dark)").matches`) != dark || b.is(`getComputedStyle(document.body).backgroundColor === "rgb(243, 234, 216)"`) == dark {
					t.Errorf("%s: dark is %v, and the page does not follow", where, dark)
				}
				b.eval(readable, &wrong)
				for _, w := range wrong {
					t.Errorf("%s, dark %v: hard to read: %s", where, dark, w)
				}
			}
		}
	}
}

// plain is a path without its query: the same page.
func plain(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
