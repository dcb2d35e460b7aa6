package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/internal/limits"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// A picture posted from the command line is the co-op's own: it must outlive the time after which copies of neighbours'
// pictures are forgotten.
func TestPictureFromTheCommandLineStays(t *testing.T) {
	t.Parallel()
	c := testrig.New(t, "bakery").Coop("bakery")
	file := filepath.Join(t.TempDir(), "loaf.png")
	b, err := loaf()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := command(t.Context(), []string{"listing", "add", "--data", c.Dir, "--purpose", "offer", "--title", "Loaf", "--photo", file},
		strings.NewReader(""), &out, &errs, "test"); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	listings := c.Search(market.Query{})
	if len(listings) != 1 || len(listings[0].Photos) != 1 {
		t.Fatalf("%d listings", len(listings))
	}
	if _, err := c.Store.SweepPhotos(t.Context(), time.Now().Add(limits.RemoteMediaKept+24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f, _, err := c.Store.OpenPhoto(t.Context(), listings[0].Photos[0].ID, "small")
	if err != nil {
		t.Fatalf("the picture is gone: %v", err)
	}
	_ = f.Close()
}

func TestJoinNegative(t *testing.T) {
	t.Parallel()
	got := joinNegative([]string{"add", "--lat", "-39.4", "--lon", "-.35", "--json", "--text", "-", "--min=1", "-2"})
	want := []string{"add", "--lat=-39.4", "--lon=-.35", "--json", "--text", "-", "--min=1", "-2"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Every list command takes --json and --data, and no flag of one row can come from the environment by accident.
func TestGrammar(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"listing", "list"}, {"peer", "list"}, {"user", "list"}, {"queue", "list"}, {"verify"}, {"doctor"}, {"limits"}} {
		var out, errs bytes.Buffer
		command(t.Context(), append(args, "--help"), strings.NewReader(""), &out, &errs, "test")
		for _, flag := range []string{"--json", "--data"} {
			if !strings.Contains(out.String(), flag) {
				t.Errorf("%s has no %s", strings.Join(args, " "), flag)
			}
		}
	}
	for _, args := range [][]string{{"nonsense"}, {"queue", "hold"}, {"listing", "add"}, {"--data"}, {"serve", "extra"}} {
		var out, errs bytes.Buffer
		if code := command(t.Context(), append([]string{"--data", t.TempDir()}, args...), strings.NewReader(""), &out, &errs, "test"); code != 2 {
			t.Errorf("%s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
		}
		if !strings.HasSuffix(errs.String(), "\n") || !strings.HasPrefix(errs.String(), "toadlane: ") {
			t.Errorf("%s: %q is no sentence", strings.Join(args, " "), errs.String())
		}
	}
}
