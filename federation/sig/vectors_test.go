package sig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"toadlane/coop"
)

// draft-cavage-12 appendix C. Its key has 1024 bits, so the signatures are checked below the level of Verify.
func TestVectorsCavage12(t *testing.T) {
	t.Parallel()
	var v struct {
		KeyID, PublicKeyPem string
		Request             struct {
			Method, Target, Body string
			Headers              map[string]string
		}
		Cases []struct {
			Title         string
			Headers       []string
			SigningString string `json:"signing_string"`
			Signature     string
		}
	}
	readVector(t, "cavage12.json", &v)
	if _, err := ParsePublicKeyPEM(v.PublicKeyPem); coop.KeyOf(err) != "sig.key" {
		t.Errorf("a key of 1024 bits: %v", err)
	}
	block, _ := pem.Decode([]byte(v.PublicKeyPem))
	key := must(x509.ParsePKIXPublicKey(block.Bytes))
	m := message{method: v.Request.Method, scheme: "https", host: v.Request.Headers["host"], target: v.Request.Target,
		header: http.Header{}, body: []byte(v.Request.Body)}
	for name, value := range v.Request.Headers {
		m.header.Set(name, value)
	}
	if err := checkDigest(m.header.Get("Digest"), m.body); err != nil {
		t.Error(err)
	}
	if len(v.Cases) != 3 {
		t.Fatalf("%d cases", len(v.Cases))
	}
	for _, c := range v.Cases {
		header := `keyId="` + v.KeyID + `",algorithm="rsa-sha256",headers="` + strings.Join(c.Headers, " ") + `",signature="` + c.Signature + `"`
		h, err := parseCavage(header)
		if err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		base, err := cavageBase(m, h, m.target)
		if err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		if diff := cmp.Diff(c.SigningString, base); diff != "" {
			t.Errorf("%s: %s", c.Title, diff)
		}
		good := claim{bases: []string{base}, signature: h.signature, rsa: []crypto.Hash{crypto.SHA256}}
		if err := good.check(key); err != nil {
			t.Errorf("%s: %v", c.Title, err)
		}
		good.bases[0] += " "
		if good.check(key) == nil {
			t.Errorf("%s: a changed text verifies", c.Title)
		}
	}
}

type mastodonCase struct {
	Title, Method, Path string
	Headers             map[string]string
	Body                *string
	SignedHeaders       []string `json:"signed_headers"`
	Signature           string
}

func mastodonVectors(t *testing.T) (rig, map[string]func() (*http.Request, string)) {
	t.Helper()
	var v struct {
		KeyID, Algorithm, PublicKeyPem string
		Now                            time.Time
		Cases                          []mastodonCase
	}
	readVector(t, "mastodon-cavage.json", &v)
	r := setup(t, testEd())
	key, err := ParsePublicKeyPEM(v.PublicKeyPem)
	if err != nil {
		t.Fatal(err)
	}
	id := coop.IRI(v.KeyID)
	r.ring.cached[id] = PublicKey{ID: id, Owner: "https://remote.domain/users/bob", Key: key}
	r.verifier.Hosts = func(h string) bool { return h == "www.example.com" }
	r.verifier.Now = func() time.Time { return v.Now }
	out := map[string]func() (*http.Request, string){}
	for _, c := range v.Cases {
		out[c.Title] = func() (*http.Request, string) {
			body := ""
			if c.Body != nil {
				body = *c.Body
			}
			req := outgoing(t, c.Method, "https://www.example.com"+c.Path, body)
			for name, value := range c.Headers {
				if name != "host" {
					req.Header.Set(name, value)
				}
			}
			req.Header.Set("Signature", `keyId="`+v.KeyID+`",algorithm="`+v.Algorithm+`",headers="`+strings.Join(c.SignedHeaders, " ")+
				`",signature="`+c.Signature+`"`)
			return arrive(t, req), body
		}
	}
	return r, out
}

// Mastodon's own cases: where we agree with it, and with what word we refuse.
func TestVectorsMastodon(t *testing.T) {
	t.Parallel()
	want := map[string]string{ // the key of the refusal, "" for accepted
		"GET":            "",
		"GET with query": "",
		"query left out of the signature (quirk Mastodon tolerates)": "",
		"other query":               "sig.mismatch",
		"other path":                "sig.mismatch",
		"other method":              "sig.cover", // a POST without digest
		"POST":                      "",
		"POST with unsigned Digest": "sig.cover",
	}
	r, cases := mastodonVectors(t)
	got := map[string]string{}
	for title, request := range cases {
		req, body := request()
		v, err := r.verify(req, body)
		got[title] = ""
		if err != nil {
			got[title] = coop.KeyOf(err)
		} else if v.Actor() != "https://remote.domain/users/bob" {
			t.Errorf("%s: actor %q", title, v.Actor())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Mastodon takes a date up to an hour ahead and about 65 minutes behind; we take 5 minutes and 60.
func TestVectorsMastodonClock(t *testing.T) {
	t.Parallel()
	r, cases := mastodonVectors(t)
	signed := r.verifier.Now()
	for _, c := range []struct {
		after    time.Duration // our clock less the date of the request
		mastodon bool
		ours     bool
	}{
		{0, true, true},
		{60 * time.Minute, true, true},
		{60*time.Minute + time.Second, true, false}, // stricter
		{66 * time.Minute, false, false},
		{-5 * time.Minute, true, true},
		{-5*time.Minute - time.Second, true, false}, // stricter
		{-59 * time.Minute, true, false},            // stricter
		{-61 * time.Minute, false, false},
	} {
		r.verifier.Now = func() time.Time { return signed.Add(c.after) }
		req, body := cases["POST"]()
		_, err := r.verify(req, body)
		if ours := err == nil; ours != c.ours || !ours && coop.KeyOf(err) != "sig.clock" {
			t.Errorf("%s after: %v", c.after, err)
		}
		if c.ours && !c.mastodon {
			t.Errorf("%s after: we take what Mastodon refuses", c.after)
		}
	}
}

// RFC 9421 appendix B.2: the bases of the requests, and the signatures of those kinds of key that we know. Only
// one of them covers what we ask of a POST.
func TestVectorsRFC9421(t *testing.T) {
	t.Parallel()
	var v struct {
		Keys     map[string]struct{ Blocks []string }
		Messages map[string]string
		Cases    []struct {
			Title          string
			SignatureBase  string `json:"signature_base"`
			SignatureInput string `json:"signature_input"`
			Signature      string
			KeyID          string
			Message        string
		}
	}
	readVector(t, "rfc9421.json", &v)
	seen := 0
	for _, c := range v.Cases {
		if c.Message != "test-request" {
			continue // responses are not signed here
		}
		seen++
		head, body, _ := strings.Cut(v.Messages[c.Message], "\n\n")
		lines := strings.Split(head, "\n")
		first := strings.Fields(lines[0])
		req := outgoing(t, first[0], "https://example.com"+first[1], body)
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			req.Header.Set(name, value)
		}
		req.Header.Set("Signature-Input", c.SignatureInput)
		req.Header.Set("Signature", c.Signature)
		m, err := received(arrive(t, req), "https", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := checkContentDigest(m.header.Get("Content-Digest"), m.body); err != nil {
			t.Errorf("%s: %v", c.Title, err)
		}
		inputs, err := parseSignatureInput(c.SignatureInput)
		if err != nil || len(inputs) != 1 {
			t.Fatalf("%s: %v", c.Title, err)
		}
		in := inputs[0]
		if full := strings.HasPrefix(c.Title, "Full Coverage"); full != (in.covers(m) == nil) {
			t.Errorf("%s: cover: %v", c.Title, in.covers(m))
		}
		if strings.Contains(c.SignatureInput, "@query-param") {
			if in.fault == nil {
				t.Errorf("%s: a component with parameters is taken", c.Title)
			}
			continue
		}
		base, err := in.base(m)
		if err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		if diff := cmp.Diff(c.SignatureBase, base); diff != "" {
			t.Errorf("%s: %s", c.Title, diff)
		}
		if in.keyID != c.KeyID || in.created != 1618884473 {
			t.Errorf("%s: read %+v", c.Title, in)
		}
		members, err := parseDictionary(c.Signature, 1)
		if err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		signature := members[0].item.bytes
		switch c.KeyID {
		case "test-key-rsa-pss":
			key := must(ParsePublicKeyPEM(v.Keys[c.KeyID].Blocks[0])).(*rsa.PublicKey)
			if err := rsa.VerifyPSS(key, crypto.SHA512, sum(crypto.SHA512, base), signature, nil); err != nil {
				t.Errorf("%s: %v", c.Title, err)
			}
		case "test-key-ed25519":
			key := must(ParsePublicKeyPEM(v.Keys[c.KeyID].Blocks[0]))
			good := claim{bases: []string{base}, signature: signature, ed25519: true}
			if err := good.check(key); err != nil {
				t.Errorf("%s: %v", c.Title, err)
			}
		case "test-shared-secret": // HMAC: the base was compared, the key kind is refused
		default:
			t.Errorf("%s: unexpected key %s", c.Title, c.KeyID)
		}
	}
	if seen != 5 {
		t.Errorf("%d requests", seen)
	}
}

// The keys of the vectors that we take and those that we do not.
func TestVectorsKeys(t *testing.T) {
	t.Parallel()
	var v struct {
		Keys map[string]struct{ Blocks []string }
	}
	readVector(t, "rfc9421.json", &v)
	for name, ok := range map[string]bool{"test-key-rsa": true, "test-key-rsa-pss": true, "test-key-ed25519": true, "test-key-ecc-p256": false} {
		_, err := ParsePublicKeyPEM(v.Keys[name].Blocks[0])
		if (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	var actor struct{ PublicKey struct{ PublicKeyPem string } }
	readVector(t, "gotosocial-actor.json", &actor)
	key, err := ParsePublicKeyPEM(actor.PublicKey.PublicKeyPem)
	if err != nil {
		t.Fatal(err)
	}
	if text := must(MarshalPublicPEM(key)); text != actor.PublicKey.PublicKeyPem {
		t.Errorf("written back as %s", text)
	}
}

func TestVectorsJCS(t *testing.T) {
	t.Parallel()
	inputs := must(filepath.Glob("testdata/jcs/input/*.json"))
	if len(inputs) != 6 {
		t.Fatalf("%d inputs", len(inputs))
	}
	for _, path := range inputs {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		want := must(hex.DecodeString(strings.Join(strings.Fields(string(must(os.ReadFile("testdata/jcs/outhex/"+name+".txt")))), "")))
		got, err := jcs.Transform(must(os.ReadFile(path)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		// An object splits into its members and goes together again without loss.
		if got[0] != '{' {
			continue
		}
		object, err := splitObject(got)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(got), string(object.without(nil))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Numbers as JavaScript writes them (RFC 8785 appendix B), the part of JCS that other languages get wrong.
func TestNumbersAreES6(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0.0": "0", "-0": "0", "1e0": "1", "51.060": "51.06", "1E21": "1e+21", "1e-7": "1e-7", "0.000001": "0.000001",
		"333333333.33333329": "333333333.3333333", "9007199254740993": "9007199254740992", "4.50": "4.5", "1e-27": "1e-27",
		"5e-324": "5e-324", "1.7976931348623157e308": "1.7976931348623157e+308", "999999999999999700000": "999999999999999700000",
	} {
		got, err := jcs.Transform([]byte("[" + in + "]"))
		if err != nil || string(got) != "["+want+"]" {
			t.Errorf("%s: %s, %v, want %s", in, got, err, want)
		}
	}
	if _, err := jcs.Transform([]byte("[1e309]")); err == nil {
		t.Error("1e309 is taken")
	}
}

func TestVectorsFEP8b32(t *testing.T) {
	t.Parallel()
	var v struct {
		Unsigned, Signed   json.RawMessage
		VerificationMethod coop.IRI
		Actor              struct {
			AssertionMethod []struct{ PublicKeyMultibase string }
		}
	}
	readVector(t, "fep8b32.json", &v)
	key := must(ParseMultikey(v.Actor.AssertionMethod[0].PublicKeyMultibase))
	if method, ok := ProofMethod(v.Signed); !ok || method != v.VerificationMethod {
		t.Errorf("method %q, %v", method, ok)
	}
	if err := VerifyProof(v.Signed, key); err != nil {
		t.Error(err)
	}
	if _, ok := ProofMethod(v.Unsigned); ok {
		t.Error("the unsigned document has a proof")
	}
	if err := VerifyProof([]byte(strings.Replace(string(v.Signed), "Hello world", "Hello World", 1)), key); coop.KeyOf(err) != "sig.proof" {
		t.Errorf("changed: %v", err)
	}
}

// Every proof in our own documents, made by another program and verified by Fedify.
func TestVectorsProofs(t *testing.T) {
	t.Parallel()
	var actor struct {
		AssertionMethod []struct {
			ID                 coop.IRI
			PublicKeyMultibase string
		}
	}
	readVector(t, "proofs/actor-coop.json", &actor)
	key := must(ParseMultikey(actor.AssertionMethod[0].PublicKeyMultibase))
	seen := 0
	for _, path := range must(filepath.Glob("testdata/proofs/*.json")) {
		doc := must(os.ReadFile(path))
		var outer struct{ Proof, Object json.RawMessage }
		if err := json.Unmarshal(doc, &outer); err != nil {
			t.Fatal(err)
		}
		if outer.Proof == nil {
			if doc = outer.Object; doc == nil { // the actor
				continue
			}
		}
		seen++
		p, err := ParseProof(doc)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if p.Method() != actor.AssertionMethod[0].ID {
			t.Errorf("%s: method %s", path, p.Method())
		}
		if err := p.Verify(key); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if err := p.Verify(testEd().Public().(ed25519.PublicKey)); err == nil {
			t.Errorf("%s: another key verifies", path)
		}
	}
	if seen != 7 {
		t.Errorf("%d proofs", seen)
	}
}
