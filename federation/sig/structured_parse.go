package sig

import (
	"errors"
	"strings"

	"toadlane/internal/limits"
)

// A strict reader for the part of Structured Fields (RFC 8941) that Signature-Input, Signature and Content-Digest use:
// dictionaries of inner lists, strings, integers, tokens, booleans and byte sequences. It takes only what the
// serialisation of RFC 8941 §4.1 can produce inside a member (no spaces after a semicolon, single spaces in a list), so the
// text of a member is already its canonical form and goes into the signature base as it came. Keys given twice are refused,
// although the RFC lets the last one win.

type sfKind uint8

const (
	sfTrue    sfKind = iota // a key without a value
	sfInteger               // num
	sfString                // text
	sfToken                 // text
	sfBytes                 // bytes
	sfBool                  // num is 0 or 1
	sfList                  // list
)

type sfItem struct {
	kind   sfKind
	num    int64
	text   string
	bytes  []byte
	list   []sfItem
	params []sfParam
}

type sfParam struct {
	key   string
	value sfItem
}

type sfMember struct {
	key  string
	raw  string // the value with its parameters, as it came
	item sfItem
}

var errStructured = errors.New("not a structured field")

type sfReader struct {
	s string
	i int
}

// parseDictionary reads a whole header as a dictionary of at most max members.
func parseDictionary(s string, max int) ([]sfMember, error) {
	r := sfReader{s: s}
	var out []sfMember
	r.skip(' ')
	for {
		if len(out) == max {
			return nil, errStructured
		}
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		for _, m := range out {
			if m.key == key {
				return nil, errStructured
			}
		}
		m := sfMember{key: key}
		start := r.i
		if r.take('=') {
			start = r.i
			if m.item, err = r.itemOrList(); err != nil {
				return nil, err
			}
		}
		if m.item.params, err = r.params(); err != nil {
			return nil, err
		}
		m.raw = r.s[start:r.i]
		out = append(out, m)
		r.space()
		if r.i == len(r.s) {
			return out, nil
		}
		if !r.take(',') {
			return nil, errStructured
		}
		r.space()
	}
}

func (r *sfReader) peek() byte {
	if r.i < len(r.s) {
		return r.s[r.i]
	}
	return 0
}

func (r *sfReader) take(c byte) bool {
	if r.i < len(r.s) && r.s[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *sfReader) skip(c byte) {
	for r.take(c) {
	}
}

// space passes over the optional white space around the comma of a dictionary, where the RFC allows tabs too.
func (r *sfReader) space() {
	for r.take(' ') || r.take('\t') {
	}
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (r *sfReader) key() (string, error) {
	start := r.i
	if c := r.peek(); !isLower(c) && c != '*' {
		return "", errStructured
	}
	for r.i < len(r.s) {
		c := r.s[r.i]
		if !isLower(c) && !isDigit(c) && c != '_' && c != '-' && c != '.' && c != '*' {
			break
		}
		r.i++
	}
	return r.s[start:r.i], nil
}

func (r *sfReader) itemOrList() (sfItem, error) {
	if !r.take('(') {
		return r.bare()
	}
	out := sfItem{kind: sfList}
	if r.take(')') {
		return out, nil
	}
	for {
		if len(out.list) == limits.SignatureComponents {
			return sfItem{}, errStructured
		}
		item, err := r.bare()
		if err != nil {
			return sfItem{}, err
		}
		if item.params, err = r.params(); err != nil {
			return sfItem{}, err
		}
		out.list = append(out.list, item)
		if r.take(')') {
			return out, nil
		}
		if !r.take(' ') {
			return sfItem{}, errStructured
		}
	}
}

func (r *sfReader) params() ([]sfParam, error) {
	var out []sfParam
	for r.take(';') {
		if len(out) == limits.SignatureParams {
			return nil, errStructured
		}
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		for _, p := range out {
			if p.key == key {
				return nil, errStructured
			}
		}
		p := sfParam{key: key}
		if r.take('=') {
			if p.value, err = r.bare(); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func (r *sfReader) bare() (sfItem, error) {
	c := r.peek()
	switch {
	case c == '"':
		return r.text()
	case c == ':':
		return r.byteSequence()
	case c == '?':
		r.i++
		switch {
		case r.take('0'):
			return sfItem{kind: sfBool}, nil
		case r.take('1'):
			return sfItem{kind: sfBool, num: 1}, nil
		}
		return sfItem{}, errStructured
	case c == '-' || isDigit(c):
		return r.integer()
	case isLower(c) || c >= 'A' && c <= 'Z' || c == '*':
		start := r.i
		for r.i < len(r.s) && isTokenByte(r.s[r.i]) {
			r.i++
		}
		return sfItem{kind: sfToken, text: r.s[start:r.i]}, nil
	}
	return sfItem{}, errStructured
}

func isTokenByte(c byte) bool {
	return isLower(c) || c >= 'A' && c <= 'Z' || isDigit(c) || strings.IndexByte("!#$%&'*+-.^_`|~:/", c) >= 0
}

func (r *sfReader) text() (sfItem, error) {
	r.i++
	var b strings.Builder
	for r.i < len(r.s) {
		c := r.s[r.i]
		r.i++
		switch {
		case c == '"':
			return sfItem{kind: sfString, text: b.String()}, nil
		case c == '\\':
			if e := r.peek(); e != '"' && e != '\\' {
				return sfItem{}, errStructured
			}
			b.WriteByte(r.s[r.i])
			r.i++
		case c < ' ' || c > '~':
			return sfItem{}, errStructured
		default:
			b.WriteByte(c)
		}
	}
	return sfItem{}, errStructured
}

func (r *sfReader) byteSequence() (sfItem, error) {
	r.i++
	end := strings.IndexByte(r.s[r.i:], ':')
	if end < 0 || strings.ContainsAny(r.s[r.i:r.i+end], "\r\n") {
		return sfItem{}, errStructured
	}
	b, err := strict64.DecodeString(r.s[r.i : r.i+end])
	if err != nil {
		return sfItem{}, errStructured
	}
	r.i += end + 1
	return sfItem{kind: sfBytes, bytes: b}, nil
}

// integer reads up to 15 digits (RFC 8941 §3.3.1). Decimals have no place in a signature and are refused.
func (r *sfReader) integer() (sfItem, error) {
	negative := r.take('-')
	start := r.i
	var n int64
	for r.i < len(r.s) && isDigit(r.s[r.i]) {
		if r.i-start == 15 {
			return sfItem{}, errStructured
		}
		n = n*10 + int64(r.s[r.i]-'0')
		r.i++
	}
	if r.i == start || r.peek() == '.' {
		return sfItem{}, errStructured
	}
	if negative {
		n = -n
	}
	return sfItem{kind: sfInteger, num: n}, nil
}
