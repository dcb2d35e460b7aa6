// Command shots takes pictures of the demonstration's main pages, narrow and wide, for people who change how they look. It starts
// the demonstration anew, on a port that is free and in a folder of its own, and stops it when it is done.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"toadlane/internal/sample"
	"toadlane/test/browser/chromium"
)

// shot is one page. A member's page is looked at signed in.
type shot struct {
	name, path string
	steward    bool
}

var pages = []shot{
	{"front", "/", false}, {"market", "/market", false}, {"listing", "first", false}, {"members", "/members", false}, {"login", "/login", false}, {"categories", "/categories", false}, {"about", "/about", false},
	{"market-list", "/market?view=list", false}, {"market-map", "/market?view=map", false}, {"market-print", "/market?view=print", false},
	{"category", "/categories/AM60", false}, {"saved", "/saved", true}, {"news", "/news", true}, {"admin-map", "/admin/map", true},
	{"ranking", "/about/ranking", false},
	{"front-member", "/", true}, {"new-offer", "/new/offer", true}, {"mine", "/mine", true}, {"threads", "/threads", true}, {"thread", "latest", true}, {"follow", "/follow", false}, {"me", "/me", true}, {"admin", "/admin", true},
	{"peers", "/admin/peers", true}, {"people", "/admin/people", true},
	{"members-table", "/members?view=table", true}, {"rings", "/members?view=rings", true}, {"me-consent", "/me/consent", true}, {"me-security", "/me/security", true},
	{"handbook", "/handbook", true}, {"protocol", "/handbook/fair-delivery-pay", false}, {"protocol-diff", "/handbook/fair-delivery-pay/diff", false}, {"motions", "/handbook/motions", true}, {"motion", "motion", true},
	{"commons", "/handbook/commons", true}, {"peer-protocol", "protocol", true}, {"adoptions", "/handbook/adoptions", true}, {"starter", "/handbook/starter", true},
	{"region", "/regions/horta", true}, {"region-market", "/regions/horta/market", false}, {"region-map", "/regions/horta/map", false}, {"region-network", "/regions/horta/network", true},
	{"region-numbers", "/regions/horta/numbers", false}, {"region-handbook", "/regions/horta/handbook", false}, {"region-data", "/regions/horta/data", false}, {"region-embed", "/regions/horta/embed", false},
	{"region-council", "/regions/horta/council", true}, {"region-propose", "/regions/horta/council/propose", true},
	{"welcome", "/admin/welcome", true}, {"sheet", "/admin/sheet", true}, {"profile", "/@ada", false},
}

// lists are where pages are found whose addresses are new every time: the first link of a list.
var lists = map[string]struct{ path, link string }{"first": {"/market?has=photo", ".cards h3 a"}, "latest": {"/threads", ".talks h2 a"},
	"motion": {"/handbook/motions", ".hb-line h3 a"}, "protocol": {"/handbook/commons", ".hb-line h3 a"}}

func main() {
	dir := flag.String("dir", ".shots", "folder for the pictures")
	readme := flag.String("readme", "", "folder for the four pictures of the README, in place of all others")
	dark := flag.Bool("dark", false, "as somebody sees it who likes it dark")
	port := flag.Int("port", 0, "port of the demonstration; 0 is any that is free")
	tag := flag.String("lang", "en", "language of the reader")
	at := flag.String("at", "", "a demonstration that runs already, such as http://bakery.localhost:8470")
	only := flag.String("only", "", "names of the pages to take, with commas between; all of them unless given")
	big := flag.Bool("big", false, "with big buttons")
	narrow := flag.Int64("narrow", 390, "width of the narrow pictures in pixels")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, camera{dir: *dir, home: *at, tag: *tag, only: *only, dark: *dark, big: *big, narrow: *narrow}, *readme, *port); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c camera, readme string, port int) (err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "toadlane-shots-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if c.home == "" {
		home, end, err := demonstrate(ctx, temp, port)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
		c.home = home
	}
	browser, close, err := chromium.Start(ctx, filepath.Join(temp, "profile"))
	if err != nil {
		return err
	}
	defer close()
	if readme != "" {
		return c.readme(browser, readme)
	}
	for _, width := range []int64{c.narrow, 1280} {
		if err := c.all(browser, width); err != nil {
			return err
		}
	}
	return nil
}

var ready = regexp.MustCompile(`http://localhost:(\d+)/ lists`)

// demonstrate starts the demonstration and gives the address of its bakery, and what stops it.
func demonstrate(ctx context.Context, temp string, port int) (home string, end func() error, err error) {
	binary := filepath.Join(temp, "toadlane")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/toadlane")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", nil, fmt.Errorf("build: %w", err)
	}
	demo := exec.Command(binary, "demo", "--fresh", "--port", strconv.Itoa(port), "--dir", filepath.Join(temp, "demo"))
	demo.Stderr = os.Stderr
	out, err := demo.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := demo.Start(); err != nil {
		return "", nil, err
	}
	end = func() error {
		if err := demo.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		for s := bufio.NewScanner(out); s.Scan(); {
		}
		return demo.Wait()
	}
	s := bufio.NewScanner(out)
	for s.Scan() {
		if m := ready.FindStringSubmatch(s.Text()); m != nil {
			return "http://bakery.localhost:" + m[1], end, nil
		}
	}
	return "", nil, errors.Join(errors.New("the demonstration ended before it was ready"), s.Err(), demo.Wait())
}

// camera takes pictures of one site.
type camera struct {
	dir, home, tag, only string
	dark, big            bool
	narrow               int64
}

// open opens a tab of its own, as wide as asked for.
func (c *camera) open(browser context.Context, width int64) (context.Context, context.CancelFunc, error) {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	scheme := "light"
	if c.dark {
		scheme = "dark"
	}
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, e1 := cdp.Call(ctx, at, network.Enable, network.EnableParams{})
		_, e2 := cdp.Call(ctx, at, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": c.tag}})
		_, e3 := cdp.Call(ctx, at, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
		_, e4 := cdp.Call(ctx, at, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		// As the choice of language leaves it: what an account says would count for more than what the browser asks.
		_, e5 := cdp.Call(ctx, at, network.SetCookie, network.SetCookieParams{Name: "tl-lang", Value: c.tag, URL: c.home + "/"})
		if c.big && e5 == nil {
			_, e5 = cdp.Call(ctx, at, network.SetCookie, network.SetCookieParams{Name: "tl-look", Value: "big", URL: c.home + "/"})
		}
		return errors.Join(e1, e2, e3, e4, e5)
	}))
	return ctx, cancel, err
}

// all takes every page at one width.
func (c *camera) all(browser context.Context, width int64) error {
	stranger, end, err := c.open(browser, width)
	defer end()
	if err != nil {
		return err
	}
	steward, endSteward, err := c.open(browser, width)
	defer endSteward()
	if err != nil {
		return err
	}
	if err := c.signIn(steward); err != nil {
		return err
	}
	for _, p := range pages {
		if c.only != "" && !slices.Contains(strings.Split(c.only, ","), p.name) {
			continue
		}
		at := stranger
		if p.steward {
			at = steward
		}
		if err := c.take(at, p, width); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func (c *camera) signIn(ctx context.Context) error {
	bakery := sample.Coops()[0]
	if err := chromedp.Do(ctx, chromedp.Navigate(c.home+"/login"),
		chromedp.SendKeys(chromedp.ID("f-login"), bakery.People[0].Email),
		chromedp.SendKeys(chromedp.ID("f-password"), sample.Password)); err != nil {
		return err
	}
	r, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("form[action='/login'] button")))
	if err == nil && r.Status != 200 {
		err = fmt.Errorf("signing in answers with status %d", r.Status)
	}
	return err
}

// arrived waits until every picture of the page is there; those far below load when they are scrolled to.
const arrived = `(async () => {
	for (const i of document.images) { i.loading = "eager"; }
	await Promise.all([...document.images].map(i => i.decode().catch(() => {})));
	return [...document.images].filter(i => !i.naturalWidth).map(i => i.src).join(" ");
})()`

func (c *camera) take(ctx context.Context, p shot, width int64) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	path, err := c.visit(ctx, p)
	if err != nil {
		return err
	}
	// As tall as the page: what is fixed to the bottom of the window then stands at the bottom of the picture.
	tall, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
	if err != nil {
		return err
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
	if err != nil {
		return err
	}
	if wide > width {
		fmt.Fprintf(os.Stderr, "%s is %d pixels wide on a screen of %d\n", path, wide, width)
	}
	picture, err := c.atHeight(ctx, width, max(tall, 900))
	if err != nil {
		return err
	}
	name := []string{p.name, fmt.Sprint(width)}
	if c.tag != "en" {
		name = append(name, c.tag)
	}
	if c.dark {
		name = append(name, "dark")
	}
	if c.big {
		name = append(name, "big")
	}
	file := filepath.Join(c.dir, strings.Join(name, "-")+".png")
	fmt.Println(file)
	return os.WriteFile(file, picture, 0o644)
}

// visit opens a page, gives its path, and waits until all of it is there.
func (c *camera) visit(ctx context.Context, p shot) (string, error) {
	path := p.path
	if in, ok := lists[path]; ok {
		if err := chromedp.Do(ctx, chromedp.Navigate(c.home+in.path)); err != nil {
			return "", err
		}
		first, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("`+in.link+`").getAttribute("href")`))
		if err != nil {
			return "", err
		}
		path = first
	}
	r, err := chromedp.Run(ctx, chromedp.NavigateResponse(c.home+path))
	if err != nil {
		return "", err
	}
	if r.Status != 200 {
		return "", fmt.Errorf("%s answers with status %d", path, r.Status)
	}
	if err := whole(ctx); err != nil {
		return "", err
	}
	return path, nil
}

// whole waits until every picture of the page is there, and says which never comes.
func whole(ctx context.Context) error {
	missing, err := chromedp.Run(ctx, chromedp.Evaluate[string](arrived, chromedp.EvalAwaitPromise))
	if err == nil && missing != "" {
		err = errors.New("pictures that do not load: " + missing)
	}
	return err
}

// shown are the pictures of the README: what one sees of a page before scrolling. They are kept in the repository, so they are small.
var shown = []struct {
	shot
	width int64
}{
	{shot{"market", "/market", false}, 1280}, {shot{"listing", "first", false}, 390}, {shot{"new-offer", "/new/offer", true}, 390}, {shot{"rings", "/members?view=rings", true}, 1280},
}

// readme takes the pictures of the README into a folder.
func (c *camera) readme(browser context.Context, dir string) error {
	for _, p := range shown {
		if err := c.show(browser, p.shot, p.width, filepath.Join(dir, p.name+".webp")); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func (c *camera) show(browser context.Context, p shot, width int64, file string) error {
	ctx, end, err := c.open(browser, width)
	defer end()
	if err != nil {
		return err
	}
	if p.steward {
		if err := c.signIn(ctx); err != nil {
			return err
		}
	}
	if _, err := c.visit(ctx, p); err != nil {
		return err
	}
	var picture []byte
	err = chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		quality := int64(82)
		r, err := cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
		if err == nil {
			picture = r.Data
		}
		return err
	}))
	if err != nil {
		return err
	}
	fmt.Println(file)
	return os.WriteFile(file, picture, 0o644)
}

// atHeight takes a picture of a window that high, and makes it as it was again.
func (c *camera) atHeight(ctx context.Context, width, height int64) ([]byte, error) {
	size := func(height int64) error {
		return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
			_, err := cdp.Call(ctx, at, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
			return err
		}))
	}
	if err := size(height); err != nil {
		return nil, err
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	return picture, errors.Join(err, size(900))
}
