package web_test

import (
	"image/color"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/market"
)

// filled is a form that can be posted, with some fields changed.
func filled(change url.Values) url.Values {
	f := url.Values{"do": {"post"}, "text_lang": {"en", "es"}, "title": {"Ten loaves", "Diez hogazas"}, "body": {"Every Friday.", ""}, "kind": {"food"},
		"modes": {"swap", "money"}, "amount": {"4.20"}, "medium": {""}, "currency": {"eur"}, "quantity": {"1"}, "unit": {"piece"}, "available": {"24"},
		"minimum": {"2"}, "unit_based": {"yes"}, "price_label": {"Baking", "", "Flour"}, "price_kind": {"labour", "labour", "materials"},
		"price_amount": {"3", "", "1.20"}, "place": {"Benimaclet"}, "lat": {"39.4872"}, "lon": {"-0.3581"}, "radius": {"2"}, "scope": {"regional"},
		"starts": {""}, "until": {""}, "maker": {"Dunia"}, "on_behalf": {"Old Tom"}, "stream": {"livelihood"}, "tags": {"Bread, #Sour Dough"},
		"category": {"AM60"}, "visibility": {"peers"}, "alts_asked": {"yes"}}
	for k, v := range change {
		f[k] = v
	}
	return f
}

// posted is the listing that a form's answer leads to.
func (r *rig) posted(a answer) market.Listing {
	r.t.Helper()
	a.want(http.StatusSeeOther)
	to, _, _ := strings.Cut(a.header.Get("Location"), "?")
	id := strings.TrimSuffix(strings.TrimPrefix(to, "/listings/"), "/edit")
	l, err := r.cfg.Market.Store.Listing(r.t.Context(), coop.ID(id))
	if err != nil {
		r.t.Fatalf("%s: %v", to, err)
	}
	return l
}

func TestPostEverything(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	ada.get("/new/offer").want(http.StatusOK)
	form := formValues(ada.upload("/new/offer", filled(url.Values{"do": {"photos"}}), map[string][]byte{"photo_0": snapshot(t, color.RGBA{200, 0, 0, 255}),
		"photo_1": snapshot(t, color.RGBA{0, 0, 200, 255})}).want(http.StatusOK))
	form["photo_alt"] = []string{"A red loaf", "A blue loaf"}
	form.Set("do", "post")
	l := r.posted(ada.upload("/new/offer", form, nil))
	four := market.Amount{N: 420, Places: 2}
	quantity := func(n int64) *market.Quantity {
		return &market.Quantity{Amount: market.Amount{N: n * 1000, Places: 3}, Unit: "piece"}
	}
	want := market.Listing{ID: l.ID, IRI: coop.IRI(bakery + "/listings/" + string(l.ID)), Purpose: market.Offer, Kind: market.Food,
		Title: coop.Text{"en": "Ten loaves", "es": "Diez hogazas"}, Body: coop.Text{"en": "Every Friday."}, Modes: []market.Mode{market.Swap, market.ForMoney},
		Item: *quantity(1), Available: quantity(24), Minimum: quantity(2), UnitBased: true,
		Ask:    &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &four},
		Prices: []market.PriceLine{{Label: "Baking", Kind: "labour", Amount: market.Amount{N: 300, Places: 2}}, {Label: "Flour", Kind: "materials", Amount: market.Amount{N: 120, Places: 2}}},
		Place:  coop.Place{Name: "Benimaclet", Exact: point(t, 39.4872, -0.3581), Public: l.Place.Public, RadiusKm: 2},
		Scope:  market.ScopeRegional, Until: market.DefaultUntil(market.Offer, market.Food, r.clock.Now(), r.cfg.Market.Zone()), Maker: "Dunia", OnBehalf: "Old Tom",
		Poster: r.ada.ID, Stream: market.Livelihood, Tags: []string{"bread", "sourdough"}, Category: "AM60", Photos: l.Photos, Visibility: coop.Peers, State: market.Open,
		Version: 1, Created: l.Created, Updated: l.Updated}
	if d := cmp.Diff(want, l); d != "" {
		t.Error(d)
	}
	if len(l.Photos) != 2 || l.Photos[0].Alt != "A red loaf" || l.Photos[1].Alt != "A blue loaf" || l.Photos[0].Width != 40 || l.Photos[0].Type != "image/jpeg" {
		t.Errorf("%+v", l.Photos)
	}
	// The form of the listing says the same, so that saving it unchanged changes nothing.
	edit := ada.get(path(l) + "/edit").want(http.StatusOK)
	again := formValues(edit)
	again.Set("do", "post")
	m := r.posted(ada.upload(path(l)+"/edit", again, nil))
	m.Version, m.Updated = l.Version, l.Updated
	if d := cmp.Diff(l, m); d != "" {
		t.Error(d)
	}
}

// formValues is what the browser would send of a page's post form.
func formValues(a answer) url.Values {
	out := url.Values{}
	for _, n := range a.find(func(n *html.Node) bool {
		return attr(n, "name") != "" && attr(n, "type") != "file" && n.Data != "button" && n.Data != "meta"
	}) {
		name := attr(n, "name")
		switch n.Data {
		case "input":
			if typ := attr(n, "type"); (typ == "checkbox" || typ == "radio") && !hasAttr(n, "checked") {
				continue
			}
			out.Add(name, attr(n, "value"))
		case "textarea":
			if n.FirstChild == nil {
				out.Add(name, "")
			} else {
				out.Add(name, n.FirstChild.Data)
			}
		case "select":
			value, found := "", false
			for o := range n.Descendants() {
				if o.Data == "option" && (hasAttr(o, "selected") || !found) {
					value, found = attr(o, "value"), true
				}
			}
			out.Add(name, value)
		}
	}
	return out
}

func TestEveryFieldErrorKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	for name, c := range map[string]struct {
		change url.Values
		field  string
		says   string
	}{
		"no title":          {url.Values{"title": {"", ""}, "body": {"x", ""}}, "title", "Please fill this in."},
		"long title":        {url.Values{"title": {strings.Repeat("t", 101), ""}}, "title", "at most 100"},
		"twice a language":  {url.Values{"text_lang": {"en", "en"}}, "title", "stands here twice"},
		"long body":         {url.Values{"body": {strings.Repeat("b", 5001), ""}}, "body", "at most 5,000"},
		"no language":       {url.Values{"text_lang": {"zz-!", "es"}}, "title", "language tag"},
		"kind":              {url.Values{"kind": {"nonsense"}}, "kind", "Choose one"},
		"no mode":           {url.Values{"modes": nil, "amount": {""}, "price_label": nil, "price_amount": nil}, "modes", "Please fill this in."},
		"unknown mode":      {url.Values{"modes": {"money", "steal"}}, "modes", "Choose one"},
		"amount":            {url.Values{"amount": {"many"}}, "amount", "plain number"},
		"fine amount":       {url.Values{"amount": {"4.205"}, "price_label": nil, "price_amount": nil}, "amount", "decimals"},
		"no amount":         {url.Values{"amount": {""}, "price_label": nil, "price_amount": nil}, "amount", "Say how much"},
		"currency":          {url.Values{"currency": {"euros"}}, "medium", "three capital letters"},
		"medium without":    {url.Values{"modes": {"gift"}}, "medium", "Tick above how this is paid"},
		"lines do not sum":  {url.Values{"price_amount": {"3", "", "1.30"}}, "prices", "do not add up"},
		"line no number":    {url.Values{"price_amount": {"3", "", "x"}}, "prices", "plain number"},
		"min":               {url.Values{"modes": {"sliding"}, "min": {"x"}}, "min", "plain number"},
		"max below min":     {url.Values{"modes": {"sliding"}, "min": {"5"}, "max": {"4"}}, "max", "smaller than the smallest"},
		"suggested outside": {url.Values{"modes": {"sliding"}, "min": {"5"}, "max": {"7"}, "suggested": {"9"}}, "suggested", "outside of the scale"},
		"quantity":          {url.Values{"quantity": {"0"}}, "quantity", "more than nothing"},
		"quantity word":     {url.Values{"quantity": {"some"}}, "quantity", "plain number"},
		"unit":              {url.Values{"unit": {"furlong"}}, "unit", "Choose one"},
		"minimum":           {url.Values{"minimum": {"25"}}, "minimum", "more than there is"},
		"available":         {url.Values{"available": {"0"}, "minimum": {""}}, "available", "more than nothing"},
		"point":             {url.Values{"lat": {"91"}}, "lat", "Write both as degrees"},
		"half a point":      {url.Values{"lon": {""}}, "lat", "Write both as degrees"},
		"radius":            {url.Values{"radius": {"1001"}}, "radius", "from 1 to 1,000"},
		"radius word":       {url.Values{"radius": {"far"}}, "radius", "from 1 to 1,000"},
		"scope":             {url.Values{"scope": {"galaxy"}}, "scope", "Choose one"},
		"until past":        {url.Values{"until": {"2020-01-01"}}, "until", "That day is over"},
		"until far":         {url.Values{"until": {"2099-01-01"}}, "until", "90 days"},
		"until nonsense":    {url.Values{"until": {"soon"}}, "until", "not a day"},
		"starts after":      {url.Values{"starts": {"2099-01-01"}}, "starts", "begins after it ends"},
		"starts nonsense":   {url.Values{"starts": {"soon"}}, "starts", "not a day"},
		"maker":             {url.Values{"maker": {strings.Repeat("m", 101)}}, "maker", "at most 100"},
		"on behalf":         {url.Values{"on_behalf": {strings.Repeat("m", 101)}}, "on_behalf", "at most 100"},
		"stream":            {url.Values{"stream": {"hate"}}, "stream", "Choose one"},
		"tags":              {url.Values{"tags": {"bread, 2026"}}, "tags", "can’t be a tag"},
		"many tags":         {url.Values{"tags": {"a,b,c,d,e,f,g,h,i,j,k"}}, "tags", "at most 10"},
		"category":          {url.Values{"category": {"AM61"}}, "category", "Choose one"},
		"visibility":        {url.Values{"visibility": {"me"}}, "visibility", "Choose one"},
		"no visibility":     {url.Values{"visibility": nil}, "visibility", "Choose one"},
		"place":             {url.Values{"place": {strings.Repeat("p", 101)}}, "place", "at most 100"},
	} {
		t.Run(name, func(t *testing.T) {
			form := filled(c.change)
			a := ada.upload("/new/offer", form, nil).want(http.StatusUnprocessableEntity)
			about := a.find(func(n *html.Node) bool {
				return n.Data == "a" && attr(n, "href") == "#f-"+c.field && strings.Contains(inner(n), c.says)
			})
			if len(about) == 0 {
				t.Errorf("nothing about %s: %.700s", c.field, a.text())
			}
			if n := len(a.find(func(n *html.Node) bool { return attr(n, "id") == "f-"+c.field })); n != 1 {
				t.Errorf("the line leads to %d places", n)
			}
			got := formValues(a)
			for _, k := range []string{"title", "body", "amount", "quantity", "available", "minimum", "lat", "lon", "radius", "starts", "until", "maker",
				"on_behalf", "tags", "place", "currency", "min", "max", "suggested", "price_amount", "price_label"} {
				sent, kept := strings.TrimRight(strings.Join(form[k], "|"), "|"), strings.TrimRight(strings.Join(got[k], "|"), "|")
				if sent != kept {
					t.Errorf("%s was %.40q and is %.40q", k, sent, kept)
				}
			}
		})
	}
}

func TestRowsLanguagesAndPhotosAreAddedAndMoved(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	red, blue := snapshot(t, color.RGBA{200, 0, 0, 255}), snapshot(t, color.RGBA{0, 0, 200, 255})
	// A form with something wrong in it keeps the pictures that came with it.
	a := ada.upload("/new/offer", filled(url.Values{"amount": {"x"}}), map[string][]byte{"photo_0": red, "photo_1": blue})
	form := formValues(a.want(http.StatusUnprocessableEntity))
	ids := form["photo_id"]
	if len(ids) != 2 {
		t.Fatalf("kept %v", form["photo_id"])
	}
	form["photo_alt"] = []string{"Red", "Blue"}
	press := func(do string) url.Values {
		t.Helper()
		form.Set("do", do)
		form = formValues(ada.upload("/new/offer", form, nil).want(http.StatusOK))
		return form
	}
	if d := cmp.Diff([]string{ids[1], ids[0]}, press("photo-down-" + ids[0])["photo_id"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(ids, press("photo-up-" + ids[0])["photo_id"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(ids, press("photo-up-" + ids[0])["photo_id"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(ids[1:], press("photo-drop-" + ids[0])["photo_id"]); d != "" {
		t.Error(d)
	}
	press("photo-drop-99")
	if n := len(press("text")["text_lang"]); n != 3 {
		t.Errorf("%d languages", n)
	}
	before := len(form["price_label"])
	if n := len(press("line")["price_label"]); n != before+3 {
		t.Errorf("%d lines after %d", n, before)
	}
	form.Set("do", "post")
	form.Set("amount", "4.20")
	l := r.posted(ada.upload("/new/offer", form, nil))
	if len(l.Photos) != 1 || string(l.Photos[0].ID) != ids[1] || l.Photos[0].Alt != "Blue" || l.Photos[0].Width != 40 {
		t.Errorf("%+v", l.Photos)
	}
	many := map[string][]byte{}
	for _, n := range []string{"0", "1", "2", "3", "4", "5"} {
		many["photo_"+n] = red
	}
	full := formValues(ada.upload("/new/offer", filled(url.Values{"do": {"photos"}}), many).want(http.StatusOK))
	if len(full["photo_id"]) != market.MaxPhotos {
		t.Errorf("%d photos", len(full["photo_id"]))
	}
	full.Set("do", "photos")
	ada.upload("/new/offer", full, map[string][]byte{"photo_0": red}).want(http.StatusUnprocessableEntity).says("at most 6")
}

func TestDraftsAndSendingTwice(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	form := formValues(ada.get("/new/want"))
	form.Set("do", "draft")
	l := r.posted(ada.upload("/new/want", form, nil)) // nothing is needed for a draft
	if l.State != market.Draft || l.Purpose != market.Want {
		t.Fatalf("%+v", l)
	}
	r.browser().get(path(l)).want(http.StatusNotFound)
	ada.post(path(l)+"/publish", nil).want(http.StatusUnprocessableEntity).says("Please fill this in.")
	form = formValues(ada.get(path(l) + "/edit"))
	form.Set("do", "post")
	form.Set("title", "A van")
	form["modes"] = []string{"lend"}
	l = r.posted(ada.upload(path(l)+"/edit", form, nil))
	if l.State != market.Open || l.Title["en"] != "A van" {
		t.Errorf("%+v", l)
	}
	r.browser().get(path(l)).want(http.StatusOK).says("A van")
	// The same new form sent twice posts once.
	form = filled(url.Values{"id": {string(newID())}})
	first := r.posted(ada.upload("/new/offer", form, nil))
	second := r.posted(ada.upload("/new/offer", form, nil))
	if first.ID != second.ID || second.Version != 1 {
		t.Errorf("%s and %s", first.ID, second.ID)
	}
	// An id that is another's is not taken over, and tells nothing.
	r.person("bea", coop.RoleMember)
	r.signedIn("bea").upload("/new/offer", form, nil).want(http.StatusUnprocessableEntity)
	there, _ := r.cfg.Market.Store.Listing(t.Context(), first.ID)
	if there.Poster != r.ada.ID {
		t.Error("bea took ada's listing over")
	}
}

func TestHoursAreCountedInMinutes(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	for typed, minutes := range map[string]int64{"1.5": 90, "1:30": 90, "0.25": 15, "2": 120} {
		l := r.posted(ada.upload("/new/offer", filled(url.Values{"modes": {"hours"}, "amount": {typed}, "price_label": nil, "price_amount": nil}), nil))
		if l.Ask.Medium.Kind != market.Hours || l.Ask.Amount.N != minutes {
			t.Errorf("%s: %+v", typed, l.Ask)
		}
		if got, _ := ada.get(path(l) + "/edit").value("amount"); got != map[int64]string{90: "1:30", 15: "0:15", 120: "2"}[minutes] {
			t.Errorf("%s is shown as %s", typed, got)
		}
	}
	for _, typed := range []string{"1:60", "1:5", "0.33", "-1", "1:30:00"} {
		ada.upload("/new/offer", filled(url.Values{"modes": {"hours"}, "amount": {typed}, "price_label": nil, "price_amount": nil}), nil).want(http.StatusUnprocessableEntity)
	}
}

// TestFirstModes: the ways of exchange that a co-op's sort begins with stand first, and all others are there.
func TestFirstModes(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	c, err := r.cfg.CoopStore.Coop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.FirstModes = []string{"hours", "gift", "no such way", "hours"}
	if _, err := r.cfg.Coop.UpdateCoop(t.Context(), coop.Member(r.ada.ID, coop.RoleSteward), c); err != nil {
		t.Fatal(err)
	}
	var got []market.Mode
	for _, m := range regexp.MustCompile(`name="modes" value="([a-z_-]+)"`).FindAllStringSubmatch(r.signedIn("ada").get("/new/offer").want(http.StatusOK).body, -1) {
		got = append(got, market.Mode(m[1]))
	}
	want := []market.Mode{market.ForHours, market.Gift}
	for _, m := range market.Modes {
		if !slices.Contains(want, m) {
			want = append(want, m)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
