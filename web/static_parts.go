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

// An area's styles (static/css/70 to 89) are sent only with pages that use them: all of them weigh more than most pages do. A part
// belongs to a page when a class that it names, and the common parts do not, stands in the page's templates.

var (
	classInStyle    = regexp.MustCompile(`\.([a-zA-Z][\w-]*)`)
	classInTemplate = regexp.MustCompile(`class="([^"]*)"`)
	wordOfClass     = regexp.MustCompile(`[a-zA-Z][\w-]*`)
	usedTemplate    = regexp.MustCompile(`\{\{template "([^"]+)"`)
	styleString     = regexp.MustCompile(`"[^"]*"`)
)

// stylePart is an area's part with the classes that are its own.
type stylePart struct {
	file string
	own  map[string]bool
}

// styleParts splits the parts of the stylesheet: what every page is sent, and the areas'.
func styleParts() (common []string, areas []stylePart, err error) {
	names, err := fs.Glob(staticFiles, "static/css/*.css")
	if err != nil {
		return nil, nil, fmt.Errorf("styles: %w", err)
	}
	classes := map[string][]string{}
	known := map[string]bool{}
	for _, name := range names {
		b, err := staticFiles.ReadFile(name)
		if err != nil {
			return nil, nil, fmt.Errorf("styles: %w", err)
		}
		bare := styleString.ReplaceAll(styleComment.ReplaceAll(b, nil), nil)
		area := path.Base(name) >= "70" && path.Base(name) < "90"
		for _, m := range classInStyle.FindAllSubmatch(bare, -1) {
			if classes[name] = append(classes[name], string(m[1])); !area {
				known[string(m[1])] = true
			}
		}
		if !area {
			common = append(common, name)
		}
	}
	for _, name := range names {
		if slices.Contains(common, name) {
			continue
		}
		p := stylePart{file: name, own: map[string]bool{}}
		for _, c := range classes[name] {
			if !known[c] {
				p.own[c] = true
			}
		}
		if len(p.own) == 0 {
			common = append(common, name) // it says something about what all have
			continue
		}
		areas = append(areas, p)
	}
	slices.Sort(common)
	return common, areas, nil
}

// classesOf are the classes that a page's templates name, but for those of the layout, which are common.
func classesOf(page *template.Template) map[string]bool {
	found, seen := map[string]bool{}, map[string]bool{}
	for queue := []string{"content", "head"}; len(queue) > 0; queue = queue[1:] {
		t := page.Lookup(queue[0])
		if seen[queue[0]] || t == nil || t.Tree == nil {
			continue
		}
		seen[queue[0]] = true
		source := t.Tree.Root.String()
		for _, m := range classInTemplate.FindAllStringSubmatch(source, -1) {
			for _, w := range wordOfClass.FindAllString(m[1], -1) {
				found[w] = true
			}
		}
		for _, m := range usedTemplate.FindAllStringSubmatch(source, -1) {
			queue = append(queue, m[1])
		}
	}
	return found
}

// areaStyles joins the parts of the areas that a page uses and gives their address, "" when it uses none.
func (s *static) areaStyles(page *template.Template, areas []stylePart) (string, error) {
	used := classesOf(page)
	var files, names []string
	for _, p := range areas {
		for c := range p.own {
			if used[c] {
				files = append(files, p.file)
				names = append(names, strings.TrimSuffix(path.Base(p.file), ".css"))
				break
			}
		}
	}
	if len(files) == 0 {
		return "", nil
	}
	base := strings.Join(names, "-") + ".css"
	if s.urls[base] == "" {
		if err := s.add(base, files...); err != nil {
			return "", err
		}
	}
	return s.urls[base], nil
}
