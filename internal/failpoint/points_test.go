package failpoint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/internal/failpoint"
)

// TestPoints: every point that the code passes is listed, once, and every listed one is passed.
func TestPoints(t *testing.T) {
	t.Parallel()
	var found []string
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), "failpoint") {
			return err
		}
		here, err := calls(path, b)
		found = append(found, here...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(failpoint.Points))
	slices.Sort(found)
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("listed and passed (-listed +in the code):\n%s", d)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	got, err := calls("x.go", []byte(`package x
import fp "toadlane/internal/failpoint"
import "other/failpoint"
func f() { fp.Here("a"); fp.Here("b"); failpoint.Here("c") }`))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a", "b"}, got); d != "" {
		t.Error(d)
	}
	if _, err := calls("x.go", []byte("package x\nimport \"toadlane/internal/failpoint\"\nfunc f(s string) { failpoint.Here(s) }")); err == nil {
		t.Error("a point whose name is not written out passes")
	}
}

// calls lists the points that one file passes.
func calls(path string, source []byte) (points []string, err error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	name := ""
	for _, imp := range f.Imports {
		if imp.Path.Value == `"toadlane/internal/failpoint"` {
			if name = "failpoint"; imp.Name != nil {
				name = imp.Name.Name
			}
		}
	}
	if name == "" {
		return nil, nil
	}
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		s, ok := c.Fun.(*ast.SelectorExpr)
		if !ok || s.Sel.Name != "Here" {
			return true
		}
		if x, ok := s.X.(*ast.Ident); !ok || x.Name != name {
			return true
		}
		l, ok := c.Args[0].(*ast.BasicLit)
		if !ok {
			err = &notWritten{path}
			return false
		}
		point, _ := strconv.Unquote(l.Value)
		points = append(points, point)
		return true
	})
	return points, err
}

type notWritten struct{ path string }

func (e *notWritten) Error() string { return e.path + ": a point's name is a string in the code" }
