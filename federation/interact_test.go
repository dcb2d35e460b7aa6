package federation_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/market"
)

// finger serves a WebFinger answer for gus with these links beside that to the actor.
func finger(u *user, status int, links ...any) {
	host := u.base.Host()
	u.putPage("/.well-known/webfinger?resource=acct%3A"+u.name+"%40"+strings.ReplaceAll(host, ":", "%3A"), page{status: status, contentType: "application/jrd+json",
		body: jsonOf(obj{"subject": "acct:" + u.name + "@" + host, "links": append([]any{obj{"rel": "self", "type": activityJSON, "href": u.iri}}, links...)})})
}

const (
	subscribe = "http://ostatus.org/schema/1.0/subscribe"
	intent    = "https://w3id.org/fep/3b86/"
)

func TestPeopleGoOnAtTheirOwnServer(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n, u := f.n, f.gus
	base := string(u.base)
	object := n.base + "/listings/1?x=y&z"
	quoted := url.QueryEscape(string(object))
	ask := func(typed string, follow bool) string {
		t.Helper()
		to, err := n.Interact(f.ctx, typed, object, follow)
		if err != nil {
			t.Errorf("%q: %v", typed, err)
		}
		return string(to)
	}
	handle := "@gus@" + u.base.Host()
	fallback := base + "/authorize_interaction?uri=" + quoted
	for _, c := range []struct {
		name, listing, follow string
		links                 []any
	}{
		{"names nothing", fallback, fallback, nil},
		{"Mastodon", base + "/authorize_interaction?uri=" + quoted, base + "/authorize_interaction?uri=" + quoted,
			[]any{obj{"rel": subscribe, "template": base + "/authorize_interaction?uri={uri}"}}},
		{"intents", base + "/see?o=" + quoted + "&back=", base + "/follow/" + quoted,
			[]any{obj{"rel": subscribe, "template": base + "/old?uri={uri}"}, obj{"rel": intent + "Object", "template": base + "/see?o={object}&back={on-success}"},
				obj{"rel": intent + "Follow", "href": base + "/follow/{object}"}}},
		{"a template without a place", fallback, fallback, []any{obj{"rel": subscribe, "template": base + "/home"}}},
		{"a script", fallback, fallback, []any{obj{"rel": subscribe, "template": "javascript:alert('{uri}')"}}},
		{"data", fallback, fallback, []any{obj{"rel": subscribe, "template": "data:text/html,{uri}"}}},
		{"our own server", fallback, fallback, []any{obj{"rel": subscribe, "template": string(n.base) + "/logout?x={uri}"}}},
		{"credentials", fallback, fallback, []any{obj{"rel": subscribe, "template": strings.Replace(base, "://", "://me:secret@", 1) + "/?{uri}"}}},
		{"the host is the place", fallback, fallback, []any{obj{"rel": subscribe, "template": "{uri}"}}},
		{"another scheme", fallback, fallback, []any{obj{"rel": subscribe, "template": "ftp://good.localhost/{uri}"}}},
		{"beyond where we may go", fallback, fallback, []any{obj{"rel": subscribe, "template": "http://192.168.0.1/?{uri}"}}},
	} {
		finger(u, http.StatusOK, c.links...)
		if got := ask(handle, false); got != c.listing {
			t.Errorf("%s: a listing leads to %s, want %s", c.name, got, c.listing)
		}
		if got := ask(" gus@"+u.base.Host()+" ", true); got != c.follow {
			t.Errorf("%s: following leads to %s, want %s", c.name, got, c.follow)
		}
	}
	// Their accounts may live at another host than they type, if it is theirs to say.
	finger(u, http.StatusOK, obj{"rel": subscribe, "template": string(f.evil.base) + "/x?uri={uri}"})
	if got := ask(handle, false); got != string(f.evil.base)+"/x?uri="+quoted {
		t.Errorf("leads to %s", got)
	}
	must(t, n.Block(f.ctx, n.steward, f.evil.base.Hostname(), ""))
	if got := ask(handle, false); got != fallback {
		t.Errorf("leads to a blocked host: %s", got)
	}
}

func TestPeopleWhoCannotGoOn(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	must(t, n.Block(f.ctx, n.steward, f.evil.base.Hostname(), ""))
	asked := len(f.evil.requests(http.MethodGet))
	nobody := f.peer("nobody")
	nobody.down()
	for typed, key := range map[string]string{
		"": "away.address", "gus": "away.address", "@gus": "away.address", "@gus@": "away.address", "gus@localhost/path": "away.address",
		"@gus@" + f.good.base.Host() + "/x": "away.address", "a b@" + f.good.base.Host(): "away.address", "javascript:alert(1)": "away.address",
		"https://" + f.good.base.Host() + "/@gus": "away.address", "@gus@exa mple.localhost": "away.address", strings.Repeat("x", 3000) + "@a.localhost": "away.address",
		"@ada@" + n.base.Host(): "away.self", string(n.base) + "/": "away.self",
		"@eve@" + f.evil.base.Host(): "away.refused", "@who@" + f.good.base.Host(): "away.not_found",
		"@me@" + nobody.base.Host(): "away.unreachable", "@me@example.org": "away.refused",
	} {
		_, err := n.Interact(f.ctx, typed, n.base+"/listings/1", false)
		if fields := coop.Fields(err); len(fields) != 1 || fields[0].Field != "server" || fields[0].Key != key {
			t.Errorf("%.60q: %v, want %s", typed, err, key)
		}
	}
	if got := len(f.evil.requests(http.MethodGet)); got != asked {
		t.Error("a blocked host was asked")
	}
	var err error
	for range 200 {
		if _, err = n.Interact(f.ctx, "@gus@"+f.good.base.Host(), n.base+"/listings/1", false); err != nil {
			break
		}
	}
	if fields := coop.Fields(err); len(fields) != 1 || fields[0].Key != "away.busy" {
		t.Errorf("one host is asked without end: %v", err)
	}
	f.gus.tell(n, f.gus.activity("Follow", n.actor)) // and what peers need is not used up by it
	if n.follower(f.gus.iri) == "" {
		t.Error("a peer is not known any more")
	}
}

// Two co-ops of ours: a member of one, whether listed or not, comes home from the other with its listing, and writes to it.
func TestOurOwnPeopleComeHomeWithAListing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	bakery, cycles := r.node("bakery"), r.node("cycles")
	bakery.member("ada", true)
	bea := bakery.member("bea", false)
	l := cycles.posts("A cargo bike")
	for _, name := range []string{"ada", "bea"} {
		to, err := cycles.Interact(r.ctx, "@"+name+"@"+bakery.base.Host(), l.IRI, false)
		if want := bakery.base + "/authorize_interaction?uri=" + coop.IRI(url.QueryEscape(string(l.IRI))); err != nil || to != want {
			t.Errorf("%s is led to %s, %v", name, to, err)
		}
	}
	by := coop.Member(bea.ID, coop.RoleMember)
	home, seen, err := bakery.Look(r.ctx, by, string(l.IRI))
	must(t, err)
	if title, _ := seen.Title.In("en"); home.IRI != cycles.actor || seen.IRI != l.IRI || title != "A cargo bike" {
		t.Errorf("%s %+v", home.IRI, seen)
	}
	if _, err := bakery.market.Store.ListingByIRI(r.ctx, l.IRI); coop.ClassOf(err) != coop.NotFound || err == nil {
		t.Errorf("looking keeps what is nobody's neighbour's: %v", err)
	}
	_, err = bakery.market.AskThere(r.ctx, by, seen.IRI, "A cargo bike", market.Party{IRI: home.IRI, Handle: home.Handle, Name: home.Name, Inbox: home.Inbox},
		"May I have it on Friday?")
	must(t, err)
	r.settle()
	got := cycles.threads()
	if len(got) != 1 || got[0].Listing != l.ID || got[0].Owner != l.Poster || got[0].Other.IRI != bakery.actor || got[0].Excerpt != "May I have it on Friday?" {
		t.Fatalf("%+v", got)
	}
	// And the answer comes back into the same conversation.
	_, err = cycles.market.Answer(r.ctx, coop.Member(l.Poster, coop.RoleMember), got[0].ID, "Yes, at nine.")
	must(t, err)
	r.settle()
	back := bakery.threads()
	if len(back) != 1 || back[0].Owner != bea.ID || back[0].Unread != 1 || back[0].Excerpt != "Yes, at nine." {
		t.Errorf("%+v", back)
	}
	coopActor, none, err := bakery.Look(r.ctx, by, string(cycles.actor))
	if err != nil || none != nil || coopActor.IRI != cycles.actor {
		t.Errorf("%s, %v", coopActor.IRI, err)
	}
}

func TestLookingElsewhereIsHeldBack(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	ada := coop.Member(n.member("ada", false).ID, coop.RoleMember)
	_, _, err := n.Look(f.ctx, coop.Anonymous(), string(f.gus.iri))
	if coop.ClassOf(err) != coop.Unauthenticated {
		t.Errorf("%v", err)
	}
	note := f.gus.note("no listing")
	f.good.put(strings.TrimPrefix(note["id"].(string), string(f.good.base)), note)
	foreign := f.gus.offer("not its own", obj{"attributedTo": f.eve.iri})
	f.good.put(strings.TrimPrefix(foreign["id"].(string), string(f.good.base)), foreign)
	must(t, n.Block(f.ctx, n.steward, f.evil.base.Hostname(), ""))
	for at, key := range map[string]string{
		"": "look.not_found", "nonsense": "look.not_found", "javascript:alert(1)": "look.not_found", string(n.base) + "/listings/1": "look.refused",
		string(f.eve.iri): "look.refused", string(f.good.base) + "/none": "look.not_found", note["id"].(string): "look.not_found", foreign["id"].(string): "look.refused",
		"http://10.0.0.1/": "look.refused", "http://metadata.example/": "look.refused",
	} {
		_, l, err := n.Look(f.ctx, ada, at)
		if fields := coop.Fields(err); len(fields) != 1 || fields[0].Field != "uri" || fields[0].Key != key || l != nil {
			t.Errorf("%q: %v, want %s", at, err, key)
		}
	}
}
