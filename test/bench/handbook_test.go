package bench_test

import (
	"bytes"
	"compress/flate"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/store"
	"toadlane/test/bench/kit"
)

// The handbook that is read: as many pages as a large co-op has, one of them as long and one as old as any.
const (
	bookPages = 200
	bookBytes = 20_000
	longBytes = 200_000
	oldTexts  = 5000
)

// rules makes a text of about so many bytes, with a heading every twenty lines and words that only one page has.
func rules(seed, size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		if i%20 == 0 {
			fmt.Fprintf(&b, "## Part %d of %d\n\n", i/20, seed)
		}
		fmt.Fprintf(&b, "- Whoever does the work of round %d is paid **%d €** for it, by the page p%dq%d.\n", i, 12+i%9, seed, i%50)
	}
	return b.String()
}

// book fills a home with a handbook in use.
func book(b *testing.B, h *home) {
	bring := func(slug string, sources ...string) {
		b.Helper()
		in := handbook.Brought{Start: handbook.Start{Slug: slug, Kind: handbook.Rule, Language: "en", Licence: "CC-BY-SA-4.0"}, Used: true}
		var parents []handbook.RevisionID
		for i, s := range sources {
			r, err := handbook.NewRevision("The rules of "+slug, s, parents...)
			must(b, err)
			in.Texts = append(in.Texts, handbook.Past{Name: r.Name, Source: r.Source, Parents: parents, Reason: "It was agreed", Own: true, Made: h.now().Add(time.Duration(i-len(sources)) * time.Hour)})
			parents = []handbook.RevisionID{r.ID}
		}
		_, _, err := h.Handbook.BringIn(b.Context(), h.steward, in)
		must(b, err)
	}
	for i := range bookPages {
		bring(fmt.Sprintf("page-%d", i), rules(i, bookBytes))
	}
	bring("long", rules(bookPages, longBytes))
	old := make([]string, oldTexts)
	for i := range old {
		old[i] = rules(bookPages+1, 1000) + fmt.Sprintf("\nText %d.\n", i)
	}
	bring("old", old...)
}

// raw asks the same file with nothing around the driver: what a question can't be cheaper than. It gives one answer's processor time.
func raw(b *testing.B, h *home, n int, query string, args []any, row func(*sql.Rows) error) time.Duration {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(h.dir, store.DatabaseFile)+"?mode=ro")
	must(b, err)
	defer db.Close() //nolint:errcheck
	db.SetMaxOpenConns(1)
	ask, err := db.Prepare(query)
	must(b, err)
	once := func() {
		rows, err := ask.Query(args...)
		must(b, err)
		defer rows.Close() //nolint:errcheck
		seen := 0
		for rows.Next() {
			seen++
			must(b, row(rows))
		}
		must(b, rows.Err())
		if seen == 0 {
			b.Fatalf("%s finds nothing", query)
		}
	}
	once()
	began := kit.CPU()
	for range n {
		once()
	}
	return (kit.CPU() - began) / time.Duration(n)
}

// BenchmarkHandbookRead asks a handbook of 202 pages, one of 200 kB and one with 5,000 texts. The ratio is to asking the same rows of the same
// file, and to unpacking the same text, with nothing around it.
func BenchmarkHandbookRead(b *testing.B) {
	h := open(b, setting{})
	book(b, h)
	ctx, hb := b.Context(), h.Handbook
	data := func(rows *sql.Rows) error {
		var s sql.RawBytes
		return rows.Scan(&s)
	}
	measure := func(b *testing.B, limit time.Duration, work func() error) {
		b.Helper()
		must(b, work())
		m := kit.NewMeter(b)
		m.Time(func() {
			for range b.N {
				must(b, work())
			}
		})
		m.Report(b.N, limit)
	}
	b.Run("contents", func(b *testing.B) {
		limit := raw(b, h, 100, `SELECT data FROM protocol WHERE home = '' ORDER BY sort_name, id`, nil, data)
		measure(b, limit, func() error { _, err := hb.Contents(ctx, coop.Anonymous()); return err })
	})
	b.Run("search", func(b *testing.B) {
		limit := raw(b, h, 100, `SELECT p.data FROM protocol_search JOIN protocol p ON p.n = protocol_search.rowid WHERE protocol_search MATCH '"p7q3"' LIMIT 21`, nil, data)
		measure(b, limit, func() error {
			f, err := hb.Search(ctx, coop.Anonymous(), handbook.Query{Text: "p7q3"})
			if err == nil && len(f.Hits) != 1 {
				b.Fatalf("%d found", len(f.Hits))
			}
			return err
		})
	})
	long, err := hb.Protocol(ctx, coop.Anonymous(), "long")
	must(b, err)
	b.Run("text200k", func(b *testing.B) {
		limit := raw(b, h, 20, `SELECT hashed FROM revision WHERE id = ?`, []any{string(long.InUse)}, func(rows *sql.Rows) error {
			var s sql.RawBytes
			if err := rows.Scan(&s); err != nil {
				return err
			}
			_, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(s)))
			return err
		})
		measure(b, limit, func() error { _, _, err := hb.Revision(ctx, coop.Anonymous(), "long", long.InUse); return err })
	})
	b.Run("history5000", func(b *testing.B) { // the newest twenty
		old, err := hb.Protocol(ctx, coop.Anonymous(), "old")
		must(b, err)
		limit := raw(b, h, 100, `SELECT data FROM protocol_revision WHERE protocol = ? AND n > 0 ORDER BY n DESC LIMIT 20`, []any{string(old.ID)}, data)
		measure(b, limit, func() error { _, _, err := hb.History(ctx, coop.Anonymous(), "old", 0, 20); return err })
	})
	b.Run("graph5000", func(b *testing.B) { // what a motion, an update or an offer has to know
		old, err := hb.Protocol(ctx, coop.Anonymous(), "old")
		must(b, err)
		limit := raw(b, h, 5, `SELECT revision || parent FROM revision_parent`, nil, data)
		measure(b, limit, func() error {
			steps, err := store.Handbook{Store: h.Store}.At(ctx).Steps(old.InUse)
			if err == nil {
				_, err = handbook.NewHistory(steps)
			}
			return err
		})
	})
	for _, page := range []struct{ name, path string }{{"page_contents", "/handbook"}, {"page_200k", "/handbook/long"}} {
		b.Run(page.name, func(b *testing.B) {
			all := make([][]byte, b.N)
			for i := range all {
				all[i] = kit.Get(h.host, fmt.Sprintf("%s?built=%d", page.path, i), browser, "Accept-Encoding: gzip")
			}
			get(b, h, all, http.StatusOK)
		})
	}
}
