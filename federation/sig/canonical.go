package sig

import (
	"errors"
	"fmt"

	"github.com/gowebpki/jcs"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// canonical is a JSON object in the form of RFC 8785, split into its members. In that form there is no white space, no
// name stands twice and names have one spelling, so members can be taken out and put back as text.
type canonical []canonicalMember

type canonicalMember struct {
	name  string // as it stands between the quotes; the names that matter here have no escapes
	value []byte
}

var errNotObject = errors.New("not a JSON object")

// canonicalise reads one JSON object. Names given twice, bad UTF-8, lone surrogates and numbers beyond a double are refused
// by the transformation.
func canonicalise(doc []byte) (canonical, error) {
	if len(doc) > int(limits.ProofDocumentBytes) {
		return nil, fmt.Errorf("document of %d bytes", len(doc))
	}
	text, err := jcs.Transform(doc)
	if err != nil {
		return nil, err
	}
	return splitObject(text)
}

// splitObject splits canonical text. It checks every step against the end of the text although the text is well-formed.
func splitObject(text []byte) (canonical, error) {
	if len(text) < 2 || text[0] != '{' {
		return nil, errNotObject
	}
	if text[1] == '}' {
		return canonical{}, nil
	}
	var out canonical
	for i := 1; i < len(text); {
		end := skipValue(text, i) // the name
		if text[i] != '"' || end >= len(text) || text[end] != ':' {
			return nil, errNotObject
		}
		name := string(text[i+1 : end-1])
		start := end + 1
		if end = skipValue(text, start); end >= len(text) {
			return nil, errNotObject
		}
		out = append(out, canonicalMember{name, text[start:end]})
		if text[end] == '}' {
			return out, nil
		}
		i = end + 1
	}
	return nil, errNotObject
}

// splitList gives the elements of a canonical array; any other value is a list of itself.
func splitList(text []byte) [][]byte {
	if len(text) < 2 || text[0] != '[' {
		return [][]byte{text}
	}
	var out [][]byte
	for i := 1; i < len(text)-1; {
		end := skipValue(text, i)
		out = append(out, text[i:end])
		i = end + 1
	}
	return out
}

// skipValue gives the index behind the value that begins at i, len(text) at most.
func skipValue(text []byte, i int) int {
	depth := 0
	for i < len(text) {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(text))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // the end of what holds a number or literal
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(text)
}

// get finds a member; nil when there is none.
func (c canonical) get(name string) []byte {
	for _, m := range c {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// without puts the object together again, leaving out some members and giving @context another value when context is set.
func (c canonical) without(context []byte, names ...string) []byte {
	size := 2
	for _, m := range c {
		size += len(m.name) + len(m.value) + 4
	}
	out := append(make([]byte, 0, size+len(context)), '{')
next:
	for _, m := range c {
		for _, name := range names {
			if m.name == name {
				continue next
			}
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, m.name...)
		out = append(out, '"', ':')
		if m.name == "@context" && context != nil {
			out = append(out, context...)
		} else {
			out = append(out, m.value...)
		}
	}
	return append(out, '}')
}

// Unproven gives the canonical bytes (RFC 8785) of a JSON object without its proof: what documents that are named by their hash are named by. The
// error is Invalid, activity.invalid, for what is no such object or larger than limits.ProofDocumentBytes.
func Unproven(doc []byte) ([]byte, error) {
	object, err := canonicalise(doc)
	if err != nil {
		return nil, coop.Errorf(coop.Invalid, "activity.invalid", "canonical form: %w", err)
	}
	return object.without(nil, "proof", "signature"), nil
}
