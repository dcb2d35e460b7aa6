package store_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// What changed at the very end of a second leaves no place after it in that second: what else changed then stands there all the same, and is found.
func TestFullSecond(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]string{"sqlite": "", "postgres": os.Getenv("TOADLANE_TEST_POSTGRES")} {
		if name == "postgres" && db == "" {
			continue // databases says the same
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if db != "" {
				db = newSchema(t, db)
			}
			end := day0.Truncate(time.Second).Add(time.Second - time.Microsecond)
			s := openAt(t, store.Options{Dir: t.TempDir(), DB: db, Now: func() time.Time { return end }})
			for n := range 10 {
				l := listing(n, fmt.Sprint(n))
				l.Updated = end.Truncate(time.Second)
				must(t, store.Market{Store: s}.Write(t.Context(), func(tx market.Tx) error { return tx.PutListing(l) }))
			}
			p, err := s.Search(t.Context(), market.Query{Reach: coop.Everyone}, day0)
			if err != nil || len(p.Listings) != 10 {
				t.Errorf("%d listings, %v", len(p.Listings), err)
			}
			if found, err := s.Verify(t.Context()); len(found) > 0 || err != nil {
				t.Errorf("verify: %q, %v", found, err)
			}
		})
	}
}
