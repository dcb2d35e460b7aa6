package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/store"
)

func TestStewardsAskTheFederation(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("sten")
	actor := url.Values{"actor": {"https://care.example/actors/coop"}}
	with := func(more ...string) url.Values {
		v := url.Values{"actor": actor["actor"]}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	b.post("/admin/peers", url.Values{"address": {" @care@care.example "}}).want(http.StatusSeeOther)
	b.post("/admin/peers/unfollow", actor).want(http.StatusSeeOther)
	b.post("/admin/peers/refresh", actor).want(http.StatusSeeOther)
	b.post("/admin/followers/answer", with("answer", "accept")).want(http.StatusSeeOther)
	b.post("/admin/followers/answer", with("answer", "refuse")).want(http.StatusSeeOther)
	b.post("/admin/followers/answer", with("answer", "maybe")).want(http.StatusBadRequest)
	b.post("/admin/peers/unfollow", url.Values{"actor": {"javascript:alert(1)"}}).want(http.StatusBadRequest)
	b.post("/admin/blocks", url.Values{"target": {"spam.example"}, "reason": {"spam"}}).want(http.StatusSeeOther)
	b.post("/admin/blocks/remove", url.Values{"target": {"spam.example"}}).want(http.StatusSeeOther)
	b.post("/admin/blocks", url.Values{"target": {""}}).want(http.StatusUnprocessableEntity).says("Please fill this in")
	b.post("/admin/peers", url.Values{"address": {""}}).want(http.StatusUnprocessableEntity).says("Please fill this in")
	want := []string{"follow @care@care.example as member:" + string(r.sten.ID), "unfollow https://care.example/actors/coop", "refresh https://care.example/actors/coop",
		"accept https://care.example/actors/coop of https://bakery.example/actors/coop", "refuse https://care.example/actors/coop of https://bakery.example/actors/coop", "block spam.example because spam", "unblock spam.example"}
	if d := cmp.Diff(want, r.fed.Did()); d != "" {
		t.Error(d)
	}
	for err, says := range map[error]string{
		coop.Errorf(coop.NotFound, "peer.not_found", "x"):      "Nobody was found",
		coop.Errorf(coop.Unavailable, "peer.unreachable", "x"): "does not answer",
		coop.Errorf(coop.Forbidden, "peer.blocked", "x"):       "is blocked here",
		coop.FieldError("address", "peer.self", nil):           "this co-op itself",
	} {
		r.fed.mu.Lock()
		r.fed.fail = err
		r.fed.mu.Unlock()
		a := b.post("/admin/peers", url.Values{"address": {"@x@y.example"}}).want(http.StatusUnprocessableEntity).says(says)
		if v, _ := a.value("address"); v != "@x@y.example" {
			t.Errorf("what was typed is gone: %q", v)
		}
	}
}

// XSS-10: what peers sent stands on stewards' pages as text.
func TestXSS10StewardsPagesShowPeersWordsAsText(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	now := r.clock.Now()
	q := store.Queue{Store: r.store}
	err := q.Write(t.Context(), func(tx queue.Tx) error {
		a := queue.Actor{IRI: "https://evil.example/a", Type: "Person", Handle: "@" + evil, Name: evil, Inbox: "https://evil.example/i", Raw: []byte("{}"), Fetched: now}
		if err := tx.PutActor(a); err != nil {
			return err
		}
		if err := tx.PutPeer(queue.Peer{Actor: a.IRI, Follow: "https://bakery.example/f/1", State: queue.Accepted, Created: now, LastError: evil, Software: evil}); err != nil {
			return err
		}
		if err := tx.PutFollower(queue.Follower{Local: r.cfg.ActorIRI, Actor: a.IRI, Follow: "https://evil.example/f", Inbox: a.Inbox, State: queue.Requested, Created: now}); err != nil {
			return err
		}
		if err := tx.PutReport(queue.Report{ID: newID(), From: a.IRI, Content: evil, Objects: []coop.IRI{"https://bakery.example/listings/1"}, At: now}); err != nil {
			return err
		}
		return tx.PutBlock(queue.Block{Target: "evil.example", Reason: evil, By: evil, At: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.PutInbound(t.Context(), queue.Inbound{Row: queue.Row{State: queue.Waiting, Due: now, Created: now, LastError: evil}, Peer: "https://evil.example/a",
		Activity: "https://evil.example/" + evil, Type: evil, Raw: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	b := r.signedIn("sten")
	for path, says := range map[string]string{"/admin": "One report is open", "/admin/peers": "<script>alert(1)", "/admin/queue?kind=inbound": "<script>alert(1)",
		"/admin/blocks": "<script>alert(1)", "/admin/reports": "<script>alert(1)"} {
		a := b.get(path).want(http.StatusOK).says(says).saysNot("<script>alert").saysNot("<img src=x")
		checkPolicy(t, path, a.body)
	}
	// The page's own parameters too.
	b.get("/admin/queue?kind=delivery&host=" + url.QueryEscape(evil)).want(http.StatusOK).saysNot("<script>alert")
	r.browser().get("/login?next=" + url.QueryEscape("/"+evil)).saysNot("<script>alert")
	r.browser().get("/about?" + strings.ReplaceAll(evil, " ", "+")).saysNot("<script>alert")
	r.browser().get("/" + url.PathEscape(evil)).want(http.StatusNotFound).saysNot("<script>alert")

	reports, err := q.Reports(t.Context())
	if err != nil || len(reports) != 1 {
		t.Fatal(reports, err)
	}
	b.post("/admin/reports/"+string(reports[0].ID)+"/close", nil).want(http.StatusSeeOther)
	b.get("/admin/reports").says("No open reports")
}

func TestQueueRowsAreHeldAndTriedAgain(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	q := store.Queue{Store: r.store}
	now := r.clock.Now()
	if _, err := q.PutInbound(t.Context(), queue.Inbound{Row: queue.Row{State: queue.Waiting, Due: now.Add(time.Hour), Created: now}, Peer: "https://care.example/a",
		Activity: "https://care.example/1", Type: "Create", Raw: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	b := r.signedIn("sten")
	id, ok := b.get("/admin/queue?kind=inbound").want(http.StatusOK).says("Create").says("Waiting").value("id")
	if !ok {
		t.Fatal("no row")
	}
	b.post("/admin/queue/hold", url.Values{"kind": {"inbound"}, "id": {id}}).want(http.StatusSeeOther)
	b.get("/admin/queue?kind=inbound&state=held").says("Create").says("Held")
	b.get("/admin/queue?kind=inbound&state=waiting").says("Nothing here")
	b.post("/admin/queue/retry", url.Values{"kind": {"inbound"}, "id": {id}}).want(http.StatusSeeOther)
	b.get("/admin/queue?kind=inbound&state=waiting").says("Create")
	for _, f := range []url.Values{{}, {"kind": {"inbound"}, "id": {"0"}}, {"kind": {"delivery"}, "id": {"0"}}, {"kind": {"delivery"}, "id": {"-1"}, "host": {"x"}},
		{"kind": {"everything"}, "id": {"1"}}, {"kind": {"inbound"}, "id": {"0"}, "host": {"care.example"}}} {
		b.post("/admin/queue/retry", f).want(http.StatusBadRequest)
		b.post("/admin/queue/hold", f).want(http.StatusBadRequest)
	}
}

func TestCoopSettings(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	b := r.signedIn("sten")
	a := b.get("/admin/coop").want(http.StatusOK)
	if v, _ := a.value("purpose_es"); v != "Pan para el callejón." {
		t.Errorf("purpose in Spanish: %q", v)
	}
	f := url.Values{"name": {"Tin"}, "handle": {"other"}, "purpose_en": {"Bread & cake."}, "purpose_es": {" "}, "org_type": {"OS80"}, "place": {"Here"}, "languages": {"en"},
		"currency": {"eur"}, "time_zone": {"UTC"}, "licence": {"CC0-1.0"}, "hold_follows": {"yes"}, "links": {"Our shop https://shop.example/x\nhttps://other.example/"}}
	b.post("/admin/coop", f).want(http.StatusSeeOther)
	c, err := r.cfg.CoopStore.Coop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []coop.Link{{Name: "Our shop", URL: "https://shop.example/x"}, {Name: "other.example/", URL: "https://other.example/"}}
	if d := cmp.Diff(want, c.Links); d != "" || c.Handle != "bakery" || !c.HoldFollows || len(c.Purpose) != 1 || len(c.Stages) == 0 {
		t.Errorf("kept as %+v\n%s", c, d)
	}
	b.get("/").want(http.StatusOK).says("Our shop")
	f.Set("links", "Evil javascript:alert(1)")
	b.post("/admin/coop", f).want(http.StatusUnprocessableEntity).says("not a full web address")
	f.Set("links", "")
	f.Set("purpose_en", strings.Repeat("a", 1001))
	b.post("/admin/coop", f).want(http.StatusUnprocessableEntity).says("at most 1,000 characters")
}
