package federation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
)

func TestTwoNodes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	a.posts("before")
	if _, err := b.Follow(r.ctx, b.steward, "@bakery@"+a.base.Host()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if diff := cmp.Diff([]string{"before"}, b.titles(a.actor)); diff != "" {
		t.Fatalf("backfill: %s", diff)
	}
	l := a.posts("bread")
	r.settle()
	if diff := cmp.Diff([]string{"before", "bread"}, b.titles(a.actor)); diff != "" {
		t.Fatalf("Create: %s", diff)
	}
	l.Title["en"] = "better bread"
	if _, err := a.market.EditListing(r.ctx, a.steward, l.ID, l); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if diff := cmp.Diff([]string{"before", "better bread"}, b.titles(a.actor)); diff != "" {
		t.Fatalf("Update: %s", diff)
	}
	if _, err := a.market.ChangeListing(r.ctx, a.steward, l.ID, market.Withdraw, ""); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if diff := cmp.Diff([]string{"before"}, b.titles(a.actor)); diff != "" {
		t.Fatalf("close: %s", diff)
	}
	m := a.posts("soon gone")
	r.settle()
	if err := a.market.DeleteListing(r.ctx, a.steward, m.ID); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if diff := cmp.Diff([]string{"before"}, b.titles(a.actor)); diff != "" {
		t.Fatalf("Delete: %s", diff)
	}
	if err := b.Unfollow(r.ctx, b.steward, a.actor); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if got := b.titles(a.actor); len(got) != 0 {
		t.Errorf("after unfollowing: %q", got)
	}
	if got := a.follower(b.actor); got != "" {
		t.Errorf("follower after Undo: %q", got)
	}
	for _, n := range r.nodes {
		if rows := n.inbound(""); len(rows) != 0 {
			t.Errorf("%s: rows left: %+v", n.name, rows)
		}
		if rows := n.deliveries(""); len(rows) != 0 {
			t.Errorf("%s: deliveries left: %+v", n.name, rows)
		}
	}
}

// A market of long texts is read whole: as many of them stand on a page as a reader takes.
func TestLongCollection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	const many = 60
	for i := range many {
		a.posts(fmt.Sprintf("thing %02d", i), func(l *market.Listing) { l.Body = coop.Text{"en": strings.Repeat("Ask for the key. ", 20+i%2*200)} })
	}
	if _, err := b.Follow(r.ctx, b.steward, string(a.actor)); err != nil {
		t.Fatal(err)
	}
	r.settle()
	for visit := 1; len(b.titles(a.actor)) < many; visit++ {
		if p := b.peer(a.actor); visit > 5 || p.LastError != "" {
			t.Fatalf("%d of %d are there after %d visits: %s", len(b.titles(a.actor)), many, visit, p.LastError)
		}
		r.clock.add(limits.CollectionGoesOn + time.Second)
		a.ForgetDocuments()
		r.settle()
	}
}

func TestFollowOfAPeer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n, good := r.node("bakery"), r.peer("good")
	gus := good.user("gus")
	n.follows(gus)
	gus.tell(n, gus.activity("Create", gus.offer("flour")))
	if diff := cmp.Diff([]string{"flour"}, n.titles(gus.iri)); diff != "" {
		t.Error(diff)
	}
	// refused later
	follow := good.got("Follow")[0]
	gus.tell(n, gus.activity("Reject", follow["id"]))
	if got := n.peer(gus.iri).State; got != queue.Refused {
		t.Errorf("after Reject: %q", got)
	}
	if got := n.titles(gus.iri); len(got) != 0 {
		t.Errorf("after Reject: %q", got)
	}
}
