package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"toadlane/internal/limits"
)

// Words are folded and cut here, for the index and for the question alike, so that both databases find the same: SQLite's
// and PostgreSQL's own ways of cutting text differ, and change with their versions.

// fold lower-cases s and takes its diacritics away: "Brød" and "ñ" are found and sorted as "brod" and "n".
func fold(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", " ")
	}
	if ascii(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		if diacritic(r) {
			continue
		}
		switch r = unicode.ToLower(r); r { // letters that Unicode does not take apart
		case 'ß':
			b.WriteString("ss")
		case 'æ':
			b.WriteString("ae")
		case 'œ':
			b.WriteString("oe")
		case 'ø':
			b.WriteByte('o')
		case 'đ', 'ð':
			b.WriteByte('d')
		case 'þ':
			b.WriteString("th")
		case 'ł':
			b.WriteByte('l')
		case 'ς':
			b.WriteRune('σ')
		case 'ı':
			b.WriteByte('i')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// diacritic tells whether r is a mark that people leave out when they type: of the European alphabets, of Hebrew and Arabic.
// The marks of other scripts tell words apart.
func diacritic(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x64b && r <= 0x65f || r == 0x670
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// storable drops what a text column of PostgreSQL can't hold: NUL and bad UTF-8. Both databases get the same.
func storable(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// words cuts text into its folded words, each once, at most limit of them: runs of letters and digits, and no longer than
// limits.SearchWordRunes.
func words(limit int, texts ...string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range texts {
		for _, w := range strings.FieldsFunc(fold(t), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
			w = firstRunes(w, limits.SearchWordRunes)
			if seen[w] {
				continue
			}
			if len(out) == limit {
				return out
			}
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func firstRunes(s string, runes int) string {
	n := 0
	for i := range s {
		if n == runes {
			return s[:i]
		}
		n++
	}
	return s
}
