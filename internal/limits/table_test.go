package limits

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"
)

// constants lists the exported constants of the package's files, and names reads from the source of Table the pairs
// row("Name", Name, …), so that a row can neither be forgotten nor show another constant's value.
func constants(t *testing.T) (exported []string, rows map[string]string) {
	t.Helper()
	rows = map[string]string{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.GenDecl:
				if x.Tok != token.CONST {
					return true
				}
				for _, s := range x.Specs {
					for _, name := range s.(*ast.ValueSpec).Names {
						if name.IsExported() {
							exported = append(exported, name.Name)
							if s.(*ast.ValueSpec).Type == nil {
								t.Errorf("%s has no type", name.Name)
							}
						}
					}
				}
			case *ast.CallExpr:
				fn, ok := x.Fun.(*ast.Ident)
				if !ok || fn.Name != "row" || len(x.Args) != 4 {
					return true
				}
				lit, ok := x.Args[0].(*ast.BasicLit)
				if !ok {
					return true
				}
				value, _ := x.Args[1].(*ast.Ident)
				name := strings.Trim(lit.Value, `"`)
				if value != nil {
					rows[name] = value.Name
				}
			}
			return true
		})
	}
	return exported, rows
}

func TestTableIsComplete(t *testing.T) {
	t.Parallel()
	exported, rows := constants(t)
	if len(exported) < 100 {
		t.Fatalf("only %d constants were found: the test reads the wrong files", len(exported))
	}
	for _, name := range exported {
		if rows[name] != name {
			t.Errorf("constant %s: Table shows %q under that name", name, rows[name])
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("Table shows %s, which is no constant", name)
	}
}

func TestTableRowsSaySomething(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range Table() {
		if seen[r.Name] {
			t.Errorf("%s stands twice", r.Name)
		}
		seen[r.Name] = true
		if r.Value == "" || r.Value == "0" || r.Why == "" {
			t.Errorf("%s: value %q, why %q", r.Name, r.Value, r.Why)
		}
	}
	for name, want := range map[string]string{
		"InboxBody": "262144", "DeliveryWindow": "14d", "FetchTimeout": "10s", "ClockBehind": "1h", "IRIBytes": "2048",
		"DeliverySchedule": "0s 1m 5m 15m 1h 3h 6h 12h 1d",
	} {
		i := 0
		for rows := Table(); i < len(rows) && rows[i].Name != name; i++ {
		}
		if got := Table()[i].Value; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestScheduleStaysInsideTheWindow(t *testing.T) {
	t.Parallel()
	var last, sum time.Duration
	for i, d := range DeliverySchedule() {
		if i > 0 && d <= last {
			t.Errorf("wait %d (%v) is not longer than the one before it (%v)", i, d, last)
		}
		last, sum = d, sum+d
	}
	if sum >= DeliveryWindow {
		t.Errorf("the waits add up to %v, past the window of %v", sum, DeliveryWindow)
	}
}
