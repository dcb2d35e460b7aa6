package web

import (
	"strings"

	"toadlane/internal/limits"
)

// wantsActivity tells whether an Accept header asks for ActivityStreams rather than for a page (ActivityPub §3.2, RFC 9110
// §12.5.1). Wildcards mean a page, since browsers send them; of equal weights the first named wins. A q of zero refuses.
func wantsActivity(accept string) bool {
	if len(accept) > limits.AcceptBytes {
		accept = accept[:limits.AcceptBytes]
	}
	doc, page := -1, -1 // weights in thousandths; -1 is not named
	first := false      // the document was named before any page type
	for accept != "" {
		var part string
		part, accept = cutUnquoted(accept, ',')
		kind, params := cutUnquoted(part, ';')
		q := quality(params)
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/activity+json", "application/ld+json":
			if page < 0 {
				first = true
			}
			doc = max(doc, q)
		case "text/html", "application/xhtml+xml", "text/*", "*/*":
			page = max(page, q)
		}
	}
	if doc <= 0 {
		return false
	}
	return doc > page || doc == page && first
}

// cutUnquoted cuts s at the first sep outside a quoted string.
func cutUnquoted(s string, sep byte) (before, after string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// quality reads the q parameter in thousandths: 1000 when there is none, 0 when it is not a qvalue.
func quality(params string) int {
	for params != "" {
		var p string
		p, params = cutUnquoted(params, ';')
		name, value, ok := strings.Cut(p, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		return qvalue(strings.TrimSpace(value))
	}
	return 1000
}

// qvalue reads "0", "1", "0.5", "0.123", "1.000" (RFC 9110 §12.4.2).
func qvalue(s string) int {
	if s == "" || len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0
	}
	n := int(s[0]-'0') * 1000
	scale := 100
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n += int(s[i]-'0') * scale
		scale /= 10
	}
	return min(n, 1000)
}

// preferredLanguage picks of the offered languages the one that an Accept-Language header likes best, "" when it likes none.
// Only the primary subtag counts: es-AR reads our es.
func preferredLanguage(header string, offered []string) string {
	if len(header) > limits.AcceptBytes {
		header = header[:limits.AcceptBytes]
	}
	best, bestQ := "", 0
	for header != "" {
		var part string
		part, header = cutUnquoted(header, ',')
		tag, params := cutUnquoted(part, ';')
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := quality(params)
		for _, o := range offered {
			if o == primary && q > bestQ {
				best, bestQ = o, q
			}
		}
	}
	return best
}
