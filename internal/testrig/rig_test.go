package testrig_test

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/testrig"
	"toadlane/market"
)

func TestOfferReachesTheNeighbour(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	before := bakery.Post("An old loaf")
	private := bakery.Post("For us alone", func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	cycles.Follow(bakery)
	r.Wait("what was there before", func() bool { return cycles.Shows(before.IRI) })

	after := bakery.Post("A new loaf")
	r.Wait("what is posted after", func() bool { return cycles.Shows(after.IRI) })
	if _, err := bakery.Market.ChangeListing(t.Context(), bakery.Steward, after.ID, market.Fulfil, "eaten"); err != nil {
		t.Fatal(err)
	}
	r.Wait("what is closed", func() bool { return !cycles.Shows(after.IRI) })
	if !cycles.Shows(before.IRI) {
		t.Error("closing one listing took another away")
	}
	if cycles.Shows(private.IRI) || bakery.Shows(private.IRI) {
		t.Error("a listing for the co-op alone is seen by others")
	}
}

func TestStoppedNeighbourMissesNothing(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	cycles.Stop()
	l := bakery.Post("Posted into the dark")
	r.Wait("a failed delivery", func() bool {
		hosts, err := bakery.Queue.Hosts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(hosts) == 1 && hosts[0].Fails > 0
	})
	cycles.Start()
	r.Clock.Move(2 * time.Hour)
	bakery.Federation.Wake()
	r.Wait("the retry", func() bool { return cycles.Shows(l.IRI) })
}
