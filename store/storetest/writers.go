package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"toadlane/coop"
	"toadlane/store"
)

// Many write at once; some fail, and take nothing of the others with them.
func testManyWriters(t *testing.T, s *store.Store) {
	const writers, each = 16, 10
	c := store.Coop{Store: s}
	bad := errors.New("no")
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				p := samplePerson(fmt.Sprintf("p%d_%d", w, i), "P")
				err := c.Write(t.Context(), func(tx coop.Tx) error {
					if err := tx.PutPerson(p); err != nil {
						return err
					}
					if i%3 == 2 {
						return bad
					}
					return nil
				})
				if want := i%3 == 2; errors.Is(err, bad) != want || !want && err != nil {
					t.Errorf("writer %d, write %d: %v", w, i, err)
				}
			}
		})
	}
	wg.Wait()
	if all := must(s.People(t.Context()))(t); len(all) != writers*7 {
		t.Errorf("%d people, want %d", len(all), writers*7)
	}
}
