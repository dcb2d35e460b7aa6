// Package strictjson reads JSON that strangers wrote. It takes only what every reader must understand in the same way and
// gives accessors in the spirit of ActivityStreams, where a property may be absent, one value or a list.
//
// It refuses to know JSON-LD: nothing is expanded, no context is followed and no term is renamed. It imports the kernel
// and the limits only.
package strictjson

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Parse reads one JSON object. It keeps b, which the caller must not change afterwards; values are read from it on demand.
//
// Besides what is not JSON (RFC 8259) it refuses what readers are known to disagree about, so that a check here and a
// use elsewhere cannot see two documents (RFC 7493): a name given twice, also when the two differ in case alone
// (encoding/json matches names in any case and takes the last); invalid UTF-8 and lone surrogates (it turns both into
// U+FFFD); NUL in strings; a byte order mark; anything after the object. It refuses the JSON-LD keywords @graph,
// @included and @reverse, with which the graph that a JSON-LD processor sees differs from the members that we read, and
// everything above limits.JSON*. Names inside @context may differ in case alone: terms and classes often do
// ("proposal", "Proposal"), and we do not read them.
//
// All errors are of class Invalid. The caller bounds len(b).
func Parse(b []byte) (Object, error) { return ParseStrings(b, limits.JSONString) }

// ParseStrings is Parse for documents whose strings may have up to most bytes, such as a text of a handbook with its markdown.
func ParseStrings(b []byte, most int) (Object, error) {
	if len(b) > math.MaxInt32 {
		return Object{}, refused("%d bytes", len(b))
	}
	// The grammar, names, UTF-8 and surrogates are the library's. What follows reads bytes known to be valid.
	if !jsontext.Value(b).IsValid() {
		return Object{}, refused("%w", reason(b))
	}
	p := parser{src: b, most: most, nodes: make([]node, 0, min(len(b), 1<<20)/28+8)}
	p.space()
	if b[p.at] != '{' {
		return Object{}, refused("the document is no object")
	}
	if err := p.value(0, span{}, false, false); err != nil {
		return Object{}, err
	}
	return Object{Value{&document{src: b, nodes: p.nodes}, 0}}, nil
}

func refused(format string, args ...any) error {
	return coop.Errorf(coop.Invalid, "json.refused", format, args...)
}

// reason reads b again for the words of the refusal; the fast path only says yes or no.
func reason(b []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(b))
	if _, err := d.ReadValue(); err != nil {
		if err == io.EOF {
			return errors.New("no document")
		}
		return err
	}
	if _, err := d.ReadToken(); err != nil && err != io.EOF {
		return err
	}
	return errors.New("more after the end of the document")
}

// document is the bytes and a flat tree over them: children follow their parent, next tells where its subtree ends.
type document struct {
	src   []byte
	nodes []node
}

type span struct{ from, to int32 }

type node struct {
	name        span // without the quotes; empty for elements
	at          span // the raw value
	next        int32
	kind        Kind
	escapedName bool
	escaped     bool
}

// parser walks valid JSON.
type parser struct {
	src   []byte
	at    int
	most  int // bytes of one string
	nodes []node
}

func (p *parser) space() {
	for p.at < len(p.src) {
		switch p.src[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value(depth int, name span, escapedName, inContext bool) error {
	if depth >= limits.JSONDepth && (p.src[p.at] == '{' || p.src[p.at] == '[') {
		return refused("more than %d levels", limits.JSONDepth)
	}
	i := len(p.nodes)
	p.nodes = append(p.nodes, node{name: name, escapedName: escapedName})
	from := p.at
	var kind Kind
	var escaped bool
	var err error
	switch p.src[p.at] {
	case '{':
		kind = KindObject
		err = p.object(depth+1, i, inContext)
	case '[':
		kind = KindArray
		err = p.array(depth+1, inContext)
	case '"':
		kind = KindString
		_, escaped, err = p.text()
	case 't':
		kind = KindTrue
		p.at += len("true")
	case 'f':
		kind = KindFalse
		p.at += len("false")
	case 'n':
		kind = KindNull
		p.at += len("null")
	default:
		kind = KindNumber
		err = p.number()
	}
	if err != nil {
		return err
	}
	n := &p.nodes[i]
	n.at, n.kind, n.escaped, n.next = span{int32(from), int32(p.at)}, kind, escaped, int32(len(p.nodes))
	return nil
}

func (p *parser) object(depth, self int, inContext bool) error {
	p.at++
	var seen [4]uint64 // which of 256 rough hashes of names occurred
	doubtful := false  // a name occurred that the rough hash cannot fold
	members := 0
	var folded map[string]struct{}
	for p.space(); p.src[p.at] != '}'; p.space() {
		if p.src[p.at] == ',' {
			p.at++
			p.space()
		}
		if members++; members > limits.JSONMembers {
			return refused("more than %d members in an object", limits.JSONMembers)
		}
		name, escaped, err := p.text()
		if err != nil {
			return err
		}
		raw := p.src[name.from:name.to]
		if k := raw; escaped || len(raw) > 0 && raw[0] == '@' {
			if escaped {
				k = []byte(decoded(raw, true))
			}
			switch string(k) {
			case "@graph", "@included", "@reverse":
				return refused("keyword %s", k)
			}
		}
		if !inContext {
			if members <= 32 {
				h, certain := rough(raw, escaped)
				doubtful = doubtful || !certain
				if (doubtful || seen[h>>6]&(1<<(h&63)) != 0) && p.folds(self, raw, escaped) {
					return refused("name %.80q occurs twice but for its case", raw)
				}
				seen[h>>6] |= 1 << (h & 63)
			} else {
				if folded == nil {
					folded = p.foldedNames(self)
				}
				f := fold(decoded(raw, escaped))
				if _, twice := folded[f]; twice {
					return refused("name %.80q occurs twice but for its case", raw)
				}
				folded[f] = struct{}{}
			}
		}
		p.space()
		p.at++ // the colon
		p.space()
		if err := p.value(depth, name, escaped, inContext || string(raw) == "@context"); err != nil {
			return err
		}
	}
	p.at++
	return nil
}

// rough maps a name to one of 256 buckets so that names equal but for case share one. It is not certain when the name
// has bytes whose case it cannot fold: from such a name on, all names of the object are compared.
func rough(raw []byte, escaped bool) (h uint8, certain bool) {
	h = uint8(len(raw))
	for _, c := range raw {
		if c >= 0x80 {
			return 0, false
		}
		h = h*31 + (c | 0x20)
	}
	return h, !escaped
}

// fold brings names that any reader may take for one another to one spelling. Upper and then lower also joins the
// letters that Unicode folds onto ASCII: the Kelvin sign and the long s, which encoding/json takes for k and s.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// folds tells whether an earlier member of object self has the name raw, in any case.
func (p *parser) folds(self int, raw []byte, escaped bool) bool {
	if escaped {
		raw = []byte(decoded(raw, true))
	}
	for j := self + 1; j < len(p.nodes); j = int(p.nodes[j].next) {
		n := &p.nodes[j]
		other := p.src[n.name.from:n.name.to]
		if n.escapedName {
			other = []byte(decoded(other, true))
		}
		if bytes.EqualFold(raw, other) {
			return true
		}
	}
	return false
}

func (p *parser) foldedNames(self int) map[string]struct{} {
	m := make(map[string]struct{}, 64)
	for j := self + 1; j < len(p.nodes); j = int(p.nodes[j].next) {
		n := &p.nodes[j]
		m[fold(decoded(p.src[n.name.from:n.name.to], n.escapedName))] = struct{}{}
	}
	return m
}

func (p *parser) array(depth int, inContext bool) error {
	p.at++
	elements := 0
	for p.space(); p.src[p.at] != ']'; p.space() {
		if p.src[p.at] == ',' {
			p.at++
			p.space()
		}
		if elements++; elements > limits.JSONArray {
			return refused("more than %d elements in an array", limits.JSONArray)
		}
		if err := p.value(depth, span{}, false, inContext); err != nil {
			return err
		}
	}
	p.at++
	return nil
}

// text passes over a string and gives its inside.
func (p *parser) text() (inside span, escaped bool, err error) {
	p.at++
	from := p.at
	for {
		p.at += bytes.IndexByte(p.src[p.at:], '"')
		// An odd number of backslashes before it makes the quote part of the string.
		n := p.at
		for n > from && p.src[n-1] == '\\' {
			n--
		}
		if (p.at-n)%2 == 0 {
			break
		}
		p.at++
	}
	inside = span{int32(from), int32(p.at)}
	raw := p.src[from:p.at]
	p.at++
	escaped = bytes.IndexByte(raw, '\\') >= 0
	if len(raw) > p.most && (!escaped || len(decoded(raw, true)) > p.most) {
		return inside, escaped, refused("string of more than %d bytes", p.most)
	}
	// A raw NUL is no JSON. The text is decoded only when it could hold an escaped one.
	if escaped && bytes.Contains(raw, []byte("u0000")) && strings.IndexByte(decoded(raw, true), 0) >= 0 {
		return inside, true, refused("NUL in a string")
	}
	return inside, escaped, nil
}

// decoded gives the text of the inside of a valid string.
func decoded(raw []byte, escaped bool) string {
	if !escaped {
		return string(raw)
	}
	quoted := make([]byte, 0, len(raw)+2)
	quoted = append(append(append(quoted, '"'), raw...), '"')
	s, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil { // Parse has seen that it is valid
		return ""
	}
	return string(s)
}

func (p *parser) number() error {
	from := p.at
	for p.at < len(p.src) && strings.IndexByte("+-.0123456789eE", p.src[p.at]) >= 0 {
		p.at++
	}
	s := p.src[from:p.at]
	if len(s) > limits.JSONNumberBytes {
		return refused("number of %d bytes", len(s))
	}
	e := bytes.IndexAny(s, "eE")
	if e < 0 {
		return nil
	}
	if x, err := strconv.Atoi(string(s[e+1:])); err != nil || x > limits.JSONExponent || x < -limits.JSONExponent {
		return refused("number %s", s)
	}
	return nil
}
