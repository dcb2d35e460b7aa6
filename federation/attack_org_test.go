package federation_test

import (
	"fmt"
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

// replies lists the public replies under a listing.
func (n *node) replies(l market.Listing) []string {
	n.rig.t.Helper()
	list, err := n.market.Store.Replies(n.rig.ctx, l.ID)
	must(n.rig.t, err)
	out := []string{}
	for _, m := range list {
		out = append(out, m.Body)
	}
	return out
}

func TestORG01AndORG03Creates(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	n.follows(f.vic)
	n.follows(f.eve)
	theirs := f.vic.offer("vic's flour")
	for name, o := range map[string]obj{
		"id at another's origin":          f.eve.offer("eve's", obj{"id": theirs["id"]}),
		"attributed to another":           f.eve.offer("eve's", obj{"attributedTo": f.vic.iri}),
		"attributed to two":               f.eve.offer("eve's", obj{"attributedTo": []any{f.eve.iri, f.vic.iri}}),
		"our namespace":                   f.eve.offer("eve's", obj{"id": l.IRI}),
		"our namespace in capitals":       f.eve.offer("eve's", obj{"id": strings.Replace(string(l.IRI), "bakery", "BAKERY", 1)}),
		"attributed to a number":          f.eve.offer("eve's", obj{"attributedTo": 1}),
		"attributed to a numeral":         f.eve.offer("eve's", obj{"attributedTo": "1"}),
		"attributed to a name":            f.eve.offer("eve's", obj{"attributedTo": "sten"}),
		"attributed to a path":            f.eve.offer("eve's", obj{"attributedTo": "/m/sten"}),
		"attributed to a host":            f.eve.offer("eve's", obj{"attributedTo": n.base.Host()}),
		"attributed to null":              f.eve.offer("eve's", obj{"attributedTo": nil}),
		"attributed to an object":         f.eve.offer("eve's", obj{"attributedTo": obj{}}),
		"attributed to an empty list":     f.eve.offer("eve's", obj{"attributedTo": []any{}}),
		"attributed to true":              f.eve.offer("eve's", obj{"attributedTo": true}),
		"attributed to us":                f.eve.offer("eve's", obj{"attributedTo": n.actor}),
		"a reply at another's origin":     f.eve.note("boo", obj{"id": f.vic.newIRI("n"), "inReplyTo": l.IRI}),
		"a reply attributed to another":   f.eve.note("boo", obj{"attributedTo": f.vic.iri, "inReplyTo": l.IRI}),
		"a reply attributed to a member":  f.eve.note("boo", obj{"attributedTo": n.base + "/m/sten", "inReplyTo": l.IRI}),
		"a reply with our own address":    f.eve.note("boo", obj{"id": n.base + "/n/1", "inReplyTo": l.IRI}),
		"a reply whose author is missing": f.eve.note("boo", obj{"attributedTo": nil, "inReplyTo": l.IRI}),
	} {
		w := f.eve.request(n, "/inbox", f.eve.activity("Create", o), sig.Cavage).send()
		if w.Code >= 500 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	f.settle()
	if got := append(n.titles(f.eve.iri), n.titles(f.vic.iri)...); len(got) != 0 {
		t.Errorf("taken: %q", got)
	}
	if got := n.replies(l); len(got) != 0 {
		t.Errorf("replies: %q", got)
	}
	if got := n.titles(""); len(got) != 1 || got[0] != "bread" {
		t.Errorf("our own: %q", got)
	}
	f.vic.tell(n, f.vic.activity("Create", theirs))
	f.eve.tell(n, f.eve.activity("Create", f.eve.offer("eve's own")))
	f.eve.tell(n, f.eve.activity("Create", f.eve.note("a real reply", obj{"inReplyTo": l.IRI})))
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error("control", diff)
	}
	if diff := cmp.Diff([]string{"eve's own"}, n.titles(f.eve.iri)); diff != "" {
		t.Error("control", diff)
	}
	if diff := cmp.Diff([]string{"<p>a real reply</p>"}, n.replies(l)); diff != "" {
		t.Error("control", diff)
	}
}

func TestORG07To09Fetches(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	f.vic.tell(n, f.vic.activity("Like", n.posts("x").IRI))
	before, err := n.queue.Actor(f.ctx, f.vic.iri)
	must(t, err)
	lie := obj{}
	for k, v := range f.vic.doc {
		lie[k] = v
	}
	lie["publicKey"] = obj{"id": f.vic.keyID, "owner": f.vic.iri, "publicKeyPem": str(f.eve.doc, "publicKey", "publicKeyPem")}
	f.evil.put("/x", lie)
	f.evil.putPage("/to-victim", page{status: http.StatusFound, header: map[string]string{"Location": string(f.victim.base) + "/uploads/e.json"}})
	up := obj{}
	for k, v := range f.eve.doc {
		up[k] = v
	}
	up["id"] = f.victim.base + "/uploads/e.json"
	f.victim.put("/uploads/e.json", up)
	f.victim.putPage("/redirect?u=evil", page{status: http.StatusFound, header: map[string]string{"Location": string(f.eve.iri)}})
	for _, at := range []coop.IRI{f.evil.base + "/x", f.evil.base + "/to-victim", f.victim.base + "/redirect?u=evil"} {
		if _, err := n.FetchActor(f.ctx, at); err == nil {
			t.Errorf("%s was believed", at)
		}
	}
	for _, ct := range []string{"application/json", "text/html", "text/plain", "image/png", "", "application/ld+json", activityJSON + "x"} {
		f.evil.putPage("/users/typed", page{contentType: ct, body: jsonOf(obj{"id": f.evil.base + "/users/typed", "type": "Person", "inbox": f.evil.base + "/i"})})
		if _, err := n.FetchActor(f.ctx, f.evil.base+"/users/typed"); err == nil {
			t.Errorf("ORG-08: %q was believed", ct)
		}
	}
	after, err := n.queue.Actor(f.ctx, f.vic.iri)
	must(t, err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("vic changed: %s", diff)
	}
	if _, err := n.FetchActor(f.ctx, f.eve.iri); err != nil {
		t.Errorf("control: %v", err)
	}
	f.evil.putPage("/users/typed", page{contentType: `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`,
		body: jsonOf(obj{"id": f.evil.base + "/users/typed", "type": "Person", "inbox": f.evil.base + "/i"})})
	if _, err := n.FetchActor(f.ctx, f.evil.base+"/users/typed"); err != nil {
		t.Errorf("control: %v", err)
	}
}

func TestORG11UpdateOfAnothers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	n.follows(f.vic)
	n.follows(f.vera)
	n.follows(f.eve)
	offer := f.vic.offer("vic's flour")
	reply := f.vic.note("vic says", obj{"inReplyTo": l.IRI})
	f.vic.tell(n, f.vic.activity("Create", offer))
	f.vic.tell(n, f.vic.activity("Create", reply))
	f.clock.add(time.Minute)
	edit := func(o obj, as *user, text string) obj {
		e := obj{}
		for k, v := range o {
			e[k] = v
		}
		e["attributedTo"], e["name"], e["content"] = as.iri, text, "<p>"+text+"</p>"
		e["updated"] = f.clock.now().Format(time.RFC3339)
		return e
	}
	for _, by := range []*user{f.vera, f.eve} {
		for _, as := range []*user{by, f.vic} {
			for _, o := range []obj{offer, reply} {
				by.request(n, "/inbox", by.activity("Update", edit(o, as, "spoilt")), sig.Cavage).send()
			}
		}
		by.request(n, "/inbox", by.activity("Update", offer["id"]), sig.Cavage).send()
	}
	f.settle()
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"<p>vic says</p>"}, n.replies(l)); diff != "" {
		t.Error(diff)
	}
	f.vic.tell(n, f.vic.activity("Update", edit(offer, f.vic, "finer flour")))
	f.vic.tell(n, f.vic.activity("Update", edit(reply, f.vic, "vic says better")))
	if diff := cmp.Diff([]string{"finer flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error("control", diff)
	}
	if diff := cmp.Diff([]string{"<p>vic says better</p>"}, n.replies(l)); diff != "" {
		t.Error("control", diff)
	}
}

func TestORG13ActorUpdate(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.eve)
	n.followedBy(f.vic)
	for _, inbox := range []coop.IRI{f.vic.iri + "/inbox", n.base + "/inbox", "http://127.0.0.1:1/inbox", "https://example.org/inbox"} {
		f.eve.doc["inbox"] = inbox
		f.eve.doc["endpoints"] = obj{"sharedInbox": inbox}
		f.eve.publish()
		f.eve.tell(n, f.eve.activity("Update", f.eve.doc))
		a, err := n.queue.Actor(f.ctx, f.eve.iri)
		must(t, err)
		if a.Inbox == inbox || a.SharedInbox == inbox {
			t.Errorf("inbox is %s", a.Inbox)
		}
	}
	f.victim.forget()
	n.posts("bread")
	f.settle()
	if got := len(f.victim.got("Create")); got != 1 {
		t.Errorf("victim got %d", got)
	}
	// eve updates vic
	doc := obj{}
	for k, v := range f.vic.doc {
		doc[k] = v
	}
	doc["name"] = "not vic"
	f.eve.request(n, "/inbox", f.eve.activity("Update", doc), sig.Cavage).send()
	f.settle()
	if a, err := n.queue.Actor(f.ctx, f.vic.iri); err != nil || a.Name != "VIC" {
		t.Errorf("vic is %q", a.Name)
	}
	f.vic.doc["name"] = "Vic the second"
	f.vic.publish()
	f.vic.tell(n, f.vic.activity("Update", f.vic.doc))
	if a, err := n.queue.Actor(f.ctx, f.vic.iri); err != nil || a.Name != "Vic the second" {
		t.Errorf("control: vic is %q", a.Name)
	}
}

func TestORG14Deletes(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	n.follows(f.vic)
	n.follows(f.vera)
	n.follows(f.eve)
	offer := f.vic.offer("vic's flour")
	f.vic.tell(n, f.vic.activity("Create", offer))
	for _, by := range []*user{f.eve, f.vera} {
		for _, what := range []any{offer["id"], obj{"id": offer["id"], "type": "Tombstone"}, f.vic.iri, l.IRI, n.actor} {
			by.request(n, "/inbox", by.activity("Delete", what), sig.Cavage).send()
		}
	}
	f.settle()
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error(diff)
	}
	if w := n.get(path(l.IRI), nil); w.Code != http.StatusOK {
		t.Errorf("our offer: %d", w.Code)
	}
	f.vic.tell(n, f.vic.activity("Delete", obj{"id": offer["id"], "type": "Tombstone"}))
	if got := n.titles(f.vic.iri); len(got) != 0 {
		t.Errorf("control: %q", got)
	}
}

// A neighbour on the same host says that something is deleted which we have never seen: its owner can still publish it.
func TestORG14DeleteOfWhatIsToCome(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.vic)
	n.follows(f.vera)
	offer := f.vic.offer("vic's flour")
	f.vera.tell(n, f.vera.activity("Delete", offer["id"]))
	f.vic.tell(n, f.vic.activity("Create", offer))
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error(diff)
	}
	other := f.vic.offer("vic's oats")
	f.vic.tell(n, f.vic.activity("Delete", other["id"]))
	f.vic.tell(n, f.vic.activity("Create", other))
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Error("control", diff)
	}
}

func TestORG14GoneActor(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.vic)
	n.followedBy(f.vic)
	f.vic.tell(n, f.vic.activity("Create", f.vic.offer("vic's flour")))
	// Somebody forges a Delete of vic, with a key that can't be had: vic is still there.
	forged := *f.eve
	forged.keyID = f.vic.iri + "#other"
	s, err := sig.NewSigner(forged.keyID, f.eve.key)
	must(t, err)
	forged.signer = s
	del := f.vic.activity("Delete", f.vic.iri)
	forged.request(n, "/inbox", del, sig.Cavage).send()
	f.settle()
	if diff := cmp.Diff([]string{"vic's flour"}, n.titles(f.vic.iri)); diff != "" {
		t.Fatal(diff)
	}
	// Now it is true.
	f.clock.add(10 * time.Minute)
	f.victim.putPage("/users/vic", page{status: http.StatusGone})
	forged.keyID = f.vic.iri + "#third"
	forged.signer, err = sig.NewSigner(forged.keyID, f.eve.key)
	must(t, err)
	if w := forged.request(n, "/inbox", f.vic.activity("Delete", f.vic.iri), sig.Cavage).send(); w.Code != http.StatusAccepted {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f.settle()
	if got := n.titles(f.vic.iri); len(got) != 0 {
		t.Errorf("listings of the gone: %q", got)
	}
	if n.follower(f.vic.iri) != "" || n.peer(f.vic.iri).State != "" {
		t.Error("follows of the gone stand")
	}
}

// Delete of somebody we never heard of: 202 at once, without asking anybody.
func TestDeleteOfAnUnknownActor(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.victim.putPage("/users/vic", page{status: http.StatusGone})
	for i := range 100 {
		u := *f.vic
		u.iri = f.victim.base + coop.IRI(fmt.Sprintf("/users/left%d", i))
		s, err := sig.NewSigner(u.iri+"#main-key", f.vic.key)
		must(t, err)
		u.signer = s
		if w := u.request(f.n, "/inbox", u.activity("Delete", u.iri), sig.Cavage).send(); w.Code != http.StatusAccepted {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if got := f.victim.requests(http.MethodGet); len(got) != 0 {
		t.Errorf("%d requests", len(got))
	}
	// Those who stay are still welcome.
	f.n.followedBy(f.vera)
}

func TestORG15UndoOfAnothers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	follow, like := f.vic.activity("Follow", n.actor), f.vic.activity("Like", l.IRI)
	f.vic.tell(n, follow)
	f.vic.tell(n, like)
	n.followedBy(f.vera)
	for _, by := range []*user{f.eve, f.vera} {
		for _, what := range []any{follow["id"], like["id"], follow, like, obj{"id": like["id"], "type": "Announce"},
			obj{"id": follow["id"], "type": "Follow", "actor": f.vic.iri, "object": n.actor},
			obj{"id": like["id"], "type": "Follow", "actor": by.iri}} {
			by.request(n, "/inbox", by.activity("Undo", what), sig.Cavage).send()
		}
	}
	f.settle()
	if likes, _ := n.reactions(l); likes != 1 || n.follower(f.vic.iri) != queue.Accepted {
		t.Errorf("%d likes, vic's follow is %q", likes, n.follower(f.vic.iri))
	}
	if n.follower(f.vera.iri) != queue.Accepted {
		t.Error("vera's own follow was undone by her Undo of vic's")
	}
	f.vic.tell(n, f.vic.activity("Undo", like["id"]))
	f.vic.tell(n, f.vic.activity("Undo", follow))
	if likes, _ := n.reactions(l); likes != 0 || n.follower(f.vic.iri) != "" {
		t.Errorf("control: %d likes, vic's follow is %q", likes, n.follower(f.vic.iri))
	}
}

func TestORG16FollowOnBehalf(t *testing.T) {
	t.Parallel()
	f := newField(t)
	a := f.vic.activity("Follow", f.n.actor)
	if w := f.eve.request(f.n, "/inbox", a, sig.Cavage).send(); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
	f.eve.tell(f.n, f.eve.activity("Follow", f.vic.iri))
	f.eve.tell(f.n, f.eve.activity("Follow", f.n.base+"/m/nobody"))
	f.eve.tell(f.n, f.eve.activity("Follow", f.n.base+"/m/sten"))
	for _, at := range []coop.IRI{f.n.actor, f.n.base + "/m/nobody", f.n.base + "/m/sten", f.vic.iri} {
		for _, u := range []*user{f.vic, f.eve} {
			if got := f.n.followerOf(at, u.iri); got != "" {
				t.Errorf("%s follows %s: %q", u.name, at, got)
			}
		}
	}
	if n := len(f.evil.got("Accept")); n != 0 {
		t.Errorf("%d Accepts", n)
	}
}

func TestORG17AnswersNobodyAskedFor(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	_, err := n.Follow(f.ctx, n.steward, string(f.gus.iri))
	must(t, err)
	f.settle()
	follow := f.good.got("Follow")[0]
	pending := func(what string) {
		t.Helper()
		if got := n.peer(f.gus.iri).State; got != queue.Requested {
			t.Errorf("%s: follow of gus is %q", what, got)
		}
		if got := n.peer(f.eve.iri).State; got != "" {
			t.Errorf("%s: follow of eve is %q", what, got)
		}
	}
	gil := f.good.user("gil")
	for _, by := range []*user{f.eve, gil} {
		for _, typ := range []string{"Accept", "Reject"} {
			for name, what := range map[string]any{"id": follow["id"], "whole": follow, "forged": obj{"id": follow["id"], "type": "Follow", "actor": n.actor, "object": by.iri},
				"without id": obj{"type": "Follow", "actor": n.actor, "object": f.gus.iri}, "never sent": n.base + "/a/" + coop.IRI(newID())} {
				by.tell(n, by.activity(typ, what))
				pending(by.name + " " + typ + " " + name)
			}
		}
	}
	f.gus.tell(n, f.gus.activity("Accept", f.gus.newIRI("f")))
	pending("gus accepts another")
	f.gus.tell(n, f.gus.activity("Accept", follow))
	if got := n.peer(f.gus.iri).State; got != queue.Accepted {
		t.Fatalf("control: %q", got)
	}
	f.gus.tell(n, f.gus.activity("Accept", follow))
	if got := n.peer(f.gus.iri).State; got != queue.Accepted {
		t.Fatalf("twice: %q", got)
	}
	must(t, n.Unfollow(f.ctx, n.steward, f.gus.iri))
	f.settle()
	f.gus.tell(n, f.gus.activity("Accept", follow))
	f.gus.tell(n, f.gus.activity("Create", f.gus.offer("late")))
	if got := n.peer(f.gus.iri).State; got == queue.Accepted {
		t.Error("accepted after our Undo")
	}
	if got := n.titles(f.gus.iri); len(got) != 0 {
		t.Errorf("late: %q", got)
	}
}

func TestORG19Announces(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	public, peers, inside := n.posts("public"), n.posts("peers", seenBy(coop.Peers)), n.posts("inside", seenBy(coop.CoopOnly))
	n.follows(f.eve)
	f.evil.forget()
	for _, l := range []market.Listing{peers, inside, public} {
		f.eve.tell(n, f.eve.activity("Announce", l.IRI))
	}
	f.eve.tell(n, f.eve.activity("Announce", f.vic.offer("forged for vic")))
	f.eve.tell(n, f.eve.activity("Announce", f.eve.newIRI("a")))
	many := []any{}
	for i := range 150 {
		many = append(many, fmt.Sprintf("%s/n/%d", f.victim.base, i))
	}
	f.eve.request(n, "/inbox", f.eve.activity("Announce", many), sig.Cavage).send()
	f.settle()
	for l, want := range map[*market.Listing]int{&public: 1, &peers: 0, &inside: 0} {
		if _, got := n.reactions(*l); got != want {
			t.Errorf("%v: %d announces", l.Title, got)
		}
	}
	if got := n.titles(f.vic.iri); len(got) != 0 {
		t.Errorf("forged: %q", got)
	}
	if got := f.victim.requests(""); len(got) != 0 {
		t.Errorf("%d requests to victim", len(got))
	}
}

func TestORG22BlockedPeer(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"evil.localhost", "EVIL.localhost", "evil.localhost.", "evil.localhost:443", "localhost", "http://evil.localhost",
		"https://evil.localhost/", " evil.localhost "} {
		t.Run(spelling, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			n := f.n
			l := n.posts("bread")
			sub := f.rig.peer("sub.evil").user("sue")
			n.follows(f.eve)
			n.followedBy(f.eve)
			n.followedBy(sub)
			f.eve.tell(n, f.eve.activity("Create", f.eve.offer("eve's")))
			f.eve.tell(n, f.eve.activity("Create", f.eve.note("reply", obj{"inReplyTo": l.IRI})))
			f.eve.tell(n, f.eve.activity("Like", l.IRI))
			must(t, n.Block(f.ctx, n.steward, spelling, "spam"))
			f.settle()
			if got := n.titles(f.eve.iri); len(got) != 0 {
				t.Errorf("listings: %q", got)
			}
			if got := n.replies(l); len(got) != 0 {
				t.Errorf("replies: %q", got)
			}
			if likes, _ := n.reactions(l); likes != 0 || n.follower(f.eve.iri) != "" || n.follower(sub.iri) != "" || n.peer(f.eve.iri).State == queue.Accepted {
				t.Errorf("left: %d likes, %q, %q, %q", likes, n.follower(f.eve.iri), n.follower(sub.iri), n.peer(f.eve.iri).State)
			}
			f.evil.forget()
			sub.peer.forget()
			for _, u := range []*user{f.eve, sub} {
				if w := u.request(n, "/inbox", u.activity("Follow", n.actor), sig.Cavage).send(); w.Code != http.StatusForbidden {
					t.Errorf("%s: %d", u.name, w.Code)
				}
			}
			if w := f.evil.user("new").request(n, "/inbox", f.eve.activity("Follow", n.actor), sig.Cavage).send(); w.Code != http.StatusForbidden {
				t.Errorf("a new actor: %d", w.Code)
			}
			if _, err := n.Follow(f.ctx, n.steward, string(f.eve.iri)); err == nil {
				t.Error("a blocked one can be followed")
			}
			if _, err := n.Follow(f.ctx, n.steward, "@eve@"+f.evil.base.Host()); err == nil {
				t.Error("a blocked one can be followed by handle")
			}
			n.posts("after")
			f.settle()
			if got := append(f.evil.requests(""), sub.peer.requests("")...); len(got) != 0 {
				t.Errorf("asked blocked servers: %v", got)
			}
			// Lifted, it may come again.
			must(t, n.Unblock(f.ctx, n.steward, spelling))
			n.followedBy(f.eve)
		})
	}
}

func TestBlockOfOneActor(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.vic)
	n.followedBy(f.vera)
	must(t, n.Block(f.ctx, n.steward, "@vic@"+f.victim.base.Host(), ""))
	if n.follower(f.vic.iri) != "" || n.follower(f.vera.iri) != queue.Accepted {
		t.Errorf("vic %q, vera %q", n.follower(f.vic.iri), n.follower(f.vera.iri))
	}
	if w := f.vic.request(n, "/inbox", f.vic.activity("Follow", n.actor), sig.Cavage).send(); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
	for _, bad := range []string{"", "ftp://x/y", "a b", "@nobody@unknown.localhost", "bakery.localhost", string(n.actor)} {
		if err := n.Block(f.ctx, n.steward, bad, ""); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := n.Block(f.ctx, coop.Member("x", coop.RoleMember), "evil.localhost", ""); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("by a member: %v", err)
	}
	must(t, n.Block(f.ctx, n.steward, "BÜCHER.example", ""))
	list, err := n.queue.Blocks(f.ctx)
	must(t, err)
	if len(list) != 2 || list[1].Target != "xn--bcher-kva.example" {
		t.Errorf("%+v", list)
	}
}
