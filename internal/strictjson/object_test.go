package strictjson

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

func parse(t testing.TB, s string) Object {
	t.Helper()
	o, err := Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const sample = ` { "@context": "https://www.w3.org/ns/activitystreams", "id" : "https://a.example/1", "type":["Note","Proposal"],
 "actor":{"id":"https://a.example/u","type":"Person"}, "one":["https://a.example/x"], "two":["https://a.example/x",{"id":"https://a.example/y"}],
 "link":{"type":"Link","href":"https://a.example/l"}, "to":["as:Public","https://a.example/f"], "cc":"Public", "bad":["https://a.example/x",7],
 "upper":"HTTPS://a.example/", "name":"p\u00e4ir \"of\" \\", "nothing":null, "yes":true, "no":false, "yesText":"true",
 "when":"2026-11-20T09:30:49.5+01:00", "noZone":"2026-11-20T09:30:49", "n":12, "whole":3.000, "part":1.5, "exp":1e2, "big":9223372036854775808,
 "price":0.10, "priceText":"-12.50", "typed":{"@value":"7.5","@type":"xsd:decimal"}, "noPrice":"1e3", "words":"12 eggs",
 "contentMap":{"en":"hello","es":"hola","x":1}, "mixed":["a",1,{"k":"v"},["deep"]], "objs":[{"k":"1"},"s",{"k":"2"}], "obj":{"k":"3"}, "es\u0063aped":"found",
 "empty":[], "ids":[1,"1","alice","/users/adm","coop.test",null,{},[],true] } `

func TestAccessors(t *testing.T) {
	t.Parallel()
	o := parse(t, sample)
	type iriOK struct {
		I  coop.IRI
		OK bool
	}
	one := func(i coop.IRI, ok bool) iriOK { return iriOK{i, ok} }
	type listOK struct {
		L  []coop.IRI
		OK bool
	}
	many := func(l []coop.IRI, ok bool) listOK { return listOK{l, ok} }
	type intOK struct {
		N  int64
		OK bool
	}
	whole := func(n int64, ok bool) intOK { return intOK{n, ok} }
	type timeOK struct {
		T  time.Time
		OK bool
	}
	when := func(at time.Time, ok bool) timeOK { return timeOK{at, ok} }
	keys := func(os []Object) (out []string) {
		for _, x := range os {
			out = append(out, x.Str("k"))
		}
		return out
	}
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"Str", o.Str("name"), `päir "of" \`},
		{"Str of null", o.Str("nothing"), ""},
		{"Str of a number", o.Str("n"), ""},
		{"Str of an absent one", o.Str("absent"), ""},
		{"Str by an escaped name", o.Str("escaped"), "found"},
		{"names match exactly", o.Str("Name"), ""},
		{"Has", o.Has("empty"), true},
		{"Has null", o.Has("nothing"), false},
		{"Has absent", o.Has("absent"), false},
		{"Types", o.Types(), []string{"Note", "Proposal"}},
		{"Is", o.Is("Offer", "Proposal"), true},
		{"Is not", o.Is("Offer"), false},
		{"Bool", o.Bool("yes"), true},
		{"Bool false", o.Bool("no"), false},
		{"Bool of text", o.Bool("yesText"), false},
		{"ID", one(o.ID()), iriOK{"https://a.example/1", true}},
		{"IRI of an object", one(o.IRI("actor")), iriOK{"https://a.example/u", true}},
		{"IRI of one in a list", one(o.IRI("one")), iriOK{"https://a.example/x", true}},
		{"IRI of two", one(o.IRI("two")), iriOK{}},
		{"IRI of a link", one(o.IRI("link")), iriOK{"https://a.example/l", true}},
		{"IRI not canonical", one(o.IRI("upper")), iriOK{}},
		{"IRI is not Public by a short name", one(o.IRI("cc")), iriOK{}},
		{"IRIs", many(o.IRIs("two")), listOK{[]coop.IRI{"https://a.example/x", "https://a.example/y"}, true}},
		{"IRIs with a bad one", many(o.IRIs("bad")), listOK{}},
		{"IRIs of an absent one", many(o.IRIs("absent")), listOK{nil, true}},
		{"Audience", many(o.Audience("to")), listOK{[]coop.IRI{coop.Public, "https://a.example/f"}, true}},
		{"Audience, one", many(o.Audience("cc")), listOK{[]coop.IRI{coop.Public}, true}},
		{"Strings", o.Strings("mixed"), []string{"a"}},
		{"Strings of one", o.Strings("name"), []string{`päir "of" \`}},
		{"Objects", keys(o.Objects("objs")), []string{"1", "2"}},
		{"Objects of one", keys(o.Objects("obj")), []string{"3"}},
		{"Object", o.Object("obj").Str("k"), "3"},
		{"Object of many", o.Object("objs").IsZero(), true},
		{"Time", when(o.Time("when")), timeOK{time.Date(2026, 11, 20, 8, 30, 49, 5e8, time.UTC), true}},
		{"Time without zone", when(o.Time("noZone")), timeOK{time.Time{}, false}},
		{"Int", whole(o.Int("n")), intOK{12, true}},
		{"Int with zeros", whole(o.Int("whole")), intOK{3, true}},
		{"Int of a part", whole(o.Int("part")), intOK{}},
		{"Int of an exponent", whole(o.Int("exp")), intOK{}},
		{"Int too big", whole(o.Int("big")).OK, false},
		{"Decimal", o.Decimal("price"), "0.10"},
		{"Decimal of text", o.Decimal("priceText"), "-12.50"},
		{"Decimal typed", o.Decimal("typed"), "7.5"},
		{"Decimal of an exponent in text", o.Decimal("noPrice"), ""},
		{"Decimal of words", o.Decimal("words"), ""},
		{"Text", o.Text("contentMap"), coop.Text{"en": "hello", "es": "hola"}},
		{"List", len(o.List("mixed")), 4},
		{"List of null", len(o.List("nothing")), 0},
		{"Raw", string(o.RawOf("mixed")), `["a",1,{"k":"v"},["deep"]]`},
		{"Raw of an absent one", string(o.RawOf("absent")), ""},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// ORG-04: what is no address never becomes one.
func TestIRIRefusesOtherIdentities(t *testing.T) {
	t.Parallel()
	for i, v := range parse(t, sample).List("ids") {
		if iri, ok := v.IRI(); ok || iri != "" {
			t.Errorf("element %d (%s) became %q", i, v.Raw(), iri)
		}
	}
}

func TestZeroObject(t *testing.T) {
	t.Parallel()
	var o Object
	touch(o)
	if o.Has("id") || o.Str("id") != "" || o.Raw() != nil || !o.IsZero() {
		t.Error("the zero Object has something")
	}
}

// touch calls every accessor on every member, and on what lies below.
func touch(o Object) int {
	n := 1
	for name, v := range o.Members() {
		o.Str(name)
		o.Bool(name)
		o.Time(name)
		o.Int(name)
		o.Decimal(name)
		o.Has(name)
		o.RawOf(name)
		o.IRI(name)
		o.IRIs(name)
		o.Audience(name)
		o.Strings(name)
		o.Text(name)
		o.Object(name)
		n += visit(v)
	}
	o.ID()
	o.Types()
	o.Is("Note")
	return n
}

func visit(v Value) int {
	switch v.Kind() {
	case KindObject:
		o, _ := v.Object()
		return touch(o)
	case KindArray:
		n := 1
		for _, e := range v.List() {
			n += visit(e)
		}
		return n
	default:
		v.Str()
		v.IRI()
		return 1
	}
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	got, err := Marshal(map[string]any{"b": "<a&b>", "a": []string(nil), "c": map[string]int{"z": 1, "y": 2}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a":[],"b":"<a&b>","c":{"y":2,"z":1}}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := Marshal(map[string]any{"f": func() {}}); coop.ClassOf(err) != coop.Internal || err == nil {
		t.Errorf("a function was written: %v", err)
	}
}
