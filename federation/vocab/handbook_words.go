package vocab

import (
	"regexp"
	"strings"
)

// place1 and place2 stand in a sentence where a link is to be put: plain text is escaped first, then they are filled.
const place1, place2 = "\x01", "\x02"

func fill(escaped, first, second string) string {
	return strings.NewReplacer(place1, first, place2, second).Replace(escaped)
}

var (
	markdownLink = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)`)
	markdownMark = regexp.MustCompile("[*`~]+|(?:^|\\s)_+|_+(?:\\s|[.,;:!?]|$)|\\{#[^}]*\\}|<[^>]*>")
)

// teaser is how a text of markdown begins, in at most n characters without marks: its first paragraph that is no heading, list, table or code.
func teaser(source string, n int) string {
	var words []string
	fence := false
	for line := range strings.Lines(cut(source, 64*n)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			fence = !fence
			line = ""
		}
		if line == "" || fence || strings.ContainsRune("#|<-*+>=[", rune(line[0])) && !strings.HasPrefix(line, "**") && !strings.HasPrefix(line, "[") {
			if len(words) > 0 {
				break
			}
			continue
		}
		words = append(words, line)
	}
	s := strings.Join(words, " ")
	s = markdownLink.ReplaceAllString(s, "$1")
	s = markdownMark.ReplaceAllStringFunc(s, func(m string) string {
		if strings.ContainsAny(m[:1], " \t") {
			return " "
		}
		if last := m[len(m)-1]; m[0] == '_' && last != '_' {
			return string(last)
		}
		return ""
	})
	s = line(s, n+1)
	if short := cut(s, n); short != s {
		if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
			short = short[:i]
		}
		return short + "…"
	}
	return s
}
