package web

import (
	"bytes"
	"fmt"
	"regexp"
	"sort"
)

// icons are the pictograms of templates/_icons.html by name. A page carries those it shows and no others: all of them weigh more
// than most pages do.
type icons map[string][]byte // name to its <symbol>

var symbol = regexp.MustCompile(`<symbol id="i-([a-z0-9-]+)" viewBox="[0-9 ]+">.*</symbol>`)

var drawing = regexp.MustCompile(`(?s)<svg[^>]*( viewBox="[0-9 ]+")[^>]*>(.*)</svg>`)

// loadIcons reads the symbols, one a line.
func loadIcons() (icons, error) {
	b, err := templateFiles.ReadFile("templates/_icons.html")
	if err != nil {
		return nil, fmt.Errorf("icons: %w", err)
	}
	all := icons{}
	for _, m := range symbol.FindAllSubmatch(b, -1) {
		name := string(m[1])
		if all[name] != nil {
			return nil, fmt.Errorf("icons: %s stands twice", name)
		}
		all[name] = m[0]
	}
	mark, err := staticFiles.ReadFile("static/mark.svg")
	if err != nil {
		return nil, fmt.Errorf("icons: %w", err)
	}
	// An image of its own is a document of its own to a browser: a tenth of a second on a slow telephone, before any word is painted.
	if all["mark"] = markAsSymbol(mark); all["mark"] == nil {
		return nil, fmt.Errorf("icons: static/mark.svg is no drawing")
	}
	if n := bytes.Count(b, []byte("<symbol ")) + 1; n != len(all) || n == 0 {
		return nil, fmt.Errorf("icons: %d symbols, of which %d can be read", n, len(all))
	}
	return all, nil
}

// markAsSymbol makes the co-op's mark a pictogram beside the others, with its own colours. It is nil if mark is no SVG.
func markAsSymbol(mark []byte) []byte {
	m := drawing.FindSubmatch(mark)
	if m == nil {
		return nil
	}
	return fmt.Appendf(nil, `<symbol%s id="i-mark">%s</symbol>`, m[1], m[2])
}

// names lists them in alphabetical order.
func (all icons) names() []string {
	out := make([]string, 0, len(all))
	for name := range all {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

var (
	useOfIcon = []byte(`href="#i-`)
	sprite    = []byte(`"sprite">`) // the end of the opening tag of the last element of _layout.html
)

// fill puts the symbols that a page uses into its empty sprite. What a stranger wrote is escaped before this sees it, and could
// do no more than add a pictogram nobody shows. A name without a pictogram shows nothing beside its word: a neighbour may have
// modes that we don't know.
func (all icons) fill(page []byte) []byte {
	at := bytes.LastIndex(page, sprite)
	if at < 0 {
		return page
	}
	at += len(sprite)
	var used [48]string // few pages show more
	names, size := used[:0], 0
	for rest := page; ; {
		i := bytes.Index(rest, useOfIcon)
		if i < 0 {
			break
		}
		rest = rest[i+len(useOfIcon):]
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			break
		}
		name := rest[:end]
		rest = rest[end:]
		if holds(names, name) {
			continue
		}
		s := all[string(name)]
		if s == nil {
			continue
		}
		names = append(names, string(name))
		size += len(s)
	}
	out := make([]byte, 0, len(page)+size)
	out = append(out, page[:at]...)
	for _, n := range names {
		out = append(out, all[n]...)
	}
	return append(out, page[at:]...)
}

func holds(names []string, name []byte) bool {
	for _, n := range names {
		if n == string(name) {
			return true
		}
	}
	return false
}
