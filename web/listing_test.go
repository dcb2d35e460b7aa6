package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
	"toadlane/store"
)

func path(l market.Listing) string { return "/listings/" + string(l.ID) }

// schema is the description of a listing for machines.
func (a answer) schema() map[string]any {
	a.t.Helper()
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "script" && attr(n, "type") == "application/ld+json" }) {
		var d map[string]any
		if err := json.Unmarshal([]byte(n.FirstChild.Data), &d); err != nil {
			a.t.Fatalf("%v in %s", err, n.FirstChild.Data)
		}
		return d
	}
	return nil
}

func TestListingShowsItsTerms(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	amount := func(n int64) market.Amount { return market.Amount{N: n, Places: 2} }
	whole := amount(420)
	l := r.post(an(market.Offer, "Sourdough", func(l *market.Listing) {
		l.Title["es"], l.Body = "Masa madre", coop.Text{"en": "Line one\nline two", "es": "Dos líneas"}
		l.Modes, l.UnitBased, l.Item = []market.Mode{market.ForMoney}, true, market.Quantity{Amount: market.Amount{N: 1}, Unit: "piece"}
		l.Available = &market.Quantity{Amount: market.Amount{N: 24}, Unit: "piece"}
		l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &whole}
		l.Prices = []market.PriceLine{{Label: "Baking", Kind: market.PriceLabour, Amount: amount(300)}, {Label: "Flour", Kind: market.PriceMaterials, Amount: amount(120)}}
		l.Place = coop.Place{Name: "Toad Lane", Exact: point(t, 39.123456, -0.654321)}
		l.Maker, l.OnBehalf, l.Tags, l.Category, l.Stream = "Ada and Dunia", "Old Tom", []string{"bread"}, "AM60", market.Livelihood
	}))
	a := r.browser().get(path(l)).want(http.StatusOK)
	for _, w := range []string{"Sourdough", "Line one", "24 pieces", "€4.20", "per piece", "Baking", "€3.00", "For", "Ada and Dunia", "Old Tom",
		"#bread", "Food", "@bakery@bakery.example", string(l.IRI), "Livelihood"} {
		a.says(strings.Join(strings.Fields(strings.ReplaceAll(w, "\u00a0", " ")), " "))
	}
	if strings.Contains(a.body, "39.123456") || strings.Contains(a.body, "654321") {
		t.Error("the exact place is on the page")
	}
	if strings.Contains(a.body, "Posted by") {
		t.Error("ada is named without her consent")
	}
	spanish := r.browser().get(path(l) + "?in=es").want(http.StatusOK).find(func(n *html.Node) bool { return attr(n, "lang") == "es" && inner(n) == "Dos líneas" })
	if len(spanish) != 1 {
		t.Error("the Spanish words are not marked as Spanish")
	}
	if got := a.link("Español"); got != path(l)+"?in=es" {
		t.Errorf("Spanish is at %q", got)
	}
	r.browser().get(path(l) + "?in=xx").want(http.StatusOK).says("Line one")
	alternate := a.find(func(n *html.Node) bool { return n.Data == "link" && attr(n, "type") == "application/activity+json" })
	if len(alternate) != 1 || attr(alternate[0], "href") != string(l.IRI) {
		t.Error("no way to the ActivityPub document")
	}
	d := a.schema()
	if d["@type"] != "Offer" || d["@id"] != string(l.IRI) || d["availabilityEnds"] != l.Until.Format(time.RFC3339) ||
		d["businessFunction"] != "http://purl.org/goodrelations/v1#Sell" {
		t.Errorf("%v", d)
	}
	if p := d["priceSpecification"].(map[string]any); p["price"] != "4.20" || p["priceCurrency"] != "EUR" {
		t.Errorf("%v", p)
	}
	// Asked for as a document, the same address is the federation's to answer.
	doc := r.browser().do(http.MethodGet, path(l), nil, http.Header{"Accept": {"application/activity+json"}})
	if doc.header.Get("Content-Type") != "application/activity+json" || !strings.Contains(strings.Join(doc.header.Values("Vary"), ","), "Accept") {
		t.Errorf("%v", doc.header)
	}
	r.browser().do(http.MethodGet, path(l), nil, http.Header{"Accept-Language": {"es"}}).says("Masa madre").says("por pieza").says("4,20")
	want := r.post(an(market.Want, "A van"))
	if d := r.browser().get(path(want)).schema(); d["@type"] != "Demand" {
		t.Errorf("%v", d)
	}
}

func TestPosterIsNamedByConsent(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	r.signedIn("sten").get(path(l)).says("Posted by").says("Ada")
	p := r.ada
	p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone}
	if _, err := r.cfg.Coop.UpdatePerson(t.Context(), coop.Member(p.ID, coop.RoleMember), p); err != nil {
		t.Fatal(err)
	}
	if got := r.browser().get(path(l)).says("Posted by").link("Ada"); got != "/@ada" {
		t.Errorf("leads to %q", got)
	}
}

func TestListingLifeIsSaid(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	l := r.post(an(market.Offer, "Loaf"))
	here := path(l)
	ada.post(here+"/pause", nil).want(http.StatusSeeOther)
	r.browser().get(here).says("Paused")
	r.browser().get("/market").saysNot("Loaf")
	ada.post(here+"/resume", nil).want(http.StatusSeeOther)
	r.browser().get("/market").says("Loaf")
	ada.post(here+"/close", url.Values{"outcome": {strings.Repeat("x", 201)}}).want(http.StatusUnprocessableEntity).says("200 characters")
	ada.post(here+"/close", url.Values{"outcome": {"eaten by toads"}}).want(http.StatusSeeOther)
	r.browser().get(here).want(http.StatusOK).says("Done on").says("eaten by toads").saysNot("paste this address")
	ada.post(here+"/pause", nil).want(http.StatusConflict)
	w := r.post(an(market.Want, "Van"))
	ada.post(path(w)+"/withdraw", nil).want(http.StatusSeeOther)
	r.browser().get(path(w)).says("Withdrawn on")
	e := r.post(an(market.Want, "Ladder"))
	r.clock.Add(15 * 24 * time.Hour)
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.browser().get(path(e)).says("Ended on")
	ada = r.signedIn("ada")
	ada.post(path(e)+"/renew", url.Values{"back": {"/mine"}}).want(http.StatusSeeOther)
	r.browser().get("/market").says("Ladder")
	ada.get(path(e) + "/delete").want(http.StatusOK).says("Ladder")
	ada.post(path(e)+"/delete", nil).want(http.StatusSeeOther)
	r.browser().get(path(e)).want(http.StatusGone).says("was here and is over")
	ada.get(path(e)).want(http.StatusGone)
}

func TestNobodyElseChangesAListing(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	bea, sten := r.signedIn("bea"), r.signedIn("sten")
	open := r.post(an(market.Offer, "Loaf"))
	draft := r.post(an(market.Offer, "Secret plan", func(l *market.Listing) { l.State = market.Draft }))
	foreign := r.receive(an(market.Offer, "Bike"))
	missing := "/listings/" + string(newID())
	none := bea.get(missing + "/edit").want(http.StatusNotFound)
	for _, word := range []string{"edit", "renew", "pause", "resume", "publish", "close", "withdraw", "delete"} {
		form := url.Values{"title": {"Stolen"}, "do": {"post"}}
		if a := bea.post(path(open)+"/"+word, form); a.status != http.StatusForbidden {
			t.Errorf("%s of another's: %d", word, a.status)
		}
		if a := bea.post(path(foreign)+"/"+word, form); a.status != http.StatusForbidden {
			t.Errorf("%s of a neighbour's: %d", word, a.status)
		}
		if a := bea.post(path(draft)+"/"+word, form); a.status != http.StatusNotFound {
			t.Errorf("%s of another's draft: %d", word, a.status)
		}
		if a := r.browser().post(path(open)+"/"+word, form); a.status != http.StatusUnauthorized {
			t.Errorf("%s by nobody: %d", word, a.status)
		}
	}
	if a := bea.get(path(draft) + "/edit"); a.status != http.StatusNotFound || strings.ReplaceAll(a.body, string(draft.ID), "") != strings.ReplaceAll(none.body, strings.TrimPrefix(missing, "/listings/"), "") {
		t.Errorf("a draft's page differs from one that is not there: %d", a.status)
	}
	bea.get(path(draft)).want(http.StatusNotFound)
	r.browser().get(path(open) + "/edit").want(http.StatusSeeOther) // to sign in
	got, err := r.cfg.Market.Store.Listing(t.Context(), open.ID)
	if err != nil || got.State != market.Open || got.Title["en"] != "Loaf" {
		t.Errorf("%v %v", got, err)
	}
	sten.post(path(open)+"/pause", nil).want(http.StatusSeeOther) // control: a steward may
}

// know keeps a remote actor, as the federation does after fetching it.
func (r *rig) know(a queue.Actor) {
	r.t.Helper()
	err := store.Queue{Store: r.store}.Write(r.t.Context(), func(tx queue.Tx) error { return tx.PutActor(a) })
	if err != nil {
		r.t.Fatal(err)
	}
}

func cycles(r *rig) coop.IRI {
	home := coop.IRI("https://cycles.example/actors/coop")
	r.know(queue.Actor{IRI: home, Type: "Organization", Handle: "@cycles@cycles.example", Name: "Cycle Works", URL: "https://cycles.example/",
		Inbox: "https://cycles.example/inbox", Fetched: r.clock.Now()})
	return home
}

func TestAskingANeighbour(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	home := cycles(r)
	l := r.receive(an(market.Offer, "Cargo bike", func(l *market.Listing) { l.URL = "https://cycles.example/listings/7" }))
	a := r.browser().get(path(l)).want(http.StatusOK).says("From our neighbour Cycle Works").says("@cycles@cycles.example").saysNot("Your message")
	if got := a.link("Its page at cycles.example"); got != "https://cycles.example/listings/7" {
		t.Errorf("%q", got)
	}
	ada := r.signedIn("ada")
	ada.get(path(l)).says("Write to Cycle Works")
	ada.post(path(l)+"/ask", url.Values{"text": {"  "}}).want(http.StatusUnprocessableEntity)
	long := strings.Repeat("y", market.MaxMessage+1)
	if got, _ := ada.post(path(l)+"/ask", url.Values{"text": {long}}).want(http.StatusUnprocessableEntity).value("text"); got != long {
		t.Error("what was typed is lost")
	}
	sent := ada.post(path(l)+"/ask", url.Values{"text": {"May I have it on Friday?"}}).want(http.StatusSeeOther)
	to, _, _ := strings.Cut(sent.header.Get("Location"), "?")
	ada.get(to).want(http.StatusOK).says("May I have it on Friday?").says("With Cycle Works")
	threads, _, err := r.cfg.Market.Store.Threads(t.Context(), r.ada.ID, 10, "")
	if err != nil || len(threads) != 1 {
		t.Fatal(threads, err)
	}
	want := market.Party{IRI: home, Handle: "@cycles@cycles.example", Name: "Cycle Works", Inbox: "https://cycles.example/inbox"}
	if d := cmp.Diff(want, threads[0].Other); d != "" {
		t.Error(d)
	}
	r.browser().post(path(l)+"/ask", url.Values{"text": {"hello"}}).want(http.StatusUnauthorized)
	own := r.post(an(market.Offer, "Loaf"))
	ada.get(path(own)).saysNot("/ask")
	ada.post(path(own)+"/ask", url.Values{"text": {"hello"}}).want(http.StatusConflict)
}

func TestThreads(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	l := r.post(an(market.Offer, "Loaf"))
	hear := func(iri, html string, member coop.ID) {
		t.Helper()
		err := r.cfg.Market.Store.Write(t.Context(), func(tx market.Tx) error {
			in := market.Incoming{IRI: coop.IRI("https://social.example/" + iri), From: market.Party{IRI: "https://social.example/bo", Handle: "@bo@social.example", Name: "Bo",
				Inbox: "https://social.example/in"}, HTML: html, Member: member, Mentions: true, At: r.clock.Now(), Updated: r.clock.Now()}
			if member != "" {
				in.InReplyTo = l.IRI
			}
			_, err := market.Hear(tx, in, newID, r.clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	hear("1", `<p>Is it <strong>rye</strong>? <img src="https://evil.example/x.png" onerror="alert(1)"></p>`, r.ada.ID)
	hear("2", "<p>To whoever looks after this</p>", "")
	ada, bea, sten := r.signedIn("ada"), r.signedIn("bea"), r.signedIn("sten")
	list := ada.get("/threads").want(http.StatusOK).says("Bo").says("Loaf").says("Messages 1")
	thread, _, _ := strings.Cut(list.link("Bo"), "#")
	a := ada.get(thread).want(http.StatusOK).says("Is it rye ?").saysNot("evil.example").saysNot("onerror")
	if a.find(func(n *html.Node) bool { return n.Data == "strong" && inner(n) == "rye" }) == nil {
		t.Error("the words lost their weight")
	}
	ada.get("/threads").says("Messages 1") // looking changes nothing
	for _, b := range []*browser{bea, sten} {
		b.get(thread).want(http.StatusNotFound)
		b.post(thread, url.Values{"text": {"let me in"}}).want(http.StatusNotFound)
		b.post(thread, url.Values{"text": {""}}).want(http.StatusNotFound)
		b.post(thread+"/read", nil).want(http.StatusNotFound)
		if got := b.get("/threads").want(http.StatusOK).cards(); len(got) > 0 {
			t.Errorf("lists %q", got)
		}
	}
	bea.get("/threads?of=stewards").want(http.StatusForbidden)
	sten.get("/").says("Messages 1") // what is written to the co-op is the stewards' to read
	bea.get("/").saysNot(`class="count"`)
	if got := sten.get("/threads?of=stewards").want(http.StatusOK).cards(); len(got) != 1 {
		t.Errorf("stewards see %q", got)
	}
	ada.post(thread, url.Values{"text": {""}}).want(http.StatusUnprocessableEntity).says("Is it rye ?")
	ada.post(thread, url.Values{"text": {"It is <b>rye</b>."}}).want(http.StatusSeeOther)
	ada.get(thread).says("It is <b>rye</b>.")
	ada.get("/threads").saysNot(`class="count"`)
	hear("3", "<p>More?</p>", r.ada.ID)
	ada.get("/threads").says("Messages 1")
	ada.post(thread+"/read", nil).want(http.StatusSeeOther)
	ada.get("/threads").saysNot(`class="count"`)
}

func TestMine(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	ada.get("/mine").says("Nothing of yours yet")
	r.post(an(market.Offer, "Loaf"))
	r.post(an(market.Want, "Van", func(l *market.Listing) {
		l.Until = market.EndOfDay(r.clock.Now().AddDate(0, 0, 3), r.cfg.Market.Zone())
	}))
	r.post(an(market.Offer, "Plan", func(l *market.Listing) { l.State = market.Draft }))
	r.postAs(r.sten.ID, an(market.Offer, "Not mine"))
	a := ada.get("/mine").want(http.StatusOK).says("One ends within a week").says("Drafts").saysNot("Not mine")
	if d := cmp.Diff([]string{"Van", "Plan", "Loaf"}, a.cards()); d != "" {
		t.Error(d)
	}
	if n := strings.Count(a.body, "/renew"); n != 1 {
		t.Errorf("%d buttons to renew: what was posted today has nothing to gain", n)
	}
}

// The navigation counts what /mine shows first, on every page and to nobody else, to the very day.
func TestEndingIsCountedInTheNavigation(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	zone := r.cfg.Market.Zone()
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	ends := func(days int) func(*market.Listing) {
		return func(l *market.Listing) { l.Until = market.EndOfDay(r.clock.Now().In(zone).AddDate(0, 0, days), zone) }
	}
	r.post(an(market.Offer, "After a week", ends(market.RemindDays+1)))
	for _, path := range []string{"/", "/market", "/mine"} {
		ada.get(path).want(http.StatusOK).saysNot(`class="count"`)
	}
	r.post(an(market.Offer, "In a week", ends(market.RemindDays)))
	ada.get("/market").says("My listings 1 ends within a week")
	van := r.post(an(market.Want, "Today", ends(0)))
	r.post(an(market.Want, "Draft", ends(1), func(l *market.Listing) { l.State = market.Draft }))
	for _, path := range []string{"/", "/market", "/mine", path(van), "/nowhere"} {
		ada.get(path).says("My listings 2 end within a week")
		sten.get(path).saysNot(`class="count"`)
		r.browser().get(path).saysNot("My listings").saysNot(`class="count"`)
	}
	ada.get("/mine").says("2 end within a week Want")
	if n := len(ada.get("/mine").find(func(n *html.Node) bool { return n.Data == "section" && strings.Contains(attr(n, "class"), "notice") })); n != 1 {
		t.Errorf("%d sections of what ends", n)
	}
	ada.post(path(van)+"/close", nil).want(http.StatusSeeOther)
	ada.get("/").says("My listings 1 ends within a week")
	ada.headers.Set("Accept-Language", "es")
	ada.get("/").says("Mis anuncios 1 termina en menos de una semana")
}

func TestMembers(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	bea := r.person("bea", coop.RoleMember)
	bea.About, bea.Area = "Fixes looms.", "Behind the mill"
	bea.Skills = []coop.Skill{{Name: "Weaving", Level: "teach"}}
	bea.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldSkills: coop.Everyone, coop.FieldAbout: coop.Peers, coop.FieldArea: coop.OnlyMe}
	bea, err := r.cfg.Coop.UpdatePerson(t.Context(), coop.Member(bea.ID, coop.RoleMember), bea)
	if err != nil {
		t.Fatal(err)
	}
	cat := r.person("xqcat", coop.RoleMember)
	cat.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.OnlyMe}
	if _, err := r.cfg.Coop.UpdatePerson(t.Context(), coop.Member(cat.ID, coop.RoleMember), cat); err != nil {
		t.Fatal(err)
	}
	r.postAs(bea.ID, an(market.Offer, "Scarf"))
	r.postAs(bea.ID, an(market.Offer, "Members only scarf", func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	nobody, ada := r.browser(), r.signedIn("ada")
	if d := cmp.Diff([]string{"Bea"}, nobody.get("/members").want(http.StatusOK).says("Weaving").saysNot("Behind").cards()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Ada", "Bea", "Sten"}, ada.get("/members").cards()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Bea"}, ada.get("/members?q=WEAV").cards()); d != "" {
		t.Error(d)
	}
	nobody.get("/members?q=looms").says("Nobody who shows")
	nobody.get("/@bea").want(http.StatusOK).says("Scarf").says("Weaving").saysNot("looms").saysNot("Members only").saysNot("mill")
	ada.get("/@bea").says("Members only scarf").says("Fixes looms.").saysNot("mill")
	r.signedIn("bea").get("/@bea").says("Behind the mill")
	ada.get("/@xqcat").want(http.StatusNotFound)
	hidden, none := nobody.get("/@xqcat").want(http.StatusNotFound), nobody.get("/@xqeve").want(http.StatusNotFound)
	if strings.ReplaceAll(hidden.body, "xqcat", "") != strings.ReplaceAll(none.body, "xqeve", "") {
		t.Error("who hides and who never was differ")
	}
	nobody.get("/@Ada!").want(http.StatusNotFound)
}
