// Package htmlsafe owns the one policy by which HTML that others wrote may stand on our pages or be sent on. It refuses to
// know where the HTML came from: everybody's goes through it, our own rendered Markdown too.
package htmlsafe

import (
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
)

// The small policy: text, paragraphs, lists, quotes, code and absolute links. No class, id or style (an id could take the
// place of one of ours), no pictures (they tell a stranger who reads), no links without a scheme of the web.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "b", "i", "ul", "ol", "li", "code", "pre", "blockquote")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^https?://[a-z0-9\[]`)).OnElements("a")
	p.AllowURLSchemes("https", "http")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(false)
	return p
}()

var relNow = regexp.MustCompile(`rel="[^"]*"`)

// Clean gives s with nothing left in it that could act: no script, style, form, frame, picture, id or class; links only to
// absolute http and https addresses, each marked nofollow, noopener, noreferrer and ugc.
func Clean(s string) string {
	return relNow.ReplaceAllStringFunc(policy.Sanitize(s), func(string) string {
		return `rel="nofollow noopener noreferrer ugc"`
	})
}

// Text gives the words of s without any markup: block ends and line breaks become new lines, entities are resolved, what
// stands in script and style is dropped.
func Text(s string) string {
	z := nethtml.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	skip := 0
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.TrimSpace(b.String())
		case nethtml.TextToken:
			if skip == 0 {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "br":
				b.WriteByte('\n')
			case "script", "style":
				skip++
			}
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "p", "li", "blockquote", "pre", "div", "h1", "h2", "h3":
				b.WriteByte('\n')
			case "script", "style":
				skip = max(0, skip-1)
			}
		}
	}
}
