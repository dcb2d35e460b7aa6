package web

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sided are the properties and values that stay where they are when a page is mirrored. Radii with four values, shadows and
// positions on both sides at once are symmetrical enough; a rule that only holds in one direction says so with [dir].
var sided = regexp.MustCompile(`(?:^|[;{\s])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)(?:-[a-z]+)?|left|right|border-(?:top|bottom)-(?:left|right)-radius|text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right)|clear\s*:\s*(?:left|right))\s*(?::|;|}|$)`)

// Arabic mirrors a page: a rule for one side of it has to say start or end instead.
func TestStylesMirror(t *testing.T) {
	t.Parallel()
	for bad, want := range map[string]int{"a { margin-left: 1rem; }": 1, "a { text-align: right; float:left }": 2, "a { inset-inline-start: 0; text-align: end; }": 0,
		"a{left:0;right:0}": 2, "a { border-top-left-radius: 1px }": 1, "a { padding-right: 0 }": 1, ".left { color: red }": 0, "a { background: left top }": 0} {
		if got := len(sidedRules(bad)); got != want {
			t.Fatalf("control: %q has %d such rules, want %d", bad, got, want)
		}
	}
	names, err := fs.Glob(staticFiles, "static/css/*.css")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		b, err := staticFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range sidedRules(string(b)) {
			t.Errorf("%s: %s", name, rule)
		}
	}
}

// Directions hold on every page: a part of an area would be left out of most.
func TestEveryPageIsSentItsDirections(t *testing.T) {
	t.Parallel()
	common, _, err := styleParts()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(common, "static/css/68-direction.css") {
		t.Errorf("only these are: %q", common)
	}
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssRule    = regexp.MustCompile(`[^{}]*\{[^{}]*\}`)
)

// sidedRules finds rules for one side, but those that hold for one direction only.
func sidedRules(css string) (found []string) {
	for _, rule := range cssRule.FindAllString(cssComment.ReplaceAllString(css, ""), -1) {
		selector, body, _ := strings.Cut(rule, "{")
		if strings.Contains(selector, `[dir="rtl"]`) || strings.Contains(selector, `[dir="ltr"] `) {
			continue
		}
		for _, part := range strings.Split(strings.TrimSuffix(body, "}"), ";") {
			if sided.MatchString(strings.TrimSpace(part) + ";") {
				found = append(found, strings.TrimSpace(selector)+" { "+strings.TrimSpace(part)+" }")
			}
		}
	}
	return found
}
