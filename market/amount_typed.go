package market

import (
	"strings"
	"unicode"
)

// ParseTyped reads an amount as people type it: what ParseAmount reads, and besides 1.250,50 and 1,250.50, 1 250,50 and
// 1’250.50, the digits of Arabic and Persian keyboards, and the currency's own sign or code before or after. Where one mark could
// be either, as in 1,250, it stays refused: a thousandfold price is worse than a second try. Errors are those of ParseAmount.
func ParseTyped(s string, places uint8, code string) (Amount, error) {
	return ParseAmount(plainDigits(withoutSign(s, code)), places)
}

// signs are what people write for these currencies instead of the code.
var signs = map[string]string{"EUR": "€", "GBP": "£", "BRL": "R$", "USD": "$", "JPY": "¥", "INR": "₹"}

// withoutSign takes the currency's sign or code away from either end.
func withoutSign(s, code string) string {
	s = strings.TrimSpace(s)
	for _, sign := range []string{code, signs[code]} {
		if n := len(sign); n > 0 && len(s) > n {
			if strings.EqualFold(s[:n], sign) {
				return strings.TrimSpace(s[n:])
			}
			if strings.EqualFold(s[len(s)-n:], sign) {
				return strings.TrimSpace(s[:len(s)-n])
			}
		}
	}
	return s
}

// plainDigits turns a typed number into ASCII digits with one mark at most, when it can be read in one way only; else it gives it
// back as it is.
func plainDigits(s string) string {
	var marks []rune // in order, points and commas and what sets thousands apart
	var parts []string
	var part strings.Builder
	for _, c := range s {
		switch {
		case '0' <= c && c <= '9':
			part.WriteRune(c)
			continue
		case '٠' <= c && c <= '٩':
			part.WriteRune('0' + c - '٠')
			continue
		case '۰' <= c && c <= '۹':
			part.WriteRune('0' + c - '۰')
			continue
		case c == '\u200e' || c == '\u200f' || c == '\u061c': // marks of direction, which come along when copied
			continue
		case c == '٫':
			c = '.'
		case c == '٬' || c == '\'' || c == '’' || unicode.IsSpace(c):
			c = ' '
		case c != '.' && c != ',':
			return s
		}
		marks = append(marks, c)
		parts = append(parts, part.String())
		part.Reset()
	}
	parts = append(parts, part.String())
	n := len(marks)
	last := n - 1
	// The last mark is of decimals unless it sets thousands apart for sure: it is a space, or the same stands before it.
	whole, fraction := parts, ""
	if n > 0 && marks[last] != ' ' && (n == 1 || marks[last] != marks[last-1]) {
		whole, fraction = parts[:n], string(marks[last])+parts[n]
		last--
	}
	for i := 0; i <= last; i++ {
		if marks[i] != marks[0] || len(whole[i+1]) != 3 || len(whole[0]) == 0 || len(whole[0]) > 3 {
			return s
		}
	}
	return strings.Join(whole, "") + fraction
}
