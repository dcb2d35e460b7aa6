package interop

import (
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// TestFedify lets a real Fedify server follow a co-op and be answered. Its steps build on one another. RFC 9421 is looked at
// first: after failures Fedify stays with draft-cavage for a host.
func TestFedify(t *testing.T) {
	t.Parallel()
	p := startPeer(t)
	rig := testrig.New(t, "bakery")
	bakery := rig.Coop("bakery")
	ctx := t.Context()
	actor := string(bakery.Base) + "/actor"

	t.Log("alice finds the co-op by its handle")
	found := p.call("resolve", answer{"handle": bakery.Handle()}).at("actor")
	if found["id"] != actor || found["type"] != "Organization" || found["preferredUsername"] != "bakery" {
		t.Fatalf("resolved %v", found)
	}
	if found.at("publicKey")["owner"] != actor {
		t.Errorf("public key %v", found["publicKey"])
	}
	if m, _ := found["assertionMethods"].([]any); len(m) != 1 || m[0].(map[string]any)["algorithm"] != "Ed25519" {
		t.Errorf("assertion methods %v", found["assertionMethods"])
	}
	if info := p.call("nodeinfo", answer{"url": string(bakery.Base)}); info["strict"] != true {
		t.Errorf("nodeinfo is not strict: %v", info)
	}

	t.Log("alice follows it")
	p.call("follow", answer{"actor": bakery.Handle()})
	p.arrived("Accept", "", "none")
	if f := followers(t, bakery); len(f) != 1 || string(f[0].Actor) != p.Actor {
		t.Fatalf("followers %v", f)
	}

	t.Log("what the co-op posts, changes and closes reaches her, signed and proved")
	loaf := bakery.Post("Day-old loaves", func(l *market.Listing) {
		l.Kind, l.Category, l.Modes = market.Food, "AM60", []market.Mode{market.ForMoney}
		l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &market.Amount{N: 200, Places: 2}}
	})
	bakery.Federation.Wake()
	create := p.arrived("Create", string(loaf.IRI), "valid")
	if o := create.at("object"); o["type"] != "Note" || o["purpose"] != "offer" || create.at("objectReadAs")["class"] != "Note" {
		t.Errorf("Create of %v, read as %v", o, create["objectReadAs"])
	}
	if got := p.call("fetch", answer{"url": string(loaf.IRI)}); got["proof"] != "valid" || got.at("readAs")["class"] != "Note" {
		t.Errorf("the listing by itself: proof %v, read as %v", got["proof"], got["readAs"])
	}
	edited := loaf
	edited.Title = coop.Text{"en": "Day-old rye loaves"}
	if _, err := bakery.Market.EditListing(ctx, bakery.Steward, loaf.ID, edited); err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	if o := p.arrived("Update", string(loaf.IRI), "valid").at("raw", "object"); o["name"] != "Day-old rye loaves" {
		t.Errorf("Update says %v", o["name"])
	}
	if c := p.call("collection", answer{"url": actor + "/offers"}); c["totalItems"] != float64(1) {
		t.Errorf("offers: %v", c)
	}

	t.Log("she likes, boosts and takes the like back")
	like := p.call("like", answer{"object": string(loaf.IRI), "actor": actor})["activity"]
	p.call("announce", answer{"object": string(loaf.IRI), "actor": actor})
	reactions := func(likes, boosts int) {
		t.Helper()
		rig.Wait("reactions", func() bool {
			l, b, err := bakery.Queue.CountReactions(ctx, loaf.IRI)
			return err == nil && l == likes && b == boosts
		})
	}
	reactions(1, 1)
	p.call("undo", answer{"activity": like})
	reactions(0, 1)

	t.Log("she asks in public and in private, and is answered")
	public := p.call("reply", answer{"object": string(loaf.IRI), "actor": actor, "content": "<p>Is it <b>rye</b>?</p>", "public": true})
	rig.Wait("the public reply", func() bool {
		r, err := bakery.Market.Store.Replies(ctx, loaf.ID)
		return err == nil && len(r) == 1 && strings.Contains(r[0].Body, "rye")
	})
	p.call("edit", answer{"note": public["note"], "content": "<p>Is it wheat?</p>"})
	rig.Wait("the edited reply", func() bool {
		r, err := bakery.Market.Store.Replies(ctx, loaf.ID)
		return err == nil && len(r) == 1 && strings.Contains(r[0].Body, "wheat")
	})
	p.call("delete", answer{"note": public["note"]})
	rig.Wait("the reply to go", func() bool {
		r, err := bakery.Market.Store.Replies(ctx, loaf.ID)
		return err == nil && len(r) == 0
	})
	private := p.call("reply", answer{"object": string(loaf.IRI), "actor": actor, "content": "<p>Two for me, please</p>", "public": false})
	var thread market.Thread
	rig.Wait("the thread", func() bool {
		list, _, err := bakery.Market.Store.Threads(ctx, bakery.Steward.Person(), 10, "")
		if err != nil || len(list) != 1 {
			return false
		}
		thread = list[0]
		return true
	})
	if thread.Listing != loaf.ID || string(thread.Other.IRI) != p.Actor || thread.Unread != 1 {
		t.Errorf("thread %+v", thread)
	}
	if r, err := bakery.Market.Store.Replies(ctx, loaf.ID); err != nil || len(r) != 0 {
		t.Errorf("a private message is public: %v %v", r, err)
	}
	if _, err := bakery.Market.Answer(ctx, bakery.Steward, thread.ID, "They are yours."); err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	reply := p.call("wait", answer{"type": "Create", "inReplyTo": private["note"], "timeoutMs": 30000}).at("activity")
	if reply["httpSignature"] != true || reply["proof"] != "none" {
		t.Errorf("answer: signature %v, proof %v", reply["httpSignature"], reply["proof"])
	}
	if o := reply.at("raw", "object"); !strings.Contains(o["content"].(string), "They are yours.") || strings.Contains(str(o["to"])+str(o["cc"]), "#Public") {
		t.Errorf("answer %v", o)
	}

	t.Log("closing is an Update, deleting a Delete and a 410")
	if _, err := bakery.Market.ChangeListing(ctx, bakery.Steward, loaf.ID, market.Fulfil, "eaten"); err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	if o := p.arrived("Update", string(loaf.IRI), "valid").at("raw", "object"); o["status"] != "fulfilled" {
		t.Errorf("closed as %v", o["status"])
	}
	if err := bakery.Market.DeleteListing(ctx, bakery.Steward, loaf.ID); err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	p.arrived("Delete", string(loaf.IRI), "valid")
	if status, _ := p.try("fetch", answer{"url": string(loaf.IRI)}); status == 200 {
		t.Error("a deleted listing is still served")
	}

	t.Log("a server that takes only RFC 9421 gets it, and is remembered")
	p.call("configure", answer{"only": "rfc9421"})
	flour := bakery.Post("Flour sacks")
	bakery.Federation.Wake()
	if a := p.arrived("Create", string(flour.IRI), "valid"); a["scheme"] != "rfc9421" {
		t.Errorf("scheme %v", a["scheme"])
	}
	p.call("configure", answer{"only": nil})

	t.Log("a server that says it is busy is asked again")
	p.call("configure", answer{"answer": answer{"status": 503, "times": 1, "retryAfter": 1}})
	yeast := bakery.Post("Yeast")
	bakery.Federation.Wake()
	p.arrived("Create", string(yeast.IRI), "valid")

	t.Log("the co-op follows her, and her keys change")
	if _, err := bakery.Federation.Follow(ctx, bakery.Steward, p.Actor); err != nil {
		t.Fatal(err)
	}
	rig.Wait("her Accept", func() bool {
		list, err := bakery.Queue.Peers(ctx)
		return err == nil && len(list) == 1 && list[0].State == queue.Accepted
	})
	p.call("rotate", answer{})
	rig.Clock.Move(limits.KeyRefetchEvery)
	p.call("like", answer{"object": string(flour.IRI), "actor": actor})
	rig.Wait("a like with the new key", func() bool {
		l, _, err := bakery.Queue.CountReactions(ctx, flour.IRI)
		return err == nil && l == 1
	})

	t.Log("she complains, unfollows, comes back, and is blocked")
	p.call("flag", answer{"object": string(flour.IRI), "actor": actor, "content": "stale"})
	rig.Wait("the report", func() bool {
		list, err := bakery.Queue.Reports(ctx)
		return err == nil && len(list) == 1 && list[0].Content == "stale"
	})
	p.call("unfollow", answer{"actor": actor})
	rig.Wait("the unfollow", func() bool { return len(followers(t, bakery)) == 0 })
	p.call("follow", answer{"actor": actor})
	rig.Wait("the new follow", func() bool { return len(followers(t, bakery)) == 1 })
	if err := bakery.Federation.Block(ctx, bakery.Steward, "fedify.localhost", "test"); err != nil {
		t.Fatal(err)
	}
	if f := followers(t, bakery); len(f) != 0 {
		t.Errorf("a blocked server still follows: %v", f)
	}
	if status, out := p.try("like", answer{"object": string(yeast.IRI), "actor": actor}); status == 200 {
		t.Errorf("a blocked server's like was taken: %v", out)
	}
}

func followers(t *testing.T, c *testrig.Coop) []queue.Follower {
	t.Helper()
	list, _, err := c.Queue.Followers(t.Context(), c.Base+"/actor", queue.Accepted, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func str(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var b strings.Builder
		for _, e := range x {
			b.WriteString(str(e) + " ")
		}
		return b.String()
	}
	return ""
}
