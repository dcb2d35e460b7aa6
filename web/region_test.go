package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
)

// papers signs for a node with a string that only it makes.
type papers struct{ base coop.IRI }

func (p papers) Account(slug string) coop.IRI { return p.base + "/regions/" + coop.IRI(slug) }
func (p papers) Key(_ context.Context, account coop.IRI) (string, error) {
	return "key of " + string(account), nil
}
func (p papers) Check(string, []byte) error { return nil }
func (p papers) name(what any) (region.ID, []byte) {
	words := fmt.Sprintf("%s says %+v", p.base, what)
	return region.ID(coop.Hash([]byte(words))), []byte(words)
}
func (p papers) Charter(c region.Charter) (region.Charter, error) {
	c.ID, c.Bytes = p.name(c)
	return c, nil
}
func (p papers) Area(a region.Area) (region.Area, error) {
	a.ID, a.Bytes = p.name(a)
	return a, nil
}
func (p papers) Mark(_ context.Context, id region.ID) (region.Mark, error) {
	_, signed := p.name(id)
	return region.Mark{Charter: id, Coop: p.base + "/actors/coop", Bytes: signed}, nil
}
func (p papers) Entry(_ context.Context, e region.Entry) (region.Entry, error) {
	e.ID, e.Bytes = p.name(e)
	return e, nil
}
func (p papers) Admission(_ context.Context, a region.Admission, _ coop.IRI) (region.Admission, error) {
	a.ID, a.Bytes = p.name(a)
	return a, nil
}
func (p papers) Vote(_ context.Context, v region.Vote) (region.Vote, error) {
	_, v.Bytes = p.name(v)
	return v, nil
}

var sue = coop.Member("01890000-0000-7000-8000-00000000005e", coop.RoleSteward)

func founding(slug string) region.Founding {
	return region.Founding{Name: coop.Text{"en": "The <valley>", "es": "El valle"}, Story: coop.Text{"en": "Along the river."}, Slug: slug, Languages: []string{"en", "es"}, Joining: region.BySteward,
		Absence: 14, Terms: region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers}}}
}

// valley begins a region that the rig's node hosts.
func (r *rig) valley() region.Region {
	r.t.Helper()
	x, err := r.cfg.Region.Found(r.t.Context(), sue, founding("valley"))
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

// elsewhere makes a region known that another co-op founded and hosts.
func (r *rig) elsewhere(slug string, change func(*region.Founding)) region.Region {
	r.t.Helper()
	ctx, base := r.t.Context(), coop.IRI("https://"+slug+".example")
	p := papers{base}
	f := founding(slug)
	if change != nil {
		change(&f)
	}
	ours, _ := p.Key(ctx, base+"/actors/coop")
	c, err := p.Charter(region.Charter{Version: 1, Attempt: 1, Need: 1, Absence: f.Absence, Slug: f.Slug, Name: f.Name, Story: f.Story, Languages: f.Languages, Joining: f.Joining, Expects: f.Expects,
		Host: p.Account(slug), HostKey: "key of " + string(p.Account(slug)), Council: []region.Seat{{Coop: base + "/actors/coop", Key: ours}}})
	if err != nil {
		r.t.Fatal(err)
	}
	m, err := p.Mark(ctx, c.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	x, err := r.cfg.Region.HearCharters(ctx, c.ID, []region.Charter{c}, []region.Mark{m})
	if err != nil {
		r.t.Fatal(err)
	}
	r.asks(x, slug, true, true)
	return x
}

// asks lets another co-op ask to take part, and where in is set says as its host that it does.
func (r *rig) asks(x region.Region, name string, in, confirmed bool) coop.IRI {
	r.t.Helper()
	ctx, base := r.t.Context(), coop.IRI("https://"+name+".example")
	who, p := base+"/actors/coop", papers{base}
	e, err := p.Entry(ctx, region.Entry{Region: x.ID, Charter: x.Charter.ID, Coop: who, Serial: 1, Key: "key of " + string(who), Name: "The " + name,
		Ties:   []region.Tie{{Relation: region.Ally}, {Relation: region.Provider, Category: "AM60"}},
		Shares: []region.Share{region.ShareOffers, region.ShareWants}})
	if err != nil {
		r.t.Fatal(err)
	}
	if x.Hosted {
		keep, err := r.cfg.Region.ReceiveAsk(ctx, x.Charter.Host, e)
		if err != nil {
			r.t.Fatal(err)
		}
		r.region(func(tx region.Tx) error { return keep(tx, base+"/joins/1") })
		if in {
			if err := r.cfg.Region.Admit(ctx, sue, x.Slug, who); err != nil {
				r.t.Fatal(err)
			}
		}
	} else {
		a, err := p.Admission(ctx, region.Admission{Region: x.ID, Charter: x.Charter.ID, Coop: who, Serial: 1, Nth: 1, In: true}, x.Charter.Host)
		if err != nil {
			r.t.Fatal(err)
		}
		r.region(func(tx region.Tx) error {
			if _, err := r.cfg.Region.ReceiveEntry(tx, e); err != nil {
				return err
			}
			_, err := r.cfg.Region.ReceiveAdmission(tx, a)
			return err
		})
	}
	if confirmed {
		r.region(func(tx region.Tx) error {
			_, err := r.cfg.Region.Confirm(tx, x.ID, who, true)
			return err
		})
	}
	r.clock.Add(time.Second)
	return who
}

func (r *rig) region(do func(region.Tx) error) {
	r.t.Helper()
	if err := r.cfg.Region.Store.Write(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

// answered is what the host of a region elsewhere says to us.
func (r *rig) answered(x region.Region, in bool, why string) {
	r.t.Helper()
	r.region(func(tx region.Tx) error {
		p, err := tx.Part(x.ID, r.cfg.ActorIRI)
		if err != nil {
			return err
		}
		a, err := papers{x.Charter.Host}.Admission(r.t.Context(), region.Admission{Region: x.ID, Charter: x.Charter.ID, Coop: p.Coop, Serial: p.Entry.Serial, Nth: uint64(len(p.Admissions) + 1), In: in}, x.Charter.Host)
		if err != nil {
			return err
		}
		if _, err := r.cfg.Region.ReceiveAdmission(tx, a); err != nil || why == "" {
			return err
		}
		return r.cfg.Region.ReceiveWhy(tx, x.Charter.Host, why)
	})
}

// newRegion is the form that begins a region, filled in.
func newRegion(more ...string) url.Values {
	f := url.Values{"name_en": {"Río valley"}, "name_es": {"El valle"}, "story_en": {"Along the river.\r\nSince 1844."}, "languages": {"en, es"}, "joining": {"open"}, "absence": {"21"},
		"ties": {"member"}, "category_1": {"AM60"}, "category_2": {"AM60"}, "shares": {"offers", "protocols"}}
	for i := 0; i < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestRegionIsBegun(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.written("Pay", payText, true, nil)
	b := r.signedIn("sten")
	r.browser().get("/regions").want(http.StatusOK).says("We take part in no region yet").saysNot("/regions/new")
	r.browser().get("/").want(http.StatusOK).saysNot("/regions")
	r.signedIn("ada").get("/regions/new").want(http.StatusForbidden)
	r.signedIn("ada").post("/regions/new", newRegion()).want(http.StatusForbidden)
	b.get("/regions").want(http.StatusOK).says("Look one up that you know of").says("Begin a region")
	a := b.get("/regions/new").want(http.StatusOK).says("Pay").says("Español").says("once enough co-ops of the council say yes")
	if days, _ := a.value("absence"); days != "14" {
		t.Errorf("%s days", days)
	}

	pay := string(r.cfg.Base) + "/h/pay"
	for _, wrong := range []struct{ field, value, says string }{
		{"name_en", strings.Repeat("a", 101), "at most 100 characters"}, {"absence", "soon", "2 to 365 days"}, {"absence", "1", "2 to 365 days"}, {"joining", "boss", "one of the answers"},
		{"slug", "Not so", "can’t be used as a short name"}, {"slug", "new", "“new” can’t be had here"}, {"slug", "look", "“look” can’t be had here"}, {"slug", "bakery", "“bakery” can’t be had here"}, {"slug", "ada", "“ada” can’t be had here"}, {"ties", "boss", "one of the answers"},
		{"category_3", "AM999", "one of the answers"}, {"shares", "secrets", "one of the answers"}, {"languages", "en, klingonish", "is not a language tag"}, {"expects", "javascript:x", "one of the answers"},
	} {
		a := b.post("/regions/new", newRegion(wrong.field, wrong.value)).want(http.StatusUnprocessableEntity).says(wrong.says)
		for _, name := range []string{"name_es", "story_en", "languages", "category_1"} {
			if got, _ := a.value(name); wrong.field != name && strings.ReplaceAll(got, "\n", "\r\n") != newRegion().Get(name) {
				t.Errorf("%s is wrong and %s became %q", wrong.field, name, got)
			}
		}
		checkPolicy(t, "/regions/new", a.body)
	}
	b.post("/regions/new", newRegion("name_en", "", "name_es", "")).want(http.StatusUnprocessableEntity).says("Please fill this in")
	b.post("/regions/new", newRegion("ties", "provider", "category_1", "", "category_2", "")).want(http.StatusUnprocessableEntity).says("Choose for what")

	to := b.post("/regions/new", newRegion("expects", pay)).want(http.StatusSeeOther).header.Get("Location")
	if !strings.HasPrefix(to, "/regions/rio-valley?") {
		t.Fatal(to)
	}
	x, err := r.cfg.Region.Region(t.Context(), coop.Anonymous(), "rio-valley")
	if err != nil {
		t.Fatal(err)
	}
	c := x.Charter
	if c.Name["es"] != "El valle" || c.Story["en"] != "Along the river.\nSince 1844." || c.Joining != region.OpenToAll || c.Absence != 21 || len(c.Expects) != 1 || string(c.Expects[0]) != pay {
		t.Errorf("%+v", c)
	}
	view, err := r.cfg.Region.View(t.Context(), sue, "rio-valley", 5, "")
	if err != nil || len(view.Own.Entry.Ties) != 2 || view.Own.Entry.Ties[1].Category != "AM60" || len(view.Own.Entry.Shares) != 2 {
		t.Errorf("%v %+v", err, view.Own.Entry)
	}
	b.get(to).want(http.StatusOK).says("The region has begun").says("One co-op so far").says("https://bakery.example/regions/rio-valley").says("One co-op can still change every rule").says("Preferred for: Food").says("Pay")
	b.post("/regions/new", newRegion("slug", "rio-valley")).want(http.StatusUnprocessableEntity).says("“rio-valley” can’t be had here")
	r.browser().get("/").want(http.StatusOK).says("Regions we take part in").says("Río valley")
	r.browser().get("/regions").want(http.StatusOK).says("Río valley").says("One co-op")
}

// What everyone sees of a region, what members see beside it, and what only stewards do.
func TestRegionIsShown(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	valley := r.valley()
	r.asks(valley, "care", true, true)
	r.asks(valley, "doubt", true, false)
	mill := r.asks(valley, "mill", false, false)
	nobody, ada, sten := r.browser(), r.signedIn("ada"), r.signedIn("sten")

	a := nobody.get("/regions/valley").want(http.StatusOK).says("The <valley>").says("Along the river").says("@valley@bakery.example").says("The care").says("2 co-ops").
		says("Ally").says("Preferred for: Food").saysNot("The doubt").saysNot("The mill").saysNot("/regions/valley/expel").saysNot("/regions/valley/leave").saysNot("still change every rule").saysNot("<valley>")
	checkPolicy(t, "/regions/valley", a.body)
	ada.get("/regions/valley").want(http.StatusOK).says("The doubt").says("not confirmed yet").saysNot("The mill").saysNot("/regions/valley/expel").saysNot("/regions/valley/invite")
	a = sten.get("/regions/valley").want(http.StatusOK).says("The mill").says("Waiting for your answer").says("Shows offers and wants").says("Let it in").says("Invite a co-op").says("One co-op can still change every rule")
	checkPolicy(t, "/regions/valley as sten", a.body)
	nobody.get("/regions/nowhere").want(http.StatusNotFound)
	if a := nobody.do(http.MethodGet, "/regions/valley", nil, http.Header{"Accept": {"application/activity+json"}}); a.header.Get("Content-Type") != "application/activity+json" {
		t.Errorf("to a server: %v", a.header)
	}
	sten.get("/admin").want(http.StatusOK).says("One co-op asks to take part in our region")
	sten.get("/news").want(http.StatusOK).says("One co-op asks to take part in our region").says("News 1")
	ada.get("/news").want(http.StatusOK).saysNot("asks to take part")

	for _, path := range []string{"admit", "refuse", "expel", "invite", "forget", "leave", "part", "ask"} {
		ada.post("/regions/valley/"+path, url.Values{"coop": {string(mill)}}).want(http.StatusForbidden)
		nobody.post("/regions/valley/"+path, url.Values{"coop": {string(mill)}}).want(http.StatusUnauthorized)
	}
	state := func(who coop.IRI) region.PartState {
		p, err := r.cfg.Region.Store.At(t.Context()).Part(valley.ID, who)
		if err != nil {
			t.Fatal(err)
		}
		return p.State
	}
	if state(mill) != region.Asking {
		t.Fatal(state(mill))
	}
	sten.post("/regions/valley/admit", url.Values{"coop": {"mill"}}).want(http.StatusBadRequest)
	sten.post("/regions/valley/admit", url.Values{"coop": {"https://nobody.example/actor"}}).want(http.StatusNotFound)
	sten.post("/regions/valley/admit", url.Values{"coop": {string(mill)}}).want(http.StatusSeeOther)
	sten.post("/regions/valley/admit", url.Values{"coop": {string(mill)}}).want(http.StatusConflict).says("answered already")
	if state(mill) != region.In {
		t.Error(state(mill))
	}

	why := url.Values{"coop": {string(mill)}, "why": {"No flour " + strings.Repeat("at all ", 100)}}
	sten.get("/regions/valley/expel?coop=" + url.QueryEscape(string(mill))).want(http.StatusOK).says("End the part of The mill").says("Within a minute")
	if kept, _ := sten.post("/regions/valley/expel", why).want(http.StatusUnprocessableEntity).says("at most 500 characters").value("why"); kept != why.Get("why") {
		t.Errorf("kept %q", kept)
	}
	why.Set("why", "No flour")
	sten.post("/regions/valley/expel", why).want(http.StatusSeeOther)
	if state(mill) != region.Out {
		t.Error(state(mill))
	}
	sten.post("/regions/valley/expel", url.Values{"coop": {string(r.cfg.ActorIRI)}}).want(http.StatusUnprocessableEntity).says("We host that region")

	shop := r.asks(valley, "shop", false, false)
	sten.get("/regions/valley/refuse?coop=" + url.QueryEscape(string(shop))).want(http.StatusOK).says("Say no to The shop").saysNot("Within a minute")
	sten.post("/regions/valley/refuse", url.Values{"coop": {string(shop)}, "why": {"Too far"}}).want(http.StatusSeeOther)
	if state(shop) != region.Out {
		t.Error(state(shop))
	}

	sten.get("/regions/valley/leave").want(http.StatusOK).says("We host this region").saysNot("<button class=\"danger\"")
	sten.post("/regions/valley/leave", nil).want(http.StatusUnprocessableEntity).says("We host that region")

	a = sten.post("/regions/valley/invite", url.Values{"address": {""}}).want(http.StatusUnprocessableEntity).says("Please fill this in")
	sten.post("/regions/valley/invite", url.Values{"address": {"@a@b.example"}}).want(http.StatusSeeOther)
	r.fed.mu.Lock()
	r.fed.fail = coop.Errorf(coop.NotFound, "peer.not_found", "x")
	r.fed.mu.Unlock()
	a = sten.post("/regions/valley/invite", url.Values{"address": {"@a@b.example"}}).want(http.StatusUnprocessableEntity).says("Nobody was found")
	if typed, _ := a.value("address"); typed != "@a@b.example" {
		t.Errorf("typed %q", typed)
	}
	if did := strings.Join(r.fed.Did(), "; "); !strings.Contains(did, "invite @a@b.example into valley") {
		t.Error(did)
	}
	a = nobody.post("/regions/valley/follow", url.Values{"server": {"@me@elsewhere.example"}}).want(http.StatusOK).says("other.test")
	if !strings.Contains(a.body, url.QueryEscape(string(valley.Charter.Host))) {
		t.Error("led elsewhere than to the region")
	}
	nobody.post("/regions/valley/follow", url.Values{"server": {"nowhere.example"}}).want(http.StatusUnprocessableEntity).says("Follow the region")
}

// From a look to the leaving, and what strangers see on the way.
func TestTakingPartInARegion(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	nobody, ada, sten := r.browser(), r.signedIn("ada"), r.signedIn("sten")
	coast := r.elsewhere("coast", func(f *region.Founding) { f.Expects = []coop.IRI{"https://coast.example/h/pay"} })
	r.fed.regions = map[string]region.Region{"@coast@coast.example": coast}

	a := sten.post("/regions/look", url.Values{"address": {"@nowhere@x.example"}}).want(http.StatusUnprocessableEntity).says("not a region")
	if typed, _ := a.value("address"); typed != "@nowhere@x.example" {
		t.Errorf("typed %q", typed)
	}
	if to := sten.post("/regions/look", url.Values{"address": {" @coast@coast.example "}}).want(http.StatusSeeOther).header.Get("Location"); to != "/regions/coast" {
		t.Error(to)
	}
	for _, path := range []string{"/regions/coast", "/regions/coast/market", "/regions/coast/market.atom"} {
		nobody.get(path).want(http.StatusNotFound)
		ada.get(path).want(http.StatusNotFound)
	}
	nobody.get("/regions").saysNot("coast")
	sten.get("/regions").says("Looked at").says("hosted at coast.example")
	sten.get("/regions/coast").want(http.StatusOK).says("We have no part in it").says("The coast").says("Ask to take part").says("https://coast.example/h/pay")
	a = sten.get("/regions/coast/ask").want(http.StatusOK).says("What you say yes to").says("we do not say that we go by it")
	if !strings.Contains(a.body, `value="offers" checked`) || !strings.Contains(a.body, `value="wants" checked`) || strings.Contains(a.body, `value="members" checked`) {
		t.Error("what is ticked at first")
	}
	checkPolicy(t, "/regions/coast/ask", a.body)
	a = sten.post("/regions/coast/ask", url.Values{"ties": {"provider"}, "shares": {"wants"}}).want(http.StatusUnprocessableEntity).says("Choose for what")
	if tie, _ := a.value("ties"); tie != "provider" || !strings.Contains(a.body, `value="wants" checked`) || strings.Contains(a.body, `value="offers" checked`) {
		t.Error("what was chosen is gone")
	}
	sten.post("/regions/coast/ask", url.Values{"ties": {"ally"}, "category_2": {"AM60"}, "shares": {"wants"}}).want(http.StatusSeeOther)
	own := func() region.Entry {
		p, err := r.cfg.Region.Store.At(t.Context()).Part(coast.ID, r.cfg.ActorIRI)
		if err != nil {
			t.Fatal(err)
		}
		return p.Entry
	}
	if e := own(); len(e.Ties) != 2 || e.Ties[0].Relation != region.Ally || e.Ties[1].Category != "AM60" || len(e.Shares) != 1 || e.Shares[0] != region.ShareWants {
		t.Errorf("%+v", e)
	}
	sten.post("/regions/coast/ask", url.Values{"ties": {"ally"}}).want(http.StatusUnprocessableEntity).says("asked already")
	sten.get("/regions").says("We asked, and wait")
	sten.get("/regions/coast").says("has not answered yet").says("Take the question back")
	sten.get("/regions/coast/ask").want(http.StatusSeeOther)
	nobody.get("/regions/coast").want(http.StatusNotFound)

	r.answered(coast, true, "")
	nobody.get("/regions/coast").want(http.StatusOK).says("The <valley>").saysNot("/part")
	nobody.get("/regions").says("The <valley>")
	a = sten.get("/regions/coast/part").want(http.StatusOK).says("holds at once")
	if tie, _ := a.value("ties"); tie != "ally" {
		t.Error(tie)
	}
	sten.post("/regions/coast/part", url.Values{"ties": {"member"}, "shares": {"offers"}}).want(http.StatusSeeOther)
	if e := own(); len(e.Ties) != 1 || e.Ties[0].Relation != region.Member || e.Shares[0] != region.ShareOffers || e.Serial != 2 {
		t.Errorf("%+v", e)
	}
	sten.post("/regions/coast/admit", url.Values{"coop": {"https://coast.example/actors/coop"}}).want(http.StatusNotFound)
	sten.get("/regions/coast/expel?coop=https://coast.example/actors/coop").want(http.StatusNotFound)
	sten.post("/regions/coast/forget", nil).want(http.StatusConflict)

	sten.get("/regions/coast/leave").want(http.StatusOK).says("Within a minute")
	sten.post("/regions/coast/leave", nil).want(http.StatusSeeOther)
	nobody.get("/regions/coast").want(http.StatusNotFound)
	sten.get("/regions").says("We left it")

	sten.post("/regions/coast/ask", url.Values{"ties": {"member"}}).want(http.StatusSeeOther)
	r.answered(coast, false, "Too <far>")
	sten.get("/regions").says("Its host said no. It says: Too <far>").saysNot("Too <far>")
	sten.get("/regions/coast").says("Its host said no")

	hills := r.elsewhere("hills", func(f *region.Founding) { f.Joining = region.Invitation })
	sten.get("/regions/hills/ask").want(http.StatusOK).says("Only who was invited").saysNot(`action="/regions/hills/ask"`)
	r.region(func(tx region.Tx) error { return r.cfg.Region.ReceiveInvitation(tx, hills.ID) })
	sten.get("/admin").says("One region invites us")
	sten.get("/news").says("One region invites us")
	sten.get("/regions").says("We are invited")
	sten.get("/regions/hills/ask").says("We are invited")
	sten.post("/regions/hills/forget", nil).want(http.StatusSeeOther)
	sten.get("/regions/hills").want(http.StatusNotFound)
}

// The market of a region is the market, narrowed: its links stay in it, and it shows what everyone may see.
func TestMarketOfARegion(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	valley := r.valley()
	care := r.asks(valley, "care", true, true)
	r.post(an(market.Offer, "Rye loaf", in("AM60")))
	r.post(an(market.Want, "A van", in("AM160")))
	r.post(an(market.Offer, "Secret loaf", in("AM60"), func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	err := store.Queue{Store: r.store}.Write(t.Context(), func(tx queue.Tx) error {
		now := r.clock.Now()
		if err := tx.PutActor(queue.Actor{IRI: care, Type: "Organization", Name: "Care", Inbox: "https://care.example/i", Raw: []byte("{}"), Fetched: now}); err != nil {
			return err
		}
		return tx.PutPeer(queue.Peer{Actor: care, Follow: "https://bakery.example/f/1", State: queue.Accepted, Created: now, LastSeen: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	r.gen.Add(1)
	for who, b := range map[string]*browser{"nobody": r.browser(), "sten": r.signedIn("sten")} {
		a := b.get("/regions/valley/market").want(http.StatusOK).says("Market of The <valley>").says("Rye loaf").saysNot("A van").saysNot("Secret loaf").saysNot("/saved/new")
		checkPolicy(t, who, a.body)
		if got := a.link("List"); got != "/regions/valley/market?view=list" {
			t.Errorf("%s: the list is at %q", who, got)
		}
		if got := a.link("Offers"); got != "/regions/valley/market?purpose=offer" {
			t.Errorf("%s: offers are at %q", who, got)
		}
		if strings.Contains(a.body, `action="/market"`) || strings.Contains(a.body, `href="/market?`) {
			t.Errorf("%s: a link leads out of the region", who)
		}
		b.get("/regions/valley/market?q=loaf&cat=AM60&view=list").says("Rye loaf").saysNot(`href="/market?`)
		b.get("/regions/valley/market?view=print").says("Rye loaf").saysNot("Secret loaf")
		b.get("/regions/valley/market?view=map").says("Rye loaf").saysNot(`href="/market?`)
		b.get("/regions/valley/market?purpose=want").says("Wants in The <valley>").saysNot("A van")
		b.get("/regions/valley/market?cat=nothing").want(http.StatusBadRequest)
		b.get("/regions/valley").says("Rye loaf").saysNot("Secret loaf").says("On the market")
	}
	r.signedIn("ada").get("/market").says("A van").says("Secret loaf").says("Save and tell me")
	for _, ext := range []string{"rss", "atom", "json", "geojson"} {
		a := r.browser().get("/regions/valley/market." + ext).want(http.StatusOK)
		if strings.Contains(a.body, "A van") || strings.Contains(a.body, "Secret") || ext != "geojson" && (!strings.Contains(a.body, "Rye loaf") || !strings.Contains(a.body, "https://bakery.example/regions/valley/market")) {
			t.Errorf("%s: %s", ext, a.body)
		}
	}
}

// Pages of regions with their styles and scripts weigh less than 100 kB, before they are squeezed, with as many co-ops as stand on one.
func TestRegionPagesAreLight(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	valley := r.valley()
	for i := range int64(50) {
		r.asks(valley, "member-"+itoa(i), true, true)
		r.asks(valley, "asks-"+itoa(i), false, false)
	}
	b := r.signedIn("sten")
	a := b.get("/regions/valley").says("26 more are not shown")
	if next := a.link("More"); !strings.HasPrefix(next, "/regions/valley?cursor=") {
		t.Errorf("more are at %q", next)
	} else {
		next, _, _ = strings.Cut(next, "#")
		b.get(next).want(http.StatusOK).says("Back to the start").says("that is us")
	}
	for _, path := range []string{"/regions", "/regions/new", "/regions/valley", "/regions/valley/part", "/regions/valley/leave", "/regions/valley/market"} {
		a := b.get(path).want(http.StatusOK)
		n := len(a.body)
		for _, m := range partOfPage.FindAllStringSubmatch(a.body, -1) {
			n += len(b.get(m[1]).want(http.StatusOK).body)
		}
		if n > 100_000 {
			t.Errorf("%s weighs %d bytes", path, n)
		}
	}
}
