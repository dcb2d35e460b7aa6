package handbook

import (
	"strings"
	"unicode/utf8"

	"toadlane/coop"
)

// MaxSource is the longest text of a protocol, in bytes of markdown: a whole book of rules.
const MaxSource = 512 << 10

// validateSource checks markdown: its size, and that no character is one that can't be shown.
func validateSource(s string) error {
	if len(s) > MaxSource {
		return coop.FieldError("source", "text.long", map[string]any{"KiB": MaxSource >> 10})
	}
	if !utf8.ValidString(s) {
		return coop.FieldError("source", "field.not_text", nil)
	}
	for _, c := range s {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f && c <= 0x9f {
			return coop.FieldError("source", "field.not_text", nil)
		}
	}
	if strings.TrimSpace(s) == "" {
		return coop.FieldError("source", "field.required", nil)
	}
	return nil
}

// Normal gives markdown in its kept form: without byte order marks in front, each line ended by LF, the last one too. Nothing else is
// touched: spaces at the end of a line mean something in markdown, and letters are not recomposed.
func Normal(source string) string {
	s := strings.TrimLeft(source, "\ufeff")
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}
