package sig

import (
	"strings"

	"toadlane/internal/limits"
)

// cavageHeader is a Signature header of draft-cavage-12 §4.1, read but not believed.
type cavageHeader struct {
	keyID     string
	algorithm string
	named     bool // algorithm was given, perhaps as ""
	headers   []string
	signature []byte
	created   int64 // 0 when not given
	expires   int64 // 0 when not given
}

// parseCavage reads the value of a Signature header: name="value" pairs with commas between. Only created and expires may
// go without quotes (the draft writes them so, go-ap quotes them). A parameter given twice, in any case, is refused, as are
// backslashes, control characters and everything beyond ASCII inside the quotes: no key id, header name or base64 needs
// them, and two readers of one escape are how signatures are smuggled. Unknown parameters are passed over (draft §2.2).
func parseCavage(s string) (cavageHeader, error) {
	var h cavageHeader
	if len(s) > limits.SignatureHeaderBytes {
		return h, refuse("sig.malformed", "signature header of %d bytes", len(s))
	}
	var seen []string
	var list string
	var hasList, hasSignature bool
	for rest := strings.Trim(s, " "); ; {
		name, value, quoted, tail, ok := cavageParam(rest)
		if !ok {
			return h, refuse("sig.malformed", "signature header at %.40q", rest)
		}
		for _, other := range seen {
			if strings.EqualFold(other, name) {
				return h, refuse("sig.malformed", "parameter %.20q given twice", name)
			}
		}
		if seen = append(seen, name); len(seen) > limits.SignatureParams {
			return h, refuse("sig.malformed", "more than %d parameters", limits.SignatureParams)
		}
		number := name == "created" || name == "expires"
		if !quoted && !number {
			return h, refuse("sig.malformed", "parameter %.20q has no quotes", name)
		}
		switch name {
		case "keyId":
			h.keyID = value
		case "algorithm":
			h.algorithm, h.named = value, true
		case "headers":
			list, hasList = value, true
		case "signature":
			b, err := strict64.DecodeString(value)
			if err != nil || len(b) == 0 {
				return h, refuse("sig.malformed", "signature is not base64")
			}
			h.signature, hasSignature = b, true
		case "created", "expires":
			n, ok := unixTime(value)
			if !ok {
				return h, refuse("sig.malformed", "%s=%.20q", name, value)
			}
			if name == "created" {
				h.created = n
			} else {
				h.expires = n
			}
		}
		if tail == "" {
			break
		}
		rest = tail
	}
	if h.keyID == "" || !hasSignature {
		return h, refuse("sig.malformed", "signature header without keyId or signature")
	}
	if !hasList { // The draft's default covers the date alone, which is never enough.
		return h, refuse("sig.cover", "signature header without a list of headers")
	}
	h.headers = strings.Split(list, " ")
	if len(h.headers) > limits.SignatureComponents {
		return h, refuse("sig.malformed", "%d headers", len(h.headers))
	}
	for i, name := range h.headers {
		if !coverName(name) {
			return h, refuse("sig.malformed", "header name %.40q", name)
		}
		for _, other := range h.headers[:i] {
			if other == name {
				return h, refuse("sig.malformed", "header %.40q listed twice", name)
			}
		}
	}
	return h, nil
}

// cavageParam takes one name=value off s and the comma after it; tail is "" at the end of the header.
func cavageParam(s string) (name, value string, quoted bool, tail string, ok bool) {
	i := 0
	for i < len(s) && (isLower(s[i]) || s[i] >= 'A' && s[i] <= 'Z') {
		i++
	}
	if i == 0 || i+1 >= len(s) || s[i] != '=' {
		return "", "", false, "", false
	}
	name = s[:i]
	i++
	if quoted = s[i] == '"'; quoted {
		i++
		start := i
		for i < len(s) && s[i] >= ' ' && s[i] <= '~' && s[i] != '"' && s[i] != '\\' {
			i++
		}
		if i == len(s) || s[i] != '"' {
			return "", "", false, "", false
		}
		value = s[start:i]
		i++
	} else {
		start := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if value = s[start:i]; value == "" {
			return "", "", false, "", false
		}
	}
	tail = strings.TrimLeft(s[i:], " ")
	if tail == "" {
		return name, value, quoted, "", true
	}
	if tail[0] != ',' {
		return "", "", false, "", false
	}
	if tail = strings.TrimLeft(tail[1:], " "); tail == "" { // a comma with nothing after it
		return "", "", false, "", false
	}
	return name, value, quoted, tail, true
}

// unixTime reads seconds since 1970, at most twelve digits, more than zero.
func unixTime(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 12 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, n > 0
}

// coverName tells whether name can be in a list of covered headers: a lower-case header name or one of the three
// pseudo-headers of the draft.
func coverName(name string) bool {
	switch name {
	case "(request-target)", "(created)", "(expires)":
		return true
	case "":
		return false
	}
	for i := range len(name) {
		if c := name[i]; !isLower(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
