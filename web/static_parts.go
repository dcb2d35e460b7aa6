package web

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An area's styles (static/css/70 to 89) and scripts (static/js/20 on) are sent only with pages that use them: all of them weigh
// more than most pages do. A style belongs to a page when a class that it names, and no other part does, stands in the page's
// templates; a script when an attribute data-… that it looks for does. What names nothing of its own goes to every page.

var (
	classInStyle    = regexp.MustCompile(`\.([a-zA-Z][\w-]*)`)
	classInTemplate = regexp.MustCompile(`class="([^"{]*(?:\{\{[^}]*\}\}[^"{]*)*)"`)
	templateAction  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	defined         = regexp.MustCompile(`\{\{-? ?(?:define|block) "([^"]+)"`)
	usedTemplate    = regexp.MustCompile(`\{\{-? ?(?:template|block) "([^"]+)"`)
	styleString     = regexp.MustCompile(`"[^"]*"`)
	dataAttribute   = regexp.MustCompile(`data-[a-z-]+`)
)

// areaPart is a part that not every page is sent, with the names that are its own.
type areaPart struct {
	file string
	own  []string
}

// styleParts splits the parts of the stylesheet into those of every page and the areas'.
func styleParts() (common []string, areas []areaPart, err error) {
	return splitParts("static/css/*.css", func(base string) bool { return base >= "70" && base < "90" }, func(b []byte) (names []string) {
		for _, m := range classInStyle.FindAllSubmatch(styleString.ReplaceAll(styleComment.ReplaceAll(b, nil), nil), -1) {
			names = append(names, string(m[1]))
		}
		return names
	})
}

// scriptParts is styleParts for scripts.
func scriptParts() (common []string, areas []areaPart, err error) {
	return splitParts("static/js/*.js", func(base string) bool { return base >= "20" }, func(b []byte) (names []string) {
		for _, m := range dataAttribute.FindAll(b, -1) {
			names = append(names, string(m))
		}
		return names
	})
}

func splitParts(pattern string, isArea func(base string) bool, namesIn func([]byte) []string) (common []string, areas []areaPart, err error) {
	files, err := fs.Glob(staticFiles, pattern)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", pattern, err)
	}
	in := map[string][]string{} // names of each part
	parts := map[string]int{}   // how many parts have a name; one of every page's counts for two
	for _, file := range files {
		b, err := staticFiles.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		names := namesIn(b)
		slices.Sort(names)
		in[file] = slices.Compact(names)
		weight := 1
		if !isArea(path.Base(file)) {
			weight = 2
		}
		for _, n := range in[file] {
			parts[n] += weight
		}
	}
	for _, file := range files {
		p := areaPart{file: file}
		for _, n := range in[file] {
			if parts[n] == 1 {
				p.own = append(p.own, n)
			}
		}
		if len(p.own) == 0 || !isArea(path.Base(file)) {
			common = append(common, file)
		} else {
			areas = append(areas, p)
		}
	}
	return common, areas, nil
}

// piece is what one {{define}} says: the classes and the attributes data-… it names, and the templates that it uses.
type piece struct{ names, uses []string }

// piecesOf reads a template file into its pieces, by name. It looks at the source, because parsing all pages took half of a start.
func piecesOf(file string) (map[string]piece, error) {
	b, err := templateFiles.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	source := string(b)
	all := map[string]piece{}
	begins := defined.FindAllStringSubmatchIndex(source, -1)
	for i, at := range begins {
		text := source[at[0]:]
		if i+1 < len(begins) {
			text = source[at[0]:begins[i+1][0]]
		}
		p := all[source[at[2]:at[3]]]
		for _, m := range classInTemplate.FindAllStringSubmatch(text, -1) {
			p.names = append(p.names, strings.Fields(templateAction.ReplaceAllString(m[1], " "))...)
		}
		p.names = append(p.names, dataAttribute.FindAllString(text, -1)...)
		for _, m := range usedTemplate.FindAllStringSubmatch(text, -1) {
			p.uses = append(p.uses, m[1])
		}
		all[source[at[2]:at[3]]] = p
	}
	return all, nil
}

// namesOf are what a page's templates name, but for those of the frame, which are every page's.
func namesOf(page, partials map[string]piece) map[string]bool {
	found, seen := map[string]bool{}, map[string]bool{}
	for queue := []string{"content", "head"}; len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if seen[name] {
			continue
		}
		seen[name] = true
		p, ok := page[name]
		if !ok {
			p = partials[name]
		}
		for _, n := range p.names {
			found[n] = true
		}
		queue = append(queue, p.uses...)
	}
	return found
}

// areaFile joins the parts of the areas whose names are used and gives their address, "" when none is.
func (s *static) areaFile(used map[string]bool, areas []areaPart) (string, error) {
	var files, names []string
	ext := ""
	for _, p := range areas {
		if slices.ContainsFunc(p.own, func(n string) bool { return used[n] }) {
			ext = path.Ext(p.file)
			files = append(files, p.file)
			names = append(names, strings.TrimSuffix(path.Base(p.file), ext))
		}
	}
	if len(files) == 0 {
		return "", nil
	}
	base := strings.Join(names, "-") + ext
	if s.urls[base] == "" {
		if err := s.add(base, files...); err != nil {
			return "", err
		}
	}
	return s.urls[base], nil
}
