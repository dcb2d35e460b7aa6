package sig

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mr-tron/base58"

	"toadlane/coop"
)

const edID coop.IRI = "https://bakery.example/actor#ed25519-key"

const bareNote = `{
 "@context": ["https://www.w3.org/ns/activitystreams", {"tl": "https://w3id.org/toad-lane/ns#"}, "https://w3id.org/security/data-integrity/v1"],
 "id": "https://bakery.example/p/1", "type": "Note", "content": "crème \u00e9 <b>\"1\"</b>", "location": {"latitude": 51.060}
}
`

func edPublic() ed25519.PublicKey { return testEd().Public().(ed25519.PublicKey) }

func TestSignProof(t *testing.T) {
	t.Parallel()
	doc, err := SignProof([]byte(bareNote), testEd(), edID, noon)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(doc, []byte(strings.TrimRight(bareNote, "}\n"))) {
		t.Error("the document's own bytes changed")
	}
	var got, bare map[string]any
	if err := json.Unmarshal(doc, &got); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	if err := json.Unmarshal([]byte(bareNote), &bare); err != nil {
		t.Fatal(err)
	}
	proof := got["proof"].(map[string]any)
	value := proof["proofValue"].(string)
	delete(proof, "proofValue")
	delete(got, "proof")
	if diff := cmp.Diff(bare, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{
		"@context": bare["@context"], "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2026-11-20T12:00:00Z",
		"verificationMethod": string(edID), "proofPurpose": "assertionMethod",
	}, proof); diff != "" {
		t.Error(diff)
	}
	if value[0] != 'z' {
		t.Error(value)
	}
	if err := VerifyProof(doc, edPublic()); err != nil {
		t.Error(err)
	}
	if method, ok := ProofMethod(doc); !ok || method != edID {
		t.Errorf("%q, %v", method, ok)
	}
	// Another layout of the same document is the same document.
	var indented bytes.Buffer
	if err := json.Indent(&indented, doc, "", "\t"); err != nil {
		t.Fatal(err)
	}
	if err := VerifyProof(indented.Bytes(), edPublic()); err != nil {
		t.Error(err)
	}
}

func TestSignProofRefuses(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"no context": `{"id":"x"}`, "empty": `{}`, "an array": `[]`, "nothing": ``, "a proof already": `{"@context":"x","proof":{}}`,
		"a name twice": `{"@context":"x","a":1,"a":2}`, "bad UTF-8": "{\"@context\":\"\xff\"}", "two documents": `{"@context":"x"}{"@context":"x"}`,
		"huge": `{"@context":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		if out, err := SignProof([]byte(doc), testEd(), edID, noon); coop.ClassOf(err) != coop.Internal || coop.KeyOf(err) != "sig.proof" || out != nil {
			t.Errorf("%s: %s, %v", name, out, err)
		}
	}
	for name, method := range map[string]coop.IRI{"none": "", "not canonical": "https://Bakery.example/x"} {
		if _, err := SignProof([]byte(bareNote), testEd(), method, noon); err == nil {
			t.Errorf("method: %s", name)
		}
	}
	if _, err := SignProof([]byte(bareNote), nil, edID, noon); err == nil {
		t.Error("signed without a key")
	}
}

// Members named signature (Linked Data signatures) are not part of what is proved.
func TestProofIgnoresLinkedDataSignature(t *testing.T) {
	t.Parallel()
	doc := string(must(SignProof([]byte(bareNote), testEd(), edID, noon)))
	with := strings.Replace(doc, `"id":`, `"signature":{"type":"RsaSignature2017"},"id":`, 1)
	if with == doc {
		t.Fatal("nothing was added")
	}
	if err := VerifyProof([]byte(with), edPublic()); err != nil {
		t.Error(err)
	}
	if err := VerifyProof([]byte(strings.Replace(with, `"signature"`, `"signatures"`, 1)), edPublic()); err == nil {
		t.Error("another member may be added too")
	}
}

// withProof changes the proof of a signed note and signs again, with the changed proof, by the rules of the cryptosuite.
func withProof(t *testing.T, doc string, change func(proof map[string]json.RawMessage)) []byte {
	t.Helper()
	var whole map[string]json.RawMessage
	if err := json.Unmarshal([]byte(doc), &whole); err != nil {
		t.Fatal(err)
	}
	signed := must(SignProof(must(json.Marshal(whole)), testEd(), edID, noon))
	var out map[string]json.RawMessage
	if err := json.Unmarshal(signed, &out); err != nil {
		t.Fatal(err)
	}
	var proof map[string]json.RawMessage
	if err := json.Unmarshal(out["proof"], &proof); err != nil {
		t.Fatal(err)
	}
	change(proof)
	delete(proof, "proofValue")
	config := must(canonicalise(must(json.Marshal(proof))))
	object := must(canonicalise(must(json.Marshal(whole))))
	hashes := proofHashes(config.without(nil), object.without(config.get("@context")))
	proof["proofValue"] = json.RawMessage(`"` + encodeProofValue(ed25519.Sign(testEd(), hashes[:])) + `"`)
	out["proof"] = must(json.Marshal(proof))
	return must(json.Marshal(out))
}

func TestProofContext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		context string // of the proof; "" for none
		ok      bool
	}{
		"as it is":       {`["https://www.w3.org/ns/activitystreams",{"tl":"https://w3id.org/toad-lane/ns#"},"https://w3id.org/security/data-integrity/v1"]`, true},
		"first part":     {`["https://www.w3.org/ns/activitystreams"]`, true},
		"first, alone":   {`"https://www.w3.org/ns/activitystreams"`, true},
		"none":           {``, true},
		"another order":  {`["https://w3id.org/security/data-integrity/v1","https://www.w3.org/ns/activitystreams"]`, false},
		"another object": {`["https://www.w3.org/ns/activitystreams",{"tl":"https://evil.test/ns#"}]`, false},
		"longer":         {`["https://www.w3.org/ns/activitystreams",{"tl":"https://w3id.org/toad-lane/ns#"},"https://w3id.org/security/data-integrity/v1","x"]`, false},
		"empty":          {`[]`, false},
		"null":           {`null`, false},
	} {
		doc := withProof(t, bareNote, func(p map[string]json.RawMessage) {
			if c.context == "" {
				delete(p, "@context")
			} else {
				p["@context"] = json.RawMessage(c.context)
			}
		})
		if err := VerifyProof(doc, edPublic()); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProofRefuses(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(map[string]json.RawMessage) {
		return func(p map[string]json.RawMessage) { p[name] = json.RawMessage(value) }
	}
	for name, change := range map[string]func(map[string]json.RawMessage){
		"type": set("type", `"Ed25519Signature2020"`), "types": set("type", `["DataIntegrityProof"]`), "suite": set("cryptosuite", `"eddsa-rdfc-2022"`),
		"purpose": set("proofPurpose", `"authentication"`), "method": set("verificationMethod", `"key1"`), "method list": set("verificationMethod", `["x"]`),
		"no method": func(p map[string]json.RawMessage) { delete(p, "verificationMethod") }, "created": set("created", `"yesterday"`),
		"created number": set("created", `1`), "expires": set("expires", `"2030-01-01T00:00:00Z"`),
	} {
		if err := VerifyProof(withProof(t, bareNote, change), edPublic()); coop.KeyOf(err) != "sig.proof" || coop.ClassOf(err) != coop.Unauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := VerifyProof(withProof(t, bareNote, set("created", `"2020-01-01T00:00:00.5+02:00"`)), edPublic()); err != nil {
		t.Errorf("the way these were made: %v", err)
	}
	if err := VerifyProof(withProof(t, bareNote, func(p map[string]json.RawMessage) { delete(p, "created") }), edPublic()); err != nil {
		t.Errorf("without created: %v", err)
	}
	good := string(must(SignProof([]byte(bareNote), testEd(), edID, noon)))
	_, value, _ := strings.Cut(good, `"proofValue":"`)
	value, _, _ = strings.Cut(value, `"`)
	for name, doc := range map[string]string{
		"no proof": bareNote, "a list of proofs": strings.Replace(good, `"proof":{`, `"proof":[{`, 1)[:len(good)] + "]}", "null": `{"@context":"x","proof":null}`,
		"a string": `{"@context":"x","proof":"x"}`, "not JSON": "proof", "a number beyond a double": strings.Replace(good, "51.060", "1e400", 1),
		"a name twice": strings.Replace(good, `"id":`, `"type":"Article","id":`, 1), "value without z": strings.Replace(good, value, value[1:], 1),
		"value cut": strings.Replace(good, value, value[:len(value)-1], 1), "value long": strings.Replace(good, value, value+strings.Repeat("1", 90), 1),
		"value empty": strings.Replace(good, value, "", 1), "value not base58": strings.Replace(good, value, value[:5]+"0"+value[6:], 1),
	} {
		if err := VerifyProof([]byte(doc), edPublic()); coop.KeyOf(err) != "sig.proof" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := VerifyProof([]byte(good), nil); err == nil {
		t.Error("no key verifies")
	}
	if err := (Proof{}).Verify(edPublic()); err == nil {
		t.Error("no proof verifies")
	}
	if err := VerifyProof([]byte(good), edPublic()); err != nil {
		t.Error(err)
	}
}

// Every byte of a canonical signed document, changed, breaks the proof or the document.
func TestProofEveryByteCounts(t *testing.T) {
	t.Parallel()
	doc := must(SignProof([]byte(`{"@context":["https://www.w3.org/ns/activitystreams"],"content":"hi","n":12.5,"ok":true}`), testEd(), edID, noon))
	if err := VerifyProof(doc, edPublic()); err != nil {
		t.Fatal(err)
	}
	for i := range doc {
		for _, flip := range []byte{1, 2, 0x20, 0x80} {
			changed := bytes.Clone(doc)
			changed[i] ^= flip
			if err := VerifyProof(changed, edPublic()); err == nil {
				t.Errorf("byte %d (%q) changed to %q and still verified", i, doc[i], changed[i])
			}
		}
	}
}

func TestSplitObjectNeverPanics(t *testing.T) {
	t.Parallel()
	text := must(canonicalise(must(os.ReadFile("testdata/proofs/offer-create.json")))).without(nil)
	for i := range len(text) {
		if _, err := splitObject(text[:i]); err == nil {
			t.Fatalf("the first %d bytes are an object", i)
		}
		splitList(text[i:])
		_, _ = splitObject(text[i:])
	}
	for _, s := range []string{"", "{", "{}", "{\"", "{\"\\", "[", "[]", "[\"", "{\"a\"", "{\"a\":", "{\"a\":}", "{a}", "{,}", "}{"} {
		_, _ = splitObject([]byte(s))
		splitList([]byte(s))
	}
}

func encodeProofValue(signature []byte) string { return "z" + base58.Encode(signature) }
