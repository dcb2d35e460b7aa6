package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// composed lists keys that are put together from a prefix and a value, in templates by printf and in Go by +. An area with
// such keys adds its own from an init of its test file.
var composed = map[string][]string{
	"org.":         coop.OrgTypes,
	"licence.":     coop.Licences,
	"purpose.":     {"offer", "want"},
	"mode.":        said(market.Modes),
	"kind.":        said(market.Kinds),
	"state.":       said(market.States()),
	"sort.":        said(market.Sorts),
	"ranking.by_":  said(market.Sorts),
	"reach.":       reaches,
	"role.":        roles,
	"relation.":    said([]queue.Relation{queue.Requested, queue.Accepted, queue.Refused, queue.Ended}),
	"queue.kind.":  queueKinds,
	"queue.state.": {"", "waiting", "held", "failed", "rejected", "parked", "poison", "done"},
	"consent.":     said(coop.ConsentFields),
	"category.":    categoriesSaid(),
	"month.":       {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
}

func said[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}

func categoriesSaid() []string {
	var out []string
	for _, c := range market.Categories {
		out = append(out, c.Code)
	}
	return out
}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// keyCalls are the functions that take a key, with the place of it among their arguments.
var keyCalls = map[string]int{"t": 0, "say": 0, "sayWith": 0, "frame": 0, "errorPage": 1, "plain": 1, "done": 1, "Fail": 1, "Errorf": 1, "FieldError": 1, "withActor": 1, "withRows": 1}

// usedInGo finds the keys that Go code of the module names, with where.
func usedInGo(t *testing.T) (keys, prefixes map[string]string) {
	t.Helper()
	keys, prefixes = map[string]string{}, map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || path == "../test") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := ""
			switch fn := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = fn.Sel.Name
			case *ast.Ident:
				name = fn.Name
			}
			at, ok := keyCalls[name]
			if name == "options" && len(call.Args) == 2 {
				at, ok = 1, true
			}
			if !ok || len(call.Args) <= at {
				return true
			}
			where := set.Position(call.Pos()).String()
			switch arg := call.Args[at].(type) {
			case *ast.BasicLit:
				s, err := strconv.Unquote(arg.Value)
				if err != nil {
					return true
				}
				if name == "options" {
					prefixes[s] = where
				} else if keyForm.MatchString(s) {
					keys[s] = where
				}
			case *ast.BinaryExpr:
				if lit, ok := arg.X.(*ast.BasicLit); ok && arg.Op == token.ADD && (name == "t" || name == "say") {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						prefixes[s] = where
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys, prefixes
}

var (
	saidInTemplate     = regexp.MustCompile(`\bt "([^"]+)"`)
	fieldInTemplate    = regexp.MustCompile(`\binput \S+ "[^"]*" "([^"]*)" "([^"]*)"`)
	composedInTemplate = regexp.MustCompile(`printf "([a-z_.]+)%s"`)
	action             = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
)

func templateSources(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	out := map[string]string{}
	for _, n := range names {
		b, err := templateFiles.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = string(b)
	}
	return out
}

func TestEveryKeyThatIsUsedHasASentence(t *testing.T) {
	t.Parallel()
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	keys, prefixes := usedInGo(t)
	if len(keys) < 100 || keys["handle.taken"] == "" || keys["listing.state"] == "" || prefixes["org."] == "" {
		t.Fatalf("only %d keys and %v were found in Go", len(keys), prefixes)
	}
	n := 0
	for file, text := range templateSources(t) {
		for _, m := range saidInTemplate.FindAllStringSubmatch(text, -1) {
			keys[m[1]] = file
			n++
		}
		for _, m := range fieldInTemplate.FindAllStringSubmatch(text, -1) {
			keys[m[1]] = file
			if m[2] != "" {
				keys[m[2]] = file
			}
			n++
		}
		for _, m := range composedInTemplate.FindAllStringSubmatch(text, -1) {
			prefixes[m[1]] = file
		}
	}
	if n < 100 {
		t.Fatalf("only %d keys were found in templates", n)
	}
	for prefix, where := range prefixes {
		values, ok := composed[prefix]
		if !ok {
			t.Errorf("%s: keys begin with %q, which composed does not list", where, prefix)
		}
		for _, v := range values {
			keys[prefix+v] = where
		}
	}
	for key, where := range keys {
		for tag, tongue := range tongues {
			if !tongue.has(key) {
				t.Errorf("%s: key %s has no sentence in %s", where, key, tag)
			}
		}
	}
}

func TestLanguagesHaveTheSameKeysAndValues(t *testing.T) {
	t.Parallel()
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	if len(tongues) != len(languageNames) || len(tongues["en"].keys) < 300 {
		t.Fatalf("%d languages, %d keys", len(tongues), len(tongues["en"].keys))
	}
	for tag, tongue := range tongues {
		for key := range tongues["en"].keys {
			if !tongue.has(key) {
				t.Errorf("%s lacks %s", tag, key)
			}
		}
		for key := range tongue.keys {
			if !tongues["en"].has(key) {
				t.Errorf("%s has %s, which English lacks", tag, key)
			}
		}
	}
	value := regexp.MustCompile(`\{\{ *\.([A-Za-z]+) *\}\}`)
	named := func(file string) map[string]string {
		b, err := langFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, line := range strings.Split(string(b), "\n") {
			key, rest, ok := strings.Cut(strings.TrimSpace(line), `": "`)
			if !ok || key == `"one` || key == `"many` || key == `"other` {
				continue
			}
			var names []string
			for _, m := range value.FindAllStringSubmatch(rest, -1) {
				names = append(names, m[1])
			}
			sort.Strings(names)
			out[key] = strings.Join(names, " ")
		}
		return out
	}
	files, err := fs.Glob(langFiles, "lang/*en.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		en := named(file)
		for key, names := range named(strings.TrimSuffix(file, "en.json") + "es.json") {
			if en[key] != names {
				t.Errorf("%s: %s names %q in English and %q in Spanish", file, key, en[key], names)
			}
		}
	}
}

// A word in a template is a word that nobody can read in another language.
func TestTemplatesHoldNoWords(t *testing.T) {
	t.Parallel()
	if words := literalWords(`<p title="No">{{t "x.y"}} Hello <b>{{.X}}</b></p>`); len(words) != 2 {
		t.Fatalf("control: %q", words)
	}
	for file, text := range templateSources(t) {
		for _, w := range literalWords(text) {
			t.Errorf("%s: %q", file, w)
		}
	}
}

func literalWords(text string) (found []string) {
	letters := func(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
	text = strings.NewReplacer("<noscript>", "", "</noscript>", "").Replace(text) // its content is one text to the tokenizer
	z := html.NewTokenizer(strings.NewReader(action.ReplaceAllString(text, "")))
	code := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.TextToken:
			if s := strings.TrimSpace(string(z.Text())); letters(s) && !code {
				found = append(found, s)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			code = tok.Data == "script"
			for _, a := range tok.Attr {
				switch a.Key {
				case "alt", "title", "placeholder", "aria-label", "data-label", "data-sure", "data-failed":
					if letters(a.Val) {
						found = append(found, a.Val)
					}
				}
			}
		case html.EndTagToken:
			code = false
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	en, es := tongues["en"], tongues["es"]
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC)
	for got, want := range map[string]string{
		en.say("admin.reports", "Count", 1):                              "One report is open",
		en.say("admin.reports", "Count", 12345):                          "12,345 reports are open",
		es.say("admin.reports", "Count", 12345):                          "Hay 12.345 avisos abiertos",
		es.say("admin.reports", "Count", 1):                              "Hay un aviso abierto",
		en.sayWith("field.long", map[string]any{"Max": 60, "Count": 61}): "Use at most 60 characters.",
		en.say("error.request", "Request", "<b>"):                        "If you tell a steward about it, name this number: <b>",
		en.say("no.such.key"):                                            "no.such.key",
		en.date(day, madrid):                                             "5 March 2026",
		es.date(day, madrid):                                             "5 de marzo de 2026",
		es.when(day, time.UTC):                                           "4 de marzo de 2026, 23:30",
		en.date(time.Time{}, madrid):                                     "never",
		en.number(-1234567):                                              "-1,234,567",
		en.number(1234):                                                  "1234",
		en.amount(market.Amount{N: 1234500, Places: 2}):                  "12,345.00",
		es.amount(market.Amount{N: 1234550, Places: 2}):                  "12.345,50",
		es.short(market.Amount{N: 2500, Places: 3}):                      "2,5",
		en.amount(market.Amount{N: -5, Places: 2}):                       "-0.05",
		es.money(market.Amount{N: 1250, Places: 2}, "EUR"):               "12,50\u00a0EUR",
		en.hours(90):  "one hour 30 minutes",
		es.hours(120): "2 horas",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A language is added by adding files: nothing in Go names one but the list of their names.
func TestLanguageFilesAreNamedByTheirTag(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("lang")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, l := range languageNames {
		known[l.Tag] = true
	}
	for _, e := range entries {
		parts := strings.Split(e.Name(), ".")
		if tag := parts[len(parts)-2]; !known[tag] {
			t.Errorf("%s: language %q is not offered", e.Name(), tag)
		}
	}
}
