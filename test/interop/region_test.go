package interop

import (
	"fmt"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/region"
)

// TestFedifyRegion lets a real Fedify server follow a region of two co-ops, hear of what they bring, and of what is taken back.
func TestFedifyRegion(t *testing.T) {
	t.Parallel()
	p := startPeer(t)
	rig := testrig.New(t, "bakery", "mill")
	bakery, mill := rig.Coop("bakery"), rig.Coop("mill")
	ctx := t.Context()
	terms := region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	valley, err := bakery.Region.Found(ctx, bakery.Steward, region.Founding{Name: coop.Text{"en": "The Valley"}, Story: coop.Text{"en": "Along the river."},
		Slug: "valley", Languages: []string{"en"}, Joining: region.OpenToAll, Absence: 30, Terms: terms})
	must(err)
	group := string(valley.Charter.Host)
	there, err := mill.Federation.LookUpRegion(ctx, mill.Steward, group)
	must(err)
	must(mill.Region.Ask(ctx, mill.Steward, there.Slug, terms))
	mill.Federation.Wake()
	counts := func(at *testrig.Coop, who coop.IRI) bool {
		part, err := at.Region.Store.At(ctx).Part(valley.ID, who)
		return err == nil && part.Counts()
	}
	rig.Wait("the mill to be let in", func() bool { return counts(mill, mill.Base+"/actor") })
	rig.Clock.Move(time.Minute)
	rig.Wait("the mill to say so itself", func() bool { return counts(bakery, mill.Base+"/actor") })
	rig.Wait("the bakery to follow the mill", func() bool {
		peers, err := bakery.Queue.Following(ctx)
		return err == nil && len(peers) == 1 && peers[0].State == "accepted"
	})

	t.Log("alice finds the region by its handle, and follows it")
	handle := "@valley@" + bakery.Base.Host()
	if found := p.call("resolve", answer{"handle": handle}).at("actor"); found["id"] != group || found["type"] != "Group" || found["name"] != nil && found["name"] != "The Valley" {
		t.Fatalf("resolved %v", found)
	}
	p.call("follow", answer{"actor": handle})
	p.arrived("Accept", "", "none")

	t.Log("what both bring is announced to her, each once, by its address, signed and proved")
	loaf, flour := bakery.Post("Day-old loaves"), mill.Post("Flour")
	bakery.Federation.Wake()
	mill.Federation.Wake()
	rig.Wait("the flour at the bakery", func() bool { return bakery.Shows(flour.IRI) })
	since := p.since
	rig.Clock.Move(time.Minute)
	ids := map[string]string{}
	for _, iri := range []coop.IRI{loaf.IRI, flour.IRI} {
		p.since = since
		a := p.arrived("Announce", string(iri), "valid")
		ids[string(iri)], _ = a["id"].(string)
		if a["actor"] != group || a.at("readAs")["class"] != "Announce" {
			t.Errorf("%s was announced by %v, read as %v", iri, a["actor"], a["readAs"])
		}
	}
	announced := func(after int) (list []string) {
		all, _ := p.call("received", answer{"since": after})["received"].([]any)
		for _, x := range all {
			if a := answer(x.(map[string]any)); a["type"] == "Announce" {
				list = append(list, fmt.Sprint(a.at("object")["id"], " ", a.at("object")["type"]))
			}
		}
		return list
	}
	oats := bakery.Post("Oats") // when that has come, nothing else was on its way
	bakery.Federation.Wake()
	rig.Clock.Move(time.Minute)
	p.arrived("Announce", string(oats.IRI), "valid")
	if list := announced(since); len(list) != 3 {
		t.Errorf("she was told %d times: %v", len(list), list)
	}
	if got := p.call("fetch", answer{"url": ids[string(loaf.IRI)]}); got["proof"] != "valid" || got.at("readAs")["class"] != "Announce" {
		t.Errorf("the announcement by itself: proof %v, read as %v", got["proof"], got["readAs"])
	}
	if c := p.call("collection", answer{"url": group + "/outbox"}); c["totalItems"] != float64(3) {
		t.Errorf("the outbox: %v", c)
	}

	t.Log("what the mill brought is taken back when it leaves")
	must(mill.Region.Leave(ctx, mill.Steward, there.Slug))
	mill.Federation.Wake()
	rig.Wait("the mill to be gone", func() bool { return !counts(bakery, mill.Base+"/actor") })
	rig.Clock.Move(time.Minute)
	undo := p.arrived("Undo", ids[string(flour.IRI)], "valid")
	if o := undo.at("object"); undo["actor"] != group || o["type"] != "Announce" || o["object"] != string(flour.IRI) {
		t.Errorf("%v undid %v", undo["actor"], o)
	}
	if c := p.call("collection", answer{"url": group + "/outbox"}); c["totalItems"] != float64(3) { // the loaves, the oats, and that the flour was taken back
		t.Errorf("the outbox: %v", c)
	}

	t.Log("and when she follows no more she is told nothing more")
	p.call("unfollow", answer{"actor": group})
	rig.Wait("the unfollow", func() bool {
		n, err := bakery.Queue.CountFollowers(ctx, valley.Charter.Host)
		return err == nil && n == 0
	})
	bakery.Post("Rolls")
	bakery.Federation.Wake()
	last := p.since
	rig.Clock.Move(time.Minute)
	if got := p.call("wait", answer{"actor": group, "since": last, "timeoutMs": 4000}); got["found"] == true { // the worker looks once a second
		t.Errorf("she is told all the same: %v", got.at("activity")["type"])
	}
}
