package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/store"
)

func (q *q) letter(l coop.Letter) coop.Letter {
	q.Helper()
	if l.ID == "" {
		l.ID = q.id()
	}
	if l.Kind == "" {
		l.Kind = coop.LetterMessage
	}
	if l.Created.IsZero() {
		l.Created = q.now
	}
	q.tx(func(tx queue.Tx) error { return tx.PutLetter(l) })
	return l
}

func (q *q) claimLetters(n int) []queue.Letter {
	q.Helper()
	list, err := q.ClaimLetters(context.Background(), q.now, q.now.Add(qLease), n)
	q.ok(err)
	return list
}

func about(list []queue.Letter) (out []string) {
	for _, l := range list {
		out = append(out, fmt.Sprint(l.Letter.Kind, " ", l.Letter.Person, l.Letter.Email, " ", l.Letter.Subject, " ", l.Attempt))
	}
	return out
}

// lettersInTurn: what goes in comes out, in the order of its time; what failed is tried again when it is due.
func lettersInTurn(q *q) {
	ctx := context.Background()
	next := func() time.Time {
		q.Helper()
		at, err := q.NextLetter(ctx)
		q.ok(err)
		return at
	}
	q.same(next(), time.Time{})
	first := q.letter(coop.Letter{Email: "eva@b.example", Language: "es", Subject: "t1", Kind: coop.LetterAnswer,
		Args: map[string]string{"Name": "Eva \u00d1 \x00"}, Due: q.now.Add(time.Hour)})
	q.letter(coop.Letter{Person: "ada", Subject: "t2"})
	q.same(next(), q.now)
	q.same(about(q.claimLetters(9)), []string{"message ada t2 1"})
	q.same(next(), q.now.Add(qLease))
	q.ok(q.SettleLetter(ctx, 2, queue.Waiting, q.now.Add(2*time.Hour), "450 later"))
	q.now = q.now.Add(time.Hour)
	got := q.claimLetters(9)
	q.same(about(got), []string{"answer eva@b.example t1 1"})
	q.same(got[0].Letter.ID, first.ID)
	q.same(got[0].Letter.Language, "es")
	q.same(got[0].Letter.Args["Name"], "Eva \u00d1 \x00")
	q.same(got[0].Letter.Created, q.now.Add(-time.Hour))
	q.ok(q.PostponeLetter(ctx, got[0].Row.ID, q.now.Add(time.Hour)))
	q.now = q.now.Add(time.Hour)
	got = q.claimLetters(9)
	q.same(about(got), []string{"answer eva@b.example t1 1", "message ada t2 2"})
	q.same(got[1].LastError, "450 later")
	for _, l := range got {
		q.ok(q.SettleLetter(ctx, l.Row.ID, queue.Done, q.now, ""))
		q.class(q.SettleLetter(ctx, l.Row.ID, queue.Done, q.now, ""), coop.Conflict)
	}
	q.class(q.SettleLetter(ctx, 99, queue.Done, q.now, ""), coop.NotFound)
	q.same(q.Read(`SELECT count(*) FROM letter WHERE email <> '' OR args <> '{}'`), 0)
	for _, bad := range []coop.Letter{{Kind: "test", Person: "ada"}, {ID: "1", Kind: "test"}, {ID: "1", Person: "ada"},
		{ID: "1", Kind: "test", Person: "ada", Email: "ada@b.example"}} {
		q.class(q.Queue.Write(ctx, func(tx queue.Tx) error { return tx.PutLetter(bad) }), coop.Internal)
	}
}

// lettersOnce: one that waits stands for the next of its kind; one that is being written does not, since what it tells of may
// be read already.
func lettersOnce(q *q) {
	for range 3 {
		q.letter(coop.Letter{Person: "ada", Subject: "t1"})
	}
	q.letter(coop.Letter{Person: "ada", Subject: "t2"})
	q.letter(coop.Letter{Person: "bo", Subject: "t1"})
	q.letter(coop.Letter{Email: "ada", Subject: "t1"})
	q.letter(coop.Letter{Person: "ada", Subject: "t1", Kind: coop.LetterReminder})
	q.same(about(q.claimLetters(2)), []string{"message ada t1 1", "message ada t2 1"})
	q.letter(coop.Letter{Person: "ada", Subject: "t1"})
	q.letter(coop.Letter{Person: "ada", Subject: "t1"})
	q.same(len(q.claimLetters(9)), 4)
}

// lettersWorkers: whoever works on them, in as many processes as there are, each letter goes to one.
func lettersWorkers(q *q) {
	const many = 60
	for i := range many {
		q.letter(coop.Letter{Person: "ada", Subject: fmt.Sprint(i)})
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var got []string
	var errs []error
	for i := range 8 {
		s := q.two()[i%2]
		wg.Go(func() {
			for {
				list, err := s.ClaimLetters(context.Background(), q.now, q.now.Add(qLease), 3)
				mu.Lock()
				for _, l := range list {
					got = append(got, l.Letter.Subject)
				}
				errs = append(errs, err)
				mu.Unlock()
				if err != nil || len(list) == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	q.ok(errors.Join(errs...))
	slices.Sort(got)
	q.same(len(got), many)
	q.same(len(slices.Compact(got)), many)
	q.now = q.now.Add(qLease) // their worker died
	q.same(len(q.claimLetters(many+1)), many)
	q.ok(q.ReleaseLeases(context.Background(), q.now)) // this process is alone and begins anew
	q.same(len(q.claimLetters(many+1)), many)
}

func lettersSteward(q *q) {
	ctx := context.Background()
	for i := range 5 {
		q.letter(coop.Letter{Person: "ada", Subject: fmt.Sprint(i)})
	}
	n, err := q.Hold(ctx, "letter", 2, "")
	q.ok(err)
	q.same(n, 1)
	got := q.claimLetters(9)
	q.same(len(got), 4)
	q.ok(q.SettleLetter(ctx, 1, queue.Failed, q.now, "550 no such user"))
	q.ok(q.SettleLetter(ctx, 3, queue.Done, q.now, ""))
	list := func(s queue.State, n int) (out []int64, next string) {
		rows, next, err := q.Letters(ctx, s, next, n)
		q.ok(err)
		for _, r := range rows {
			out = append(out, r.Row.ID)
		}
		return out, next
	}
	all, next := list("", 3)
	q.same(all, []int64{5, 4, 2})
	rows, _, err := q.Letters(ctx, "", next, 3)
	q.ok(err)
	q.same(rows[0].LastError, "550 no such user")
	q.same(len(rows), 1)
	failed, _ := list(queue.Failed, 9)
	q.same(failed, []int64{1})
	_, _, err = q.Letters(ctx, "", "no cursor", 3)
	q.class(err, coop.Invalid)
	n, err = q.Retry(ctx, "letter", 0, "", q.now)
	q.ok(err)
	q.same(n, 2) // the held one and the failed one; not those on their way, nor what is done
	q.same(len(q.claimLetters(9)), 2)
}

// lettersGo: what is over goes after its time, and everything of a member who leaves at once.
func lettersGo(q *q) {
	ctx := context.Background()
	p := coop.Person{ID: q.id(), Handle: "ada", DisplayName: "Ada"}
	c := store.Coop{Store: q.QueueDatabase.Store}
	q.ok(c.Write(ctx, func(tx coop.Tx) error {
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		return tx.PutAccount(coop.Account{Person: p.ID, Email: "ada@b.example", Role: coop.RoleMember})
	}))
	choice := coop.Notify{Messages: coop.Daily, Digest: coop.Off, NoReminders: true, Digested: q.now}
	got, err := c.Notify(ctx, p.ID)
	q.ok(err)
	q.same(got, coop.DefaultNotify())
	for range 2 {
		q.ok(c.Write(ctx, func(tx coop.Tx) error { return tx.PutNotify(p.ID, choice) }))
		got, err = c.Notify(ctx, p.ID)
		q.ok(err)
		q.same(got, choice)
		choice.Digest = coop.Weekly
	}
	for i, s := range []queue.State{queue.Done, queue.Failed, queue.Waiting} {
		q.letter(coop.Letter{Email: "eva@b.example", Subject: string(s)})
		q.ok(q.SettleLetter(ctx, int64(i+1), s, q.now, ""))
	}
	q.letter(coop.Letter{Person: p.ID, Subject: "t1"})
	q.ok(q.Sweep(ctx, q.now.Add(limits.LettersKept)))
	q.same(q.Read(`SELECT count(*) FROM letter`), 4)
	q.ok(q.Sweep(ctx, q.now.Add(limits.LettersKept+time.Second)))
	q.same(q.Read(`SELECT count(*) FROM letter`), 2)
	q.ok(c.Write(ctx, func(tx coop.Tx) error { return tx.DropPerson(p.ID) }))
	q.same(q.Read(`SELECT count(*) FROM letter`), 1)
	q.same(q.Read(`SELECT count(*) FROM notify`), 0)
}
