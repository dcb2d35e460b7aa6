package vocab

import (
	"os"
	"testing"

	"toadlane/internal/strictjson"
)

func BenchmarkCreateListing(b *testing.B) {
	w, l := writer(), bread()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.CreateListing(base+"/a/1", now, l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeListing(b *testing.B) {
	doc, err := writer().CreateListing(base+"/a/1", now, bread())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		a := taken(b, parse(b, doc))
		if _, ok, err := DecodeListing(a.Object, a.Actor, now); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkDecodeNote(b *testing.B) {
	doc, err := os.ReadFile("testdata/gotosocial-0.20/direct-create.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		a := taken(b, parse(b, doc))
		n, err := DecodeNote(a.Object)
		if err != nil {
			b.Fatal(err)
		}
		SanitiseHTML(n.HTML)
	}
}

func BenchmarkDecodeActor(b *testing.B) {
	doc, err := os.ReadFile("testdata/examples/actor-coop.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		o, err := strictjson.Parse(doc)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := DecodeActor(o); err != nil {
			b.Fatal(err)
		}
	}
}
