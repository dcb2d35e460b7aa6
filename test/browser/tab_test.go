package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take that a person would wait for, on a busy machine with the race detector.
const patience = 30 * time.Second

// tab is one person at one browser: own cookies, own storage. Whatever a console, the content policy or the network complains
// of while it is open, and every request to a host that is not its own, fails the test.
type tab struct {
	t    testing.TB
	ctx  context.Context
	home string // scheme and host of the only site it may ask

	mu      sync.Mutex
	asked   []string       // addresses, in order
	faults  []string       // what was complained of
	refusal map[string]int // status and how many answers with it the test asked for
}

// open opens a tab on a co-op's address. It is closed, and its faults are told, when the test ends.
func open(t testing.TB, home string) *tab {
	t.Helper()
	b := openQuietly(t, home)
	t.Cleanup(func() {
		for _, f := range b.seen() {
			t.Errorf("%s: %s", b.home, f)
		}
	})
	return b
}

// openQuietly is open without telling: for tests of the collection itself.
func openQuietly(t testing.TB, home string) *tab {
	t.Helper()
	b := openDeaf(t, home)
	b.must("listen", chromedp.Listen(b.ctx, b.heard))
	b.do("listen", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		// A violation is said on the console too, so that it is heard whichever way Chromium reports it.
		const script = `document.addEventListener("securitypolicyviolation", e => console.error("content policy: " + e.violatedDirective + " " + e.blockedURI))`
		_, e1 := cdp.Call(ctx, at, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		_, e2 := cdp.Call(ctx, at, network.Enable, network.EnableParams{})
		_, e3 := cdp.Call(ctx, at, log.Enable, cdp.Empty{})
		_, e4 := cdp.Call(ctx, at, audits.Enable, cdp.Empty{})
		// Without this only one tab of the browser has the focus.
		_, e5 := cdp.Call(ctx, at, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return errors.Join(e1, e2, e3, e4, e5)
	}))
	return b
}

// openDeaf opens a tab that nobody listens to, as a reader's is: what listens works in the page too.
func openDeaf(t testing.TB, home string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, home: strings.TrimSuffix(home, "/"), refusal: map[string]int{}}
	b.must("open a tab", chromedp.Do(ctx)) // it lives as long as what it is opened with
	b.language("en")
	return b
}

// from gives the tab an address of its own, as behind a proxy: what is counted for each address is then not counted for all tabs at once.
func (b *tab) from(address string) {
	b.t.Helper()
	b.do("come from "+address, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"X-Forwarded-For": address}})
		return err
	}))
}

// heard notes one event. It runs in the loop that reads the browser's messages.
func (b *tab) heard(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.fault("exception: " + e.ExceptionDetails.Text + " " + describe(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert || e.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, a := range e.Args {
				words = append(words, describe(a))
			}
			b.fault("console." + string(e.Type) + ": " + strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.logged(e.Entry)
		}
	case *audits.EventIssueAdded:
		b.issue(e.Issue)
	case *network.EventRequestWillBeSent:
		b.request(e.Request.URL)
	case *network.EventLoadingFailed:
		if !e.Canceled {
			b.fault(fmt.Sprintf("%s not loaded: %s %s", e.Type, e.ErrorText, e.BlockedReason))
		}
	}
}

func describe(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	if o.Description != "" {
		return o.Description
	}
	var words string
	if json.Unmarshal(o.Value, &words) == nil {
		return words
	}
	return string(o.Value)
}

func (b *tab) fault(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, what)
}

// logged notes a line of the browser's own log, but for the answers that the test asked for by doing something wrong.
func (b *tab) logged(e *log.Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for status, n := range b.refusal {
		if n > 0 && strings.Contains(e.Text, "status of "+status+" ") {
			b.refusal[status]--
			return
		}
	}
	b.faults = append(b.faults, fmt.Sprintf("%s %s: %s %s", e.Source, e.Level, e.Text, e.URL))
}

func (b *tab) issue(i *audits.InspectorIssue) {
	details, err := json.Marshal(i.Details)
	if err != nil {
		details = []byte(err.Error())
	}
	b.fault("issue " + string(i.Code) + ": " + string(details))
}

func (b *tab) request(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, address)
	if address == "about:blank" || strings.HasPrefix(address, "data:") { // data leaves for nobody; Chromium's own date fields have some
		return
	}
	if u, err := url.Parse(address); err != nil || u.Scheme+"://"+u.Host != b.home {
		b.faults = append(b.faults, "a request to somebody else: "+address)
	}
}

// seen lists the faults so far.
func (b *tab) seen() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.faults)
}

// requests lists what was asked for so far.
func (b *tab) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.asked)
}

// expect says that one answer of that status is what the test wants.
func (b *tab) expect(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refusal[fmt.Sprint(status)]++
}

func (b *tab) must(what string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %s: %v%s", b.home, what, err, b.scene())
	}
}

// scene tells where the tab is and what it shows, for a test that fails.
func (b *tab) scene() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return ""
	}
	if len(text) > 1500 {
		text = text[:1500] + "…"
	}
	return fmt.Sprintf("\nfaults: %q\nit shows %s", b.seen(), text)
}

// do runs steps of which none leaves the page.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	b.must(what, chromedp.Do(ctx, steps...))
}

// visit opens a path of the site and waits until it is loaded; it must be found.
func (b *tab) visit(path string) {
	b.t.Helper()
	if status := b.visits(path); status != 200 {
		b.must("visit "+path, fmt.Errorf("status %d", status))
	}
}

// visits is visit that gives the status whatever it is.
func (b *tab) visits(path string) int64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Run(ctx, chromedp.NavigateResponse(b.home+path))
	b.must("visit "+path, err)
	return r.Status
}

// press presses what selector finds and waits for the page that it leads to, which must be found.
func (b *tab) press(selector string) {
	b.t.Helper()
	if status := b.presses(selector); status != 200 {
		b.must("press "+selector, fmt.Errorf("status %d", status))
	}
}

// presses is press that gives the status whatever it is.
func (b *tab) presses(selector string) int64 {
	b.t.Helper()
	return b.leads("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// leads does something that leads to another page and gives its status.
func (b *tab) leads(what string, step chromedp.Action[chromedp.Void]) int64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, step)
	b.must(what, err)
	return r.Status
}

// fill types text into a field in place of what stands there.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.eval(`(e => { e.focus(); e.select() })(`+find(selector)+`)`, nil)
	b.do("fill "+selector, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
	if got := b.value(selector); got != text {
		b.must("fill "+selector, fmt.Errorf("holds %q, not %q", got, text))
	}
}

// choose selects the option with that value.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.eval(`(e => { e.value = `+quote(value)+`; e.dispatchEvent(new Event("change", {bubbles: true})) })(`+find(selector)+`)`, nil)
	if got := b.value(selector); got != value {
		b.must("choose "+selector, fmt.Errorf("holds %q, not %q", got, value))
	}
}

// tick presses a box or a radio button that is not chosen yet.
func (b *tab) tick(selector string) {
	b.t.Helper()
	b.do("tick "+selector, chromedp.Click(chromedp.CSS(selector)))
	if !b.is(find(selector) + `.checked`) {
		b.must("tick "+selector, errors.New("it is not chosen"))
	}
}

// open unfolds what is folded away.
func (b *tab) open(details string) {
	b.t.Helper()
	b.do("open "+details, chromedp.Click(chromedp.CSS(details+" > summary")))
	b.wait(details+" unfolded", find(details)+`.open`)
}

func (b *tab) value(selector string) string {
	b.t.Helper()
	return b.words(find(selector) + `.value`)
}

// eval runs an expression in the page and decodes its value into out, which may be nil.
func (b *tab) eval(expression string, out any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	b.must(expression, err)
	if out != nil {
		b.must(expression, json.Unmarshal(raw, out))
	}
}

func (b *tab) words(expression string) string {
	b.t.Helper()
	var s string
	b.eval(expression, &s)
	return s
}

func (b *tab) is(expression string) bool {
	b.t.Helper()
	var ok bool
	b.eval("!!("+expression+")", &ok)
	return ok
}

// wait looks until the expression is true in the page, whatever page that is by then.
func (b *tab) wait(what, expression string) {
	b.t.Helper()
	b.until(what, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return err == nil && ok // a page on its way out has no elements
	})
}

// reload opens path again and again until the expression is true: for what arrives from a neighbour.
func (b *tab) reload(what, path, expression string) {
	b.t.Helper()
	b.until(what, func() bool {
		b.visit(path)
		return b.is(expression)
	})
}

func (b *tab) until(what string, ok func() bool) {
	b.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			b.must(what, errors.New("waited in vain"))
		case <-look.C:
		}
	}
}

// language sets which language the reader's browser asks for.
func (b *tab) language(tag string) {
	b.t.Helper()
	b.do("language "+tag, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": tag}})
		return err
	}))
}

// look sets how wide the window is and whether the reader likes it dark.
func (b *tab) look(width int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.do("look", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, e1 := cdp.Call(ctx, at, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
		_, e2 := cdp.Call(ctx, at, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return errors.Join(e1, e2)
	}))
}

// quote writes a Go string as a string of the page's language.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a form in JSON
	}
	return string(b)
}

// find is the expression for the first element of a selector.
func find(selector string) string { return "document.querySelector(" + quote(selector) + ")" }
