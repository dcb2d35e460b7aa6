package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/region"
	"toadlane/store"
)

func (q *q) murmuration(n int, due time.Time) queue.Murmuration {
	q.Helper()
	m := queue.Murmuration{Index: "https://index.example/v2", Profile: coop.IRI(fmt.Sprintf("https://bakery.example/murmurations/listings/%d.json", n)), Page: "/", Step: queue.StepPost,
		Want: "hash", Changed: q.now, Row: queue.Row{State: queue.Waiting, Due: due, Created: q.now}}
	q.tx(func(tx queue.Tx) error { return tx.PutMurmuration(m) })
	return m
}

// murmurations: what waits is claimed in the order of its time, a row stands once for its profile, and a steward lists, holds, retries and forgets.
func murmurations(q *q) {
	ctx := context.Background()
	claim := func(n int) (out []string) {
		q.Helper()
		list, err := q.ClaimMurmurations(ctx, q.now, q.now.Add(qLease), n)
		q.ok(err)
		for _, m := range list {
			out = append(out, fmt.Sprint(m.ID, " ", m.Step, " ", m.Attempt, " ", m.Leased.Sub(q.now)))
		}
		return out
	}
	next := func() time.Time {
		q.Helper()
		at, err := q.NextMurmuration(ctx)
		q.ok(err)
		return at
	}
	q.same(next(), time.Time{})
	first := q.murmuration(1, q.now.Add(time.Hour))
	q.murmuration(2, q.now)
	q.same(next(), q.now)
	q.same(claim(9), []string{"2 post 1 1m0s"})
	q.same(claim(9), []string(nil))
	q.same(next(), q.now.Add(qLease))
	q.ok(q.ReleaseLeases(ctx, q.now))
	q.same(claim(9), []string{"2 post 2 1m0s"})

	// Whoever claimed a row knows it again by its lease, whatever the clock's grain.
	q.ok(q.ReleaseLeases(ctx, q.now))
	mine, err := q.ClaimMurmurations(ctx, q.now, q.now.Add(qLease+1234), 1)
	q.ok(err)
	q.tx(func(tx queue.Tx) error {
		m, err := tx.Murmuration(mine[0].Profile)
		q.same(m.Leased, mine[0].Leased)
		return err
	})

	// All of a row comes back, and putting it again is putting the same.
	var got queue.Murmuration
	q.tx(func(tx queue.Tx) (err error) {
		if got, err = tx.Murmuration(first.Profile); err != nil {
			return err
		}
		_, err = tx.Murmuration("https://bakery.example/none")
		q.class(err, coop.NotFound)
		first.ID = got.ID
		q.same(got, first)
		got.Step, got.Want, got.Sent, got.Node, got.Status, got.Page, got.Index = queue.StepAsk, "w", "s", "n", "posted", "/x", "https://other.example/v2"
		got.State, got.Attempt, got.Due, got.LastError, got.Changed, got.Leased = queue.Failed, 3, q.now.Add(time.Minute), "because \x00 "+strings.Repeat("x", 1000), q.now.Add(time.Second), q.now
		return tx.PutMurmuration(got)
	})
	back, err := q.MurmurationOf(ctx, got.ID)
	q.ok(err)
	q.same(len(back.LastError), 500)
	back.LastError = got.LastError
	q.same(back, got)
	_, err = q.MurmurationOf(ctx, 99)
	q.class(err, coop.NotFound)

	for i := range 5 {
		q.murmuration(10+i, q.now.Add(time.Hour))
	}
	var ids []int64
	for cursor := ""; ; {
		list, after, err := q.Murmurations(ctx, "", cursor, 3)
		q.ok(err)
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		if cursor = after; cursor == "" {
			break
		}
	}
	q.same(len(ids), 7)
	q.same(ids[6], int64(1))
	list, _, err := q.Murmurations(ctx, queue.Failed, "", 9)
	q.ok(err)
	q.same(len(list), 1)
	_, _, err = q.Murmurations(ctx, "", "no cursor", 9)
	q.class(err, coop.Invalid)

	n, err := q.Hold(ctx, "murmuration", ids[0], "")
	q.ok(err)
	q.same(n, 1)
	q.now = q.now.Add(2 * time.Hour)
	q.same(len(claim(9)), 5)
	n, err = q.Retry(ctx, "murmuration", ids[0], "", q.now)
	q.ok(err)
	q.same(n, 1)
	q.same(len(claim(9)), 1)

	q.tx(func(tx queue.Tx) error {
		m := first
		m.Want, m.State, m.Changed = "", queue.Done, q.now
		return tx.PutMurmuration(m)
	})
	count := func() int {
		q.Helper()
		n, err := q.CountMurmurations(ctx)
		q.ok(err)
		return n
	}
	q.same(count(), 6)
	q.ok(q.Sweep(ctx, q.now.Add(limits.IndexKept-time.Hour)))
	q.same(q.Read(`SELECT count(*) FROM murmuration`), 7)
	q.ok(q.Sweep(ctx, q.now.Add(limits.IndexKept+time.Hour)))
	q.same(q.Read(`SELECT count(*) FROM murmuration`), 6)
	q.ok(q.ForgetMurmurations(ctx))
	q.same(count(), 0)
}

// murmurationsWorkers: two processes never have the same row.
func murmurationsWorkers(q *q) {
	for i := range 60 {
		q.murmuration(i, q.now)
	}
	var mu sync.Mutex
	seen := map[int64]int{}
	var wg sync.WaitGroup
	for _, s := range q.two() {
		for range 2 {
			wg.Go(func() {
				for {
					list, err := s.ClaimMurmurations(context.Background(), q.now, q.now.Add(qLease), 7)
					if err != nil {
						q.Error(err)
						return
					}
					if len(list) == 0 {
						return
					}
					mu.Lock()
					for _, m := range list {
						seen[m.ID]++
					}
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	q.same(len(seen), 60)
	for id, n := range seen {
		if n != 1 {
			q.Errorf("row %d was claimed %d times", id, n)
		}
	}
}

// testUnclaimed: what the stories do not tell of entries without a node: one key each, and a report for the stewards.
func testUnclaimed(t *testing.T, s *store.Store) {
	r := sampleRegion("valley")
	u := region.Unclaimed{ID: newID(), Region: r.ID, Name: "Ünter \x00 den Linden", Link: "https://a.example/", Source: "s", Licence: "l", State: region.UnclaimedListed, Added: day0}
	inRegion(t, s, func(tx region.Tx) error {
		ok(t, tx.PutRegion(r))
		ok(t, tx.PutUnclaimed(u))
		u.State = region.UnclaimedClaimed
		ok(t, tx.PutUnclaimed(u)) // once more is the same row
		return tx.CallStewards(region.Call{ID: newID(), From: "guest:x", About: []coop.IRI{"https://bakery.example/regions/valley/unclaimed/x/claim"}, Words: "A: Eva", At: day0})
	})
	twin := u
	twin.ID, twin.Link = newID(), "http://www.a.example"
	err := store.Region{Store: s}.Write(t.Context(), func(tx region.Tx) error { return tx.PutUnclaimed(twin) })
	class(t, err, coop.Conflict, "")
	at := store.Region{Store: s}.At(t.Context())
	if n := must(at.CountUnclaimed(r.ID, region.UnclaimedListed))(t); n != 1 {
		t.Errorf("%d are listed, what is claimed among them", n)
	}
	if _, err := at.UnclaimedByID("other", u.ID); coop.KeyOf(err) != "unclaimed.unknown" {
		t.Errorf("in another region: %v", err)
	}
	if _, _, err := at.Unclaimed(r.ID, region.UnclaimedListed, 1, "no cursor"); coop.ClassOf(err) != coop.Invalid {
		t.Errorf("a bad cursor: %v", err)
	}
	reports, err := store.Queue{Store: s}.Reports(t.Context())
	ok(t, err)
	if len(reports) != 1 || reports[0].Content != "A: Eva" || reports[0].From != "guest:x" || len(reports[0].Objects) != 1 || !reports[0].Closed.IsZero() {
		t.Errorf("the stewards hear %+v", reports)
	}
	inRegion(t, s, func(tx region.Tx) error { return tx.DropRegion(r.ID) })
	if keys := must(at.UnclaimedKeys(r.ID))(t); len(keys) != 0 {
		t.Errorf("a region that is forgotten leaves %v", keys)
	}
}
