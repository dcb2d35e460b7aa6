package strictjson

import (
	"iter"
	"time"

	"toadlane/coop"
)

// Object is one JSON object of a parsed document. The zero Object has no members. Accessors answer the zero value when a
// property is absent, null or of another shape: what a handler needs it asks for, and refuses the activity when it did
// not get it.
type Object struct{ v Value }

// Value is the object as a value.
func (o Object) Value() Value { return o.v }

// IsZero tells whether o stands for nothing, as the zero Object does.
func (o Object) IsZero() bool { return o.v.d == nil }

// Get is the member's value as it stands; absent when there is none.
func (o Object) Get(key string) Value {
	d := o.v.d
	if d == nil {
		return Value{}
	}
	end := o.v.node().next
	for j := o.v.i + 1; j < end; j = d.nodes[j].next {
		if d.named(&d.nodes[j], key) {
			return Value{d, j}
		}
	}
	return Value{}
}

// Has tells whether there is such a member and it is not null: in ActivityStreams null and absent are the same.
func (o Object) Has(key string) bool { return o.Get(key).Kind() > KindNull }

// Raw is the object's bytes as they came. Read only.
func (o Object) Raw() []byte { return o.v.Raw() }

// RawOf is the member's bytes as they came, or nil. Read only.
func (o Object) RawOf(key string) []byte { return o.Get(key).Raw() }

// Str is the member's text, "" when it is no string.
func (o Object) Str(key string) string { return o.Get(key).Str() }

// Bool is true only when the member is the literal true.
func (o Object) Bool(key string) bool { return o.Get(key).Kind() == KindTrue }

// Time is the member as an RFC 3339 instant in UTC.
func (o Object) Time(key string) (time.Time, bool) { return o.Get(key).Time() }

// Int is the member as a whole number.
func (o Object) Int(key string) (int64, bool) { return o.Get(key).Int() }

// Decimal is the literal text of the member's number; see Value.Decimal.
func (o Object) Decimal(key string) string { return o.Get(key).Decimal() }

// List is the member as a list of values.
func (o Object) List(key string) []Value { return o.Get(key).List() }

// ID is the object's own id.
func (o Object) ID() (coop.IRI, bool) {
	if v := o.Get("id"); v.Kind() == KindString {
		return v.IRI()
	}
	return "", false
}

// IRI is the one address a member stands for: a string, an object's id, or a list of exactly one of them. ok is false
// when there is none, more than one, or it is not canonical.
func (o Object) IRI(key string) (coop.IRI, bool) {
	v := o.Get(key)
	if v.Kind() == KindArray {
		l := v.List()
		if len(l) != 1 {
			return "", false
		}
		v = l[0]
	}
	return v.IRI()
}

// IRIs is all addresses a member stands for, in order; ok is false when one of its values is none. Absent is no address
// and ok.
func (o Object) IRIs(key string) (list []coop.IRI, ok bool) { return o.iris(key, false) }

// Audience is IRIs for to, cc and their like, where "Public" and "as:Public" also mean everyone (ActivityPub §5.6).
func (o Object) Audience(key string) (list []coop.IRI, ok bool) { return o.iris(key, true) }

func (o Object) iris(key string, audience bool) ([]coop.IRI, bool) {
	var list []coop.IRI
	for _, v := range o.List(key) {
		i, ok := v.IRI()
		if !ok && audience && (v.Str() == "as:Public" || v.Str() == "Public") {
			i, ok = coop.Public, true
		}
		if !ok {
			return nil, false
		}
		list = append(list, i)
	}
	return list, true
}

// Strings is the member's strings, one or many; other values are passed over.
func (o Object) Strings(key string) []string {
	var out []string
	for _, v := range o.List(key) {
		if v.Kind() == KindString {
			out = append(out, v.Str())
		}
	}
	return out
}

// Object is the member as an object, or its only element; the zero Object when it is something else.
func (o Object) Object(key string) Object {
	v := o.Get(key)
	if v.Kind() == KindArray {
		l := v.List()
		if len(l) != 1 {
			return Object{}
		}
		v = l[0]
	}
	inner, _ := v.Object()
	return inner
}

// Objects is the member's objects, one or many; other values are passed over.
func (o Object) Objects(key string) []Object {
	var out []Object
	for _, v := range o.List(key) {
		if inner, ok := v.Object(); ok {
			out = append(out, inner)
		}
	}
	return out
}

// Text is the member as a language map, such as contentMap: BCP 47 tag to words. Values that are no strings are passed over.
func (o Object) Text(key string) coop.Text {
	inner, ok := o.Get(key).Object()
	if !ok {
		return nil
	}
	out := coop.Text{}
	for name, v := range inner.Members() {
		if v.Kind() == KindString {
			out[name] = v.Str()
		}
	}
	return out
}

// Members goes through the object's members in the order they were written.
func (o Object) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		d := o.v.d
		if d == nil {
			return
		}
		for j := o.v.i + 1; j < o.v.node().next; j = d.nodes[j].next {
			n := &d.nodes[j]
			if !yield(decoded(d.src[n.name.from:n.name.to], n.escapedName), Value{d, j}) {
				return
			}
		}
	}
}

// Types lists the object's types.
func (o Object) Types() []string { return o.Strings("type") }

// Is tells whether the object has one of the types.
func (o Object) Is(types ...string) bool {
	for _, v := range o.List("type") {
		if v.Kind() != KindString {
			continue
		}
		s := v.Str()
		for _, t := range types {
			if s == t {
				return true
			}
		}
	}
	return false
}
