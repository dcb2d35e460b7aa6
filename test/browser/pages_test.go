package browser

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/mail"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// long is a title that gives a narrow page something to do.
const long = "Lastenfahrradanhängerkupplungsreparaturwerkstattbenutzung, with everything that one needs for it"

// house is a co-op with something on every page: listings of every sort and state, a neighbour, conversations with a neighbour's
// member and with a guest, members who agreed to be seen, an invitation, a block, a saved search.
type house struct {
	*testrig.Coop
	listing, draft, ended, gone string // paths
	talk, guest, guestTalk      string
	invitation                  string
	renew, stale, unsubscribe   string
}

func furnished(t *testing.T) house {
	t.Helper()
	r := testrig.New(t, "bakery", "cycles")
	cycles := r.Coop("cycles")
	h := house{Coop: r.Coop("bakery")}
	cycles.Follow(h.Coop)
	h.Follow(cycles)
	full := h.Post(long, func(l *market.Listing) {
		l.Body = coop.Text{"en": "https://" + strings.Repeat("a", 150) + ".example/\nand words."}
		l.Modes = []market.Mode{market.Gift, market.Swap, market.ForMoney}
		l.Tags = []string{"bread", strings.Repeat("x", 30)}
		l.Place = coop.Place{Name: "The yard behind the old mill at the river, second door", Exact: &coop.Point{Lat: 51_500_000, Lon: -100_000}}
		l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: 1250, Places: 2}}
		l.Prices = []market.PriceLine{{Label: "Work of many hands", Kind: market.PriceLabour, Amount: market.Amount{N: 1000, Places: 2}}, {Label: "Flour", Kind: market.PriceMaterials, Amount: market.Amount{N: 250, Places: 2}}}
	})
	h.listing = "/listings/" + string(full.ID)
	h.renew = mail.RenewPath(full.ID, full.Until, h.Mail.Token)
	h.stale = mail.RenewPath(full.ID, full.Until.Add(-24*time.Hour), h.Mail.Token)
	h.unsubscribe = "/unsubscribe/" + string(h.Steward.Person()) + "/digest/" + h.Mail.Token(mail.ForUnsubscribe, mail.UnsubscribeSubject(h.Steward.Person(), "digest"))
	h.Post("Somebody who can weld", func(l *market.Listing) { l.Purpose = market.Want })
	ended := h.Post("A loaf that was eaten")
	if _, err := h.Market.ChangeListing(t.Context(), h.Steward, ended.ID, market.Fulfil, "All eaten"); err != nil {
		t.Fatal(err)
	}
	h.ended = "/listings/" + string(ended.ID)
	gone := h.Post("A mistake")
	if err := h.Market.DeleteListing(t.Context(), h.Steward, gone.ID); err != nil {
		t.Fatal(err)
	}
	h.gone = "/listings/" + string(gone.ID)
	draft := h.Post("Half a thought", func(l *market.Listing) { l.State = market.Draft })
	h.draft = "/listings/" + string(draft.ID) + "/edit"
	there := cycles.Post("A wheel from the neighbour")
	r.Wait("the neighbour's listing", func() bool { return h.Shows(there.IRI) })
	ben := join(t, cycles, "ben", "Ben Wheeler", coop.RoleMember)
	ana := join(t, h.Coop, "ana", "Ana Baker", coop.RoleMember)
	a := enter(t, h.Coop, ana)
	a.visit("/me/consent")
	a.tick("input[name=consent_listed][value=everyone]")
	a.press("form[action='/me/consent'] button:not([name])")

	c := enter(t, cycles, ben)
	c.reload("the listing at the neighbour's", "/market", find(".cards h3 a")+` && `+shows("Lastenfahrrad"))
	c.eval(`[...document.querySelectorAll(".cards h3 a")].find(a => a.textContent.includes("Lasten")).id = "this"`, nil)
	c.press("#this")
	c.fill("#f-text", "Is it far? "+strings.Repeat("w", 120))
	c.press("form[action$='/ask'] button")

	g := open(t, string(h.Base))
	g.visit(h.listing)
	g.open("details:has(form[action$='/guest'])")
	g.fill("form[action$='/guest'] #f-name", "Gwen")
	g.fill("form[action$='/guest'] #f-email", gwen)
	g.fill("form[action$='/guest'] #f-text", "May I come on Sunday?")
	g.press("form[action$='/guest'] button")
	h.guest = g.words(`location.pathname`)
	h.guestTalk = "/threads/" + strings.Split(h.guest, "/")[2]

	b := open(t, string(h.Base))
	b.login(h.Email, testrig.Password)
	theirs := `[...document.querySelectorAll(".talks h2 a")].find(a => a.textContent.includes("The cycles"))`
	b.reload("the neighbour's question", "/threads", theirs)
	h.talk = b.words(theirs + `.getAttribute("href")`)
	b.visit("/admin/people")
	b.press("form[action='/admin/people/invite'] button")
	h.invitation = b.words(`new URL(` + find(".notice .address") + `.textContent).pathname`)
	b.visit("/admin/blocks")
	b.fill("#f-target", "spam.example")
	b.press("form[action='/admin/blocks'] button")
	b.visit("/saved/new?q=spelt&mode=gift")
	b.press("form[action='/saved'] button")
	return h
}

func (h house) forStrangers() []place {
	return append(found("/", "/market", "/market?purpose=want&q=weld&mode=gift", "/market?q=nothing-of-the-kind", "/market?view=list", "/market?view=map", "/market?view=print",
		h.listing, h.listing+"/poster", h.ended, "/done", "/members", "/members?view=table", "/members?view=rings", "/@ana", "/login", "/about", "/about/ranking",
		"/about/design", "/about/pictograms", "/categories", "/categories/AM60", "/tags/bread", h.invitation, h.guest, h.renew, h.unsubscribe, "/follow", "/saved/new?q=spelt", "/offline"),
		place{"/no/such/page", 404}, place{h.gone, 410}, place{h.stale, 410})
}

func (h house) forSteward() []place {
	return found("/", "/market", "/market?view=list", "/market?view=map", h.listing, h.listing+"/edit", h.listing+"/delete", h.listing+"/close", "/new/offer", "/new/want",
		h.draft, h.draft+"?step=2", h.draft+"?step=3", h.draft+"?step=4", h.draft+"?step=5", "/mine", "/threads", "/threads?of=stewards", h.talk, h.guestTalk,
		"/authorize_interaction", "/members", "/members?view=table", "/members?view=rings", "/@steward", "/@ana", "/me", "/me/consent", "/me/security", "/me/notifications",
		"/saved", "/news", "/admin", "/admin/welcome", "/admin/sheet", "/admin/peers", "/admin/queue", "/admin/queue?kind=delivery&state=done", "/admin/people", "/admin/reports",
		"/admin/blocks", "/admin/coop", "/admin/mail", "/admin/map", "/admin/murmurations", "/admin/guide")
}

// everyWay looks at pages in all views, with every rule by night too: make pages. Without it they are looked at by day and by night, and those for strangers
// from right to left.
var everyWay = os.Getenv("TOADLANE_TEST_PAGES") != ""

// TestEveryPage looks at every page in the ways that readers see it in.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	lookInEveryWay(t, h.Coop, []string{"plain", "right to left"}, h.forStrangers(), h.forSteward())
}

// lookInEveryWay looks at pages as a stranger in the usual views and as a steward in the plain one, in all of them when everyWay is asked for.
func lookInEveryWay(t *testing.T, c *testrig.Coop, usual []string, strangers, steward []place) {
	t.Helper()
	for i, v := range views {
		if everyWay || slices.Contains(usual, v.name) {
			t.Run("strangers/"+v.name, func(t *testing.T) {
				t.Parallel()
				b := open(t, string(c.Base))
				b.from(fmt.Sprintf("10.0.%d.1", i))
				lookAt(t, b, v, strangers)
			})
		}
		if everyWay || v.name == "plain" {
			t.Run("steward/"+v.name, func(t *testing.T) {
				t.Parallel()
				b := open(t, string(c.Base))
				b.from(fmt.Sprintf("10.0.%d.2", i))
				b.login(c.Email, testrig.Password)
				lookAt(t, b, v, steward)
			})
		}
	}
}

// plain is a path without its query: the same page.
func plain(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
