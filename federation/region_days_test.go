package federation_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/market"
	"toadlane/region"
)

// onMarket lists what a node shows on the market of a region, by title.
func (n *node) onMarket(v region.Region) []string {
	n.rig.t.Helper()
	p, err := n.market.Store.Search(n.rig.ctx, market.Query{Region: string(v.ID), Sort: market.ByTitle, Limit: 100}, n.rig.clock.now())
	must(n.rig.t, err)
	out := []string{}
	for _, l := range p.Listings {
		s, _ := l.Title.In("en")
		out = append(out, s)
	}
	return out
}

// A member's server is down for thirteen days: what it has is hidden after a week, and when it is back all is as if it had never been away.
func TestRegionMemberAwayForThirteenDays(t *testing.T) {
	t.Parallel()
	r, a, b, c, v := valley(t)
	r.wait()
	c.posts("Flour")
	r.settle()
	if diff := cmp.Diff([]string{"Flour"}, a.onMarket(v)); diff != "" {
		t.Fatalf("control: %s %v", diff, a.inbound(""))
	}
	c.goes(true)
	b.posts("Bread")
	for _, step := range []struct {
		days int
		want []string
	}{{6, []string{"Bread", "Flour"}}, {2, []string{"Bread"}}, {5, []string{"Bread"}}} {
		r.clock.add(time.Duration(step.days) * 24 * time.Hour)
		r.settle()
		if diff := cmp.Diff(step.want, a.onMarket(v)); diff != "" {
			t.Fatalf("%d days on: %s", step.days, diff)
		}
	}
	if diff := cmp.Diff([]string{"A", "B", "C"}, a.counts(v)); diff != "" {
		t.Errorf("who is away takes part: %s", diff)
	}
	c.goes(false)
	r.clock.add(25 * time.Hour)
	r.settle()
	r.wait()
	for _, n := range []*node{a, b, c} {
		if diff := cmp.Diff([]string{"Bread", "Flour"}, n.onMarket(v)); diff != "" {
			t.Errorf("back again, at %s: %s", n.name, diff)
		}
		if diff := cmp.Diff([]string{"A", "B", "C"}, n.counts(v)); diff != "" {
			t.Errorf("back again, at %s: %s", n.name, diff)
		}
	}
}

// A region of one is one, also when everything in it has ended, and begins again with the next thing.
func TestRegionOfOneInWhichAllHasEnded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.node("a")
	v := a.founds("valley", region.OpenToAll)
	a.posts("Bread", func(l *market.Listing) { l.Until = r.clock.now().AddDate(0, 0, 10) })
	a.posts("Flour", func(l *market.Listing) { l.Until = r.clock.now().AddDate(0, 0, 20) })
	r.settle()
	if diff := cmp.Diff([]string{"Bread", "Flour"}, a.onMarket(v)); diff != "" {
		t.Fatal(diff)
	}
	there := func() {
		t.Helper()
		for _, at := range []string{"", "/words?page=1", "/charters", "/members", "/outbox", "/featured"} {
			if w := a.get(path(v.Charter.Host)+at, nil); w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", at, w.Code, w.Body)
			}
		}
		if diff := cmp.Diff([]string{"A"}, a.counts(v)); diff != "" {
			t.Error(diff)
		}
	}
	there()
	r.clock.add(31 * 24 * time.Hour)
	r.settle()
	r.wait()
	if diff := cmp.Diff([]string{}, a.onMarket(v)); diff != "" {
		t.Errorf("all has ended: %s", diff)
	}
	there()
	a.posts("Rye")
	r.settle()
	if diff := cmp.Diff([]string{"Rye"}, a.onMarket(v)); diff != "" {
		t.Error(diff)
	}
	must(t, a.region.Leave(r.ctx, a.steward, "valley"))
	r.settle()
	if w := a.get(path(v.Charter.Host), nil); w.Code == http.StatusOK {
		t.Errorf("who was alone left, and the account is there: %s", w.Body)
	}
}
