package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/store"
)

// testTalk holds conversations to their two sides: both list them, each with what they have not read first.
func testTalk(t *testing.T, s *store.Store) {
	ctx := t.Context()
	thread := func(owner coop.ID, other market.Party, hours, unread, otherUnread int) market.Thread {
		return market.Thread{ID: newID(), Listing: "l1", Owner: owner, Other: other, Subject: "Bread", Root: "https://x.example/1", Last: "https://x.example/2",
			Unread: unread, OtherUnread: otherUnread, Excerpt: "how it begins", SaidBy: market.OtherSide, Created: day0,
			Updated: day0.Add(time.Duration(hours) * time.Hour)}
	}
	remote := market.Party{IRI: "https://x.example/u", Name: "U"}
	guest := market.Party{Name: "Gwen", Email: "gwen@mail.example", Mark: "abc", Language: "es"}
	a := thread("ada", remote, 1, 2, 0)
	b := thread("ada", guest, 5, 0, 7)                           // what a guest has not read is nobody's number
	c := thread("ben", market.Party{Person: "ada"}, 2, 4, 1)     // ada wrote to ben
	d := thread("ada", market.Party{Person: "ben"}, 6, 0, 3)     // ben wrote to ada
	e := thread("", market.Party{Person: "ben"}, 4, 5, 0)        // ben wrote to the stewards
	f := thread("ada", market.Party{Person: "cat"}, 0, 0, 0)     //
	other := thread("cat", market.Party{Person: "dan"}, 9, 9, 9) // of others
	all := []market.Thread{a, b, c, d, e, f, other}
	change(t, s, func(tx market.Tx) error {
		for _, x := range all {
			if err := tx.PutThread(x); err != nil {
				return err
			}
		}
		return nil
	})
	for _, x := range all {
		if diff := cmp.Diff(x, must(s.Thread(ctx, x.ID))(t)); diff != "" {
			t.Error(diff)
		}
	}
	for person, wanted := range map[coop.ID][]market.Thread{"ada": {c, a, d, b, f}, "ben": {d, c, e}, "": {e}, "eve": nil, "cat": {other, f}} {
		for _, size := range []int{1, 2, 10} { // pages of every size give the same
			var got []market.Thread
			cursor := ""
			for range 10 {
				page, next, err := s.ThreadsOf(ctx, person, size, cursor)
				ok(t, err)
				got = append(got, page...)
				if cursor = next; next == "" {
					break
				}
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("of %q by %d: %s", person, size, diff)
			}
		}
	}
	for person, want := range map[coop.ID]int{"ada": 3, "ben": 7, "": 5, "eve": 0, "dan": 9} {
		if n := must(s.Unread(ctx, person))(t); n != want {
			t.Errorf("unread of %q: %d, want %d", person, n, want)
		}
	}
	for _, cursor := range []string{"rubbish", must(firstCursor(t, s))(t)} {
		_, _, err := s.ThreadsOf(ctx, "ada", 3, cursor)
		class(t, err, coop.Invalid, "cursor.invalid")
	}

	change(t, s, func(tx market.Tx) error {
		for _, q := range []struct {
			owner coop.ID
			other string
			want  coop.ID
		}{{"ben", market.FellowKey("ada"), c.ID}, {"ada", market.FellowKey("ben"), d.ID}, {"ada", guest.Key(), b.ID}, {"ada", "https://x.example/u", a.ID},
			{"ben", market.FellowKey("cat"), ""}, {"ada", "ben", ""}, {"ada", "guest:", ""}} {
			got, err := tx.ThreadWith(q.owner, q.other, "l1")
			if got.ID != q.want || (q.want == "") != (coop.ClassOf(err) == coop.NotFound && err != nil) {
				t.Errorf("thread of %q with %q: %s, %v", q.owner, q.other, got.ID, err)
			}
		}
		d.Closed = true
		if err := tx.PutThread(d); err != nil {
			return err
		}
		blocked := func(owner coop.ID, other string, want bool) {
			if got, err := tx.BlockedThread(owner, other); got != want || err != nil {
				t.Errorf("%q and %q: blocked %v, %v", owner, other, got, err)
			}
		}
		blocked("ada", market.FellowKey("ben"), false) // over is not blocked
		d.Blocked = true
		if err := tx.PutThread(d); err != nil {
			return err
		}
		blocked("ada", market.FellowKey("ben"), true)
		blocked("ben", market.FellowKey("ada"), false)
		blocked("", market.FellowKey("ben"), false)
		d.Blocked, d.Closed = false, false
		if err := tx.PutThread(d); err != nil {
			return err
		}
		blocked("ada", market.FellowKey("ben"), false)
		return nil
	})
}

// firstCursor is a cursor of another list.
func firstCursor(t *testing.T, s *store.Store) (string, error) {
	_, next, err := s.Threads(t.Context(), "", 1, "")
	return next, err
}

func testGuests(t *testing.T, s *store.Store) {
	ctx := t.Context()
	steward := coop.Member("sue", coop.RoleSteward)
	is := func(want bool) {
		t.Helper()
		change(t, s, func(tx market.Tx) error {
			for mark, want := range map[string]bool{"abc": want, "def": false} {
				if got, err := tx.GuestBlocked(mark); got != want || err != nil {
					t.Errorf("%s blocked: %v, %v", mark, got, err)
				}
			}
			return nil
		})
	}
	is(false)
	for range 2 {
		change(t, s, func(tx market.Tx) error { return tx.BlockGuest("abc", "Gwen", steward, day0) })
		is(true)
	}
	blocks := must(s.Blocks(ctx))(t)
	if len(blocks) != 1 || blocks[0].Target != "guest:abc" || blocks[0].Reason != "Gwen" || blocks[0].By != "member:sue" || !blocks[0].At.Equal(day0) {
		t.Errorf("%+v", blocks)
	}
	for range 2 {
		change(t, s, func(tx market.Tx) error { return tx.UnblockGuest("abc") })
		is(false)
	}
	c := market.Complaint{ID: newID(), By: "member:ada", About: []coop.IRI{"https://b.example/threads/1"}, Words: "rude", At: day0}
	change(t, s, func(tx market.Tx) error { return tx.PutComplaint(c) })
	reports := must(s.Reports(ctx))(t)
	if len(reports) != 1 || reports[0].ID != c.ID || string(reports[0].From) != c.By || reports[0].Content != "rude" || !reports[0].Closed.IsZero() ||
		cmp.Diff(c.About, reports[0].Objects) != "" {
		t.Errorf("%+v", reports)
	}
	m := market.Message{ID: newID(), Listing: "l1", IRI: "https://x.example/m", From: market.Party{IRI: "https://x.example/u"}, Body: "x", Public: true, Hidden: true,
		Created: day0, Updated: day0}
	change(t, s, func(tx market.Tx) error { return tx.PutMessage(m) })
	if diff := cmp.Diff([]market.Message{m}, must(s.HiddenReplies(ctx, "l1"))(t)); diff != "" {
		t.Error(diff)
	}
	if shown := must(s.Replies(ctx, "l1"))(t); len(shown) != 0 {
		t.Errorf("shown: %+v", shown)
	}
}
