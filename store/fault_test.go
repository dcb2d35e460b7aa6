package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// F-06: two servers on one folder. Every other command opens beside the server.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Open(t.Context(), Options{Dir: dir, Serve: true, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Serve: true, Log: quiet}); coop.ClassOf(err) != coop.Conflict || coop.KeyOf(err) != "store.locked" {
		t.Fatalf("the second server: %v", err)
	}
	beside, err := Open(t.Context(), Options{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, s := range []*Store{first, beside} {
		wg.Go(func() {
			for n := range 50 {
				if err := s.SetSetting(t.Context(), fmt.Sprintf("%d-%d", i, n), "x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var n int
	if err := first.at(t.Context()).queryRow(`SELECT count(*) FROM setting`).scan("", &n); err != nil || n != 100 {
		t.Errorf("%d settings, %v", n, err)
	}
	if err := beside.Close(); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	third, err := Open(t.Context(), Options{Dir: dir, Serve: true, Log: quiet})
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	if err := third.Close(); err != nil {
		t.Error(err)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "node")
	s, err := Open(t.Context(), Options{Dir: dir, Serve: true, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.PutPhoto(t.Context(), "ada", coop.Picture{Type: "image/png", Sizes: map[string][]byte{"small": {1}}}); err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		files++
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", name, info.Mode())
		}
		return nil
	})
	if err != nil || files < 6 {
		t.Errorf("%d files, %v", files, err)
	}
}

func sample(i int) market.Listing {
	id := coop.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", i))
	return market.Listing{ID: id, IRI: "https://a.example/listings/" + coop.IRI(id), Title: coop.Text{"en": fmt.Sprintf("bread number %d", i)},
		Body: coop.Text{"en": "a text of some words that fills the page " + fmt.Sprint(rand.Int64())}, Visibility: coop.Everyone, State: market.Open,
		Until: time.Now().AddDate(0, 1, 0), Updated: time.Now()}
}

// full writes until the disk is full, looks at what that does, makes room and goes on. F-07.
func full(t *testing.T, s *Store, fill, free func()) {
	t.Helper()
	ctx := t.Context()
	put := func(i int) error {
		return Market{s}.Write(ctx, func(tx market.Tx) error { return tx.PutListing(sample(i)) })
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	fill()
	kept, failed := 1, 0
	for i := 1; failed < 20 && i < 5000; i++ {
		err := put(i)
		switch {
		case err == nil:
			kept++
		case coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.unavailable":
			t.Fatalf("write %d: %v", i, err)
		default:
			failed++
		}
	}
	if failed == 0 {
		t.Fatal("it never was full")
	}
	count := func() (n int) {
		if err := s.at(ctx).queryRow(`SELECT count(*) FROM listing`).scan("", &n); err != nil {
			t.Errorf("a read while it is full: %v", err)
		}
		return n
	}
	if n := count(); n != kept {
		t.Errorf("%d listings, %d acknowledged", n, kept)
	}
	free()
	if err := put(9999); err != nil {
		t.Errorf("a write after there is room: %v", err)
	}
	if n := count(); n != kept+1 {
		t.Errorf("%d listings, %d acknowledged", n, kept+1)
	}
	if found, err := s.Verify(ctx); len(found) > 0 || err != nil {
		t.Errorf("verify: %q, %v", found, err)
	}
}

func TestDatabaseFull(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	var pages int
	if err := s.at(t.Context()).queryRow(`SELECT page_count FROM pragma_page_count`).scan("", &pages); err != nil {
		t.Fatal(err)
	}
	full(t, s, func() { s.swap(t, fmt.Sprintf("max_page_count(%d)", pages+20)) }, func() { s.swap(t, "max_page_count(1000000)") })
}

// swap makes the committer write through connections with another pragma: one set on a single connection goes
// with it when the committer takes a fresh one.
func (s *Store) swap(t *testing.T, pragma string) {
	t.Helper()
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(s.opt.Dir, DatabaseFile), false)+"&_pragma="+pragma)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	old := make(chan *sql.DB)
	s.writer.aside <- func() {
		s.writer.drop()
		was := s.writer.db
		s.writer.db = db
		old <- was
	}
	if err := (<-old).Close(); err != nil {
		t.Error(err)
	}
}

// F-08: the disk turns read-only under a running server.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	if err := s.SetSetting(t.Context(), "a", "x"); err != nil {
		t.Fatal(err)
	}
	s.swap(t, "query_only(1)")
	for range 3 {
		if err := s.SetSetting(t.Context(), "b", "x"); coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.unavailable" {
			t.Errorf("write: %v", err)
		}
	}
	if v, err := s.Setting(t.Context(), "a"); v != "x" || err != nil {
		t.Errorf("read: %q, %v", v, err)
	}
	s.swap(t, "query_only(0)")
	if err := s.SetSetting(t.Context(), "b", "x"); err != nil {
		t.Error(err)
	}
}

// F-11: clients that leave in the middle of everything. Other projects' connections stayed "interrupted" for ever
// (GoToSocial #2728, #2774).
func TestCancelStorm(t *testing.T) {
	t.Parallel()
	s := openHere(t)
	ctx := t.Context()
	for i := 0; i < 2000; i += 100 {
		if err := (Market{s}).Write(ctx, func(tx market.Tx) error {
			for j := range 100 {
				if err := tx.PutListing(sample(i + j)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	until := time.Now().Add(3 * time.Second)
	var left, done atomic.Int64
	var wg sync.WaitGroup
	for g := range 24 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			for n := 0; time.Now().Before(until); n++ {
				c, cancel := context.WithTimeout(ctx, time.Duration(r.IntN(6000))*time.Microsecond)
				var err error
				switch n % 4 {
				case 0, 1:
					_, err = s.Search(c, market.Query{Text: "bread", Sort: market.Sorts[r.IntN(5)], Near: &coop.Point{}}, time.Now())
				case 2:
					_, err = s.Setting(c, "x")
				case 3:
					err = s.SetSetting(c, "x", "y")
				}
				cancel()
				if err == nil {
					done.Add(1)
					continue
				}
				left.Add(1)
				if coop.ClassOf(err) != coop.Unavailable {
					t.Errorf("an abandoned request answers %v", err)
				}
			}
		})
	}
	wg.Wait()
	if left.Load() < 100 || done.Load() < 100 {
		t.Errorf("%d left, %d done: that was no storm", left.Load(), done.Load())
	}
	for range 50 { // every connection still works
		wg.Go(func() {
			if p, err := s.Search(ctx, market.Query{Text: "bread"}, time.Now()); err != nil || len(p.Listings) != market.DefaultPage {
				t.Errorf("afterwards: %d, %v", len(p.Listings), err)
			}
		})
	}
	wg.Wait()
	began := time.Now()
	if err := s.SetSetting(ctx, "after", "x"); err != nil || time.Since(began) > time.Second {
		t.Errorf("a write afterwards: %v after %v", err, time.Since(began))
	}
	// No reader holds the log: it can be folded in whole.
	type fold struct {
		busy, pages, moved int
		err                error
	}
	folded := make(chan fold)
	s.writer.aside <- func() {
		var f fold
		rows, err := s.writer.query(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)", nil)
		if f.err = err; err == nil {
			rows.Next()
			f.err = rows.Scan(&f.busy, &f.pages, &f.moved)
			_ = rows.Close()
		}
		folded <- f
	}
	if f := <-folded; f.busy != 0 || f.err != nil {
		t.Errorf("the log can't be folded in: %+v", f)
	}
	if st, err := s.Stats(ctx); st.WAL != 0 || st.InUse != 0 || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Log: quiet}); coop.ClassOf(err) != coop.Conflict || coop.KeyOf(err) != "store.newer" {
		t.Errorf("got %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	rubbish := t.TempDir()
	if err := os.WriteFile(filepath.Join(rubbish, DatabaseFile), []byte("this is no database, it is a sentence that is long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o   Options
		key string
	}{
		"no folder":    {Options{}, "store.folder"},
		"a file":       {Options{Dir: file}, "error.internal"},
		"rubbish":      {Options{Dir: rubbish}, "error.internal"},
		"other scheme": {Options{Dir: t.TempDir(), DB: "mysql://x"}, "store.address"},
		"bad address":  {Options{Dir: t.TempDir(), DB: "postgres://%zz"}, "store.address"},
		"nobody there": {Options{Dir: t.TempDir(), DB: "postgres://x@127.0.0.1:1/x?connect_timeout=2"}, "store.unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.o.Log = quiet
			s, err := Open(t.Context(), c.o)
			if coop.KeyOf(err) != c.key || s != nil || err == nil {
				t.Errorf("got %v, want key %s", err, c.key)
			}
		})
	}
}
