package federation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/market"
)

// Servers as they were seen in November 2026.

// GoToSocial 0.20: its key has an address of its own, which answers a stub without a type whose id is the actor; everything but
// the stub wants a signature.
func TestGoToSocialKeys(t *testing.T) {
	t.Parallel()
	f := newField(t)
	u := f.gus
	u.keyID = u.iri + "/main-key"
	u.rotate(u.key)
	doc, stub := u.doc, obj{"@context": u.doc["@context"], "id": u.iri, "preferredUsername": "gus", "publicKey": u.doc["publicKey"]}
	f.good.mu.Lock()
	f.good.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", activityJSON)
		switch {
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusAccepted)
		case r.URL.Path == "/users/gus/main-key":
			_, _ = w.Write(jsonOf(stub))
		case r.Header.Get("Signature") == "":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = w.Write(jsonOf(doc))
		}
	})
	f.good.mu.Unlock()
	f.n.followedBy(u)
	if got := f.good.requests(http.MethodGet); len(got) > 2 {
		t.Errorf("first contact took %v", got)
	}
}

// A peer that takes only RFC 9421 for fetches.
func TestFetchKnocksTwice(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.good.mu.Lock()
	doc := jsonOf(f.gus.doc)
	f.good.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", activityJSON)
		if r.Method == http.MethodGet && r.Header.Get("Signature-Input") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(doc)
	})
	f.good.mu.Unlock()
	f.n.followedBy(f.gus)
}

func TestFollowByWhateverIsTyped(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.node("bakery")
	for _, form := range []string{"@cycles@HOST", "cycles@HOST", "acct:cycles@HOST", " @cycles@HOST ", "BASE/actor", "BASE/", "BASE"} {
		b := r.node("cycles")
		typed := strings.NewReplacer("HOST", b.base.Host(), "BASE", string(b.base)).Replace(form)
		p, err := a.Follow(r.ctx, a.steward, typed)
		if err != nil || p.Actor != b.actor {
			t.Errorf("%q: %s, %v", typed, p.Actor, err)
		}
		r.settle()
		if got := a.peer(b.actor).State; got != queue.Accepted {
			t.Errorf("%q: %q", typed, got)
		}
	}
	for typed, key := range map[string]string{"": "peer.address", "cycles": "peer.address", "@cycles": "peer.address", "@@": "peer.address", "@a@b@c": "peer.address",
		"@bakery@" + a.base.Host(): "peer.self", string(a.actor): "peer.self", "@x@nobody.localhost:1": "peer.unreachable", "@x@example.org": "peer.refused",
		"ftp://x/": "peer.address", "http://127.0.0.1:1/x": "peer.unreachable", "@x@[::1]:1": "peer.unreachable"} {
		_, err := a.Follow(r.ctx, a.steward, typed)
		fields := coop.Fields(err)
		if len(fields) != 1 || fields[0].Field != "address" {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if fields[0].Key != key {
			t.Errorf("%q: %s, want %s", typed, fields[0].Key, key)
		}
	}
}

// What a peer's collections no longer list is gone; what it sent to peers alone stands in none of them and stays.
func TestPullDropsWhatIsUnlisted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	for _, x := range [][2]*node{{a, b}, {b, a}} {
		if _, err := x[0].Follow(r.ctx, x[0].steward, string(x[1].actor)); err != nil {
			t.Fatal(err)
		}
	}
	r.settle()
	gone := a.posts("lost delete")
	a.posts("stays")
	a.posts("for peers", seenBy(coop.Peers))
	a.posts("wanted", func(l *market.Listing) { l.Purpose = market.Want })
	r.settle()
	if diff := cmp.Diff([]string{"for peers", "lost delete", "stays", "wanted"}, b.titles(a.actor)); diff != "" {
		t.Fatal(diff)
	}
	r.clock.add(time.Minute)
	must(t, a.queue.Write(r.ctx, func(tx queue.Tx) error { return tx.DropListing(gone, r.clock.now()) })) // and nobody is told
	must(t, b.Refresh(r.ctx, b.steward, a.actor))
	r.clock.add(2 * time.Second)
	a.ForgetDocuments()
	r.settle()
	if diff := cmp.Diff([]string{"for peers", "stays", "wanted"}, b.titles(a.actor)); diff != "" {
		t.Error(diff)
	}
	if p := b.peer(a.actor); p.LastError != "" || p.Backfill {
		t.Errorf("%+v", p)
	}
}

// A peer without collections of offers is read by its outbox: Creates, and the last Update of each.
func TestBackfillFromOutbox(t *testing.T) {
	t.Parallel()
	f := newField(t)
	u := f.gus
	one, two, foreign := u.offer("one"), u.offer("two"), f.vic.offer("vic's")
	newer := obj{}
	for k, v := range two {
		newer[k] = v
	}
	newer["name"], newer["updated"] = "two again", f.clock.now().Add(time.Second).Format(time.RFC3339)
	f.good.put("/users/gus/outbox", obj{"id": u.iri + "/outbox", "type": "OrderedCollection", "totalItems": 5, "first": u.iri + "/outbox?page=1"})
	f.good.put("/users/gus/outbox?page=1", obj{"id": u.iri + "/outbox?page=1", "type": "OrderedCollectionPage", "partOf": u.iri + "/outbox", "orderedItems": []any{
		u.activity("Update", newer), u.activity("Create", two), u.activity("Announce", foreign["id"]), u.activity("Create", foreign), u.activity("Create", u.note("chat")),
		"http://good.localhost/x", 7, nil}, "next": u.iri + "/outbox?page=2"})
	f.good.put("/users/gus/outbox?page=2", obj{"id": u.iri + "/outbox?page=2", "type": "OrderedCollectionPage", "orderedItems": []any{u.activity("Create", one)}})
	f.n.follows(u)
	f.settle()
	if diff := cmp.Diff([]string{"one", "two again"}, f.n.titles(u.iri)); diff != "" {
		t.Error(diff)
	}
	if got := f.n.titles(f.vic.iri); len(got) != 0 {
		t.Errorf("foreign: %q", got)
	}
}

// Fedify 2.3 sends its Accept before its 202 to our Follow; its documents have nine digits of seconds, a context that does not
// begin with ActivityStreams, and an RSA key among the proof keys.
func TestFedifyWays(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	f.gus.doc["assertionMethod"] = []any{obj{"id": f.gus.iri + "#multikey-1", "type": "Multikey", "controller": f.gus.iri, "publicKeyMultibase": "z4MXj1wBzi9jUstyPM"}}
	f.gus.publish()
	f.good.answers(func(q request) page {
		if m := q.object(); m["type"] == "Follow" {
			if w := f.gus.request(n, "/inbox", f.gus.activity("Accept", m), sig.Cavage).send(); w.Code != http.StatusAccepted {
				t.Errorf("Accept: %d %s", w.Code, w.Body)
			}
		}
		return page{status: 202}
	})
	if _, err := n.Follow(f.ctx, n.steward, string(f.gus.iri)); err != nil {
		t.Fatal(err)
	}
	f.settle()
	if got := n.peer(f.gus.iri).State; got != queue.Accepted {
		t.Fatalf("%q", got)
	}
	f.gus.tell(n, f.gus.activity("Create", f.gus.offer("flour", obj{"published": "2026-11-20T11:00:00.123456789Z"}),
		obj{"@context": []any{"https://w3id.org/identity/v1", "https://www.w3.org/ns/activitystreams", obj{"x": "y:z"}}, "published": "2026-11-20T11:00:00.123456789Z",
			"proof": obj{"type": "DataIntegrityProof"}, "signature": obj{"type": "RsaSignature2017", "creator": f.gus.keyID}}))
	if diff := cmp.Diff([]string{"flour"}, n.titles(f.gus.iri)); diff != "" {
		t.Error(diff)
	}
}

// Whoever moves to another inbox is sent to there.
func TestFollowerMovesItsInbox(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	ada := n.member("ada", true)
	n.followedBy(f.gus)
	f.gus.tell(n, f.gus.activity("Follow", n.base+"/m/ada"))
	must(t, n.AnswerFollow(f.ctx, coop.Member(ada.ID, coop.RoleMember), n.base+"/m/ada", f.gus.iri, true))
	f.settle()
	f.gus.doc["endpoints"] = obj{"sharedInbox": f.good.base + "/new"}
	f.gus.publish()
	f.gus.tell(n, f.gus.activity("Update", f.gus.doc))
	f.good.forget()
	n.posts("bread")
	p, err := n.coopStore.Person(f.ctx, ada.ID)
	must(t, err)
	p.About = "new"
	_, err = n.coop.UpdatePerson(f.ctx, coop.Member(ada.ID, coop.RoleMember), p)
	must(t, err)
	f.settle()
	posts := f.good.requests(http.MethodPost)
	if len(posts) != 2 || posts[0].Path != "/new" || posts[1].Path != "/new" {
		t.Errorf("posts %v", posts)
	}
}
