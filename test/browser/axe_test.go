package browser

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is the program of axe-core, of the version that test/browser/axe/package-lock.json pins.
var axe = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile("axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", errors.Join(errors.New("axe-core is not installed; test/browser/axe/install.sh does it"), err)
	}
	return string(b), nil
})

// rules are what axe-core looks for.
type rules struct {
	run   string // as it is told
	least int    // of them have something to look at on any page
}

// Everything that axe-core knows of WCAG 2.2, levels A and AA, and those of it that another light, width or size of letters can change.
var (
	allRules  = rules{`{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, rules: {"target-size": {enabled: true}}`, 8}
	lookRules = rules{`{type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size", "meta-viewport"]}`, 2}
)

// ask is the expression for what axe-core finds on the page that is open, and how many of its rules found something to look at.
func (r rules) ask() string {
	return `axe.run(document, {runOnly: ` + r.run + `, preload: false}).then(r => ({
	rules: r.passes.length,
	wrong: r.violations.flatMap(v => v.nodes.map(n => "axe " + v.id + ": " + n.html.slice(0, 160) + " at " + n.target.join(" ") + ": " +
		[...n.any, ...n.all, ...n.none].map(c => c.message).join("; "))),
}))`
}

// barriers has axe-core look at the page as it is now. It runs in a world of its own beside the page's scripts, where the page's
// content policy, which stays as it is, does not reach.
func (b *tab) barriers(r rules) []string {
	b.t.Helper()
	var found struct {
		Rules int
		Wrong []string
	}
	ctx, cancel := context.WithTimeout(b.ctx, 4*patience) // many rules, on a large page and a busy machine
	defer cancel()
	b.must("axe-core", chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		tree, err := cdp.Call(ctx, at, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		world, err := cdp.Call(ctx, at, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
		if err != nil {
			return err
		}
		yes := true
		in := func(expression string, out any) error {
			r, err := cdp.Call(ctx, at, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ContextID: world.ExecutionContextID,
				AwaitPromise: &yes, ReturnByValue: &yes})
			if err != nil {
				return err
			}
			if r.ExceptionDetails != nil {
				return errors.New(r.ExceptionDetails.Text + " " + describe(r.ExceptionDetails.Exception))
			}
			if out == nil {
				return nil
			}
			return json.Unmarshal(r.Result.Value, out)
		}
		var there bool
		if err := in(`typeof axe === "object"`, &there); err != nil {
			return err
		}
		if !there {
			program, err := axe()
			if err != nil {
				return err
			}
			if err := in(program+"\n;0", nil); err != nil {
				return err
			}
		}
		return in(r.ask(), &found)
	})))
	if found.Rules < r.least {
		b.t.Errorf("axe-core found something to look at for %d rules only: it does not look at the page", found.Rules)
	}
	return found.Wrong
}
