package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every bound that the domain exports is printed, under its own name.
func TestDomainLimitsAreComplete(t *testing.T) {
	t.Parallel()
	printed := map[string]string{}
	for _, r := range domain {
		if printed[r.Name] != "" || r.Value == "" || r.Value == "0" || r.Why == "" {
			t.Errorf("row %+v", r)
		}
		printed[r.Name] = r.Value
	}
	found := 0
	for _, pkg := range []string{"coop", "market", "handbook", "region"} {
		dir := filepath.Join("..", "..", pkg)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for _, s := range g.Specs {
					for _, name := range s.(*ast.ValueSpec).Names {
						if !strings.HasPrefix(name.Name, "Max") {
							continue
						}
						found++
						if printed[pkg+"."+name.Name] == "" {
							t.Errorf("%s.%s is not printed", pkg, name.Name)
						}
					}
				}
			}
		}
	}
	if found != len(domain) {
		t.Errorf("%d rows for %d constants", len(domain), found)
	}
}
