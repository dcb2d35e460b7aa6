package store

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// scanned finds in a plan of SQLite a table of ours that is read from end to end.
var scanned = regexp.MustCompile(`^SCAN (\w+)`)

// small are parts of a statement that hold few rows, or those that it is about.
var small = []string{"rest", "goal", "extra", "first", "w", "due", "CONSTANT"}

// inTurn is the reading of an index from its beginning, for the first rows in the order of their turns.
var inTurn = regexp.MustCompile(`USING (COVERING )?INDEX (host_turn|inbound_due|inbound_open|letter_by_due)`)

// TestQueuePlans runs what workers and the inbox do all the time, and then looks at how SQLite does each statement: none may
// read a table through that grows with the traffic.
func TestQueuePlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const us, them coop.IRI = "https://bakery.example/coop", "https://a.example/u"
	for i := range 2 {
		_, err = s.PutInbound(ctx, queue.Inbound{Peer: them, Activity: fmt.Sprint(i), Object: them, Row: queue.Row{Created: now}})
		must(err)
	}
	act := queue.Activity{ID: "1", Actor: us, Public: true, Created: now}
	must(s.write(ctx, func(tx *Tx) error {
		must(tx.Append(coop.Event{ID: "e", Subject: "s", At: now}))
		must(tx.PutFollower(queue.Follower{Local: us, Actor: them, Inbox: them + "/inbox", State: queue.Accepted}))
		must(tx.PutPeer(queue.Peer{Actor: them, State: queue.Accepted}))
		must(tx.PutActor(queue.Actor{IRI: them, Handle: "@u@a.example", Keys: []queue.Key{{ID: them + "#k"}}}))
		must(tx.PutReaction(queue.Reaction{IRI: them + "/like", Actor: them, Object: us, Kind: "Like"}))
		must(tx.PutActivity(act))
		_, err := tx.FanOut(act, us, queue.Fanout{Followers: us, PeersOnly: true, Object: us})
		must(err)
		_, err = tx.FanOut(act, us, queue.Fanout{Followers: us, Ever: us, But: true})
		must(err)
		_, err = tx.FanOut(act, us, queue.Fanout{Extra: []queue.Target{{Actor: them, Inbox: them + "/inbox"}}, Ever: us})
		must(err)
		_, err = tx.PeerByFollow("x")
		if coop.ClassOf(err) != coop.NotFound {
			t.Error(err)
		}
		return nil
	}))
	events, err := s.ClaimEvents(ctx, now, now.Add(time.Minute), 10)
	must(err)
	in, err := s.ClaimInbound(ctx, now, now.Add(time.Minute), 10)
	must(err)
	_, err = s.Lanes(ctx, now, 10)
	must(err)
	out, err := s.ClaimDeliveries(ctx, "a.example", now, now.Add(time.Minute), 4)
	must(err)
	if len(events) != 1 || len(in) != 1 || len(out) != 1 {
		t.Fatalf("claimed %d events, %d inbound, %d deliveries", len(events), len(in), len(out))
	}
	must(s.SettleDeliveries(ctx, []queue.Outcome{{ID: out[0].ID, Host: "a.example", State: queue.Waiting, Due: now, HostDown: true}}, now))
	must(s.SettleDeliveries(ctx, []queue.Outcome{{ID: out[0].ID, Host: "a.example", OK: true}}, now))
	must(s.HostSeen(ctx, "a.example", now))
	_, _, _, err = s.NextDue(ctx, now)
	must(err)
	must(s.write(ctx, func(tx *Tx) error {
		must(tx.SettleInbound(in[0].ID, queue.Parked, now, ""))
		must(tx.WakeParked(them, now))
		must(tx.ForgetInbound(them, "9"))
		return tx.SettleEvent(events[0].Row.ID, queue.Done, now, "")
	}))
	must(s.write(ctx, func(tx *Tx) error { return tx.PutLetter(coop.Letter{ID: "l", Kind: "test", Person: "ada"}) }))
	letters, err := s.ClaimLetters(ctx, now.AddDate(1, 0, 0), now, 10)
	must(err)
	must(s.SettleLetter(ctx, letters[0].Row.ID, queue.Waiting, now, ""))
	_, err = s.NextLetter(ctx)
	must(err)
	_, _, err = s.Letters(ctx, queue.Failed, "", 10)
	must(err)
	_, _, err = s.Outbox(ctx, us, "", 10)
	must(err)
	_, err = s.CountOutbox(ctx, us)
	must(err)
	if _, err = s.LastTold(ctx, us, us, now); coop.ClassOf(err) != coop.NotFound {
		must(err)
	}
	if _, err = s.FirstTold(ctx, us, us, now); coop.ClassOf(err) != coop.NotFound {
		must(err)
	}
	if _, err = s.Heard(ctx, them, them, "Create", "Update"); coop.ClassOf(err) != coop.NotFound {
		must(err)
	}
	_, err = s.Followed(ctx, us)
	must(err)
	_, err = s.Followed(ctx, us, "lemmy", "mbin")
	must(err)
	_, err = s.HostsToAsk(ctx, us, now, 1)
	must(err)
	must(s.write(ctx, func(tx *Tx) error {
		_, err := tx.ItemsToAnnounce("valley", now, 10)
		must(err)
		_, err = tx.ItemsAnnounced("valley", now, 10)
		must(err)
		_, err = tx.ItemsToUndo("valley", 10)
		must(err)
		_, err = tx.ItemsBehind("valley", 10)
		must(err)
		_, err = tx.FanOut(act, us, queue.Fanout{Followers: us, Runs: []string{"lemmy"}, Ever: us, Boosted: []coop.IRI{them}})
		must(err)
		return tx.ItemChanged("https://a.example/o")
	}))
	_, _, err = s.Followers(ctx, us, queue.Accepted, "", 10)
	must(err)
	_, err = s.CountFollowers(ctx, us)
	must(err)
	_, err = s.ActorByKey(ctx, them+"#k")
	must(err)
	_, err = s.ActorByHandle(ctx, "@u@a.example")
	must(err)
	_, _, err = s.CountReactions(ctx, us)
	must(err)
	_, _, err = s.Deliveries(ctx, queue.Failed, "", "", 10)
	must(err)
	_, _, err = s.Inbounds(ctx, queue.Rejected, "", 10)
	must(err)

	var texts []string
	must(s.write(ctx, func(*Tx) error { // the committer's own goroutine: nobody else touches its statements
		for text := range s.writer.stmts {
			texts = append(texts, text)
		}
		return nil
	}))
	for text := range s.stmts.stmts {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	checked := 0
	for _, text := range texts {
		word, _, _ := strings.Cut(text, " ")
		if !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE"}, word) || strings.Contains(text, "listing_search") {
			continue
		}
		rows, err := s.readDB.Query("EXPLAIN QUERY PLAN "+text, make([]any, params(text))...)
		must(err)
		for rows.Next() {
			var id, parent, unused int
			var detail string
			must(rows.Scan(&id, &parent, &unused, &detail))
			m := scanned.FindStringSubmatch(detail)
			if m != nil && !slices.Contains(small, m[1]) && !inTurn.MatchString(detail) {
				t.Errorf("%s\nin %s", detail, text)
			}
		}
		must(rows.Close())
		checked++
	}
	if checked < 40 {
		t.Errorf("only %d statements were looked at", checked)
	}
	// The check can fail: a question without an index is found.
	rows, err := s.readDB.Query(`EXPLAIN QUERY PLAN SELECT id FROM delivery WHERE last_status = 1`)
	must(err)
	found := false
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(rows.Scan(&id, &parent, &unused, &detail))
		found = found || scanned.MatchString(detail)
	}
	must(rows.Close())
	if !found {
		t.Error("a scan was not recognised")
	}
}

// params is the highest numbered parameter of a statement.
func params(text string) (n int) {
	for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(text, -1) {
		var k int
		_, _ = fmt.Sscan(m[1], &k)
		n = max(n, k)
	}
	return n
}
