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

// meta is the content of a property of the page's head, "" when it has none.
func (a answer) meta(property string) string {
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "meta" && attr(n, "property") == property }) {
		return attr(n, "content")
	}
	return ""
}

func short(t *testing.T, r *rig, l market.Listing) string {
	t.Helper()
	code, err := r.cfg.Market.Short(t.Context(), &l)
	if err != nil || code == "" {
		t.Fatal(code, err)
	}
	return code
}

// What is not for everybody has no preview, no poster, no code, no JSON and no history for strangers, and its short address tells
// them as little as its long one.
func TestWhatHandsAListingOnReachesNoFurther(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada, nobody := r.signedIn("ada"), r.browser()
	open := r.post(an(market.Offer, "Loaf for all"))
	missing := "/l/0000-0001"
	none := nobody.get(missing).want(http.StatusNotFound)
	for _, reach := range []coop.Visibility{coop.Peers, coop.CoopOnly} {
		l := r.post(an(market.Offer, "Loaf for few", func(l *market.Listing) { l.Visibility = reach }))
		for _, end := range []string{"", ".json", "/poster", "/poster?size=a5"} {
			nobody.get(path(l) + end).want(http.StatusNotFound).saysNot("for few")
			ada.get(path(l) + end).want(http.StatusOK).says("for few")
			nobody.get(path(open) + end).want(http.StatusOK).says("for all")
		}
		nobody.post(path(l)+"/share", url.Values{"server": {"social.example"}}).want(http.StatusNotFound)
		a := nobody.get("/l/" + short(t, r, l)).want(http.StatusNotFound)
		if strings.ReplaceAll(a.body, "/l/"+short(t, r, l), "") != strings.ReplaceAll(none.body, missing, "") {
			t.Error("a short address tells that there is something")
		}
		own := ada.get(path(l)).says("Only members of the co-op can open this address")
		if own.meta("og:title") != "" || own.meta("og:description") != "" || own.schema() != nil {
			t.Error("a preview for messengers of what strangers may not see")
		}
	}
	a := nobody.get(path(open))
	if a.meta("og:title") != "Loaf for all" || a.meta("og:url") != bakery+path(open) || a.meta("og:site_name") != "Tin & Thyme <Bakery>" || a.meta("og:image") != "" {
		t.Errorf("%q %q %q", a.meta("og:title"), a.meta("og:url"), a.meta("og:image"))
	}
	if to := nobody.get("/l/" + strings.ToUpper(short(t, r, open))).want(http.StatusSeeOther).header.Get("Location"); to != path(open) {
		t.Errorf("leads to %q", to)
	}
	nobody.get("/l/uuuu-uuuu").want(http.StatusNotFound)
	draft := r.post(an(market.Offer, "Plan", func(l *market.Listing) { l.State = market.Draft }))
	nobody.get(path(draft) + "/poster").want(http.StatusNotFound)
	p := ada.get(path(draft) + "/poster").want(http.StatusOK).says("Nobody else can open this yet")
	if len(p.find(func(n *html.Node) bool { return attr(n, "class") == "qr" })) != 0 {
		t.Error("a code that leads nobody on")
	}
	ada.get(path(draft)).saysNot(`id="share"`)
}

func TestPreviewShowsThePicture(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf", func(l *market.Listing) {
		l.Body = coop.Text{"en": strings.Repeat("crust and crumb, ", 40)}
		l.Photos = []market.Photo{{ID: newID(), Alt: "A loaf", Width: 800, Height: 600, Type: "image/jpeg"}, {ID: newID(), Alt: "Its crumb", Width: 800, Height: 600, Type: "image/jpeg"}}
	}))
	a := r.browser().get(path(l))
	if got := a.meta("og:image"); got != bakery+"/photos/"+string(l.Photos[0].ID)+"/large" || a.meta("og:image:alt") != "A loaf" {
		t.Errorf("%q %q", got, a.meta("og:image:alt"))
	}
	if got := a.meta("og:description"); !strings.HasPrefix(got, "Offer · Gift") || !strings.HasSuffix(got, "…") || len([]rune(got)) > 200 {
		t.Errorf("%q", got)
	}
	// Each picture opens large without a script, and leads to the others and back.
	for n, next := range map[string]string{"1": "2", "2": "1"} {
		large := a.find(func(x *html.Node) bool { return attr(x, "id") == "photo-"+n })
		if len(large) != 1 || len(a.find(func(x *html.Node) bool { return x.Data == "a" && attr(x, "href") == "#photo-"+next })) < 2 {
			t.Errorf("picture %s does not open", n)
		}
	}
}

func TestPoster(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Want, "A van on Saturdays", func(l *market.Listing) {
		l.Place, l.Title["es"] = coop.Place{Name: "Toad Lane", Exact: point(t, 39.123456, -0.654321)}, "Una furgoneta los sábados"
		l.Available = &market.Quantity{Amount: market.Amount{N: 3}, Unit: "hour"}
		l.Item.Unit = "hour"
	}))
	code := short(t, r, l)
	a := r.browser().get(path(l) + "/poster").want(http.StatusOK).says("Wanted").says("A van on Saturdays").says("Toad Lane").says("3 hours").says("bakery.example/l/" + code)
	a.saysNot("39.123456").saysNot("654321").saysNot(`class="top"`)
	strips := func(a answer) int {
		return len(a.find(func(n *html.Node) bool { return n.Data == "span" && attr(n, "class") == "turned" }))
	}
	if n := strips(a); n != 9 {
		t.Errorf("%d strips", n)
	}
	if n := strips(r.browser().get(path(l) + "/poster?size=a5").want(http.StatusOK)); n != 8 {
		t.Errorf("%d strips on A5", n)
	}
	r.browser().get(path(l) + "/poster?size=../../x").want(http.StatusOK)
	codes := a.find(func(n *html.Node) bool { return attr(n, "class") == "qr" })
	if len(codes) != 1 || !strings.Contains(attr(codes[0], "aria-label"), bakery+"/l/"+code) {
		t.Error("the code does not say what it leads to")
	}
	if len(r.browser().get(path(l)).find(func(n *html.Node) bool { return attr(n, "href") == path(l)+"/poster" })) != 1 {
		t.Error("nothing leads to the poster")
	}
	spanish := r.browser()
	spanish.headers.Set("Accept-Language", "es")
	spanish.get(path(l) + "/poster").says("Se busca").says("Una furgoneta los sábados")
	arabic := r.browser()
	arabic.headers.Set("Accept-Language", "ar")
	if body := arabic.get(path(l) + "/poster").want(http.StatusOK).body; !strings.Contains(body, `dir="rtl"`) {
		t.Error("Arabic does not run from the right")
	}
}

func TestListingJSON(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	amount := market.Amount{N: 420, Places: 2}
	l := r.post(an(market.Offer, "Sourdough", func(l *market.Listing) {
		l.Body, l.Tags = coop.Text{"en": "Rye & wheat"}, []string{"bread"}
		l.Modes, l.Ask = []market.Mode{market.ForMoney}, &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &amount}
		l.Prices = []market.PriceLine{{Label: "All of it", Kind: market.PriceLabour, Amount: amount}}
		l.Place = coop.Place{Name: "Toad Lane", Exact: point(t, 39.123456, -0.654321)}
		l.Category = "AM60"
	}))
	for _, b := range []*browser{r.browser(), r.signedIn("ada")} {
		a := b.get(path(l) + ".json").want(http.StatusOK).saysNot("123456").saysNot("654321")
		if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Error(got)
		}
		var d map[string]any
		if err := json.Unmarshal([]byte(a.body), &d); err != nil {
			t.Fatal(err)
		}
		terms, _ := d["_listing"].(map[string]any)
		ask, _ := terms["ask"].(map[string]any)
		place, _ := terms["place"].(map[string]any)
		got := []any{d["id"], d["url"], d["title"], terms["purpose"], terms["state"], terms["category"], ask["amount"], ask["currency"], place["name"], terms["titles"]}
		want := []any{string(l.IRI), bakery + path(l), "Offer: Sourdough", "offer", "open", "AM60", "4.20", "EUR", "Toad Lane", map[string]any{"en": "Sourdough"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if place["latitude"] == nil || ask["parts"] == nil {
			t.Errorf("%v %v", place, ask)
		}
		// The same item stands in the feed.
		var feed struct{ Items []map[string]any }
		if err := json.Unmarshal([]byte(b.get("/market.json").want(http.StatusOK).body), &feed); err != nil || len(feed.Items) != 1 {
			t.Fatal(feed, err)
		}
		delete(d, "_listing")
		if diff := cmp.Diff(feed.Items[0], d); diff != "" {
			t.Error(diff)
		}
	}
}

func TestListingHistoryIsTold(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada, nobody := r.signedIn("ada"), r.browser()
	l := r.post(an(market.Offer, "Loaf"))
	lines := func(b *browser, at string) (out []string) {
		for _, n := range b.get(at).want(http.StatusOK).find(func(n *html.Node) bool { return n.Data == "ol" && attr(n, "class") == "happened" }) {
			for c := range n.Descendants() {
				if c.Data == "span" {
					out = append(out, inner(c))
				}
			}
		}
		return out
	}
	r.clock.Add(time.Hour)
	edited := l
	edited.Title, edited.Tags = coop.Text{"en": "Rye loaf"}, []string{"rye"}
	if _, err := r.cfg.Market.EditListing(t.Context(), coop.Member(r.ada.ID, coop.RoleMember), l.ID, edited); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"pause", "resume", "close"} {
		r.clock.Add(time.Hour)
		ada.post(path(l)+"/"+word, nil).want(http.StatusSeeOther)
	}
	want := []string{"Closed: it worked out", "Open again", "Paused", "Changed: title and kind, category or tags", "Posted"}
	if d := cmp.Diff(want, lines(nobody, path(l))); d != "" {
		t.Error(d)
	}
	nobody.get(path(l)).saysNot(">Loaf<") // never what stood there before
	foreign := r.receive(an(market.Offer, "Bike", func(l *market.Listing) { l.Seen = r.clock.Now().Add(time.Minute) }))
	if d := cmp.Diff([]string{"Last confirmed by its home", "Posted"}, lines(nobody, path(foreign))); d != "" {
		t.Error(d)
	}
}

func TestClosingAsksWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	l := r.post(an(market.Offer, "Loaf"))
	r.person("bea", coop.RoleMember)
	r.signedIn("bea").get(path(l) + "/close").want(http.StatusForbidden)
	r.browser().get(path(l) + "/close").want(http.StatusSeeOther)
	ada.get(path(l)).says("It worked out")
	ada.get(path(l) + "/close").want(http.StatusOK).says("What became of it").says("Thanks")
	long := strings.Repeat("y", market.MaxThanks+1)
	bad := ada.post(path(l)+"/close", url.Values{"outcome": {"eaten"}, "thanks": {long}}).want(http.StatusUnprocessableEntity)
	if got, _ := bad.value("thanks"); strings.TrimSpace(got) != long {
		t.Error("what was typed is lost")
	}
	if got, _ := bad.value("outcome"); got != "eaten" {
		t.Errorf("%q", got)
	}
	ada.post(path(l)+"/close", url.Values{"outcome": {"eaten by toads"}, "thanks": {"Thank you, <b>Bea</b>!"}}).want(http.StatusSeeOther)
	a := r.browser().get(path(l)).want(http.StatusOK).says("Done on").says("eaten by toads").says("Thank you, <b>Bea</b>!").saysNot("<b>Bea")
	if a.meta("og:title") == "" {
		t.Error("what is done has no preview any more")
	}
	ada.get(path(l) + "/close").want(http.StatusConflict)
	r.browser().get("/done").want(http.StatusOK).says("Loaf").says("eaten by toads").says("Thank you, <b>Bea</b>!")
	r.browser().get("/market").saysNot("Loaf")
	if a := ada.get(path(r.post(an(market.Offer, "Alone"))) + "/close"); strings.Contains(a.body, `name="with"`) {
		t.Error("with nobody around, it is asked with whom it worked out")
	}
	valley := r.valley()
	mill := r.fellow(valley, "mill", false, r.clock.Now())
	with := r.post(an(market.Offer, "Cake"))
	ada.get(path(with) + "/close").says("With which co-op?").says("The <mill>").says("Nobody is told").saysNot("<mill>")
	lost := ada.post(path(with)+"/close", url.Values{"outcome": {"eaten"}, "with": {"https://other.example/actor"}}).want(http.StatusUnprocessableEntity).says("one of the answers")
	if got, _ := lost.value("outcome"); got != "eaten" {
		t.Errorf("%q", got)
	}
	ada.post(path(with)+"/close", url.Values{"with": {string(mill)}}).want(http.StatusSeeOther)
	if got, _ := ada.get(path(with)).says("Save with whom").saysNot("<mill>").value("with"); got != string(mill) {
		t.Errorf("it worked out with %q", got)
	}
	ada.post(path(with)+"/with", url.Values{"with": {"https://other.example/actor"}}).want(http.StatusBadRequest)
	r.signedIn("bea").post(path(with)+"/with", url.Values{"with": {""}}).want(http.StatusForbidden)
	ada.post(path(with)+"/with", url.Values{"with": {""}}).want(http.StatusSeeOther)
	if got, _ := ada.get(path(with)).value("with"); got != "" {
		t.Errorf("taken back, and still %q", got)
	}
	ada.post(path(with)+"/with", url.Values{"with": {string(mill)}}).want(http.StatusSeeOther)
	r.signedIn("bea").get(path(with)).says("Done on").saysNot("mill")
	r.browser().get(path(with)).says("Done on").saysNot("mill")
	r.browser().get(path(with) + ".json").saysNot("mill")
	if err := (store.Queue{Store: r.store}).Write(t.Context(), func(tx queue.Tx) error {
		return tx.PutPeer(queue.Peer{Actor: mill, State: queue.Ended, Created: r.clock.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	r.gen.Add(1)
	if got, _ := ada.get(path(with)).value("with"); got != string(mill) {
		t.Errorf("with a neighbour of before it worked out with %q", got)
	}
	ada.post(path(with)+"/with", url.Values{"with": {string(mill)}}).want(http.StatusSeeOther)
	few := r.post(an(market.Offer, "Few", func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	ada.post(path(few)+"/close", nil).want(http.StatusSeeOther)
	r.browser().get("/done").saysNot("Few")
	ada.get("/done").says("Few")
}

// Who comes too late finds what there is instead; who owned it, the way to bring it back.
func TestWhatIsOverLeadsOn(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	cat := func(l *market.Listing) { l.Category = "AM60" }
	old := r.post(an(market.Want, "Old flour", cat))
	r.clock.Add(15 * 24 * time.Hour)
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.post(an(market.Want, "New flour", cat))
	r.post(an(market.Want, "A ladder", func(l *market.Listing) { l.Category = "AM70" }))
	r.post(an(market.Offer, "Flour to give", cat))
	r.post(an(market.Want, "Secret flour", cat, func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	nobody := r.browser()
	if d := cmp.Diff([]string{"New flour"}, nobody.get(path(old)).want(http.StatusOK).says("Ended on").says("See what there is instead").saysNot("/renew").cards()); d != "" {
		t.Error(d)
	}
	r.signedIn("ada").get(path(old)).says("Renew").says("You can renew it until")
	r.clock.Add(61 * 24 * time.Hour)
	if _, err := r.cfg.Market.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := r.post(an(market.Offer, "Fresh bread"))
	code := market.ShortOf(old.ID)
	for _, at := range []string{path(old), "/l/" + code} {
		a := r.browser().get(at).want(http.StatusGone).says("was here and is over").says("Fresh bread").saysNot("Old flour")
		if a.header.Get("Cache-Control") != "private, no-store" {
			t.Error("the page of what is gone is kept")
		}
	}
	if err := r.cfg.Market.DeleteListing(t.Context(), coop.Member(r.ada.ID, coop.RoleMember), now.ID); err != nil {
		t.Fatal(err)
	}
	r.browser().get(path(now)).want(http.StatusGone)
	r.browser().get("/l/" + market.ShortOf(now.ID)).want(http.StatusGone)
}

func TestMatchesSayWhy(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Want, "Flour from the mill", func(l *market.Listing) { l.Category = "AM60" }))
	r.postAs(r.sten.ID, an(market.Offer, "Sacks to give", func(l *market.Listing) { l.Category = "AM60" }))
	r.browser().get(path(l)).says("It fits with these").says("Sacks to give").says("Because: the same category, Food")
}

func TestNeighbourThatFellSilentIsSaid(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	cycles(r)
	l := r.receive(an(market.Offer, "Cargo bike", func(l *market.Listing) {
		l.Seen, l.Until, l.URL = r.clock.Now(), r.clock.Now().AddDate(0, 0, 60), "https://cycles.example/listings/7"
	}))
	r.browser().get(path(l)).want(http.StatusOK).saysNot("We last heard of this").says("https://cycles.example/listings/7")
	r.clock.Add(8 * 24 * time.Hour)
	r.browser().get(path(l) + "?later").want(http.StatusOK).says("We last heard of this from Cycle Works on")
}

// A reader's own server is asked for by name, and only a name leads there.
func TestSharingOnOnesOwnServer(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf & crumb"))
	for _, typed := range []string{"social.example", " https://Social.example/ ", "@me@social.example", "me@social.example"} {
		a := r.browser().post(path(l)+"/share", url.Values{"server": {typed}}).want(http.StatusOK)
		to, err := url.Parse(a.link("Go to social.example"))
		if err != nil || to.Scheme != "https" || to.Host != "social.example" || to.Path != "/share" || to.Query().Get("text") != "Offer: Loaf & crumb\n"+string(l.IRI) {
			t.Errorf("%q leads to %v, %v", typed, to, err)
		}
	}
	for _, typed := range []string{"", "social", "javascript:alert(1)", "social.example/evil", "social.example?x", "a b.example", "social.example:99999", "[::1]", "social.example#x", `so"cial.example`, strings.Repeat("a.", 200) + "example"} {
		a := r.browser().post(path(l)+"/share", url.Values{"server": {typed}}).want(http.StatusUnprocessableEntity).says("not the name of a server")
		if got, _ := a.value("server"); got != typed {
			t.Errorf("%q is lost: %q", typed, got)
		}
	}
	cross := r.browser().do(http.MethodPost, path(l)+"/share", strings.NewReader("server=social.example"), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}})
	cross.want(http.StatusForbidden)
	// Nothing on the page is asked of another server by itself, and what leads away tells nobody where from.
	a := r.browser().get(path(l))
	for _, n := range a.find(func(n *html.Node) bool {
		return n.Data == "img" || n.Data == "script" || n.Data == "iframe" || n.Data == "form"
	}) {
		if at := attr(n, "src") + attr(n, "action"); strings.Contains(at, "//") {
			t.Errorf("%s of %s", n.Data, at)
		}
	}
	links := 0
	for _, n := range a.find(func(n *html.Node) bool {
		return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "https://") && !strings.HasPrefix(attr(n, "href"), bakery)
	}) {
		links++
		if !strings.Contains(attr(n, "rel"), "noreferrer") {
			t.Errorf("%s tells where it was pressed", attr(n, "href"))
		}
	}
	if links != 2 {
		t.Errorf("%d links to messengers", links)
	}
	text := url.Values{}
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "https://wa.me/") }) {
		u, _ := url.Parse(attr(n, "href"))
		text = u.Query()
	}
	if got := text.Get("text"); got != "Offer: Loaf & crumb\n"+string(l.IRI) {
		t.Errorf("%q", got)
	}
}
