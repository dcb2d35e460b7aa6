package store_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/store"
)

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func listing(n int, title string) market.Listing {
	id := coop.ID("01900000-0000-7000-8000-" + strings.Repeat("0", 11) + string("0123456789abcdef"[n]))
	return market.Listing{ID: id, IRI: "https://a.example/listings/" + coop.IRI(id), Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": title}, Place: coop.Place{Public: &coop.Point{Lat: 51e6, Lon: -2e6}, Exact: &coop.Point{Lat: 51e6 + 1, Lon: -2e6}},
		Until: day0.AddDate(0, 1, 0), Visibility: coop.Everyone, State: market.Open, Version: 1, Created: day0, Updated: day0}
}

// fill makes a node with something in every corner, and gives the id of its picture.
func fill(t *testing.T, s *store.Store, dir string) coop.ID {
	t.Helper()
	photo, err := s.PutPhoto(t.Context(), "", coop.Picture{Type: "image/png", Width: 2, Height: 1, Sizes: map[string][]byte{"small": []byte("png")}})
	must(t, err)
	l := listing(1, "Sourdough bread")
	l.Photos = []market.Photo{{ID: photo}}
	must(t, store.Market{Store: s}.Write(t.Context(), func(tx market.Tx) error {
		return errors.Join(tx.PutListing(l), tx.PutListing(listing(2, "Rye")), tx.DropListing(listing(3, "Gone"), day0),
			tx.PutThread(market.Thread{ID: "t", Owner: "ada", Other: market.Party{IRI: "https://x.example/u"}, Updated: day0}),
			tx.Append(coop.Event{ID: "e", Kind: coop.ListingPosted, At: day0, Snapshot: l}))
	}))
	must(t, store.Coop{Store: s}.Write(t.Context(), func(tx coop.Tx) error {
		return errors.Join(tx.PutCoop(coop.Coop{ID: "c", Handle: "bakery", Name: "Bread 🥖"}), tx.PutPerson(coop.Person{ID: "ada", Handle: "ada", DisplayName: "Ada"}),
			tx.PutAccount(coop.Account{Person: "ada", Email: "a@b.example", Role: coop.RoleSteward, Passkeys: []coop.Passkey{{ID: []byte{0, 255}, Data: []byte{}}}}),
			tx.Audit(day0, coop.System("test"), "x", "y"))
	}))
	page, text := rulebook(t)
	must(t, store.Handbook{Store: s}.Write(t.Context(), func(tx handbook.Tx) error {
		m := handbook.Motion{ID: "m", Protocol: page.ID, Revision: text.ID, State: handbook.MotionOpen, Opens: day0, Closes: day0.AddDate(0, 0, 7)}
		return errors.Join(tx.PutProtocol(page), tx.PutRevision(text), tx.PutProtocol(page), tx.PutMotion(m),
			tx.PutResponse(handbook.Response{Motion: m.ID, Person: "ada", Answer: handbook.Agree, At: day0}), tx.PutRemark(handbook.Remark{ID: "r", Motion: m.ID, Person: "ada", At: day0, Words: "Yes"}),
			tx.PutDraft(handbook.Autosave{Protocol: page.ID, Person: "ada", Source: "half", Saved: day0}), tx.PutReadMark(handbook.ReadMark{Person: "ada", Protocol: page.ID, Revision: text.ID, At: day0}),
			tx.PutAdoption(handbook.Adoption{ID: "a", Page: page.IRI, Revision: text.ID, Manner: handbook.AsItIs, Since: day0}),
			tx.PutOffer(handbook.Offer{ID: "o", Activity: "https://x.example/a/1", From: "https://x.example/u", Page: page.IRI, Revision: text.ID, State: handbook.OfferReceived, Received: day0}))
	}))
	must(t, s.SetSetting(t.Context(), "k", "v\u2028"))
	must(t, s.Bind(t.Context(), "tok", "ada", "x", day0))
	must(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("sealed"), 0o600))
	return photo
}

// rulebook is a page in use with its text.
func rulebook(t *testing.T) (handbook.Protocol, handbook.Revision) {
	t.Helper()
	r, err := handbook.NewRevision("Ovens", "Hot, and not too hot.\n")
	must(t, err)
	p := handbook.Protocol{ID: "p", IRI: "https://a.example/h/ovens", Slug: "ovens", Kind: handbook.Rule, Name: "Ovens", Status: handbook.InUse, InUse: r.ID, Latest: r.ID, Number: 1,
		Created: day0, Updated: day0}
	r.Protocol, r.Number, r.Made, r.Enacted = p.ID, 1, day0, day0
	return p, r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// same checks that s holds what fill made.
func same(t *testing.T, s *store.Store, dir string, photo coop.ID) {
	t.Helper()
	ctx := t.Context()
	got, err := s.Listing(ctx, listing(1, "").ID)
	must(t, err)
	want := listing(1, "Sourdough bread")
	want.Photos = []market.Photo{{ID: photo}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p, err := s.Search(ctx, market.Query{Text: "sourd", Near: want.Place.Public, RadiusKm: 3}, day0)
	if err != nil || len(p.Listings) != 1 {
		t.Errorf("search: %d, %v", len(p.Listings), err)
	}
	if _, err := s.Listing(ctx, listing(3, "").ID); coop.ClassOf(err) != coop.Gone {
		t.Errorf("the tombstone: %v", err)
	}
	f, _, err := s.OpenPhoto(ctx, photo, "small")
	must(t, err)
	b, err := io.ReadAll(f)
	must(t, err)
	must(t, f.Close())
	if string(b) != "png" {
		t.Errorf("photo %q", b)
	}
	page, text := rulebook(t)
	pages := store.Handbook{Store: s}.At(ctx)
	kept, err := pages.Revision(page.ID, text.ID)
	must(t, err)
	if diff := cmp.Diff(text, kept); diff != "" {
		t.Error(diff)
	}
	if found, err := pages.SearchProtocols(handbook.Query{Text: "hot"}, day0); err != nil || len(found.Hits) != 1 || cmp.Diff(page, found.Hits[0].Protocol) != "" {
		t.Errorf("the handbook is searched: %+v, %v", found, err)
	}
	if all, err := pages.Responses("m"); err != nil || len(all) != 1 {
		t.Errorf("answers %+v, %v", all, err)
	}
	a, err := s.AccountByPasskey(ctx, []byte{0, 255})
	if err != nil || a.Email != "a@b.example" {
		t.Errorf("account %+v, %v", a, err)
	}
	if v, err := s.Setting(ctx, "k"); v != "v\u2028" || err != nil {
		t.Errorf("setting %q, %v", v, err)
	}
	if secret, err := os.ReadFile(filepath.Join(dir, "secret")); string(secret) != "sealed" || err != nil {
		t.Errorf("secret %q, %v", secret, err)
	}
	if found, err := s.Verify(ctx); len(found) > 0 || err != nil {
		t.Errorf("verify: %q, %v", found, err)
	}
	// What is counted goes on after what was restored.
	must(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error {
		return errors.Join(tx.Audit(day0, coop.System("test"), "after", ""), tx.Append(coop.Event{ID: "e2", Kind: coop.CoopChanged, At: day0}))
	}))
	all, err := s.Audits(ctx, 0, 10)
	if err != nil || len(all) != 2 || all[0].What != "after" {
		t.Errorf("audits %+v, %v", all, err)
	}
}

// A backup of either database makes the same node on either.
func TestBackupRestore(t *testing.T) {
	t.Parallel()
	targets := map[string]func(t *testing.T) store.Options{
		"sqlite": func(t *testing.T) store.Options {
			return store.Options{Dir: filepath.Join(t.TempDir(), "new"), Log: quiet}
		},
	}
	if server := os.Getenv("TOADLANE_TEST_POSTGRES"); server != "" {
		targets["postgres"] = func(t *testing.T) store.Options {
			return store.Options{Dir: t.TempDir(), DB: newSchema(t, server), Log: quiet} // a folder that is there, and empty
		}
	}
	for from, source := range targets {
		for to, target := range targets {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				o := source(t)
				s := openAt(t, o)
				photo := fill(t, s, o.Dir)
				var b bytes.Buffer
				must(t, s.Backup(t.Context(), &b))
				n := target(t)
				must(t, store.Restore(t.Context(), bytes.NewReader(b.Bytes()), n))
				same(t, openAt(t, n), n.Dir, photo)
				err := store.Restore(t.Context(), bytes.NewReader(b.Bytes()), n)
				if coop.KeyOf(err) != "restore.not_empty" {
					t.Errorf("a second restore: %v", err)
				}
				if to == "postgres" {
					err := store.Restore(t.Context(), bytes.NewReader(b.Bytes()), store.Options{Dir: t.TempDir(), DB: n.DB, Log: quiet})
					if coop.KeyOf(err) != "restore.not_empty" {
						t.Errorf("a restore over rows: %v", err)
					}
				}
			})
		}
	}
}

// Whatever is wrong with a backup, nothing of it is left behind.
func TestRestoreDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openAt(t, store.Options{Dir: dir})
	fill(t, s, dir)
	var b bytes.Buffer
	must(t, s.Backup(t.Context(), &b))
	whole := b.Bytes()
	type entry struct {
		name string
		body []byte
	}
	var entries []entry
	for r := tar.NewReader(bytes.NewReader(whole)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		entries = append(entries, entry{h.Name, body})
	}
	if len(entries) < 4 || entries[0].name != "toadlane.db" || entries[len(entries)-1].name != "manifest.json" {
		t.Fatalf("%d entries", len(entries))
	}
	build := func(change func([]entry) []entry) []byte {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		for _, e := range change(append([]entry(nil), entries...)) {
			must(t, w.WriteHeader(&tar.Header{Name: e.name, Mode: 0o600, Size: int64(len(e.body))}))
			_, err := w.Write(e.body)
			must(t, err)
		}
		must(t, w.Close())
		return out.Bytes()
	}
	last := len(entries) - 1
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"empty":          {nil, "backup.damaged"},
		"rubbish":        {bytes.Repeat([]byte("rubbish "), 200), "backup.damaged"},
		"cut short":      {whole[:len(whole)/2], "backup.damaged"},
		"a byte flipped": {build(func(e []entry) []entry { e[0].body = append([]byte(nil), e[0].body...); e[0].body[5000] ^= 1; return e }), "backup.damaged"},
		"no manifest":    {build(func(e []entry) []entry { return e[:last] }), "backup.damaged"},
		"a file less":    {build(func(e []entry) []entry { return append(e[:1], e[2:]...) }), "backup.damaged"},
		"a file more":    {build(func(e []entry) []entry { return append([]entry{{"files/more", []byte("x")}}, e...) }), "backup.damaged"},
		"a path out":     {build(func(e []entry) []entry { return append([]entry{{"files/../../out", []byte("x")}}, e...) }), "backup.damaged"},
		"an absolute":    {build(func(e []entry) []entry { return append([]entry{{"/tmp/out", []byte("x")}}, e...) }), "backup.damaged"},
		"twice":          {build(func(e []entry) []entry { return append([]entry{e[0]}, e...) }), "backup.damaged"},
		"a newer format": {build(func(e []entry) []entry { e[last].body = []byte(`{"Format":99}`); return e }), "store.newer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			err := store.Restore(t.Context(), bytes.NewReader(c.data), store.Options{Dir: filepath.Join(parent, "new"), Log: quiet})
			if coop.KeyOf(err) != c.key {
				t.Errorf("got %v, want key %s", err, c.key)
			}
			left, err := os.ReadDir(parent)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
	parent := t.TempDir()
	must(t, store.Restore(t.Context(), bytes.NewReader(build(func(e []entry) []entry { return e })), store.Options{Dir: filepath.Join(parent, "new"), Log: quiet}))
}
