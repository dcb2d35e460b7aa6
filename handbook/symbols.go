package handbook

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// symbols numbers strings, equal ones alike.
type symbols map[string]int32

func (s symbols) of(parts []string) []int32 {
	out := make([]int32, len(parts))
	for i, p := range parts {
		n, ok := s[p]
		if !ok {
			n = int32(len(s))
			s[p] = n
		}
		out[i] = n
	}
	return out
}

// splitLines cuts a text in its kept form into lines, each with its end.
func splitLines(source string) []string {
	if source == "" {
		return nil
	}
	lines := strings.SplitAfter(source, "\n")
	return lines[:len(lines)-1] // behind the last end is nothing
}

// word is a piece of a line.
type word struct {
	text  string
	blank bool // white space or the end of a line
	line  int
}

// splitWords cuts lines into words: letters and digits that stand together, white space that stands together, and every other sign by
// itself. Han, kana, Thai, Lao, Khmer and Burmese write no spaces; each of their letters is a word with the marks that follow it.
func splitWords(lines []string) []word {
	var out []word
	for n, line := range lines {
		from, last := 0, sign
		for i, r := range line {
			class := classOf(r)
			if i > from && (class != last || class == sign) && !(unicode.IsMark(r) && last != blank) {
				out = append(out, word{line[from:i], last == blank, n})
				from = i
			} else if i > from {
				continue // a mark belongs to what it stands on
			}
			last = class
		}
		if from < len(line) {
			out = append(out, word{line[from:], last == blank, n})
		}
	}
	return out
}

// class is what may stand together in a word.
type class uint8

const (
	sign class = iota
	letter
	blank
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return letter
		case r == ' ' || r == '\t' || r == '\n':
			return blank
		}
		return sign
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return sign
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return letter
	case unicode.IsSpace(r):
		return blank
	}
	return sign
}
