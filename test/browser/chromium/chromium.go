// Package chromium starts the Chromium that tests and pictures look through: one that asks nobody but this machine. It refuses to
// know what is looked at.
package chromium

import (
	"context"
	"errors"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// ErrNone says that there is no Chromium here.
var ErrNone = errors.New("no Chromium on this machine: install Debian's package chromium (`make tools` does so), or leave out TOADLANE_TEST_ALL")

// Path finds the program, as test/tools/install.sh does. ErrNone when there is none.
func Path() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrNone
}

// Start starts one browser whose profile is the empty folder dir. Names under .localhost lead to 127.0.0.1 and all others nowhere,
// so that whatever would go elsewhere fails. The context is one to open tabs in, with chromedp.NewContext; the function ends it
// all.
func Start(parent context.Context, dir string) (context.Context, context.CancelFunc, error) {
	path, err := Path()
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(dir),
		chromedp.NoSandbox, // it cannot have one as root in a container, and sees our own pages only
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND"),
		chromedp.WindowSize(1280, 900),
	)
	allocated, release := chromedp.NewExecAllocator(parent, options...)
	browser, end := chromedp.NewContext(allocated)
	stop := func() {
		_ = chromedp.Cancel(browser) // waits until it has ended; what it says then is of no use
		end()
		release()
	}
	if err := chromedp.Do(browser); err != nil {
		stop()
		return nil, nil, err
	}
	return browser, stop, nil
}
