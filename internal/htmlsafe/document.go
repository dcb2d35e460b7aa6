package htmlsafe

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// The policy of whole documents, such as a co-op's protocol: what the small one lets through, and headings, tables, rules and what was
// struck out. Links lead to the web, to a part of the same page or to another page of the handbook. Still no id, class or style: whoever
// shows the document puts its anchors in afterwards.
var documents = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "b", "i", "ul", "li", "code", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "del",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,6}$`)).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^(?:https?://[a-z0-9\[]|#[^\s"'<>]+$|/handbook/[a-z0-9-]+(?:#[^\s"'<>]+)?$)`)).OnElements("a")
	p.AllowURLSchemes("https", "http")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(false)
	return p
}()

var linkWithin = regexp.MustCompile(`<a href="([#/][^"]*)" rel="[^"]*">`)

// Document is Clean for a whole document. Headings and tables come out without attributes.
func Document(s string) string {
	s = documents.Sanitize(s)
	s = relNow.ReplaceAllStringFunc(s, func(string) string { return `rel="nofollow noopener noreferrer ugc"` })
	if !strings.Contains(s, `<a href="#`) && !strings.Contains(s, `<a href="/`) {
		return s
	}
	return linkWithin.ReplaceAllString(s, `<a href="$1">`)
}
