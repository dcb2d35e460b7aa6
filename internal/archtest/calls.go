package archtest

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// dials are the names with which one reaches out, by import path.
var dials = map[string][]string{
	"net/http":   {"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "Client", "Transport", "NewFileTransport"},
	"net":        {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	goMail:       {"NewClient", "QuickSend", "NewQuickSend"},
}

const goMail = "github.com/wneessen/go-mail"

// postOffice is the one file that makes a client of the mail server; it dials with outbound.MailDial.
const postOffice = "internal/mail/smtp.go"

// ownServices are the files that dial what the operator named in the configuration and no stranger can choose.
var ownServices = []string{"store/postgres_open.go"}

// onlyOutboundDials: an address that somebody else chose is judged in one place. Tests and what drives other programs may
// dial.
func onlyOutboundDials(files []*File) (out []Finding) {
	for _, f := range files {
		if f.Test || under(f.Dir, "internal/outbound", "internal/testrig", "test") || slices.Contains(ownServices, f.Dir+"/"+f.Name) {
			continue
		}
		f.each(func(n ast.Node) {
			e, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if imp, name := f.selector(e); slices.Contains(dials[imp], name) && !(imp == goMail && f.Dir+"/"+f.Name == postOffice) {
				out = append(out, f.found(e.Pos(), "%s.%s: only internal/outbound makes clients and dials", imp, name))
			}
		})
	}
	return out
}

// noInsecureTLS: in tests too, since what a test can set somebody will set elsewhere.
func noInsecureTLS(files []*File) (out []Finding) {
	for _, f := range files {
		f.each(func(n ast.Node) {
			if id, ok := n.(*ast.Ident); ok && id.Name == "InsecureSkipVerify" {
				out = append(out, f.found(id.Pos(), "InsecureSkipVerify: certificates are always checked; give the test an authority of its own"))
			}
		})
	}
	return out
}

// strictJSONOnly: federation reads strangers' bytes with internal/strictjson. encoding/json takes the last of two equal
// names, matches names in any case and mends invalid UTF-8.
func strictJSONOnly(files []*File) (out []Finding) {
	for _, f := range files {
		if f.Test || !under(f.Dir, "federation") {
			continue
		}
		f.each(func(n ast.Node) {
			e, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if imp, name := f.selector(e); imp == "encoding/json" && (name == "Unmarshal" || name == "NewDecoder") {
				out = append(out, f.found(e.Pos(), "json.%s: what strangers wrote is read by internal/strictjson", name))
			}
		})
	}
	return out
}

// oneSafeHTML: template.HTML is made in one function, after sanitising; the types for scripts, styles and attributes never.
func oneSafeHTML(files []*File) (out []Finding) {
	type place struct {
		fn  string
		all []Finding
	}
	var places []*place
	for _, f := range files {
		if f.Test {
			continue
		}
		for _, d := range f.AST.Decls {
			name := f.Dir + "/" + f.Name
			if fd, ok := d.(*ast.FuncDecl); ok {
				name += " " + fd.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch imp, sel := f.selector(c.Fun); {
				case imp != "html/template":
				case sel == "HTML":
					if len(places) == 0 || places[len(places)-1].fn != name {
						places = append(places, &place{fn: name})
					}
					p := places[len(places)-1]
					p.all = append(p.all, f.found(c.Pos(), "template.HTML( is in %s already: one function makes it, after sanitising", places[0].fn))
				case sel == "JS" || sel == "JSStr" || sel == "CSS" || sel == "HTMLAttr" || sel == "Srcset":
					out = append(out, f.found(c.Pos(), "template.%s(: never; html/template escapes it right by itself", sel))
				}
				return true
			})
		}
	}
	for i, p := range places {
		if i > 0 {
			out = append(out, p.all...)
		}
	}
	return out
}

// noContextValues: who acts is an argument.
func noContextValues(files []*File) (out []Finding) {
	return forbid(files, func(*File) bool { return true }, map[string][]string{"context": {"WithValue"}}, "a context carries cancellation and nothing else; who acts is an argument")
}

// noClockInDomain: time comes in as an argument or a field.
func noClockInDomain(files []*File) (out []Finding) {
	return forbid(files, func(f *File) bool { return !f.Test && under(f.Dir, domain...) },
		map[string][]string{"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}}, "the domain has no clock: time comes in")
}

func forbid(files []*File, where func(*File) bool, names map[string][]string, why string) (out []Finding) {
	for _, f := range files {
		if !where(f) {
			continue
		}
		f.each(func(n ast.Node) {
			if e, ok := n.(*ast.SelectorExpr); ok {
				if imp, name := f.selector(e); slices.Contains(names[imp], name) {
					out = append(out, f.found(e.Pos(), "%s.%s: %s", imp, name, why))
				}
			}
		})
	}
	return out
}

// honestTests: a test that waits by the clock fails on a slow machine, a skipped one is none. Sleeping is right inside
// synctest.Test, where the clock is fake.
func honestTests(files []*File) (out []Finding) {
	for _, f := range files {
		if !f.Test {
			continue
		}
		var bubbles [][2]token.Pos
		f.each(func(n ast.Node) {
			if c, ok := n.(*ast.CallExpr); ok {
				if imp, name := f.selector(c.Fun); imp == "testing/synctest" && name == "Test" {
					bubbles = append(bubbles, [2]token.Pos{c.Pos(), c.End()})
				}
			}
		})
		f.each(func(n ast.Node) {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return
			}
			if imp, name := f.selector(c.Fun); imp == "time" && name == "Sleep" {
				for _, b := range bubbles {
					if b[0] <= c.Pos() && c.Pos() < b[1] {
						return
					}
				}
				out = append(out, f.found(c.Pos(), "time.Sleep in a test: wait for a channel, or use testing/synctest"))
			}
			s, ok := c.Fun.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if x, ok := s.X.(*ast.Ident); ok && f.names[x.Name] == "" && len(x.Name) <= 2 && (s.Sel.Name == "Skip" || s.Sel.Name == "Skipf" || s.Sel.Name == "SkipNow") {
				out = append(out, f.found(c.Pos(), "%s.%s: a test that is skipped is none", x.Name, s.Sel.Name))
			}
		})
	}
	return out
}

var selectStar = regexp.MustCompile(`(?i)\bselect\s+(\w+\.)?\*`)

// noSelectStar: columns are listed, so that a new one cannot shift the others.
func noSelectStar(files []*File) (out []Finding) {
	for _, f := range files {
		if f.Test || !under(f.Dir, "store") {
			continue
		}
		f.each(func(n ast.Node) {
			l, ok := n.(*ast.BasicLit)
			if !ok || l.Kind != token.STRING {
				return
			}
			if s, err := strconv.Unquote(l.Value); err == nil && selectStar.MatchString(s) {
				out = append(out, f.found(l.Pos(), "SELECT *: list the columns"))
			}
		})
	}
	return out
}

// onePackageComment: every package says once what it owns and what it refuses to know.
func onePackageComment(files []*File) (out []Finding) {
	first := map[string]*File{}
	docs := map[string][]*File{}
	var order []string
	for _, f := range files {
		if f.Test {
			continue
		}
		if first[f.Dir] == nil {
			first[f.Dir] = f
			order = append(order, f.Dir)
		}
		if f.AST.Doc != nil && strings.TrimSpace(f.AST.Doc.Text()) != "" {
			docs[f.Dir] = append(docs[f.Dir], f)
		}
	}
	for _, dir := range order {
		switch d := docs[dir]; {
		case len(d) == 0:
			out = append(out, first[dir].found(first[dir].AST.Package, "package %s has no package comment", dir))
		case len(d) > 1:
			out = append(out, d[1].found(d[1].AST.Package, "package %s has a second package comment; the first is in %s", dir, d[0].Name))
		}
	}
	return out
}

// houseNames: a name says what the thing does for a co-op.
func houseNames(files []*File) (out []Finding) {
	for _, f := range files {
		for _, bad := range []string{"util", "helper", "manager"} {
			if strings.Contains(strings.ToLower(f.Dir+"/"+f.Name), bad) {
				out = append(out, f.found(f.AST.Package, "%s in a file's name: say what it does", bad))
			}
		}
	}
	return out
}
