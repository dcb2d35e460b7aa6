package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/region"
	"toadlane/store"
	"toadlane/web"
)

// inValley is a site whose co-op takes part in a region, and one that it only knows.
func inValley(t *testing.T) *rig {
	t.Helper()
	r := founded(t, bakery, nil)
	r.cfg.Region = &region.Service{Store: store.Region{Store: r.store}, Now: r.clock.Now, NewID: newID, Actor: r.cfg.Base + "/actor"}
	for slug, state := range map[string]region.State{"valley": region.Joined, "hills": region.Known} {
		id := region.ID(coop.Hash([]byte(slug)))
		x := region.Region{ID: id, Slug: slug, State: state, Joined: r.clock.Now(), Charter: region.Charter{ID: id, Version: 1, Attempt: 1, Need: 1, Slug: slug,
			Host: coop.IRI("https://host.example/regions/" + slug), Name: coop.Text{"en": "The " + slug + " <b>"}}}
		if err := r.cfg.Region.Store.Write(t.Context(), func(tx region.Tx) error { return tx.PutRegion(x) }); err != nil {
			t.Fatal(err)
		}
	}
	r.again()
	return r
}

// again makes the site anew of its configuration.
func (r *rig) again() {
	r.t.Helper()
	site, err := web.New(r.cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	r.site = site
}

func (r *rig) unclaimed() []region.Unclaimed {
	r.t.Helper()
	_, list, _, err := r.cfg.Region.Unclaimed(r.t.Context(), coop.System("test"), "valley", region.UnclaimedListed, 100, "")
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

func TestUnclaimedPages(t *testing.T) {
	t.Parallel()
	r := inValley(t)
	const page = "/regions/valley/unclaimed"
	steward, reader := r.signedIn("sten"), r.browser()
	reader.get(page).want(http.StatusOK).says("The valley <b>").says("Nobody is listed here").saysNot("Bring co-ops in")
	reader.get("/regions/hills/unclaimed").want(http.StatusNotFound)
	reader.get("/regions/none/unclaimed").want(http.StatusNotFound)
	r.signedIn("ada").get(page + "/import").want(http.StatusForbidden)
	reader.post(page+"/import", nil).want(http.StatusUnauthorized)
	reader.post(page+"/read", nil).want(http.StatusUnauthorized)

	table := "name,url,summary,place,latitude,longitude,source,licence,language\n" +
		"Apple <i>press</i>,https://press.example/,Sidra y zumo,Old Town,43.26,-2.93,https://census.example/2026,CC0-1.0,es\n" +
		"Boat yard,,,,,,,,\n"
	steward.get(page + "/import").want(http.StatusOK).says("latitude, longitude")
	bad := steward.upload(page+"/import", url.Values{"source": {"Our walk"}}, map[string][]byte{"csv": []byte(table + "X,ftp://x,,,91,0,,,\n")}).want(http.StatusUnprocessableEntity)
	bad.says("4 things are wrong in the table").says("Line 3, licence: Please fill this in").says("Line 4, latitude:").says("Line 4, url:")
	if v, _ := bad.value("source"); v != "Our walk" {
		t.Errorf("what was typed is gone: %q", v)
	}
	if n := len(r.unclaimed()); n != 0 {
		t.Errorf("%d are half imported", n)
	}
	steward.upload(page+"/import", nil, nil).want(http.StatusUnprocessableEntity).says("Please fill this in")
	to := steward.upload(page+"/import", url.Values{"source": {"Our walk"}, "licence": {"by word of mouth"}}, map[string][]byte{"csv": []byte(table)}).want(http.StatusSeeOther).header.Get("Location")
	steward.get(to).want(http.StatusOK).says("2 co-ops were brought in").says("0 were known already")
	if reader.get(to).want(http.StatusOK); strings.Contains(reader.get(to).text(), "brought in") {
		t.Error("a reader is told what a steward did")
	}

	list := r.unclaimed()
	press, yard := list[0], list[1]
	a := reader.get(page).want(http.StatusOK).says("Apple <i>press</i>").says("Listed by the region, not a member").says("Source: census.example").says("Source: Our walk").says("This is us")
	for _, want := range []string{`href="https://press.example/" rel="nofollow noopener noreferrer"`, `href="https://census.example/2026"`, `<p lang="es" dir="auto">Sidra y zumo</p>`,
		`href="https://creativecommons.org/publicdomain/zero/1.0/"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}

	claim := page + "/" + string(press.ID) + "/claim"
	reader.get(claim).want(http.StatusOK).says("“Apple <i>press</i>” is your co-op")
	again := reader.post(claim, url.Values{"name": {""}, "email": {"eva"}, "node": {"a b"}}).want(http.StatusUnprocessableEntity).says("3 things")
	if v, _ := again.value("email"); v != "eva" {
		t.Errorf("what was typed is gone: %q", v)
	}
	reader.post(claim, url.Values{"name": {"Eva"}, "email": {"eva@press.example"}, "website": {"x"}}).want(http.StatusUnprocessableEntity)
	next := reader.post(claim, url.Values{"name": {"Eva Perry"}, "email": {"eva@press.example"}, "node": {"node.press.example"}}).want(http.StatusSeeOther).header.Get("Location")
	reader.get(next).want(http.StatusOK).says("have been told")
	reader.get(claim).want(http.StatusOK).says("Somebody has said so already").saysNot("Eva")
	reader.post(claim, url.Values{"name": {"Max"}, "email": {"max@x.example"}}).want(http.StatusUnprocessableEntity).says("Somebody has said so already")
	for who, b := range map[string]*browser{"a stranger": reader, "a member": r.signedIn("ada")} {
		if body := b.get(page).want(http.StatusOK).body; strings.Contains(body, "Eva") || strings.Contains(body, "eva@") {
			t.Errorf("%s sees who claimed it", who)
		}
	}
	steward.get("/admin/reports").want(http.StatusOK).says("Eva Perry").saysNot("eva@press.example")
	steward.get(page).want(http.StatusOK).says("Eva Perry says that this is their co-op: eva@press.example").says("node.press.example")

	r.signedIn("ada").post(page+"/"+string(yard.ID)+"/hide", nil).want(http.StatusForbidden)
	steward.post(page+"/"+string(yard.ID)+"/hide", nil).want(http.StatusSeeOther)
	steward.post(page+"/"+string(press.ID)+"/list", nil).want(http.StatusSeeOther)
	steward.get(page).want(http.StatusOK).saysNot("Boat yard").saysNot("Eva")
	steward.get(page + "?state=hidden").want(http.StatusOK).says("Boat yard").saysNot("Apple")
	reader.get(page + "?state=hidden").want(http.StatusOK).saysNot("Boat yard").says("Apple")
	reader.get(page + "/" + string(yard.ID) + "/claim").want(http.StatusNotFound)
	reader.get(page + "/" + string(newID()) + "/claim").want(http.StatusNotFound)

	// One network says so a few times an hour, and no more.
	for range limits.GuestsPerNetwork {
		reader.post(claim, url.Values{"name": {""}})
	}
	reader.post(claim, url.Values{"name": {"Max"}, "email": {"max@x.example"}}).want(http.StatusTooManyRequests)
}

func TestUnclaimedFromIndex(t *testing.T) {
	t.Parallel()
	r := inValley(t)
	var asked region.IndexQuery
	fail := error(nil)
	r.cfg.Region.Index = func(_ context.Context, q region.IndexQuery) ([]region.Unclaimed, error) {
		asked = q
		return []region.Unclaimed{{Name: "Cider house", Source: "https://cider.example/p.json"}}, fail
	}
	const page = "/regions/valley/unclaimed"
	b := r.signedIn("sten")
	form := url.Values{"index": {"https://index.example/v2/"}, "latitude": {"43,26"}, "longitude": {"-2.93"}, "km": {"30"}, "tag": {"food"}, "licence": {"non-profit"}}
	for name, c := range map[string]struct{ field, value, says string }{"licence": {"licence", "", "Please fill this in"}, "point": {"latitude", "north", "Write both in degrees"},
		"far": {"km", "9000", "up to 500 kilometres"}, "index": {"index", "index", "address"}} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(c.field, c.value)
		a := b.post(page+"/read", bad).want(http.StatusUnprocessableEntity).says(c.says)
		if v, _ := a.value("tag"); v != "food" {
			t.Errorf("%s: what was typed is gone: %q", name, v)
		}
	}
	fail = coop.FieldError("index", "murmur.unreachable", nil)
	b.post(page+"/read", form).want(http.StatusUnprocessableEntity).says("The index does not answer")
	fail = nil
	to := b.post(page+"/read", form).want(http.StatusSeeOther).header.Get("Location")
	b.get(to).want(http.StatusOK).says("One co-op was brought in").says("Cider house").says("Licence: non-profit")
	if asked.Near == nil || fmt.Sprintf("%v %d %s %s", *asked.Near, asked.Km, asked.Tag, asked.Index) != "{43260000 -2930000} 30 food https://index.example/v2" {
		t.Errorf("asked %+v", asked)
	}
}

// tellers stands for what an index is told.
type tellers struct {
	m    queue.Murmurations
	did  []string
	fail error
}

func (x *tellers) Murmurations(context.Context) (queue.Murmurations, error) { return x.m, nil }
func (x *tellers) SaveMurmurations(_ context.Context, by coop.Actor, m queue.Murmurations) error {
	if x.fail != nil {
		return x.fail
	}
	x.m = m
	x.did = append(x.did, "save as "+by.String())
	return nil
}
func (x *tellers) TakeBackMurmurations(context.Context, coop.Actor) error {
	x.m.On = false
	x.did = append(x.did, "take back")
	return nil
}
func (x *tellers) ResendMurmuration(_ context.Context, _ coop.Actor, id int64) error {
	x.did = append(x.did, fmt.Sprint("again ", id))
	return nil
}
func (x *tellers) ForgetMurmurations(context.Context, coop.Actor) error {
	x.did = append(x.did, "forget")
	return nil
}

func TestAdminMurmurations(t *testing.T) {
	t.Parallel()
	const page = "/admin/murmurations"
	r := founded(t, bakery, nil)
	b := r.signedIn("sten")
	x := &tellers{m: queue.Murmurations{Index: "https://index.example/v2", Organization: true, Offers: true}}
	r.cfg.Murmurations = x
	r.again()
	b = r.signedIn("sten")
	r.signedIn("ada").get(page).want(http.StatusForbidden)
	r.signedIn("ada").post(page+"/back", nil).want(http.StatusForbidden)
	a := b.get(page).want(http.StatusOK).says("It is off").says("Nothing was told yet")
	if v, _ := a.value("index"); v != "https://index.example/v2" || strings.Contains(a.body, `name="on" value="yes" checked`) {
		t.Errorf("index %q", v)
	}
	for i, m := range []queue.Murmuration{{Step: queue.StepAsk, Want: "h", Status: "posted", Row: queue.Row{State: queue.Done}},
		{Step: queue.StepAsk, Want: "h", Status: "validation_failed", Row: queue.Row{State: queue.Failed, LastError: "No name. <script>"}},
		{Step: queue.StepDelete, Status: "<b>odd", Row: queue.Row{State: queue.Waiting, Attempt: 2, Due: r.clock.Now()}}} {
		m.Index, m.Profile, m.Page = x.m.Index, r.cfg.Base+coop.IRI(fmt.Sprintf("/murmurations/listings/%d.json", i)), "/listings/x"
		m.Created, m.Changed = r.clock.Now(), r.clock.Now()
		if err := (store.Queue{Store: r.store}).Write(t.Context(), func(tx queue.Tx) error { return tx.PutMurmuration(m) }); err != nil {
			t.Fatal(err)
		}
	}
	b.get(page).want(http.StatusOK).says("Can be found").says("No name. <script>").says("Could not be read, or does not fit").says("To be taken back").says("may still have 3 profiles").saysNot("odd")
	b.get(page + "?state=failed").want(http.StatusOK).says("does not fit").saysNot("Can be found")
	b.get(page + "?cursor=none&state=x").want(http.StatusBadRequest)

	b.post(page, url.Values{"on": {"yes"}, "index": {" https://index.example/v2 "}, "what": {"offers", "people"}}).want(http.StatusSeeOther)
	if x.m != (queue.Murmurations{On: true, Index: "https://index.example/v2", Offers: true, People: true}) {
		t.Errorf("%+v", x.m)
	}
	b.get(page).want(http.StatusOK).says("It is on").says("Take all back")
	x.fail = coop.FieldError("what", "murmur.nothing", nil)
	b.post(page, url.Values{"on": {"yes"}, "index": {"https://typed.example"}}).want(http.StatusUnprocessableEntity).says("Choose what the index is told of")
	x.fail = coop.Errorf(coop.Conflict, "murmur.taken", "x")
	b.post(page, url.Values{"index": {"https://typed.example"}}).want(http.StatusUnprocessableEntity).says("Take all back first")
	b.post(page+"/2/again", nil).want(http.StatusSeeOther)
	b.post(page+"/x/again", nil).want(http.StatusNotFound)
	b.post(page+"/3/hold", nil).want(http.StatusSeeOther)
	b.post(page+"/back", nil).want(http.StatusSeeOther)
	b.post(page+"/forget", nil).want(http.StatusSeeOther)
	if got := strings.Join(x.did, ", "); got != "save as member:"+string(r.sten.ID)+", again 2, take back, forget" {
		t.Error(got)
	}
	if m, err := r.store.MurmurationOf(t.Context(), 3); err != nil || m.State != queue.Held {
		t.Errorf("%+v, %v", m, err)
	}
}
