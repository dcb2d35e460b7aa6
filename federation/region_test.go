package federation_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/region"
)

// valley is a region at a, with b and c in it.
func valley(t *testing.T) (r *rig, a, b, c *node, v region.Region) {
	t.Helper()
	r = newRig(t)
	a, b, c = r.node("a"), r.node("b"), r.node("c")
	v = a.founds("valley", region.BySteward)
	for _, n := range []*node{b, c} {
		n.asks(v)
		a.admits(v, n)
	}
	return r, a, b, c, v
}

// A region from its founding to its end, between three co-ops of whom nobody follows anybody by hand.
func TestRegion(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b, c := r.node("a"), r.node("b"), r.node("c")
	b.posts("Bread")
	b.posts("For neighbours", seenBy(coop.Peers))
	c.posts("Flour")
	v := a.founds("valley", region.BySteward)
	b.asks(v)
	if s := b.state(v); s != region.Asked {
		t.Fatalf("b is %q", s)
	}
	if p := a.part(v, b.actor); p.State != region.Asking || p.Counts() {
		t.Fatalf("at a, b is %+v", p)
	}
	a.admits(v, b)
	if s := b.state(v); s != region.Joined {
		t.Fatalf("b is %q: %v", s, b.inbound(""))
	}
	c.looksUp(v)
	if list, _, err := c.region.Store.At(r.ctx).Parts(v.ID, region.In, 10, ""); err != nil || len(list) != 2 {
		t.Errorf("who only looked sees %d of those who take part: %v", len(list), err)
	}
	together(t, c, a, "")
	c.asks(v)
	a.admits(v, c)
	r.wait()
	for _, n := range r.nodes {
		if d := cmp.Diff([]string{"A", "B", "C"}, n.counts(v)); d != "" {
			t.Errorf("at %s: %s", n.name, d)
		}
	}
	together(t, a, b, queue.Accepted)
	together(t, a, c, queue.Accepted)
	together(t, b, c, queue.Accepted)
	if d := cmp.Diff([]string{"Bread"}, c.titles(b.actor)); d != "" {
		t.Errorf("c sees of b: %s", d)
	}
	if d := cmp.Diff([]string{"Flour"}, b.titles(c.actor)); d != "" {
		t.Errorf("b sees of c: %s", d)
	}
	b.posts("Rolls")
	b.posts("Secret rolls", seenBy(coop.Peers))
	r.settle()
	if d := cmp.Diff([]string{"Bread", "Rolls"}, c.titles(b.actor)); d != "" {
		t.Errorf("c sees of b: %s", d)
	}

	must(t, b.region.Narrow(r.ctx, b.steward, b.held(v).Slug, terms(region.ShareWants)))
	r.settle()
	for _, n := range []*node{a, c} {
		if d := cmp.Diff([]region.Share{region.ShareWants}, n.part(v, b.actor).Entry.Shares); d != "" {
			t.Errorf("at %s, b shares: %s", n.name, d)
		}
	}

	must(t, b.region.Leave(r.ctx, b.steward, b.held(v).Slug))
	r.settle()
	together(t, b, c, "")
	together(t, b, a, "")
	together(t, a, c, queue.Accepted)
	if d := cmp.Diff([2][]string{{}, {}}, [2][]string{c.titles(b.actor), b.titles(c.actor)}); d != "" {
		t.Errorf("after b left: %s", d)
	}
	if d := cmp.Diff([]string{"A", "C"}, c.counts(v)); d != "" {
		t.Error(d)
	}

	must(t, a.region.Expel(r.ctx, a.steward, "valley", c.actor, "You are\nin another valley."))
	r.settle()
	if h := c.held(v); h.State != region.Expelled || h.Why == "" {
		t.Errorf("c is %q, %q", h.State, h.Why)
	}
	together(t, a, c, "")
	must(t, a.region.Leave(r.ctx, a.steward, "valley"))
	r.settle()
	if w := a.get("/r/valley", nil); w.Code != 410 {
		t.Errorf("what was hosted answers %d", w.Code)
	}
	for _, n := range r.nodes {
		for _, in := range n.inbound("") {
			t.Errorf("%s keeps %s %s: %s %s", n.name, in.Type, in.Activity, in.State, in.LastError)
		}
	}
}

// What a region's account and its papers look like from outside.
func TestRegionServed(t *testing.T) {
	t.Parallel()
	r, a, b, _, v := valley(t)
	r.wait()
	get := func(n *node, path string) obj {
		t.Helper()
		w := n.get(path, nil)
		if w.Code != 200 {
			t.Fatalf("%s%s: %d %s", n.base, path, w.Code, w.Body)
		}
		return object(t, w.Body.Bytes())
	}
	account := get(a, "/r/valley")
	if account["type"] != "Group" || account["id"] != string(v.Charter.Host) || account["name"] != "The valley" || account["url"] != string(a.base)+"/regions/valley" {
		t.Errorf("%v", account)
	}
	if page := get(a, "/regions/valley"); page["id"] != account["id"] {
		t.Errorf("the page as a document is %v", page["id"])
	}
	for _, resource := range []string{"acct:valley@" + a.base.Host(), string(v.Charter.Host), string(a.base) + "/regions/valley"} {
		if j := get(a, "/.well-known/webfinger?resource="+url.QueryEscape(resource)); j["subject"] != "acct:valley@"+a.base.Host() {
			t.Errorf("%s is %v", resource, j["subject"])
		}
	}
	if w := a.get("/r/valley", nil, "Accept", "text/html"); w.Code != 303 || w.Header().Get("Location") != "/regions/valley" {
		t.Errorf("a browser gets %d %s", w.Code, w.Header().Get("Location"))
	}
	if d := cmp.Diff([]any{string(a.actor)}, get(a, "/r/valley/moderators")["items"]); d != "" {
		t.Errorf("moderators: %s", d)
	}
	if m := get(a, "/r/valley/members?page=1"); len(m["orderedItems"].([]any)) != 3 || m["totalItems"] != 3.0 {
		t.Errorf("members: %v", m)
	}
	for _, at := range []string{"/r/valley/featured", "/r/valley/outbox", "/r/valley/followers", "/r/valley/following"} {
		get(a, at)
	}
	if d := cmp.Diff([]any{string(v.Charter.Host)}, get(b, "/actor")["memberOf"]); d != "" {
		t.Errorf("b is a member of: %s", d)
	}
	// Every member serves the same papers, byte for byte.
	for _, what := range []string{"/charters", "/words?page=1"} {
		host, member := get(a, "/r/valley"+what)["orderedItems"], get(b, "/r/"+string(v.ID)+what)["orderedItems"]
		if len(host.([]any)) != len(member.([]any)) || len(host.([]any)) < 2 {
			t.Errorf("%s: %d at the host, %d at a member", what, len(host.([]any)), len(member.([]any)))
		}
	}
	for _, n := range []*node{a, b} {
		for _, at := range []string{"/r/nowhere", "/r/nowhere/words", "/r/valley/nothing", "/r/" + string(v.Charter.ID)[:46] + "/words", "/r/Valley"} {
			if w := n.get(at, nil); w.Code != 404 {
				t.Errorf("%s%s: %d", n.base, at, w.Code)
			}
		}
	}
	if w := b.get("/r/valley", nil); w.Code != 404 {
		t.Errorf("b serves the account of another: %d", w.Code)
	}
	etag := a.get("/r/valley/words", nil).Header().Get("ETag")
	if w := a.get("/r/valley/words", nil, "If-None-Match", etag); w.Code != 304 {
		t.Errorf("unchanged words are answered %d", w.Code)
	}
	must(t, b.region.Narrow(r.ctx, b.steward, b.held(v).Slug, terms(region.ShareMembers)))
	r.clock.add(1e6)
	r.settle()
	a.ForgetDocuments()
	if w := a.get("/r/valley/words", nil, "If-None-Match", etag); w.Code != 200 {
		t.Errorf("changed words are answered %d", w.Code)
	}
	p := r.peer("elsewhere")
	ana := p.user("ana")
	ana.tell(a, ana.activity("Follow", v.Charter.Host))
	if f := a.followerOf(v.Charter.Host, ana.iri); f != queue.Accepted {
		t.Errorf("a follower of the region is %q", f)
	}
	if w := ana.request(a, "/r/valley/inbox", ana.activity("Like", v.Charter.Host), sig.Cavage).send(); w.Code != 202 {
		t.Errorf("its inbox answers %d", w.Code)
	}
	if w := ana.request(a, "/r/nowhere/inbox", ana.activity("Like", v.Charter.Host), sig.Cavage).send(); w.Code != 404 {
		t.Errorf("the inbox of none answers %d", w.Code)
	}
}

// A co-op that holds those who follow it lets in who a region lets in, and nobody else; a steward's own choice makes a neighbour, and outlives the region.
func TestRegionFollows(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b, c := r.node("a"), r.node("b", holdFollows), r.node("c")
	v := a.founds("valley", region.BySteward)
	_, err := c.Follow(r.ctx, c.steward, string(b.actor))
	must(t, err)
	r.settle()
	if f := b.follower(c.actor); f != queue.Requested {
		t.Fatalf("before the region, c is %q", f)
	}
	for _, n := range []*node{b, c} {
		n.asks(v)
		a.admits(v, n)
	}
	r.wait()
	together(t, b, c, queue.Accepted)
	b.posts("For neighbours", seenBy(coop.Peers))
	r.settle()
	if d := cmp.Diff([]string{}, c.titles(b.actor)); d != "" {
		t.Errorf("b did not choose c: %s", d)
	}
	near, err := b.queue.Neighbour(r.ctx, c.actor)
	if err != nil || near {
		t.Errorf("c is a neighbour: %t, %v", near, err)
	}
	_, err = b.Follow(r.ctx, b.steward, string(c.actor))
	must(t, err)
	b.posts("For neighbours too", seenBy(coop.Peers))
	r.settle()
	if d := cmp.Diff([]string{"For neighbours too"}, c.titles(b.actor)); d != "" {
		t.Errorf("b chose c: %s", d)
	}
	must(t, a.Unfollow(r.ctx, a.steward, b.actor))
	r.settle()
	if p := a.peer(b.actor); p.State != queue.Accepted || p.Hand {
		t.Errorf("a follows b no more, though a region has both: %+v", p)
	}
	must(t, b.region.Leave(r.ctx, b.steward, b.held(v).Slug))
	r.settle()
	if b.peer(c.actor).State != queue.Accepted || c.peer(b.actor).State != queue.Accepted {
		t.Errorf("what both chose ended with the region: %q, %q", b.peer(c.actor).State, c.peer(b.actor).State)
	}
	must(t, b.Unfollow(r.ctx, b.steward, c.actor))
	r.settle()
	if s := b.peer(c.actor).State; s != "" {
		t.Errorf("b still follows c: %q", s)
	}
}

// Who is invited is in when it asks; who is refused is told why; where one asks by itself nobody gets in without.
func TestRegionInvited(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, d, e := r.node("a"), r.node("d"), r.node("e")
	v := a.founds("valley", region.Invitation)
	w := a.founds("hills", region.BySteward)
	must(t, a.InviteToRegion(r.ctx, a.steward, "valley", string(d.actor)))
	r.settle()
	h := d.held(v)
	if !h.Invited || h.State != region.Known {
		t.Fatalf("d is %+v", h)
	}
	must(t, d.region.Ask(r.ctx, d.steward, h.Slug, terms()))
	r.settle()
	if s := d.state(v); s != region.Joined {
		t.Errorf("d is %q", s)
	}
	uninvited := e.looksUp(v)
	if err := e.region.Ask(r.ctx, e.steward, uninvited.Slug, terms()); coop.KeyOf(err) != "region.closed" {
		t.Errorf("e asks: %v", err)
	}
	e.asks(w)
	must(t, a.region.Refuse(r.ctx, a.steward, "hills", e.actor, "You are\n<b>down</b> the river."))
	r.settle()
	if h := e.held(w); h.State != region.Refused || h.Why != "You are\n<b>down</b> the river." {
		t.Errorf("e is %q: %q", h.State, h.Why)
	}
	if s := e.state(v); s != region.Known {
		t.Errorf("e is %q of what it only looked at", s)
	}
	for what, err := range map[string]error{"region.none": look(e, string(d.actor)), "peer.self": look(e, string(e.actor)), "peer.address": look(e, "nonsense"),
		"steward.only": func() error {
			_, err := e.LookUpRegion(r.ctx, coop.Member(e.sten.ID, coop.RoleMember), string(v.Charter.Host))
			return err
		}()} {
		if got := fieldKey(err); got != what {
			t.Errorf("%v; want %s", err, what)
		}
	}
	for _, address := range []string{"@valley@" + a.base.Host(), string(a.base) + "/regions/valley"} {
		if err := look(d, address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	ana := r.peer("elsewhere").user("ana")
	if err := a.InviteToRegion(r.ctx, a.steward, "valley", string(ana.iri)); fieldKey(err) != "region.person" {
		t.Errorf("a person is invited: %v", err)
	}
}

func look(n *node, address string) error {
	_, err := n.LookUpRegion(n.rig.ctx, n.steward, address)
	return err
}

// fieldKey is the sentence that a person sees: of the field at fault, or of the error.
func fieldKey(err error) string {
	if f := coop.Fields(err); len(f) > 0 {
		return f[0].Key
	}
	return coop.KeyOf(err)
}

// While its host is away a region is read from its members, and whose server is down stays in it.
func TestRegionHostAway(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	must(t, a.srv.Close())
	r.nodes = []*node{b, c}
	c.deaf.Store(true)
	must(t, b.region.Narrow(r.ctx, b.steward, b.held(v).Slug, terms(region.ShareMembers)))
	r.settle()
	before := c.held(v)
	if d := cmp.Diff([]region.Share{region.ShareOffers, region.ShareWants}, c.part(v, b.actor).Entry.Shares); d != "" {
		t.Errorf("c has heard of b: %s", d)
	}
	r.clock.add(13 * time.Hour)
	b.ForgetDocuments()
	r.settle()
	after := c.held(v)
	if after.Trouble == "" || !after.Heard.Equal(before.Heard) || !after.Pulled.After(before.Pulled) {
		t.Errorf("c read its host: %+v", after)
	}
	if d := cmp.Diff([]region.Share{region.ShareMembers}, c.part(v, b.actor).Entry.Shares); d != "" {
		t.Errorf("c has not read of b at b: %s", d)
	}
	if d := cmp.Diff([]string{"A", "B", "C"}, c.counts(v)); d != "" {
		t.Errorf("whose server is down is gone: %s", d)
	}
	together(t, b, c, queue.Accepted)
}

// A region of more co-ops than fit on a page is read whole, with those that left lately; then only as far as there is something new.
func TestRegionPages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, c := r.node("a"), r.node("c")
	v := a.founds("valley", region.OpenToAll)
	town := r.peer("town")
	const all, gone, longGone = 50, 12, 3
	var coops []*cooperative
	for i := range all {
		coops = append(coops, town.cooperative(fmt.Sprintf("c%02d", i)))
		coops[i].belongs(v)
		coops[i].send(a, coops[i].activity("Join", v.Charter.Host, withEntry(coops[i].entry(v, 1))))
	}
	r.settle()
	for i, u := range coops[:gone] {
		if i == longGone {
			r.clock.add(31 * 24 * time.Hour)
		}
		u.send(a, u.activity("Leave", v.Charter.Host, withEntry(u.entry(v, 2, left))))
		r.settle()
		r.clock.add(time.Second)
	}
	a.ForgetDocuments()
	seen, pages := map[string]string{}, 0
	for at := "/r/valley/words?page=1"; at != ""; pages++ {
		p := object(t, a.get(at, nil).Body.Bytes())
		for _, x := range p["orderedItems"].([]any) {
			if w := x.(obj); w["type"] == "RegionEntry" {
				if seen[w["coop"].(string)] != "" {
					t.Errorf("%s is listed twice", w["coop"])
				}
				seen[w["coop"].(string)] = fmt.Sprint(w["left"])
			}
		}
		next, _ := p["next"].(string)
		at = path(coop.IRI(next))
	}
	if want := 1 + all - longGone; len(seen) != want || pages != 3 {
		t.Errorf("%d co-ops on %d pages; want %d", len(seen), pages, want)
	}
	for i, u := range coops {
		want := map[bool]string{true: "true", false: "<nil>"}[i < gone]
		if i < longGone {
			want = ""
		}
		if seen[string(u.iri)] != want {
			t.Errorf("%s is %q; want %q", u.name, seen[string(u.iri)], want)
		}
	}
	c.asks(v)
	for range 4 { // those that it never saw are looked up a few at a time
		r.clock.add(time.Hour)
		r.settle()
	}
	for i, u := range coops[longGone:] {
		want := map[bool]region.PartState{true: region.Out, false: region.In}[i+longGone < gone]
		if p := c.part(v, u.iri); p.State != want || p.Counts() != (want == region.In) {
			t.Errorf("at c, %s is %q, counts %t, looked at %s", u.name, p.State, p.Counts(), p.Checked)
		}
	}
	for _, how := range []struct {
		what  string
		pages int
	}{{"nothing new", 0}, {"one word", 2}} {
		if how.pages > 0 {
			c.deaf.Store(true)
			u := coops[all-1]
			u.send(a, u.activity("Update", v.Charter.Host+"/words", withEntry(u.entry(v, 5, shares(region.ShareWants)))))
			r.settle()
		}
		a.mu.Lock()
		a.got = nil
		a.mu.Unlock()
		r.clock.add(13 * time.Hour)
		a.ForgetDocuments()
		r.settle()
		n := 0
		a.mu.Lock()
		for _, at := range a.got {
			if strings.HasPrefix(at, "/r/valley/words?") {
				n++
			}
		}
		a.mu.Unlock()
		if n != how.pages {
			t.Errorf("%s: %d pages are read; want %d: %v", how.what, n, how.pages, a.got)
		}
	}
	if p := c.part(v, coops[all-1].iri); p.Entry.Serial != 5 {
		t.Errorf("what was pushed in vain is not read: %+v", p.Entry)
	}
}
