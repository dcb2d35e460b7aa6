package browser

import (
	"context"
	"fmt"
	"os"
	"testing"

	"toadlane/test/browser/chromium"
)

// chrome is the one browser; every tab has its own cookies.
var chrome context.Context

func TestMain(m *testing.M) {
	if os.Getenv("TOADLANE_TEST_ALL") == "" {
		fmt.Println("left out: the browser (Chromium); `make test` runs it")
		os.Exit(0)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "toadlane-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, stop, err := chromium.Start(context.Background(), dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	chrome = ctx
	return m.Run()
}
