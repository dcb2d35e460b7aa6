// Package archtest keeps the rules of docs/architecture.md and CONTRIBUTING by reading the source of this module: who may
// import whom, which calls belong to one package, what is never written. It runs no code of the program, knows no types,
// and every rule names the reason it gives to whoever broke it.
package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Module is the path of our own module.
const Module = "toadlane"

// File is one source file. Dir and Name are within the module; Dir is "." at its root.
type File struct {
	Dir, Name string
	Package   string // as in the package clause
	Test      bool   // _test.go
	AST       *ast.File
	Imports   []string
	set       *token.FileSet
	names     map[string]string // name in this file to import path
}

// Finding is one broken rule.
type Finding struct {
	Where string // file:line
	Why   string
}

func (f *File) found(at token.Pos, format string, args ...any) Finding {
	return Finding{fmt.Sprintf("%s:%d", path.Join(f.Dir, f.Name), f.set.Position(at).Line), fmt.Sprintf(format, args...)}
}

// Load parses every .go file under fsys, and lists the other files' paths. testdata and hidden folders are left out.
func Load(fsys fs.FS) (files []*File, others []string, err error) {
	set := token.NewFileSet()
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(p)
		if d.IsDir() {
			if p != "." && (base == "testdata" || base == "node_modules" || base == "vendor" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			others = append(others, p)
			return nil
		}
		src, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		f, err := parse(set, p, src)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	return files, others, err
}

func parse(set *token.FileSet, p string, src []byte) (*File, error) {
	a, err := parser.ParseFile(set, p, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := &File{Dir: path.Dir(p), Name: path.Base(p), Package: a.Name.Name, Test: strings.HasSuffix(p, "_test.go"), AST: a, set: set, names: map[string]string{}}
	for _, s := range a.Imports {
		imp, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return nil, err
		}
		f.Imports = append(f.Imports, imp)
		f.names[localName(s, imp)] = imp
	}
	return f, nil
}

// localName is what the file calls the import: the last element of its path, without a version, unless renamed.
func localName(s *ast.ImportSpec, imp string) string {
	if s.Name != nil {
		return s.Name.Name
	}
	base := path.Base(imp)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(imp))
	}
	return strings.TrimPrefix(base, "go-") // those who name a repository so leave it out in the package's name
}

// under tells whether dir is one of the roots or below one.
func under(dir string, roots ...string) bool {
	for _, r := range roots {
		if dir == r || strings.HasPrefix(dir, r+"/") {
			return true
		}
	}
	return false
}

// selector is a use of name from the package with import path imp, "" when e is none.
func (f *File) selector(e ast.Expr) (imp, name string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	if imp = f.names[x.Name]; imp == "" {
		return "", ""
	}
	return imp, s.Sel.Name
}

// each visits every node of the file.
func (f *File) each(visit func(ast.Node)) {
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if n != nil {
			visit(n)
		}
		return true
	})
}
