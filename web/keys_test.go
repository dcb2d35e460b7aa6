package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
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
	"month_short.": {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	"weekday.":     {"0", "1", "2", "3", "4", "5", "6"},
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
	tongues, err := allTongues()
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

// A word in a template is a word that nobody can read in another language.
func TestTemplatesHoldNoWords(t *testing.T) {
	t.Parallel()
	if words := literalWords(`<p title="No">{{t "x.y"}} Hello <b>{{.X}}</b></p><input value="Send" name="x"><input value="yes"><button data-sure="Are you">{{t "x.z"}}</button>`); len(words) != 4 {
		t.Fatalf("control: %q", words)
	}
	for file, text := range templateSources(t) {
		for _, w := range literalWords(text) {
			t.Errorf("%s: %q", file, w)
		}
	}
}

// wordy is what looks said to people: two words, or one with a capital letter.
var wordy = regexp.MustCompile(`\p{L}{2,} \p{L}{2,}|^\p{Lu}\p{Ll}+[.!?:…]?$`)

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
				case "alt", "title", "placeholder", "label", "summary", "content", "value", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext":
					// A value that is a name for the program has no space and no capital letter, and the content of a meta is one.
					if letters(a.Val) && (a.Key != "value" && a.Key != "content" || wordy.MatchString(a.Val) && tok.Data != "meta") {
						found = append(found, a.Val)
					}
				default: // data-… hold words for the script, or paths and names of parts of the page
					if strings.HasPrefix(a.Key, "data-") && wordy.MatchString(a.Val) {
						found = append(found, a.Val)
					}
				}
			}
		case html.EndTagToken:
			code = false
		}
	}
}

// silent are files whose literals are for the program, not for people: deeds, and the names of languages in themselves.
var silent = map[string]bool{"can.go": true, "language.go": true, "tongue_names.go": true}

// sentenced is what looks said to people in Go, where single words name values and types of others' vocabularies.
var sentenced = regexp.MustCompile(`\p{L}{2,} \p{L}{2,}|^\p{Lu}\p{L}+[.!?:…]$`)

// unspoken are the calls whose words no visitor reads: causes for the log and for the rows that stewards look into, who acts in the
// audit, headers, and what the program looks up.
var unspoken = map[string]bool{"Errorf": true, "New": true, "panic": true, "Debug": true, "Info": true, "Warn": true, "Error": true,
	"Set": true, "Add": true, "Get": true, "Del": true, "Values": true, "MustCompile": true, "FieldError": true, "HasPrefix": true, "Contains": true, "needless": true, "System": true}

// goWords finds the literals of a file that look said to people.
func goWords(set *token.FileSet, f *ast.File) (found []string) {
	var path []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		s, err := strconv.Unquote(lit.Value)
		if err != nil || !sentenced.MatchString(strings.ReplaceAll(s, "Toad Lane", "")) {
			return true
		}
		for i := len(path) - 2; i >= 0; i-- {
			switch x := path[i].(type) {
			case *ast.ImportSpec, *ast.Field, *ast.IndexExpr: // a tag of a field; the name of a header
				return true
			case *ast.FuncDecl:
				if x.Name.Name == "Error" { // a cause too
					return true
				}
			case *ast.KeyValueExpr:
				if x.Key == path[i+1] {
					return true
				}
			case *ast.CallExpr:
				name := ""
				switch fn := x.Fun.(type) {
				case *ast.SelectorExpr:
					name = fn.Sel.Name
				case *ast.Ident:
					name = fn.Name
				}
				if unspoken[name] {
					return true
				}
			}
		}
		found = append(found, set.Position(lit.Pos()).String()+" "+lit.Value)
		return true
	})
	return found
}

// Words in Go are as unreadable in another language as words in a template.
func TestGoHoldsNoWords(t *testing.T) {
	t.Parallel()
	set := token.NewFileSet()
	control, err := parser.ParseFile(set, "control.go", "package x\nvar a = []string{\"Hello.\", f(\"two words\"), \"key.of_it\"}\nfunc b() error { return Errorf(\"not told: %w\", c) }", 0)
	if err != nil {
		t.Fatal(err)
	}
	if words := goWords(set, control); len(words) != 2 {
		t.Fatalf("control: %q", words)
	}
	var files []string
	for _, dir := range []string{".", "../internal/mail"} {
		found, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files", len(files))
	}
	for _, path := range files {
		if silent[filepath.Base(path)] || strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range goWords(set, f) {
			t.Errorf("words that nobody can translate: %s", w)
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
