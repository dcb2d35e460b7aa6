package web

import (
	"fmt"
	"html/template"
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
	usedTemplate    = regexp.MustCompile(`\{\{template "([^"]+)"`)
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

// namesOf are the classes and the attributes data-… that a page's templates name, but for those of the frame, which are every page's.
func namesOf(page *template.Template) map[string]bool {
	found, seen := map[string]bool{}, map[string]bool{}
	for queue := []string{"content", "head"}; len(queue) > 0; queue = queue[1:] {
		t := page.Lookup(queue[0])
		if seen[queue[0]] || t == nil || t.Tree == nil {
			continue
		}
		seen[queue[0]] = true
		source := t.Tree.Root.String()
		for _, m := range classInTemplate.FindAllStringSubmatch(source, -1) {
			for _, w := range strings.Fields(templateAction.ReplaceAllString(m[1], " ")) {
				found[w] = true
			}
		}
		for _, w := range dataAttribute.FindAllString(source, -1) {
			found[w] = true
		}
		for _, m := range usedTemplate.FindAllStringSubmatch(source, -1) {
			queue = append(queue, m[1])
		}
	}
	return found
}

// areaFile joins the parts of the areas that a page uses and gives their address, "" when it uses none.
func (s *static) areaFile(page *template.Template, areas []areaPart) (string, error) {
	used := namesOf(page)
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
