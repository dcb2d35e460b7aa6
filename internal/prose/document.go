package prose

import (
	"regexp"
	"strings"

	"toadlane/coop"
	"toadlane/internal/htmlsafe"
)

var leadsWithin = regexp.MustCompile(`<a href="([#/][^"]*)">`)

// Document gives the text of a page as HTML that may be sent to others: without anchors, frames and boxes, and with whole addresses. at is
// the page's own on the web.
func Document(at coop.IRI, name, source string) string {
	t := Of(Page{Name: name, Source: source})
	if t.plain {
		return t.Clean()
	}
	return leadsWithin.ReplaceAllStringFunc(htmlsafe.Document(t.html), func(a string) string {
		to := strings.TrimSuffix(strings.TrimPrefix(a, `<a href="`), `">`)
		if strings.HasPrefix(to, "#") {
			to = string(at) + to
		} else {
			to = at.Origin() + to
		}
		return `<a href="` + to + `" rel="nofollow noopener noreferrer">`
	})
}
