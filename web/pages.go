package web

// pages lists every page with the struct it is made from: the start-up check and the template test go by it. Each area adds
// its own with its init.
var pages = map[string]any{
	"error": ErrorPage{},
	"front": FrontPage{},
}

// addPages is called from an area's init. A name that is taken is a programmer's error.
func addPages(more map[string]any) {
	for name, page := range more {
		if pages[name] != nil {
			panic("web: page " + name + " stands twice")
		}
		pages[name] = page
	}
}
