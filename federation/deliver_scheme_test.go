package federation_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// signedHow names the ways a list of requests was signed.
func signedHow(list []request) []string {
	var out []string
	for _, q := range list {
		how := "cavage"
		if in := q.Header.Get("Signature-Input"); strings.Contains(in, `alg="ed25519"`) && strings.Contains(in, "#ed25519-key") {
			how = "ed25519"
		} else if in != "" {
			how = "rfc9421"
		}
		out = append(out, how)
	}
	return out
}

// Between two nodes of ours every delivery after the first look at one another is signed with Ed25519, and taken: each says in
// its actor that it verifies such signatures.
func TestEd25519BetweenOurOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	if _, err := b.Follow(r.ctx, b.steward, "@bakery@"+a.base.Host()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	a.posts("bread")
	a.posts("rye")
	r.settle()
	if got := b.titles(a.actor); len(got) != 2 {
		t.Fatalf("listings that came: %q", got)
	}
	for _, n := range r.nodes {
		n.mu.Lock()
		how := signedHow(n.posted)
		n.mu.Unlock()
		if len(how) == 0 || slices.ContainsFunc(how, func(s string) bool { return s != "ed25519" }) {
			t.Errorf("deliveries to %s: %q", n.name, how)
		}
	}
	for _, pair := range [][2]*node{{a, b}, {b, a}} {
		if h, err := pair[0].queue.Host(r.ctx, pair[1].base.Host()); err != nil || h.Scheme != "rfc9421-ed25519" {
			t.Errorf("%s remembers of %s: %q %v", pair[0].name, pair[1].name, h.Scheme, err)
		}
	}
	if rows := append(a.deliveries(""), b.deliveries("")...); len(rows) != 0 {
		t.Errorf("deliveries left: %+v", rows)
	}
}

// A host that says it takes Ed25519 and refuses it gets what it does take, and is not asked again before limits.SchemeRelearn.
func TestEd25519Refused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		takes        func(how string) bool
		status       int
		first, later []string
		remembered   sig.Scheme
	}{
		{"only draft-cavage", func(how string) bool { return how == "cavage" }, 401, []string{"ed25519", "cavage"}, []string{"cavage"}, sig.Cavage},
		{"only RSA of RFC 9421", func(how string) bool { return how == "rfc9421" }, 400, []string{"ed25519", "cavage", "rfc9421"}, []string{"rfc9421"}, sig.RFC9421},
		{"only Ed25519", func(how string) bool { return how == "ed25519" }, 403, []string{"ed25519"}, []string{"ed25519"}, "rfc9421-ed25519"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			n := f.n
			f.gus.doc["generator"] = obj{"type": "Application", "name": "Toad Lane",
				"implements": []any{obj{"type": "Link", "href": "https://datatracker.ietf.org/doc/html/rfc9421"}}}
			f.gus.publish()
			f.good.answers(func(q request) page {
				if tc.takes(signedHow([]request{q})[0]) {
					return page{status: http.StatusAccepted}
				}
				return page{status: tc.status}
			})
			if o, err := strictjson.Parse(jsonOf(f.gus.doc)); err != nil || !vocab.TakesEd25519(o) {
				t.Fatal("the peer does not say that it takes Ed25519", err)
			}
			sent := func() []string {
				t.Helper()
				f.settle()
				how := signedHow(f.good.requests(http.MethodPost))
				f.good.forget()
				return how
			}
			n.followedBy(f.gus) // an Accept goes out
			if got := sent(); !slices.Equal(got, tc.first) {
				t.Errorf("first: %q, want %q", got, tc.first)
			}
			n.posts("one")
			if got := sent(); !slices.Equal(got, tc.later) {
				t.Errorf("then: %q, want %q", got, tc.later)
			}
			host := f.good.base.Host()
			if h, err := n.queue.Host(f.ctx, host); err != nil || h.Scheme != string(tc.remembered) {
				t.Errorf("remembered %q %v, want %q", h.Scheme, err, tc.remembered)
			}

			look := func() {
				t.Helper()
				if _, err := n.FetchActor(f.ctx, f.gus.iri); err != nil {
					t.Fatal(err)
				}
			}
			look() // the same document says nothing new
			n.posts("two")
			if got := sent(); !slices.Equal(got, tc.later) {
				t.Errorf("after a look at the same actor: %q, want %q", got, tc.later)
			}
			again := tc.first
			f.clock.add(limits.SchemeRelearn)
			look()
			n.posts("three")
			if got := sent(); !slices.Equal(got, again) {
				t.Errorf("after a day: %q, want %q", got, again)
			}
			f.gus.doc["name"] = "Another"
			f.gus.publish()
			look()
			n.posts("four")
			if got := sent(); !slices.Equal(got, again) {
				t.Errorf("after its actor changed: %q, want %q", got, again)
			}
		})
	}
}
