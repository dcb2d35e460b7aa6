package browser

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// TestWeightAndFirstPaint opens the front page and a market that has more than it shows at once as somebody with an old telephone and
// a slow network sees them for the first time: what comes weighs little, and words stand there within a second. It runs before the
// tests that run beside one another. A machine that is busy with something else can only be slower for it, so the best of several
// loads counts. For scale: one word alone takes 0.57 to 0.66 s on two cores of 2.1 GHz, of which 0.35 s are the network's.
func TestWeightAndFirstPaint(t *testing.T) {
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	for i := range 40 {
		bakery.Post(fmt.Sprintf("Offer %d: a sack of spelt from the mill by the river", i), func(l *market.Listing) {
			l.Body = coop.Text{"en": "Stone ground, by hand, this week. Bring a bag, and some time to talk about bread."}
			l.Place.Name = "The yard behind the old mill"
			l.Modes = []market.Mode{market.Gift, market.Swap}
		})
	}
	for _, path := range []string{"/", "/market", "/market?view=list", "/market?view=map"} {
		best, w := 0.0, weight{}
		loads := 1
		if everyWay {
			loads = 10
		}
		for range loads {
			var paint float64
			var weighed weight
			// A test of its own, at whose end the tab is closed: what slows a tab down works as hard while it is only open.
			t.Run(path, func(t *testing.T) { paint, weighed = firstPaint(t, bakery, path) })
			if best == 0 || paint < best {
				best = paint
			}
			if w = weighed; best < 1000 {
				break
			}
		}
		t.Logf("%s: first contentful paint %.0f ms, %+v, together %d", path, best, w, w.all())
		if everyWay && best >= 1000 { // a time says nothing on a machine that is busy with other tests
			t.Errorf("%s: nothing is painted before %.0f ms", path, best)
		}
		if w.all() > 100_000 || w.Script > 20_000 {
			t.Errorf("%s weighs too much: %+v, together %d", path, w, w.all())
		}
	}
}

// firstPaint loads a page in a tab that has nothing kept, with a quarter of this machine's speed, 1.6 Mbit/s down, 0.75 up and 150 ms of
// latency, and gives when the first words or pictures stood there, in milliseconds.
func firstPaint(t *testing.T, c *testrig.Coop, path string) (float64, weight) {
	t.Helper()
	b := openDeaf(t, string(c.Base))
	b.look(390, false)
	b.do("a slow telephone", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, e1 := cdp.Call(ctx, at, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
		_, e2 := cdp.Call(ctx, at, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
			{Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 0.75e6 / 8}}})
		return errors.Join(e1, e2)
	}))
	b.visit(path)
	painted := `performance.getEntriesByName("first-contentful-paint")[0]`
	b.wait("the first paint", painted)
	var at float64
	b.eval(painted+`.startTime`, &at)
	var whole float64 // when an answer begins is told as if there were no latency, when it has come is not
	b.eval(`performance.getEntriesByType("navigation")[0].responseEnd`, &whole)
	if everyWay && whole < 150 {
		t.Errorf("%s has come after %.0f ms: the network is not slow", path, whole)
	}
	return at, b.weigh()
}
