package handbook

import (
	"strings"
	"unicode"
)

// markdownLine is a line of markdown that is neither in a fenced code block nor in a comment (CommonMark 0.31.2 §4.5, §4.6).
type markdownLine struct {
	n    int    // from 1
	text string // without its end
}

// markdownLines gives the lines of a source that are no code and no comment. A fence counts at any indentation, since those in lists are
// indented; code that is only indented is not told apart.
func markdownLines(source string) []markdownLine {
	out := make([]markdownLine, 0, strings.Count(source, "\n")+1)
	fence, comment := "", false
	n := 0
	for line := range strings.Lines(source) {
		n++
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimLeft(line, " \t>")
		switch {
		case comment:
			comment = !strings.Contains(line, "-->")
		case fence != "":
			if end := fenceOf(trimmed); strings.HasPrefix(end, fence) && strings.TrimSpace(trimmed[len(end):]) == "" {
				fence = ""
			}
		case fenceOf(trimmed) != "" && !(trimmed[0] == '`' && strings.Contains(strings.TrimLeft(trimmed, "`"), "`")):
			fence = fenceOf(trimmed)
		case strings.HasPrefix(trimmed, "<!--"):
			comment = !strings.Contains(trimmed, "-->")
		default:
			out = append(out, markdownLine{n, line})
			continue
		}
		out = append(out, markdownLine{n, ""}) // what is in there ends a paragraph
	}
	return out
}

// fenceOf gives the run of three or more backticks or tildes that a line begins with, "" when there is none.
func fenceOf(line string) string {
	if len(line) < 3 || line[0] != '`' && line[0] != '~' {
		return ""
	}
	rest := strings.TrimLeft(line, line[:1])
	if n := len(line) - len(rest); n >= 3 {
		return line[:n]
	}
	return ""
}

// indent counts the columns a line is indented by, a tab going to the next multiple of four.
func indent(line string) int {
	n := 0
	for i := range len(line) {
		switch line[i] {
		case ' ':
			n++
		case '\t':
			n += 4 - n%4
		default:
			return n
		}
	}
	return n
}

// listMarker gives what follows the marker of a list item, with quotation marks before it taken off; ok is false when a line begins none.
func listMarker(line string) (rest string, ok bool) {
	s := strings.TrimLeft(line, " \t>")
	digits := strings.TrimLeft(s, "0123456789")
	switch n := len(s) - len(digits); {
	case n == 0 && s != "" && strings.IndexByte("-*+", s[0]) >= 0:
		s = s[1:]
	case n > 0 && n <= 9 && digits != "" && (digits[0] == '.' || digits[0] == ')'):
		s = digits[1:]
	default:
		return "", false
	}
	rest = strings.TrimLeft(s, " \t")
	return rest, len(rest) < len(s) || s == ""
}

// plain takes from a line of markdown what is no word: emphasis, code marks, and the addresses of links and pictures.
func plain(s string) string {
	var b strings.Builder
	last := strings.LastIndexByte(s, ')') // behind it no link ends, and none is looked for
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && unicode.IsPunct(rune(s[i+1])):
			i++
			b.WriteByte(s[i])
		case c == '*' || c == '`':
		case c == '!' && i+1 < len(s) && s[i+1] == '[':
		case c == '[':
		case c == ']':
			if i < last && s[i+1] == '(' {
				i += strings.IndexByte(s[i:], ')')
			}
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}
