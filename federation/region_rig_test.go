package federation_test

import (
	"encoding/json"
	"slices"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/region"
)

func terms(shares ...region.Share) region.Terms {
	return region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: shares}
}

// founds begins a region at the node.
func (n *node) founds(slug string, how region.Joining) region.Region {
	n.rig.t.Helper()
	r, err := n.region.Found(n.rig.ctx, n.steward, region.Founding{Name: coop.Text{"en": "The " + slug}, Story: coop.Text{"en": "About " + slug}, Slug: slug,
		Languages: []string{"en"}, Joining: how, Absence: 30, Terms: terms(region.ShareOffers)})
	must(n.rig.t, err)
	n.rig.settle()
	return r
}

// looksUp finds a region by the address of its account.
func (n *node) looksUp(r region.Region) region.Region {
	n.rig.t.Helper()
	got, err := n.LookUpRegion(n.rig.ctx, n.steward, string(r.Charter.Host))
	must(n.rig.t, err)
	return got
}

// asks looks a region up and asks to take part.
func (n *node) asks(r region.Region) {
	n.rig.t.Helper()
	got := n.looksUp(r)
	must(n.rig.t, n.region.Ask(n.rig.ctx, n.steward, got.Slug, terms(region.ShareOffers, region.ShareWants)))
	n.rig.settle()
}

// admits lets a co-op in that asks.
func (n *node) admits(r region.Region, who *node) {
	n.rig.t.Helper()
	must(n.rig.t, n.region.Admit(n.rig.ctx, n.steward, r.Slug, who.actor))
	n.rig.settle()
}

// state is what the node is to a region.
func (n *node) state(r region.Region) region.State { return n.held(r).State }

func (n *node) held(r region.Region) region.Region {
	n.rig.t.Helper()
	got, err := n.region.Store.At(n.rig.ctx).Region(r.ID)
	must(n.rig.t, err)
	return got
}

// part is a co-op's part as the node knows it.
func (n *node) part(r region.Region, who coop.IRI) region.Part {
	n.rig.t.Helper()
	p, err := n.region.Store.At(n.rig.ctx).Part(r.ID, who)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		n.rig.t.Fatal(err)
	}
	return p
}

// counts tells whose part counts at the node, by name.
func (n *node) counts(r region.Region) []string {
	n.rig.t.Helper()
	list, _, err := n.region.Store.At(n.rig.ctx).Parts(r.ID, region.In, 100, "")
	must(n.rig.t, err)
	out := []string{}
	for _, p := range list {
		if p.Counts() {
			out = append(out, p.Entry.Name)
		}
	}
	slices.Sort(out)
	return out
}

// goes switches the node off, with its workers, or on again.
func (n *node) goes(away bool) {
	n.away.Store(away)
	n.rig.nodes = slices.DeleteFunc(n.rig.nodes, func(o *node) bool { return o == n })
	if !away {
		n.rig.nodes = append(n.rig.nodes, n)
	}
}

// wait moves the clock so far that who was let in a moment ago is asked again.
func (r *rig) wait() {
	r.t.Helper()
	r.clock.add(61e9)
	for _, n := range r.nodes {
		n.ForgetDocuments()
	}
	r.settle()
}

func together(t testing.TB, a, b *node, want queue.Relation) {
	t.Helper()
	if p := a.peer(b.actor); p.State != want {
		t.Errorf("%s follows %s: %q, %s; want %q", a.name, b.name, p.State, p.LastError, want)
	}
	if p := b.peer(a.actor); p.State != want {
		t.Errorf("%s follows %s: %q, %s; want %q", b.name, a.name, p.State, p.LastError, want)
	}
}

func object(t testing.TB, b []byte) obj {
	t.Helper()
	var m obj
	must(t, json.Unmarshal(b, &m))
	return m
}
