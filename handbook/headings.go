package handbook

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Heading is a heading of a text.
type Heading struct {
	Level  int    // 1 to 6
	Text   string // its words without marks
	Anchor string // unique in the text; what stands behind the # of its address
	Line   int    // where it stands, from 1
}

// MaxAnchor is the longest anchor, in bytes, before the number that tells it from one alike.
const MaxAnchor = 80

// Headings lists the headings of a text in order (CommonMark 0.31.2 §4.2 and §4.3). An anchor is what {#…} at the end of a heading says,
// else its letters and digits of any script in lower case with hyphens between words; the second alike ends in -2. What is said comes
// before what is made, wherever it stands.
func Headings(source string) []Heading {
	var out []Heading
	names := anchors{}
	add := func(level int, text string, line int) {
		text, anchor := cutAnchor(text)
		if anchor != "" {
			anchor = names.take(anchor)
		}
		out = append(out, Heading{level, plain(text), anchor, line})
	}
	var paragraph []string // of the lines before this one
	begin := 0
	for _, l := range markdownLines(source) {
		line := strings.TrimSpace(l.text)
		inset := indent(l.text)
		level, text, atx := cutHeading(line)
		_, item := listMarker(l.text)
		switch {
		case inset < 4 && atx:
			add(level, text, l.n)
			paragraph = nil
		case inset < 4 && len(paragraph) > 0 && line != "" && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == ""):
			level = 1
			if line[0] == '-' {
				level = 2
			}
			add(level, strings.Join(paragraph, " "), begin)
			paragraph = nil
		case strings.Trim(line, "-*_ ") == "" || item || line[0] == '>' || line[0] == '|' || inset >= 4 && len(paragraph) == 0:
			paragraph = nil
		default:
			if len(paragraph) == 0 {
				begin = l.n
			}
			paragraph = append(paragraph, line)
		}
	}
	for i := range out {
		if out[i].Anchor == "" {
			out[i].Anchor = names.take(anchorOf(out[i].Text))
		}
	}
	return out
}

// cutHeading reads a heading that begins with number signs.
func cutHeading(line string) (level int, text string, ok bool) {
	rest := strings.TrimLeft(line, "#")
	level = len(line) - len(rest)
	if level == 0 || level > 6 || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return 0, "", false
	}
	text = strings.TrimSpace(rest)
	if closed := strings.TrimRight(text, "#"); closed == "" || strings.HasSuffix(closed, " ") || strings.HasSuffix(closed, "\t") {
		text = strings.TrimSpace(closed)
	}
	return level, text, true
}

// cutAnchor takes {#anchor} off the end of a heading.
func cutAnchor(text string) (rest, anchor string) {
	open := strings.LastIndex(text, "{#")
	if open < 0 || !strings.HasSuffix(text, "}") {
		return text, ""
	}
	anchor = text[open+2 : len(text)-1]
	for i := range len(anchor) {
		c := anchor[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return text, ""
		}
	}
	if anchor == "" || len(anchor) > MaxAnchor {
		return text, ""
	}
	return strings.TrimSpace(text[:open]), anchor
}

// anchorOf makes an anchor of words; "section" of what has none.
func anchorOf(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsSpace(r) || r == '-' || r == '–' || r == '—' || r == '/':
			gap = true
		}
		if b.Len() >= MaxAnchor-utf8.UTFMax {
			break
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}

// anchors keeps those given, with the number that was last put behind each.
type anchors map[string]int

// take gives anchor, or anchor with the first number behind it that nobody has.
func (a anchors) take(anchor string) string {
	free := anchor
	for n := max(a[anchor], 1); a[free] > 0; {
		n++
		free = anchor + "-" + strconv.Itoa(n)
		a[anchor] = n
	}
	a[free] = max(a[free], 1)
	return free
}

// Section gives the text under the heading with that anchor, up to the next heading that is not below it; ok is false when there is none.
// The worked example of a protocol is its section "example".
func Section(source, anchor string) (text string, ok bool) {
	all := Headings(source)
	for i, h := range all {
		if h.Anchor != anchor {
			continue
		}
		end := -1
		for _, next := range all[i+1:] {
			if next.Level <= h.Level {
				end = next.Line
				break
			}
		}
		n := 0
		var b strings.Builder
		for line := range strings.Lines(source) {
			if n++; n > h.Line && (end < 0 || n < end) {
				b.WriteString(line)
			}
		}
		return strings.Trim(b.String(), "\n") + "\n", true
	}
	return "", false
}
