package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

var quiet = slog.New(slog.DiscardHandler)

func openHere(tb testing.TB) *Store {
	tb.Helper()
	s, err := Open(context.Background(), Options{Dir: tb.TempDir(), Log: quiet})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func (tx *Tx) set(name, value string) error {
	_, err := tx.exec(`INSERT INTO setting (name, value) VALUES ($1, $2)`, name, value)
	return err
}

// behind keeps the committer busy, hands in n writes, and lets them go once all of them wait. The busy one is the first of
// their group; its outcome comes first.
func behind(t *testing.T, s *Store, n int, fn func(i int, tx *Tx) error) (first error, errs []error) {
	t.Helper()
	busy, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		first = s.write(context.Background(), func(*Tx) error { close(busy); <-release; return nil })
	})
	<-busy
	errs = make([]error, n)
	for i := range n {
		wg.Go(func() { errs[i] = s.write(context.Background(), func(tx *Tx) error { return fn(i, tx) }) })
	}
	for len(s.writer.queue) < n { // they are on their way; nothing else takes them
		select {
		case <-t.Context().Done():
			t.Fatal("the writes were never handed in")
		default:
			runtime.Gosched()
		}
	}
	close(release)
	wg.Wait()
	return first, errs
}

// 64 that wait share one commit, and a failing one takes nothing of the others with it.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	bad := errors.New("no")
	before := s.writer.commits.Load()
	first, errs := behind(t, s, limits.CommitGroup, func(i int, tx *Tx) error {
		if err := tx.set(fmt.Sprint(i), "x"); err != nil {
			return err
		}
		switch i % 4 {
		case 1:
			return bad
		case 2:
			panic("a bug")
		case 3:
			return tx.set(fmt.Sprint(i), "again") // breaks the primary key
		}
		return nil
	})
	if commits := s.writer.commits.Load() - before; commits > 2 {
		t.Errorf("%d commits for %d writes", commits, limits.CommitGroup)
	}
	if first != nil {
		t.Error(first)
	}
	for i, err := range errs {
		value, e := s.Setting(t.Context(), fmt.Sprint(i))
		if e != nil {
			t.Fatal(e)
		}
		good := map[int]bool{0: err == nil, 1: errors.Is(err, bad), 2: err != nil && coop.ClassOf(err) == coop.Internal, 3: coop.ClassOf(err) == coop.Conflict}[i%4]
		if !good || (value == "x") != (i%4 == 0) {
			t.Errorf("write %d: %v, kept %q", i, err, value)
		}
	}
}

// When COMMIT fails nobody is told that it went well, and the next write finds a working connection.
func TestCommitFails(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	first, errs := behind(t, s, 8, func(i int, tx *Tx) error {
		if i == 5 {
			// A reference to nowhere that is only looked at by COMMIT.
			if _, err := tx.exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
				return err
			}
			_, err := tx.exec(`INSERT INTO register (person, legal_name, address, email, joined, resigned) VALUES ('nobody', '', '', '', 0, 0)`)
			return err
		}
		return tx.set(fmt.Sprint(i), "x")
	})
	for i, err := range append(errs, first) {
		value, e := s.Setting(t.Context(), fmt.Sprint(i))
		if e != nil || err == nil || coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.unavailable" || value != "" {
			t.Errorf("write %d: %v, kept %q (%v)", i, err, value, e)
		}
	}
	if err := s.SetSetting(t.Context(), "after", "x"); err != nil {
		t.Error(err)
	}
}

// A statement that may have ended the transaction bars the rest of it, even when the closure makes nothing of the error.
func TestBrokenTransaction(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	var kept *Tx
	first, errs := behind(t, s, 3, func(i int, tx *Tx) error {
		if i == 1 {
			kept = tx
			_ = tx.failed(errDiscard)
			if err := tx.set("late", "x"); coop.ClassOf(err) != coop.Unavailable {
				t.Errorf("a statement ran in a broken transaction: %v", err)
			}
			return nil
		}
		return tx.set(fmt.Sprint(i), "x")
	})
	if first != nil || errs[0] != nil || errs[2] != nil || coop.ClassOf(errs[1]) != coop.Unavailable {
		t.Errorf("got %v", errs)
	}
	if err := kept.set("after", "x"); err == nil {
		t.Error("a transaction works after its end")
	}
	var over *Tx
	if err := s.write(t.Context(), func(tx *Tx) error { over = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := over.set("after", "x"); err == nil || coop.ClassOf(err) != coop.Internal {
		t.Errorf("a transaction works after its end: %v", err)
	}
}

func TestWriteAfterClose(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.SetSetting(t.Context(), "a", "x"); coop.ClassOf(err) != coop.Unavailable || err == nil {
		t.Errorf("write: %v", err)
	}
	if _, err := s.Setting(t.Context(), "a"); err == nil {
		t.Error("read after close")
	}
}

// A caller that gives up before its turn takes its write back.
func TestGiveUp(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	busy, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.write(context.Background(), func(*Tx) error { close(busy); <-release; return nil }) })
	<-busy
	ctx, cancel := context.WithCancel(t.Context())
	given := make(chan error)
	go func() { given <- s.write(ctx, func(tx *Tx) error { return tx.set("a", "x") }) }()
	for len(s.writer.queue) == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-given; coop.ClassOf(err) != coop.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	wg.Wait()
	if err := s.SetSetting(t.Context(), "b", "x"); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Setting(t.Context(), "a"); v != "" || err != nil {
		t.Errorf("a write that was taken back was made: %q, %v", v, err)
	}
}

// Tidying joins the segments that many small commits leave, and loses nothing.
func TestTidy(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	for i := range 40 {
		err := s.write(t.Context(), func(tx *Tx) error {
			_, err := tx.exec(`INSERT INTO listing_search (rowid, title, body, facet) VALUES ($1, 'bread', $2, 'f1')`, i+1, fmt.Sprint("w", i))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var more bool
	rounds := 0
	for ok := true; ok; ok = more && rounds < 100 {
		done := make(chan struct{})
		// On the committer's goroutine, where tidying belongs: between two groups.
		s.writer.aside <- func() { more = s.writer.tidy(); close(done) }
		<-done
		rounds++
	}
	if more {
		t.Errorf("not done after %d rounds", rounds)
	}
	var n int
	if err := s.at(t.Context()).queryRow(`SELECT count(*) FROM listing_search WHERE listing_search MATCH 'bread'`).scan("", &n); err != nil || n != 40 {
		t.Errorf("found %d, %v", n, err)
	}
}
