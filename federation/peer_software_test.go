package federation_test

import (
	"strings"
	"testing"
	"time"

	"toadlane/coop"
)

// Stewards see what a neighbour runs: it is asked when its collections are read.
func TestSoftwareOfPeers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	if _, err := b.Follow(r.ctx, b.steward, string(a.actor)); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if got := b.peer(a.actor); got.Software != "toadlane 1.0.0" || got.LastError != "" {
		t.Errorf("bakery runs %q, problem %q", got.Software, got.LastError)
	}
}

// What a server says there is a stranger's word: it may be missing, elsewhere, or no sense, and the peer is read all the same.
func TestSoftwareThatIsNotSaid(t *testing.T) {
	t.Parallel()
	const links = "/.well-known/nodeinfo"
	list := func(at coop.IRI) page {
		return page{contentType: "application/json", body: jsonOf(obj{"links": []any{obj{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": at}}})}
	}
	info := func(name string) page {
		return page{contentType: "application/json", body: jsonOf(obj{"version": "2.0", "software": obj{"name": name, "version": "4.5"}})}
	}
	for name, tc := range map[string]struct {
		serve func(f *field)
		want  string
	}{
		"said": {func(f *field) {
			f.good.putPage(links, list(f.good.base+"/ni"))
			f.good.putPage("/ni", info("mastodon"))
		}, "mastodon 4.5"},
		"not there":   {func(*field) {}, ""},
		"no document": {func(f *field) { f.good.putPage(links, list(f.good.base+"/ni")) }, ""},
		"no JSON":     {func(f *field) { f.good.putPage(links, page{contentType: "application/json", body: []byte("{")}) }, ""},
		"a page":      {func(f *field) { f.good.putPage(links, page{contentType: "text/html", body: []byte("<p>")}) }, ""},
		"another's":   {func(f *field) { f.good.putPage(links, list(f.victim.base+"/ni")); f.victim.putPage("/ni", info("x")) }, ""},
		"far too much": {func(f *field) {
			f.good.putPage(links, list(f.good.base+"/ni"))
			f.good.putPage("/ni", info(strings.Repeat("x", 1<<20)))
		}, ""},
		"control and long": {func(f *field) {
			f.good.putPage(links, list(f.good.base+"/ni"))
			f.good.putPage("/ni", info("a\u202e\n"+strings.Repeat("b", 99)))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			f.gus.without("outbox") // nothing else is to be read
			tc.serve(f)
			f.n.follows(f.gus)
			f.clock.add(24 * time.Hour)
			f.settle()
			p := f.n.peer(f.gus.iri)
			if p.Pulled.IsZero() || p.Backfill {
				t.Fatalf("the peer was not read: %+v", p)
			}
			if name == "control and long" {
				if strings.ContainsAny(p.Software, "\u202e\n") || len([]rune(p.Software)) > 121 || !strings.HasPrefix(p.Software, "a") {
					t.Errorf("software %q", p.Software)
				}
				return
			}
			if p.Software != tc.want {
				t.Errorf("software %q, want %q", p.Software, tc.want)
			}
			for _, q := range f.victim.requests("") {
				t.Errorf("another server was asked: %s", q)
			}
		})
	}
}
