package strictjson

import (
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
)

// Kind says what a Value is.
type Kind uint8

// The kinds. KindNone is the kind of the zero Value, which stands for something absent.
const (
	KindNone Kind = iota
	KindNull
	KindTrue
	KindFalse
	KindNumber
	KindString
	KindArray
	KindObject
)

// Value is one value of a parsed document. The zero Value is absent; every method may be called on it.
type Value struct {
	d *document
	i int32
}

func (v Value) node() *node { return &v.d.nodes[v.i] }

// Kind says what v is.
func (v Value) Kind() Kind {
	if v.d == nil {
		return KindNone
	}
	return v.node().kind
}

// Raw is the value's bytes as they came, or nil. They belong to the document: read only.
func (v Value) Raw() []byte {
	if v.d == nil {
		return nil
	}
	at := v.node().at
	return v.d.src[at.from:at.to:at.to]
}

// Str is the text of a string, "" of anything else. It is a copy, so that keeping it does not keep the document.
func (v Value) Str() string {
	if v.Kind() != KindString {
		return ""
	}
	n := v.node()
	return decoded(v.d.src[n.at.from+1:n.at.to-1], n.escaped)
}

// Object is v as an object; ok is false for anything else.
func (v Value) Object() (o Object, ok bool) {
	if v.Kind() != KindObject {
		return Object{}, false
	}
	return Object{v}, true
}

// IRI is the address v stands for: a string, the id of an object, or the href of a Link (Activity Vocabulary §2). ok is
// false when there is none or it is not canonical.
func (v Value) IRI() (i coop.IRI, ok bool) {
	s := v.Str()
	if o, isObject := v.Object(); isObject {
		if s = o.Str("id"); s == "" {
			s = o.Str("href")
		}
	}
	if s == "" {
		return "", false
	}
	i, err := coop.ParseIRI(s)
	return i, err == nil
}

// Time is an RFC 3339 instant in UTC. A time without a zone is refused: it is no instant.
func (v Value) Time() (t time.Time, ok bool) {
	s := v.Str()
	if s == "" || len(s) > 40 {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err == nil
}

// Int is a whole number that fits. A fraction of zeros is taken ("3.0" is an integer in JSON-LD); an exponent is not.
func (v Value) Int() (n int64, ok bool) {
	if v.Kind() != KindNumber {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(string(v.Raw()), ".")
	if strings.Trim(fraction, "0") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, err == nil
}

// Decimal is the literal text of a number, never a float: what was written as 0.10 stays 0.10. It also takes a plain
// decimal in a string, as FEP-0837 quantities have, and the @value of a typed one. "" for anything else.
func (v Value) Decimal() string {
	switch v.Kind() {
	case KindNumber:
		return string(v.Raw())
	case KindString:
		if s := v.Str(); plainDecimal(s) {
			return s
		}
	case KindObject:
		if inner := (Object{v}).Get("@value"); inner.Kind() == KindString || inner.Kind() == KindNumber {
			return inner.Decimal()
		}
	}
	return ""
}

// plainDecimal takes -?digits(.digits)?, at most as long as a number may be.
func plainDecimal(s string) bool {
	if len(s) > 64 {
		return false
	}
	whole, fraction, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return digits(whole) && (!dot || digits(fraction))
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// List is v as a list: the elements of an array, v itself when it is something else, nothing when absent or null. An
// array inside an array stays one element.
func (v Value) List() []Value {
	switch v.Kind() {
	case KindNone, KindNull:
		return nil
	case KindArray:
	default:
		return []Value{v}
	}
	var out []Value
	for j := v.i + 1; j < v.node().next; j = v.d.nodes[j].next {
		out = append(out, Value{v.d, j})
	}
	return out
}

// named tells whether the node is the member called name.
func (d *document) named(n *node, name string) bool {
	raw := d.src[n.name.from:n.name.to]
	if n.escapedName {
		return decoded(raw, true) == name
	}
	return string(raw) == name
}
