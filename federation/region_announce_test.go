package federation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/market"
	"toadlane/region"
)

// fan is somebody elsewhere who follows a region.
func (n *node) fan(v region.Region, server, software string) *user {
	n.rig.t.Helper()
	p := n.rig.peer(server)
	if software != "" {
		p.putPage("/.well-known/nodeinfo", page{contentType: "application/json", body: jsonOf(obj{"links": []any{
			obj{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": p.base + "/nodeinfo/2.0"}}})})
		p.putPage("/nodeinfo/2.0", page{contentType: "application/json", body: jsonOf(obj{"version": "2.0", "software": obj{"name": software, "version": "1"}})})
	}
	u := p.user("ana")
	u.tell(n, u.activity("Follow", v.Charter.Host))
	if got := u.got("Accept"); len(got) != 1 || str(got[0], "actor") != string(v.Charter.Host) {
		n.rig.t.Fatalf("the region answered %v", got)
	}
	p.forget()
	return u
}

// announced lists the addresses that came to u in announcements, in order.
func announced(u *user) []string {
	out := []string{}
	for _, a := range u.got("Announce") {
		if o, ok := a["object"].(string); ok {
			out = append(out, o)
		}
	}
	return out
}

// wholes lists the types of activities that came to u in announcements, in order.
func wholes(u *user) []string {
	out := []string{}
	for _, a := range u.got("Announce") {
		if o, ok := a["object"].(obj); ok {
			out = append(out, o["type"].(string)+" "+str(o, "object", "name"))
		}
	}
	return out
}

func iris(list ...market.Listing) []string {
	out := []string{}
	for _, l := range list {
		out = append(out, string(l.IRI))
	}
	slices.Sort(out)
	return out
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// What members bring after they joined is announced once to whoever follows the region, and taken back when they bring it no more.
func TestRegionAnnounces(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b, c := r.node("a"), r.node("b"), r.node("c")
	b.posts("Before it joined")
	v := a.founds("valley", region.BySteward)
	for _, n := range []*node{b, c} {
		n.asks(v)
		a.admits(v, n)
	}
	r.wait()
	early := b.posts("While nobody follows")
	r.settle()
	ana := a.fan(v, "social", "mastodon")
	bread, flour, want, own := b.posts("Bread"), c.posts("Flour"), c.posts("Seeds", func(l *market.Listing) { l.Purpose = market.Want }), a.posts("Honey")
	b.posts("For neighbours", seenBy(coop.Peers))
	r.pass(3*time.Minute, 10*time.Second)
	if d := cmp.Diff(iris(early, bread, flour, want, own), sorted(announced(ana))); d != "" {
		t.Errorf("announced: %s", d)
	}
	if got := wholes(ana); len(got) > 0 {
		t.Errorf("Mastodon got whole activities: %v", got)
	}
	for _, m := range ana.got("Announce") {
		origin := coop.IRI(str(m, "object")).Origin() + "/actor"
		if m["actor"] != string(v.Charter.Host) || fmt.Sprint(m["to"]) != "["+string(coop.Public)+"]" || fmt.Sprint(m["cc"]) != fmt.Sprintf("[%s/followers %s]", v.Charter.Host, origin) {
			t.Errorf("%v", m)
		}
	}
	for _, q := range ana.requests("POST") {
		if !strings.Contains(q.Header.Get("Signature"), string(v.Charter.Host)+"#") {
			t.Errorf("signed by %s", q.Header.Get("Signature"))
		}
	}
	if _, n := b.reactions(bread); n != 1 {
		t.Errorf("its origin counts %d announcements", n)
	}
	outbox := func() (types []string) {
		a.ForgetDocuments()
		for at := "/r/valley/outbox?page=1"; at != ""; {
			p := object(t, a.get(at, nil).Body.Bytes())
			for _, x := range p["orderedItems"].([]any) {
				types = append(types, str(x.(obj), "type")+" "+str(x.(obj), "object"))
			}
			next, _ := p["next"].(string)
			at = path(coop.IRI(next))
		}
		return types
	}
	if got := outbox(); len(got) != 5 || !slices.Contains(got, "Announce "+string(bread.IRI)) {
		t.Errorf("the outbox has %v", got)
	}

	must(t, c.region.Narrow(r.ctx, c.steward, c.held(v).Slug, terms(region.ShareOffers))) // no wants any more
	must(t, b.region.Leave(r.ctx, b.steward, b.held(v).Slug))
	r.settle()
	b.posts("After it left")
	ana.forget()
	r.pass(3*time.Minute, 10*time.Second)
	undone := []string{}
	for _, m := range ana.got("Undo") {
		if str(m, "object", "type") != "Announce" || str(m, "object", "actor") != string(v.Charter.Host) || m["actor"] != string(v.Charter.Host) {
			t.Errorf("%v", m)
		}
		undone = append(undone, str(m, "object", "object"))
	}
	if d := cmp.Diff(iris(early, bread, want), sorted(undone)); d != "" {
		t.Errorf("taken back: %s", d)
	}
	if got := announced(ana); len(got) != 0 {
		t.Errorf("announced all the same: %v", got)
	}
	if got := outbox(); slices.Contains(got, "Announce "+string(bread.IRI)) || !slices.Contains(got, "Announce "+string(flour.IRI)) {
		t.Errorf("the outbox has %v", got)
	}
	if _, n := b.reactions(bread); n != 0 {
		t.Errorf("its origin still counts %d", n)
	}

	must(t, a.region.Expel(r.ctx, a.steward, "valley", c.actor, ""))
	r.settle()
	ana.forget()
	c.posts("After it was expelled")
	r.pass(2*time.Minute, 10*time.Second)
	if u := ana.got("Undo"); len(u) != 1 || str(u[0], "object", "object") != string(flour.IRI) {
		t.Errorf("after c was expelled: %v", u)
	}
	if got := announced(ana); len(got) != 0 {
		t.Errorf("announced of who was expelled: %v", got)
	}

	ana.forget()
	follow := ana.activity("Follow", v.Charter.Host)
	ana.tell(a, ana.activity("Undo", follow))
	a.posts("After ana left")
	r.pass(2*time.Minute, 10*time.Second)
	if got := ana.requests("POST"); len(got) != 0 {
		t.Errorf("who follows no more gets %v", got)
	}
	for _, n := range r.nodes {
		for _, in := range n.inbound("") {
			t.Errorf("%s keeps %s %s: %s %s", n.name, in.Type, in.Activity, in.State, in.LastError)
		}
	}
}

// Whom the host blocks does not count there: what it announced of theirs is taken back, and goes on when the block is lifted.
func TestRegionBlocks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("a"), r.node("b")
	v := a.founds("valley", region.BySteward)
	b.asks(v)
	a.admits(v, b)
	r.wait()
	ana := a.fan(v, "social", "mastodon")
	bread := b.posts("Bread")
	r.pass(2*time.Minute, 10*time.Second)
	if d := cmp.Diff(iris(bread), announced(ana)); d != "" {
		t.Fatalf("announced: %s", d)
	}
	ana.forget()
	must(t, a.Block(r.ctx, a.steward, b.actor.Host(), "test"))
	r.pass(time.Minute, 10*time.Second)
	if u := ana.got("Undo"); len(u) != 1 || str(u[0], "object", "object") != string(bread.IRI) {
		t.Errorf("taken back of who is blocked: %v", u)
	}
	counts := func(in, of *node) bool {
		p := in.part(v, of.actor)
		return p.Counts()
	}
	if counts(a, b) || !counts(b, a) {
		t.Errorf("b counts at a: %v, a counts at b: %v", counts(a, b), counts(b, a))
	}
	must(t, a.Unblock(r.ctx, a.steward, b.actor.Host()))
	r.settle()
	if !counts(a, b) {
		t.Error("b does not count after the block was lifted")
	}
	ana.forget()
	rolls := b.posts("Rolls")
	r.pass(3*time.Minute, 10*time.Second)
	if d := cmp.Diff(iris(rolls), announced(ana)); d != "" {
		t.Errorf("after the block was lifted: %s", d)
	}
}

// A member brings hundreds: the others do not wait for it, and no follower's server is sent to ask the smallest machine more than it bears.
func TestRegionAnnouncesAFlood(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	ana := a.fan(v, "social", "")
	const flood = 200
	for i := range flood {
		b.posts(fmt.Sprint("Loaf ", i))
		if i%50 == 49 {
			r.settle()
		}
	}
	few := []market.Listing{c.posts("Flour"), c.posts("Oats"), c.posts("Rye")}
	r.settle()
	if got := len(a.titles(b.actor)) + len(a.titles(c.actor)); got < 100 { // a page of each
		t.Fatalf("only %d came to the host", got)
	}
	began := r.clock.now()
	when := map[string]time.Time{}
	each := func(d, step time.Duration) {
		for end := r.clock.now().Add(d); r.clock.now().Before(end); {
			r.pass(step, step)
			for _, o := range announced(ana) {
				if when[o].IsZero() {
					when[o] = r.clock.now()
				}
			}
		}
	}
	each(5*time.Minute, 10*time.Second)
	for _, l := range few {
		if at := when[string(l.IRI)]; at.IsZero() || at.Sub(began) > 4*time.Minute {
			t.Errorf("%v waited until %v", l.Title, at)
		}
	}
	each(23*time.Hour, time.Minute)
	got := announced(ana)
	minutes, ofB := map[time.Time]int{}, 0
	for _, o := range got {
		minutes[when[o].Truncate(time.Minute)]++
		if coop.SameOrigin(coop.IRI(o), b.actor) {
			ofB++
		}
	}
	for m, k := range minutes {
		if k > region.ItemsPerMinute {
			t.Errorf("%d at %s", k, m)
		}
	}
	if ofB != region.ItemsPerDay || len(got) != ofB+len(few) {
		t.Errorf("in a day %d of b, %d in all", ofB, len(got))
	}
	each(26*time.Hour, 5*time.Minute)
	if n := len(announced(ana)); n != len(got) {
		t.Errorf("what waited for a day is announced: %d", n-len(got))
	}
}

// Servers that read whole activities get those beside, unchanged, and what becomes of them; all others get addresses alone.
func TestRegionAnnouncesWhole(t *testing.T) {
	t.Parallel()
	r, a, b, _, v := valley(t)
	r.wait()
	ana, lem := a.fan(v, "social", "mastodon"), a.fan(v, "forum", "Lemmy")
	r.pass(time.Minute, 10*time.Second) // what they run is learned
	bread, own := b.posts("Bread"), a.posts("Honey")
	r.pass(2*time.Minute, 10*time.Second)
	if d := cmp.Diff([][]string{iris(bread, own), iris(bread, own), {}, {"Create Bread", "Create Honey"}},
		[][]string{sorted(announced(ana)), sorted(announced(lem)), wholes(ana), sorted(wholes(lem))}); d != "" {
		t.Fatal(d)
	}
	for _, m := range lem.got("Announce") {
		o, whole := m["object"].(obj)
		if !whole {
			continue
		}
		raw := []byte(nil)
		for _, q := range lem.requests("POST") {
			if q.object()["id"] == m["id"] {
				raw = q.Body
			}
		}
		_, inner, _ := strings.Cut(string(raw), `"object":`)
		n := b
		if coop.SameOrigin(coop.IRI(o["id"].(string)), a.actor) {
			n = a
		}
		public, err := n.EdKey(r.ctx, n.actor)
		must(t, err)
		if doc := object(t, raw)["object"]; !strings.Contains(string(raw), `"proof"`) || sig.VerifyProof(jsonOf(doc), public) != nil {
			t.Errorf("its proof does not hold: %.200s", inner)
		}
		if o["actor"] != string(n.actor) || m["actor"] != string(v.Charter.Host) || m["proof"] != nil {
			t.Errorf("%v", m)
		}
		if w := a.get(path(coop.IRI(m["id"].(string))), nil); w.Code != 404 {
			t.Errorf("what went to forums alone is answered %d", w.Code)
		}
	}

	ana.forget()
	lem.forget()
	for _, n := range []*node{b, a} {
		l := bread
		if n == a {
			l = own
		}
		for i := range 3 { // of three changes in a moment the last alone
			l.Title = coop.Text{"en": fmt.Sprint(n.name, " ", i)}
			_, err := n.market.EditListing(r.ctx, n.steward, l.ID, l)
			must(t, err)
			r.clock.add(time.Second)
		}
		r.settle()
	}
	r.pass(2*time.Minute, 10*time.Second)
	if d := cmp.Diff([][]string{{}, {"Update a 2", "Update b 2"}, {}, {}}, [][]string{wholes(ana), sorted(wholes(lem)), announced(ana), announced(lem)}); d != "" {
		t.Error(d)
	}
	if got := ana.got("Update"); len(got) != 3 || str(got[2], "object", "name") != "a 2" {
		t.Errorf("who fetched what is ours hears of %v", got) // by ourselves, and of b's by b alone
	}
	must(t, b.market.DeleteListing(r.ctx, b.steward, bread.ID))
	must(t, a.market.DeleteListing(r.ctx, a.steward, own.ID))
	r.settle()
	ana.forget()
	r.pass(2*time.Minute, 10*time.Second)
	types := []string{}
	for _, s := range wholes(lem)[2:] {
		types = append(types, s)
	}
	if d := cmp.Diff([]string{"Delete ", "Delete "}, types); d != "" {
		t.Error(d)
	}
	if got := lem.got("Delete"); len(got) != 1 || str(got[0], "object", "id") != string(own.IRI) {
		t.Errorf("who fetched what is ours hears of %v", got)
	}
}

// What carries no proof is announced by its address alone, to everybody.
func TestRegionAnnouncesUnproved(t *testing.T) {
	t.Parallel()
	r, a, _, _, v := valley(t)
	mill := r.peer("mill").cooperative("mill")
	mill.belongs(v)
	mill.tell(a, mill.activity("Join", v.Charter.Host, withEntry(mill.entry(v, 1, shares(region.ShareOffers)))))
	must(t, a.region.Admit(r.ctx, a.steward, "valley", mill.iri))
	r.settle()
	r.wait()
	for _, f := range mill.got("Follow") {
		mill.tell(a, mill.activity("Accept", f))
	}
	if p := a.peer(mill.iri); p.State != queue.Accepted {
		t.Fatalf("mill is %q", p.State)
	}
	lem := a.fan(v, "forum", "lemmy")
	r.pass(time.Minute, 10*time.Second)
	create := func(title string) []byte {
		return jsonOf(mill.activity("Create", mill.offer(title), obj{"to": []any{coop.Public}}))
	}
	// What was for neighbours at first stays theirs.
	widened := mill.offer("For neighbours", obj{"to": []any{mill.iri + "/followers"}, "cc": []any{}})
	mill.tell(a, mill.signs(jsonOf(mill.activity("Create", widened, obj{"to": []any{mill.iri + "/followers"}})), mill.iri))
	widened["to"], widened["name"], widened["updated"] = []any{coop.Public}, "For all", r.clock.now().Add(time.Second).Format(time.RFC3339)
	mill.tell(a, mill.signs(jsonOf(mill.activity("Update", widened, obj{"to": []any{coop.Public}})), mill.iri))
	mill.tell(a, create("Plain"))
	mill.tell(a, mill.signs(create("Proved"), mill.iri))
	other, err := sig.GenerateEd25519()
	must(t, err)
	forged := &cooperative{mill.user, other}
	mill.tell(a, forged.signs(create("Forged"), mill.iri))
	r.pass(5*time.Minute, 10*time.Second)
	if got := announced(lem); len(got) != 4 {
		t.Errorf("%d are announced: %v", len(got), got)
	}
	if d := cmp.Diff([]string{"Create Proved", "Update For all"}, sorted(wholes(lem))); d != "" {
		t.Error(d)
	}
}
