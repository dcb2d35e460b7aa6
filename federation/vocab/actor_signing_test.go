package vocab

import (
	"testing"

	"toadlane/internal/strictjson"
)

func TestTakesEd25519(t *testing.T) {
	t.Parallel()
	const (
		id       = `"id":"https://a.example/u","type":"Person"`
		key      = `"assertionMethod":[{"id":"https://a.example/u#k","type":"Multikey","controller":"https://a.example/u","publicKeyMultibase":"z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4"}]`
		others   = `"assertionMethod":[{"id":"https://a.example/u#k","type":"Multikey","controller":"https://a.example/v","publicKeyMultibase":"z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4"}]`
		rfc      = `"implements":[{"type":"Link","href":"https://w3id.org/fep/0837"},{"href":"https://datatracker.ietf.org/doc/html/rfc9421"}]`
		other    = `"implements":[{"type":"Link","href":"https://w3id.org/fep/0837"}]`
		software = `"generator":{"type":"Application","name":"Other",` + rfc + `}`
	)
	for name, tc := range map[string]struct {
		doc  string
		want bool
	}{
		"key and RFC 9421":           {`{` + id + `,` + key + `,` + software + `}`, true},
		"a bare address":             {`{` + id + `,` + key + `,"generator":{"type":"Application","implements":["https://www.rfc-editor.org/rfc/rfc9421.html"]}}`, true},
		"an object with an id":       {`{` + id + `,` + key + `,"generator":{"type":"Application","implements":{"id":"urn:ietf:rfc:9421"}}}`, true},
		"Toad Lane without a key":    {`{` + id + `,"generator":{"type":"Application","name":"Toad Lane",` + rfc + `}}`, true},
		"a server's own actor":       {`{"id":"https://a.example/u","type":"Application",` + key + `,` + rfc + `}`, true},
		"no key":                     {`{` + id + `,` + software + `}`, false},
		"somebody else's key":        {`{` + id + `,` + others + `,` + software + `}`, false},
		"key alone":                  {`{` + id + `,` + key + `}`, false},
		"Toad Lane before it did":    {`{` + id + `,` + key + `,"generator":{"type":"Application","name":"Toad Lane",` + other + `}}`, false},
		"a generator that is named":  {`{` + id + `,` + key + `,"generator":"https://a.example/instance"}`, false},
		"implements of a person":     {`{` + id + `,` + key + `,` + rfc + `}`, false},
		"another document":           {`{` + id + `,` + key + `,"generator":{"implements":["https://a.example/not-rfc9421"]}}`, false},
		"implements that is a word":  {`{` + id + `,` + key + `,"generator":{"implements":"rfc9421"}}`, false},
		"nothing but a wrong shape":  {`{"generator":{"implements":[[],1,null]},"assertionMethod":[1,{}]}`, false},
		"a name that is not a claim": {`{` + id + `,"generator":{"type":"Application","name":"Toad Lane"}}`, false},
	} {
		o, err := strictjson.Parse([]byte(tc.doc))
		if err != nil {
			t.Fatal(name, err)
		}
		if got := TakesEd25519(o); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
	docs := documents(t)
	for _, name := range []string{"actor-coop", "actor-member", "actor-instance"} {
		o, err := strictjson.Parse(docs[name])
		if err != nil {
			t.Fatal(name, err)
		}
		if !TakesEd25519(o) {
			t.Errorf("our own %s does not say so", name)
		}
	}
}
