package federation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/region"
)

// sits makes somebody one of the council at the nodes, as the next charter would.
func (r *rig) sits(v region.Region, who *node, at ...*node) {
	r.t.Helper()
	for _, n := range at {
		must(r.t, n.queue.Write(r.ctx, func(tx queue.Tx) error {
			cur, err := tx.Region(v.ID)
			if err != nil {
				return err
			}
			p, err := tx.Part(v.ID, who.actor)
			if err != nil {
				return err
			}
			cur.Charter.Council = append(cur.Charter.Council, region.Seat{Coop: who.actor, Key: p.Entry.Key})
			return tx.PutRegion(cur)
		}))
	}
}

func (n *node) reports() []queue.Report {
	n.rig.t.Helper()
	list, err := n.queue.Reports(n.rig.ctx)
	must(n.rig.t, err)
	return list
}

// A complaint to a region reaches the host's stewards and the council, once, and the council does not learn whose it is.
func TestRegionFlags(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	r.sits(v, b, a, b)
	ana := a.fan(v, "social", "mastodon")
	bread, flour := b.posts("Bread"), c.posts("Flour")
	r.pass(2*time.Minute, 10*time.Second)
	host := v.Charter.Host
	flag := func(to *node, inbox string, by *user, objects ...any) {
		t.Helper()
		q := by.request(to, inbox, by.activity("Flag", objects, obj{"content": "<p>It is <b>stale</b>.</p>"}), sig.Cavage)
		for range 2 { // again: nothing new
			if w := q.send(); w.Code != 202 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			r.settle()
		}
	}
	flag(a, "/r/valley/inbox", ana, bread.IRI, flour.IRI, "https://elsewhere.example/1", ana.iri)
	at := a.reports()
	if len(at) != 1 || at[0].From != ana.iri || at[0].Content != "It is stale." {
		t.Fatalf("the host has %+v", at)
	}
	if d := cmp.Diff([]coop.IRI{bread.IRI, flour.IRI}, at[0].Objects); d != "" {
		t.Error(d)
	}
	of := b.reports()
	if len(of) != 1 || of[0].From != a.base+"/instance" || of[0].Content != "It is stale." {
		t.Fatalf("the council has %+v", of)
	}
	if d := cmp.Diff([]coop.IRI{host, bread.IRI, flour.IRI}, of[0].Objects); d != "" {
		t.Error(d)
	}
	for _, row := range b.inbound(queue.Done) {
		if row.Type != "Flag" {
			continue
		}
		in, err := b.queue.Heard(r.ctx, row.Peer, row.Object, "Flag")
		if must(t, err); !strings.Contains(string(in.Raw), string(bread.IRI)) || strings.Contains(string(in.Raw), string(ana.base)) {
			t.Errorf("it names who complained: %s", in.Raw)
		}
	}
	if list := c.reports(); len(list) > 0 {
		t.Errorf("who does not sit in the council has %+v", list)
	}
	flag(a, "/inbox", ana, host)
	if x, y := len(a.reports()), len(b.reports()); x != 2 || y != 2 {
		t.Errorf("about the account: %d and %d", x, y)
	}
	flag(a, "/r/valley/inbox", ana, "https://elsewhere.example/1")
	flag(a, "/inbox", ana, bread.IRI)
	if x, y := len(a.reports()), len(b.reports()); x != 2 || y != 2 {
		t.Errorf("about what is no business of ours: %d and %d", x, y)
	}

	// From a server that hosts a region it is one that was passed on.
	eve := r.peer("evil").cooperative("eve")
	dale := eve.hostedBy("dale")
	a.looksUp(dale)
	server := eve.user.peer.user("server")
	server.doc["type"] = "Application"
	server.publish()
	flag(a, "/r/valley/inbox", server, host)
	if x, y := len(a.reports()), len(b.reports()); x != 3 || y != 2 {
		t.Errorf("passed on by another host: %d and %d", x, y)
	}
	// Nobody but the host's server speaks of what is not b's own.
	flag(b, "/inbox", ana, host, flour.IRI)
	flag(b, "/inbox", server, host, flour.IRI)
	if n := len(b.reports()); n != 2 {
		t.Errorf("b has %d", n)
	}
}
