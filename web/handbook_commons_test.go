package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// tells sends a page of r's to another co-op, with every text that was in use, and gives its id there.
func (r *rig) tells(to *rig, id coop.ID) coop.ID {
	r.t.Helper()
	ctx, h := r.t.Context(), r.cfg.Handbook
	p, err := h.ProtocolByID(ctx, coop.Anonymous(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	_, all, err := h.History(ctx, coop.Anonymous(), p.Slug, 0, handbook.MaxPage)
	if err != nil {
		r.t.Fatal(err)
	}
	p.Home, p.URL = r.cfg.ActorIRI, string(r.cfg.Base)+"/handbook/"+p.Slug
	var got handbook.Protocol
	if err := to.cfg.Handbook.Store.Write(ctx, func(tx handbook.Tx) (err error) {
		if got, _, err = to.cfg.Handbook.ReceivePage(tx, p); err != nil {
			return err
		}
		for _, r0 := range all {
			_, x, err := h.Revision(ctx, coop.Anonymous(), p.Slug, r0.ID)
			if err != nil {
				return err
			}
			x.Home, x.Protocol = r.cfg.ActorIRI, ""
			if _, err := to.cfg.Handbook.ReceiveRevision(tx, p.IRI, x); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		r.t.Fatal(err)
	}
	return got.ID
}

// changes brings another text of a page into use.
func (r *rig) changes(p handbook.Protocol, source string) {
	r.t.Helper()
	ctx, by, h := r.t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), r.cfg.Handbook
	p, err := h.ProtocolByID(ctx, by, p.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := h.OpenMotion(ctx, by, p.ID, handbook.Writing{Base: p.InUse, Name: p.Name, Source: source, Reason: "Better."}, handbook.Opening{Method: handbook.Ratified,
		Ratification: &handbook.Ratification{On: r.clock.Now().Add(-time.Hour), Passed: true, Words: "All."}}); err != nil {
		r.t.Fatal(err)
	}
}

func TestHandbookCommons(t *testing.T) {
	t.Parallel()
	farm, bakery := founded(t, "https://farm.example", nil), founded(t, "https://bakery.example", nil)
	sten, ada, stranger := farm.signedIn("sten"), farm.signedIn("ada"), farm.browser()
	ada.get("/handbook/commons").want(http.StatusOK).says("Nothing is shared with us yet")
	ada.get("/handbook/adoptions").want(http.StatusOK).says("You go by nobody else’s page yet")
	p := bakery.written("Pay", payText, true, nil)
	there := "/handbook/commons/" + string(bakery.tells(farm, p.ID))
	for _, path := range []string{"/handbook/commons", there, "/handbook/adoptions"} {
		if a := stranger.get(path); a.status != http.StatusSeeOther {
			t.Errorf("a stranger reads %s: %d", path, a.status)
		}
	}
	ada.get("/handbook/commons").says("Pay").says("bakery.example")
	ada.get("/handbook/commons?q=nonsense").says("Nothing in the handbook has these words")
	a := ada.get(there).want(http.StatusOK).says("Everybody gets the same").says("A steward can do this")
	checkPolicy(t, "peer", a.body)
	ada.post(there+"/adopt", url.Values{"manner": {"as_is"}}).want(http.StatusForbidden)
	farm.written("Our pay", "# Pay\n\nEverybody gets what they need.\n", true, nil)
	ada.get(there + "/compare?with=our-pay").want(http.StatusOK).says("Removed:").says("Added:")
	ada.get(there + "/compare?with=none").want(http.StatusNotFound)
	sten.post(there+"/adopt", url.Values{"manner": {"nonsense"}}).want(http.StatusUnprocessableEntity)
	sten.post(there+"/adopt", url.Values{"manner": {"as_is"}, "public": {"yes"}}).want(http.StatusSeeOther)
	ada.get("/handbook/adoptions").says("As it is").says("Pay").saysNot("There is something new")
	// The origin moves on.
	farm.clock.Add(time.Hour)
	bakery.clock.Add(time.Hour)
	bakery.changes(p, strings.Replace(payText, "counts as two", "counts as three", 1))
	bakery.tells(farm, p.ID)
	a = ada.get("/handbook/adoptions").says("There is something new")
	_, rest, _ := strings.Cut(a.body, `href="/handbook/adoptions/`)
	id, _, _ := strings.Cut(rest, "/")
	update := "/handbook/adoptions/" + id + "/update"
	ada.get(update).want(http.StatusOK).says("Added:").says("A steward can do this")
	ada.post(update, nil).want(http.StatusForbidden)
	sten.post(update, nil).want(http.StatusSeeOther)
	ada.get("/handbook/adoptions").saysNot("There is something new")
	// Withdrawn.
	a = sten.get("/handbook/adoptions")
	_, rest, _ = strings.Cut(a.body, `action="/handbook/adoptions/`)
	id, _, _ = strings.Cut(rest, "/")
	ada.post("/handbook/adoptions/"+id+"/withdraw", nil).want(http.StatusForbidden)
	sten.post("/handbook/adoptions/"+id+"/withdraw", nil).want(http.StatusSeeOther)
	ada.get("/handbook/adoptions").says("You go by nobody else’s page yet").says("Before")
}

func TestHandbookAdaptMergeAndGiveBack(t *testing.T) {
	t.Parallel()
	farm, bakery := founded(t, "https://farm.example", nil), founded(t, "https://bakery.example", nil)
	sten, ada := farm.signedIn("sten"), farm.signedIn("ada")
	p := bakery.written("Pay", payText, true, nil)
	there := "/handbook/commons/" + string(bakery.tells(farm, p.ID))
	f := url.Values{"manner": {"adapted"}, "name": {"Farm pay"}, "public": {"yes"}, "changes": {""}}
	a := sten.post(there+"/adopt", f).want(http.StatusUnprocessableEntity)
	if x, _ := a.value("name"); x != "Farm pay" || !strings.Contains(a.body, `id="f-changes-error"`) {
		t.Error("what was typed is gone, or nothing stands beside the question")
	}
	f.Set("changes", "We milk at night.")
	a = sten.post(there+"/adopt", f).want(http.StatusSeeOther)
	if !strings.HasPrefix(a.header.Get("Location"), "/handbook/farm-pay/edit") {
		t.Fatal(a.header.Get("Location"))
	}
	base, _ := sten.get("/handbook/farm-pay/edit").value("base")
	ours := strings.Replace(payText, "counts as two", "counts as two and a half", 1)
	sten.post("/handbook/farm-pay/edit", url.Values{"do": {"write"}, "base": {base}, "name": {"Farm pay"}, "source": {ours}, "reason": {"Cows."}}).want(http.StatusSeeOther)
	farm.browser().get("/handbook/farm-pay").want(http.StatusNotFound)
	// Above the first text there has to be a decision: this one is number 2.
	base, _ = sten.get("/handbook/farm-pay/edit").value("base")
	sten.post("/handbook/farm-pay/edit", url.Values{"do": {"propose"}, "base": {base}, "name": {"Farm pay"}, "source": {ours}, "reason": {"Cows."}, "method": {"ratified"},
		"on": {farm.closing(-1)}, "passed": {"yes"}, "result": {"All."}}).want(http.StatusSeeOther)
	farm.browser().get("/handbook/farm-pay").want(http.StatusOK).says("two and a half").says("Pay").says("We milk at night.")
	farm.browser().get("/handbook/farm-pay/lineage").want(http.StatusOK).says("We milk at night.")
	// The origin changes the same line: a conflict that a person resolves.
	farm.clock.Add(time.Hour)
	bakery.clock.Add(time.Hour)
	bakery.changes(p, strings.Replace(payText, "counts as two", "counts as three", 1))
	bakery.tells(farm, p.ID)
	a = ada.get("/handbook/adoptions").says("There is something new")
	_, rest, _ := strings.Cut(a.body, `href="/handbook/adoptions/`)
	id, _, _ := strings.Cut(rest, "/")
	update := "/handbook/adoptions/" + id + "/update"
	a = ada.get(update).want(http.StatusOK).says("counts as three").says("counts as two and a half").says("Both, ours first").says("“Ours” is our page now")
	checkPolicy(t, "update", a.body)
	mine, _ := a.value("ours")
	theirs, _ := a.value("theirs")
	how := url.Values{"reason": {"Theirs and ours."}, "method": {"consent"}, "closes": {farm.closing(14)}, "ours": {mine}, "theirs": {theirs}}
	ada.post(update, how).want(http.StatusUnprocessableEntity).says("Choose what is to stand")
	how.Set("take_1", "both")
	a = ada.post(update, how).want(http.StatusSeeOther)
	if !strings.HasPrefix(a.header.Get("Location"), "/handbook/motions/") {
		t.Fatal(a.header.Get("Location"))
	}
	// Given back, and refused with a reason there.
	ada.get("/handbook/farm-pay/give").want(http.StatusForbidden)
	sten.get("/handbook/farm-pay/give").want(http.StatusOK).says("You send them the text")
	a = sten.post("/handbook/farm-pay/give", nil).want(http.StatusSeeOther)
	if given := sten.get(a.header.Get("Location")); strings.Contains(given.body, "New title") {
		t.Error("the title of our own page is given back too")
	}
	path, _, _ := strings.Cut(a.header.Get("Location"), "?")
	ada.get(path).want(http.StatusOK).says("Waits for an answer").says("We gave a change back")
	ada.get("/handbook/adoptions").says("What we gave back")
}

// A change that a neighbour gives back is taken by a motion, or refused with a reason.
func TestHandbookOfferIsAnswered(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Pay", payText, true, nil)
	sten, ada := r.signedIn("sten"), r.signedIn("ada")
	offer := func(n, source string) string {
		t.Helper()
		x, err := handbook.NewRevision("Pay", source, p.InUse)
		if err != nil {
			t.Fatal(err)
		}
		x.Home, x.IRI = "https://farm.example/actors/coop", coop.IRI("https://farm.example/h/pay/r/"+string(x.ID))
		var o handbook.Offer
		if err := r.cfg.Handbook.Store.Write(t.Context(), func(tx handbook.Tx) (err error) {
			o, _, err = r.cfg.Handbook.ReceiveOffer(tx, handbook.Offer{Activity: coop.IRI("https://farm.example/a/" + n), From: "https://farm.example/actors/coop", Page: p.IRI, Revision: x.ID}, x)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return "/handbook/offers/" + string(o.ID)
	}
	first, second := offer("1", strings.Replace(payText, "counts as two", "counts as three", 1)), offer("2", strings.Replace(payText, "All members.", "All who work.", 1))
	ada.get("/handbook/adoptions").says("farm.example").says("Waits for an answer")
	a := ada.get(first).want(http.StatusOK).says("counts as three").saysNot("Do not take it")
	checkPolicy(t, "offer", a.body)
	ada.post(first+"/reject", url.Values{"why": {"No."}}).want(http.StatusForbidden)
	sten.post(first+"/reject", url.Values{"why": {""}}).want(http.StatusUnprocessableEntity)
	sten.post(first+"/reject", url.Values{"why": {"We do not work at night."}}).want(http.StatusSeeOther)
	ada.get(first).says("Not taken").says("We do not work at night.")
	sten.get(second).says("The changes go together")
	a = sten.post(second+"/accept", url.Values{"reason": {"Well said."}, "method": {"consent"}, "closes": {r.closing(7)}}).want(http.StatusSeeOther)
	motion, _, _ := strings.Cut(a.header.Get("Location"), "?")
	ada.get(second).says("Our members are deciding on it")
	r.clock.Add(9 * 24 * time.Hour)
	ada = r.signedIn("ada")
	ada.post(motion+"/decide", nil).want(http.StatusSeeOther)
	ada.get(second).says("Taken as it is")
	r.browser().get("/handbook/pay").says("All who work.")
	if a := r.browser().get(first); a.status != http.StatusSeeOther {
		t.Errorf("a stranger reads an offer: %d", a.status)
	}
}

// Every change given back can be reached, those that wait for an answer first.
func TestHandbookOffersGoOn(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Pay", payText, true, nil)
	for i := range handbook.DefaultPage + 3 {
		n := strconv.Itoa(i)
		x, err := handbook.NewRevision("Pay", payText+n+"\n", p.InUse)
		if err != nil {
			t.Fatal(err)
		}
		x.Home, x.IRI = "https://farm.example/actors/coop", coop.IRI("https://farm.example/h/pay/r/"+string(x.ID))
		r.clock.Add(time.Minute)
		var o handbook.Offer
		if err := r.cfg.Handbook.Store.Write(t.Context(), func(tx handbook.Tx) (err error) {
			o, _, err = r.cfg.Handbook.ReceiveOffer(tx, handbook.Offer{Activity: coop.IRI("https://farm.example/a/" + n), From: x.Home, Page: p.IRI, Revision: x.ID}, x)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := r.cfg.Handbook.RejectOffer(t.Context(), coop.Member(r.sten.ID, coop.RoleSteward), o.ID, "No."); err != nil {
				t.Fatal(err)
			}
		}
	}
	ada, offers, seen := r.signedIn("ada"), regexp.MustCompile(`href="(/handbook/offers/[^"]+)"`), map[string]bool{}
	reach := func(path string, want int) answer {
		t.Helper()
		a := ada.get(path).want(http.StatusOK)
		all := offers.FindAllStringSubmatch(a.body, -1)
		for _, m := range all {
			seen[m[1]] = true
		}
		if len(all) != want {
			t.Errorf("%s shows %d, not %d", path, len(all), want)
		}
		return a
	}
	a := reach("/handbook/adoptions", handbook.DefaultPage).saysNot("Not taken")
	more := regexp.MustCompile(`rel="next" href="([^"#]+)#to-us"`).FindStringSubmatch(a.body)
	if more == nil {
		t.Fatal("nothing leads on")
	}
	a = reach(html.UnescapeString(more[1]), 3).says("Not taken")
	if strings.Contains(a.body, `rel="next"`) || len(seen) != handbook.DefaultPage+3 {
		t.Errorf("%d were reached", len(seen))
	}
}

func TestHandbookStandards(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Clean kitchen", "# Clean kitchen\n\n- [ ] Wash hands\n- [ ] Wash tools\n", true, func(in *handbook.Start) { in.Kind = handbook.Standard })
	r.written("Pay", payText, true, nil)
	sten, ada, stranger := r.signedIn("sten"), r.signedIn("ada"), r.browser()
	stranger.get("/").saysNot("Standards we meet")
	ada.get("/handbook/clean-kitchen/meet").want(http.StatusForbidden)
	sten.get("/handbook/pay/meet").want(http.StatusNotFound)
	sten.get("/handbook/clean-kitchen/meet").want(http.StatusOK).says("Wash hands")
	f := url.Values{"met": {"1"}, "evidence": {"nonsense"}, "checked": {""}, "public": {"yes"}}
	a := sten.post("/handbook/clean-kitchen/meet", f).want(http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, `id="f-evidence-error"`) || !strings.Contains(a.body, `id="f-checked-error"`) || !strings.Contains(a.body, `value="1" checked`) {
		t.Errorf("%s", a.text())
	}
	f.Set("evidence", "https://bakery.example/kitchen")
	f.Set("checked", r.closing(0))
	sten.post("/handbook/clean-kitchen/meet", f).want(http.StatusSeeOther)
	a = stranger.get("/").says("Standards we meet").says("Clean kitchen").says("1 of 2 points")
	checkPolicy(t, "front", a.body)
	f["met"] = []string{"1", "2"}
	sten.post("/handbook/clean-kitchen/meet", f).want(http.StatusSeeOther)
	stranger.get("/").says("All of it")
	f.Del("public")
	sten.post("/handbook/clean-kitchen/meet", f).want(http.StatusSeeOther)
	stranger.get("/").saysNot("Standards we meet")
}
