package sig

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func FuzzCavageHeader(f *testing.F) {
	for _, s := range []string{
		`keyId="https://evil.test/users/eve#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="AAAA"`,
		`keyId="Test",algorithm="hs2019",created=1402170695,expires=1402170699,headers="(request-target) (created) (expires) host",signature="AAAA"`,
		`keyId="a", headers="date", signature="AA=="`, `keyId="a\"b",signature=""`, `headers="date date",keyId="",signature="="`, `,,`, `a=`, `a="`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseCavage(s)
		if err != nil {
			if coop.ClassOf(err) != coop.Unauthenticated {
				t.Fatalf("class of %v", err)
			}
			return
		}
		if h.keyID == "" || len(h.signature) == 0 || len(h.headers) == 0 || len(h.headers) > limits.SignatureComponents || len(s) > limits.SignatureHeaderBytes {
			t.Fatalf("took %q as %+v", s, h)
		}
		for _, name := range h.headers {
			if !coverName(name) {
				t.Fatalf("took header name %q", name)
			}
		}
		if strings.ContainsAny(h.keyID+h.algorithm, "\"\\\r\n") {
			t.Fatalf("took %q as %+v", s, h)
		}
	})
}

func FuzzSignatureInput(f *testing.F) {
	for _, s := range []string{
		`sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="https://evil.test/key";alg="ed25519"`,
		`sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"`,
		`a=("@query-param";name="Pet" "x";sf);created=1, b=("date")`, `a=?1;b=?0, c=:AAAA:, d="\"\\", e=-5, f=tok*en`, `a`, `a=(`, `a="`, `a=:`, `a;`, ``,
	} {
		f.Add(s)
	}
	m := message{method: "POST", scheme: "https", host: "coop.test", target: "/inbox?a=1", header: http.Header{"Date": {"x"}}, body: []byte("x")}
	f.Fuzz(func(t *testing.T, s string) {
		inputs, err := parseSignatureInput(s)
		if err != nil {
			if coop.ClassOf(err) != coop.Unauthenticated {
				t.Fatalf("class of %v", err)
			}
			return
		}
		for _, in := range inputs {
			if !strings.Contains(s, in.raw) {
				t.Fatalf("%q is not in %q", in.raw, s)
			}
			if in.fault != nil {
				continue
			}
			// What was read reads again as the same: the text is its own canonical form.
			again, err := parseSignatureInput(in.label + "=" + in.raw)
			if err != nil || len(again) != 1 || again[0].raw != in.raw || strings.Join(again[0].components, " ") != strings.Join(in.components, " ") {
				t.Fatalf("%q read again: %+v, %v", in.raw, again, err)
			}
			if base, err := in.base(m); err == nil && strings.Count(base, "\n") != len(in.components) {
				t.Fatalf("%d components in %q", len(in.components), base)
			}
			if in.covers(m) == nil && (len(in.components) < 3 || in.created <= 0) {
				t.Fatalf("%q covers enough", in.raw)
			}
		}
	})
}

func FuzzDigest(f *testing.F) {
	body := []byte(message1)
	for _, s := range []string{digestHeader(body), contentDigestHeader(body), "SHA-256=x,SHA-512=y", "sha-256=:AAAA:;a=1", "=,=", "SHA-256=" + strings.Repeat("=", 50)} {
		f.Add(s)
	}
	good, goodContent := strings.TrimPrefix(digestHeader(body), "SHA-256="), contentDigestHeader(body)
	f.Fuzz(func(t *testing.T, s string) {
		// Nobody finds another digest of these bytes, so what is taken holds ours (or the SHA-512, which no seed has).
		if checkDigest(s, body) == nil && !strings.Contains(s, good) {
			t.Fatalf("digest %q", s)
		}
		if checkContentDigest(s, body) == nil && !strings.Contains(s, goodContent) {
			t.Fatalf("content-digest %q", s)
		}
	})
}

// A request that is accepted says what the seed said: nothing that a signature covers can differ.
func FuzzVerify(f *testing.F) {
	signer := must(NewSigner(eveKey, testEd()))
	r := setup(f, testEd())
	accepted := map[string]bool{} // path, host, body of the seeds
	for _, scheme := range schemes {
		for _, c := range []struct{ method, address, body string }{{"POST", inbox, message1}, {"GET", inbox + "?page=1", ""}} {
			req := outgoing(f, c.method, c.address, c.body)
			if err := signer.Sign(req, []byte(c.body), scheme, noon); err != nil {
				f.Fatal(err)
			}
			in := arrive(f, req)
			h := func(name string) string { return in.Header.Get(name) }
			f.Add(in.Method, in.RequestURI, in.Host, h("Date"), h("Digest"), h("Content-Digest"), h("Signature-Input"), h("Signature"), c.body)
			accepted[c.method+" /users/alice/inbox "+c.body] = true
		}
	}
	f.Fuzz(func(t *testing.T, method, target, host, date, digest, contentDigest, input, signature, body string) {
		req := &http.Request{Method: method, RequestURI: target, Host: host, Header: http.Header{}}
		for name, value := range map[string]string{"Date": date, "Digest": digest, "Content-Digest": contentDigest, "Signature-Input": input, "Signature": signature} {
			if value != "" {
				req.Header[name] = []string{value}
			}
		}
		v, err := r.verifier.Verify(context.Background(), req, []byte(body))
		if err != nil {
			if v.Valid() || coop.ClassOf(err) == coop.Internal {
				t.Fatalf("%+v, %v", v, err)
			}
			return
		}
		path, _, _ := strings.Cut(target, "?")
		if !v.Valid() || v.Actor() != eve || host != "coop.test" || !accepted[method+" "+path+" "+body] {
			t.Fatalf("forged: %s %s to %s: %q", method, target, host, body)
		}
	})
}

func FuzzMultikey(f *testing.F) {
	for _, s := range []string{EncodeMultikey(edPublic()), "z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4", "z", "", "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "u7QE"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, err := ParseMultikey(s)
		if err != nil {
			return
		}
		if len(key) != ed25519.PublicKeySize || EncodeMultikey(key) != s {
			t.Fatalf("%q read as %x, written as %q", s, key, EncodeMultikey(key))
		}
	})
}

func FuzzPEM(f *testing.F) {
	f.Add(must(MarshalPublicPEM(&testRSA().PublicKey)))
	f.Add(must(MarshalPublicPEM(edPublic())))
	f.Add(rsaPKCS1(testRSA().N, 65537))
	f.Add("-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n")
	f.Fuzz(func(t *testing.T, s string) {
		key, err := ParsePublicKeyPEM(s)
		if err != nil {
			return
		}
		if k, ok := key.(*rsa.PublicKey); ok && (k.N.BitLen() < limits.RSABitsMin || k.N.BitLen() > limits.RSABitsMax || k.E < limits.RSAExponentMin) {
			t.Fatalf("took %d bits, exponent %d", k.N.BitLen(), k.E)
		}
		again, err := ParsePublicKeyPEM(must(MarshalPublicPEM(key)))
		if err != nil || string(fingerprint(again)) != string(fingerprint(key)) {
			t.Fatalf("came back as another: %v", err)
		}
	})
}

func FuzzProof(f *testing.F) {
	good := must(SignProof([]byte(bareNote), testEd(), edID, noon))
	f.Add(good)
	f.Add([]byte(bareNote))
	for _, path := range must(filepath.Glob("testdata/proofs/*.json")) {
		f.Add(must(os.ReadFile(path)))
	}
	want := string(must(canonicalise(good)).without(nil, "proof", "signature"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := ParseProof(doc)
		if err != nil {
			return
		}
		// Only our seed is signed with this key, so whatever verifies says the same.
		if p.Verify(edPublic()) == nil && string(must(canonicalise(doc)).without(nil, "proof", "signature")) != want {
			t.Fatalf("forged: %s", doc)
		}
	})
}
