package vocab

import (
	"html"
	"regexp"
	"strings"

	"toadlane/coop"
)

// webAddress finds addresses in plain text. What follows a sentence (".", ")") is not part of them.
var webAddress = regexp.MustCompile(`https?://[^\s<>"'\x60]*[^\s<>"'\x60.,;:!?)\]}…]`)

// paragraphs makes HTML of plain text: an empty line parts paragraphs, a line end breaks the line, addresses become links,
// everything else is escaped.
func paragraphs(text string) string {
	var b strings.Builder
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			b.WriteString("<p>" + strings.Join(lines, "<br>") + "</p>")
			lines = lines[:0]
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, linked(line))
	}
	flush()
	return b.String()
}

// linked escapes a line and turns the addresses in it into links.
func linked(line string) string {
	var b strings.Builder
	at := 0
	for _, m := range webAddress.FindAllStringIndex(line, -1) {
		b.WriteString(html.EscapeString(line[at:m[0]]))
		b.WriteString(anchor(line[m[0]:m[1]], line[m[0]:m[1]], "nofollow noopener noreferrer"))
		at = m[1]
	}
	b.WriteString(html.EscapeString(line[at:]))
	return b.String()
}

// anchor is a link; all three are plain text.
func anchor(href, words, rel string) string {
	return `<a href="` + html.EscapeString(href) + `" rel="` + rel + `">` + html.EscapeString(words) + `</a>`
}

// mentionLink is how servers mark a mention in text.
func mentionLink(i coop.IRI, name string) string {
	return `<a href="` + html.EscapeString(string(i)) + `" class="u-url mention">` + html.EscapeString(name) + `</a>`
}
