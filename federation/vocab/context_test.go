package vocab

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/piprate/json-gold/ld"
)

// offline gives the contexts of testdata; what it does not have is an error, as it would be for a peer without a network.
type offline struct{}

func (offline) LoadDocument(u string) (*ld.RemoteDocument, error) {
	names := map[string]string{"https://www.w3.org/ns/activitystreams": "activitystreams", "https://w3id.org/security/data-integrity/v1": "data-integrity-v1",
		"https://w3id.org/security/v1": "security-v1", "https://www.w3.org/ns/cid/v1": "cid-v1"}
	name := names[u]
	if name == "" {
		return nil, fmt.Errorf("no document %s", u)
	}
	b, err := os.ReadFile(filepath.Join("testdata", "contexts", name+".json"))
	if err != nil {
		return nil, err
	}
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: u, Document: doc}, nil
}

func expand(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = offline{}
	list, err := ld.NewJsonLdProcessor().Expand(doc, options)
	if err != nil {
		t.Fatalf("%v\n%.300s", err, b)
	}
	if len(list) != 1 {
		t.Fatalf("%d nodes", len(list))
	}
	return list[0].(map[string]any)
}

// names collects every property and type of an expanded document.
func names(v any, into map[string]bool) {
	switch x := v.(type) {
	case map[string]any:
		for k, inner := range x {
			into[k] = true
			if k == "@type" {
				if types, ok := inner.([]any); ok {
					for _, t := range types {
						into[fmt.Sprint(t)] = true
					}
				}
			}
			names(inner, into)
		}
	case []any:
		for _, inner := range x {
			names(inner, into)
		}
	}
}

// TestContexts: every term that we write means something, to a reader of JSON-LD too.
func TestContexts(t *testing.T) {
	t.Parallel()
	for name, doc := range documents(t) {
		if !strings.Contains(string(doc), `"@context"`) {
			continue
		}
		all := map[string]bool{}
		names(expand(t, doc), all)
		for n := range all {
			if n == "_:extra" { // stands in a Follow as its sender wrote it
				continue
			}
			if strings.HasPrefix(n, "_:") || !strings.Contains(n, ":") && !strings.HasPrefix(n, "@") {
				t.Errorf("%s: %s means nothing", name, n)
			}
		}
	}
	const vf, om, tl, as = "https://w3id.org/valueflows/ont/vf#", "http://www.ontology-of-units-of-measure.org/resource/om-2/", "https://w3id.org/toad-lane/ns#", "https://www.w3.org/ns/activitystreams#"
	l := expand(t, documents(t)["listing-full"])
	value := func(v any) []any { return []any{map[string]any{"@value": v}} }
	if d := cmp.Diff(map[string]any{"purpose": value("offer"), "status": value("open"), "maker": value("Ada"), "contact": []any{map[string]any{"@id": "https://bakery.example/m/ada"}}},
		map[string]any{"purpose": l[vf+"purpose"], "status": l[tl+"status"], "maker": l[tl+"maker"], "contact": l[tl+"contact"]}); d != "" {
		t.Error(d)
	}
	back := l[vf+"reciprocal"].([]any)[0].(map[string]any)
	if d := cmp.Diff([]any{map[string]any{"@id": "https://time.example/currency"}}, back[vf+"resourceConformsTo"]); d != "" {
		t.Error(d)
	}
	primary := l[vf+"publishes"].([]any)[0].(map[string]any)
	quantity := primary[vf+"resourceQuantity"].([]any)[0].(map[string]any)
	if d := cmp.Diff(map[string]any{om + "hasUnit": value("hour"), om + "hasNumericalValue": value("1.5")}, quantity); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]any{vf + "Intent"}, primary["@type"]); d != "" {
		t.Error(d)
	}
	if _, ok := l[tl+"priceLines"].([]any)[0].(map[string]any)["@list"]; !ok {
		t.Error("price lines have no order")
	}
	actor := expand(t, documents(t)["actor-coop"])
	if d := cmp.Diff([]any{map[string]any{"@id": "https://bakery.example/actor/offers"}}, actor[tl+"offers"]); d != "" {
		t.Error(d)
	}
	method := actor["https://w3id.org/security#assertionMethod"].([]any)[0].(map[string]any)
	if method["https://w3id.org/security#publicKeyMultibase"] == nil || l[as+"content"] == nil {
		t.Error("keys or content mean nothing")
	}
	// The control: a term that stands in no context is found.
	all := map[string]bool{}
	names(expand(t, []byte(strings.Replace(string(documents(t)["listing-full"]), `"stream":"care"`, `"steam":"care"`, 1))), all)
	if !all["_:steam"] && !all["steam"] {
		t.Error("an unknown term is not seen")
	}
}
