package archtest

import (
	"strings"
)

// arrow says what a folder may import of our own packages. The first that fits a folder counts.
type arrow struct {
	dir     string
	allowed []string // folders with all below them
	why     string
}

const domainWhy = "the domain knows no JSON, SQL, HTTP or clock, and its parts do not know each other: cmd connects them"

var arrows = []arrow{
	{"coop", nil, "everybody stands on the kernel, it stands on nothing"},
	{"market", []string{"coop"}, domainWhy},
	{"handbook", []string{"coop"}, domainWhy},
	{"region", []string{"coop"}, domainWhy},
	{"federation/queue", []string{"coop", "market", "handbook", "region", "internal"}, "store and web see the queue's rows, so it stands below them and the rest of federation"},
	{"federation/sig", []string{"coop", "internal"}, "a signature is checked before anybody knows what was signed"},
	{"federation/vocab", []string{"coop", "market", "handbook", "region", "federation/queue", "federation/sig", "internal"}, "spelling serves federation and does not know it"},
	{"federation/murmur", []string{"coop", "market", "internal"}, "spelling serves federation and does not know it"},
	{"federation", []string{"coop", "market", "handbook", "region", "federation", "internal"}, "web, federation and store never import one another: an interface lives with its consumer and cmd connects"},
	{"store", []string{"coop", "market", "handbook", "region", "federation/queue", "store", "internal"}, "web, federation and store never import one another: an interface lives with its consumer and cmd connects"},
	{"web", []string{"coop", "market", "handbook", "region", "federation/queue", "web", "internal"}, "web, federation and store never import one another: an interface lives with its consumer and cmd connects"},
	{"internal/testrig", []string{""}, ""},
	{"internal/node", []string{""}, ""}, // puts one node together for cmd and testrig; the compiler keeps web, store and federation from importing it
	{"internal/sample", []string{"coop", "market", "handbook", "region"}, "the sample is words for the domain, put in by cmd"},
	{"internal/folder", []string{"coop", "handbook", "internal"}, "a handbook as files: cmd and node connect it with the handbook itself"},
	{"internal/prose", []string{"coop", "handbook", "internal"}, "a text is shown alike on a page and to others; neither is known to it"},
	{"internal/mail", []string{"coop", "market", "federation/queue", "federation/sig", "internal"}, "mail tells of the market and is told to by its letters; store and web stay unknown to it"},
	{"internal", []string{"coop", "internal"}, "what is below all others knows none of them"},
	{"cmd", []string{""}, ""},
	{"test", []string{""}, ""},
}

// domain are the packages that import the standard library and coop only, in tests too but for what compares and generates.
var domain = []string{"coop", "market", "handbook", "region"}

var domainTestImports = []string{"github.com/google/go-cmp", "pgregory.net/rapid"}

// keeper says which folders alone may import a module.
type keeper struct {
	module  string
	allowed []string
	why     string
}

const sigWhy = "one verifier: whoever checks signatures elsewhere checks them differently"
const sqlWhy = "SQL stays in store"

var keepers = []keeper{
	{"github.com/go-fed/activity", []string{"federation/vocab"}, "how ActivityStreams is spelled is one package's business"},
	{"github.com/go-ap/httpsig", []string{"federation/sig"}, sigWhy},
	{"github.com/remitly-oss/httpsig-go", []string{"federation/sig"}, sigWhy},
	{"github.com/jackc/pgx", []string{"store", "test"}, sqlWhy},
	{"modernc.org/sqlite", []string{"store", "test"}, sqlWhy},
	{"github.com/pressly/goose", []string{"store"}, sqlWhy},
	{"database/sql", []string{"store", "test"}, sqlWhy},
	{"github.com/wneessen/go-mail", []string{"internal/mail"}, "one place speaks SMTP"},
	{"net/smtp", nil, "one place speaks SMTP, with a library that keeps up"},
	{"github.com/go-chi/chi", []string{"web", "federation", "cmd"}, "routes belong to those who answer them"},
}

// ownImports: the arrows. Tests outside the domain may import what they like of ours: a real store beats a mock.
func ownImports(files []*File) (out []Finding) {
	for _, f := range files {
		isDomain := under(f.Dir, domain...)
		var a *arrow
		for i := range arrows {
			if under(f.Dir, arrows[i].dir) {
				a = &arrows[i]
				break
			}
		}
		if a == nil {
			out = append(out, f.found(f.AST.Package, "folder %s stands in no rule: add it to arrows in internal/archtest and to docs/architecture.md", f.Dir))
			continue
		}
		for i, imp := range f.Imports {
			at := f.AST.Imports[i].Pos()
			own, isOwn := strings.CutPrefix(imp, Module+"/")
			switch {
			case isOwn && f.Test && !isDomain:
			case isOwn:
				if !allows(a.allowed, own) && !under(own, a.dir) {
					out = append(out, f.found(at, "%s imports %s: %s", f.Dir, own, a.why))
				}
			case isDomain && strings.Contains(strings.SplitN(imp, "/", 2)[0], "."):
				if !(f.Test && under(imp, domainTestImports...)) {
					out = append(out, f.found(at, "%s imports %s: %s", f.Dir, imp, domainWhy))
				}
			case isDomain && !f.Test && (imp == "net/http" || imp == "encoding/json" || imp == "database/sql"):
				out = append(out, f.found(at, "%s imports %s: %s", f.Dir, imp, domainWhy))
			}
		}
	}
	return out
}

func allows(allowed []string, own string) bool {
	for _, a := range allowed {
		if a == "" || under(own, a) {
			return true
		}
	}
	return false
}

// keptImports: modules that one package keeps for all.
func keptImports(files []*File) (out []Finding) {
	for _, f := range files {
		for i, imp := range f.Imports {
			for _, k := range keepers {
				if under(imp, k.module) && !under(f.Dir, k.allowed...) {
					out = append(out, f.found(f.AST.Imports[i].Pos(), "%s may be imported by %s alone: %s", k.module, strings.Join(k.allowed, ", "), k.why))
				}
			}
		}
	}
	return out
}

// noCgo: the binary is static and built for any machine from any machine.
func noCgo(files []*File) (out []Finding) {
	for _, f := range files {
		for i, imp := range f.Imports {
			if imp == "C" || imp == "plugin" {
				out = append(out, f.found(f.AST.Imports[i].Pos(), "import %q: no cgo and no plugins", imp))
			}
		}
	}
	return out
}

// dotImports would hide from the other rules where a name comes from.
func dotImports(files []*File) (out []Finding) {
	for _, f := range files {
		for _, s := range f.AST.Imports {
			if s.Name != nil && s.Name.Name == "." {
				out = append(out, f.found(s.Pos(), "import . %s: nobody can see where a name comes from", s.Path.Value))
			}
		}
	}
	return out
}
