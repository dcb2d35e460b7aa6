package web_test

import (
	"image"
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/web"
)

// at tells which step a form shows.
func (a answer) at(step string) answer {
	a.t.Helper()
	if got, _ := a.value("step"); got != step {
		a.t.Errorf("shows step %s, want %s: %.300s", got, step, a.text())
	}
	return a
}

// goes gives where an answer leads.
func (a answer) goes() string {
	a.t.Helper()
	a.want(http.StatusSeeOther)
	return a.header.Get("Location")
}

func TestEachStepKeepsADraft(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	ada, bea := r.signedIn("ada"), r.signedIn("bea")
	form := formValues(ada.get("/new/offer").want(http.StatusOK).at("1"))
	// What is missing in the step that is left is said there; what belongs to later steps is not asked for yet.
	form.Set("do", "step-2")
	a := ada.upload("/new/offer", form, nil).want(http.StatusUnprocessableEntity).at("1").says("Please fill this in.")
	if n := len(a.find(func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#f-") })); n != 1 {
		t.Errorf("%d things are wrong, want the title alone", n)
	}
	form["title"], form["kind"], form["purpose"] = []string{"Apples"}, []string{"food"}, []string{"want"}
	to := ada.upload("/new/offer", form, nil).goes()
	path, query, _ := strings.Cut(to, "?")
	if !strings.HasSuffix(path, string(form.Get("id"))+"/edit") || query != "step=2" {
		t.Fatalf("leads to %s", to)
	}
	l, err := r.cfg.Market.Store.Listing(t.Context(), coop.ID(form.Get("id")))
	if err != nil || l.State != market.Draft || l.Purpose != market.Want || l.Title["en"] != "Apples" || !l.Until.IsZero() {
		t.Fatalf("%+v, %v", l, err)
	}
	ada.get("/mine").want(http.StatusOK).says("Apples").says("Go on writing")
	for _, hidden := range []string{path, strings.TrimSuffix(path, "/edit")} {
		bea.get(hidden).want(http.StatusNotFound)
		r.browser().get(strings.TrimSuffix(path, "/edit")).want(http.StatusNotFound)
	}
	// The page of the first step is still in the browser's history: sent again it writes the same draft.
	form["title"] = []string{"Apples for pressing"}
	if again := ada.upload("/new/offer", form, nil).goes(); again != to {
		t.Errorf("the first step again leads to %s", again)
	}
	form = formValues(ada.get(to).at("2"))
	if form.Get("title") != "Apples for pressing" {
		t.Errorf("the title is %q", form.Get("title"))
	}
	form.Set("do", "step-3")
	form = formValues(ada.get(ada.upload(path, form, nil).goes()).at("3"))
	// Going on with nonsense stays; going back with it loses nothing.
	form["modes"], form["amount"], form["do"] = []string{"money"}, []string{"many"}, []string{"step-4"}
	ada.upload(path, form, nil).want(http.StatusUnprocessableEntity).at("3").says("plain number")
	form.Set("do", "step-1")
	back := ada.upload(path, form, nil).want(http.StatusOK).at("1")
	if got, _ := back.value("amount"); got != "many" {
		t.Errorf("the amount is %q after going back", got)
	}
	// Posting from the last step jumps to where something is wrong.
	form["amount"], form["modes"], form["step"], form["do"] = []string{""}, nil, []string{"5"}, []string{"post"}
	ada.upload(path, form, nil).want(http.StatusUnprocessableEntity).at("3")
	form["modes"] = []string{"gift"}
	l = r.posted(ada.upload(path, form, nil))
	if want := market.DefaultUntil(market.Want, market.Food, r.clock.Now(), madrid()); l.State != market.Open || !l.Until.Equal(want) {
		t.Errorf("%s until %s, want %s", l.State, l.Until, want)
	}
	// The same button a second time changes nothing.
	again := r.posted(ada.upload(path, form, nil))
	if again.Version != l.Version || again.ID != l.ID {
		t.Errorf("version %d after %d", again.Version, l.Version)
	}
	// What is posted is not changed by a step, only by saving it.
	form = formValues(ada.get(path))
	form["title"], form["do"] = []string{"Pears"}, []string{"step-2"}
	if got, _ := ada.upload(path, form, nil).want(http.StatusOK).at("2").value("title"); got != "Pears" {
		t.Errorf("the title is %q", got)
	}
	if now, _ := r.cfg.Market.Store.Listing(t.Context(), l.ID); now.Title["en"] != "Apples for pressing" {
		t.Errorf("a step changed what is posted: %+v", now.Title)
	}
}

func TestBehalf(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	for choice, want := range map[string]string{"me": "", "coop": "Tin & Thyme <Bakery>", "other": "Old Tom"} {
		l := r.posted(ada.upload("/new/offer", filled(url.Values{"behalf": {choice}}), nil))
		if l.OnBehalf != want {
			t.Errorf("%s: %q", choice, l.OnBehalf)
		}
		if got := formValues(ada.get(path(l) + "/edit")).Get("behalf"); got != choice {
			t.Errorf("%s is shown as %s", choice, got)
		}
	}
	ada.upload("/new/offer", filled(url.Values{"behalf": {"other"}, "on_behalf": {""}}), nil).want(http.StatusUnprocessableEntity).at("5")
}

func TestPicturesAreCutAndMadeWholeAgain(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	ada := r.signedIn("ada")
	src := snapshot(t, color.RGBA{200, 0, 0, 255})
	exif := append([]byte{0xff, 0xe1, 0, 30}, []byte("Exif\x00\x00MM\x00*CANARY-GPS-39.4872")...)
	src = append(append(append([]byte{}, src[:2]...), exif[:32]...), src[2:]...)
	form := formValues(ada.upload("/new/offer", filled(url.Values{"do": {"photos"}, "visibility": {"everyone"}}), map[string][]byte{"photo_0": src}).want(http.StatusOK).at("2"))
	first := form.Get("photo_id")
	form["photo_alt"] = []string{"Red"}
	press := func(change url.Values) string {
		t.Helper()
		for k, v := range change {
			form[k] = v
		}
		form.Set("do", "photos")
		form = formValues(ada.upload("/new/offer", form, nil).want(http.StatusOK))
		return form.Get("photo_id")
	}
	if same := press(url.Values{"photo_at-" + first: {"00"}}); same != first || form.Get("photo_at-"+first) != "00" {
		t.Errorf("another focus made another picture")
	}
	square := press(url.Values{"photo_shape-" + first: {"square"}})
	if square == first || form.Get("photo_shape-"+square) != "square" || form.Get("photo_alt") != "Red" {
		t.Fatalf("%v", form)
	}
	if same := press(nil); same != square {
		t.Error("sending it again cut it again")
	}
	drawn := press(url.Values{"photo_shape-" + square: {"own"}, "photo_box-" + square: {"2500,0,5000,10000"}})
	form.Set("do", "post")
	l := r.posted(ada.upload("/new/offer", form, nil))
	p := l.Photos[0]
	if string(p.ID) != drawn || p.Width != 20 || p.Height != 30 || p.Cut == nil || *p.Cut != (market.Cut{X: 2500, W: 5000, H: 10000}) || p.Focus != (market.Focus{X: -100, Y: -100}) || p.Blurhash == "" {
		t.Fatalf("%+v", p)
	}
	// The part is everybody's, the whole is ada's alone.
	at := "/photos/" + drawn
	for size, want := range map[string]int{"large": 20, "whole": 40} {
		a := ada.get(at + "/" + size).want(http.StatusOK)
		head, _, err := image.DecodeConfig(strings.NewReader(a.body))
		if err != nil || head.Width != want || head.Height != 30 || strings.Contains(a.body, "CANARY") {
			t.Errorf("%s: %+v, %v", size, head, err)
		}
	}
	for _, who := range []*browser{r.browser(), r.signedIn("bea")} {
		who.get(at + "/large").want(http.StatusOK)
		who.get(at + "/whole").want(http.StatusNotFound)
		who.get(path(l) + "/photos/0/whole").want(http.StatusNotFound)
	}
	form = formValues(ada.get(path(l) + "/edit"))
	form.Set("photo_shape-"+drawn, "whole")
	form.Set("do", "post")
	if p = r.posted(ada.upload(path(l)+"/edit", form, nil)).Photos[0]; p.Cut != nil || p.Width != 40 || p.Height != 30 || p.Alt != "Red" || string(p.ID) == drawn {
		t.Errorf("%+v", p)
	}
	ada.get("/photos/" + string(p.ID) + "/whole").want(http.StatusNotFound)
	// Nonsense is no cut.
	for _, box := range []string{"", "x", "1,2,3", "0,0,0,0", "-1,0,5,5", "0,0,20000,5", "9999,9999,2,2"} {
		form = formValues(ada.get(path(l) + "/edit"))
		form.Set("photo_shape-"+string(p.ID), "own")
		form.Set("photo_box-"+string(p.ID), box)
		form.Set("do", "post")
		if got := r.posted(ada.upload(path(l)+"/edit", form, nil)).Photos[0]; got.Cut != nil {
			t.Errorf("%q cut %+v", box, got.Cut)
		}
	}
}

func TestPicturesWithoutWordsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	red := map[string][]byte{"photo_0": snapshot(t, color.RGBA{200, 0, 0, 255})}
	a := ada.upload("/new/offer", filled(url.Values{"alts_asked": nil}), red).want(http.StatusOK).at("2").says("has no description yet").says("round loaves")
	form := formValues(a)
	form.Set("do", "anyway")
	if l := r.posted(ada.upload("/new/offer", form, nil)); len(l.Photos) != 1 {
		t.Errorf("%+v", l.Photos)
	}
	form = formValues(ada.upload("/new/offer", filled(url.Values{"alts_asked": nil, "id": {string(newID())}}), red).want(http.StatusOK))
	form["photo_alt"], form["do"] = []string{"Red"}, []string{"post"}
	if l := r.posted(ada.upload("/new/offer", form, nil)); l.Photos[0].Alt != "Red" {
		t.Errorf("%+v", l.Photos)
	}
	// Going on from the pictures comes back to those that just came, so that they can be described.
	form = filled(url.Values{"step": {"2"}, "do": {"step-3"}, "id": {string(newID())}})
	a = ada.upload("/new/offer", form, red).want(http.StatusOK).at("2").says("Say in a few words")
	if _, err := r.cfg.Market.Store.Listing(t.Context(), coop.ID(form.Get("id"))); err != nil {
		t.Errorf("no draft is kept: %v", err)
	}
	form = formValues(a)
	form.Set("do", "step-3")
	if to := ada.upload("/new/offer", form, nil).goes(); !strings.HasSuffix(to, "step=3") {
		t.Errorf("leads to %s", to)
	}
}

func TestPartsOfAPriceAddUp(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	for _, c := range []struct {
		change url.Values
		says   string
	}{
		{url.Values{}, "The parts make exactly €4.20."},
		{url.Values{"amount": {"4"}}, "which is €0.20 more than the price of €4.00"},
		{url.Values{"amount": {"5"}}, "which is €0.80 less than the price of €5.00"},
		{url.Values{"amount": {""}}, "The parts make €4.20. Say the whole price above."},
		{url.Values{"modes": {"hours"}, "amount": {"2"}, "price_amount": {"1:30", "", "0:15"}}, "less than the price of"},
	} {
		c.change.Set("do", "sum")
		a := ada.upload("/new/offer", filled(c.change), nil).want(http.StatusOK).says(c.says)
		if n := len(a.find(func(n *html.Node) bool { return n.Data == "rect" && strings.HasPrefix(attr(n, "class"), "part-") })); n != 2 {
			t.Errorf("%v: the bar has %d parts", c.change, n)
		}
	}
	ada.upload("/new/offer", filled(url.Values{"amount": {"4"}}), nil).want(http.StatusUnprocessableEntity).says("That is €0.20 off.")
}

func TestPriceGuideBesideThePrice(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	loaf := func(cents int64, change ...func(*market.Listing)) market.Listing {
		return an(market.Offer, "Loaf", append(change, func(l *market.Listing) {
			l.Kind, l.Category, l.Modes = market.Food, "AM60", []market.Mode{market.ForMoney}
			l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "piece"}
			l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: cents, Places: 2}}
		})...)
	}
	form := filled(url.Values{"do": {"preview"}})
	shown := func() string { return ada.upload("/new/offer", form, nil).want(http.StatusOK).text() }
	r.post(loaf(300))
	r.post(loaf(500))
	if strings.Contains(shown(), "Others ask") {
		t.Error("two listings make a guide")
	}
	r.post(loaf(350))
	if s := shown(); !strings.Contains(s, "Others ask €3.00 to €5.00") || !strings.Contains(s, "half of them €3.50 or less") || !strings.Contains(s, "From 3 open listings") {
		t.Errorf("%.3000s", s)
	}
	// What the co-op says in the category stands beside it; only stewards write it.
	ada.get("/admin/guide").want(http.StatusForbidden)
	r.signedIn("sten").post("/admin/guide", url.Values{"rule_AM60": {"Never under cost."}, "rule_AM70": {""}}).want(http.StatusSeeOther)
	if !strings.Contains(shown(), "Never under cost.") {
		t.Error("the co-op's own words are missing")
	}
	r.signedIn("sten").post("/admin/guide", url.Values{"rule_AM60": {strings.Repeat("x", 501)}}).want(http.StatusUnprocessableEntity).says("at most 500")
	form["category"] = []string{"AM70"}
	if s := shown(); strings.Contains(s, "Never under cost.") || strings.Contains(s, "Others ask") {
		t.Error("another category has the same guide")
	}
}

func TestPreviewAndReach(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	ada.get("/new/offer").want(http.StatusOK).says("the 2 members of this co-op").says("0 followers and 0 neighbouring co-ops").says("Give it a title")
	form := filled(url.Values{"do": {"preview"}})
	ada.upload("/new/offer", form, nil).want(http.StatusOK).says("preview of Ten loaves").says("@bakery@bakery.example").says("only followers")
	form.Set("visibility", "coop")
	a := ada.upload("/new/offer", form, nil).want(http.StatusOK).says("Nothing is sent")
	a.saysNot("preview of")
	// A preview that can't be made is no page that can't be had.
	broken := founded(t, bakery, func(c *web.Config) {
		c.Preview = previewOf("<script>alert(1)</script><p>kept <a href=\"https://x.example\">x</a></p>")
	})
	a = broken.signedIn("ada").upload("/new/offer", filled(url.Values{"do": {"preview"}}), nil).want(http.StatusOK).says("kept")
	a.saysNot("alert(1)")
}
