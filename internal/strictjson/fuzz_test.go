package strictjson

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/internal/limits"
)

func seed(f *testing.F) {
	for _, b := range documents(f) {
		f.Add(b)
	}
	for _, s := range []string{
		sample, `{"a":1,"a":2}`, `{"a":1,"A":2}`, `{"a":"\u0000"}`, `{"a":"\ud800"}`, "{\"a\":\"\xff\"}", "\ufeff{}", `{"@graph":[]}`, `{"a":1e309}`, `{} {}`,
		`{"a":"\\\\\""}`, `{"":{"":[[],{}]}}`, nested(`{"a":`, `1`, `}`, 65), `{"k":1,"` + "\u212A" + `":2}`,
	} {
		f.Add([]byte(s))
	}
}

// What Parse takes, encoding/json takes too and reads the same; no name is twice in an object, and nothing is deeper than
// the limit. Both are checked by encoding/json alone.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Parse(b)
		if err != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses what Parse took: %v", err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("something follows the document: %v", err)
		}
		if diff := cmp.Diff(want, plain(o.Value())); diff != "" {
			t.Fatalf("encoding/json reads something else (-json +strict):\n%s", diff)
		}
		checkNames(t, json.NewDecoder(bytes.NewReader(b)))
	})
}

// plain is v as encoding/json would give it, numbers as their text.
func plain(v Value) any {
	switch v.Kind() {
	case KindObject:
		o, _ := v.Object()
		m := map[string]any{}
		for name, inner := range o.Members() {
			m[name] = plain(inner)
		}
		return m
	case KindArray:
		l := []any{}
		for _, e := range v.List() {
			l = append(l, plain(e))
		}
		return l
	case KindString:
		return v.Str()
	case KindNumber:
		return json.Number(v.Raw())
	case KindTrue:
		return true
	case KindFalse:
		return false
	default:
		return nil
	}
}

func checkNames(t *testing.T, d *json.Decoder) {
	t.Helper()
	d.UseNumber()
	type level struct {
		names  map[string]bool // nil in an array
		isName bool
		count  int
	}
	var stack []*level
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if tok == json.Delim('}') || tok == json.Delim(']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if len(stack) > 0 {
			top := stack[len(stack)-1]
			if top.names != nil && top.isName {
				name := tok.(string)
				if top.names[name] {
					t.Fatalf("name %q is twice in one object", name)
				}
				if strings.ContainsRune(name, 0) {
					t.Fatalf("NUL in name %q", name)
				}
				top.names[name], top.isName = true, false
				continue
			}
			top.isName = true
			if top.count++; top.names == nil && top.count > limits.JSONArray {
				t.Fatal("an array is too long")
			}
		}
		switch x := tok.(type) {
		case json.Delim:
			l := &level{isName: true}
			if x == '{' {
				l.names = map[string]bool{}
			}
			if stack = append(stack, l); len(stack) > limits.JSONDepth {
				t.Fatal("too deep")
			}
		case string:
			if strings.ContainsRune(x, 0) || len(x) > limits.JSONString {
				t.Fatalf("string %.80q", x)
			}
		}
	}
}

// No accessor panics, whatever was parsed.
func FuzzAccessors(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Parse(b)
		if err != nil {
			return
		}
		touch(o)
		for _, key := range []string{"", "id", "type", "actor", "object", "to", "\x00", "@value"} {
			o.IRI(key)
			o.Audience(key)
			o.Objects(key)
			o.Decimal(key)
			o.Text(key)
		}
	})
}
