package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// badPage is a page with every fault that these tests look for.
const badPage = `<!doctype html><html><head><title> </title><style>p { color: red }</style></head><body>
<h1>One</h1><h1>Two</h1><h2></h2><h4>Deep</h4>
<p id="twice" style="color:#999;background:#aaa">hard to read, and nav.market_title besides</p><p id="twice">{{.Left}}</p>
<div class="wide"></div><div id="tight">cut off here</div>
<form><input name="a"><fieldset><button id="tiny"></button></fieldset></form>
<img src="/missing.png"><img alt="" src="http://elsewhere.localhost:%s/x.png"><a href="#nowhere">away</a><a id="bare" href="/">bare</a>
<script>document.title = "inline"</script>
<script src="/bad.js"></script></body></html>`

const badScript = `console.error("said"); document.querySelector(".wide").style.cssText = "width:3000px;height:5px";
document.getElementById("bare").style.outline = "none"; thereIsNoSuchThing();`

// TestFaultsAreFound holds the checks to a page that has every fault: what is not found here proves nothing elsewhere.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		port := r.Host[strings.LastIndex(r.Host, ":")+1:]
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Security-Policy", "script-src 'self'; style-src 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, badPage, port)
		case "/bad.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, badScript)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	home := "http://bad.localhost" + srv.URL[strings.LastIndex(srv.URL, ":"):]
	b := openQuietly(t, home)
	b.visit("/")
	for _, want := range []string{"a request to somebody else: http://elsewhere.localhost", "content policy: script-src-elem inline", "content policy: style-src",
		"issue ContentSecurityPolicyIssue", "console.error: said", "exception: Uncaught ReferenceError: thereIsNoSuchThing", "status of 404",
		"security error"} {
		b.until(want, func() bool { return strings.Contains(strings.Join(b.seen(), "\n"), want) })
	}

	var found []string
	b.eval(tidy, &found)
	all := strings.Join(found, "\n")
	for _, want := range []string{"no language", "no title", "2 main headings", "a heading without words", "a heading that skips a level: <h4", "not one main part", "a control without a label",
		"nothing to press by name", "a picture without alt", "a group without a legend", "an id twice", "leads nowhere", "not allowed here: <style>",
		"the key of a sentence: nav.market_title", "an unfilled place"} {
		if !strings.Contains(all, want) {
			t.Errorf("not found: %q in\n%s", want, all)
		}
	}
	b.look(360, false)
	if w := b.words(fits); !strings.Contains(w, `class="wide"`) {
		t.Errorf("what sticks out is not found: %q", w)
	}
	b.eval(find("#tiny")+`.style.cssText = "display:block;width:10px;height:10px;padding:0;border:0"`, nil)
	b.eval(small, &found)
	if all := strings.Join(found, "\n"); !strings.Contains(all, "10x10 px") || !strings.Contains(all, `<input name="a">`) {
		t.Errorf("what is too small is not found: %q", found)
	}
	all = strings.Join(b.barriers(allRules), "\n")
	for _, want := range []string{"axe html-has-lang", "axe document-title", "axe image-alt", "axe label", "axe button-name"} {
		if !strings.Contains(all, want) {
			t.Errorf("axe-core, beside a strict content policy, does not find %q in\n%s", want, all)
		}
	}
	// Its style attribute is forbidden, so the control sets the colour as a script may.
	b.eval(`document.getElementById("twice").style.cssText = "color:#999;background:#aaa"`, nil)
	b.eval(readable, &found)
	if len(found) != 1 || !strings.Contains(found[0], "hard to read") {
		t.Errorf("what is hard to read is not found: %q", found)
	}
	b.eval(find("#bare")+`.focus()`, nil)
	if w := b.words(focusShown); !strings.HasPrefix(w, "no ring") {
		t.Errorf("a focus that nobody can see is not found: %q", w)
	}
	b.eval(`document.activeElement.blur()`, nil)
	if w := b.words(focusShown); w != "nothing has the focus" {
		t.Errorf("a focus that is nowhere is not found: %q", w)
	}

	b.eval(find("input[name=a]")+`.style.cssText = "border:1px solid #ddd;background:#fff;outline:none"`, nil)
	b.eval(outlined, &found)
	if len(found) != 1 || !strings.Contains(found[0], `<input name="a"`) {
		t.Errorf("a field without an edge is not found: %q", found)
	}
	b.eval(clipped, &found)
	if len(found) != 0 {
		t.Errorf("something is found cut off that is not: %q", found)
	}
	b.eval(find("#tight")+`.style.cssText = "height:1em;overflow:hidden;width:3em"`, nil)
	b.eval(spaced, nil)
	b.eval(clipped, &found)
	if len(found) != 1 || !strings.Contains(found[0], "cut off here") {
		t.Errorf("what is cut off is not found: %q", found)
	}
	b.eval(unspaced, nil)
	b.eval(find("#tiny")+`.addEventListener("focus", e => e.target.blur())`, nil)
	if all := strings.Join(b.walk(), "\n"); !strings.Contains(all, "no ring") || !strings.Contains(all, `does not reach <button id="tiny"`) {
		t.Errorf("what the keyboard does not reach or show is not found: %q", all)
	}

	// One refusal that is expected hides one line of the log, and no more.
	b.expect(404)
	before := len(b.seen())
	b.visits("/gone")
	b.visits("/gone")
	b.until("the second refusal", func() bool { return len(b.seen()) > before })
}
