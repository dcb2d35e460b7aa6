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

func (n *node) threads() []market.Thread {
	n.rig.t.Helper()
	list, _, err := n.market.Store.Threads(n.rig.ctx, "", 50, "")
	must(n.rig.t, err)
	return list
}

func TestHeldFollows(t *testing.T) {
	t.Parallel()
	f := newField(t, holdFollows)
	n := f.n
	for _, u := range []*user{f.gus, f.eve} {
		u.tell(n, u.activity("Follow", n.actor))
		if got := n.follower(u.iri); got != queue.Requested {
			t.Fatalf("%s is %q", u.name, got)
		}
	}
	n.posts("before")
	f.settle()
	if got := append(f.good.requests(http.MethodPost), f.evil.requests(http.MethodPost)...); len(got) != 0 {
		t.Errorf("sent to those who wait: %v", got)
	}
	if err := n.AnswerFollow(f.ctx, coop.Member(n.member("ada", true).ID, coop.RoleMember), n.actor, f.gus.iri, true); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("a member answers: %v", err)
	}
	must(t, n.AnswerFollow(f.ctx, n.steward, n.actor, f.gus.iri, true))
	must(t, n.AnswerFollow(f.ctx, n.steward, n.actor, f.eve.iri, false))
	n.posts("after")
	f.settle()
	if a := f.good.got("Accept"); len(a) != 1 || str(a[0], "object", "type") != "Follow" || str(a[0], "object", "actor") != string(f.gus.iri) {
		t.Errorf("Accept: %v", a)
	}
	if len(f.good.got("Create")) != 1 || len(f.evil.got("Create")) != 0 || len(f.evil.got("Reject")) != 1 {
		t.Errorf("good got %v, evil got %v", f.good.requests(http.MethodPost), f.evil.requests(http.MethodPost))
	}
	// Later the steward removes gus.
	must(t, n.AnswerFollow(f.ctx, n.steward, n.actor, f.gus.iri, false))
	n.posts("last")
	f.settle()
	if len(f.good.got("Reject")) != 1 || len(f.good.got("Create")) != 1 {
		t.Errorf("good got %v", f.good.requests(http.MethodPost))
	}
}

func TestFollowComesAgain(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	follow := f.gus.activity("Follow", n.actor)
	f.gus.tell(n, follow)
	f.gus.tell(n, follow)
	f.gus.tell(n, follow)
	if got := len(f.good.got("Accept")); got != 1 {
		t.Errorf("the same Follow thrice at once: %d Accepts", got)
	}
	f.clock.add(time.Hour)
	f.gus.tell(n, follow) // the answer was lost
	if got := len(f.good.got("Accept")); got != 2 {
		t.Errorf("the same Follow an hour later: %d Accepts", got)
	}
	f.gus.tell(n, f.gus.activity("Follow", n.actor))
	if got := len(f.good.got("Accept")); got != 3 {
		t.Errorf("another Follow: %d Accepts", got)
	}
	if got := n.follower(f.gus.iri); got != queue.Accepted {
		t.Errorf("%q", got)
	}
	// The same id after an Undo (Misskey makes it of both names).
	f.gus.tell(n, follow)
	f.gus.tell(n, f.gus.activity("Undo", follow))
	if got := n.follower(f.gus.iri); got != "" {
		t.Errorf("after Undo: %q", got)
	}
	last := len(f.good.got("Accept"))
	f.gus.tell(n, f.gus.activity("Follow", n.actor))
	if got := len(f.good.got("Accept")); got != last+1 || n.follower(f.gus.iri) != queue.Accepted {
		t.Errorf("a new Follow after Undo: %d Accepts, %q", got-last, n.follower(f.gus.iri))
	}
}

// Follow, Undo, Follow while our workers slept: the last word counts.
func TestFollowAfterUndoInOneGo(t *testing.T) {
	t.Parallel()
	f := newField(t)
	one, two := f.gus.activity("Follow", f.n.actor), f.gus.activity("Follow", f.n.actor)
	f.gus.send(f.n, one)
	f.gus.send(f.n, f.gus.activity("Undo", one))
	f.gus.send(f.n, two)
	f.settle()
	if got := f.n.follower(f.gus.iri); got != queue.Accepted {
		t.Errorf("%q", got)
	}
}

// One remote actor follows both the co-op and a steward who is public: each is answered by whom it concerns, and by nobody else.
func TestMembersAnswerTheirOwnFollows(t *testing.T) {
	t.Parallel()
	f := newField(t, holdFollows)
	n := f.n
	p := n.sten
	p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone}
	_, err := n.coop.UpdatePerson(f.ctx, n.steward, p)
	must(t, err)
	sten, ada := n.base+"/m/sten", coop.Member(n.member("ada", true).ID, coop.RoleMember)
	ben := coop.Member(n.member("ben", false).ID, coop.RoleMember)
	f.settle()
	f.gus.tell(n, f.gus.activity("Follow", n.actor))
	f.gus.tell(n, f.gus.activity("Follow", sten))
	states := func() []queue.Relation {
		return []queue.Relation{n.follower(f.gus.iri), n.followerOf(sten, f.gus.iri)}
	}
	want := func(what string, co, member queue.Relation) {
		t.Helper()
		if diff := cmp.Diff([]queue.Relation{co, member}, states()); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	want("asked", queue.Requested, queue.Requested)
	for name, c := range map[string]struct {
		by    coop.Actor
		local coop.IRI
		class coop.Class
	}{
		"a member for the co-op":                {ada, n.actor, coop.Forbidden},
		"a member for another":                  {ada, sten, coop.Forbidden},
		"a member whom nobody may know of":      {ben, n.base + "/m/ben", coop.Forbidden},
		"a steward for a member":                {n.steward, n.base + "/m/ada", coop.Forbidden},
		"a steward for the instance":            {n.steward, n.base + "/instance", coop.Forbidden},
		"the command line for a member":         {coop.System("test"), sten, coop.Unauthenticated},
		"nobody in particular":                  {coop.Anonymous(), sten, coop.Unauthenticated},
		"a neighbour for the co-op":             {coop.Remote(f.gus.iri), n.actor, coop.Unauthenticated},
		"a member whom that one did not follow": {ada, n.base + "/m/ada", coop.NotFound},
	} {
		for _, accept := range []bool{true, false} {
			if err := n.AnswerFollow(f.ctx, c.by, c.local, f.gus.iri, accept); coop.ClassOf(err) != c.class {
				t.Errorf("%s, accept %t: %v", name, accept, err)
			}
		}
	}
	want("after whoever may not", queue.Requested, queue.Requested)
	must(t, n.AnswerFollow(f.ctx, n.steward, sten, f.gus.iri, true))
	want("the member accepted", queue.Requested, queue.Accepted)
	must(t, n.AnswerFollow(f.ctx, n.steward, n.actor, f.gus.iri, false))
	want("the co-op refused", "", queue.Accepted)
	f.settle()
	if a := f.good.got("Accept"); len(a) != 1 || a[0]["actor"] != string(sten) || str(a[0], "object", "object") != string(sten) {
		t.Errorf("Accept: %v", a)
	}
	if a := f.good.got("Reject"); len(a) != 1 || a[0]["actor"] != string(n.actor) || str(a[0], "object", "object") != string(n.actor) {
		t.Errorf("Reject: %v", a)
	}
	must(t, n.AnswerFollow(f.ctx, n.steward, sten, f.gus.iri, false))
	f.settle()
	want("the member removed it", "", "")
	if a := f.good.got("Reject"); len(a) != 2 || a[1]["actor"] != string(sten) {
		t.Errorf("Reject: %v", a)
	}
}

// A follow that we dropped on our side is taken back at home, where they still hold it, and made anew: the Undo of the old one
// waits for nothing that will come, and must not fall upon the new one.
func TestUndoOfForgottenFollow(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]func(*field) error{
		"blocked and unblocked": func(f *field) error {
			if err := f.n.Block(f.ctx, f.n.steward, string(f.gus.iri), ""); err != nil {
				return err
			}
			return f.n.Unblock(f.ctx, f.n.steward, string(f.gus.iri))
		},
		"refused": func(f *field) error { return f.n.AnswerFollow(f.ctx, f.n.steward, f.n.actor, f.gus.iri, false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			old := f.gus.activity("Follow", f.n.actor)
			f.gus.tell(f.n, old)
			must(t, drop(f))
			f.settle()
			if got := f.n.follower(f.gus.iri); got != "" {
				t.Fatalf("still %q", got)
			}
			f.clock.add(time.Second)
			f.gus.tell(f.n, f.gus.activity("Undo", old))
			f.clock.add(time.Second)
			again := f.gus.activity("Follow", f.n.actor)
			f.gus.tell(f.n, again)
			if got := f.n.follower(f.gus.iri); got != queue.Accepted {
				t.Fatalf("the new follow: %q", got)
			}
			f.clock.add(time.Second)
			f.gus.tell(f.n, f.gus.activity("Undo", again))
			if got := f.n.follower(f.gus.iri); got != "" {
				t.Errorf("after its own Undo: %q", got)
			}
		})
	}
}

func TestUndoForms(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]func(obj) any{
		"by id":      func(a obj) any { return a["id"] },
		"embedded":   func(a obj) any { return a },
		"without id": func(a obj) any { return obj{"type": a["type"], "actor": a["actor"], "object": a["object"]} },
	} {
		for _, typ := range []string{"Follow", "Like", "Announce"} {
			for _, first := range []bool{false, true} {
				if name == "without id" && (typ != "Follow" || first) {
					continue // nothing says which one is meant
				}
				title := typ + " " + name
				if first {
					title += ", before it"
				}
				t.Run(title, func(t *testing.T) {
					t.Parallel()
					f := newField(t)
					n := f.n
					l := n.posts("bread")
					object := any(l.IRI)
					if typ == "Follow" {
						object = n.actor
					}
					a := f.gus.activity(typ, object)
					undo := f.gus.activity("Undo", form(a))
					count := func() int {
						likes, announces := n.reactions(l)
						if n.follower(f.gus.iri) == queue.Accepted {
							likes++
						}
						return likes + announces
					}
					if first {
						f.gus.tell(n, undo)
						if rows := n.inbound(queue.Parked); len(rows) != 1 {
							t.Fatalf("parked: %+v", rows)
						}
						f.gus.tell(n, a)
					} else {
						f.gus.tell(n, a)
						if count() != 1 {
							t.Fatal("no effect")
						}
						f.gus.tell(n, undo)
					}
					if count() != 0 {
						t.Error("not undone")
					}
					if rows := n.inbound(""); len(rows) != 0 {
						t.Errorf("left: %+v", rows)
					}
				})
			}
		}
	}
}

// snac gives a Like and its Undo the same ids each time.
func TestReactionComesAgainUnderItsId(t *testing.T) {
	t.Parallel()
	f := newField(t)
	l := f.n.posts("bread")
	for _, typ := range []string{"Like", "Announce"} {
		a := f.gus.activity(typ, l.IRI)
		undo := f.gus.activity("Undo", a)
		for range 3 {
			f.clock.add(time.Second)
			a["published"], undo["published"] = f.clock.now(), f.clock.now()
			f.gus.tell(f.n, a)
			if likes, announces := f.n.reactions(l); likes+announces != 1 {
				t.Fatalf("%s: %d likes, %d announces", typ, likes, announces)
			}
			f.gus.tell(f.n, undo)
			f.gus.tell(f.n, a) // late, by the other inbox
			if likes, announces := f.n.reactions(l); likes+announces != 0 {
				t.Fatalf("Undo %s: %d likes, %d announces", typ, likes, announces)
			}
		}
	}
}

func TestConversation(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	ada := n.member("ada", true)
	l, err := n.market.PostListing(f.ctx, coop.Member(ada.ID, coop.RoleMember), market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "bread"}, Modes: []market.Mode{market.Gift}, Visibility: coop.Everyone})
	must(t, err)
	// In public, with a single string as audience, and all slashes escaped as PHP does.
	public := f.gus.note("Is it rye? <script>alert(1)</script>", obj{"inReplyTo": l.IRI, "to": coop.Public, "cc": n.actor})
	f.gus.tell(n, strings.ReplaceAll(string(jsonOf(f.gus.activity("Create", public))), "/", `\/`))
	if diff := cmp.Diff([]string{"<p>Is it rye? </p>"}, n.replies(l)); diff != "" {
		t.Error(diff)
	}
	// A private one lands with the member whose offer it is.
	private := f.gus.note("Can I have two?", obj{"inReplyTo": l.IRI, "to": []any{n.actor}, "cc": []any{}, "tag": []any{obj{"type": "Mention", "href": n.actor}}})
	f.gus.tell(n, f.gus.activity("Create", private))
	list := n.threads()
	if len(list) != 1 || list[0].Owner != ada.ID || list[0].Listing != l.ID || list[0].Other.IRI != f.gus.iri || list[0].Unread != 1 {
		t.Fatalf("threads: %+v", list)
	}
	if got := n.replies(l); len(got) != 1 {
		t.Errorf("a private reply is shown: %q", got)
	}
	m, err := n.market.Answer(f.ctx, coop.Member(ada.ID, coop.RoleMember), list[0].ID, "Yes, two.")
	must(t, err)
	f.good.forget()
	f.settle()
	posts := f.good.requests(http.MethodPost)
	if len(posts) != 1 || posts[0].Path != "/users/gus/inbox" {
		t.Fatalf("sent: %v", posts)
	}
	create := posts[0].object()
	note, _ := create["object"].(map[string]any)
	if create["type"] != "Create" || note["type"] != "Note" || note["inReplyTo"] != private["id"] || note["attributedTo"] != string(n.actor) || create["proof"] != nil {
		t.Errorf("answer: %v", create)
	}
	if diff := cmp.Diff([]any{string(f.gus.iri)}, note["to"]); diff != "" || strings.Contains(string(posts[0].Body), "#Public") {
		t.Errorf("audience: %s", diff)
	}
	mention := false
	tags, _ := note["tag"].([]any)
	for _, x := range tags {
		tag, _ := x.(map[string]any)
		mention = mention || tag["type"] == "Mention" && tag["href"] == string(f.gus.iri)
	}
	if !mention || !strings.Contains(str(note, "content"), "Yes, two.") {
		t.Errorf("answer: %v", note)
	}
	// gus's server may ask for it, nobody else.
	for _, at := range []string{path(m.IRI), path(coop.IRI(str(create, "id")))} {
		if w := n.get(at, f.gus); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Yes, two.") {
			t.Errorf("%s for gus: %d", at, w.Code)
		}
		for name, u := range map[string]*user{"nobody": nil, "eve": f.eve, "gil of the same server": f.good.user("gil")} {
			if w := n.get(at, u); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "two") {
				t.Errorf("%s for %s: %d", at, name, w.Code)
			}
		}
	}
	// He edits, goes on, and takes it back.
	f.clock.add(time.Minute)
	edited := obj{}
	for k, v := range private {
		edited[k] = v
	}
	edited["content"], edited["updated"] = "<p>Three?</p>", f.clock.now().Format(time.RFC3339Nano)
	same := f.gus.newIRI("u")
	f.gus.tell(n, f.gus.activity("Update", edited, obj{"id": same}))
	second := f.gus.note("Thanks", obj{"inReplyTo": m.IRI, "to": []any{n.actor}, "cc": []any{}})
	f.gus.tell(n, f.gus.activity("Create", second))
	said := func() (out []string) {
		_, msgs, err := n.market.Thread(f.ctx, coop.Member(ada.ID, coop.RoleMember), list[0].ID)
		must(t, err)
		for _, m := range msgs {
			out = append(out, m.Body)
		}
		return out
	}
	if diff := cmp.Diff([]string{"<p>Three?</p>", "Yes, two.", "<p>Thanks</p>"}, said()); diff != "" {
		t.Error(diff)
	}
	// GoToSocial gives every edit of a post one Update id.
	f.clock.add(time.Minute)
	edited["content"], edited["updated"] = "<p>Four?</p>", f.clock.now().Format(time.RFC3339Nano)
	f.gus.tell(n, f.gus.activity("Update", edited, obj{"id": same}))
	f.gus.tell(n, f.gus.activity("Delete", obj{"id": second["id"], "type": "Tombstone"}))
	if diff := cmp.Diff([]string{"<p>Four?</p>", "Yes, two."}, said()); diff != "" {
		t.Error(diff)
	}
}

func TestMessagesToMembers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	ada, bea := n.member("ada", true), n.member("bea", false)
	direct := func(to coop.IRI) obj { return f.gus.note("to "+string(to), obj{"to": []any{to}, "cc": []any{}}) }
	if w := f.gus.request(n, "/m/ada/inbox", f.gus.activity("Create", direct(n.base+"/m/ada")), sig.Cavage).send(); w.Code != http.StatusAccepted {
		t.Fatalf("%d", w.Code)
	}
	f.settle()
	f.gus.tell(n, f.gus.activity("Create", direct(n.actor)))
	f.gus.tell(n, f.gus.activity("Create", direct(n.base+"/m/bea")))
	f.gus.tell(n, f.gus.activity("Create", direct(n.base+"/m/nobody")))
	owners := map[coop.ID]int{}
	for _, x := range n.threads() {
		owners[x.Owner]++
	}
	if diff := cmp.Diff(map[coop.ID]int{ada.ID: 1, "": 1}, owners); diff != "" {
		t.Errorf("bea is %s: %s", bea.ID, diff)
	}
	var bodies []string
	for _, h := range []string{"bea", "nobody", "x-y"} {
		w := f.gus.request(n, "/m/"+h+"/inbox", f.gus.activity("Create", direct(n.actor)), sig.Cavage).send()
		if w.Code != http.StatusNotFound {
			t.Errorf("inbox of %s: %d", h, w.Code)
		}
		bodies = append(bodies, w.Body.String())
	}
	if bodies[0] != bodies[1] {
		t.Errorf("hidden and missing differ: %q", bodies)
	}
}

func TestReportsAndBlocks(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	n.follows(f.gus)
	n.followedBy(f.gus)
	f.gus.tell(n, f.gus.activity("Create", f.gus.offer("flour")))
	f.gus.tell(n, f.gus.activity("Flag", []any{n.actor, l.IRI, f.eve.iri}, obj{"content": "<p>not <b>nice</b></p>"}))
	f.gus.tell(n, f.gus.activity("Flag", []any{f.eve.iri}))
	list, err := n.queue.Reports(f.ctx)
	must(t, err)
	if len(list) != 1 || list[0].Content != "not nice" || list[0].From != f.gus.iri {
		t.Errorf("reports: %+v", list)
	}
	if len(list) == 1 {
		if diff := cmp.Diff([]coop.IRI{n.actor, l.IRI}, list[0].Objects); diff != "" {
			t.Error(diff)
		}
	}
	f.eve.tell(n, f.eve.activity("Block", f.gus.iri))
	if n.follower(f.gus.iri) != queue.Accepted {
		t.Error("eve's Block of gus touched us")
	}
	f.gus.tell(n, f.gus.activity("Block", n.actor))
	if n.follower(f.gus.iri) != "" || len(n.titles(f.gus.iri)) != 0 || n.peer(f.gus.iri).State == queue.Accepted {
		t.Errorf("after Block: %q, %q", n.follower(f.gus.iri), n.titles(f.gus.iri))
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.gus)
	f.gus.tell(n, f.gus.activity("Create", f.gus.offer("flour")))
	move := func(by *user, from, to coop.IRI) {
		by.tell(n, by.activity("Move", from, obj{"target": to}))
	}
	move(f.eve, f.gus.iri, f.eve.iri)
	move(f.gus, f.gus.iri, f.vic.iri) // vic says nothing of gus
	if got := n.peer(f.gus.iri).State; got != queue.Accepted || len(f.victim.got("Follow")) != 0 {
		t.Fatalf("an unconfirmed Move counts: %q", got)
	}
	f.vic.doc["alsoKnownAs"] = []any{f.gus.iri}
	f.vic.publish()
	f.good.forget()
	move(f.gus, f.gus.iri, f.vic.iri)
	if got := f.victim.got("Follow"); len(got) != 1 {
		t.Errorf("Follow of the new address: %v", got)
	}
	if got := f.good.got("Undo"); len(got) != 1 || len(n.titles(f.gus.iri)) != 0 {
		t.Errorf("Undo at the old address: %v, %q", got, n.titles(f.gus.iri))
	}
}

// What we do not know is kept as it came, and done.
func TestUnknownTypes(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for _, typ := range []string{"QuoteRequest", "FeatureRequest", "Offer", "Arrive", "https://example.org/ns#Dance"} {
		f.gus.tell(f.n, f.gus.activity(typ, f.n.actor))
	}
	if rows := f.n.inbound(""); len(rows) != 0 {
		t.Errorf("left: %+v", rows)
	}
	if rows := f.n.inbound(queue.Done); len(rows) != 5 {
		t.Errorf("kept: %d", len(rows))
	}
}
