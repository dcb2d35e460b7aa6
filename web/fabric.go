package web

import (
	"html/template"
	"sync"
)

// fabric is what pages are made of that is the same for every site of the process: it is read from the program itself, once, and never
// changes afterwards. A demonstration has four sites, a test run hundreds.
type fabric struct {
	tongues map[string]*tongue
	static  *static
	icons   icons
	parsed  map[string]func() (*template.Template, error) // page; no copy that is bound to a site
}

var allFabric = sync.OnceValues(func() (f fabric, err error) {
	if f.tongues, err = allTongues(); err != nil {
		return f, err
	}
	if f.static, err = loadStatic(); err != nil {
		return f, err
	}
	if f.icons, err = loadIcons(); err != nil {
		return f, err
	}
	// For parsing the functions need only be there; a site puts its own in their place.
	f.parsed, err = parseTemplates(f.static, (&Site{fabric: f}).words(f.tongues[defaultLanguage]))
	return f, err
})
