package vocab

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

// What is told comes back as it was; what is about others, or no count, does not.
func TestAgreements(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	const us coop.IRI = base + "/actor"
	doc := string(docs["collection-agreements"])
	want := []market.Bond{{Coop: us, With: "https://mill.example/actor", Count: 4}, {Coop: us, With: "https://farm.example/actor", Count: 3}}
	if d := cmp.Diff(want, DecodeAgreements(parse(t, []byte(doc)), us)); d != "" {
		t.Error(d)
	}
	if got := DecodeAgreements(parse(t, []byte(doc)), "https://mill.example/actor"); len(got) != 0 {
		t.Errorf("said by another: %+v", got)
	}
	if at := AgreementsOf(parse(t, docs["actor-coop"])); at != us+"/agreements" {
		t.Errorf("they stand at %q", at)
	}
	if at := AgreementsOf(parse(t, []byte(strings.Replace(string(docs["actor-coop"]), `"agreements":"`+string(base), `"agreements":"https://evil.example`, 1)))); at != "" {
		t.Errorf("elsewhere: %q", at)
	}
	for was, is := range map[string]string{`"count":4`: `"count":2`, `"count":3`: `"count":"3"`, `"object":"https://mill.example/actor"`: `"object":"` + string(us) + `"`, "ns#agreements": "ns#others",
		`"type":"Relationship"`: `"type":"Note"`} {
		bad := strings.Replace(doc, was, is, 1)
		if bad == doc {
			t.Fatalf("%s is not in %s", was, doc)
		}
		if got := DecodeAgreements(parse(t, []byte(bad)), us); len(got) != 1 {
			t.Errorf("%s: %+v", is, got)
		}
	}
}
