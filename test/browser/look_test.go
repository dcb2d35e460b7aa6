package browser

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// view is one way in which a reader sees pages.
type view struct {
	name, tag string
	big       bool
	full      bool // by day and by night, weighed, and walked by keyboard; else once
}

// views are the ways that every page is looked at in: the longest words, the other direction and the largest letters among them.
var views = []view{{name: "plain", tag: "en", full: true}, {name: "right to left", tag: "ar"}, {name: "long words", tag: "de"}, {name: "big buttons", tag: "es", big: true}}

// widths are those of a narrow telephone, a telephone, a tablet and a desk.
var widths = []int64{320, 360, 768, 1280}

// page is one page and the status it answers with.
type place struct {
	path   string
	status int64
}

// found are pages that are there.
func found(paths ...string) []place {
	var out []place
	for _, p := range paths {
		out = append(out, place{p, 200})
	}
	return out
}

// see sets how a tab sees pages.
func (b *tab) see(v view) {
	b.t.Helper()
	b.language(v.tag)
	b.do("language chosen", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, network.SetCookie, network.SetCookieParams{Name: "tl-lang", Value: v.tag, URL: b.home + "/"})
		return err
	}))
	if v.big {
		b.do("big buttons", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
			_, err := cdp.Call(ctx, at, network.SetCookie, network.SetCookieParams{Name: "tl-look", Value: "big", URL: b.home + "/"})
			return err
		}))
	}
}

// lookAt opens pages in one way and looks at each.
func lookAt(t *testing.T, b *tab, v view, places []place) {
	t.Helper()
	b.see(v)
	titles, navigation := map[string]string{}, ""
	for _, p := range places {
		if p.status != 200 {
			b.expect(int(p.status))
		}
		if status := b.visits(p.path); status != p.status {
			t.Errorf("%s answers with %d instead of %d:%s", p.path, status, p.status, b.scene())
			continue
		}
		title := b.words(`document.title`)
		if other, ok := titles[title]; ok && p.status == 200 && plain(other) != plain(p.path) && !strings.HasSuffix(plain(p.path), "/edit") { // a draft is what /new shows
			t.Errorf("%s and %s have the same title %q", other, p.path, title)
		}
		titles[title] = p.path
		if nav := b.words(`[...document.querySelectorAll("header.top nav a, footer a")].map(a => a.getAttribute("href")).join(" ")`); navigation == "" {
			navigation = nav
		} else if nav != "" && nav != navigation {
			t.Errorf("%s leads on to %s, the pages before to %s", p.path, nav, navigation)
		}
		lookOver(t, b, v, p.path)
	}
}

// lookOver looks at the page that is open, with all that is folded away unfolded: its bones, that nothing sticks out at any width,
// that what one presses is large enough, that texts stand out from their ground, its weight, and what axe-core finds.
func lookOver(t *testing.T, b *tab, v view, path string) {
	t.Helper()
	where := v.name + " " + path
	if got := b.words(`document.documentElement.lang`); got != v.tag {
		t.Errorf("%s: the page says it is in %q", where, got)
	}
	if got := b.words(`document.documentElement.dir`); got != map[bool]string{true: "rtl", false: "ltr"}[v.tag == "ar"] {
		t.Errorf("%s: the page runs %q", where, got)
	}
	if v.big != b.is(`document.documentElement.classList.contains("big")`) && b.is(find("header.top")) {
		t.Errorf("%s: big buttons are not as chosen", where)
	}
	say := func(how string, expression string) {
		t.Helper()
		var wrong []string
		b.eval(expression, &wrong)
		for _, w := range wrong {
			t.Errorf("%s%s: %s", where, how, w)
		}
	}
	say("", tidy)
	if v.full {
		w := b.weigh()
		if w.all() > 100_000 || w.Script > 20_000 {
			t.Errorf("%s weighs too much: %+v", where, w)
		}
		t.Logf("weight of %s: %+v, together %d", path, w, w.all())
	}
	b.eval(`document.querySelectorAll("details:not(.pop):not([name])").forEach(d => { d.open = true })`, nil)
	for _, width := range widths {
		b.look(width, false)
		if w := b.words(fits); w != "" {
			t.Errorf("%s: sticks out: %s", where, w)
		}
		if width == 360 {
			say(", 360 px", small)
		}
	}
	check := func(width int64, dark bool, r rules) {
		t.Helper()
		b.look(width, dark)
		how := map[bool]string{false: ", by day", true: ", by night"}[dark]
		say(how, readable)
		say(how, outlined)
		for _, w := range b.barriers(r) {
			t.Errorf("%s%s: %s", where, how, w)
		}
	}
	switch {
	case v.full:
		check(1280, false, allRules)
		roomy := func(how string) {
			t.Helper()
			if w := b.words(fits); w != "" {
				t.Errorf("%s, %s: sticks out: %s", where, how, w)
			}
			if b.is(find("header.top")) { // paper is as large as it is
				say(", "+how, clipped)
			}
		}
		b.eval(spaced, nil)
		roomy("spaced")
		b.eval(unspaced, nil)
		b.letters(32)
		roomy("letters twice as large")
		b.letters(16)
		day := b.words(ground)
		again := lookRules // what the page is made of was looked at by day
		if everyWay {
			again = allRules
		}
		check(360, true, again)
		if night := b.words(ground); day != "paper" && (day != "light" || night != "dark") {
			t.Errorf("%s: by day the page is %s, by night %s", where, day, night)
		}
	case v.big:
		check(768, true, allRules)
	default:
		check(360, false, allRules)
	}
	b.look(1280, false)
	if v.full {
		for _, w := range b.walk() {
			t.Errorf("%s: %s", where, w)
		}
	}
}

// ground is the expression for how the page's ground looks; what is made to be printed stays paper.
const ground = `(() => {
	const m = /(\d+), (\d+), (\d+)/.exec(getComputedStyle(document.body).backgroundColor);
	if (!document.querySelector("header.top")) return "paper";
	return !m || (+m[1] + +m[2] + +m[3]) / 3 > 128 ? "light" : "dark";
})()`

// weight is what a page has the browser fetch, photos aside, in bytes before they are compressed.
type weight struct{ Page, Style, Script int64 }

func (w weight) all() int64 { return w.Page + w.Style + w.Script }

// weigh weighs the page that is open, with what it has fetched so far.
func (b *tab) weigh() weight {
	b.t.Helper()
	var w weight
	b.eval(`(() => {
		const sum = kind => performance.getEntriesByType("resource").filter(r => new URL(r.name).pathname.endsWith(kind)).reduce((n, r) => n + r.decodedBodySize, 0);
		return {Page: performance.getEntriesByType("navigation")[0].decodedBodySize, Style: sum(".css"), Script: sum(".js")};
	})()`, &w)
	if w.Page == 0 || w.Style == 0 || w.Script == 0 && b.is(find("script[src]")) {
		b.must("weigh", errors.New("nothing to weigh: "+b.words(`JSON.stringify(performance.getEntriesByType("resource").map(r => r.name + " " + r.decodedBodySize))`)))
	}
	return w
}
