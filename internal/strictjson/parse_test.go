package strictjson

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func nested(open, inner, end string, n int) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

func members(n int) string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf(`"k%d":1`, i)
	}
	return "{" + strings.Join(s, ",") + "}"
}

// Each case stands beside one that is taken and differs in nothing but the fault.
func TestParse(t *testing.T) {
	t.Parallel()
	elements := func(n int) string { return `{"to":[` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]}` }
	for _, c := range []struct{ name, good, bad string }{
		{"PAR-04 depth of objects", nested(`{"a":`, `1`, `}`, limits.JSONDepth), nested(`{"a":`, `1`, `}`, limits.JSONDepth+1)},
		{"PAR-04 depth of arrays", `{"a":` + nested(`[`, ``, `]`, limits.JSONDepth-1) + `}`, `{"a":` + nested(`[`, ``, `]`, limits.JSONDepth) + `}`},
		{"PAR-04 depth 9999", `{"a":{}}`, nested(`{"a":`, `1`, `}`, 9999)},
		{"PAR-04 depth 10001", `{"a":{}}`, nested(`{"a":`, `1`, `}`, 10001)},
		{"PAR-05 twice", `{"actor":"a","object":"b"}`, `{"actor":"a","actor":"b"}`},
		{"PAR-05 twice, apart", `{"actor":"a","x":{"actor":1},"y":[{"actor":2}]}`, `{"actor":"a","x":{"actor":1},"actor":"b"}`},
		{"PAR-05 twice, deep", `{"o":{"id":1,"ix":2}}`, `{"o":{"id":1,"id":2}}`},
		{"PAR-05 twice by escape", `{"actor":"a","\u0061ctors":"b"}`, `{"actor":"a","\u0061ctor":"b"}`},
		{"PAR-05 case", `{"actor":"a","ACTORS":"b"}`, `{"actor":"a","ACTOR":"b"}`},
		{"PAR-05 case by escape", `{"actor":"a","\u0041ctors":"b"}`, `{"actor":"a","\u0041CTOR":"b"}`},
		{"PAR-05 case, escape first", `{"\u0041CTORS":"a","actor":"b"}`, `{"\u0041CTOR":"a","actor":"b"}`},
		{"PAR-05 Kelvin sign", `{"kind":1,"\u212Binds":2}`, `{"kind":1,"` + "\u212A" + `ind":2}`},
		{"PAR-05 Kelvin sign first", `{"` + "\u212A" + `inds":1,"kind":2}`, `{"` + "\u212A" + `ind":1,"kind":2}`},
		{"PAR-05 case in a big object", members(40), strings.Replace(members(40), `"k39"`, `"K3"`, 1)},
		{"PAR-05 long s in a big object", members(40), strings.Replace(strings.Replace(members(40), `"k39"`, `"ſ"`, 1), `"k3"`, `"s"`, 1)},
		{"PAR-06 byte 0xff", `{"a":"ÿ"}`, "{\"a\":\"\xff\"}"},
		{"PAR-06 overlong", `{"a":"/"}`, "{\"a\":\"\xc0\xaf\"}"},
		{"PAR-06 encoded surrogate", `{"a":"😀"}`, "{\"a\":\"\xed\xa0\x80\"}"},
		{"PAR-06 lone surrogate", `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d"}`},
		{"PAR-06 reversed surrogates", `{"a":"\ud83d\ude00"}`, `{"a":"\ude00\ud83d"}`},
		{"PAR-06 bad UTF-8 in a name", `{"ÿ":1}`, "{\"\xff\":1}"},
		{"PAR-06 NUL escaped", `{"a":"\u0001"}`, `{"a":"\u0000"}`},
		{"PAR-06 NUL in a name", `{"a\u0001":1}`, `{"a\u0000":1}`},
		{"PAR-06 NUL raw", `{"a":" "}`, "{\"a\":\"\x00\"}"},
		{"PAR-06 BOM", `{}`, "\ufeff{}"},
		{"PAR-06 UTF-16", `{}`, "{\x00}\x00"},
		{"PAR-08 wide array", elements(limits.JSONArray), elements(limits.JSONArray + 1)},
		{"many members", members(limits.JSONMembers), members(limits.JSONMembers + 1)},
		{"long string", `{"a":"` + strings.Repeat("x", limits.JSONString) + `"}`, `{"a":"` + strings.Repeat("x", limits.JSONString+1) + `"}`},
		{"long string by escapes", `{"a":"` + strings.Repeat(`\n`, limits.JSONString) + `"}`, `{"a":"` + strings.Repeat(`\n`, limits.JSONString+1) + `"}`},
		{"PAR-10 @graph", `{"graph":[]}`, `{"@graph":[]}`},
		{"PAR-10 @included deep", `{"object":{"included":{}}}`, `{"object":{"@included":{}}}`},
		{"PAR-10 @reverse in context", `{"@context":[{"x":{"@id":"a"}}]}`, `{"@context":[{"x":{"@reverse":"a"}}]}`},
		{"PAR-10 @graph by escape", `{"\u0040id":1}`, `{"\u0040graph":1}`},
		{"case differs outside a context", `{"@context":{"Device":"toot:Device","device":"toot:device"}}`, `{"context":{"Device":"toot:Device","device":"toot:device"}}`},
		{"exponent", `{"a":1e308}`, `{"a":1e309}`},
		{"exponent of many digits", `{"a":1e000308}`, `{"a":1e99999999999999999999}`},
		{"negative exponent", `{"a":-1.5E-308}`, `{"a":-1.5E-309}`},
		{"long number", `{"a":` + strings.Repeat("9", limits.JSONNumberBytes) + `}`, `{"a":` + strings.Repeat("9", limits.JSONNumberBytes+1) + `}`},
		{"more after the end", " {} \r\n\t", "{}{}"},
		{"garbage after the end", "{}", "{}x"},
		{"no object: array", `{"a":[]}`, `[]`},
		{"no object: string", `{"a":"b"}`, `"b"`},
		{"no object: null", `{"a":null}`, `null`},
		{"nothing", `{}`, ``},
		{"only space", ` {}`, ` `},
		{"cut off", `{"a":1}`, `{"a":1`},
		{"trailing comma", `{"a":1}`, `{"a":1,}`},
		{"comment", `{"a":1}`, `{"a":1/**/}`},
		{"single quotes", `{"a":1}`, `{'a':1}`},
		{"NaN", `{"a":1}`, `{"a":NaN}`},
		{"leading zero", `{"a":10}`, `{"a":010}`},
		{"raw newline in string", `{"a":"\n"}`, "{\"a\":\"\n\"}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse([]byte(c.good)); err != nil {
				t.Errorf("the control is refused: %v", err)
			}
			_, err := Parse([]byte(c.bad))
			if err == nil {
				t.Fatal("taken")
			}
			if coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != "json.refused" {
				t.Errorf("class %v, key %s", coop.ClassOf(err), coop.KeyOf(err))
			}
		})
	}
}

func TestParseTakesRealDocuments(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	if len(docs) < 4 {
		t.Fatalf("only %d documents", len(docs))
	}
	for name, b := range docs {
		o, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := o.ID(); !ok || len(o.Types()) != 1 {
			t.Errorf("%s: id %q, types %q", name, o.Str("id"), o.Types())
		}
	}
}

func documents(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range files {
		if out[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A document whose strings may be longer is held to that and to all else.
func TestParseStrings(t *testing.T) {
	t.Parallel()
	long := func(n int) []byte { return []byte(`{"a":"` + strings.Repeat("x", n) + `"}`) }
	if o, err := ParseStrings(long(3*limits.JSONString), 3*limits.JSONString); err != nil || len(o.Str("a")) != 3*limits.JSONString {
		t.Error(err)
	}
	for _, bad := range [][]byte{long(3*limits.JSONString + 1), []byte(`{"a":1,"A":2}`), []byte(`{"a":"\u0000"}`)} {
		if _, err := ParseStrings(bad, 3*limits.JSONString); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Errorf("%.40s: %v", bad, err)
		}
	}
}
