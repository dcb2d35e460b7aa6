package strictjson

import (
	"encoding/json"
	"os"
	"testing"
)

func create(b *testing.B) []byte {
	b.Helper()
	doc, err := os.ReadFile("testdata/gotosocial-0.20-create.json")
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

// BenchmarkDecode reads one Create: parse alone, and envelope with what the inbox takes from it, addresses checked.
// encodingJSON is the envelope of the same members by the standard library, for comparison.
func BenchmarkDecode(b *testing.B) {
	doc := create(b)
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("envelope", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			o, err := Parse(doc)
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := o.ID(); !ok || !o.Is("Create") {
				b.Fatal("no id")
			}
			o.IRI("actor")
			o.Audience("to")
			o.Audience("cc")
			o.Object("object").ID()
		}
	})
	b.Run("encodingJSON", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			var e struct {
				ID, Type, Actor string
				To, Cc, Object  json.RawMessage
			}
			if err := json.Unmarshal(doc, &e); err != nil {
				b.Fatal(err)
			}
		}
	})
}
