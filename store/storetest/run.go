// Package storetest holds a store to what its consumers' interfaces say. It runs whole against SQLite and against
// PostgreSQL, so that the two can't drift apart. It is for tests only.
package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/store"
)

// Run runs every part against stores that open makes: each empty, each closed by the test's cleanup.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, part := range []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"coop", testCoop}, {"people", testPeople}, {"accounts", testAccounts}, {"register", testRegister},
		{"invites", testInvites}, {"settings", testSettings}, {"audit", testAudit}, {"sessions", testSessions},
		{"ended sessions stay ended", testSessionsEnd}, {"events", testEvents},
		{"listings", testListings}, {"exact place", testExact}, {"tombstones", testTombstones}, {"clock", testClock},
		{"threads", testThreads}, {"messages", testMessages}, {"talk", testTalk}, {"guests", testGuests}, {"ending", testEnding},
		{"history", testHistory}, {"short addresses", testShort}, {"bonds", testBonds},
		{"newest", testNewest}, {"search", testSearch}, {"search text", testSearchText}, {"best", testBest}, {"whole word", testWholeWord},
		{"cursors", testCursors}, {"rollback", testRollback}, {"nested", testNested}, {"panic", testPanic},
		{"conflicts", testConflicts}, {"cancelled", testCancelled}, {"many writers", testManyWriters},
		{"arrivals", testArrivals}, {"saved searches", testSaved}, {"news", testNews},
		{"photos", testPhotos}, {"photo reach", testPhotoReach}, {"photo sweep", testPhotoSweep},
		{"photo cut", testPhotoCut}, {"photo evict", testPhotoEvict},
		{"verify", testVerify}, {"stats", testStats},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, open(t))
		})
	}
}

var ids atomic.Uint64

// newID makes ids of the right form, in order, each once.
func newID() coop.ID {
	return coop.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", ids.Add(1)))
}

// day0 is when the tests take place: well in the past, so that no real clock comes near.
var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// must gives v, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// class fails the test unless err is an error of that class and key ("" for any).
func class(t *testing.T, err error, want coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != want || key != "" && coop.KeyOf(err) != key {
		t.Fatalf("got error %v (class %d, key %s), want class %d, key %q", err, coop.ClassOf(err), coop.KeyOf(err), want, key)
	}
}
