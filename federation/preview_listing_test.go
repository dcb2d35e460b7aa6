package federation_test

import (
	"testing"

	"toadlane/coop"
	"toadlane/market"
)

// What the preview shows is what is sent, letter for letter.
func TestPreviewIsWhatIsSent(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	f.gus.tell(n, f.gus.activity("Follow", n.actor))
	f.settle()
	four := market.Amount{N: 420, Places: 2}
	draft := n.posts("Bread & <butter>", func(l *market.Listing) {
		l.State, l.Kind, l.Tags, l.Place.Name = market.Draft, market.Food, []string{"bread"}, "Toad Lane"
		l.Body["en"] = "First.\n\nSee https://x.example/?a=1&b=2 and <b>this</b>."
		l.Modes, l.Ask = []market.Mode{market.ForMoney}, &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: &four}
		l.Prices = []market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: four}}
	})
	draft.Until = market.DefaultUntil(draft.Purpose, draft.Kind, f.clock.now(), n.market.Zone())
	preview, err := n.PreviewListing(f.ctx, draft)
	must(t, err)
	_, err = n.market.ChangeListing(f.ctx, n.steward, draft.ID, market.Publish, "")
	must(t, err)
	f.settle()
	sent := f.good.got("Create")
	if len(sent) != 1 {
		t.Fatalf("sent %d", len(sent))
	}
	content, _ := sent[0]["object"].(map[string]any)["content"].(string)
	if preview == "" || preview != content {
		t.Errorf("preview %q\nsent    %q", preview, content)
	}
	draft.Visibility = coop.CoopOnly
	if _, err := n.PreviewListing(f.ctx, draft); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("what stays in the co-op has the preview error %v", err)
	}
}
