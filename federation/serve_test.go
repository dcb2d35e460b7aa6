package federation_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/market"
)

func decode(t *testing.T, w *httptest.ResponseRecorder) obj {
	t.Helper()
	var m obj
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
		t.Fatalf("%d %q: %v", w.Code, w.Body, err)
	}
	return m
}

func TestWebFinger(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.member("ada", true)
	n.member("bea", false)
	host, base := n.base.Host(), string(n.base)
	ask := func(resource string) *httptest.ResponseRecorder {
		return n.get("/.well-known/webfinger?resource="+url.QueryEscape(resource), nil)
	}
	for resource, self := range map[string]string{
		"acct:bakery@" + host:                    base + "/actor",
		"acct:BAKERY@" + host:                    base + "/actor",
		"@bakery@" + host:                        base + "/actor",
		"bakery@" + host:                         base + "/actor",
		base + "/actor":                          base + "/actor",
		base + "/instance":                       base + "/instance",
		"acct:" + host + "@" + host:              base + "/instance",
		"acct:" + n.base.Hostname() + "@" + host: base + "/instance",
		"acct:ada@" + host:                       base + "/m/ada",
		base + "/m/ada":                          base + "/m/ada",
		base + "/@ada":                           base + "/m/ada",
		base:                                     base + "/instance",
		base + "/":                               base + "/instance",
		"acct:ada@" + strings.ToUpper(host):      base + "/m/ada",
	} {
		w := ask(resource)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/jrd+json") || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %s", resource, w.Code, w.Header())
			continue
		}
		found := false
		links, _ := decode(t, w)["links"].([]any)
		for _, l := range links {
			m, _ := l.(map[string]any)
			found = found || m["href"] == self
		}
		if !found {
			t.Errorf("%s: %s", resource, w.Body)
		}
	}
	hidden := ask("acct:bea@" + host)
	for _, resource := range []string{"acct:bea@" + host, base + "/m/bea", base + "/@bea", "acct:nobody@" + host, base + "/m/nobody", "acct:ada@elsewhere.example",
		"https://elsewhere.example/", base + "/listings/1", base + "/m/", "acct:a b@" + host, "acct:') DROP--@" + host} {
		if w := ask(resource); w.Code != http.StatusNotFound || w.Body.String() != hidden.Body.String() {
			t.Errorf("%s: %d %q", resource, w.Code, w.Body)
		}
	}
	for _, resource := range []string{"", "bakery", "acct:", "acct:@" + host, strings.Repeat("a", 3000)} {
		if w := ask(resource); w.Code != http.StatusBadRequest {
			t.Errorf("%.20q: %d", resource, w.Code)
		}
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	if w := n.get("/.well-known/host-meta", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "webfinger?resource={uri}") {
		t.Errorf("host-meta: %d %s", w.Code, w.Body)
	}
	w := n.get("/.well-known/nodeinfo", nil)
	for _, v := range []string{"2.0", "2.1"} {
		if !strings.Contains(w.Body.String(), string(n.base)+"/nodeinfo/"+v) {
			t.Errorf("nodeinfo %s is not named: %s", v, w.Body)
		}
		w := n.get("/nodeinfo/"+v, nil)
		m := decode(t, w)
		if m["version"] != v || !strings.Contains(w.Header().Get("Content-Type"), v) {
			t.Errorf("%s: %v", v, m)
		}
	}
	head := httptest.NewRequest(http.MethodHead, "/actor", nil)
	head.Host = n.base.Host()
	hw := httptest.NewRecorder()
	n.ServeHTTP(hw, head)
	if hw.Code != http.StatusOK || hw.Header().Get("Content-Type") == "" {
		t.Errorf("HEAD: %d", hw.Code)
	}
	if w := n.get("/nodeinfo/3.0", nil); w.Code != http.StatusNotFound {
		t.Errorf("nodeinfo 3.0: %d", w.Code)
	}
	q := httptest.NewRequest(http.MethodGet, "/actor", nil)
	q.Host = "evil.example"
	rec := httptest.NewRecorder()
	n.ServeHTTP(rec, q)
	if rec.Code != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", rec.Code)
	}
	for path, want := range map[string]bool{"/inbox": true, "/actor": true, "/actor/outbox": true, "/m/ada": true, "/a/1": true, "/n/1": true, "/about": false,
		"/market": false, "/mine": false, "/admin": false, "/new/offer": false, "/listings/1": false, "/listings/1/replies": true, "/listings/1/context": true,
		"/.well-known/webfinger": true, "/.well-known/change-password": false, "/inboxes": false,
		"/h/pay": true, "/h/pay/r/zQm": true, "/handbook": false, "/handbook/pay": false, "/help": false,
		"/murmurations/organization.json": true, "/murmurationsx": false, "/admin/murmurations": false} {
		if got := federation.Owns(path); got != want {
			t.Errorf("Owns(%s) = %t", path, got)
		}
	}
}

// Strangers ask for whatever address they like. None of it makes a key, and the hidden are as the missing (PRV, WEB-08).
func TestActorsThatAreNot(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.member("bea", false)
	for _, part := range []string{"", "/outbox", "/followers", "/following", "/featured"} {
		hidden, missing := n.get("/m/bea"+part, nil), n.get("/m/nobody"+part, nil)
		if hidden.Code != http.StatusNotFound || missing.Code != http.StatusNotFound || hidden.Body.String() != missing.Body.String() {
			t.Errorf("%q: hidden %d %q, missing %d %q", part, hidden.Code, hidden.Body, missing.Code, missing.Body)
		}
		for _, odd := range []string{"/m/BEA", "/m/a-b", "/m/..%2f", "/m/" + strings.Repeat("a", 31)} {
			if w := n.get(odd+part, nil); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", odd+part, w.Code)
			}
		}
	}
	for _, who := range []string{"bea", "nobody", "BEA", "a-b"} {
		if keys, err := n.queue.OwnKeys(f.ctx, n.base+"/m/"+coop.IRI(who)); err != nil || len(keys) != 0 {
			t.Errorf("%s has %d keys, %v", who, len(keys), err)
		}
	}
	n.member("ada", true)
	if w := n.get("/m/ada", nil); w.Code != http.StatusOK || str(decode(t, w), "publicKey", "owner") != string(n.base)+"/m/ada" {
		t.Errorf("control: %d %s", w.Code, w.Body)
	}
}

func TestCollections(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	n.follows(f.gus)
	var want []string
	for i := range 55 {
		l := n.posts("offer " + string(rune('a'+i%26)) + string(rune('a'+i/26)))
		want = append([]string{string(l.IRI)}, want...)
		f.clock.add(time.Second)
		if i%20 == 19 {
			f.settle()
		}
	}
	n.posts("hidden", seenBy(coop.CoopOnly))
	n.posts("for peers", seenBy(coop.Peers))
	n.posts("wanted", func(l *market.Listing) { l.Purpose = market.Want })
	f.settle()
	w := n.get("/actor/offers", nil)
	m := decode(t, w)
	if m["type"] != "OrderedCollection" || m["totalItems"] != float64(55) {
		t.Fatalf("offers: %v", m)
	}
	var got []string
	pages := 0
	for at, _ := m["first"].(string); at != ""; pages++ {
		p := decode(t, n.get(path(coop.IRI(at)), nil))
		if p["type"] != "OrderedCollectionPage" || p["partOf"] != string(n.actor)+"/offers" || p["id"] != at || pages > 10 {
			t.Fatalf("page %d: %v %v %v", pages, p["type"], p["partOf"], p["id"])
		}
		for _, item := range p["orderedItems"].([]any) {
			o := item.(map[string]any)
			got = append(got, o["id"].(string))
			if o["proof"] == nil {
				t.Errorf("%s has no proof", o["id"])
			}
		}
		at, _ = p["next"].(string)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("offers: %s", diff)
	}
	tag := n.get("/actor/offers", nil)
	if w := n.get("/actor/offers", nil, "If-None-Match", tag.Header().Get("ETag")); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("ETag: %d", w.Code)
	}
	if w := n.get("/actor/offers", nil, "If-None-Match", `"x", W/`+tag.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("weak ETag in a list: %d", w.Code)
	}
	if w := n.get("/actor/offers", nil, "If-None-Match", `"x"`); w.Code != http.StatusOK {
		t.Errorf("another ETag: %d", w.Code)
	}
	for _, bad := range []string{"x", "%00", "1.2.3", strings.Repeat("9", 100)} {
		if w := n.get("/actor/offers?cursor="+bad, nil); w.Code != http.StatusBadRequest {
			t.Errorf("cursor %.10s: %d", bad, w.Code)
		}
		if w := n.get("/actor/outbox?cursor="+bad, nil); w.Code != http.StatusBadRequest {
			t.Errorf("outbox cursor %.10s: %d", bad, w.Code)
		}
	}
	for at, total := range map[string]float64{"/actor/wants": 1, "/actor/followers": 1, "/actor/following": 1, "/actor/outbox": 56} {
		w := n.get(at, nil)
		if m := decode(t, w); m["totalItems"] != total {
			t.Errorf("%s: %v", at, m["totalItems"])
		}
		if strings.Contains(w.Body.String(), "/users/gus") {
			t.Errorf("%s names its members", at)
		}
	}
	for at := "/actor/outbox?page=1"; at != ""; {
		w := n.get(at, nil)
		if s := w.Body.String(); strings.Contains(s, "hidden") || strings.Contains(s, "for peers") || strings.Contains(s, "/users/gus") {
			t.Errorf("%s shows what is not for everyone", at)
		}
		next, _ := decode(t, w)["next"].(string)
		at = path(coop.IRI(next))
	}
	if w := n.get("/actor/featured", nil); w.Code != http.StatusOK || strings.Count(w.Body.String(), "/listings/") != 5 {
		t.Errorf("featured: %d %s", w.Code, w.Body)
	}
}

func TestListingAddresses(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	l := n.posts("bread")
	inside := n.posts("inside", seenBy(coop.CoopOnly))
	draft := n.posts("draft", func(l *market.Listing) { l.State = market.Draft })
	f.settle()
	missing := n.get("/listings/"+string(newID()), nil)
	for _, x := range []market.Listing{inside, draft} {
		for _, part := range []string{"", "/replies", "/context"} {
			if w := n.get(path(x.IRI)+part, f.gus); w.Code != http.StatusNotFound || part == "" && w.Body.String() != missing.Body.String() {
				t.Errorf("%s%s: %d %q, missing %q", x.Title["en"], part, w.Code, w.Body, missing.Body)
			}
		}
	}
	if w := n.get("/listings/1", nil); w.Code != http.StatusNotFound {
		t.Errorf("no id: %d", w.Code)
	}
	reply := f.gus.note("yes", obj{"inReplyTo": l.IRI})
	f.gus.tell(n, f.gus.activity("Create", reply))
	for _, part := range []string{"/replies", "/context"} {
		if w := n.get(path(l.IRI)+part, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), reply["id"].(string)) {
			t.Errorf("%s: %d %s", part, w.Code, w.Body)
		}
	}
	create := f.good.got("Create")[0]
	if w := n.get(path(coop.IRI(str(create, "id"))), nil); w.Code != http.StatusOK || decode(t, w)["proof"] == nil {
		t.Errorf("the Create's own address: %d", w.Code)
	}
	must(t, n.market.DeleteListing(f.ctx, n.steward, l.ID))
	f.settle()
	w := n.get(path(l.IRI), nil)
	if w.Code != http.StatusGone || decode(t, w)["type"] != "Tombstone" || decode(t, w)["formerType"] != "Note" {
		t.Errorf("deleted: %d %s", w.Code, w.Body)
	}
	// Its text is nowhere to be had any more.
	for _, at := range []string{path(coop.IRI(str(create, "id"))), "/actor/outbox?page=1", "/actor/offers?page=1", "/actor/featured", path(l.IRI)} {
		if w := n.get(at, nil); strings.Contains(w.Body.String(), "Body of bread") {
			t.Errorf("%s still shows it", at)
		}
	}
	if d := f.good.got("Delete"); len(d) != 1 || str(d[0], "object", "id") != string(l.IRI) || str(d[0], "object", "type") != "Tombstone" {
		t.Errorf("Delete: %v", d)
	}
}

// What was posted before somebody followed was never sent to them, but they may have fetched it: GoToSocial 0.20 reads what is
// featured, co-ops each other's lists (2026-11-20: what was deleted stayed on their servers).
func TestDeleteReachesLaterFollowers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	all, peers, ours := n.posts("bread"), n.posts("flour"), n.posts("salt")
	for _, narrow := range []*market.Listing{&peers, &ours} {
		narrow.Visibility = coop.Peers
		if narrow == &ours {
			narrow.Visibility = coop.CoopOnly
		}
		_, err := n.market.EditListing(f.ctx, n.steward, narrow.ID, *narrow)
		must(t, err)
	}
	f.settle()
	n.followedBy(f.gus)
	n.follows(f.gus)
	n.followedBy(f.eve)
	f.good.forget()
	f.evil.forget()
	for _, l := range []market.Listing{all, peers, ours} {
		must(t, n.market.DeleteListing(f.ctx, n.steward, l.ID))
	}
	f.settle()
	told := func(p *peer) (ids []string) {
		for _, d := range p.got("Delete") {
			ids = append(ids, str(d, "object", "id"))
		}
		slices.Sort(ids)
		return ids
	}
	want := []string{string(all.IRI), string(peers.IRI)}
	slices.Sort(want)
	if diff := cmp.Diff(want, told(f.good)); diff != "" {
		t.Errorf("a peer: %s", diff)
	}
	if diff := cmp.Diff([]string{string(all.IRI)}, told(f.evil)); diff != "" {
		t.Errorf("a follower: %s", diff)
	}
}

// Fewer may see it than before: those who may not get a Delete, those who may an Update, and nobody else can read it any more.
func TestPRVNarrowing(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	n.follows(f.gus)
	n.followedBy(f.eve)
	n.followedBy(f.vic)
	l := n.posts("bread")
	f.settle()
	must(t, n.Block(f.ctx, n.steward, "victim.localhost", "")) // who is blocked hears nothing
	for _, p := range []*peer{f.good, f.evil, f.victim} {
		if got := p.got("Create"); len(got) != 1 {
			t.Fatalf("%s got %d Creates", p.name, len(got))
		}
		p.forget()
	}
	l.Visibility = coop.Peers
	l, err := n.market.EditListing(f.ctx, n.steward, l.ID, l)
	must(t, err)
	f.settle()
	if len(f.good.got("Update")) != 1 || len(f.good.got("Delete")) != 0 {
		t.Errorf("a peer got %v", f.good.requests(http.MethodPost))
	}
	if len(f.evil.got("Delete")) != 1 || len(f.evil.got("Update")) != 0 {
		t.Errorf("a follower got %v", f.evil.requests(http.MethodPost))
	}
	for _, at := range []string{path(l.IRI), "/actor/outbox?page=1", "/actor/offers?page=1", "/actor/featured"} {
		if w := n.get(at, nil); strings.Contains(w.Body.String(), "Body of bread") {
			t.Errorf("%s shows it", at)
		}
	}
	for _, q := range append(f.good.requests(http.MethodPost), f.evil.requests(http.MethodPost)...) {
		if w := n.get(path(coop.IRI(str(q.object(), "id"))), nil); w.Code == http.StatusOK {
			t.Errorf("%s can be read by all: %s", str(q.object(), "type"), w.Body)
		}
	}
	f.good.forget()
	f.evil.forget()
	l.Visibility = coop.CoopOnly
	_, err = n.market.EditListing(f.ctx, n.steward, l.ID, l)
	must(t, err)
	f.settle()
	if len(f.good.got("Delete")) != 1 || len(f.good.requests(http.MethodPost)) != 1 {
		t.Errorf("a peer got %v", f.good.requests(http.MethodPost))
	}
	if got := f.victim.requests(""); len(got) != 0 {
		t.Errorf("the blocked got %v", got)
	}
	if w := n.get(path(l.IRI), f.gus); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}

// The marker hunt: what stays in the co-op is in no request we make and in no answer we give.
func TestPRV02CoopOnlyNeverLeaves(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	const marker = "Xylophonmarker"
	ada := n.member("ada", true)
	by := coop.Member(ada.ID, coop.RoleMember)
	n.follows(f.gus)
	n.followedBy(f.gus)
	n.followedBy(f.eve)
	l, err := n.market.PostListing(f.ctx, by, market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": marker + " title"},
		Body: coop.Text{"en": marker + " body"}, Modes: []market.Mode{market.Gift}, Visibility: coop.CoopOnly, Tags: []string{strings.ToLower(marker)},
		Place: coop.Place{Name: marker}, Maker: marker})
	must(t, err)
	f.settle()
	l.Body["en"] = marker + " again"
	l, err = n.market.EditListing(f.ctx, by, l.ID, l)
	must(t, err)
	f.settle()
	for _, typ := range []string{"Like", "Announce"} {
		f.gus.tell(n, f.gus.activity(typ, l.IRI))
	}
	f.gus.tell(n, f.gus.activity("Create", f.gus.note("hm", obj{"inReplyTo": l.IRI})))
	_, err = n.market.ChangeListing(f.ctx, by, l.ID, market.Withdraw, marker)
	must(t, err)
	f.settle()
	must(t, n.market.DeleteListing(f.ctx, by, l.ID))
	f.settle()
	n.posts("control")
	f.settle()
	seen := false
	for _, p := range []*peer{f.good, f.evil, f.victim} {
		for _, q := range p.requests("") {
			seen = seen || strings.Contains(string(q.Body), "control")
			for _, secret := range []string{marker, strings.ToLower(marker), string(l.ID)} {
				if strings.Contains(string(q.Body)+q.Path, secret) {
					t.Errorf("%s %s has %s", p.name, q, secret)
				}
			}
		}
	}
	if !seen {
		t.Error("control: nothing was sent")
	}
	for _, at := range []string{"/actor", "/", "/instance", "/actor/outbox", "/actor/outbox?page=1", "/actor/offers?page=1", "/actor/wants?page=1", "/actor/featured",
		"/actor/members", "/m/ada", "/m/ada/outbox?page=1", "/nodeinfo/2.1", path(l.IRI), path(l.IRI) + "/replies"} {
		for _, u := range []*user{nil, f.gus, f.eve} {
			if w := n.get(at, u); strings.Contains(strings.ToLower(w.Body.String()), strings.ToLower(marker)) {
				t.Errorf("%s shows it", at)
			}
		}
	}
	if strings.Contains(f.said.String(), marker) {
		t.Error("the log shows it")
	}
}

func TestConsentWithdrawn(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	ada := n.member("ada", true)
	by := coop.Member(ada.ID, coop.RoleMember)
	at := n.base + "/m/ada"
	f.gus.tell(n, f.gus.activity("Follow", at))
	if got := n.followerOf(at, f.gus.iri); got != queue.Requested {
		t.Fatalf("follow of a member is %q", got)
	}
	must(t, n.AnswerFollow(f.ctx, by, at, f.gus.iri, true))
	f.settle()
	if a := f.good.got("Accept"); len(a) != 1 || a[0]["actor"] != string(at) {
		t.Fatalf("Accept: %v", a)
	}
	edit := func(about string, sees coop.Visibility) {
		p, err := n.coopStore.Person(f.ctx, ada.ID)
		must(t, err)
		p.About = about
		p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: sees, coop.FieldAbout: sees}
		_, err = n.coop.UpdatePerson(f.ctx, by, p)
		must(t, err)
		f.settle()
	}
	edit("plays the oboe", coop.Everyone)
	if u := f.good.got("Update"); len(u) != 1 || !strings.Contains(string(jsonOf(u[0])), "oboe") {
		t.Fatalf("Update: %v", u)
	}
	first := path(coop.IRI(str(f.good.got("Update")[0], "id")))
	if w := n.get(first, nil); w.Code != http.StatusOK {
		t.Errorf("control: %d", w.Code)
	}
	edit("plays nothing", coop.Everyone)
	if w := n.get(first, nil); strings.Contains(w.Body.String(), "oboe") {
		t.Error("what she took back is still told")
	}
	edit("plays nothing", coop.CoopOnly)
	if d := f.good.got("Delete"); len(d) != 1 || d[0]["object"] != string(at) || d[0]["actor"] != string(at) {
		t.Errorf("Delete: %v", d)
	}
	for _, p := range []string{"/m/ada", "/@ada"} {
		if w := n.get(p, nil); w.Code != http.StatusGone {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
	for _, q := range f.good.requests(http.MethodPost) {
		if w := n.get(path(coop.IRI(str(q.object(), "id"))), nil); strings.Contains(w.Body.String(), "plays") {
			t.Errorf("%s shows her", str(q.object(), "type"))
		}
	}
	for _, p := range []string{"/actor/members", "/m/ada/outbox?page=1", "/.well-known/webfinger?resource=acct:ada@" + n.base.Host()} {
		if w := n.get(p, nil); strings.Contains(w.Body.String(), "plays") || w.Code == http.StatusOK && strings.Contains(w.Body.String(), "/m/ada") {
			t.Errorf("%s: %d %s", p, w.Code, w.Body)
		}
	}
	if w := f.gus.request(n, "/m/ada/inbox", f.gus.activity("Like", at), sig.Cavage).send(); w.Code != http.StatusNotFound && w.Code != http.StatusGone {
		t.Errorf("her inbox: %d", w.Code)
	}
}
